/* Which project a session belongs to; chosen once, then pinned. */
#include <stdlib.h>
#include <string.h>

#include "base/checkout.h"
#include "base/hash.h"
#include "base/str.h"
#include "mirror/flush.h"
#include "vault/label.h"

#define KEPT_MAX 200 /* bytes of a name beside which its hash stands */

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
is_ascii(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0x80)
			return 0;
	return 1;
}

/* The name as part of a key.  What is not ASCII cannot be kept: a hash tells
 * those apart of which nothing else is left. */
static void
add_slug(const char *name, struct ses_buf *out)
{
	static const char ok[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789._-";
	int plain = is_ascii(name);
	char hash[SES_SHA256_HEX];
	const char *p;

	for (p = name; *p != '\0' && (plain || out->len < KEPT_MAX); p++)
		if (strchr(ok, *p) != NULL)
			ses_buf_add(out, p, 1);
		else if ((unsigned char)*p < 0x80 ||
			 (out->len > 0 && out->data[out->len - 1] != '-'))
			ses_buf_str(out, "-");
	if (plain)
		return;
	while (out->len > 0 && out->data[out->len - 1] == '-')
		out->len--;
	ses_sha256_of(name, strlen(name), hash);
	ses_buf_fmt(out, "%s-%.8s", out->len == 0 ? "project" : "", hash);
}

/* The name of the folder, scrubbed, and the project that it makes. */
static int
guess_project(struct ses_flush *f, struct ses_buf *name, struct ses_buf *out,
    struct seshat_err *err)
{
	const char *cwd = f->session->cwd;
	struct ses_buf dir = {0};
	int rc = find_root(cwd != NULL ? cwd : "unknown", &dir, err);

	if (rc == 0)
		rc = ses_flush_text(f, ses_str_basename(dir.data), name, err);
	ses_buf_free(&dir);
	(void)ses_buf_cstr(name);
	if (rc < 0 || ses_buf_check(name, err) < 0)
		return -1;
	add_slug(name->data, out);
	if (out->len == 0)
		ses_buf_str(out, "root");
	/* what the vault itself lays at the top */
	if (ses_key_is_reserved(ses_buf_cstr(out)))
		ses_buf_str(out, "-");
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

void
ses_flush_name_project(struct ses_flush *f)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf name = {0};
	struct ses_buf key = {0};

	/* without a name the key is shown: that is no reason to store nothing
	 */
	if (guess_project(f, &name, &key, &ignored) == 0 &&
	    !is_ascii(name.data) && strcmp(key.data, f->where.project) == 0)
		(void)ses_label_propose(
		    f->m->store, f->where.project, name.data, &ignored);
	ses_buf_free(&name);
	ses_buf_free(&key);
}

int
ses_flush_choose_project(struct ses_flush *f, struct seshat_err *err)
{
	const struct ses_config_here *here = f->m->opts.here;
	const char *set = f->m->opts.project;
	struct ses_buf folder = {0};
	struct ses_buf name = {0};
	int rc;

	if (here != NULL && here->project != NULL && ses_flush_ran_here(f))
		set = here->project;
	if (set != NULL)
		return ses_flush_use_project(f, set, err);
	rc = guess_project(f, &folder, &name, err);
	if (rc == 0)
		rc = ses_flush_use_project(f, ses_buf_cstr(&name), err);
	ses_buf_free(&folder);
	ses_buf_free(&name);
	return rc;
}
