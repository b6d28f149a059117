/* A transcript's bytes, or some of them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/transcript.h"
#include "serve/api.h"
#include "vault/read.h"

struct raw {
	struct ses_api_worker worker;
	struct ses_found found;
	struct ses_transcript transcript;
	struct ses_span span;
};

static void
release(void *arg)
{
	struct raw *raw = arg;

	if (raw == NULL)
		return;
	ses_transcript_free(&raw->transcript);
	ses_found_free(&raw->found);
	ses_api_worker_drop(&raw->worker);
	free(raw);
}

/* Lets those bytes of a part pass that are wanted. */
struct window {
	uint64_t at; /* of the transcript */
	uint64_t from;
	uint64_t to;
	const struct ses_sink *next;
};

static int
pass(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct window *w = arg;
	uint64_t start = w->at;
	uint64_t stop = w->at + len;

	w->at = stop;
	if (start < w->from)
		start = w->from;
	if (stop > w->to)
		stop = w->to;
	if (start >= stop)
		return 0;
	return ses_sink_write(w->next,
	    (const char *)data + (start - (w->at - len)),
	    (size_t)(stop - start), err);
}

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *err)
{
	struct raw *raw = arg;
	struct window w = {.from = raw->span.from,
	    .to = raw->span.len == SES_LENGTH_UNKNOWN
		      ? UINT64_MAX
		      : raw->span.from + raw->span.len,
	    .next = sink};
	struct ses_sink window = {pass, &w};
	struct ses_where where = ses_found_where(&raw->found);
	const struct ses_entry *e;
	size_t i;

	for (i = 0; i < raw->transcript.n && w.at < w.to; i++) {
		e = &raw->transcript.v[i];
		if (w.at + e->size <= w.from)
			w.at += e->size;
		else if (ses_part_read(raw->worker.store, &where, e, &window,
			     NULL, err) < 0)
			return -1;
	}
	/* cut off, so that it does not look whole */
	return raw->span.len == SES_LENGTH_UNKNOWN
		   ? ses_fail(
			 err, SESHAT_ECORRUPT, "%s", raw->transcript.damage)
		   : 0;
}

/* Other bytes, another tag: it is told by what its parts are. */
static void
tag_of(const struct ses_transcript *t, struct ses_buf *out)
{
	struct ses_sha256 sha;
	char hex[SES_SHA256_HEX];
	size_t i;

	ses_sha256_init(&sha);
	ses_sha256_add(&sha, t->stream, sizeof(t->stream));
	ses_sha256_add(&sha, &t->size, sizeof(t->size));
	ses_sha256_add(&sha, &t->crc, sizeof(t->crc));
	for (i = 0; i < t->n; i++)
		ses_sha256_add(&sha, t->v[i].h, strlen(t->v[i].h));
	ses_sha256_hex(&sha, hex);
	ses_buf_fmt(out, "\"%.32s\"", hex);
	(void)ses_buf_cstr(out);
}

static int
load(const struct ses_request *r, struct raw *raw, struct seshat_err *err)
{
	struct ses_where w;

	if (ses_api_worker_new(r->arg, &raw->worker, err) < 0 ||
	    ses_api_find_stored(r, &raw->worker, &raw->found, err) < 0)
		return -1;
	w = ses_found_where(&raw->found);
	if (ses_transcript_load(&raw->transcript, raw->worker.store, &w, err) <
	    0)
		return -1;
	if (!raw->transcript.is_there)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "nothing is stored of session '%s'", raw->found.id);
	return 0;
}

static int
answer(const struct ses_request *r, struct raw *raw, struct ses_answer *a,
    struct seshat_err *err)
{
	struct ses_resource what = {
	    .len = raw->transcript.size, .mtime = raw->transcript.last_event};
	struct ses_buf tag = {0};
	int rc = -1;

	if (raw->transcript.damage[0] != '\0') {
		what = (struct ses_resource){.len = SES_LENGTH_UNKNOWN};
	} else {
		tag_of(&raw->transcript, &tag);
		what.etag = ses_buf_cstr(&tag);
	}
	a->type = "application/x-ndjson";
	if (ses_buf_check(&tag, err) == 0)
		rc = ses_answer_span(a, r, &what, &raw->span, err);
	ses_buf_free(&tag);
	return rc;
}

int
ses_api_raw(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	static const char *const names[] = {NULL};
	struct raw *raw = ses_calloc(1, sizeof(*raw));
	int rc = -1;

	(void)worker;
	if (raw == NULL)
		return ses_fail_nomem(err);
	if (ses_request_only(r, names, err) == 0 && load(r, raw, err) == 0)
		rc = answer(r, raw, a, err);
	if (rc <= 0) {
		release(raw);
		return rc;
	}
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = raw,
	    .len = raw->span.len};
	return 0;
}
