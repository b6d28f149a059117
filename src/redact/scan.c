/* Finding what is to be replaced in a text. */
#include <string.h>

#include "base/mem.h"
#include "redact/assign.h"
#include "redact/custom_run.h"
#include "redact/engine.h"
#include "redact/pem.h"
#include "redact/view.h"

/* As much of a token as a proof is shown. */
#define PROOF_MAX 2048

/* Behind an escape so much is read decoded. */
#define CODED_BEHIND 2048

/* A value that is shorter was hardly broken. */
#define BROKEN_VALUE 12

/* So much base64 before a place, of which so much is no small letter, is data:
 * in enough of it stands the beginning of anything. */
#define DATA_RUN   64
#define DATA_MIXED 16

/* So many rules know a name, at most. */
#define LIKE 64

/* Places as near to each other are looked at together. */
#define BROKEN_APART 64

/* One pass over one text. */
struct pass {
	struct ses_redact *r;
	const char *text;
	const char *end;
	size_t first; /* of the spans it found */
	int nested;   /* the text is a decoded one */
	/* the assignment that was read last, at a place */
	struct ses_assign assign;
	/* the names that one like it was found to be */
	uint32_t like_slot;
	int like_begins;
	size_t like_word;
	char like_name[SES_ASSIGN_NAME + 1];
	uint32_t like[LIKE];
	size_t n_like;
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
add(struct pass *p, const struct ses_shape_hit *hit, uint32_t rule, int told)
{
	return ses_spans_add(&p->r->spans,
	    (struct ses_span){.from = (size_t)(hit->from - p->text),
		.to = (size_t)(hit->to - p->text),
		.rule = p->r->first + rule,
		.told = told});
}

/* Whether a span of the rule, found last, covers the place. */
static int
is_covered(const struct pass *p, const char *at, uint32_t rule)
{
	const struct ses_spans *l = &p->r->spans;
	size_t off = (size_t)(at - p->text);

	return l->n > p->first && l->v[l->n - 1].rule == p->r->first + rule &&
	       off >= l->v[l->n - 1].from && off < l->v[l->n - 1].to;
}

/* Where the text goes on that is not there yet: from at on to the end, if that
 * may be the beginning of what the rule finds.  spaces: it may have some. */
static int
add_torn(struct pass *p, const char *at, uint32_t rule, int spaces)
{
	const struct ses_shape_hit hit = {.from = at, .to = p->end};
	const char *c;

	if (!p->r->open_end || at == NULL || p->end - at > SES_SHAPE_MAX)
		return 0;
	for (c = at; c < p->end && !spaces; c++)
		if ((unsigned char)*c <= ' ' || *c == '"')
			return 0;
	/* half a value, or none, is nothing to remember */
	return at == p->end ? 0 : add(p, &hit, rule, 0);
}

/* Put together, later, what may be broken around at, in lines or strings. */
static int
note_broken(struct pass *p, const char *at, unsigned how)
{
	struct ses_spans *l = &p->r->broken;
	struct ses_span *last = l->n > 0 ? &l->v[l->n - 1] : NULL;
	size_t off = (size_t)(at - p->text);

	if (p->nested)
		return 0;
	if (last != NULL && off < last->from + BROKEN_APART) {
		last->rule |= how;
		return 0;
	}
	return ses_spans_add(
	    l, (struct ses_span){.from = off, .to = off, .rule = how});
}

/* What begins at at ends at end, and may be broken there: by the end of a
 * line, or of a string.  whole: it is a secret as it is. */
static int
note_end(struct pass *p, const char *at, const char *end, int whole)
{
	int c;

	if (end == p->end)
		return 0;
	if (*end == '"')
		return note_broken(p, at, SES_BROKEN_STRINGS);
	(void)ses_view_next(end, p->end, &c);
	if (c != '\n' && c != '\r')
		return 0;
	return note_broken(
	    p, at, whole ? SES_BROKEN_PERHAPS : SES_BROKEN_LINES);
}

/* Whether the place is in the midst of base64. */
static int
in_data(const struct pass *p, const char *at)
{
	const char *q = at;
	int mixed = 0;

	for (; q > p->text && at - q < DATA_RUN; q--) {
		if (!ses_view_alnum(q[-1]) && q[-1] != '-' && q[-1] != '_' &&
		    q[-1] != '+' && q[-1] != '/')
			return 0;
		mixed += q[-1] < 'a' && ses_view_alnum(q[-1]) ? 1 : 0;
	}
	return at - q == DATA_RUN && mixed >= DATA_MIXED;
}

/* A shape, at the place where it must begin. */
static int
try_shape(struct pass *p, uint32_t slot, const char *at)
{
	const struct ses_slot *s = &p->r->slots.v[slot];
	struct ses_shape_hit hit = {0};

	int found;

	if (at < p->r->dead[slot] || is_covered(p, at, s->rule) ||
	    in_data(p, at))
		return 0;
	found = ses_shape_match(&s->shape, at, p->end, &hit);
	if (note_end(p, at, hit.end, found) < 0)
		return -1;
	if (found && proved(p->r->slots.rules[s->rule], &hit))
		return add(p, &hit, s->rule, s->shape.open > 0);
	if (hit.dead != NULL)
		p->r->dead[slot] = hit.dead;
	return hit.end == p->end ? add_torn(p, hit.from, s->rule, 1) : 0;
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
		    note_end(p, at, hit.end, found) < 0)
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
		return ses_assign_end(a, p->end) == p->end
			   ? add_torn(p, a->value, s->rule, a->quote != 0)
			   : 0;
	}
	return add(p, &hit, s->rule, 1);
}

/* The next name that has no pair of characters but these; a tight loop. */
static const struct ses_name *
next_like(
    const struct ses_name *name, const struct ses_name *end, uint64_t pairs)
{
	const uint64_t others = ~pairs;

	while (name < end && (name->pairs & others) != 0)
		name++;
	return name;
}

/* Which of the names that end in a word p->assign is, into p->like. */
static void
find_names(struct pass *p, uint32_t slot, int begins)
{
	const struct ses_slots *s = &p->r->slots;
	const struct ses_slot *head = &s->v[slot];
	const struct ses_name *name = &s->names[head->first_name];
	const struct ses_assign *a = &p->assign;
	const struct ses_name *end =
	    name + (a->word == 0 ? head->n_bare : head->n_names);
	uint64_t pairs;

	p->like_slot = slot;
	p->like_begins = begins;
	p->like_word = a->word;
	memcpy(p->like_name, a->name, sizeof(a->name));
	p->n_like = 0;
	if (name == end)
		return;
	pairs = ses_assign_pairs(a->name);
	for (name = next_like(name, end, pairs); name < end && p->n_like < LIKE;
	     name = next_like(name + 1, end, pairs))
		/* written together with the word before it, it begins none */
		if ((begins || name->joined) &&
		    ses_assign_is(
			a, s->v[name->slot].name, s->v[name->slot].word))
			p->like[p->n_like++] = name->slot;
}

/* The names that end in a word, where it stands. */
static int
try_names(struct pass *p, uint32_t slot, const char *at)
{
	const struct ses_assign *a = &p->assign;
	int begins = begins_word(p, at);
	size_t i;
	int rc = 0;

	if (!ses_assign_read(p->text, at, p->end, &p->assign) ||
	    !ses_assign_ends(a, p->r->slots.v[slot].word))
		return 0;
	/* the same name often stands there many times */
	if (p->like_slot != slot || p->like_begins != begins ||
	    p->like_word != a->word || strcmp(p->like_name, a->name) != 0)
		find_names(p, slot, begins);
	for (i = 0; i < p->n_like && rc == 0; i++)
		rc = try_name(p, p->like[i], at);
	return rc;
}

static int
try_find(struct pass *p, const struct ses_slot *s, const char *at)
{
	const struct ses_rule *rule = p->r->slots.rules[s->rule];
	struct ses_shape_hit hit = {0};

	if (is_covered(p, at, s->rule))
		return 0;
	if (!rule->find(p->text, at, p->end, &hit) || !proved(rule, &hit)) {
		while (p->r->open_end && at > p->text && at[-1] > ' ' &&
		       strchr("\"\\=", at[-1]) == NULL)
			at--; /* the secret begins before the anchor */
		return add_torn(p, at, s->rule, rule->find == ses_pem_find);
	}
	return add(p, &hit, s->rule, 1);
}

/* Read the text around at decoded, later. */
static int
note_coded(struct pass *p, const char *at)
{
	struct ses_spans *l = &p->r->coded;
	struct ses_span *last = l->n > 0 ? &l->v[l->n - 1] : NULL;
	size_t off = (size_t)(at - p->text);
	size_t len = (size_t)(p->end - p->text);
	size_t from = off > SES_CODED_BEFORE ? off - SES_CODED_BEFORE : 0;
	size_t to = len - off > CODED_BEHIND ? off + CODED_BEHIND : len;

	if (last != NULL && last->from <= from && last->to >= from) {
		last->to = last->to > to ? last->to : to;
		return 0;
	}
	return ses_spans_add(l, (struct ses_span){.from = from, .to = to});
}

/* Escapes of URLs and terminals: one byte is no mark. */
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

/* Something may begin at at. */
static int
on_mark(void *arg, uint32_t id, const char *at)
{
	struct pass *p = arg;
	const struct ses_slot *s = &p->r->slots.v[id];
	int rc = 0;

	switch (s->kind) {
	case SES_SLOT_SHAPE:
		if ((s->clear || !ses_view_word_before(p->text, at)) &&
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
		rc = note_broken(p, at, SES_BROKEN_STRINGS);
		break;
	case SES_SLOT_CODE:
		rc = p->nested ? 0 : note_coded(p, at);
		break;
	}
	return rc;
}

int
ses_pass(struct ses_redact *r, const char *text, size_t len, int nested,
    struct seshat_err *err)
{
	struct pass p = {.r = r,
	    .text = text,
	    .end = text + len,
	    .first = r->spans.n,
	    .like_slot = UINT32_MAX,
	    .nested = nested};

	if (len == 0)
		return 0;
	memset(r->dead, 0, r->slots.n * sizeof(*r->dead));
	if (ses_marks_scan(r->marks, text, len, on_mark, &p) < 0 ||
	    (!nested && note_bytes(&p) < 0))
		return ses_fail_nomem(err);
	return r->known == NULL ? 0 : ses_recall(r, p.first, text, len, err);
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
	r->open_end = r->torn;
	if (ses_pass(r, text, len, 0, err) < 0)
		return -1;
	if (ses_scan_coded(r, text, len, err) < 0 ||
	    ses_scan_broken(r, text, len, err) < 0 ||
	    ses_custom_scan(r, text, len, err) < 0 ||
	    ses_custom_filter(r, text, err) < 0)
		return -1;
	ses_spans_merge(&r->spans);
	return 0;
}
