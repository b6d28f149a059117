/* Compacting what is stored of a session. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/merge.h"
#include "mirror/rework.h"
#include "vault/doc.h"
#include "vault/garbage.h"

#define DAY_MS INT64_C(86400000)

#define TRIES 8 /* what was packed is of no use: others were faster */

struct compact {
	struct ses_rework *k;
	const struct ses_compact_how *how;
	struct ses_compact_result *r;
	struct ses_archive *a;            /* NULL: merge */
	int more;                         /* something is to be packed */
	int packing;                      /* pack it, and change nothing */
	struct ses_compact_result looked; /* of a look that packs, for nobody */
};

/* Whether it can be read as far as a listing tells. */
static int
is_sound(const struct compact *c, const struct ses_stream *st)
{
	size_t i;

	if (st->doc == NULL || st->hole || st->damage[0] != '\0' || st->n == 0)
		return 0;
	for (i = 0; i < st->n; i++)
		if (ses_rework_object(c->k, st->parts[i].name) == NULL)
			return 0;
	return 1;
}

/* An object that the checkpoint no longer lists: delete it, or keep it as
 * garbage.  A merged one that was never garbage was left by one that was
 * killed, whose state is lost; or is just being made by a twin of ours. */
static int
sort_out(struct compact *c, json_t *doc, json_t *rows,
    const struct ses_rework_object *o, struct seshat_err *err)
{
	struct ses_entry e = {.first = o->first, .last = o->last};
	enum ses_garbage_when when;
	int told;

	memcpy(e.name, o->name, sizeof(e.name));
	when = ses_garbage_when(doc, &e);
	told = !o->merged || when != SES_GARBAGE_NEVER;
	if (ses_rework_time(c->k, err) < 0)
		return -1;
	if (when == SES_GARBAGE_NOW ||
	    c->k->now - o->mtime > (told ? SES_GARBAGE_MS : DAY_MS))
		return ses_rework_drop(c->k, o->name, err);
	if (told) {
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
	const struct ses_rework_object *o;
	const struct ses_entry *e;
	json_t *kept = json_object();
	size_t n;
	size_t i;
	int rc = ses_entries_parse(doc, 0, &v, &n, err);

	(void)json_object_set_new(kept, "garbage", json_array());
	for (i = 0; i < c->k->n && rc == 0; i++) {
		o = &c->k->v[i];
		if (strcmp(o->stream, ses_doc_str(doc, "stream")) != 0)
			continue;
		e = ses_entries_find(v, n, o->first);
		if (e == NULL || strcmp(e->name, o->name) == 0)
			continue;
		rc = sort_out(c, doc, kept, o, err);
	}
	(void)json_object_set(doc, "garbage", json_object_get(kept, "garbage"));
	json_decref(kept);
	free(v);
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
	json_t *was = json_deep_copy(json_object_get(st->doc, "garbage"));
	int listed = ses_rework_list_all(c->k, st, err);
	int taken;
	int rc = -1;

	c->r->damaged += listed == 0;
	if (listed < 0 || (c->a != NULL ? ses_flush_archive(&c->k->f, st->doc,
					      &how, c->a, &done, err)
					: ses_flush_merge(&c->k->f, st->doc,
					      &how, &done, err)) < 0)
		goto out;
	c->r->text += done.text;
	c->r->before += done.before;
	c->r->merged += done.merged;
	c->r->made += done.made;
	c->r->moved += done.moved;
	c->r->damaged += done.damaged;
	c->more |= done.more;
	if (sort_garbage(c, st->doc, err) < 0)
		goto out;
	taken = ses_rework_own(c->k, st);
	c->r->taken += taken != 0;
	if (done.made == 0 && c->k->n_old == 0 && !taken &&
	    !ses_flush_has_left_over(&c->k->f, st->doc) &&
	    json_equal(was, json_object_get(st->doc, "garbage")))
		rc = 0;
	else
		rc = ses_rework_commit(c->k, st, &c->r->deleted, err);
out:
	json_decref(was);
	return rc;
}

/* Pack an object of it, while others work on: 0; 1, it is enough; -1. */
static int
pack_stream(
    struct compact *c, const struct ses_stream *st, struct seshat_err *err)
{
	const struct ses_merge_how how = {.keep_tail = c->how->keep_tail};

	/* 0: not all can be listed, and under the lock it is the same */
	if (ses_rework_list_all(c->k, st, err) < 0)
		return -1;
	return ses_archive_pack(c->a, &c->k->f, st->doc, &how, err);
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
		rc = ses_rework_may_write(c->k, &l->v[i], err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			may[i] = 1;
		} else {
			host = ses_doc_str(l->v[i].doc, "host");
			c->r->others++;
		}
	}
	if (l->n > 0 && c->r->others == l->n && c->how->pass_over)
		return 0;
	if (l->n > 0 && c->r->others == l->n)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "it was written by '%s', not by this machine: compact it "
		    "there, or take it over (--take-over) once it has been "
		    "silent for 24 hours",
		    host);
	return 0;
}

/* Whether nothing comes behind the stream any more, unless its session is begun
 * again. */
static int
is_over(const struct ses_streams *l, const struct ses_stream *st)
{
	return st->ended != 0 || ses_streams_superseded(l, st);
}

/* Leave the streams out that go on; all of them, when one is the current one.
 * Before any is touched. */
static int
leave_live(struct compact *c, const struct ses_streams *l, char *may,
    struct seshat_err *err)
{
	const struct ses_stream *st = ses_streams_current(l);
	const int goes_on = st != NULL && st->doc != NULL && !is_over(l, st);
	size_t i;

	if (goes_on && !c->how->pass_over)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "it has not ended, and only what has is archived "
		    "('seshat stop' ends a session by hand)");
	for (i = 0; i < l->n; i++) {
		if (!may[i] || (!goes_on && is_over(l, &l->v[i])))
			continue;
		may[i] = 0;
		c->r->live++;
	}
	return 0;
}

static int
compact_streams(void *arg, struct ses_rework *k, const struct ses_streams *l,
    struct seshat_err *err)
{
	struct compact *c = arg;
	char *may = ses_calloc(l->n + 1, 1);
	const struct ses_stream *st;
	size_t i;
	int rc;

	c->k = k;
	if (may == NULL)
		return ses_fail_nomem(err);
	rc = choose(c, l, may, err);
	if (rc == 0 && c->a != NULL)
		rc = leave_live(c, l, may, err);
	for (i = 0; i < l->n && rc == 0; i++) {
		st = &l->v[i];
		if (!may[i])
			continue;
		/* its first checkpoint is still to come, or it needs repair */
		if (is_sound(c, st))
			rc = c->packing ? pack_stream(c, st, err)
					: compact_stream(c, st, err);
		else if (st->doc != NULL || st->damage[0] != '\0')
			c->r->damaged++;
	}
	free(may);
	return rc < 0 ? -1 : 0;
}

/* By turns: under the lock what was packed takes its place, and without it the
 * next objects are packed, of each stream one. */
static int
archive(struct compact *c, struct ses_mirror *m, const struct ses_where *w,
    struct seshat_err *err)
{
	struct ses_compact_result *r = c->r;
	struct ses_rework k = {.take_over = c->how->take_over};
	uint64_t made;
	int vain = 0;
	int rc = 0;

	while (vain < TRIES) {
		made = r->made;
		/* what is so now, not what was done */
		r->waiting = r->others = r->damaged = r->live = 0;
		c->r = r;
		c->more = c->packing = 0;
		rc = ses_rework(&k, m, w, compact_streams, c, err);
		if (rc < 0 || !c->more)
			return rc;
		vain = r->made > made ? 0 : vain + 1;
		c->looked = (struct ses_compact_result){0};
		c->r = &c->looked;
		c->packing = 1;
		ses_archive_forget(c->a);
		if (ses_rework_look(&k, m, w, compact_streams, c, err) < 0)
			return -1;
	}
	return ses_fail(err, SESHAT_ECONFLICT,
	    "others keep changing it: archive it when they are done");
}

int
ses_mirror_compact(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_compact_how *how, struct ses_compact_result *r,
    struct seshat_err *err)
{
	struct ses_rework k = {.take_over = how->take_over};
	struct compact c = {.how = how, .r = r};
	int rc;

	*r = (struct ses_compact_result){0};
	if (!how->archive)
		return ses_rework(&k, m, w, compact_streams, &c, err);
	if (ses_archive_open(&c.a, err) < 0)
		return -1;
	rc = archive(&c, m, w, err);
	ses_archive_free(c.a);
	return rc;
}
