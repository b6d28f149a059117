/* Replacing what an expression found without breaking the JSON around it: the
 * expression knows nothing of strings, and may match over their ends. */
#include <string.h>

#include "base/json.h"
#include "redact/custom_run.h"
#include "redact/view.h"

struct cutting {
	const char *text;
	size_t end;
	const struct ses_span *s; /* what is left of the spans, in order */
	const struct ses_span *last;
	struct ses_spans *out;
	int begun; /* a piece of s is in out */
};

/* The parts of the spans in text[from..to); what is whole is one piece. */
static int
take(struct cutting *c, size_t from, size_t to, int quoted)
{
	struct ses_span piece;

	while (c->s < c->last && c->s->from < to) {
		if (c->s->to > from) {
			piece = *c->s;
			piece.from =
			    quoted || piece.from < from ? from : piece.from;
			piece.to = quoted || piece.to > to ? to : piece.to;
			piece.more |= c->begun;
			piece.quoted = quoted;
			if (piece.to > piece.from) {
				if (ses_spans_add(c->out, piece) < 0)
					return -1;
				c->begun = 1;
			}
		}
		if (c->s->to > to)
			return 0;
		c->s++;
		c->begun = 0;
		if (quoted) /* the token is replaced as a whole, once */
			break;
	}
	return 0;
}

static size_t
string_end(const char *text, size_t at, size_t end)
{
	for (at++; at < end && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < end ? at : end;
}

static int
is_key(const struct cutting *c, size_t at)
{
	for (at++; at < c->end && strchr(" \t\r", c->text[at]) != NULL; at++)
		continue;
	return at < c->end && c->text[at] == ':';
}

static size_t
token_end(const char *text, size_t at, size_t end)
{
	while (at < end && strchr("\",:{}[] \t\r", text[at]) == NULL)
		at++;
	return at;
}

/* Pass the spans that end before a place. */
static void
pass(struct cutting *c, size_t at)
{
	while (c->s < c->last && c->s->to <= at) {
		c->s++;
		c->begun = 0;
	}
}

/* A string: all of a name's string must be meant, or nothing of it is. */
static int
cut_string(struct cutting *c, size_t at, size_t stop)
{
	pass(c, at + 1);
	if (c->s < c->last && is_key(c, stop) &&
	    (c->s->to > stop || c->s->from <= at))
		return 0;
	return take(c, at + 1, stop, 0);
}

static int
cut_json(struct cutting *c, size_t at)
{
	size_t stop;

	while (at < c->end && c->s < c->last) {
		if (c->text[at] == '"') {
			stop = string_end(c->text, at, c->end);
			if (cut_string(c, at, stop) < 0)
				return -1;
			at = stop + 1;
			continue;
		}
		stop = token_end(c->text, at, c->end);
		if (stop > at) {
			pass(c, at);
			if (take(c, at, stop, 1) < 0)
				return -1;
		}
		at = stop > at ? stop : at + 1;
	}
	return 0;
}

static int
is_quote(const char *text, size_t at)
{
	size_t n = 0;

	while (n < at && text[at - n - 1] == '\\')
		n++;
	return text[at] == '"' && n % 2 == 0;
}

/* What stands between strings. */
static int
is_structure(const char *text, size_t from, size_t to)
{
	for (; from < to; from++)
		if (strchr(" \t,:{}[]0123456789.eE+-truefalsn", text[from]) ==
		    NULL)
			return 0;
	return 1;
}

/* What must not go between two quotes, or up to one: structure, or a name. */
static int
stays(const struct cutting *c, size_t from, size_t at)
{
	return is_structure(c->text, from, at) ||
	       (at + 1 < c->end && c->text[at] == '"' &&
		   c->text[at + 1] == ':');
}

/* Nobody knows whether the piece of a line begins in a string: what stands
 * between two quotes goes, unless it can be part of the structure. */
static int
cut_piece(struct cutting *c)
{
	size_t from;
	size_t at;
	int quotes;

	for (; c->s < c->last; c->s++) {
		c->begun = 0;
		quotes = 0;
		from = c->s->from;
		for (at = from; at <= c->s->to; at++) {
			if (at < c->s->to && !is_quote(c->text, at))
				continue;
			quotes += at < c->s->to ? 1 : 0;
			if (at > from && !(quotes > 0 && stays(c, from, at))) {
				struct ses_span piece = *c->s;

				piece.from = from;
				piece.to = at;
				piece.more |= c->begun;
				if (ses_spans_add(c->out, piece) < 0)
					return -1;
				c->begun = 1;
			}
			from = at + 1;
		}
	}
	return 0;
}

static int
is_json(const char *text, size_t from, size_t to)
{
	struct seshat_err ignored;
	struct ses_json v;

	while (from < to && (text[from] == ' ' || text[from] == '\t'))
		from++;
	return from < to &&
	       (text[from] == '{' ||
		   ses_json_parse(text + from, to - from, &v, &ignored) == 0);
}

int
ses_custom_cut(struct ses_spans *found, const char *text,
    const struct ses_range *line, int piece, struct ses_spans *out)
{
	struct cutting c = {
	    .text = text, .end = (size_t)line->first + line->n, .out = out};

	ses_spans_merge(found);
	c.s = found->v;
	c.last = found->v + found->n;
	if (piece)
		return cut_piece(&c);
	if (is_json(text, line->first, c.end))
		return cut_json(&c, line->first);
	return take(&c, line->first, c.end, 0);
}
