/*
 * Claude Code keeps projects/<folder>/<id>.jsonl, and subagents beside them:
 * projects/<folder>/<id>/subagents/.../agent-<agent-id>.jsonl, earlier
 * projects/<folder>/agent-<agent-id>.jsonl, whose lines name the parent.  A
 * subagent's id is "<parent>.<agent-id>", without the "agent-".
 */
/* The DT_ constants are BSD's, memmem is GNU's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/claude_code.h"
#include "harness/claude_read.h"
#include "harness/look.h"
#include "harness/place.h"

#define SUBAGENTS 2 /* folders above those of subagents: root, project */

/* A search: what is wanted, and where it has come to. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_looks looks; /* the transcripts that may fit */
	struct ses_buf exact;   /* folder names for q->cwd */
	struct ses_buf once;    /* the same with runs of '-' as one */
	int own;                /* the folder at hand is one of those */
	const char *parent;     /* whose subagents are in it */
};

static int
add_list(const char *list, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf one = {0};
	size_t len;
	int rc = 0;

	for (; rc == 0 && *list != '\0'; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		ses_buf_clear(&one);
		ses_buf_add(&one, list, len);
		while (one.len > 0 && one.data[one.len - 1] == ' ')
			one.len--;
		(void)ses_buf_cstr(&one);
		if (ses_buf_check(&one, err) < 0)
			rc = -1;
		else if (one.data[strspn(one.data, " ")] != '\0') {
			ses_buf_str(&one, "/projects");
			(void)ses_buf_cstr(&one);
			rc = ses_buf_check(&one, err) < 0
				 ? -1
				 : ses_root_add(out,
				       one.data + strspn(one.data, " "), err);
		}
	}
	ses_buf_free(&one);
	return rc;
}

/* The two places below a configuration folder, where they exist. */
static int
add_config(const char *base, const char *below, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_fmt(&b, "%s%s/claude/projects", base, below);
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	if (rc == 0 && access(b.data, F_OK) == 0)
		rc = ses_root_add(out, b.data, err);
	ses_buf_free(&b);
	return rc;
}

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	const char *list = getenv("CLAUDE_CONFIG_DIR");
	const char *config = getenv("XDG_CONFIG_HOME");
	struct ses_buf home = {0};
	struct ses_buf b = {0};
	int rc = -1;

	(void)self;
	(void)q;
	if (list != NULL && list[strspn(list, " ,")] != '\0')
		return add_list(list, out, err);
	if (ses_xdg_home(&home, err) < 0)
		goto out;
	(void)ses_buf_cstr(&home);
	ses_buf_fmt(&b, "%s/.claude/projects", ses_buf_cstr(&home));
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&home, err) < 0 || ses_buf_check(&b, err) < 0 ||
	    ses_root_add(out, b.data, err) < 0)
		goto out;
	if (config != NULL && config[0] == '/' &&
	    add_config(config, "", out, err) < 0)
		goto out;
	rc = add_config(home.data, "/.config", out, err);
out:
	ses_buf_free(&home);
	ses_buf_free(&b);
	return rc;
}

/* The folder names that a working directory may have. */
static int
name_folders(struct search *s, struct seshat_err *err)
{
	size_t i;

	ses_claude_dirname(s->q->cwd, &s->exact);
	(void)ses_buf_cstr(&s->exact);
	for (i = 0; i < s->exact.len; i++)
		if (i == 0 || s->exact.data[i] != '-' ||
		    s->exact.data[i - 1] != '-')
			ses_buf_add(&s->once, s->exact.data + i, 1);
	(void)ses_buf_cstr(&s->once);
	if (ses_buf_check(&s->exact, err) < 0)
		return -1;
	return ses_buf_check(&s->once, err);
}

/* Whether the id that is asked for can be that of the file. */
static int
may_be_wanted(const struct search *s, const struct ses_claude_name *n)
{
	const char *id = s->q->id;
	size_t len = id == NULL ? 0 : strlen(id);

	if (id == NULL)
		return 1;
	if (n->agent == NULL)
		return len == n->len && memcmp(id, n->stem, len) == 0;
	return len >= n->agent_len &&
	       memcmp(id + len - n->agent_len, n->agent, n->agent_len) == 0;
}

/* Whether a session that lies in the folder of the wanted cwd belongs there:
 * it was there last, or its project was moved there ('seshat relocate'), so
 * that the folder is named after nothing that it recorded. */
static int
belongs_here(const char *cwd, struct ses_peek *p, const struct ses_look *what,
    const struct ses_session *x, struct seshat_err *err)
{
	const char *end = strrchr(what->path, '/');
	const char *name = end;
	char *last = NULL;
	int rc = ses_claude_last_cwd(p, &last, err);

	while (name > what->path && name[-1] != '/')
		name--;
	if (rc < 0 || (last != NULL && strcmp(last, cwd) == 0)) {
		free(last);
		return rc < 0 ? -1 : 1;
	}
	rc = ses_claude_is_named_after(name, (size_t)(end - name), x->cwd, err);
	if (rc == 0 && last != NULL)
		rc = ses_claude_is_named_after(
		    name, (size_t)(end - name), last, err);
	free(last);
	return rc < 0 ? -1 : !rc;
}

/* Whether the session whose file is open is of the wanted cwd; one with a
 * parent belongs where that does: seen to at the end. */
static int
belongs(const char *cwd, struct ses_peek *p, const struct ses_look *what,
    const struct ses_session *x, struct seshat_err *err)
{
	if (cwd == NULL || x->parent != NULL)
		return 1;
	if (x->cwd == NULL)
		return what->own;
	if (strcmp(x->cwd, cwd) == 0)
		return 1;
	return what->own ? belongs_here(cwd, p, what, x, err) : 0;
}

/* Fill in a session: first what decides whether it fits. */
static int
read_one(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	const struct ses_discover *q = arg;
	struct ses_claude_name n;
	int rc;

	out->harness = &ses_claude_code;
	if (!ses_claude_parse(ses_str_basename(what->path), what->parent, &n))
		return 0;
	if (ses_claude_read(p, &n, q->cwd == NULL, out, err) < 0)
		return -1;
	if (q->id != NULL && strcmp(out->id, q->id) != 0)
		return 0;
	rc = belongs(q->cwd, p, what, out, err);
	if (rc > 0 && q->cwd != NULL && ses_claude_title(p, &n, out, err) < 0)
		return -1;
	return rc;
}

/* One entry that is a file; parent is NULL outside of a session's folder. */
static int
file(struct search *s, const struct ses_folder *f, const char *name,
    const char *parent, struct seshat_err *err)
{
	struct ses_claude_name n;

	if (!ses_claude_parse(name, parent, &n) || !may_be_wanted(s, &n))
		return 0;
	return ses_look_add(&s->looks, f, name, parent, s->own, err);
}

/* All transcripts below a folder of subagents. */
static int
subagent(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;

	if (type == DT_REG)
		return file(s, f, name, s->parent, err);
	if (type != DT_DIR || f->depth >= SUBAGENTS + SES_FOLDER_DEPTH)
		return 0;
	return ses_folder_each(s->out, f, name, 0, subagent, s, err);
}

/* The folder of a session, if it holds subagents. */
static int
session_folder(struct search *s, const struct ses_folder *at, const char *name,
    struct seshat_err *err)
{
	struct ses_buf below = {0};
	int rc;

	if (!ses_session_id_ok(name, strlen(name)))
		return 0;
	ses_buf_fmt(&below, "%s/subagents", name);
	(void)ses_buf_cstr(&below);
	s->parent = name;
	rc = ses_buf_check(&below, err);
	if (rc == 0)
		rc = ses_folder_each(
		    s->out, at, below.data, 0, subagent, s, err);
	ses_buf_free(&below);
	return rc;
}

static int
in_project(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;

	if (type == DT_REG)
		return file(s, f, name, NULL, err);
	return type == DT_DIR ? session_folder(s, f, name, err) : 0;
}

static int
project(void *arg, const struct ses_folder *root, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;

	if (type == DT_REG)
		return 0;
	s->own = s->q->cwd != NULL && (strcmp(name, s->exact.data) == 0 ||
					  strcmp(name, s->once.data) == 0);
	return ses_folder_each(s->out, root, name, 1, in_project, s, err);
}

/* <project>, <project>/<session>, and there the folders of subagents and of
 * results, which may come after the line that they belong to. */
static int
holds(const struct ses_harness_ops *self, const char *below)
{
	static const char *const folders[] = {"/subagents", "/tool-results"};
	const char *rest = strchr(below, '/');
	size_t len;
	size_t i;

	(void)self;
	rest = rest == NULL ? NULL : strchr(rest + 1, '/');
	for (i = 0; rest != NULL && i < 2; i++) {
		len = strlen(folders[i]);
		if (strncmp(rest, folders[i], len) == 0 &&
		    (rest[len] == '\0' || rest[len] == '/'))
			return 1;
	}
	return rest == NULL;
}

static int
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct search s = {.q = q, .out = out};
	struct ses_buf list = {0};
	size_t from = out->n;
	int rc = -1;

	if (roots(self, q, &list, err) < 0 ||
	    (q->cwd != NULL && name_folders(&s, err) < 0) ||
	    ses_roots_each(out, &list, project, &s, err) < 0)
		goto out;
	rc = ses_look_all(&s.looks, read_one, q, out, err);
	if (rc == 0 && q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
out:
	ses_buf_free(&list);
	ses_looks_free(&s.looks);
	ses_buf_free(&s.exact);
	ses_buf_free(&s.once);
	return rc;
}

const struct ses_harness_ops ses_claude_code = {
    .name = "claude-code",
    .summary = "Claude Code",
    .roots = roots,
    .holds = holds,
    .find = find,
    .identify = ses_claude_identify,
    .describe = ses_claude_describe,
    .retention = ses_claude_retention,
    .companions = ses_claude_companions,
    .companion_path = ses_claude_companion_path,
    .companion_of = ses_claude_companion_of,
    .place = &ses_claude_place,
    .events = ses_claude_events,
};
