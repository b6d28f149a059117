#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "export/bundle.h"
#include "export/emit.h"
#include "export/export.h"
#include "export/plan.h"
#include "export/slug.h"

struct ses_export {
	struct ses_export_plan plan;
	char *name;
	uint64_t length;
	char tag[33];
};

static int
make_name(struct ses_export *x, struct seshat_err *err)
{
	const struct ses_export_plan *p = &x->plan;
	struct ses_buf b = {0};
	size_t before;

	if (p->how->project != NULL) {
		ses_buf_str(&b, "project-");
		before = b.len;
		ses_slug(p->how->project, &b);
		if (b.len == before)
			ses_buf_str(&b, "sessions");
	} else if (p->n == 1) {
		ses_buf_str(&b, "session-");
		ses_slug_id(p->rows[0].id, &b);
	} else {
		ses_buf_fmt(&b, "sessions-%zu", p->n);
	}
	ses_buf_str(&b, ".zip");
	x->name = ses_str_dup(ses_buf_cstr(&b));
	ses_buf_free(&b);
	return x->name == NULL ? ses_fail_nomem(err) : 0;
}

/* What is in the archive besides the items goes by what stands in these. */
static int
hash_lists(const struct ses_export_plan *p, struct ses_sha256 *sha,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_sha256_sink(sha);
	struct ses_buf readme = {0};
	int rc = ses_bundle_readme(p, &readme, err);

	if (rc == 0) {
		ses_sha256_add(sha, readme.data, readme.len);
		rc = ses_spool_push(&p->omitted, &sink, err);
	}
	ses_buf_free(&readme);
	return rc;
}

/* What the bytes of the archive go by. */
static int
make_tag(struct ses_export *x, struct seshat_err *err)
{
	const struct ses_export_plan *p = &x->plan;
	struct ses_item_walk walk = {.spool = &p->items};
	struct ses_item item;
	struct ses_sha256 sha;
	char text[128];
	char hex[SES_SHA256_HEX];
	int rc;

	ses_sha256_init(&sha);
	(void)snprintf(text, sizeof(text),
	    SESHAT_VERSION " %" PRIu64 " %d %" PRId64, x->length, p->how->store,
	    p->time_ns);
	ses_sha256_add(&sha, text, strlen(text) + 1);
	if (hash_lists(p, &sha, err) < 0)
		return -1;
	while ((rc = ses_item_next(&walk, &item, err)) > 0) {
		(void)snprintf(text, sizeof(text),
		    "%d %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64
		    " %" PRIu64 " %08" PRIx32,
		    item.kind, item.size, item.packed, item.at, item.mtime_ns,
		    item.stamp, item.crc);
		ses_sha256_add(&sha, text, strlen(text) + 1);
		ses_sha256_add(&sha, item.sha256, strlen(item.sha256) + 1);
		ses_sha256_add(&sha, item.name, item.name_len + 1);
		ses_sha256_add(&sha, item.path, item.path_len + 1);
		ses_sha256_add(&sha, item.data, item.data_len);
	}
	ses_buf_free(&walk.buf);
	ses_sha256_hex(&sha, hex);
	(void)snprintf(x->tag, sizeof(x->tag), "%.32s", hex);
	return rc;
}

/* The length, if it can be told: by writing it all to nowhere. */
static int
measure(struct ses_export *x, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	struct ses_export_result r;

	x->length = SES_EXPORT_UNKNOWN;
	if (!x->plan.is_known)
		return 0;
	if (ses_export_emit(&x->plan, &none, 0, 0, 1, &r, err) < 0)
		return -1;
	x->length = r.zip;
	return make_tag(x, err);
}

int
ses_export_open(struct ses_export **out, struct ses_library *lib,
    const struct ses_export_how *how, struct seshat_err *err)
{
	struct ses_export *x = ses_calloc(1, sizeof(*x));

	if (x == NULL)
		return ses_fail_nomem(err);
	if (ses_export_plan_make(&x->plan, lib, how, err) < 0 ||
	    make_name(x, err) < 0 || measure(x, err) < 0) {
		ses_export_free(x);
		return -1;
	}
	*out = x;
	return 0;
}

void
ses_export_free(struct ses_export *x)
{
	if (x == NULL)
		return;
	ses_export_plan_free(&x->plan);
	free(x->name);
	free(x);
}

const char *
ses_export_name(const struct ses_export *x)
{
	return x->name;
}

uint64_t
ses_export_length(const struct ses_export *x)
{
	return x->length;
}

const char *
ses_export_tag(const struct ses_export *x)
{
	return x->tag;
}

int64_t
ses_export_time(const struct ses_export *x)
{
	return x->plan.time_ns / 1000000;
}

int
ses_export_write(struct ses_export *x, uint64_t from, uint64_t to,
    const struct ses_sink *sink, struct ses_export_result *r,
    struct seshat_err *err)
{
	struct ses_export_result result;
	int rc = ses_export_emit(&x->plan, sink, from, to, 0, &result, err);

	if (rc == 0 && x->length != SES_EXPORT_UNKNOWN &&
	    result.zip != x->length)
		rc = ses_fail(err, SESHAT_ECORRUPT,
		    "the archive came out longer or shorter than planned");
	if (r != NULL)
		*r = result;
	return rc;
}
