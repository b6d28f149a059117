#ifndef HARNESS_HOME_H
#define HARNESS_HOME_H

/* A made-up home with sessions in it.  The including file defines
 * _XOPEN_SOURCE 700 first, for nftw. */
#include "unit/test.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/harness.h"

struct home {
	char path[64];
	struct ses_buf name; /* of the last at() */
};

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

/* A new home; all agents look for their sessions in it. */
static void
home_open(struct home *h)
{
	static const char *const others[] = {"CLINE_DATA_DIR",
	    "CONTINUE_GLOBAL_DIR", "COPILOT_HOME", "CURSOR_CONFIG_DIR",
	    "FACTORY_HOME_OVERRIDE", "GEMINI_CLI_HOME", "GPTME_LOGS_HOME",
	    "KIMI_CODE_HOME", "OH_PERSISTENCE_DIR", "OPENCLAUDE_CONFIG_DIR",
	    "OPENHANDS_CONVERSATIONS_DIR", "OPENHANDS_PERSISTENCE_DIR",
	    "PI_CODING_AGENT_DIR", "PI_CODING_AGENT_SESSION_DIR", "QWEN_HOME",
	    "QWEN_RUNTIME_DIR", "VIBE_HOME"};
	size_t i;

	*h = (struct home){.path = "/tmp/seshat-test-XXXXXX"};
	assert_non_null(mkdtemp(h->path));
	assert_int_equal(setenv("HOME", h->path, 1), 0);
	unsetenv("CLAUDE_CONFIG_DIR");
	unsetenv("CODEX_HOME");
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		unsetenv(others[i]);
	unsetenv("OPENCLAW_STATE_DIR");
	unsetenv("OPENCLAW_HOME");
	unsetenv("OPENCLAW_PROFILE");
	unsetenv("SESHAT_SESSIONS_DIR");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_STATE_HOME");
}

static void
home_close(struct home *h)
{
	(void)nftw(h->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	ses_buf_free(&h->name);
}

/* The path of a name in the home; valid until the next call. */
static const char *
at(struct home *h, const char *name)
{
	ses_buf_clear(&h->name);
	ses_buf_fmt(&h->name, "%s/%s", h->path, name);
	return ses_buf_cstr(&h->name);
}

/* Write a file and the folders it needs; mtime is its age in seconds. */
static void
put_bytes(
    struct home *h, const char *name, const void *data, size_t len, long mtime)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
	struct ses_buf dir = {0};
	const char *path = at(h, name);
	int fd;

	ses_str_dirname(path, &dir);
	OK(ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, &err));
	ses_buf_free(&dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	OK(ses_fs_write(fd, data, len, &err));
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(close(fd), 0);
}

static inline void
put(struct home *h, const char *name, const char *text)
{
	put_bytes(h, name, text, strlen(text), 1700000000);
}

static inline const struct ses_session *
find_id(const struct ses_session_list *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].id, id) == 0)
			return &l->v[i];
	return NULL;
}

/* The session with this id, which must be there. */
static inline const struct ses_session *
the(const struct ses_session_list *l, const char *id)
{
	static const struct ses_session none;
	const struct ses_session *s = find_id(l, id);

	if (s == NULL)
		fail_msg("no session %s", id);
	return s != NULL ? s : &none;
}

static inline void
discover(const struct ses_discover *q, struct ses_session_list *l)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	*l = (struct ses_session_list){0};
	OK(ses_discover(q, l, &err));
}

#endif
