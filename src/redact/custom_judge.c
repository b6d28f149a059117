/* Whether what an expression found is a secret. */
#include <math.h>
#include <string.h>

#include "redact/custom_run.h"

struct text {
	const char *data;
	size_t len;
};

/* Shannon's, in bits for each byte. */
static double
entropy(const char *s, size_t len)
{
	size_t n[256] = {0};
	double sum = 0;
	double p;
	size_t i;

	for (i = 0; i < len; i++)
		n[(unsigned char)s[i]]++;
	for (i = 0; i < 256; i++) {
		if (n[i] == 0)
			continue;
		p = (double)n[i] / (double)len;
		sum -= p * log2(p);
	}
	return sum;
}

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Whether a word, which is in lower case, stands in a text. */
static int
holds(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);
	size_t i;
	size_t k;

	for (i = 0; len >= n && i <= len - n; i++) {
		if ((s[i] | 0x20) != (word[0] | 0x20))
			continue;
		for (k = 0; k < n && lower(s[i + k]) == word[k]; k++)
			continue;
		if (k == n)
			return 1;
	}
	return 0;
}

static int
has_word(const struct ses_custom *c, const struct ses_range *r, const char *s,
    size_t len)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (holds(s, len, ses_custom_word(c, r->first + i)))
			return 1;
	return 0;
}

int
ses_custom_has_keyword(const struct ses_custom *c,
    const struct ses_custom_rule *r, const struct ses_custom_view *v)
{
	/* of a long line a piece is seen at a time */
	return r->keywords.n == 0 || r->how == SES_HOW_KEYWORDS ||
	       has_word(c, &r->keywords, v->text, v->len) ||
	       has_word(c, &r->keywords, v->line, v->line_len);
}

static int
is_one_of(const struct ses_custom *c, const struct ses_range *r, const char *s,
    size_t len)
{
	const char *word;
	size_t i;

	for (i = 0; i < r->n; i++) {
		word = ses_custom_word(c, r->first + i);
		if (strlen(word) == len && memcmp(word, s, len) == 0)
			return 1;
	}
	return 0;
}

/* Whether one of the expressions matches.  Where it takes too long, it does
 * not: nothing is let through for that. */
static int
matches(struct ses_custom_run *run, const struct ses_range *r, const char *s,
    size_t len, struct seshat_err *err)
{
	const struct ses_pcre_text t = {.data = s, .len = len, .last = len};
	struct ses_pcre_match m;
	size_t i;
	int rc;

	for (i = r->first; i < (size_t)r->first + r->n; i++) {
		rc = ses_pcre_find(run->pcre, i,
		    ses_custom_pattern(run->c, i)->text, &t, &m, err);
		if (rc < 0 || rc == SES_PCRE_YES)
			return rc;
	}
	return 0;
}

/* What an allow list's conditions say: how many there are, and hold. */
struct verdict {
	unsigned asked;
	unsigned held;
};

static int
count(struct verdict *v, const struct ses_range *r, int held)
{
	if (r->n == 0)
		return 0;
	v->asked++;
	v->held += held > 0 ? 1U : 0U;
	return held < 0 ? -1 : 0;
}

static int
lets(struct ses_custom_run *run, const struct ses_custom_allow *a,
    const struct text *secret, const struct text *target,
    struct seshat_err *err)
{
	const struct ses_custom *c = run->c;
	const char *path = run->source;
	struct verdict v = {0};

	if (count(&v, &a->exact,
		is_one_of(c, &a->exact, secret->data, secret->len)) < 0 ||
	    count(&v, &a->words,
		has_word(c, &a->words, secret->data, secret->len)) < 0 ||
	    count(&v, &a->paths,
		path == NULL
		    ? 0
		    : matches(run, &a->paths, path, strlen(path), err)) < 0 ||
	    count(&v, &a->regexes,
		matches(run, &a->regexes, target->data, target->len, err)) < 0)
		return -1;
	if (a->all)
		return !a->never && v.asked > 0 && v.held == v.asked;
	return v.held > 0;
}

/* The line of a text around a match, as one reads it. */
static struct text
line_of(const struct ses_custom_view *v, const struct ses_custom_match *m)
{
	const char *from = v->text + m->from;
	const char *to;

	while (from > v->text && from[-1] != '\n')
		from--;
	to = memchr(v->text + m->to, '\n', v->len - m->to);
	if (to == NULL)
		to = v->text + v->len;
	return (struct text){from, (size_t)(to - from)};
}

static int
lets_match(struct ses_custom_run *run, const struct ses_custom_rule *rule,
    const struct ses_range *lists, const struct ses_custom_view *v,
    const struct ses_custom_match *m, struct seshat_err *err)
{
	const struct text secret = {
	    v->text + m->secret, m->secret_end - m->secret};
	const struct ses_custom_allow *a;
	struct text target;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < lists->n; i++) {
		a = ses_custom_allow(run->c, lists->first + i);
		if (a->rules.n > 0 && !is_one_of(run->c, &a->rules,
					  rule->row.id, strlen(rule->row.id)))
			continue;
		target = secret;
		if (a->target == SES_TARGET_MATCH)
			target =
			    (struct text){v->text + m->from, m->to - m->from};
		else if (a->target == SES_TARGET_LINE)
			target = line_of(v, m);
		rc = lets(run, a, &secret, &target, err);
	}
	return rc;
}

int
ses_custom_judge(struct ses_custom_run *run, size_t rule,
    const struct ses_custom_view *v, const struct ses_custom_match *m,
    struct seshat_err *err)
{
	const struct ses_custom_rule *r = ses_custom_rule(run->c, rule);
	int rc;

	if (r->entropy > 0 && entropy(v->text + m->secret,
				  m->secret_end - m->secret) <= r->entropy)
		return 0;
	rc = lets_match(run, r, &r->allows, v, m, err);
	if (rc == 0)
		rc = lets_match(run, r, &r->shared, v, m, err);
	return rc < 0 ? -1 : rc == 0;
}

/* Whether the user lets a value through, whoever found it. */
static int
lets_value(struct ses_custom_run *run, const char *s, size_t len,
    struct seshat_err *err)
{
	const struct ses_buf *b = &run->c->values;
	const struct ses_custom_allow *a = (const void *)b->data;
	const struct text value = {s, len};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < ses_custom_n(b, sizeof(*a)); i++)
		rc = lets(run, &a[i], &value, &value, err);
	return rc;
}

/* Whether the user lets the value of a span and its further pieces through:
 * as it stands, or as one reads it. */
static int
lets_spans(struct ses_custom_run *run, const struct ses_span *s, size_t n,
    const char *text, struct seshat_err *err)
{
	struct ses_buf *raw = &run->decoded.text;
	size_t i;
	int rc;

	ses_decoded_clear(&run->decoded);
	ses_decoded_clear(&run->value);
	for (i = 0; i < n; i++) {
		ses_buf_add(raw, text + s[i].from, s[i].to - s[i].from);
		ses_decode(
		    &run->value, text, s[i].from, s[i].to, SES_COLOURS_DROP);
	}
	if (ses_buf_check(raw, err) < 0 ||
	    ses_buf_check(&run->value.text, err) < 0 ||
	    ses_buf_check(&run->value.jumps, err) < 0)
		return -1;
	if (raw->len == 0)
		return 0;
	rc = lets_value(run, raw->data, raw->len, err);
	if (rc == 0 && run->value.text.len > 0)
		rc = lets_value(
		    run, run->value.text.data, run->value.text.len, err);
	return rc;
}

int
ses_custom_filter(
    struct ses_redact *r, const char *text, struct seshat_err *err)
{
	struct ses_span *v = r->spans.v;
	size_t kept = 0;
	size_t i;
	size_t n;
	int rc;

	if (r->custom == NULL || r->custom->c->values.len == 0)
		return 0;
	for (i = 0; i < r->spans.n; i += n) {
		n = 1;
		while (i + n < r->spans.n && v[i + n].more)
			n++;
		rc = lets_spans(r->custom, v + i, n, text, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			continue;
		memmove(v + kept, v + i, n * sizeof(*v));
		kept += n;
	}
	r->spans.n = kept;
	return 0;
}
