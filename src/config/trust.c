#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/str.h"
#include "base/xdg.h"
#include "config/config.h"
#include "config/settings.h"
#include "config/trust.h"

/* The list; an absent or unreadable one trusts nothing. */
static json_t *
load(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf b = {0};
	json_t *doc = NULL;

	if (ses_xdg_path(SES_XDG_STATE, "trusted.json", &path, &ignored) == 0 &&
	    ses_fs_slurp(ses_buf_cstr(&path), SES_SETTINGS_FILE_MAX, &b,
		&ignored) == 0 &&
	    b.len > 0)
		doc = json_loadb(b.data, b.len, 0, NULL);
	ses_buf_free(&path);
	ses_buf_free(&b);
	if (doc == NULL || !json_is_object(doc)) {
		json_decref(doc);
		doc = json_object();
	}
	return doc;
}

int
ses_trust_has(const char *path, const char *data, size_t len)
{
	char real[PATH_MAX];
	char hex[SES_SHA256_HEX];
	json_t *doc;
	const char *known;
	int trusted;

	if (realpath(path, real) == NULL)
		return 0;
	doc = load();
	known = json_string_value(json_object_get(doc, real));
	ses_sha256_of(data, len, hex);
	trusted = known != NULL && strcmp(known, hex) == 0;
	json_decref(doc);
	return trusted;
}

int
ses_trust_each(int (*each)(void *arg, const char *path, const char *sha256,
		   struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	json_t *doc = load();
	const char *path;
	json_t *v;
	int rc = 0;

	json_object_foreach(doc, path, v) if (rc == 0 && json_is_string(v)) rc =
	    each(arg, path, json_string_value(v), err);
	json_decref(doc);
	return rc;
}

/* Change one entry of the list, alone with it; hex NULL takes it out. */
static int
change(const char *real, const char *hex, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf lock = {0};
	struct ses_buf file = {0};
	json_t *doc = NULL;
	char *text = NULL;
	int fd = -1;
	int rc = -1;

	if (ses_xdg_path(SES_XDG_STATE, "", &dir, err) < 0 ||
	    ses_xdg_path(SES_XDG_STATE, "lock", &lock, err) < 0 ||
	    ses_xdg_path(SES_XDG_STATE, "trusted.json", &file, err) < 0 ||
	    ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, err) < 0 ||
	    ses_lock_open(ses_buf_cstr(&lock), &fd, err) < 0 ||
	    ses_lock_take(fd, "trusted", err) < 0)
		goto out;
	doc = load();
	if (hex == NULL)
		(void)json_object_del(doc, real);
	else if (json_object_set_new(doc, real, json_string(hex)) < 0) {
		ses_fail(err, SESHAT_EFORMAT, "%s: not a UTF-8 path", real);
		goto out;
	}
	text = json_dumps(doc, JSON_INDENT(2));
	if (text == NULL)
		ses_fail_nomem(err);
	else
		rc = ses_fs_replace(
		    ses_buf_cstr(&file), text, strlen(text), 0600, 1, err);
out:
	if (fd >= 0)
		close(fd);
	free(text);
	json_decref(doc);
	ses_buf_free(&dir);
	ses_buf_free(&lock);
	ses_buf_free(&file);
	return rc;
}

int
ses_config_trust(const char *path, struct seshat_err *err)
{
	char real[PATH_MAX];
	char hex[SES_SHA256_HEX];
	struct ses_buf b = {0};
	int rc = -1;

	if (realpath(path, real) == NULL)
		return ses_fail_errno(err, "%s", path);
	if (ses_fs_slurp(real, SES_SETTINGS_FILE_MAX, &b, err) == 0) {
		ses_sha256_of(b.data != NULL ? b.data : "", b.len, hex);
		rc = change(real, hex, err);
	}
	ses_buf_free(&b);
	return rc;
}

int
ses_config_untrust(const char *path, struct seshat_err *err)
{
	char real[PATH_MAX];

	/* a file that is gone can still be taken off the list */
	return change(realpath(path, real) != NULL ? real : path, NULL, err);
}
