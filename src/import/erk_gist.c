/* Sessions that erk, or seshat, shared through GitHub: one gist, or what the
 * issue of a plan tells of. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/neighbour.h"
#include "import/recognise.h"
#include "share/download.h"
#include "share/gist.h"
#include "share/place.h"

/* What the description of a gist says, by its mark or in erk's words; NULL:
 * nothing. */
static const char *
harness_of(const struct ses_gist *g, const char *id)
{
	char mark[SES_MARKER];
	char mine[SES_MARKER];
	size_t i;

	if (!ses_share_marker_of(g->description, mark))
		return ses_str_starts(g->description, "Claude Code session ")
			   ? "claude-code"
			   : NULL;
	for (i = 0; ses_harnesses[i] != NULL; i++) {
		ses_share_marker(ses_harnesses[i]->name, id, mine);
		if (strcmp(mark, mine) == 0)
			return ses_harnesses[i]->name;
	}
	return NULL;
}

/* Whose lines they are; NULL in *harness: nobody's that we know. */
static int
look_inside(
    const struct ses_spool *text, const char **harness, struct seshat_err *err)
{
	struct ses_buf head = {0};
	struct ses_buf id = {0};
	char block[4096];
	size_t got = 1;
	int rc;

	*harness = NULL;
	while (got > 0 && head.len < SES_RECOGNISE_HEAD) {
		if (ses_spool_read(
			text, block, sizeof(block), head.len, &got, err) < 0)
			break;
		ses_buf_add(&head, block, got);
	}
	rc = got > 0 && head.len < SES_RECOGNISE_HEAD
		 ? -1
		 : ses_buf_check(&head, err);
	if (rc == 0)
		rc = ses_recognise(
		    ses_buf_cstr(&head), head.len, harness, &id, err);
	ses_buf_free(&head);
	ses_buf_free(&id);
	return rc < 0 ? -1 : 0;
}

static int
add(struct ses_bucket_list *out, const char *harness, const char *id,
    const char *gist, const char *url, struct seshat_err *err)
{
	struct ses_bucket_session s = {.harness = ses_str_dup(harness),
	    .id = ses_str_dup(id),
	    .prefix = ses_str_dup(gist),
	    .url = ses_str_dup(url)};

	if (s.url == NULL) {
		free(s.prefix);
		s.prefix = NULL;
	}
	s.bad = ses_bucket_judge(&s);
	return ses_bucket_list_add(out, &s, err);
}

/* The gist, and what it holds, which stays until it is read. */
static int
fetch_gist(struct ses_neighbour *n, const char *id, struct ses_gist *gist,
    struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = ses_share_state(&dir, err);

	if (rc == 0)
		rc = ses_gist_get(n->github, id, gist, err);
	if (rc == 0)
		rc = ses_share_fetch(
		    n->github, gist, NULL, n->keys, dir.data, &n->fetched, err);
	ses_buf_free(&dir);
	return rc;
}

static int
find_gist(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	const struct ses_fetched *f = &n->fetched;
	char id[SES_GIST_ID];
	struct ses_gist gist = {0};
	const char *harness = NULL;
	int rc;

	if (ses_gist_id(n->where, &n->github->host, id, err) < 0)
		return -1;
	rc = fetch_gist(n, id, &gist, err);
	if (rc == 0) {
		harness = f->harness != NULL ? f->harness
					     : harness_of(&gist, f->session_id);
		if (harness == NULL)
			rc = look_inside(&f->spool, &harness, err);
	}
	if (rc == 0 && harness == NULL)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "gist %s: no agent that we know writes such lines", id);
	if (rc == 0)
		rc = add(out, harness, f->session_id, id, gist.html_url, err);
	ses_gist_free(&gist);
	return rc;
}

static int
read_gist(struct ses_neighbour *n, const struct ses_bucket_session *s,
    struct ses_spool *to, struct seshat_err *err)
{
	(void)s;
	return ses_spool_copy(
	    to, &n->fetched.spool, 0, n->fetched.spool.size, err);
}

/* What names where a session comes from is no longer than a URL is. */
static int
is_page(const char *url)
{
	return url != NULL && strlen(url) < 500 &&
	       ses_str_starts(url, "https://") &&
	       ses_str_is_utf8(url, strlen(url));
}

/* Each session once: of the comments, then what the header alone tells. */
static int
add_of_plan(struct ses_bucket_list *out, const char *harness, const char *id,
    const char *url, struct seshat_err *err)
{
	size_t i;

	if (id == NULL)
		return 0;
	for (i = 0; i < out->n; i++)
		if (strcmp(out->v[i].id, id) == 0)
			return 0;
	return add(
	    out, harness != NULL ? harness : "claude-code", id, id, url, err);
}

/* What is neither in a gist nor in an artifact. */
static void
tell_branch(const struct ses_neighbour *n, const struct ses_share_plan *p)
{
	const char *branch = ses_share_plan_text(p, "last_session_branch");

	if (branch != NULL)
		ses_neighbour_pass(n, branch,
		    "is a branch of the repository: clone it, and import the "
		    "folder");
}

static int
find_plan(struct ses_neighbour *n, struct ses_bucket_list *out,
    struct seshat_err *err)
{
	struct ses_share_plan *p = &n->of_plan;
	struct ses_buf url = {0};
	const struct ses_share_record *r;
	const char *last;
	size_t i;
	int rc = ses_share_plan_get(p, n->github, n->repo, n->plan, err);

	if (rc == 0)
		rc = ses_share_plan_comments(p, err);
	ses_buf_fmt(&url, "%s/%s/%s/issues/%llu",
	    ses_buf_cstr(&n->github->host.web),
	    n->repo->owner.len > 0 ? n->repo->owner.data : "",
	    n->repo->name.len > 0 ? n->repo->name.data : "",
	    (unsigned long long)n->plan);
	(void)ses_buf_cstr(&url);
	if (rc == 0)
		rc = ses_buf_check(&url, err);
	for (i = 0; rc == 0 && i < p->n_records; i++) {
		r = ses_share_plan_record(p, p->records[i].session_id);
		rc = add_of_plan(out, r->harness, r->session_id,
		    is_page(r->gist_url) ? r->gist_url : url.data, err);
	}
	if (rc == 0) {
		last = ses_share_plan_text(p, "last_session_gist_url");
		if (is_page(last) ||
		    ses_share_plan_text(p, "last_session_gist_id") != NULL)
			rc = add_of_plan(out, NULL,
			    ses_share_plan_text(p, "last_session_id"),
			    is_page(last) ? last : url.data, err);
	}
	if (rc == 0 &&
	    ses_share_plan_text(p, "last_remote_impl_run_id") != NULL)
		rc = add_of_plan(out, NULL,
		    ses_share_plan_text(p, "last_remote_impl_session_id"),
		    url.data, err);
	if (rc == 0)
		tell_branch(n, p);
	ses_buf_free(&url);
	return rc;
}

static int
read_plan(struct ses_neighbour *n, const struct ses_bucket_session *s,
    struct ses_spool *to, struct seshat_err *err)
{
	const struct ses_download d = {.github = n->github,
	    .repo = n->repo,
	    .plan = n->plan,
	    .session_id = s->id,
	    .keys = n->keys};
	struct ses_fetched f = {0};
	struct ses_buf dir = {0};
	const char *source;
	int rc = ses_share_state(&dir, err);

	if (rc == 0)
		rc = ses_download_fetch(
		    &d, &n->of_plan, dir.data, &f, &source, err);
	if (rc == 0)
		rc = ses_spool_copy(to, &f.spool, 0, f.spool.size, err);
	ses_fetched_free(&f);
	ses_buf_free(&dir);
	return rc;
}

const struct ses_neighbour_ops ses_neighbour_erk_gist = {
    .name = "erk-gist",
    .about = "a session in a gist",
    .is_github = 1,
    .find = find_gist,
    .read = read_gist,
};

const struct ses_neighbour_ops ses_neighbour_erk_plan = {
    .name = "erk-plan",
    .about = "the sessions of a plan's issue",
    .is_github = 1,
    .find = find_plan,
    .read = read_plan,
};
