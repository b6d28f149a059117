#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xdg.h"
#include "cli/init.h"
#include "config/url.h"
#include "net/url.h"
#include "store/hf_login.h"
#include "store/s3_login.h"

/* Append a parameter, unless the URL has it already. */
static int
add_param(struct ses_buf *url, const char *name, const char *value,
    struct seshat_err *err)
{
	struct ses_buf there = {0};
	const char *query = strchr(ses_buf_cstr(url), '?');
	int has;
	int rc = 0;

	if (value == NULL)
		return 0;
	has = query == NULL ? 0 : ses_url_param(query + 1, name, &there);
	if (has > 0 && strcmp(ses_buf_cstr(&there), value) != 0)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "--%s and the store's URL name different ones", name);
	if (has == 0) {
		ses_buf_fmt(url, "%c%s=", query == NULL ? '?' : '&', name);
		ses_url_escape(url, value);
		(void)ses_buf_cstr(url);
		rc = ses_buf_check(url, err);
	}
	ses_buf_free(&there);
	return rc;
}

/* A path as a URL; a bucket's alone is none. */
static int
absolute(struct ses_init *i, const char *store, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = 0;

	if (strstr(store, "://") != NULL) {
		ses_buf_str(&i->url, store);
	} else {
		if (store[0] != '/' && store[0] != '~')
			ses_buf_fmt(&path, "%s/", i->c.cwd);
		rc = ses_xdg_expand(store, &path, err);
		ses_url_of_path(&i->url, ses_buf_cstr(&path));
	}
	(void)ses_buf_cstr(&i->url);
	if (rc == 0 && ses_buf_check(&path, err) == 0)
		rc = ses_buf_check(&i->url, err);
	ses_buf_free(&path);
	return rc;
}

int
ses_init_is_hub(const char *store)
{
	return ses_str_starts(store, "hf://");
}

/*
 * What the environment and the files of the AWS tools say of the place is
 * written down: a store that was tried here must not be another one in a
 * shell, or a service, that has not the same variables.
 */
static int
pin(struct ses_init *i, struct seshat_err *err)
{
	const char *region = getenv("AWS_REGION");
	struct ses_buf endpoint = {0};
	struct ses_store *s = NULL;
	const char *query;
	int rc = -1;

	if (ses_store_open(&s, i->url.data, &i->c.access, err) < 0)
		goto out;
	query = strchr(ses_store_name(s), '?');
	if (query != NULL)
		(void)ses_url_param(query + 1, "endpoint", &endpoint);
	if (region == NULL || region[0] == '\0')
		region = getenv("AWS_DEFAULT_REGION");
	if ((region != NULL && region[0] == '\0') ||
	    ses_init_is_hub(i->url.data))
		region = NULL;
	query = strchr(i->url.data, '?');
	if (query == NULL || strstr(query, "region=") == NULL)
		rc = add_param(&i->url, "region", region, err);
	else
		rc = 0;
	query = strchr(i->url.data, '?');
	if (rc == 0 && endpoint.len > 0 &&
	    (query == NULL || strstr(query, "endpoint=") == NULL))
		rc = add_param(
		    &i->url, "endpoint", ses_buf_cstr(&endpoint), err);
out:
	ses_store_free(s);
	ses_buf_free(&endpoint);
	return rc;
}

int
ses_init_url(struct ses_init *i, const char *store,
    const struct ses_init_place *place, struct seshat_err *err)
{
	int is_hub;

	ses_buf_clear(&i->url);
	if (absolute(i, store, err) < 0)
		return -1;
	is_hub = ses_init_is_hub(i->url.data);
	if (!is_hub && !ses_str_starts(i->url.data, "s3://"))
		return place->endpoint == NULL && place->region == NULL &&
			       place->profile == NULL
			   ? 0
			   : ses_fail(err, SESHAT_EUSAGE,
				 "--endpoint, --region and --profile are for "
				 "buckets (--store s3://bucket)");
	if (is_hub && (place->region != NULL || place->profile != NULL))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--region and --profile are for buckets that speak S3 "
		    "(--store s3://bucket)");
	if (add_param(&i->url, "endpoint", place->endpoint, err) < 0 ||
	    add_param(&i->url, "region", place->region, err) < 0 ||
	    add_param(&i->url, "profile", place->profile, err) < 0)
		return -1;
	return pin(i, err);
}

const char *
ses_init_keys(const struct ses_init *i)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_s3_login login = {0};
	const char *from = NULL;

	if (ses_s3_login_find(&login, "", &i->c.access, &ignored) == 0)
		from = login.from;
	ses_s3_login_free(&login);
	return from;
}

const char *
ses_init_token(const struct ses_init *i)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_hf_login login = {0};
	const char *from = NULL;

	if (ses_hf_login_find(&login, &i->c.access, &ignored) == 0)
		from = login.from;
	ses_hf_login_free(&login);
	return from;
}

int
ses_init_keep_keys(
    struct ses_init *i, const char *store, struct seshat_err *err)
{
	static const struct {
		const char *name;
		int kind;
		int is_hub;
	} vars[] = {{"AWS_ACCESS_KEY_ID", SES_SET_ACCESS_KEY, 0},
	    {"AWS_SECRET_ACCESS_KEY", SES_SET_SECRET_KEY, 0},
	    {"AWS_SESSION_TOKEN", SES_SET_SESSION_TOKEN, 0},
	    {"HF_TOKEN", SES_SET_HF_TOKEN, 1}};
	const char *v;
	size_t n;

	for (n = 0; n < sizeof(vars) / sizeof(vars[0]); n++) {
		if (vars[n].is_hub != ses_init_is_hub(store))
			continue;
		v = getenv(vars[n].name);
		if ((v == NULL || v[0] == '\0') &&
		    vars[n].kind == SES_SET_SESSION_TOKEN)
			continue;
		if (v == NULL || v[0] == '\0')
			return ses_fail(err, SESHAT_EUSAGE,
			    "--save-keys keeps those of the environment, and "
			    "%s is not set",
			    vars[n].name);
		if (ses_settings_set(&i->set, vars[n].kind, v, err) < 0)
			return ses_fail_in(err, "$%s", vars[n].name);
	}
	return 0;
}
