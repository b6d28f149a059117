/* Pieces of another program into streams of ours. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "harness/peek.h"
#include "harness/session.h"
#include "import/assemble.h"
#include "import/here.h"
#include "import/meta.h"
#include "import/one.h"
#include "mirror/repair.h"
#include "mirror/run.h"
#include "mirror/state.h"
#include "pack/gunzip.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define UNPACKED_MAX (UINT64_C(64) << 30) /* of one piece: a bomb ends here */

/* A transcript on its way into the store. */
struct text {
	struct ses_importing *s;
	struct ses_meta meta;
	struct ses_assembly a;
	char taken[SES_VERSIONS_MAX][SES_STREAM_ID]; /* streams of versions */
	size_t n_taken;
};

static void
on_lost(void *arg, const char *name)
{
	ses_import_damage(arg, name, "is not there, though meta.json lists it");
}

static void
on_note(void *arg, const char *name, const char *what)
{
	ses_import_damage(((struct text *)arg)->s, name, what);
}

static int
key_of(const struct ses_importing *s, const char *name, struct ses_buf *key,
    struct seshat_err *err)
{
	ses_buf_str(key, s->s->prefix);
	ses_buf_str(key, name);
	(void)ses_buf_cstr(key);
	return ses_buf_check(key, err);
}

static int
fetch_gzip(struct ses_store *store, const char *key, struct ses_spool *to,
    struct seshat_err *err)
{
	struct ses_sink out = ses_spool_sink(to);
	struct ses_gunzip g = {0};
	struct ses_sink in;
	int rc = ses_gunzip_open(&g, UNPACKED_MAX, &out, err);

	in = ses_gunzip_sink(&g);
	if (rc == 0)
		rc = ses_store_get(store, key, 0, 0, &in, err);
	if (rc == 0)
		rc = ses_gunzip_close(&g, err);
	ses_gunzip_free(&g);
	return rc;
}

static int
fetch(void *arg, const struct ses_piece *p, struct ses_spool *to,
    struct seshat_err *err)
{
	const struct text *t = arg;
	struct ses_store *store = t->s->im->what->from->bucket.store;
	struct ses_sink sink = ses_spool_sink(to);
	struct ses_buf key = {0};
	int rc = key_of(t->s, p->name, &key, err);

	if (rc == 0)
		rc = p->gzip ? fetch_gzip(store, key.data, to, err)
			     : ses_store_get(store, key.data, 0, 0, &sink, err);
	ses_buf_free(&key);
	return rc;
}

/* What meta.json says; what is wrong with it is noted. */
static int
read_meta(struct text *t, struct seshat_err *err)
{
	struct ses_importing *s = t->s;
	const struct ses_meta_lost lost = {on_lost, s};
	struct ses_buf key = {0};
	struct ses_buf b = {0};
	char what[256];
	int rc;

	ses_pieces_by_name(s->v, s->n);
	rc = key_of(s, "meta.json", &key, err);
	if (rc == 0 && s->has_meta) {
		rc = ses_store_read(s->im->what->from->bucket.store, key.data,
		    SES_META_MAX, &b, err);
		if (rc == 0)
			rc = ses_meta_read(&t->meta,
			    b.data != NULL ? b.data : "", b.len, s->v, s->n,
			    &lost, err);
		if (rc < 0 && (err->code == SESHAT_EFORMAT ||
				  err->code == SESHAT_ELIMIT ||
				  err->code == SESHAT_ENOTFOUND)) {
			(void)snprintf(what, sizeof(what),
			    "cannot be used: %.200s", err->msg);
			ses_import_note(s, "meta.json", what);
			rc = 0;
		}
	}
	ses_pieces_by_time(s->v, s->n);
	ses_buf_free(&key);
	ses_buf_free(&b);
	return rc;
}

static void
say_nothing(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	(void)arg;
	(void)st;
	(void)e;
	(void)what;
}

static int
is_taken(const struct text *t, const char *stream)
{
	size_t i;

	for (i = 0; i < t->n_taken; i++)
		if (strcmp(t->taken[i], stream) == 0)
			return 1;
	return 0;
}

static void
take(struct text *t, const char *stream)
{
	if (t->n_taken < SES_VERSIONS_MAX)
		memcpy(t->taken[t->n_taken++], stream, SES_STREAM_ID);
}

/* Whose writer may go on with a stream: that of this import, or of an earlier
 * one of ours, which came from elsewhere; NULL: it is not an import's. */
static const char *
writer_of(const struct ses_importing *s, const struct ses_stream *st)
{
	const char *from =
	    st->doc == NULL ? "" : ses_doc_str(st->doc, "imported_from");
	char w[SES_WRITER_ID];

	ses_owner_writer(&s->im->m.owner, s->name, w);
	if (strcmp(st->w, w) == 0)
		return s->name;
	ses_owner_writer(&s->im->m.owner, from, w);
	return from[0] != '\0' && strcmp(st->w, w) == 0 ? from : NULL;
}

/* The stream that an import of this session began with this text, and the name
 * of its writer; NULL and *out NULL when there is none. */
static int
find_stream(struct text *t, const struct ses_streams *l,
    const struct ses_spool *text, const struct ses_stream **out,
    struct seshat_err *err)
{
	struct ses_importing *s = t->s;
	const struct ses_session session = {
	    .path = (char *)(uintptr_t)text->path};
	struct ses_verify v = {.problem = say_nothing};
	size_t i;
	int rc;

	*out = NULL;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].n == 0 || l->v[i].hole ||
		    writer_of(s, &l->v[i]) == NULL || is_taken(t, l->v[i].id))
			continue;
		rc = ses_source_verify(
		    s->im->m.store, &s->to, &session, &l->v[i], &v, err);
		if (rc < 0)
			return -1;
		if (rc == 1 &&
		    (*out == NULL || l->v[i].cursor > (*out)->cursor))
			*out = &l->v[i];
	}
	return 0;
}

/* What the text itself tells of the session, and meta.json else. */
static int
describe(const struct text *t, const struct ses_spool *text,
    struct ses_session *out, struct seshat_err *err)
{
	const struct ses_importing *s = t->s;
	const struct ses_harness_ops *known = ses_harness_named(s->s->harness);
	const char *dot = strchr(s->s->id, '.');
	struct ses_peek p = {.fd = -1};
	struct stat st;
	int rc = -1;

	out->id = ses_str_dup(s->s->id);
	out->path = ses_str_dup(text->path);
	if (out->id == NULL || out->path == NULL)
		return ses_fail_nomem(err);
	if (known != NULL && known->describe != NULL) {
		if (ses_peek_path(&p, text->path, &st, err) < 0)
			return -1;
		rc = known->describe(known, &p, out, err);
		ses_peek_close(&p);
		ses_peek_free(&p);
		if (rc < 0)
			return -1;
	}
	if (out->parent == NULL && dot != NULL && dot != s->s->id &&
	    ses_session_set(
		&out->parent, s->s->id, (size_t)(dot - s->s->id), err) < 0)
		return -1;
	if (t->meta.cwd != NULL && ses_session_set(&out->cwd, t->meta.cwd,
				       strlen(t->meta.cwd), err) < 0)
		return -1;
	if (out->title == NULL && t->meta.title != NULL &&
	    ses_session_set(
		&out->title, t->meta.title, strlen(t->meta.title), err) < 0)
		return -1;
	if (t->meta.agent != NULL && ses_session_set(&out->agent, t->meta.agent,
					 strlen(t->meta.agent), err) < 0)
		return -1;
	return 0;
}

/* The state that a flush leaves behind: the store alone decides here. */
static void
forget_state(const struct ses_importing *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	if (ses_state_path(
		s->im->dir, s->s->harness, s->s->id, &path, &ignored) == 0)
		(void)unlink(path.data);
	ses_buf_free(&path);
}

/* One flush of the text, into this stream of this writer or a new one. */
static int
flush(struct text *t, const struct ses_spool *text, const char *stream,
    const char *name, const char *end, struct seshat_err *err)
{
	struct ses_importing *s = t->s;
	struct ses_importer *im = s->im;
	const struct ses_harness_ops ops = {.name = s->s->harness};
	const struct ses_flush_origin origin = {.name = name,
	    .source_path = t->meta.source_path,
	    .stream = stream,
	    .started = t->meta.started,
	    .ended = t->meta.ended};
	const struct ses_flush_how how = {
	    .end = end, .final = 1, .origin = &origin};
	struct ses_session session = {.harness = &ops};
	struct ses_flush_result r = {0};
	int rc;

	rc = describe(t, text, &session, err);
	if (rc == 0) {
		im->m.opts.project = ses_import_project(s);
		rc = ses_mirror_flush(&im->m, &session, &how, &r, err);
		forget_state(s);
	}
	s->imported |= r.parts > 0;
	s->removed |= r.removed;
	im->totals.new_bytes += r.new_bytes;
	im->totals.stored_bytes += r.stored_bytes;
	im->totals.redactions += r.redactions;
	if (ses_run_add_result(im->rows, &r) < 0 && rc == 0)
		rc = ses_fail_nomem(err);
	ses_flush_result_free(&r);
	ses_session_free(&session);
	return rc;
}

/* One version of the transcript; last: it is the one that counts. */
static int
store_version(struct text *t, const struct ses_spool *text, int last,
    struct seshat_err *err)
{
	struct ses_importing *s = t->s;
	const char *end = last && t->meta.ended != 0 ? "imported" : NULL;
	const struct ses_stream *st = NULL;
	struct ses_streams l = {0};
	char stream[SES_STREAM_ID] = "";
	struct ses_buf name = {0};
	int rc = ses_import_where(s, err);

	if (rc == 0 && s->to.project != NULL)
		rc = ses_streams_load(s->im->m.store, &s->to, &l, err);
	if (rc == 0)
		rc = find_stream(t, &l, text, &st, err);
	if (rc == 0 && st == NULL && l.n > 0)
		rc = ses_import_here(&s->im->m, &s->to, &l, text, err);
	if (st != NULL) {
		memcpy(stream, st->id, sizeof(stream));
		take(t, stream);
		ses_buf_str(&name, writer_of(s, st));
		/* all of it, and its end if that is known; without a
		 * checkpoint an import was cut off */
		if (st->cursor >= text->size && st->doc != NULL &&
		    (end == NULL || st->ended != 0))
			rc = 1;
	}
	ses_streams_free(&l);
	(void)ses_buf_cstr(&name);
	if (rc == 0)
		rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = stream[0] != '\0'
			 ? flush(t, text, stream, name.data, end, err)
			 : flush(t, text, NULL, s->name, end, err);
	ses_buf_free(&name);
	return rc < 0 ? -1 : 0;
}

int
ses_import_pieces(struct ses_importing *s, struct seshat_err *err)
{
	struct text t = {.s = s};
	size_t i;
	int rc;

	t.a = (struct ses_assembly){
	    .dir = s->im->dir, .fetch = fetch, .note = on_note, .arg = &t};
	rc = read_meta(&t, err);
	if (rc == 0)
		rc = ses_assemble(&t.a, s->v, s->n, err);
	if (rc == 0 && t.a.n == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND,
		    "none of its %zu parts can be used", s->n);
	for (i = 0; i < t.a.n && rc == 0 && !s->removed; i++)
		if (t.a.v[i].text.size > 0)
			rc = store_version(
			    &t, &t.a.v[i].text, i + 1 == t.a.n, err);
	ses_assembly_free(&t.a);
	ses_meta_free(&t.meta);
	return rc;
}

int
ses_import_text(struct ses_importing *s, const struct ses_spool *text,
    struct seshat_err *err)
{
	struct text t = {.s = s};

	return text->size > 0 ? store_version(&t, text, 1, err) : 0;
}

int
ses_import_whole(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_neighbour *from = s->im->what->from;
	struct ses_spool text = {0};
	int rc = ses_spool_open(&text, s->im->dir, err);

	if (rc == 0)
		rc = from->ops->read(from, s->s, &text, err);
	if (rc == 0)
		rc = ses_import_text(s, &text, err);
	ses_spool_close(&text);
	return rc;
}
