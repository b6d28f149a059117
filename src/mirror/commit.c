/* Storing one block: redact, pack, put, acknowledge. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/time.h"
#include "mirror/known.h"
#include "mirror/spool.h"
#include "vault/pin.h"
#include "vault/read.h"

#define TRUST_MS      INT64_C(3600000) /* since the last acknowledgement */
#define TRY_TAKE_OVER 100 /* beside SES_FLUSH_*: what was put before */

/* What a block became. */
struct text {
	const char *data;
	size_t len;
	struct ses_redact_counts *counts;
};

int
ses_flush_text(struct ses_flush *f, const char *s, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_redact *r = NULL;

	if (ses_flush_redact(f, &r, err) < 0)
		return -1;
	if (r != NULL)
		return ses_redact_text(r, s, strlen(s), out, err);
	ses_buf_str(out, s);
	return ses_buf_check(out, err);
}

/* A piece may end earlier than it was cut, so that no secret is cut. */
static int
scrub_piece(struct ses_redact *r, struct ses_block *b, struct ses_buf *clean,
    struct ses_redact_counts *counts, struct seshat_err *err)
{
	size_t cut = b->stop;

	if (ses_redact_piece(r, b->data, b->len, b->start, b->stop, clean, &cut,
		counts, err) < 0)
		return -1;
	if (cut < b->stop)
		b->inside = 1;
	b->stop = cut;
	b->to = b->from + (cut - b->start);
	return 0;
}

/* 1 when the text is in clean, 0 when there was nothing to replace. */
static int
scrub_with(struct ses_redact *r, int in_line, struct ses_block *b,
    struct ses_buf *clean, struct ses_redact_counts *counts,
    struct seshat_err *err)
{
	if (b->kind == SES_BLOCK_PIECE || in_line)
		return scrub_piece(r, b, clean, counts, err) < 0 ? -1 : 1;
	return ses_redact_lines(
	    r, b->data + b->start, b->stop - b->start, clean, counts, err);
}

static int
scrub(struct ses_flush *f, struct ses_block *b, struct text *t,
    struct seshat_err *err)
{
	struct ses_buf *clean = &f->m->clean;
	struct ses_redact *r = NULL;
	int rc = 0;

	ses_buf_clear(clean);
	if (ses_flush_redact(f, &r, err) < 0)
		return -1;
	if (r != NULL) {
		ses_redact_torn(r, b->kind == SES_BLOCK_TORN);
		rc = scrub_with(r, f->src->in_line, b, clean, t->counts, err);
		ses_redact_torn(r, 0);
	}
	if (rc < 0 || ses_buf_check(clean, err) < 0)
		return -1;
	t->data = rc > 0 ? clean->data : b->data + b->start;
	t->len = rc > 0 ? clean->len : b->stop - b->start;
	return 0;
}

static uint64_t
count_lines(const char *p, size_t len)
{
	const char *end = p + len;
	uint64_t n = 0;

	if (len > 0 && end[-1] != '\n')
		n++;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static int
write_count(char *to, size_t room, const char *rule, uint64_t count)
{
	int n = snprintf(to, room, "%s:%" PRIu64 ",", rule, count);

	if (n > 0 && (size_t)n < room)
		return n;
	to[0] = '\0';
	return 0;
}

uint64_t
ses_flush_counts(const struct ses_redact *r, const struct ses_redact_counts *c,
    char out[SES_PART_REDACTIONS])
{
	const size_t room = SES_PART_REDACTIONS - sizeof("other:4294967295,");
	uint64_t sum = 0;
	uint64_t other = 0;
	size_t len = 0;
	size_t i;
	int n;

	out[0] = '\0';
	for (i = 0; r != NULL && i < ses_redact_rules(r); i++) {
		if (c->n[i] == 0)
			continue;
		n = write_count(
		    out + len, room - len, ses_redact_rule_id(r, i), c->n[i]);
		len += (size_t)n;
		other += n == 0 ? c->n[i] : 0;
		sum += c->n[i];
	}
	if (other > 0)
		len += (size_t)write_count(
		    out + len, SES_PART_REDACTIONS - len, "other", other);
	if (len > 0)
		out[len - 1] = '\0';
	return sum;
}

/* The hash of a part, and that of the transcript up to its end. */
static void
hash(const struct ses_state_source *src, const struct text *t,
    char part[SES_SHA256_HEX], struct ses_sha256 *whole)
{
	*whole = src->sha;
	if (src->has_sha)
		ses_sha256_add(whole, t->data, t->len);
	/* a first part is all there is so far: one hash is both */
	if (src->has_sha && src->sha.len == 0)
		ses_sha256_hex(whole, part);
	else
		ses_sha256_of(t->data, t->len, part);
}

static int
make_head(struct ses_flush *f, const struct ses_block *b, const struct text *t,
    struct ses_part_head *h, struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	const char *raw = b->data + b->start;
	size_t raw_len = b->stop - b->start;

	memcpy(h->w, src->w, sizeof(h->w));
	h->opened = src->opened;
	h->opened_size = src->opened_size;
	h->from = b->from;
	h->to = b->to;
	h->size = t->len;
	h->torn = b->kind == SES_BLOCK_TORN;
	h->inside = b->inside;
	h->lines = b->inside ? 0 : count_lines(t->data, t->len);
	h->source = src->rows ? raw_len : 0;
	h->last_event = ses_flush_last_event(raw, raw_len);
	if (h->last_event == 0)
		h->last_event = src->last_event;
	h->x = ses_crc32(0, raw, raw_len);
	h->rules = ses_flush_no_redact(f) ? 0 : SES_REDACT_VERSION;
	return ses_source_proof(&f->m->source, b, h->k, err);
}

/* Before the first part: pin the project, choose the stream's name. */
static int
open_stream(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	struct ses_buf project = {0};
	int64_t now = ses_time_now();
	int rc = -1;

	if (ses_pin_make(f->m->store, &f->where, &project, err) < 0)
		goto out;
	(void)ses_buf_cstr(&project);
	if (ses_buf_check(&project, err) < 0)
		goto out;
	if (strcmp(project.data, f->where.project) != 0) {
		if (f->m->opts.project_is_flag) {
			ses_fail(err, SESHAT_EUSAGE,
			    "session %s belongs to project '%s', not '%s'",
			    f->where.id, project.data, f->where.project);
			goto out;
		}
		free(f->state.project);
		f->state.project = ses_str_dup(project.data);
		f->where.project = f->state.project;
		if (f->state.project == NULL) {
			ses_fail_nomem(err);
			goto out;
		}
	}
	src->rows = f->session->rows != NULL;
	/* of what is new here nothing is stored, and nobody need ask */
	if (src->beside == NULL && f->session->harness->companions != NULL &&
	    !f->r->rewritten && !f->r->lost)
		src->beside = json_object();
	if (src->w[0] == '\0') /* else that of the stream before */
		ses_owner_writer(&f->m->owner, src->path, src->w);
	ses_rand_hex(src->stream, 8);
	/* nothing stands before byte 0, also behind a torn first line */
	ses_sha256_of("", 0, src->k);
	/* later than the stream before it, whatever the clock does */
	src->opened = now > src->opened ? now : src->opened + 1;
	rc = 0;
out:
	ses_buf_free(&project);
	return rc;
}

/* After a part is known to be stored: move on. */
static int
acknowledge(struct ses_flush *f, const struct ses_entry *e,
    const char *redactions, const struct ses_sha256 *sha, int64_t when,
    struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	json_t *entry = ses_entry_format(e, redactions);

	if (entry == NULL || json_array_append_new(src->pending, entry) < 0)
		return ses_fail_nomem(err);
	/* the project is there since then */
	if (e->first == 0)
		ses_flush_name_project(f);
	ses_state_count(src, entry);
	src->next_seq = e->last + 1;
	src->last[0] = '\0';
	src->has_sha = sha != NULL && src->has_sha;
	src->torn_sha[0] = '\0';
	src->trying = 0;
	if (e->torn) {
		src->torn_to = e->to;
		if (src->has_sha)
			ses_sha256_hex(sha, src->torn_sha);
	} else {
		src->cursor = e->to;
		memcpy(src->k, e->k, sizeof(src->k));
		src->torn_to = 0;
		src->in_line = e->inside;
		if (src->has_sha)
			src->sha = *sha;
	}
	if (when > src->ack)
		src->ack = when;
	if (e->last_event > src->last_event)
		src->last_event = e->last_event;
	f->r->parts++;
	return ses_flush_save(f, err);
}

int
ses_flush_is_gone(struct ses_flush *f, const struct seshat_err *err)
{
	if (err->code != SESHAT_ENOTFOUND)
		return 0;
	/* else a put of ours may be on its way, and make it again */
	f->behind = f->src->trying == 0;
	return 1;
}

/* The part exists already: is it our own, whose answer was lost? */
static int
take_over(struct ses_flush *f, uint32_t seq, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	struct ses_sha256 sha = src->sha;
	struct ses_sink sink = ses_sha256_sink(&sha);
	struct ses_part_head head;
	struct ses_entry e = {.first = seq, .last = seq};
	uint64_t body;
	uint32_t crc;
	int rc;

	ses_key_part(e.name, seq, src->stream);
	if (ses_stream_head(f->m->store, &f->where, e.name, &head, &body, err) <
	    0)
		return err->code == SESHAT_ENOTFOUND ||
			       err->code == SESHAT_EFORMAT ||
			       err->code == SESHAT_ECORRUPT
			   ? SES_FLUSH_RESTART
			   : -1;
	if (strcmp(head.w, src->w) != 0 || head.from != src->cursor ||
	    head.to > f->m->source.size)
		return SES_FLUSH_RESTART;
	if (ses_source_crc(&f->m->source, head.from, head.to, &crc, err) < 0)
		return err->code == SESHAT_ECONFLICT ? SES_FLUSH_RESTART : -1;
	rc = ses_source_check(&f->m->source, head.to, head.k, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || crc != head.x)
		return SES_FLUSH_RESTART;
	/* our state was behind the store */
	rc = ses_flush_is_followed(f, err);
	if (rc != 0)
		return rc < 0 ? -1 : SES_FLUSH_RESTART;
	if (ses_stream_fetch(f->m->store, &f->where, &e, NULL, err) < 0 ||
	    ses_part_read(f->m->store, &f->where, &e, &sink, NULL, err) < 0)
		return ses_flush_is_gone(f, err) || err->code == SESHAT_ECORRUPT
			   ? SES_FLUSH_RESTART
			   : -1;
	ses_log(SES_DEBUG, "%s was stored before: going on behind it", e.name);
	if (head.redactions[0] !=
	    '\0') /* in other text than was scrubbed now */
		src->known = -1;
	return acknowledge(f, &e, head.redactions, &sha, 0, err);
}

/* What a part that was just put is in the stream. */
enum place {
	PLACE_NONE,   /* nobody may take it for one of the stream's */
	PLACE_OTHERS, /* somebody may count on it */
	PLACE_OURS,   /* it continues what was there */
};

/* A twin of ours may have taken the part over, and gone on behind it.  -1: that
 * cannot be told now. */
static int
place_of(struct ses_flush *f, const struct ses_stream *st,
    const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_entry next;
	size_t i = 0;

	while (
	    st != NULL && i < st->n && strcmp(st->parts[i].name, e->name) != 0)
		i++;
	if (st == NULL || i == st->n)
		return PLACE_NONE;
	if (i < st->n_listed)
		return PLACE_OTHERS;
	if (st->hole || !ses_flush_is_owned(f, st))
		return PLACE_NONE;
	if (i + 1 == st->n)
		return PLACE_OURS;
	next = st->parts[i + 1];
	if (ses_stream_fetch(f->m->store, &f->where, &next, NULL, err) < 0)
		return ses_flush_is_damage(err) ? PLACE_OTHERS : -1;
	return next.from == (e->torn ? e->from : e->to) ? PLACE_OURS
							: PLACE_NONE;
}

/* A long time has passed since we were last told that this stream is ours:
 * only a look at the whole of it proves that the part e continues it, or, of
 * NULL, that the part seq will. */
static int
confirm(struct ses_flush *f, uint32_t seq, const struct ses_entry *e,
    struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	int place;
	int rc = ses_removed_get(f->m->store, &f->where, err);

	if (rc != 0)
		return rc < 0 ? -1 : SES_FLUSH_REMOVED;
	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	st = ses_streams_named(&l, f->src->stream);
	if (e == NULL) {
		rc = st == NULL || st->hole || st->next_seq != seq ||
			     !ses_flush_is_owned(f, st)
			 ? SES_FLUSH_RESTART
			 : SES_FLUSH_OK;
		goto out;
	}
	place = place_of(f, st, e, err);
	rc = place < 0             ? -1
	     : place == PLACE_OURS ? SES_FLUSH_OK
				   : SES_FLUSH_RESTART;
	if (place == PLACE_NONE && ses_flush_delete(f, e->name, err) < 0)
		rc = -1;
out:
	ses_streams_free(&l);
	return rc;
}

static int
put(struct ses_flush *f, uint32_t seq, int64_t *when, struct seshat_err *err)
{
	struct ses_buf key = {0};
	char name[SES_PART_NAME];
	int rc = -1;

	ses_key_part(name, seq, f->src->stream);
	ses_key_session(&key, &f->where);
	ses_buf_str(&key, name);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) == 0)
		rc = ses_store_put(f->m->store, key.data,
		    &(struct ses_put){.data = f->m->packed.data,
			.len = f->m->packed.len,
			.how =
			    SES_PUT_CREATE | (seq > 0 ? SES_PUT_INSIDE : 0U)},
		    when, err);
	ses_buf_free(&key);
	return rc;
}

/*
 * Before a put into a store that would replace what is there: only a look at
 * it shows that the stream ends where our state says, and a put whose answer
 * we do not have may arrive later than anything that we put under that key
 * after it.
 */
static int
mind_replacing(struct ses_flush *f, uint32_t seq, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	const char *run = f->m->opts.run;
	unsigned heeds;
	int rc;

	if (ses_store_caps(f->m->store) & SES_STORE_LOCAL)
		return SES_FLUSH_OK;
	if (ses_store_learn(f->m->store, &heeds, err) < 0)
		return -1;
	if (heeds & SES_STORE_CREATE_ONLY)
		return SES_FLUSH_OK;
	if (src->trying == seq + 1)
		return TRY_TAKE_OVER;
	if (seq > 0 && (run[0] == '\0' || strcmp(src->run, run) != 0)) {
		rc = confirm(f, seq, NULL, err);
		if (rc != SES_FLUSH_OK)
			return rc;
	}
	(void)snprintf(src->run, sizeof(src->run), "%s", run);
	src->trying = seq + 1;
	return ses_flush_save(f, err);
}

/* A put failed; that it certainly did not arrive is to be remembered. */
static void
forget_try(struct ses_flush *f)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	if (f->src->trying == 0 || ses_store_is_uncertain(f->m->store))
		return;
	f->src->trying = 0;
	/* unsaved, the next flush only takes it for uncertain */
	(void)ses_flush_save(f, &ignored);
}

int
ses_flush_pack(struct ses_flush *f, const struct ses_part_head *head,
    const char *data, size_t len, struct ses_entry *e, struct seshat_err *err)
{
	struct ses_buf *packed = &f->m->packed;
	struct ses_buf extra = {0};
	int rc;

	ses_part_head_format(head, &extra);
	ses_buf_clear(packed);
	rc = ses_buf_check(&extra, err);
	if (rc == 0)
		rc = ses_member_pack(&f->m->packer, extra.data, extra.len, data,
		    len, packed, err);
	if (rc == 0)
		ses_entry_of_head(e, head, 16 + extra.len, packed->len,
		    ses_member_crc(packed->data + packed->len - 8));
	ses_buf_free(&extra);
	return rc;
}

/* The part e is packed: bring it into the store. */
static int
store(struct ses_flush *f, const struct ses_entry *e, const char *redactions,
    const struct ses_sha256 *sha, const struct text *t, struct seshat_err *err)
{
	const struct ses_mirror_told *told = f->m->opts.told;
	uint32_t seq = e->first;
	int64_t when = 0;
	int rc = mind_replacing(f, seq, err);

	if (rc == TRY_TAKE_OVER)
		return take_over(f, seq, err);
	if (rc != SES_FLUSH_OK)
		return rc;
	if (put(f, seq, &when, err) < 0) {
		if (err->code == SESHAT_EEXISTS)
			return take_over(f, seq, err);
		/* the folder is gone, and with it what was stored */
		if (err->code == SESHAT_ENOTFOUND && seq > 0)
			return SES_FLUSH_RESTART;
		forget_try(f);
		return -1;
	}
	if (seq > 0 && when - f->src->ack > TRUST_MS) {
		rc = confirm(f, seq, e, err);
		if (rc != SES_FLUSH_OK)
			return rc;
	}
	ses_spool_keep(
	    f, f->src->stream, e, f->m->packed.data, f->m->packed.len);
	if (acknowledge(f, e, redactions, sha, when, err) < 0)
		return -1;
	f->r->new_bytes += f->raw_len;
	f->r->stored_bytes += f->m->packed.len;
	if (told != NULL)
		told->stored(
		    told->arg, &f->where, f->src->stream, e, t->data, t->len);
	return SES_FLUSH_OK;
}

int
ses_flush_commit(
    struct ses_flush *f, struct ses_block *b, struct seshat_err *err)
{
	struct ses_state_source *src = f->src;
	struct ses_redact_counts *counts = ses_calloc(1, sizeof(*counts));
	struct ses_part_head *head = ses_calloc(1, sizeof(*head));
	struct text t = {.counts = counts};
	struct ses_entry e = {0};
	struct ses_sha256 sha;
	uint64_t redactions;
	int rc = -1;

	if (counts == NULL || head == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (scrub(f, b, &t, err) < 0 || ses_flush_remember(f, err) < 0)
		goto out;
	if (src->stream[0] == '\0') {
		if (open_stream(f, err) < 0)
			goto out;
		f->r->opened = 1;
	}
	if (src->cursor == 0 && src->started == 0)
		src->started = ses_flush_first_event(
		    b->data + b->start, b->stop - b->start);
	src->no_redact |= ses_flush_no_redact(f);
	if (make_head(f, b, &t, head, err) < 0)
		goto out;
	hash(src, &t, head->h, &sha);
	redactions = ses_flush_counts(f->m->redact, counts, head->redactions);
	e.first = e.last = src->next_seq;
	ses_key_part(e.name, e.first, src->stream);
	if (ses_flush_pack(f, head, t.data, t.len, &e, err) < 0)
		goto out;
	f->raw_len = b->stop - b->start;
	rc = store(f, &e, head->redactions, &sha, &t, err);
	if (rc == SES_FLUSH_OK)
		f->r->redactions += redactions;
out:
	free(counts);
	free(head);
	return rc;
}
