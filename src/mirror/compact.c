/* Compacting what is stored of a session, from the store alone. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "mirror/flush.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/summary.h"

#define DAY_MS INT64_C(86400000)

/* An object of the session. */
struct object {
	char name[SES_PART_NAME];
	char stream[SES_STREAM_ID];
	int merged;
	uint32_t first;
	uint32_t last;
	int64_t mtime;
};

struct compact {
	struct ses_flush f;
	const struct ses_compact_how *how;
	struct ses_compact_result *r;
	struct object *v; /* in the order of their names */
	size_t n;
	size_t cap;
	size_t prefix; /* length of the session's prefix, while listing */
	int64_t now;   /* the store's time, once asked for */
	char **old;    /* names to be deleted */
	size_t n_old;
	int written; /* a checkpoint was */
};

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct compact *c = arg;
	const char *name = o->key + c->prefix;
	size_t cap = c->cap == 0 ? 64 : c->cap * 2;
	struct object a = {.mtime = o->mtime};
	struct object *v;
	int kind = ses_key_kind(name, a.stream, &a.first);

	a.last = a.first;
	a.merged = kind == SES_OBJECT_MERGED;
	if ((!a.merged && kind != SES_OBJECT_PART) ||
	    (a.merged && ses_key_merged_range(name, &a.first, &a.last) < 0))
		return 0;
	memcpy(a.name, name, strlen(name));
	if (c->n == c->cap) {
		v = ses_realloc(c->v, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] = a;
	return 0;
}

static int
list_objects(struct compact *c, struct seshat_err *err)
{
	struct ses_buf prefix = {0};
	struct ses_store_list what = {0};
	int rc;

	ses_key_session(&prefix, &c->f.where);
	what.prefix = ses_buf_cstr(&prefix);
	c->prefix = prefix.len;
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(c->f.m->store, &what, see, c, err);
	ses_buf_free(&prefix);
	return rc;
}

static int
by_name(const void *name, const void *object)
{
	return strcmp(name, ((const struct object *)object)->name);
}

static int
ask_time(struct compact *c, struct seshat_err *err)
{
	return c->now != 0 ? 0 : ses_store_now(c->f.m->store, &c->now, err);
}

/* Whether it can be read as far as a listing tells. */
static int
is_sound(const struct compact *c, const struct ses_stream *st)
{
	size_t i;

	if (st->doc == NULL || st->hole || st->damage[0] != '\0' || st->n == 0)
		return 0;
	for (i = 0; i < st->n; i++)
		if (bsearch(st->parts[i].name, c->v, c->n, sizeof(*c->v),
			by_name) == NULL)
			return 0;
	return 1;
}

/* The entries of the parts that the checkpoint does not list, into to. */
static int
fetch_unlisted(struct compact *c, const struct ses_stream *st, json_t *to,
    struct seshat_err *err)
{
	struct ses_buf redactions = {0};
	size_t i;
	int rc = 0;

	for (i = st->n_listed; i < st->n && rc == 0; i++) {
		ses_buf_clear(&redactions);
		rc = ses_stream_fetch(c->f.m->store, &c->f.where, &st->parts[i],
		    &redactions, err);
		if (rc == 0 && json_array_append_new(
				   to, ses_entry_format(&st->parts[i],
					   ses_buf_cstr(&redactions))) < 0)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&redactions);
	return rc;
}

/* Make the checkpoint list all parts; not if one of them is damaged. */
static int
add_unlisted(
    struct compact *c, const struct ses_stream *st, struct seshat_err *err)
{
	const struct ses_state_source *src = c->f.src;
	json_t *more = json_array();
	char hex[SES_SHA256_HEX];
	int rc = fetch_unlisted(c, st, more, err);

	if (rc < 0 && ses_flush_is_damage(err)) {
		c->r->damaged++;
		rc = 0;
		goto out;
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
	return rc < 0 ? -1 : ses_doc_check(err);
}

/* Whether the checkpoint names the object as garbage. */
static int
is_told(const json_t *doc, const struct object *o)
{
	const json_t *rows = json_object_get(doc, "garbage");
	size_t i;

	for (i = 0; i < json_array_size(rows); i++)
		if (strcmp(ses_doc_str(json_array_get(rows, i), "key"),
			o->name) == 0)
			return 1;
	return 0;
}

static int
to_delete(struct compact *c, const char *name, struct seshat_err *err)
{
	c->old[c->n_old] = ses_str_dup(name);
	return c->old[c->n_old++] == NULL ? ses_fail_nomem(err) : 0;
}

/* An object that the checkpoint no longer lists: delete it, or keep it as
 * garbage.  A merged one that was never garbage was left by one that was
 * killed, whose state is lost; or is just being made by a twin of ours. */
static int
sort_out(struct compact *c, json_t *doc, json_t *rows, const struct object *o,
    struct seshat_err *err)
{
	struct ses_entry e = {.first = o->first, .last = o->last};
	int told = !o->merged || is_told(doc, o);

	if (ask_time(c, err) < 0)
		return -1;
	if (c->now - o->mtime > (told ? SES_GARBAGE_MS : DAY_MS))
		return to_delete(c, o->name, err);
	if (told) {
		memcpy(e.name, o->name, sizeof(e.name));
		ses_garbage_add(rows, &e, o->mtime);
		c->r->waiting++;
	}
	return 0;
}

/* What of the stream the checkpoint doc, as it shall be, does not list. */
static int
sort_garbage(struct compact *c, json_t *doc, struct seshat_err *err)
{
	struct ses_entry *v = NULL;
	const struct ses_entry *e;
	json_t *kept = json_object();
	size_t n;
	size_t i;
	int rc = ses_entries_parse(doc, 0, &v, &n, err);

	(void)json_object_set_new(kept, "garbage", json_array());
	for (i = 0; i < c->n && rc == 0; i++) {
		if (strcmp(c->v[i].stream, ses_doc_str(doc, "stream")) != 0)
			continue;
		e = ses_entries_find(v, n, c->v[i].first);
		if (e == NULL || strcmp(e->name, c->v[i].name) == 0)
			continue;
		rc = sort_out(c, doc, kept, &c->v[i], err);
	}
	(void)json_object_set(doc, "garbage", json_object_get(kept, "garbage"));
	json_decref(kept);
	free(v);
	return rc;
}

/* What this machine's state says of the stream, NULL: nothing that counts. */
static struct ses_state_source *
state_of(struct compact *c, const struct ses_stream *st)
{
	struct ses_state_source *src;
	size_t i;

	for (i = 0; i < c->f.state.n; i++) {
		src = &c->f.state.v[i];
		if (strcmp(src->stream, st->id) == 0)
			return ses_flush_fits_state(src, st) ? src : NULL;
	}
	return NULL;
}

/* Save the state; one that holds nothing is none. */
static int
save_state(struct compact *c, struct seshat_err *err)
{
	if (c->f.state.n > 0 || json_array_size(c->f.state.merging) > 0)
		return ses_flush_save(&c->f, err);
	(void)unlink(c->f.state_path.data);
	return 0;
}

static int
put_checkpoint(struct compact *c, const struct ses_stream *st, uint64_t rev,
    struct seshat_err *err)
{
	struct ses_state_source *src = c->f.src;
	struct ses_buf key = {0};
	uint64_t next = ses_doc_u64(st->doc, "next_seq");
	int rc;

	ses_doc_set_str(st->doc, "writer", "seshat " SESHAT_VERSION);
	ses_doc_set_u64(st->doc, "rev", rev);
	ses_doc_set_time(st->doc, "updated_at", ses_time_now());
	ses_key_session(&key, &c->f.where);
	ses_buf_fmt(&key, "stream-%s.json", st->id);
	rc = ses_doc_put_over(
	    c->f.m->store, ses_buf_cstr(&key), st->doc, st->tag, err);
	ses_buf_free(&key);
	if (rc < 0)
		return -1;
	c->written = 1;
	if (src != NULL)
		src->rev = rev;
	if (src != NULL && src->next_seq != next)
		src = NULL; /* the rest is damaged */
	if (src != NULL) {
		src->checkpoint_seq = src->next_seq;
		(void)json_array_clear(src->pending);
	}
	ses_flush_merged(&c->f, src, st->doc);
	return save_state(c, err);
}

static int
delete_old(struct compact *c, struct seshat_err *err)
{
	struct ses_batch b = {.s = c->f.m->store};
	size_t i;
	int rc = 0;

	for (i = 0; i < c->n_old; i++) {
		if (rc == 0)
			rc = ses_flush_drop(&c->f, &b, c->old[i], err);
		free(c->old[i]);
	}
	if (rc == 0)
		rc = ses_batch_flush(&b, err);
	c->r->deleted += rc == 0 ? c->n_old : 0;
	c->n_old = 0;
	ses_batch_free(&b);
	return rc;
}

/* A stream of ours: first the merged objects, then the checkpoint that lists
 * them, and only then what they replace goes. */
static int
compact_stream(
    struct compact *c, const struct ses_stream *st, struct seshat_err *err)
{
	const struct ses_merge_how how = {.keep_tail = c->how->keep_tail};
	struct ses_merge_done done = {0};
	uint64_t rev = ses_doc_u64(st->doc, "rev") + 1;
	json_t *was = json_deep_copy(json_object_get(st->doc, "garbage"));
	int taken = !ses_flush_is_owned(&c->f, st);
	int rc = -1;

	c->f.src = state_of(c, st);
	if (add_unlisted(c, st, err) < 0 ||
	    ses_flush_merge(&c->f, st->doc, &how, &done, err) < 0)
		goto out;
	c->r->merged += done.merged;
	c->r->made += done.made;
	c->r->moved += done.moved;
	c->r->damaged += done.damaged;
	if (sort_garbage(c, st->doc, err) < 0)
		goto out;
	ses_doc_set_str(st->doc, "owner", c->f.m->owner.id);
	if (taken) {
		ses_doc_set_str(st->doc, "host", c->f.m->owner.host);
		c->r->taken++;
	}
	if (done.made == 0 && c->n_old == 0 && !taken &&
	    !ses_flush_has_left_over(&c->f, st->doc) &&
	    json_equal(was, json_object_get(st->doc, "garbage")))
		rc = 0;
	else if (put_checkpoint(c, st, rev, err) == 0)
		rc = delete_old(c, err);
out:
	json_decref(was);
	return rc;
}

/* Whether we may write it: 1, 0: it is another's, -1. */
static int
may_write(
    struct compact *c, const struct ses_stream *st, struct seshat_err *err)
{
	char ago[SES_TIME_MAX];

	if (ses_flush_is_owned(&c->f, st))
		return 1;
	if (!c->how->take_over)
		return 0;
	if (ask_time(c, err) < 0)
		return -1;
	if (c->now - st->put_at > DAY_MS)
		return 1;
	ses_time_ago(st->put_at, c->now, ago);
	return ses_fail(err, SESHAT_ECONFLICT,
	    "'%s' wrote stream %s last %s: it can be taken over when it has "
	    "been silent for 24 hours",
	    ses_doc_str(st->doc, "host"), st->id, ago);
}

/* Which of them we may write, before any is touched: may[i]. */
static int
choose(struct compact *c, const struct ses_streams *l, char *may,
    struct seshat_err *err)
{
	const char *host = "";
	int rc;
	size_t i;

	for (i = 0; i < l->n; i++) {
		/* without a checkpoint it is nobody's yet, and not merged */
		rc = l->v[i].doc == NULL ? 1 : may_write(c, &l->v[i], err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			may[i] = 1;
		} else {
			host = ses_doc_str(l->v[i].doc, "host");
			c->r->others++;
		}
	}
	if (l->n > 0 && c->r->others == l->n)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "it was written by '%s', not by this machine: compact it "
		    "there, or take it over (--take-over) once it has been "
		    "silent for 24 hours",
		    host);
	return 0;
}

static int
compact_streams(
    struct compact *c, const struct ses_streams *l, struct seshat_err *err)
{
	char *may = ses_calloc(l->n + 1, 1);
	const struct ses_stream *st;
	size_t i;
	int rc;

	if (may == NULL)
		return ses_fail_nomem(err);
	rc = choose(c, l, may, err);
	for (i = 0; i < l->n && rc == 0; i++) {
		st = &l->v[i];
		if (!may[i])
			continue;
		/* its first checkpoint is still to come, or it needs repair */
		if (is_sound(c, st))
			rc = compact_stream(c, st, err);
		else if (st->doc != NULL || st->damage[0] != '\0')
			c->r->damaged++;
	}
	free(may);
	return rc;
}

/* meta.json lists the parts, for other programs, and listings say how much is
 * stored: as the store has it now. */
static int
put_summaries(
    struct compact *c, const struct ses_streams *l, struct seshat_err *err)
{
	static const char *const sums[] = {"total_source_bytes",
	    "total_uploaded_bytes", "stored_bytes", "lines", "last_event_at",
	    "ended_at"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	const struct ses_stream *st = NULL;
	json_t *now = NULL;
	json_t *doc;
	size_t i;
	int rc = 0;

	ses_key_session(&key, &c->f.where);
	ses_buf_str(&key, "meta.json");
	doc = ses_doc_get(c->f.m->store, ses_buf_cstr(&key), &ignored);
	if (doc == NULL && ignored.code == SESHAT_ENOMEM)
		rc = ses_fail_nomem(err);
	if (doc != NULL)
		st = ses_streams_named(l, ses_doc_str(doc, "stream"));
	if (st == NULL)
		goto out; /* its next mirror writes one */
	rc = ses_vault_summary(c->f.m->store, &c->f.where, st->id, &now, err);
	if (rc < 0)
		goto out;
	for (i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		(void)json_object_set(
		    doc, sums[i], json_object_get(now, sums[i]));
	(void)json_object_set(doc, "parts", json_object_get(st->doc, "parts"));
	rc = ses_doc_put(
	    c->f.m->store, key.data, doc, SES_PUT_CACHE | SES_PUT_INSIDE, err);
	(void)json_object_del(doc, "parts");
	(void)json_object_del(doc, "redaction_counts");
	ses_doc_set_str(doc, "id", c->f.where.id);
	c->f.r->meta = json_incref(doc);
out:
	json_decref(now);
	json_decref(doc);
	ses_buf_free(&key);
	return rc;
}

static int
compact_locked(struct compact *c, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_flush *f = &c->f;
	int rc = -1;

	if (ses_state_load(&f->state, f->state_path.data, f->m->owner.id, err) <
		0 ||
	    ses_flush_use_project(f, f->where.project, err) < 0 ||
	    ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	if (list_objects(c, err) < 0)
		goto out;
	c->old = ses_calloc(c->n + 1, sizeof(*c->old));
	if (c->old == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = compact_streams(c, &l, err);
	if (rc == 0 && c->written)
		rc = put_summaries(c, &l, err);
out:
	ses_streams_free(&l);
	return rc;
}

int
ses_mirror_compact(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_compact_how *how, struct ses_compact_result *r,
    struct seshat_err *err)
{
	struct ses_flush_result flushed = {0};
	struct compact c = {
	    .f = {.m = m, .where = *w, .r = &flushed}, .how = how, .r = r};
	struct ses_buf name = {0};
	int rc = -1;

	*r = (struct ses_compact_result){0};
	ses_doc_begin();
	ses_buf_fmt(&name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0 ||
	    ses_state_path(
		m->state_dir, w->harness, w->id, &c.f.state_path, err) < 0)
		goto out;
	rc = ses_lock_take(m->lock, name.data, err);
	if (rc == 0)
		rc = compact_locked(&c, err);
	ses_lock_drop(m->lock, name.data);
	c.f.where.project = w->project; /* the state's copy goes now */
	if (rc == 0)
		rc = ses_flush_update_index(&c.f, err);
out:
	ses_flush_result_free(&flushed);
	while (c.n_old > 0)
		free(c.old[--c.n_old]);
	free(c.old);
	free(c.v);
	ses_state_free(&c.f.state);
	ses_buf_free(&c.f.state_path);
	ses_buf_free(&name);
	return rc;
}
