/*
 * A message of Hermes as a line: every column by its name, in the table's
 * order, NULLs left out.  Text that holds JSON behind the mark "\0json:" (a
 * message with pictures) stands as that JSON; bytes that are no text as
 * {"$base64":"..."}, so that nothing is altered.
 */
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "harness/db_line.h"
#include "harness/hermes.h"

static const char mark[] = "\0json:";
#define MARK_LEN (sizeof(mark) - 1)

static void
add_text(const char *text, size_t len, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json v = {0};

	/* only what could not be taken for plain text that looks so */
	if (len > MARK_LEN && memcmp(text, mark, MARK_LEN) == 0 &&
	    ses_json_parse(text + MARK_LEN, len - MARK_LEN, &v, &ignored) ==
		0 &&
	    (v.type == '[' || v.type == '{'))
		ses_json_compact(out, &v);
	else if (ses_str_is_utf8(text, len))
		ses_json_quote(out, text, len);
	else
		ses_db_base64(out, text, len);
}

static const struct ses_db_line columns = {.text = add_text};

const struct ses_rows_kind ses_hermes_rows = {
    .select = "SELECT id, * FROM messages WHERE session_id = ?1 AND "
	      "id > ?2 AND id <= ?3 ORDER BY id",
    .count = "SELECT COUNT(CASE WHEN id <= ?2 THEN 1 END), MAX(id) "
	     "FROM messages WHERE session_id = ?1 AND id > 0",
    .back = "SELECT id FROM messages WHERE session_id = ?1 AND id > 0 AND "
	    "id <= ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3",
    .line = ses_db_line,
    .columns = &columns,
};
