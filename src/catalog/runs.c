/* Reading what session logs say of a session. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/db.h"
#include "catalog/runs.h"

#define BATCH 50 /* rows that are read at a time: no statement stays open */

struct row {
	int64_t time;
	int64_t log;
	int64_t line;
	struct ses_buf id;
	struct ses_buf data;
};

struct ses_runs {
	struct ses_catalog *c;
	uint32_t opened; /* the database in which these numbers hold: */
	int64_t no;      /* of the session */
	int64_t of;      /* of its name */
	struct row row[BATCH];
	size_t n;
	size_t i;       /* the next of them */
	int64_t key[3]; /* where the next batch begins: time, log, line */
	int64_t last[3];
	int over; /* there is no next batch */
	/* What has a time before until, and is not passed, stands here. */
	uint64_t place;
	int64_t until; /* 0: not known */
};

/* A statement, bound to n numbers. */
static sqlite3_stmt *
bound(struct ses_runs *r, enum ses_catalog_sql which, const int64_t *v, int n,
    struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int i;

	/* within a search all is of one state */
	if (!ses_catalog_has_begun(r->c) && ses_catalog_ready(r->c, err) < 0)
		return NULL;
	if (r->opened != r->c->opened)
		ses_fail(err, SESHAT_ECONFLICT, "the catalog was made anew");
	else
		st = ses_catalog_st(r->c, which, err);
	for (i = 0; st != NULL && i < n; i++)
		(void)sqlite3_bind_int64(st, i + 1, v[i]);
	return st;
}

/* The one row of numbers that it answers: 1, 0 or -1. */
static int
ask(struct ses_runs *r, enum ses_catalog_sql which, const int64_t *v, int n,
    int64_t out[2], struct seshat_err *err)
{
	sqlite3_stmt *st = bound(r, which, v, n, err);
	int rc = st == NULL ? -1 : ses_catalog_step(r->c, st, err);
	int i;

	for (i = 0; rc > 0 && i < 2 && i < sqlite3_column_count(st); i++)
		out[i] = sqlite3_column_int64(st, i);
	ses_catalog_done(st);
	return rc;
}

/* The latest time before a line. */
static int
clock_before(
    struct ses_runs *r, uint64_t line, int64_t *out, struct seshat_err *err)
{
	const int64_t v[] = {
	    r->no, line < INT64_MAX ? (int64_t)line : INT64_MAX};
	int64_t block[3] = {0, -1, v[1]};
	int64_t max[2] = {0, 0};
	sqlite3_stmt *st = bound(r, SES_SQL_CLOCK_AT, v, 2, err);
	int rc = st == NULL ? -1 : ses_catalog_step(r->c, st, err);

	*out = 0;
	if (rc > 0) {
		block[0] = sqlite3_column_int64(st, 0);
		block[1] = sqlite3_column_int64(st, 1);
		rc = ses_catalog_step(r->c, st, err);
	}
	if (rc > 0)
		*out = sqlite3_column_int64(st, 2);
	ses_catalog_done(st);
	if (rc < 0 || ask(r, SES_SQL_CLOCK_MAX, block, 3, max, err) < 0)
		return -1;
	if (max[0] > *out)
		*out = max[0];
	return 0;
}

/* Where an entry of this time stands. */
static int
find_place(struct ses_runs *r, int64_t time, struct seshat_err *err)
{
	const int64_t v[] = {r->no, time};
	int64_t block[3] = {0, 0, time};
	int64_t found[2] = {0, 0};
	int rc;

	if (time < r->until)
		return 0;
	r->place = SES_RUN_END;
	r->until = INT64_MAX;
	rc = ask(r, SES_SQL_CLOCK_BLOCK, v, 2, block, err);
	if (rc > 0)
		rc = ask(r, SES_SQL_CLOCK_LINE, block, 3, found, err);
	if (rc > 0) {
		r->place = (uint64_t)found[0];
		r->until = found[1];
	}
	return rc < 0 ? -1 : 0;
}

int
ses_runs_open(struct ses_runs **out, struct ses_catalog *c, const char *harness,
    const char *id, uint64_t from, struct seshat_err *err)
{
	sqlite3_stmt *st;
	struct ses_runs *r;
	int rc;

	*out = NULL;
	if (ses_catalog_ready(c, err) < 0)
		return -1;
	st = ses_catalog_st(c, SES_SQL_RUN_OF, err);
	if (st == NULL || strcmp(harness, "seshat-log") == 0)
		return st == NULL ? -1 : 0;
	r = ses_calloc(1, sizeof(*r));
	if (r == NULL)
		return ses_fail_nomem(err);
	r->c = c;
	r->opened = c->opened;
	(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int(st, 3, SES_NAME_SESSION);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0) {
		r->no = sqlite3_column_int64(st, 0);
		r->of = sqlite3_column_int64(st, 1);
	}
	ses_catalog_done(st);
	if (rc > 0)
		rc = clock_before(r, from, &r->key[0], err) < 0 ? -1 : 1;
	if (rc > 0)
		*out = r;
	else
		free(r);
	return rc < 0 ? -1 : 0;
}

static int
take_row(struct ses_runs *r, sqlite3_stmt *st, struct seshat_err *err)
{
	struct row *row = &r->row[r->n++];

	row->time = sqlite3_column_int64(st, 0);
	row->log = sqlite3_column_int64(st, 1);
	row->line = sqlite3_column_int64(st, 2);
	ses_buf_clear(&row->id);
	ses_buf_str(&row->id, ses_catalog_text(st, 3));
	(void)ses_buf_cstr(&row->id);
	ses_buf_clear(&row->data);
	ses_buf_str(&row->data, ses_catalog_text(st, 4));
	(void)ses_buf_cstr(&row->data);
	r->key[0] = row->time;
	r->key[1] = row->log;
	r->key[2] = row->line + 1;
	return ses_buf_check(&row->id, err) < 0 ||
		       ses_buf_check(&row->data, err) < 0
		   ? -1
		   : 0;
}

static int
fill(struct ses_runs *r, struct seshat_err *err)
{
	const int64_t v[] = {r->of, r->key[0], r->key[1], r->key[2], BATCH};
	sqlite3_stmt *st = bound(r, SES_SQL_RUN_WALK, v, 5, err);
	int rc = -1;

	r->n = r->i = 0;
	while (st != NULL && r->n < BATCH &&
	       (rc = ses_catalog_step(r->c, st, err)) > 0)
		if (take_row(r, st, err) < 0) {
			rc = -1;
			break;
		}
	r->over = r->n < BATCH;
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_runs_next(struct ses_runs *r, struct ses_run *out, struct seshat_err *err)
{
	const struct row *row;

	if (r->i == r->n && !r->over && fill(r, err) < 0)
		return -1;
	if (r->i == r->n)
		return 0;
	row = &r->row[r->i++];
	if (find_place(r, row->time, err) < 0)
		return -1;
	r->last[0] = row->time;
	r->last[1] = row->log;
	r->last[2] = row->line;
	*out = (struct ses_run){.log = row->id.data,
	    .line = (uint64_t)row->line,
	    .before = r->place,
	    .time = row->time,
	    .data = row->data.data,
	    .len = row->data.len};
	return 1;
}

/* Let the next batch begin there. */
static void
begin_at(struct ses_runs *r, int64_t time, int64_t log, int64_t line)
{
	r->n = r->i = 0;
	r->over = 0;
	r->key[0] = time;
	r->key[1] = log;
	r->key[2] = line;
}

int
ses_runs_skip(struct ses_runs *r, uint64_t *n, struct seshat_err *err)
{
	const int64_t all[] = {r->of, r->last[0], r->until};
	const int64_t done[] = {
	    r->of, r->last[0], r->last[0], r->last[1], r->last[2] + 1};
	int64_t of_all[2] = {0, 0};
	int64_t of_done[2] = {0, 0};

	if (ask(r, SES_SQL_RUN_COUNT, all, 3, of_all, err) < 0 ||
	    ask(r, SES_SQL_RUN_BEFORE, done, 5, of_done, err) < 0)
		return -1;
	*n = (uint64_t)(of_all[0] > of_done[0] ? of_all[0] - of_done[0] : 0);
	begin_at(r, r->until, 0, 0);
	r->over = r->until == INT64_MAX;
	return 0;
}

/* The key of an entry: 1, 0 or -1. */
static int
key_of(struct ses_runs *r, const char *log, uint64_t line, int64_t key[3],
    struct seshat_err *err)
{
	sqlite3_stmt *st = bound(r, SES_SQL_RUN_GET, &r->of, 1, err);
	int rc = -1;

	if (st != NULL) {
		(void)sqlite3_bind_text(st, 2, log, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int64(st, 3, (int64_t)(line & INT64_MAX));
		rc = ses_catalog_step(r->c, st, err);
	}
	if (rc > 0) {
		key[0] = sqlite3_column_int64(st, 0);
		key[1] = sqlite3_column_int64(st, 1);
		key[2] = (int64_t)(line & INT64_MAX);
	}
	ses_catalog_done(st);
	return rc;
}

int
ses_runs_find(struct ses_runs *r, const char *log, uint64_t line,
    uint64_t *before, uint64_t *n, struct seshat_err *err)
{
	int64_t v[5] = {r->of};
	int64_t found[2] = {0, 0};
	int64_t key[3];
	int rc = key_of(r, log, line, key, err);

	if (rc <= 0)
		return rc;
	r->until = 0;
	if (find_place(r, key[0], err) < 0 ||
	    clock_before(r, r->place, &v[1], err) < 0)
		return -1;
	memcpy(&v[2], key, sizeof(key));
	*before = r->place;
	r->until = 0;
	if (ask(r, SES_SQL_RUN_BEFORE, v, 5, found, err) < 0)
		return -1;
	*n = (uint64_t)found[0];
	return 1;
}

int
ses_runs_seek(
    struct ses_runs *r, const char *log, uint64_t line, struct seshat_err *err)
{
	int64_t key[3];
	int rc = key_of(r, log, line, key, err);

	if (rc > 0)
		begin_at(r, key[0], key[1], key[2]);
	return rc < 0 ? -1 : 0;
}

int
ses_runs_count(struct ses_runs *r, uint64_t *n, struct seshat_err *err)
{
	const int64_t v[] = {r->of, 0, INT64_MAX};
	int64_t found[2] = {0, 0};

	if (ask(r, SES_SQL_RUN_COUNT, v, 3, found, err) < 0)
		return -1;
	*n = (uint64_t)found[0];
	return 0;
}

void
ses_runs_free(struct ses_runs *r)
{
	size_t i;

	for (i = 0; r != NULL && i < BATCH; i++) {
		ses_buf_free(&r->row[i].id);
		ses_buf_free(&r->row[i].data);
	}
	free(r);
}

/* The session of that name, if it is there. */
static int
hand_out(struct ses_catalog *c, int64_t of,
    int (*each)(
	void *arg, const char *harness, const char *id, const char *title),
    void *arg, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_RUN_SESSION, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, of);
	(void)sqlite3_bind_int64(st, 2, 0);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		rc = each(arg, ses_catalog_text(st, 2), ses_catalog_text(st, 3),
		    ses_catalog_text(st, 4));
	ses_catalog_done(st);
	return rc;
}

int
ses_runs_sessions(struct ses_catalog *c, const char *log,
    int (*each)(
	void *arg, const char *harness, const char *id, const char *title),
    void *arg, struct seshat_err *err)
{
	struct ses_runs r = {.c = c};
	int64_t v[2] = {0, 0};
	int64_t next[2] = {0, 0};
	sqlite3_stmt *st;
	int rc;
	int i;

	if (ses_catalog_ready(c, err) < 0)
		return -1;
	r.opened = c->opened;
	st = ses_catalog_st(c, SES_SQL_SESSION_NO, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, "seshat-log", -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, log, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		v[0] = sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	for (i = 0; rc > 0 && i < SES_RUNS_SESSIONS; i++) {
		rc = ask(&r, SES_SQL_RUN_NEXT_OF, v, 2, next, err);
		v[1] = next[0];
		if (rc > 0)
			rc = hand_out(c, v[1], each, arg, err) < 0 ? -1 : 1;
	}
	return rc < 0 ? -1 : 0;
}

int
ses_runs_place(struct ses_catalog *c, int64_t no, int64_t time, uint64_t *line,
    struct seshat_err *err)
{
	struct ses_runs r = {.c = c, .no = no, .opened = c->opened};
	const int64_t v[] = {no, 0};
	int64_t found[2] = {0, 0};

	if (find_place(&r, time, err) < 0)
		return -1;
	*line = r.place;
	if (r.place != SES_RUN_END)
		return 0;
	if (ask(&r, SES_SQL_LINES_OF, v, 1, found, err) < 0)
		return -1;
	*line = (uint64_t)found[0] + 1;
	return 0;
}

int
ses_runs_last(struct ses_catalog *c, uint64_t *last, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = -1;

	if (ses_catalog_ready(c, err) == 0)
		st = ses_catalog_st(c, SES_SQL_RUN_LAST, err);
	if (st != NULL)
		rc = ses_catalog_step(c, st, err);
	if (rc > 0)
		*last = (uint64_t)sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_runs_since(struct ses_catalog *c, const char *id, uint64_t *last,
    int (*each)(void *arg, const struct ses_run *run, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct ses_run run;
	sqlite3_stmt *st = NULL;
	int rc = -1;

	if (ses_catalog_ready(c, err) == 0)
		st = ses_catalog_st(c, SES_SQL_RUN_SINCE, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, (int64_t)*last);
	(void)sqlite3_bind_int(st, 2, SES_NAME_SESSION);
	(void)sqlite3_bind_text(st, 3, id, -1, SQLITE_STATIC);
	while ((rc = ses_catalog_step(c, st, err)) > 0) {
		run = (struct ses_run){.time = sqlite3_column_int64(st, 0),
		    .line = (uint64_t)sqlite3_column_int64(st, 2),
		    .log = ses_catalog_text(st, 3),
		    .data = ses_catalog_text(st, 4),
		    .len = (size_t)sqlite3_column_bytes(st, 4)};
		*last = (uint64_t)sqlite3_column_int64(st, 5);
		rc = each(arg, &run, err);
		if (rc < 0)
			break;
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}
