#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "base/str.h"
#include "cli/init.h"
#include "cli/secret.h"
#include "store/s3_login.h"

#define LINE_BYTES 4096 /* no terminal gives longer ones */

/* Read a line into out, without what ends it: a terminal gives one at a
 * time. */
static int
read_line(struct ses_buf *out, struct seshat_err *err)
{
	char line[LINE_BYTES];
	ssize_t n;

	do {
		n = read(STDIN_FILENO, line, sizeof(line));
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return ses_fail(
		    err, SESHAT_ECANCELLED, "no answer: nothing was written");
	while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == '\n'))
		n--;
	ses_buf_clear(out);
	ses_buf_add(out, line, (size_t)n);
	(void)ses_buf_cstr(out);
	OPENSSL_cleanse(line, sizeof(line));
	return ses_buf_check(out, err);
}

/* Ask for a line; the default, if there is one, stands for an empty one. */
static int
ask(const char *question, const char *otherwise, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf shown = {0};

	ses_str_safe(otherwise, strlen(otherwise), &shown);
	if (otherwise[0] != '\0')
		(void)fprintf(
		    stderr, "%s [%s]: ", question, ses_buf_cstr(&shown));
	else
		(void)fprintf(stderr, "%s: ", question);
	ses_buf_free(&shown);
	if (read_line(out, err) < 0)
		return -1;
	if (out->len == 0)
		ses_buf_str(out, otherwise);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

/* Ask for a secret: it is not shown. */
static int
ask_secret(const char *question, struct ses_buf *out, struct seshat_err *err)
{
	char *room;

	ses_buf_clear(out);
	room = ses_buf_room(out, LINE_BYTES);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_secret_ask(STDIN_FILENO, STDERR_FILENO, question, room,
		LINE_BYTES, err) == 0) {
		ses_buf_grew(out, strlen(room));
		return 0;
	}
	return err->code == SESHAT_ECANCELLED
		   ? ses_fail(
			 err, SESHAT_ECANCELLED, "stopped: nothing was written")
		   : -1;
}

int
ses_init_confirm(
    const struct ses_init *i, int yes, const char *what, struct seshat_err *err)
{
	struct ses_buf answer = {0};
	int rc = 0;

	if (!i->asks)
		return 1;
	(void)fprintf(stderr, "%s [%s]: ", what, yes ? "Y/n" : "y/N");
	rc = read_line(&answer, err);
	if (rc == 0 && answer.len > 0)
		yes = answer.data[0] == 'y' || answer.data[0] == 'Y';
	ses_buf_free(&answer);
	return rc < 0 ? -1 : yes;
}

static int
take(
    struct ses_init *i, int kind, struct ses_buf *value, struct seshat_err *err)
{
	int rc = ses_settings_set(&i->set, kind, value->data, err);

	OPENSSL_cleanse(value->data, value->len);
	return rc;
}

static int
ask_typed_keys(struct ses_init *i, struct seshat_err *err)
{
	const char *set = getenv("AWS_ACCESS_KEY_ID");
	struct ses_buf v = {0};
	int rc = -1;

	if (set != NULL && set[0] != '\0') {
		ses_fail(err, SESHAT_EUSAGE,
		    "AWS_ACCESS_KEY_ID is set and goes before any key that "
		    "is typed in: unset it first");
		goto out;
	}
	if (ask("Access key", "", &v, err) < 0 ||
	    take(i, SES_SET_ACCESS_KEY, &v, err) < 0 ||
	    ask_secret("Secret key", &v, err) < 0 ||
	    take(i, SES_SET_SECRET_KEY, &v, err) < 0)
		goto out;
	rc = 0;
out:
	ses_buf_free(&v);
	return rc;
}

/* As which user: the profile goes into the place. */
static int
ask_keys(struct ses_init *i, struct ses_buf *profile, struct seshat_err *err)
{
	const char *from = ses_init_keys(i);
	struct ses_buf v = {0};
	int rc = -1;

	if (from != NULL)
		(void)fprintf(stderr, "Keys are found in %s.\n", from);
	if (ask("Keys: (f)ound ones, a (p)rofile of the AWS files, (t)yped in",
		from != NULL ? "f" : "t", &v, err) < 0)
		goto out;
	if (v.data[0] == 'p')
		rc = ask("Profile", ses_aws_profile(), profile, err);
	else if (v.data[0] == 't')
		rc = ask_typed_keys(i, err);
	else if (v.data[0] == 'f' && from != NULL)
		rc = 0;
	else
		ses_fail(err, SESHAT_EUSAGE, "'%s' is none of those: %s",
		    v.data, from != NULL ? "f, p or t" : "p or t");
out:
	ses_buf_free(&v);
	return rc;
}

static int
ask_bucket(struct ses_init *i, struct seshat_err *err)
{
	struct ses_init_place place = {0};
	struct ses_buf name = {0};
	struct ses_buf url = {0};
	struct ses_buf endpoint = {0};
	struct ses_buf region = {0};
	struct ses_buf profile = {0};
	int rc = -1;

	if (ask("Bucket, or bucket/prefix", "", &name, err) < 0 ||
	    ask("Endpoint, https://... (empty: AWS)",
		i->c.access.endpoint != NULL ? i->c.access.endpoint : "",
		&endpoint, err) < 0 ||
	    ask("Region (empty: the usual one)",
		i->c.access.region != NULL ? i->c.access.region : "", &region,
		err) < 0 ||
	    ask_keys(i, &profile, err) < 0)
		goto out;
	ses_buf_fmt(&url, "%s%s",
	    ses_str_starts(name.data, "s3://") ? "" : "s3://", name.data);
	(void)ses_buf_cstr(&url);
	if (ses_buf_check(&url, err) < 0)
		goto out;
	if (endpoint.len > 0)
		place.endpoint = endpoint.data;
	if (region.len > 0)
		place.region = region.data;
	if (profile.len > 0)
		place.profile = profile.data;
	rc = ses_init_url(i, url.data, &place, err);
out:
	ses_buf_free(&name);
	ses_buf_free(&url);
	ses_buf_free(&endpoint);
	ses_buf_free(&region);
	ses_buf_free(&profile);
	return rc;
}

/* With a token that there is, or one that is typed in and kept. */
static int
ask_token(struct ses_init *i, struct seshat_err *err)
{
	const char *from = ses_init_token(i);
	struct ses_buf v = {0};
	int rc = 0;

	if (from != NULL) {
		(void)fprintf(stderr, "The token is that of %s.\n", from);
	} else {
		rc = ask_secret("Token (hf_...)", &v, err);
		if (rc == 0)
			rc = take(i, SES_SET_HF_TOKEN, &v, err);
	}
	ses_buf_free(&v);
	return rc;
}

static int
ask_hub(struct ses_init *i, struct seshat_err *err)
{
	static const struct ses_init_place none;
	struct ses_buf name = {0};
	struct ses_buf url = {0};
	int rc = ask("Bucket of Hugging Face, NAMESPACE/NAME", "", &name, err);

	if (rc == 0) {
		ses_buf_fmt(&url, "%s%s",
		    ses_init_is_hub(name.data) ? "" : "hf://buckets/",
		    name.data);
		(void)ses_buf_cstr(&url);
		rc = ses_buf_check(&url, err);
	}
	if (rc == 0)
		rc = ses_init_url(i, url.data, &none, err);
	ses_buf_free(&name);
	ses_buf_free(&url);
	return rc;
}

/* The store that counts now is what an empty answer means. */
static int
ask_store(struct ses_init *i, struct seshat_err *err)
{
	static const struct ses_init_place none;
	struct ses_buf v = {0};
	int rc = ask("Where are sessions to be kept: a folder, a URL, 'b' for "
		     "a bucket, 'h' for one of Hugging Face",
	    i->c.config.store, &v, err);

	if (rc == 0 && strcmp(v.data, "b") == 0)
		rc = ask_bucket(i, err);
	else if (rc == 0 && strcmp(v.data, "h") == 0)
		rc = ask_hub(i, err);
	else if (rc == 0)
		rc = ses_init_url(i, v.data, &none, err);
	if (rc == 0 && ses_init_is_hub(i->url.data))
		rc = ask_token(i, err);
	ses_buf_free(&v);
	return rc;
}

int
ses_init_ask(struct ses_init *i, struct seshat_err *err)
{
	struct ses_buf v = {0};
	int rc = -1;

	if (i->cli->store == NULL && ask_store(i, err) < 0)
		goto out;
	if (i->cli->project == NULL) {
		if (ask("One project for all sessions (empty: by their "
			"folders)",
			i->file.s.v[SES_SET_PROJECT] != NULL
			    ? i->file.s.v[SES_SET_PROJECT]
			    : "",
			&v, err) < 0)
			goto out;
		if (v.len > 0 &&
		    ses_settings_set(&i->set, SES_SET_PROJECT, v.data, err) < 0)
			goto out;
	}
	rc = 0;
out:
	ses_buf_free(&v);
	return rc;
}
