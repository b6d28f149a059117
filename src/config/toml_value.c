#include <stdlib.h>
#include <string.h>

#include "config/toml_value.h"

/* Characters of numbers, booleans and dates. */
#define WORD                                                                   \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.:"
#define WORD_MAX 64

/* Append a character as UTF-8. */
static void
put_utf8(struct ses_buf *out, unsigned long c)
{
	char b[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	size_t i;

	for (i = n; i-- > 1; c >>= 6)
		b[i] = (char)(0x80 | (c & 0x3f));
	b[0] = (char)(n == 1 ? c : (0xf00UL >> n & 0xf0) | c);
	ses_buf_add(out, b, n);
}

/* \uXXXX and \UXXXXXXXX: n digits at t->p. */
static int
read_code(
    struct ses_toml *t, size_t n, struct ses_buf *out, struct seshat_err *err)
{
	char hex[9] = {0};
	char *stop;
	unsigned long c;

	if ((size_t)(t->end - t->p) < n)
		return ses_toml_fail(t, "an escape is cut off", err);
	memcpy(hex, t->p, n);
	if (strspn(hex, "0123456789abcdefABCDEF") != n)
		return ses_toml_fail(t, "an escape of no hex digits", err);
	c = strtoul(hex, &stop, 16);
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return ses_toml_fail(t, "an escape of no character", err);
	put_utf8(out, c);
	t->p += n;
	return 0;
}

/* A backslash in a basic string; t->p stands behind it. */
static int
read_escape(
    struct ses_toml *t, struct ses_buf *out, int lines, struct seshat_err *err)
{
	static const char from[] = "btnfr\"\\";
	static const char to[] = "\b\t\n\f\r\"\\";
	const char *known;
	const char *q;
	char c;

	if (t->p == t->end)
		return ses_toml_fail(t, "a string that does not end", err);
	c = *t->p;
	if (c == 'u' || c == 'U') {
		t->p++;
		return read_code(t, c == 'u' ? 4 : 8, out, err);
	}
	known = strchr(from, c);
	if (known != NULL) {
		ses_buf_add(out, &to[known - from], 1);
		t->p++;
		return 0;
	}
	/* the end of a line, and white space up to the next word */
	for (q = t->p; q < t->end && (*q == ' ' || *q == '\t' || *q == '\r');)
		q++;
	if (!lines || q == t->end || *q != '\n')
		return ses_toml_fail(t, "an unknown escape", err);
	for (; q < t->end && strchr(" \t\r\n", *q) != NULL; q++)
		t->line += *q == '\n' ? 1 : 0;
	t->p = q;
	return 0;
}

static int
is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

/* How many quotes stand at t->p, up to max. */
static size_t
count_quotes(const struct ses_toml *t, char quote, size_t max)
{
	size_t n = 0;

	while (n < max && (size_t)(t->end - t->p) > n && t->p[n] == quote)
		n++;
	return n;
}

/* A string of one line; t->p stands behind the quote. */
static int
read_short(
    struct ses_toml *t, char quote, struct ses_buf *out, struct seshat_err *err)
{
	for (;;) {
		if (t->p == t->end || *t->p == '\n')
			return ses_toml_fail(
			    t, "a string that does not end", err);
		if (*t->p == quote) {
			t->p++;
			return 0;
		}
		if (is_control(*t->p))
			return ses_toml_fail(
			    t, "a control character in a string", err);
		if (*t->p == '\\' && quote == '"') {
			t->p++;
			if (read_escape(t, out, 0, err) < 0)
				return -1;
			continue;
		}
		ses_buf_add(out, t->p++, 1);
	}
}

/* A string between three quotes; t->p stands behind them. */
static int
read_long(
    struct ses_toml *t, char quote, struct ses_buf *out, struct seshat_err *err)
{
	size_t n;

	/* a line break right behind them is none of it */
	if (t->end - t->p > 1 && t->p[0] == '\r' && t->p[1] == '\n')
		t->p++;
	if (t->p < t->end && *t->p == '\n') {
		t->p++;
		t->line++;
	}
	for (;;) {
		if (t->p == t->end)
			return ses_toml_fail(
			    t, "a string that does not end", err);
		/* up to two quotes may stand before the three */
		n = count_quotes(t, quote, 5);
		if (n >= 3) {
			ses_buf_add(out, t->p, n - 3);
			t->p += n;
			return 0;
		}
		if (*t->p == '\\' && quote == '"') {
			t->p++;
			if (read_escape(t, out, 1, err) < 0)
				return -1;
			continue;
		}
		if (is_control(*t->p) && *t->p != '\n' && *t->p != '\r')
			return ses_toml_fail(
			    t, "a control character in a string", err);
		t->line += *t->p == '\n' ? 1 : 0;
		ses_buf_add(out, t->p++, 1);
	}
}

int
ses_toml_string(
    struct ses_toml *t, struct ses_buf *out, int lines, struct seshat_err *err)
{
	char quote = *t->p;
	int rc;

	if (lines && count_quotes(t, quote, 3) == 3) {
		t->p += 3;
		rc = read_long(t, quote, out, err);
	} else {
		t->p++;
		rc = read_short(t, quote, out, err);
	}
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* White space, comments and line ends inside brackets. */
static int
pass_lines(struct ses_toml *t, struct seshat_err *err)
{
	ses_toml_blanks(t);
	while (t->p < t->end && strchr("#\r\n", *t->p) != NULL) {
		if (ses_toml_line_end(t, err) < 0)
			return -1;
		ses_toml_blanks(t);
	}
	return 0;
}

static int
read_list(struct ses_toml *t, struct ses_node *list, struct seshat_err *err)
{
	for (t->p++;;) {
		if (pass_lines(t, err) < 0)
			return -1;
		if (t->p < t->end && *t->p == ']')
			break;
		if (ses_toml_value(t, list, err) < 0 || pass_lines(t, err) < 0)
			return -1;
		if (t->p < t->end && *t->p == ']')
			break;
		if (t->p == t->end || *t->p != ',')
			return ses_toml_fail(
			    t, "',' or ']' is missing in a list", err);
		t->p++;
	}
	t->p++;
	return 0;
}

static int
read_inline(struct ses_toml *t, struct ses_node *table, struct seshat_err *err)
{
	t->p++;
	ses_toml_blanks(t);
	if (t->p < t->end && *t->p == '}') {
		t->p++;
		return 0;
	}
	for (;;) {
		ses_toml_blanks(t);
		if (ses_toml_pair(t, table, err) < 0)
			return -1;
		ses_toml_blanks(t);
		if (t->p < t->end && *t->p == '}')
			break;
		if (t->p == t->end || *t->p != ',')
			return ses_toml_fail(
			    t, "',' or '}' is missing in a table", err);
		t->p++;
	}
	t->p++;
	return 0;
}

/* A list or a table: what nests. */
static int
read_nested(struct ses_toml *t, struct ses_node *parent, struct seshat_err *err)
{
	int list = *t->p == '[';
	struct ses_node *n;
	int rc;

	if (t->depth == SES_TOML_DEPTH)
		return ses_fail(err, SESHAT_ELIMIT,
		    "line %zu: lists in lists, more than %d deep", t->line,
		    SES_TOML_DEPTH);
	n = ses_toml_add(
	    t, parent, list ? SES_NODE_LIST : SES_NODE_TABLE, NULL, err);
	if (n == NULL)
		return -1;
	t->depth++;
	rc = list ? read_list(t, n, err) : read_inline(t, n, err);
	t->depth--;
	return rc;
}

/* Whether a word is a number: digits with single underscores between them, a
 * sign, a point, an exponent; or in another base; or inf and nan. */
static int
is_number(const char *s)
{
	const char *p = s + strspn(s, "+-");
	char *stop;

	if (p - s > 1)
		return 0;
	if (strcmp(p, "inf") == 0 || strcmp(p, "nan") == 0)
		return 1;
	if (*p == '0' && p == s && p[1] != '\0' && strchr("xob", p[1]) != NULL)
		return p[2] != '\0' &&
		       p[2 + strspn(p + 2, "0123456789abcdefABCDEF")] == '\0';
	if (*p < '0' || *p > '9' || p[strspn(p, "0123456789.eE+-")] != '\0')
		return 0;
	(void)strtod(p, &stop);
	return *stop == '\0' && stop[-1] >= '0' && stop[-1] <= '9';
}

static int
is_date(const char *s)
{
	return strspn(s, "0123456789") == 4
		   ? s[4] == '-'
		   : strspn(s, "0123456789") == 2 && s[2] == ':';
}

static int
read_word(struct ses_toml *t, struct ses_node *parent, struct seshat_err *err)
{
	enum ses_node_kind kind;
	char word[WORD_MAX + 1] = {0};
	size_t n = 0;

	while (t->p < t->end && strchr(WORD, *t->p) != NULL) {
		if (n == WORD_MAX)
			return ses_toml_fail(t, "a value that is none", err);
		if (*t->p != '_')
			word[n++] = *t->p;
		else if (n == 0 || word[n - 1] < '0' || t->p[-1] == '_')
			return ses_toml_fail(t, "a value that is none", err);
		t->p++;
	}
	word[n] = '\0';
	if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
		kind = SES_NODE_BOOL;
	else if (is_date(word))
		kind = SES_NODE_TEXT;
	else if (is_number(word))
		kind = SES_NODE_NUMBER;
	else
		return ses_toml_fail(t,
		    n == 0 ? "a value is missing" : "a value that is none",
		    err);
	return ses_toml_add(t, parent, kind, word, err) == NULL ? -1 : 0;
}

int
ses_toml_value(
    struct ses_toml *t, struct ses_node *parent, struct seshat_err *err)
{
	size_t line = t->line;
	struct ses_node *n;

	if (t->p == t->end)
		return ses_toml_fail(t, "a value is missing", err);
	if (*t->p == '[' || *t->p == '{')
		return read_nested(t, parent, err);
	if (*t->p != '"' && *t->p != '\'')
		return read_word(t, parent, err);
	ses_buf_clear(&t->text);
	if (ses_toml_string(t, &t->text, 1, err) < 0)
		return -1;
	n = ses_toml_add(t, parent, SES_NODE_TEXT, ses_buf_cstr(&t->text), err);
	if (n == NULL)
		return -1;
	n->line = line;
	return 0;
}
