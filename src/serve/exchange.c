#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/server.h"

static uint64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

void *
ses_exchange_begin(void *arg, const char *url, struct MHD_Connection *conn)
{
	struct ses_exchange *e = ses_calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->s = arg;
	e->conn = conn;
	e->a.status = 200;
	e->route_number = SIZE_MAX;
	e->url = ses_str_dup(url);
	e->r.url = e->url;
	e->r.arg = e->s->o.arg;
	e->r.id = atomic_fetch_add(&e->s->last_id, 1) + 1;
	e->r.server = e->s;
	return e;
}

/* The headers are whole. */
static void
enter(struct ses_exchange *e, const char *method)
{
	const union MHD_ConnectionInfo *info =
	    e->s->mhd->info(e->conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	(void)snprintf(e->method, sizeof(e->method), "%s", method);
	e->time = ses_time_now();
	e->start_us = now_us();
	e->peer = info != NULL ? info->socket_context : NULL;
}

/* So is the body: from here on it counts as being answered. */
static void
count_in(struct ses_exchange *e)
{
	ses_conn_busy(e->peer, 1);
	(void)pthread_mutex_lock(&e->s->lock);
	e->s->active++;
	(void)pthread_mutex_unlock(&e->s->lock);
	e->counted = 1;
}

/* One more, or one less, of those that workers have to do. */
static void
count_work(struct ses_serve *s, unsigned by)
{
	(void)pthread_mutex_lock(&s->lock);
	s->working += by;
	if (s->working == 0)
		(void)pthread_cond_broadcast(&s->quiet);
	(void)pthread_mutex_unlock(&s->lock);
}

static void
handle(struct ses_exchange *e, void *worker)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_handler *handler = e->r.post ? e->route->post : e->route->handler;

	if (handler(&e->r, &e->a, worker, &err) < 0)
		ses_answer_fail(&e->a, e->r.id, &err);
}

static int
is_kept(const struct ses_exchange *e)
{
	return e->route->keep_ms > 0 && !e->r.post;
}

static enum MHD_Result
wait_for_worker(struct ses_exchange *e)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	e->state = WAITING;
	count_work(e->s, 1);
	/* before somebody can want to resume it */
	e->s->mhd->suspend(e->conn);
	if (ses_jobs_put(e->s->jobs, e) == 0)
		return MHD_YES;
	count_work(e->s, UINT_MAX);
	(void)ses_answer_header(&e->a, &ignored, "Retry-After", "1");
	ses_answer_refuse(&e->a, 503, "too many requests at once");
	e->state = READY;
	e->s->mhd->resume(e->conn);
	return MHD_YES;
}

void
ses_exchange_work(void *exchange, void **worker)
{
	struct ses_exchange *e = exchange;
	struct ses_serve *s = e->s;
	struct seshat_err err = SESHAT_ERR_INIT;

	if (*worker == NULL && e->s->o.worker_open != NULL &&
	    e->s->o.worker_open(e->s->o.arg, worker, &err) < 0)
		ses_answer_fail(&e->a, e->r.id, &err);
	else
		handle(e, *worker);
	if (is_kept(e))
		ses_recent_put(s->recent, e->url, &e->a, e->route->keep_ms);
	e->state = READY;
	/* it may be over and gone from here on */
	s->mhd->resume(e->conn);
	count_work(s, UINT_MAX);
}

/* The headers are there. */
static enum MHD_Result
begin(struct ses_exchange *e, const char *method)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	enter(e, method);
	if (ses_dispatch(e) < 0 || (e->r.post && ses_upload_begin(e) < 0)) {
		count_in(e);
		e->state = READY;
		/* the library wants to be asked twice, but who announces a
		 * body is answered before it comes, and it is not read */
		if (!e->has_body)
			return MHD_YES;
		(void)ses_answer_header(&e->a, &ignored, "Connection", "close");
		return ses_send(e);
	}
	e->state = BODY;
	if (!e->r.post) {
		count_in(e);
		e->state = WHOLE;
	}
	return MHD_YES;
}

/* All of the request is there. */
static enum MHD_Result
answer(struct ses_exchange *e)
{
	if (is_kept(e) && ses_recent_get(e->s->recent, e->url, &e->a))
		return ses_send(e);
	if (!e->route->quick)
		return wait_for_worker(e);
	handle(e, NULL);
	return ses_send(e);
}

/* Of a POST: a piece of its body, or its end. */
static enum MHD_Result
take_body(struct ses_exchange *e, const char *data, size_t *len)
{
	int rc;

	if (*len > 0) {
		rc = ses_upload_add(e, data, *len);
		*len = 0;
		return rc < 0 ? MHD_NO : MHD_YES;
	}
	count_in(e);
	if (ses_upload_end(e) < 0)
		return ses_send(e);
	e->state = WHOLE;
	return answer(e);
}

enum MHD_Result /* NOLINTNEXTLINE(readability-function-size): MHD's type */
ses_exchange_handle(void *arg, struct MHD_Connection *conn, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **exchange)
{
	struct ses_exchange *e = *exchange;

	(void)arg;
	(void)conn;
	(void)url;
	(void)version;
	if (e == NULL || e->url == NULL)
		return MHD_NO;
	switch (e->state) {
	case NEW:
		return begin(e, method);
	case BODY:
		return take_body(e, upload, upload_len);
	case WHOLE:
		return answer(e);
	case READY:
		return ses_send(e);
	case WAITING:
	case SENT:
		break;
	}
	*upload_len = 0;
	return e->state == SENT ? MHD_NO : MHD_YES;
}

static void
remote_of(struct ses_exchange *e, char out[64])
{
	const union MHD_ConnectionInfo *info =
	    e->s->mhd->info(e->conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info != NULL ? info->client_addr : NULL;
	const void *ip = NULL;

	(void)snprintf(out, 64, "-");
	if (a == NULL)
		return;
	if (a->sa_family == AF_INET)
		ip = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
	else if (a->sa_family == AF_INET6)
		ip = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
	if (ip != NULL)
		(void)inet_ntop(a->sa_family, ip, out, 64);
}

static void
account(struct ses_exchange *e, int whole)
{
	struct ses_access_row row = {.time = e->time,
	    .method = e->method,
	    .url = e->url,
	    .status = e->status,
	    .us = now_us() - e->start_us,
	    .cut = !whole};
	char remote[64];

	row.bytes = e->feed != NULL ? atomic_load(&e->feed->sent)
		    : whole         ? e->len
				    : 0;
	ses_metrics_add(
	    e->s->metrics, e->route_number, e->status, row.bytes, row.us);
	if (e->s->o.access == NULL)
		return;
	remote_of(e, remote);
	row.remote = remote;
	ses_access_write(e->s->o.access, &row);
}

void
ses_exchange_end(void *arg, struct MHD_Connection *conn, void **exchange,
    enum MHD_RequestTerminationCode how)
{
	struct ses_exchange *e = *exchange;
	struct ses_serve *s = arg;

	(void)conn;
	if (e == NULL)
		return;
	*exchange = NULL;
	if (e->time != 0)
		account(e, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	if (e->counted)
		ses_conn_busy(e->peer, 0);
	if (e->feed != NULL)
		ses_feed_unref(e->feed);
	if (e->counted) {
		(void)pthread_mutex_lock(&s->lock);
		if (--s->active == 0)
			(void)pthread_cond_broadcast(&s->quiet);
		(void)pthread_mutex_unlock(&s->lock);
	}
	ses_upload_drop(e);
	ses_answer_reset(&e->a);
	ses_target_free(&e->target);
	free(e->url);
	free(e);
}
