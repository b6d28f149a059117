#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/spawn.h"
#include "base/str.h"
#include "github/host.h"
#include "github/hosts_file.h"
#include "net/url.h"

#define GH_SECONDS 10
#define TOKEN_MAX  1024

/* A variable that is set to something, or NULL. */
static const char *
variable(const char *name)
{
	const char *v = getenv(name);

	return v == NULL || v[0] == '\0' ? NULL : v;
}

void
ses_github_host_free(struct ses_github_host *h)
{
	ses_buf_free(&h->name);
	ses_buf_free(&h->api);
	ses_buf_free(&h->web);
	*h = (struct ses_github_host){0};
}

/* What stands before the last part of a name that belongs to a home goes:
 * "gist." of "gist.github.com"; of a home with tenants one part more stays, as
 * "octo.ghe.com" of "api.octo.ghe.com". */
static void
cut_to(struct ses_buf *name, size_t from, const char *home, int has_tenants)
{
	const char *text = name->data + from;
	size_t len = strlen(text);
	size_t keep = strlen(home);

	if (len <= keep || !ses_str_ends(text, home) ||
	    text[len - keep - 1] != '.')
		return;
	if (has_tenants)
		for (keep++; keep < len && text[len - keep - 1] != '.'; keep++)
			continue;
	memmove(name->data + from, text + len - keep, keep + 1);
	name->len = from + keep;
}

void
ses_github_host_normal(const char *name, size_t len, struct ses_buf *out)
{
	size_t from = out->len;
	size_t i;
	char c;

	for (i = 0; i < len; i++) {
		c = name[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		ses_buf_add(out, &c, 1);
	}
	(void)ses_buf_cstr(out);
	if (out->bad)
		return;
	cut_to(out, from, "github.com", 0);
	cut_to(out, from, "github.localhost", 0);
	cut_to(out, from, "ghe.com", 1);
}

static int
is_enterprise(const char *name)
{
	return strcmp(name, "github.com") != 0 &&
	       strcmp(name, "github.localhost") != 0 &&
	       !ses_str_ends(name, ".ghe.com");
}

/* The only host in hosts.yml. */
struct only {
	struct ses_buf name;
	size_t n;
};

static int
count_host(void *arg, const char *host, const char *token)
{
	struct only *o = arg;

	(void)token;
	if (o->n++ == 0)
		ses_buf_str(&o->name, host);
	return 0;
}

/* "ghes.example.org:8443" of "https://ghes.example.org:8443/x". */
static void
host_of(const char *url, struct ses_buf *out)
{
	const char *p = strstr(url, "://");

	p = p == NULL ? url : p + 3;
	ses_github_host_normal(p, strcspn(p, "/?#"), out);
}

static int
default_name(struct ses_buf *out, struct seshat_err *err)
{
	const char *set = variable("GH_HOST");
	struct only only = {0};
	int rc = 0;

	if (set != NULL) {
		ses_github_host_normal(set, strlen(set), out);
		return 0;
	}
	set = variable("GITHUB_SERVER_URL");
	if (set != NULL) {
		host_of(set, out);
		return 0;
	}
	rc = ses_hosts_file_each(count_host, &only, err);
	if (rc == 0 && only.n == 1)
		ses_github_host_normal(only.name.data, only.name.len, out);
	else
		ses_buf_str(out, "github.com");
	ses_buf_free(&only.name);
	return rc;
}

static int
is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]");

	return name[0] != '\0' && name[n] == '\0';
}

/* Whether a host is the one that runs the workflow we are in. */
static int
is_server(const struct ses_github_host *h)
{
	const char *server = variable("GITHUB_SERVER_URL");
	struct ses_buf of = {0};
	int rc;

	if (server == NULL)
		return 0;
	host_of(server, &of);
	rc = strcmp(ses_buf_cstr(&of), h->name.data) == 0;
	ses_buf_free(&of);
	return rc;
}

/* In a workflow the runner says where the API is. */
static const char *
told_api(const struct ses_github_host *h)
{
	const char *api = variable("GITHUB_API_URL");

	return variable("GITHUB_SERVER_URL") == NULL || is_server(h) ? api
								     : NULL;
}

static int
check_api(
    const struct ses_github_host *h, int insecure_http, struct seshat_err *err)
{
	struct ses_url u;
	int is_local;
	int is_plain;

	if (ses_url_parse(&u, h->api.data, err) < 0)
		return ses_fail_in(err, "GitHub's API");
	is_local = ses_url_is_loopback(&u) ||
		   ses_str_ends(ses_buf_cstr(&u.host), ".localhost");
	is_plain = strcmp(ses_buf_cstr(&u.scheme), "https") != 0;
	ses_url_free(&u);
	if (is_plain && !is_local && !insecure_http)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s would send your token unencrypted (https:// is meant, "
		    "or --insecure-http)",
		    h->api.data);
	return 0;
}

int
ses_github_host_find(struct ses_github_host *h, const char *named,
    int insecure_http, struct seshat_err *err)
{
	const char *api;
	const char *name;

	struct ses_buf usual = {0};

	*h = (struct ses_github_host){0};
	/* a damaged hosts.yml is told of by who needs it */
	if (default_name(&usual, err) < 0 && named == NULL)
		return -1;
	if (named != NULL)
		ses_github_host_normal(named, strlen(named), &h->name);
	else
		ses_buf_str(&h->name, ses_buf_cstr(&usual));
	name = ses_buf_cstr(&h->name);
	h->is_trusted = strcmp(name, ses_buf_cstr(&usual)) == 0 ||
			ses_github_host_known(name);
	ses_buf_free(&usual);
	if (ses_buf_check(&h->name, err) < 0)
		return -1;
	if (!is_name(name)) {
		ses_fail(err, SESHAT_EUSAGE, "'%s' is no host name", name);
		ses_github_host_free(h);
		return -1;
	}
	h->enterprise = is_enterprise(name);
	api = told_api(h);
	if (api != NULL)
		ses_buf_str(&h->api, api);
	else if (strcmp(name, "github.localhost") == 0)
		ses_buf_str(&h->api, "http://api.github.localhost");
	else if (h->enterprise)
		ses_buf_fmt(&h->api, "https://%s/api/v3", name);
	else
		ses_buf_fmt(&h->api, "https://api.%s", name);
	while (h->api.len > 0 && h->api.data[h->api.len - 1] == '/')
		h->api.len--;
	ses_buf_fmt(&h->web, "https://%s", name);
	(void)ses_buf_cstr(&h->api);
	(void)ses_buf_cstr(&h->web);
	if (ses_buf_check(&h->api, err) < 0 || ses_buf_check(&h->web, err) < 0)
		return -1;
	return check_api(h, insecure_http, err);
}

/* An enterprise's server may have a name of its own for its gists. */
static int
is_below(const struct ses_github_host *h, const char *name)
{
	if (!h->enterprise ||
	    (!ses_str_starts(name, "gist.") && !ses_str_starts(name, "raw.")))
		return 0;
	return strcmp(strchr(name, '.') + 1, h->name.data) == 0;
}

int
ses_github_host_has(
    const struct ses_github_host *h, const char *name, size_t len)
{
	static const char port[] = ":443"; /* that of https, which it is */
	struct ses_buf given = {0};
	struct ses_buf api = {0};
	int rc = 0;

	if (len > strlen(port) &&
	    memcmp(name + len - strlen(port), port, strlen(port)) == 0)
		len -= strlen(port);
	ses_github_host_normal(name, len, &given);
	host_of(h->api.data, &api);
	if (ses_buf_cstr(&given)[0] != '\0')
		rc = strcmp(given.data, h->name.data) == 0 ||
		     strcmp(given.data, ses_buf_cstr(&api)) == 0 ||
		     is_below(h, given.data) ||
		     (strcmp(h->name.data, "github.com") == 0 &&
			 strcmp(given.data, "gist.githubusercontent.com") == 0);
	ses_buf_free(&given);
	ses_buf_free(&api);
	return rc;
}

/* One host of the file, compared. */
struct wanted {
	const char *name;
	int found;
	struct ses_buf *token; /* NULL: not wanted */
};

static int
match(void *arg, const char *host, const char *token)
{
	struct wanted *w = arg;
	struct ses_buf normal = {0};

	ses_github_host_normal(host, strlen(host), &normal);
	/* gh ends a name with a port by a colon, that YAML may take for its */
	while (normal.len > 0 && normal.data[normal.len - 1] == ':')
		normal.len--;
	if (strcmp(ses_buf_cstr(&normal), w->name) == 0) {
		w->found = 1;
		if (w->token != NULL && token != NULL)
			ses_buf_str(w->token, token);
	}
	ses_buf_free(&normal);
	return w->found;
}

int
ses_github_host_known(const char *name)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const char *set = variable("GH_HOST");
	struct wanted w = {.name = name};
	struct ses_buf normal = {0};
	int is_set = 0;

	if (set != NULL) {
		ses_github_host_normal(set, strlen(set), &normal);
		is_set = strcmp(ses_buf_cstr(&normal), name) == 0;
		ses_buf_free(&normal);
		return is_set;
	}
	if (strcmp(name, "github.com") == 0)
		return 1;
	(void)ses_hosts_file_each(match, &w, &ignored);
	return w.found;
}

static int
ask_gh(const struct ses_github_host *h, struct ses_buf *out)
{
	const char *gh = variable("GH_PATH");
	const char *argv[] = {gh == NULL ? "gh" : gh, "auth", "token",
	    "--hostname", h->name.data, NULL};
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t from = out->len;

	if (ses_spawn_read(argv, GH_SECONDS, out, &why) != 0)
		out->len = from;
	while (
	    out->len > from && isspace((unsigned char)out->data[out->len - 1]))
		out->len--;
	return out->len > from;
}

static const char *
from_variables(
    const struct ses_github_host *h, enum ses_github_use use, const char **name)
{
	static const char *const ours[] = {"GH_TOKEN", "GITHUB_TOKEN", NULL};
	static const char *const theirs[] = {
	    "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", NULL};
	const char *const *v = h->enterprise ? theirs : ours;

	*name = "SESHAT_GIST_TOKEN";
	if (use == SES_GITHUB_GIST && variable(*name) != NULL)
		return variable(*name);
	for (; *v != NULL; v++) {
		*name = *v;
		if (variable(*v) != NULL)
			return variable(*v);
	}
	/* a workflow's own token is for the server that runs it; gh takes it
	 * in a codespace */
	*name = "GITHUB_TOKEN";
	if (h->enterprise &&
	    ((variable("CODESPACES") != NULL &&
		 strcmp(variable("CODESPACES"), "true") == 0) ||
		is_server(h)))
		return variable(*name);
	return NULL;
}

/* A token goes into a header line. */
static int
check_token(const char *token, const char *from, struct seshat_err *err)
{
	const char *p;

	for (p = token; *p > ' ' && *p < 0x7f; p++)
		continue;
	if (*p != '\0' || p - token > TOKEN_MAX)
		return ses_fail(err, SESHAT_EAUTH,
		    "the token in %s holds characters that no token has", from);
	return 1;
}

int
ses_github_token(const struct ses_github_host *h, enum ses_github_use use,
    struct ses_buf *out, const char **from, struct seshat_err *err)
{
	struct wanted w = {.name = h->name.data, .token = out};
	const char *set = from_variables(h, use, from);
	size_t at = out->len;

	if (!h->is_trusted)
		return 0;
	if (set != NULL) {
		ses_buf_str(out, set);
	} else {
		*from = "gh's hosts.yml";
		if (ses_hosts_file_each(match, &w, err) < 0)
			return -1;
		if (out->len == at) {
			*from = "'gh auth token'";
			if (!ask_gh(h, out))
				return 0;
		}
	}
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return check_token(out->data + at, *from, err);
}
