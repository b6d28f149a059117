/*
 * Kiro CLI keeps a conversation as one JSON document, in a row that is written
 * anew after each turn.  Its lines are the turns in it: a document that grows
 * at its end is what was stored, and more.
 */
#include "harness/dbs.h"
#include "harness/line.h"
#include "harness/place.h"
#include "harness/tell.h"

/* One conversation may be there for several folders: the newest counts. */
#define THE_ONE                                                                \
	"(SELECT rowid FROM conversations_v2 WHERE conversation_id = ?1 "      \
	"ORDER BY updated_at DESC, created_at DESC, rowid DESC LIMIT 1)"
#define TURNS(table)                                                           \
	"json_each(CASE WHEN json_valid(" table ".value) THEN " table          \
	".value ELSE '{}' END, '$.history')"
#define FROM_TURNS                                                             \
	"FROM conversations_v2 c, " TURNS("c") " e WHERE c.rowid = " THE_ONE

static const char *const json[] = {"turn", NULL};
static const struct ses_db_line columns = {.json = json};

static const struct ses_rows_kind rows = {
    .select = "SELECT e.key + 1, c.conversation_id, c.key AS cwd, "
	      "e.value AS turn " FROM_TURNS
	      " AND e.key >= ?2 AND e.key < ?3 ORDER BY e.key",
    .count = "SELECT COUNT(CASE WHEN e.key < ?2 THEN 1 END), "
	     "MAX(e.key) + 1 " FROM_TURNS,
    .back = "SELECT e.key + 1 " FROM_TURNS " AND e.key < ?2 "
	    "ORDER BY e.key DESC LIMIT 1 OFFSET ?3",
    .line = ses_db_line,
    .columns = &columns,
};

enum { TURN, N_FIELDS };

static int
results(struct ses_teller *t, const struct ses_json *content)
{
	struct ses_json_walk w;
	struct ses_json v = {0};
	struct ses_json text = {0};

	ses_json_walk(&w, content);
	while (content->type == '[' && ses_json_next(&w, NULL, &v)) {
		if (t->e.text.len > 0)
			ses_buf_add(&t->e.text, "\n", 1);
		if (ses_json_get(&v, "Text", &text))
			ses_line_text(&text, &t->e.text);
		else if (ses_json_get(&v, "Json", &text))
			ses_json_compact(&t->e.text, &text);
	}
	return ses_tell(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT);
}

/* A prompt, or what the tools answered. */
static int
asked(struct ses_teller *t, const struct ses_json *user)
{
	struct ses_json list = {0};
	struct ses_json_walk w;
	struct ses_json v = {0};
	struct ses_json part = {0};
	struct ses_json status = {0};
	int rc = 0;

	if (ses_json_path(user, "content.Prompt.prompt", &v) && v.len > 2)
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &v);
	(void)ses_json_path(
	    user, "content.ToolUseResults.tool_use_results", &list);
	ses_json_walk(&w, &list);
	while (rc == 0 && list.type == '[' && ses_json_next(&w, NULL, &v)) {
		(void)ses_json_get(&v, "tool_use_id", &part);
		t->e.call = ses_tell_string(&part);
		(void)ses_json_get(&v, "status", &status);
		t->e.failed = ses_json_is(&status, "Error");
		(void)ses_json_get(&v, "content", &part);
		/* [{"Text":...}], [{"Json":...}] */
		rc = results(t, &part);
	}
	return rc;
}

static int
answered(struct ses_teller *t, const struct ses_json *assistant)
{
	struct ses_json said = {0};
	struct ses_json list = {0};
	struct ses_json_walk w;
	struct ses_json v = {0};
	struct ses_json text = {0};
	int rc = 0;

	if (!ses_json_get(assistant, "Response", &said))
		(void)ses_json_get(assistant, "ToolUse", &said);
	if (ses_json_get(&said, "content", &text) && text.len > 2)
		rc =
		    ses_tell_text(t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &text);
	(void)ses_json_get(&said, "tool_uses", &list);
	ses_json_walk(&w, &list);
	while (rc == 0 && list.type == '[' && ses_json_next(&w, NULL, &v))
		rc = ses_tell_call_of(t, &v, "id", "name", "args");
	return rc;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_json user = {0};
	struct ses_json assistant = {0};
	struct ses_json meta = {0};
	struct ses_json v = {0};
	int rc = 0;

	(void)object;
	(void)ses_json_get(&f[TURN].value, "user", &user);
	(void)ses_json_get(&f[TURN].value, "assistant", &assistant);
	(void)ses_json_get(&f[TURN].value, "request_metadata", &meta);
	ses_tell_begin(t);
	if (ses_json_get(&user, "timestamp", &v) && v.type == '"')
		t->e.time = v;
	rc = asked(t, &user);
	if (ses_json_get(&meta, "stream_end_timestamp_ms", &v) && v.type == '0')
		t->e.time = v;
	return rc != 0 ? rc : answered(t, &assistant);
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[TURN] = SES_LINE_FIELD("turn")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}

static const char *const roots[] = {
    "$XDG_DATA_HOME/kiro-cli", "~/.local/share/kiro-cli", NULL};

const struct ses_dbs ses_kiro = {
    .ops = {.name = "kiro",
	.summary = "Kiro CLI",
	SES_DBS_OPS,
	.events = events},
    .roots = roots,
    .file = "data.sqlite3",
    .is_one = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND "
	      "name = 'conversations_v2'",
    .list = "SELECT c.conversation_id AS id, (SELECT COUNT(*) FROM " TURNS(
	"c") ") AS n, c.key AS cwd, json_extract(CASE WHEN "
	     "json_valid(c.value) THEN c.value END, "
	     "'$.history[0].user.content.Prompt.prompt') AS title, "
	     "MAX(c.updated_at) AS time FROM conversations_v2 c "
	     "WHERE ?1 IS NULL OR c.conversation_id = ?1 "
	     "GROUP BY c.conversation_id",
    .rows = &rows,
};
