#include <string.h>
#include <strings.h>

#include "serve/server.h"

struct header {
	const char *name;
	size_t offset; /* of a const char * in struct ses_exchange */
};

#define AT(member) offsetof(struct ses_exchange, member)

static const struct header headers[] = {
    {"Host", AT(by.host)},
    {"Origin", AT(by.origin)},
    {"Sec-Fetch-Site", AT(by.fetch_site)},
    {"Authorization", AT(by.authorization)},
    {"Cookie", AT(by.cookie)},
    {"Content-Type", AT(type)},
    {"Content-Length", AT(body_length)},
    {"Transfer-Encoding", AT(coding)},
    {"Accept", AT(r.accept)},
    {"Range", AT(r.range)},
    {"If-Range", AT(r.if_range)},
    {"If-None-Match", AT(r.if_none_match)},
    {"If-Match", AT(r.if_match)},
    {"If-Modified-Since", AT(r.if_modified_since)},
    {"Referer", AT(r.referer)},
    {"Last-Event-ID", AT(r.last_event_id)},
};

static enum MHD_Result
take_header(
    void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct ses_exchange *e = arg;
	const char **to;
	size_t i;

	(void)kind;
	if (value == NULL)
		return MHD_YES;
	if (strcasecmp(name, "Host") == 0)
		e->by.n_hosts++;
	if (strcasecmp(name, "Cookie") == 0)
		e->by.n_cookies++;
	if (strcasecmp(name, "Transfer-Encoding") == 0 ||
	    strcasecmp(name, "Content-Length") == 0)
		e->lengths++;
	if (strcasecmp(name, "Transfer-Encoding") == 0 ||
	    (strcasecmp(name, "Content-Length") == 0 &&
		strcmp(value, "0") != 0))
		e->has_body = 1;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (strcasecmp(name, headers[i].name) != 0)
			continue;
		to = (const char **)(void *)((char *)e + headers[i].offset);
		if (*to == NULL)
			*to = value;
	}
	return MHD_YES;
}

static int
refuse(struct ses_exchange *e, int status, const char *why)
{
	ses_answer_refuse(&e->a, status, why);
	return -1;
}

static int
refuse_err(struct ses_exchange *e, const struct seshat_err *err)
{
	if (err->code == SESHAT_ELIMIT)
		return refuse(e, 414, err->msg);
	ses_answer_fail(&e->a, e->r.id, err);
	return -1;
}

/* An answer that lacks one of these headers is less helpful, no more. */
static int
refuse_with(struct ses_exchange *e, int status, const char *why,
    const char *name, const char *value)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	(void)ses_answer_header(&e->a, &ignored, name, "%s", value);
	return refuse(e, status, why);
}

static int
is_browser(const struct ses_exchange *e)
{
	return e->r.accept != NULL && strstr(e->r.accept, "text/html") != NULL;
}

int
ses_dispatch_is_page(const struct ses_exchange *e)
{
	const char *path = e->url;

	if (!is_browser(e))
		return 0;
	if (e->route != NULL)
		return e->route->page;
	/* also of what could not be read */
	return strncmp(path, "/api", 4) != 0 || strchr("/?", path[4]) == NULL;
}

/* Nobody has shown the token: browsers come back from the login page, but only
 * to what they asked for with GET. */
static int
ask_for_token(struct ses_exchange *e, const char *why)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int post = strcmp(e->method, "POST") == 0;

	if (!is_browser(e) || e->by.authorization != NULL)
		return refuse_with(
		    e, 401, why, "WWW-Authenticate", "Bearer realm=\"seshat\"");
	if (ses_login_see(&e->a, post ? "/" : e->url, &err) < 0)
		ses_answer_fail(&e->a, e->r.id, &err);
	return -1;
}

/* The URL taken apart, and its row; e->route stays NULL where none fits. */
static int
find_route(struct ses_exchange *e, struct seshat_err *err)
{
	const char *segment[SES_REQUEST_SEGMENTS];
	struct ses_serve *s = e->s;
	int n;

	n = ses_target_segments(e->target.path, segment, err);
	if (n < 0 || ses_target_query(e->target.query, &e->r, err) < 0)
		return -1;
	e->route = ses_route_find(
	    s->builtin, SES_SERVE_BUILTIN, segment, (size_t)n, &e->r);
	if (e->route != NULL) {
		e->route_number = (size_t)(e->route - s->builtin);
		return 0;
	}
	e->route = ses_route_find(
	    s->o.routes, s->o.n_routes, segment, (size_t)n, &e->r);
	if (e->route != NULL)
		e->route_number =
		    SES_SERVE_BUILTIN + (size_t)(e->route - s->o.routes);
	return 0;
}

/* What may be asked of the route, as Allow says it. */
static const char *
allowed(const struct ses_route *route)
{
	if (route == NULL || route->post == NULL)
		return "GET, HEAD";
	return route->handler == NULL ? "POST" : "GET, HEAD, POST";
}

static int
check_method(struct ses_exchange *e)
{
	const struct ses_route *route = e->route;
	int get;

	e->r.head = strcmp(e->method, "HEAD") == 0;
	e->r.post = strcmp(e->method, "POST") == 0;
	get = e->r.head || strcmp(e->method, "GET") == 0;
	if (route == NULL ? !get && !e->r.post
			  : !(get && route->handler != NULL) &&
				!(e->r.post && route->post != NULL))
		return refuse_with(e, 405, "this cannot be done there", "Allow",
		    allowed(route));
	if (get && e->has_body)
		return refuse(e, 400, "a request has no body here");
	return 0;
}

static int
check_url(struct ses_exchange *e)
{
	const union MHD_ConnectionInfo *info;
	struct seshat_err err = SESHAT_ERR_INIT;

	info =
	    e->s->mhd->info(e->conn, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (ses_target_split(&e->target, e->url, &err) < 0)
		return refuse_err(e, &err);
	if (info != NULL && info->header_size > SES_REQUEST_HEADERS)
		return refuse(e, 431, "the headers are too long");
	/* of the two places where a host can stand this one counts */
	if (e->target.authority != NULL)
		e->by.host = e->target.authority;
	if (find_route(e, &err) < 0)
		return refuse_err(e, &err);
	return 0;
}

/* The cookie that goes with the forms of this browser. */
static int
take_cookie(struct ses_exchange *e)
{
	int n;

	if (e->by.cookie == NULL)
		return 0;
	n = ses_cookie_find(
	    e->by.cookie, e->s->admit.csrf_cookie, e->csrf, sizeof(e->csrf));
	if (n < 0)
		return refuse(e, 400, "a cookie came twice");
	if (n > 0 && ses_guard_is_cookie(e->csrf))
		e->r.csrf = e->csrf;
	return 0;
}

int
ses_dispatch(struct ses_exchange *e)
{
	const char *why = NULL;
	int status;

	(void)e->s->mhd->values(e->conn, MHD_HEADER_KIND, take_header, e);
	if (check_url(e) < 0)
		return -1;
	status = ses_admit_check(&e->s->admit, &e->by, &e->s->guard,
	    e->route != NULL && e->route->open, &why);
	if (status == 401)
		return ask_for_token(e, why);
	if (status != 0)
		return refuse(e, status, why);
	if (check_method(e) < 0 || take_cookie(e) < 0)
		return -1;
	if (e->route == NULL)
		return refuse(e, 404, "there is no such page");
	return 0;
}
