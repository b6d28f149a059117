/*
 * Cursor CLI keeps a database for each session, named by its folder: blobs by
 * their SHA-256, which are messages as JSON, and lists of such names, which
 * change with each step; so a row is inserted and never changed.  The folder
 * above is named after the MD5 of the working directory, which nothing tells.
 */
#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/place.h"
#include "harness/tell.h"

static const char *const json[] = {"data", NULL};
static const struct ses_db_line columns = {.json = json};

static const struct ses_rows_kind rows = {
    .setup = "INSERT INTO temp.line(t, r, o) SELECT 0, rowid, 0 FROM blobs "
	     "WHERE ?1 NOTNULL ORDER BY rowid",
    .select = "SELECT l.n, b.*, CASE WHEN json_valid(CAST(b.data AS TEXT)) "
	      "THEN CAST(b.data AS TEXT) END AS data FROM temp.line l "
	      "JOIN blobs b ON b.rowid = l.r "
	      "WHERE ?1 NOTNULL AND l.n > ?2 AND l.n <= ?3 ORDER BY l.n",
    .count = SES_ROWS_COUNT,
    .back = SES_ROWS_BACK,
    .line = ses_db_line,
    .columns = &columns,
};

enum { DATA, N_FIELDS };
enum { TYPE, TEXT, CALL, TOOL, ARGS, INPUT, RESULT, OUTPUT, N_BLOCK };

static int
block(struct ses_teller *t, int role, const struct ses_json *v)
{
	struct ses_line_field b[N_BLOCK] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TEXT] = SES_LINE_FIELD("text"),
	    [CALL] = SES_LINE_FIELD("toolCallId"),
	    [TOOL] = SES_LINE_FIELD("toolName"),
	    [ARGS] = SES_LINE_FIELD("args"),
	    [INPUT] = SES_LINE_FIELD("input"),
	    [RESULT] = SES_LINE_FIELD("result"),
	    [OUTPUT] = SES_LINE_FIELD("output")};
	const struct ses_json *type = &b[TYPE].value;

	ses_line_fields(v, b, N_BLOCK);
	if (ses_json_is(type, "text"))
		return ses_tell_text(t, role, SES_EVENT_TEXT, &b[TEXT].value);
	if (ses_json_is(type, "reasoning"))
		return ses_tell_text(
		    t, role, SES_EVENT_THINKING, &b[TEXT].value);
	t->e.call = ses_tell_string(&b[CALL].value);
	if (ses_json_is(type, "tool-call"))
		return ses_tell_call(t, &b[TOOL].value,
		    b[ARGS].value.type != '\0' ? &b[ARGS].value
					       : &b[INPUT].value);
	t->e.tool = ses_tell_string(&b[TOOL].value);
	if (ses_json_is(type, "tool-result"))
		return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
		    b[RESULT].value.type != '\0' ? &b[RESULT].value
						 : &b[OUTPUT].value);
	t->e.call = t->e.tool = (struct ses_json){0};
	return 0;
}

static int
role_of(const struct ses_json *role)
{
	return ses_json_is(role, "user")        ? SES_ROLE_USER
	       : ses_json_is(role, "assistant") ? SES_ROLE_ASSISTANT
	       : ses_json_is(role, "tool")      ? SES_ROLE_TOOL
	       : ses_json_is(role, "system")    ? SES_ROLE_SYSTEM
						: SES_ROLE_OTHER;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_json who = {0};
	struct ses_json content = {0};
	struct ses_json_walk w;
	struct ses_json v = {0};
	int role;
	int rc = 0;

	(void)object;
	if (!ses_json_get(&f[DATA].value, "role", &who) ||
	    !ses_json_get(&f[DATA].value, "content", &content))
		return 0;
	role = role_of(&who);
	ses_tell_begin(t);
	if (content.type == '"')
		return content.len > 2
			   ? ses_tell_text(t, role, SES_EVENT_TEXT, &content)
			   : 0;
	ses_json_walk(&w, &content);
	while (rc == 0 && content.type == '[' && ses_json_next(&w, NULL, &v))
		rc = block(t, role, &v);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[DATA] = SES_LINE_FIELD("data")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}

static const char *const roots[] = {
    "$CURSOR_CONFIG_DIR/chats", "~/.cursor/chats", NULL};

const struct ses_dbs ses_cursor_store = {
    .ops = {.name = "cursor-chats",
	.summary = "Cursor CLI, its databases",
	SES_DBS_OPS,
	.events = events},
    .roots = roots,
    .file = "store.db",
    .depth = 2,
    .by_folder = 1,
    .list = "SELECT NULL AS id, (SELECT COUNT(*) FROM blobs) AS n, "
	    "(SELECT json_extract(CAST(data AS TEXT), '$.content[0].text') "
	    "FROM blobs WHERE json_valid(CAST(data AS TEXT)) AND json_extract("
	    "CAST(data AS TEXT), '$.role') = 'user' ORDER BY rowid LIMIT 1) "
	    "AS title WHERE ?1 IS NULL OR ?1 NOTNULL",
    .rows = &rows,
};
