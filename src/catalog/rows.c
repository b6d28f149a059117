/*
 * The sessions' rows, as ses_vault_list has them.  Where a proof tells which
 * folders are as they were (proof.h), what is in them is not listed again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "catalog/rows.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/sessions.h"

const char *
ses_rows_name(struct ses_rows *r, const char *harness, const char *id)
{
	ses_buf_clear(&r->name);
	ses_buf_fmt(&r->name, "%s/%s", harness, id);
	return ses_buf_cstr(&r->name);
}

static const json_t *
fresh_of(struct ses_rows *r, const char *harness, const char *id)
{
	return json_object_get(r->fresh, ses_rows_name(r, harness, id));
}

static int
put_fresh(struct ses_rows *r, const json_t *fresh, struct seshat_err *err)
{
	return ses_rows_put(r->c, json_object_get(fresh, "row"),
	    ses_doc_str(fresh, "origin"), err);
}

/* The folder of its pin, as the proof has it. */
static int
is_pin_changed(const struct ses_rows *r, const char *harness)
{
	struct ses_buf key = {0};
	int is;

	ses_buf_str(&key, "ids/");
	ses_key_component(&key, harness);
	ses_buf_str(&key, "/");
	is = ses_proof_changed(&r->proof, ses_buf_cstr(&key)) || key.bad;
	ses_buf_free(&key);
	return is;
}

/* Put the row of a session that no index lists; *is: there is one.  Its folder
 * is stamped first: what comes into it later is news. */
static int
ask(struct ses_rows *r, const char *harness, const char *id, int *is,
    struct seshat_err *err)
{
	struct ses_where w = {NULL, harness, id};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf project = {0};
	struct ses_buf key = {0};
	json_t *row = NULL;
	int rc = 0;

	(void)json_object_set_new(
	    r->asked, ses_rows_name(r, harness, id), json_true());
	if (r->proof.is_local &&
	    ses_pin_get(r->c->store, &w, &project, &ignored) == 0) {
		w.project = ses_buf_cstr(&project);
		ses_key_session(&key, &w);
		(void)ses_buf_cstr(&key);
		rc = ses_buf_check(&key, err);
		if (rc == 0)
			rc = ses_proof_add(r->c, &r->proof, key.data, err);
	}
	if (rc == 0)
		rc = ses_vault_row(r->c->store, harness, id, &row, err);
	*is = row != NULL;
	if (rc == 0 && row != NULL)
		rc = ses_rows_put(r->c, row, "", err);
	json_decref(row);
	ses_buf_free(&project);
	ses_buf_free(&key);
	return rc;
}

/* A listing of pins. */
struct listing {
	struct ses_rows *r;
	struct ses_buf nos; /* of the sessions that have one */
};

static int
see_pin(void *arg, const char *harness, const char *id, struct seshat_err *err)
{
	struct listing *l = arg;
	struct ses_rows *r = l->r;
	const json_t *fresh;
	int64_t no;
	int is = 1;

	if (ses_rows_no(r->c, harness, id, &no, err) < 0)
		return -1;
	/* one that is known has been put, or is asked again later */
	if (no == 0 || r->full) {
		is = r->full ? 0 : ses_rows_is_stray(r->c, harness, id, err);
		if (is != 0) {
			r->again = 1;
			return is < 0 ? -1 : 0;
		}
		is = 1;
		fresh = fresh_of(r, harness, id);
		if ((fresh != NULL ? put_fresh(r, fresh, err)
				   : ask(r, harness, id, &is, err)) < 0)
			return -1;
		if (is && no == 0 &&
		    ses_rows_no(r->c, harness, id, &no, err) < 0)
			return -1;
	}
	if (is)
		ses_buf_add(&l->nos, &no, sizeof(no));
	return ses_buf_check(&l->nos, err);
}

static int
by_number(const void *a, const void *b)
{
	int64_t x;
	int64_t y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Drop the sessions, of one harness or all, that are not among the numbers. */
static int
drop_others(struct listing *l, const char *harness, struct seshat_err *err)
{
	struct ses_catalog *c = l->r->c;
	sqlite3_stmt *st = ses_catalog_st(c, SES_SQL_SESSION_NAMES, err);
	json_t *gone = json_array();
	size_t n = l->nos.len / sizeof(int64_t);
	int64_t no;
	size_t i;
	int rc = -1;

	if (n > 0)
		qsort(l->nos.data, n, sizeof(int64_t), by_number);
	if (st != NULL && harness != NULL)
		(void)sqlite3_bind_text(st, 1, harness, -1, SQLITE_STATIC);
	while (st != NULL && (rc = ses_catalog_step(c, st, err)) > 0) {
		no = sqlite3_column_int64(st, 0);
		if ((n == 0 || bsearch(&no, l->nos.data, n, sizeof(int64_t),
				   by_number) == NULL) &&
		    json_array_append_new(
			gone, json_pack("[s,s]", ses_catalog_text(st, 1),
				  ses_catalog_text(st, 2))) < 0) {
			rc = ses_fail_nomem(err);
			break;
		}
	}
	ses_catalog_done(st);
	for (i = 0; rc == 0 && i < json_array_size(gone); i++) {
		const json_t *v = json_array_get(gone, i);

		rc = ses_rows_drop(c, json_string_value(json_array_get(v, 0)),
		    json_string_value(json_array_get(v, 1)), err);
	}
	json_decref(gone);
	return rc;
}

static int
list_pins(struct ses_rows *r, const char *prefix, const char *harness,
    struct seshat_err *err)
{
	struct listing l = {.r = r};
	int rc = ses_vault_pins(r->c->store, prefix, see_pin, &l, err);

	if (rc == 0)
		rc = drop_others(&l, harness, err);
	ses_buf_free(&l.nos);
	return rc;
}

/* The harness of a folder "ids/<harness>/", which must be the only one of it:
 * 1, or 0 where it is not spelt as we do, or -1. */
static int
harness_of(const char *key, struct ses_buf *harness, struct seshat_err *err)
{
	const char *name = key + strlen("ids/");
	struct ses_buf again = {0};
	int rc;

	ses_buf_clear(harness);
	rc = ses_key_decode(harness, name, strlen(name) - 1) == 0;
	ses_key_component(&again, ses_buf_cstr(harness));
	ses_buf_str(&again, "/");
	if (rc > 0)
		rc = strcmp(ses_buf_cstr(&again), name) == 0;
	if (ses_buf_check(harness, err) < 0 || ses_buf_check(&again, err) < 0)
		rc = -1;
	ses_buf_free(&again);
	return rc;
}

/* List the folders of pins that changed: 1; 0, all are to be listed; or -1. */
static int
changed_pins(struct ses_rows *r, struct seshat_err *err)
{
	struct ses_buf harness = {0};
	const char *key;
	json_t *v;
	int rc = 1;

	json_object_foreach(r->proof.now, key, v)
	{
		if (!ses_str_starts(key, "ids/") || key[4] == '\0')
			continue;
		rc = harness_of(key, &harness, err);
		if (rc <= 0)
			break;
		if (ses_proof_changed(&r->proof, key) &&
		    list_pins(r, key, harness.data, err) < 0) {
			rc = -1;
			break;
		}
	}
	json_object_foreach(r->proof.old, key, v)
	{
		if (rc <= 0 || !ses_str_starts(key, "ids/") || key[4] == '\0' ||
		    json_object_get(r->proof.now, key) != NULL)
			continue;
		/* the folder is gone, and all that was in it */
		rc = harness_of(key, &harness, err);
		if (rc > 0 && drop_others(&(struct listing){.r = r},
				  harness.data, err) < 0)
			rc = -1;
	}
	ses_buf_free(&harness);
	return rc;
}

static int
pins(struct ses_rows *r, struct seshat_err *err)
{
	int rc = 0;

	if (r->proof.is_local && !r->full &&
	    json_object_size(r->proof.old) > 0 &&
	    !ses_proof_any(&r->proof, "removed/"))
		rc = changed_pins(r, err);
	if (rc == 0)
		rc = list_pins(r, "ids/", NULL, err);
	return rc < 0 ? -1 : 0;
}

/* Sessions that no index listed: ask those again that may say something else
 * now. */
static int
ask_again(struct ses_rows *r, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(r->c, SES_SQL_ORIGIN_OF, err);
	json_t *all = json_array();
	struct ses_buf key = {0};
	size_t i;
	int is;
	int rc = -1;

	if (st != NULL)
		(void)sqlite3_bind_text(st, 1, "", -1, SQLITE_STATIC);
	while (st != NULL && (rc = ses_catalog_step(r->c, st, err)) > 0)
		if (json_array_append_new(all,
			json_pack("[s,s,s]", ses_catalog_text(st, 0),
			    ses_catalog_text(st, 1), ses_catalog_text(st, 2))) <
		    0) {
			rc = ses_fail_nomem(err);
			break;
		}
	ses_catalog_done(st);
	for (i = 0; rc == 0 && i < json_array_size(all); i++) {
		const json_t *v = json_array_get(all, i);
		struct ses_where w = {json_string_value(json_array_get(v, 2)),
		    json_string_value(json_array_get(v, 0)),
		    json_string_value(json_array_get(v, 1))};

		ses_buf_clear(&key);
		ses_key_session(&key, &w);
		(void)ses_buf_cstr(&key);
		rc = ses_buf_check(&key, err);
		if (rc < 0 || json_object_get(r->asked,
				  ses_rows_name(r, w.harness, w.id)) != NULL)
			continue;
		/* without a project there is no folder */
		if (r->proof.is_local && w.project[0] != '\0')
			rc = ses_proof_add(r->c, &r->proof, key.data, err);
		if (rc < 0 || (!ses_proof_changed(&r->proof, key.data) &&
				  !is_pin_changed(r, w.harness)))
			continue;
		rc = ask(r, w.harness, w.id, &is, err);
		if (rc == 0 && !is)
			rc = ses_rows_drop(r->c, w.harness, w.id, err);
	}
	json_decref(all);
	ses_buf_free(&key);
	return rc;
}

/* A removal that was killed half-way: removed all the same. */
static int
see_removed(
    void *arg, const char *harness, const char *id, struct seshat_err *err)
{
	const struct ses_rows *r = arg;

	return ses_rows_drop(r->c, harness, id, err);
}

/* Whether a session that its index lists no more is there all the same. */
static int
is_lost(struct ses_rows *r, struct seshat_err *err)
{
	const char *harness;
	const char *id;
	const json_t *v;
	int64_t no = 0;
	size_t i;

	for (i = 0; no == 0 && i < json_array_size(r->lost); i++) {
		v = json_array_get(r->lost, i);
		harness = json_string_value(json_array_get(v, 0));
		id = json_string_value(json_array_get(v, 1));
		/* another index may list it */
		if (fresh_of(r, harness, id) == NULL &&
		    ses_rows_no(r->c, harness, id, &no, err) < 0)
			return -1;
	}
	return no != 0;
}

/* The rows that were read of sessions that are known. */
static int
put_known(struct ses_rows *r, struct seshat_err *err)
{
	const char *name;
	json_t *fresh;
	json_t *row;
	int64_t no;

	json_object_foreach(r->fresh, name, fresh)
	{
		row = json_object_get(fresh, "row");
		if (ses_rows_no(r->c, ses_doc_str(row, "harness"),
			ses_doc_str(row, "id"), &no, err) < 0 ||
		    (no != 0 && put_fresh(r, fresh, err) < 0))
			return -1;
	}
	return 0;
}

/* Those that were read of sessions that are not there. */
static int
put_strays(struct ses_rows *r, struct seshat_err *err)
{
	const char *name;
	json_t *fresh;
	json_t *row;
	const char *id;
	int64_t no;

	json_object_foreach(r->fresh, name, fresh)
	{
		row = json_object_get(fresh, "row");
		id = ses_doc_str(row,
		    json_object_get(row, "id") != NULL ? "id" : "session_id");
		if (ses_rows_no(
			r->c, ses_doc_str(row, "harness"), id, &no, err) < 0 ||
		    (no == 0 && ses_rows_stray(r->c,
				    ses_doc_str(row, "harness"), id, err) < 0))
			return -1;
	}
	return 0;
}

/* 1: all over again, full. */
static int
rows(struct ses_rows *r, struct seshat_err *err)
{
	int lost;

	if (r->full && ses_catalog_exec(r->c, "DELETE FROM stray;", err) < 0)
		return -1;
	if ((!r->proof.is_local || r->full ||
		ses_proof_any(&r->proof, "index/")) &&
	    (ses_rows_indexes(r, err) < 0 || put_known(r, err) < 0))
		return -1;
	if (pins(r, err) < 0 || ask_again(r, err) < 0)
		return -1;
	if ((!r->proof.is_local || r->full ||
		ses_proof_any(&r->proof, "removed/") ||
		ses_proof_any(&r->proof, "ids/")) &&
	    ses_vault_pins(r->c->store, "removed/", see_removed, r, err) < 0)
		return -1;
	if (put_strays(r, err) < 0)
		return -1;
	lost = r->full || r->again ? 0 : is_lost(r, err);
	return lost < 0 ? -1 : lost || (r->again && !r->full);
}

static int
once(struct ses_ingest *in, int full, struct seshat_err *err)
{
	struct ses_rows r = {.in = in,
	    .c = in->c,
	    .full = full,
	    .fresh = json_object(),
	    .lost = json_array(),
	    .asked = json_object()};
	int rc = ses_proof_take(in->c, &r.proof, err);

	ses_doc_begin();

	if (rc == 0)
		rc = rows(&r, err);
	if (rc == 0 && ses_doc_check(err) < 0)
		rc = -1;
	if (rc == 0)
		rc = ses_proof_keep(in->c, &r.proof, err);
	ses_proof_free(&r.proof);
	json_decref(r.fresh);
	json_decref(r.lost);
	json_decref(r.asked);
	ses_buf_free(&r.name);
	return rc;
}

int
ses_catalog_rows(struct ses_ingest *in, struct seshat_err *err)
{
	int rc = once(in, 0, err);

	return rc > 0 ? once(in, 1, err) : rc;
}
