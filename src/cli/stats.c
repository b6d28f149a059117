#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/human.h"
#include "cli/stats.h"

/* US dollars that AWS lists for S3 Standard in us-east-1 (2026): a request
 * that writes or lists, one that reads, a GB kept for a month.  Deleting is
 * free, and so is what comes in. */
#define PRICE_WRITE 0.000005
#define PRICE_READ  0.0000004
#define PRICE_GB    0.023

/* A follow is a rate; what ends by itself is taken to be made every hour. */
#define HOUR_S  3600.0
#define MONTH_S (30 * 24 * HOUR_S)

void
ses_stats_begin(struct ses_stats *s, const struct ses_cli *cli)
{
	*s = (struct ses_stats){.cli = cli, .begun = ses_time_steady()};
	(void)pthread_mutex_init(&s->tally.lock, NULL);
}

struct price {
	double requests; /* of this run */
	double month;    /* of the requests of a month like this */
	double keep;     /* a month, what was sent */
};

static struct price
price_of(const struct ses_store_counts *c, double seconds, int lasts)
{
	struct price p = {
	    .requests = (double)(c->put + c->list + c->now) * PRICE_WRITE +
			(double)(c->get + c->head) * PRICE_READ,
	    .keep = (double)c->sent / 1e9 * PRICE_GB};

	p.month =
	    p.requests * MONTH_S / (lasts && seconds > 1 ? seconds : HOUR_S);
	return p;
}

static void
print_json(const struct ses_store_counts *c, const struct price *p,
    double seconds, int priced)
{
	(void)fprintf(stderr,
	    "{\"requests\":{\"put\":%llu,\"get\":%llu,\"head\":%llu,"
	    "\"list\":%llu,\"delete\":%llu,\"other\":%llu},"
	    "\"sent_bytes\":%llu,\"got_bytes\":%llu,\"seconds\":%.3f",
	    (unsigned long long)c->put, (unsigned long long)c->get,
	    (unsigned long long)c->head, (unsigned long long)c->list,
	    (unsigned long long)c->del, (unsigned long long)c->now,
	    (unsigned long long)c->sent, (unsigned long long)c->got, seconds);
	if (priced)
		(void)fprintf(stderr,
		    ",\"usd\":%.7f,\"usd_month\":%.4f,\"usd_month_kept\":%.6f",
		    p->requests, p->month, p->keep);
	(void)fputs("}\n", stderr);
}

static void
print_text(const struct ses_store_counts *c, const struct price *p,
    double seconds, int priced, int lasts)
{
	char sent[SES_HUMAN_MAX];
	char got[SES_HUMAN_MAX];

	ses_human_size(c->sent, sent);
	ses_human_size(c->got, got);
	(void)fprintf(stderr,
	    "requests: %llu PUT, %llu GET, %llu HEAD, %llu LIST, %llu DELETE; "
	    "%s sent, %s received, %.1f s\n",
	    (unsigned long long)c->put, (unsigned long long)c->get,
	    (unsigned long long)c->head, (unsigned long long)(c->list + c->now),
	    (unsigned long long)c->del, sent, got, seconds);
	if (!priced)
		return;
	(void)fprintf(stderr,
	    "at the prices of AWS: $%.6f; %s $%.2f a month, and $%.4f a month "
	    "to keep what was sent\n",
	    p->requests, lasts ? "at this rate" : "made every hour", p->month,
	    p->keep);
}

void
ses_stats_end(struct ses_stats *s, const char *url)
{
	const struct ses_store_counts *c = &s->tally.sum;
	double seconds = (double)(ses_time_steady() - s->begun) / 1000;
	struct price p = price_of(c, seconds, s->lasts);
	int priced = !(ses_store_caps_of(url) & SES_STORE_LOCAL);

	(void)pthread_mutex_destroy(&s->tally.lock);
	if (!s->cli->stats)
		return;
	if (s->cli->json)
		print_json(c, &p, seconds, priced);
	else
		print_text(c, &p, seconds, priced, s->lasts);
}
