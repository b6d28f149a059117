#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "base/fs.h"
#include "base/mem.h"
#include "pack/age.h"
#include "pack/age_crypto.h"
#include "pack/bech32.h"

#define FILE_MAX ((size_t)64 * 1024)

#define PUBLIC "age"
#define SECRET "age-secret-key-"

static int
starts(const char *text, size_t len, const char *what)
{
	return len >= strlen(what) &&
	       strncasecmp(text, what, strlen(what)) == 0;
}

/* Whether there is another "1" behind the first n characters: the digits of
 * Bech32 know none, so the prefix goes on, and the key is of another kind. */
static int
goes_on(const char *text, size_t len, const char *begin)
{
	size_t n = strlen(begin);

	return starts(text, len, begin) &&
	       memchr(text + n, '1', len - n) != NULL;
}

int
ses_age_recipient_parse(const char *text, size_t len,
    struct ses_age_recipient *r, struct seshat_err *err)
{
	struct ses_bech32 b;

	if (starts(text, len, SECRET))
		return ses_fail(err, SESHAT_EFORMAT,
		    "this is a secret key, and nobody else's business: give "
		    "the public key that belongs to it, age1... "
		    "(age-keygen -y FILE prints it)");
	if (starts(text, len, "ssh-"))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "SSH keys are not supported as recipients: give an X25519 "
		    "key of age, age1...");
	if (goes_on(text, len, "age1"))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "recipients of plugins, post-quantum and hardware keys "
		    "are not supported, if it is not mistyped: give an X25519 "
		    "key of age, age1...");
	if (!starts(text, len, "age1"))
		return ses_fail(err, SESHAT_EFORMAT,
		    "this is no recipient: age1... is expected");
	if (ses_bech32_decode(text, len, &b, err) < 0)
		return ses_fail_in(err, "this is no recipient");
	if (strcmp(b.prefix, PUBLIC) != 0 || b.upper || b.len != sizeof(r->key))
		return ses_fail(err, SESHAT_EFORMAT,
		    "this is no recipient: age1... and 58 characters, in "
		    "small letters, is expected");
	memcpy(r->key, b.data, sizeof(r->key));
	return 0;
}

void
ses_age_recipient_text(
    const struct ses_age_recipient *r, char out[SES_AGE_RECIPIENT])
{
	struct ses_bech32 b = {.prefix = PUBLIC, .len = sizeof(r->key)};
	char text[SES_BECH32_MAX + 1];

	memcpy(b.data, r->key, sizeof(r->key));
	ses_bech32_encode(&b, text);
	memcpy(out, text, SES_AGE_RECIPIENT);
}

/* What is to be said of an identity that is none of ours; NULL: nothing. */
static const char *
other_kind(const char *line, size_t len)
{
	if (starts(line, len, "-----BEGIN AGE ENCRYPTED") ||
	    starts(line, len, "age-encryption.org/"))
		return "the file is encrypted itself: decrypt it first, with "
		       "age -d";
	if (starts(line, len, "-----BEGIN "))
		return "SSH keys are not supported: an identity as age-keygen "
		       "makes it is needed";
	if (starts(line, len, "age-plugin-"))
		return "identities of plugins are not supported: one as "
		       "age-keygen makes it is needed";
	if (starts(line, len, "age-secret-key-pq-"))
		return "post-quantum identities are not supported: one as "
		       "age-keygen makes it without -pq is needed";
	return NULL;
}

static int
parse_identity(const char *line, size_t len, struct ses_age_identity *id,
    struct seshat_err *err)
{
	const char *other = other_kind(line, len);
	struct ses_bech32 b;
	int rc = -1;

	if (other != NULL)
		return ses_fail(err, SESHAT_EUNSUPPORTED, "%s", other);
	if (starts(line, len, "age1"))
		return ses_fail(err, SESHAT_EFORMAT,
		    "this is a public key: the secret key that belongs to it "
		    "is needed");
	if (!starts(line, len, SECRET))
		return ses_fail(err, SESHAT_EFORMAT,
		    "this is no identity: AGE-SECRET-KEY-1... is expected");
	if (ses_bech32_decode(line, len, &b, err) < 0) {
		ses_fail_in(err, "this is no identity");
		goto out;
	}
	if (strcmp(b.prefix, SECRET) != 0 || !b.upper ||
	    b.len != sizeof(id->secret)) {
		ses_fail(err, SESHAT_EFORMAT,
		    "this is no identity: AGE-SECRET-KEY-1... and 58 "
		    "characters, in capital letters, is expected");
		goto out;
	}
	memcpy(id->secret, b.data, sizeof(id->secret));
	rc = ses_age_public(id->secret, id->recipient.key, err);
out:
	OPENSSL_cleanse(&b, sizeof(b));
	return rc;
}

int
ses_age_identities_parse(const char *text, size_t len,
    struct ses_age_identities *ids, struct seshat_err *err)
{
	const char *end = text + len;
	const char *lf;
	size_t before = ids->n;
	size_t line = 0;
	size_t n;

	/* all at once: an array that grows leaves copies behind */
	if (ids->v == NULL)
		ids->v = ses_calloc(SES_AGE_MAX_IDENTITIES, sizeof(*ids->v));
	if (ids->v == NULL)
		return ses_fail_nomem(err);
	for (; text < end; text = lf + 1) {
		line++;
		lf = memchr(text, '\n', (size_t)(end - text));
		if (lf == NULL)
			lf = end;
		n = (size_t)(lf - text);
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (n == 0 || text[0] == '#')
			continue;
		if (ids->n == SES_AGE_MAX_IDENTITIES)
			return ses_fail(err, SESHAT_ELIMIT,
			    "line %zu: more than %d identities", line,
			    SES_AGE_MAX_IDENTITIES);
		if (parse_identity(text, n, &ids->v[ids->n], err) < 0)
			return ses_fail_in(err, "line %zu", line);
		ids->n++;
	}
	if (ids->n == before)
		return ses_fail(err, SESHAT_EFORMAT,
		    "no identity is in it: AGE-SECRET-KEY-1... is expected, "
		    "as age-keygen writes it");
	return 0;
}

int
ses_age_identities_read(
    const char *path, struct ses_age_identities *ids, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc = -1;

	/* room for all of it, so that no copy is left behind */
	if (ses_buf_room(&text, 2 * FILE_MAX) == NULL)
		return ses_fail_nomem(err);
	if (ses_fs_slurp(path, FILE_MAX, &text, err) == 0) {
		rc = ses_age_identities_parse(text.data, text.len, ids, err);
		if (rc < 0)
			ses_fail_in(err, "%s", path);
	}
	OPENSSL_cleanse(text.data, text.cap);
	ses_buf_free(&text);
	return rc;
}

void
ses_age_identities_free(struct ses_age_identities *ids)
{
	if (ids->v != NULL)
		OPENSSL_cleanse(
		    ids->v, SES_AGE_MAX_IDENTITIES * sizeof(*ids->v));
	free(ids->v);
	*ids = (struct ses_age_identities){0};
}
