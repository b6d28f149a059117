/* Writing an entry: one line, fields in the order of the rows. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json_plain.h"
#include "base/str.h"
#include "base/time.h"
#include "record/rows.h"

#define NUMBER_MAX 24 /* an int64_t as text */

/* A list of attempts, as JSON or from the public interface. */
struct tries {
	const struct ses_json *json;
	const struct seshat_log_attempt *v;
	size_t n;
};

static int put_tries(
    struct ses_buf *b, const struct tries *tries, struct seshat_err *err);

static inline int
is_empty(const struct ses_row *row, const struct ses_json *v)
{
	if (row->type == SES_ROWS_ANY)
		return v->type == '\0';
	return v->type == '\0' || (v->type == SES_ROWS_TEXT && v->len == 0) ||
	       (v->type == '"' && v->len == 2) ||
	       (v->type == '0' && v->len == 1 && v->text[0] == '0');
}

static int
has_tries(const struct tries *tries)
{
	struct ses_json_walk w;
	struct ses_json v;

	if (tries->n > 0)
		return 1;
	ses_json_walk(&w, tries->json);
	return ses_json_next(&w, NULL, &v);
}

/* ses_buf_room without a call when there is room, as there nearly always is. */
static inline char *
room_for(struct ses_buf *b, size_t len)
{
	if (b->data != NULL && len <= b->cap - b->len)
		return b->data + b->len;
	return ses_buf_room(b, len);
}

/* Quote a text as it is, or not at all: nothing is replaced in it. */
static int
put_text(struct ses_buf *b, const struct ses_row *row, const char *s,
    size_t len, struct seshat_err *err)
{
	char *room;

	if (ses_json_plain(s, s + len) < s + len) {
		if (!ses_str_is_utf8(s, len))
			return ses_fail(
			    err, SESHAT_EFORMAT, "%s is not UTF-8", row->name);
		ses_json_quote(b, s, len);
		return 0;
	}
	room = room_for(b, len + 2);
	if (room == NULL)
		return ses_fail_nomem(err);
	room[0] = '"';
	if (len > 0)
		memcpy(room + 1, s, len);
	room[len + 1] = '"';
	b->len += len + 2;
	return 0;
}

static int
put_value(struct ses_buf *b, const struct ses_row *row,
    const struct ses_json *v, struct seshat_err *err)
{
	if (v->type == SES_ROWS_TEXT)
		return put_text(b, row, v->text, v->len, err);
	if (v->type != '\0')
		ses_json_compact(b, v);
	else
		ses_buf_str(b, row->type == '"'   ? "\"\""
			       : row->type == '0' ? "0"
						  : "false");
	return 0;
}

/* What stands before a value: a comma unless it is the first, the name of len
 * bytes, and a colon.  name may be read to size bytes. */
static inline void
put_name(struct ses_buf *b, const char *name, size_t len, size_t size)
{
	char *room = room_for(b, size + 4);
	char *p = room;

	if (room == NULL)
		return;
	if (room[-1] != '{')
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, size);
	p += len;
	*p++ = '"';
	*p++ = ':';
	b->len += (size_t)(p - room);
}

/* A row's name is copied whole, NULs included: a copy of a fixed length. */
static inline void
put_row(struct ses_buf *b, const struct ses_row *row)
{
	put_name(b, row->name, row->len, sizeof(row->name));
}

/* The members that no row knows, in their order. */
static void
put_unknown(struct ses_buf *b, const struct ses_row *rows, size_t n,
    const struct ses_json *whole)
{
	struct ses_json_walk w;
	struct ses_json name;
	struct ses_json v;

	ses_json_walk(&w, whole);
	while (ses_json_next(&w, &name, &v)) {
		if (ses_rows_find(rows, n, 0, &name) < n)
			continue;
		put_name(b, name.text + 1, name.len - 2, name.len - 2);
		ses_json_compact(b, &v);
	}
}

static int
put_object(struct ses_buf *b, const struct ses_row *rows, size_t n,
    const struct ses_json *field, const struct ses_json *whole,
    const struct tries *tries, struct seshat_err *err)
{
	size_t i;

	ses_buf_add(b, "{", 1);
	for (i = 0; i < n; i++) {
		if (rows[i].type == '[') {
			if (has_tries(tries) && put_tries(b, tries, err) < 0)
				return -1;
			continue;
		}
		if (is_empty(&rows[i], &field[i]) && !rows[i].always)
			continue;
		put_row(b, &rows[i]);
		if (put_value(b, &rows[i], &field[i], err) < 0)
			return -1;
	}
	put_unknown(b, rows, n, whole);
	ses_buf_add(b, "}", 1);
	return 0;
}

static struct ses_json
text(const char *s)
{
	if (s == NULL)
		return (struct ses_json){0};
	return (struct ses_json){s, strlen(s), SES_ROWS_TEXT};
}

/* Zero is the same as absent, or what is written for absent. */
static int
number(const struct ses_row *row, int64_t n, char digits[NUMBER_MAX],
    struct ses_json *out, struct seshat_err *err)
{
	char *p;

	*out = (struct ses_json){0};
	if (n < 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "%s is negative", row->name);
	if (n == 0)
		return 0;
	for (p = digits + NUMBER_MAX; n > 0; n /= 10)
		*--p = (char)('0' + n % 10);
	*out = (struct ses_json){p, (size_t)(digits + NUMBER_MAX - p), '0'};
	return 0;
}

static int
put_try(struct ses_buf *b, const struct seshat_log_attempt *from,
    struct seshat_err *err)
{
	static const struct ses_json none = {0};
	struct ses_json field[SES_ATTEMPT_FIELDS] = {0};
	char digits[NUMBER_MAX];

	if (number(&ses_rows_attempt[SES_ATTEMPT_ATTEMPT], from->attempt,
		digits, &field[SES_ATTEMPT_ATTEMPT], err) < 0)
		return -1;
	field[SES_ATTEMPT_MODEL] = text(from->model);
	field[SES_ATTEMPT_OUTPUT_SUMMARY] = text(from->output_summary);
	field[SES_ATTEMPT_RUNNER_OUTPUT] = text(from->runner_output);
	if (from->verified)
		field[SES_ATTEMPT_VERIFIED] = (struct ses_json){"true", 4, 't'};
	return put_object(
	    b, ses_rows_attempt, SES_ATTEMPT_FIELDS, field, &none, NULL, err);
}

static int
put_tries(struct ses_buf *b, const struct tries *tries, struct seshat_err *err)
{
	const struct ses_row *row = &ses_rows_record[SES_RECORD_ATTEMPTS];
	struct ses_json_walk w;
	struct ses_attempt t;
	size_t i;

	put_row(b, row);
	ses_buf_add(b, "[", 1);
	for (i = 0; i < tries->n; i++) {
		if (i > 0)
			ses_buf_add(b, ",", 1);
		if (put_try(b, &tries->v[i], err) < 0)
			return ses_fail_in(err, "attempts[%zu]", i);
	}
	ses_json_walk(&w, tries->json);
	for (i = 0; ses_attempt_next(&w, &t); i++) {
		if (i > 0)
			ses_buf_add(b, ",", 1);
		if (put_object(b, ses_rows_attempt, SES_ATTEMPT_FIELDS, t.field,
			&t.whole, NULL, err) < 0)
			return -1;
	}
	ses_buf_add(b, "]", 1);
	return 0;
}

/* Now, with nanoseconds: entries of one millisecond keep their order. */
static void
put_now(char out[SES_TIME_MAX + 6])
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	ses_time_format((int64_t)ts.tv_sec * 1000, out);
	(void)snprintf(out + 20, 11, "%09uZ", (unsigned)ts.tv_nsec);
}

static int
check_time(const struct ses_json *v, struct seshat_err *err)
{
	size_t quotes = v->type == '"' ? 1 : 0;
	int64_t t;

	if (ses_time_parse(v->text + quotes, v->len - 2 * quotes, &t) == 0)
		return 0;
	return ses_fail(err, SESHAT_EFORMAT,
	    "timestamp is not an RFC 3339 time such as "
	    "2026-06-27T10:15:00.123456789+02:00");
}

static int
same_text(const struct ses_json *v, const char *s)
{
	if (v->type == '"')
		return ses_json_is(v, s);
	return strlen(s) == v->len && memcmp(s, v->text, v->len) == 0;
}

/* The line, once the entry's own session and time are seen to. */
static int
put_line(struct ses_buf *b, const struct ses_record *from,
    const struct tries *tries, const char *session, struct seshat_err *err)
{
	struct ses_record e = *from;
	struct ses_json *id = &e.field[SES_RECORD_SESSION_ID];
	struct ses_json *time = &e.field[SES_RECORD_TIMESTAMP];
	char now[SES_TIME_MAX + 6];

	if (is_empty(&ses_rows_record[SES_RECORD_SESSION_ID], id))
		*id = text(session);
	else if (!same_text(id, session))
		return ses_fail(err, SESHAT_EUSAGE,
		    "the entry's session_id is %.*s, not '%s'",
		    id->len > 210 ? 210 : (int)id->len, id->text, session);
	if (is_empty(&ses_rows_record[SES_RECORD_TIMESTAMP], time)) {
		put_now(now);
		*time = text(now);
	}
	if (check_time(time, err) < 0 ||
	    put_object(b, ses_rows_record, SES_RECORD_FIELDS, e.field, &e.whole,
		tries, err) < 0)
		return -1;
	ses_buf_add(b, "\n", 1);
	if (b->len > SESHAT_LOG_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "the entry is longer than %d bytes", SESHAT_LOG_MAX);
	return ses_buf_check(b, err);
}

int
ses_record_write(const struct ses_record *e, const char *session,
    struct ses_buf *out, struct seshat_err *err)
{
	struct tries tries = {.json = &e->field[SES_RECORD_ATTEMPTS]};

	ses_buf_clear(out);
	return put_line(out, e, &tries, session, err);
}

int
ses_record_format(const struct seshat_log_entry *from, const char *session,
    struct ses_buf *out, struct seshat_err *err)
{
	static const struct ses_json none = {0};
	struct tries tries = {&none, from->attempts, from->n_attempts};
	struct ses_record e = {0};
	struct ses_json *f = e.field;
	char digits[NUMBER_MAX];

	f[SES_RECORD_SESSION_ID] = text(from->session_id);
	f[SES_RECORD_TIMESTAMP] = text(from->timestamp);
	f[SES_RECORD_SKILL] = text(from->skill);
	f[SES_RECORD_PHASE] = text(from->phase);
	f[SES_RECORD_PROJECT_ROOT] = text(from->project_root);
	f[SES_RECORD_FINAL_STATUS] = text(from->final_status);
	f[SES_RECORD_FILE_PATH] = text(from->file_path);
	f[SES_RECORD_MODEL_USED] = text(from->model_used);
	if (from->input != NULL && from->input[0] != '\0' &&
	    ses_json_parse(from->input, strlen(from->input),
		&f[SES_RECORD_INPUT], err) < 0)
		return ses_fail_in(err, "input");
	if (number(&ses_rows_record[SES_RECORD_DURATION_MS], from->duration_ms,
		digits, &f[SES_RECORD_DURATION_MS], err) < 0)
		return -1;
	ses_buf_clear(out);
	return put_line(out, &e, &tries, session, err);
}
