/* The emitter of PyYAML (yaml/emitter.py) for what stands in a mapping at the
 * outside of a document. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "github/scalar.h"

#define WIDTH 80

struct emitter {
	struct ses_buf *out;
	const char *eol;
	const uint32_t *c; /* the characters of the text */
	size_t n;
	size_t column;
	int fold; /* whether the text may go on in a further line */
};

static int
is_break(uint32_t c)
{
	return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static int
is_space(uint32_t c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\r' || is_break(c);
}

/* What can be written as it is, but only some of it in double quotes. */
static int
is_printable(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd && c != 0xfeff) ||
	       (c >= 0x10000 && c < 0x10ffff);
}

static int
is_among(uint32_t c, const char *set)
{
	return c != '\0' && c < 0x80 && strchr(set, (int)c) != NULL;
}

static int
is_before_space(const struct emitter *e, size_t i)
{
	return i + 1 >= e->n || is_space(e->c[i + 1]);
}

/* Whether the character at i would mean something in a plain scalar. */
static int
is_indicator(const struct emitter *e, size_t i)
{
	uint32_t c = e->c[i];

	if (i > 0)
		return (c == ':' && is_before_space(e, i)) ||
		       (c == '#' && is_space(e->c[i - 1]));
	if (is_among(c, "#,[]{}&*!|>'\"%@`"))
		return 1;
	if (is_among(c, "?:-") && is_before_space(e, i))
		return 1;
	return e->n >= 3 && is_among(c, "-.") && e->c[1] == c && e->c[2] == c;
}

static int
is_plain(const struct emitter *e)
{
	size_t i;

	if (e->n == 0 || e->c[0] == ' ' || e->c[e->n - 1] == ' ')
		return 0;
	for (i = 0; i < e->n; i++)
		if (is_indicator(e, i) || is_break(e->c[i]) ||
		    !is_printable(e->c[i]))
			return 0;
	return 1;
}

/* Single quotes take line breaks, but no blanks beside one; and a key takes
 * none at all. */
static int
is_single(const struct emitter *e)
{
	size_t i;
	uint32_t c;

	for (i = 0; i < e->n; i++) {
		c = e->c[i];
		if (c == 0x85 || (!is_break(c) && !is_printable(c)))
			return 0;
		if (i > 0 && ((c == ' ' && is_break(e->c[i - 1])) ||
				 (is_break(c) && e->c[i - 1] == ' ')))
			return 0;
	}
	return 1;
}

static void
put_text(struct emitter *e, const char *s)
{
	ses_buf_str(e->out, s);
	e->column += strlen(s);
}

static void
put_chars(struct emitter *e, size_t begin, size_t end)
{
	char bytes[4];

	for (; begin < end; begin++, e->column++)
		ses_buf_add(e->out, bytes, ses_utf8_put(e->c[begin], bytes));
}

static void
put_indent(struct emitter *e)
{
	ses_buf_str(e->out, "  ");
	e->column = 2;
}

static void
put_fold(struct emitter *e)
{
	ses_buf_str(e->out, e->eol);
	put_indent(e);
}

/* The breaks from begin to end; a single newline would be read as a blank. */
static void
put_breaks(struct emitter *e, size_t begin, size_t end)
{
	if (e->c[begin] == '\n')
		ses_buf_str(e->out, e->eol);
	for (; begin < end; begin++) {
		if (e->c[begin] == '\n')
			ses_buf_str(e->out, e->eol);
		else
			put_chars(e, begin, begin + 1);
	}
	put_indent(e);
}

/* Blanks, breaks, a quote in quotes, or all up to the next of these. */
static size_t
run_from(const struct emitter *e, size_t i, int quoted)
{
	size_t end = i + 1;

	if (quoted && e->c[i] == '\'')
		return end;
	if (e->c[i] == ' ')
		while (end < e->n && e->c[end] == ' ')
			end++;
	else if (is_break(e->c[i]))
		while (end < e->n && is_break(e->c[end]))
			end++;
	else
		while (end < e->n && e->c[end] != ' ' && !is_break(e->c[end]) &&
		       !(quoted && e->c[end] == '\''))
			end++;
	return end;
}

/* Plain and in single quotes: a line is broken at a single blank. */
static void
put_flow(struct emitter *e, int quoted)
{
	size_t i;
	size_t end;

	for (i = 0; i < e->n; i = end) {
		end = run_from(e, i, quoted);
		if (e->c[i] == ' ' && end == i + 1 && e->column > WIDTH &&
		    e->fold && i > 0 && end < e->n)
			put_fold(e);
		else if (is_break(e->c[i]))
			put_breaks(e, i, end);
		else if (quoted && e->c[i] == '\'')
			put_text(e, "''");
		else
			put_chars(e, i, end);
	}
}

static int
is_escaped(uint32_t c)
{
	return is_among(c, "\"\\") || is_break(c) || !is_printable(c) ||
	       c > 0xffff;
}

static void
put_escape(struct emitter *e, uint32_t c)
{
	static const struct {
		uint32_t c;
		const char *text;
	} short_ones[] = {{0, "\\0"}, {7, "\\a"}, {8, "\\b"}, {'\t', "\\t"},
	    {'\n', "\\n"}, {0x0b, "\\v"}, {0x0c, "\\f"}, {'\r', "\\r"},
	    {0x1b, "\\e"}, {'"', "\\\""}, {'\\', "\\\\"}, {0x85, "\\N"},
	    {0x2028, "\\L"}, {0x2029, "\\P"}};
	size_t before = e->out->len;
	size_t i;

	for (i = 0; i < sizeof(short_ones) / sizeof(short_ones[0]); i++) {
		if (short_ones[i].c == c) {
			put_text(e, short_ones[i].text);
			return;
		}
	}
	if (c <= 0xff)
		ses_buf_fmt(e->out, "\\x%02X", c);
	else if (c <= 0xffff)
		ses_buf_fmt(e->out, "\\u%04X", c);
	else
		ses_buf_fmt(e->out, "\\U%08X", c);
	e->column += e->out->len - before;
}

/* A line is broken before a blank or behind an escape, as soon as it is long
 * enough with what waits from start on. */
static void
put_double(struct emitter *e)
{
	size_t start = 0;
	size_t i;

	for (i = 0; i < e->n; i++) {
		if (is_escaped(e->c[i])) {
			put_chars(e, start, i);
			put_escape(e, e->c[i]);
			start = i + 1;
		}
		if (!e->fold || i == 0 || i + 1 >= e->n ||
		    (e->c[i] != ' ' && start < i) ||
		    e->column + i <= WIDTH + start)
			continue;
		put_chars(e, start, i);
		if (start < i)
			start = i;
		put_text(e, "\\");
		put_fold(e);
		if (e->c[start] == ' ')
			put_text(e, "\\");
	}
	put_chars(e, start, e->n);
}

static void
put(struct emitter *e, int plain)
{
	if (plain) {
		put_flow(e, 0);
	} else if (is_single(e)) {
		put_text(e, "'");
		put_flow(e, 1);
		put_text(e, "'");
	} else {
		put_text(e, "\"");
		put_double(e);
		put_text(e, "\"");
	}
}

/* The characters of a text, to be freed. */
static uint32_t *
decode(const char *text, const char *what, size_t *n, struct seshat_err *err)
{
	size_t len = strlen(text);
	uint32_t *c = ses_calloc(len + 1, sizeof(*c));
	size_t took;

	if (c == NULL) {
		ses_fail_nomem(err);
		return NULL;
	}
	for (*n = 0; len > 0; text += took, len -= took, ++*n) {
		took = ses_utf8_next(text, len, &c[*n]);
		if (took == 0) {
			ses_fail(err, SESHAT_EFORMAT, "%s is not UTF-8", what);
			free(c);
			return NULL;
		}
	}
	return c;
}

static int
check_name(const struct emitter *e, struct seshat_err *err)
{
	size_t i;

	if (e->n == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "the name of a field is empty");
	if (e->n > SES_SCALAR_NAME)
		return ses_fail(err, SESHAT_EUSAGE,
		    "the name of a field has %zu characters, at most %d are "
		    "possible",
		    e->n, SES_SCALAR_NAME);
	for (i = 0; i < e->n; i++)
		if (is_break(e->c[i]))
			return ses_fail(err, SESHAT_EUSAGE,
			    "the name of a field has a line break");
	return 0;
}

int
ses_scalar_key(struct ses_buf *out, const char *name, struct seshat_err *err)
{
	struct emitter e = {.out = out, .eol = "\n"};
	uint32_t *c = decode(name, "the name of a field", &e.n, err);
	int rc = -1;

	if (c == NULL)
		return -1;
	e.c = c;
	if (check_name(&e, err) == 0) {
		put(&e,
		    is_plain(&e) && ses_scalar_type(name) == SES_SCALAR_TEXT);
		put_text(&e, ":");
		rc = ses_buf_check(out, err);
	}
	free(c);
	return rc;
}

int
ses_scalar_value(struct ses_buf *out, const char *text, size_t column,
    const char *eol, struct seshat_err *err)
{
	struct emitter e = {
	    .out = out, .eol = eol, .column = column, .fold = 1};
	uint32_t *c = decode(text, "the value", &e.n, err);

	if (c == NULL)
		return -1;
	e.c = c;
	put_text(&e, " ");
	put(&e, is_plain(&e) && ses_scalar_type(text) == SES_SCALAR_TEXT);
	free(c);
	return ses_buf_check(out, err);
}
