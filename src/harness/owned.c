/* memrchr is GNU's. */
#define _GNU_SOURCE
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "harness/owned.h"
#include "harness/session.h"

#define KEY_MAX 200 /* bytes of an id as a component of a key */
#define OWNER   8   /* digits of the owner */
#define HASH    16  /* digits of a hash */

/* Bytes that these take in a key: FORMATS.md, section 1, escaping. */
static size_t
escaped(const char *s, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._=@+-";
	size_t n = 0;
	size_t i;

	for (i = 0; i < len; i++)
		n += memchr(plain, s[i], sizeof(plain) - 1) != NULL ? 1 : 3;
	return n;
}

static int
add_owner(
    const struct ses_owner *o, struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_fmt(out, "@%.*s", OWNER, o->id);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

int
ses_owned_id(const struct ses_owner *o, const char *name, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf whole = {0};
	int rc;

	ses_buf_clear(out);
	ses_buf_add(out, name, len);
	if (add_owner(o, out, err) < 0)
		return -1;
	if (escaped(out->data, out->len) <= KEY_MAX &&
	    ses_session_id_ok(out->data, out->len))
		return 0;
	ses_buf_add(&whole, name, len);
	(void)ses_buf_cstr(&whole);
	rc = ses_buf_check(&whole, err);
	if (rc == 0)
		rc = ses_owned_hash(o, name, len, whole.data, out, err);
	ses_buf_free(&whole);
	return rc;
}

int
ses_owned_hash(const struct ses_owner *o, const char *name, size_t len,
    const char *told_by, struct ses_buf *out, struct seshat_err *err)
{
	const char *slash = memrchr(name, '/', len);
	const char *end = name + len;
	const char *p = slash == NULL ? name : slash + 1;
	size_t room = KEY_MAX - 1 - HASH - 1 - OWNER;
	char hex[SES_SHA256_HEX];
	uint32_t c = 0;
	size_t n;

	ses_buf_clear(out);
	for (; p < end; p += n == 0 ? 1 : n) {
		n = ses_utf8_next(p, (size_t)(end - p), &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    (out->len == 0 && c == '.'))
			continue;
		if (escaped(p, n) > room)
			break;
		room -= escaped(p, n);
		ses_buf_add(out, p, n);
	}
	ses_sha256_of(told_by, strlen(told_by), hex);
	ses_buf_fmt(out, "-%.*s", HASH, hex);
	return add_owner(o, out, err);
}
