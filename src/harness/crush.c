/*
 * Crush keeps a database for each project, which a list in its own folder
 * names; tables sessions and messages.  A message is changed until it has the
 * part "finish".  Times are in seconds, of older versions in milliseconds.
 */
#include <string.h>

#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/place.h"
#include "harness/tell.h"

#define MS(column)                                                             \
	"(" column " * CASE WHEN " column                                      \
	" > 100000000000 THEN 1 ELSE 1000 END)"
/* Answers come one after the other. */
#define IS_OPEN                                                                \
	"m.role = 'assistant' AND m.finished_at IS NULL AND "                  \
	"m.parts NOT LIKE '%\"type\":\"finish\"%' AND NOT EXISTS (SELECT 1 "   \
	"FROM messages a WHERE a.session_id = ?1 AND a.role = 'assistant' "    \
	"AND (a.created_at, a.rowid) > (m.created_at, m.rowid))"

static const char *const leave[] = {"updated_at", NULL};
static const char *const json[] = {"parts", NULL};
static const struct ses_db_line columns = {.leave = leave, .json = json};

static const struct ses_rows_kind rows = {
    .setup =
	"INSERT INTO temp.line(t, r, o) SELECT t, r, o FROM ("
	"SELECT 0 AS t, rowid AS r, 0 AS o, 0 AS at FROM sessions "
	"WHERE id = ?1 "
	"UNION ALL SELECT 1, m.rowid, " MS("m.updated_at") " > ?2 AND " MS(
	    "m.updated_at") " < ?3 AND " IS_OPEN ", m.created_at "
			    "FROM messages m WHERE m.session_id = ?1) ORDER BY t, at, r",
    .select =
	"SELECT l.n, CASE l.t WHEN 0 THEN 'session' ELSE 'message' END AS "
	"\"table\", s.id, s.parent_session_id, s.created_at, m.* "
	"FROM temp.line l "
	"LEFT JOIN sessions s ON l.t = 0 AND s.rowid = l.r "
	"LEFT JOIN messages m ON l.t = 1 AND m.rowid = l.r "
	"WHERE ?1 NOTNULL AND l.n > ?2 AND l.n <= ?3 ORDER BY l.n",
    .count = SES_ROWS_COUNT,
    .back = SES_ROWS_BACK,
    .line = ses_db_line,
    .columns = &columns,
};

enum { ROLE, TIME, PARTS, MODEL, SUMMARY, N_FIELDS };

static int
text_of(struct ses_teller *t, int role, const struct ses_json *data)
{
	struct ses_json text = {0};

	if (!ses_json_get(data, "text", &text) || text.len <= 2)
		return 0;
	return role == SES_ROLE_OTHER /* of a summary */
		   ? ses_tell_text(
			 t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, &text)
		   : ses_tell_text(t, role, SES_EVENT_TEXT, &text);
}

static int
result(struct ses_teller *t, const struct ses_json *data)
{
	struct ses_json id = {0};
	struct ses_json name = {0};
	struct ses_json content = {0};
	struct ses_json wrong = {0};

	(void)ses_json_get(data, "tool_call_id", &id);
	(void)ses_json_get(data, "name", &name);
	(void)ses_json_get(data, "content", &content);
	(void)ses_json_get(data, "is_error", &wrong);
	t->e.call = ses_tell_string(&id);
	t->e.tool = ses_tell_string(&name);
	t->e.failed = wrong.type == 't';
	return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &content);
}

/* {"type":"text","data":{"text":...}} */
static int
part(struct ses_teller *t, int role, const struct ses_json *v)
{
	struct ses_json type = {0};
	struct ses_json data = {0};
	struct ses_json text = {0};
	struct ses_json media = {0};

	(void)ses_json_get(v, "type", &type);
	(void)ses_json_get(v, "data", &data);
	if (ses_json_is(&type, "text"))
		return text_of(t, role, &data);
	if (ses_json_is(&type, "reasoning") &&
	    ses_json_get(&data, "thinking", &text) && text.len > 2)
		return ses_tell_text(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING, &text);
	if (ses_json_is(&type, "tool_call"))
		return ses_tell_call_of(t, &data, "id", "name", "input");
	if (ses_json_is(&type, "tool_result"))
		return result(t, &data);
	if (ses_json_is(&type, "binary") &&
	    ses_json_get(&data, "mime_type", &media) &&
	    ses_json_get(&data, "data", &text) && media.type == '"' &&
	    media.len > 7 && memcmp(media.text, "\"image/", 7) == 0)
		return ses_tell_image(t, role, &media, &text);
	return 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	const struct ses_json *summary = &f[SUMMARY].value;
	struct ses_json_walk w;
	struct ses_json v = {0};
	int role = ses_json_is(&f[ROLE].value, "user")     ? SES_ROLE_USER
		   : ses_json_is(&f[ROLE].value, "tool")   ? SES_ROLE_TOOL
		   : ses_json_is(&f[ROLE].value, "system") ? SES_ROLE_SYSTEM
							   : SES_ROLE_ASSISTANT;
	int rc = 0;

	(void)object;
	if (f[PARTS].value.type != '[')
		return 0;
	ses_tell_begin(t);
	if (f[TIME].value.type == '0')
		t->e.time = f[TIME].value;
	t->e.model = ses_tell_string(&f[MODEL].value);
	if (summary->type == '0' && summary->text[0] != '0')
		role = SES_ROLE_OTHER;
	ses_json_walk(&w, &f[PARTS].value);
	while (rc == 0 && ses_json_next(&w, NULL, &v))
		rc = part(t, role, &v);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[ROLE] = SES_LINE_FIELD("role"),
	    [TIME] = SES_LINE_FIELD("created_at"),
	    [PARTS] = SES_LINE_FIELD("parts"),
	    [MODEL] = SES_LINE_FIELD("model"),
	    [SUMMARY] = SES_LINE_FIELD("is_summary_message")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}

/* The list of projects lies there, and no database. */
static const char *const roots[] = {
    "$CRUSH_GLOBAL_DATA", "$XDG_DATA_HOME/crush", "~/.local/share/crush", NULL};
static const char *const projects[] = {"$CRUSH_GLOBAL_DATA/projects.json",
    "$XDG_DATA_HOME/crush/projects.json", "~/.local/share/crush/projects.json",
    NULL};

const struct ses_dbs ses_crush = {
    .ops = {.name = "crush", .summary = "Crush", SES_DBS_OPS, .events = events},
    .roots = roots,
    .projects = projects,
    .file = "crush.db",
    .list =
	"SELECT s.id, 1 + (SELECT COUNT(*) FROM messages WHERE "
	"session_id = s.id) AS n, s.parent_session_id AS parent, s.title, "
	"COALESCE(MAX(" MS("s.updated_at") ", (SELECT MAX(" MS("updated_at") ") FROM messages WHERE session_id = s.id)), " MS(
	    "s.updated_at") ") AS time "
			    "FROM sessions s WHERE ?1 IS NULL OR s.id = ?1",
    .rows = &rows,
};
