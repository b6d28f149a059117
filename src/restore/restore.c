/*
 * The order is: read and judge the session itself, for it may be refused; then
 * put what it needs in place, subagents and files beside; its own transcript,
 * by which the agent finds all of it, last.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "restore/job.h"
#include "vault/doc.h"
#include "vault/pin.h"

#define ASIDE_PART 160 /* bytes of a long name in that of what is set aside */

int
ses_job_act(const struct ses_job *job, int standing)
{
	switch (standing) {
	case SES_STANDS_NOTHING:
		return SES_RESTORED_NEW;
	case SES_STANDS_SAME:
		return SES_RESTORED_SAME;
	case SES_STANDS_BEGINNING:
		return SES_RESTORED_EXTENDED;
	case SES_STANDS_ORIGINAL:
		return job->how->force ? SES_RESTORED_REPLACED
				       : SES_RESTORED_ORIGINAL;
	default:
		return job->how->force ? SES_RESTORED_REPLACED
				       : SES_RESTORED_KEPT;
	}
}

int
ses_job_is_put(int act)
{
	return act != SES_RESTORED_KEPT && act != SES_RESTORED_ORIGINAL &&
	       act != SES_RESTORED_IN_USE;
}

int
ses_job_act_beside(const struct ses_job *job, int standing, const char *path)
{
	int act = ses_job_act(job, standing);

	if ((act == SES_RESTORED_EXTENDED || act == SES_RESTORED_REPLACED) &&
	    ses_land_is_written(path))
		return SES_RESTORED_IN_USE;
	return act;
}

/* How much of a name too long to be a part of another one is, by whole
 * characters. */
static int
part_len(const char *name)
{
	int n = ASIDE_PART;

	while (n > 0 && ((unsigned char)name[n] & 0xc0U) == 0x80U)
		n--;
	return n;
}

int
ses_job_aside(const struct ses_job *job, const char *path, struct ses_buf *out,
    struct seshat_err *err)
{
	const char *name = ses_str_basename(path);
	char hex[SES_SHA256_HEX];

	ses_str_dirname(path, out);
	if (strlen(name) + strlen(job->stamp) + 2 <= NAME_MAX) {
		ses_buf_fmt(out, "/.%s.%s", name, job->stamp);
	} else {
		ses_sha256_of(name, strlen(name), hex);
		ses_buf_fmt(out, "/.%.*s-%.16s.%s", part_len(name), name, hex,
		    job->stamp);
	}
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

static int
copy(const char *s, char **to, struct seshat_err *err)
{
	*to = s == NULL ? NULL : ses_str_dup(s);
	return s != NULL && *to == NULL ? ses_fail_nomem(err) : 0;
}

int
ses_job_tell(struct ses_job *job, const struct ses_restored *what,
    struct seshat_err *err)
{
	struct ses_restore *r = job->r;
	struct ses_restored *v;
	size_t cap;

	if (r->n == r->cap) {
		cap = r->cap == 0 ? 16 : r->cap * 2;
		v = ses_realloc(r->v, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		r->v = v;
		r->cap = cap;
	}
	v = &r->v[r->n];
	*v = (struct ses_restored){
	    .act = what->act, .size = what->size, .is_folder = what->is_folder};
	r->n++;
	return copy(what->id, &v->id, err) < 0 ||
		       copy(what->name, &v->name, err) < 0 ||
		       copy(what->path, &v->path, err) < 0 ||
		       copy(what->aside, &v->aside, err) < 0
		   ? -1
		   : 0;
}

/* One that can have no place here does not keep the others from theirs. */
static int
leave_out(
    struct ses_job *job, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf *damage = &job->r->damage;

	ses_buf_fmt(damage, "%s%s is left out: %s", damage->len > 0 ? "\n" : "",
	    w->id, err->msg);
	(void)ses_buf_cstr(damage);
	return ses_buf_check(damage, err);
}

/* One of whose pin nobody can tell the project: by now, or an error. */
static int
find_child(struct ses_one *one, struct ses_buf *project, struct seshat_err *err)
{
	if (one->w.project[0] != '\0')
		return 0;
	if (ses_pin_get(one->job->how->store, &one->w, project, err) < 0)
		return err->code != SESHAT_ECORRUPT || one->job->how->force
			   ? -1
			   : ses_fail_in(err,
				 "%s cannot be read, nothing was restored "
				 "(--force leaves it out)",
				 one->w.id);
	one->w.project = ses_buf_cstr(project);
	return 0;
}

/* What is not to stop the others: one that is not found has a pin and no more
 * yet, one that is damaged is left out by force only. */
static int
is_left_out(const struct ses_job *job, const struct seshat_err *err)
{
	return err->code == SESHAT_ENOTFOUND ||
	       err->code == SESHAT_EUNSUPPORTED ||
	       (err->code == SESHAT_ECORRUPT && job->how->force);
}

/* A subagent, with what stands beside it. */
static int
restore_child(struct ses_job *job, const struct ses_where *w,
    const char *parent, struct seshat_err *err)
{
	struct ses_one one = {.job = job, .w = *w, .parent = parent};
	struct ses_buf project = {0};
	int rc = find_child(&one, &project, err);

	if (rc == 0)
		rc = ses_one_load(&one, err);
	if (rc < 0 && is_left_out(job, err)) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : leave_out(job, w, err);
		goto out;
	}
	if (rc == 0)
		rc = ses_one_judge(&one, err);
	if (rc == 0)
		rc = ses_job_beside(job, &one, err);
	if (rc == 0)
		rc = ses_one_put(&one, err);
out:
	ses_one_free(&one);
	ses_buf_free(&project);
	return rc;
}

static int
add_resume(
    struct ses_job *job, const struct ses_one *one, struct seshat_err *err)
{
	const struct ses_place_ops *place = job->harness->place;
	struct ses_restore *r = job->r;

	if (place->resume == NULL || r->cwd.len == 0)
		return 0;
	r->as_it_was = one->as_it_was && r->recorded.len > 0 &&
		       strcmp(r->recorded.data, r->cwd.data) != 0;
	if (place->unarchive != NULL)
		place->unarchive(job->w->id, one->placed.path.data, &r->resume);
	if (r->resume.len > 0)
		ses_buf_str(&r->resume, " && ");
	ses_buf_str(&r->resume, "cd ");
	ses_place_word(r->cwd.data, &r->resume);
	ses_buf_str(&r->resume, " && ");
	place->resume(
	    job->w->id, r->as_it_was ? r->cwd.data : NULL, &r->resume);
	(void)ses_buf_cstr(&r->resume);
	return ses_buf_check(&r->resume, err);
}

/* What stands in its parent's folder is nothing to go on with by itself. */
static int
check_alone(const struct ses_job *job, struct seshat_err *err)
{
	const char *dot = strchr(job->w->id, '.');
	const char *parent;
	json_t *row = NULL;
	int rc = 0;

	if (job->harness->place->beside == NULL)
		return 0;
	if (ses_vault_row(
		job->how->store, job->w->harness, job->w->id, &row, err) < 0)
		return -1;
	parent = ses_doc_str(row, "parent_session_id");
	if (parent[0] != '\0')
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "it is a subagent: restore the session that began it, %s",
		    parent);
	else if (dot != NULL)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "it is a subagent: restore the session that began it, "
		    "%.*s",
		    (int)(dot - job->w->id), job->w->id);
	json_decref(row);
	return rc;
}

static int
run(struct ses_job *job, struct seshat_err *err)
{
	struct ses_one one = {.job = job, .w = *job->w};
	int rc = check_alone(job, err);

	if (rc == 0)
		rc = ses_one_load(&one, err);
	if (rc == 0)
		rc = ses_one_check_idle(&one, err);
	if (rc == 0)
		rc = ses_one_judge(&one, err);
	if (rc == 0)
		rc = ses_job_family(job, restore_child, err);
	if (rc == 0)
		rc = ses_job_beside(job, &one, err);
	if (rc == 0)
		rc = ses_one_put(&one, err);
	if (rc == 0)
		rc = add_resume(job, &one, err);
	ses_one_free(&one);
	return rc;
}

/* One restore of a session at a time. */
static int
take_lock(const struct ses_job *job, int *fd, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf name = {0};
	int rc = -1;

	ses_buf_fmt(&name, "%s/%s", job->w->harness, job->w->id);
	(void)ses_buf_cstr(&name);
	if (ses_xdg_path(SES_XDG_STATE, "", &path, err) < 0 ||
	    ses_buf_check(&name, err) < 0)
		goto out;
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	if (ses_fs_mkdirs(path.data, 0700, err) < 0) {
		ses_xdg_fail_state(err);
		goto out;
	}
	ses_buf_str(&path, "/restore-locks");
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	rc = ses_lock_open(path.data, fd, err);
	rc = rc < 0 ? ses_xdg_fail_state(err)
		    : ses_lock_take(*fd, name.data, err);
out:
	ses_buf_free(&path);
	ses_buf_free(&name);
	return rc;
}

/* "before-restore-20261122T141500123Z" */
static void
stamp(struct ses_job *job)
{
	char now[SES_TIME_MAX];
	char digits[SES_TIME_MAX] = "";
	size_t n = 0;
	const char *p;

	ses_time_format(ses_time_now(), now);
	for (p = now; *p != '\0'; p++)
		if (*p != '-' && *p != ':' && *p != '.')
			digits[n++] = *p;
	(void)snprintf(
	    job->stamp, sizeof(job->stamp), "before-restore-%s", digits);
}

int
ses_restore(const struct ses_restore_how *how, const struct ses_found *f,
    struct ses_restore *out, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(f);
	struct ses_job job = {.how = how,
	    .w = &w,
	    .harness = ses_harness_named(f->harness),
	    .r = out};
	int fd = -1;
	int rc;

	*out = (struct ses_restore){
	    .streams = json_array(), .redactions = json_object()};
	if (out->streams == NULL || out->redactions == NULL)
		return ses_fail_nomem(err);
	if (job.harness == NULL || job.harness->place == NULL)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "where %s keeps its sessions is not known", f->harness);
	stamp(&job);
	rc = how->dry_run ? 0 : take_lock(&job, &fd, err);
	if (rc == 0)
		rc = run(&job, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

void
ses_restore_free(struct ses_restore *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->v[i].id);
		free(r->v[i].name);
		free(r->v[i].path);
		free(r->v[i].aside);
	}
	free(r->v);
	ses_buf_free(&r->cwd);
	ses_buf_free(&r->recorded);
	ses_buf_free(&r->resume);
	ses_buf_free(&r->damage);
	json_decref(r->streams);
	json_decref(r->redactions);
	*r = (struct ses_restore){0};
}
