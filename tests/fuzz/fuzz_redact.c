/*
 * Redaction: JSON stays JSON, lines stay as many, a second pass changes
 * nothing, and a line scrubbed in pieces is what it is as a whole.  So that no
 * token stands in the corpus,
 * '@' and a letter in the input stand for a sample of the rules.
 */
#include <string.h>

#include "base/json.h"
#include "fuzz/fuzz.h"
#include "redact/redact.h"
#include "redact/rules.h"

/* The nth sample of all rules, counted round and round. */
static const char *
sample(unsigned nth)
{
	size_t i;
	size_t k;

	for (;;)
		for (i = 0; ses_rule_at(i) != NULL; i++)
			for (k = 0; k < SES_RULE_SAMPLES; k++)
				if (ses_rule_at(i)->yes[k] != NULL &&
				    nth-- == 0)
					return ses_rule_at(i)->yes[k];
}

/* The input with its samples, as they stand in a JSON string. */
static void
expand(const char *data, size_t len, struct ses_buf *out)
{
	struct ses_buf quoted = {0};
	const char *s;
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] != '@' || i + 1 == len ||
		    (unsigned char)data[i + 1] < 'A') {
			ses_buf_add(out, data + i, 1);
			continue;
		}
		s = sample((unsigned char)data[++i] - 'A');
		ses_buf_clear(&quoted);
		ses_json_quote(&quoted, s, strlen(s));
		ses_buf_add(out, quoted.data + 1, quoted.len - 2);
	}
	ses_buf_free(&quoted);
}

static int
is_json(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;

	return ses_json_parse(text, len, &v, &err) == 0;
}

static size_t
newlines(const char *s, size_t len)
{
	size_t n = 0;

	while (len-- > 0)
		n += *s++ == '\n' ? 1 : 0;
	return n;
}

/* Line by line: what was JSON is JSON. */
static void
same_lines(const struct ses_buf *a, const struct ses_buf *b)
{
	const char *p = a->data;
	const char *q = b->data;

	MUST(newlines(p, a->len) == newlines(q, b->len));
	while (p != NULL && q != NULL) {
		size_t left = (size_t)(a->data + a->len - p);
		size_t rest = (size_t)(b->data + b->len - q);
		const char *p_nl = left > 0 ? memchr(p, '\n', left) : NULL;
		const char *q_nl = rest > 0 ? memchr(q, '\n', rest) : NULL;

		left = p_nl != NULL ? (size_t)(p_nl - p) : left;
		rest = q_nl != NULL ? (size_t)(q_nl - q) : rest;
		MUST(!is_json(p, left) || is_json(q, rest));
		p = p_nl != NULL ? p_nl + 1 : NULL;
		q = q_nl != NULL ? q_nl + 1 : NULL;
	}
}

/* A second pass finds nothing, not even what the first put there. */
static void
once_is_enough(struct ses_redact *r, const struct ses_buf *clean)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf again = {0};

	MUST(ses_redact_lines(
		 r, clean->data, clean->len, &again, &counts, &err) == 0);
	ses_buf_free(&again);
}

/* The length of the mark that stands at p, or 0. */
static size_t
mark_len(const char *p, const char *end)
{
	static const char begin[] = "[REDACTED:";
	const char *q = p + sizeof(begin) - 1;

	if ((size_t)(end - p) < sizeof(begin) ||
	    memcmp(p, begin, sizeof(begin) - 1) != 0)
		return 0;
	while (q < end && ((*q >= 'a' && *q <= 'z') ||
			      (*q >= '0' && *q <= '9') || *q == '-'))
		q++;
	return q < end && *q == ']' ? (size_t)(q - p) + 1 : 0;
}

/* Leave out a mark that follows the same mark: a secret longer than a piece
 * is cut, and each of its ends is marked. */
static void
join_marks(struct ses_buf *b)
{
	const char *p = b->data;
	const char *end = p + b->len;
	char *to = b->data;
	char *mark = NULL; /* that ends at to */
	size_t n;
	size_t len;

	for (; p < end; p += len) {
		n = mark_len(p, end);
		len = n == 0 ? 1 : n;
		if (n > 0 && mark != NULL && (size_t)(to - mark) == n &&
		    memcmp(mark, p, n) == 0)
			continue;
		mark = n == 0 ? NULL : to;
		memmove(to, p, len);
		to += len;
	}
	b->len = (size_t)(to - b->data);
}

/* A line in pieces is what it is as a whole. */
static void
same_line(const struct ses_buf *whole, const struct ses_buf *pieces)
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};

	if (whole->len == 0)
		return;
	ses_buf_add(&a, whole->data, whole->len);
	ses_buf_add(&b, pieces->data, pieces->len);
	join_marks(&a);
	join_marks(&b);
	MUST(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

static void
in_pieces(struct ses_redact *r, const struct ses_buf *in, size_t step,
    const struct ses_buf *whole)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	size_t from = 0;
	size_t cut;
	size_t to;

	for (; from < in->len; from = cut) {
		to = in->len - from > step ? from + step : in->len;
		MUST(ses_redact_piece(r, in->data, in->len, from, to, &out,
			 &cut, &counts, &err) >= 0);
		MUST(cut > from && cut <= to);
	}
	same_lines(in, &out);
	if (newlines(in->data, in->len) == 0)
		same_line(whole, &out);
	ses_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ses_redact *r;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf in = {0};
	struct ses_buf out = {0};
	int rc;

	MUST(r != NULL || ses_redact_open(&r, NULL, &err) == 0);
	expand((const char *)data, len, &in);
	rc = ses_redact_lines(r, in.data, in.len, &out, &counts, &err);
	MUST(rc >= 0 && (rc == 1 || out.len == 0));
	if (rc == 1) {
		same_lines(&in, &out);
		once_is_enough(r, &out);
	} else {
		ses_buf_add(&out, in.data, in.len);
	}
	if (in.len < 2048)
		in_pieces(r, &in, len % 61 + 20, &out);
	ses_buf_free(&in);
	ses_buf_free(&out);
	return 0;
}
