#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/str.h"
#include "serve/target.h"

/* "http://host/path": what stands behind the scheme; NULL when it is not. */
static char *
authority(char *text)
{
	return strncasecmp(text, "http://", 7) == 0 ? text + 7 : NULL;
}

int
ses_target_split(struct ses_target *t, const char *text, struct seshat_err *err)
{
	char *mark;

	if (strnlen(text, SES_REQUEST_URL_MAX + 1) > SES_REQUEST_URL_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "the URL is too long");
	t->text = ses_str_dup(text);
	if (t->text == NULL)
		return ses_fail_nomem(err);
	t->query = t->text + strlen(t->text);
	mark = strchr(t->text, '?');
	if (mark != NULL) {
		*mark = '\0';
		t->query = mark + 1;
	}
	t->path = t->text;
	t->authority = authority(t->text);
	if (t->authority != NULL) {
		mark = strchr(t->authority, '/');
		if (mark == NULL)
			return ses_fail(
			    err, SESHAT_EUSAGE, "the URL has no path");
		/* make room for a NUL: the host moves one to the left */
		memmove(t->authority - 1, t->authority,
		    (size_t)(mark - t->authority));
		t->authority--;
		mark[-1] = '\0';
		t->path = mark;
	}
	if (t->path[0] != '/')
		return ses_fail(err, SESHAT_EUSAGE, "the URL is not a path");
	return 0;
}

void
ses_target_free(struct ses_target *t)
{
	free(t->text);
	memset(t, 0, sizeof(*t));
}

static int
bad_byte(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* Decode in place; with plus, a "+" is a space. */
static int
decode(char *s, int plus, struct seshat_err *err)
{
	const char *start = s;
	unsigned char c;
	char *to = s;

	for (; *s != '\0'; s++) {
		c = (unsigned char)*s;
		if (c == '%') {
			if (ses_unhex(s + 1, 1, &c) < 0)
				return ses_fail(err, SESHAT_EUSAGE,
				    "the URL has a '%%' without two digits");
			s += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		if (bad_byte(c))
			return ses_fail(err, SESHAT_EUSAGE,
			    "the URL has a control character");
		*to++ = (char)c;
	}
	*to = '\0';
	if (!ses_str_is_utf8(start, (size_t)(to - start)))
		return ses_fail(err, SESHAT_EUSAGE, "the URL is not UTF-8");
	return 0;
}

/* Whether all parts of what stood between two "/" are names; it was empty, or
 * else none of them is. */
static int
is_name(const char *s)
{
	const char *p = s;
	size_t n;

	if (*s == '\0')
		return 1;
	for (;;) {
		n = strcspn(p, "/");
		if (n == 0 || (n <= 2 && strncmp(p, "..", n) == 0))
			return 0;
		if (p[n] == '\0')
			return 1;
		p += n + 1;
	}
}

int
ses_target_segments(char *path, const char *segment[SES_REQUEST_SEGMENTS],
    struct seshat_err *err)
{
	char *next = path + 1;
	char *s;
	int n = 0;

	while (next != NULL) {
		s = next;
		next = strchr(s, '/');
		if (next != NULL)
			*next++ = '\0';
		if (n == SES_REQUEST_SEGMENTS)
			return ses_fail(err, SESHAT_EUSAGE,
			    "the path has more than %d parts",
			    SES_REQUEST_SEGMENTS);
		if (decode(s, 0, err) < 0)
			return -1;
		if (!is_name(s))
			return ses_fail(err, SESHAT_EUSAGE,
			    "the path has a part that cannot be a name");
		segment[n++] = s;
	}
	return n;
}

int
ses_target_query(char *query, struct ses_request *r, struct seshat_err *err)
{
	char *next = query;
	char *name;
	char *value;

	while (next != NULL && *next != '\0') {
		name = next;
		next = strchr(name, '&');
		if (next != NULL)
			*next++ = '\0';
		if (*name == '\0')
			continue;
		if (r->n_params == SES_REQUEST_PARAMS)
			return ses_fail(err, SESHAT_EUSAGE,
			    "more than %d parameters", SES_REQUEST_PARAMS);
		value = strchr(name, '=');
		if (value != NULL)
			*value++ = '\0';
		if (decode(name, 1, err) < 0 ||
		    (value != NULL && decode(value, 1, err) < 0))
			return -1;
		r->param[r->n_params].name = name;
		r->param[r->n_params++].value = value != NULL ? value : "";
	}
	return 0;
}
