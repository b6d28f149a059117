/* Where a source stands: the local state, else the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "mirror/flush.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define LOOK_MS INT64_C(3600000)

/* Neither there nor compressed beside it. */
static int
is_gone(const char *path)
{
	struct ses_buf twin = {0};
	int gone;

	ses_buf_fmt(&twin, "%s.zst", path);
	gone = access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (gone)
		gone = access(ses_buf_cstr(&twin), F_OK) < 0 && !twin.bad;
	ses_buf_free(&twin);
	return gone;
}

/* The source left path: nothing is there now, or our very file, which a rename
 * put back while we looked.  A hard link is a source of its own. */
static int
has_left(const struct ses_flush *f, const char *path)
{
	const struct ses_session *s = f->session;
	struct stat sb;

	return is_gone(path) ||
	       (s->ino != 0 && stat(path, &sb) == 0 && sb.st_nlink == 1 &&
		   s->dev == (uint64_t)sb.st_dev &&
		   s->ino == (uint64_t)sb.st_ino);
}

int
ses_flush_is_followed(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_where w = f->where;
	const struct ses_stream *st;
	int rc;

	if (f->state.project != NULL)
		w.project = f->state.project;
	if (ses_streams_load(f->m->store, &w, &l, err) < 0)
		return -1;
	st = ses_streams_named(&l, f->src->stream);
	rc = st != NULL && ses_streams_superseded(&l, st);
	ses_streams_free(&l);
	return rc;
}

/* Its source is another by now, or another stream has followed it. */
static int
leave_stream(struct ses_flush *f, const struct ses_state_source *src)
{
	memcpy(f->left, src->stream, sizeof(f->left));
	ses_flush_restart(f);
	return 0;
}

/* The entry is this path's from now on. */
static int
take_entry(
    struct ses_flush *f, struct ses_state_source *src, struct seshat_err *err)
{
	char *path = ses_str_dup(f->path);

	if (path == NULL)
		return ses_fail_nomem(err);
	free(src->path);
	src->path = path;
	f->src = src;
	return 0;
}

/* Another path of the session: its file left it and ours begins with what
 * was stored of it, so it moved. */
static int
find_moved(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src;
	struct ses_state_source *dead = NULL;
	size_t i;
	int rc;

	for (i = 0; i < f->state.n; i++) {
		src = &f->state.v[i];
		if (src->stream[0] == '\0' || !has_left(f, src->path))
			continue;
		rc = ses_source_check(&f->m->source, src->cursor, src->k, err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			rc = take_entry(f, src, err);
			if (rc == 0)
				rc = ses_flush_is_followed(f, err);
			return rc > 0 ? leave_stream(f, src) : rc;
		}
		if (dead == NULL || src->opened > dead->opened)
			dead = src;
	}
	if (dead == NULL)
		return 0;
	/* it moved and was rewritten: a new stream in place of the old */
	return take_entry(f, dead, err) < 0 ? -1 : leave_stream(f, dead);
}

/* Whether the stream is this user's on this machine, and was mirrored if this
 * is a mirror: what was imported has another source. */
static int
is_ours(const struct ses_flush *f, const struct ses_stream *st)
{
	char w[SES_WRITER_ID];

	if (st->doc != NULL && f->how->origin == NULL) {
		if (ses_doc_str(st->doc, "imported_from")[0] != '\0')
			return 0;
		if (ses_doc_str(st->doc, "owner")[0] != '\0')
			return strcmp(ses_doc_str(st->doc, "owner"),
				   f->m->owner.id) == 0;
	}
	ses_owner_writer(&f->m->owner, f->path, w);
	return strcmp(st->w, w) == 0;
}

/* Whether another path of this session writes it: a copy is no successor. */
static int
is_taken(const struct ses_flush *f, const struct ses_stream *st)
{
	size_t i;

	for (i = 0; i < f->state.n; i++)
		if (strcmp(f->state.v[i].stream, st->id) == 0)
			return 1;
	return 0;
}

/* Whether the object is there that a checkpoint speaks of: 1, 0 or -1. */
static int
has_object(
    struct ses_flush *f, const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_store_object o;
	struct ses_buf key = {0};
	int rc;

	ses_key_session(&key, &f->where);
	ses_buf_str(&key, e->name);
	rc = ses_store_head(f->m->store, ses_buf_cstr(&key), &o, err);
	ses_buf_free(&key);
	return rc == 0 ? 1 : err->code == SESHAT_ENOTFOUND ? 0 : -1;
}

/* Whether our source goes on where the stream ends. */
static int
fits(struct ses_flush *f, const struct ses_stream *st, struct seshat_err *err)
{
	const struct ses_entry *last;
	int rc;

	if (st->n == 0 || st->hole || f->how->fresh ||
	    strcmp(st->id, f->left) == 0 || !is_ours(f, st) || is_taken(f, st))
		return 0;
	if (f->how->origin != NULL &&
	    (f->how->origin->stream == NULL ||
		strcmp(st->id, f->how->origin->stream) != 0))
		return 0;
	last = &st->parts[st->n - 1];
	/* a document goes on nowhere, it is as long or another */
	if (last->k[0] == '\0' ||
	    (f->session->is_whole && last->to != f->m->source.size))
		return 0;
	rc = ses_source_check(&f->m->source, last->to, last->k, err);
	return rc > 0 ? has_object(f, last, err) : rc;
}

/* Entries that no checkpoint lists, to go into the next. */
static int
gather_pending(
    struct ses_flush *f, struct ses_stream *st, struct seshat_err *err)
{
	struct ses_buf redactions = {0};
	json_t *entry;
	size_t i;
	int rc = 0;

	for (i = 0; i < st->n_listed; i++)
		ses_state_count(f->src,
		    json_array_get(json_object_get(st->doc, "parts"), i));
	for (i = st->n_listed; i < st->n && rc == 0; i++) {
		ses_buf_clear(&redactions);
		rc = ses_stream_fetch(
		    f->m->store, &f->where, &st->parts[i], &redactions, err);
		if (rc < 0)
			break;
		entry =
		    ses_entry_format(&st->parts[i], ses_buf_cstr(&redactions));
		if (json_array_append_new(f->src->pending, entry) < 0)
			rc = ses_fail_nomem(err);
		else
			ses_state_count(f->src, entry);
	}
	ses_buf_free(&redactions);
	return rc;
}

/* The part that a stream resumes behind, not one of a torn line; NULL: it
 * resumes at its beginning. */
static const struct ses_entry *
last_whole(const struct ses_stream *st)
{
	size_t i = st->n;

	while (i > 0 && st->parts[i - 1].torn)
		i--;
	return i == 0 ? NULL : &st->parts[i - 1];
}

/* The proof of where the stream resumes, and whether that is inside a long
 * line. */
static void
take_proof(struct ses_state_source *src, const struct ses_stream *st)
{
	const struct ses_entry *e = last_whole(st);

	src->in_line = e != NULL && e->inside;
	if (e == NULL)
		ses_sha256_of("", 0, src->k);
	else
		memcpy(src->k, e->k, sizeof(src->k));
}

/* The merged object that it ends with, if it does. */
static void
take_last(struct ses_state_source *src, const struct ses_stream *st)
{
	const struct ses_entry *e = &st->parts[st->n - 1];

	src->last[0] = '\0';
	if (ses_entry_is_merged(e))
		memcpy(src->last, e->name, sizeof(src->last));
}

int
ses_flush_take_stream(
    struct ses_flush *f, struct ses_stream *st, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	const struct ses_entry *last;

	if (gather_pending(f, st, err) < 0)
		return -1;
	last = &st->parts[st->n - 1];
	memcpy(src->w, st->w, sizeof(src->w));
	memcpy(src->stream, st->id, sizeof(src->stream));
	src->rev = st->doc == NULL ? 0 : ses_doc_u64(st->doc, "rev");
	src->opened = st->opened;
	src->opened_size = st->opened_size;
	src->cursor = ses_stream_resume(st);
	src->next_seq = st->next_seq;
	src->torn_to = last->torn ? last->to : 0;
	src->has_sha = 0;
	src->last_event = st->last_event;
	src->started =
	    st->doc == NULL ? 0 : ses_doc_time(st->doc, "started_at");
	src->checkpoint_seq =
	    st->doc == NULL ? 0 : (uint32_t)ses_doc_u64(st->doc, "next_seq");
	/* that it is no copy any more is told soon: an import would go on */
	src->checkpoint_at =
	    st->doc == NULL || json_is_true(json_object_get(st->doc, "copied"))
		? 0
		: ses_doc_time(st->doc, "updated_at");
	src->no_redact = st->doc != NULL &&
			 json_is_true(json_object_get(st->doc, "no_redact"));
	src->rows = strcmp(ses_doc_str(st->doc, "cursor_unit"), "row") == 0;
	ses_state_mind_known(src);
	take_last(src, st);
	/* not that of the source, which may be another by now */
	take_proof(src, st);
	return 0;
}

/* Make the state's entry what the stream says. */
static int
go_on_with(struct ses_flush *f, struct ses_stream *st, struct seshat_err *err)
{
	struct ses_block b;

	if (ses_flush_take_stream(f, st, err) < 0)
		return -1;
	/* without a checkpoint only the first lines tell when it began */
	if (f->src->started == 0 && st->doc == NULL) {
		if (ses_source_check(&f->m->source, 0, NULL, err) < 0 ||
		    (ses_source_next(&f->m->source, 0, 0, 0, &b, err) < 0 &&
			err->code != SESHAT_ECONFLICT))
			return -1;
		if (b.kind == SES_BLOCK_LINES)
			f->src->started = ses_flush_first_event(
			    b.data + b.start, b.stop - b.start);
	}
	ses_log(SES_DEBUG, "%s: going on with stream %s at %llu", f->path,
	    st->id, (unsigned long long)f->src->cursor);
	return 0;
}

/* Whether the stream is of what our source was before: it stood at this path,
 * or at one where there is nothing now. */
static int
is_before(const struct ses_flush *f, const struct ses_stream *st)
{
	const char *path = ses_doc_str(st->doc, "source_path");

	return st->doc != NULL && is_ours(f, st) && path[0] != '\0' &&
	       (strcmp(path, f->path) == 0 || has_left(f, path)) &&
	       !is_taken(f, st);
}

/* A stream that is opened now comes later than those of ours, and than what a
 * killed run has begun for it elsewhere, of which no checkpoint says whose it
 * is: the writer tells. */
static void
come_last(struct ses_flush *f, const struct ses_streams *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if ((is_ours(f, &l->v[i]) ||
			strcmp(l->v[i].w, f->src->w) == 0) &&
		    l->v[i].opened > f->src->opened)
			f->src->opened = l->v[i].opened;
}

/* Of our streams the one that our source continues and that has most. */
int
ses_flush_find_stream(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *best = NULL;
	const struct ses_stream *before = NULL;
	size_t i;
	int rc = -1;

	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n; i++) {
		/* what would be added to a superseded one nobody would see */
		rc = ses_streams_superseded(&l, &l.v[i])
			 ? 0
			 : fits(f, &l.v[i], err);
		if (rc < 0)
			goto out;
		if (rc > 0 && (best == NULL || l.v[i].cursor > best->cursor))
			best = &l.v[i];
		if (is_before(f, &l.v[i]) &&
		    (before == NULL || l.v[i].opened > before->opened))
			before = &l.v[i];
	}
	/* it was rewritten, and may have moved: ours comes in its place */
	if (best == NULL && before != NULL && f->src->w[0] == '\0')
		memcpy(f->src->w, before->w, sizeof(f->src->w));
	come_last(f, &l);
	rc = best == NULL ? 0 : go_on_with(f, best, err);
	/* a damaged one waits for its repair, the session does not */
	if (rc < 0 &&
	    (err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT ||
		err->code == SESHAT_ENOTFOUND)) {
		ses_flush_restart(f);
		rc = 0;
	}
out:
	ses_streams_free(&l);
	return rc;
}

/* A flag that differs from what is pinned is a mistake. */
static int
check_project(struct ses_flush *f, struct seshat_err *err)
{
	if (f->m->opts.project_is_flag &&
	    strcmp(f->m->opts.project, f->where.project) != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "session %s belongs to project '%s', not '%s'", f->where.id,
		    f->where.project, f->m->opts.project);
	return 0;
}

static int
ask_store(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_buf project = {0};
	int rc = ses_removed_get(f->m->store, &f->where, err);

	if (rc < 0)
		return -1;
	if (rc > 0 && !f->m->opts.again)
		return SES_FLUSH_REMOVED;
	if (rc > 0 && ses_removed_undo(f->m->store, &f->where, err) < 0)
		return -1;
	rc = ses_pin_get(f->m->store, &f->where, &project, err);
	if (rc == 0) {
		rc = ses_flush_use_project(f, ses_buf_cstr(&project), err);
		if (rc == 0)
			rc = check_project(f, err);
		if (rc == 0)
			rc = ses_flush_find_stream(f, err);
	} else if (err->code == SESHAT_ENOTFOUND) {
		rc = ses_flush_choose_project(f, err);
		if (rc == 0) /* the pin alone may have been lost */
			rc = ses_flush_find_stream(f, err);
		if (rc == 0 && f->src->stream[0] != '\0')
			rc =
			    ses_pin_make(f->m->store, &f->where, &project, err);
	}
	ses_buf_free(&project);
	return rc;
}

int
ses_flush_is_owned(const struct ses_flush *f, const struct ses_stream *st)
{
	const char *owner = ses_doc_str(st->doc, "owner");

	return owner[0] == '\0' || strcmp(owner, f->m->owner.id) == 0;
}

int
ses_flush_fits_state(
    const struct ses_state_source *src, const struct ses_stream *st)
{
	const struct ses_entry *e = last_whole(st);

	return !st->hole && st->next_seq == src->next_seq && st->n > 0 &&
	       ses_stream_resume(st) == src->cursor &&
	       (e == NULL || e->k[0] == '\0' || strcmp(e->k, src->k) == 0);
}

/* Whether the stream stands in the store as the state has it; then the state
 * learns what it ends with. */
static int
stands(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	int rc = SES_FLUSH_RESTART;

	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	st = ses_streams_named(&l, f->src->stream);
	if (st != NULL && ses_flush_is_owned(f, st) &&
	    ses_flush_fits_state(f->src, st)) {
		rc = has_object(f, &st->parts[st->n - 1], err);
		rc = rc < 0 ? -1 : rc > 0 ? SES_FLUSH_OK : SES_FLUSH_RESTART;
	}
	if (rc == SES_FLUSH_OK) {
		take_last(f->src, st);
		rc = ses_flush_save(f, err);
	}
	ses_streams_free(&l);
	return rc;
}

/* Whether this is the header of the part that the state has come to: after
 * the vault was put back another one may have the name. */
static int
is_last(const struct ses_state_source *src, const struct ses_part_head *h)
{
	if (strcmp(h->w, src->w) != 0)
		return 0;
	return h->torn ? h->from == src->cursor && h->to == src->torn_to
		       : h->to == src->cursor && strcmp(h->k, src->k) == 0;
}

int
ses_state_held(struct ses_store *store, const struct ses_where *w,
    const struct ses_state_source *src, struct seshat_err *err)
{
	struct ses_part_head head = {0};
	char name[SES_PART_NAME];
	uint64_t body;

	if (src->last[0] != '\0')
		memcpy(name, src->last, sizeof(name));
	else
		ses_key_part(name, src->next_seq - 1, src->stream);
	if (ses_stream_head(store, w, name, &head, &body, err) == 0)
		return is_last(src, &head);
	return err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT ||
		       err->code == SESHAT_EFORMAT
		   ? 0
		   : -1;
}

int
ses_flush_look(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	int far = !(ses_store_caps(f->m->store) & SES_STORE_LOCAL);
	int64_t now = ses_time_now();
	int rc;

	/* a store that is asked over a network is believed for a while, unless
	 * it was seen missing */
	if (far &&
	    now - (src->ack > src->looked ? src->ack : src->looked) < LOOK_MS &&
	    src->looked >= ses_state_missed(f->m->state_dir))
		return SES_FLUSH_OK;
	rc = ses_state_held(f->m->store, &f->where, src, err);
	if (rc < 0)
		return -1;
	/* it may have been merged away, and the state not know of it */
	rc = rc > 0 ? SES_FLUSH_OK : stands(f, err);
	if (rc == SES_FLUSH_OK && far) {
		src->looked = now;
		rc = ses_flush_save(f, err);
	}
	return rc;
}

/* The store no longer is as the state has it.  That the source was rewritten
 * may be seen where the state stands, and not where the stream has come to. */
static int
forget_place(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	int rc = ses_source_check(&f->m->source, src->cursor, src->k, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		memcpy(f->left, src->stream, sizeof(f->left));
	ses_log(SES_DEBUG,
	    "%s: what was stored of it is gone, asking the store", f->path);
	ses_flush_restart(f);
	f->r->lost = 1;
	return 0;
}

int
ses_flush_adopt(struct ses_flush *f, struct seshat_err *err)
{
	int rc;

	if (f->how->origin != NULL)
		ses_state_free(&f->state);
	f->src = ses_state_find(&f->state, f->path);
	if (f->src == NULL && find_moved(f, err) < 0)
		return -1;
	if (f->state.project != NULL)
		f->where.project = f->state.project;
	if (f->src != NULL && f->how->fresh) {
		ses_flush_restart(f);
		if (ses_flush_save(f, err) < 0)
			return -1;
	}
	if (f->src != NULL && f->src->stream[0] != '\0') {
		rc = ses_flush_look(f, err);
		if (rc == SES_FLUSH_OK)
			return check_project(f, err);
		if (rc != SES_FLUSH_RESTART)
			return rc;
		if (forget_place(f, err) < 0)
			return -1;
	}
	if (f->src == NULL)
		f->src = ses_state_add(&f->state, f->path);
	if (f->src == NULL)
		return ses_fail_nomem(err);
	rc = ask_store(f, err);
	/* what was learned need not be asked for again */
	if (rc == SES_FLUSH_OK && f->src->stream[0] != '\0')
		rc = ses_flush_save(f, err);
	return rc;
}
