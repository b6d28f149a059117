#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "harness/twin.h"
#include "mirror/beside.h"
#include "mirror/known.h"
#include "mirror/spool.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/plan.h"

#define CHECKPOINT_MS INT64_C(3600000)
#define SHRUNK_MS     INT64_C(60000)   /* a network may be late that long */
#define COMPARE_MS    INT64_C(3600000) /* rows: all of them, that often */
#define RESTARTS      4 /* a source that changes faster is left for later */

/* "<folder>/<16 hex of the store's name>" in the place for state. */
static int
dir_of(const struct ses_store *s, const char *folder, struct ses_buf *out,
    struct seshat_err *err)
{
	const char *name = ses_store_name(s);
	char hex[SES_SHA256_HEX];
	char rest[32];

	ses_sha256_of(name, strlen(name), hex);
	(void)snprintf(rest, sizeof(rest), "%s/%.16s", folder, hex);
	return ses_xdg_path(SES_XDG_STATE, rest, out, err);
}

int
ses_mirror_state_dir(
    const struct ses_store *s, struct ses_buf *out, struct seshat_err *err)
{
	return dir_of(s, "mirror", out, err);
}

/* A far store has a spool. */
static int
find_spool(struct ses_mirror *m, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = 0;

	if (!(ses_store_caps(m->store) & SES_STORE_LOCAL)) {
		rc = dir_of(m->store, "spool", &b, err);
		if (rc == 0)
			m->spool_dir = ses_str_dup(ses_buf_cstr(&b));
		if (rc == 0 && m->spool_dir == NULL)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&b);
	return rc;
}

int
ses_mirror_open(struct ses_mirror *m, const struct ses_mirror_opts *opts,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	*m = (struct ses_mirror){
	    .opts = *opts, .lock = -1, .source = {.fd = -1}};
	if (ses_store_open(&m->store, opts->store, opts->access, err) < 0) {
		if (opts->store_file != NULL)
			ses_fail_in(err, "%s", opts->store_file);
		goto out;
	}
	if (ses_owner_load(&m->owner, err) < 0 || find_spool(m, err) < 0 ||
	    ses_mirror_state_dir(m->store, &b, err) < 0)
		goto out;
	m->state_dir = ses_str_dup(ses_buf_cstr(&b));
	if (m->state_dir == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	ses_buf_str(&b, "/locks");
	if (ses_fs_mkdirs(m->state_dir, 0700, err) < 0 ||
	    ses_lock_open(ses_buf_cstr(&b), &m->lock, err) < 0)
		ses_xdg_fail_state(err);
	else
		rc = 0;
out:
	ses_buf_free(&b);
	if (rc < 0)
		ses_mirror_free(m);
	return rc;
}

void
ses_mirror_rest(struct ses_mirror *m)
{
	ses_source_free(&m->source);
	ses_packer_free(&m->packer);
	ses_buf_free(&m->clean);
	ses_buf_free(&m->packed);
}

void
ses_mirror_free(struct ses_mirror *m)
{
	ses_mirror_rest(m);
	ses_store_free(m->store);
	ses_redact_free(m->redact);
	free(m->state_dir);
	free(m->spool_dir);
	if (m->lock >= 0)
		close(m->lock);
	*m = (struct ses_mirror){.lock = -1};
}

void
ses_flush_result_free(struct ses_flush_result *r)
{
	json_decref(r->meta);
	free(r->project);
	*r = (struct ses_flush_result){0};
}

void
ses_flush_free(struct ses_flush *f)
{
	if (f->m->redact != NULL)
		ses_redact_remember(f->m->redact, NULL);
	ses_known_free(f->known);
	ses_state_free(&f->state);
	ses_buf_free(&f->state_path);
}

int
ses_flush_save(struct ses_flush *f, struct seshat_err *err)
{
	return ses_state_save(&f->state, f->state_path.data, err);
}

void
ses_flush_restart(struct ses_flush *f)
{
	int64_t opened = f->src->opened;
	char w[SES_WRITER_ID];

	memcpy(w, f->src->w, sizeof(w));
	ses_state_reset(f->src);
	memcpy(f->src->w, w, sizeof(w));
	f->src->opened = opened;
}

/* Whether its agent is just unpacking the source: the compressed file is
 * still there. */
static int
is_unpacking(const struct ses_flush *f)
{
	struct ses_buf twin = {0};
	int there;

	if (f->session->rows != NULL || ses_twin_is(f->session->path))
		return 0;
	ses_buf_fmt(&twin, "%s.zst", f->path);
	there = access(ses_buf_cstr(&twin), F_OK) == 0;
	ses_buf_free(&twin);
	return there;
}

/* Shorter than what was stored of it: rewritten, or a network that lags. */
static int
shrunk(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	int64_t now = ses_time_now();

	if (is_unpacking(f)) {
		f->r->shrunk = 1;
		return SES_FLUSH_OK;
	}
	if (!f->m->source.is_network)
		return SES_FLUSH_RESTART;
	if (src->shrunk != 0 && now - src->shrunk >= SHRUNK_MS)
		return SES_FLUSH_RESTART;
	f->r->shrunk = 1;
	if (src->shrunk != 0)
		return SES_FLUSH_OK;
	src->shrunk = now;
	return ses_flush_save(f, err);
}

/* Whether the source still begins with what was stored of it. */
static int
check(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	uint64_t cursor = src->cursor;
	int rc;

	f->r->shrunk = 0;
	if (src->stream[0] == '\0')
		return ses_source_check(&f->m->source, 0, NULL, err) < 0
			   ? -1
			   : SES_FLUSH_OK;
	if (f->m->source.size + f->m->source.held < ses_flush_stored_to(src))
		return shrunk(f, err);
	src->shrunk = 0;
	rc = ses_source_check(&f->m->source, cursor, src->k, err);
	if (rc > 0)
		rc = ses_source_has_lines(
		    &f->m->source, cursor, src->lines, err);
	return rc < 0 ? -1 : rc > 0 ? SES_FLUSH_OK : SES_FLUSH_RESTART;
}

unsigned
ses_flush_fan(const struct ses_flush *f)
{
	return f->m->opts.merge_fan != 0 ? f->m->opts.merge_fan : SES_PLAN_FAN;
}

static int
checkpoint_due(const struct ses_flush *f)
{
	const struct ses_state_source *src = f->src;

	if (src->stream[0] == '\0' || src->next_seq == src->checkpoint_seq)
		return 0;
	return src->rev == 0 ||
	       src->next_seq - src->checkpoint_seq >= ses_flush_fan(f) ||
	       src->ack - src->checkpoint_at >= CHECKPOINT_MS;
}

/* All there is has been taken.  If that is less than there was when the stream
 * was opened, the source was cut meanwhile: the stream is complete. */
static int
all_taken(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;

	if (src->stream[0] == '\0' ||
	    ses_flush_stored_to(src) >= src->opened_size)
		return SES_FLUSH_OK;
	src->opened_size = ses_flush_stored_to(src);
	return ses_flush_checkpoint(f, NULL, err);
}

/* Read the block behind the cursor, before which all secrets are known. */
static int
next_block(
    struct ses_flush *f, int final, struct ses_block *b, struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	int rc = ses_flush_recall(f, err);

	if (rc == SES_FLUSH_OK && ses_source_next(&f->m->source, src->cursor,
				      src->in_line, final, b, err) < 0)
		rc = err->code == SESHAT_ECONFLICT ? SES_FLUSH_RESTART : -1;
	return rc;
}

/* Store blocks until there is nothing to take. */
static int
take_blocks(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	const uint64_t until = f->m->source.size; /* what comes is for later */
	struct ses_block b;
	int final =
	    f->how->end != NULL || f->how->final || f->session->is_whole;
	int rc;

	while (final || src->cursor < until) {
		rc = next_block(f, final, &b, err);
		if (rc != SES_FLUSH_OK)
			return rc;
		if (b.kind == SES_BLOCK_NONE ||
		    (b.kind == SES_BLOCK_TORN && b.to <= src->torn_to))
			return all_taken(f, err);
		/* of rows only their text tells how many bytes they are */
		if (!final && f->session->rows != NULL &&
		    b.stop - b.start < f->how->min_bytes)
			return SES_FLUSH_OK;
		rc = ses_flush_commit(f, &b, err);
		if (rc == SES_FLUSH_OK && checkpoint_due(f))
			rc = ses_flush_checkpoint(f, NULL, err);
		if (rc == SES_FLUSH_OK)
			rc = check(f, err);
		/* a torn line that was found stored may be a shorter one */
		if (rc != SES_FLUSH_OK || f->r->shrunk ||
		    (b.kind == SES_BLOCK_TORN && b.to <= src->torn_to))
			return rc;
	}
	return SES_FLUSH_OK;
}

/* Rows can be changed anywhere, unlike a transcript. */
static int
rows_due(struct ses_flush *f)
{
	int64_t now = ses_time_now();

	if (f->session->rows == NULL || f->how->end != NULL)
		return 0;
	if (f->src->stream[0] == '\0') {
		f->src->compared = now;
		return 0;
	}
	return now - f->src->compared >= COMPARE_MS;
}

/* Where the source ends that a stream has to come to, before it is the one to
 * be shown. */
static int
find_end(struct ses_flush *f, struct seshat_err *err)
{
	f->src->opened_size = f->m->source.size;
	return f->session->is_whole
		   ? 0
		   : ses_source_whole(&f->m->source, &f->src->opened_size, err);
}

/* One try from where the state says; may answer RESTART or REMOVED. */
static int
run_once(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	const struct ses_source *source = &f->m->source;
	int rc = source->is_torn ? ses_flush_torn(f, err) : SES_FLUSH_OK;

	if (rc == SES_FLUSH_OK)
		rc = check(f, err);
	if (rc == SES_FLUSH_OK && !f->r->shrunk && f->session->is_whole)
		rc = ses_flush_document_stands(f, err);
	if (rc != SES_FLUSH_OK || f->r->shrunk)
		return rc;
	if (src->stream[0] == '\0' && find_end(f, err) < 0)
		return -1;
	if (rows_due(f)) {
		rc = ses_flush_compare(f, err);
		if (rc != SES_FLUSH_OK)
			return rc;
		src->compared = ses_time_now();
	}
	if (f->how->end == NULL &&
	    (source->size <= ses_flush_stored_to(src) ||
		(f->session->rows == NULL &&
		    source->size - src->cursor < f->how->min_bytes)))
		/* whoever stored it may have died before its checkpoint */
		return checkpoint_due(f) ? ses_flush_checkpoint(f, NULL, err)
					 : SES_FLUSH_OK;
	rc = take_blocks(f, err);
	if (rc != SES_FLUSH_OK || f->how->end == NULL || src->stream[0] == '\0')
		return rc;
	rc = ses_flush_compare(f, err);
	if (rc == SES_FLUSH_OK)
		rc = ses_flush_summary(f, err);
	if (rc == SES_FLUSH_OK)
		rc = ses_flush_checkpoint(f, f->how->end, err);
	return rc;
}

/* The stream is not to be gone on with, unless the state alone was behind.  At
 * first the source may be what another one of ours was read from, which an old
 * state does not know. */
static int
give_up_stream(struct ses_flush *f, int first, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	int behind = f->behind;

	f->behind = 0;
	if (src->stream[0] == '\0')
		return 0;
	if (!behind)
		memcpy(f->left, src->stream, sizeof(f->left));
	ses_flush_restart(f);
	/* killed behind the new stream's first part, nobody may go on with
	 * the old one: what was found may not show again */
	if (ses_flush_save(f, err) < 0 ||
	    ((first || behind) && ses_flush_find_stream(f, err) < 0))
		return -1;
	/* of a document that is what always happens */
	f->r->rewritten |= src->stream[0] == '\0' && !f->session->is_whole;
	return 0;
}

static int
run(struct ses_flush *f, struct seshat_err *err)
{
	int rc = SES_FLUSH_OK;
	int gone;
	int i;

	for (i = 0; i < RESTARTS; i++) {
		rc = run_once(f, err);
		if (rc != SES_FLUSH_RESTART)
			break;
		gone = ses_removed_get(f->m->store, &f->where, err);
		if (gone != 0) {
			rc = gone < 0 ? -1 : SES_FLUSH_REMOVED;
			break;
		}
		rc = give_up_stream(f, i == 0, err);
		if (rc < 0)
			break;
	}
	if (i == RESTARTS)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "%s changes while it is read; what was stored is kept",
		    f->session->path);
	return rc;
}

/* What stands beside the transcript is stored before the lines that speak of
 * it, once the session has a place in the store.  That it cannot be keeps no
 * line from being stored. */
static int
run_all(struct ses_flush *f, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	int beside = SES_FLUSH_RESTART;
	int rc;

	if (f->src->stream[0] != '\0')
		beside = ses_flush_beside(f, &why);
	if (beside == SES_FLUSH_REMOVED)
		return beside;
	rc = run(f, err);
	if (rc != SES_FLUSH_OK || f->src->stream[0] == '\0')
		return rc;
	if (beside == SES_FLUSH_RESTART)
		beside = ses_flush_beside(f, &why);
	if (beside == SES_FLUSH_RESTART)
		beside = ses_fail(&why, SESHAT_ECONFLICT,
		    "%s changes while it is read; what was stored is kept",
		    f->session->path);
	if (beside < 0)
		*err = why;
	return beside;
}

/* Whether a source that is costly to open is as it was when there was nothing
 * new in it. */
static int
is_settled(struct ses_flush *f, const char *stamp, int64_t now)
{
	const struct ses_state_source *src = f->src;

	return stamp[0] != '\0' && src->stream[0] != '\0' &&
	       strcmp(stamp, src->stamp) == 0 && f->how->end == NULL &&
	       !f->how->fresh &&
	       (f->session->rows == NULL || now - src->compared < COMPARE_MS);
}

/* Remember that there was nothing new in it. */
static int
settle(struct ses_flush *f, const char *stamp, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;

	if (stamp[0] == '\0' || src->stream[0] == '\0' || f->r->shrunk ||
	    strcmp(stamp, src->stamp) == 0 ||
	    ses_flush_stored_to(src) < f->m->source.size + f->m->source.held)
		return 0;
	(void)snprintf(src->stamp, sizeof(src->stamp), "%s", stamp);
	return ses_flush_save(f, err);
}

/* Where it stands, then what is new of it. */
static int
open_and_run(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_buf stamp = {0};
	int rc = -1;

	/* taken before the source is read: it may change meanwhile */
	ses_source_stamp(f->session, &stamp);
	f->src = ses_state_find(&f->state, f->path);
	if (f->src != NULL && f->state.project != NULL &&
	    is_settled(f, ses_buf_cstr(&stamp), ses_time_now())) {
		f->where.project = f->state.project;
		rc = ses_flush_look(f, err);
		if (rc != SES_FLUSH_RESTART)
			goto out;
	}
	f->m->source.finished = f->how->end == NULL && !f->how->final;
	rc = ses_source_open(&f->m->source, f->session, f->m->state_dir, err);
	f->r->held = rc == 0 && f->m->source.held > 0;
	/* nothing that could be stored: no need to ask anybody */
	if (rc == 0 &&
	    (f->m->source.size == 0 ||
		(f->m->source.finished && !f->session->is_whole)) &&
	    (rc = ses_source_is_empty(&f->m->source, err)) != 0) {
		rc = rc < 0 ? -1 : SES_FLUSH_OK;
		f->r->emptied = f->src != NULL && f->src->stream[0] != '\0';
		f->src = NULL;
		goto out;
	}
	if (rc == 0)
		rc = ses_flush_adopt(f, err);
	if (rc == SES_FLUSH_OK)
		rc = run_all(f, err);
	if (rc == SES_FLUSH_OK)
		rc = settle(f, ses_buf_cstr(&stamp), err);
out:
	ses_buf_free(&stamp);
	return rc;
}

/* With the lock held: what a flush is. */
static int
flush_locked(struct ses_flush *f, struct seshat_err *err)
{
	uint64_t before;
	int rc;

	if (ses_state_load(&f->state, f->state_path.data, f->m->owner.id, err) <
	    0)
		return -1;
	rc = open_and_run(f, err);
	if (rc == SES_FLUSH_REMOVED) {
		ses_spool_clear_all(f->m, &f->state);
		f->r->removed = 1;
		ses_flush_forget(f);
		return 0;
	}
	before = f->r->parts;
	if (before > 0 && f->r->meta == NULL) {
		struct seshat_err later = SESHAT_ERR_INIT;

		if (ses_flush_summary(f, &later) < 0 && rc == 0) {
			*err = later;
			rc = -1;
		}
	}
	if (f->state.project != NULL && f->src != NULL &&
	    f->src->stream[0] != '\0')
		f->r->project = ses_str_dup(f->state.project);
	if (rc == 0 && f->how->end != NULL && f->src != NULL &&
	    f->src->stream[0] != '\0')
		ses_flush_forget(f); /* it starts anew */
	return rc;
}

int
ses_mirror_flush(struct ses_mirror *m, const struct ses_session *session,
    const struct ses_flush_how *how, struct ses_flush_result *r,
    struct seshat_err *err)
{
	struct ses_flush f = {.m = m,
	    .session = session,
	    .how = how,
	    .r = r,
	    .where = {.harness = session->harness->name, .id = session->id}};
	struct ses_buf name = {0};
	int rc = -1;

	*r = (struct ses_flush_result){0};
	ses_doc_begin();
	ses_buf_fmt(&name, "%s/%s", f.where.harness, f.where.id);
	(void)ses_buf_cstr(&name);
	f.path = how->origin != NULL ? ses_str_dup(how->origin->name)
				     : ses_str_ndup(session->path,
					   ses_twin_plain_len(session->path));
	if (f.path == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (ses_buf_check(&name, err) < 0 ||
	    ses_state_path(m->state_dir, f.where.harness, f.where.id,
		&f.state_path, err) < 0)
		goto out;
	rc = ses_lock_take(m->lock, name.data, err);
	if (rc == 0)
		rc = flush_locked(&f, err);
	if (rc < 0 && err->code == SESHAT_ENOSTORE)
		ses_state_miss(m->state_dir);
	ses_lock_drop(m->lock, name.data);
out:
	ses_source_close(&m->source);
	ses_flush_free(&f);
	ses_buf_free(&name);
	free(f.path);
	return rc;
}
