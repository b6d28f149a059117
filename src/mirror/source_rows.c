/*
 * The rows of a database as a source: a block is as many as fit.  Between two
 * questions no transaction is open, because a store may be slow, and an agent
 * would wait for it.
 */
#include <string.h>

#include "mirror/source.h"

static int
hash_line(void *arg, uint64_t cursor, const char *line, size_t len,
    struct seshat_err *err)
{
	(void)cursor;
	(void)err;
	ses_sha256_add(arg, line, len);
	return 0;
}

static int
wake(struct ses_source *s, int *changed, struct seshat_err *err)
{
	if (ses_rows_wake(s->rows, changed, err) < 0)
		return -1;
	s->size = ses_rows_highest(s->rows);
	s->held = ses_rows_last(s->rows) - s->size;
	return 0;
}

static int
proof(struct ses_source *s, uint64_t cursor, char k[SES_SHA256_HEX],
    struct seshat_err *err)
{
	struct ses_sha256 sha;
	uint64_t after;

	ses_sha256_init(&sha);
	if (ses_rows_back(s->rows, cursor, SES_CHECK_ROWS, &after, err) < 0 ||
	    ses_rows_each(s->rows, after, cursor, hash_line, &sha, err) < 0)
		return -1;
	ses_sha256_hex(&sha, k);
	return 0;
}

int
ses_source_rows_check(
    struct ses_source *s, uint64_t cursor, struct seshat_err *err)
{
	int changed;
	int rc;

	if (wake(s, &changed, err) < 0)
		return -1;
	rc = proof(s, cursor, s->seen, err);
	ses_rows_rest(s->rows);
	return rc;
}

int
ses_source_rows_count(
    struct ses_source *s, uint64_t upto, uint64_t *n, struct seshat_err *err)
{
	int changed;
	int rc;

	if (wake(s, &changed, err) < 0)
		return -1;
	rc = ses_rows_count(s->rows, upto, n, err);
	ses_rows_rest(s->rows);
	return rc;
}

/* A block being gathered. */
struct gather {
	struct ses_buf *buf;
	uint64_t last;
};

static int
take_line(void *arg, uint64_t cursor, const char *line, size_t len,
    struct seshat_err *err)
{
	struct gather *g = arg;

	if (g->buf->len > 0 && g->buf->len + len > SES_BLOCK_MAX)
		return 1;
	ses_buf_add(g->buf, line, len);
	g->last = cursor;
	return ses_buf_check(g->buf, err);
}

/* What was written since the cursor was checked may have moved rows across
 * it: they would be lost, or come twice. */
static int
prove_again(struct ses_source *s, uint64_t cursor, struct seshat_err *err)
{
	char now[SES_SHA256_HEX];

	if (proof(s, cursor, now, err) < 0)
		return -1;
	return strcmp(now, s->seen) == 0
		   ? 0
		   : ses_fail(err, SESHAT_ECONFLICT,
			 "rows that were read have changed");
}

static int
gather(struct ses_source *s, struct gather *g, struct seshat_err *err)
{
	const uint64_t from = g->last;

	/* what stands before a row that cannot be read is taken first */
	if (ses_rows_each(s->rows, from, s->size, take_line, g, err) < 0 &&
	    (g->last == from || s->buf.bad))
		return -1;
	/* SQLite does not see all damage, and nobody may go in circles */
	if (g->last < from)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "the database is damaged: row %llu stands behind row %llu",
		    (unsigned long long)g->last, (unsigned long long)from);
	return proof(s, g->last, s->next, err);
}

int
ses_source_rows_next(struct ses_source *s, uint64_t cursor, struct ses_block *b,
    struct seshat_err *err)
{
	struct gather g = {.buf = &s->buf, .last = cursor};
	int changed;
	int rc = wake(s, &changed, err);

	ses_buf_clear(&s->buf);
	if (rc == 0 && changed)
		rc = prove_again(s, cursor, err);
	if (rc == 0)
		rc = gather(s, &g, err);
	ses_rows_rest(s->rows);
	if (rc < 0)
		return -1;
	if (g.last == cursor)
		return 0;
	b->kind = SES_BLOCK_LINES;
	b->data = s->buf.data;
	b->len = b->stop = s->buf.len;
	b->from = cursor;
	b->to = g.last;
	return 0;
}

static int
crc_line(void *arg, uint64_t cursor, const char *line, size_t len,
    struct seshat_err *err)
{
	uint32_t *crc = arg;

	(void)cursor;
	(void)err;
	*crc = ses_crc32(*crc, line, len);
	return 0;
}

int
ses_source_rows_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err)
{
	int changed;
	int rc;

	*crc = 0;
	if (wake(s, &changed, err) < 0)
		return -1;
	rc = ses_rows_each(s->rows, from, to, crc_line, crc, err);
	ses_rows_rest(s->rows);
	return rc;
}
