/*
 * Zed keeps a thread as one JSON document, compressed or not, in a row that is
 * written anew whenever it changes.  Its lines are the messages in it; the last
 * one of the agent may be in the making.
 */
#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/place.h"
#include "harness/tell.h"

#define TEXT_BY(unpack)                                                        \
	"CASE x.data_type WHEN 'zstd' THEN " unpack " ELSE "                   \
	"CAST(x.data AS TEXT) END"
#define TEXT TEXT_BY("ses_unzstd(x.data)")
/* One thread that is too large keeps no other from being listed. */
#define TEXT_IF_FITS TEXT_BY("ses_unzstd(x.data, 0)")
/* It is made once: what has a limit is no part of the query around it. */
#define MESSAGES                                                               \
	"(SELECT " TEXT " AS d, CAST(strftime('%s', x.updated_at) AS INTEGER)" \
	" * 1000 AS at FROM threads x WHERE x.id = ?1 LIMIT 1) t, json_each("  \
	"CASE WHEN json_valid(t.d) THEN t.d ELSE '{}' END, '$.messages') e"

static const char *const json[] = {"message", NULL};
static const struct ses_db_line columns = {.json = json};

static const struct ses_rows_kind rows = {
    .setup = "INSERT INTO temp.line(t, r, o) SELECT 0, e.key, "
	     "t.at > ?2 AND t.at < ?3 AND json_type(e.value, '$.Agent') "
	     "NOTNULL AND e.key = MAX(e.key) OVER () "
	     "FROM " MESSAGES " ORDER BY e.key",
    .select = "SELECT e.key + 1, e.value AS message FROM " MESSAGES
	      " WHERE e.key >= ?2 AND e.key < ?3 ORDER BY e.key",
    .count = SES_ROWS_COUNT,
    .back = SES_ROWS_BACK,
    .line = ses_db_line,
    .columns = &columns,
};

enum { MESSAGE, N_FIELDS };

/* {"Text":...}, {"Thinking":{"text":...}}, {"ToolUse":{"id":...}} */
static int
block(struct ses_teller *t, int role, const struct ses_json *v)
{
	struct ses_json inner = {0};
	struct ses_json text = {0};

	if (ses_json_get(v, "Text", &text))
		return text.len <= 2
			   ? 0
			   : ses_tell_text(t, role, SES_EVENT_TEXT, &text);
	if (ses_json_path(v, "Thinking.text", &text))
		return ses_tell_text(t, role, SES_EVENT_THINKING, &text);
	if (ses_json_path(v, "Mention.content", &text))
		return ses_tell_text(t, SES_ROLE_SYSTEM, SES_EVENT_TEXT, &text);
	if (!ses_json_get(v, "ToolUse", &inner))
		return 0;
	return ses_tell_call_of(t, &inner, "id", "name", "input");
}

/* "id":{"tool_name":...,"is_error":...,"content":{"Text":...}} */
static int
result(
    struct ses_teller *t, const struct ses_json *id, const struct ses_json *v)
{
	struct ses_json name = {0};
	struct ses_json wrong = {0};
	struct ses_json text = {0};

	(void)ses_json_get(v, "tool_name", &name);
	(void)ses_json_get(v, "is_error", &wrong);
	if (!ses_json_path(v, "content.Text", &text))
		(void)ses_json_get(v, "content", &text);
	t->e.call = ses_tell_string(id);
	t->e.tool = ses_tell_string(&name);
	t->e.failed = wrong.type == 't';
	return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &text);
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_json said = {0};
	struct ses_json content = {0};
	struct ses_json_walk w;
	struct ses_json v = {0};
	int role = SES_ROLE_ASSISTANT;
	int rc = 0;

	(void)object;
	if (ses_json_get(&f[MESSAGE].value, "User", &said))
		role = SES_ROLE_USER;
	else
		(void)ses_json_get(&f[MESSAGE].value, "Agent", &said);
	ses_tell_begin(t);
	(void)ses_json_get(&said, "content", &content);
	ses_json_walk(&w, &content);
	while (rc == 0 && content.type == '[' && ses_json_next(&w, NULL, &v))
		rc = block(t, role, &v);
	(void)ses_json_get(&said, "tool_results", &content);
	ses_json_walk(&w, &content);
	while (rc == 0 && content.type == '{' && ses_json_next(&w, &said, &v))
		rc = result(t, &said, &v);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {
	    [MESSAGE] = SES_LINE_FIELD("message")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}

static const char *const roots[] = {"$ZED_DIR/threads",
    "$XDG_DATA_HOME/zed/threads", "~/.local/share/zed/threads", NULL};

const struct ses_dbs ses_zed = {
    .ops = {.name = "zed", .summary = "Zed", SES_DBS_OPS, .events = events},
    .roots = roots,
    .file = "threads.db",
    /* parent_id and folder_paths are not in older ones */
    .list = "SELECT *, (SELECT COUNT(*) FROM json_each(CASE WHEN "
	    "json_valid(" TEXT_IF_FITS ") THEN " TEXT_IF_FITS " ELSE '{}' END, "
	    "'$.messages')) AS n, summary AS title, "
	    "CAST(strftime('%s', updated_at) AS INTEGER) * 1000 AS time "
	    "FROM threads x WHERE ?1 IS NULL OR id = ?1",
    .rows = &rows,
};
