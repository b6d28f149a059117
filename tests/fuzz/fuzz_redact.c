/*
 * Redaction: JSON stays JSON, lines stay as many, and a text scrubbed in
 * pieces is JSON when the whole is.  So that no token stands in the corpus,
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
		for (i = 0; ses_rules[i].id != NULL; i++)
			for (k = 0; k < SES_RULE_SAMPLES; k++)
				if (ses_rules[i].yes[k] != NULL && nth-- == 0)
					return ses_rules[i].yes[k];
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

static void
in_pieces(struct ses_redact *r, const struct ses_buf *in, size_t step)
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

	MUST(r != NULL || ses_redact_open(&r, &err) == 0);
	expand((const char *)data, len, &in);
	rc = ses_redact_lines(r, in.data, in.len, &out, &counts, &err);
	MUST(rc >= 0 && (rc == 1 || out.len == 0));
	if (rc == 1)
		same_lines(&in, &out);
	if (in.len < 2048)
		in_pieces(r, &in, len % 61 + 20);
	ses_buf_free(&in);
	ses_buf_free(&out);
	return 0;
}
