#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "export/assets.h"
#include "serve/asset.h"

#define VERSION 8 /* hex digits of the hash */

static const char *
type_of(const char *name)
{
	static const struct {
		const char *end;
		const char *type;
	} types[] = {
	    {".css", "text/css; charset=utf-8"},
	    {".js", "text/javascript; charset=utf-8"},
	    {".svg", "image/svg+xml"},
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (ses_str_ends(name, types[i].end))
			return types[i].type;
	return NULL;
}

/* What else is part of the program is none of pages. */
static const struct ses_asset *
find(const char *name)
{
	return type_of(name) != NULL ? ses_asset_find(name) : NULL;
}

int
ses_asset_url(const char *name, char out[SES_ASSET_URL])
{
	const struct ses_asset *file = find(name);
	int n;

	out[0] = '\0';
	if (file == NULL)
		return -1;
	n = snprintf(out, SES_ASSET_URL, "/assets/%s?v=%.*s", name, VERSION,
	    file->sha256);
	return n > 0 && n < SES_ASSET_URL ? 0 : -1;
}

static int
answer(const struct ses_request *r, const char *name, struct ses_answer *a,
    struct seshat_err *err)
{
	const struct ses_asset *file = find(name);
	const char *version = ses_request_param(r, "v");
	char etag[SES_ETAG_MAX];
	struct ses_resource what = {.etag = etag};
	struct ses_span span;
	int rc;

	if (file == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND, "there is no such file");
	what.len = file->len;
	(void)snprintf(etag, sizeof(etag), "\"%.32s\"", file->sha256);
	if (ses_answer_header(a, err, "Cache-Control", "%s",
		version != NULL && strlen(version) == VERSION &&
			strncmp(version, file->sha256, VERSION) == 0
		    ? "public, max-age=31536000, immutable"
		    : "no-cache") < 0)
		return -1;
	rc = ses_answer_span(a, r, &what, &span, err);
	if (rc <= 0)
		return rc;
	a->type = type_of(name);
	ses_buf_add(&a->body, file->data + span.from, (size_t)span.len);
	return ses_buf_check(&a->body, err);
}

int
ses_asset(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	(void)worker;
	return answer(r, r->var[0], a, err);
}

int
ses_asset_icon(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	(void)worker;
	return answer(r, "seshat.svg", a, err);
}
