/* Text, in blocks that are packed with zstd. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "catalog/db.h"

#define LEVEL     1
#define BLOCK_MAX (64U << 20) /* unpacked; an event is alone in its block */

static int
unpack(struct ses_catalog *c, sqlite3_stmt *st, struct seshat_err *err)
{
	int64_t len = sqlite3_column_int64(st, 0);
	const void *data = sqlite3_column_blob(st, 1);
	int size = sqlite3_column_bytes(st, 1);
	char *room;
	size_t got;

	ses_buf_clear(&c->text);
	if (len < 0 || len > BLOCK_MAX)
		return ses_catalog_damaged(c, "a block's length", err);
	if (c->unpack == NULL)
		c->unpack = ZSTD_createDCtx();
	room = ses_buf_room(&c->text, (size_t)len + 1);
	if (c->unpack == NULL || room == NULL)
		return ses_fail_nomem(err);
	got = ZSTD_decompressDCtx(
	    c->unpack, room, (size_t)len, data, (size_t)size);
	if (ZSTD_isError(got) || got != (size_t)len)
		return ses_catalog_damaged(c, "a block of text", err);
	ses_buf_grew(&c->text, (size_t)len);
	return 0;
}

int
ses_catalog_block(struct ses_catalog *c, int64_t id, struct ses_buf **out,
    struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc;

	*out = &c->text;
	if (c->block == id && id != 0)
		return 0;
	c->block = 0;
	st = ses_catalog_st(c, SES_SQL_BLOCK_GET, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, id);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		rc = unpack(c, st, err);
	else if (rc == 0)
		rc = ses_catalog_damaged(c, "a block is missing", err);
	ses_catalog_done(st);
	if (rc == 0)
		c->block = id;
	return rc;
}

int
ses_catalog_put_block(struct ses_catalog *c, int64_t id,
    const struct ses_block_of *of, const struct ses_buf *text,
    struct seshat_err *err)
{
	size_t bound = ZSTD_compressBound(text->len);
	sqlite3_stmt *st;
	char *room;
	size_t got;

	if (c->pack == NULL)
		c->pack = ZSTD_createCCtx();
	ses_buf_clear(&c->packed);
	room = ses_buf_room(&c->packed, bound);
	if (c->pack == NULL || room == NULL)
		return ses_fail_nomem(err);
	got = ZSTD_compressCCtx(c->pack, room, bound,
	    text->data != NULL ? text->data : "", text->len, LEVEL);
	if (ZSTD_isError(got))
		return ses_fail(
		    err, SESHAT_ESYS, "zstd: %s", ZSTD_getErrorName(got));
	st = ses_catalog_st(c, SES_SQL_BLOCK_ADD, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, id);
	(void)sqlite3_bind_int64(st, 2, of->session);
	(void)sqlite3_bind_int64(st, 3, of->first);
	(void)sqlite3_bind_int64(st, 4, of->last);
	(void)sqlite3_bind_int64(st, 5, (sqlite3_int64)text->len);
	(void)sqlite3_bind_blob(st, 6, room, (int)got, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 7, of->line);
	(void)sqlite3_bind_int64(st, 8, of->clock);
	return ses_catalog_run(c, st, err);
}

/* ses_text(block, at, len): what stands there. */
static void
text_at(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	struct ses_catalog *c = sqlite3_user_data(ctx);
	int64_t at = sqlite3_value_int64(v[1]);
	int64_t len = sqlite3_value_int64(v[2]);
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf *text;

	(void)n;
	if (len == 0) {
		sqlite3_result_text(ctx, "", 0, SQLITE_STATIC);
		return;
	}
	if (ses_catalog_block(c, sqlite3_value_int64(v[0]), &text, &err) < 0 ||
	    at < 0 || len < 0 || (uint64_t)at > text->len ||
	    (uint64_t)len > text->len - (uint64_t)at) {
		sqlite3_result_error_code(ctx, SQLITE_CORRUPT);
		return;
	}
	sqlite3_result_text(ctx, text->data + at, (int)len, SQLITE_TRANSIENT);
}

/* ses_has(text, part): whether it stands there, capitals of ASCII or not. */
static void
has_part(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *text = (const char *)sqlite3_value_text(v[0]);
	const char *part = (const char *)sqlite3_value_text(v[1]);
	size_t len = (size_t)sqlite3_value_bytes(v[1]);
	int lower;
	int upper;

	(void)n;
	sqlite3_result_int(ctx, 0);
	if (text == NULL || part == NULL)
		return;
	lower = tolower((unsigned char)part[0]);
	upper = toupper((unsigned char)part[0]);
	for (; *text != '\0'; text++)
		if ((*text == lower || *text == upper) &&
		    strncasecmp(text, part, len) == 0) {
			sqlite3_result_int(ctx, 1);
			return;
		}
}

int
ses_catalog_functions(struct ses_catalog *c, struct seshat_err *err)
{
	if (sqlite3_create_function_v2(c->db, "ses_text", 3,
		SQLITE_UTF8 | SQLITE_INNOCUOUS, c, text_at, NULL, NULL,
		NULL) != SQLITE_OK ||
	    sqlite3_create_function_v2(c->db, "ses_has", 2,
		SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, NULL,
		has_part, NULL, NULL, NULL) != SQLITE_OK)
		return ses_catalog_fail(c, err);
	if (ses_catalog_words(c->db) != SQLITE_OK)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this SQLite cannot search text (FTS5)");
	return 0;
}
