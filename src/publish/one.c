/* One session. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"
#include "base/str.h"
#include "publish/one.h"

#define TRIES 3

/* Changes with all that what is published is made of. */
static int
make_stamp(struct ses_publishing *p, const struct ses_stream *st,
    struct seshat_err *err)
{
	const struct ses_publish *what = p->run->what;
	struct ses_buf b = {0};
	size_t i;
	int rc;

	ses_buf_fmt(&b, "1\n%s\n%s\n%s\n%s\n%" PRId64 "\n%zu\n", p->run->rules,
	    what->format->name, what->machine == NULL ? "" : what->machine,
	    st->id, st->ended, st->n);
	for (i = 0; i < st->n; i++)
		ses_buf_fmt(&b, "%s %" PRIu64 "\n", st->parts[i].name,
		    st->parts[i].stored);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		ses_sha256_of(b.data, b.len, p->stamp);
	ses_buf_free(&b);
	return rc;
}

/* The one object of a session. */
static int
is_there(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_store_object o = {0};

	if (ses_store_head(p->run->what->to, p->state.place, &o, err) < 0)
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	return o.size == p->state.parts.v[0].size;
}

/* A folder's objects, counted against what is remembered. */
struct counting {
	const struct ses_publishing *p;
	size_t n; /* of the parts, as they were and in their order */
	int has_about;
};

static int
count_one(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct counting *c = arg;
	const struct ses_pub_format *f = c->p->run->what->format;
	const struct ses_pub_parts *was = &c->p->state.parts;
	const char *name = o->key + strlen(c->p->state.place);

	(void)err;
	if (f->about_name != NULL && strcmp(name, f->about_name) == 0)
		c->has_about = 1;
	else if (c->n < was->n && strcmp(name, was->v[c->n].name) == 0 &&
		 o->size == was->v[c->n].size)
		c->n++;
	return 0;
}

static int
are_there(struct ses_publishing *p, struct seshat_err *err)
{
	struct counting c = {.p = p};
	struct ses_store_list what = {.prefix = p->state.place, .shallow = 1};

	if (ses_store_list(p->run->what->to, &what, count_one, &c, err) < 0)
		return -1;
	return c.n == p->state.parts.n &&
	       (c.has_about || p->run->what->format->about_name == NULL);
}

/* Where nothing is new only a near store is asked: whether all is there still.
 */
static int
is_unchanged(struct ses_publishing *p, struct seshat_err *err)
{
	const struct ses_publish *what = p->run->what;

	if (what->again || p->state.parts.n == 0 ||
	    strcmp(p->stamp, p->state.stamp) != 0)
		return 0;
	if (!(ses_store_caps(what->to) & SES_STORE_LOCAL))
		return 1;
	return what->format->number == NULL ? is_there(p, err)
					    : are_there(p, err);
}

/* What was published from another vault, or from a stream that this one has
 * not, says nothing of what there is to publish now: of two vaults the one that
 * knows less would take away what the other put there. */
static int
trust(struct ses_publishing *p, const struct ses_streams *l,
    struct seshat_err *err)
{
	struct ses_pub_state *s = &p->state;
	const char *name = ses_store_name(p->run->what->from);

	if (s->vault == NULL || strcmp(s->vault, name) != 0 ||
	    ses_streams_named(l, s->stream) == NULL) {
		ses_pub_state_forget(s);
		s->vault = ses_str_dup(name);
		if (s->vault == NULL)
			return ses_fail_nomem(err);
	} else {
		p->is_behind = strcmp(s->stream, p->stream->id) == 0 &&
			       p->stream->cursor < s->cursor;
	}
	return 0;
}

static int
save(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_pub_parts was = p->state.parts;

	if (p->run->what->dry_run)
		return 0;
	memcpy(p->state.stream, p->stream->id, sizeof(p->state.stream));
	p->state.cursor = p->stream->cursor;
	p->state.parts = p->there;
	p->there = was;
	memcpy(p->state.stamp, p->stamp, sizeof(p->stamp));
	p->state.pending[0] = '\0';
	return ses_pub_state_save(&p->state, p->path, err);
}

static int
make_text(struct ses_publishing *p, struct seshat_err *err)
{
	const struct ses_publish *what = p->run->what;
	const struct ses_share_source from = {.store = what->from,
	    .where = p->from,
	    .harness = p->from.harness,
	    .id = p->from.id};

	if (ses_share_text_make(&p->text, &from, what->custom, what->tmp, err) <
	    0)
		return -1;
	p->run->t.redactions += p->text.redactions;
	return 0;
}

static int
bring(struct ses_publishing *p, struct seshat_err *err)
{
	int tries;
	int rc = -1;

	if (ses_pub_describe(p, err) < 0 || ses_pub_find_place(p, err) < 0 ||
	    make_text(p, err) < 0)
		return -1;
	if (p->text.size == 0) {
		p->run->t.skipped++;
		return 0;
	}
	/* somebody else may put the same part at the same time */
	for (tries = 0; tries < TRIES && rc < 0; tries++) {
		if (ses_pub_look(p, err) < 0)
			return -1;
		rc = ses_pub_write(p, err);
		if (rc < 0 && err->code != SESHAT_EEXISTS &&
		    err->code != SESHAT_ECONFLICT)
			return -1;
	}
	/* nothing that is listed or can be read, and still in the way */
	if (rc < 0 && err->code == SESHAT_EEXISTS)
		return ses_pub_foreign(p, "", err);
	/* not remembered: it is not what this vault has */
	if (rc == 0 && !p->is_ahead)
		rc = save(p, err);
	if (rc == 0)
		*(p->wrote ? &p->run->t.published : &p->run->t.unchanged) += 1;
	return rc;
}

/* With the session locked against another run. */
static int
one_locked(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	int rc = -1;

	if (ses_streams_load(p->run->what->from, &p->from, &l, err) < 0)
		return -1;
	st = ses_streams_current(&l);
	if (st == NULL) {
		ses_fail(err, SESHAT_ENOTFOUND, "nothing is stored of it");
		goto out;
	}
	p->stream = st;
	if (make_stamp(p, st, err) < 0 ||
	    ses_pub_state_load(&p->state, p->path, err) < 0 ||
	    trust(p, &l, err) < 0)
		goto out;
	rc = is_unchanged(p, err);
	if (rc > 0)
		p->run->t.unchanged++;
	else if (rc == 0)
		rc = bring(p, err);
out:
	ses_streams_free(&l);
	return rc < 0 ? -1 : 0;
}

static void
count(struct ses_publishing *p, const struct seshat_err *err)
{
	struct ses_publish_totals *t = &p->run->t;

	if (p->is_foreign)
		t->foreign++;
	else if (err->code == SESHAT_ECORRUPT)
		t->damaged++;
	else
		t->failed++;
}

int
ses_pub_one(struct ses_publisher *run, const struct ses_where *w,
    struct seshat_err *err)
{
	struct ses_publishing p = {.run = run, .from = *w};
	struct ses_buf b = {0};
	char sha[SES_SHA256_HEX];
	size_t i;
	int rc = -1;

	if (!run->what->format->takes(w->harness)) {
		run->t.skipped++;
		return 0;
	}
	ses_buf_fmt(&b, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	ses_sha256_of(b.data, b.len, sha);
	ses_buf_clear(&b);
	ses_buf_fmt(&b, "%s/%.32s.json", run->dir, sha);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	p.path = ses_str_dup(b.data);
	if (p.path == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (run->lock >= 0 && ses_lock_take(run->lock, p.path, err) < 0)
		goto out;
	rc = one_locked(&p, err);
	if (run->lock >= 0)
		ses_lock_drop(run->lock, p.path);
	if (rc < 0)
		count(&p, err);
out:
	ses_buf_free(&b);
	free(p.path);
	free(p.place);
	for (i = 0; i < SES_PUB_CLEAN; i++)
		free(p.clean[i]);
	free(p.there.v);
	json_decref(p.summary);
	json_decref(p.about);
	ses_pub_state_free(&p.state);
	ses_share_text_free(&p.text);
	return rc;
}
