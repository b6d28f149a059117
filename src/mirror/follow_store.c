/* A follow whose store is down as a whole: told once, and asked by one flush
 * at a time until it answers. */
#include "base/rand.h"
#include "base/time.h"
#include "mirror/follow_loop.h"

#define RETRY_FIRST INT64_C(2000)
#define ASK_LAST    INT64_C(60000)

int64_t
ses_follow_retry_after(unsigned fails, int64_t most)
{
	int64_t ms = RETRY_FIRST;

	while (--fails > 0 && ms < most)
		ms *= 2;
	if (ms > most)
		ms = most;
	return ms - ms / 4 + (int64_t)(ses_rand_u64() % (uint64_t)(ms / 2 + 1));
}

void
ses_follow_tell(struct ses_follow_loop *l, const struct ses_session *s,
    enum ses_follow_state now, const struct seshat_err *why)
{
	if (l->f->told->state != NULL)
		l->f->told->state(l->f->arg, s, now, why);
}

int
ses_follow_store_may(struct ses_follow_loop *l, int64_t now)
{
	const struct ses_follow_store *s = &l->store_is;

	if (l->ending)
		return !s->given_up;
	return !s->down ||
	       (now >= s->ask_at && ses_workers_busy(l->workers) == 0);
}

void
ses_follow_store_failed(
    struct ses_follow_loop *l, const struct seshat_err *why, int64_t now)
{
	struct ses_follow_store *s = &l->store_is;

	s->missing |= why->code == SESHAT_ENOSTORE;
	s->given_up = l->ending;
	s->failed_at = now;
	if (!s->down)
		ses_follow_tell(l, NULL, SES_FOLLOW_FAILS, why);
	/* of those that were under way together the first counts */
	if (!s->down || now >= s->ask_at)
		s->ask_at = now + ses_follow_retry_after(++s->fails, ASK_LAST);
	s->down = 1;
}

void
ses_follow_store_well(struct ses_follow_loop *l, int64_t began, int64_t now)
{
	struct ses_follow_store *s = &l->store_is;
	int missing = s->missing;
	struct ses_followed *e;
	size_t i;

	if (s->down && began < s->failed_at)
		return;
	s->well_at = now;
	if (!s->down)
		return;
	s->down = s->missing = 0;
	s->fails = 0;
	ses_follow_tell(l, NULL, SES_FOLLOW_WELL, NULL);
	for (i = 0; i < l->table.n; i++) {
		e = l->table.v[i];
		/* it did not wait for us */
		if (e->wanted != 0)
			e->wanted = now;
		/* what was there before may be gone for good: all is looked
		 * at, as the flushes themselves have noted */
		if (missing && !e->gone && !e->stranger)
			ses_follow_want(l, e);
	}
}
