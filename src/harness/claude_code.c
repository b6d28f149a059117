/*
 * Claude Code: <root>/projects/<folder>/<id>.jsonl, and the transcripts of
 * subagents in <id>/subagents/ below it, or beside it in older versions.
 */
#define _GNU_SOURCE /* memmem, DT_DIR */

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/agents.h"
#include "harness/peek.h"

#define DEPTH_MAX 4 /* folders below subagents/ */

static int
roots(struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv("CLAUDE_CONFIG_DIR");
	const char *xdg = getenv("XDG_CONFIG_HOME");
	struct ses_buf home = {0};
	size_t len;
	int rc;

	if (set != NULL && set[0] != '\0') {
		for (; *set != '\0'; set += len + (set[len] == ',')) {
			len = strcspn(set, ",");
			if (len == 0)
				continue;
			ses_buf_add(out, set, len);
			ses_buf_add(out, "/projects", 10);
		}
		return ses_buf_check(out, err);
	}
	rc = ses_xdg_home(&home, err);
	if (rc == 0) {
		ses_buf_fmt(out, "%s/.claude/projects", ses_buf_cstr(&home));
		ses_buf_add(out, "", 1);
		if (xdg != NULL && xdg[0] == '/')
			ses_buf_fmt(out, "%s/claude/projects", xdg);
		else
			ses_buf_fmt(
			    out, "%s/.config/claude/projects", home.data);
		ses_buf_add(out, "", 1);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&home);
	return rc;
}

/* One search: what is asked for, and what each file needs. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_peek peek;
	struct ses_buf path; /* of the folder or file under way */
	const char *parent;  /* of the subagents under way, else NULL */
	int in_named_folder; /* the folder's name stands for q->cwd */
	int depth;
	struct ses_buf scratch;
};

/* What the lines tell; strings are owned. */
struct facts {
	char *cwd;
	char *session; /* sessionId: of a subagent, its parent */
	char *prompt;
	char *title;
};

static void
facts_free(struct facts *f)
{
	free(f->cwd);
	free(f->session);
	free(f->prompt);
	free(f->title);
}

/* A string member as a new string, unless there is one already. */
static void
keep(char **at, const struct ses_json *line, const char *name,
    struct ses_buf *scratch)
{
	struct ses_json v;

	if (*at != NULL || !ses_json_get(line, name, &v) || v.type != '"')
		return;
	ses_buf_clear(scratch);
	ses_json_text(&v, scratch);
	if (scratch->len > 0 &&
	    memchr(scratch->data, '\0', scratch->len) == NULL)
		*at = ses_str_ndup(scratch->data, scratch->len);
}

static void
keep_prompt(
    struct facts *f, const struct ses_json *line, struct ses_buf *scratch)
{
	struct ses_json v;

	if (f->prompt != NULL || !ses_json_get(line, "type", &v) ||
	    !ses_json_is(&v, "user") ||
	    (ses_json_get(line, "isMeta", &v) && v.type == 't') ||
	    !ses_json_path(line, "message.content", &v))
		return;
	ses_buf_clear(scratch);
	if (ses_content_text(&v, scratch))
		f->prompt = ses_prompt_title(scratch->data, scratch->len);
}

/* A line that names the session; the last one counts. */
static void
keep_title(
    struct facts *f, const struct ses_json *line, struct ses_buf *scratch)
{
	static const struct {
		const char *type;
		const char *member;
	} kinds[] = {{"custom-title", "customTitle"}, {"ai-title", "aiTitle"},
	    {"summary", "summary"}, {"agent-name", "agentName"}};
	struct ses_json type;
	char *title = NULL;
	size_t i;

	if (!ses_json_get(line, "type", &type))
		return;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ses_json_is(&type, kinds[i].type))
			keep(&title, line, kinds[i].member, scratch);
	if (title == NULL)
		return;
	free(f->title);
	f->title = ses_prompt_title(title, strlen(title));
	free(title);
}

/* The lines of a buffer from at on; answers where the first unfinished one
 * begins. */
static size_t
read_lines(struct facts *f, const struct ses_buf *b, size_t at, int titles_only,
    struct ses_buf *scratch)
{
	struct ses_json line;
	const char *nl;
	size_t len;

	while (at < b->len) {
		nl = memchr(b->data + at, '\n', b->len - at);
		if (nl == NULL)
			break;
		len = (size_t)(nl - b->data) - at;
		(void)ses_json_peek(b->data + at, len, &line);
		if (line.type == '{') {
			keep_title(f, &line, scratch);
			if (!titles_only) {
				keep(&f->cwd, &line, "cwd", scratch);
				keep(&f->session, &line, "sessionId", scratch);
				keep_prompt(f, &line, scratch);
			}
		}
		at += len + 1;
		if (!titles_only && f->cwd != NULL && f->session != NULL &&
		    f->prompt != NULL)
			return at;
	}
	return at;
}

/* Titles are appended again and again, also at the end. */
static void
read_tail(struct facts *f, const struct ses_buf *b, struct ses_buf *scratch)
{
	const char *nl = b->len == 0 ? NULL : memchr(b->data, '\n', b->len);

	if (nl != NULL &&
	    (memmem(b->data, b->len, "-title\"", 7) != NULL ||
		memmem(b->data, b->len, "\"summary\"", 9) != NULL ||
		memmem(b->data, b->len, "agent-name", 10) != NULL))
		(void)read_lines(f, b, (size_t)(nl - b->data) + 1, 1, scratch);
}

static int
gather(struct search *s, struct facts *f, struct seshat_err *err)
{
	size_t at = 0;
	int rc;

	while ((rc = ses_peek_more(&s->peek, err)) > 0) {
		at = read_lines(f, &s->peek.head, at, 0, &s->scratch);
		if (f->cwd != NULL)
			break;
	}
	if (rc < 0 || ses_peek_tail(&s->peek, err) < 0)
		return -1;
	if (s->peek.tail.len > 0)
		read_tail(f, &s->peek.tail, &s->scratch);
	else
		(void)read_lines(f, &s->peek.head, at, 1, &s->scratch);
	return 0;
}

/* Whether the session belongs to the folder that is asked for: its first
 * recorded one, or in the folder's own place also its last. */
static int
fits_cwd(const struct search *s, const struct facts *f)
{
	const char *cwd = s->q->cwd;
	struct ses_buf last = {0};
	const struct ses_buf *b =
	    s->peek.tail.len > 0 ? &s->peek.tail : &s->peek.head;
	int fits;

	if (cwd == NULL || (f->cwd != NULL && strcmp(f->cwd, cwd) == 0))
		return 1;
	if (!s->in_named_folder)
		return 0;
	if (f->cwd == NULL)
		return 1;
	ses_buf_str(&last, "\"cwd\":");
	ses_json_quote(&last, cwd, strlen(cwd));
	fits = !last.bad && b->len > 0 &&
	       memmem(b->data, b->len, last.data, last.len) != NULL;
	if (!fits) {
		ses_buf_clear(&last);
		ses_buf_str(&last, "\"relocatedCwd\":");
		ses_json_quote(&last, cwd, strlen(cwd));
		fits = !last.bad && b->len > 0 &&
		       memmem(b->data, b->len, last.data, last.len) != NULL;
	}
	ses_buf_free(&last);
	return fits;
}

/* The kind of a subagent stands in a small file beside it. */
static char *
agent_kind(struct search *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf b = {0};
	struct ses_json v;
	char *kind = NULL;

	ses_buf_add(&path, s->path.data, s->path.len - strlen(".jsonl"));
	ses_buf_str(&path, ".meta.json");
	if (ses_fs_slurp(ses_buf_cstr(&path), 65536, &b, &ignored) == 0 &&
	    b.len > 0) {
		(void)ses_json_peek(b.data, b.len, &v);
		keep(&kind, &v, "agentType", &s->scratch);
	}
	ses_buf_free(&path);
	ses_buf_free(&b);
	return kind;
}

static void
take(char **to, char **from)
{
	*to = *from;
	*from = NULL;
}

/* Fill in a session of which the facts are known. */
static int
fill(struct search *s, struct ses_session *out, struct facts *f,
    const char *parent, const char *stem, struct seshat_err *err)
{
	struct ses_buf id = {0};

	if (parent != NULL)
		ses_buf_fmt(&id, "%s.%s", parent, stem + strlen("agent-"));
	else
		ses_buf_str(&id, stem);
	out->harness = &ses_harness_claude_code;
	out->id = ses_str_dup(ses_buf_cstr(&id));
	out->parent = parent == NULL ? NULL : ses_str_dup(parent);
	out->path = ses_str_ndup(s->path.data, s->path.len);
	out->size = s->peek.size;
	out->mtime = s->peek.mtime;
	take(&out->cwd, &f->cwd);
	take(&out->title, f->title != NULL ? &f->title : &f->prompt);
	if (parent != NULL)
		out->agent = agent_kind(s);
	ses_buf_free(&id);
	if (out->id == NULL || out->path == NULL ||
	    (parent != NULL && out->parent == NULL))
		return ses_fail_nomem(err);
	return 0;
}

/* One transcript, s->path; name is its last component. */
static int
add_file(struct search *s, const char *name, struct seshat_err *err)
{
	struct facts f = {0};
	char *stem = ses_str_ndup(name, strlen(name) - strlen(".jsonl"));
	const char *parent = s->parent;
	struct ses_session *out;
	int rc = -1;

	if (stem == NULL)
		return ses_fail_nomem(err);
	/* by its name alone it may be none that is asked for */
	if (s->q->id != NULL && !ses_str_starts(stem, "agent-") &&
	    !ses_discover_wants(s->q, stem)) {
		free(stem);
		return 0;
	}
	if (ses_peek_open(&s->peek, AT_FDCWD, s->path.data, err) < 0 ||
	    gather(s, &f, err) < 0) {
		if (err->code == SESHAT_ENOMEM)
			goto out;
		rc = 0; /* gone, no file, or not for us: the rest goes on */
		if (err->code == SESHAT_ENOTFOUND ||
		    err->code == SESHAT_EUNSUPPORTED)
			goto out;
		ses_fail_in(err, "%s", s->path.data);
		ses_session_list_unreadable(s->out, err);
		goto out;
	}
	if (parent == NULL && ses_str_starts(stem, "agent-"))
		parent = f.session;
	rc = 0;
	if (!fits_cwd(s, &f))
		goto out;
	out = ses_session_list_add(s->out);
	rc = out == NULL ? ses_fail_nomem(err)
			 : fill(s, out, &f, parent, stem, err);
	if (rc == 0 && out != NULL && !ses_discover_wants(s->q, out->id))
		ses_session_list_drop(s->out);
out:
	ses_peek_close(&s->peek);
	facts_free(&f);
	free(stem);
	return rc;
}

static int walk(struct search *s,
    int (*each)(void *arg, const char *name, unsigned char d_type,
	struct seshat_err *err),
    struct seshat_err *err);

/* Go to an entry of the folder under way and come back. */
static int
enter(struct search *s, const char *name,
    int (*each)(void *arg, const char *name, unsigned char d_type,
	struct seshat_err *err),
    struct seshat_err *err)
{
	size_t len = s->path.len;
	int rc;

	ses_buf_fmt(&s->path, "/%s", name);
	(void)ses_buf_cstr(&s->path);
	rc = ses_buf_check(&s->path, err) < 0 ? -1
	     : each == NULL                   ? add_file(s, name, err)
					      : walk(s, each, err);
	s->path.len = len;
	if (rc == 0)
		(void)ses_buf_cstr(&s->path);
	return rc;
}

/* Folders are entered, but not through links: those may lead in circles. */
static int
is_folder(const struct search *s, const char *name, unsigned char d_type)
{
	struct ses_buf path = {0};
	struct stat sb;
	int yes;

	if (d_type != DT_UNKNOWN)
		return d_type == DT_DIR;
	ses_buf_fmt(&path, "%.*s/%s", (int)s->path.len, s->path.data, name);
	yes = lstat(ses_buf_cstr(&path), &sb) == 0 && S_ISDIR(sb.st_mode);
	ses_buf_free(&path);
	return yes;
}

static int
is_transcript(const char *name)
{
	return strlen(name) > strlen(".jsonl") &&
	       ses_str_ends(name, ".jsonl") && name[0] != '.';
}

static int
see_subagent(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct search *s = arg;
	int rc = 0;

	if (is_transcript(name) && ses_str_starts(name, "agent-"))
		return enter(s, name, NULL, err);
	if (s->depth < DEPTH_MAX && is_folder(s, name, d_type)) {
		s->depth++;
		rc = enter(s, name, see_subagent, err);
		s->depth--;
	}
	return rc;
}

static int
see_transcript(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_buf below = {0};
	int rc = 0;

	if (is_transcript(name))
		return enter(s, name, NULL, err);
	if (strcmp(name, "memory") == 0 || !is_folder(s, name, d_type))
		return 0;
	/* <id>/subagents: the folder's name is the parent's id */
	ses_buf_fmt(&below, "%s/subagents", name);
	s->parent = name;
	rc = enter(s, ses_buf_cstr(&below), see_subagent, err);
	s->parent = NULL;
	ses_buf_free(&below);
	return rc;
}

/* The entries of the folder s->path; one that is not there has none. */
static int
walk(struct search *s,
    int (*each)(void *arg, const char *name, unsigned char d_type,
	struct seshat_err *err),
    struct seshat_err *err)
{
	int rc = ses_fs_each(s->path.data, each, s, err);

	if (rc < 0 && err->code != SESHAT_ENOMEM) {
		if (err->code != SESHAT_ENOTFOUND)
			ses_session_list_unreadable(s->out, err);
		rc = 0;
	}
	return rc;
}

static int
see_project(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct search *s = arg;

	(void)d_type; /* a project folder may be a link */
	return enter(s, name, see_transcript, err);
}

/* Runs of '-' as one: what some notes say the name looks like. */
static void
collapse(const struct ses_buf *name, struct ses_buf *out)
{
	size_t i;

	for (i = 0; i < name->len; i++)
		if (name->data[i] != '-' || i == 0 || name->data[i - 1] != '-')
			ses_buf_add(out, name->data + i, 1);
}

struct named {
	struct search *s;
	const char *prefix; /* the first 200 units of a long name */
};

static int
see_long_name(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct named *n = arg;

	(void)d_type;
	return ses_str_starts(name, n->prefix)
		   ? enter(n->s, name, see_transcript, err)
		   : 0;
}

/* The folders whose names may stand for the working directory. */
static int
find_named(struct search *s, struct seshat_err *err)
{
	struct ses_buf name = {0};
	struct ses_buf other = {0};
	struct named n = {.s = s};
	size_t before = s->out->n;
	int rc;

	s->in_named_folder = 1;
	ses_claude_dirname(s->q->cwd, &name);
	collapse(&name, &other);
	rc = enter(s, ses_buf_cstr(&name), see_transcript, err);
	if (rc == 0 && s->out->n == before &&
	    strcmp(name.data, ses_buf_cstr(&other)) != 0)
		rc = enter(s, other.data, see_transcript, err);
	if (rc == 0 && s->out->n == before && name.len > 200) {
		name.data[200] = '\0'; /* another build's hash */
		n.prefix = name.data;
		rc = ses_fs_each(s->path.data, see_long_name, &n, err);
		if (rc < 0 && err->code != SESHAT_ENOMEM)
			rc = 0;
	}
	s->in_named_folder = 0;
	ses_buf_free(&name);
	ses_buf_free(&other);
	return rc;
}

static int
find_in(struct search *s, const char *root, struct seshat_err *err)
{
	size_t before = s->out->n;

	ses_buf_clear(&s->path);
	ses_buf_str(&s->path, root);
	(void)ses_buf_cstr(&s->path);
	if (ses_buf_check(&s->path, err) < 0)
		return -1;
	if (s->q->cwd != NULL) {
		if (find_named(s, err) < 0)
			return -1;
		if (s->q->quick && s->out->n > before)
			return 0;
	}
	return walk(s, see_project, err);
}

static int
find(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct search s = {.q = q, .out = out, .peek = {.fd = -1}};
	struct ses_buf all = {0};
	size_t at;
	int rc = roots(&all, err);

	for (at = 0; rc == 0 && at < all.len; at += strlen(all.data + at) + 1)
		rc = find_in(&s, all.data + at, err);
	ses_peek_free(&s.peek);
	ses_buf_free(&s.path);
	ses_buf_free(&s.scratch);
	ses_buf_free(&all);
	return rc;
}

const struct ses_harness_ops ses_harness_claude_code = {
    .name = "claude-code",
    .summary = "Claude Code, ~/.claude/projects or $CLAUDE_CONFIG_DIR",
    .roots = roots,
    .find = find,
    .events = ses_claude_events,
};
