#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/lock.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/xdg.h"
#include "base/owner.h"

#define ID_MAX 256 /* machine-id(5): 32 hex digits and a newline */

/* The id that stands in path, its first line: 1, 0 if there is none.  What may
 * pass is an error: another id would make us another owner. */
static int
read_id(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	size_t len;

	ses_buf_clear(out);
	if (ses_fs_slurp(path, ID_MAX, out, err) < 0)
		return err->code == SESHAT_ENOMEM || err->code == SESHAT_ESYS
			   ? -1
			   : 0;
	len = strcspn(ses_buf_cstr(out), "\n");
	if (ses_buf_check(out, err) < 0)
		return -1;
	out->len = len;
	return len >= 16;
}

/* Make a random id and keep it, unless another process was faster. */
static int
make_id(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf lock = {0};
	char id[34];
	int fd = -1;
	int there;
	int rc = -1;

	ses_str_dirname(path, &dir);
	ses_buf_fmt(&lock, "%s/lock", ses_buf_cstr(&dir));
	(void)ses_buf_cstr(&lock);
	if (ses_buf_check(&dir, err) < 0 || ses_buf_check(&lock, err) < 0)
		goto out;
	if (ses_fs_mkdirs(dir.data, 0700, err) < 0 ||
	    ses_lock_open(lock.data, &fd, err) < 0 ||
	    ses_lock_take(fd, "machine-id", err) < 0)
		goto out;
	there = read_id(path, out, err);
	if (there < 0)
		goto out;
	if (there == 0) {
		ses_rand_hex(id, 16);
		ses_rand_hex(id + 16, 16);
		id[32] = '\n';
		if (ses_fs_replace(path, id, 33, 0600, 1, err) < 0)
			goto out;
		ses_buf_clear(out);
		ses_buf_add(out, id, 32);
	}
	rc = ses_buf_check(out, err);
out:
	if (fd >= 0)
		close(fd);
	ses_buf_free(&dir);
	ses_buf_free(&lock);
	return rc;
}

int
ses_owner_load(struct ses_owner *o, struct seshat_err *err)
{
	struct ses_buf id = {0};
	struct ses_buf own = {0};
	char hex[SES_SHA256_HEX];
	int there = read_id("/etc/machine-id", &id, err);
	int rc = -1;

	if (there == 0) {
		if (ses_xdg_path(SES_XDG_STATE, "machine-id", &own, err) < 0)
			goto out;
		(void)ses_buf_cstr(&own);
		if (ses_buf_check(&own, err) < 0)
			goto out;
		there = read_id(own.data, &id, err);
		if (there == 0)
			there = make_id(own.data, &id, err);
	}
	if (there < 0)
		goto out;
	ses_buf_fmt(&id, "\n%lu", (unsigned long)getuid());
	if (ses_buf_check(&id, err) < 0)
		goto out;
	ses_sha256_of(id.data, id.len, hex);
	memcpy(o->id, hex, SES_OWNER_ID - 1);
	o->id[SES_OWNER_ID - 1] = '\0';
	if (gethostname(o->host, sizeof(o->host) - 1) < 0)
		o->host[0] = '\0';
	o->host[sizeof(o->host) - 1] = '\0';
	rc = 0;
out:
	ses_buf_free(&id);
	ses_buf_free(&own);
	return rc;
}

void
ses_owner_writer(
    const struct ses_owner *o, const char *path, char out[SES_WRITER_ID])
{
	struct ses_sha256 s;
	char hex[SES_SHA256_HEX];

	ses_sha256_init(&s);
	ses_sha256_add(&s, o->id, strlen(o->id));
	ses_sha256_add(&s, "\n", 1);
	ses_sha256_add(&s, path, strlen(path));
	ses_sha256_hex(&s, hex);
	memcpy(out, hex, SES_WRITER_ID - 1);
	out[SES_WRITER_ID - 1] = '\0';
}
