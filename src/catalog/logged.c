/* What session logs say of a session, from the logs themselves. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "catalog/db.h"
#include "catalog/logged.h"
#include "harness/line.h"
#include "harness/replay.h"
#include "vault/gap.h"
#include "vault/pin.h"
#include "vault/sessions.h"

#define HARNESS "seshat-log"
#define LOGS    16
#define BYTES   (16U << 20)
#define BEFORE  50 /* lines in front of the first that is shown */

struct entry {
	int64_t time;
	uint64_t line;
	size_t log;
	size_t at; /* in the text */
	size_t len;
};

struct ses_logged {
	const char *id;
	char *log[LOGS];
	size_t n_logs;
	struct entry *v;
	size_t n;
	size_t cap;
	size_t i; /* the next */
	struct ses_buf text;
	uint64_t left_out;
	struct ses_run run;
	/* while one is read: */
	struct ses_replay replay;
	int64_t time;
	int failed;
};

static int
add_log(void *arg, const char *harness, const char *id, struct seshat_err *err)
{
	struct ses_logged *l = arg;
	size_t i;

	(void)harness;
	for (i = 0; i < l->n_logs; i++)
		if (strcmp(l->log[i], id) == 0)
			return 0;
	if (l->n_logs == LOGS)
		return 0;
	l->log[l->n_logs] = ses_str_dup(id);
	if (l->log[l->n_logs] == NULL)
		return ses_fail_nomem(err);
	l->n_logs++;
	return 0;
}

/* The logs that are named like the session: "<id>@<owner>". */
static int
find_named(struct ses_logged *l, struct ses_store *s, struct seshat_err *err)
{
	struct ses_buf name = {0};
	struct ses_buf prefix = {0};
	const struct ses_where w = {NULL, HARNESS, NULL};
	struct ses_where named = w;
	int rc;

	ses_buf_fmt(&name, "%s@", l->id);
	named.id = ses_buf_cstr(&name);
	ses_key_pin(&prefix, &named);
	(void)ses_buf_cstr(&prefix);
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_vault_pins(s, prefix.data, add_log, l, err);
	ses_buf_free(&name);
	ses_buf_free(&prefix);
	return rc;
}

/* And those that hold entries of it, whatever they are called. */
static int
find_known(struct ses_logged *l, struct ses_catalog *c, struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc = -1;

	if (ses_catalog_ready(c, err) < 0)
		return -1;
	st = ses_catalog_st(c, SES_SQL_RUN_LOGS, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int(st, 1, SES_NAME_SESSION);
	(void)sqlite3_bind_text(st, 2, l->id, -1, SQLITE_STATIC);
	while ((rc = ses_catalog_step(c, st, err)) > 0)
		if (add_log(l, HARNESS, ses_catalog_text(st, 0), err) < 0) {
			rc = -1;
			break;
		}
	ses_catalog_done(st);
	return rc;
}

static int
make_room(struct ses_logged *l)
{
	size_t cap = l->cap * 2 + 64;
	struct entry *v;

	if (l->n < l->cap)
		return 0;
	v = ses_realloc(l->v, cap * sizeof(*v));
	if (v == NULL)
		return -1;
	l->v = v;
	l->cap = cap;
	return 0;
}

static int
on_event(void *arg, const struct ses_event *e)
{
	struct ses_logged *l = arg;
	struct ses_json of = {0};
	int64_t when = e == NULL ? 0 : ses_line_time(&e->time);
	size_t at = l->text.len;

	/* as the catalog has it: without a time of its own, that of the one
	 * before */
	if (when != 0)
		l->time = when;
	if (e == NULL || e->kind != SES_EVENT_TOOL_CALL ||
	    !ses_json_get(&e->entry, "session_id", &of) ||
	    !ses_json_is(&of, l->id))
		return 0;
	if (l->text.len > BYTES) {
		l->left_out++;
		return 0;
	}
	ses_run_data(&e->entry, &l->text);
	if (l->text.bad || make_room(l) < 0) {
		l->failed = 1;
		return 0;
	}
	l->v[l->n++] = (struct entry){
	    l->time, l->replay.n, l->n_logs, at, l->text.len - at};
	return 0;
}

static int
end_line(void *arg, struct seshat_err *err)
{
	const struct ses_logged *l = arg;

	return l->failed ? ses_fail_nomem(err) : 0;
}

static int
pass_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct ses_replay *r = arg;

	(void)err;
	ses_lines_drop(&r->lines);
	if (gap->last != SES_GAP_OPEN)
		r->n = gap->last;
	return 0;
}

/* Read lines of a session into r. */
static int
read_lines(struct ses_store *s, const struct ses_where *w,
    struct ses_lines_how *how, struct ses_replay *r, struct seshat_err *err)
{
	struct seshat_err later = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_replay_sink(r);
	int rc;

	how->gap = pass_gap;
	how->arg = r;
	rc = ses_session_lines(s, w, how, &sink, err);
	if (ses_replay_close(r, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	return rc;
}

static int
read_log(
    struct ses_logged *l, struct ses_store *s, size_t i, struct seshat_err *err)
{
	struct ses_where w = {NULL, HARNESS, l->log[i]};
	struct ses_lines_how how = {0};
	struct ses_buf project = {0};
	size_t k = l->n;
	int rc = ses_pin_get(s, &w, &project, err);

	w.project = ses_buf_cstr(&project);
	l->time = 0;
	l->replay = (struct ses_replay){.harness = ses_harness_named(HARNESS),
	    .line = end_line,
	    .event = on_event,
	    .arg = l};
	if (rc == 0)
		rc = read_lines(s, &w, &how, &l->replay, err);
	for (; k < l->n; k++)
		l->v[k].log = i;
	ses_buf_free(&project);
	return rc;
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->log != y->log)
		return x->log < y->log ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

struct ses_logged *
ses_logged_load(struct ses_store *s, struct ses_catalog *c, const char *harness,
    const char *id)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_logged *l;
	size_t i;

	if (strcmp(harness, HARNESS) == 0)
		return NULL;
	l = ses_calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->id = id;
	if (find_named(l, s, &err) < 0 ||
	    (c != NULL && find_known(l, c, &err) < 0))
		ses_log(SES_WARN, "session logs: %s", err.msg);
	for (i = 0; i < l->n_logs && !l->failed; i++)
		if (read_log(l, s, i, &err) < 0)
			ses_log(
			    SES_WARN, "%s/%s: %s", HARNESS, l->log[i], err.msg);
	if (l->left_out > 0)
		ses_log(SES_WARN,
		    "%llu skill runs of session logs are not shown: there are "
		    "too many",
		    (unsigned long long)l->left_out);
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_time);
	if (l->n > 0 && !l->failed)
		return l;
	ses_logged_free(l);
	return NULL;
}

/* The latest time of some lines. */
struct clock {
	struct ses_replay replay;
	int64_t latest;
	uint64_t from;
};

static int
see_time(void *arg, const struct ses_event *e)
{
	struct clock *k = arg;
	int64_t when = e == NULL ? 0 : ses_line_time(&e->time);

	if (when > k->latest)
		k->latest = when;
	return 0;
}

static int
is_over(void *arg, struct seshat_err *err)
{
	const struct clock *k = arg;

	return k->replay.n + 1 < k->from
		   ? 0
		   : ses_fail(err, SESHAT_ECANCELLED, "that is enough");
}

void
ses_logged_from(struct ses_logged *l, struct ses_store *s,
    const struct ses_where *w, const char *stream, uint64_t from)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_lines_how how = {
	    .stream = stream, .from = from > BEFORE ? from - BEFORE : 1};
	struct clock k = {.from = from};

	if (l == NULL || from <= 1)
		return;
	k.replay = (struct ses_replay){.harness = ses_harness_named(w->harness),
	    .line = is_over,
	    .event = see_time,
	    .arg = &k,
	    .n = how.from - 1};
	if (k.replay.harness != NULL)
		(void)read_lines(s, w, &how, &k.replay, &ignored);
	ses_logged_pass(l, k.latest);
}

void
ses_logged_pass(struct ses_logged *l, int64_t time)
{
	while (l != NULL && l->i < l->n && l->v[l->i].time < time)
		l->i++;
}

const struct ses_run *
ses_logged_next(struct ses_logged *l, int64_t time)
{
	const struct entry *e;

	if (l == NULL || l->i == l->n)
		return NULL;
	e = &l->v[l->i];
	if (time != INT64_MAX && e->time >= time)
		return NULL;
	l->i++;
	l->run = (struct ses_run){.log = l->log[e->log],
	    .line = e->line,
	    .time = e->time,
	    .data = l->text.data + e->at,
	    .len = e->len};
	return &l->run;
}

void
ses_logged_free(struct ses_logged *l)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->n_logs; i++)
		free(l->log[i]);
	free(l->v);
	ses_buf_free(&l->text);
	free(l);
}
