/* The marks of a version: which place of its text is which of the source. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/version.h"

/* The first mark whose cursor is not below this one. */
static size_t
lower(const struct ses_version *v, uint64_t cursor)
{
	size_t low = 0;
	size_t high = v->n;
	size_t mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v->marks[mid].cursor < cursor)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int
ses_version_find(const struct ses_version *v, uint64_t cursor, uint64_t *at)
{
	const struct ses_mark *m;
	size_t i = lower(v, cursor);
	uint64_t off;

	if (i < v->n && v->marks[i].cursor == cursor) {
		*at = v->marks[i].at;
		return 1;
	}
	if (i == 0 || i == v->n || !v->marks[i - 1].exact)
		return 0;
	m = &v->marks[i - 1];
	off = cursor - m->cursor;
	if (off > m[1].at - m->at)
		return 0;
	*at = m->at + off;
	return 1;
}

int
ses_version_begins(const struct ses_version *v, uint64_t at,
    const struct ses_spool *piece, struct seshat_err *err)
{
	char a[64];
	char b[64];
	size_t n;
	size_t m;

	if (ses_spool_read(&v->text, a, sizeof(a), at, &n, err) < 0 ||
	    ses_spool_read(piece, b, sizeof(b), 0, &m, err) < 0)
		return -1;
	n = n < m ? n : m;
	return n > 0 && memcmp(a, b, n) == 0;
}

int
ses_version_mark(struct ses_version *v, uint64_t cursor, uint64_t at, int exact,
    struct seshat_err *err)
{
	size_t i = lower(v, cursor);
	struct ses_mark *m;

	if (i < v->n && v->marks[i].cursor == cursor) {
		/* what stands there was read first, and stays */
		if (v->marks[i].at == at)
			v->marks[i].exact |= exact;
		return 0;
	}
	/* marks are in order, in the source and in the text */
	if ((i > 0 && v->marks[i - 1].at > at) ||
	    (i < v->n && v->marks[i].at < at))
		return 0;
	m = ses_grow(v->marks, v->n, &v->cap, sizeof(*m));
	if (m == NULL)
		return ses_fail_nomem(err);
	v->marks = m;
	m = v->marks + i;
	memmove(m + 1, m, (v->n - i) * sizeof(*m));
	v->n++;
	*m = (struct ses_mark){.cursor = cursor, .at = at, .exact = exact};
	/* one that splits an exact stretch leaves two of them */
	if (i > 0 && i + 1 < v->n && m[-1].exact &&
	    at - m[-1].at == cursor - m[-1].cursor)
		m->exact = 1;
	return 0;
}

int
ses_version_cut(struct ses_version *v, uint64_t size, struct seshat_err *err)
{
	while (v->n > 0 && v->marks[v->n - 1].at > size)
		v->n--;
	if (v->n > 0)
		v->marks[v->n - 1].exact = 0;
	return ses_spool_cut(&v->text, size, err);
}

int
ses_version_copy(struct ses_version *to, const struct ses_version *v,
    uint64_t size, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < v->n && v->marks[i].at <= size; i++)
		if (ses_version_mark(to, v->marks[i].cursor, v->marks[i].at,
			v->marks[i].exact, err) < 0)
			return -1;
	return ses_spool_copy(&to->text, &v->text, 0, size, err);
}

void
ses_version_free(struct ses_version *v)
{
	ses_spool_close(&v->text);
	free(v->marks);
	*v = (struct ses_version){0};
}
