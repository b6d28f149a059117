#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/recent.h"

struct slot {
	char *url;
	const char *type;
	struct ses_buf body;
	int64_t until; /* steady ms */
};

struct ses_recent {
	pthread_mutex_t lock;
	struct slot slot[SES_RECENT_SLOTS];
};

struct ses_recent *
ses_recent_new(void)
{
	struct ses_recent *c = ses_calloc(1, sizeof(*c));

	if (c != NULL)
		(void)pthread_mutex_init(&c->lock, NULL);
	return c;
}

void
ses_recent_free(struct ses_recent *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < SES_RECENT_SLOTS; i++) {
		free(c->slot[i].url);
		ses_buf_free(&c->slot[i].body);
	}
	(void)pthread_mutex_destroy(&c->lock);
	free(c);
}

/* FNV-1a: whose URLs meet in a slot take turns, no more. */
static struct slot *
slot_of(struct ses_recent *c, const char *url)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *url != '\0'; url++)
		h = (h ^ (unsigned char)*url) * UINT64_C(0x100000001b3);
	return &c->slot[(h ^ (h >> 32)) % SES_RECENT_SLOTS];
}

void
ses_recent_put(struct ses_recent *c, const char *url,
    const struct ses_answer *a, int64_t ms)
{
	struct slot *s = slot_of(c, url);
	char *copy;

	if (a->status != 200 || a->personal || a->stream.produce != NULL ||
	    a->n_headers > 0 || a->body.bad || a->body.len > SES_RECENT_BODY)
		return;
	copy = ses_str_dup(url);
	if (copy == NULL)
		return;
	(void)pthread_mutex_lock(&c->lock);
	free(s->url);
	s->url = copy;
	s->type = a->type;
	ses_buf_clear(&s->body);
	ses_buf_add(&s->body, a->body.data, a->body.len);
	s->until = s->body.bad ? 0 : ses_time_steady() + ms;
	if (s->body.bad)
		ses_buf_free(&s->body);
	(void)pthread_mutex_unlock(&c->lock);
}

int
ses_recent_get(struct ses_recent *c, const char *url, struct ses_answer *a)
{
	struct slot *s = slot_of(c, url);
	int has;

	(void)pthread_mutex_lock(&c->lock);
	has = s->url != NULL && strcmp(s->url, url) == 0 &&
	      ses_time_steady() < s->until;
	if (has) {
		ses_buf_add(&a->body, s->body.data, s->body.len);
		a->type = s->type;
		has = !a->body.bad;
	}
	(void)pthread_mutex_unlock(&c->lock);
	if (!has)
		ses_answer_reset(a);
	return has;
}
