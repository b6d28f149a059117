#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "github/gist.h"

void
ses_gist_free(struct ses_gist *g)
{
	size_t i;

	for (i = 0; i < g->n_files; i++) {
		free(g->files[i].name);
		free(g->files[i].raw_url);
	}
	free(g->files);
	free(g->html_url);
	free(g->description);
	free(g->created_at);
	free(g->updated_at);
	ses_github_done(&g->call);
	*g = (struct ses_gist){0};
}

static int
is_id(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]))
			return 0;
	return n > 0 && n < SES_GIST_ID;
}

/* Whether hex or decimal only, as ids are: user names may be, but stand
 * before the id. */
static int
is_hex(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isxdigit((unsigned char)s[i]))
			return 0;
	return n >= 5;
}

/* The host that a URL names, or what git calls one. */
struct named {
	const char *host;
	size_t len; /* 0: it names none */
	const char *path;
};

/* "https://u:p@HOST/path", "git@HOST:path", "HOST/path"; but "octo/0123" is a
 * gist of a person. */
static struct named
split(const char *text)
{
	const char *scheme = strstr(text, "://");
	const char *p = scheme == NULL ? text : scheme + 3;
	const char *end = p + strcspn(p, "/?#");
	struct named n = {.host = p, .path = end};
	const char *q;

	for (q = p; q < end; q++)
		if (*q == '@')
			n.host = q + 1;
	if (scheme == NULL && n.host != p) {
		q = memchr(n.host, ':', (size_t)(end - n.host));
		if (q != NULL)
			end = n.path = q;
	}
	n.len = (size_t)(end - n.host);
	if (scheme == NULL && *end == '/' && strchr(end + 1, '/') == NULL &&
	    is_id(n.host, n.len))
		n.len = 0;
	return n;
}

/* The id in the path of a URL, or 0. */
static size_t
find_id(const char *p, const char **found)
{
	size_t found_len = 0;
	size_t len;
	size_t n;

	for (; *p == '/' || *p == ':'; p += n) {
		p++;
		n = strcspn(p, "/?#");
		len = n;
		if (len > 4 && memcmp(p + len - 4, ".git", 4) == 0)
			len -= 4;
		if (n == 3 && memcmp(p, "raw", 3) == 0)
			break;
		/* behind the id only a revision comes, which is longer */
		if (is_id(p, len) && is_hex(p, len) &&
		    !(found_len > 0 && len == 40)) {
			*found = p;
			found_len = len;
		}
	}
	return found_len;
}

int
ses_gist_id(const char *text, const struct ses_github_host *host,
    char out[SES_GIST_ID], struct seshat_err *err)
{
	const char *found = text;
	size_t len = strlen(text);
	struct named n;

	if (!is_id(text, len)) {
		n = split(text);
		len = find_id(n.path, &found);
		if (len == 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "'%.200s' is neither the id nor the URL of a gist",
			    text);
		if (host != NULL && (n.len > 0 || strstr(text, "://")) &&
		    !ses_github_host_has(host, n.host, n.len))
			return ses_fail(err, SESHAT_EUSAGE,
			    "gist %.*s is of '%.*s', not of %s (GH_HOST says "
			    "which GitHub is meant)",
			    (int)len, found, (int)(n.len > 100 ? 100 : n.len),
			    n.host, host->name.data);
	}
	memcpy(out, found, len);
	out[len] = '\0';
	return 0;
}

/* A string member, copied; "" when there is none. */
static int
take(const struct ses_json *v, const char *name, char **out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	ses_github_text(v, name, &b);
	if (memchr(ses_buf_cstr(&b), '\0', b.len) != NULL) {
		ses_fail(err, SESHAT_EFORMAT, "gist: a NUL in its %s", name);
	} else if (ses_buf_check(&b, err) == 0) {
		*out = ses_str_ndup(ses_buf_cstr(&b), b.len);
		rc = *out == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&b);
	return rc;
}

static int
take_file(
    struct ses_gist_file *f, const struct ses_json *v, struct seshat_err *err)
{
	struct ses_json truncated;
	struct ses_json encoding;
	struct ses_json size;

	if (take(v, "filename", &f->name, err) < 0 ||
	    take(v, "raw_url", &f->raw_url, err) < 0)
		return -1;
	if (ses_json_get(v, "size", &size))
		(void)ses_json_u64(&size, &f->size);
	(void)ses_json_get(v, "truncated", &truncated);
	(void)ses_json_get(v, "encoding", &encoding);
	f->inline_ = (struct ses_json){0};
	if (truncated.type == 'f' &&
	    (encoding.type == '\0' || ses_json_is(&encoding, "utf-8")))
		(void)ses_json_get(v, "content", &f->inline_);
	return 0;
}

static int
take_files(struct ses_gist *g, const struct ses_json *v, struct seshat_err *err)
{
	struct ses_json_walk walk;
	struct ses_json one;
	size_t n = 0;

	ses_json_walk(&walk, v);
	while (ses_json_next(&walk, NULL, &one))
		n++;
	if (n > SES_GIST_FILES_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "gist: %zu files, %d are the most", n, SES_GIST_FILES_MAX);
	g->files = ses_calloc(n + 1, sizeof(*g->files));
	if (g->files == NULL)
		return ses_fail_nomem(err);
	ses_json_walk(&walk, v);
	while (ses_json_next(&walk, NULL, &one)) {
		if (one.type != '{')
			continue;
		g->n_files++;
		if (take_file(&g->files[g->n_files - 1], &one, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_gist_parse(
    struct ses_gist *g, const struct ses_json *v, struct seshat_err *err)
{
	struct ses_buf id = {0};
	struct ses_json m;
	int rc = -1;

	ses_github_text(v, "id", &id);
	if (!is_id(ses_buf_cstr(&id), id.len)) {
		ses_fail(err, SESHAT_EFORMAT, "gist: the answer has no id");
		goto out;
	}
	memcpy(g->id, id.data, id.len + 1);
	g->is_public = ses_json_get(v, "public", &m) && m.type == 't';
	g->has_more = ses_json_get(v, "truncated", &m) && m.type == 't';
	if (take(v, "html_url", &g->html_url, err) < 0 ||
	    take(v, "description", &g->description, err) < 0 ||
	    take(v, "created_at", &g->created_at, err) < 0 ||
	    take(v, "updated_at", &g->updated_at, err) < 0)
		goto out;
	(void)ses_json_get(v, "files", &m);
	rc = take_files(g, &m, err);
out:
	ses_buf_free(&id);
	return rc;
}

/* Make a call that answers a gist; on error out holds nothing. */
static int
call(struct ses_github *g, struct ses_gist *out, int *uncertain,
    struct seshat_err *err)
{
	struct ses_json v;
	int rc = ses_github_do(g, &out->call, err);

	if (uncertain != NULL)
		*uncertain = out->call.uncertain;
	if (rc == 0) {
		rc = ses_github_json(&out->call, &v, err);
		if (rc == 0)
			rc = ses_gist_parse(out, &v, err);
		if (rc < 0 && uncertain != NULL)
			*uncertain = 1;
	}
	/* what was borrowed is gone */
	out->call.path = out->call.what = NULL;
	out->call.body = NULL;
	if (rc < 0)
		ses_gist_free(out);
	return rc;
}

static int
call_one(struct ses_github *g, const char *method, const char *id,
    const struct ses_buf *body, struct ses_gist *out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf what = {0};
	int rc;

	*out = (struct ses_gist){0};
	ses_buf_fmt(&path, "/gists/%s", id);
	ses_buf_fmt(&what, "gist %s", id);
	out->call = (struct ses_github_call){.method = method,
	    .path = ses_buf_cstr(&path),
	    .use = SES_GITHUB_GIST,
	    .body = body,
	    .what = ses_buf_cstr(&what),
	    .is_anonymous_ok = body == NULL};
	rc = call(g, out, NULL, err);
	ses_buf_free(&path);
	ses_buf_free(&what);
	return rc;
}

int
ses_gist_get(struct ses_github *g, const char *id, struct ses_gist *out,
    struct seshat_err *err)
{
	return call_one(g, "GET", id, NULL, out, err);
}

int
ses_gist_create(struct ses_github *g, const struct ses_buf *body,
    struct ses_gist *out, int *uncertain, struct seshat_err *err)
{
	*out = (struct ses_gist){0};
	out->call = (struct ses_github_call){.method = "POST",
	    .path = "/gists",
	    .use = SES_GITHUB_GIST,
	    .again = SES_GITHUB_ONCE,
	    .body = body,
	    .what = "cannot create the gist"};
	return call(g, out, uncertain, err);
}

int
ses_gist_change(struct ses_github *g, const char *id,
    const struct ses_buf *body, struct ses_gist *out, struct seshat_err *err)
{
	return call_one(g, "PATCH", id, body, out, err);
}

/* GitHub says the same of a gist that is gone and of another's. */
static int
check_gone(struct ses_github *g, const char *id, struct seshat_err *err)
{
	struct ses_gist there;

	if (ses_gist_get(g, id, &there, err) < 0)
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	ses_gist_free(&there);
	return ses_fail(err, SESHAT_EAUTH,
	    "cannot delete gist %s: it is not of this token's user", id);
}

int
ses_gist_delete(struct ses_github *g, const char *id, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf what = {0};
	struct ses_github_call c = {.method = "DELETE", .use = SES_GITHUB_GIST};
	int rc;

	ses_buf_fmt(&path, "/gists/%s", id);
	ses_buf_fmt(&what, "gist %s", id);
	c.path = ses_buf_cstr(&path);
	c.what = ses_buf_cstr(&what);
	rc = ses_github_do(g, &c, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = check_gone(g, id, err);
	ses_github_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&what);
	return rc;
}

struct listing {
	int (*each)(
	    void *arg, const struct ses_gist *gist, struct seshat_err *err);
	void *arg;
};

static int
tell(void *arg, const struct ses_json *v, struct seshat_err *err)
{
	struct listing *l = arg;
	struct ses_gist gist = {0};
	int rc = ses_gist_parse(&gist, v, err);

	if (rc == 0)
		rc = l->each(l->arg, &gist, err);
	ses_gist_free(&gist);
	return rc;
}

int
ses_gist_each(struct ses_github *g,
    int (*each)(void *arg, const struct ses_gist *gist, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct ses_github_call c = {.method = "GET",
	    .path = "/gists?per_page=100",
	    .use = SES_GITHUB_GIST,
	    .what = "your gists"};
	struct listing l = {each, arg};
	int rc = ses_github_each(g, &c, NULL, tell, &l, err);

	ses_github_done(&c);
	return rc;
}

const struct ses_gist_file *
ses_gist_file(const struct ses_gist *g, const char *name)
{
	size_t i;

	for (i = 0; i < g->n_files; i++)
		if (strcmp(g->files[i].name, name) == 0)
			return &g->files[i];
	return NULL;
}

/* Bytes on their way, counted. */
struct counted {
	const struct ses_sink *to;
	const char *name;
	uint64_t n;
	uint64_t max;
};

static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct counted *c = arg;

	c->n += len;
	if (c->n > c->max)
		return ses_fail(err, SESHAT_ELIMIT,
		    "gist: %s is longer than %llu bytes", c->name,
		    (unsigned long long)c->max);
	return ses_sink_write(c->to, data, len, err);
}

int
ses_gist_read(struct ses_github *g, const struct ses_gist_file *f, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct counted c = {.to = sink, .name = f->name, .max = max};
	struct ses_sink in = {count, &c};
	struct ses_buf text = {0};
	int rc;

	if (f->inline_.type == '"') {
		ses_json_text(&f->inline_, &text);
		rc = ses_buf_check(&text, err);
		if (rc == 0)
			rc = ses_sink_write(
			    &in, ses_buf_cstr(&text), text.len, err);
		ses_buf_free(&text);
	} else {
		rc = ses_github_fetch(
		    g, f->raw_url, SES_GITHUB_GIST, &in, f->name, err);
	}
	if (rc == 0 && c.n != f->size)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "gist: %s has %llu bytes, but %llu came", f->name,
		    (unsigned long long)f->size, (unsigned long long)c.n);
	return rc;
}
