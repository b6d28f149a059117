/* Taking in what is new of one session. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "catalog/ingest.h"
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

/* The parts from i on; *i ends at the one that failed. */
static int
take_parts(struct ses_ingest *in, const struct ses_stream *st, size_t *i,
    struct seshat_err *err)
{
	struct check check = {.in = in, .left = in->skip};
	struct ses_sink sink = {check_skipped, &check};
	struct ses_reading r = ses_reading_of(in->c->store, in->w, st, &sink);
	int held;

	check.crc = crc_before(&in->taken, st, *i);
	r.at = *i < st->n && st->parts[*i].known ? st->parts[*i].from
						 : in->taken.at;
	if (ses_stream_expect(in->c->store, in->w, st, *i, 0, err) < 0)
		return -1;
	for (; *i < st->n; (*i)++) {
		if (in->how->stop != NULL && *in->how->stop)
			return 0;
		held =
		    ses_reading_push(&r, &st->parts[*i], *i + 1 == st->n, err);
		if (held < 0)
			return -1;
		if (ses_ingest_mark(in, &st->parts[*i], err) < 0)
			return -1;
		in->taken.at = r.at;
		if (in->how->progress != NULL)
			in->how->progress(
			    in->how->arg, in->done->sessions, in->done->bytes);
		if (in->last_byte == '\n' && in->pending > 0 &&
		    (ses_ingest_save(in, err) < 0 ||
			ses_ingest_commit(in, 0, err) < 0))
			return -1;
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

/* What came of a part that could not be taken in.  1: look again. */
static int
judge(struct ses_ingest *in, int *damaged, struct seshat_err *err)
{
	if (in->failed)
		return -1;
	if (in->differs || err->code == SESHAT_ENOTFOUND)
		return 1;
	if (err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT ||
	    err->code == SESHAT_ELIMIT) {
		*damaged = 1;
		return 0;
	}
	return -1;
}

static int
take_stream(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    const struct ses_stream *st, int *damaged, struct seshat_err *err)
{
	struct ses_taken *p = &in->taken;
	size_t i = 0;
	int over = in->differs;
	int rc;

	if (ses_taken_get(in->c, no, p, err) < 0 ||
	    ses_ingest_begin(in, no, w, err) < 0)
		return -1;
	if (strcmp(p->stream, st->id) != 0 || over ||
	    !ses_taken_find(p, st, &i, &in->skip) || (p->ragged && i < st->n)) {
		if (start_over(in, no, w, st->id, err) < 0)
			return -1;
		i = 0;
	}
	rc = take_parts(in, st, &i, err);
	if (rc < 0) {
		rc = judge(in, damaged, err);
		if (rc != 0)
			return rc;
	}
	if (st->hole)
		*damaged = 1;
	if (close_lines(in, err) < 0)
		return -1;
	ses_taken_prune(p, st);
	return ses_ingest_save(in, err);
}

int
ses_ingest_session(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    int *damaged, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	int rc = 1;
	int tries;

	in->differs = 0;
	for (tries = 0; tries < TRIES && rc == 1; tries++) {
		*damaged = 0;
		if (ses_streams_load(in->c->store, w, &l, err) < 0)
			return -1;
		st = ses_streams_current(&l);
		if (st == NULL)
			rc = ses_ingest_begin(in, no, w, err) < 0 ||
				     ses_ingest_drop(in, no, err) < 0
				 ? -1
				 : 0;
		else
			rc = take_stream(in, no, w, st, damaged, err);
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
