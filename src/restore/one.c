/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
/* One transcript, from the store to its place. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "harness/twin.h"
#include "restore/job.h"

/* Where the session was, as its agent finds it. */
static int
find_home(struct ses_one *one, struct seshat_err *err)
{
	const struct ses_place_ops *place = one->job->harness->place;
	struct ses_stored *s = &one->stored;
	struct ses_buf *recorded = &one->job->r->recorded;
	struct ses_peek p = {.fd = -1};
	struct stat st;
	int rc = 0;

	if (s->cwd == NULL)
		return 0;
	if (place->home != NULL) {
		rc = ses_peek_path(&p, s->text.path, &st, err);
		if (rc == 0)
			rc = place->home(&p, s->source, s->cwd, recorded, err);
		ses_peek_close(&p);
		ses_peek_free(&p);
	}
	if (rc == 0)
		ses_buf_str(recorded, s->cwd);
	(void)ses_buf_cstr(recorded);
	return rc < 0 ? -1 : ses_buf_check(recorded, err);
}

/* The folder in which it goes on: its real path. */
static int
find_cwd(struct ses_one *one, struct seshat_err *err)
{
	const struct ses_restore_how *how = one->job->how;
	struct ses_restore *r = one->job->r;
	const char *want = how->cwd;
	struct stat st;
	char *path;

	if (want == NULL)
		want = r->recorded.len > 0 ? r->recorded.data : NULL;
	if (want == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "it recorded no working directory: say --cwd DIR");
	path = realpath(want, NULL);
	if (path == NULL || stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		free(path);
		return ses_fail(err, SESHAT_ENOTFOUND,
		    how->cwd != NULL ? "there is no folder %s"
				     : "%s, where it was at work, is not on "
				       "this machine: say where it goes on "
				       "(--cwd DIR)",
		    want);
	}
	ses_buf_str(&r->cwd, path);
	(void)ses_buf_cstr(&r->cwd);
	free(path);
	return ses_buf_check(&r->cwd, err);
}

static int
find_place(struct ses_one *one, struct seshat_err *err)
{
	const struct ses_job *job = one->job;
	const struct ses_placing p = {.id = one->w.id,
	    .parent = one->parent,
	    .cwd = ses_buf_cstr(&job->r->cwd),
	    .source = one->stored.source,
	    .started = one->stored.started,
	    .roots = job->how->roots};

	if (job->harness->place->at(&p, &one->placed, err) == 0)
		return 0;
	return err->code != SESHAT_EUNSUPPORTED
		   ? -1
		   : ses_fail_in(err, "%s cannot be restored", one->w.id);
}

int
ses_one_load(struct ses_one *one, struct seshat_err *err)
{
	const struct ses_job *job = one->job;
	struct ses_restore *r = job->r;
	int is_main = one->parent == NULL;

	one->marks = r->marks;
	one->told = json_deep_copy(r->redactions);
	if (one->told == NULL)
		return ses_fail_nomem(err);
	if (ses_stored_load(job->how, &one->w,
		is_main ? job->how->stream : NULL, r, &one->stored, err) < 0)
		return -1;
	if (is_main && job->harness->place->cwds != NULL &&
	    (find_home(one, err) < 0 || find_cwd(one, err) < 0))
		return -1;
	if (find_place(one, err) < 0)
		return -1;
	one->text = (struct ses_land_text){.spool = &one->stored.text,
	    .cwds = r->recorded.len > 0 ? job->harness->place->cwds : NULL,
	    .from = ses_buf_cstr(&r->recorded),
	    .to = ses_buf_cstr(&r->cwd),
	    .document = job->harness->documents,
	    .changed = is_main ? &r->changed : NULL};
	return 0;
}

/* The place is where it stands already, if that makes no difference to its
 * agent: a plain file that is not put away. */
static int
use_present(struct ses_one *one, const struct ses_session_list *l,
    struct seshat_err *err)
{
	struct ses_placed *p = &one->placed;
	size_t i;

	if (one->job->harness->place->by_cwd || access(p->path.data, F_OK) == 0)
		return 0;
	for (i = 0; i < l->n; i++) {
		if (l->v[i].rows != NULL || ses_twin_is(l->v[i].path) ||
		    strstr(l->v[i].path, "/archived_") != NULL)
			continue;
		ses_buf_clear(&p->path);
		ses_buf_str(&p->path, l->v[i].path);
		(void)ses_buf_cstr(&p->path);
		return ses_buf_check(&p->path, err);
	}
	return 0;
}

/* What stands there against what is to; one that differs may be what was
 * stored, before it was redacted. */
static int
compare(struct ses_one *one, const struct ses_land_text *text, const char *path,
    struct seshat_err *err)
{
	int stands = ses_land_compare(text, path, &one->was, &one->size, err);

	if (stands != SES_STANDS_OTHER ||
	    (text->cwds != NULL && strcmp(text->from, text->to) != 0))
		return stands;
	switch (ses_origin_judge(&one->stored, path, err)) {
	case SES_ORIGIN_SAME:
		return SES_STANDS_ORIGINAL;
	case SES_ORIGIN_LONGER:
		return SES_STANDS_LONGER;
	case SES_ORIGIN_OTHER:
		return SES_STANDS_OTHER;
	default:
		return -1;
	}
}

/* A copy that stands elsewhere: 1 if it does as well, 0 if it must be set
 * aside. */
static int
judge_copy(
    struct ses_one *one, const struct ses_session *copy, struct seshat_err *err)
{
	const struct ses_job *job = one->job;
	struct ses_land_text as_is = one->text;
	int stands;

	as_is.cwds = NULL;
	as_is.changed = NULL;
	if (!job->harness->place->by_cwd && copy->rows == NULL) {
		stands = compare(one, &as_is, copy->path, err);
		if (stands < 0)
			return -1;
		one->act = ses_job_act(job, stands);
		if (one->act == SES_RESTORED_SAME ||
		    one->act == SES_RESTORED_ORIGINAL) {
			one->as_it_was = 1;
			return 1;
		}
	}
	if (job->how->force && copy->rows == NULL &&
	    (one->parent == NULL || !ses_land_is_written(copy->path))) {
		ses_buf_add(
		    &one->elsewhere, copy->path, strlen(copy->path) + 1);
		return ses_buf_check(&one->elsewhere, err);
	}
	return ses_fail(err, SESHAT_EEXISTS,
	    "the session is on this machine already: %s%s%s (--force sets that "
	    "aside)",
	    copy->path, copy->cwd != NULL ? ", of " : "",
	    copy->cwd != NULL ? copy->cwd : "");
}

/* Whether two names are one file. */
static int
is_same_file(const char *a, const char *b)
{
	struct stat x;
	struct stat y;

	return strcmp(a, b) == 0 ||
	       (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
		   x.st_ino == y.st_ino);
}

/* The same session where it does not belong. */
static int
look_elsewhere(struct ses_one *one, struct seshat_err *err)
{
	const struct ses_discover q = {.harness = one->job->harness,
	    .id = one->w.id,
	    .roots = one->job->how->roots};
	struct ses_session_list l = {0};
	size_t i;
	int rc = ses_discover(&q, &l, err);

	if (rc == 0)
		rc = use_present(one, &l, err);
	for (i = 0; rc == 0 && i < l.n; i++) {
		if (is_same_file(l.v[i].path, one->placed.path.data))
			continue;
		rc = judge_copy(one, &l.v[i], err);
		if (rc > 0) {
			ses_buf_clear(&one->placed.path);
			ses_buf_str(&one->placed.path, l.v[i].path);
			(void)ses_buf_cstr(&one->placed.path);
		}
	}
	ses_session_list_free(&l);
	return rc;
}

/* A link stands for the file that it leads to. */
static int
follow_link(struct ses_one *one, struct seshat_err *err)
{
	struct stat st;
	char *path;

	if (lstat(one->placed.path.data, &st) < 0 || !S_ISLNK(st.st_mode))
		return 0;
	path = realpath(one->placed.path.data, NULL);
	if (path == NULL && errno == ENOENT)
		return ses_fail(err, SESHAT_EEXISTS,
		    "%s is a link that leads nowhere: remove it, and restore "
		    "again",
		    one->placed.path.data);
	if (path == NULL)
		return ses_fail_errno(err, "%s", one->placed.path.data);
	ses_buf_clear(&one->placed.path);
	ses_buf_str(&one->placed.path, path);
	(void)ses_buf_cstr(&one->placed.path);
	free(path);
	return ses_buf_check(&one->placed.path, err);
}

int
ses_one_check_idle(const struct ses_one *one, struct seshat_err *err)
{
	const struct ses_place_ops *place = one->job->harness->place;
	struct ses_buf says = {0};
	long pid = 0;
	int rc = 0;

	if (one->job->how->force || place->running == NULL)
		return 0;
	rc = place->running(one->w.id, &pid, &says, err);
	if (rc == 0 && pid != 0)
		rc = ses_fail(err, SESHAT_ECONFLICT,
		    "process %ld is at work on this session, as %s says: end "
		    "it first, or say --force",
		    pid, says.data);
	ses_buf_free(&says);
	return rc;
}

/* What a program writes to what is there must not be lost: an error, or it is
 * set aside, where the program goes on with it. */
static int
check_written(struct ses_one *one, struct seshat_err *err)
{
	if ((one->act != SES_RESTORED_EXTENDED &&
		one->act != SES_RESTORED_REPLACED) ||
	    !ses_land_is_written(one->placed.path.data))
		return 0;
	if (!one->job->how->force)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "a program has %s open for writing: end it first, or say "
		    "--force",
		    one->placed.path.data);
	one->act = SES_RESTORED_REPLACED;
	return 0;
}

static int
judge(struct ses_one *one, struct seshat_err *err)
{
	struct ses_job *job = one->job;
	const char *path;
	int stands;
	int rc;

	if (one->parent == NULL || !job->harness->place->by_cwd) {
		rc = look_elsewhere(one, err);
		if (rc < 0 && one->parent != NULL &&
		    err->code == SESHAT_EEXISTS) {
			one->act = SES_RESTORED_KEPT;
			return 0;
		}
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	if (follow_link(one, err) < 0)
		return -1;
	path = one->placed.path.data;
	stands = compare(one, &one->text, path, err);
	if (stands < 0)
		return -1;
	if (one->parent != NULL) {
		one->act = ses_job_act_beside(job, stands, path);
		return 0;
	}
	one->act = ses_job_act(job, stands);
	if (one->act == SES_RESTORED_KEPT)
		return ses_fail(err, SESHAT_EEXISTS,
		    stands == SES_STANDS_LONGER
			? "%s is there already and longer: nothing was "
			  "restored (--force sets it aside)"
			: "%s is there already and differs: nothing was "
			  "restored (--force sets it aside)",
		    path);
	return check_written(one, err);
}

/* Of what the agent has of its own nothing is redacted. */
int
ses_one_judge(struct ses_one *one, struct seshat_err *err)
{
	struct ses_restore *r = one->job->r;

	if (judge(one, err) < 0)
		return -1;
	if (!ses_job_is_put(one->act)) {
		json_decref(r->redactions);
		r->redactions = json_incref(one->told);
		r->marks = one->marks;
	}
	return 0;
}

/* A copy, or the folder beside it, goes out of the way. */
static int
clear(const struct ses_one *one, const char *path, int is_folder,
    struct seshat_err *err)
{
	struct ses_job *job = one->job;
	struct ses_restored told = {.id = (char *)(uintptr_t)one->w.id,
	    .path = (char *)(uintptr_t)path,
	    .act = SES_RESTORED_REPLACED,
	    .is_folder = is_folder};
	struct ses_buf aside = {0};
	int rc = ses_job_aside(job, path, &aside, err);

	if (rc == 0 && !job->how->dry_run &&
	    (is_folder ? ses_land_move(path, aside.data, err)
		       : ses_land_aside(path, aside.data, err)) < 0)
		rc = ses_fail_in(err,
		    "the session is at %s now, but what stands elsewhere could "
		    "not be set aside as %s",
		    one->placed.path.data, aside.data);
	told.aside = aside.data;
	if (rc == 0)
		rc = ses_job_tell(job, &told, err);
	ses_buf_free(&aside);
	return rc;
}

/* Beside a copy stand its subagents, which would be found with the new one. */
static int
clear_beside(
    const struct ses_one *one, const char *copy, struct seshat_err *err)
{
	const struct ses_place_ops *place = one->job->harness->place;
	struct ses_buf folder = {0};
	struct ses_buf ours = {0};
	struct stat st;
	int rc = 0;

	if (place->beside == NULL || one->parent != NULL)
		return 0;
	place->beside(copy, &folder);
	place->beside(one->placed.path.data, &ours);
	(void)ses_buf_cstr(&folder);
	(void)ses_buf_cstr(&ours);
	if (ses_buf_check(&folder, err) < 0 || ses_buf_check(&ours, err) < 0)
		rc = -1;
	else if (lstat(folder.data, &st) == 0 && S_ISDIR(st.st_mode) &&
		 !is_same_file(folder.data, ours.data))
		rc = clear(one, folder.data, 1, err);
	ses_buf_free(&folder);
	ses_buf_free(&ours);
	return rc;
}

/* Whether the session is a subagent that stands in the folder of the copy
 * itself, as earlier versions of the agent had it. */
static int
stands_with(
    const struct ses_one *one, const struct ses_session *s, const char *copy)
{
	size_t len = (size_t)(ses_str_basename(copy) - copy);

	return s->rows == NULL && s->parent != NULL &&
	       strcmp(s->parent, one->w.id) == 0 &&
	       (size_t)(ses_str_basename(s->path) - s->path) == len &&
	       strncmp(s->path, copy, len) == 0;
}

/* Those go, too, but for one that a program is writing. */
static int
clear_agents(
    const struct ses_one *one, const char *copy, struct seshat_err *err)
{
	struct ses_job *job = one->job;
	const struct ses_discover q = {
	    .harness = job->harness, .roots = job->how->roots};
	struct ses_session_list l = {0};
	struct ses_restored told;
	size_t i;
	int rc = 0;

	if (job->harness->place->beside == NULL || one->parent != NULL)
		return 0;
	rc = ses_discover(&q, &l, err);
	for (i = 0; rc == 0 && i < l.n; i++) {
		if (!stands_with(one, &l.v[i], copy))
			continue;
		told = (struct ses_restored){.id = l.v[i].id,
		    .path = l.v[i].path,
		    .size = l.v[i].size,
		    .act = SES_RESTORED_IN_USE};
		rc = ses_land_is_written(l.v[i].path)
			 ? ses_job_tell(job, &told, err)
			 : clear(one, l.v[i].path, 0, err);
	}
	ses_session_list_free(&l);
	return rc;
}

/* Copies that would be found instead.  What stands beside goes first: without
 * the copy the next one would not know of it. */
static int
clear_elsewhere(const struct ses_one *one, struct seshat_err *err)
{
	const char *path = one->elsewhere.data;
	const char *end = path == NULL ? NULL : path + one->elsewhere.len;
	int rc = 0;

	for (; rc == 0 && path != NULL && path < end;
	     path += strlen(path) + 1) {
		rc = clear_agents(one, path, err);
		if (rc == 0)
			rc = clear_beside(one, path, err);
		if (rc == 0)
			rc = clear(one, path, 0, err);
	}
	return rc;
}

/* The copies elsewhere go when it stands in its place: before that one of them
 * may be all that there is. */
int
ses_one_put(struct ses_one *one, struct seshat_err *err)
{
	struct ses_job *job = one->job;
	struct ses_buf aside = {0};
	struct ses_landing put = {.path = one->placed.path.data,
	    .mode = one->placed.mode,
	    .folders = one->placed.folders};
	struct ses_restored told = {.id = (char *)(uintptr_t)one->w.id,
	    .path = one->placed.path.data,
	    .act = one->act,
	    .size = one->size};
	int rc = 0;

	if (ses_job_aside(job, put.path, &aside, err) < 0)
		return -1;
	put.was = one->act == SES_RESTORED_NEW ? NULL : &one->was;
	if (one->act == SES_RESTORED_REPLACED)
		put.aside = told.aside = aside.data;
	else
		put.spare = aside.data;
	if (job->how->dry_run || one->act == SES_RESTORED_KEPT ||
	    one->act == SES_RESTORED_IN_USE)
		rc = 0;
	else if (one->act == SES_RESTORED_SAME ||
		 one->act == SES_RESTORED_ORIGINAL)
		rc = ses_land_settle(put.path, err);
	else
		rc = ses_land_write(&put, &one->text, err);
	if (rc > 0) {
		told.act = SES_RESTORED_REPLACED;
		told.aside = aside.data;
	}
	if (rc >= 0)
		rc = ses_job_tell(job, &told, err);
	if (rc == 0)
		rc = clear_elsewhere(one, err);
	ses_buf_free(&aside);
	return rc;
}

void
ses_one_free(struct ses_one *one)
{
	ses_stored_free(&one->stored);
	ses_buf_free(&one->placed.path);
	ses_buf_free(&one->elsewhere);
	json_decref(one->told);
	*one = (struct ses_one){0};
}
