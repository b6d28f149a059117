/*
 * Neighbours that keep their sessions as plain objects: agentsview, the Claude
 * Agent SDK's stores, and whoever lays a file for each session into a folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/neighbour.h"
#include "import/recognise.h"
#include "import/tree.h"

typedef int parse_name(
    const char *name, struct ses_tree_name *out, struct seshat_err *err);

struct finding {
	struct ses_neighbour *n;
	struct ses_bucket_list *out;
	parse_name *parse;
	int reads;    /* what the name does not tell, the text may */
	int is_key;   /* the name is that of the key alone */
	int is_first; /* of several objects of a folder the first counts */
	struct ses_buf full;
	struct ses_buf head;
	size_t strangers; /* files whose lines nobody writes */
};

#define STRANGERS_TOLD 20

static int
is_wanted(const struct ses_neighbour *n, const char *project)
{
	size_t i;

	for (i = 0; i < n->n_only; i++)
		if (project != NULL && strcmp(n->only[i], project) == 0)
			return 1;
	return n->n_only == 0;
}

/* Whether the session is the one that was added last: its parts come one
 * after another. */
static int
is_last(const struct ses_bucket_list *l, const char *key, size_t len)
{
	const char *last = l->n > 0 ? l->v[l->n - 1].prefix : NULL;

	return last != NULL && strlen(last) == len &&
	       memcmp(last, key, len) == 0;
}

static int
add(struct finding *f, const char *key, const struct ses_tree_name *name,
    struct seshat_err *err)
{
	size_t before = f->full.len - strlen(key);
	size_t len = name->folder > before ? name->folder - before : 0;
	struct ses_bucket_session s = {0};

	if (f->is_key)
		len = strlen(key);
	if (f->is_first && is_last(f->out, key, len))
		return 0;
	s.harness = ses_str_dup(name->harness);
	s.id = ses_str_ndup(name->id.data, name->id.len);
	s.prefix = ses_str_ndup(key, len);
	if (name->project.len > 0) {
		s.project = ses_str_ndup(name->project.data, name->project.len);
		if (s.project == NULL) {
			free(s.harness);
			free(s.id);
			free(s.prefix);
			return ses_fail_nomem(err);
		}
	}
	s.bad = ses_bucket_judge(&s);
	if (s.bad == NULL && !ses_store_is_key(key))
		s.bad = "its name holds characters that no key of a store has";
	return ses_bucket_list_add(f->out, &s, err);
}

/* Subagents are told by their place and name, as a mirror tells them: their
 * lines may be of the parent, or name themselves as a session. */
static void
prefer_place(
    const struct ses_neighbour *n, const char *key, struct ses_tree_name *name)
{
	static const char sub[] = "/subagents/";
	const char *base = ses_str_basename(key);
	const char *agent = base + strlen("agent-");
	size_t len = strlen(base) - strlen(".jsonl");
	struct ses_buf path = {0};
	const char *end;
	const char *at;

	if (!ses_str_starts(base, "agent-") || len <= strlen("agent-") ||
	    strcmp(name->harness, "claude-code") != 0)
		return;
	ses_buf_fmt(&path, "/%s%s", n->tail, key);
	end = strstr(ses_buf_cstr(&path), sub);
	for (at = end; at != NULL && at > path.data && at[-1] != '/'; at--)
		continue;
	if (at != NULL && at < end) {
		ses_buf_clear(&name->id);
		ses_buf_add(&name->id, at, (size_t)(end - at));
	} else if (memchr(name->id.data, '.', name->id.len) != NULL &&
		   !ses_str_starts(name->id.data, "agent-")) {
		agent = NULL; /* its lines told it */
	} else if (name->id.len >= len &&
		   memcmp(name->id.data, base, len) == 0) {
		ses_buf_clear(&name->id); /* of no session but its own */
		ses_buf_add(&name->id, base, len);
		agent = NULL;
	}
	if (agent != NULL) {
		ses_buf_str(&name->id, ".");
		ses_buf_add(&name->id, agent, (size_t)(base + len - agent));
	}
	if (path.bad)
		name->id.bad = path.bad;
	(void)ses_buf_cstr(&name->id);
	ses_buf_free(&path);
}

/* The id that a file is named by, where it is a UUID: Claude Code's lines may
 * be of the session that this one went on from. */
static void
prefer_name(const char *key, struct ses_tree_name *name)
{
	static const char like[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const char *base = ses_str_basename(key);
	size_t i;

	for (i = 0; like[i] != '\0'; i++)
		if (like[i] == 'x'
			? strchr("0123456789abcdef", base[i]) == NULL ||
			      base[i] == '\0'
			: base[i] != like[i])
			return;
	if (strcmp(base + i, ".jsonl") != 0 ||
	    strcmp(name->harness, "claude-code") != 0 ||
	    memchr(name->id.data, '.', name->id.len) != NULL)
		return;
	ses_buf_clear(&name->id);
	ses_buf_add(&name->id, base, i);
	(void)ses_buf_cstr(&name->id);
}

enum { UNREAD = 2, ODD_NAME }; /* what else may come of a look inside */

/* What the name does not tell: 1, 0, one of these, or -1. */
static int
look_inside(struct finding *f, const char *key, struct ses_tree_name *name,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(&f->head);
	int rc;

	ses_tree_name_free(name);
	name->folder = f->full.len;
	ses_buf_clear(&f->head);
	if (!ses_store_is_key(key))
		return ODD_NAME;
	if (ses_store_get(f->n->bucket.store, key, 0, SES_RECOGNISE_HEAD, &sink,
		err) < 0) {
		if (err->code == SESHAT_ENOMEM ||
		    (err->code != SESHAT_ENOTFOUND &&
			!(ses_store_caps(f->n->bucket.store) &
			    SES_STORE_LOCAL)))
			return -1;
		ses_neighbour_cannot(f->n, key, err);
		return UNREAD;
	}
	rc = ses_recognise(ses_buf_cstr(&f->head), f->head.len, &name->harness,
	    &name->id, err);
	if (rc > 0) {
		prefer_name(key, name);
		prefer_place(f->n, key, name);
	}
	return rc < 0 || ses_buf_check(&name->id, err) < 0 ? -1 : rc;
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct finding *f = arg;
	struct ses_tree_name name = {0};
	const char *full;
	int rc;

	ses_buf_clear(&f->full);
	if (!f->is_key)
		ses_buf_str(&f->full, f->n->tail);
	ses_buf_str(&f->full, o->key);
	full = ses_buf_cstr(&f->full);
	if (ses_buf_check(&f->full, err) < 0)
		return -1;
	rc = ses_str_ends(o->key, ".jsonl") ? f->parse(full, &name, err) : 0;
	/* what the text tells is no project */
	if (rc == 0 && f->reads && f->n->n_only == 0 &&
	    ses_str_ends(o->key, ".jsonl")) {
		rc = look_inside(f, o->key, &name, err);
		if ((rc == 0 || rc == ODD_NAME) &&
		    ++f->strangers <= STRANGERS_TOLD)
			ses_neighbour_pass(f->n, o->key,
			    rc == 0 ? "is passed over: no agent that we know "
				      "writes such lines"
				    : "is passed over: its name holds "
				      "characters that no key of a store has");
	}
	if (rc == 1)
		rc = is_wanted(
			 f->n, name.project.len > 0 ? name.project.data : NULL)
			 ? add(f, o->key, &name, err)
			 : 0;
	ses_tree_name_free(&name);
	return rc < 0 ? -1 : 0;
}

static int
find(struct finding *f, struct seshat_err *err)
{
	struct ses_store_list what = {.prefix = "",
	    .denied = f->n->bucket.denied,
	    .denied_arg = f->n->bucket.denied_arg};
	int rc = ses_store_list(f->n->bucket.store, &what, see, f, err);
	char more[64];

	if (f->strangers > STRANGERS_TOLD) {
		(void)snprintf(more, sizeof(more), "%zu more of them",
		    f->strangers - STRANGERS_TOLD);
		ses_neighbour_pass(f->n, more, "are passed over, too");
	}
	ses_buf_free(&f->full);
	ses_buf_free(&f->head);
	return rc < 0 ? -1 : 0;
}

static int
find_agentsview(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	struct finding f = {.n = n, .out = out, .parse = ses_tree_agentsview};

	return find(&f, err);
}

static int
find_session_store(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	struct finding f = {
	    .n = n, .out = out, .parse = ses_tree_session_store, .is_first = 1};

	return find(&f, err);
}

static int
find_hf_trace(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	struct finding f = {.n = n,
	    .out = out,
	    .parse = ses_tree_hf_trace,
	    .is_key = 1,
	    .reads = !n->by_name};

	return find(&f, err);
}

/* One object is all of it. */
static int
read_one(struct ses_neighbour *n, const struct ses_bucket_session *s,
    struct ses_spool *to, struct seshat_err *err)
{
	struct ses_sink sink = ses_spool_sink(to);

	if (ses_store_get(n->bucket.store, s->prefix, 0,
		SES_NEIGHBOUR_TEXT_MAX + 1, &sink, err) < 0)
		return -1;
	return to->size > SES_NEIGHBOUR_TEXT_MAX
		   ? ses_fail(err, SESHAT_ELIMIT, "over 8 GiB")
		   : 0;
}

#define ENTRY_MAX (1U << 20) /* of an entry that is the SDK's own */

/* The parts of a session of the SDK's, as they come. */
struct parts {
	struct ses_neighbour *n;
	const struct ses_bucket_session *s;
	struct ses_spool *to;
	struct ses_buf start; /* of a line that may be no line of it */
	int passing;          /* the rest of a line that is one */
	size_t left_out;
};

/* Entries that the SDK keeps for itself: no line of a transcript. */
static int
is_metadata(const struct ses_buf *line)
{
	struct ses_json v;
	struct ses_json type;

	(void)ses_json_peek(line->data, line->len, &v);
	return ses_json_get(&v, "type", &type) &&
	       ses_json_is(&type, "agent_metadata");
}

/* The line, or what there is of it, goes where it belongs. */
static int
settle(struct parts *p, struct seshat_err *err)
{
	int rc = 0;

	if (ses_buf_check(&p->start, err) < 0)
		return -1;
	if (p->start.len > 0 && p->start.len <= ENTRY_MAX && !p->passing &&
	    is_metadata(&p->start))
		p->left_out++;
	else if (p->start.len > 0)
		rc = ses_spool_add(p->to, p->start.data, p->start.len, err);
	ses_buf_clear(&p->start);
	return rc;
}

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct parts *p = arg;
	const char *at = data;
	const char *end = at + len;
	const char *nl;

	if (len > SES_NEIGHBOUR_TEXT_MAX - p->to->size)
		return ses_fail(err, SESHAT_ELIMIT, "over 8 GiB");
	for (; at < end; at = nl) {
		nl = memchr(at, '\n', (size_t)(end - at));
		nl = nl == NULL ? end : nl + 1;
		ses_buf_add(&p->start, at, (size_t)(nl - at));
		if (nl[-1] == '\n') {
			if (settle(p, err) < 0)
				return -1;
			p->passing = 0;
		} else if (p->passing || p->start.len > ENTRY_MAX) {
			p->passing = 1;
			if (settle(p, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* Where an object does not end its last line, the next one begins another. */
static int
end_line(struct parts *p, struct seshat_err *err)
{
	char last = '\n';
	size_t got;

	if (settle(p, err) < 0)
		return -1;
	p->passing = 0;
	if (p->to->size > 0 &&
	    ses_spool_read(p->to, &last, 1, p->to->size - 1, &got, err) < 0)
		return -1;
	return last == '\n' ? 0 : ses_spool_add(p->to, "\n", 1, err);
}

static int
see_part(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct parts *p = arg;
	struct ses_sink sink = {take, p};
	struct ses_tree_name name = {0};
	struct ses_buf full = {0};
	int rc;

	ses_buf_str(&full, p->n->tail);
	ses_buf_str(&full, o->key);
	(void)ses_buf_cstr(&full);
	rc = ses_buf_check(&full, err);
	if (rc == 0)
		rc = ses_tree_session_store(full.data, &name, err);
	ses_tree_name_free(&name);
	ses_buf_free(&full);
	if (rc <= 0)
		return rc;
	if (end_line(p, err) < 0)
		return -1;
	return ses_store_get(p->n->bucket.store, o->key, 0,
		   SES_NEIGHBOUR_TEXT_MAX + 1, &sink, err) < 0
		   ? -1
		   : 0;
}

static int
read_parts(struct ses_neighbour *n, const struct ses_bucket_session *s,
    struct ses_spool *to, struct seshat_err *err)
{
	struct ses_store_list what = {.prefix = s->prefix, .shallow = 1};
	struct parts p = {.n = n, .s = s, .to = to};
	int rc = ses_store_list(n->bucket.store, &what, see_part, &p, err);

	if (rc == 0)
		rc = settle(&p, err);
	if (rc == 0 && p.left_out > 0)
		ses_neighbour_pass(n, s->prefix,
		    "entries of type agent_metadata are left out: they are no "
		    "lines of a transcript");
	ses_buf_free(&p.start);
	return rc;
}

const struct ses_neighbour_ops ses_neighbour_agentsview = {
    .name = "agentsview",
    .about = "agentsview's raw/claude and raw/codex",
    .find = find_agentsview,
    .read = read_one,
};

const struct ses_neighbour_ops ses_neighbour_session_store = {
    .name = "session-store",
    .about = "parts of the Claude Agent SDK's SessionStore",
    .find = find_session_store,
    .read = read_parts,
};

const struct ses_neighbour_ops ses_neighbour_hf_trace = {
    .name = "hf-trace",
    .about = "one JSONL file for each session",
    .find = find_hf_trace,
    .read = read_one,
};
