/*
 * sessions/<pid>.json tells which session a process is at.  One that was killed
 * leaves it behind, and then the number may be another program's.
 */
#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/claude_code.h"
#include "harness/place.h"

#define LIVE_MAX 65536U /* bytes of sessions/<pid>.json */
#define PROC_MAX 65536U /* bytes of a file in /proc */
#define BEGAN    20     /* fields of /proc/<pid>/stat behind the name */
#define SLACK    60000  /* ms by which clocks may be set */

struct live {
	const char *folder;
	const char *id;
	struct ses_buf *says;
	long pid;
};

/* One of /proc's files about a process: 1, 0 if it is not to be had, or -1. */
static int
read_proc(
    long pid, const char *name, struct ses_buf *out, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	if (ses_fs_slurp(path, PROC_MAX, out, &why) < 0)
		return why.code == SESHAT_ENOMEM ? ses_fail_nomem(err) : 0;
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

/* When it began, ms since 1970 by the clock of now: 1, 0 or -1. */
static int
began(long pid, int64_t *when, struct seshat_err *err)
{
	struct ses_buf text = {0};
	long hz = sysconf(_SC_CLK_TCK);
	const char *p;
	int n = 0;
	int rc = read_proc(pid, "stat", &text, err);

	/* "7 (name) S 1 …"; a name may have what looks like more of it */
	p = rc > 0 ? strrchr(text.data, ')') : NULL;
	while (p != NULL && n++ < BEGAN)
		p = strchr(p + 1, ' ');
	if (rc > 0)
		rc = p != NULL && hz > 0;
	if (rc > 0)
		*when = ses_time_now() - ses_time_steady() +
			(int64_t)(strtoull(p + 1, NULL, 10) * 1000 /
				  (unsigned long)hz);
	ses_buf_free(&text);
	return rc;
}

static int
is_agents(const char *word)
{
	const char *name = ses_str_basename(word);

	return strstr(word, "claude") != NULL || ses_str_starts(name, "node") ||
	       ses_str_starts(name, "bun");
}

/* Whether it looks like an agent: 1, 0 or -1. */
static int
is_agent(long pid, struct seshat_err *err)
{
	struct ses_buf words = {0};
	const char *p;
	int is = 0;
	int rc = read_proc(pid, "cmdline", &words, err);

	for (p = words.data; rc > 0 && !is && p < words.data + words.len;
	     p += strlen(p) + 1)
		is = is_agents(p);
	ses_buf_free(&words);
	/* what cannot be looked at may be one */
	return rc > 0 ? is : rc == 0 ? 1 : -1;
}

/* Whether the process is another than the one that wrote the file: it is no
 * agent, and began when that had been written: 1, 0 or -1. */
static int
is_another(long pid, const char *path, struct seshat_err *err)
{
	struct stat st;
	int64_t when = 0;
	int rc;

	if (stat(path, &st) < 0)
		return 0;
	rc = began(pid, &when, err);
	if (rc <= 0 || when <= (int64_t)st.st_mtim.tv_sec * 1000 + SLACK)
		return rc < 0 ? -1 : 0;
	rc = is_agent(pid, err);
	return rc < 0 ? -1 : !rc;
}

static int
look_at(void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct live *l = arg;
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	struct ses_json doc = {0};
	struct ses_json v = {0};
	char *end;
	long pid = strtol(name, &end, 10);
	int rc = 0;

	(void)type;
	if (pid <= 0 || strcmp(end, ".json") != 0 ||
	    (kill((pid_t)pid, 0) < 0 && errno != EPERM))
		return 0;
	ses_buf_fmt(&path, "%s/%s", l->folder, name);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		return -1;
	if (ses_fs_slurp(path.data, LIVE_MAX, &text, &why) < 0) {
		if (why.code == SESHAT_ENOMEM)
			rc = ses_fail_nomem(err);
	} else if (text.len > 0) {
		(void)ses_json_peek(text.data, text.len, &doc);
		if (ses_json_get(&doc, "sessionId", &v) &&
		    ses_json_is(&v, l->id))
			rc = is_another(pid, path.data, err);
		else
			rc = 1;
		if (rc == 0) {
			l->pid = pid;
			ses_buf_str(l->says, path.data);
			(void)ses_buf_cstr(l->says);
			rc = ses_buf_check(l->says, err);
		}
	}
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc < 0 ? -1 : l->pid != 0;
}

int
ses_claude_running(
    const char *id, long *pid, struct ses_buf *says, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct live l = {.id = id, .says = says};
	struct ses_buf roots = {0};
	struct ses_buf folder = {0};
	const char *root;
	int rc = ses_claude_code.roots(&ses_claude_code, &any, &roots, err);

	for (root = roots.data; rc == 0 && root != NULL && l.pid == 0 &&
				root < roots.data + roots.len;
	     root += strlen(root) + 1) {
		ses_buf_clear(&folder);
		ses_str_dirname(root, &folder);
		ses_buf_str(&folder, "/sessions");
		(void)ses_buf_cstr(&folder);
		rc = ses_buf_check(&folder, err);
		l.folder = folder.data;
		/* most versions have no such folder */
		if (rc == 0 &&
		    ses_fs_each(folder.data, look_at, &l, &why) < 0 &&
		    why.code == SESHAT_ENOMEM)
			rc = ses_fail_nomem(err);
	}
	*pid = l.pid;
	ses_buf_free(&roots);
	ses_buf_free(&folder);
	return rc;
}
