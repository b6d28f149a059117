#include <sys/stat.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/str.h"
#include "mirror/spool.h"
#include "vault/doc.h"
#include "vault/plan.h"

/* What is larger comes seldom; and most sessions are one part, which is never
 * merged with anything. */
#define KEPT_MAX ((uint64_t)1 << 20)

#define LITTER_SECONDS                                                         \
	((time_t)14 * 24 * 3600) /* a stream that nobody goes on with          \
				  */

static int
is_far(const struct ses_mirror *m)
{
	return m->spool_dir != NULL;
}

/* The path of a copy; of a stream's folder where name is "". */
static int
path_of(const struct ses_mirror *m, const char *stream, const char *name,
    struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	ses_buf_fmt(out, "%s/%s%s%s", m->spool_dir, stream,
	    name[0] == '\0' ? "" : "/", name);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, &ignored);
}

struct pruning {
	const char *dir;
	const json_t *parts; /* to be kept */
};

static int
remove_file(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	const struct pruning *p = arg;
	struct ses_buf path = {0};
	size_t i;

	(void)d_type;
	(void)err;
	for (i = 0; i < json_array_size(p->parts); i++)
		if (strcmp(ses_doc_str(json_array_get(p->parts, i), "key"),
			name) == 0)
			return 0;
	ses_buf_fmt(&path, "%s/%s", p->dir, name);
	(void)unlink(ses_buf_cstr(&path));
	ses_buf_free(&path);
	return 0;
}

void
ses_spool_prune(
    const struct ses_mirror *m, const char *stream, const json_t *parts)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct pruning p = {.parts = parts};
	struct ses_buf dir = {0};

	if (is_far(m) && path_of(m, stream, "", &dir) == 0) {
		p.dir = dir.data;
		(void)ses_fs_each(dir.data, remove_file, &p, &ignored);
		(void)rmdir(dir.data);
	}
	ses_buf_free(&dir);
}

void
ses_spool_clear(const struct ses_mirror *m, const char *stream)
{
	ses_spool_prune(m, stream, NULL);
}

void
ses_spool_clear_all(const struct ses_mirror *m, const struct ses_state *state)
{
	size_t i;

	for (i = 0; i < state->n; i++)
		if (state->v[i].stream[0] != '\0')
			ses_spool_clear(m, state->v[i].stream);
}

static int
sweep_one(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	const struct ses_mirror *m = arg;
	struct ses_buf dir = {0};
	struct stat sb;

	(void)d_type;
	(void)err;
	if (path_of(m, name, "", &dir) == 0 && lstat(dir.data, &sb) == 0 &&
	    S_ISDIR(sb.st_mode) && time(NULL) - sb.st_mtime > LITTER_SECONDS)
		ses_spool_clear(m, name);
	ses_buf_free(&dir);
	return 0;
}

/* A stream's first copy: make its folder, and sweep those of others. */
static int
begin(const struct ses_flush *f, const char *stream, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf dir = {0};
	int rc = -1;

	if (path_of(f->m, stream, "", &dir) == 0)
		rc = ses_fs_mkdirs(dir.data, 0700, err);
	if (!f->m->swept)
		(void)ses_fs_each(f->m->spool_dir, sweep_one, f->m, &ignored);
	f->m->swept = 1;
	ses_buf_free(&dir);
	return rc;
}

void
ses_spool_keep(const struct ses_flush *f, const char *stream,
    const struct ses_entry *e, const void *data, size_t len)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	if (!is_far(f->m) || e->first == 0 || e->stored > KEPT_MAX)
		return;
	if (path_of(f->m, stream, e->name, &path) == 0 &&
	    ses_fs_replace(path.data, data, len, 0600, 0, &why) < 0 &&
	    (begin(f, stream, &why) < 0 ||
		ses_fs_replace(path.data, data, len, 0600, 0, &why) < 0))
		ses_log(SES_DEBUG, "no copy of %s: %s", e->name, why.msg);
	ses_buf_free(&path);
}

int
ses_spool_get(const struct ses_flush *f, const char *stream, const char *name,
    struct ses_buf *object)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int rc;

	if (!is_far(f->m))
		return 0;
	ses_buf_clear(object);
	rc = path_of(f->m, stream, name, &path) == 0 &&
	     ses_fs_slurp(
		 path.data, (size_t)2 * SES_PLAN_FULL, object, &ignored) == 0;
	ses_buf_free(&path);
	return rc;
}

void
ses_spool_drop(const struct ses_flush *f, const char *stream, const char *name)
{
	struct ses_buf path = {0};

	if (is_far(f->m) && path_of(f->m, stream, name, &path) == 0)
		(void)unlink(path.data);
	ses_buf_free(&path);
}

struct all {
	const struct ses_mirror *m;
	const json_t *known;
};

static int
prune_one(
    void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	const struct all *a = arg;

	(void)d_type;
	(void)err;
	if (json_object_get(a->known, name) == NULL)
		ses_spool_clear(a->m, name);
	return 0;
}

void
ses_spool_prune_all(const struct ses_mirror *m, const json_t *known)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct all a = {m, known};

	if (is_far(m))
		(void)ses_fs_each(m->spool_dir, prune_one, &a, &ignored);
}
