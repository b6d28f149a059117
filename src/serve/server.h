#ifndef SES_SERVER_H
#define SES_SERVER_H

#include "serve/admit.h"
#include "serve/conns.h"
#include "serve/feed.h"
#include "serve/form.h"
#include "serve/jobs.h"
#include "serve/metrics.h"
#include "serve/recent.h"
#include "serve/serve.h"
#include "serve/target.h"

/* What the files of the server share. */

#define SES_SERVE_BUILTIN 6

struct ses_serve {
	struct ses_serve_opts o;
	const struct ses_mhd *mhd;
	struct MHD_Daemon *daemon;
	struct ses_listen where;
	char url[96];
	struct ses_admit admit;
	struct ses_guard guard;
	struct ses_conns conns;
	struct ses_feeds feeds;
	struct ses_jobs *jobs;
	struct ses_metrics *metrics;
	struct ses_recent *recent;
	struct ses_route builtin[SES_SERVE_BUILTIN];
	int64_t started;
	_Atomic uint64_t last_id;
	atomic_int forms; /* that are in memory */
	pthread_mutex_t lock;
	pthread_cond_t quiet;
	unsigned active;  /* requests that are being answered */
	unsigned working; /* those that wait for a worker, or have one */
	int stopped;
};

/* One request and its answer. */
struct ses_exchange {
	struct ses_serve *s;
	struct MHD_Connection *conn;
	struct ses_conn *peer;
	struct ses_request r;
	struct ses_answer a;
	struct ses_admit_by by;
	const struct ses_route *route;
	size_t route_number;
	struct ses_target target;
	char *url;
	char method[16];
	enum { NEW, BODY, WHOLE, WAITING, READY, SENT } state;
	int counted; /* among active */
	int has_body;
	unsigned lengths;   /* headers that say how long it is: one at most */
	const char *coding; /* Transfer-Encoding */
	const char *type;   /* Content-Type */
	const char *body_length; /* Content-Length; NULL: it comes in chunks */
	struct ses_form form;
	int has_form; /* counted among the server's */
	int program;  /* a POST with the token itself */
	char csrf[SES_CSRF_COOKIE];
	int status; /* that was sent */
	uint64_t len;
	struct ses_feed *feed;
	int64_t time;
	uint64_t start_us;
};

/* exchange.c: callbacks of the library; arg is the server. */

/** The request line is there: the beginning of an exchange. */
void *ses_exchange_begin(
    void *arg, const char *url, struct MHD_Connection *conn);

/** The headers are there, or an answer is. */
enum MHD_Result ses_exchange_handle(void *arg, struct MHD_Connection *conn,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **exchange);

/** It is over. */
void ses_exchange_end(void *arg, struct MHD_Connection *conn, void **exchange,
    enum MHD_RequestTerminationCode how);

/** Answer an exchange that waits; for a worker thread. */
void ses_exchange_work(void *exchange, void **worker);

/* dispatch.c */

/** Whether errors are to be pages: a browser asks, for what is no API. */
int ses_dispatch_is_page(const struct ses_exchange *e);

/** Check the request and find its route: 0, or -1 when the answer is made,
 * a refusal. */
int ses_dispatch(struct ses_exchange *e);

/* upload.c */

/** A POST whose headers are checked: 0, or -1 when the answer is made: its body
 * is not wanted. */
int ses_upload_begin(struct ses_exchange *e);

/** Take in a piece of the body: 0, or -1 when it is to be cut off. */
int ses_upload_add(struct ses_exchange *e, const char *data, size_t len);

/** It is whole: 0, or -1 when the answer, a refusal, is made. */
int ses_upload_end(struct ses_exchange *e);

/** The form is not needed any more. */
void ses_upload_drop(struct ses_exchange *e);

/* send.c */

/** Hand the answer to the library. */
enum MHD_Result ses_send(struct ses_exchange *e);

/* login.c */
ses_handler ses_login_page;
ses_handler ses_login_post;
ses_handler ses_logout_post;

/** Send a browser, which has shown no token, to the login page, and from there
 * to url: it must be one of ours, else it is left out. */
int ses_login_see(
    struct ses_answer *a, const char *url, struct seshat_err *err);

/** Whether a browser may be sent there: a path of ours, with its query, and
 * nothing that a browser could take for another host. */
int ses_login_is_ours(const char *next);

/* builtin.c */

/** The routes of the server itself. */
void ses_builtin_routes(struct ses_route out[SES_SERVE_BUILTIN]);

#endif
