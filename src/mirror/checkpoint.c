/* Checkpoints of a stream and the summaries for people. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "mirror/spool.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define TRIES 2 /* after the first */

/* Its user removed the session while we were at it: nothing of ours stays. */
static int
removed(struct ses_flush *f, struct seshat_err *err)
{
	if (ses_vault_remove(f->m->store, &f->where, err) < 0)
		return -1;
	ses_spool_clear_all(f->m, &f->state);
	return SES_FLUSH_REMOVED;
}

/*
 * The present checkpoint is one that we may go on from when it is ours and
 * says nothing that we do not know: also when we wrote it and died before our
 * own state said so.
 */
static int
is_known(const struct ses_flush *f, const json_t *doc)
{
	const struct ses_state_source *src = f->src;
	const json_t *e;
	uint64_t next = ses_doc_u64(doc, "next_seq");
	size_t i;

	if (strcmp(ses_doc_str(doc, "stream"), src->stream) != 0 ||
	    strcmp(ses_doc_str(doc, "owner"), f->m->owner.id) != 0 ||
	    ses_doc_u64(doc, "rev") < src->rev || next > src->next_seq)
		return 0;
	if (next == src->checkpoint_seq || next == 0)
		return 1;
	for (i = 0; i < json_array_size(src->pending); i++) {
		e = json_array_get(src->pending, i);
		if ((uint64_t)json_integer_value(
			json_array_get(json_object_get(e, "seq"), 1)) +
			1 ==
		    next)
			return strcmp(ses_doc_str(e, "k"),
				   ses_doc_str(
				       json_array_get(
					   json_object_get(doc, "parts"),
					   json_array_size(
					       json_object_get(doc, "parts")) -
					       1),
				       "k")) == 0;
	}
	return 0;
}

/* The document to go on from: the present one, or a new one. */
struct present {
	json_t *doc;
	int is_new;
	char tag[SES_STORE_TAG]; /* of its object */
};

static int
present(struct ses_flush *f, const char *key, struct present *out,
    struct seshat_err *err)
{
	json_t *doc = ses_doc_get(f->m->store, key, err);

	(void)snprintf(
	    out->tag, sizeof(out->tag), "%s", ses_store_tag(f->m->store));

	if (doc == NULL && err->code == SESHAT_ENOTFOUND) {
		if (f->src->rev != 0)
			return SES_FLUSH_RESTART;
		out->doc = json_object();
		out->is_new = 1;
		return SES_FLUSH_OK;
	}
	if (doc == NULL)
		return err->code == SESHAT_ECORRUPT ? SES_FLUSH_RESTART : -1;
	if (!is_known(f, doc)) {
		json_decref(doc);
		return SES_FLUSH_RESTART;
	}
	out->doc = doc;
	return SES_FLUSH_OK;
}

/* Entries of parts that the document does not list yet. */
static void
add_entries(const struct ses_flush *f, json_t *doc)
{
	uint64_t next = ses_doc_u64(doc, "next_seq");
	json_t *parts = json_object_get(doc, "parts");
	json_t *e;
	size_t i;

	if (!json_is_array(parts)) {
		(void)json_object_set_new(doc, "parts", json_array());
		parts = json_object_get(doc, "parts");
	}
	for (i = 0; i < json_array_size(f->src->pending); i++) {
		e = json_array_get(f->src->pending, i);
		if ((uint64_t)json_integer_value(
			json_array_get(json_object_get(e, "seq"), 0)) >= next)
			(void)json_array_append(parts, e);
	}
}

/* Where the agent had the transcript; NULL: nobody knows. */
static const char *
source_path(const struct ses_flush *f)
{
	return f->how->origin != NULL ? f->how->origin->source_path
				      : f->src->path;
}

static int
set_text(struct ses_flush *f, json_t *doc, const char *name, const char *text,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = text == NULL ? 0 : ses_flush_text(f, text, &b, err);

	(void)ses_buf_cstr(&b);
	if (rc == 0)
		rc = ses_buf_check(&b, err);
	if (rc == 0)
		ses_doc_set_str(doc, name, text == NULL ? NULL : b.data);
	ses_buf_free(&b);
	return rc;
}

static int
set_texts(struct ses_flush *f, json_t *doc, struct seshat_err *err)
{
	if (set_text(f, doc, "source_path", source_path(f), err) < 0)
		return -1;
	return f->how->origin == NULL ? 0
				      : set_text(f, doc, "imported_from",
					    f->how->origin->name, err);
}

/* When the session began: as its lines say, else as its origin does. */
static int64_t
started(const struct ses_flush *f)
{
	return f->src->started != 0 || f->how->origin == NULL
		   ? f->src->started
		   : f->how->origin->started;
}

static int64_t
ended(const struct ses_flush *f, const char *end, int64_t now)
{
	if (end == NULL)
		return 0;
	return f->how->origin != NULL && f->how->origin->ended != 0
		   ? f->how->origin->ended
		   : now;
}

static int
fill_in(struct ses_flush *f, json_t *doc, const char *end, uint64_t rev,
    struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	char hex[SES_SHA256_HEX];
	int64_t now = ses_time_now();

	ses_doc_set_u64(doc, "schema_version", SES_ENTRIES_SCHEMA);
	ses_doc_set_str(doc, "writer", "seshat " SESHAT_VERSION);
	ses_doc_set_str(doc, "stream", src->stream);
	ses_doc_set_u64(doc, "rev", rev);
	ses_doc_set_str(doc, "owner", f->m->owner.id);
	ses_doc_set_str(doc, "w", src->w);
	ses_doc_set_str(doc, "host", f->m->owner.host);
	/* an import may go on with a copy, not with what its owner writes */
	(void)json_object_del(doc, "copied");
	if (set_texts(f, doc, err) < 0)
		return -1;
	ses_doc_set_u64(doc, "source_size_at_open", src->opened_size);
	ses_doc_set_time(doc, "opened_at", src->opened);
	ses_doc_set_time(doc, "started_at", started(f));
	ses_doc_set_time(doc, "updated_at", now);
	ses_doc_set_time(doc, "last_event_at", src->last_event);
	ses_doc_set_time(doc, "ended_at", ended(f, end, now));
	ses_doc_set_str(doc, "end_reason", end);
	ses_doc_set_u64(doc, "cursor", src->cursor);
	if (src->rows)
		ses_doc_set_str(doc, "cursor_unit", "row");
	if (src->no_redact)
		(void)json_object_set_new(doc, "no_redact", json_true());
	add_entries(f, doc);
	ses_doc_set_u64(doc, "schema_version",
	    ses_entries_schema(json_object_get(doc, "parts")));
	ses_doc_set_u64(doc, "next_seq", src->next_seq);
	ses_sha256_hex(&src->sha, hex);
	ses_doc_set_str(doc, "transcript_sha256_so_far",
	    !src->has_sha              ? NULL
	    : src->torn_sha[0] != '\0' ? src->torn_sha
				       : hex);
	if (json_object_get(doc, "garbage") == NULL)
		(void)json_object_set_new(doc, "garbage", json_array());
	return 0;
}

/* The name of the agent: as set for its folder, for all, or as it says. */
static const char *
agent_of(const struct ses_flush *f)
{
	const struct ses_mirror_opts *o = &f->m->opts;

	if (o->here != NULL && o->here->agent != NULL && ses_flush_ran_here(f))
		return o->here->agent;
	return o->agent != NULL ? o->agent : f->session->agent;
}

/* What people and other programs want to know of the session. */
static int
make_meta(
    struct ses_flush *f, int64_t ended_at, json_t **out, struct seshat_err *err)
{
	const struct ses_session *s = f->session;
	const struct ses_state_source *src = f->src;
	const struct {
		const char *name;
		const char *text;
	} texts[] = {{"title", s->title}, {"source_path", source_path(f)},
	    {"cwd", s->cwd}, {"agent_id", agent_of(f)}};
	struct ses_buf b = {0};
	json_t *doc = json_object();
	size_t i;

	ses_doc_set_str(doc, "id", s->id);
	ses_doc_set_str(doc, "harness", s->harness->name);
	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "session_id", s->id);
	ses_doc_set_str(doc, "project", f->where.project);
	ses_doc_set_str(doc, "parent_session_id", s->parent);
	ses_doc_set_str(doc, "host", f->m->owner.host);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ses_buf_clear(&b);
		if (texts[i].text != NULL &&
		    ses_flush_text(f, texts[i].text, &b, err) < 0)
			goto fail;
		(void)ses_buf_cstr(&b);
		if (ses_buf_check(&b, err) < 0)
			goto fail;
		ses_doc_set_str(
		    doc, texts[i].name, texts[i].text != NULL ? b.data : NULL);
	}
	ses_buf_free(&b);
	ses_doc_set_time(doc, "started_at", started(f));
	ses_doc_set_time(doc, "last_event_at", src->last_event);
	ses_doc_set_time(doc, "last_uploaded_at", src->ack);
	ses_doc_set_time(doc, "ended_at", ended_at);
	ses_doc_set_u64(doc, "total_source_bytes",
	    src->rows                    ? src->size
	    : src->torn_to > src->cursor ? src->torn_to
					 : src->cursor);
	ses_doc_set_u64(doc, "total_uploaded_bytes", src->size);
	ses_doc_set_u64(doc, "stored_bytes", src->stored);
	ses_doc_set_u64(doc, "lines", src->lines);
	(void)json_object_set(doc, "redaction_counts", src->redactions);
	ses_doc_set_str(doc, "stream", src->stream);
	ses_doc_set_str(doc, "writer", "seshat " SESHAT_VERSION);
	if (ses_doc_check(err) < 0)
		goto fail;
	ses_buf_free(&b);
	*out = doc;
	return 0;
fail:
	ses_buf_free(&b);
	json_decref(doc);
	return -1;
}

/* meta.json: the summary and, as tracecraft's readers expect, the parts. */
static int
put_meta(struct ses_flush *f, const json_t *checkpoint, int64_t ended_at,
    struct seshat_err *err)
{
	json_t *parts = json_object_get(checkpoint, "parts");
	struct ses_buf key = {0};
	json_t *doc;
	int rc;

	if (make_meta(f, ended_at, &doc, err) < 0)
		return -1;
	(void)json_object_del(doc, "id");
	(void)json_object_set(doc, "parts", parts);
	ses_key_session(&key, &f->where);
	ses_buf_str(&key, "meta.json");
	rc = ses_doc_put(f->m->store, ses_buf_cstr(&key), doc,
	    SES_PUT_CACHE | SES_PUT_INSIDE, err);
	ses_buf_free(&key);
	json_decref(doc);
	return rc;
}

/* Somebody may have lost the pin, and without it nobody finds the session. */
static int
keep_pin(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_buf project = {0};
	int rc = ses_pin_get(f->m->store, &f->where, &project, err);

	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = ses_pin_make(f->m->store, &f->where, &project, err);
	if (rc == 0 && strcmp(ses_buf_cstr(&project), f->where.project) != 0)
		rc = ses_fail(err, SESHAT_ECONFLICT,
		    "session %s is stored in project '%s', but ids/ says '%s'",
		    f->where.id, f->where.project, ses_buf_cstr(&project));
	ses_buf_free(&project);
	return rc;
}

/* Whether the document says already that all there is has ended. */
static int
has_ended(const struct ses_flush *f, const json_t *doc)
{
	return ses_doc_time(doc, "ended_at") != 0 &&
	       ses_doc_u64(doc, "next_seq") == f->src->next_seq &&
	       json_array_size(f->src->pending) == 0;
}

/* What nothing is decided by is done less often where requests cost: at the
 * first checkpoint, at every so manieth, and at the end. */
static int
is_due(const struct ses_flush *f, uint64_t rev, unsigned every, const char *end)
{
	return ses_store_caps(f->m->store) & SES_STORE_LOCAL ||
	       rev % every == 1 || end != NULL;
}

/* Write the next one, which goes on from that, and the summary. */
static int
put_checkpoint(struct ses_flush *f, const char *key, const struct present *from,
    const char *end, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	json_t *doc = from->doc;
	uint64_t rev = ses_doc_u64(doc, "rev") + 1;

	if (fill_in(f, doc, end, rev, err) < 0 ||
	    ses_flush_tidy(f, doc, err) < 0)
		return -1;
	if (ses_doc_put_over(f->m->store, key, doc,
		from->is_new ? NULL : from->tag, err) < 0)
		return -1;
	src->rev = rev;
	src->checkpoint_seq = src->next_seq;
	src->checkpoint_at = src->ack;
	(void)json_array_clear(src->pending);
	ses_flush_merged(f, src, doc);
	if (ses_flush_save(f, err) < 0)
		return -1;
	return is_due(f, rev, 4, end)
		   ? put_meta(f, doc, ses_doc_time(doc, "ended_at"), err)
		   : 0;
}

/* Of a stream that this flush has just opened, under a name that nobody else
 * knows, a far store need not be asked again. */
static int
is_new(const struct ses_flush *f)
{
	return f->r->opened && f->src->rev == 0 &&
	       !(ses_store_caps(f->m->store) & SES_STORE_LOCAL);
}

/* One try; SESHAT_ECONFLICT, it was changed meanwhile.  new: there is none. */
static int
write_next(struct ses_flush *f, const char *key, const char *end, int new,
    struct seshat_err *err)
{
	struct present now = {.doc = new ? json_object() : NULL, .is_new = new};
	int rc = new ? SES_FLUSH_OK : present(f, key, &now, err);

	if (rc != SES_FLUSH_OK)
		goto out;
	if (end != NULL && has_ended(f, now.doc)) {
		/* nothing is new, also for the index */
		json_decref(f->r->meta);
		f->r->meta = NULL;
	} else {
		rc = put_checkpoint(f, key, &now, end, err);
	}
	if (rc == 0 && end != NULL && f->r->meta != NULL)
		ses_doc_set_time(
		    f->r->meta, "ended_at", ses_doc_time(now.doc, "ended_at"));
out:
	json_decref(now.doc);
	return rc;
}

int
ses_flush_checkpoint(
    struct ses_flush *f, const char *end, struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	struct ses_buf key = {0};
	int new = is_new(f);
	int rc = new ? 0 : ses_removed_get(f->m->store, &f->where, err);
	int i;

	if (rc != 0)
		return rc < 0 ? -1 : removed(f, err);
	if (!new &&is_due(f, src->rev + 1, 8, end) && keep_pin(f, err) < 0)
		return -1;
	ses_key_session(&key, &f->where);
	ses_buf_fmt(&key, "stream-%s.json", src->stream);
	rc = write_next(f, ses_buf_cstr(&key), end, new, err);
	/* a put of ours that the network held back until now: it is one that
	 * may be gone on from, or the stream is somebody else's */
	for (i = 0; i < TRIES && rc < 0 && err->code == SESHAT_ECONFLICT; i++)
		rc = write_next(f, key.data, end, 0, err);
	ses_buf_free(&key);
	return rc < 0 && err->code == SESHAT_ECONFLICT ? SES_FLUSH_RESTART : rc;
}

int
ses_flush_summary(struct ses_flush *f, struct seshat_err *err)
{
	json_t *doc;

	if (make_meta(f, 0, &doc, err) < 0)
		return -1;
	(void)json_object_del(doc, "redaction_counts");
	json_decref(f->r->meta);
	f->r->meta = doc;
	return 0;
}
