/*
 * One pass over the bytes.  What is remembered is how deep they lie and which
 * paths still fit, for the first levels; a string that may be a directory is
 * held back until it ends.  A line that is no JSON confuses nothing but
 * itself: each begins anew.
 */
#include <string.h>

#include "base/json.h"
#include "harness/recwd.h"

enum { NAME, COLON, VALUE, COMMA };             /* what comes next */
enum { OUTSIDE, IN_NAME, IN_VALUE, IN_STRING }; /* which string it is in */

/* The name at this level of a path; NULL behind the last. */
static const char *
component(const char *path, unsigned level, size_t *len)
{
	for (; level > 0 && path != NULL; level--) {
		path = strchr(path, '.');
		path = path == NULL ? NULL : path + 1;
	}
	if (path != NULL)
		*len = strcspn(path, ".");
	return path;
}

/* Which of the paths that lead here have the name at this level (NULL: it is
 * an element of an array). */
static uint32_t
fitting(const struct ses_recwd *r, const char *name, size_t name_len)
{
	unsigned level = (unsigned)r->depth - 1;
	uint32_t fits = 0;
	const char *c;
	size_t len = 0;
	unsigned i;

	for (i = 0; i < 32 && r->paths[i] != NULL; i++) {
		if ((r->mask[r->depth] >> i & 1) == 0)
			continue;
		c = component(r->paths[i], level, &len);
		if (c == NULL)
			continue;
		if ((len == 1 && *c == '*') ||
		    (name != NULL && len == name_len &&
			memcmp(c, name, len) == 0))
			fits |= UINT32_C(1) << i;
	}
	return fits;
}

/* Whether one of the paths that fit ends here. */
static int
is_wanted(const struct ses_recwd *r)
{
	size_t len;
	unsigned i;

	for (i = 0; i < 32 && r->paths[i] != NULL; i++)
		if ((r->fits >> i & 1) != 0 &&
		    component(r->paths[i], (unsigned)r->depth, &len) == NULL)
			return 1;
	return 0;
}

static int
is_near(const struct ses_recwd *r)
{
	return r->depth > 0 && r->depth <= SES_RECWD_DEPTH;
}

/* Length of the old directory, of which a slash at the end is no part. */
static size_t
from_len(const struct ses_recwd *r)
{
	size_t len = strlen(r->from);

	while (len > 1 && r->from[len - 1] == '/')
		len--;
	return len;
}

/* Whether the text is the old directory or lies below it; all lies below the
 * root, which is therefore only itself. */
static int
is_below(const struct ses_recwd *r, const struct ses_buf *text)
{
	size_t len = from_len(r);

	return text->len >= len && memcmp(text->data, r->from, len) == 0 &&
	       (text->len == len || (len > 1 && text->data[len] == '/'));
}

/* Put the new directory in the place of the old, in out. */
static int
rewrite(struct ses_recwd *r, const struct ses_buf *quoted, struct ses_buf *out)
{
	struct ses_json v = {quoted->data, quoted->len, '"'};
	struct ses_buf text = {0};
	size_t rest = 0;
	const char *to = r->to;

	ses_json_text(&v, &text);
	(void)ses_buf_cstr(&text);
	if (!text.bad && is_below(r, &text))
		rest = ses_json_offset(&v, from_len(r));
	if (rest > 0) {
		if (strcmp(to, "/") == 0 && text.len > from_len(r))
			to = "";
		ses_json_quote(out, to, strlen(to));
		if (!out->bad)
			out->len--; /* the quote at the end */
		ses_buf_add(out, quoted->data + rest, quoted->len - rest);
	}
	if (text.bad)
		out->bad = 1;
	ses_buf_free(&text);
	return rest > 0;
}

/* The string that was held back has ended. */
static int
pass_value(struct ses_recwd *r, int whole, struct seshat_err *err)
{
	struct ses_buf out = {0};
	struct ses_buf *b = &r->value;
	int rc;

	if (whole && b->len >= 2 && !b->bad && rewrite(r, b, &out)) {
		b = &out;
		r->changed++;
	}
	rc = ses_buf_check(&r->value, err);
	if (rc == 0)
		rc = ses_buf_check(&out, err);
	if (rc == 0 && b->len > 0)
		rc = ses_sink_write(r->next, b->data, b->len, err);
	ses_buf_free(&out);
	ses_buf_clear(&r->value);
	return rc;
}

static void
begin_string(struct ses_recwd *r)
{
	r->escaped = 0;
	r->in = IN_STRING;
	if (!is_near(r))
		return;
	if (r->expects == NAME) {
		r->in = IN_NAME;
		r->name_len = 0;
	} else if (r->expects == VALUE) {
		if (r->kind[r->depth] == '[')
			r->fits = fitting(r, NULL, 0);
		r->in = is_wanted(r) ? IN_VALUE : IN_STRING;
		r->expects = COMMA;
	}
}

/* One that is long, or has an escape, is any name. */
static void
end_name(struct ses_recwd *r)
{
	int is_known = r->name_len <= sizeof(r->name);

	r->fits = fitting(r, is_known ? r->name : NULL, r->name_len);
	r->expects = COLON;
}

static void
open_bracket(struct ses_recwd *r, char c)
{
	uint32_t mask = UINT32_MAX;

	if (r->depth > 0) {
		mask = 0;
		if (is_near(r) && r->expects == VALUE)
			mask = r->kind[r->depth] == '[' ? fitting(r, NULL, 0)
							: r->fits;
	}
	r->depth++;
	if (!is_near(r))
		return;
	r->kind[r->depth] = c;
	r->mask[r->depth] = mask;
	r->expects = c == '{' ? NAME : VALUE;
	r->fits = 0;
}

/* A byte that is in no string. */
static void
outside(struct ses_recwd *r, char c)
{
	switch (c) {
	case '{':
	case '[':
		open_bracket(r, c);
		break;
	case '}':
	case ']':
		r->depth -= r->depth > 0;
		r->expects = COMMA;
		break;
	case ':':
		if (r->expects == COLON)
			r->expects = VALUE;
		break;
	case ',':
		if (is_near(r))
			r->expects = r->kind[r->depth] == '{' ? NAME : VALUE;
		break;
	case ' ':
	case '\t':
	case '\r':
		break;
	default:
		r->expects = COMMA;
	}
}

/* A byte of a string that is not held back. */
static void
inside(struct ses_recwd *r, char c)
{
	if (r->escaped) {
		r->escaped = 0;
	} else if (c == '\\') {
		r->escaped = 1;
	} else if (c == '"') {
		if (r->in == IN_NAME)
			end_name(r);
		r->in = OUTSIDE;
		return;
	}
	if (r->in == IN_NAME) {
		/* one with an escape is none that we know */
		if (c == '\\' || r->name_len >= sizeof(r->name))
			r->name_len = sizeof(r->name) + 1;
		else
			r->name[r->name_len++] = c;
	}
}

static void
begin_line(struct ses_recwd *r)
{
	if (r->document && r->in == OUTSIDE)
		return;
	r->depth = 0;
	r->in = OUTSIDE;
	r->escaped = 0;
}

/* A byte of a string that is held back. */
static int
hold(struct ses_recwd *r, char c, struct seshat_err *err)
{
	int ends = c == '"' && !r->escaped && r->value.len > 0;

	ses_buf_add(&r->value, &c, 1);
	r->escaped = c == '\\' && !r->escaped;
	if (ends) {
		r->in = OUTSIDE;
		return pass_value(r, 1, err);
	}
	if (c == '\n') {
		begin_line(r);
		return pass_value(r, 0, err);
	}
	if (r->value.len < SES_RECWD_VALUE)
		return 0;
	r->in = IN_STRING;
	return pass_value(r, 0, err);
}

/* Where the string that p stands in may end, or hold something to see. */
static const char *
skip_plain(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\\' && *p != '\n')
		p++;
	return p;
}

static int
feed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_recwd *r = arg;
	const char *p = data;
	const char *end = p + len;
	const char *from = p; /* of what passes as it is */

	for (; p < end; p++) {
		if (r->in == IN_VALUE) {
			if (hold(r, *p, err) < 0)
				return -1;
			from = p + 1;
			continue;
		}
		if (r->in == IN_STRING && !r->escaped) {
			p = skip_plain(p, end);
			if (p == end)
				break;
		}
		if (*p == '\n') {
			begin_line(r);
		} else if (r->in != OUTSIDE) {
			inside(r, *p);
		} else if (*p != '"') {
			outside(r, *p);
		} else {
			begin_string(r);
			if (r->in != IN_VALUE)
				continue;
			if (p > from && ses_sink_write(r->next, from,
					    (size_t)(p - from), err) < 0)
				return -1;
			from = p + 1;
			ses_buf_add(&r->value, p, 1);
		}
	}
	return from == end
		   ? 0
		   : ses_sink_write(r->next, from, (size_t)(end - from), err);
}

struct ses_sink
ses_recwd_sink(struct ses_recwd *r)
{
	/* nothing to do: as it is */
	if (r->paths == NULL || strcmp(r->from, r->to) == 0)
		return *r->next;
	return (struct ses_sink){feed, r};
}

int
ses_recwd_end(struct ses_recwd *r, struct seshat_err *err)
{
	int rc = r->value.len == 0 ? 0 : pass_value(r, 0, err);

	ses_recwd_free(r);
	return rc;
}

void
ses_recwd_free(struct ses_recwd *r)
{
	ses_buf_free(&r->value);
}
