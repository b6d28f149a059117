/* Entries of session logs as the catalog takes them in: what a page shows of
 * one stands in its row, so that a page reads no log. */
#include <string.h>

#include "catalog/ingest.h"
#include "catalog/runs.h"

#define WHOLE 16384 /* bytes of an entry that is kept as it is */
#define FIELD 1000  /* of a field, where it is not */
#define TRIES 20    /* attempts, there */

/* Not in the middle of a character. */
static size_t
cut(const char *s, size_t len)
{
	if (len <= FIELD)
		return len;
	for (len = FIELD; len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80;
	     len--)
		;
	return len;
}

/* A member, if there is a value; of a long one its beginning. */
static void
add_member(struct ses_buf *out, const char *name, const struct ses_json *v)
{
	struct ses_buf text = {0};
	uint64_t n;

	if (v->type == '\0' || v->type == 'n')
		return;
	ses_buf_fmt(
	    out, "%s\"%s\":", out->data[out->len - 1] == '{' ? "" : ",", name);
	if (ses_json_u64(v, &n) == 0) {
		ses_buf_fmt(out, "%llu", (unsigned long long)n);
	} else if (v->type == 't' || v->type == 'f') {
		ses_buf_str(out, v->type == 't' ? "true" : "false");
	} else {
		if (v->type == '"')
			ses_json_text(v, &text);
		else
			ses_buf_add(&text, v->text, cut(v->text, v->len));
		ses_json_quote(out, ses_buf_cstr(&text),
		    cut(ses_buf_cstr(&text), text.len));
	}
	out->bad |= text.bad;
	ses_buf_free(&text);
}

static void
add_members(struct ses_buf *out, const struct ses_json *object,
    const char *const *names)
{
	struct ses_json v;

	for (; *names != NULL; names++) {
		v = (struct ses_json){0};
		(void)ses_json_get(object, *names, &v);
		add_member(out, *names, &v);
	}
}

/* The beginnings of its fields. */
static void
shorten(struct ses_buf *out, const struct ses_json *entry)
{
	static const char *const fields[] = {"session_id", "timestamp", "skill",
	    "phase", "project_root", "input", "final_status", "file_path",
	    "model_used", "duration_ms", NULL};
	static const char *const tries[] = {"attempt", "model",
	    "output_summary", "runner_output", "verified", NULL};
	struct ses_json v = {0};
	struct ses_json attempt;
	struct ses_json_walk w;
	size_t n = 0;

	ses_buf_str(out, "{");
	add_members(out, entry, fields);
	(void)ses_json_get(entry, "attempts", &v);
	ses_json_walk(&w, &v);
	if (v.type == '[')
		ses_buf_str(out, ",\"attempts\":[");
	while (
	    v.type == '[' && n < TRIES && ses_json_next(&w, NULL, &attempt)) {
		ses_buf_str(out, n++ == 0 ? "{" : ",{");
		add_members(out, &attempt, tries);
		ses_buf_str(out, "}");
	}
	ses_buf_str(out,
	    v.type == '[' ? "],\"truncated\":true}" : ",\"truncated\":true}");
}

void
ses_run_data(const struct ses_json *entry, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json v;

	/* what is lenient in a transcript is none of an answer's */
	if (entry->len <= WHOLE &&
	    ses_json_parse(entry->text, entry->len, &v, &ignored) == 0)
		ses_json_compact(out, &v);
	else
		shorten(out, entry);
}

int
ses_ingest_run(struct ses_ingest *in, const struct ses_event *e, int64_t *of)
{
	struct ses_buf data = {0};
	struct ses_json id = {0};
	sqlite3_stmt *st;
	int rc = -1;

	(void)ses_json_get(&e->entry, "session_id", &id);
	*of = ses_ingest_name(in, SES_NAME_SESSION, &id);
	if (in->failed)
		return -1;
	/* the first event of an entry stands for it */
	if (*of == 0 || e->kind != SES_EVENT_TOOL_CALL)
		return 0;
	ses_run_data(&e->entry, &data);
	st = ses_catalog_st(in->c, SES_SQL_RUN_ADD, &in->err);
	if (st != NULL && ses_buf_check(&data, &in->err) == 0) {
		(void)sqlite3_bind_int64(st, 1, in->no);
		(void)sqlite3_bind_int64(st, 2, (int64_t)in->replay.n);
		(void)sqlite3_bind_int64(st, 3, *of);
		(void)sqlite3_bind_int64(st, 4, in->taken.time);
		(void)sqlite3_bind_text(
		    st, 5, data.data, (int)data.len, SQLITE_STATIC);
		rc = ses_catalog_run(in->c, st, &in->err);
	}
	ses_buf_free(&data);
	return rc;
}
