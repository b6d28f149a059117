/* The files beside a session that name its directory. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/files_beside.h"
#include "harness/line.h"

#define YAML_MAX 65536U

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

/* The file of this name in the session's folder, or in one above. */
static int
look_beside(const char *name, const struct wanted *wanted,
    struct ses_session *out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	ses_str_dirname(out->path, &path);
	for (; strncmp(name, "../", 3) == 0; name += 3)
		while (path.len > 1 && path.data[--path.len] != '/')
			;
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

int
ses_kimi_code_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	static const char *const cwds[] = {"cwd", NULL};
	const struct wanted wanted = {
	    cwds, out->parent == NULL ? "title" : NULL};

	(void)row;
	return look_beside("../../state.json", &wanted, out, err);
}

/* Of env.initial.trees the first, a file's URL without anything escaped. */
static int
on_thread(void *arg, const struct ses_json *object)
{
	static const char scheme[] = "\"file:///";
	struct gather *g = arg;
	struct ses_json trees = {0};
	struct ses_json tree = {0};
	struct ses_json uri = {0};
	struct ses_json_walk w;

	if (!ses_json_path(object, "env.initial.trees", &trees))
		return 1;
	ses_json_walk(&w, &trees);
	if (!ses_json_next(&w, NULL, &tree) ||
	    !ses_json_get(&tree, "uri", &uri) || uri.type != '"' ||
	    uri.len <= sizeof(scheme) || uri.len > PATH_MAX ||
	    memcmp(uri.text, scheme, sizeof(scheme) - 1) != 0 ||
	    memchr(uri.text, '%', uri.len) != NULL ||
	    memchr(uri.text, '\\', uri.len) != NULL)
		return 1;
	g->failed = ses_session_set(&g->out->cwd, uri.text + sizeof(scheme) - 2,
			uri.len - sizeof(scheme) + 1, &g->err) < 0;
	return 1;
}

int
ses_amp_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct gather g = {.out = out};
	struct ses_peek p = {.fd = -1};
	struct stat st;

	(void)row;
	if (ses_peek_path(&p, out->path, &st, &ignored) == 0) {
		(void)ses_peek_whole(&p, on_thread, &g, &ignored);
		ses_peek_close(&p);
	}
	ses_peek_free(&p);
	if (g.failed)
		*err = g.err;
	return g.failed ? -1 : 0;
}

/* The value of a line "key: value" that is plain text, or NULL: in quotes, or
 * written in any other way, it is not read. */
static char *
plain_value(const struct ses_buf *text, const char *key)
{
	size_t len = strlen(key);
	const char *p = text->data;
	const char *end = text->data + text->len;
	const char *nl;
	const char *v;

	for (; p != NULL && p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl;
		if ((size_t)(nl - p) <= len + 2 || memcmp(p, key, len) != 0 ||
		    memcmp(p + len, ": ", 2) != 0)
			continue;
		v = p + len + 2;
		if (strchr("\"'|>&*!%@`[{# ", *v) != NULL ||
		    memchr(v, '#', (size_t)(nl - v)) != NULL ||
		    memchr(v, '\0', (size_t)(nl - v)) != NULL)
			return NULL;
		return ses_str_ndup(v, (size_t)(nl - v));
	}
	return NULL;
}

int
ses_copilot_fill(const struct ses_files *row, struct ses_session *out,
    struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	char *name = NULL;
	int rc = 0;

	(void)row;
	if (strcmp(ses_str_basename(out->path), "events.jsonl") != 0)
		return 0;
	ses_str_dirname(out->path, &path);
	ses_buf_str(&path, "/workspace.yaml");
	if (ses_fs_slurp(ses_buf_cstr(&path), YAML_MAX, &text, &ignored) < 0)
		goto out;
	if (out->cwd == NULL) {
		out->cwd = plain_value(&text, "cwd");
		if (out->cwd != NULL && out->cwd[0] != '/') {
			free(out->cwd);
			out->cwd = NULL;
		}
	}
	name = plain_value(&text, "name");
	if (name != NULL)
		rc = ses_line_title_of(name, strlen(name), &out->title, err);
out:
	free(name);
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}
