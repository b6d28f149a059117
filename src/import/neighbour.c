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

static void
on_denied(void *arg, const char *key, const struct seshat_err *why)
{
	ses_neighbour_cannot(arg, key, why);
}

static int
open_bucket(struct ses_neighbour *n, const struct ses_store_access *access,
    struct seshat_err *err)
{
	int rc = ses_bucket_open(&n->bucket, n->where, access, err);

	n->bucket.denied = on_denied;
	n->bucket.denied_arg = n;
	return rc;
}

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
has_sessions(struct ses_neighbour *n, const struct ses_bucket_list *l,
    struct seshat_err *err)
{
	struct ses_store_list what = {
	    .shallow = 1, .denied = on_denied, .denied_arg = n};
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
	return open_bucket(n, access, err);
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

#define TOLD_MAX   20
#define UNREAD_MAX 10000

void
ses_neighbour_cannot(
    struct ses_neighbour *n, const char *key, const struct seshat_err *why)
{
	const size_t before = ses_neighbour_unread(n);
	char what[160];

	if (key[0] == '\0')
		key = n->where;
	if (n->cannot == NULL)
		n->cannot = json_object();
	if (before >= UNREAD_MAX ||
	    json_object_set_new_nocheck(n->cannot, key, json_true()) < 0 ||
	    json_object_size(n->cannot) == before || before > TOLD_MAX)
		return;
	(void)snprintf(what, sizeof(what), "cannot be read: %s",
	    why->sys != 0 ? strerror(why->sys) : "it is gone");
	ses_neighbour_pass(n, before < TOLD_MAX ? key : "more of them",
	    before < TOLD_MAX ? what : "cannot be read, too");
}

size_t
ses_neighbour_unread(const struct ses_neighbour *n)
{
	return n->cannot == NULL ? 0 : json_object_size(n->cannot);
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
	if (ses_neighbour_unread(n) > 0)
		return ses_fail(err, SESHAT_EAUTH,
		    "no sessions in %s that can be read", n->where);
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

static int
note_id(json_t *ids, const struct ses_bucket_session *s, int *is_new)
{
	struct ses_buf name = {0};
	int rc = 0;

	ses_buf_fmt(&name, "%s/%s", s->harness, s->id);
	(void)ses_buf_cstr(&name);
	*is_new = !name.bad && json_object_get(ids, name.data) == NULL;
	if (name.bad || (*is_new && json_object_set_new_nocheck(
					ids, name.data, json_true()) < 0))
		rc = -1;
	ses_buf_free(&name);
	return rc;
}

/* How many sessions one more form would read, by their names. */
static int
count_more(struct ses_neighbour *n, const struct ses_neighbour_ops *ops,
    json_t *ids, struct seshat_err *err)
{
	struct ses_bucket_list more = {0};
	char name[64];
	char what[80];
	size_t found = 0;
	size_t i;
	int is_new;
	int rc = ops->find(n, &more, err);

	for (i = 0; rc == 0 && i < more.n; i++) {
		if (note_id(ids, &more.v[i], &is_new) < 0)
			rc = ses_fail_nomem(err);
		found += is_new != 0;
	}
	ses_bucket_list_free(&more);
	if (rc == 0 && found > 0) {
		(void)snprintf(name, sizeof(name), "--format %s", ops->name);
		(void)snprintf(what, sizeof(what),
		    "reads %zu more session%s there", found,
		    found == 1 ? "" : "s");
		ses_neighbour_pass(n, name, what);
	}
	return rc;
}

/* Several forms may lie in one folder, and one is read: name the others. */
static int
tell_others(struct ses_neighbour *n, const struct ses_bucket_list *out,
    size_t i, struct seshat_err *err)
{
	json_t *ids = json_object();
	size_t k;
	int is_new;
	int rc = ids == NULL ? ses_fail_nomem(err) : 0;

	for (k = 0; rc == 0 && k < out->n; k++)
		if (note_id(ids, &out->v[k], &is_new) < 0)
			rc = ses_fail_nomem(err);
	n->by_name = 1;
	for (; rc == 0 && ses_neighbours[i] != NULL; i++)
		if (ses_neighbours[i] == &ses_neighbour_agentsview ||
		    ses_neighbours[i] == &ses_neighbour_hf_trace)
			rc = count_more(n, ses_neighbours[i], ids, err);
	n->by_name = 0;
	json_decref(ids);
	return rc;
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
	if (out->n == 0)
		return nothing(n, err);
	return n->ops == &ses_neighbour_session_store ||
		       n->ops == &ses_neighbour_agentsview
		   ? tell_others(n, out, i, err)
		   : 0;
}

int
ses_neighbour_open(struct ses_neighbour *n,
    const struct ses_store_access *access, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	if (n->ops == NULL || !n->ops->is_github) {
		if (open_bucket(n, access, err) < 0)
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
	json_decref(n->cannot);
	n->cannot = NULL;
	ses_fetched_free(&n->fetched);
	ses_share_plan_free(&n->of_plan);
	free(n->path);
	n->path = NULL;
}
