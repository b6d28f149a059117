#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/neighbour.h"
#include "import/piece.h"

const struct ses_neighbour_ops *const ses_neighbours[] = {
    &ses_neighbour_tracecraft,
    &ses_neighbour_session_store,
    &ses_neighbour_agentsview,
    &ses_neighbour_erk_branch,
    &ses_neighbour_hf_trace,
    &ses_neighbour_erk_gist,
    &ses_neighbour_erk_plan,
    NULL,
};

static int
see_object(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	const char *name = o->key + strlen((const char *)arg);
	char stream[SES_STREAM_ID];
	struct ses_piece p;
	uint32_t seq;

	(void)err;
	return ses_key_kind(name, stream, &seq) != SES_OBJECT_OTHER ||
	       ses_piece_parse(name, &p) || strcmp(name, "meta.json") == 0;
}

#define LOOKED_AT 50 /* folders that may be sessions */

/* Whether there are sessions in folders that lie as sessions do: Codex has
 * "sessions/2026/11/", too.  1, 0 or -1. */
static int
has_sessions(const struct ses_neighbour *n, const struct ses_bucket_list *l,
    struct seshat_err *err)
{
	struct ses_store_list what = {.shallow = 1};
	size_t i;
	int rc = 0;

	for (i = 0; i < l->n && i < LOOKED_AT && rc == 0; i++) {
		what.prefix = l->v[i].prefix;
		rc = ses_store_list(
		    n->bucket.store, &what, see_object, l->v[i].prefix, err);
	}
	return rc;
}

static int
find_bucket(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	const struct ses_store_access *access = n->bucket.access;
	int rc;

	if (ses_bucket_rise(&n->bucket, err) < 0)
		return -1;
	rc = ses_bucket_find(&n->bucket, n->only, n->n_only, out, err);
	if (rc < 0 || n->ops != NULL)
		return rc;
	rc = out->n == 0 ? 0 : has_sessions(n, out, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	/* the next form looks into what was named */
	ses_bucket_list_free(out);
	ses_bucket_close(&n->bucket);
	return ses_bucket_open(&n->bucket, n->where, access, err);
}

const struct ses_neighbour_ops ses_neighbour_tracecraft = {
    .name = "tracecraft",
    .about = "a bucket of tracecraft or seshat",
    .find = find_bucket,
};

const struct ses_neighbour_ops *
ses_neighbour_named(const char *name, struct seshat_err *err)
{
	struct ses_buf names = {0};
	size_t i;

	/* a vault is no other form */
	if (strcmp(name, "seshat") == 0)
		return &ses_neighbour_tracecraft;
	for (i = 0; ses_neighbours[i] != NULL; i++)
		if (strcmp(ses_neighbours[i]->name, name) == 0)
			return ses_neighbours[i];
	for (i = 0; ses_neighbours[i] != NULL; i++)
		ses_buf_fmt(
		    &names, "%s%s", i > 0 ? ", " : "", ses_neighbours[i]->name);
	ses_fail(err, SESHAT_EUSAGE, "--format %.100s: there are %s", name,
	    ses_buf_cstr(&names));
	ses_buf_free(&names);
	return NULL;
}

const struct ses_neighbour_ops *
ses_neighbour_of(const char *where)
{
	if (!ses_str_starts(where, "https://") &&
	    !ses_str_starts(where, "http://"))
		return NULL;
	return strstr(where, "/issues/") != NULL ||
		       strstr(where, "/pull/") != NULL
		   ? &ses_neighbour_erk_plan
		   : &ses_neighbour_erk_gist;
}

void
ses_neighbour_pass(
    const struct ses_neighbour *n, const char *name, const char *what)
{
	if (n->passed != NULL)
		n->passed(n->arg, name, what);
}

/* What the last two components of the URL's path say, before the keys. */
static void
find_tail(struct ses_neighbour *n)
{
	const char *url = n->bucket.url;
	const char *from = strstr(url, "://");
	const char *end = url + strcspn(url, "?");
	const char *p = end;
	int left = 2;
	struct ses_buf b = {0};

	n->tail[0] = '\0';
	from = from == NULL ? url : from + 3;
	while (p > from && left > 0) {
		p--;
		while (p > from && p[-1] != '/')
			p--;
		left--;
	}
	if (p < end && ses_key_decode(&b, p, (size_t)(end - p)) == 0 &&
	    b.len + 2 < sizeof(n->tail) && !b.bad && b.len > 0) {
		memcpy(n->tail, b.data, b.len);
		memcpy(n->tail + b.len, "/", 2);
	}
	ses_buf_free(&b);
}

/* What is of this machine may be more than a store. */
static int
find_path(struct ses_neighbour *n, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	if (ses_store_path(n->bucket.store, "", &b, &ignored) == 0) {
		(void)ses_buf_cstr(&b);
		n->path = b.bad ? NULL : ses_str_dup(b.data);
	}
	ses_buf_free(&b);
	return n->path == NULL && ignored.code == SESHAT_OK
		   ? ses_fail_nomem(err)
		   : 0;
}

static int
nothing(const struct ses_neighbour *n, struct seshat_err *err)
{
	if (n->ops == &ses_neighbour_tracecraft)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no sessions in %s: looked for "
		    "<project>/sessions/<harness>/<session-id>/",
		    n->where);
	if (n->ops != NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no sessions in %s: looked for %s", n->where,
		    n->ops->about);
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "no sessions in %s: looked for "
	    "<project>/sessions/<harness>/<session-id>/, and for what other "
	    "programs keep ('seshat import --help' names them)",
	    n->where);
}

/* The first form of which there is a session. */
static int
find_out(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	size_t i;

	for (i = 0; ses_neighbours[i] != NULL && out->n == 0; i++) {
		if (ses_neighbours[i]->is_github)
			continue;
		if (ses_neighbours[i]->find(n, out, err) < 0)
			return -1;
		if (out->n > 0)
			n->ops = ses_neighbours[i];
	}
	return out->n > 0 ? 0 : nothing(n, err);
}

int
ses_neighbour_open(struct ses_neighbour *n,
    const struct ses_store_access *access, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	if (n->ops == NULL || !n->ops->is_github) {
		if (ses_bucket_open(&n->bucket, n->where, access, err) < 0)
			return -1;
		find_tail(n);
		if (find_path(n, err) < 0)
			return -1;
	}
	if (n->ops == NULL)
		return find_out(n, out, err);
	if (n->ops->find(n, out, err) < 0)
		return -1;
	return out->n > 0 ? 0 : nothing(n, err);
}

void
ses_neighbour_close(struct ses_neighbour *n)
{
	ses_bucket_close(&n->bucket);
	ses_fetched_free(&n->fetched);
	ses_share_plan_free(&n->of_plan);
	free(n->path);
	n->path = NULL;
}
