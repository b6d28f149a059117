#include <string.h>

#include "redact/assign.h"
#include "redact/view.h"

/* Units between a name and its value. */
#define BETWEEN 16

static int
in_name(int c)
{
	return ses_view_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* Whether the byte at p is a character of its own, and not of an escape. */
static int
stands(const char *base, const char *p)
{
	const char *q = p;

	while (q > base && q[-1] == '\\')
		q--;
	return q == p;
}

/* Where the name around at begins. */
static const char *
name_start(const char *base, const char *at)
{
	const char *p = at;

	while (p > base && at - p < SES_ASSIGN_NAME && in_name(p[-1]) &&
	       stands(base, p - 1))
		p--;
	return p;
}

static const char *
read_name(
    const char *p, const char *at, const char *end, struct ses_assign *out)
{
	size_t n = 0;

	for (; p < end && in_name(*p); p++) {
		if (n == SES_ASSIGN_NAME)
			return NULL;
		if (p == at)
			out->word = n;
		if (ses_view_alnum(*p))
			out->name[n++] =
			    (char)(ses_view_alpha(*p) ? *p | 0x20 : *p);
	}
	out->name[n] = '\0';
	return p > at ? p : NULL;
}

/* What stands between a name and its value. */
struct between {
	const char *p;
	int sign;   /* = : or > was read */
	int comma;  /* so was a comma */
	int bars;   /* | or ?, of which two are a sign: "or else" */
	int spaces; /* since the last other character */
	int quote;  /* the last quote, 0 when it was closed or there is none */
	size_t quote_len;
};

/* Take one unit; 0 when the value begins here. */
static int
take(struct between *b, int c, size_t len)
{
	switch (c) {
	case ' ':
	case '\t':
		b->spaces++;
		break;
	case '"':
	case '\'':
	case '`':
		if (b->quote != 0 && (b->sign || b->comma))
			return 0;
		b->quote = c;
		b->quote_len = len;
		b->spaces = 0;
		break;
	case '=':
	case ':':
	case '>':
		if (b->sign > 1)
			return 0;
		b->sign++;
		b->quote = 0;
		b->spaces = 0;
		break;
	case '|':
	case '?':
		if (b->sign || b->comma || b->bars == 2)
			return 0;
		b->sign = ++b->bars == 2;
		b->quote = 0;
		b->spaces = 0;
		break;
	case ',':
		if (b->quote == 0 || b->comma || b->sign)
			return 0;
		b->comma = 1;
		b->quote = 0;
		break;
	case ']':
	case '(':
	case ')':
		if (b->sign)
			return 0;
		b->spaces = 0;
		break;
	default:
		return 0;
	}
	return 1;
}

/* Whether the unit is white space between two members. */
static int
is_gap(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind "value", when that is what follows a name which is itself a value:
 * "name": "KEY", "value": "..", also in YAML and XML; else p. */
static const char *
skip_value(const char *p, const char *end)
{
	static const char word[] = "value";
	const char *q = p;
	size_t len;
	size_t n = 0;
	int gaps = 0;
	int c;

	for (; n < (size_t)BETWEEN * 2; n++, q += len) {
		len = ses_view_next(q, end, &c);
		if (len == 0 || (!is_gap(c) && c != '"' && c != '\'' &&
				    (c != ',' || gaps > 0)))
			break;
		gaps += is_gap(c) || c == ',';
	}
	if (gaps == 0 || (size_t)(end - q) <= strlen(word))
		return p;
	for (n = 0; n < strlen(word); n++)
		if ((q[n] | 0x20) != word[n])
			return p;
	q += n;
	return in_name(*q) ? p : q;
}

/* Whether name and value, with b between, are an assignment. */
static int
is_assigned(const struct between *b, int flag)
{
	if (b->sign > 0)
		return 1;
	if (b->comma)
		return b->quote != 0;
	/* --password value; IDENTIFIED BY 'value', password("value") */
	return b->quote != 0 ? 1 : flag && b->spaces > 0;
}

int
ses_assign_read(
    const char *base, const char *at, const char *end, struct ses_assign *out)
{
	const char *name = name_start(base, at);
	struct between b = {.p = read_name(name, at, end, out)};
	int flag = end - name > 2 && name[0] == '-';
	size_t len;
	int c;
	int i;

	if (b.p == NULL)
		return 0;
	b.p = skip_value(b.p, end);
	for (i = 0; i < BETWEEN; i++, b.p += len) {
		len = ses_view_next(b.p, end, &c);
		if (len == 0 || !take(&b, c, len))
			break;
	}
	if (i == BETWEEN || !is_assigned(&b, flag))
		return 0;
	out->value = b.p;
	out->quote = b.quote;
	out->query = name > base && strchr("?&;", name[-1]) != NULL;
	return b.p < end;
}

const char *
ses_assign_end(const struct ses_assign *a, const char *end)
{
	static const char stops[] = " \t\"'`,;()<>|";
	const char *p = a->value;
	size_t n;
	size_t len;
	int c;

	for (n = 0; n < SES_ASSIGN_VALUE; n++, p += len) {
		len = ses_view_next(p, end, &c);
		if (len == 0 || c == '\n' || c == '\r' ||
		    (a->quote != 0 ? c == a->quote
				   : c == '\0' || strchr(stops, c) != NULL ||
					 (c == '&' && a->query)))
			break;
	}
	return p;
}

/* What may follow the words that matter. */
static int
may_follow(const char *rest)
{
	static const char *const words[] = {"value", "val", "string", "str",
	    "text", "plain", "plaintext", "raw", "base64", "b64", "prod",
	    "production", "dev", "test", "live", "staging", "default", "env",
	    "main", "old", "new", "backup", "ci", "ro", "rw", NULL};
	const char *const *w;

	while (ses_view_digit(*rest))
		rest++;
	if (*rest == '\0')
		return 1;
	for (w = words; *w != NULL; w++)
		if (strcmp(rest, *w) == 0)
			return 1;
	return 0;
}

/* Whether what[0..n), which ends in ' ' or '*', stands before name[at]. */
static int
stands_before(const char *name, size_t at, const char *what, size_t n)
{
	size_t len = 0;
	size_t i;

	if (n == 0)
		return 1;
	while (
	    len + 1 < n && what[n - 2 - len] != ' ' && what[n - 2 - len] != '*')
		len++;
	for (i = at; i >= len; i--) {
		if (memcmp(name + i - len, what + n - 1 - len, len) == 0 &&
		    stands_before(name, i - len, what, n - 1 - len))
			return 1;
		if (what[n - 1] == ' ' || i == 0)
			break;
	}
	return 0;
}

uint64_t
ses_assign_pairs(const char *text)
{
	uint64_t pairs = 0;

	for (; *text != '\0'; text++)
		if (ses_view_alnum(text[0]) && ses_view_alnum(text[1]))
			pairs |= UINT64_C(1) << (((unsigned)text[0] * 31 +
						     (unsigned)text[1] * 7) %
						 61);
	return pairs;
}

int
ses_assign_ends(const struct ses_assign *a, const char *word)
{
	size_t len = strlen(word);

	return strncmp(a->name + a->word, word, len) == 0 &&
	       may_follow(a->name + a->word + len);
}

int
ses_assign_is(const struct ses_assign *a, const char *what, const char *word)
{
	return stands_before(a->name, a->word, what, (size_t)(word - what));
}
