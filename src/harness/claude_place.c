/*
 * Claude Code looks for a session in the folder that is named after the real
 * path of its working directory; of that the lines tell, too.  What it keeps
 * beside a transcript stands in a folder of the transcript's name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/str.h"
#include "harness/claude_code.h"
#include "harness/claude_read.h"
#include "harness/place.h"

#define DEPTH_MAX 64 /* folders of a path that are looked at */

static const char sub[] = "/subagents/";
static const char ending[] = ".jsonl";

/* "relocated" lines name the directory by the second. */
static const char *const cwds[] = {"cwd", "relocatedCwd", NULL};

static int
no_name(const char *id, struct seshat_err *err)
{
	struct ses_buf safe = {0};

	ses_str_safe(id, strlen(id), &safe);
	ses_fail(err, SESHAT_EUNSUPPORTED,
	    "'%s' cannot be the name of a file of Claude Code",
	    ses_buf_cstr(&safe));
	ses_buf_free(&safe);
	return -1;
}

/* The folder of a working directory, in the first place that is searched. */
static int
folder_of(const char *cwd, struct ses_buf *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_buf roots = {0};
	int rc = ses_claude_code.roots(&ses_claude_code, &any, &roots, err);

	if (rc == 0 && roots.len == 0)
		rc = ses_fail(
		    err, SESHAT_ENOTFOUND, "CLAUDE_CONFIG_DIR names no folder");
	if (rc == 0) {
		ses_buf_fmt(out, "%s/", roots.data);
		ses_claude_dirname(cwd, out);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&roots);
	return rc;
}

/* What stands between "subagents/" and the file in the path where it was,
 * "workflows/w1/"; NULL: it was in no such folder.  *len is 0 where the path
 * is not fit to be followed. */
static const char *
nested(const char *source, size_t *len)
{
	const char *from = strstr(source, sub);
	const char *p;
	const char *end;
	int depth = 0;

	*len = 0;
	if (from == NULL)
		return NULL;
	from += strlen(sub);
	for (p = from; (end = strchr(p, '/')) != NULL; p = end + 1)
		if (!ses_place_name_ok(p, (size_t)(end - p)) || ++depth > 6)
			return from;
	*len = (size_t)(p - from);
	return from;
}

/* A subagent's is "<parent>.<agent-id>". */
static int
subagent(
    const struct ses_placing *p, struct ses_buf *out, struct seshat_err *err)
{
	size_t len = strlen(p->parent);
	const char *agent = p->id + len + 1;
	const char *below;
	size_t n;

	if (strncmp(p->id, p->parent, len) != 0 || p->id[len] != '.' ||
	    !ses_place_name_ok(p->parent, len) ||
	    !ses_place_name_ok(agent, strlen(agent)))
		return no_name(p->id, err);
	below = nested(p->source, &n);
	/* earlier versions kept them beside the sessions */
	if (below != NULL || p->source[0] == '\0')
		ses_buf_fmt(out, "/%s%s%.*s", p->parent, sub, (int)n,
		    n == 0 ? "" : below);
	else
		ses_buf_str(out, "/");
	ses_buf_fmt(out, "agent-%s%s", agent, ending);
	return 0;
}

static int
at(const struct ses_placing *p, struct ses_placed *out, struct seshat_err *err)
{
	out->mode = 0600;
	out->folders = 0700;
	if (folder_of(p->cwd, &out->path, err) < 0)
		return -1;
	if (p->parent != NULL) {
		if (subagent(p, &out->path, err) < 0)
			return -1;
	} else {
		if (!ses_place_name_ok(p->id, strlen(p->id)))
			return no_name(p->id, err);
		ses_buf_fmt(&out->path, "/%s%s", p->id, ending);
	}
	(void)ses_buf_cstr(&out->path);
	return ses_buf_check(&out->path, err);
}

/* The name of the folder that a transcript stands in. */
static const char *
folder_name(const char *path, size_t *len)
{
	const char *end = strrchr(path, '/');
	const char *from = end == NULL ? path : end;

	while (from > path && from[-1] != '/')
		from--;
	*len = end == NULL ? 0 : (size_t)(end - from);
	return from;
}

static int
home(struct ses_peek *p, const char *path, const char *first,
    struct ses_buf *out, struct seshat_err *err)
{
	size_t len;
	const char *name = folder_name(path, &len);
	const char *cwd = first;
	char *last = NULL;
	int rc = ses_claude_is_named_after(name, len, first, err);

	if (rc == 0) {
		rc = ses_claude_last_cwd(p, &last, err);
		cwd = last;
		if (rc == 0 && last != NULL)
			rc = ses_claude_is_named_after(name, len, last, err);
	}
	if (rc > 0) {
		ses_buf_str(out, cwd);
		(void)ses_buf_cstr(out);
		if (ses_buf_check(out, err) < 0)
			rc = -1;
	}
	free(last);
	return rc;
}

/* Whether the folder is named after dir and the end of a recorded directory,
 * the shortest that fits: out is that. */
static int
ends_alike(const char *path, const char *dir, const char *cwd,
    struct ses_buf *out, struct seshat_err *err)
{
	size_t len;
	const char *name = folder_name(path, &len);
	const char *p = cwd + strlen(cwd);
	int depth = 0;
	int rc = 0;

	while (rc == 0 && p > cwd && depth++ < DEPTH_MAX) {
		do {
			p--;
		} while (p > cwd && *p != '/');
		ses_buf_clear(out);
		ses_buf_fmt(out, "%s%s", dir, p);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err);
		if (rc == 0 && *p == '/')
			rc = ses_claude_is_named_after(
			    name, len, out->data, err);
	}
	return rc;
}

static int
moved(struct ses_peek *p, const char *path, const char *first, const char *dir,
    struct ses_buf *out, struct seshat_err *err)
{
	size_t len;
	const char *name = folder_name(path, &len);
	char *last = NULL;
	int rc = ses_claude_is_named_after(name, len, dir, err);

	if (rc > 0) {
		ses_buf_str(out, dir);
		(void)ses_buf_cstr(out);
		return ses_buf_check(out, err) < 0 ? -1 : 1;
	}
	if (rc == 0 && first != NULL)
		rc = ends_alike(path, dir, first, out, err);
	if (rc == 0)
		rc = ses_claude_last_cwd(p, &last, err);
	if (rc == 0 && last != NULL)
		rc = ends_alike(path, dir, last, out, err);
	if (rc == 0)
		ses_buf_clear(out);
	free(last);
	return rc;
}

static int
is_of(const char *path, const char *dir, struct seshat_err *err)
{
	size_t len;
	const char *name = folder_name(path, &len);
	int rc = ses_claude_is_named_after(name, len, dir, err);

	if (rc > 0)
		return 2;
	return rc < 0 ? -1 : ses_claude_is_named_below(name, len, dir, err);
}

static void
beside(const char *transcript, struct ses_buf *out)
{
	size_t len = strlen(transcript);

	if (ses_str_ends(transcript, ending))
		len -= strlen(ending);
	ses_buf_add(out, transcript, len);
}

static void
resume(const char *id, const char *cwd, struct ses_buf *out)
{
	(void)cwd;
	ses_buf_str(out, "claude --resume ");
	ses_place_word(id, out);
}

const struct ses_place_ops ses_claude_place = {
    .cwds = cwds,
    .by_cwd = 1,
    .at = at,
    .home = home,
    .moved = moved,
    .is_of = is_of,
    .beside = beside,
    .of_project = "memory",
    .resume = resume,
    .running = ses_claude_running,
};
