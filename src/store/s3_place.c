#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "net/url.h"
#include "store/s3.h"

#define PREFIX_MAX 512

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

static int
place_endpoint(struct ses_s3 *s, const char *text,
    const struct ses_store_access *access, struct seshat_err *err)
{
	struct ses_url e = {0};
	int rc = -1;

	if (ses_url_parse(&e, text, err) < 0)
		return ses_fail_in(err, "endpoint");
	if (strcmp(e.scheme.data, "http") != 0 &&
	    strcmp(e.scheme.data, "https") != 0) {
		ses_fail(err, SESHAT_EUSAGE,
		    "endpoint '%.200s': https:// is expected", text);
		goto out;
	}
	if (e.query.len > 0) {
		ses_fail(err, SESHAT_EUSAGE, "endpoint '%.200s' has parameters",
		    text);
		goto out;
	}
	if (strcmp(e.scheme.data, "http") == 0 && !ses_url_is_loopback(&e) &&
	    (access == NULL || !access->insecure_http)) {
		ses_fail(err, SESHAT_EUSAGE,
		    "endpoint '%.200s' is not encrypted: whoever is on the way "
		    "could read the sessions (use https://, or "
		    "--insecure-http if you mean it)",
		    text);
		goto out;
	}
	ses_buf_str(&s->scheme, e.scheme.data);
	ses_buf_str(&s->host, e.host.data);
	if (e.port != 0 &&
	    e.port != (strcmp(e.scheme.data, "http") == 0 ? 80 : 443))
		ses_buf_fmt(&s->host, ":%u", e.port);
	while (e.path.len > 0 && e.path.data[e.path.len - 1] == '/')
		e.path.len--;
	ses_buf_add(&s->base, e.path.data, e.path.len);
	rc = 0;
out:
	ses_url_free(&e);
	return rc;
}

static int
place_prefix(struct ses_s3 *s, const struct ses_url *u, struct seshat_err *err)
{
	struct ses_buf path = {0};
	const char *p;
	size_t len;
	int rc = 0;

	if (ses_url_decode(&path, u->path.data, u->path.len, 0) < 0)
		rc = ses_fail(
		    err, SESHAT_EUSAGE, "the store's URL has a bad %% escape");
	(void)ses_buf_cstr(&path);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	for (p = path.data; rc == 0 && *p != '\0'; p += len) {
		p += strspn(p, "/");
		len = strcspn(p, "/");
		if (len == 0)
			break;
		ses_buf_add(&s->prefix, p, len);
		ses_buf_str(&s->prefix, "/");
		if ((len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			rc = ses_fail(err, SESHAT_EUSAGE,
			    "the store's URL has a '.' or '..' in its path");
	}
	if (rc == 0 &&
	    (strlen(path.data) != path.len || s->prefix.len > PREFIX_MAX))
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "the path of the store's URL is too long, or no text");
	ses_buf_free(&path);
	return rc;
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
		rc = place_endpoint(s, v.data, access, err);
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
	    place_bucket(s, &u, url, err) < 0 || place_prefix(s, &u, err) < 0 ||
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
