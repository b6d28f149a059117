#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/verify_beside.h"
#include "harness/twin.h"
#include "mirror/beside.h"
#include "vault/doc.h"

#define LATE_MS INT64_C(3600000) /* no mirror that runs waits so long */

struct comparing {
	struct ses_cli_beside *b;
	struct ses_companion_sums *sums;
};

static void
on_differs(void *arg, const char *name, const char *what, int64_t written)
{
	const struct comparing *k = arg;
	struct ses_buf b = {0};

	ses_str_safe(name, strlen(name), &b);
	ses_buf_fmt(&b, ", which stands beside it, %s%s",
	    written < 0 ? "is left out: " : "", what);
	k->b->problem(k->b->arg, name, ses_buf_cstr(&b));
	if (written >= 0 && ses_time_now() - written > LATE_MS)
		k->sums->problems++;
	else if (written >= 0)
		k->b->fresh++;
	ses_buf_free(&b);
}

/* The writer that this machine has for a source, if it has stored it. */
static const char *
writer_of(const struct ses_owner *o, const struct ses_session *s,
    const struct ses_streams *l)
{
	size_t len = ses_twin_plain_len(s->path);
	const char *path;
	size_t i;

	for (i = 0; i < l->n; i++) {
		path = ses_doc_str(l->v[i].doc, "source_path");
		if (strcmp(ses_doc_str(l->v[i].doc, "owner"), o->id) == 0 &&
		    ses_doc_str(l->v[i].doc, "imported_from")[0] == '\0' &&
		    strlen(path) == len && strncmp(path, s->path, len) == 0)
			return l->v[i].w;
	}
	return NULL;
}

int
ses_cli_compare_beside(struct ses_cli_beside *b, const struct ses_streams *l,
    struct ses_companion_sums *sums, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(b->f);
	struct comparing k = {b, sums};
	struct ses_beside_compare how = {.store = b->c->store,
	    .where = &w,
	    .differs = on_differs,
	    .arg = &k};
	struct ses_owner o;
	size_t i;
	int rc;

	if (!b->is_compared || b->src->n == 0)
		return 0;
	rc = ses_owner_load(&o, err);
	for (i = 0; rc == 0 && i < b->src->n; i++) {
		how.w = writer_of(&o, &b->src->v[i], l);
		if (how.w != NULL)
			rc = ses_beside_compare(&how, &b->src->v[i], err);
	}
	return rc;
}

/* Whether all of it is whole, as far as it is looked at. */
static int
look_again(struct ses_cli_beside *b, struct ses_companion_sums *sums,
    struct seshat_err *err)
{
	struct ses_where w = ses_found_where(b->f);
	struct ses_streams l = {0};
	int rc = ses_companions_verify(
	    b->c->store, &w, b->problem, b->arg, sums, err);

	if (rc == 0 && b->is_compared)
		rc = ses_streams_load(b->c->store, &w, &l, err);
	if (rc == 0)
		rc = ses_cli_compare_beside(b, &l, sums, err);
	ses_streams_free(&l);
	return rc;
}

int
ses_cli_mend_beside(struct ses_cli_beside *b, struct seshat_err *err)
{
	const struct ses_flush_how how = {.anew = 1};
	struct ses_mirror_opts mo = ses_context_mirror(b->c);
	struct ses_companion_sums sums = {0};
	struct ses_flush_result r = {0};
	struct ses_mirror m;
	size_t i;
	int rc = 0;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	for (i = 0; i < b->src->n && rc == 0; i++) {
		rc = ses_mirror_flush(&m, &b->src->v[i], &how, &r, err);
		ses_flush_result_free(&r);
	}
	ses_mirror_free(&m);
	if (rc == 0)
		rc = look_again(b, &sums, err);
	if (rc < 0)
		return -1;
	if (sums.problems > 0)
		(void)fprintf(stderr,
		    "seshat: %s/%s: cannot be repaired here: what is damaged "
		    "is not beside its source any more\n",
		    b->f->harness, b->f->id);
	return sums.problems == 0;
}
