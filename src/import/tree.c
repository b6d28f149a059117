#include <string.h>

#include "base/str.h"
#include "harness/codex.h"
#include "harness/harness.h"
#include "import/tree.h"
#include "vault/key.h"

#define DEPTH_MAX 32 /* components that are looked at */
#define HEX       "0123456789abcdef"
#define DIGITS    "0123456789"

/* A name, cut at its slashes. */
struct path {
	const char *v[DEPTH_MAX];
	size_t len[DEPTH_MAX];
	size_t n;
};

void
ses_tree_name_free(struct ses_tree_name *n)
{
	ses_buf_free(&n->id);
	ses_buf_free(&n->project);
	*n = (struct ses_tree_name){0};
}

static int
take_apart(const char *name, struct path *p)
{
	size_t len;

	for (p->n = 0; p->n < DEPTH_MAX; name += len + 1) {
		len = strcspn(name, "/");
		p->v[p->n] = name;
		p->len[p->n++] = len;
		if (name[len] == '\0')
			return len > 0;
	}
	return 0;
}

static int
is(const struct path *p, size_t i, const char *text)
{
	return i < p->n && p->len[i] == strlen(text) &&
	       memcmp(p->v[i], text, p->len[i]) == 0;
}

/* What is left of a component without what it ends with; 0: it does not. */
static size_t
without(const struct path *p, size_t i, const char *end)
{
	size_t n = strlen(end);

	if (i >= p->n || p->len[i] <= n ||
	    memcmp(p->v[i] + p->len[i] - n, end, n) != 0)
		return 0;
	return p->len[i] - n;
}

/* Append what a component stands for, or its bytes if it is no escape. */
static void
decode(struct ses_buf *out, const char *p, size_t len)
{
	size_t was = out->len;

	if (ses_key_decode(out, p, len) < 0) {
		out->len = was;
		ses_buf_add(out, p, len);
	}
}

/* "<parent>.<agent-id>" of a file "agent-<agent-id>"; 0: it is called
 * otherwise. */
static int
subagent(struct ses_buf *out, const char *parent, size_t parent_len,
    const char *file, size_t len)
{
	static const char agent[] = "agent-";
	size_t n = strlen(agent);

	if (len <= n || memcmp(file, agent, n) != 0)
		return 0;
	decode(out, parent, parent_len);
	ses_buf_str(out, ".");
	decode(out, file + n, len - n);
	return 1;
}

static int
done(struct ses_tree_name *out, struct seshat_err *err)
{
	(void)ses_buf_cstr(&out->id);
	(void)ses_buf_cstr(&out->project);
	/* a NUL inside would make another id of it */
	if (!out->id.bad && (strlen(out->id.data) != out->id.len ||
				strlen(out->project.data) != out->project.len))
		return 0;
	if (ses_buf_check(&out->id, err) < 0 ||
	    ses_buf_check(&out->project, err) < 0)
		return -1;
	return 1;
}

/* ".../raw/claude/<dir>/<id>.jsonl", or a subagent's: at is behind "claude". */
static int
claude(const struct path *p, size_t at, struct ses_tree_name *out)
{
	size_t last = p->n - 1;
	size_t len = without(p, last, ".jsonl");

	out->harness = "claude-code";
	if (len == 0)
		return 0;
	if (last == at + 1) {
		if (len > 6 && memcmp(p->v[last], "agent-", 6) == 0)
			return 0;
		decode(&out->id, p->v[last], len);
		return 1;
	}
	return last >= at + 3 && is(p, at + 2, "subagents") &&
	       subagent(
		   &out->id, p->v[at + 1], p->len[at + 1], p->v[last], len);
}

static int
codex(const struct path *p, size_t at, struct ses_tree_name *out)
{
	const char *id;
	size_t len;

	out->harness = "codex";
	if (p->n <= at || !ses_codex_parse_name(p->v[p->n - 1], &id, &len) ||
	    !ses_str_ends(p->v[p->n - 1], ".jsonl"))
		return 0;
	ses_buf_add(&out->id, id, len);
	return 1;
}

int
ses_tree_agentsview(
    const char *name, struct ses_tree_name *out, struct seshat_err *err)
{
	struct path p;
	size_t i;
	int rc = 0;

	if (!take_apart(name, &p))
		return 0;
	for (i = 0; i + 2 < p.n && rc == 0; i++) {
		if (!is(&p, i, "raw"))
			continue;
		if (is(&p, i + 1, "claude"))
			rc = claude(&p, i + 2, out);
		else if (is(&p, i + 1, "codex"))
			rc = codex(&p, i + 2, out);
	}
	out->folder = strlen(name);
	return rc == 0 ? 0 : done(out, err);
}

/* "part-<13 digits>[-<6 digits>]-<6 hex digits>.jsonl" */
static int
is_part(const char *s)
{
	if (!ses_str_starts(s, "part-") || strspn(s + 5, DIGITS) != 13 ||
	    s[18] != '-')
		return 0;
	s += 19;
	if (strspn(s, DIGITS) >= 6 && s[6] == '-')
		s += 7;
	return strspn(s, HEX) >= 6 && strcmp(s + 6, ".jsonl") == 0;
}

/* The session in the components before a part's name: the last one, or that
 * before "subagents", which with what follows may be one, escaped. */
static int
session(const struct path *p, struct ses_tree_name *out)
{
	size_t last = p->n - 2;
	struct ses_buf below = {0};
	const char *file;
	size_t i;
	int rc;

	out->harness = "claude-code";
	for (i = 1; i <= last; i++)
		if (is(p, i, "subagents"))
			return i < last &&
			       subagent(&out->id, p->v[i - 1], p->len[i - 1],
				   p->v[last], p->len[last]);
	decode(&below, p->v[last], p->len[last]);
	(void)ses_buf_cstr(&below);
	if (last > 0 && !below.bad &&
	    ses_str_starts(below.data, "subagents/")) {
		file = strrchr(below.data, '/') + 1;
		rc = subagent(&out->id, p->v[last - 1], p->len[last - 1], file,
		    strlen(file));
	} else {
		ses_buf_add(&out->id, below.data, below.len);
		rc = 1;
	}
	out->id.bad |= below.bad;
	ses_buf_free(&below);
	return rc;
}

int
ses_tree_session_store(
    const char *name, struct ses_tree_name *out, struct seshat_err *err)
{
	struct path p;

	if (!take_apart(name, &p) || p.n < 2 || !is_part(p.v[p.n - 1]) ||
	    !session(&p, out))
		return 0;
	out->folder = (size_t)(p.v[p.n - 1] - name);
	return done(out, err);
}

int
ses_tree_hf_trace(
    const char *name, struct ses_tree_name *out, struct seshat_err *err)
{
	struct path p;
	char harness[64];
	const struct ses_harness_ops *known;
	size_t len;

	out->folder = strlen(name);
	if (!take_apart(name, &p) || p.n != 3 || p.len[0] >= sizeof(harness))
		return 0;
	memcpy(harness, p.v[0], p.len[0]);
	harness[p.len[0]] = '\0';
	known = ses_harness_named(harness);
	len = without(&p, 2, ".jsonl");
	if (known == NULL || len == 0 || p.len[1] == 0)
		return 0;
	out->harness = known->name;
	decode(&out->project, p.v[1], p.len[1]);
	decode(&out->id, p.v[2], len);
	return done(out, err);
}
