#include <stdlib.h>
#include <string.h>

#include "redact/dialect.h"
#include "redact/view.h"

#define GROUPS_MAX 200 /* in each other */

struct reading {
	struct ses_dialect *d;
	const char *begin;
	const char *p;
	unsigned depth;
};

static int
fail(const struct reading *r, const char *at, const char *why,
    struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EFORMAT, "at %zu: %s",
	    (size_t)(at - r->begin) + 1, why);
}

/* Append bytes that come from one place. */
static void
put(struct reading *r, const char *at, const char *text, size_t len)
{
	uint32_t place = (uint32_t)(at - r->begin);

	ses_buf_add(&r->d->text, text, len);
	while (len-- > 0)
		ses_buf_add(&r->d->places, &place, sizeof(place));
}

/* Append len bytes as they stand, and move behind them. */
static void
copy(struct reading *r, size_t len)
{
	for (; len > 0; len--, r->p++)
		put(r, r->p, r->p, 1);
}

static void
put_byte(struct reading *r, const char *at, unsigned c)
{
	static const char digits[] = "0123456789abcdef";
	const char hex[] = {'\\', 'x', digits[c >> 4 & 15], digits[c & 15]};

	put(r, at, hex, sizeof(hex));
}

/* A character outside of [ ], so that a repetition takes all of its bytes. */
static void
put_character(struct reading *r, const char *at, unsigned long c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	size_t i;

	if (n == 1) {
		put_byte(r, at, (unsigned)c);
		return;
	}
	put(r, at, "(?:", 3);
	for (i = n; i-- > 0;)
		put_byte(r, at,
		    i + 1 == n ? (unsigned)((0xf00UL >> n & 0xf0) | c >> 6 * i)
			       : (unsigned)(0x80 | (c >> 6 * i & 0x3f)));
	put(r, at, ")", 1);
}

/* The UTF-8 character at r->p, in one piece. */
static void
copy_character(struct reading *r)
{
	const char *at = r->p;

	put(r, at, "(?:", 3);
	do {
		put_byte(r, at, (unsigned char)*r->p++);
	} while (((unsigned char)*r->p & 0xc0) == 0x80);
	put(r, at, ")", 1);
}

/* \x7f and \x{20ac}; r->p stands at the x. */
static int
read_hex(
    struct reading *r, const char *at, unsigned long *c, struct seshat_err *err)
{
	const char *p = r->p + 1;
	size_t len = 2;

	if (*p == '{') {
		p++;
		len = strspn(p, "0123456789abcdefABCDEF");
		if (len == 0 || len > 6 || p[len] != '}')
			return fail(r, at, "\\x{ } holds no number", err);
		r->p = p + len + 1;
	} else {
		if (strspn(p, "0123456789abcdefABCDEF") < len)
			return fail(r, at, "\\x without two hex digits", err);
		r->p = p + len;
	}
	*c = (unsigned long)ses_view_hex(p, len);
	if (*c > 0x10ffff)
		return fail(r, at, "\\x{ } names no character", err);
	return 0;
}

/* \Q...\E; r->p stands at the Q. */
static void
read_quoted(struct reading *r)
{
	r->p++;
	while (*r->p != '\0' && !(r->p[0] == '\\' && r->p[1] == 'E')) {
		if ((unsigned char)*r->p >= 0x80) {
			copy_character(r);
			continue;
		}
		put_byte(r, r->p, (unsigned char)*r->p);
		r->p++;
	}
	r->p += *r->p != '\0' ? 2 : 0;
}

/* The escapes that mean the same everywhere, in [ ] and outside. */
static int
read_common(struct reading *r, const char *at)
{
	switch (*r->p) {
	case 'a':
		put_byte(r, at, '\a');
		break;
	case 'v':
		put_byte(r, at, '\v');
		break;
	case '0':
		put_byte(r, at, 0);
		break;
	default:
		if (*r->p == '\0' || (unsigned char)*r->p >= 0x80 ||
		    (ses_view_alnum(*r->p) &&
			strchr("dDwWsSnrtf", *r->p) == NULL))
			return 0;
		put(r, at, "\\", 1);
		put(r, at, r->p, 1);
	}
	r->p++;
	return 1;
}

static int
fail_escape(const struct reading *r, const char *at, struct seshat_err *err)
{
	char why[] = "\\? is not known here";

	if (*r->p == '\0')
		return fail(r, at, "\\ at the end", err);
	if ((unsigned char)*r->p < 0x80 && *r->p > ' ')
		why[1] = *r->p;
	return fail(r, at, why, err);
}

static int
read_escape(struct reading *r, struct seshat_err *err)
{
	const char *at = r->p++;
	unsigned long c = 0;

	if (read_common(r, at))
		return 0;
	switch (*r->p) {
	case 'x':
		if (read_hex(r, at, &c, err) < 0)
			return -1;
		put_character(r, at, c);
		return 0;
	case 'Q':
		read_quoted(r);
		return 0;
	case 'b':
	case 'B':
	case 'A':
	case 'z':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		put(r, at, "\\", 1);
		put(r, at, r->p++, 1);
		return 0;
	default:
		return fail_escape(r, at, err);
	}
}

/* [:alpha:] or [:^alpha:] at r->p: its length, 0 when it is none. */
static size_t
posix_class(const char *p)
{
	static const char *const names[] = {"alnum", "alpha", "ascii", "blank",
	    "cntrl", "digit", "graph", "lower", "print", "punct", "space",
	    "upper", "word", "xdigit"};
	size_t skip = p[1] == ':' && p[2] == '^' ? 3 : 2;
	size_t len;
	size_t i;

	for (i = 0; p[1] == ':' && i < sizeof(names) / sizeof(names[0]); i++) {
		len = strlen(names[i]);
		if (strncmp(p + skip, names[i], len) == 0 &&
		    p[skip + len] == ':' && p[skip + len + 1] == ']')
			return skip + len + 2;
	}
	return 0;
}

static int
read_class_escape(struct reading *r, struct seshat_err *err)
{
	const char *at = r->p++;
	unsigned long c = 0;

	if (read_common(r, at))
		return 0;
	if (*r->p != 'x')
		return fail_escape(r, at, err);
	if (read_hex(r, at, &c, err) < 0)
		return -1;
	if (c >= 0x80)
		return fail(r, at, "only ASCII is known inside [ ]", err);
	put_byte(r, at, (unsigned)c);
	return 0;
}

static int
read_class(struct reading *r, struct seshat_err *err)
{
	const char *at = r->p;
	size_t len;

	copy(r, r->p[1] == '^' ? 2 : 1);
	if (*r->p == ']') {
		put(r, r->p, "\\", 1);
		copy(r, 1);
	}
	while (*r->p != ']') {
		if (*r->p == '\0')
			return fail(r, at, "[ without its ]", err);
		if ((unsigned char)*r->p >= 0x80)
			return fail(
			    r, r->p, "only ASCII is known inside [ ]", err);
		if (*r->p == '\\') {
			if (read_class_escape(r, err) < 0)
				return -1;
			continue;
		}
		len = *r->p == '[' ? posix_class(r->p) : 0;
		if (*r->p == '[' && len == 0) {
			if (r->p[1] == ':' && strstr(r->p, ":]") != NULL)
				return fail(r, r->p,
				    "no such class of characters", err);
			put(r, r->p, "\\", 1);
		}
		copy(r, len > 0 ? len : 1);
	}
	copy(r, 1);
	return 0;
}

/* (?P<name> and (?<name>: a group like any other. */
static int
read_name(
    struct reading *r, const char *at, const char *name, struct seshat_err *err)
{
	size_t len = strspn(name,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (len == 0 || name[len] != '>')
		return fail(r, at, "a group's name does not end", err);
	put(r, at, "(", 1);
	r->p = name + len + 1;
	return 0;
}

/* (?i), (?i-s:…) */
static int
read_flags(struct reading *r, const char *at, struct seshat_err *err)
{
	size_t len = 2 + strspn(at + 2, "imsU-");

	if (at[len] != ')' && at[len] != ':')
		return fail(r, at, "this kind of (?…) is not known here", err);
	copy(r, len + 1);
	r->depth += at[len] == ':';
	return 0;
}

static int
read_group(struct reading *r, struct seshat_err *err)
{
	const char *at = r->p;
	size_t len = 1;

	if (r->depth == GROUPS_MAX)
		return fail(r, at, "too many groups in each other", err);
	if (at[1] == '*')
		return fail(r, at, "(* is not known here", err);
	if (at[1] != '?') {
		copy(r, len);
	} else if (at[2] == 'P' && at[3] == '<') {
		if (read_name(r, at, at + 4, err) < 0)
			return -1;
	} else if (at[2] == '<' && at[3] != '=' && at[3] != '!') {
		if (read_name(r, at, at + 3, err) < 0)
			return -1;
	} else if (at[2] != '\0' && strchr(":=!>", at[2]) != NULL) {
		copy(r, 3);
	} else if (at[2] == '<') {
		copy(r, 4);
	} else {
		return read_flags(r, at, err);
	}
	r->depth++;
	return 0;
}

/* {2} {2,} {2,5}; anything else in braces stands for itself. */
static int
is_repetition(const char *p)
{
	size_t n = strspn(++p, "0123456789");

	if (n == 0)
		return 0;
	p += n;
	if (*p == ',')
		p += 1 + strspn(p + 1, "0123456789");
	return *p == '}';
}

static int
read_next(struct reading *r, struct seshat_err *err)
{
	switch (*r->p) {
	case '\\':
		return read_escape(r, err);
	case '[':
		return read_class(r, err);
	case '(':
		return read_group(r, err);
	case ')':
		if (r->depth == 0)
			return fail(r, r->p, ") without its (", err);
		r->depth--;
		break;
	case '{':
		if (!is_repetition(r->p))
			put(r, r->p, "\\", 1);
		break;
	default:
		if ((unsigned char)*r->p >= 0x80) {
			copy_character(r);
			return 0;
		}
	}
	copy(r, 1);
	return 0;
}

int
ses_dialect_read(
    struct ses_dialect *d, const char *regex, struct seshat_err *err)
{
	struct reading r = {.d = d, .begin = regex, .p = regex};

	ses_buf_clear(&d->text);
	ses_buf_clear(&d->places);
	if (*regex == '\0')
		return fail(&r, regex, "it is empty", err);
	if (strlen(regex) > SES_DIALECT_MAX)
		return fail(
		    &r, regex + SES_DIALECT_MAX, "longer than 8192 bytes", err);
	while (*r.p != '\0')
		if (read_next(&r, err) < 0)
			return -1;
	if (r.depth > 0)
		return fail(&r, r.p, "( without its )", err);
	(void)ses_buf_cstr(&d->text);
	if (ses_buf_check(&d->text, err) < 0)
		return -1;
	return ses_buf_check(&d->places, err);
}

/* Whether branches stand side by side outside of all groups, and whether there
 * is a group that is told of. */
static void
look(const char *p, int *branches, int *groups)
{
	unsigned depth = 0;
	int in_class = 0;

	for (; *p != '\0'; p++) {
		if (*p == '\\') {
			p++;
		} else if (in_class) {
			in_class = *p != ']';
		} else if (*p == '[') {
			in_class = 1;
		} else if (*p == '(') {
			depth++;
			*groups |= p[1] != '?';
		} else if (*p == ')') {
			depth--;
		} else if (*p == '|' && depth == 0) {
			*branches = 1;
		}
	}
}

int
ses_dialect_drop_lead(char *text)
{
	size_t len = strlen(SES_DIALECT_LEAD);
	int branches = 0;
	int groups = 0;

	look(text, &branches, &groups);
	if (strncmp(text, "(?i)", 4) == 0)
		text += 4;
	if (branches || !groups || strncmp(text, SES_DIALECT_LEAD, len) != 0)
		return 0;
	memmove(text, text + len, strlen(text + len) + 1);
	return 1;
}

size_t
ses_dialect_place(const struct ses_dialect *d, size_t offset)
{
	const uint32_t *v = (const void *)d->places.data;
	size_t n = d->places.len / sizeof(*v);

	if (n == 0)
		return 1;
	return offset < n ? v[offset] + 1 : v[n - 1] + 2;
}

void
ses_dialect_free(struct ses_dialect *d)
{
	ses_buf_free(&d->text);
	ses_buf_free(&d->places);
}
