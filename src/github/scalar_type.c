/* The resolver of PyYAML (yaml/resolver.py), whose patterns are spelt out. */
#include <string.h>

#include "github/scalar.h"

#define DIGITS "0123456789"
#define HEX    DIGITS "abcdefABCDEF"

static int
is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static int
is_one_of(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return 1;
	return 0;
}

static const char *
skip_sign(const char *s)
{
	return s + is_in(*s, "+-");
}

/* (:[0-5]?[0-9])* */
static const char *
skip_sixties(const char *s)
{
	while (*s == ':') {
		if (is_in(s[1], "012345") && is_in(s[2], DIGITS))
			s += 3;
		else if (is_in(s[1], DIGITS))
			s += 2;
		else
			break;
	}
	return s;
}

static int
is_int(const char *s)
{
	size_t n;

	s = skip_sign(s);
	if (*s == '0') {
		n = s[1] == 'b'   ? strspn(s + 2, "01_")
		    : s[1] == 'x' ? strspn(s + 2, HEX "_")
				  : 0;
		if (n > 0)
			return s[2 + n] == '\0';
		return s[1 + strspn(s + 1, "01234567_")] == '\0';
	}
	if (!is_in(*s, DIGITS))
		return 0;
	return *skip_sixties(s + strspn(s, DIGITS "_")) == '\0';
}

/* ([eE][-+][0-9]+)? and the end */
static int
ends_with_exponent(const char *s)
{
	size_t n;

	if (*s == '\0')
		return 1;
	if (!is_in(s[0], "eE") || !is_in(s[1], "+-"))
		return 0;
	n = strspn(s + 2, DIGITS);
	return n > 0 && s[2 + n] == '\0';
}

static int
is_float(const char *s)
{
	static const char *const inf[] = {".inf", ".Inf", ".INF", NULL};
	static const char *const nan[] = {".nan", ".NaN", ".NAN", NULL};
	const char *p = skip_sign(s);
	const char *whole;

	if (is_one_of(p, inf) || is_one_of(s, nan))
		return 1;
	if (*s == '.') /* a sign needs a digit before the point */
		return is_in(s[1], DIGITS) &&
		       ends_with_exponent(s + 1 + strspn(s + 1, DIGITS "_"));
	if (!is_in(*p, DIGITS))
		return 0;
	p += strspn(p, DIGITS "_");
	whole = p;
	p = skip_sixties(p);
	if (*p != '.')
		return 0;
	if (p > whole)
		return p[1 + strspn(p + 1, DIGITS "_")] == '\0';
	return ends_with_exponent(p + 1 + strspn(p + 1, DIGITS "_"));
}

/* Past at least min and at most max digits; NULL when there are fewer. */
static const char *
skip_digits(const char *s, int min, int max)
{
	int n = 0;

	while (n < max && is_in(s[n], DIGITS))
		n++;
	return n < min ? NULL : s + n;
}

/* mark and digits; s may be NULL, which is passed on */
static const char *
skip_part(const char *s, char mark, int min)
{
	return s == NULL || *s != mark ? NULL : skip_digits(s + 1, min, 2);
}

/* ([ \t]*(Z|[-+][0-9][0-9]?(:[0-9][0-9])?))? and the end */
static int
ends_with_zone(const char *s)
{
	const char *p;

	if (*s == '\0')
		return 1;
	s += strspn(s, " \t");
	if (*s == 'Z')
		return s[1] == '\0';
	p = is_in(*s, "+-") ? skip_digits(s + 1, 1, 2) : NULL;
	if (p != NULL && *p == ':')
		p = skip_part(p, ':', 2);
	return p != NULL && *p == '\0';
}

static int
is_time(const char *s)
{
	const char *year = skip_digits(s, 4, 4);
	const char *p;

	p = skip_part(skip_part(year, '-', 2), '-', 2);
	if (p != NULL && *p == '\0')
		return 1;
	p = skip_part(skip_part(year, '-', 1), '-', 1);
	if (p == NULL || !is_in(*p, "Tt \t"))
		return 0;
	p += is_in(*p, "Tt") ? 1 : strspn(p, " \t");
	p = skip_digits(p, 1, 2);
	p = skip_part(skip_part(p, ':', 2), ':', 2);
	if (p == NULL)
		return 0;
	if (*p == '.')
		p += 1 + strspn(p + 1, DIGITS);
	return ends_with_zone(p);
}

enum ses_scalar_type
ses_scalar_type(const char *text)
{
	static const char *const nulls[] = {
	    "", "~", "null", "Null", "NULL", NULL};
	static const char *const bools[] = {"yes", "Yes", "YES", "no", "No",
	    "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On",
	    "ON", "off", "Off", "OFF", NULL};
	static const char *const marks[] = {"<<", "=", NULL};

	if (is_one_of(text, nulls))
		return SES_SCALAR_NULL;
	if (is_one_of(text, bools))
		return SES_SCALAR_BOOL;
	if (is_one_of(text, marks))
		return SES_SCALAR_MARK;
	if (is_float(text))
		return SES_SCALAR_FLOAT;
	if (is_int(text))
		return SES_SCALAR_INT;
	return is_time(text) ? SES_SCALAR_TIME : SES_SCALAR_TEXT;
}

int
ses_scalar_is_decimal(const char *text)
{
	text += *text == '-';
	if (*text == '0')
		return text[1] == '\0';
	return *text != '\0' && text[strspn(text, DIGITS)] == '\0';
}
