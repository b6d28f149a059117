/* Merging the objects of a stream, and what becomes of those replaced. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "mirror/merge.h"
#include "mirror/spool.h"
#include "pack/splice.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/plan.h"
#include "vault/read.h"

struct work {
	struct ses_flush *f;
	json_t *doc;
	json_t *parts; /* what it will list */
	struct ses_entry *v;
	size_t n;
	struct ses_splice splice;
	struct ses_buf object;
	struct ses_part_head head;
	struct ses_merge_done *done;
};

int
ses_flush_drop(struct ses_flush *f, struct ses_batch *b, const char *name,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	ses_key_session(&key, &f->where);
	ses_buf_str(&key, name);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	if (rc == 0)
		rc = ses_batch_add(b, key.data, err);
	ses_buf_free(&key);
	return rc;
}

int
ses_flush_delete(struct ses_flush *f, const char *name, struct seshat_err *err)
{
	struct ses_batch b = {.s = f->m->store};
	int rc = ses_flush_drop(f, &b, name, err);

	if (rc == 0)
		rc = ses_batch_flush(&b, err);
	ses_batch_free(&b);
	return rc;
}

int
ses_flush_is_damage(const struct seshat_err *err)
{
	return err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT ||
	       err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ELIMIT;
}

int
ses_flush_get_member(struct ses_flush *f, const char *stream,
    const struct ses_entry *e, struct ses_buf *object,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();

	if (ses_spool_get(f, stream, e->name, object)) {
		/* a bad one must not get half into what is made of it */
		if (ses_part_open(object, e, &none, head, err) == 0)
			return ses_part_open(object, e, sink, head, err);
		ses_spool_drop(f, stream, e->name);
	}
	return ses_part_get(f->m->store, &f->where, e, object, sink, head, err);
}

/* Into the splice: 1, 0 when it is damaged, -1. */
static int
add_member(struct work *k, const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_sink sink = ses_splice_sink(&k->splice);

	/* a part follows, which has the line again */
	if (e->torn)
		return 1;
	if (ses_flush_get_member(k->f, ses_doc_str(k->doc, "stream"), e,
		&k->object, &sink, &k->head, err) == 0 &&
	    ses_splice_add(
		&k->splice, k->object.data, k->object.len, &k->head, err) == 0)
		return 1;
	if (!ses_flush_is_damage(err))
		return -1;
	ses_log(SES_DEBUG, "%s is not merged: %s", e->name, err->msg);
	k->done->damaged++;
	return 0;
}

/* Remember the name before there is an object that has it. */
static int
note(struct ses_flush *f, const char *name, struct seshat_err *err)
{
	if (f->state.merging == NULL)
		f->state.merging = json_array();
	if (json_array_append_new(f->state.merging, json_string(name)) < 0)
		return ses_fail_nomem(err);
	return ses_flush_save(f, err);
}

int
ses_flush_put_merged(struct ses_flush *f, const struct ses_entry *e,
    const struct ses_put *object, int64_t *when, struct seshat_err *err)
{
	struct ses_put what = *object;
	struct ses_buf key = {0};
	int rc;

	ses_key_session(&key, &f->where);
	ses_buf_str(&key, e->name);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	if (rc == 0)
		rc = note(f, e->name, err);
	what.how = SES_PUT_CREATE | SES_PUT_INSIDE;
	if (rc == 0)
		rc = ses_store_put(f->m->store, key.data, &what, when, err);
	ses_buf_free(&key);
	return rc;
}

void
ses_relist_keep(const json_t *doc, json_t *parts, size_t lo, size_t hi)
{
	const json_t *old = json_object_get(doc, "parts");

	for (; lo < hi; lo++)
		(void)json_array_append(parts, json_array_get(old, lo));
}

/* Store what was spliced, which takes the place of objects lo to hi - 1. */
static int
put_merged(struct work *k, size_t lo, size_t hi, struct seshat_err *err)
{
	struct ses_entry e = {
	    .first = k->v[lo].first, .last = k->v[hi - 1].last};
	char random[9];
	uint64_t body;

	ses_buf_clear(&k->object);
	if (ses_splice_close(&k->splice, &k->object, &body, err) < 0) {
		if (!ses_flush_is_damage(err))
			return -1;
		ses_log(SES_DEBUG, "parts %u to %u are not merged: %s", e.first,
		    e.last, err->msg);
		k->done->damaged++;
		ses_relist_keep(k->doc, k->parts, lo, hi);
		return 0;
	}
	ses_rand_hex(random, 8);
	ses_key_merged(
	    e.name, ses_doc_str(k->doc, "stream"), e.first, e.last, random);
	ses_entry_of_head(
	    &e, &k->splice.head, body, k->object.len, k->splice.crc);
	if (ses_flush_put_merged(k->f, &e,
		&(struct ses_put){.data = k->object.data, .len = k->object.len},
		&k->done->when, err) < 0)
		return -1;
	ses_spool_keep(k->f, ses_doc_str(k->doc, "stream"), &e, k->object.data,
	    k->object.len);
	if (json_array_append_new(
		k->parts, ses_entry_format(&e, k->splice.head.redactions)) < 0)
		return ses_fail_nomem(err);
	k->done->merged += hi - lo;
	k->done->made++;
	k->done->moved += k->object.len;
	for (; lo < hi; lo++) {
		ses_garbage_add(k->doc, &k->v[lo], k->done->when);
		ses_spool_drop(
		    k->f, ses_doc_str(k->doc, "stream"), k->v[lo].name);
	}
	return 0;
}

/* Objects lo to hi - 1 into one; a damaged one stays, between two. */
static int
merge_run(void *arg, size_t lo, size_t hi, struct seshat_err *err)
{
	struct work *k = arg;
	int rows = strcmp(ses_doc_str(k->doc, "cursor_unit"), "row") == 0;
	size_t i;
	int rc;

	for (; lo < hi; lo = i + 1) {
		ses_splice_begin(&k->splice, rows);
		rc = 1;
		for (i = lo; i < hi && rc > 0; i += rc > 0)
			rc = add_member(k, &k->v[i], err);
		if (rc < 0)
			return -1;
		if (i - lo > 1 && k->splice.n > 0) {
			if (put_merged(k, lo, i, err) < 0)
				return -1;
		} else {
			ses_relist_keep(k->doc, k->parts, lo, i);
		}
		ses_relist_keep(k->doc, k->parts, i, i < hi ? i + 1 : i);
	}
	return 0;
}

int
ses_relist(json_t *doc, json_t *parts, size_t n, const struct ses_plan *plan,
    int (*make)(void *arg, size_t lo, size_t hi, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct ses_entry *v;
	size_t at = 0;
	size_t i;

	if (plan->n == 0)
		return 0;
	for (i = 0; i < plan->n; i++) {
		ses_relist_keep(doc, parts, at, plan->v[i].lo);
		if (make(arg, plan->v[i].lo, plan->v[i].hi, err) < 0)
			return -1;
		at = plan->v[i].hi;
	}
	ses_relist_keep(doc, parts, at, n);
	(void)json_object_set(doc, "parts", parts);
	/* nobody may find out later that something is missing */
	if (ses_doc_check(err) < 0 ||
	    ses_entries_parse(doc, 0, &v, &n, err) < 0)
		return -1;
	free(v);
	return 0;
}

size_t
ses_flush_without_tail(
    const struct ses_entry *v, size_t n, const struct ses_merge_how *how)
{
	size_t may = n;

	if (n > 0 && v[n - 1].torn)
		may--;
	if (how->keep_tail >= n)
		return 0;
	return may < n - how->keep_tail ? may : n - (size_t)how->keep_tail;
}

int
ses_flush_merge(struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct ses_merge_done *done,
    struct seshat_err *err)
{
	struct work *k = ses_calloc(1, sizeof(*k));
	struct ses_plan plan = {0};
	int rc = -1;

	if (k == NULL)
		return ses_fail_nomem(err);
	k->f = f;
	k->doc = doc;
	k->done = done;
	k->parts = json_array();
	if (ses_entries_parse(doc, 0, &k->v, &k->n, err) < 0 ||
	    ses_plan_make(&plan, k->v, ses_flush_without_tail(k->v, k->n, how),
		how->fan, err) < 0)
		goto out;
	rc = ses_relist(doc, k->parts, k->n, &plan, merge_run, k, err);
out:
	ses_plan_free(&plan);
	ses_splice_free(&k->splice);
	ses_buf_free(&k->object);
	json_decref(k->parts);
	free(k->v);
	free(k);
	return rc;
}

/* Whether name is that of a merged object of doc's stream. */
static int
is_of(const json_t *name, const json_t *doc)
{
	const char *text = json_string_value(name);
	char stream[SES_STREAM_ID];
	uint32_t unused;

	return text != NULL &&
	       ses_key_kind(text, stream, &unused) == SES_OBJECT_MERGED &&
	       strcmp(stream, ses_doc_str(doc, "stream")) == 0;
}

int
ses_flush_is_listed(const json_t *doc, const char *name)
{
	const json_t *parts = json_object_get(doc, "parts");
	size_t i;

	for (i = 0; i < json_array_size(parts); i++)
		if (strcmp(ses_doc_str(json_array_get(parts, i), "key"),
			name) == 0)
			return 1;
	return 0;
}

int
ses_flush_has_left_over(const struct ses_flush *f, const json_t *doc)
{
	const json_t *names = f->state.merging;
	size_t i;

	for (i = 0; i < json_array_size(names); i++)
		if (is_of(json_array_get(names, i), doc) &&
		    !ses_flush_is_listed(
			doc, json_string_value(json_array_get(names, i))))
			return 1;
	return 0;
}

/* Whether a checkpoint of ours that is still on its way could land over the
 * one that was just accepted, and list what this one does not. */
static int
may_be_replaced(struct ses_flush *f)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	unsigned heeds = 0;

	return !(ses_store_caps(f->m->store) & SES_STORE_LOCAL) &&
	       (ses_store_learn(f->m->store, &heeds, &ignored) < 0 ||
		   !(heeds & SES_STORE_MATCH));
}

int
ses_flush_is_left_over(struct ses_flush *f, const char *name)
{
	const json_t *names = f->state.merging;
	size_t i;

	for (i = 0; i < json_array_size(names); i++)
		if (strcmp(json_string_value(json_array_get(names, i)), name) ==
		    0)
			return !may_be_replaced(f);
	return 0;
}

/* Delete the merged objects that were noted and doc, which was accepted, does
 * not list; none of its stream is noted then. */
static void
drop_left_over(struct ses_flush *f, const json_t *doc)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	json_t *names = f->state.merging;
	const char *name;
	size_t i = 0;
	int late = may_be_replaced(f);

	while (i < json_array_size(names)) {
		if (!is_of(json_array_get(names, i), doc)) {
			i++;
			continue;
		}
		name = json_string_value(json_array_get(names, i));
		/* what stays, 'compact' finds when it is a day old */
		if (!late && !ses_flush_is_listed(doc, name) &&
		    ses_flush_delete(f, name, &why) < 0)
			ses_log(
			    SES_DEBUG, "%s is left over: %s", name, why.msg);
		(void)json_array_remove(names, i);
	}
}

struct dropping {
	struct ses_flush *f;
	struct ses_batch batch;
};

static int
drop_one(void *arg, const char *name, struct seshat_err *err)
{
	struct dropping *d = arg;

	return ses_flush_drop(d->f, &d->batch, name, err);
}

/* Garbage that the checkpoint which is there speaks of: nobody counts on it
 * any more.  That it cannot be deleted, as with keys that may not, keeps
 * nothing from being stored: it stays garbage. */
static int
drop_garbage(struct ses_flush *f, json_t *doc, struct seshat_err *err)
{
	struct dropping d = {.f = f, .batch = {.s = f->m->store}};
	json_t *rows = json_deep_copy(json_object_get(doc, "garbage"));
	int rc = ses_garbage_take(doc, f->src->ack, drop_one, &d, err);

	if (rc == 0 && ses_batch_flush(&d.batch, err) < 0) {
		ses_log(SES_DEBUG, "garbage stays: %s", err->msg);
		if (err->code == SESHAT_ENOMEM ||
		    json_object_set(doc, "garbage", rows) < 0)
			rc = -1;
	}
	json_decref(rows);
	ses_batch_free(&d.batch);
	return rc;
}

/* Whether so many parts stand at the end that merging is worth a thought. */
static int
has_many(const json_t *doc, unsigned fan)
{
	const json_t *parts = json_object_get(doc, "parts");
	size_t n = json_array_size(parts);
	unsigned i;

	for (i = 0; i < fan; i++)
		if (i >= n ||
		    strncmp(
			ses_doc_str(json_array_get(parts, n - 1 - i), "key"),
			"part-", 5) != 0)
			return 0;
	return 1;
}

int
ses_flush_tidy(struct ses_flush *f, json_t *doc, struct seshat_err *err)
{
	const struct ses_merge_how how = {.fan = ses_flush_fan(f)};
	struct ses_merge_done done = {0};

	if (ses_doc_check(err) < 0 || drop_garbage(f, doc, err) < 0)
		return -1;
	return has_many(doc, how.fan)
		   ? ses_flush_merge(f, doc, &how, &done, err)
		   : 0;
}

void
ses_flush_merged(
    struct ses_flush *f, struct ses_state_source *src, const json_t *doc)
{
	const json_t *parts = json_object_get(doc, "parts");
	const char *last = ses_doc_str(
	    json_array_get(parts, json_array_size(parts) - 1), "key");

	drop_left_over(f, doc);
	if (src == NULL)
		return;
	src->last[0] = '\0';
	if (strncmp(last, "part-", 5) != 0)
		(void)snprintf(src->last, sizeof(src->last), "%s", last);
	ses_state_recount(src, parts);
}
