#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/export.h"
#include "serve/api.h"

/* An export on its way to a client; it outlives the handler. */
struct download {
	struct ses_api_worker worker;
	struct ses_export_how how;
	struct ses_export *export;
	char *id; /* of the session or the project */
	const char *ids[1];
	uint64_t from;
	uint64_t to;
};

static void
release(void *arg)
{
	struct download *d = arg;

	if (d == NULL)
		return;
	ses_export_free(d->export);
	ses_api_worker_drop(&d->worker);
	free(d->id);
	free(d);
}

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *err)
{
	struct download *d = arg;

	return ses_export_write(d->export, d->from, d->to, sink, NULL, err);
}

static int
read_params(const struct ses_request *r, struct ses_export_how *how,
    struct seshat_err *err)
{
	static const char *const names[] = {
	    "max_bytes", "method", "html", NULL};
	const struct ses_api *api = r->arg;
	const char *method = ses_request_param(r, "method");
	const char *html = ses_request_param(r, "html");

	how->tmp = api->tmp;
	how->exact = 1;
	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "max_bytes",
		api->max_bytes == 0 ? UINT64_MAX : api->max_bytes,
		api->max_bytes, &how->max_bytes, err) < 0)
		return -1;
	if (how->max_bytes == 0 && ses_request_param(r, "max_bytes") != NULL)
		return ses_fail(err, SESHAT_EUSAGE, "max_bytes is at least 1");
	if (method != NULL && strcmp(method, "store") != 0 &&
	    strcmp(method, "deflate") != 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "method is deflate or store");
	if (html != NULL && strcmp(html, "1") != 0 && strcmp(html, "0") != 0)
		return ses_fail(err, SESHAT_EUSAGE, "html is 1 or 0");
	how->store = method != NULL && strcmp(method, "store") == 0;
	how->html = html != NULL && html[0] == '1';
	return 0;
}

static int
open_export(const struct ses_request *r, int is_project, struct download *d,
    struct seshat_err *err)
{
	d->id = ses_str_dup(r->var[0]);
	if (d->id == NULL)
		return ses_fail_nomem(err);
	d->ids[0] = d->id;
	if (is_project) {
		d->how.project = d->id;
	} else {
		d->how.ids = d->ids;
		d->how.n_ids = 1;
	}
	return read_params(r, &d->how, err) < 0 ||
		       ses_api_worker_new(r->arg, &d->worker, err) < 0 ||
		       ses_export_open(
			   &d->export, d->worker.lib, &d->how, err) < 0
		   ? -1
		   : 0;
}

static int
answer(const struct ses_request *r, struct download *d, struct ses_answer *a,
    struct seshat_err *err)
{
	const char *name = ses_export_name(d->export);
	struct ses_resource what = {.len = ses_export_length(d->export),
	    .mtime = ses_export_time(d->export)};
	struct ses_span span = {0};
	struct ses_buf tag = {0};
	int rc;

	if (what.len != SES_EXPORT_UNKNOWN) {
		ses_buf_fmt(&tag, "\"%s\"", ses_export_tag(d->export));
		what.etag = ses_buf_cstr(&tag);
	} else {
		what.mtime = 0; /* it need not be the same bytes again */
	}
	a->type = "application/zip";
	/* the name is of plain ASCII: slug.h */
	rc = ses_answer_header(a, err, "Content-Disposition",
	    "attachment; filename=\"%s\"; filename*=UTF-8''%s", name, name);
	if (rc == 0)
		rc = ses_answer_span(a, r, &what, &span, err);
	ses_buf_free(&tag);
	if (rc <= 0)
		return rc;
	d->from = span.from;
	d->to = what.len == SES_EXPORT_UNKNOWN ? SES_EXPORT_UNKNOWN
					       : span.from + span.len;
	return 1;
}

static int
download(const struct ses_request *r, int is_project, struct ses_answer *a,
    struct seshat_err *err)
{
	struct download *d = ses_calloc(1, sizeof(*d));
	int rc;

	if (d == NULL)
		return ses_fail_nomem(err);
	rc = open_export(r, is_project, d, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		ses_fail(err, SESHAT_ENOTFOUND, "no %s '%s'",
		    is_project ? "project" : "session", r->var[0]);
	if (rc == 0)
		rc = answer(r, d, a, err);
	if (rc <= 0) {
		release(d);
		return rc;
	}
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = d,
	    .len = d->to == SES_EXPORT_UNKNOWN ? SES_LENGTH_UNKNOWN
					       : d->to - d->from};
	return 0;
}

int
ses_api_session_download(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	(void)worker;
	return download(r, 0, a, err);
}

int
ses_api_project_download(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	(void)worker;
	return download(r, 1, a, err);
}
