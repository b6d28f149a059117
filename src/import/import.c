#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "import/one.h"
#include "mirror/run.h"
#include "vault/pin.h"

#define TELL_MS 200

void
ses_import_note(struct ses_importing *s, const char *name, const char *what)
{
	const struct ses_import *i = s->im->what;

	s->im->totals.notes++;
	if (i->note != NULL)
		i->note(i->arg, s->s, name, what);
}

void
ses_import_damage(struct ses_importing *s, const char *name, const char *what)
{
	s->im->totals.damaged++;
	ses_import_note(s, name, what);
}

/* Beside the mirror's own state, which knows nothing of imports: the folder
 * of the same name. */
static int
open_dir(struct ses_importer *im, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	if (ses_xdg_path(SES_XDG_STATE, "import/", &b, err) < 0)
		goto out;
	ses_buf_str(&b, ses_str_basename(im->m.state_dir));
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	if (ses_fs_mkdirs(b.data, 0700, err) < 0) {
		ses_xdg_fail_state(err);
		goto out;
	}
	im->dir = ses_str_dup(b.data);
	ses_buf_str(&b, "/locks");
	(void)ses_buf_cstr(&b);
	if (im->dir == NULL || b.bad) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = ses_lock_open(b.data, &im->lock, err);
out:
	ses_buf_free(&b);
	return rc;
}

static int
importer_open(
    struct ses_importer *im, const struct ses_import *i, struct seshat_err *err)
{
	struct ses_mirror_opts opts = *i->opts;
	char *dir;

	*im = (struct ses_importer){.what = i, .lock = -1};
	im->m.lock = -1;
	im->project = opts.project_is_flag ? opts.project : NULL;
	im->usual = opts.project;
	opts.here = NULL;
	opts.agent = NULL;
	if (ses_mirror_open(&im->m, &opts, err) < 0 || open_dir(im, err) < 0)
		return -1;
	dir = ses_str_dup(im->dir);
	im->rows = json_object();
	if (dir == NULL || im->rows == NULL) {
		free(dir);
		return ses_fail_nomem(err);
	}
	free(im->m.state_dir);
	im->m.state_dir = dir;
	return 0;
}

static void
importer_free(struct ses_importer *im)
{
	if (im->m.store != NULL)
		ses_mirror_free(&im->m);
	if (im->lock >= 0)
		close(im->lock);
	free(im->dir);
	json_decref(im->rows);
}

int
ses_import_where(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_where w = s->to;
	int rc;

	ses_buf_clear(&s->project);
	rc = ses_pin_get(s->im->m.store, &w, &s->project, err);
	s->to.project = NULL;
	if (rc < 0)
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	s->to.project = ses_buf_cstr(&s->project);
	return ses_buf_check(&s->project, err);
}

/* With the session locked against another import of it. */
static int
one_locked(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_importer *im = s->im;
	struct ses_buf name = {0};
	int rc;

	ses_buf_fmt(&name, "%s/%s", s->s->harness, s->s->id);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = ses_lock_take(im->lock, name.data, err);
	if (rc == 0) {
		rc = ses_import_one(s, err);
		ses_lock_drop(im->lock, name.data);
	}
	ses_buf_free(&name);
	return rc;
}

static int
one(struct ses_importer *im, const struct ses_bucket_session *b,
    struct seshat_err *err)
{
	struct ses_importing s = {.im = im,
	    .s = b,
	    .from = {b->project, b->harness, b->id},
	    .to = {NULL, b->harness, b->id}};
	struct ses_buf name = {0};
	int rc = -1;

	if (b->bad != NULL) {
		ses_fail(err, SESHAT_EUNSUPPORTED, "%s", b->bad);
		goto out;
	}
	if (b->url != NULL)
		ses_buf_str(&name, b->url);
	else if (ses_bucket_name(
		     &im->what->from->bucket, b->prefix, &name, err) < 0)
		goto out;
	s.name = ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0)
		goto out;
	rc = one_locked(&s, err);
	im->totals.removed += s.removed != 0;
	im->totals.imported += s.imported != 0;
	if (rc == 0 && !s.removed && !s.imported)
		im->totals.here++;
out:
	ses_buf_free(&name);
	ses_buf_free(&s.project);
	free(s.v);
	return rc;
}

static int
all(struct ses_importer *im, struct seshat_err *err)
{
	const struct ses_import *i = im->what;
	struct seshat_err why = SESHAT_ERR_INIT;
	int64_t told = ses_time_now();
	int64_t now;
	size_t k;

	for (k = 0; k < i->sessions->n; k++) {
		if (one(im, &i->sessions->v[k], &why) < 0) {
			if (why.code == SESHAT_ENOMEM) {
				*err = why;
				return -1;
			}
			im->totals.failed++;
			if (i->failed != NULL)
				i->failed(i->arg, &i->sessions->v[k], &why);
		}
		im->totals.done++;
		now = ses_time_now();
		if (i->progress != NULL && now - told >= TELL_MS) {
			told = now;
			i->progress(i->arg, &im->totals);
		}
	}
	return 0;
}

int
ses_import_run(const struct ses_import *i, struct ses_import_totals *t,
    struct seshat_err *err)
{
	struct ses_importer im;
	int rc;

	rc = importer_open(&im, i, err);
	if (rc == 0) {
		rc = all(&im, err);
		if (ses_run_index(i->opts, im.rows, err) < 0)
			rc = -1;
	}
	*t = im.totals;
	importer_free(&im);
	return rc;
}
