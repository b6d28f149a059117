#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "github/artifact.h"
#include "net/url.h"

/* GitHub's own limit is 10 GB; a transcript is no such thing. */
#define ZIP_MAX (UINT64_C(2) << 30)

struct search {
	const char *name;
	struct ses_artifact best;
	size_t n; /* that have the name */
};

/* A short text, "" when it is none. */
static void
take(const struct ses_json *v, const char *name, char *out, size_t room)
{
	struct ses_buf b = {0};

	out[0] = '\0';
	ses_github_text(v, name, &b);
	if (b.len < room && !b.bad && b.len > 0) {
		memcpy(out, b.data, b.len);
		out[b.len] = '\0';
	}
	ses_buf_free(&b);
}

static int
consider(void *arg, const struct ses_json *v, struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_artifact a = {0};
	struct ses_json m;

	(void)err;
	if (!ses_json_get(v, "name", &m) || !ses_json_is(&m, s->name))
		return 0;
	if (!ses_json_get(v, "id", &m) || ses_json_u64(&m, &a.id) < 0)
		return 0;
	s->n++;
	if (ses_json_get(v, "size_in_bytes", &m))
		(void)ses_json_u64(&m, &a.size);
	a.is_expired = ses_json_get(v, "expired", &m) && m.type == 't';
	take(v, "digest", a.digest, sizeof(a.digest));
	take(v, "created_at", a.created, sizeof(a.created));
	take(v, "expires_at", a.expires, sizeof(a.expires));
	/* the newest that is there, else the newest that was */
	if (s->n == 1 || (s->best.is_expired && !a.is_expired) ||
	    (s->best.is_expired == a.is_expired &&
		strcmp(a.created, s->best.created) > 0))
		s->best = a;
	return 0;
}

int
ses_artifact_find(struct ses_github *g, const struct ses_github_repo *repo,
    const char *run, const char *name, struct ses_artifact *out,
    struct seshat_err *err)
{
	struct search s = {.name = name};
	struct ses_github_call c = {.method = "GET", .use = SES_GITHUB_REPO};
	struct ses_buf path = {0};
	struct ses_buf what = {0};
	uint64_t number;
	int rc;

	if (ses_str_u64(run, &number) < 0 || number == 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "'%.100s' is no id of a workflow run (a number)", run);
	ses_buf_fmt(&path,
	    "/repos/%s/%s/actions/runs/%llu/artifacts"
	    "?per_page=100&name=",
	    repo->owner.data, repo->name.data, (unsigned long long)number);
	ses_url_encode(&path, name, strlen(name), 0);
	ses_buf_fmt(&what, "run %llu of %s/%s", (unsigned long long)number,
	    repo->owner.data, repo->name.data);
	c.path = ses_buf_cstr(&path);
	c.what = ses_buf_cstr(&what);
	rc = ses_github_each(g, &c, "artifacts", consider, &s, err);
	if (rc == 0 && s.n == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "%s has no artifact '%s'",
		    c.what, name);
	else if (rc == 0 && s.best.is_expired)
		rc = ses_fail(err, SESHAT_ENOTFOUND,
		    "the artifact '%s' of %s expired%s%s: GitHub has deleted "
		    "it, and nothing can bring it back",
		    name, c.what, s.best.expires[0] != '\0' ? " at " : "",
		    s.best.expires);
	*out = s.best;
	ses_github_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&what);
	return rc;
}

/* Bytes of the zip file, counted and hashed. */
struct taking {
	struct ses_spool *to;
	struct ses_sha256 sha;
	uint64_t n;
};

static int
add(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct taking *t = arg;

	t->n += len;
	if (t->n > ZIP_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "the artifact is longer than %llu bytes",
		    (unsigned long long)ZIP_MAX);
	ses_sha256_add(&t->sha, data, len);
	return ses_spool_add(t->to, data, len, err);
}

int
ses_artifact_get(struct ses_github *g, const struct ses_github_repo *repo,
    const struct ses_artifact *a, struct ses_spool *out, struct seshat_err *err)
{
	struct taking t = {.to = out};
	struct ses_sink sink = {add, &t};
	struct ses_github_call c = {.method = "GET",
	    .use = SES_GITHUB_REPO,
	    .sink = &sink,
	    .what = "the artifact"};
	struct ses_buf path = {0};
	char sha256[SES_SHA256_HEX];
	int rc;

	ses_sha256_init(&t.sha);
	ses_buf_fmt(&path, "/repos/%s/%s/actions/artifacts/%llu/zip",
	    repo->owner.data, repo->name.data, (unsigned long long)a->id);
	c.path = ses_buf_cstr(&path);
	rc = ses_github_do(g, &c, err);
	if (rc < 0 && err->sys == 410)
		ses_fail(err, SESHAT_ENOTFOUND,
		    "the artifact has expired: GitHub has deleted it, and "
		    "nothing can bring it back");
	ses_github_done(&c);
	ses_buf_free(&path);
	if (rc < 0)
		return -1;
	ses_sha256_hex(&t.sha, sha256);
	if (ses_str_starts(a->digest, "sha256:") &&
	    strcmp(a->digest + strlen("sha256:"), sha256) != 0)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "the artifact came damaged: its SHA-256 is %.12s…, not "
		    "%.12s…",
		    sha256, a->digest + strlen("sha256:"));
	return 0;
}
