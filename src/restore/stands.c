#define _DEFAULT_SOURCE /* DT_DIR */

/* Which directory a session stands for. */
#include <sys/stat.h>

#include <dirent.h>
#include <string.h>

#include "base/fs.h"
#include "harness/peek.h"
#include "harness/place.h"
#include "restore/relocate.h"

#define DIRS_MAX 20000U /* folders that are looked into */

/* home if dir is NULL, else moved. */
static int
ask(const struct ses_session *s, const char *dir, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct ses_place_ops *place = s->harness->place;
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_peek p = {.fd = -1};
	struct stat st;
	int rc = 0;

	/* one that is gone by now is no failure */
	if (ses_peek_path(&p, s->path, &st, &why) == 0) {
		rc = dir == NULL
			 ? place->home(&p, s->path, s->cwd, out, err)
			 : place->moved(&p, s->path, s->cwd, dir, out, err);
		ses_peek_close(&p);
	} else if (why.code == SESHAT_ENOMEM) {
		rc = ses_fail_nomem(err);
	}
	ses_peek_free(&p);
	return rc;
}

int
ses_relocate_home(
    const struct ses_session *s, struct ses_buf *out, struct seshat_err *err)
{
	if (s->cwd == NULL || s->rows != NULL)
		return 0;
	if (s->harness->place->home != NULL)
		return ask(s, NULL, out, err);
	ses_buf_str(out, s->cwd);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

int
ses_relocate_moved(const struct ses_session *s, const char *dir,
    struct ses_buf *out, struct seshat_err *err)
{
	if (s->rows != NULL || s->harness->place->moved == NULL)
		return 0;
	return ask(s, dir, out, err);
}

/* A look for a directory that sessions at a path belong to: from the top
 * through those folders only whose names fit.  What is in the folder "in", to
 * which as was moved, is taken for what it was in as. */
struct look {
	const struct ses_place_ops *place;
	const char *path;
	const char *but;
	const char *in;
	const char *as;
	struct ses_buf dirs; /* yet to be looked into, each followed by NUL */
	struct ses_buf dir;  /* that is looked into */
	struct ses_buf name;
	struct ses_buf was; /* what name was in as */
	struct ses_buf *found;
	size_t n_dirs;
};

static int
try_entry(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct look *l = arg;
	struct stat st;
	int rc;

	if (type != DT_DIR && type != DT_UNKNOWN)
		return 0;
	ses_buf_clear(&l->name);
	ses_buf_fmt(&l->name, "%s/%s", l->dir.data, name);
	ses_buf_clear(&l->was);
	ses_buf_fmt(
	    &l->was, "%s%s", l->as, ses_buf_cstr(&l->name) + strlen(l->in));
	(void)ses_buf_cstr(&l->was);
	if (ses_buf_check(&l->name, err) < 0 || ses_buf_check(&l->was, err) < 0)
		return -1;
	rc = l->place->is_of(l->path, l->was.data, err);
	/* agents go by real paths, so that no link counts */
	if (rc <= 0 || lstat(l->name.data, &st) < 0 || !S_ISDIR(st.st_mode))
		return rc < 0 ? -1 : 0;
	if (rc == 2 && (l->but == NULL || strcmp(l->name.data, l->but) != 0)) {
		ses_buf_str(l->found, l->name.data);
		(void)ses_buf_cstr(l->found);
		return ses_buf_check(l->found, err) < 0 ? -1 : 1;
	}
	ses_buf_add(&l->dirs, l->name.data, l->name.len);
	ses_buf_add(&l->dirs, "", 1);
	return ++l->n_dirs > DIRS_MAX ? 1 : ses_buf_check(&l->dirs, err);
}

static int
look(struct look *l, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t at = 0;
	int rc;

	if (l->place->is_of == NULL)
		return 0;
	ses_buf_add(&l->dirs, l->in, strlen(l->in) + 1);
	rc = ses_buf_check(&l->dirs, err);
	while (rc == 0 && at < l->dirs.len) {
		ses_buf_clear(&l->dir);
		ses_buf_str(&l->dir, l->dirs.data + at);
		at += l->dir.len + 1;
		(void)ses_buf_cstr(&l->dir);
		rc = ses_buf_check(&l->dir, err);
		if (rc == 0)
			rc = ses_fs_each(l->dir.len == 0 ? "/" : l->dir.data,
			    try_entry, l, &why);
		if (rc < 0 && why.code != SESHAT_ENOMEM) {
			rc = 0; /* what cannot be read has none to find */
		} else if (rc < 0) {
			rc = ses_fail_nomem(err);
		}
	}
	ses_buf_free(&l->dirs);
	ses_buf_free(&l->dir);
	ses_buf_free(&l->name);
	ses_buf_free(&l->was);
	if (rc < 0)
		return -1;
	return l->found->len > 0;
}

int
ses_relocate_find(const struct ses_place_ops *place, const char *path,
    const char *but, struct ses_buf *out, struct seshat_err *err)
{
	struct look l = {.place = place,
	    .path = path,
	    .but = but,
	    .in = "", /* "/" */
	    .as = "",
	    .found = out};

	return look(&l, err);
}

int
ses_relocate_find_in(const struct ses_place_ops *place, const char *path,
    const char *in, const char *as, struct ses_buf *out, struct seshat_err *err)
{
	struct look l = {.place = place,
	    .path = path,
	    .in = strcmp(in, "/") == 0 ? "" : in,
	    .as = as,
	    .found = out};
	int rc = place->is_of == NULL ? 0 : place->is_of(path, as, err);

	return rc > 0 ? look(&l, err) : rc;
}
