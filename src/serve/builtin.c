#include "base/time.h"
#include "serve/asset.h"
#include "serve/server.h"

static int
healthz(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	(void)r;
	(void)worker;
	ses_buf_str(&a->body, "{\"status\":\"ok\"}\n");
	a->type = SES_TYPE_JSON;
	a->no_etag = 1;
	return ses_buf_check(&a->body, err);
}

static const char *
pattern_of(const void *arg, size_t route)
{
	const struct ses_serve *s = arg;

	if (route < SES_SERVE_BUILTIN)
		return s->builtin[route].pattern;
	route -= SES_SERVE_BUILTIN;
	return route < s->o.n_routes ? s->o.routes[route].pattern : "none";
}

static void
write_streams(struct ses_feeds *f, struct ses_buf *out)
{
	static const char name[] = "seshat_http_streams_total";
	unsigned running;

	(void)pthread_mutex_lock(&f->lock);
	running = f->n;
	ses_buf_fmt(out,
	    "# TYPE %s counter\n%s{end=\"finished\"} %llu\n"
	    "%s{end=\"failed\"} %llu\n%s{end=\"aborted\"} %llu\n",
	    name, name, (unsigned long long)f->finished, name,
	    (unsigned long long)f->failed, name,
	    (unsigned long long)f->aborted);
	(void)pthread_mutex_unlock(&f->lock);
	ses_metrics_one(out, "seshat_http_streams", "gauge", running);
}

static void
write_conns(struct ses_conns *c, struct ses_buf *out)
{
	double refused;
	double cut;

	(void)pthread_mutex_lock(&c->lock);
	refused = (double)c->refused;
	cut = (double)c->cut;
	(void)pthread_mutex_unlock(&c->lock);
	ses_metrics_one(
	    out, "seshat_http_connections", "gauge", atomic_load(&c->n));
	ses_metrics_one(
	    out, "seshat_http_connections_refused_total", "counter", refused);
	ses_metrics_one(
	    out, "seshat_http_connections_slow_total", "counter", cut);
}

static int
metrics(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	struct ses_serve *s = r->server;

	(void)worker;
	ses_buf_fmt(&a->body,
	    "# TYPE seshat_build_info gauge\n"
	    "seshat_build_info{version=\"%s\"} 1\n",
	    seshat_version());
	ses_metrics_one(&a->body, "seshat_uptime_seconds", "gauge",
	    (double)(ses_time_steady() - s->started) / 1e3);
	ses_metrics_write(s->metrics, pattern_of, s, &a->body);
	write_streams(&s->feeds, &a->body);
	write_conns(&s->conns, &a->body);
	ses_metrics_process(&a->body);
	a->type = "text/plain; version=0.0.4; charset=utf-8";
	return ses_buf_check(&a->body, err);
}

void
ses_builtin_routes(struct ses_route out[SES_SERVE_BUILTIN])
{
	static const struct ses_route routes[SES_SERVE_BUILTIN] = {
	    {.pattern = "/healthz", .handler = healthz, .quick = 1, .open = 1},
	    /* counting what the system knows of us takes a while */
	    {.pattern = "/metrics", .handler = metrics},
	    {.pattern = "/login",
		.handler = ses_login_page,
		.post = ses_login_post,
		.quick = 1,
		.open = 1,
		.page = 1},
	    {.pattern = "/logout",
		.post = ses_logout_post,
		.quick = 1,
		.page = 1},
	    {.pattern = "/assets/{name}",
		.handler = ses_asset,
		.quick = 1,
		.open = 1},
	    /* browsers ask for it beside what is no page */
	    {.pattern = "/favicon.ico",
		.handler = ses_asset_icon,
		.quick = 1,
		.open = 1},
	};
	size_t i;

	for (i = 0; i < SES_SERVE_BUILTIN; i++)
		out[i] = routes[i];
}
