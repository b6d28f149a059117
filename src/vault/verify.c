#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "vault/batch.h"
#include "vault/read.h"
#include "vault/verify.h"

void
ses_verify_problem(struct ses_verify *v, const struct ses_stream *st,
    const struct ses_entry *e, const char *what)
{
	v->problems++;
	v->problem(v->arg, st, e, what);
}

/* How far the check of a stream has come. */
struct place {
	const struct ses_stream *st;
	uint64_t cursor; /* where the next part must begin */
	int lost;        /* a part could not be read: anywhere */
	char w[9];       /* the writer, once a part told */
};

static const char *
misplaced(const struct ses_part_head *h, struct place *at)
{
	if (h->w[0] == '\0') /* unless another program wrote all of it */
		return at->w[0] == '\0' ? NULL
					: "does not say what it is a part of";
	if (at->w[0] == '\0')
		memcpy(at->w, h->w, sizeof(at->w));
	if (strcmp(h->w, at->w) != 0)
		return "was written by another writer than its stream";
	if (!at->lost && h->from != at->cursor)
		return "does not go on where the part before it ends";
	return NULL;
}

/* Where the part behind this one begins. */
static void
advance(
    struct place *at, const struct ses_entry *e, const struct ses_part_head *h)
{
	at->lost = !e->known && h->w[0] == '\0';
	if (e->known)
		at->cursor = e->torn ? e->from : e->to;
	else
		at->cursor = h->torn ? h->from : h->to;
}

/* One part: readable, the one that is meant, and in its place. */
static int
verify_part(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, struct place *at, struct ses_verify *v,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_none();
	struct ses_part_head head = {0};
	const char *wrong;

	v->parts++;
	if (ses_part_read(s, w, e, &sink, &head, err) < 0) {
		if (err->code != SESHAT_ECORRUPT &&
		    err->code != SESHAT_ENOTFOUND)
			return -1;
		ses_verify_problem(v, at->st, e, err->msg);
	} else {
		v->bytes += head.size;
		wrong = misplaced(&head, at);
		if (wrong != NULL)
			ses_verify_problem(v, at->st, e, wrong);
	}
	advance(at, e, &head);
	return 0;
}

static int
verify_stream(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, struct ses_verify *v, struct seshat_err *err)
{
	struct place at = {.st = st};
	size_t i;

	v->streams++;
	if (st->doc != NULL)
		memcpy(at.w, st->w, sizeof(at.w));
	if (ses_stream_expect(s, w, st, 0, 0, err) < 0)
		return -1;
	for (i = 0; i < st->n; i++)
		if (verify_part(s, w, &st->parts[i], &at, v, err) < 0)
			return -1;
	if (st->damage[0] != '\0')
		ses_verify_problem(v, st, NULL, st->damage);
	return 0;
}

int
ses_streams_verify(struct ses_store *s, const struct ses_where *w,
    const struct ses_streams *l, struct ses_verify *v, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (verify_stream(s, w, &l->v[i], v, err) < 0)
			return -1;
	return 0;
}

struct removal {
	struct ses_batch batch;
	size_t prefix;
	const char *stream;
};

static int
remove_one(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct removal *r = arg;
	char stream[SES_STREAM_ID] = "";
	uint32_t seq;
	int kind = ses_key_kind(o->key + r->prefix, stream, &seq);

	if (kind == SES_OBJECT_OTHER || strcmp(stream, r->stream) != 0)
		return 0;
	/* the checkpoint last, when what it speaks of is gone */
	if (kind == SES_OBJECT_CHECKPOINT &&
	    ses_batch_flush(&r->batch, err) < 0)
		return -1;
	return ses_batch_add(&r->batch, o->key, err);
}

int
ses_stream_remove(struct ses_store *s, const struct ses_where *w,
    const char *stream, struct seshat_err *err)
{
	struct ses_buf prefix = {0};
	struct ses_store_list what = {.shallow = 1};
	struct removal r = {.batch = {.s = s}, .stream = stream};
	int rc;

	/* "stream-" sorts behind "merged-" and "part-" */
	ses_key_session(&prefix, w);
	what.prefix = ses_buf_cstr(&prefix);
	r.prefix = prefix.len;
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(s, &what, remove_one, &r, err);
	if (rc == 0)
		rc = ses_batch_flush(&r.batch, err);
	ses_batch_free(&r.batch);
	ses_buf_free(&prefix);
	return rc;
}
