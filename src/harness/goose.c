/*
 * Goose keeps tables sessions and messages.  A message is written once, but a
 * conversation that was compacted, edited or imported is deleted and written
 * anew as a whole: the same messages have other numbers and other times of
 * insertion then, which are left out.
 */
#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/place.h"
#include "harness/tell.h"

static const char *const leave[] = {"id", "timestamp", NULL};
static const char *const json[] = {"content_json", "metadata_json", NULL};
static const struct ses_db_line columns = {.leave = leave, .json = json};

static const struct ses_rows_kind rows = {
    .setup = "INSERT INTO temp.line(t, r, o) SELECT t, r, 0 FROM ("
	     "SELECT 0 AS t, rowid AS r FROM sessions WHERE id = ?1 "
	     "UNION ALL SELECT 1, rowid FROM messages WHERE session_id = ?1) "
	     "ORDER BY t, r",
    .select =
	"SELECT l.n, CASE l.t WHEN 0 THEN 'session' ELSE 'message' END AS "
	"\"table\", s.id AS session_id, s.working_dir, s.created_at, m.* "
	"FROM temp.line l "
	"LEFT JOIN sessions s ON l.t = 0 AND s.rowid = l.r "
	"LEFT JOIN messages m ON l.t = 1 AND m.rowid = l.r "
	"WHERE ?1 NOTNULL AND l.n > ?2 AND l.n <= ?3 ORDER BY l.n",
    .count = SES_ROWS_COUNT,
    .back = SES_ROWS_BACK,
    .line = ses_db_line,
    .columns = &columns,
};

enum { ROLE, TIME, CONTENT, META, N_FIELDS };

/* {"toolResult":{"status":"success","value":{"content":[...]}}}, or the value
 * is the list. */
static int
response(struct ses_teller *t, const struct ses_json *v)
{
	struct ses_json status = {0};
	struct ses_json value = {0};
	struct ses_json content = {0};
	struct ses_json wrong = {0};
	struct ses_json id = {0};

	(void)ses_json_path(v, "toolResult.status", &status);
	if (!ses_json_path(v, "toolResult.value", &value))
		(void)ses_json_path(v, "toolResult.error", &value);
	if (!ses_json_get(&value, "content", &content))
		content = value;
	(void)ses_json_get(&value, "isError", &wrong);
	(void)ses_json_get(v, "id", &id);
	t->e.call = ses_tell_string(&id);
	t->e.failed = ses_json_is(&status, "error") || wrong.type == 't';
	return ses_tell_content(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
	    &content, ses_tell_pi_image);
}

static int
block(struct ses_teller *t, int role, const struct ses_json *v)
{
	struct ses_json type = {0};
	struct ses_json text = {0};
	struct ses_json media;
	struct ses_json data;

	(void)ses_json_get(v, "type", &type);
	if (ses_json_is(&type, "text") && ses_json_get(v, "text", &text))
		return ses_tell_text(t, role, SES_EVENT_TEXT, &text);
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(v, "thinking", &text))
		return ses_tell_text(t, role, SES_EVENT_THINKING, &text);
	if (ses_json_is(&type, "toolRequest"))
		return ses_tell_call_of(t, v, "id", "toolCall.value.name",
		    "toolCall.value.arguments");
	if (ses_json_is(&type, "toolResponse"))
		return response(t, v);
	if (ses_tell_pi_image(v, &media, &data))
		return ses_tell_image(t, role, &media, &data);
	return 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_json shown = {0};
	struct ses_json_walk w;
	struct ses_json v = {0};
	int role = ses_json_is(&f[ROLE].value, "user") ? SES_ROLE_USER
						       : SES_ROLE_ASSISTANT;
	int rc = 0;

	(void)object;
	if (f[CONTENT].value.type != '[')
		return 0;
	/* what only the agent sees, a summary for one */
	if (ses_json_path(&f[META].value, "userVisible", &shown) &&
	    shown.type == 'f')
		role = SES_ROLE_SYSTEM;
	ses_tell_begin(t);
	if (f[TIME].value.type == '0')
		t->e.time = f[TIME].value;
	ses_json_walk(&w, &f[CONTENT].value);
	while (rc == 0 && ses_json_next(&w, NULL, &v))
		rc = block(t, role, &v);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[ROLE] = SES_LINE_FIELD("role"),
	    [TIME] = SES_LINE_FIELD("created_timestamp"),
	    [CONTENT] = SES_LINE_FIELD("content_json"),
	    [META] = SES_LINE_FIELD("metadata_json")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}

static const char *const roots[] = {"$GOOSE_PATH_ROOT/data/sessions",
    "$XDG_DATA_HOME/goose/sessions", "~/.local/share/goose/sessions", NULL};

const struct ses_dbs ses_goose = {
    .ops = {.name = "goose", .summary = "Goose", SES_DBS_OPS, .events = events},
    .roots = roots,
    .file = "sessions.db",
    .list = "SELECT s.id, 1 + (SELECT COUNT(*) FROM messages WHERE "
	    "session_id = s.id) AS n, s.working_dir AS cwd, "
	    "COALESCE(NULLIF(s.name, ''), s.description) AS title, "
	    "MAX(CAST(strftime('%s', s.updated_at) AS INTEGER), (SELECT "
	    "COALESCE(MAX(created_timestamp), 0) FROM messages WHERE "
	    "session_id = s.id)) * 1000 AS time "
	    "FROM sessions s WHERE ?1 IS NULL OR s.id = ?1",
    .rows = &rows,
};
