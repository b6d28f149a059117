#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/time.h"
#include "base/xdg.h"
#include "hook/state.h"
#include "redact/redact.h"

#define LOOKERS_MS 200

int
ses_hook_state(const char *name, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = ses_xdg_path(SES_XDG_STATE, "hook", &dir, err);

	if (rc == 0)
		rc = ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, err);
	if (rc == 0) {
		ses_buf_fmt(out, "%s/%s", dir.data, name);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&dir);
	return rc;
}

/* Lock it: 1; 0, somebody has it.  Whoever only looks whether it is locked
 * holds it, too, for a moment, but as one of many: that is waited for. */
static int
take_lock(int fd, struct seshat_err *err)
{
	int64_t until = ses_time_steady() + LOOKERS_MS;

	for (;;) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 1;
		if (errno == EWOULDBLOCK && flock(fd, LOCK_SH | LOCK_NB) == 0) {
			(void)flock(fd, LOCK_UN);
			if (ses_time_steady() >= until)
				return 0;
			ses_time_pause(1);
		} else if (errno == EWOULDBLOCK) {
			return 0;
		} else if (errno != EINTR) {
			return ses_fail_errno(err, "lock it");
		}
	}
}

int
ses_hook_lock(
    const char *path, const char *text, int *fd, struct seshat_err *err)
{
	int f = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int rc;

	if (f < 0)
		return ses_fail_errno(err, "open %s", path);
	rc = take_lock(f, err);
	if (rc <= 0) {
		(void)close(f);
		return rc < 0 ? ses_fail_in(err, "%s", path) : 0;
	}
	if (ftruncate(f, 0) < 0)
		rc = ses_fail_errno(err, "write");
	else
		rc = ses_fs_write(f, text, strlen(text), err);
	if (rc < 0) {
		(void)close(f);
		return ses_fail_in(err, "%s", path);
	}
	*fd = f;
	return 1;
}

int
ses_hook_is_locked(const char *path, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int yes;

	if (fd < 0)
		return 0;
	yes = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	(void)close(fd);
	if (yes && ses_fs_slurp(path, 4096, out, &ignored) < 0)
		ses_buf_clear(out);
	(void)ses_buf_cstr(out);
	return yes;
}

static const char *const levels[] = {
    [SES_HOOK_FAILED] = "failed",
    [SES_HOOK_WELL] = "well",
    [SES_HOOK_NOTE] = "note",
};

/* Two files, so that what is told last is always there. */
static void
turn_over(const char *path)
{
	struct ses_buf old = {0};

	ses_buf_fmt(&old, "%s.1", path);
	if (!old.bad)
		(void)rename(path, ses_buf_cstr(&old));
	ses_buf_free(&old);
}

/* A path may hold a secret, and the log is shown elsewhere. */
static void
scrub(const char *text, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_redact *r = NULL;

	if (ses_redact_open(&r, NULL, &ignored) < 0 ||
	    ses_redact_text(r, text, strlen(text), out, &ignored) < 0) {
		ses_buf_clear(out);
		ses_buf_str(out, "no memory is left to say what");
	}
	ses_redact_free(r);
}

void
ses_hook_tell(int level, const char *fmt, ...)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf line = {0};
	struct ses_buf clean = {0};
	char when[SES_TIME_MAX];
	char text[SESHAT_ERR_MAX];
	struct stat st;
	va_list ap;
	int fd = -1;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ses_time_format(ses_time_now(), when);
	ses_buf_fmt(&line,
	    "{\"time\":\"%s\",\"level\":\"%s\",%s\"text\":", when,
	    levels[level & ~SES_HOOK_FOLLOW],
	    level & SES_HOOK_FOLLOW ? "\"by\":\"follow\"," : "");
	scrub(text, &clean);
	ses_json_quote(&line, ses_buf_cstr(&clean), clean.len);
	ses_buf_str(&line, "}\n");
	if (ses_hook_state("log", &path, &ignored) == 0 && !line.bad)
		fd = open(
		    path.data, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)ses_fs_write(fd, line.data, line.len, &ignored);
		if (fstat(fd, &st) == 0 && st.st_size > SES_HOOK_LOG_MAX)
			turn_over(path.data);
		(void)close(fd);
	}
	ses_buf_free(&path);
	ses_buf_free(&line);
	ses_buf_free(&clean);
}

void
ses_hook_note_once(const char *text)
{
	static const char *const files[] = {"hook/log.1", "hook/log"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf all = {0};
	struct ses_buf quoted = {0};
	size_t i;
	int is_told = 0;

	ses_json_quote(&quoted, text, strlen(text));
	(void)ses_buf_cstr(&quoted);
	for (i = 0; i < 2 && !quoted.bad && !is_told; i++) {
		ses_buf_clear(&path);
		ses_buf_clear(&all);
		is_told =
		    ses_xdg_path(SES_XDG_STATE, files[i], &path, &ignored) ==
			0 &&
		    ses_fs_slurp(ses_buf_cstr(&path),
			(size_t)SES_HOOK_LOG_MAX * 2, &all, &ignored) == 0 &&
		    strstr(ses_buf_cstr(&all), quoted.data) != NULL;
	}
	if (!is_told)
		ses_hook_tell(SES_HOOK_NOTE, "%s", text);
	ses_buf_free(&path);
	ses_buf_free(&all);
	ses_buf_free(&quoted);
}

/* What hooks and their worker failed at, and what the follow did. */
struct troubles {
	struct ses_hook_trouble of_hooks;
	struct ses_hook_trouble of_follow;
};

/* One line of the log. */
static void
take_line(struct troubles *all, const char *line, size_t len)
{
	struct ses_hook_trouble *t = &all->of_hooks;
	struct ses_buf text = {0};
	struct ses_buf when = {0};
	struct ses_json o;
	struct ses_json v;

	(void)ses_json_peek(line, len, &o);
	if (ses_json_get(&o, "by", &v) && ses_json_is(&v, "follow"))
		t = &all->of_follow;
	if (ses_json_get(&o, "level", &v) && ses_json_is(&v, "well")) {
		*t = (struct ses_hook_trouble){0};
	} else if (v.type == '"' && ses_json_is(&v, "failed")) {
		t->n++;
		(void)ses_json_get(&o, "time", &v);
		ses_json_text(&v, &when);
		(void)ses_time_parse(ses_buf_cstr(&when), when.len, &t->last);
		(void)ses_json_get(&o, "text", &v);
		ses_json_text(&v, &text);
		(void)snprintf(
		    t->text, sizeof(t->text), "%s", ses_buf_cstr(&text));
	}
	ses_buf_free(&text);
	ses_buf_free(&when);
}

static void
take_file(struct troubles *t, const char *path)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf all = {0};
	const char *p;
	const char *end;
	size_t left;

	if (ses_fs_slurp(path, (size_t)SES_HOOK_LOG_MAX * 2, &all, &ignored) ==
	    0) {
		p = ses_buf_cstr(&all);
		left = all.len;
		while (left > 0 && (end = memchr(p, '\n', left)) != NULL) {
			take_line(t, p, (size_t)(end - p));
			left -= (size_t)(end - p) + 1;
			p = end + 1;
		}
	}
	ses_buf_free(&all);
}

/* Whether this can be written, or made in the first folder above it that is
 * there; nothing is written to find out. */
static int
can_write(struct ses_buf *path, int mode, struct seshat_err *err)
{
	struct stat st;
	char *slash;

	while (stat(ses_buf_cstr(path), &st) < 0 && errno == ENOENT) {
		slash = strrchr(path->data, '/');
		if (slash == NULL || slash == path->data)
			break;
		*slash = '\0';
		path->len = (size_t)(slash - path->data);
		mode = W_OK | X_OK;
	}
	errno = 0;
	if (mode != W_OK && stat(path->data, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	if (errno == 0 && access(path->data, mode) == 0)
		return 0;
	ses_fail_errno(
	    err, "%s cannot be written, so that hooks do nothing", path->data);
	return ses_xdg_fail_state(err);
}

int
ses_hook_check_state(struct seshat_err *err)
{
	static const char *const files[] = {
	    "hook", "hook/queue", "hook/worker", "hook/log"};
	struct ses_buf path = {0};
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(files) / sizeof(files[0]) && rc == 0; i++) {
		ses_buf_clear(&path);
		rc = ses_xdg_path(SES_XDG_STATE, files[i], &path, err);
		if (rc == 0)
			rc = can_write(&path, i == 0 ? W_OK | X_OK : W_OK, err);
	}
	ses_buf_free(&path);
	return rc;
}

void
ses_hook_trouble(struct ses_hook_trouble *out)
{
	static const char *const files[] = {"hook/log.1", "hook/log"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct seshat_err why = SESHAT_ERR_INIT;
	struct troubles all = {0};
	struct ses_buf path = {0};
	size_t i;

	for (i = 0; i < 2; i++) {
		ses_buf_clear(&path);
		if (ses_xdg_path(SES_XDG_STATE, files[i], &path, &ignored) == 0)
			take_file(&all, ses_buf_cstr(&path));
	}
	*out = all.of_follow.last > all.of_hooks.last ? all.of_follow
						      : all.of_hooks;
	out->n = all.of_hooks.n + all.of_follow.n;
	out->of_follow = all.of_follow.n;
	ses_buf_free(&path);
	if (ses_hook_check_state(&why) < 0) {
		out->n++;
		out->last = ses_time_now();
		memcpy(out->text, why.msg, sizeof(out->text));
	}
}
