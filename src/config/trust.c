#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/json_tree.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/xdg.h"
#include "config/trust.h"

#define LIST_MAX (1U << 20) /* bytes: some thousand files */

/* The path of a file in the state folder. */
static int
state_path(const char *name, struct ses_buf *out, struct seshat_err *err)
{
	if (ses_xdg_path(SES_XDG_STATE, name, out, err) < 0)
		return -1;
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

/* The list as an object of path: hash; empty when there is no file.  One that
 * cannot be read is an error, not empty: what it held must not be written
 * over. */
static int
load(json_t **list, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf b = {0};
	json_t *doc = NULL;
	int rc = -1;

	if (state_path("trusted.json", &path, err) < 0)
		goto out;
	if (ses_fs_slurp(path.data, LIST_MAX, &b, err) == 0)
		doc = ses_json_tree(ses_buf_cstr(&b), b.len, err);
	else if (err->code == SESHAT_ENOTFOUND)
		doc = json_object();
	else
		goto out;
	if (doc == NULL && err->code == SESHAT_ENOMEM)
		goto out;
	if (!json_is_object(doc)) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s is damaged; remove it and trust your files anew",
		    path.data);
		goto out;
	}
	*list = doc;
	doc = NULL;
	rc = 0;
out:
	json_decref(doc);
	ses_buf_free(&path);
	ses_buf_free(&b);
	return rc;
}

int
ses_trust_path(const char *path, struct ses_buf *real, struct seshat_err *err)
{
	char found[PATH_MAX];
	struct ses_buf dir = {0};
	int gone = 0;

	if (realpath(path, found) == NULL) {
		if (errno != ENOENT)
			return ses_fail_errno(err, "%s", path);
		ses_str_dirname(path, &dir);
		gone = realpath(ses_buf_cstr(&dir), found) != NULL;
		ses_buf_free(&dir);
		if (!gone)
			return ses_fail_errno(err, "%s", path);
	}
	ses_buf_str(real, found);
	if (gone)
		ses_buf_fmt(real, "/%s", ses_str_basename(path));
	(void)ses_buf_cstr(real);
	return ses_buf_check(real, err);
}

int
ses_trust_has(
    const char *path, const void *data, size_t len, struct seshat_err *err)
{
	char real[PATH_MAX];
	char hex[SES_SHA256_HEX];
	json_t *list = NULL;
	const char *known;
	int trusted;

	if (realpath(path, real) == NULL)
		return 0;
	if (load(&list, err) < 0)
		return err->code == SESHAT_ENOMEM ? -1 : 0;
	known = json_string_value(json_object_get(list, real));
	ses_sha256_of(data, len, hex);
	trusted = known != NULL && strcmp(known, hex) == 0;
	json_decref(list);
	return trusted;
}

int
ses_trust_each(int (*each)(void *arg, const char *real, const char *sha256,
		   struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	json_t *list = NULL;
	void *at;
	const char *sha256;
	int rc = 0;

	if (load(&list, err) < 0)
		return -1;
	for (at = json_object_iter(list); at != NULL && rc == 0;
	     at = json_object_iter_next(list, at)) {
		sha256 = json_string_value(json_object_iter_value(at));
		if (sha256 != NULL)
			rc = each(arg, json_object_iter_key(at), sha256, err);
	}
	json_decref(list);
	return rc;
}

/* One entry of the list; hex NULL takes it out. */
static int
set_entry(
    json_t *list, const char *real, const char *hex, struct seshat_err *err)
{
	if (hex == NULL) {
		if (json_object_del(list, real) < 0)
			return ses_fail(
			    err, SESHAT_ENOTFOUND, "%s was not trusted", real);
		return 0;
	}
	if (!ses_str_is_utf8(real, strlen(real)))
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: a path that is not UTF-8 cannot be remembered", real);
	if (json_object_set_new(list, real, json_string(hex)) < 0)
		return ses_fail_nomem(err);
	return 0;
}

static int
save(const json_t *list, struct seshat_err *err)
{
	struct ses_buf path = {0};
	char *text = json_dumps(list, JSON_INDENT(2) | JSON_SORT_KEYS);
	int rc = -1;

	if (text == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (strlen(text) > LIST_MAX) {
		ses_fail(err, SESHAT_ELIMIT,
		    "too many trusted files (see 'seshat trust --list' and "
		    "--remove)");
		goto out;
	}
	if (state_path("trusted.json", &path, err) == 0)
		rc =
		    ses_fs_replace(path.data, text, strlen(text), 0600, 1, err);
out:
	free(text);
	ses_buf_free(&path);
	return rc;
}

/* Change one entry; others who do so at the same time wait. */
static int
change(const char *real, const char *hex, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf lock = {0};
	json_t *list = NULL;
	int fd = -1;
	int rc = -1;

	if (state_path("", &dir, err) < 0 || state_path("lock", &lock, err) < 0)
		goto out;
	if (ses_fs_mkdirs(dir.data, 0700, err) < 0 ||
	    ses_lock_open(lock.data, &fd, err) < 0) {
		ses_xdg_fail_state(err);
		goto out;
	}
	if (ses_lock_take(fd, "trusted", err) < 0)
		goto out;
	if (load(&list, err) < 0 || set_entry(list, real, hex, err) < 0)
		goto out;
	rc = save(list, err);
out:
	if (fd >= 0)
		close(fd);
	json_decref(list);
	ses_buf_free(&dir);
	ses_buf_free(&lock);
	return rc;
}

int
ses_trust_add(
    const char *real, const void *data, size_t len, struct seshat_err *err)
{
	char hex[SES_SHA256_HEX];

	ses_sha256_of(data, len, hex);
	return change(real, hex, err);
}

int
ses_trust_remove(const char *real, struct seshat_err *err)
{
	return change(real, NULL, err);
}
