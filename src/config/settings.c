#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "config/settings.h"

#define NAME_MAX_BYTES 200 /* of a project or an agent */
#define LIST_MAX       100 /* values of a list */

#define LETTERS                                                                \
	"abcdefghijklmnopqrstuvwxyz"                                           \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static const struct {
	const char *yaml;       /* NULL: not a key there */
	const char *tracecraft; /* NULL: not a field there */
	int secret;
	int harmless;
	int list;
} kinds[SES_SET_KINDS] = {
    [SES_SET_STORE] = {"store", NULL, 0, 0, 0},
    [SES_SET_PROJECT] = {"project", "project", 0, 1, 0},
    [SES_SET_AGENT] = {"agent", "agent_id", 0, 1, 0},
    [SES_SET_ENDPOINT] = {"endpoint", "endpoint", 0, 0, 0},
    [SES_SET_REGION] = {"region", NULL, 0, 0, 0},
    [SES_SET_INSECURE_HTTP] = {"insecure_http", NULL, 0, 0, 0},
    [SES_SET_PUBLIC] = {"public", NULL, 0, 0, 0},
    [SES_SET_PROFILE] = {"profile", NULL, 0, 0, 0},
    [SES_SET_ACCESS_KEY] = {"access_key", "access_key", 1, 0, 0},
    [SES_SET_SECRET_KEY] = {"secret_key", "secret_key", 1, 0, 0},
    [SES_SET_SESSION_TOKEN] = {"session_token", NULL, 1, 0, 0},
    [SES_SET_HF_TOKEN] = {"hf_token", "hf_token", 1, 0, 0},
    [SES_SET_BACKEND] = {NULL, "backend", 0, 0, 0},
    [SES_SET_BUCKET] = {NULL, "bucket", 0, 0, 0},
    [SES_SET_ROOTS] = {"roots", NULL, 0, 0, 1},
};

const char *
ses_setting_name(int kind)
{
	return kinds[kind].yaml != NULL ? kinds[kind].yaml
					: kinds[kind].tracecraft;
}

int
ses_setting_is_secret(int kind)
{
	return kinds[kind].secret;
}

int
ses_setting_is_harmless(int kind)
{
	return kinds[kind].harmless;
}

int
ses_setting_is_login(int kind)
{
	return kind == SES_SET_PROFILE || kind == SES_SET_ACCESS_KEY ||
	       kind == SES_SET_SECRET_KEY || kind == SES_SET_SESSION_TOKEN;
}

int
ses_setting_is_list(int kind)
{
	return kinds[kind].list;
}

void
ses_settings_free(struct ses_settings *s)
{
	size_t i;

	for (i = 0; i < SES_SET_KINDS; i++)
		free(s->v[i]);
	ses_node_free(s->rules);
	*s = (struct ses_settings){0};
}

/* Text of one line that a terminal shows as it is: values end up in tables,
 * in JSON and in the headers of requests. */
static int
check_text(int kind, const char *value, struct seshat_err *err)
{
	struct ses_buf safe = {0};
	int rc = 0;

	ses_str_safe(value, strlen(value), &safe);
	if (strcmp(ses_buf_cstr(&safe), value) != 0)
		rc = ses_fail(err, SESHAT_EFORMAT,
		    "%s holds a line break, a control character or bytes that "
		    "are not UTF-8",
		    ses_setting_name(kind));
	if (ses_buf_check(&safe, err) < 0)
		rc = -1;
	ses_buf_free(&safe);
	return rc;
}

static int
check_project(const char *value, struct seshat_err *err)
{
	if (value[strspn(value, LETTERS "._-")] != '\0' ||
	    strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "project '%.100s': only letters, digits, '.', '_' and '-' "
		    "are allowed",
		    value);
	if (strcmp(value, "ids") == 0 || strcmp(value, "removed") == 0 ||
	    strcmp(value, "index") == 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "project '%s': the store uses this name itself; take "
		    "another",
		    value);
	return 0;
}

/* "scheme://host", and no "user:password@", which would be printed and kept
 * wherever the URL is; so the value itself is not in the messages. */
static int
check_url(int kind, const char *value, struct seshat_err *err)
{
	const char *host = strstr(value, "://");

	if (kind == SES_SET_STORE && value[0] == '/')
		return 0;
	if (kind == SES_SET_STORE && (host == NULL || host == value))
		return ses_fail(err, SESHAT_EFORMAT,
		    "store is neither a URL (scheme://...) nor an absolute "
		    "path");
	if (kind == SES_SET_ENDPOINT && !ses_str_starts(value, "http://") &&
	    !ses_str_starts(value, "https://"))
		return ses_fail(err, SESHAT_EFORMAT,
		    "endpoint does not begin with http:// or https://");
	host += strlen("://");
	if (memchr(host, '@', strcspn(host, "/?#")) != NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: a URL must not hold a user or a password (they belong "
		    "into access_key and secret_key, or the environment)",
		    ses_setting_name(kind));
	return 0;
}

/* Of tracecraft's bucket, and of the words that are one of a few. */
static int
check_word(int kind, const char *value, struct seshat_err *err)
{
	if (kind == SES_SET_BACKEND && strcmp(value, "s3") != 0 &&
	    strcmp(value, "hf") != 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "unknown backend '%.40s' (s3 or hf)", value);
	if (kind == SES_SET_BUCKET &&
	    value[strspn(value, LETTERS "._-/")] != '\0')
		return ses_fail(err, SESHAT_EFORMAT,
		    "bucket '%.100s': only letters, digits, '.', '_', '-' and "
		    "'/' are allowed",
		    value);
	if ((kind == SES_SET_INSECURE_HTTP || kind == SES_SET_PUBLIC) &&
	    strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s '%.40s': true or false is expected",
		    ses_setting_name(kind), value);
	return 0;
}

static int
check_value(int kind, const char *value, struct seshat_err *err)
{
	if (value[0] == '\0')
		return ses_fail(
		    err, SESHAT_EFORMAT, "%s is empty", ses_setting_name(kind));
	if (check_text(kind, value, err) < 0)
		return -1;
	if (kind == SES_SET_PROJECT && check_project(value, err) < 0)
		return -1;
	if ((kind == SES_SET_PROJECT || kind == SES_SET_AGENT) &&
	    strlen(value) > NAME_MAX_BYTES)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s is longer than %d bytes", ses_setting_name(kind),
		    NAME_MAX_BYTES);
	if (kind == SES_SET_STORE || kind == SES_SET_ENDPOINT)
		return check_url(kind, value, err);
	if (kind == SES_SET_ROOTS && value[0] != '/' &&
	    !ses_str_starts(value, "~/"))
		return ses_fail(err, SESHAT_EFORMAT,
		    "roots: '%.100s' neither begins with '/' nor with '~/'",
		    value);
	return check_word(kind, value, err);
}

int
ses_settings_set_any(
    struct ses_settings *s, int kind, const char *value, struct seshat_err *err)
{
	char *copy = ses_str_dup(value);

	if (copy == NULL)
		return ses_fail_nomem(err);
	free(s->v[kind]);
	s->v[kind] = copy;
	return 0;
}

int
ses_settings_set(
    struct ses_settings *s, int kind, const char *value, struct seshat_err *err)
{
	struct ses_buf list = {0};
	const char *p;
	int n = 1;
	int rc;

	if (check_value(kind, value, err) < 0)
		return -1;
	if (!kinds[kind].list || s->v[kind] == NULL)
		return ses_settings_set_any(s, kind, value, err);
	for (p = s->v[kind]; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	if (n == LIST_MAX)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: more than %d are too many", ses_setting_name(kind),
		    LIST_MAX);
	ses_buf_fmt(&list, "%s\n%s", s->v[kind], value);
	(void)ses_buf_cstr(&list);
	rc = ses_buf_check(&list, err);
	if (rc == 0)
		rc = ses_settings_set_any(s, kind, list.data, err);
	ses_buf_free(&list);
	return rc;
}

static int
find_kind(enum ses_setting_names names, const char *key)
{
	const char *known;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++) {
		known = names == SES_NAMES_TRACECRAFT ? kinds[i].tracecraft
						      : kinds[i].yaml;
		if (known != NULL && strcmp(known, key) == 0)
			return i;
	}
	return -1;
}

int
ses_settings_take(struct ses_settings *s, enum ses_setting_names names,
    const char *key, const char *value, struct seshat_err *err)
{
	int kind = find_kind(names, key);

	if (kind < 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "unknown key '%.60s'", key);
	if (s->seen >> kind & 1)
		return ses_fail(
		    err, SESHAT_EFORMAT, "'%s' stands there twice", key);
	s->seen |= 1U << kind;
	if (value != NULL && ses_settings_set(s, kind, value, err) < 0)
		return -1;
	return kind;
}
