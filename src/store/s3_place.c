#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/far.h"
#include "store/s3.h"

static const char *const params[] = {
    "endpoint", "region", "style", "profile", NULL};

int
ses_s3_is_region(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len <= 40 &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] ==
		   '\0';
}

int
ses_s3_aws_host(struct ses_s3 *s, struct seshat_err *err)
{
	const char *region = ses_buf_cstr(&s->region);

	if (!ses_s3_is_region(region))
		return ses_fail(
		    err, SESHAT_EUSAGE, "'%.60s' is no region", region);
	ses_buf_clear(&s->host);
	ses_buf_fmt(&s->host, "s3.%s.amazonaws.com%s", region,
	    ses_str_starts(region, "cn-") ? ".cn" : "");
	(void)ses_buf_cstr(&s->host);
	return ses_buf_check(&s->host, err);
}

static int
of_environment(const char *const *names, struct ses_buf *out)
{
	const char *v;

	for (; *names != NULL; names++) {
		v = getenv(*names);
		if (v != NULL && v[0] != '\0') {
			ses_buf_str(out, v);
			return 1;
		}
	}
	return 0;
}

/* A setting: of the URL, the environment, the configuration, the files of the
 * AWS tools.  1, 0 when nothing says it, -1. */
struct setting {
	const char *param;
	const char *variables[3]; /* ends with NULL */
	const char *configured;
	const char *aws;
};

static int
find(struct ses_s3 *s, const struct ses_url *u, const struct setting *what,
    struct ses_buf *out, struct seshat_err *err)
{
	const char *profile =
	    s->profile.len > 0 ? ses_buf_cstr(&s->profile) : ses_aws_profile();
	int rc = 0;

	if (what->param != NULL) {
		rc = ses_url_param(u->query.data, what->param, out);
		if (rc < 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "the parameter %s stands twice or badly encoded "
			    "in the store's URL",
			    what->param);
	}
	if (rc == 0)
		rc = of_environment(what->variables, out);
	if (rc == 0 && what->configured != NULL) {
		ses_buf_str(out, what->configured);
		rc = 1;
	}
	if (rc == 0)
		rc = ses_aws_setting(profile, what->aws, out, err);
	(void)ses_buf_cstr(out);
	return rc < 0 || ses_buf_check(out, err) < 0 ? -1 : rc;
}

/* A bucket whose name has a dot does not fit the certificate of its host. */
static int
place_style(struct ses_s3 *s, const struct ses_url *u, struct seshat_err *err)
{
	const struct setting what = {
	    .param = "style", .aws = "s3.addressing_style"};
	struct ses_buf v = {0};
	int rc = find(s, u, &what, &v, err);

	s->is_virtual =
	    s->is_aws && strchr(ses_buf_cstr(&s->bucket), '.') == NULL;
	if (rc > 0 && strcmp(v.data, "auto") != 0) {
		s->is_virtual = strcmp(v.data, "virtual") == 0;
		if (!s->is_virtual && strcmp(v.data, "path") != 0)
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "style '%.40s': path or virtual is expected",
			    v.data);
	}
	ses_buf_free(&v);
	return rc < 0 ? -1 : 0;
}

static int
place_bucket(struct ses_s3 *s, const struct ses_url *u, const char *url,
    struct seshat_err *err)
{
	const char *name = u->host.data;
	size_t len = u->host.len;

	if (strncmp(url + strlen("s3://"), name, len) != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%.200s: a bucket has no capital letters", url);
	if (len < 3 || len > 63 || u->port != 0 || name[0] == '[')
		return ses_fail(err, SESHAT_EUSAGE,
		    "%.200s: s3://bucket[/prefix] is expected, the bucket's "
		    "name with 3 to 63 characters",
		    url);
	ses_buf_str(&s->bucket, name);
	(void)ses_buf_cstr(&s->bucket);
	return ses_buf_check(&s->bucket, err);
}

static int
place_endpoint_and_region(struct ses_s3 *s, const struct ses_url *u,
    const struct ses_store_access *access, struct seshat_err *err)
{
	const struct setting endpoint = {.param = "endpoint",
	    .variables = {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"},
	    .configured = access == NULL ? NULL : access->endpoint,
	    .aws = "endpoint_url"};
	const struct setting region = {.param = "region",
	    .variables = {"AWS_REGION", "AWS_DEFAULT_REGION"},
	    .configured = access == NULL ? NULL : access->region,
	    .aws = "region"};
	struct ses_far_place place = {0};
	struct ses_buf v = {0};
	int rc = find(s, u, &region, &s->region, err);

	if (rc == 0)
		ses_buf_str(&s->region, "us-east-1");
	if (rc >= 0 && !ses_s3_is_region(ses_buf_cstr(&s->region)))
		rc = ses_fail(
		    err, SESHAT_EUSAGE, "'%.60s' is no region", s->region.data);
	if (rc >= 0)
		rc = find(s, u, &endpoint, &v, err);
	if (rc > 0) {
		rc = ses_far_endpoint(&place, v.data, access, err);
		s->scheme = place.scheme;
		s->host = place.host;
		s->base = place.base;
	} else if (rc == 0) {
		s->is_aws = 1;
		ses_buf_str(&s->scheme, "https");
		rc = ses_s3_aws_host(s, err);
	}
	ses_buf_free(&v);
	return rc;
}

static int
place_ca(struct ses_s3 *s, struct seshat_err *err)
{
	const struct setting ca = {
	    .variables = {"AWS_CA_BUNDLE"}, .aws = "ca_bundle"};
	struct ses_buf v = {0};
	int rc = find(s, NULL, &ca, &v, err);

	if (rc > 0) {
		s->ca_file = ses_str_dup(v.data);
		rc = s->ca_file == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&v);
	return rc;
}

int
ses_s3_place(struct ses_s3 *s, const char *url,
    const struct ses_store_access *access, struct seshat_err *err)
{
	struct ses_url u = {0};
	const char *odd;
	size_t len;
	int rc = -1;

	if (ses_url_parse(&u, url, err) < 0)
		return -1;
	odd = ses_url_odd_param(u.query.data, params, &len);
	if (odd != NULL) {
		ses_fail(err, SESHAT_EUSAGE,
		    "%.200s: the parameter '%.*s' is not known (endpoint, "
		    "region, style, profile)",
		    url, (int)len, odd);
		goto out;
	}
	rc = ses_url_param(u.query.data, "profile", &s->profile);
	if (rc < 0) {
		ses_fail(err, SESHAT_EUSAGE,
		    "the parameter profile stands twice or badly encoded in "
		    "the store's URL");
		goto out;
	}
	if (rc == 0 && access != NULL && access->profile != NULL)
		ses_buf_str(&s->profile, access->profile);
	rc = -1;
	(void)ses_buf_cstr(&s->profile);
	if (ses_buf_check(&s->profile, err) < 0 ||
	    place_bucket(s, &u, url, err) < 0 ||
	    ses_far_prefix(u.path.data, &s->prefix, err) < 0 ||
	    place_endpoint_and_region(s, &u, access, err) < 0 ||
	    place_style(s, &u, err) < 0 || place_ca(s, err) < 0)
		goto out;
	(void)ses_buf_cstr(&s->scheme);
	(void)ses_buf_cstr(&s->host);
	(void)ses_buf_cstr(&s->base);
	(void)ses_buf_cstr(&s->prefix);
	if (s->scheme.bad || s->host.bad || s->base.bad || s->prefix.bad)
		ses_fail_nomem(err);
	else
		rc = 0;
out:
	ses_url_free(&u);
	return rc;
}
