/*
 * Codex keeps sessions/YYYY/MM/DD/rollout-<time>-<id>.jsonl, and what was put
 * away in archived_sessions/.  A thread that another one began has a rollout
 * and an id of its own; its first line names the parent.  Of a session that
 * is in both places the longer file is taken, of two as long the live one:
 * rollouts only grow, so the longer one holds the other.  Cold rollouts are
 * compressed, X.jsonl to X.jsonl.zst, and unpacked again when they go on: one
 * session, of which the plain file counts while both are there.
 */
/* The DT_ constants are BSD's, memmem is GNU's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xdg.h"
#include "harness/codex.h"
#include "harness/line.h"
#include "harness/look.h"
#include "harness/place.h"
#include "harness/twin.h"

#define NAME_TAIL  8192U /* bytes at the end that may hold the last name */
#define TYPE_STOOD 160U  /* bytes in which the type of such a line stands */

static const char archive[] = "/archived_sessions";

/* A search: what is wanted, and where it has come to. */
struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_looks looks; /* the rollouts that may fit */
};

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv("CODEX_HOME");
	struct ses_buf home = {0};
	struct ses_buf b = {0};
	int rc = -1;

	(void)self;
	(void)q;
	if (set != NULL && set[strspn(set, " ")] != '\0') {
		ses_buf_str(&home, set);
	} else {
		if (ses_xdg_home(&home, err) < 0)
			goto out;
		ses_buf_str(&home, "/.codex");
	}
	(void)ses_buf_cstr(&home);
	if (ses_buf_check(&home, err) < 0)
		goto out;
	ses_buf_fmt(&b, "%s/sessions", home.data);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0 || ses_root_add(out, b.data, err) < 0)
		goto out;
	ses_buf_clear(&b);
	ses_buf_fmt(&b, "%s%s", home.data, archive);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) == 0)
		rc = ses_root_add(out, b.data, err);
out:
	ses_buf_free(&home);
	ses_buf_free(&b);
	return rc;
}

int
ses_codex_parse_name(const char *name, const char **id, size_t *len)
{
	static const char time[] = "0000-00-00T00-00-00-";
	size_t end = ses_twin_plain_len(name);
	const char *p;
	size_t i;

	if (!ses_str_starts(name, "rollout-") || end < strlen(".jsonl") ||
	    memcmp(name + end - strlen(".jsonl"), ".jsonl", strlen(".jsonl")) !=
		0)
		return 0;
	p = name + strlen("rollout-");
	for (i = 0; time[i] != '\0'; i++)
		if (time[i] == '0' ? p[i] < '0' || p[i] > '9' : p[i] != time[i])
			return 0;
	*id = p + i;
	end -= (size_t)(*id - name);
	if (end <= strlen(".jsonl"))
		return 0;
	*len = end - strlen(".jsonl");
	return ses_session_id_ok(*id, *len);
}

/* What is gathered while the lines pass by. */
struct gather {
	struct ses_session *out;
	const char *wanted; /* the only cwd of interest, or NULL */
	int seen_meta;
	char *name; /* that the user gave the thread */
	struct seshat_err err;
	int failed;
};

static int
failed(struct gather *g)
{
	g->failed = 1;
	return 1; /* ends the walk */
}

/* A string of less than max bytes, if there is none yet. */
static int
take(struct gather *g, const struct ses_json *v, size_t max, char **to)
{
	if (*to == NULL && ses_line_string(v, max, to, &g->err) < 0)
		return failed(g);
	return 0;
}

/* The first line: folder, parent, kind.  A copy of the parent's may follow
 * in a fork; it does not count. */
static int
on_meta(struct gather *g, const struct ses_json *meta)
{
	static const char spawn[] = "source.subagent.thread_spawn.";
	struct ses_json v = {0};
	struct ses_buf b = {0};
	int rc = 0;

	(void)ses_json_get(meta, "cwd", &v);
	rc = take(g, &v, PATH_MAX, &g->out->cwd);
	(void)ses_json_get(meta, "parent_thread_id", &v);
	if (v.type != '"') {
		ses_buf_fmt(&b, "%sparent_thread_id", spawn);
		(void)ses_json_path(meta, ses_buf_cstr(&b), &v);
	}
	if (rc == 0)
		rc = take(g, &v, 200, &g->out->parent);
	ses_buf_clear(&b);
	ses_buf_fmt(&b, "%sagent_role", spawn);
	(void)ses_json_path(meta, ses_buf_cstr(&b), &v);
	if (rc == 0 && v.type == '"' &&
	    ses_line_title(&v, &g->out->agent, &g->err) < 0)
		rc = failed(g);
	ses_buf_free(&b);
	return rc;
}

/* The folder in "<environment_context>…<cwd>/x</cwd>", of old rollouts. */
static int
cwd_in_context(struct gather *g, const struct ses_json *content)
{
	struct ses_buf b = {0};
	const char *from;
	const char *to;
	int rc = 0;

	if (g->out->cwd != NULL || content->len > SES_LINE_LOOK)
		return 0;
	ses_line_text(content, &b);
	from = strstr(ses_buf_cstr(&b), "<cwd>");
	to = from == NULL ? NULL : strstr(from, "</cwd>");
	if (ses_buf_check(&b, &g->err) < 0 ||
	    (to != NULL && from[5] == '/' &&
		ses_session_set(&g->out->cwd, from + 5, (size_t)(to - from - 5),
		    &g->err) < 0))
		rc = failed(g);
	ses_buf_free(&b);
	return rc;
}

/* The first thing a person asked. */
static int
on_message(struct gather *g, const struct ses_json *item)
{
	struct ses_json v = {0};
	struct ses_json text = {0};

	(void)ses_json_get(item, "role", &v);
	if (!ses_json_is(&v, "user") || !ses_json_get(item, "content", &v))
		return 0;
	if (!ses_line_prompt(&v, &text))
		return cwd_in_context(g, &v);
	if (g->out->title == NULL &&
	    ses_line_title(&text, &g->out->title, &g->err) < 0)
		return failed(g);
	return 0;
}

static int
on_event_msg(struct gather *g, const struct ses_json *payload)
{
	struct ses_json v = {0};

	(void)ses_json_get(payload, "type", &v);
	if (!ses_json_is(&v, "user_message") ||
	    !ses_json_get(payload, "message", &v) || !ses_line_prompt(&v, &v))
		return 0;
	if (g->out->title == NULL &&
	    ses_line_title(&v, &g->out->title, &g->err) < 0)
		return failed(g);
	return 0;
}

static int
on_head(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	struct ses_line_field f[] = {SES_LINE_FIELD("type"),
	    SES_LINE_FIELD("payload"), SES_LINE_FIELD("role")};
	struct ses_json cwd = {0};
	int rc = 0;

	ses_line_fields(object, f, 3);
	if (ses_json_is(&f[0].value, "session_meta")) {
		if (!g->seen_meta)
			rc = on_meta(g, &f[1].value);
		g->seen_meta = 1;
	} else if (ses_json_is(&f[0].value, "turn_context")) {
		if (ses_json_get(&f[1].value, "cwd", &cwd))
			rc = take(g, &cwd, PATH_MAX, &g->out->cwd);
	} else if (ses_json_is(&f[0].value, "response_item")) {
		rc = on_message(g, &f[1].value);
	} else if (ses_json_is(&f[0].value, "event_msg")) {
		rc = on_event_msg(g, &f[1].value);
	} else if (f[2].value.type == '"') {
		rc = on_message(g, object);
	}
	if (rc != 0)
		return rc;
	if (g->wanted != NULL && g->out->cwd != NULL &&
	    g->out->parent == NULL && strcmp(g->wanted, g->out->cwd) != 0)
		return 1; /* nobody will want its title */
	return g->out->cwd != NULL && g->out->title != NULL;
}

/* The last name that the thread was given. */
static int
on_tail(void *arg, const char *line, size_t len)
{
	static const char type[] = "\"thread_name_updated\"";
	struct gather *g = arg;
	struct ses_json v;
	struct ses_json name = {0};

	/* the type stands near the beginning: a line without it is no work */
	if (memmem(line, len < TYPE_STOOD ? len : TYPE_STOOD, type,
		sizeof(type) - 1) == NULL)
		return 0;
	(void)ses_json_peek(line, len, &v);
	if (!ses_json_path(&v, "payload.thread_name", &name) ||
	    name.type != '"')
		return 0;
	if (ses_line_title(&name, &g->name, &g->err) < 0)
		return failed(g);
	return g->name != NULL;
}

static int
read_ends(struct ses_peek *p, const char *wanted, struct ses_session *out,
    struct seshat_err *err)
{
	struct gather g = {.out = out, .wanted = wanted};
	int rc = -1;

	if (ses_peek_head(p, on_head, &g, err) < 0)
		goto out;
	if (!g.failed &&
	    (wanted == NULL || out->parent != NULL ||
		(out->cwd != NULL && strcmp(out->cwd, wanted) == 0)) &&
	    ses_peek_tail(p, NAME_TAIL, on_tail, &g, err) < 0)
		goto out;
	if (g.failed) {
		*err = g.err;
		goto out;
	}
	if (g.name != NULL) {
		free(out->title);
		out->title = g.name;
		g.name = NULL;
	}
	rc = 0;
out:
	free(g.name);
	return rc;
}

/* Fill in a session from its open file; out->path is there already. */
static int
read_one(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	const struct ses_discover *q = arg;
	const char *id;
	size_t len;

	out->harness = &ses_codex;
	if (!ses_codex_parse_name(ses_str_basename(what->path), &id, &len))
		return 0;
	if (ses_session_set(&out->id, id, len, err) < 0 ||
	    read_ends(p, q->cwd, out, err) < 0)
		return -1;
	/* a thread belongs where its parent does: seen to at the end */
	return q->cwd == NULL || out->parent != NULL ||
	       (out->cwd != NULL && strcmp(out->cwd, q->cwd) == 0);
}

static int
file(struct search *s, const struct ses_folder *f, const char *name,
    struct seshat_err *err)
{
	const char *id;
	size_t len;

	if (!ses_codex_parse_name(name, &id, &len))
		return 0;
	if (s->q->id != NULL &&
	    (strlen(s->q->id) != len || memcmp(id, s->q->id, len) != 0))
		return 0;
	return ses_look_add(&s->looks, f, name, NULL, 0, err);
}

/* A file, or a folder; a root and what is right below it may be links. */
static int
entry(void *arg, const struct ses_folder *f, const char *name, int type,
    struct seshat_err *err)
{
	struct search *s = arg;
	int is_root = f->depth == 0;

	if (type == DT_REG)
		return file(s, f, name, err);
	if (f->depth >= SES_FOLDER_DEPTH || (type != DT_DIR && !is_root))
		return 0;
	return ses_folder_each(s->out, f, name, is_root, entry, s, err);
}

static int
by_id(const void *a, const void *b)
{
	const struct ses_session *x = a;
	const struct ses_session *y = b;

	return strcmp(x->id, y->id);
}

static int
is_archived(const struct ses_session *s)
{
	return strstr(s->path, archive) != NULL;
}

/* Which of two files of one session to take; neither if both stand alike. */
static int
is_better(const struct ses_session *a, const struct ses_session *b)
{
	if (ses_twin_is(a->path) != ses_twin_is(b->path))
		return !ses_twin_is(a->path);
	if (is_archived(a) == is_archived(b))
		return 0;
	return a->size > b->size || (a->size == b->size && !is_archived(a));
}

/* Of a plain and a compressed, an archived and a live file keep one. */
static void
drop_others(struct ses_session_list *l, size_t from)
{
	struct ses_session *a;
	struct ses_session *b;
	struct ses_session keep;
	size_t kept = from;
	size_t i;

	if (l->n > from)
		qsort(l->v + from, l->n - from, sizeof(*l->v), by_id);
	for (i = from; i < l->n; i++) {
		b = &l->v[i];
		a = kept > from ? &l->v[kept - 1] : NULL;
		if (a == NULL || strcmp(a->id, b->id) != 0 ||
		    (!is_better(a, b) && !is_better(b, a))) {
			keep = *b;
			*b = (struct ses_session){0};
			l->v[kept++] = keep;
			continue;
		}
		if (is_better(b, a)) {
			keep = *b;
			*b = *a;
			*a = keep;
		}
		ses_session_free(b);
	}
	l->n = kept;
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
	    ses_roots_each(out, &list, entry, &s, err) < 0)
		goto out;
	rc = ses_look_all(&s.looks, read_one, q, out, err);
	if (rc < 0)
		goto out;
	drop_others(out, from);
	if (q->cwd != NULL)
		ses_session_keep_families(out, from, q->cwd);
out:
	ses_buf_free(&list);
	ses_looks_free(&s.looks);
	return rc;
}

static int
identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	const char *id;
	size_t len;

	(void)self;
	if (path[0] != '/' ||
	    !ses_codex_parse_name(ses_str_basename(path), &id, &len))
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no rollout of Codex", path);
	return ses_look_path(path, NULL, read_one, &any, out, err);
}

static int
describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err)
{
	(void)self;
	return read_ends(p, NULL, out, err);
}

const struct ses_harness_ops ses_codex = {
    .name = "codex",
    .summary = "Codex",
    .roots = roots,
    .find = find,
    .identify = identify,
    .describe = describe,
    .place = &ses_codex_place,
    .events = ses_codex_events,
};
