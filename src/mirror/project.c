/* Which project a session belongs to; chosen once, then pinned. */
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/str.h"
#include "mirror/flush.h"

int
ses_flush_ran_here(const struct ses_flush *f)
{
	const char *cwd = f->session->cwd;
	const char *dir = f->m->opts.here == NULL ? NULL : f->m->opts.here->dir;
	size_t n = dir == NULL ? 0 : strlen(dir);

	if (cwd == NULL || dir == NULL || strncmp(cwd, dir, n) != 0)
		return 0;
	return cwd[n] == '\0' || cwd[n] == '/' || (n == 1 && dir[0] == '/');
}

int
ses_flush_use_project(
    struct ses_flush *f, const char *project, struct seshat_err *err)
{
	char *copy = ses_str_dup(project);

	if (copy == NULL)
		return ses_fail_nomem(err);
	free(f->state.project);
	f->state.project = copy;
	f->where.project = copy;
	return 0;
}

/* The folder of the repository that cwd is in, else cwd itself. */
static int
find_root(const char *cwd, struct ses_buf *dir, struct seshat_err *err)
{
	size_t len;

	if (ses_checkout_root(cwd, &len, err) < 0)
		return -1;
	while (len > 1 && cwd[len - 1] == '/')
		len--;
	ses_buf_add(dir, cwd, len);
	(void)ses_buf_cstr(dir);
	return ses_buf_check(dir, err);
}

static int
guess_project(struct ses_flush *f, struct ses_buf *out, struct seshat_err *err)
{
	static const char ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *cwd = f->session->cwd;
	struct ses_buf dir = {0};
	size_t i;
	int rc = -1;

	if (find_root(cwd != NULL ? cwd : "unknown", &dir, err) < 0 ||
	    ses_flush_text(f, ses_str_basename(dir.data), out, err) < 0)
		goto free_dir;
	for (i = 0; i < out->len; i++)
		if (memchr(ok, out->data[i], sizeof(ok) - 1) == NULL)
			out->data[i] = '-';
	if (out->len == 0)
		ses_buf_str(out, "root");
	/* what the vault itself lays at the top */
	if (ses_key_is_reserved(ses_buf_cstr(out)))
		ses_buf_str(out, "-");
	(void)ses_buf_cstr(out);
	rc = ses_buf_check(out, err);
free_dir:
	ses_buf_free(&dir);
	return rc;
}

int
ses_flush_choose_project(struct ses_flush *f, struct seshat_err *err)
{
	const struct ses_config_here *here = f->m->opts.here;
	const char *set = f->m->opts.project;
	struct ses_buf name = {0};
	int rc;

	if (here != NULL && here->project != NULL && ses_flush_ran_here(f))
		set = here->project;
	if (set != NULL)
		return ses_flush_use_project(f, set, err);
	rc = guess_project(f, &name, err);
	if (rc == 0)
		rc = ses_flush_use_project(f, ses_buf_cstr(&name), err);
	ses_buf_free(&name);
	return rc;
}
