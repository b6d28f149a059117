#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/claude_code.h"
#include "harness/claude_read.h"
#include "harness/line.h"
#include "harness/session.h"

#define MAX_META 65536U /* bytes of a .meta.json */

/* Lines that name a session, best last.  Claude Code writes them with the
 * type first; the last one of a kind holds. */
static const struct {
	const char *type;
	const char *member;
} titles[] = {
    {"summary", "summary"},
    {"ai-title", "aiTitle"},
    {"agent-name", "agentName"},
    {"custom-title", "customTitle"},
};
#define N_TITLES ((int)(sizeof(titles) / sizeof(titles[0])))

/* What is gathered while the lines pass by. */
struct gather {
	const struct ses_claude_name *n;
	struct ses_session *out;
	int want_title;
	int rank; /* of out->title in titles, -1: none */
	char *prompt;
	char *command; /* serves when there is no prompt */
	char *last_cwd;
	struct seshat_err err;
	int failed;
};

static int
failed(struct gather *g)
{
	g->failed = 1;
	return 1; /* ends the walk */
}

/* Which row of titles the line is of, -1: none. */
static int
rank_of(const struct ses_json *type)
{
	int i;

	for (i = 0; i < N_TITLES; i++)
		if (ses_json_is(type, titles[i].type))
			return i;
	return -1;
}

/* As rank_of, without walking over lines that cannot be one. */
static int
rank_of_line(const char *line, size_t len)
{
	static const char begin[] = "{\"type\":\"";
	const size_t at = sizeof(begin) - 2; /* where the type's quote is */
	struct ses_json v;

	if (len < sizeof(begin) || memcmp(line, begin, sizeof(begin) - 1) != 0)
		return -1;
	(void)ses_json_peek(line + at, len - at, &v);
	return rank_of(&v);
}

/* A title of this rank from its line, if it is better than what there is. */
static int
take_title(struct gather *g, int rank, const struct ses_json *object)
{
	struct ses_json v = {0};

	if (rank <= g->rank || !ses_json_get(object, titles[rank].member, &v) ||
	    v.type != '"' || v.len <= 2)
		return 0;
	if (ses_line_title(&v, &g->out->title, &g->err) < 0)
		return failed(g);
	if (g->out->title != NULL)
		g->rank = rank;
	return 0;
}

static int
on_tail(void *arg, const char *line, size_t len)
{
	struct gather *g = arg;
	struct ses_json v;
	int rank = rank_of_line(line, len);

	if (rank <= g->rank)
		return 0;
	(void)ses_json_peek(line, len, &v);
	(void)take_title(g, rank, &v);
	return g->failed || g->rank == N_TITLES - 1;
}

static int
take_path(struct gather *g, const struct ses_json *v, char **to)
{
	return ses_line_string(v, PATH_MAX, to, &g->err) < 0 ? failed(g) : 0;
}

static int
take_parent(struct gather *g, const struct ses_json *v)
{
	struct ses_buf b = {0};
	int rc = 0;

	if (v->type != '"' || v->len > 1024)
		return 0;
	ses_json_text(v, &b);
	if (ses_buf_check(&b, &g->err) < 0 ||
	    (b.len > 0 && ses_session_id_ok(b.data, b.len) &&
		ses_session_set(&g->out->parent, b.data, b.len, &g->err) < 0))
		rc = failed(g);
	ses_buf_free(&b);
	return rc;
}

enum { TYPE, CWD, SESSION, META, SUMMARY, SIDE, MESSAGE, N_FIELDS };

/* The first thing a person asked. */
static int
take_prompt(struct gather *g, const struct ses_line_field *f)
{
	struct ses_json content = {0};
	struct ses_json text = {0};

	if (!ses_json_is(&f[TYPE].value, "user") || f[META].value.type == 't' ||
	    f[SUMMARY].value.type == 't' ||
	    (f[SIDE].value.type == 't' && g->n->agent == NULL) ||
	    !ses_json_get(&f[MESSAGE].value, "content", &content))
		return 0;
	if (!ses_line_prompt(&content, &text)) {
		if (g->command == NULL && content.type == '"' &&
		    ses_line_command(&content, &g->command, &g->err) < 0)
			return failed(g);
		return 0;
	}
	if (ses_line_title(&text, &g->prompt, &g->err) < 0)
		return failed(g);
	return 0;
}

static int
on_head(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [CWD] = SES_LINE_FIELD("cwd"),
	    [SESSION] = SES_LINE_FIELD("sessionId"),
	    [META] = SES_LINE_FIELD("isMeta"),
	    [SUMMARY] = SES_LINE_FIELD("isCompactSummary"),
	    [SIDE] = SES_LINE_FIELD("isSidechain"),
	    [MESSAGE] = SES_LINE_FIELD("message")};
	int lacks_parent = g->n->agent != NULL && g->out->parent == NULL;
	int rank;

	ses_line_fields(object, f, N_FIELDS);
	if (g->out->cwd == NULL &&
	    take_path(g, &f[CWD].value, &g->out->cwd) != 0)
		return 1;
	if (lacks_parent && take_parent(g, &f[SESSION].value) != 0)
		return 1;
	if (g->want_title && g->prompt == NULL) {
		rank = rank_of(&f[TYPE].value);
		if (rank >= 0 && take_title(g, rank, object) != 0)
			return 1;
		if (take_prompt(g, f) != 0)
			return 1;
	}
	return g->out->cwd != NULL &&
	       (!g->want_title || g->rank >= 0 || g->prompt != NULL) &&
	       (g->n->agent == NULL || g->out->parent != NULL);
}

static int
on_last(void *arg, const char *line, size_t len)
{
	struct gather *g = arg;
	struct ses_json v;
	struct ses_json cwd = {0};

	(void)ses_json_peek(line, len, &v);
	if (!ses_json_get(&v, "cwd", &cwd) &&
	    !ses_json_get(&v, "relocatedCwd", &cwd))
		return 0;
	(void)take_path(g, &cwd, &g->last_cwd);
	return g->failed || g->last_cwd != NULL;
}

int
ses_claude_last_cwd(struct ses_peek *p, char **out, struct seshat_err *err)
{
	struct gather g = {0};
	int rc = ses_peek_tail(p, SES_PEEK_TAIL, on_last, &g, err);

	if (rc == 0 && g.failed) {
		*err = g.err;
		rc = -1;
	}
	if (rc == 0)
		*out = g.last_cwd;
	else
		free(g.last_cwd);
	return rc;
}

/* Kind and task of a subagent stand in a small file beside it. */
static int
read_meta(struct gather *g, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	struct ses_json v = {0};
	struct ses_json kind = {0};
	size_t len = strlen(g->out->path) - strlen(".jsonl");
	int rc = -1;

	ses_buf_add(&path, g->out->path, len);
	ses_buf_str(&path, ".meta.json");
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	rc = 0;
	if (ses_fs_slurp(path.data, MAX_META, &text, &why) < 0 || text.len == 0)
		goto out; /* there need not be one */
	(void)ses_json_peek(text.data, text.len, &v);
	if (ses_json_get(&v, "agentType", &kind))
		rc = ses_line_title(&kind, &g->out->agent, err);
	if (rc == 0 && ses_json_get(&v, "description", &kind))
		rc = ses_line_title(&kind, &g->out->title, err);
	if (g->out->title != NULL)
		g->rank = 0;
out:
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}

static int
set_id(const struct ses_claude_name *n, struct ses_session *out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	if (n->agent == NULL || out->parent == NULL)
		return ses_session_set(&out->id, n->stem, n->len, err);
	ses_buf_fmt(&b, "%s.", out->parent);
	ses_buf_add(&b, n->agent, n->agent_len);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		rc = ses_session_set(&out->id, b.data, b.len, err);
	ses_buf_free(&b);
	return rc;
}

/* Tail for the title, head for what else is wanted. */
static int
gather_all(struct gather *g, struct ses_peek *p, struct seshat_err *err)
{
	int rc = -1;

	if (g->want_title && g->n->agent != NULL && read_meta(g, err) < 0)
		return -1;
	if (g->want_title && g->n->agent == NULL &&
	    ses_peek_tail(p, SES_PEEK_TAIL, on_tail, g, err) < 0)
		return -1;
	if (!g->failed && ses_peek_head(p, on_head, g, err) < 0)
		goto out;
	if (g->failed) {
		*err = g->err;
		goto out;
	}
	if (g->out->title == NULL) {
		g->out->title = g->prompt != NULL ? g->prompt : g->command;
		if (g->prompt != NULL)
			g->prompt = NULL;
		else
			g->command = NULL;
	}
	rc = 0;
out:
	free(g->prompt);
	free(g->command);
	return rc;
}

int
ses_claude_title(struct ses_peek *p, const struct ses_claude_name *n,
    struct ses_session *out, struct seshat_err *err)
{
	struct gather g = {.n = n, .out = out, .want_title = 1, .rank = -1};

	return gather_all(&g, p, err);
}

int
ses_claude_describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err)
{
	const struct ses_claude_name n = {
	    .stem = out->id, .len = strlen(out->id)};

	(void)self;
	return ses_claude_title(p, &n, out, err);
}

int
ses_claude_read(struct ses_peek *p, const struct ses_claude_name *n, int title,
    struct ses_session *out, struct seshat_err *err)
{
	struct gather g = {.n = n, .out = out, .want_title = title, .rank = -1};

	if (n->parent != NULL && ses_session_set(&out->parent, n->parent,
				     strlen(n->parent), err) < 0)
		return -1;
	if (gather_all(&g, p, err) < 0)
		return -1;
	return set_id(n, out, err);
}

int
ses_claude_parse(
    const char *name, const char *parent, struct ses_claude_name *out)
{
	if (!ses_str_ends(name, ".jsonl"))
		return 0;
	*out = (struct ses_claude_name){.stem = name,
	    .len = strlen(name) - strlen(".jsonl"),
	    .parent = parent};
	if (!ses_session_id_ok(name, out->len))
		return 0;
	if (ses_str_starts(name, "agent-") && out->len > strlen("agent-")) {
		out->agent = name + strlen("agent-");
		out->agent_len = out->len - strlen("agent-");
	}
	/* other files in a session's folder are no transcripts */
	return parent == NULL || out->agent != NULL;
}

/* Take the path apart: where the session's folder ends that it lies in, and
 * whether it lies below "projects" at all. */
static int
parse_path(const char *path, char **parent, int *ours, struct seshat_err *err)
{
	static const char sub[] = "/subagents/";
	const char *at = path;
	const char *found = NULL;
	const char *from;
	const char *end;
	int folders = 2; /* projects/<folder>/<file> */

	while ((at = strstr(at, sub)) != NULL) {
		if (found == NULL)
			found = at;
		at += sizeof(sub) - 2;
	}
	end = path + strlen(path);
	if (found != NULL) {
		for (from = found; from > path && from[-1] != '/'; from--)
			continue;
		if (from == found)
			return 0;
		if (ses_session_set(parent, from, (size_t)(found - from), err) <
		    0)
			return -1;
		end = found;
	}
	for (; folders > 0 && end > path; end--)
		if (end[-1] == '/')
			folders--;
	*ours = end - path >= 9 && memcmp(end - 9, "/projects", 9) == 0;
	return 0;
}

int
ses_claude_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	struct ses_session x = {.harness = &ses_claude_code};
	struct ses_claude_name n;
	struct ses_peek p = {.fd = -1};
	struct stat st;
	char *parent = NULL;
	int ours = 0;
	int rc = -1;

	(void)self;
	if (parse_path(path, &parent, &ours, err) < 0)
		goto out;
	if (path[0] != '/' || !ours ||
	    !ses_claude_parse(ses_str_basename(path), parent, &n)) {
		ses_fail(err, SESHAT_ENOTFOUND,
		    "%s: no transcript of Claude Code", path);
		goto out;
	}
	rc = ses_peek_path(&p, path, &st, err);
	if (rc < 0)
		goto out;
	ses_session_stat(&x, &st);
	rc = ses_session_set(&x.path, path, strlen(path), err);
	if (rc == 0)
		rc = ses_claude_read(&p, &n, 1, &x, err);
	ses_peek_close(&p);
	if (rc == 0) {
		*out = x;
		x = (struct ses_session){0};
	}
out:
	ses_session_free(&x);
	ses_peek_free(&p);
	free(parent);
	return rc;
}
