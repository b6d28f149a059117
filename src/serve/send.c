#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/str.h"
#include "serve/notice.h"
#include "serve/server.h"

/* What stands in every answer, unless the handler says something else. */
struct usual {
	const char *name;
	const char *value;
};

static const struct usual of_all[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
	"default-src 'none'; base-uri 'none'; form-action 'none'; "
	"frame-ancestors 'none'"},
};

/* And in pages: they have a stylesheet, scripts and forms, all from here.  With
 * no-referrer a browser would not say where a form comes from, either. */
static const struct usual of_pages[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Content-Security-Policy",
	"default-src 'none'; style-src 'self'; script-src 'self'; "
	"img-src 'self'; connect-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'"},
};

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static int
is_html(const struct ses_answer *a)
{
	return a->type != NULL && ses_str_starts(a->type, "text/html");
}

static const char *
header_of(const struct ses_answer *a, const char *name)
{
	size_t i;

	for (i = 0; i < a->n_headers; i++)
		if (strcasecmp(a->header[i].name, name) == 0)
			return a->header[i].value;
	return NULL;
}

/* The tag of a page or a JSON answer, and what the client's conditions make of
 * it. */
static void
tag(struct ses_exchange *e)
{
	struct ses_answer *a = &e->a;
	const struct ses_cond c = {
	    .if_match = e->r.if_match, .if_none_match = e->r.if_none_match};
	struct ses_resource what = {.len = UINT64_MAX};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_span span;
	char etag[SES_ETAG_MAX];
	int status;

	if (a->status != 200 || a->no_etag || a->stream.produce != NULL ||
	    a->type == NULL ||
	    (strcmp(a->type, SES_TYPE_JSON) != 0 && !is_html(a)))
		return;
	ses_cond_etag(a->body.data, a->body.len, etag);
	/* without it the answer is as good, only never 304 */
	if (ses_answer_header(a, &ignored, "ETag", "%s", etag) < 0)
		return;
	what.etag = etag;
	status = ses_cond_decide(&c, &what, &span);
	if (status == 412)
		ses_answer_refuse(a, 412, "it has changed");
	a->status = status;
}

static ssize_t /* NOLINTNEXTLINE(readability-non-const-parameter): MHD's */
read_nothing(void *arg, uint64_t pos, char *out, size_t max)
{
	(void)arg;
	(void)pos;
	(void)out;
	(void)max;
	return MHD_CONTENT_READER_END_OF_STREAM;
}

/* The headers of a body that is not made. */
static struct MHD_Response *
stream_of_head(const struct ses_serve *s, const struct ses_producer *stream)
{
	int known = stream->len != SES_LENGTH_UNKNOWN;
	struct MHD_Response *r =
	    s->mhd->callback(known ? stream->len : MHD_SIZE_UNKNOWN, 1,
		read_nothing, NULL, NULL);

	/* else the library sends a last chunk, which the client would take for
	 * the beginning of the next answer */
	if (r != NULL && !known &&
	    s->mhd->options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END) !=
		MHD_YES) {
		s->mhd->destroy(r);
		r = NULL;
	}
	return r;
}

static struct MHD_Response *
buffer(struct ses_exchange *e)
{
	struct ses_buf *b = &e->a.body;
	struct MHD_Response *r;

	if (e->a.status == 304 || b->len == 0)
		return e->s->mhd->buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	r = e->s->mhd->buffer(b->len, b->data, MHD_RESPMEM_MUST_FREE);
	if (r != NULL) {
		e->len = e->r.head ? 0 : b->len;
		memset(b, 0, sizeof(*b));
	}
	return r;
}

/* Errors: -1, and the answer is one that tells of it. */
static int
begin_stream(struct ses_exchange *e)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_err ignored = SESHAT_ERR_INIT;

	e->feed =
	    ses_feed_open(&e->s->feeds, &e->a.stream, e->conn, e->r.id, &err);
	if (e->feed != NULL) {
		memset(&e->a.stream, 0, sizeof(e->a.stream));
		return 0;
	}
	ses_answer_reset(&e->a);
	if (err.code == SESHAT_ELIMIT) {
		(void)ses_answer_header(&e->a, &ignored, "Retry-After", "5");
		ses_answer_refuse(&e->a, 503, err.msg);
	} else {
		ses_answer_fail(&e->a, e->r.id, &err);
	}
	return -1;
}

static struct MHD_Response *
body(struct ses_exchange *e)
{
	const struct ses_producer *stream = &e->a.stream;

	if (stream->produce == NULL || e->a.status == 304)
		return buffer(e);
	if (e->r.head || stream->len == 0)
		return stream_of_head(e->s, stream);
	if (begin_stream(e) < 0)
		return buffer(e);
	return ses_feed_response(e->feed);
}

static int
add_headers(const struct ses_mhd *mhd, const struct ses_answer *a,
    struct MHD_Response *r)
{
	const struct usual *usual = is_html(a) ? of_pages : of_all;
	size_t n = is_html(a) ? ROWS(of_pages) : ROWS(of_all);
	int ok = 1;
	size_t i;

	for (i = 0; i < a->n_headers; i++)
		ok &= mhd->header(r, a->header[i].name, a->header[i].value) ==
		      MHD_YES;
	for (i = 0; i < n; i++)
		if (header_of(a, usual[i].name) == NULL)
			ok &= mhd->header(r, usual[i].name, usual[i].value) ==
			      MHD_YES;
	if (header_of(a, "Cache-Control") == NULL)
		ok &= mhd->header(r, "Cache-Control",
			  header_of(a, "ETag") != NULL ? "private, no-cache"
						       : "no-store") == MHD_YES;
	if (a->type != NULL && a->status != 304)
		ok &= mhd->header(r, "Content-Type", a->type) == MHD_YES;
	return ok;
}

/* Tell a person of an error: the JSON becomes a page. */
static void
make_page(struct ses_exchange *e)
{
	struct ses_answer *a = &e->a;
	struct ses_buf page = {0};
	json_t *doc;

	if (!a->refusal || !ses_dispatch_is_page(e))
		return;
	doc = json_loadb(a->body.data, a->body.len, 0, NULL);
	ses_notice_refusal(&page, a->status,
	    json_string_value(json_object_get(doc, "detail")));
	json_decref(doc);
	ses_buf_free(&a->body);
	a->body = page;
	a->type = SES_TYPE_HTML;
}

enum MHD_Result
ses_send(struct ses_exchange *e)
{
	const struct ses_mhd *mhd = e->s->mhd;
	struct MHD_Response *r;
	enum MHD_Result rc = MHD_NO;

	make_page(e);
	if (e->a.body.bad) {
		ses_answer_reset(&e->a);
		e->a.status = 500;
	}
	ses_upload_drop(e);
	tag(e);
	r = body(e);
	if (r == NULL)
		return MHD_NO;
	/* no answer is better than one without its headers */
	if (add_headers(mhd, &e->a, r))
		rc = mhd->queue(e->conn, (unsigned)e->a.status, r);
	mhd->destroy(r);
	e->status = e->a.status;
	e->state = SENT;
	return rc;
}
