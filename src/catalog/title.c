/* What of a title is to be searched. */
#include <string.h>

#include "catalog/title.h"

/* Blocks of a session in which its first words are looked for. */
#define BLOCKS_MAX 4

static int
is_blank(unsigned char c)
{
	return c <= ' ' || c == 0x7f;
}

/* Whether text begins with the words of the title, with whatever between
 * them. */
static int
begins_so(const char *title, const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && is_blank((unsigned char)text[i]))
		i++;
	for (; *title != '\0'; title++) {
		if (i == len)
			return 0;
		if (*title != ' ') {
			if (text[i++] != *title)
				return 0;
			continue;
		}
		if (!is_blank((unsigned char)text[i]))
			return 0;
		while (i < len && is_blank((unsigned char)text[i]))
			i++;
	}
	return 1;
}

/* Whether a user says that in the events first to last, which are of one
 * block: 1, 0 or -1. */
static int
is_said_in(struct ses_ingest *in, int64_t block, int64_t first, int64_t last,
    const char *title, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_EVENTS, err);
	struct ses_buf *text;
	int is = 0;
	size_t at;
	size_t len;
	int rc;

	if (st == NULL || ses_catalog_block(in->c, block, &text, err) < 0)
		return -1;
	(void)sqlite3_bind_int64(st, 1, first);
	(void)sqlite3_bind_int64(st, 2, last);
	while (!is && (rc = ses_catalog_step(in->c, st, err)) > 0) {
		at = (size_t)sqlite3_column_int64(st, 6);
		len = (size_t)sqlite3_column_int64(st, 7);
		if (sqlite3_column_int(st, 1) == SES_ROLE_USER &&
		    sqlite3_column_int(st, 2) == SES_EVENT_TEXT &&
		    at <= text->len && len <= text->len - at)
			is = begins_so(title, text->data + at, len);
	}
	ses_catalog_done(st);
	return is ? 1 : rc;
}

static int
is_said(struct ses_ingest *in, int64_t no, const char *title,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_BLOCKS, err);
	int64_t v[BLOCKS_MAX][3];
	int is = 0;
	int n = 0;
	int rc = 1;
	int i;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	while (n < BLOCKS_MAX && (rc = ses_catalog_step(in->c, st, err)) > 0) {
		for (i = 0; i < 3; i++)
			v[n][i] = sqlite3_column_int64(st, i);
		n++;
	}
	ses_catalog_done(st);
	if (rc < 0)
		return -1;
	for (i = 0; i < n && is == 0; i++)
		is = is_said_in(in, v[i][0], v[i][1], v[i][2], title, err);
	return is;
}

/* Run a statement with a number and two texts. */
static int
run_with(struct ses_ingest *in, enum ses_catalog_sql which, int64_t no,
    const char *t, const char *m, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, which, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	if (t != NULL) {
		(void)sqlite3_bind_text(st, 2, t, -1, SQLITE_STATIC);
		(void)sqlite3_bind_text(st, 3, m, -1, SQLITE_STATIC);
	}
	return ses_catalog_run(in->c, st, err);
}

/* The title that is indexed: 1, 0 or -1. */
static int
get(struct ses_ingest *in, int64_t no, struct ses_buf *t, struct ses_buf *m,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_TITLE_GET, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	rc = ses_catalog_step(in->c, st, err);
	if (rc > 0) {
		ses_buf_str(t, ses_catalog_text(st, 0));
		ses_buf_str(m, ses_catalog_text(st, 1));
	}
	ses_catalog_done(st);
	(void)ses_buf_cstr(t);
	(void)ses_buf_cstr(m);
	if (ses_buf_check(t, err) < 0 || ses_buf_check(m, err) < 0)
		return -1;
	return rc;
}

int
ses_title_drop(struct ses_ingest *in, int64_t no, struct seshat_err *err)
{
	struct ses_buf t = {0};
	struct ses_buf m = {0};
	int rc = get(in, no, &t, &m, err);

	if (rc > 0) {
		in->retitled = 1;
		rc = run_with(in, SES_SQL_TT_DEL, no, t.data, m.data, err);
		if (rc == 0)
			rc = run_with(
			    in, SES_SQL_TITLE_DEL, no, NULL, NULL, err);
	}
	ses_buf_free(&t);
	ses_buf_free(&m);
	return rc;
}

/* What would look like a mark in a snippet becomes a space. */
static void
clean(struct ses_buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if ((unsigned char)b->data[i] <= SES_CATALOG_MARK_END)
			b->data[i] = ' ';
}

static int
add(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    const char *title, struct seshat_err *err)
{
	int64_t harness = ses_catalog_name(
	    in->c, SES_NAME_HARNESS, w->harness, strlen(w->harness), err);
	int64_t project = ses_catalog_name(
	    in->c, SES_NAME_PROJECT, w->project, strlen(w->project), err);
	struct ses_buf t = {0};
	struct ses_buf m = {0};
	int rc;

	if (harness < 0 || project < 0)
		return -1;
	ses_buf_str(&t, title);
	clean(&t);
	(void)ses_buf_cstr(&t);
	ses_buf_fmt(&m, "k%d h%lld p%lld s%lld", SES_CATALOG_TITLE,
	    (long long)harness, (long long)project, (long long)no);
	(void)ses_buf_cstr(&m);
	rc = ses_buf_check(&t, err) < 0 || ses_buf_check(&m, err) < 0 ? -1 : 0;
	if (rc == 0)
		rc = run_with(in, SES_SQL_TITLE_ADD, no, t.data, m.data, err);
	if (rc == 0)
		rc = run_with(in, SES_SQL_TT_ADD, no, t.data, m.data, err);
	ses_buf_free(&t);
	ses_buf_free(&m);
	return rc;
}

int
ses_title_put(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    const char *title, struct seshat_err *err)
{
	int said;

	if (ses_title_drop(in, no, err) < 0)
		return -1;
	if (title != NULL && title[0] != '\0' &&
	    strcmp(w->harness, "seshat-log") != 0) {
		said = is_said(in, no, title, err);
		if (said < 0 || (!said && add(in, no, w, title, err) < 0))
			return -1;
	}
	return run_with(in, SES_SQL_TITLED_PUT, no, NULL, NULL, err);
}
