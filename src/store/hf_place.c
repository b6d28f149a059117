#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "store/hf.h"

#define NAME_LONGEST                                                           \
	96 /* of a namespace or a bucket, as the clients have it               \
	    */

static const char *const params[] = {"endpoint", NULL};

/* As Hugging Face's clients check them. */
static int
is_name(const char *p, size_t len)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t i;

	if (len == 0 || len > NAME_LONGEST || strspn(p, ok) < len ||
	    strchr("-.", p[0]) != NULL || strchr("-.", p[len - 1]) != NULL)
		return 0;
	for (i = 1; i < len; i++)
		if (p[i] == p[i - 1] && (p[i] == '-' || p[i] == '.'))
			return 0;
	return len < 4 || memcmp(p + len - 4, ".git", 4) != 0;
}

int
ses_hf_is_path(const char *path)
{
	size_t len;

	/* "no ../", and not ending in ".." */
	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (len >= 2 && memcmp(path + len - 2, "..", 2) == 0)
			return 0;
		if (path[len] == '\0')
			return 1;
	}
}

/* "/namespace/name[/prefix]" */
static int
place_bucket(struct ses_hf *s, const struct ses_url *u, const char *url,
    struct seshat_err *err)
{
	const char *space = u->path.data;
	const char *name;
	size_t space_len;
	size_t name_len;

	space += *space == '/';
	space_len = strcspn(space, "/");
	name = space + space_len;
	name += *name == '/';
	name_len = strcspn(name, "/");
	if (strcmp(u->host.data, "buckets") != 0 || u->port != 0 ||
	    !is_name(space, space_len) || !is_name(name, name_len))
		return ses_fail(err, SESHAT_EUSAGE,
		    "%.200s: hf://buckets/NAMESPACE/NAME[/PREFIX] is expected",
		    url);
	ses_buf_fmt(&s->bucket, "%.*s/%.*s", (int)space_len, space,
	    (int)name_len, name);
	(void)ses_buf_cstr(&s->bucket);
	if (ses_buf_check(&s->bucket, err) < 0 ||
	    ses_far_prefix(name + name_len, &s->prefix, err) < 0)
		return -1;
	return ses_hf_is_path(s->prefix.data) &&
		       strchr(s->prefix.data, '\\') == NULL
		   ? 0
		   : ses_fail(err, SESHAT_EUSAGE,
			 "%.200s: Hugging Face takes no such path", url);
}

/* The configuration's endpoint is that of another kind of bucket: a token of
 * Hugging Face is nothing for its server. */
static int
place_hub(struct ses_hf *s, const struct ses_url *u,
    const struct ses_store_access *access, struct seshat_err *err)
{
	const char *named = getenv("HF_ENDPOINT");
	struct ses_buf v = {0};
	int rc = ses_url_param(u->query.data, "endpoint", &v);

	if (rc < 0) {
		ses_buf_free(&v);
		return ses_fail(err, SESHAT_EUSAGE,
		    "the parameter endpoint stands twice or badly encoded in "
		    "the store's URL");
	}
	if (rc == 0)
		ses_buf_str(
		    &v, named != NULL && named[0] != '\0' ? named : SES_HF_URL);
	(void)ses_buf_cstr(&v);
	rc = ses_buf_check(&v, err);
	if (rc == 0)
		rc = ses_far_endpoint(&s->hub, v.data, access, err);
	if (rc == 0)
		s->is_usual = strcmp(s->hub.scheme.data, "https") == 0 &&
			      strcmp(s->hub.host.data, "huggingface.co") == 0 &&
			      s->hub.base.len == 0;
	ses_buf_free(&v);
	return rc;
}

int
ses_hf_place(struct ses_hf *s, const char *url,
    const struct ses_store_access *access, struct seshat_err *err)
{
	const char *ca = getenv("SSL_CERT_FILE");
	struct ses_url u = {0};
	const char *odd;
	size_t len;
	int rc = -1;

	if (ses_url_parse(&u, url, err) < 0)
		return -1;
	s->ca_file = ca != NULL && ca[0] != '\0' ? ca : NULL;
	odd = ses_url_odd_param(u.query.data, params, &len);
	if (odd != NULL)
		ses_fail(err, SESHAT_EUSAGE,
		    "%.200s: the parameter '%.*s' is not known (endpoint)", url,
		    (int)len, odd);
	else if (place_bucket(s, &u, url, err) == 0)
		rc = place_hub(s, &u, access, err);
	ses_url_free(&u);
	return rc;
}
