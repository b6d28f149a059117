#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/time.h"
#include "catalog/proof.h"
#include "vault/doc.h"

#define STAMP   96
#define TICK_NS INT64_C(100000000) /* a folder's time is as coarse as that */
#define OLD_MS  INT64_C(600000)    /* then all is looked at again */
#define KEEP_MS INT64_C(60000)     /* how often the time alone is written */

/* Folders that are worth a look one by one; with more a listing is better. */
#define FOLDERS 4096

/* A stamp that no other one is like. */
#define YOUNG "?"

static const char *const tops[] = {"ids/", "removed/", "index/"};

static int64_t
ns_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* What changes with a folder's names; "-": it is not there.  One that changed
 * within the tick may do so again, and its time will be the same. */
static int
stamp_of(struct ses_catalog *c, const char *key, char out[STAMP],
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct timespec now;
	struct stat st;
	int64_t last;
	int rc = ses_store_path(c->store, key, &path, err);

	(void)ses_buf_cstr(&path);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	(void)snprintf(out, STAMP, YOUNG);
	if (rc == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0) {
		if (stat(path.data, &st) < 0) {
			(void)snprintf(out, STAMP, "-");
		} else {
			last = ns_of(&st.st_mtim) > ns_of(&st.st_ctim)
				   ? ns_of(&st.st_mtim)
				   : ns_of(&st.st_ctim);
			if (ns_of(&now) - last >= TICK_NS)
				(void)snprintf(out, STAMP,
				    "%llx %llx %lld %lld",
				    (unsigned long long)st.st_dev,
				    (unsigned long long)st.st_ino,
				    (long long)ns_of(&st.st_mtim),
				    (long long)ns_of(&st.st_ctim));
		}
	}
	ses_buf_free(&path);
	return rc;
}

/* Whether the folders are this machine's: others tell late what was changed. */
static int
is_local(struct ses_catalog *c)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int is = 0;
	int fd;

	if ((ses_store_caps(c->store) & SES_STORE_LOCAL) != 0 &&
	    ses_store_path(c->store, "", &path, &ignored) == 0) {
		fd = open(
		    ses_buf_cstr(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		is = fd < 0 || !ses_fs_is_network(fd);
		if (fd >= 0)
			(void)close(fd);
	}
	ses_buf_free(&path);
	return is;
}

/* What was kept: 1, and the statement stands on its first row; 0: nothing, or
 * it is too old; -1.  *whole: when all was listed last. */
static int
begin_kept(struct ses_catalog *c, sqlite3_stmt **st, int64_t *whole,
    struct seshat_err *err)
{
	int64_t age;
	int rc;

	/* the name "" comes first; its stamp says when */
	*st = ses_catalog_st(c, SES_SQL_PROOF_ALL, err);
	rc = *st == NULL ? -1 : ses_catalog_step(c, *st, err);
	if (rc <= 0)
		return rc;
	if (ses_catalog_text(*st, 0)[0] != '\0')
		return 0;
	*whole = sqlite3_column_int64(*st, 1);
	age = ses_time_now() - *whole;
	return age >= 0 && age < OLD_MS;
}

static int
load_kept(struct ses_catalog *c, struct ses_proof *p, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int64_t whole = 0;
	int rc = begin_kept(c, &st, &whole, err);

	if (rc > 0)
		p->whole = whole;
	while (rc > 0 && (rc = ses_catalog_step(c, st, err)) > 0)
		(void)json_object_set_new(p->old, ses_catalog_text(st, 0),
		    json_string(ses_catalog_text(st, 1)));
	ses_catalog_done(st);
	return rc;
}

int
ses_proof_add(struct ses_catalog *c, struct ses_proof *p, const char *key,
    struct seshat_err *err)
{
	char stamp[STAMP];

	if (!p->is_local)
		return 0;
	if (stamp_of(c, key, stamp, err) < 0)
		return -1;
	return json_object_set_new(p->now, key, json_string(stamp)) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

struct taking {
	struct ses_catalog *c;
	struct ses_proof *p;
};

static int
see_folder(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	const struct taking *t = arg;

	return ses_str_ends(o->key, "/")
		   ? ses_proof_add(t->c, t->p, o->key, err)
		   : 0;
}

int
ses_proof_take(
    struct ses_catalog *c, struct ses_proof *p, struct seshat_err *err)
{
	struct taking t = {c, p};
	struct ses_store_list what = {.shallow = 1};
	size_t i;

	*p = (struct ses_proof){.is_local = is_local(c),
	    .whole = ses_time_now(),
	    .old = json_object(),
	    .now = json_object()};
	if (p->old == NULL || p->now == NULL)
		return ses_fail_nomem(err);
	if (!p->is_local)
		return 0;
	if (load_kept(c, p, err) < 0)
		return -1;
	for (i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		what.prefix = tops[i];
		/* the folder first: what is made in it later changes it */
		if (ses_proof_add(c, p, tops[i], err) < 0 ||
		    ses_store_list(c->store, &what, see_folder, &t, err) < 0)
			return -1;
	}
	return 0;
}

void
ses_proof_free(struct ses_proof *p)
{
	json_decref(p->old);
	json_decref(p->now);
	*p = (struct ses_proof){0};
}

int
ses_proof_changed(const struct ses_proof *p, const char *key)
{
	const char *was = ses_doc_str(p->old, key);
	const char *is = ses_doc_str(p->now, key);

	return was[0] == '\0' || strcmp(is, YOUNG) == 0 || strcmp(was, is) != 0;
}

int
ses_proof_any(const struct ses_proof *p, const char *prefix)
{
	const char *key;
	json_t *v;

	json_object_foreach(p->now, key, v)
	{
		if (ses_str_starts(key, prefix) && ses_proof_changed(p, key))
			return 1;
	}
	json_object_foreach(p->old, key, v)
	{
		if (ses_str_starts(key, prefix) &&
		    json_object_get(p->now, key) == NULL)
			return 1;
	}
	return json_object_size(p->old) == 0;
}

static int
put(struct ses_catalog *c, const char *key, const char *stamp, int64_t when,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_PROOF_PUT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
	if (stamp != NULL)
		(void)sqlite3_bind_text(st, 2, stamp, -1, SQLITE_STATIC);
	else
		(void)sqlite3_bind_int64(st, 2, when);
	return ses_catalog_run(c, st, err);
}

/* When all was listed that the rows are of, ms since 1970; 0: never. */
static int
time_of(struct ses_catalog *c, int64_t *when, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	*when = 0;
	rc = begin_kept(c, &st, when, err);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

int
ses_proof_keep(
    struct ses_catalog *c, const struct ses_proof *p, struct seshat_err *err)
{
	const char *key;
	json_t *stamp;
	int64_t last = 0;

	if (time_of(c, &last, err) < 0)
		return -1;
	if (last > 0 && p->whole >= last && p->whole - last < KEEP_MS &&
	    json_equal(p->old, p->now))
		return 0;
	if (ses_catalog_exec(c, "DELETE FROM proof;", err) < 0 ||
	    put(c, "", NULL, p->whole, err) < 0)
		return -1;
	/* more would cost more than they save */
	if (json_object_size(p->now) > FOLDERS)
		return put(c, tops[0], YOUNG, 0, err);
	json_object_foreach(p->now, key, stamp)
	{
		if (put(c, key, json_string_value(stamp), 0, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_catalog_is_listed(struct ses_catalog *c, struct seshat_err *err)
{
	int64_t when = 0;

	return time_of(c, &when, err) < 0 ? -1 : when != 0;
}

int
ses_catalog_is_fresh(struct ses_catalog *c, struct seshat_err *err)
{
	char stamp[STAMP];
	sqlite3_stmt *st = NULL;
	int64_t when = 0;
	int n = 0;
	int rc;

	if (!ses_catalog_has_begun(c) && ses_catalog_ready(c, err) < 0)
		return -1;
	if (!is_local(c))
		return 0;
	rc = begin_kept(c, &st, &when, err);
	while (rc > 0 && (rc = ses_catalog_step(c, st, err)) > 0) {
		n++;
		rc = stamp_of(c, ses_catalog_text(st, 0), stamp, err);
		if (rc < 0 || strcmp(stamp, YOUNG) == 0 ||
		    strcmp(stamp, ses_catalog_text(st, 1)) != 0) {
			n = 0;
			break;
		}
		rc = 1;
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : n > 0;
}
