/* The files beside a session that name its directory. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/files_beside.h"
#include "harness/line.h"

/* What is looked for: paths of members, ends with NULL. */
struct wanted {
	const char *const *cwds;
	const char *title; /* or NULL */
};

struct gather {
	const struct wanted *wanted;
	struct ses_session *out;
	struct seshat_err err;
	int failed;
};

static int
on_document(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	struct ses_json v = {0};
	const char *const *p;
	char *cwd = NULL;

	for (p = g->wanted->cwds; *p != NULL && g->out->cwd == NULL; p++) {
		if (!ses_json_path(object, *p, &v))
			continue;
		g->failed |= ses_line_string(&v, PATH_MAX, &cwd, &g->err) < 0;
		if (cwd != NULL && cwd[0] == '/') {
			g->out->cwd = cwd;
			cwd = NULL;
		}
		free(cwd);
		cwd = NULL;
	}
	if (g->wanted->title != NULL &&
	    ses_json_path(object, g->wanted->title, &v) && v.type == '"')
		g->failed |= ses_line_title(&v, &g->out->title, &g->err) < 0;
	return 1;
}

/* One that is not there, or is no document, tells nothing. */
static int
look(const char *path, const struct wanted *wanted, struct ses_session *out,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct gather g = {.wanted = wanted, .out = out};
	struct ses_peek p = {.fd = -1};
	struct stat st;

	if (ses_peek_path(&p, path, &st, &ignored) == 0) {
		(void)ses_peek_whole(&p, on_document, &g, &ignored);
		ses_peek_close(&p);
	}
	ses_peek_free(&p);
	if (g.failed)
		*err = g.err;
	return g.failed ? -1 : 0;
}

/* The file of this name in the session's folder. */
static int
look_beside(const char *name, const struct wanted *wanted,
    struct ses_session *out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_str_dirname(out->path, &path);
	ses_buf_fmt(&path, "/%s", name);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = look(path.data, wanted, out, err);
	ses_buf_free(&path);
	return rc;
}

int
ses_cline_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	static const char *const cwds[] = {"cwd", "workspace_root", NULL};
	static const struct wanted wanted = {cwds, "metadata.title"};
	const char *id = out->parent != NULL ? out->parent : out->id;
	struct ses_buf name = {0};
	int rc;

	(void)row;
	ses_buf_fmt(&name, "%s.json", id);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = look_beside(name.data, &wanted, out, err);
	ses_buf_free(&name);
	return rc;
}

int
ses_codebuff_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	static const char *const cwds[] = {
	    "sessionState.fileContext.cwd", NULL};
	static const struct wanted wanted = {cwds, NULL};

	(void)row;
	return look_beside("run-state.json", &wanted, out, err);
}

int
ses_vibe_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	static const char *const cwds[] = {
	    "working_dir", "environment.working_directory", NULL};
	static const struct wanted wanted = {cwds, "title"};

	(void)row;
	return look_beside("meta.json", &wanted, out, err);
}
