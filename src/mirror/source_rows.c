/* The rows of a database as a source: a block is as many as fit. */
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

int
ses_source_rows_proof(struct ses_source *s, uint64_t cursor,
    char k[SES_SHA256_HEX], struct seshat_err *err)
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

int
ses_source_rows_next(struct ses_source *s, uint64_t cursor, struct ses_block *b,
    struct seshat_err *err)
{
	struct gather g = {.buf = &s->buf, .last = cursor};

	ses_buf_clear(&s->buf);
	/* what stands before a row that cannot be read is taken first */
	if (ses_rows_each(s->rows, cursor, s->size, take_line, &g, err) < 0 &&
	    (g.last == cursor || s->buf.bad))
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
	*crc = 0;
	return ses_rows_each(s->rows, from, to, crc_line, crc, err);
}
