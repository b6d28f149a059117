/* Whether what stands beside a transcript is stored as it is now. */
#include <string.h>

#include "base/fs.h"
#include "mirror/beside.h"
#include "vault/companion.h"

struct comparing {
	struct ses_beside b;
	const struct ses_beside_compare *how;
};

static int64_t
written(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 +
	       st->st_mtim.tv_nsec / 1000000;
}

/* What is wrong, as its header says; NULL: nothing. */
static int
judge(const struct comparing *c, const struct ses_beside_file *file,
    const char **what, struct seshat_err *err)
{
	const struct ses_beside_compare *how = c->how;
	struct ses_part_head head = {0};
	struct ses_buf path = {0};
	int rc = ses_companion_path(how->w, file->name, &path, err);

	*what = NULL;
	if (rc == 0)
		rc = ses_companion_head(
		    how->store, how->where, path.data, &head, err);
	ses_buf_free(&path);
	if (rc < 0 && err->code != SESHAT_ENOTFOUND &&
	    err->code != SESHAT_EUNSUPPORTED && err->code != SESHAT_ELIMIT &&
	    !ses_flush_is_damage(err))
		return -1;
	if (rc < 0)
		*what = "is not stored";
	else if (file->st.st_size == 0)
		*what = NULL; /* what it was before stays */
	else if (head.to != (uint64_t)file->st.st_size || head.x != file->crc ||
		 strcmp(head.k, file->sha256) != 0)
		*what = "is not stored as it is now";
	return 0;
}

static int
see(void *arg, const char *name, const char *path, struct seshat_err *err)
{
	struct comparing *c = arg;
	struct ses_beside_file file = {.name = name};
	struct seshat_err why = SESHAT_ERR_INIT;
	const char *what;
	int rc = ses_beside_copy(&c->b, path, &file, &why, err);

	if (rc < 0)
		return -1;
	if (rc > 0 && why.code == SESHAT_ENOMEM)
		return ses_fail_nomem(err);
	/* gone, or being written */
	if (rc > 0 &&
	    (why.code == SESHAT_ENOTFOUND || why.code == SESHAT_ECONFLICT))
		return 0;
	if (rc > 0) {
		c->how->differs(c->how->arg, name, why.msg, -1);
		return 0;
	}
	if (judge(c, &file, &what, err) < 0)
		return -1;
	if (what != NULL)
		c->how->differs(c->how->arg, name, what, written(&file.st));
	return 0;
}

int
ses_beside_compare(const struct ses_beside_compare *how,
    const struct ses_session *s, struct seshat_err *err)
{
	struct ses_flush f = {.session = s};
	struct comparing c = {.b = {.f = &f, .dir = -1}, .how = how};
	const char *slash = strrchr(s->path, '/');
	struct ses_buf dir = {0};
	int rc;

	if (s->harness->companions == NULL || s->rows != NULL || slash == NULL)
		return 0;
	c.b.dir_len = (size_t)(slash - s->path) + 1;
	rc = ses_mirror_state_dir(how->store, &dir, err);
	if (rc == 0)
		rc = ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, err);
	if (rc == 0)
		rc = ses_spool_open(&c.b.raw, dir.data, err);
	if (rc == 0)
		rc = s->harness->companions(s->path, see, &c, err);
	ses_beside_free(&c.b);
	ses_buf_free(&dir);
	return rc;
}
