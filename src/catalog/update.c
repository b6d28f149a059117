/* Making the catalog tell what the store holds. */
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "catalog/title.h"

#define LIVE_MS INT64_C(7200000)   /* its row in an index is an hour late */
#define LOOKS   1000               /* at parts that were damaged */
#define TICK_NS INT64_C(100000000) /* a folder's time is as coarse as that */

/* A session, and whether there is something new of it. */
struct look {
	int64_t no;
	struct ses_buf harness;
	struct ses_buf id;
	struct ses_buf project;
	struct ses_buf sign;
	int64_t stamp; /* of its folder, ns; 0: not known */
	struct ses_buf title;
	int is_titled;
	int is_new;
	int mended; /* what was damaged is not what it was */
};

static void
look_free(struct look *l)
{
	ses_buf_free(&l->harness);
	ses_buf_free(&l->id);
	ses_buf_free(&l->project);
	ses_buf_free(&l->sign);
	ses_buf_free(&l->title);
}

/* When something was put into a session's folder; 0: nobody knows, or so
 * lately that more may come within the same tick. */
static int64_t
stamp_of(struct ses_store *s, const struct ses_where *w)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_buf path = {0};
	struct timespec now;
	struct stat st;
	int64_t t = 0;
	int64_t age;

	ses_key_session(&key, w);
	if (ses_store_path(s, ses_buf_cstr(&key), &path, &ignored) == 0 &&
	    stat(ses_buf_cstr(&path), &st) == 0 &&
	    clock_gettime(CLOCK_REALTIME, &now) == 0) {
		t = (int64_t)st.st_mtim.tv_sec * 1000000000 +
		    st.st_mtim.tv_nsec;
		age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - t;
		/* an odd time is no reason not to look again */
		if (age < TICK_NS)
			t = -1;
	}
	ses_buf_free(&key);
	ses_buf_free(&path);
	return t;
}

/* An object that is mended in its place changes no folder's time.  What has no
 * part that could be looked at is looked at whole. */
static int
look_at_gaps(struct ses_ingest *in, struct look *l, const struct ses_where *w,
    struct seshat_err *err)
{
	int n = ses_catalog_gaps(in->c, l->no, w, &in->looks, &l->mended, err);

	l->is_new |= n == 0 || l->mended;
	return n < 0 ? -1 : 0;
}

static int
read_look(struct ses_ingest *in, struct look *l, struct seshat_err *err)
{
	struct ses_catalog *c = in->c;
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_TEXT_ONE, err);
	struct ses_where w;
	int64_t last = 0;
	int64_t stamp = 0;
	int ended = 0;
	int same = 0;
	int damaged = 0;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, l->no);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0) {
		ses_buf_str(&l->harness, ses_catalog_text(st, 0));
		ses_buf_str(&l->id, ses_catalog_text(st, 1));
		ses_buf_str(&l->project, ses_catalog_text(st, 2));
		ses_buf_str(&l->sign, ses_catalog_text(st, 3));
		same = strcmp(ses_catalog_text(st, 3),
			   ses_catalog_text(st, 4)) == 0;
		stamp = sqlite3_column_int64(st, 5);
		last = sqlite3_column_int64(st, 6);
		ended = sqlite3_column_int64(st, 7) != 0;
		damaged = sqlite3_column_int(st, 8);
		l->is_titled = sqlite3_column_int(st, 9);
		ses_buf_str(&l->title, ses_catalog_text(st, 10));
	}
	ses_catalog_done(st);
	if (rc <= 0)
		return rc;
	w = (struct ses_where){ses_buf_cstr(&l->project),
	    ses_buf_cstr(&l->harness), ses_buf_cstr(&l->id)};
	l->stamp = stamp_of(c->store, &w);
	if (l->stamp != 0)
		l->is_new = l->stamp < 0 || l->stamp != stamp;
	else
		l->is_new =
		    !same || (!ended && ses_time_now() - last < LIVE_MS);
	if (damaged && look_at_gaps(in, l, &w, err) < 0)
		return -1;
	if (ses_buf_check(&l->sign, err) < 0 ||
	    ses_buf_check(&l->title, err) < 0)
		return -1;
	return 1;
}

static int
put_seen(
    struct ses_catalog *c, struct look *l, int damaged, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SEEN_PUT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, l->no);
	(void)sqlite3_bind_text(
	    st, 2, ses_buf_cstr(&l->sign), -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 3, l->stamp);
	(void)sqlite3_bind_int(st, 4, damaged);
	return ses_catalog_run(c, st, err);
}

static int
is_stopped(const struct ses_ingest *in)
{
	return in->how->stop != NULL && *in->how->stop;
}

static int
take_text(struct ses_ingest *in, struct look *l, const struct ses_where *w,
    struct seshat_err *err)
{
	int damaged = 0;
	int rc;

	in->mended = l->mended;
	rc = ses_ingest_session(in, l->no, w, &damaged, err);
	in->done->sessions++;
	in->done->damaged += damaged != 0;
	if (rc == 0 && !is_stopped(in))
		rc = put_seen(in->c, l, damaged, err);
	return rc;
}

/* Its title comes behind its text, in which it may stand. */
static int
text_of(struct ses_ingest *in, int64_t no, struct seshat_err *err)
{
	struct look l = {.no = no};
	struct ses_where w;
	int rc = read_look(in, &l, err);

	if (rc > 0 && (l.is_new || !l.is_titled)) {
		w = (struct ses_where){ses_buf_cstr(&l.project),
		    ses_buf_cstr(&l.harness), ses_buf_cstr(&l.id)};
		rc = l.is_new ? take_text(in, &l, &w, err) : 0;
		if (rc == 0 && !is_stopped(in))
			rc = ses_title_put(
			    in, no, &w, ses_buf_cstr(&l.title), err);
		if (rc == 0)
			rc = ses_ingest_commit(in, 0, err);
	}
	look_free(&l);
	return rc < 0 ? -1 : 0;
}

/* The sessions, the oldest first, so that what is found last comes first. */
static int
numbers(struct ses_catalog *c, struct ses_buf *out, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_TEXT_OLDEST, err);
	int64_t no;
	int rc = -1;

	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		no = sqlite3_column_int64(st, 0);
		ses_buf_add(out, &no, sizeof(no));
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* The rows, which are there for others as soon as this is over. */
static int
all_rows(struct ses_ingest *in, struct seshat_err *err)
{
	if (ses_catalog_rows(in, err) < 0 ||
	    ses_catalog_exec(in->c, "COMMIT; BEGIN IMMEDIATE;", err) < 0)
		return -1;
	in->began = ses_time_steady();
	if (in->how->listed != NULL)
		in->how->listed(in->how->arg);
	return 0;
}

static int
all_text(struct ses_ingest *in, struct seshat_err *err)
{
	struct ses_buf nos = {0};
	int64_t no;
	size_t i;
	int rc = numbers(in->c, &nos, err);

	for (i = 0; rc == 0 && i < nos.len && !is_stopped(in);
	     i += sizeof(no)) {
		memcpy(&no, nos.data + i, sizeof(no));
		rc = text_of(in, no, err);
		/* somebody waits for a list of what is there by now */
		if (rc == 0 && in->how->wants_list != NULL &&
		    in->how->wants_list(in->how->arg)) {
			rc = ses_ingest_commit(in, 1, err);
			if (rc == 0)
				rc = all_rows(in, err);
		}
		if (rc == 0 && in->how->progress != NULL)
			in->how->progress(
			    in->how->arg, in->done->sessions, in->done->bytes);
	}
	ses_buf_free(&nos);
	return rc;
}

/* In a transaction, or several. */
static int
update(struct ses_ingest *in, struct seshat_err *err)
{
	int rc = ses_catalog_exec(in->c, "BEGIN IMMEDIATE;", err);

	if (rc < 0)
		return -1;
	in->began = ses_time_steady();
	rc = ses_ingest_numbers(in, err);
	if (rc == 0)
		rc = ses_catalog_put_extent(in->c, 0, err);
	if (rc == 0)
		rc = all_rows(in, err);
	if (rc == 0 && !in->how->sessions_only)
		rc = ses_rows_purge(in, err);
	if (rc == 0 && !in->how->sessions_only)
		rc = all_text(in, err);
	if (rc == 0 && !in->how->sessions_only && !is_stopped(in))
		rc = ses_catalog_put_extent(in->c, 1, err);
	if (rc == 0)
		rc = ses_catalog_exec(in->c, "COMMIT;", err);
	else
		ses_catalog_rollback(in->c);
	/* what was deleted must not stay in the index's older segments */
	if (rc == 0 && in->retitled)
		rc = ses_catalog_exec(in->c,
		    "INSERT INTO tt(tt) VALUES ('optimize');"
		    "PRAGMA wal_checkpoint(TRUNCATE);",
		    err);
	if (rc == 0 && in->dropped)
		rc = ses_catalog_exec(in->c,
		    "INSERT INTO ft(ft) VALUES ('optimize');"
		    "PRAGMA wal_checkpoint(TRUNCATE);",
		    err);
	return rc;
}

int
ses_catalog_update(struct ses_catalog *c, const struct ses_catalog_how *how,
    struct ses_catalog_done *done, struct seshat_err *err)
{
	struct ses_ingest *in;
	int rc;
	int tries;

	*done = (struct ses_catalog_done){0};
	rc = ses_catalog_lock(c, how->wait_ms, err);
	if (rc <= 0) {
		done->busy = rc == 0;
		return rc;
	}
	rc = ses_catalog_ready(c, err);
	for (tries = 0; rc == 0; tries++) {
		in = ses_calloc(1, sizeof(*in));
		if (in == NULL) {
			rc = ses_fail_nomem(err);
			break;
		}
		in->c = c;
		in->how = how;
		in->done = done;
		in->looks = LOOKS;
		rc = update(in, err);
		ses_ingest_free(in);
		if (rc == 0 || !c->is_damaged || tries > 0)
			break;
		rc = ses_catalog_remake(c, err);
	}
	ses_catalog_unlock(c);
	return rc;
}
