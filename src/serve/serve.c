#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/resource.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/time.h"
#include "serve/server.h"

#define CONNECTIONS 1024
#define STREAMS     256
#define WORKERS     8
#define WAITING     256
#define TIMEOUT_S   30
/* Of each connection: the request's headers and what is sent in chunks. */
#define CONNECTION_MEMORY ((size_t)32 << 10)
#define EVENT_STACK       ((size_t)1 << 20)

static enum MHD_Result
on_accept(void *arg, const struct sockaddr *addr, socklen_t len)
{
	struct ses_serve *s = arg;

	(void)addr;
	(void)len;
	return ses_conns_may(&s->conns) ? MHD_YES : MHD_NO;
}

static void
on_connection(void *arg, struct MHD_Connection *conn, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct ses_serve *s = arg;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		ses_conn_remove(&s->conns, *context);
		*context = NULL;
		return;
	}
	info = s->mhd->info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info != NULL)
		*context = ses_conn_add(&s->conns, info->connect_fd);
}

/* Segments are decoded by us, after they were cut apart. */
static size_t
leave_encoded(void *arg, struct MHD_Connection *conn, char *text)
{
	(void)arg;
	(void)conn;
	return strlen(text);
}

static void log_text(void *arg, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
log_text(void *arg, const char *fmt, va_list ap)
{
	char text[512];
	size_t len;

	(void)arg;
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	len = strlen(text);
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	ses_log(SES_DEBUG, "%s", text);
}

/* Descriptors for all connections and for what answers them. */
static void
raise_limit(const struct ses_serve *s)
{
	rlim_t want = s->o.max_connections + 4 * s->o.max_streams +
		      4 * s->o.max_live + 256;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur >= want)
		return;
	l.rlim_cur = l.rlim_max < want ? l.rlim_max : want;
	if (setrlimit(RLIMIT_NOFILE, &l) < 0 || l.rlim_cur < want)
		ses_log(SES_WARN,
		    "the system allows %llu open files; %llu would be needed "
		    "for all connections",
		    (unsigned long long)l.rlim_cur, (unsigned long long)want);
}

static int
start(struct ses_serve *s, struct seshat_err *err)
{
	unsigned threads = ses_pool_size(SIZE_MAX, 1, 8);

	if (threads < 2)
		threads = 2;
	s->daemon = s->mhd->start(MHD_USE_EPOLL_INTERNAL_THREAD |
				      MHD_ALLOW_SUSPEND_RESUME |
				      MHD_USE_ERROR_LOG,
	    0, on_accept, s, ses_exchange_handle, s,
	    /* first, so that it hears of all that follows */
	    MHD_OPTION_EXTERNAL_LOGGER, log_text, NULL,
	    MHD_OPTION_LISTEN_SOCKET, (MHD_socket)s->where.fd,
	    MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT,
	    /* each thread has its share, and we count */
	    (s->o.max_connections + 1) * threads,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
	    MHD_OPTION_CONNECTION_TIMEOUT, s->o.timeout_s,
	    MHD_OPTION_THREAD_STACK_SIZE, EVENT_STACK,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
	    leave_encoded, NULL, MHD_OPTION_URI_LOG_CALLBACK,
	    ses_exchange_begin, s, MHD_OPTION_NOTIFY_COMPLETED,
	    ses_exchange_end, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_END);
	if (s->daemon == NULL)
		return ses_fail(err, SESHAT_ESYS, "the server does not start");
	return 0;
}

static void
set_defaults(struct ses_serve_opts *o)
{
	if (o->max_connections == 0)
		o->max_connections = CONNECTIONS;
	if (o->max_streams == 0)
		o->max_streams = STREAMS;
	if (o->max_live == 0)
		o->max_live = STREAMS;
	if (o->workers == 0)
		o->workers = WORKERS;
	if (o->timeout_s == 0)
		o->timeout_s = TIMEOUT_S;
}

static int
open_socket(struct ses_serve *s, struct seshat_err *err)
{
	if (s->o.listen_fd > 0) {
		if (ses_listen_adopt(&s->where, s->o.listen_fd, err) < 0)
			return -1;
	} else if (ses_listen_open(&s->where, s->o.listen, err) < 0) {
		return -1;
	}
	if (!s->where.loopback && s->o.token == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s can be reached by others: give --token-file, or listen "
		    "on 127.0.0.1",
		    s->where.host);
	(void)snprintf(s->url, sizeof(s->url), "http://%s:%d", s->where.host,
	    s->where.port);
	return 0;
}

int
ses_serve_open(struct ses_serve **out, const struct ses_serve_opts *opts,
    struct seshat_err *err)
{
	struct ses_serve *s = ses_calloc(1, sizeof(*s));
	struct ses_jobs_how how = {.max = WAITING, .work = ses_exchange_work};

	if (s == NULL)
		return ses_fail_nomem(err);
	/* else what one request freed, such as the ten thousands of values of
	 * the statistics, is put in order by a later one of the same worker */
	(void)mallopt(M_MXFAST, 0);
	s->o = *opts;
	s->where.fd = -1;
	set_defaults(&s->o);
	s->started = ses_time_steady();
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->quiet, NULL);
	ses_builtin_routes(s->builtin);
	ses_guard_init(&s->guard, s->o.token);
	how.threads = s->o.workers;
	how.close = s->o.worker_close;
	s->mhd = ses_mhd_load(err);
	if (s->mhd == NULL || open_socket(s, err) < 0)
		goto fail;
	raise_limit(s);
	ses_admit_init(
	    &s->admit, &s->where, s->o.token, s->o.hosts, s->o.n_hosts);
	ses_feeds_init(&s->feeds, s->mhd, s->o.max_streams, s->o.max_live);
	s->metrics = ses_metrics_new(SES_SERVE_BUILTIN + s->o.n_routes);
	s->recent = ses_recent_new();
	if (s->metrics == NULL || s->recent == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	if (ses_conns_open(&s->conns, s->o.max_connections,
		(int64_t)s->o.timeout_s * 1000, err) < 0 ||
	    ses_jobs_open(&s->jobs, &how, err) < 0 || start(s, err) < 0)
		goto fail;
	*out = s;
	return 0;
fail:
	/* on failure the socket stays the caller's */
	if (s->o.listen_fd > 0)
		s->where.fd = -1;
	ses_serve_free(s);
	return -1;
}

const char *
ses_serve_url(const struct ses_serve *s)
{
	return s->url;
}

/* Wait until *n, which s->lock guards, is 0: 1 when it is. */
static int
wait_for_none(struct ses_serve *s, const unsigned *n, int64_t grace_ms)
{
	struct timespec until;
	int quiet;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += (time_t)(grace_ms / 1000);
	until.tv_nsec += (long)(grace_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_mutex_lock(&s->lock);
	while (
	    *n > 0 && pthread_cond_timedwait(&s->quiet, &s->lock, &until) == 0)
		;
	quiet = *n == 0;
	(void)pthread_mutex_unlock(&s->lock);
	return quiet;
}

int
ses_serve_stop(struct ses_serve *s, int64_t grace_ms)
{
	int quiet;

	if (s->mhd == NULL || s->daemon == NULL || s->stopped)
		return 0;
	s->stopped = 1;
	/* the socket comes back to us, and closed it refuses who comes now */
	(void)s->mhd->quiesce(s->daemon);
	(void)close(s->where.fd);
	s->where.fd = -1;
	/* these end with the session they tell of, not with a grace */
	ses_feeds_cut_eager(&s->feeds);
	quiet = wait_for_none(s, &s->active, grace_ms);
	ses_feeds_cut(&s->feeds);
	if (quiet)
		return 0;
	return wait_for_none(s, &s->working, 1000) ? 1 : 2;
}

void
ses_serve_free(struct ses_serve *s)
{
	if (s == NULL)
		return;
	if (s->mhd != NULL && s->daemon != NULL) {
		(void)ses_serve_stop(s, 0);
		/* no connection may be asleep when the library ends */
		ses_jobs_end(s->jobs);
		s->mhd->stop(s->daemon);
		ses_feeds_free(&s->feeds);
	}
	if (s->where.fd >= 0)
		(void)close(s->where.fd);
	ses_jobs_free(s->jobs);
	if (s->conns.limit_ms > 0)
		ses_conns_free(&s->conns);
	ses_recent_free(s->recent);
	ses_metrics_free(s->metrics);
	ses_guard_free(&s->guard);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_cond_destroy(&s->quiet);
	free(s);
}
