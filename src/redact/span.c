#include <stdlib.h>

#include "base/mem.h"
#include "redact/span.h"

int
ses_spans_add(struct ses_spans *l, struct ses_span s)
{
	struct ses_span *more;
	size_t max = l->max > 0 ? l->max * 2 : 64;

	if (l->v == NULL || l->n == l->max) {
		more = ses_realloc(l->v, max * sizeof(*more));
		if (more == NULL)
			return -1;
		l->v = more;
		l->max = max;
	}
	l->v[l->n++] = s;
	return 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct ses_span *x = a;
	const struct ses_span *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

void
ses_spans_merge(struct ses_spans *l)
{
	struct ses_span *last = l->v;
	struct ses_span *s;

	if (l->n < 2)
		return;
	/* mostly they are in order */
	for (s = l->v + 1; s < l->v + l->n && s[-1].from <= s->from; s++)
		continue;
	if (s < l->v + l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_place);
	for (s = l->v + 1; s < l->v + l->n; s++) {
		if (s->from >= last->to) {
			*++last = *s;
			continue;
		}
		last->to = s->to > last->to ? s->to : last->to;
		last->rule = s->rule < last->rule ? s->rule : last->rule;
		last->more = last->more && s->more;
		last->quoted |= s->quoted;
	}
	l->n = (size_t)(last + 1 - l->v);
}

void
ses_spans_free(struct ses_spans *l)
{
	free(l->v);
	*l = (struct ses_spans){0};
}
