/* How far a session was taken in. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "catalog/ingest.h"

void
ses_taken_free(struct ses_taken *p)
{
	free(p->marks);
	*p = (struct ses_taken){0};
}

static int
get_marks(sqlite3_stmt *st, struct ses_taken *p, struct seshat_err *err)
{
	const void *blob = sqlite3_column_blob(st, 5);
	size_t len = (size_t)sqlite3_column_bytes(st, 5);

	p->n_marks = len / sizeof(*p->marks);
	p->cap_marks = p->n_marks + 1;
	p->marks = ses_calloc(p->cap_marks, sizeof(*p->marks));
	if (p->marks == NULL)
		return ses_fail_nomem(err);
	if (p->n_marks > 0)
		memcpy(p->marks, blob, p->n_marks * sizeof(*p->marks));
	return 0;
}

int
ses_taken_get(struct ses_catalog *c, int64_t no, struct ses_taken *p,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_PLACE_GET, err);
	int rc;

	*p = (struct ses_taken){0};
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0) {
		(void)strncpy(
		    p->stream, ses_catalog_text(st, 0), sizeof(p->stream) - 1);
		p->next = (uint32_t)sqlite3_column_int64(st, 1);
		p->at = (uint64_t)sqlite3_column_int64(st, 2);
		p->bytes = (uint64_t)sqlite3_column_int64(st, 3);
		p->line = (uint64_t)sqlite3_column_int64(st, 4);
		p->ragged = sqlite3_column_int(st, 6);
		p->model = sqlite3_column_int64(st, 7);
		p->total.input = (uint64_t)sqlite3_column_int64(st, 8);
		p->total.output = (uint64_t)sqlite3_column_int64(st, 9);
		p->total.cache_read = (uint64_t)sqlite3_column_int64(st, 10);
		p->total.cache_write = (uint64_t)sqlite3_column_int64(st, 11);
		p->time = sqlite3_column_int64(st, 12);
		rc = get_marks(st, p, err);
	}
	ses_catalog_done(st);
	return rc;
}

int
ses_taken_put(struct ses_catalog *c, int64_t no, const struct ses_taken *p,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_PLACE_PUT, err);
	const int64_t v[] = {p->next, (int64_t)p->at, (int64_t)p->bytes,
	    (int64_t)p->line, 0, p->ragged, p->model, (int64_t)p->total.input,
	    (int64_t)p->total.output, (int64_t)p->total.cache_read,
	    (int64_t)p->total.cache_write, p->time};
	int i;

	if (st == NULL)
		return -1;
	for (i = 0; i < (int)(sizeof(v) / sizeof(v[0])); i++)
		(void)sqlite3_bind_int64(st, i + 3, v[i]);
	(void)sqlite3_bind_int64(st, 1, no);
	(void)sqlite3_bind_text(st, 2, p->stream, -1, SQLITE_STATIC);
	(void)sqlite3_bind_blob(st, 7, p->marks,
	    (int)(p->n_marks * sizeof(*p->marks)), SQLITE_STATIC);
	return ses_catalog_run(c, st, err);
}

/* The mark of the part that ends with this number, or NULL. */
static const struct ses_mark *
mark_at(const struct ses_taken *p, uint32_t last, size_t *k)
{
	while (*k < p->n_marks && p->marks[*k].last < last)
		(*k)++;
	return *k < p->n_marks && p->marks[*k].last == last ? &p->marks[*k]
							    : NULL;
}

int
ses_taken_find(const struct ses_taken *p, const struct ses_stream *st,
    size_t *i, uint64_t *skip)
{
	const struct ses_mark *m;
	const struct ses_entry *e;
	uint64_t size = 0;
	uint32_t crc = 0;
	size_t k = 0;

	*skip = 0;
	for (*i = 0; *i < st->n && st->parts[*i].first < p->next; (*i)++) {
		e = &st->parts[*i];
		if (e->last >= p->next) {
			/* merged with what is new; the CRC is seen to when it
			 * is read */
			*skip = p->bytes - size;
			return e->known && p->bytes >= size;
		}
		m = mark_at(p, e->last, &k);
		if (e->known && !e->torn) {
			crc = ses_crc32_join(crc, e->crc, e->size);
			size += e->size;
			if (m != NULL && (m->size != size || m->crc != crc))
				return 0;
		} else if (!e->known) {
			/* a part of its own never changes */
			if (m == NULL || ses_entry_is_merged(e))
				return 0;
			crc = m->crc;
			size = m->size;
		}
	}
	if (p->next == 0)
		return 1;
	return p->n_marks > 0 && size == p->bytes &&
	       crc == p->marks[p->n_marks - 1].crc && st->next_seq >= p->next;
}

void
ses_taken_prune(struct ses_taken *p, const struct ses_stream *st)
{
	size_t kept = 0;
	size_t i = 0;
	size_t k;

	for (k = 0; k < p->n_marks; k++) {
		while (i < st->n && st->parts[i].last < p->marks[k].last)
			i++;
		if (k + 1 == p->n_marks ||
		    (i < st->n && st->parts[i].last == p->marks[k].last))
			p->marks[kept++] = p->marks[k];
	}
	p->n_marks = kept;
}
