#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "publish/one.h"
#include "redact/redact.h"
#include "vault/doc.h"
#include "vault/sessions.h"

#define TELL_MS 200

/* Whether there is a folder called name in the one that ends at path. */
static int
has_folder(const char *path, const char *name)
{
	struct ses_buf b = {0};
	struct stat st;
	int rc;

	ses_buf_fmt(&b, "%s/%s", path, name);
	rc = stat(ses_buf_cstr(&b), &st) == 0 && S_ISDIR(st.st_mode);
	ses_buf_free(&b);
	return rc;
}

/* Whether a folder, or one above it, is a vault. */
static int
is_below_vault(char *path, const struct stat *vault)
{
	char *slash;
	struct stat st;

	while ((slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		if (stat(path[0] == '\0' ? "/" : path, &st) < 0)
			continue;
		if (st.st_ino == vault->st_ino && st.st_dev == vault->st_dev)
			return 1;
		if (has_folder(path, "ids") && has_folder(path, "index"))
			return 1;
	}
	return 0;
}

/* The same by the names of two buckets' folders. */
static int
is_name_below(const char *name, const char *vault)
{
	size_t len = strcspn(vault, "?");
	size_t all = strcspn(name, "?");

	while (len > 0 && vault[len - 1] == '/')
		len--;
	return all > len && name[len] == '/' && memcmp(name, vault, len) == 0 &&
	       strcmp(name + all, vault + strcspn(vault, "?")) == 0;
}

/* Whether what is published would be among the objects of a vault: 1, 0 or
 * -1. */
static int
is_inside(const struct ses_publish *p, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf vault = {0};
	struct stat st = {0};
	int rc = 0;

	if (!(ses_store_caps(p->to) & SES_STORE_LOCAL))
		return is_name_below(
		    ses_store_name(p->to), ses_store_name(p->from));
	if (ses_store_path(p->to, "", &path, err) < 0 ||
	    (ses_store_caps(p->from) & SES_STORE_LOCAL &&
		ses_store_path(p->from, "", &vault, err) < 0))
		rc = -1;
	if (rc == 0 && vault.len > 0)
		(void)stat(vault.data, &st);
	if (rc == 0)
		rc = is_below_vault(path.data, &st);
	ses_buf_free(&path);
	ses_buf_free(&vault);
	return rc;
}

/* In a vault the names of the formats would meet those of the vault. */
static int
check_target(const struct ses_publish *p, struct seshat_err *err)
{
	int rc = strcmp(ses_store_name(p->from), ses_store_name(p->to)) == 0;

	if (rc == 0)
		rc = is_inside(p, err);
	if (rc == 0)
		rc = ses_store_has_any(p->to, "ids/", err);
	/* a bucket that is not there is the first put's to tell */
	return rc <= 0 ? rc
		       : ses_fail(err, SESHAT_EUSAGE,
			     "%s is a vault of seshat's, or inside of one: "
			     "publish to a place of its own",
			     ses_store_url(p->to));
}

/* The user's rules, by the files that they come from. */
static int
stamp_rules(struct ses_publisher *r, struct seshat_err *err)
{
	const struct ses_custom *c = r->what->custom;
	size_t n = c == NULL ? 0 : ses_custom_rules(c);
	struct ses_buf b = {0};
	struct stat st;
	size_t i;
	int rc;

	ses_buf_fmt(&b, "%d %zu\n", SES_REDACT_VERSION, n);
	for (i = 0; i < n; i++) {
		if (stat(ses_custom_origin(c, i), &st) < 0)
			continue;
		ses_buf_fmt(&b, "%s %lld %lld %ld\n", ses_custom_origin(c, i),
		    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		    st.st_mtim.tv_nsec);
	}
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		ses_sha256_of(b.data, b.len, r->rules);
	ses_buf_free(&b);
	return rc;
}

/* The folder of what was published in this format there, and its lock. */
static int
open_dir(struct ses_publisher *r, struct seshat_err *err)
{
	struct ses_buf b = {0};
	char sha[SES_SHA256_HEX];
	int rc = -1;

	ses_buf_fmt(
	    &b, "%s\n%s", ses_store_name(r->what->to), r->what->format->name);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	ses_sha256_of(b.data, b.len, sha);
	sha[16] = '\0';
	ses_buf_clear(&b);
	if (ses_xdg_path(SES_XDG_STATE, "publish/", &b, err) < 0)
		goto out;
	ses_buf_str(&b, sha);
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto out;
	if (!r->what->dry_run && ses_fs_mkdirs(b.data, 0700, err) < 0) {
		ses_xdg_fail_state(err);
		goto out;
	}
	r->dir = ses_str_dup(b.data);
	ses_buf_str(&b, "/locks");
	(void)ses_buf_cstr(&b);
	if (r->dir == NULL || b.bad) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = r->what->dry_run ? 0 : ses_lock_open(b.data, &r->lock, err);
out:
	ses_buf_free(&b);
	return rc;
}

/* Whether what failed would fail with the next session, too. */
static int
is_over(const struct ses_publish *p, const struct seshat_err *why)
{
	return why->code == SESHAT_ENOMEM || ses_store_is_down(p->to) ||
	       ses_store_is_down(p->from);
}

static int
all(struct ses_publisher *r, struct seshat_err *err)
{
	const struct ses_publish *p = r->what;
	struct seshat_err why = SESHAT_ERR_INIT;
	int64_t told = ses_time_now();
	struct ses_where w;
	const json_t *row;
	int64_t now;
	size_t i;

	json_array_foreach(p->rows, i, row)
	{
		w = (struct ses_where){ses_doc_str(row, "project"),
		    ses_doc_str(row, "harness"), ses_doc_str(row, "id")};
		if (ses_pub_one(r, &w, &why) < 0) {
			if (is_over(p, &why)) {
				*err = why;
				return -1;
			}
			if (p->failed != NULL)
				p->failed(p->arg, w.harness, w.id, &why);
		}
		r->t.done++;
		now = ses_time_now();
		if (p->progress != NULL && now - told >= TELL_MS) {
			told = now;
			p->progress(p->arg, &r->t);
		}
	}
	return 0;
}

int
ses_publish_run(const struct ses_publish *p, struct ses_publish_totals *t,
    struct seshat_err *err)
{
	struct ses_publisher r = {.what = p, .lock = -1};
	int rc = check_target(p, err);

	if (rc == 0)
		rc = stamp_rules(&r, err);
	if (rc == 0)
		rc = open_dir(&r, err);
	if (rc == 0)
		rc = all(&r, err);
	*t = r.t;
	if (r.lock >= 0)
		close(r.lock);
	free(r.dir);
	ses_redact_free(r.redact);
	return rc;
}
