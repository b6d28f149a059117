#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/str.h"
#include "net/url.h"

#define URL_MAX 4096

static void
add_lower(struct ses_buf *out, const char *text, size_t len)
{
	char c;

	for (; len > 0; len--, text++) {
		c = *text;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		ses_buf_add(out, &c, 1);
	}
}

static int
bad(struct ses_url *u, const char *text, const char *why,
    struct seshat_err *err)
{
	ses_url_free(u);
	/* it may hold a password */
	return strchr(text, '@') != NULL
		   ? ses_fail(err, SESHAT_EUSAGE, "this is no URL: %s", why)
		   : ses_fail(err, SESHAT_EUSAGE, "'%.200s' is no URL: %s",
			 text, why);
}

static int
has_odd(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text >= 0x7f || *text == '\\')
			return 1;
	return strlen(text) > URL_MAX;
}

static size_t
host_len(const char *p)
{
	size_t len;

	if (*p != '[')
		return strspn(p, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	len = 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
	return p[len] == ']' ? len + 1 : 0;
}

static int
parse_port(const char **p, unsigned *port)
{
	unsigned v = 0;
	size_t n = 0;

	for (; **p >= '0' && **p <= '9' && n < 6; (*p)++, n++)
		v = v * 10 + (unsigned)(**p - '0');
	*port = v;
	return n > 0 && v > 0 && v < 65536 ? 0 : -1;
}

int
ses_url_parse(struct ses_url *u, const char *text, struct seshat_err *err)
{
	const char *p = strstr(text, "://");
	size_t len;

	*u = (struct ses_url){0};
	if (p == NULL || p == text)
		return bad(u, text, "it has no scheme", err);
	if (strlen(text) > URL_MAX || has_odd(text))
		return bad(
		    u, text, "it is too long or has odd characters", err);
	add_lower(&u->scheme, text, (size_t)(p - text));
	p += 3;
	len = strcspn(p, "/?#");
	if (memchr(p, '@', len) != NULL)
		return bad(u, text, "credentials do not belong into it", err);
	len = host_len(p);
	if (len == 0)
		return bad(u, text, "it names no host", err);
	add_lower(&u->host, p, len);
	p += len;
	if (*p == ':') {
		p++;
		if (parse_port(&p, &u->port) < 0)
			return bad(u, text, "its port is none", err);
	}
	len = strcspn(p, "?#");
	if (len > 0 && *p != '/')
		return bad(u, text, "its host has odd characters", err);
	ses_buf_add(&u->path, p, len);
	p += len;
	if (*p == '?') {
		len = strcspn(++p, "#");
		ses_buf_add(&u->query, p, len);
		p += len;
	}
	if (*p == '#')
		return bad(u, text, "it has a fragment", err);
	(void)ses_buf_cstr(&u->scheme);
	(void)ses_buf_cstr(&u->host);
	(void)ses_buf_cstr(&u->path);
	(void)ses_buf_cstr(&u->query);
	if (u->scheme.bad || u->host.bad || u->path.bad || u->query.bad) {
		ses_url_free(u);
		return ses_fail_nomem(err);
	}
	return 0;
}

void
ses_url_free(struct ses_url *u)
{
	ses_buf_free(&u->scheme);
	ses_buf_free(&u->host);
	ses_buf_free(&u->path);
	ses_buf_free(&u->query);
	*u = (struct ses_url){0};
}

int
ses_url_is_loopback(const struct ses_url *u)
{
	const char *host = u->host.data;

	/* a name below localhost is loopback by RFC 6761; libcurl knows that,
	 * and asks nobody for it */
	return strcmp(host, "localhost") == 0 ||
	       ses_str_ends(host, ".localhost") || strcmp(host, "[::1]") == 0 ||
	       (ses_str_starts(host, "127.") &&
		   host[strspn(host, "0123456789.")] == '\0');
}

int
ses_url_may_follow(const char *url, int insecure_http)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_url u;
	int rc;

	if (ses_url_parse(&u, url, &ignored) < 0)
		return 0;
	rc = strcmp(ses_buf_cstr(&u.scheme), "https") == 0 ||
	     (strcmp(u.scheme.data, "http") == 0 &&
		 (insecure_http || ses_url_is_loopback(&u)));
	ses_url_free(&u);
	return rc;
}

static int
is_plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

void
ses_url_encode(
    struct ses_buf *out, const char *text, size_t len, int keep_slashes)
{
	for (; len > 0; len--, text++) {
		if (is_plain(*text) || (keep_slashes && *text == '/'))
			ses_buf_add(out, text, 1);
		else
			ses_buf_fmt(out, "%%%02X", (unsigned char)*text);
	}
}

int
ses_url_decode(struct ses_buf *out, const char *text, size_t len, int plus)
{
	const char *end = text + len;
	unsigned char c;

	for (; text < end; text++) {
		c = (unsigned char)*text;
		if (c == '%') {
			if (end - text < 3 || ses_unhex(text + 1, 1, &c) < 0)
				return -1;
			text += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		ses_buf_add(out, &c, 1);
	}
	return 0;
}

int
ses_url_param(const char *query, const char *name, struct ses_buf *out)
{
	size_t name_len = strlen(name);
	const char *value = NULL;
	size_t len;

	for (; *query != '\0'; query += len + (query[len] == '&')) {
		len = strcspn(query, "&");
		if (len < name_len || memcmp(query, name, name_len) != 0 ||
		    (len > name_len && query[name_len] != '='))
			continue;
		if (value != NULL)
			return -1;
		value = query + name_len + (query[name_len] == '=');
	}
	if (value == NULL)
		return 0;
	return ses_url_decode(out, value, strcspn(value, "&"), 0) < 0 ? -1 : 1;
}

const char *
ses_url_odd_param(const char *query, const char *const *names, size_t *len)
{
	size_t part;
	size_t i;

	for (; *query != '\0'; query += part + (query[part] == '&')) {
		part = strcspn(query, "&");
		*len = strcspn(query, "=&");
		for (i = 0; names[i] != NULL; i++)
			if (strlen(names[i]) == *len &&
			    memcmp(query, names[i], *len) == 0)
				break;
		if (names[i] == NULL && part > 0)
			return query;
	}
	return NULL;
}
