#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "github/client.h"
#include "github/explain.h"
#include "github/limit.h"
#include "net/backoff.h"
#include "net/url.h"

#define HOPS 5

/* GitHub asks who changes much to wait a second between two changes. */
#define WRITES_FREE  4
#define WRITES_APART INT64_C(1000)

/* So long is waited for rate limits, in all. */
#define WAIT_MOST INT64_C(300000)

/* So often a call may meet one. */
#define LIMIT_TRIES 10U

#define PAGES_MAX 1000

int
ses_github_open(struct ses_github *g, const char *host, int insecure_http,
    struct seshat_err *err)
{
	const char *ca = getenv("SSL_CERT_FILE");

	*g = (struct ses_github){0};
	g->ca_file = ca != NULL && ca[0] != '\0' ? ca : NULL;
	return ses_github_host_find(&g->host, host, insecure_http, err);
}

void
ses_github_close(struct ses_github *g)
{
	ses_http_free(g->http);
	ses_buf_free(&g->tokens[0]);
	ses_buf_free(&g->tokens[1]);
	ses_github_host_free(&g->host);
	*g = (struct ses_github){0};
}

void
ses_github_done(struct ses_github_call *c)
{
	ses_http_answer_free(&c->answer);
}

void
ses_github_text(
    const struct ses_json *object, const char *name, struct ses_buf *out)
{
	struct ses_json v;

	if (ses_json_get(object, name, &v))
		ses_json_text(&v, out);
}

int
ses_github_json(const struct ses_github_call *c, struct ses_json *out,
    struct seshat_err *err)
{
	const struct ses_buf *body = &c->answer.body;

	if (body->len == 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "%s: the answer is empty", c->what);
	if (ses_json_parse(body->data, body->len, out, err) < 0)
		return ses_fail_in(err, "%s: the answer", c->what);
	return 0;
}

int
ses_github_has_token(
    struct ses_github *g, enum ses_github_use use, struct seshat_err *err)
{
	int rc;

	if (!g->asked[use]) {
		rc = ses_github_token(
		    &g->host, use, &g->tokens[use], &g->from[use], err);
		if (rc < 0)
			return -1;
		g->asked[use] = 1;
		if (rc > 0)
			ses_log(SES_DEBUG, "github: token for %s from %s",
			    use == SES_GITHUB_GIST ? "gists" : "repositories",
			    g->from[use]);
	}
	return g->tokens[use].len > 0;
}

static int
find_token(struct ses_github *g, const struct ses_github_call *c,
    struct seshat_err *err)
{
	int rc = ses_github_has_token(g, c->use, err);

	if (rc != 0 || c->is_anonymous_ok)
		return rc < 0 ? -1 : 0;
	return ses_github_no_token(g, c->use, err);
}

static int
is_change(const struct ses_github_call *c)
{
	return !c->is_reading && strcmp(c->method, "GET") != 0;
}

/* The header lines of a call, "Name: value" NUL. */
struct lines {
	struct ses_buf text;
	const char *list[8];
};

static int
make_lines(const struct ses_github *g, const struct ses_github_call *c,
    int with_token, struct lines *l, struct seshat_err *err)
{
	size_t n = 0;
	const char *p;

	ses_buf_str(&l->text, "User-Agent: seshat/" SESHAT_VERSION);
	ses_buf_add(&l->text, "", 1);
	ses_buf_str(&l->text, "Accept: application/vnd.github+json");
	ses_buf_add(&l->text, "", 1);
	/* later ones leave out what others still read */
	ses_buf_str(&l->text, "X-GitHub-Api-Version: 2022-11-28");
	ses_buf_add(&l->text, "", 1);
	if (with_token && g->tokens[c->use].len > 0) {
		ses_buf_fmt(&l->text, "Authorization: token %s",
		    g->tokens[c->use].data);
		ses_buf_add(&l->text, "", 1);
	}
	if (c->body != NULL) {
		ses_buf_str(&l->text, "Content-Type: application/json");
		ses_buf_add(&l->text, "", 1);
	}
	if (c->etag != NULL) {
		ses_buf_fmt(&l->text, "If-None-Match: %s", c->etag);
		ses_buf_add(&l->text, "", 1);
	}
	if (ses_buf_check(&l->text, err) < 0)
		return -1;
	for (p = l->text.data; p < l->text.data + l->text.len;
	     p += strlen(p) + 1)
		l->list[n++] = p;
	l->list[n] = NULL;
	return 0;
}

/* One try of one URL. */
static int
try_once(struct ses_github *g, struct ses_github_call *c, const char *url,
    int with_token, struct seshat_err *err)
{
	struct lines l = {0};
	struct ses_http_request req = {.method = c->method,
	    .url = url,
	    .headers = l.list,
	    .body = c->body == NULL ? NULL : c->body->data,
	    .len = c->body == NULL ? 0 : c->body->len,
	    .sink = c->sink,
	    .ca_file = g->ca_file};
	int rc = -1;

	if ((g->http != NULL || ses_http_open(&g->http, err) == 0) &&
	    make_lines(g, c, with_token, &l, err) == 0) {
		rc = ses_http_do(g->http, &req, &c->answer, err);
		g->requests++;
		ses_log(SES_DEBUG, "github: %s %.*s: %d%s%s", c->method,
		    (int)strcspn(url, "?"), url, c->answer.status,
		    rc < 0 ? ", " : "", rc < 0 ? err->msg : "");
	}
	if (l.text.len > 0)
		OPENSSL_cleanse(l.text.data, l.text.len);
	ses_buf_free(&l.text);
	return rc;
}

static int
is_api(const struct ses_github *g, const char *url)
{
	size_t n = g->host.api.len;

	/* GraphQL is beside /v3 */
	if (ses_str_ends(g->host.api.data, "/v3"))
		n -= strlen("/v3");
	return strncmp(url, g->host.api.data, n) == 0 &&
	       (url[n] == '/' || url[n] == '?' || url[n] == '\0');
}

/* Whether a URL may see the token: it is the API's, or of an enterprise's own
 * server, whose raw files may ask for it, too. */
static int
may_see_token(const struct ses_github *g, const char *url)
{
	const char *api = g->host.api.data;
	const char *host = strstr(api, "://");
	size_t n;

	if (is_api(g, url))
		return 1;
	if (!g->host.enterprise || host == NULL)
		return 0;
	n = (size_t)(host - api) + 3 + strcspn(host + 3, "/");
	return strncmp(url, api, n) == 0 && url[n] == '/';
}

/* One try, with the redirects it meets. */
static int
try_hops(struct ses_github *g, struct ses_github_call *c, const char *url,
    struct seshat_err *err)
{
	struct ses_buf at = {0};
	struct ses_buf to = {0};
	int hops;
	int rc = -1;

	ses_buf_str(&at, url);
	(void)ses_buf_cstr(&at);
	if (ses_buf_check(&at, err) < 0)
		goto out;
	for (hops = 0; hops <= HOPS; hops++) {
		rc = try_once(g, c, at.data, may_see_token(g, at.data), err);
		if (rc < 0 || !ses_http_location(&c->answer, at.data, &to))
			goto out;
		rc = -1;
		/* what is changed elsewhere than was meant is not ours */
		if (!ses_url_may_follow(to.data, 0) ||
		    (is_change(c) && !is_api(g, to.data))) {
			ses_fail(err, SESHAT_EAUTH,
			    "%s: the answer leads to %.*s, which is not "
			    "followed",
			    c->what, (int)strcspn(to.data, "?"), to.data);
			goto out;
		}
		ses_buf_clear(&at);
		ses_buf_str(&at, to.data);
		(void)ses_buf_cstr(&at);
	}
	ses_fail(err, SESHAT_ENET, "%s: redirected too often", c->what);
out:
	ses_buf_free(&at);
	ses_buf_free(&to);
	return rc;
}

/* Wait for a rate limit: 0, or -1 when that takes too long. */
static int
wait_limit(struct ses_github *g, const struct ses_github_call *c,
    unsigned tries, struct seshat_err *err)
{
	int64_t ms = ses_github_limit_wait(&c->answer, tries, ses_time_now());

	if (g->waited_ms + ms > WAIT_MOST || tries >= LIMIT_TRIES) {
		ses_fail(err, SESHAT_ELIMIT,
		    "%s: the rate limit of %s lasts %lld s more (what is done "
		    "stays; try again then%s)",
		    c->what, g->host.name.data, (long long)(ms / 1000),
		    g->tokens[c->use].len == 0 ? ", or with a token" : "");
		err->sys = c->answer.status;
		return -1;
	}
	ses_log(SES_INFO, "the rate limit of %s is reached: waiting %lld s",
	    g->host.name.data, (long long)((ms + 999) / 1000));
	ses_time_pause(ms);
	g->waited_ms += ms;
	return 0;
}

static int
is_good(const struct ses_github_call *c)
{
	return (c->answer.status >= 200 && c->answer.status < 300) ||
	       (c->answer.status == 304 && c->etag != NULL);
}

/* Whether the same again may go better. */
static int
may_pass(const struct ses_github_call *c, int rc, const struct seshat_err *err)
{
	int status = c->answer.status;

	if (c->sink != NULL && c->answer.got > 0 && is_good(c))
		return 0; /* half of it went on */
	if (rc < 0)
		return err->code == SESHAT_ENET &&
		       (c->again == SES_GITHUB_SAFE || !c->answer.begun);
	if (status == 409)
		return is_change(c);
	return status >= 500 && status != 501 && c->again == SES_GITHUB_SAFE;
}

static void
space_writes(struct ses_github *g)
{
	int64_t now = ses_time_steady();

	if (g->writes++ >= WRITES_FREE && now < g->written_ms + WRITES_APART)
		ses_time_pause(g->written_ms + WRITES_APART - now);
}

/* One more try, with what is waited before it.  1 when it is to be made again,
 * 0 when it went well, or -1: whatever came of it. */
static int
do_once(struct ses_github *g, struct ses_github_call *c, const char *url,
    struct ses_backoff *backoff, unsigned *limits, struct seshat_err *err)
{
	int rc;

	if (is_change(c))
		space_writes(g);
	rc = try_hops(g, c, url, err);
	if (is_change(c))
		g->written_ms = ses_time_steady();
	if (rc == 0 && is_good(c))
		return 0;
	if (rc == 0 && ses_github_is_limit(&c->answer))
		return wait_limit(g, c, (*limits)++, err) < 0 ? -1 : 1;
	if (may_pass(c, rc, err) && ses_backoff_wait(backoff, 0))
		return 1;
	c->uncertain = is_change(c) && (rc < 0 ? c->answer.begun != 0
					       : c->answer.status >= 500 ||
						     c->answer.status == 405);
	return rc == 0 ? ses_github_explain(g, c, err)
		       : ses_fail_in(err, "%s", c->what);
}

int
ses_github_do(
    struct ses_github *g, struct ses_github_call *c, struct seshat_err *err)
{
	struct ses_backoff backoff = ses_backoff_far();
	struct ses_buf url = {0};
	unsigned limits = 0;
	int rc = 1;

	c->uncertain = 0;
	if (find_token(g, c, err) < 0)
		return -1;
	if (c->path[0] == '/')
		ses_buf_str(&url, g->host.api.data);
	ses_buf_str(&url, c->path);
	(void)ses_buf_cstr(&url);
	if (ses_buf_check(&url, err) < 0)
		rc = -1;
	while (rc > 0)
		rc = do_once(g, c, url.data, &backoff, &limits, err);
	ses_buf_free(&url);
	return rc;
}

/* The page behind an answer's, by its Link header: 1 or 0. */
static int
next_page(const struct ses_github *g, const struct ses_http_answer *a,
    struct ses_buf *url)
{
	ses_buf_clear(url);
	return ses_http_link(a, "next", url) > 0 &&
	       is_api(g, ses_buf_cstr(url));
}

int
ses_github_each(struct ses_github *g, struct ses_github_call *c,
    const char *list,
    int (*each)(void *arg, const struct ses_json *v, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	const char *first = c->path;
	struct ses_json_walk walk;
	struct ses_json doc = {0};
	struct ses_json v;
	struct ses_buf url = {0};
	unsigned pages = 0;
	int rc;

	do {
		rc = ses_github_do(g, c, err);
		if (rc == 0)
			rc = ses_github_json(c, &doc, err);
		if (rc < 0)
			break;
		if (list != NULL) {
			v = doc;
			(void)ses_json_get(&v, list, &doc);
		}
		if (doc.type != '[') {
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "%s: the answer is no list", c->what);
			break;
		}
		ses_json_walk(&walk, &doc);
		while (rc == 0 && ses_json_next(&walk, NULL, &v))
			rc = each(arg, &v, err);
		c->path = NULL;
		if (rc == 0 && next_page(g, &c->answer, &url)) {
			c->path = url.data;
			if (++pages > PAGES_MAX)
				rc = ses_fail(err, SESHAT_ELIMIT,
				    "%s: over %d pages", c->what, PAGES_MAX);
		}
	} while (rc == 0 && c->path != NULL);
	ses_buf_free(&url);
	c->path = first;
	return rc;
}

int
ses_github_fetch(struct ses_github *g, const char *url, enum ses_github_use use,
    const struct ses_sink *sink, const char *what, struct seshat_err *err)
{
	struct ses_github_call c = {.method = "GET",
	    .path = url,
	    .use = use,
	    .sink = sink,
	    .what = what,
	    .is_anonymous_ok = 1};
	int rc;

	if (!ses_url_may_follow(url, 0) && !is_api(g, url))
		return ses_fail(err, SESHAT_EAUTH, "%s: %.*s is not https",
		    what, (int)strcspn(url, "?"), url);
	rc = ses_github_do(g, &c, err);
	ses_github_done(&c);
	return rc;
}
