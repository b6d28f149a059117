#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "github/artifact.h"
#include "pack/unzip.h"
#include "share/download.h"
#include "share/place.h"

void
ses_downloaded_free(struct ses_downloaded *d)
{
	free(d->session_id);
	free(d->path);
	*d = (struct ses_downloaded){0};
}

/* What was fetched goes to its place. */
static int
put(const struct ses_download *d, const struct ses_spool *s,
    const char *session_id, const char *source, struct ses_downloaded *out,
    struct seshat_err *err)
{
	struct ses_place place;
	int rc = -1;

	if (ses_share_place(session_id, d->dir, d->is_of_many, &place, err) < 0)
		return -1;
	if (ses_share_put_file(&place, s, err) < 0 ||
	    (d->dir == NULL && ses_share_ignore(&place, err) < 0))
		goto out;
	out->session_id = ses_str_dup(session_id);
	out->path = ses_str_dup(place.path.data);
	out->source = source;
	out->bytes = s->size;
	rc = out->session_id == NULL || out->path == NULL ? ses_fail_nomem(err)
							  : 0;
	if (rc < 0)
		ses_downloaded_free(out);
out:
	ses_place_free(&place);
	return rc;
}

static int
from_gist(const struct ses_download *d, const char *id, const char *session_id,
    const char *dir, struct ses_fetched *out, struct seshat_err *err)
{
	struct ses_gist gist;
	int rc;

	if (ses_gist_get(d->github, id, &gist, err) < 0)
		return -1;
	rc = ses_share_fetch(
	    d->github, &gist, session_id, d->keys, dir, out, err);
	ses_gist_free(&gist);
	return rc;
}

/* The only transcript at the top of a zip file. */
struct member {
	struct ses_unzip_entry e;
	size_t n;
};

static int
consider(void *arg, const struct ses_unzip_entry *e, struct seshat_err *err)
{
	struct member *m = arg;

	(void)err;
	if (e->is_link || strchr(e->name, '/') != NULL ||
	    strchr(e->name, '\\') != NULL || !ses_str_ends(e->name, ".jsonl"))
		return 0;
	m->e = *e;
	m->n++;
	return 0;
}

static int
unpack(const struct ses_spool *zip, const char *name, struct ses_spool *out,
    struct seshat_err *err)
{
	struct ses_sink sink = ses_spool_sink(out);
	struct member m = {.n = 0};

	if (ses_unzip_each(zip, consider, &m, err) < 0)
		return ses_fail_in(err, "artifact %s", name);
	if (m.n != 1)
		return ses_fail(err, SESHAT_EFORMAT,
		    "artifact %s: %zu files end in .jsonl, where one is looked "
		    "for",
		    name, m.n);
	if (ses_unzip_read(zip, &m.e, SES_FETCH_MAX, &sink, err) < 0)
		return ses_fail_in(err, "artifact %s", name);
	return 0;
}

static int
from_run(const struct ses_download *d, const char *run, const char *session_id,
    const char *dir, struct ses_fetched *out, struct seshat_err *err)
{
	struct ses_spool zip = {0};
	struct ses_artifact a;
	struct ses_buf name = {0};
	int rc = -1;

	ses_buf_fmt(&name, "session-%s", session_id);
	(void)ses_buf_cstr(&name);
	out->session_id = ses_str_dup(session_id);
	if (out->session_id == NULL)
		ses_fail_nomem(err);
	else if (ses_buf_check(&name, err) == 0 &&
		 ses_artifact_find(
		     d->github, d->repo, run, name.data, &a, err) == 0 &&
		 ses_spool_open(&zip, dir, err) == 0 &&
		 ses_artifact_get(d->github, d->repo, &a, &zip, err) == 0 &&
		 ses_spool_open(&out->spool, dir, err) == 0)
		rc = unpack(&zip, name.data, &out->spool, err);
	ses_spool_close(&zip);
	ses_buf_free(&name);
	return rc;
}

int
ses_download_fetch(const struct ses_download *d, const struct ses_share_plan *p,
    const char *dir, struct ses_fetched *out, const char **source,
    struct seshat_err *err)
{
	const char *last_gist = ses_share_plan_text(p, "last_session_gist_id");
	const char *url = ses_share_plan_text(p, "last_session_gist_url");
	const char *last = ses_share_plan_text(p, "last_session_id");
	const char *run = ses_share_plan_text(p, "last_remote_impl_run_id");
	const char *remote =
	    ses_share_plan_text(p, "last_remote_impl_session_id");
	const char *id = d->session_id != NULL ? d->session_id : last;
	const struct ses_share_record *r;
	char gist[SES_GIST_ID];

	*source = "gist";
	if (id == NULL)
		id = remote;
	if (id == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "issue #%llu tells of no session",
		    (unsigned long long)p->issue.number);
	r = ses_share_plan_record(p, id);
	if (r != NULL) {
		if (ses_gist_id(r->gist_id, &d->github->host, gist, err) < 0)
			return -1;
		return from_gist(d, gist, id, dir, out, err);
	}
	if (last_gist == NULL)
		last_gist = url;
	if (last_gist != NULL && last != NULL && strcmp(last, id) == 0) {
		if (ses_gist_id(last_gist, &d->github->host, gist, err) < 0)
			return -1;
		return from_gist(d, gist, id, dir, out, err);
	}
	*source = "artifact";
	if (run != NULL && remote != NULL && strcmp(remote, id) == 0)
		return from_run(d, run, id, dir, out, err);
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "issue #%llu tells of no session %s",
	    (unsigned long long)p->issue.number, id);
}

/* The plan is read already, with its comments. */
static int
of_plan(const struct ses_download *d, const struct ses_share_plan *plan,
    struct ses_downloaded *out, struct seshat_err *err)
{
	struct ses_fetched f = {0};
	struct ses_buf dir = {0};
	const char *source;
	int rc = ses_share_state(&dir, err);

	*out = (struct ses_downloaded){0};
	if (rc == 0)
		rc = ses_download_fetch(d, plan, dir.data, &f, &source, err);
	if (rc == 0)
		rc = put(d, &f.spool, f.session_id, source, out, err);
	ses_fetched_free(&f);
	ses_buf_free(&dir);
	return rc;
}

static int
from_issue(const struct ses_download *d, struct ses_downloaded *out,
    struct seshat_err *err)
{
	struct ses_share_plan p;
	int rc = ses_share_plan_get(&p, d->github, d->repo, d->plan, err);

	if (rc == 0)
		rc = ses_share_plan_comments(&p, err);
	if (rc == 0)
		rc = of_plan(d, &p, out, err);
	ses_share_plan_free(&p);
	return rc;
}

int
ses_download(const struct ses_download *d, struct ses_downloaded *out,
    struct seshat_err *err)
{
	char gist[SES_GIST_ID];
	struct ses_fetched f = {0};
	struct ses_buf dir = {0};
	int rc = -1;

	*out = (struct ses_downloaded){0};
	if (d->session_id != NULL && ses_share_check_id(d->session_id, err) < 0)
		return -1;
	if (d->plan > 0)
		return from_issue(d, out, err);
	if (ses_share_state(&dir, err) < 0)
		goto out;
	if (d->gist != NULL)
		rc = ses_gist_id(d->gist, &d->github->host, gist, err) < 0
			 ? -1
			 : from_gist(d, gist, d->session_id, dir.data, &f, err);
	else if (d->session_id == NULL)
		ses_fail(err, SESHAT_EUSAGE,
		    "a workflow run needs the id of the session (--session-id)");
	else
		rc = from_run(d, d->run, d->session_id, dir.data, &f, err);
	if (rc == 0)
		rc = put(d, &f.spool, f.session_id,
		    d->gist != NULL ? "gist" : "artifact", out, err);
out:
	ses_fetched_free(&f);
	ses_buf_free(&dir);
	return rc;
}
