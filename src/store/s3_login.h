#ifndef SES_S3_LOGIN_H
#define SES_S3_LOGIN_H

#include "store/store.h"

/* Keys of AWS's kind.  Secrets: never printed, wiped when released. */
struct ses_s3_login {
	char *access_key;
	char *secret_key;
	char *session_token; /* NULL: lasting keys */
	const char *from;    /* where they are from, for people */
};

/**
 * ses_s3_login_find(l, profile, access, err):
 * Find the keys: of the profile that is named ("": none); else of the
 * environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN);
 * else of the configuration; else of the profile AWS_PROFILE or "default".
 * Profiles are those of the AWS tools' files (AWS_SHARED_CREDENTIALS_FILE,
 * AWS_CONFIG_FILE, else ~/.aws/credentials and ~/.aws/config).
 * Errors: SESHAT_EAUTH, there are none, or half of them, and what to do.
 */
int ses_s3_login_find(struct ses_s3_login *l, const char *profile,
    const struct ses_store_access *access, struct seshat_err *err);

void ses_s3_login_free(struct ses_s3_login *l);

/**
 * ses_aws_setting(profile, name, out, err):
 * Append what the AWS tools' files say of a name in a profile, the credentials
 * before the configuration; "s3.name" is one of the block "s3 =".  1, or 0
 * when they say nothing; a file that is not there says nothing.
 * Errors: SESHAT_EFORMAT, a file is malformed; SESHAT_ELIMIT, over 1 MiB.
 */
int ses_aws_setting(const char *profile, const char *name, struct ses_buf *out,
    struct seshat_err *err);

/**
 * ses_aws_keys(profile, keys, err):
 * Append access key, secret key and session token of a profile, all of one
 * file; "" where it has none.  1, or 0 when neither file has keys.  Secrets:
 * to be wiped.
 */
int ses_aws_keys(
    const char *profile, struct ses_buf keys[3], struct seshat_err *err);

/** The same in the text of one file, which ends in NUL: the value of name in a
 * section, inside a block ("" : outside any); 1 or 0. */
int ses_aws_search(const char *text, const char *section, const char *block,
    const char *name, struct ses_buf *out);

/** The profile that counts where none is named: AWS_PROFILE or "default". */
const char *ses_aws_profile(void);

#endif
