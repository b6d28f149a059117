/* One line of a transcript as it is, or an image that stands in it. */
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/mem.h"
#include "harness/replay.h"
#include "render/talk.h"

#include "serve/page_session.h"
#include "vault/gap.h"

#define SANDBOX "default-src 'none'; sandbox"

/* One line of a transcript; the rest of it is not read. */
struct one_line {
	struct ses_buf buf;
	int there;
	int too_long;
};

static int
take_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct one_line *l = arg;

	l->there = 1;
	if (line != NULL)
		ses_buf_add(&l->buf, line, len);
	else
		l->too_long = 1;
	return ses_fail(err, SESHAT_ECANCELLED, "that was the line");
}

/* 1: it is too long for memory. */
static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct ses_buf text = {0};

	(void)arg;
	ses_gap_text(gap, &text);
	ses_fail(err, SESHAT_ECORRUPT, "%s", ses_buf_cstr(&text));
	ses_buf_free(&text);
	return -1;
}

static int
read_line(const struct ses_api_worker *w, const struct ses_where *where,
    uint64_t number, struct ses_buf *out, struct seshat_err *err)
{
	struct one_line l = {0};
	struct ses_lines lines = {
	    .line = take_line, .arg = &l, .max = SES_REPLAY_LINE};
	struct ses_sink sink = ses_lines_sink(&lines);
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_lines_how how = {
	    .from = number, .cache = w->parts, .gap = on_gap};
	int rc = ses_session_lines(w->store, where, &how, &sink, err);

	if (rc == 0 || l.there) {
		/* a last line need not have its newline */
		(void)ses_lines_close(&lines, &ignored);
		rc = l.there ? ses_buf_check(&l.buf, err)
			     : ses_fail(err, SESHAT_ENOTFOUND,
				   "there is no line %llu",
				   (unsigned long long)number);
	} else {
		ses_lines_drop(&lines);
		(void)ses_lines_close(&lines, &ignored);
	}
	if (rc == 0)
		*out = l.buf;
	else
		ses_buf_free(&l.buf);
	return rc == 0 ? l.too_long : -1;
}

/* One that is sent while it is read. */
struct long_line {
	struct ses_api_worker worker;
	struct ses_found found;
	uint64_t number;
	const struct ses_sink *sink;
	int over;
};

static void
release(void *arg)
{
	struct long_line *l = arg;

	ses_found_free(&l->found);
	ses_api_worker_drop(&l->worker);
	free(l);
}

static int
pass_line(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct long_line *l = arg;
	const char *end = memchr(data, '\n', len);
	size_t n = end == NULL ? len : (size_t)(end - (const char *)data);

	if (ses_sink_write(l->sink, data, n, err) < 0)
		return -1;
	if (end == NULL)
		return 0;
	l->over = 1;
	return ses_fail(err, SESHAT_ECANCELLED, "that was the line");
}

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *err)
{
	struct long_line *l = arg;
	struct ses_where where = ses_found_where(&l->found);
	struct ses_sink line = {pass_line, l};
	int rc;

	l->sink = sink;
	rc = ses_session_from(
	    l->worker.store, &where, NULL, l->number, NULL, &line, err);
	return rc < 0 && !l->over ? -1 : 0;
}

static int
stream_line(const struct ses_request *r, struct ses_answer *a, uint64_t number,
    struct seshat_err *err)
{
	struct long_line *l = ses_calloc(1, sizeof(*l));

	if (l == NULL)
		return ses_fail_nomem(err);
	l->number = number;
	if (ses_api_worker_new(r->arg, &l->worker, err) < 0 ||
	    ses_page_find(r, &l->worker, &l->found, err) < 0 ||
	    ses_answer_header(
		a, err, "Content-Security-Policy", "%s", SANDBOX) < 0) {
		release(l);
		return -1;
	}
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = l,
	    .len = SES_LENGTH_UNKNOWN};
	return 0;
}

/* The image n of the line. */
static int
find_image(const struct ses_api_worker *w, const struct ses_found *f,
    uint64_t line, uint64_t n, struct ses_answer *a, struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harness_reader(f->harness);
	struct ses_where where = ses_found_where(f);
	struct ses_buf text = {0};
	int rc;

	if (w->store == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "there are no images of %s", f->harness);
	rc = read_line(w, &where, line, &text, err);
	if (rc > 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND,
		    "line %llu is too long to be looked into",
		    (unsigned long long)line);
	if (rc == 0)
		rc = ses_talk_image(h, text.data != NULL ? text.data : "",
		    text.len, (unsigned)n, &a->type, &a->body, err);
	ses_buf_free(&text);
	return rc;
}

/* Answer what is in the body, by the request's conditions.  Whatever it is,
 * nothing in it may run. */
static int
answer(
    const struct ses_request *r, struct ses_answer *a, struct seshat_err *err)
{
	struct ses_resource what = {.len = UINT64_MAX};
	char etag[SES_ETAG_MAX];
	struct ses_span span;
	int rc;

	if (ses_answer_header(
		a, err, "Content-Security-Policy", "%s", SANDBOX) < 0)
		return -1;
	ses_cond_etag(a->body.data, a->body.len, etag);
	what.etag = etag;
	rc = ses_answer_span(a, r, &what, &span, err);
	if (rc == 0)
		ses_buf_clear(&a->body);
	return rc < 0 ? -1 : 0;
}

int
ses_page_image(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	static const char *const names[] = {"line", "n", NULL};
	const struct ses_api_worker *w = worker;
	struct ses_found f;
	uint64_t line;
	uint64_t n;
	int rc;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "line", UINT64_MAX, 1, &line, err) < 0 ||
	    ses_request_u64(r, "n", 10000, 1, &n, err) < 0)
		return -1;
	if (line == 0 || n == 0)
		return ses_fail(err, SESHAT_EUSAGE, "line and n begin with 1");
	if (ses_page_find(r, w, &f, err) < 0)
		return -1;
	rc = find_image(w, &f, line, n, a, err);
	ses_found_free(&f);
	return rc < 0 ? -1 : answer(r, a, err);
}

int
ses_page_line(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	static const char *const names[] = {"line", NULL};
	const struct ses_api_worker *w = worker;
	struct ses_where where;
	struct ses_found f;
	uint64_t line;
	int rc;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "line", UINT64_MAX, 1, &line, err) < 0)
		return -1;
	if (line == 0)
		return ses_fail(err, SESHAT_EUSAGE, "lines begin with 1");
	if (ses_page_find(r, w, &f, err) < 0)
		return -1;
	where = ses_found_where(&f);
	rc = w->store == NULL ? ses_fail(err, SESHAT_ENOTFOUND,
				    "a volume has files and no transcripts")
			      : read_line(w, &where, line, &a->body, err);
	ses_found_free(&f);
	a->type = "text/plain; charset=utf-8";
	if (rc > 0)
		return stream_line(r, a, line, err);
	return rc < 0 ? -1 : answer(r, a, err);
}
