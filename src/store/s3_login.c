#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/str.h"
#include "store/s3_login.h"

static void
wipe(char **secret)
{
	if (*secret != NULL)
		OPENSSL_cleanse(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void
ses_s3_login_free(struct ses_s3_login *l)
{
	wipe(&l->access_key);
	wipe(&l->secret_key);
	wipe(&l->session_token);
	*l = (struct ses_s3_login){0};
}

/* Both halves or none: 1, 0, or -1.  Keys of one place are never mixed with
 * those of another. */
static int
take(struct ses_s3_login *l, const char *access_key, const char *secret_key,
    const char *session_token, struct seshat_err *err)
{
	int has_access = access_key != NULL && access_key[0] != '\0';
	int has_secret = secret_key != NULL && secret_key[0] != '\0';

	if (!has_access && !has_secret)
		return 0;
	if (!has_access || !has_secret)
		return ses_fail(err, SESHAT_EAUTH,
		    "%s holds %s key without %s key", l->from,
		    has_access ? "an access" : "a secret",
		    has_access ? "a secret" : "an access");
	l->access_key = ses_str_dup(access_key);
	l->secret_key = ses_str_dup(secret_key);
	if (session_token != NULL && session_token[0] != '\0')
		l->session_token = ses_str_dup(session_token);
	else
		session_token = NULL;
	if (l->access_key == NULL || l->secret_key == NULL ||
	    (session_token != NULL && l->session_token == NULL))
		return ses_fail_nomem(err);
	return 1;
}

static int
of_profile(struct ses_s3_login *l, const char *profile, struct seshat_err *err)
{
	struct ses_buf v[3] = {{0}, {0}, {0}};
	size_t i;
	int rc = ses_aws_keys(profile, v, err);

	l->from = "the profile in the files of the AWS tools";
	if (rc > 0)
		rc = take(l, ses_buf_cstr(&v[0]), ses_buf_cstr(&v[1]),
		    ses_buf_cstr(&v[2]), err);
	for (i = 0; i < 3; i++) {
		if (v[i].data != NULL)
			OPENSSL_cleanse(v[i].data, v[i].len);
		ses_buf_free(&v[i]);
	}
	return rc;
}

/* Why there are none, where a profile gets them in a way we do not know. */
static int
none(const char *profile, struct seshat_err *err)
{
	static const char *const ways[] = {"sso_session", "sso_start_url",
	    "role_arn", "credential_process", "login_session"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf v = {0};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(ways) / sizeof(ways[0]); i++)
		rc = ses_aws_setting(profile, ways[i], &v, &ignored);
	ses_buf_free(&v);
	if (rc > 0)
		return ses_fail(err, SESHAT_EAUTH,
		    "the AWS profile '%.60s' gets its keys through %s, which "
		    "is not supported: put them into the environment (eval "
		    "\"$(aws configure export-credentials --profile %.60s "
		    "--format env)\")",
		    profile, ways[i - 1], profile);
	return ses_fail(err, SESHAT_EAUTH,
	    "no keys for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
	    "or access_key and secret_key in config.yaml, or run 'aws "
	    "configure' (looked for the profile '%.60s' too; keys of a "
	    "machine's role are not asked for)",
	    profile);
}

int
ses_s3_login_find(struct ses_s3_login *l, const char *profile,
    const struct ses_store_access *access, struct seshat_err *err)
{
	int rc = 0;

	*l = (struct ses_s3_login){.from = "the environment"};
	if (profile[0] == '\0') {
		rc = take(l, getenv("AWS_ACCESS_KEY_ID"),
		    getenv("AWS_SECRET_ACCESS_KEY"),
		    getenv("AWS_SESSION_TOKEN"), err);
		if (rc == 0 && access != NULL) {
			l->from = "the configuration";
			rc = take(l, access->access_key, access->secret_key,
			    access->session_token, err);
		}
		profile = ses_aws_profile();
	}
	if (rc == 0)
		rc = of_profile(l, profile, err);
	if (rc == 0)
		rc = none(profile, err);
	if (rc > 0)
		return 0;
	ses_s3_login_free(l);
	return -1;
}
