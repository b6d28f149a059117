/*
 * What indexes say of sessions, as ses_vault_list takes it: of each index the
 * row that it would hand out, and of several indexes' the one that was written
 * last, or else the first in the order of their keys.  Only objects that were
 * not read before are read; what was read is in the sessions' rows.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "catalog/rows.h"
#include "vault/doc.h"
#include "vault/index.h"

/* The objects of the indexes, by their origin: {"all": [keys], "new": {key:
 * stamp}, "reset": what was read of it is not there any more}. */
struct objects {
	struct ses_rows *r;
	json_t *owners;
	json_t *keys; /* that were read before, and are not seen yet */
};

static json_t *
owner_of(json_t *owners, const char *key)
{
	const char *slash = strrchr(key, '/');
	struct ses_buf name = {0};
	json_t *o;

	ses_buf_add(&name, key, slash == NULL ? 0 : (size_t)(slash - key) + 1);
	o = json_object_get(owners, ses_buf_cstr(&name));
	if (o == NULL) {
		o = json_pack("{s:[],s:{},s:b}", "all", "new", "reset", 0);
		(void)json_object_set_new(owners, ses_buf_cstr(&name), o);
	}
	ses_buf_free(&name);
	return o;
}

/* An object of an index: has it been read as it is? */
static int
see_index(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct objects *l = arg;
	struct ses_catalog *c = l->r->c;
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_INDEX_GET, err);
	json_t *owner = owner_of(l->owners, o->key);
	char stamp[64];
	int rc;

	if (st == NULL)
		return -1;
	(void)json_array_append_new(
	    json_object_get(owner, "all"), json_string(o->key));
	(void)snprintf(stamp, sizeof(stamp), "%llu %lld",
	    (unsigned long long)o->size, (long long)o->mtime);
	(void)sqlite3_bind_text(st, 1, o->key, -1, SQLITE_STATIC);
	rc = ses_catalog_step(c, st, err);
	if (rc > 0 && strcmp(ses_catalog_text(st, 0), stamp) == 0) {
		/* what is read before this one did not count as it does now */
		if (json_object_size(json_object_get(owner, "new")) > 0)
			(void)json_object_set_new(owner, "reset", json_true());
	} else if (rc >= 0) {
		(void)json_object_set_new(
		    json_object_get(owner, "new"), o->key, json_string(stamp));
		if (rc > 0)
			(void)json_object_set_new(owner, "reset", json_true());
	}
	ses_catalog_done(st);
	(void)json_object_del(l->keys, o->key);
	return rc < 0 ? -1 : 0;
}

static int
load_keys(struct objects *l, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(l->r->c, SES_SQL_INDEXED, err);
	int rc = -1;

	while (st != NULL && (rc = ses_catalog_step(l->r->c, st, err)) > 0)
		(void)json_object_set_new(
		    l->keys, ses_catalog_text(st, 0), json_true());
	ses_catalog_done(st);
	return rc;
}

/* Those that were deleted: another one has their rows now, or none. */
static int
forget_keys(struct objects *l, struct seshat_err *err)
{
	sqlite3_stmt *st;
	const char *key;
	json_t *v;

	json_object_foreach(l->keys, key, v)
	{
		(void)json_object_set_new(
		    owner_of(l->owners, key), "reset", json_true());
		st = ses_catalog_st(l->r->c, SES_SQL_INDEX_DEL, err);
		if (st == NULL)
			return -1;
		(void)sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
		if (ses_catalog_run(l->r->c, st, err) < 0)
			return -1;
	}
	return 0;
}

/* What the catalog has of a session. */
struct known {
	json_t *row; /* owned; NULL: nothing */
	struct ses_buf origin;
};

static int
find_known(struct ses_rows *r, const json_t *row, struct known *k,
    struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc = 0;

	*k = (struct known){0};
	if (r->full)
		return 0;
	st = ses_catalog_st(r->c, SES_SQL_SESSION_ROW, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(
	    st, 1, ses_doc_str(row, "harness"), -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(
	    st, 2, ses_doc_str(row, "id"), -1, SQLITE_STATIC);
	rc = ses_catalog_step(r->c, st, err);
	if (rc > 0) {
		ses_buf_str(&k->origin, ses_catalog_text(st, 2));
		k->row = ses_doc_parse(ses_catalog_text(st, 1),
		    (size_t)sqlite3_column_bytes(st, 1), err);
		if (k->row == NULL)
			rc = ses_catalog_damaged(r->c, "a session's row", err);
	}
	(void)ses_buf_cstr(&k->origin);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

static void
known_free(struct known *k)
{
	json_decref(k->row);
	ses_buf_free(&k->origin);
}

/* One index at a time: of its rows for a session the one that counts. */
struct folding {
	struct ses_rows *r;
	const char *origin;
	int is_whole; /* all of it is read */
	json_t *set;  /* "harness/id": row */
};

static int
fold_row(void *arg, json_t *row, struct seshat_err *err)
{
	struct folding *f = arg;
	const char *name = ses_rows_name(
	    f->r, ses_doc_str(row, "harness"), ses_doc_str(row, "id"));
	const json_t *old = json_object_get(f->set, name);
	struct known k = {0};
	int rc = 0;

	if (old == NULL && !f->is_whole) {
		rc = find_known(f->r, row, &k, err);
		if (rc == 0 && k.row != NULL &&
		    strcmp(k.origin.data, f->origin) == 0)
			old = k.row;
	}
	if (rc == 0 && (old == NULL || !ses_index_is_newer(old, row)) &&
	    json_object_set(f->set, name, row) < 0)
		rc = ses_fail_nomem(err);
	known_free(&k);
	return rc;
}

/* Whether a row counts more than one of another index. */
static int
is_better(const json_t *row, const char *origin, const json_t *other,
    const char *its_origin)
{
	int64_t when = ses_doc_time(row, "last_uploaded_at");
	int64_t its = ses_doc_time(other, "last_uploaded_at");

	return when != its ? when > its : strcmp(origin, its_origin) < 0;
}

/* A row that an index would hand out. */
static int
offer(const struct folding *f, const char *name, json_t *row,
    struct seshat_err *err)
{
	const json_t *other = json_object_get(f->r->fresh, name);
	struct known k = {0};
	int is = 1;

	if (find_known(f->r, row, &k, err) < 0)
		return -1;
	if (k.row != NULL && strcmp(k.origin.data, f->origin) == 0 &&
	    ses_doc_time(row, "last_uploaded_at") <
		ses_doc_time(k.row, "last_uploaded_at"))
		f->r->again = 1;
	if (other != NULL)
		is = is_better(row, f->origin, json_object_get(other, "row"),
		    ses_doc_str(other, "origin"));
	else if (k.row != NULL && k.origin.len > 0 &&
		 strcmp(k.origin.data, f->origin) != 0)
		is = is_better(row, f->origin, k.row, k.origin.data);
	known_free(&k);
	if (is)
		(void)json_object_set_new(f->r->fresh, name,
		    json_pack("{s:O,s:s}", "row", row, "origin", f->origin));
	return 0;
}

/* Sessions whose row is of this index, which does not list them any more. */
static int
find_lost(const struct folding *f, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(f->r->c, SES_SQL_ORIGIN_OF, err);
	const char *harness;
	const char *id;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, f->origin, -1, SQLITE_STATIC);
	while ((rc = ses_catalog_step(f->r->c, st, err)) > 0) {
		harness = ses_catalog_text(st, 0);
		id = ses_catalog_text(st, 1);
		if (json_object_get(f->set, ses_rows_name(f->r, harness, id)) ==
		    NULL)
			(void)json_array_append_new(f->r->lost,
			    json_pack("[s,s,s]", harness, id, f->origin));
	}
	ses_catalog_done(st);
	return rc;
}

static int
put_key(struct ses_catalog *c, const char *key, const char *stamp,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_INDEX_PUT, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 2, stamp, -1, SQLITE_STATIC);
	return ses_catalog_run(c, st, err);
}

/* Read what is to be read of one index. */
static int
read_owner(struct folding *f, const json_t *owner, struct seshat_err *err)
{
	const json_t *all = json_object_get(owner, "all");
	json_t *fresh = json_object_get(owner, "new");
	const char *key;
	const char *name;
	const char *stamp;
	json_t *row;
	size_t i;

	for (i = 0; i < json_array_size(all); i++) {
		key = json_string_value(json_array_get(all, i));
		stamp = ses_doc_str(fresh, key);
		if (!f->is_whole && stamp[0] == '\0')
			continue;
		if (ses_index_object(f->r->c->store, key, fold_row, f, err) < 0)
			return -1;
		if (stamp[0] != '\0' && put_key(f->r->c, key, stamp, err) < 0)
			return -1;
	}
	json_object_foreach(f->set, name, row)
	{
		if (offer(f, name, row, err) < 0)
			return -1;
	}
	return f->is_whole && !f->r->full ? find_lost(f, err) : 0;
}

static int
read_owners(struct ses_rows *r, json_t *owners, struct seshat_err *err)
{
	const char *origin;
	json_t *owner;
	int rc = 0;

	json_object_foreach(owners, origin, owner)
	{
		struct folding f = {.r = r,
		    .origin = origin,
		    .is_whole = r->full ||
				json_is_true(json_object_get(owner, "reset"))};

		if (!f.is_whole &&
		    json_object_size(json_object_get(owner, "new")) == 0)
			continue;
		f.set = json_object();
		rc = f.set == NULL ? ses_fail_nomem(err)
				   : read_owner(&f, owner, err);
		json_decref(f.set);
		if (rc < 0)
			break;
	}
	return rc;
}

int
ses_rows_indexes(struct ses_rows *r, struct seshat_err *err)
{
	struct objects l = {
	    .r = r, .owners = json_object(), .keys = json_object()};
	int rc = -1;

	ses_doc_begin();
	if (load_keys(&l, err) == 0 &&
	    ses_index_objects(r->c->store, see_index, &l, err) == 0 &&
	    forget_keys(&l, err) == 0)
		rc = read_owners(r, l.owners, err);
	json_decref(l.owners);
	json_decref(l.keys);
	return rc < 0 ? -1 : ses_doc_check(err);
}
