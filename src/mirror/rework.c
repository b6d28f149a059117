/* Changing what is stored of a session, from the store alone. */
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "mirror/known.h"
#include "mirror/rework.h"
#include "vault/doc.h"
#include "vault/summary.h"

#define DAY_MS INT64_C(86400000)

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct ses_rework *k = arg;
	const char *name = o->key + k->prefix;
	struct ses_rework_object a = {.mtime = o->mtime};
	struct ses_rework_object *v;
	int kind = ses_key_kind(name, a.stream, &a.first);

	a.last = a.first;
	a.merged = kind == SES_OBJECT_MERGED;
	if ((!a.merged && kind != SES_OBJECT_PART) ||
	    (a.merged && ses_key_merged_range(name, &a.first, &a.last) < 0))
		return 0;
	memcpy(a.name, name, strlen(name));
	v = ses_grow(k->v, k->n, &k->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	k->v = v;
	k->v[k->n++] = a;
	return 0;
}

static int
list_objects(struct ses_rework *k, struct seshat_err *err)
{
	struct ses_buf prefix = {0};
	struct ses_store_list what = {0};
	int rc;

	ses_key_session(&prefix, &k->f.where);
	what.prefix = ses_buf_cstr(&prefix);
	k->prefix = prefix.len;
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(k->f.m->store, &what, see, k, err);
	ses_buf_free(&prefix);
	if (rc < 0)
		return -1;
	k->old = ses_calloc(k->n + 1, sizeof(*k->old));
	return k->old == NULL ? ses_fail_nomem(err) : 0;
}

static int
by_name(const void *name, const void *object)
{
	return strcmp(name, ((const struct ses_rework_object *)object)->name);
}

const struct ses_rework_object *
ses_rework_object(const struct ses_rework *k, const char *name)
{
	return k->n == 0 ? NULL
			 : bsearch(name, k->v, k->n, sizeof(*k->v), by_name);
}

int
ses_rework_time(struct ses_rework *k, struct seshat_err *err)
{
	return k->now != 0 ? 0 : ses_store_now(k->f.m->store, &k->now, err);
}

int
ses_rework_may_write(
    struct ses_rework *k, const struct ses_stream *st, struct seshat_err *err)
{
	char ago[SES_TIME_MAX];

	if (st->doc == NULL || ses_flush_is_owned(&k->f, st))
		return 1;
	if (!k->take_over)
		return 0;
	if (ses_rework_time(k, err) < 0)
		return -1;
	if (k->now - st->put_at > DAY_MS)
		return 1;
	ses_time_ago(st->put_at, k->now, ago);
	return ses_fail(err, SESHAT_ECONFLICT,
	    "'%s' wrote stream %s last %s: it can be taken over when it has "
	    "been silent for 24 hours",
	    ses_doc_str(st->doc, "host"), st->id, ago);
}

/* The entries of the parts that the checkpoint does not list, into to. */
static int
fetch_unlisted(struct ses_rework *k, const struct ses_stream *st, json_t *to,
    struct seshat_err *err)
{
	struct ses_buf redactions = {0};
	size_t i;
	int rc = 0;

	for (i = st->n_listed; i < st->n && rc == 0; i++) {
		ses_buf_clear(&redactions);
		rc = ses_stream_fetch(k->f.m->store, &k->f.where, &st->parts[i],
		    &redactions, err);
		if (rc == 0 && json_array_append_new(
				   to, ses_entry_format(&st->parts[i],
					   ses_buf_cstr(&redactions))) < 0)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&redactions);
	return rc;
}

int
ses_rework_list_all(
    struct ses_rework *k, const struct ses_stream *st, struct seshat_err *err)
{
	const struct ses_state_source *src = ses_rework_state(k, st);
	json_t *more = json_array();
	char hex[SES_SHA256_HEX];
	int rc = fetch_unlisted(k, st, more, err);

	if (rc < 0 && ses_flush_is_damage(err)) {
		json_decref(more);
		return 0;
	}
	if (rc < 0 || json_array_size(more) == 0)
		goto out;
	(void)json_array_extend(json_object_get(st->doc, "parts"), more);
	ses_doc_set_u64(st->doc, "cursor", ses_stream_resume(st));
	ses_doc_set_u64(st->doc, "next_seq", st->next_seq);
	ses_doc_set_time(st->doc, "last_event_at", st->last_event);
	ses_doc_set_time(st->doc, "ended_at", 0);
	ses_doc_set_str(st->doc, "end_reason", NULL);
	/* only the state, where it is, knows the hash of them */
	if (src != NULL && src->has_sha)
		ses_sha256_hex(&src->sha, hex);
	ses_doc_set_str(st->doc, "transcript_sha256_so_far",
	    src == NULL || !src->has_sha ? NULL
	    : src->torn_sha[0] != '\0'   ? src->torn_sha
					 : hex);
out:
	json_decref(more);
	return rc < 0 || ses_doc_check(err) < 0 ? -1 : 1;
}

int
ses_rework_drop(struct ses_rework *k, const char *name, struct seshat_err *err)
{
	k->old[k->n_old] = ses_str_dup(name);
	return k->old[k->n_old++] == NULL ? ses_fail_nomem(err) : 0;
}

struct ses_state_source *
ses_rework_state(struct ses_rework *k, const struct ses_stream *st)
{
	struct ses_state_source *src;
	size_t i;

	for (i = 0; i < k->f.state.n; i++) {
		src = &k->f.state.v[i];
		if (strcmp(src->stream, st->id) == 0)
			return ses_flush_fits_state(src, st) ? src : NULL;
	}
	return NULL;
}

int
ses_rework_save(struct ses_rework *k, struct seshat_err *err)
{
	if (k->f.state.n > 0 || json_array_size(k->f.state.merging) > 0)
		return ses_flush_save(&k->f, err);
	ses_flush_forget(&k->f);
	return 0;
}

int
ses_rework_own(struct ses_rework *k, const struct ses_stream *st)
{
	int taken = !ses_flush_is_owned(&k->f, st);

	ses_doc_set_str(st->doc, "owner", k->f.m->owner.id);
	if (taken)
		ses_doc_set_str(st->doc, "host", k->f.m->owner.host);
	return taken;
}

static int
put_checkpoint(
    struct ses_rework *k, const struct ses_stream *st, struct seshat_err *err)
{
	struct ses_state_source *src = ses_rework_state(k, st);
	struct ses_buf key = {0};
	uint64_t next = ses_doc_u64(st->doc, "next_seq");
	uint64_t rev = ses_doc_u64(st->doc, "rev") + 1;
	int rc;

	ses_doc_set_u64(st->doc, "schema_version",
	    ses_entries_schema(json_object_get(st->doc, "parts")));
	ses_doc_set_str(st->doc, "writer", "seshat " SESHAT_VERSION);
	ses_doc_set_u64(st->doc, "rev", rev);
	ses_doc_set_time(st->doc, "updated_at", ses_time_now());
	ses_key_session(&key, &k->f.where);
	ses_buf_fmt(&key, "stream-%s.json", st->id);
	rc = ses_doc_put_over(
	    k->f.m->store, ses_buf_cstr(&key), st->doc, st->tag, err);
	ses_buf_free(&key);
	if (rc < 0)
		return -1;
	k->written = 1;
	if (src != NULL)
		src->rev = rev;
	if (src != NULL && src->next_seq != next)
		src = NULL; /* the rest is damaged */
	if (src != NULL) {
		src->checkpoint_seq = src->next_seq;
		(void)json_array_clear(src->pending);
	}
	ses_flush_merged(&k->f, src, st->doc);
	return ses_rework_save(k, err);
}

static int
delete_old(struct ses_rework *k, uint64_t *deleted, struct seshat_err *err)
{
	struct ses_batch b = {.s = k->f.m->store};
	size_t i;
	int rc = 0;

	for (i = 0; i < k->n_old; i++) {
		if (rc == 0)
			rc = ses_flush_drop(&k->f, &b, k->old[i], err);
		free(k->old[i]);
	}
	if (rc == 0)
		rc = ses_batch_flush(&b, err);
	*deleted += rc == 0 ? k->n_old : 0;
	k->n_old = 0;
	ses_batch_free(&b);
	return rc;
}

int
ses_rework_commit(struct ses_rework *k, const struct ses_stream *st,
    uint64_t *deleted, struct seshat_err *err)
{
	return put_checkpoint(k, st, err) < 0 ? -1
					      : delete_old(k, deleted, err);
}

/* As the store has it now, into the summary. */
static int
fill_in(struct ses_rework *k, const struct ses_stream *st, json_t *doc,
    struct seshat_err *err)
{
	static const char *const sums[] = {"total_source_bytes",
	    "total_uploaded_bytes", "stored_bytes", "lines", "last_event_at",
	    "ended_at"};
	const json_t *parts = json_object_get(st->doc, "parts");
	struct ses_state_source all = {0};
	json_t *now = NULL;
	size_t i;

	if (ses_vault_summary(k->f.m->store, &k->f.where, st->id, &now, err) <
	    0)
		return -1;
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		(void)json_object_set(
		    doc, sums[i], json_object_get(now, sums[i]));
	json_decref(now);
	ses_state_recount(&all, parts);
	(void)json_object_set_new(doc, "redaction_counts", all.redactions);
	(void)json_object_set(doc, "parts", json_object_get(st->doc, "parts"));
	/* or a row of the same time, with more bytes, goes before this one */
	if (k->when > ses_doc_time(doc, "last_uploaded_at"))
		ses_doc_set_time(doc, "last_uploaded_at", k->when);
	return ses_doc_check(err);
}

/* meta.json lists the parts, for other programs, and listings say how much is
 * stored. */
static int
put_summaries(
    struct ses_rework *k, const struct ses_streams *l, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	const struct ses_stream *st = NULL;
	json_t *doc;
	int rc = 0;

	ses_key_session(&key, &k->f.where);
	ses_buf_str(&key, "meta.json");
	doc = ses_doc_get(k->f.m->store, ses_buf_cstr(&key), &ignored);
	if (doc == NULL && ignored.code == SESHAT_ENOMEM)
		rc = ses_fail_nomem(err);
	if (doc != NULL)
		st = ses_streams_named(l, ses_doc_str(doc, "stream"));
	if (st == NULL)
		goto out; /* its next mirror writes one */
	rc = fill_in(k, st, doc, err);
	if (rc < 0)
		goto out;
	rc = ses_doc_put(
	    k->f.m->store, key.data, doc, SES_PUT_CACHE | SES_PUT_INSIDE, err);
	(void)json_object_del(doc, "parts");
	(void)json_object_del(doc, "redaction_counts");
	ses_doc_set_str(doc, "id", k->f.where.id);
	k->f.r->meta = json_incref(doc);
out:
	json_decref(doc);
	ses_buf_free(&key);
	return rc;
}

static int
work_on(struct ses_rework *k, ses_rework_fn *work, void *arg,
    struct seshat_err *err)
{
	struct ses_streams l = {0};
	int rc = ses_streams_load(k->f.m->store, &k->f.where, &l, err);

	if (rc == 0)
		rc = list_objects(k, err);
	if (rc == 0)
		rc = work(arg, k, &l, err);
	if (rc == 0 && k->written)
		rc = put_summaries(k, &l, err);
	ses_streams_free(&l);
	return rc;
}

/* Under the lock. */
static int
load_and_work(struct ses_rework *k, ses_rework_fn *work, void *arg,
    struct seshat_err *err)
{
	struct ses_flush *f = &k->f;
	struct ses_mirror *m = f->m;

	if (ses_state_load(&f->state, f->state_path.data, m->owner.id, err) <
		0 ||
	    ses_flush_use_project(f, f->where.project, err) < 0)
		return -1;
	return work_on(k, work, arg, err);
}

static void
release(struct ses_rework *k)
{
	ses_flush_result_free(k->f.r);
	while (k->n_old > 0)
		free(k->old[--k->n_old]);
	free(k->old);
	free(k->v);
	ses_flush_free(&k->f);
}

static int
begin(struct ses_rework *k, struct ses_mirror *m, const struct ses_where *w,
    struct ses_flush_result *r, struct seshat_err *err)
{
	*k = (struct ses_rework){
	    .f = {.m = m, .where = *w, .r = r}, .take_over = k->take_over};
	ses_doc_begin();
	return ses_state_path(
	    m->state_dir, w->harness, w->id, &k->f.state_path, err);
}

int
ses_rework(struct ses_rework *k, struct ses_mirror *m,
    const struct ses_where *w, ses_rework_fn *work, void *arg,
    struct seshat_err *err)
{
	struct ses_flush_result r = {0};
	struct ses_buf name = {0};
	int rc = -1;

	ses_buf_fmt(&name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&name);
	if (begin(k, m, w, &r, err) < 0 || ses_buf_check(&name, err) < 0)
		goto out;
	rc = ses_lock_take(m->lock, name.data, err);
	if (rc == 0)
		rc = load_and_work(k, work, arg, err);
	ses_lock_drop(m->lock, name.data);
	k->f.where.project = w->project; /* the state's copy goes now */
	if (rc == 0)
		rc = ses_flush_update_index(&k->f, err);
out:
	release(k);
	ses_buf_free(&name);
	return rc;
}

int
ses_rework_look(struct ses_rework *k, struct ses_mirror *m,
    const struct ses_where *w, ses_rework_fn *work, void *arg,
    struct seshat_err *err)
{
	struct ses_flush_result r = {0};
	int rc;

	rc = begin(k, m, w, &r, err);
	if (rc == 0)
		rc = work_on(k, work, arg, err);
	release(k);
	return rc;
}
