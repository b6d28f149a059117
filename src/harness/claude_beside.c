/*
 * What Claude Code keeps beside a transcript and reads again: of a session
 * <id>/tool-results/<name>, outputs that are too long for a line, and
 * <id>/custom-title.json; of a subagent agent-<agent-id>.meta.json.
 */
/* O_PATH is Linux's. */
#define _GNU_SOURCE
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "harness/claude_code.h"
#include "harness/claude_read.h"
#include "harness/session.h"

#define RESULTS    "tool-results"
#define TITLE      "custom-title.json"
#define META       "meta.json"
#define JSONL      ".jsonl"
#define NAME_LIMIT 1024 /* bytes of a companion's name, */
#define PART_LIMIT 255  /* and of a component of it */

/* Those of one transcript on their way out. */
struct handing {
	int (*each)(void *arg, const char *name, const char *path,
	    struct seshat_err *err);
	void *arg;
	const char *stem; /* the transcript's path without its end */
};

/* Whether a component is a plain name: text, and nothing hidden. */
static int
is_plain(const char *s, size_t len)
{
	uint32_t c;
	size_t n;

	if (len == 0 || len > PART_LIMIT || s[0] == '.')
		return 0;
	for (; len > 0; s += n, len -= n) {
		n = ses_utf8_next(s, len, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0))
			return 0;
	}
	return 1;
}

/* Whether it is a file somewhere below the results' folder. */
static int
is_result(const char *name)
{
	int depth = 0;
	size_t len;

	if (!ses_str_starts(name, RESULTS "/") || strlen(name) > NAME_LIMIT)
		return 0;
	for (name += sizeof(RESULTS);; name += len + 1) {
		len = strcspn(name, "/");
		if (!is_plain(name, len) || ++depth > SES_FOLDER_DEPTH)
			return 0;
		if (name[len] == '\0')
			return 1;
	}
}

/* Take the transcript's path apart; stem is all but its end. */
static int
parse(const char *transcript, struct ses_claude_name *n, struct ses_buf *stem,
    struct seshat_err *err)
{
	if (!ses_claude_parse(ses_str_basename(transcript), NULL, n))
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: no transcript of Claude Code", transcript);
	ses_buf_add(stem, transcript, strlen(transcript) - strlen(JSONL));
	(void)ses_buf_cstr(stem);
	return ses_buf_check(stem, err);
}

int
ses_claude_companion_path(const char *transcript, const char *name,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_claude_name n;
	struct ses_buf stem = {0};
	int known;
	int rc = parse(transcript, &n, &stem, err);

	if (rc == 0) {
		known = n.agent != NULL
			    ? strcmp(name, META) == 0
			    : strcmp(name, TITLE) == 0 || is_result(name);
		if (!known)
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "Claude Code keeps no file of such a name beside "
			    "a transcript");
	}
	if (rc == 0) {
		ses_buf_fmt(out, "%s%s%s", stem.data,
		    n.agent != NULL ? "." : "/", name);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&stem);
	return rc;
}

static int
hand_out(const struct handing *h, const char *between, const char *name,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_buf_fmt(&path, "%s%s%s", h->stem, between, name);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = h->each(h->arg, name, path.data, err);
	ses_buf_free(&path);
	return rc;
}

static int
is_file(int at, const char *name)
{
	struct stat st;

	return fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode);
}

/* What is just being made. */
static int
is_hidden(const char *name, int is_folder)
{
	(void)is_folder;
	return name[0] == '.';
}

static int
result(void *arg, const struct ses_tree_seen *seen, struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc;

	if (seen->kind != SES_TREE_FILE && seen->kind != SES_TREE_FAILED)
		return 0;
	ses_buf_fmt(&name, RESULTS "/%s", seen->path);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = hand_out(arg, "/", name.data, err);
	ses_buf_free(&name);
	return rc;
}

/* Whether a folder is not there, or is none. */
static int
is_none(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static int
results(struct handing *h, int at, struct seshat_err *err)
{
	int fd = openat(
	    at, RESULTS, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc;

	if (fd < 0) /* whoever tries to read it learns why not */
		return is_none(errno) ? 0 : hand_out(h, "/", RESULTS, err);
	rc = ses_tree_walk(fd, is_hidden, result, h, err);
	close(fd);
	return rc;
}

int
ses_claude_companions(const char *transcript,
    int (*each)(
	void *arg, const char *name, const char *path, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct handing h = {each, arg, NULL};
	struct ses_claude_name n;
	struct ses_buf stem = {0};
	struct ses_buf meta = {0};
	int fd = -1;
	int rc = parse(transcript, &n, &stem, err);

	if (rc < 0)
		goto out;
	h.stem = ses_buf_cstr(&stem);
	if (n.agent != NULL) {
		ses_buf_fmt(&meta, "%s." META, stem.data);
		if (is_file(AT_FDCWD, ses_buf_cstr(&meta)))
			rc = hand_out(&h, ".", META, err);
		goto out;
	}
	fd = open(h.stem, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		goto out;
	if (is_file(fd, TITLE))
		rc = hand_out(&h, "/", TITLE, err);
	if (rc == 0)
		rc = results(&h, fd, err);
	close(fd);
out:
	ses_buf_free(&meta);
	ses_buf_free(&stem);
	return rc;
}

int
ses_claude_companion_of(
    const char *path, struct ses_buf *out, struct seshat_err *err)
{
	const char *base = ses_str_basename(path);
	const char *at = strstr(path, "/" RESULTS "/");
	size_t len;

	if (ses_str_starts(base, "agent-") && ses_str_ends(base, "." META))
		len = strlen(path) - strlen("." META);
	else if (strcmp(base, TITLE) == 0 && base > path)
		len = (size_t)(base - path) - 1;
	else if (at != NULL)
		len = (size_t)(at - path);
	else
		return 0;
	ses_buf_add(out, path, len);
	ses_buf_str(out, JSONL);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}
