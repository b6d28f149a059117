/* Reading once more what hides a secret from the first look: text with escapes
 * decoded, and what was broken put together. */
#include <string.h>

#include "base/mem.h"
#include "redact/engine.h"
#include "redact/view.h"

/* A stretch with escapes goes on to the end of its last word. */
#define CODED_WORD SES_SHAPE_MAX

/* No more than this at once, so that memory stays small. */
#define CODED_MAX     ((size_t)1 << 17)
#define CODED_OVERLAP (SES_CODED_BEFORE + CODED_WORD)

/* Of a record that holds something broken, so much is put together again:
 * before and behind the place, in lines, and in strings. */
#define LINES_BEFORE   1024
#define LINES_BEHIND   4096
#define STRINGS_BEFORE 16384
#define STRINGS_BEHIND 49152
#define STRINGS_MAX    4096

/* Put spans of the decoded text, from the first on, where they stand in its
 * source.  broken: those that are in one piece are not wanted, they are found
 * without. */
static int
put_back(struct ses_redact *r, size_t first, int broken, struct seshat_err *err)
{
	struct ses_spans found = {0};
	struct ses_span s;
	size_t from;
	size_t to;
	size_t i;
	int rc = 0;

	for (i = first; i < r->spans.n && rc == 0; i++)
		rc = ses_spans_add(&found, r->spans.v[i]);
	r->spans.n = first;
	for (i = 0; i < found.n && rc == 0; i++) {
		s = found.v[i];
		from = s.from;
		to = s.to;
		(void)ses_decoded_next(&r->decoded, &from, to, &s.from, &s.to);
		if (broken && from >= to)
			continue;
		do {
			rc = ses_spans_add(&r->spans, s);
			s.more = 1;
		} while (rc == 0 && ses_decoded_next(&r->decoded, &from, to,
					&s.from, &s.to));
	}
	ses_spans_free(&found);
	return rc < 0 ? ses_fail_nomem(err) : 0;
}

/* What stands decoded. */
static int
scan_decoded(struct ses_redact *r, int broken, struct seshat_err *err)
{
	size_t first = r->spans.n;

	if (ses_buf_check(&r->decoded.text, err) < 0 ||
	    ses_buf_check(&r->decoded.jumps, err) < 0 ||
	    ses_pass(r, r->decoded.text.data, r->decoded.text.len, 1, err) < 0)
		return -1;
	return put_back(r, first, broken, err);
}

static int
decode_and_scan(struct ses_redact *r, const char *text, size_t from, size_t to,
    enum ses_colours colours, struct seshat_err *err)
{
	ses_decoded_clear(&r->decoded);
	ses_decode(&r->decoded, text, from, to, colours);
	return scan_decoded(r, 0, err);
}

/* Where the word ends in whose midst a stretch does. */
static size_t
word_end(const char *text, size_t at, size_t len)
{
	size_t stop = len - at > CODED_WORD ? at + CODED_WORD : len;

	while (
	    at < stop && text[at] != ' ' && text[at] != '"' && text[at] != '\n')
		at++;
	return at;
}

/* The stretches that hold escapes, decoded, in pieces that overlap. */
int
ses_scan_coded(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	const char *end = text + len;
	struct ses_span *s;
	size_t from;
	size_t to;
	size_t i;

	ses_spans_merge(&r->coded);
	for (i = 0; i < r->coded.n; i++) {
		s = &r->coded.v[i];
		s->to = word_end(text, s->to, len);
		for (from = s->from; from < s->to; from = to - CODED_OVERLAP) {
			from = (size_t)(ses_view_align(text, text + from, end) -
					text);
			to =
			    s->to - from > CODED_MAX ? from + CODED_MAX : s->to;
			to = (size_t)(ses_view_align(text, text + to, end) -
				      text);
			r->open_end = r->torn && to == len;
			if (decode_and_scan(
				r, text, from, to, SES_COLOURS_BREAK, err) < 0)
				return -1;
			if (r->decoded.colours > 0 &&
			    decode_and_scan(
				r, text, from, to, SES_COLOURS_DROP, err) < 0)
				return -1;
			if (to >= s->to || to - from <= CODED_OVERLAP)
				break;
		}
	}
	return 0;
}

static int
join_lines(struct ses_redact *r, const char *text, size_t len, size_t at,
    int whole, struct seshat_err *err)
{
	const char *end = text + len;
	size_t from = at > LINES_BEFORE ? at - LINES_BEFORE : 0;
	size_t to = len - at > LINES_BEHIND ? at + LINES_BEHIND : len;

	from = (size_t)(ses_view_align(text, text + from, end) - text);
	to = (size_t)(ses_view_align(text, text + to, end) - text);
	r->open_end = r->torn && to == len;
	ses_decoded_clear(&r->decoded);
	ses_join_lines(&r->decoded, text, from, to, whole);
	return scan_decoded(r, 1, err);
}

/* The record around at, or as much of it as is looked at: from the beginning
 * of an object on. */
static void
record_of(const char *text, size_t len, size_t at, size_t *from, size_t *to)
{
	size_t first = at > STRINGS_BEFORE ? at - STRINGS_BEFORE : 0;
	size_t stop = len - at > STRINGS_BEHIND ? at + STRINGS_BEHIND : len;
	const char *nl = memchr(text + at, '\n', stop - at);

	*to = nl != NULL ? (size_t)(nl - text) : stop;
	for (*from = at; *from > first && text[*from - 1] != '\n'; --*from)
		continue;
	while (*from > 0 && text[*from - 1] != '\n' && *from < at &&
	       !(text[*from] == '{' && text[*from + 1] == '"'))
		++*from;
}

/* Put together the strings of one name in a record. */
static int
join_strings(struct ses_redact *r, const char *text, size_t from, size_t to,
    struct seshat_err *err)
{
	struct ses_string *v = r->strings;
	size_t n;
	size_t i;
	size_t k;
	int rc = 0;

	r->open_end = 0;
	n = ses_join_find(text, from, to, v, STRINGS_MAX);
	for (i = 0; i < n && rc == 0; i = k) {
		ses_decoded_clear(&r->decoded);
		for (k = i; k < n && v[k].key == v[i].key; k++)
			ses_decode(&r->decoded, text, v[k].from, v[k].to,
			    SES_COLOURS_BREAK);
		if (k - i > 1)
			rc = scan_decoded(r, 1, err);
	}
	return rc;
}

int
ses_scan_broken(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	size_t lines = 0; /* up to here they were put together, */
	size_t whole = 0; /* those that may be whole, */
	size_t done = 0;  /* and strings */
	unsigned how;
	size_t from;
	size_t to;
	size_t at;
	size_t i;

	if (r->broken.n > 0 && r->strings == NULL) {
		r->strings = ses_calloc(STRINGS_MAX, sizeof(*r->strings));
		if (r->strings == NULL)
			return ses_fail_nomem(err);
	}
	for (i = 0; i < r->broken.n; i++) {
		at = r->broken.v[i].from;
		how = r->broken.v[i].rule;
		if ((how & SES_BROKEN_LINES) && at >= lines) {
			if (join_lines(r, text, len, at, 0, err) < 0)
				return -1;
			lines = at + LINES_BEHIND - LINES_BEFORE;
		} else if ((how & SES_BROKEN_PERHAPS) && at >= lines &&
			   at >= whole) {
			if (join_lines(r, text, len, at, 1, err) < 0)
				return -1;
			whole = at + LINES_BEHIND - LINES_BEFORE;
		}
		if (!(how & SES_BROKEN_STRINGS) || at < done)
			continue;
		record_of(text, len, at, &from, &to);
		if (join_strings(r, text, from, to, err) < 0)
			return -1;
		done = to;
	}
	return 0;
}
