#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cli/short_id.h"

#define SHORT 8

int
ses_short_ids_add(
    struct ses_short_ids *s, const char *id, struct seshat_err *err)
{
	size_t cap = s->cap == 0 ? 64 : s->cap * 2;
	char **v;

	if (s->n == s->cap) {
		v = ses_realloc(s->v, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n] = ses_str_ndup(id, strcspn(id, "."));
	if (s->v[s->n] == NULL)
		return ses_fail_nomem(err);
	s->n++;
	s->sorted = 0;
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, each once: then only neighbours can be alike. */
static void
sort(struct ses_short_ids *s)
{
	size_t kept = 0;
	size_t i;

	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_bytes);
	for (i = 0; i < s->n; i++) {
		if (kept > 0 && strcmp(s->v[kept - 1], s->v[i]) == 0)
			free(s->v[i]);
		else
			s->v[kept++] = s->v[i];
	}
	s->n = kept;
	s->sorted = 1;
}

static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n;
}

void
ses_short_ids_name(struct ses_short_ids *s, const char *id, struct ses_buf *out)
{
	size_t len = strcspn(id, ".");
	size_t need = SHORT;
	char *parent = ses_str_ndup(id, len);
	char **at;
	size_t i;

	if (!s->sorted)
		sort(s);
	at = parent == NULL || s->n == 0
		 ? NULL
		 : bsearch(&parent, s->v, s->n, sizeof(*s->v), by_bytes);
	if (at != NULL) {
		i = (size_t)(at - s->v);
		if (i > 0 && common(s->v[i - 1], parent) >= need)
			need = common(s->v[i - 1], parent) + 1;
		if (i + 1 < s->n && common(s->v[i + 1], parent) >= need)
			need = common(s->v[i + 1], parent) + 1;
	}
	free(parent);
	ses_buf_add(out, id, len < need ? len : need);
	if (id[len] == '.')
		ses_buf_fmt(out, ".%.*s", SHORT, id + len + 1);
}

void
ses_short_ids_free(struct ses_short_ids *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	*s = (struct ses_short_ids){0};
}
