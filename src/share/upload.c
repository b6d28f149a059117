#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "share/gist.h"
#include "share/place.h"
#include "share/upload.h"

/* "2026-01-21T13:00:00.123+00:00", as erk writes it, and a NUL. */
#define AT_MAX 32

/* Everything of one upload. */
struct uploading {
	const struct ses_upload *u;
	struct ses_uploaded *out;
	struct ses_share_text text;
	struct ses_bundle *bundle;
	struct ses_share_gist place;
	struct ses_gist gist;
	struct ses_share_plan plan;
	struct ses_buf dir;
	int gist_lock;
	int plan_lock;
	char at[AT_MAX];
};

static void
now(char out[AT_MAX])
{
	char text[SES_TIME_MAX];

	ses_time_format(ses_time_now(), text);
	text[strlen(text) - 1] = '\0'; /* the "Z" */
	(void)snprintf(out, AT_MAX, "%s+00:00", text);
}

/* Two uploads of a session, or to a plan, from one machine go one after the
 * other. */
static int
lock(struct uploading *x, int *fd, const char *name, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = -1;

	ses_buf_fmt(&path, "%s/lock", x->dir.data);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) == 0 &&
	    ses_lock_open(path.data, fd, err) == 0)
		rc = ses_lock_take(*fd, name, err);
	ses_buf_free(&path);
	return rc;
}

static int
lock_plan(struct uploading *x, struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc;

	ses_buf_fmt(&name, "plan:%s/%s/%s#%llu", x->u->github->host.name.data,
	    x->u->repo->owner.data, x->u->repo->name.data,
	    (unsigned long long)x->u->plan);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = lock(x, &x->plan_lock, name.data, err);
	ses_buf_free(&name);
	return rc;
}

static int
begin(struct uploading *x, struct seshat_err *err)
{
	const struct ses_upload *u = x->u;

	if (ses_share_state(&x->dir, err) < 0)
		return -1;
	x->place = (struct ses_share_gist){.github = u->github,
	    .harness = u->from.harness,
	    .id = u->from.id,
	    .source = u->source,
	    .plan = u->plan,
	    .is_public = u->is_public,
	    .dir = x->dir.data};
	if (ses_share_gist_begin(&x->place, err) < 0)
		return -1;
	now(x->at);
	return 0;
}

static int
make(struct uploading *x, int compress, struct seshat_err *err)
{
	ses_bundle_free(x->bundle);
	return ses_bundle_make(x->bundle, x->u->from.id, &x->text, x->u->to,
	    compress, x->dir.data, err);
}

/* GitHub keeps what a gist held before, for whoever has its URL. */
static void
warn_of_history(const struct uploading *x)
{
	const char *name;
	size_t i;

	for (i = 0; i < x->gist.n_files; i++) {
		name = x->gist.files[i].name;
		if (!ses_str_ends(name, ".jsonl") &&
		    !ses_str_ends(name, ".jsonl.gz.b64"))
			continue;
		ses_log(SES_WARN,
		    "gist %s holds the session unencrypted, and its history "
		    "will: to be rid of that, 'seshat gists delete %s' and "
		    "upload it again",
		    x->gist.id, x->gist.id);
		return;
	}
}

/* The gist that was kept is there, but not ours to change: it is that of
 * another account. */
static int
find_other(struct uploading *x, struct seshat_err *err)
{
	ses_log(SES_INFO, "gist %s is not this account's: looking for another",
	    x->gist.id);
	ses_share_gist_forget(&x->place);
	ses_gist_free(&x->gist);
	return ses_share_gist_find(&x->place, &x->gist, err) < 0 ? -1 : 0;
}

static int
put(struct uploading *x, struct seshat_err *err)
{
	int was_found;
	int rc;

	was_found = ses_share_gist_find(&x->place, &x->gist, err);
	if (was_found < 0)
		return -1;
	if (x->u->to != NULL)
		warn_of_history(x);
	if (ses_share_gist_keep_plan(&x->place, &x->gist, err) < 0)
		return -1;
	rc = ses_share_gist_put(&x->place, x->bundle, &x->text, &x->gist, err);
	if (rc < 0 && was_found && err->code == SESHAT_ENOTFOUND &&
	    find_other(x, err) == 0)
		rc = ses_share_gist_put(
		    &x->place, x->bundle, &x->text, &x->gist, err);
	if (rc == 0)
		return 0;
	if (err->code != SESHAT_ECORRUPT || x->u->to != NULL ||
	    x->bundle->encoding != SES_BUNDLE_TEXT)
		return -1;
	ses_log(SES_WARN, "%s; packing it", err->msg);
	if (make(x, 1, err) < 0)
		return -1;
	return ses_share_gist_put(
	    &x->place, x->bundle, &x->text, &x->gist, err);
}

/* The file that one would read first. */
static const char *
raw_url(const struct uploading *x)
{
	const struct ses_gist_file *f = ses_gist_file(
	    &x->gist, x->bundle->is_single ? x->bundle->files[0].name
					   : SES_BUNDLE_MANIFEST);

	return f == NULL ? "" : f->raw_url;
}

static int
take_result(struct uploading *x, struct seshat_err *err)
{
	struct ses_uploaded *out = x->out;

	memcpy(out->gist_id, x->gist.id, sizeof(out->gist_id));
	out->gist_url = ses_str_dup(x->gist.html_url);
	out->raw_url = ses_str_dup(raw_url(x));
	out->bytes = x->bundle->stored->size;
	out->redactions = x->text.redactions;
	return out->gist_url == NULL || out->raw_url == NULL
		   ? ses_fail_nomem(err)
		   : 0;
}

/* What the plan keeps of it; borrows.  The strings are only read. */
static struct ses_share_record
record(const struct uploading *x)
{
	const char *sha256 =
	    x->u->to != NULL ? x->bundle->sha256 : x->text.sha256;

	return (struct ses_share_record){
	    .session_id = (char *)(uintptr_t)x->u->from.id,
	    .harness = (char *)(uintptr_t)x->u->from.harness,
	    .gist_id = (char *)(uintptr_t)x->out->gist_id,
	    .gist_url = x->out->gist_url,
	    .source = (char *)(uintptr_t)x->u->source,
	    .uploaded_at = (char *)(uintptr_t)x->at,
	    .sha256 = (char *)(uintptr_t)sha256};
}

static struct ses_plan_session
pointer(const struct uploading *x)
{
	return (struct ses_plan_session){.gist_url = x->out->gist_url,
	    .gist_id = x->out->gist_id,
	    .session_id = x->u->from.id,
	    .at = x->at,
	    .source = x->u->source};
}

/* The issue, of which only we know now what is to be told. */
static int
tell_plan(struct uploading *x, struct seshat_err *err)
{
	struct ses_share_record r = record(x);
	struct ses_plan_session s = pointer(x);

	if (lock_plan(x, err) < 0 ||
	    ses_share_plan_add(&x->plan, &r, err) < 0 ||
	    ses_share_plan_point(&x->plan, &s, err) < 0)
		return -1;
	return 0;
}

/* A message is one line. */
static void
tell_lines(const char *text)
{
	const char *end;

	for (; *text != '\0'; text = *end == '\0' ? end : end + 1) {
		end = text + strcspn(text, "\n");
		ses_log(SES_INFO, "  %.*s", (int)(end - text), text);
	}
}

/* What would be sent. */
static int
tell_dry(struct uploading *x, struct seshat_err *err)
{
	struct ses_share_record r;
	struct ses_plan_session s;
	struct ses_buf text = {0};
	size_t i;
	int rc = 0;

	(void)snprintf(x->out->gist_id, SES_GIST_ID, "dry-run");
	x->out->gist_url = ses_str_dup("https://gist.example/dry-run");
	x->out->raw_url = ses_str_dup("https://gist.example/dry-run/raw");
	x->out->bytes = x->bundle->stored->size;
	x->out->redactions = x->text.redactions;
	if (x->out->gist_url == NULL || x->out->raw_url == NULL)
		return ses_fail_nomem(err);
	ses_log(SES_INFO, "would send to %s: a %s gist \"%s\"",
	    x->u->github->host.name.data, x->u->is_public ? "public" : "secret",
	    x->place.description.data);
	if (!x->bundle->is_single)
		ses_log(SES_INFO, "  its file %s", SES_BUNDLE_MANIFEST);
	for (i = 0; i < x->bundle->n; i++)
		ses_log(SES_INFO, "  its file %s, %llu bytes",
		    x->bundle->files[i].name,
		    (unsigned long long)x->bundle->files[i].size);
	if (x->u->plan == 0)
		return 0;
	r = record(x);
	s = pointer(x);
	rc = ses_share_record_render(&r, &text, err);
	ses_log(SES_INFO, "would add to issue %s/%s#%llu the comment:",
	    x->u->repo->owner.data, x->u->repo->name.data,
	    (unsigned long long)x->u->plan);
	tell_lines(ses_buf_cstr(&text));
	ses_buf_clear(&text);
	ses_buf_fmt(&text,
	    "last_session_gist_url: %s\nlast_session_gist_id: %s\n"
	    "last_session_id: %s\nlast_session_at: %s\n"
	    "last_session_source: %s",
	    s.gist_url, s.gist_id, s.session_id, s.at, s.source);
	ses_log(SES_INFO, "and set in its header:");
	tell_lines(ses_buf_cstr(&text));
	ses_buf_free(&text);
	return rc;
}

/* No gist is made for a plan that is not there.  Where nothing is to be sent,
 * one that cannot be asked is only told of. */
static int
look_at_plan(struct uploading *x, struct seshat_err *err)
{
	const struct ses_upload *u = x->u;
	struct seshat_err why = SESHAT_ERR_INIT;
	int rc = 1;

	if (u->dry_run)
		rc = ses_github_has_token(u->github, SES_GITHUB_REPO, &why);
	if (rc == 0)
		ses_fail(&why, SESHAT_ENET, "there is no token");
	else if (rc > 0)
		rc = ses_share_plan_get(
			 &x->plan, u->github, u->repo, u->plan, &why) == 0;
	if (rc > 0)
		return 0;
	if (!u->dry_run || why.code != SESHAT_ENET) {
		*err = why;
		return -1;
	}
	ses_log(SES_WARN, "issue %s/%s#%llu was not looked at: %s",
	    u->repo->owner.data, u->repo->name.data,
	    (unsigned long long)u->plan, why.msg);
	return 0;
}

static int
upload(struct uploading *x, struct seshat_err *err)
{
	const struct ses_upload *u = x->u;
	struct ses_buf name = {0};
	int rc;

	/* what cannot be downloaded under its name is not uploaded */
	if (ses_share_check_id(u->from.id, err) < 0)
		return ses_fail_in(err, "--session-id gives it another name");
	if (begin(x, err) < 0)
		return -1;
	if (u->plan > 0 && look_at_plan(x, err) < 0)
		return -1;
	if (ses_share_text_make(
		&x->text, &u->from, u->custom, x->dir.data, err) < 0 ||
	    make(x, u->compress, err) < 0)
		return -1;
	if (u->dry_run)
		return tell_dry(x, err);
	ses_buf_fmt(&name, "gist:%s", x->place.marker);
	rc = lock(x, &x->gist_lock, ses_buf_cstr(&name), err);
	ses_buf_free(&name);
	if (rc < 0 || put(x, err) < 0 || take_result(x, err) < 0)
		return -1;
	if (u->plan > 0)
		x->out->issue_updated = tell_plan(x, &x->out->issue_err) == 0;
	return 0;
}

int
ses_upload(const struct ses_upload *u, struct ses_uploaded *out,
    struct seshat_err *err)
{
	struct ses_bundle *bundle = ses_calloc(1, sizeof(*bundle));
	struct uploading x = {.u = u,
	    .out = out,
	    .bundle = bundle,
	    .gist_lock = -1,
	    .plan_lock = -1};
	int rc = -1;

	*out = (struct ses_uploaded){.issue_err = SESHAT_ERR_INIT};
	if (bundle == NULL)
		return ses_fail_nomem(err);
	rc = upload(&x, err);
	if (x.gist_lock >= 0)
		close(x.gist_lock);
	if (x.plan_lock >= 0)
		close(x.plan_lock);
	ses_share_plan_free(&x.plan);
	ses_gist_free(&x.gist);
	ses_bundle_free(bundle);
	free(bundle);
	ses_share_text_free(&x.text);
	ses_buf_free(&x.place.description);
	ses_buf_free(&x.dir);
	if (rc < 0)
		ses_uploaded_free(out);
	return rc;
}

void
ses_uploaded_free(struct ses_uploaded *u)
{
	free(u->gist_url);
	free(u->raw_url);
	u->gist_url = u->raw_url = NULL;
}
