/* Strict JSON: RFC 8259, well-formed UTF-8, bounded depth. */
#include <string.h>

#include "base/json.h"
#include "base/json_plain.h"
#include "base/utf8.h"

struct check {
	const char *p;
	const char *end;
};

static void
space(struct check *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' ||
				    *c->p == '\t' || *c->p == '\r'))
		c->p++;
}

static int
take(struct check *c, char what)
{
	if (c->p >= c->end || *c->p != what)
		return -1;
	c->p++;
	return 0;
}

static int
word(struct check *c, const char *w)
{
	size_t len = strlen(w);

	if ((size_t)(c->end - c->p) < len || memcmp(c->p, w, len) != 0)
		return -1;
	c->p += len;
	return 0;
}

static size_t
digits(struct check *c)
{
	const char *from = c->p;

	while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
		c->p++;
	return (size_t)(c->p - from);
}

static int
number(struct check *c)
{
	(void)take(c, '-');
	if (take(c, '0') < 0 && digits(c) == 0)
		return -1;
	if (take(c, '.') == 0 && digits(c) == 0)
		return -1;
	if (take(c, 'e') == 0 || take(c, 'E') == 0) {
		if (take(c, '+') < 0)
			(void)take(c, '-');
		if (digits(c) == 0)
			return -1;
	}
	return 0;
}

static int
escape(struct check *c)
{
	int i;

	if (c->p >= c->end || *c->p == '\0' ||
	    strchr("\"\\/bfnrtu", *c->p) == NULL)
		return -1;
	if (*c->p++ != 'u')
		return 0;
	for (i = 0; i < 4; i++, c->p++)
		if (c->p >= c->end || *c->p == '\0' ||
		    strchr("0123456789abcdefABCDEF", *c->p) == NULL)
			return -1;
	return 0;
}

static int
string(struct check *c)
{
	uint32_t u = 0;
	size_t n;

	if (take(c, '"') < 0)
		return -1;
	for (;;) {
		c->p = ses_json_plain(c->p, c->end);
		if (c->p >= c->end)
			return -1;
		if (*c->p == '"') {
			c->p++;
			return 0;
		}
		if (*c->p == '\\') {
			c->p++;
			if (escape(c) < 0)
				return -1;
			continue;
		}
		n = ses_utf8_next(c->p, (size_t)(c->end - c->p), &u);
		if (n == 0 || u < 0x20)
			return -1;
		c->p += n;
	}
}

static int
scalar(struct check *c)
{
	if (c->p >= c->end)
		return -1;
	switch (*c->p) {
	case '"':
		return string(c);
	case 't':
		return word(c, "true");
	case 'f':
		return word(c, "false");
	case 'n':
		return word(c, "null");
	default:
		return number(c);
	}
}

/* A member's name and colon, inside an object. */
static int
name(struct check *c)
{
	if (string(c) < 0)
		return -1;
	space(c);
	if (take(c, ':') < 0)
		return -1;
	space(c);
	return 0;
}

/* After a value: close what ends here, or go on to the next value.  1: a
 * value must follow, 0: all is closed. */
static int
after_value(struct check *c, char *open, size_t *depth)
{
	while (*depth > 0) {
		space(c);
		if (take(c, ',') == 0) {
			space(c);
			if (open[*depth - 1] == '}' && name(c) < 0)
				return -1;
			return 1;
		}
		if (take(c, open[*depth - 1]) < 0)
			return -1;
		--*depth;
	}
	return 0;
}

static int
value(struct check *c)
{
	char open[SES_JSON_DEPTH];
	size_t depth = 0;
	int more = 1;

	while (more == 1) {
		if (c->p < c->end && (*c->p == '{' || *c->p == '[')) {
			if (depth == sizeof(open))
				return -1;
			open[depth++] = *c->p++ == '{' ? '}' : ']';
			space(c);
			if (c->p >= c->end)
				return -1;
			if (*c->p != open[depth - 1]) {
				if (open[depth - 1] == '}' && name(c) < 0)
					return -1;
				continue;
			}
			c->p++;
			depth--;
		} else if (scalar(c) < 0) {
			return -1;
		}
		more = after_value(c, open, &depth);
	}
	return more;
}

int
ses_json_take(const char **p, const char *end, struct ses_json *out)
{
	struct check c = {*p, end};
	const char *from = *p;
	int nested = from < end && (*from == '{' || *from == '[');
	int rc = nested ? value(&c) : scalar(&c);

	*p = c.p;
	if (rc < 0)
		return -1;
	*out = (struct ses_json){from, (size_t)(c.p - from), *from};
	if (*from == '-' || (*from >= '0' && *from <= '9'))
		out->type = '0';
	return 0;
}

int
ses_json_parse(
    const char *text, size_t len, struct ses_json *out, struct seshat_err *err)
{
	struct check c = {text, text + len};
	struct ses_json v;

	space(&c);
	if (ses_json_take(&c.p, c.end, &v) == 0) {
		space(&c);
		if (c.p == c.end) {
			*out = v;
			return 0;
		}
	}
	return ses_fail(err, SESHAT_EFORMAT, "not valid JSON at byte %zu",
	    (size_t)(c.p - text));
}
