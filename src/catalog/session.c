/* Taking in what is new of one session. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "catalog/ingest.h"
#include "vault/doc.h"
#include "vault/reading.h"

#define TRIES 4 /* parts are merged away while they are read */

/* Bytes that are taken in already: are they the same? */
struct check {
	struct ses_ingest *in;
	uint32_t crc;
	uint64_t left;
};

static int
check_skipped(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct check *k = arg;
	struct ses_sink sink = ses_ingest_sink(k->in);
	size_t n = k->left < len ? (size_t)k->left : len;

	if (n > 0) {
		k->crc = ses_crc32(k->crc, data, n);
		k->left -= n;
		if (k->left == 0 && k->crc != k->in->crc)
			k->in->differs = 1;
	}
	if (k->in->differs)
		return ses_fail(err, SESHAT_ECONFLICT, "other text");
	return ses_sink_write(&sink, data, len, err);
}

/* The CRC of the text before the part i, as it was taken in. */
static uint32_t
crc_before(const struct ses_taken *p, const struct ses_stream *st, size_t i)
{
	uint32_t crc = 0;
	size_t k;

	for (k = 0; k < p->n_marks; k++)
		if (i > 0 && p->marks[k].last <= st->parts[i - 1].last)
			crc = p->marks[k].crc;
	return crc;
}

/* Take in one part. */
static int
take_part(struct ses_ingest *in, struct ses_reading *r,
    const struct ses_entry *e, int last, struct seshat_err *err)
{
	if (ses_reading_push(r, e, last, err) < 0 ||
	    ses_ingest_mark(in, e, err) < 0)
		return -1;
	in->taken.at = r->at;
	if (in->how->progress != NULL)
		in->how->progress(
		    in->how->arg, in->done->sessions, in->done->bytes);
	if (in->last_byte == '\n' && in->pending > 0 &&
	    (ses_ingest_save(in, err) < 0 || ses_ingest_commit(in, 0, err) < 0))
		return -1;
	return 0;
}

/* What came of a part that could not be taken in: PASS over it, look AGAIN, or
 * -1. */
enum { PASS, AGAIN };

static int
judge(struct ses_ingest *in, const struct check *check,
    const struct seshat_err *err)
{
	if (in->failed)
		return -1;
	if (in->differs || (err->code == SESHAT_ENOTFOUND && !in->sure))
		return AGAIN;
	if (!ses_reading_is_damage(err) && err->code != SESHAT_ELIMIT)
		return -1;
	/* merged with what was taken in: nobody knows which lines it lacks */
	if (check->left > 0) {
		in->differs = 1;
		return AGAIN;
	}
	return PASS;
}

/* Go on behind a part that cannot be read, as if its lines had been taken in.
 * 0: nobody knows how many they are. */
static int
pass_over(struct ses_ingest *in, struct ses_reading *r, struct ses_entry *e,
    int last, struct seshat_err *err)
{
	uint64_t lines;
	int rc;

	if (ses_catalog_put_gap(in->c, in->no, in->w, e->name, err) < 0)
		return -1;
	rc = ses_reading_pass(r, e, last, &lines, err);
	/* a torn line may come again, whole */
	if (rc <= 0 || e->torn)
		return rc < 0 ? -1 : 0;
	ses_lines_drop(&in->replay.lines);
	in->replay.n += lines;
	in->crc = ses_crc32_join(in->crc, e->crc, e->size);
	in->size += e->size;
	in->cut = e->inside;
	in->last_byte = e->inside ? '\0' : '\n';
	in->taken.at = r->at;
	return ses_ingest_mark(in, e, err) < 0 ? -1 : 1;
}

/* The parts from i on, of n.  AGAIN: look again. */
static int
take_parts(struct ses_ingest *in, struct ses_stream *st, size_t i, size_t n,
    struct seshat_err *err)
{
	struct check check = {.in = in, .left = in->skip};
	struct ses_sink sink = {check_skipped, &check};
	struct ses_reading r = ses_reading_of(in->c->store, in->w, st, &sink);
	uint32_t next = i < n ? st->parts[i].first : 0;
	struct ses_entry *e;
	int rc;

	check.crc = crc_before(&in->taken, st, i);
	r.at = i < n && st->parts[i].known ? st->parts[i].from : in->taken.at;
	if (ses_stream_expect(in->c->store, in->w, st, i, 0, err) < 0)
		return -1;
	for (; i < n && st->parts[i].first == next; i++) {
		e = &st->parts[i];
		next = e->last + 1;
		if (in->how->stop != NULL && *in->how->stop)
			return 0;
		if (take_part(in, &r, e, i + 1 == n, err) == 0)
			continue;
		rc = judge(in, &check, err);
		if (rc == PASS)
			rc = pass_over(in, &r, e, i + 1 == n, err);
		else
			return rc;
		if (rc <= 0)
			return rc;
	}
	return 0;
}

/* All over again. */
static int
start_over(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    const char *stream, struct seshat_err *err)
{
	ses_ingest_end(in);
	if (ses_ingest_begin(in, no, w, err) < 0 ||
	    ses_ingest_drop(in, no, err) < 0)
		return -1;
	memcpy(in->taken.stream, stream, SES_STREAM_ID);
	return 0;
}

/* A last line without newline counts at the end. */
static int
close_lines(struct ses_ingest *in, struct seshat_err *err)
{
	in->taken.ragged = in->last_byte != '\n';
	if (ses_replay_close(&in->replay, err) < 0)
		return -1;
	return 0;
}

/* Where to go on: the part *i of *n.  0: all over again. */
static int
find_place(
    struct ses_ingest *in, const struct ses_stream *st, size_t *i, size_t *n)
{
	const struct ses_taken *p = &in->taken;
	size_t all = st->n + st->n_behind;

	*n = st->n;
	if (strcmp(p->stream, st->id) != 0)
		return 0;
	if (!st->hole || p->next <= st->next_seq)
		return ses_taken_find(p, st, i, &in->skip) &&
		       (!p->ragged || *i == st->n);
	/* what is missing was taken in before: so much of it is known, and
	 * which line comes behind it */
	in->skip = 0;
	*n = all;
	for (*i = st->n; *i < all && st->parts[*i].first < p->next; (*i)++)
		continue;
	if (*i < all && st->parts[*i].first > p->next)
		*i = all;
	return !p->ragged;
}

/* Whether something of the session cannot be read, now or since it was
 * found. */
static int
is_damaged(struct ses_ingest *in, const struct ses_stream *st, int *damaged,
    struct seshat_err *err)
{
	char name[SES_PART_NAME];
	unsigned looks = 0;
	int changed;
	int n;

	if (st->hole) {
		ses_key_part(name, st->next_seq, st->id);
		if (ses_catalog_put_gap(in->c, in->no, in->w, name, err) < 0)
			return -1;
	}
	n = ses_catalog_gaps(in->c, in->no, in->w, &looks, &changed, err);
	*damaged = n > 0 || st->damage[0] != '\0';
	return n < 0 ? -1 : 0;
}

static int
take_stream(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    struct ses_stream *st, int *damaged, struct seshat_err *err)
{
	struct ses_taken *p = &in->taken;
	size_t i = 0;
	size_t n = 0;
	int over = in->differs;
	int rc;

	if (ses_taken_get(in->c, no, p, err) < 0 ||
	    ses_ingest_begin(in, no, w, err) < 0)
		return -1;
	if (over || !find_place(in, st, &i, &n)) {
		if (start_over(in, no, w, st->id, err) < 0)
			return -1;
		i = 0;
		n = st->n;
	}
	rc = take_parts(in, st, i, n, err);
	if (rc != 0)
		return rc;
	if (close_lines(in, err) < 0 || is_damaged(in, st, damaged, err) < 0)
		return -1;
	ses_taken_prune(p, st);
	return ses_ingest_save(in, err);
}

/* Nothing of it is stored. */
static int
take_nothing(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    int *damaged, struct seshat_err *err)
{
	*damaged = 1;
	return ses_ingest_begin(in, no, w, err) < 0
		   ? -1
		   : ses_ingest_drop(in, no, err);
}

int
ses_ingest_session(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    int *damaged, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	uint64_t rev;
	uint64_t last = 0;
	int rc = 1;
	int tries;

	in->differs = in->mended;
	for (tries = 0; tries < TRIES && rc == 1; tries++) {
		*damaged = 0;
		if (ses_streams_load(in->c->store, w, &l, err) < 0)
			return -1;
		st = ses_streams_current(&l);
		rev = st == NULL || st->doc == NULL
			  ? 0
			  : ses_doc_u64(st->doc, "rev") + 1;
		in->sure = tries + 1 == TRIES || (tries > 0 && rev == last);
		last = rev;
		rc = st == NULL ? take_nothing(in, no, w, damaged, err)
				: take_stream(in, no, w, st, damaged, err);
		/* what it began is finished or, where it failed, given up */
		if (rc == 1 && ses_ingest_save(in, err) < 0)
			rc = -1;
		ses_streams_free(&l);
		ses_ingest_end(in);
	}
	if (rc == 1) {
		*damaged = 1;
		rc = 0;
	}
	return rc;
}
