/* A file of a workspace as it is: an image to be shown, or a download. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "render/html.h"
#include "serve/one_file.h"
#include "serve/page_session.h"

struct sending {
	struct ses_api_worker worker;
	struct ses_found found;
	struct ses_one_file o;
	struct ses_span span;
	const struct ses_sink *next;
	uint64_t left;
};

static void
release(void *arg)
{
	struct sending *s = arg;

	if (s == NULL)
		return;
	ses_one_file_free(&s->o);
	ses_found_free(&s->found);
	ses_api_worker_drop(&s->worker);
	free(s);
}

/* Of what is read only the span passes. */
static int
pass(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct sending *s = arg;

	if (len > s->left)
		len = (size_t)s->left;
	s->left -= len;
	if (len > 0 && ses_sink_write(s->next, data, len, err) < 0)
		return -1;
	return s->left > 0
		   ? 0
		   : ses_fail(err, SESHAT_ECANCELLED, "that was the span");
}

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *err)
{
	struct sending *s = arg;
	struct ses_sink span = {pass, s};

	s->next = sink;
	s->left = s->span.len;
	if (s->left == 0 || ses_library_read(s->worker.lib, &s->found,
				&s->o.file, s->span.from, &span, err) == 0)
		return 0;
	return s->left == 0 ? 0 : -1;
}

/* An image by its bytes may be shown; all else is only to be saved. */
static int
set_type(struct sending *s, struct ses_answer *a, struct seshat_err *err)
{
	struct ses_buf head = {0};
	struct ses_buf name = {0};
	int rc;

	rc = ses_one_file_head(s->worker.lib, &s->found, &s->o, 16, &head, err);
	if (rc == 0) {
		a->type = ses_one_file_image(
		    head.data != NULL ? head.data : "", head.len);
		ses_html_url(&name, ses_str_basename(s->o.name));
		rc = ses_answer_header(a, err, "Content-Disposition",
		    "%s; filename*=UTF-8''%s",
		    a->type != NULL ? "inline" : "attachment",
		    ses_buf_cstr(&name));
		if (a->type == NULL)
			a->type = "application/octet-stream";
	}
	if (rc == 0)
		rc = ses_answer_header(a, err, "Content-Security-Policy", "%s",
		    "default-src 'none'; sandbox");
	ses_buf_free(&head);
	ses_buf_free(&name);
	return rc;
}

static int
answer(const struct ses_request *r, struct sending *s, struct ses_answer *a,
    struct seshat_err *err)
{
	const struct ses_libfile *f = &s->o.file;
	struct ses_resource what = {.len = f->size};
	char tag[96];

	/* without a hash other bytes of the same size and time are told by
	 * nothing */
	if (f->sha256[0] != '\0') {
		(void)snprintf(tag, sizeof(tag), "\"%.32s\"", f->sha256);
		what.etag = tag;
	}
	if (set_type(s, a, err) < 0)
		return -1;
	return ses_answer_span(a, r, &what, &s->span, err);
}

int
ses_page_file(const struct ses_request *r, struct ses_answer *a,
    const char *name, struct seshat_err *err)
{
	struct sending *s = ses_calloc(1, sizeof(*s));
	int rc = -1;

	if (s == NULL)
		return ses_fail_nomem(err);
	if (ses_api_worker_new(r->arg, &s->worker, err) == 0 &&
	    ses_page_find(r, &s->worker, &s->found, err) == 0 &&
	    ses_one_file_find(s->worker.lib, &s->found, name, &s->o, err) == 0)
		rc = answer(r, s, a, err);
	if (rc <= 0) {
		release(s);
		return rc;
	}
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = s,
	    .len = s->span.len};
	return 0;
}
