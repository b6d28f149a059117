/* What a mirror would find of the sessions of this machine, without one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/twin.h"
#include "mirror/beside.h"
#include "mirror/status.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define LATE_MS     INT64_C(3600000) /* no mirror that runs waits so long */
#define MAX_THREADS 4
#define PER_THREAD  64U /* fewer sessions are not worth a thread */

#define HOW_TO_STORE "'seshat mirror --everywhere' stores it"

/* What a look at one session needs; one per thread. */
struct look {
	struct ses_store *store;
	const json_t *pins; /* of a far store, by key; NULL: it is near */
	const char *state_dir;
	const struct ses_owner *owner;
	struct ses_source source; /* open while a file is looked at */
	struct ses_buf path;      /* of the source; of a twin the plain one */
	/* of the session at hand: */
	const struct ses_session *session;
	struct ses_status *out;
	int held;       /* a stream of the store goes on where it stands */
	int changed;    /* one is there, but the source has other bytes */
	int lost;       /* one should be there and is not */
	int damaged;    /* or is something else */
	int settled;    /* it is as it was when nothing was new in it */
	int64_t acked;  /* when the last of it was stored, or 0 */
	uint64_t lines; /* stored, or 0 where nobody says */
	json_t *beside; /* what the state knows of the files beside it */
	char w[SES_WRITER_ID]; /* of the stream */
	struct ses_beside_missing missing;
};

static int
fill_project(struct look *k, const char *project, struct seshat_err *err)
{
	free(k->out->project);
	k->out->project = ses_str_dup(project);
	return k->out->project == NULL ? ses_fail_nomem(err) : 0;
}

/* What the state remembers, if the store still holds it.  1, 0 or -1. */
static int
take_state(struct look *k, const struct ses_state *state,
    const struct ses_state_source *src, struct seshat_err *err)
{
	struct ses_where w = {
	    state->project, k->session->harness->name, k->session->id};
	struct ses_status *out = k->out;
	struct ses_buf stamp = {0};
	struct ses_buf pin = {0};
	int rc;

	/* a far one is asked once, for the sessions that it has; what is in
	 * them the mirror looks at now and then, and verify as a whole */
	if (k->pins == NULL) {
		rc = ses_state_held(k->store, &w, src, err);
	} else {
		ses_key_pin(&pin, &w);
		rc = json_object_get(k->pins, ses_buf_cstr(&pin)) != NULL;
		if (ses_buf_check(&pin, err) < 0)
			rc = -1;
		ses_buf_free(&pin);
	}
	k->lost = rc == 0;
	if (rc > 0 && k->source.fd >= 0)
		rc = ses_source_check(&k->source, src->cursor, src->k, err);
	k->changed = rc == 0 && !k->lost;
	if (rc <= 0)
		return rc;
	k->held = 1;
	k->lines = src->lines;
	k->acked = src->ack;
	k->beside = json_incref(src->beside);
	memcpy(k->w, src->w, sizeof(k->w));
	if (k->session->rows == NULL)
		ses_source_stamp(k->session, &stamp);
	k->settled =
	    stamp.len > 0 && strcmp(ses_buf_cstr(&stamp), src->stamp) == 0;
	ses_buf_free(&stamp);
	out->mirrored = src->cursor;
	out->torn = src->torn_to; /* so far a torn line is stored */
	out->stored = src->stored;
	out->verified = src->verified;
	out->rev = src->rev;
	memcpy(out->stream, src->stream, sizeof(out->stream));
	return fill_project(k, state->project, err) < 0 ? -1 : 1;
}

static int
ask_state(struct look *k, struct seshat_err *err)
{
	const struct ses_session *s = k->session;
	const struct ses_state_source *src;
	struct ses_state state = {0};
	struct ses_buf path = {0};
	int rc = -1;

	if (ses_state_path(k->state_dir, s->harness->name, s->id, &path, err) <
		0 ||
	    ses_state_load(&state, path.data, k->owner->id, err) < 0)
		goto out;
	src = ses_state_find(&state, k->path.data);
	rc = src == NULL || src->stream[0] == '\0'
		 ? 0
		 : take_state(k, &state, src, err);
out:
	ses_state_free(&state);
	ses_buf_free(&path);
	return rc;
}

/* Whether the object that ends a stream is there and is what it should be: 1,
 * 0 or -1. */
static int
has_last(struct look *k, const struct ses_where *w,
    const struct ses_entry *last, struct seshat_err *err)
{
	struct ses_part_head head = {0};
	uint64_t body;
	int rc = ses_stream_head(k->store, w, last->name, &head, &body, err);

	if (rc == 0 && (head.to != last->to || strcmp(head.k, last->k) != 0))
		rc = ses_fail(err, SESHAT_ECORRUPT, "another part");
	if (rc == 0)
		return 1;
	k->lost |= err->code == SESHAT_ENOTFOUND;
	k->damaged |=
	    err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT;
	return err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT ||
		       err->code == SESHAT_EFORMAT
		   ? 0
		   : -1;
}

/* Whether the source goes on where the stream ends, and the store has it up
 * to there.  A source that is costly to open is known by its path. */
static int
fits(struct look *k, const struct ses_where *w, const struct ses_stream *st,
    struct seshat_err *err)
{
	const struct ses_entry *last = &st->parts[st->n - 1];
	char writer[SES_WRITER_ID];
	int rc;

	if (k->source.fd >= 0) {
		rc = ses_source_check(&k->source, last->to, last->k, err);
	} else if (st->doc != NULL) {
		rc = strcmp(ses_doc_str(st->doc, "source_path"),
			 k->path.data) == 0;
	} else {
		ses_owner_writer(k->owner, k->path.data, writer);
		rc = strcmp(st->w, writer) == 0;
	}
	k->changed |= rc == 0;
	return rc <= 0 ? rc : has_last(k, w, last, err);
}

static void
take_stream(struct look *k, const struct ses_stream *st)
{
	const struct ses_entry *last = &st->parts[st->n - 1];
	struct ses_status *out = k->out;
	size_t i;

	k->held = 1;
	memcpy(k->w, st->w, sizeof(k->w));
	out->mirrored = ses_stream_resume(st);
	out->torn = last->torn ? last->to : 0;
	out->rev = st->doc == NULL ? 0 : ses_doc_u64(st->doc, "rev");
	out->stored = 0;
	for (i = 0; i < st->n; i++)
		out->stored += st->parts[i].stored;
	memcpy(out->stream, st->id, sizeof(out->stream));
}

/* Of the streams in the store the one that the source continues. */
static int
find_stream(struct look *k, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *best = NULL;
	const struct ses_stream *st;
	size_t i;
	int rc = 0;

	if (ses_streams_load(k->store, w, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n && rc >= 0; i++) {
		st = &l.v[i];
		if (st->n == 0 || st->hole || ses_streams_superseded(&l, st))
			continue;
		rc = fits(k, w, st, err);
		if (rc > 0 && (best == NULL || st->cursor > best->cursor))
			best = st;
	}
	if (rc >= 0 && best != NULL)
		take_stream(k, best);
	ses_streams_free(&l);
	return rc < 0 ? -1 : 0;
}

/* Nothing is remembered, or not as it is: what the store itself says. */
static int
ask_store(struct look *k, struct seshat_err *err)
{
	struct ses_where w = {NULL, k->session->harness->name, k->session->id};
	struct ses_buf project = {0};
	int rc = ses_removed_get(k->store, &w, err);

	if (rc != 0) {
		k->out->state = SES_STATUS_REMOVED;
		return rc;
	}
	rc = ses_pin_get(k->store, &w, &project, err);
	if (rc == 0) {
		w.project = ses_buf_cstr(&project);
		rc = fill_project(k, w.project, err);
		if (rc == 0)
			rc = find_stream(k, &w, err);
	} else if (err->code == SESHAT_ENOTFOUND) {
		rc = 0;
	}
	ses_buf_free(&project);
	return rc;
}

/* What is pending of rows: cursors are no counts. */
static void
compare_rows(struct look *k)
{
	const struct ses_session *s = k->session;
	struct ses_status *out = k->out;

	if (!k->held) {
		out->pending = s->n_rows;
	} else if (s->end < out->mirrored ||
		   (k->lines > 0 && s->end == out->mirrored &&
		       s->n_rows != k->lines)) {
		k->changed = 1;
		k->held = 0;
		out->pending = s->n_rows;
	} else if (s->end > out->mirrored) {
		out->pending = k->lines > 0 && s->n_rows > k->lines
				   ? s->n_rows - k->lines
				   : 1;
	}
	out->torn = 0;
}

static int
compare_twin(struct look *k, struct seshat_err *err)
{
	const struct ses_session *s = k->session;
	struct ses_status *out = k->out;
	uint64_t to = out->torn > out->mirrored ? out->torn : out->mirrored;

	out->source = s->size;
	out->torn = 0;
	if (!k->held) {
		out->pending = s->size > 0 ? s->size : 1;
		return 0;
	}
	if (k->settled) {
		out->source = to;
		return 0;
	}
	if (s->size == 0 && ses_source_unpacked(s->path, &out->source, err) < 0)
		return -1;
	if (out->source < to) {
		k->changed = 1;
		k->held = 0;
		to = 0;
	}
	out->pending = out->source - to;
	return 0;
}

static int
compare_file(struct look *k, struct seshat_err *err)
{
	struct ses_status *out = k->out;
	struct ses_source *source = &k->source;
	uint64_t whole = 0;
	uint64_t from;
	size_t len;

	out->source = source->size;
	if (ses_source_behind(source, out->mirrored, &whole, err) < 0)
		return -1;
	out->pending = whole - out->mirrored;
	if (whole > out->torn)
		out->torn = whole;
	out->torn = source->size > out->torn ? source->size - out->torn : 0;
	from = source->size - source->buf.len;
	len = whole > from ? (size_t)(whole - from) : 0;
	out->since = out->pending == 0 || source->buf.len == 0
			 ? 0
			 : ses_flush_first_event(source->buf.data, len);
	return 0;
}

/* Of a document: it is stored as a whole, or it is another by now.  It is not
 * read again to find out: a near store has our clock, so that one which was
 * written since is told by its time. */
static void
compare_whole(struct look *k)
{
	struct ses_status *out = k->out;
	uint64_t to = out->torn > out->mirrored ? out->torn : out->mirrored;
	int written =
	    k->pins == NULL && k->acked != 0 && k->source.mtime > k->acked;

	out->source = k->source.size;
	out->torn = 0;
	if (k->held && (out->source != to || (written && !k->settled))) {
		k->changed = 1;
		k->held = 0;
	}
	if (k->held)
		out->mirrored = to;
	else
		out->pending = out->source;
}

static int
compare(struct look *k, struct seshat_err *err)
{
	if (k->source.fd >= 0 && k->session->is_whole) {
		compare_whole(k);
		return 0;
	}
	if (k->source.fd >= 0)
		return compare_file(k, err);
	if (k->session->rows == NULL)
		return compare_twin(k, err);
	compare_rows(k);
	return 0;
}

/* Of one that lacks nothing: what is to be said all the same. */
static const char *
note(const struct look *k, int late)
{
	if (k->changed)
		return "it is empty now: what was stored of it is kept";
	if (!k->held && k->out->torn == 0)
		return "there is nothing in it yet";
	if (late && k->out->torn > 0)
		return "its last line has no end and is not stored ('seshat "
		       "stop' stores it)";
	return "";
}

/* Why something is missing. */
static const char *
why(const struct look *k, int late)
{
	if (k->held && !late)
		return "not all of it is stored yet";
	if (k->held)
		return "nobody mirrors it any more (" HOW_TO_STORE ")";
	if (k->damaged)
		return "what is stored of it is damaged ('seshat verify "
		       "--repair' mends it)";
	if (k->lost)
		return "the vault no longer holds it (" HOW_TO_STORE " again)";
	if (k->changed)
		return "it was rewritten since it was stored (" HOW_TO_STORE
		       " as it is now)";
	return "nothing of it is stored (" HOW_TO_STORE ")";
}

/* What it comes to.  Of what is known already only the last hour can be
 * missing while somebody mirrors it. */
static void
judge(struct look *k, int64_t now)
{
	struct ses_status *out = k->out;
	int late = now - k->session->mtime > LATE_MS;
	int is_known = k->held || (k->changed && !k->lost && !k->damaged);

	if (out->pending == 0)
		out->state = SES_STATUS_PROTECTED;
	else if (is_known && !late)
		out->state = SES_STATUS_BEHIND;
	else
		out->state = SES_STATUS_UNPROTECTED;
	(void)snprintf(out->reason, sizeof(out->reason), "%s",
	    out->pending == 0 ? note(k, late) : why(k, late));
	if (out->pending > 0 || out->beside == 0)
		return;
	late = now - k->missing.newest > LATE_MS;
	out->state = late ? SES_STATUS_UNPROTECTED : SES_STATUS_BEHIND;
	ses_beside_missing_tell(&k->missing,
	    late ? " (" HOW_TO_STORE ", or tells why not)" : " yet",
	    out->reason, sizeof(out->reason));
}

static int
open_file(struct look *k, struct seshat_err *err)
{
	const struct ses_session *s = k->session;

	if (s->rows != NULL || ses_twin_is(s->path))
		return 0;
	return ses_source_open(&k->source, s, NULL, err);
}

/* As judged, or -1 with the reason why it cannot be. */
static int
look_at(struct look *k, int64_t now, struct seshat_err *err)
{
	const struct ses_session *s = k->session;
	int rc;

	ses_buf_clear(&k->path);
	ses_buf_add(&k->path, s->path, ses_twin_plain_len(s->path));
	(void)ses_buf_cstr(&k->path);
	if (ses_buf_check(&k->path, err) < 0)
		return -1;
	if (open_file(k, err) < 0) {
		if (err->code == SESHAT_ENOTFOUND) {
			k->out->state = SES_STATUS_GONE;
			return 0;
		}
		return -1;
	}
	rc = ask_state(k, err);
	if (rc == 0) {
		rc = ask_store(k, err);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	if (rc < 0 || compare(k, err) < 0 ||
	    (k->held && ses_status_beside(k->store, s, k->w, k->beside, k->out,
			    &k->missing, err) < 0))
		return -1;
	judge(k, now);
	return 0;
}

/* -1 only when nothing can be looked at any more. */
static int
look(struct look *k, const struct ses_session *s, struct ses_status *out,
    int64_t now, struct seshat_err *err)
{
	int rc = 0;

	k->session = s;
	k->out = out;
	k->held = k->changed = k->lost = k->damaged = k->settled = 0;
	k->lines = 0;
	k->acked = 0;
	k->beside = NULL;
	*out = (struct ses_status){.state = SES_STATUS_UNPROTECTED};
	if (look_at(k, now, err) < 0) {
		out->state = SES_STATUS_UNPROTECTED;
		(void)snprintf(
		    out->reason, sizeof(out->reason), "%s", err->msg);
		rc = err->code == SESHAT_ENOMEM ? -1 : 0;
	}
	ses_source_close(&k->source);
	json_decref(k->beside);
	return rc;
}

/* What the threads share; the lock is for err. */
struct shared {
	const struct ses_mirror_opts *opts;
	const char *state_dir;
	const json_t *pins;
	struct ses_owner owner;
	const struct ses_session_list *l;
	struct ses_status *out;
	int64_t now;
	atomic_size_t next;
	atomic_int failed;
	pthread_mutex_t lock;
	struct seshat_err *err;
};

static void *
work(void *arg)
{
	struct shared *sh = arg;
	struct look k = {.state_dir = sh->state_dir,
	    .pins = sh->pins,
	    .owner = &sh->owner,
	    .source = {.fd = -1}};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;
	int rc =
	    ses_store_open(&k.store, sh->opts->store, sh->opts->access, &err);

	while (rc == 0 && !atomic_load(&sh->failed) &&
	       (i = atomic_fetch_add(&sh->next, 1)) < sh->l->n)
		rc = look(&k, &sh->l->v[i], &sh->out[i], sh->now, &err);
	if (rc < 0) {
		(void)pthread_mutex_lock(&sh->lock);
		*sh->err = err;
		atomic_store(&sh->failed, 1);
		(void)pthread_mutex_unlock(&sh->lock);
	}
	ses_source_close(&k.source);
	ses_source_free(&k.source);
	ses_buf_free(&k.path);
	ses_store_free(k.store);
	return NULL;
}

static int
see_pin(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	return json_object_set_new(arg, o->key, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* The pins of a far store, unless it is not asked: there is no session. */
static int
find_pins(struct ses_store *s, size_t n, json_t **out, struct seshat_err *err)
{
	static const struct ses_store_list what = {.prefix = "ids/"};

	if (n == 0 || ses_store_caps(s) & SES_STORE_LOCAL)
		return 0;
	*out = json_object();
	return *out == NULL ? ses_fail_nomem(err)
			    : ses_store_list(s, &what, see_pin, *out, err);
}

int
ses_status_all(struct ses_store *s, const struct ses_mirror_opts *opts,
    const struct ses_session_list *l, struct ses_status *out,
    struct seshat_err *err)
{
	struct shared sh = {.opts = opts,
	    .l = l,
	    .out = out,
	    .now = ses_time_now(),
	    .err = err};
	struct ses_buf dir = {0};
	json_t *pins = NULL;
	int rc = -1;

	if (ses_owner_load(&sh.owner, err) < 0 ||
	    find_pins(s, l->n, &pins, err) < 0 ||
	    ses_mirror_state_dir(s, &dir, err) < 0)
		goto out;
	sh.pins = pins;
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&dir, err) < 0)
		goto out;
	sh.state_dir = dir.data;
	(void)pthread_mutex_init(&sh.lock, NULL);
	ses_pool_run(ses_pool_size(l->n, PER_THREAD, MAX_THREADS), work, &sh);
	(void)pthread_mutex_destroy(&sh.lock);
	rc = atomic_load(&sh.failed) ? -1 : 0;
out:
	json_decref(pins);
	ses_buf_free(&dir);
	return rc;
}

void
ses_status_free(struct ses_status *s)
{
	free(s->project);
	*s = (struct ses_status){0};
}
