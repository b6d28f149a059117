#include <stdlib.h>

#include "base/mem.h"
#include "vault/plan.h"

/* Objects that are, or shall be, one. */
struct pile {
	size_t lo;
	size_t hi;
	uint64_t size;
	uint64_t span; /* parts in it */
	int whole;     /* it holds more than torn lines */
};

struct piles {
	struct pile *v;
	size_t n;
	unsigned fan;
};

/* Put together from the left, from a to before b, what fits; what follows is
 * moved up.  Where the last of them is now. */
static size_t
gather(struct piles *p, size_t a, size_t b)
{
	size_t to = a;
	size_t i;

	if (a >= b)
		return a;
	for (i = a + 1; i < p->n; i++) {
		if (i < b && p->v[to].size + p->v[i].size <= SES_PLAN_FULL) {
			p->v[to].hi = p->v[i].hi;
			p->v[to].size += p->v[i].size;
			p->v[to].span += p->v[i].span;
			p->v[to].whole |= p->v[i].whole;
		} else {
			p->v[++to] = p->v[i];
		}
	}
	b -= p->n - to - 1;
	p->n = to + 1;
	return b;
}

static unsigned
generation(const struct piles *p, const struct pile *pile)
{
	uint64_t span = pile->span / p->fan;
	unsigned g = 0;

	for (; span > 0; span /= SES_PLAN_NEXT)
		g++;
	return g;
}

/* Behind closed: of the piles at the end that are of generation g or below,
 * if enough are of g.  Answers whether there may be any of a later one. */
static int
merge_generation(struct piles *p, size_t closed, unsigned g)
{
	unsigned fan = g == 0 ? p->fan : SES_PLAN_NEXT;
	size_t at = p->n;
	unsigned n = 0;

	while (at > closed && generation(p, &p->v[at - 1]) <= g)
		n += generation(p, &p->v[--at]) == g;
	if (n >= fan)
		(void)gather(p, at, p->n);
	return at > closed || n >= fan;
}

static size_t
behind_sealed(const struct piles *p)
{
	size_t i = p->n;

	while (i > 0 && p->v[i - 1].size < SES_PLAN_SEALED)
		i--;
	return i;
}

/* Until nothing changes: what is merged may be sealed by that. */
static void
merge_by_generations(struct piles *p)
{
	size_t closed;
	size_t before;
	unsigned g;

	do {
		before = p->n;
		closed = gather(p, 0, behind_sealed(p));
		for (g = 0; merge_generation(p, closed, g); g++)
			;
	} while (p->n < before);
}

static void
make_piles(struct piles *p, const struct ses_entry *v, size_t lo, size_t hi)
{
	p->n = 0;
	for (; lo < hi; lo++)
		p->v[p->n++] = (struct pile){.lo = lo,
		    .hi = lo + 1,
		    .size = v[lo].torn ? 0 : v[lo].size,
		    .span = (uint64_t)v[lo].last - v[lo].first + 1,
		    .whole = !v[lo].torn};
}

/* The objects lo to hi - 1, of which none is archived. */
static void
plan_some(struct ses_plan *r, struct piles *p, const struct ses_entry *v,
    size_t lo, size_t hi)
{
	size_t i;

	make_piles(p, v, lo, hi);
	if (p->fan == 0)
		(void)gather(p, 0, p->n);
	else
		merge_by_generations(p);
	for (i = 0; i < p->n; i++)
		if (p->v[i].hi - p->v[i].lo > 1 && p->v[i].whole)
			r->v[r->n++] =
			    (struct ses_plan_run){p->v[i].lo, p->v[i].hi};
}

int
ses_plan_make(struct ses_plan *out, const struct ses_entry *v, size_t n,
    unsigned fan, struct seshat_err *err)
{
	struct piles p = {.fan = fan, .v = ses_calloc(n + 1, sizeof(*p.v))};
	struct ses_plan r = {.v = ses_calloc(n + 1, sizeof(*r.v))};
	size_t lo = 0;
	size_t i;

	if (p.v == NULL || r.v == NULL) {
		free(p.v);
		free(r.v);
		return ses_fail_nomem(err);
	}
	for (i = 0; i <= n; i++) {
		if (i < n && !ses_entry_is_archived(&v[i]))
			continue;
		plan_some(&r, &p, v, lo, i);
		lo = i + 1;
	}
	free(p.v);
	*out = r;
	return 0;
}

int
ses_plan_archive(struct ses_plan *out, const struct ses_entry *v, size_t n,
    struct seshat_err *err)
{
	struct ses_plan r = {.v = ses_calloc(n + 1, sizeof(*r.v))};
	uint64_t size;
	size_t lo;
	size_t hi;

	if (r.v == NULL)
		return ses_fail_nomem(err);
	for (lo = 0; lo < n; lo = hi) {
		size = v[lo].torn ? 0 : v[lo].size;
		for (hi = lo + 1; hi < n; hi++) {
			if (!v[hi].torn && size + v[hi].size > SES_PLAN_ARCHIVE)
				break;
			size += v[hi].torn ? 0 : v[hi].size;
		}
		if (size > 0 && (hi - lo > 1 || !ses_entry_is_archived(&v[lo])))
			r.v[r.n++] = (struct ses_plan_run){lo, hi};
	}
	*out = r;
	return 0;
}

void
ses_plan_free(struct ses_plan *p)
{
	free(p->v);
	*p = (struct ses_plan){0};
}
