#ifndef LOG_TEST_H
#define LOG_TEST_H

/* What the tests of the session log share. */
#include <sys/stat.h>
#include <sys/wait.h>

#include <unistd.h>

#include "unit/test.h"

#include "base/buf.h"
#include "base/fs.h"

#define TIME "2026-06-27T10:15:00.123456789+02:00"

/* A folder of its own for each test. */
struct here {
	char dir[64];
	struct seshat_log_options o;
	char torn[4096]; /* what on_torn was told last */
	uint64_t torn_len;
};

static inline void
note_torn(void *arg, const char *saved_as, uint64_t len)
{
	struct here *h = arg;

	(void)snprintf(h->torn, sizeof(h->torn), "%s", saved_as);
	h->torn_len = len;
}

static inline int
setup(void **state)
{
	const struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;
	struct here *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return -1;
	(void)snprintf(h->dir, sizeof(h->dir), "/tmp/seshat-log-XXXXXX");
	if (mkdtemp(h->dir) == NULL) {
		free(h);
		return -1;
	}
	h->o = o;
	h->o.dir = h->dir;
	h->o.no_sync = 1;
	h->o.on_torn = note_torn;
	h->o.arg = h;
	*state = h;
	return 0;
}

static inline int
remove_one(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	char path[4400];

	(void)type;
	(void)err;
	(void)snprintf(path, sizeof(path), "%s/%s", (char *)arg, name);
	if (unlink(path) < 0) {
		(void)ses_fs_each(path, remove_one, path, err);
		(void)rmdir(path);
	}
	return 0;
}

static inline int
teardown(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct here *h = *state;

	(void)ses_fs_each(h->dir, remove_one, h->dir, &err);
	(void)rmdir(h->dir);
	free(h);
	return 0;
}

static inline const char *
path_of(const struct here *h, const char *name)
{
	static char path[4200];

	(void)snprintf(path, sizeof(path), "%s/%s", h->dir, name);
	return path;
}

/* The bytes of a file; "" when it is not there. */
static inline const char *
content(const struct here *h, const char *name, struct ses_buf *b)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_buf_clear(b);
	(void)ses_fs_slurp(path_of(h, name), SIZE_MAX / 4, b, &err);
	return ses_buf_cstr(b);
}

static inline void
put_file(const struct here *h, const char *name, const char *text)
{
	FILE *f = fopen(path_of(h, name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static inline int
append_json(struct here *h, const char *session, const char *json,
    struct seshat_err *err)
{
	struct seshat_err late = SESHAT_ERR_INIT;
	struct seshat_log *log;
	int rc;

	if (seshat_log_open(&log, session, &h->o, err) < 0)
		return -1;
	rc = seshat_log_append_json(log, json, strlen(json), err);
	assert_int_equal(seshat_log_close(log, &late), 0);
	return rc;
}

static inline struct seshat_log_entry
entry(void)
{
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;

	e.timestamp = TIME;
	e.skill = "fix";
	e.final_status = "ok";
	return e;
}

/* Run the program with a shell line after its name; its exit status.  Both
 * of its outputs go to out. */
static inline int
run(const struct here *h, const char *line, struct ses_buf *out)
{
	struct ses_buf cmd = {0};
	char *room;
	FILE *f;
	size_t n;
	int status;

	ses_buf_fmt(&cmd,
	    "SESHAT_SESSIONS_DIR='%s'; export SESHAT_SESSIONS_DIR;"
	    "seshat() { '%s' \"$@\"; }; { %s; } 2>&1",
	    h->dir, getenv("SESHAT_BIN"), line);
	f = popen(ses_buf_cstr(&cmd), "r"); /* NOLINT(cert-env33-c) */
	assert_non_null(f);
	ses_buf_clear(out);
	do {
		room = ses_buf_room(out, 65536);
		assert_non_null(room);
		n = fread(room, 1, 65536, f);
		ses_buf_grew(out, n);
	} while (n > 0);
	(void)ses_buf_cstr(out);
	status = pclose(f);
	ses_buf_free(&cmd);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
