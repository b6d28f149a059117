#include <time.h>

#include "base/rand.h"
#include "base/time.h"
#include "net/backoff.h"

#define PATIENCE_MS 15000

struct ses_backoff
ses_backoff_near(void)
{
	return (struct ses_backoff){.max_tries = 3, .limit_ms = 100};
}

struct ses_backoff
ses_backoff_far(void)
{
	return (struct ses_backoff){.max_tries = 5, .limit_ms = 200};
}

int
ses_backoff_wait(struct ses_backoff *b, int64_t asked_ms)
{
	int64_t now;
	int64_t ms;
	struct timespec ts;

	now = ses_time_steady();
	if (b->tries == 0)
		b->failed = now;
	if (b->tries == b->max_tries ||
	    (b->tries > 0 && now - b->failed > PATIENCE_MS))
		return 0;
	ms = (int64_t)(ses_rand_u64() % (uint64_t)b->limit_ms);
	ms += asked_ms < SES_BACKOFF_ASKED_MS ? asked_ms : SES_BACKOFF_ASKED_MS;
	ts = (struct timespec){
	    .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
	(void)nanosleep(&ts, NULL);
	b->limit_ms *= 2;
	b->tries++;
	return 1;
}
