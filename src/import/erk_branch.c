/*
 * Sessions that erk kept on branches of the repository, in February 2026:
 * ".erk/session/<session-id>.jsonl".  Later it keeps extracts, which are no
 * transcripts any more, in ".erk/sessions/".  What git says is read, nothing
 * that the repository's own configuration names is run.
 */
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "base/str.h"
#include "import/neighbour.h"

#define REFS_MAX     10000
#define GIT_SECONDS  60
#define BLOB_SECONDS 3600
#define OID_MIN      40 /* hex digits of SHA-1, and of SHA-256 */
#define OID_MAX      64

struct repo {
	struct ses_neighbour *n;
	struct ses_bucket_list *out;
	struct ses_buf git; /* its folder, "--git-dir=..." */
	size_t extracts;
};

static int
is_folder(const char *dir, const char *name, int file_too)
{
	struct ses_buf path = {0};
	struct stat st;
	int rc;

	ses_buf_fmt(&path, "%s/%s", dir, name);
	rc = stat(ses_buf_cstr(&path), &st) == 0 &&
	     (S_ISDIR(st.st_mode) || (file_too && S_ISREG(st.st_mode)));
	ses_buf_free(&path);
	return rc;
}

/* 1, and the option that names the repository; 0, it is none. */
static int
git_dir(
    const struct ses_neighbour *n, struct ses_buf *out, struct seshat_err *err)
{
	if (n->path == NULL)
		return 0;
	if (is_folder(n->path, ".git", 1))
		ses_buf_fmt(out, "--git-dir=%s/.git", n->path);
	else if (is_folder(n->path, "objects", 0) &&
		 is_folder(n->path, "refs", 0) && is_folder(n->path, "HEAD", 1))
		ses_buf_fmt(out, "--git-dir=%s", n->path);
	else
		return 0;
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

/* Run git with a few arguments: 0, or -1. */
static int
run_git(const struct ses_buf *git, const char *const *args, unsigned seconds,
    uint64_t max, const struct ses_sink *sink, struct seshat_err *err)
{
	/* what is missing is not fetched: that would run what is configured */
	const char *argv[24] = {"env", "GIT_ALLOW_PROTOCOL=none",
	    "GIT_NO_LAZY_FETCH=1", "git", git->data, "-c",
	    "core.fsmonitor=false", "--no-pager", "--literal-pathspecs"};
	size_t n = 9;
	int rc;

	for (; *args != NULL && n + 1 < sizeof(argv) / sizeof(*argv); args++)
		argv[n++] = *args;
	rc = ses_spawn_push(argv, seconds, max, sink, err);
	if (rc == 127) /* of env */
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "there is no program 'git'");
	if (rc > 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "git %s: exit status %d", argv[9], rc);
	return rc;
}

static int
is_oid(const char *p, size_t len)
{
	return (len == OID_MIN || len == OID_MAX) &&
	       strspn(p, "0123456789abcdef") >= len;
}

static int
is_known(const struct ses_bucket_list *l, const char *oid, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].prefix, oid) == 0 &&
		    strcmp(l->v[i].id, id) == 0)
			return 1;
	return 0;
}

static int
add(struct repo *r, const char *ref, char *oid, const char *name,
    struct seshat_err *err)
{
	size_t len = strlen(name) - strlen(".jsonl");
	struct ses_bucket_session s = {0};
	struct ses_buf url = {0};

	s.harness = ses_str_dup("claude-code");
	s.id = ses_str_ndup(name, len);
	if (s.id != NULL && is_known(r->out, oid, s.id)) {
		free(s.harness);
		free(s.id);
		return 0;
	}
	ses_buf_fmt(&url, "%s#%s:.erk/session/%s",
	    ses_store_name(r->n->bucket.store), ref, name);
	(void)ses_buf_cstr(&url);
	s.url = url.bad ? NULL : ses_str_dup(url.data);
	ses_buf_free(&url);
	s.prefix = s.url == NULL ? NULL : ses_str_dup(oid);
	s.bad = ses_bucket_judge(&s);
	return ses_bucket_list_add(r->out, &s, err);
}

/* A row of ls-tree, "<mode> blob <oid>\t<path>". */
static int
see_file(struct repo *r, const char *ref, char *row, struct seshat_err *err)
{
	static const char session[] = ".erk/session/";
	char *tab = strchr(row, '\t');
	char *oid = strstr(row, " blob ");
	const char *name;

	if (tab == NULL || oid == NULL || oid > tab)
		return 0;
	/* a link's blob is where it leads to */
	if (!ses_str_starts(row, "100644 ") && !ses_str_starts(row, "100755 "))
		return 0;
	*tab = '\0';
	oid += strlen(" blob ");
	name = tab + 1;
	if (!is_oid(oid, strlen(oid)))
		return 0;
	if (!ses_str_starts(name, session)) {
		r->extracts += ses_str_ends(name, ".xml") != 0;
		return 0;
	}
	name += strlen(session);
	if (strchr(name, '/') != NULL || !ses_str_ends(name, ".jsonl") ||
	    strlen(name) == strlen(".jsonl") ||
	    !ses_str_is_utf8(ref, strlen(ref)))
		return 0;
	return add(r, ref, oid, name, err);
}

static int
see_ref(
    struct repo *r, const char *ref, const char *oid, struct seshat_err *err)
{
	const char *const args[] = {"ls-tree", "-r", "-z", "--full-tree", oid,
	    ".erk/session", ".erk/sessions", NULL};
	struct ses_buf rows = {0};
	struct ses_sink sink = ses_sink_buf(&rows);
	char *row;
	size_t len;
	size_t at;
	int rc;

	rc = run_git(&r->git, args, GIT_SECONDS, SES_SPAWN_MAX, &sink, err);
	(void)ses_buf_cstr(&rows);
	if (rc == 0)
		rc = ses_buf_check(&rows, err);
	for (at = 0; rc == 0 && at < rows.len; at += len + 1) {
		row = rows.data + at;
		len = strlen(row);
		rc = see_file(r, ref, row, err);
	}
	ses_buf_free(&rows);
	return rc < 0 ? ses_fail_in(err, "%.200s", ref) : 0;
}

/* The branches that erk makes, the latest last. */
static int
see_refs(struct repo *r, struct ses_buf *refs, struct seshat_err *err)
{
	char *p = refs->data;
	char *end;
	char *oid;
	size_t n;

	for (n = 0; p != NULL && *p != '\0'; n++, p = end) {
		end = strchr(p, '\n');
		if (end == NULL)
			break;
		*end++ = '\0';
		oid = p;
		p = strchr(p, ' ');
		if (p == NULL)
			continue;
		*p++ = '\0';
		if (n == REFS_MAX)
			return ses_fail(err, SESHAT_ELIMIT,
			    "more than %d branches of erk", REFS_MAX);
		if (is_oid(oid, strlen(oid)) && see_ref(r, p, oid, err) < 0)
			return -1;
	}
	return 0;
}

static int
find_branches(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	static const char *const args[] = {"for-each-ref",
	    "--sort=committerdate", "--format=%(objectname) %(refname)",
	    "refs/heads/session/*", "refs/remotes/*/session/*",
	    "refs/heads/async-learn/*", "refs/remotes/*/async-learn/*",
	    "refs/heads/planned-pr-context/*",
	    "refs/remotes/*/planned-pr-context/*", NULL};
	struct repo r = {.n = n, .out = out};
	struct ses_buf refs = {0};
	struct ses_sink sink = ses_sink_buf(&refs);
	int rc = git_dir(n, &r.git, err);

	if (rc > 0) {
		rc = run_git(
		    &r.git, args, GIT_SECONDS, SES_SPAWN_MAX, &sink, err);
		(void)ses_buf_cstr(&refs);
		if (rc == 0)
			rc = ses_buf_check(&refs, err);
		if (rc == 0)
			rc = see_refs(&r, &refs, err);
		/* where nobody asked for branches, git may be what it is */
		if (rc < 0 && n->ops == NULL && err->code != SESHAT_ENOMEM) {
			ses_neighbour_pass(n, ".git", err->msg);
			rc = 0;
		}
		if (rc == 0 && r.extracts > 0)
			ses_neighbour_pass(n, ".erk/sessions",
			    "is passed over: extracts, no transcripts");
	}
	ses_buf_free(&refs);
	ses_buf_free(&r.git);
	return rc;
}

static int
read_blob(struct ses_neighbour *n, const struct ses_bucket_session *s,
    struct ses_spool *to, struct seshat_err *err)
{
	const char *const args[] = {"cat-file", "blob", s->prefix, NULL};
	struct ses_sink sink = ses_spool_sink(to);
	struct ses_buf git = {0};
	int rc = git_dir(n, &git, err);

	if (rc > 0)
		rc = run_git(&git, args, BLOB_SECONDS, SES_NEIGHBOUR_TEXT_MAX,
		    &sink, err);
	else if (rc == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "the repository is gone");
	ses_buf_free(&git);
	return rc;
}

const struct ses_neighbour_ops ses_neighbour_erk_branch = {
    .name = "erk-branch",
    .about = "a git repository with erk's branches of sessions",
    .find = find_branches,
    .read = read_blob,
};
