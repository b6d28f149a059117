/* Finding what is to be replaced in a text. */
#include <string.h>

#include "base/mem.h"
#include "redact/assign.h"
#include "redact/engine.h"
#include "redact/view.h"

/* As much of a token as a proof is shown. */
#define PROOF_MAX 2048

/* Around an escape so much is read decoded, and then to the end of the word. */
#define CODED_BEFORE 1024
#define CODED_BEHIND 2048
#define CODED_WORD   SES_SHAPE_MAX

/* No more than this at once, so that memory stays small. */
#define CODED_MAX     ((size_t)1 << 17)
#define CODED_OVERLAP (CODED_BEFORE + CODED_WORD)

/* Of a record that holds something broken, so much is put together again:
 * before and behind the place, in lines, and in strings. */
#define LINES_BEFORE   1024
#define LINES_BEHIND   4096
#define STRINGS_BEFORE 16384
#define STRINGS_BEHIND 49152
#define STRINGS_MAX    4096

/* A value that is shorter was hardly broken. */
#define BROKEN_VALUE 12

/* Places as near to each other are looked at together. */
#define BROKEN_APART 64

/* One pass over one text. */
struct pass {
	struct ses_redact *r;
	const char *text;
	const char *end;
	size_t first; /* of the spans it found */
	int nested;   /* the text is a decoded one */
	int nomem;
	/* the assignment that was read last, at a place */
	struct ses_assign assign;
};

/* Whether the rule's proof holds for the token as one reads it. */
static int
proved(const struct ses_rule *rule, const struct ses_shape_hit *hit)
{
	char token[PROOF_MAX];
	const char *p = hit->from;
	size_t body = 0;
	size_t n = 0;
	int c;

	if (rule->prove == NULL)
		return 1;
	while (p < hit->to && n < sizeof(token)) {
		p += ses_view_next(p, hit->to, &c);
		token[n++] = (char)c;
		if (p <= hit->body)
			body = n;
	}
	return rule->prove(token, n, body);
}

static int
add(struct pass *p, const struct ses_shape_hit *hit, uint32_t rule)
{
	return ses_spans_add(&p->r->spans,
	    (struct ses_span){.from = (size_t)(hit->from - p->text),
		.to = (size_t)(hit->to - p->text),
		.rule = rule});
}

/* Whether a span of the rule, found last, covers the place. */
static int
is_covered(const struct pass *p, const char *at, uint32_t rule)
{
	const struct ses_spans *l = &p->r->spans;
	size_t off = (size_t)(at - p->text);

	return l->n > p->first && l->v[l->n - 1].rule == rule &&
	       off >= l->v[l->n - 1].from && off < l->v[l->n - 1].to;
}

/* Put together, later, what may be broken around at. */
static int
note_broken(struct pass *p, const char *at)
{
	struct ses_spans *l = &p->r->broken;
	size_t off = (size_t)(at - p->text);

	if (p->nested)
		return 0;
	if (l->n > 0 && off < l->v[l->n - 1].from + BROKEN_APART)
		return 0;
	return ses_spans_add(l, (struct ses_span){.from = off, .to = off});
}

/* What begins at at ends at end, and may be broken there: by the end of a
 * line, or of a string. */
static int
note_end(struct pass *p, const char *at, const char *end)
{
	int c;

	if (end == p->end)
		return 0;
	(void)ses_view_next(end, p->end, &c);
	return c == '\n' || c == '\r' || *end == '"' ? note_broken(p, at) : 0;
}

/* A shape, at the place where it must begin. */
static int
try_shape(struct pass *p, uint32_t slot, const char *at)
{
	const struct ses_slot *s = &p->r->slots.v[slot];
	struct ses_shape_hit hit = {0};

	int found;

	if (at < p->r->dead[slot] || is_covered(p, at, s->rule))
		return 0;
	found = ses_shape_match(&s->shape, at, p->end, &hit);
	if (note_end(p, at, hit.end) < 0)
		return -1;
	if (found && proved(p->r->slots.rules[s->rule], &hit))
		return add(p, &hit, s->rule);
	if (hit.dead != NULL)
		p->r->dead[slot] = hit.dead;
	return 0;
}

/* Whether a word begins here: also with a capital behind a small letter. */
static int
begins_word(const struct pass *p, const char *at)
{
	return !ses_view_word_before(p->text, at) ||
	       (*at >= 'A' && *at <= 'Z' && at[-1] >= 'a' && at[-1] <= 'z');
}

static int
is_excepted(const struct ses_rule *rule, const struct ses_assign *a)
{
	size_t i;

	for (i = 0; i < SES_RULE_UNLESS && rule->unless[i] != NULL; i++)
		if (strstr(a->name, rule->unless[i]) != NULL)
			return 1;
	return 0;
}

/* The value of a name that the rule knows. */
static int
try_name(struct pass *p, uint32_t slot, const char *at)
{
	const struct ses_slot *s = &p->r->slots.v[slot];
	const struct ses_rule *rule = p->r->slots.rules[s->rule];
	const struct ses_assign *a = &p->assign;
	struct ses_shape_hit hit = {0};
	int found = 0;
	uint32_t i;

	if (a->value < p->r->dead[slot] || is_excepted(rule, a) ||
	    is_covered(p, a->value, s->rule))
		return 0;
	for (i = 0; i < s->n_values; i++) {
		const struct ses_shape *v =
		    &p->r->slots.values[s->first_value + i];

		found = ses_shape_match(v, a->value, p->end, &hit);
		if (hit.end - a->value >= BROKEN_VALUE &&
		    note_end(p, at, hit.end) < 0)
			return -1;
		if (found)
			break;
	}
	if (s->n_values == 0) {
		hit.from = hit.body = a->value;
		hit.to = hit.end = ses_assign_end(a, p->end);
		found = hit.to > hit.from;
	}
	/* what is called is code */
	if (!found || (a->quote == 0 && hit.to < p->end && *hit.to == '(') ||
	    !proved(rule, &hit)) {
		/* nor is what it ends with */
		p->r->dead[slot] = hit.end;
		return 0;
	}
	return add(p, &hit, s->rule);
}

/* The names that end in a word, where it stands. */
static int
try_names(struct pass *p, uint32_t slot, const char *at)
{
	const struct ses_slot *v = p->r->slots.v;
	int begins = begins_word(p, at);
	uint64_t pairs;
	int rc = 0;

	if (!ses_assign_read(p->text, at, p->end, &p->assign) ||
	    !ses_assign_ends(&p->assign, v[slot].word))
		return 0;
	pairs = ses_assign_pairs(p->assign.name);
	do {
		/* written together with the word before it, it begins none */
		if ((v[slot].pairs & ~pairs) == 0 &&
		    (begins || (v[slot].word > v[slot].name &&
				   v[slot].word[-1] == ' ')) &&
		    ses_assign_is(&p->assign, v[slot].name, v[slot].word))
			rc = try_name(p, slot, at);
		slot = v[slot].next;
	} while (rc == 0 && slot != 0);
	return rc;
}

static int
try_find(struct pass *p, const struct ses_slot *s, const char *at)
{
	const struct ses_rule *rule = p->r->slots.rules[s->rule];
	struct ses_shape_hit hit = {0};

	if (is_covered(p, at, s->rule) ||
	    !rule->find(p->text, at, p->end, &hit) || !proved(rule, &hit))
		return 0;
	return add(p, &hit, s->rule);
}

/* Read the text around at decoded, later. */
static int
note_coded(struct pass *p, const char *at)
{
	struct ses_spans *l = &p->r->coded;
	struct ses_span *last = l->n > 0 ? &l->v[l->n - 1] : NULL;
	size_t off = (size_t)(at - p->text);
	size_t len = (size_t)(p->end - p->text);
	size_t from = off > CODED_BEFORE ? off - CODED_BEFORE : 0;
	size_t to = len - off > CODED_BEHIND ? off + CODED_BEHIND : len;

	if (last != NULL && last->from <= from && last->to >= from) {
		last->to = last->to > to ? last->to : to;
		return 0;
	}
	return ses_spans_add(l, (struct ses_span){.from = from, .to = to});
}

/* Escapes of URLs and terminals: by memchr, which is faster with one byte than
 * Hyperscan. */
static int
note_bytes(struct pass *p)
{
	static const char bytes[] = "%\x1b";
	const char *c;
	const char *at;
	int v;

	for (c = bytes; *c != '\0'; c++)
		for (at = p->text;
		     (at = memchr(at, *c, (size_t)(p->end - at))) != NULL;
		     at++) {
			v = p->end - at < 3 ? -1 : ses_view_hex(at + 1, 2);
			if (*c == '%' && (v <= ' ' || v >= 0x7f))
				continue;
			if (note_coded(p, at) < 0)
				return -1;
		}
	return 0;
}

/* Hyperscan's callback: something may begin lead bytes before to. */
static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *arg)
{
	struct pass *p = arg;
	const struct ses_slot *s = &p->r->slots.v[id];
	const char *at = p->text + to - s->lead;
	int rc = 0;

	(void)from;
	(void)flags;
	switch (s->kind) {
	case SES_SLOT_SHAPE:
		if (!ses_view_word_before(p->text, at) &&
		    !ses_view_escaped(p->text, at))
			rc = try_shape(p, id, at);
		break;
	case SES_SLOT_NAME:
		rc = try_names(p, id, at);
		break;
	case SES_SLOT_ANCHOR:
		rc = p->r->slots.rules[s->rule]->find != NULL
			 ? try_find(p, s, at)
			 : try_shape(p, id, at);
		break;
	case SES_SLOT_STREAM:
		rc = note_broken(p, at);
		break;
	case SES_SLOT_CODE:
		rc = p->nested ? 0 : note_coded(p, at);
		break;
	}
	p->nomem = rc < 0;
	return rc;
}

static int
pass(struct ses_redact *r, const char *text, size_t len, int nested,
    struct seshat_err *err)
{
	struct pass p = {.r = r,
	    .text = text,
	    .end = text + len,
	    .first = r->spans.n,
	    .nested = nested};
	hs_error_t rc;

	if (len == 0)
		return 0;
	memset(r->dead, 0, r->slots.n * sizeof(*r->dead));
	rc = hs_scan(r->db, text, (unsigned)len, 0, r->scratch, on_match, &p);
	if (p.nomem || (!nested && note_bytes(&p) < 0))
		return ses_fail_nomem(err);
	if (rc != HS_SUCCESS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "redact: Hyperscan error %d, so nothing is stored", rc);
	return 0;
}

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
	    pass(r, r->decoded.text.data, r->decoded.text.len, 1, err) < 0)
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
static int
scan_coded(
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
			if (decode_and_scan(r, text, from, to,
				SES_COLOURS_BREAK, err) < 0 ||
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
    struct seshat_err *err)
{
	const char *end = text + len;
	size_t from = at > LINES_BEFORE ? at - LINES_BEFORE : 0;
	size_t to = len - at > LINES_BEHIND ? at + LINES_BEHIND : len;

	from = (size_t)(ses_view_align(text, text + from, end) - text);
	to = (size_t)(ses_view_align(text, text + to, end) - text);
	ses_decoded_clear(&r->decoded);
	ses_join_lines(&r->decoded, text, from, to);
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

static int
scan_broken(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	size_t lines = 0; /* up to here they were put together, */
	size_t done = 0;  /* and strings */
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
		if (at >= lines) {
			if (join_lines(r, text, len, at, err) < 0)
				return -1;
			lines = at + LINES_BEHIND - LINES_BEFORE;
		}
		if (at < done)
			continue;
		record_of(text, len, at, &from, &to);
		if (join_strings(r, text, from, to, err) < 0)
			return -1;
		done = to;
	}
	return 0;
}

int
ses_scan(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	r->spans.n = 0;
	r->coded.n = 0;
	r->broken.n = 0;
	if (len > UINT32_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "redact: %zu bytes at once, 4 GiB is the most", len);
	if (len == 0)
		return 0;
	if (pass(r, text, len, 0, err) < 0)
		return -1;
	if (scan_coded(r, text, len, err) < 0 ||
	    scan_broken(r, text, len, err) < 0)
		return -1;
	ses_spans_merge(&r->spans);
	return 0;
}
