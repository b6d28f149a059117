/*
 * The session log, its file of any bytes.  Every whole line is an entry, blank
 * or counted as bad; what was read can be appended to another log, where it
 * reads the same; and an append keeps all there was, a torn tail aside.
 */
#include "fuzz/folder.h"

#include "base/fs.h"
#include "base/json_tree.h"
#include "seshat.h"

#define ENTRIES_MAX 64 /* of one input that are copied */

/* The log as it was, its entries appended as JSON, as fields, and those that
 * were appended as JSON appended once more. */
enum { GIVEN, JSON, FIELDS, AGAIN, FOLDERS };

static char folders[FOLDERS][128];
static char saved_as[512];
static uint64_t saved_len;

static void
note_torn(void *arg, const char *path, uint64_t len)
{
	(void)arg;
	saved_len = len;
	(void)snprintf(saved_as, sizeof(saved_as), "%s", path);
}

static struct seshat_log_options
options(int where, int skip_bad)
{
	struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;

	o.dir = folders[where];
	o.no_sync = 1;
	o.skip_bad = skip_bad;
	o.on_torn = note_torn;
	return o;
}

static struct seshat_log *
open_log(int where)
{
	const struct seshat_log_options o = options(where, 0);
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log *log = NULL;

	MUST(seshat_log_open(&log, "s", &o, &err) == 0);
	return log;
}

static void
close_log(struct seshat_log *log)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	MUST(seshat_log_close(log, &err) == 0);
}

static struct seshat_log_reader *
open_reader(int where, int skip_bad)
{
	const struct seshat_log_options o = options(where, skip_bad);
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r = NULL;

	MUST(seshat_log_read_open(&r, "s", &o, &err) == 0);
	return r;
}

/* The next entry: 1, or 0 at the end. */
static int
next(struct seshat_log_reader *r, struct seshat_log_line *line,
    struct seshat_log_entry *e)
{
	const struct seshat_log_entry empty = SESHAT_LOG_ENTRY_INIT;
	struct seshat_err err = SESHAT_ERR_INIT;
	int rc = seshat_log_read_next(r, line, &err);

	MUST(rc >= 0);
	*e = empty;
	if (rc > 0)
		MUST(seshat_log_read_entry(r, e, &err) == 0);
	return rc;
}

/* A refusal is the entry's fault; nothing else may go wrong. */
static int
appended(int rc, const struct seshat_err *err)
{
	MUST(rc == 0 || err->code == SESHAT_EUSAGE ||
	     err->code == SESHAT_EFORMAT);
	return rc == 0;
}

static void
slurp(const char *path, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	MUST(ses_fs_slurp(path, 64U << 20, out, &err) == 0 ||
	     err.code == SESHAT_ENOTFOUND);
}

/* Bad lines are as many, whether they are errors or skipped, and what stands
 * behind the last newline is torn. */
static void
count(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *strict = open_reader(GIVEN, 0);
	struct seshat_log_reader *lenient = open_reader(GIVEN, 1);
	struct seshat_log_line line = {0};
	struct seshat_log_line same = {0};
	uint64_t bad = 0;
	size_t tail = 0;
	int rc;

	while ((rc = seshat_log_read_next(strict, &line, &err)) != 0) {
		MUST(rc > 0 || err.code == SESHAT_EFORMAT);
		bad += rc < 0;
		if (rc < 0)
			continue;
		MUST(seshat_log_read_next(lenient, &same, &err) == 1);
		MUST(line.number == same.number && line.len == same.len);
		MUST(memcmp(line.json, same.json, line.len) == 0);
	}
	MUST(seshat_log_read_next(lenient, &same, &err) == 0);
	MUST(seshat_log_read_bad(lenient) == bad);
	while (tail < len && text[len - 1 - tail] != '\n')
		tail++;
	MUST(seshat_log_read_torn(strict) == tail);
	MUST(seshat_log_read_torn(lenient) == tail);
	seshat_log_read_free(strict);
	seshat_log_read_free(lenient);
}

static void
same_text(const char *a, const char *b)
{
	MUST(strcmp(a, b) == 0);
}

/* But for session and time, which are filled in where they are missing, and
 * the white space of the input. */
static void
same_entry(const struct seshat_log_entry *a, const struct seshat_log_entry *b)
{
	size_t i;

	same_text(
	    a->session_id[0] == '\0' ? "s" : a->session_id, b->session_id);
	if (a->timestamp[0] != '\0')
		same_text(a->timestamp, b->timestamp);
	same_text(a->skill, b->skill);
	same_text(a->phase, b->phase);
	same_text(a->project_root, b->project_root);
	MUST((a->input[0] == '\0') == (b->input[0] == '\0'));
	same_text(a->final_status, b->final_status);
	same_text(a->file_path, b->file_path);
	same_text(a->model_used, b->model_used);
	MUST(a->duration_ms == b->duration_ms);
	MUST(a->n_attempts == b->n_attempts);
	for (i = 0; i < a->n_attempts; i++) {
		MUST(a->attempts[i].attempt == b->attempts[i].attempt);
		MUST(a->attempts[i].verified == b->attempts[i].verified);
		same_text(a->attempts[i].model, b->attempts[i].model);
		same_text(a->attempts[i].output_summary,
		    b->attempts[i].output_summary);
		same_text(
		    a->attempts[i].runner_output, b->attempts[i].runner_output);
	}
}

static int
is_rewritten(const char *name)
{
	static const char *const names[] = {"session_id", "timestamp", "skill",
	    "phase", "project_root", "attempts", "final_status", "file_path",
	    "model_used", "duration_ms"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return 1;
	return 0;
}

/* What the format does not know is kept, and so is any input. */
static void
keeps_the_rest(const struct seshat_log_line *a, const struct seshat_log_line *b)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *given = ses_json_tree(a->json, a->len, &err);
	json_t *copied = ses_json_tree(b->json, b->len, &err);
	const char *name;
	json_t *v;

	MUST((given == NULL) == (copied == NULL));
	json_object_foreach(given, name, v) MUST(
	    is_rewritten(name) || json_equal(v, json_object_get(copied, name)));
	json_decref(given);
	json_decref(copied);
}

/* Append what was read; a bit for each entry says where it was taken. */
static void
copy(uint64_t taken[2])
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r = open_reader(GIVEN, 1);
	struct seshat_log *json = open_log(JSON);
	struct seshat_log *fields = open_log(FIELDS);
	struct seshat_log_line line = {0};
	struct seshat_log_entry e;
	uint64_t bit = 1;
	int i;

	for (i = 0; i < ENTRIES_MAX && next(r, &line, &e); i++, bit <<= 1) {
		if (appended(
			seshat_log_append_json(json, line.json, line.len, &err),
			&err))
			taken[0] |= bit;
		if (appended(seshat_log_append(fields, &e, &err), &err))
			taken[1] |= bit;
	}
	close_log(json);
	close_log(fields);
	seshat_log_read_free(r);
}

static void
compare(int where, uint64_t taken)
{
	struct seshat_log_reader *r = open_reader(GIVEN, 1);
	struct seshat_log_reader *copies = open_reader(where, 0);
	struct seshat_log_line line = {0};
	struct seshat_log_line copy = {0};
	struct seshat_log_entry e;
	struct seshat_log_entry copied;
	int i;

	for (i = 0; i < ENTRIES_MAX && next(r, &line, &e); i++) {
		if ((taken >> i & 1) == 0)
			continue;
		MUST(next(copies, &copy, &copied) == 1);
		same_entry(&e, &copied);
		if (where == JSON)
			keeps_the_rest(&line, &copy);
	}
	MUST(next(copies, &copy, &copied) == 0);
	MUST(seshat_log_read_torn(copies) == 0);
	seshat_log_read_free(r);
	seshat_log_read_free(copies);
}

/* What seshat wrote, it writes again byte by byte. */
static void
copy_of_copy(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r = open_reader(JSON, 0);
	struct seshat_log *log = open_log(AGAIN);
	struct seshat_log_line line = {0};
	struct seshat_log_entry e;
	struct ses_buf a = {0};
	struct ses_buf b = {0};

	while (next(r, &line, &e))
		MUST(seshat_log_append_json(log, line.json, line.len, &err) ==
		     0);
	slurp(seshat_log_read_path(r), &a);
	slurp(seshat_log_path(log), &b);
	MUST(a.len == b.len &&
	     (a.len == 0 || memcmp(a.data, b.data, a.len) == 0));
	close_log(log);
	seshat_log_read_free(r);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

/* An append behind it keeps the whole lines as they are, and saves the tail. */
static void
append_behind(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log *log = open_log(GIVEN);
	struct ses_buf file = {0};
	struct ses_buf tail = {0};
	size_t whole = len;

	while (whole > 0 && text[whole - 1] != '\n')
		whole--;
	saved_len = 0;
	MUST(seshat_log_append_json(log, "{\"skill\":\"x\"}", 13, &err) == 0);
	slurp(seshat_log_path(log), &file);
	MUST(file.len > whole && file.data[file.len - 1] == '\n');
	MUST(memcmp(file.data, text, whole) == 0);
	MUST(memchr(file.data + whole, '\n', file.len - whole) ==
	     file.data + file.len - 1);
	MUST(saved_len == len - whole);
	if (saved_len > 0) {
		slurp(saved_as, &tail);
		MUST(tail.len == saved_len);
		MUST(memcmp(tail.data, text + whole, tail.len) == 0);
	}
	close_log(log);
	ses_buf_free(&file);
	ses_buf_free(&tail);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[FOLDERS] = {
	    "given", "json", "fields", "again"};
	uint64_t taken[2] = {0, 0};
	int i;

	for (i = 0; i < FOLDERS; i++) {
		(void)snprintf(folders[i], sizeof(folders[i]), "%s/%s",
		    folder(), names[i]);
		folder_drop(names[i]);
		MUST(mkdir(folders[i], 0700) == 0);
	}
	folder_put("given/s.jsonl", data, len);
	count((const char *)data, len);
	copy(taken);
	compare(JSON, taken[0]);
	compare(FIELDS, taken[1]);
	copy_of_copy();
	append_behind((const char *)data, len);
	return 0;
}
