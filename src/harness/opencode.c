/*
 * OpenCode keeps tables session, message and part.  A part is what a message
 * consists of: a text, a thought, a tool's call with its result.  Rows are
 * written many times while an answer comes in, and their ids are no numbers.
 *
 * So the lines are numbered by their place in the order in which a session
 * goes on: the session, then the messages by time and id, those of the user in
 * front of their parts, which are told at once, and those of the assistant
 * behind them, because they are finished last.  A row that is not finished
 * holds back all behind it, so that a line never changes and nothing comes
 * before it.
 *
 * What OpenCode writes into rows that are finished is left out: time_updated,
 * in a user's message the summary of the changes up to now (at each step), in
 * a result when it was taken from the context.  Of a session's row only what
 * stays is taken.
 */
#include "harness/dbs.h"
#include "harness/opencode.h"
#include "harness/place.h"

/* A member of the JSON in data, NULL where it is none. */
#define JSON(table)                                                            \
	"CASE WHEN json_valid(" table ".data) THEN " table ".data END"
#define MEMBER(table, path) "json_extract(" JSON(table) ", '" path "')"
#define TYPE(table, path)   "json_type(" JSON(table) ", '" path "')"
#define IS_ASSISTANT(table) "(" MEMBER(table, "$.role") " IS 'assistant')"
#define IS_FRESH(table)                                                        \
	table ".time_updated > ?2 AND " table ".time_updated < ?3"

/* Answers come one after the other: one behind which the next has begun is as
 * it will stay, even if it does not say so. */
#define IS_LAST_ANSWER                                                         \
	"m.time_created >= (SELECT MAX(a.time_created) FROM message a WHERE "  \
	"a.session_id = ?1 AND " IS_ASSISTANT("a") ")"
#define IS_OPEN_MESSAGE                                                        \
	"(" IS_ASSISTANT("m") " AND " MEMBER(                                  \
	    "m", "$.time.completed") " IS NULL AND " IS_LAST_ANSWER ")"
/* What a user's message asks to be summed up is noted in it meanwhile. */
#define IS_OPEN_REQUEST                                                                  \
	"(" MEMBER("p",                                                                  \
	    "$.type") " IN ('compaction', 'subtask') AND "                               \
		      "NOT EXISTS (SELECT 1 FROM message a WHERE a.session_id = ?1 AND " \
		      "a.time_created > m.time_created AND " MEMBER(                     \
			  "a", "$.time.completed") " NOTNULL))"
#define IS_OPEN_PART                                                                   \
	"CASE WHEN NOT " IS_ASSISTANT(                                                 \
	    "m") " THEN " IS_OPEN_REQUEST " WHEN NOT " IS_OPEN_MESSAGE                 \
		 " THEN 0 "                                                            \
		 "WHEN " MEMBER("p",                                                   \
		     "$.type") " IN ('text', 'reasoning') THEN " MEMBER("p",           \
		     "$.time.end") " IS NULL "                                         \
				   "WHEN " MEMBER("p",                                 \
				       "$.type") " = 'tool' THEN "                     \
						 "COALESCE(" MEMBER("p",               \
						     "$.state.status") ", '') NOT IN " \
								       "('completed', 'error') ELSE 0 END"

static const char *const leave[] = {"time_updated", NULL};
static const char *const json[] = {"data", NULL};
static const struct ses_db_line columns = {.leave = leave, .json = json};

const struct ses_rows_kind ses_opencode_rows = {
    .setup =
	"INSERT INTO temp.line(t, r, o) SELECT t, r, o FROM ("
	"SELECT 0 AS t, rowid AS r, 0 AS o, 0 AS at, '' AS m, 0 AS k, "
	"'' AS p FROM session WHERE id = ?1 "
	"UNION ALL SELECT 1, m.rowid, " IS_FRESH(
	    "m") " AND " IS_OPEN_MESSAGE
		 ", m.time_created, m.id, CASE WHEN " IS_ASSISTANT(
		     "m") " THEN 2 ELSE 0 END, '' FROM message m WHERE m.session_id = ?1 "
			  "UNION ALL SELECT 2, p.rowid, " IS_FRESH(
			      "p") " AND " IS_OPEN_PART
				   ", COALESCE(m.time_created, p.time_created), p.message_id, 1, p.id "
				   "FROM part p LEFT JOIN message m ON m.id = p.message_id "
				   "WHERE p.session_id = ?1) ORDER BY t > 0, at, m, k, p",
    .select =
	"SELECT l.n, CASE l.t WHEN 0 THEN 'session' WHEN 1 THEN 'message' "
	"ELSE 'part' END AS \"table\", s.id, s.project_id, s.parent_id, "
	"s.directory, s.version, s.time_created, m.*, p.*, "
	"" MEMBER("pm",
	    "$.role") " AS role, "
		      "CASE " TYPE("pm",
			  "$.summary") " WHEN 'true' THEN 1 END AS "
				       "summary, "
				       "CASE WHEN " TYPE("m", "$.role") " NOTNULL AND NOT " IS_ASSISTANT(
					   "m") " THEN json_remove(m.data, '$.summary') END AS "
						"data, "
						"CASE WHEN " TYPE("p",
						    "$.state.time.compacted") " NOTNULL THEN "
									      "json_remove(p.data, '$.state.time.compacted') END AS data "
									      "FROM temp.line l "
									      "LEFT JOIN session s ON l.t = 0 AND s.rowid = l.r "
									      "LEFT JOIN message m ON l.t = 1 AND m.rowid = l.r "
									      "LEFT JOIN part p ON l.t = 2 AND p.rowid = l.r "
									      "LEFT JOIN message pm ON pm.id = p.message_id "
									      "WHERE ?1 NOTNULL AND l.n > ?2 AND l.n <= ?3 ORDER BY l.n",
    .count = SES_ROWS_COUNT,
    .back = SES_ROWS_BACK,
    .line = ses_db_line,
    .columns = &columns,
};

/* The newest rows say when it was written last. */
#define LATEST(table)                                                              \
	"COALESCE((SELECT MAX(time_updated) FROM (SELECT time_updated FROM " table \
	" WHERE session_id = s.id ORDER BY rowid DESC LIMIT 8)), 0)"
#define NUMBER(table) "(SELECT COUNT(*) FROM " table " WHERE session_id = s.id)"

static const char list[] = "SELECT s.id, 1 + " NUMBER("message") " + " NUMBER(
    "part") " AS n, "
	    "s.parent_id AS parent, s.directory AS cwd, s.title, "
	    "MAX(s.time_updated, " LATEST("message") ", " LATEST(
		"part") ") AS time "
			"FROM session s WHERE ?1 IS NULL OR s.id = ?1";

static const char is_one[] =
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'part'";

/* Its forks keep what it keeps. */
#define OPENCODE(called, title, database)                                      \
	.ops = {.name = (called),                                              \
	    .summary = (title),                                                \
	    SES_DBS_OPS,                                                       \
	    .events = ses_opencode_events},                                    \
	.file = (database), .list = list, .rows = &ses_opencode_rows

static const char *const files[] = {"$OPENCODE_DB", NULL};
static const char *const roots[] = {"$OPENCODE_DIR", "$XDG_DATA_HOME/opencode",
    "~/.local/share/opencode", NULL};

const struct ses_dbs ses_opencode = {
    OPENCODE("opencode", "OpenCode", "opencode*.db"),
    .files = files,
    .roots = roots,
};

static const char *const kilo_files[] = {"$KILO_DB", NULL};
static const char *const kilo_roots[] = {
    "$KILO_DIR", "$XDG_DATA_HOME/kilo", "~/.local/share/kilo", NULL};

const struct ses_dbs ses_kilo = {
    OPENCODE("kilo", "Kilo CLI", "kilo*.db"),
    .files = kilo_files,
    .roots = kilo_roots,
};

/* Of these two it is known where they are, not how they call a database. */
static const char *const mimocode_roots[] = {"$MIMOCODE_DIR",
    "$XDG_DATA_HOME/mimocode", "~/.local/share/mimocode", NULL};

const struct ses_dbs ses_mimocode = {
    OPENCODE("mimocode", "MiMoCode", "*.db"),
    .roots = mimocode_roots,
    .is_one = is_one,
};

static const char *const icodemate_roots[] = {"$ICODEMATE_DIR",
    "$XDG_DATA_HOME/icodemate", "~/.local/share/icodemate", NULL};

const struct ses_dbs ses_icodemate = {
    OPENCODE("icodemate", "IcodeMate", "*.db"),
    .roots = icodemate_roots,
    .is_one = is_one,
};
