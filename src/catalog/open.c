/* Opening a catalog, wherever there is a place for it. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "catalog/db.h"

/* Behind the folder of catalogs: the name of the store's. */
static int
add_name(struct ses_store *s, struct ses_buf *path, struct seshat_err *err)
{
	const char *name = ses_store_name(s);
	char hex[SES_SHA256_HEX];

	ses_sha256_of(name, strlen(name), hex);
	ses_buf_fmt(path, "/%.16s.db", hex);
	(void)ses_buf_cstr(path);
	return ses_buf_check(path, err);
}

int
ses_catalog_is_there(struct ses_store *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	int is;

	is = ses_xdg_path(SES_XDG_CACHE, "catalog", &b, &ignored) == 0 &&
	     add_name(s, &b, &ignored) == 0 && access(b.data, F_OK) == 0;
	ses_buf_free(&b);
	return is;
}

static int
find_path(struct ses_catalog *c, const char *folder, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_str(&b, folder);
	rc = add_name(c->store, &b, err);
	if (rc == 0) {
		free(c->path);
		c->path = ses_str_dup(b.data);
		rc = c->path == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&b);
	return rc;
}

static int
open_lock(struct ses_catalog *c, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	assert(c->path != NULL);
	if (c->lock >= 0)
		(void)close(c->lock);
	c->lock = -1;
	ses_buf_fmt(&b, "%.*s.lock", (int)(strlen(c->path) - 3), c->path);
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		rc = ses_catalog_open_file(b.data, 1, &c->lock, err);
	ses_buf_free(&b);
	return rc;
}

static int
open_there(struct ses_catalog *c, struct seshat_err *err)
{
	return open_lock(c, err) < 0 || ses_catalog_ready(c, err) < 0 ? -1 : 0;
}

static int
open_in_cache(struct ses_catalog *c, struct seshat_err *err)
{
	struct ses_buf folder = {0};
	int rc = ses_catalog_place(&folder, err);

	if (rc == 0)
		rc = find_path(c, ses_buf_cstr(&folder), err);
	if (rc == 0)
		rc = open_there(c, err);
	ses_buf_free(&folder);
	return rc;
}

/* Whether it is the place that is no good: not there, or not to be written. */
static int
is_of_place(const struct seshat_err *err)
{
	return err->code == SESHAT_EAUTH || err->code == SESHAT_ENOTFOUND ||
	       err->code == SESHAT_EEXISTS || err->code == SESHAT_ELIMIT ||
	       err->sys == EROFS;
}

static struct ses_catalog *
new_catalog(struct ses_store *s, struct seshat_err *err)
{
	struct ses_catalog *c = ses_calloc(1, sizeof(*c));

	if (c == NULL) {
		ses_fail_nomem(err);
		return NULL;
	}
	c->store = s;
	c->lock = -1;
	c->own_fd = -1;
	return c;
}

int
ses_catalog_open(
    struct ses_catalog **out, struct ses_store *s, struct seshat_err *err)
{
	struct ses_catalog *c = new_catalog(s, err);
	struct seshat_err why;
	int rc = c == NULL ? -1 : open_in_cache(c, err);

	if (c != NULL && rc < 0 && is_of_place(err)) {
		why = *err;
		ses_catalog_close_db(c);
		rc = ses_catalog_own_place(c, &why, err);
		if (rc == 0)
			rc = find_path(c, c->own, err);
		if (rc == 0)
			rc = open_there(c, err);
	}
	if (rc < 0) {
		ses_catalog_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

int
ses_catalog_open_beside(struct ses_catalog **out, struct ses_store *s,
    const struct ses_catalog *other, struct seshat_err *err)
{
	struct ses_catalog *c = new_catalog(s, err);
	int rc = c == NULL ? -1 : 0;

	if (rc == 0) {
		c->path = ses_str_dup(other->path);
		rc = c->path == NULL ? ses_fail_nomem(err) : 0;
	}
	if (rc == 0)
		rc = open_there(c, err);
	if (rc < 0) {
		ses_catalog_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

void
ses_catalog_free(struct ses_catalog *c)
{
	if (c == NULL)
		return;
	ses_catalog_close_db(c);
	if (c->lock >= 0)
		(void)close(c->lock);
	ses_buf_free(&c->text);
	ses_buf_free(&c->packed);
	(void)ZSTD_freeCCtx(c->pack);
	(void)ZSTD_freeDCtx(c->unpack);
	ses_catalog_leave_place(c);
	free(c->path);
	free(c);
}
