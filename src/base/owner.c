#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/keep.h"
#include "base/xdg.h"
#include "base/owner.h"

#define ID_MIN    16 /* a machine-id has 32 hex digits */
#define ID_DIGITS 32

int
ses_owner_load(struct ses_owner *o, struct seshat_err *err)
{
	struct ses_buf id = {0};
	struct ses_buf own = {0};
	char hex[SES_SHA256_HEX];
	int there = ses_keep_read("/etc/machine-id", ID_MIN, &id, err);
	int rc = -1;

	if (there == 0) {
		if (ses_xdg_path(SES_XDG_STATE, "machine-id", &own, err) < 0)
			goto out;
		(void)ses_buf_cstr(&own);
		if (ses_buf_check(&own, err) < 0)
			goto out;
		there = ses_keep_random(own.data, ID_DIGITS, &id, err);
		if (there < 0)
			ses_xdg_fail_state(err);
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
