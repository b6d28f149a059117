/* What the rules look for, one slot for each way in which one finds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/assign.h"
#include "redact/slots.h"
#include "redact/view.h"

/* Hyperscan waits for so many characters of a token's first run: enough to be
 * rare, and few, since a token may be broken soon. */
#define HEAD_RUN 4

/* Longer beginnings only make its automata larger. */
#define HEAD_MAX 16

/* Different last words of names. */
#define WORDS 256

/* What hides a character, or colours a text: \u002d, \x1b[.  Those of one byte
 * are looked for otherwise, Hyperscan is slow with them. */
static const struct {
	const char *regex;
	uint32_t lead; /* bytes that it matches, at least */
} codes[] = {
    {"u00(?:1b|[2-7][0-9a-fA-F])", 5},
    {"x1b\\[", 4},
    {"033\\[", 4},
    {"\\\\e\\[", 3},
    {":\\\\{1,8}/", 3},
};

#define N_CODES (sizeof(codes) / sizeof(codes[0]))

/* What the pieces of an answer are called where they arrive. */
static const char *const streams[] = {"_delta\"", "\"delta\":", "partial_json"};

#define N_STREAMS (sizeof(streams) / sizeof(streams[0]))

static int
take_rules(struct ses_slots *s, struct seshat_err *err)
{
	size_t n = 0;

	while (ses_rule_at(n) != NULL)
		n++;
	s->rules = ses_calloc(n + 1, sizeof(*s->rules));
	if (s->rules == NULL)
		return ses_fail_nomem(err);
	for (; s->n_rules < n; s->n_rules++)
		s->rules[s->n_rules] = ses_rule_at(s->n_rules);
	return 0;
}

static int
make_room(struct ses_slots *s, struct seshat_err *err)
{
	const struct ses_rule *r;
	size_t slots = N_CODES + N_STREAMS;
	size_t values = 1;
	size_t i;
	size_t k;

	for (i = 0; i < s->n_rules; i++) {
		r = s->rules[i];
		slots++;
		for (k = 0; k < SES_RULE_SHAPES && r->shapes[k] != NULL; k++)
			values++;
		for (k = 0; k < SES_RULE_NAMES && r->names[k] != NULL; k++)
			slots++;
	}
	s->v = ses_calloc(slots + values, sizeof(*s->v));
	s->values = ses_calloc(values, sizeof(*s->values));
	return s->v == NULL || s->values == NULL ? ses_fail_nomem(err) : 0;
}

/* A name, by its last word. */
static void
add_name(struct ses_slots *s, struct ses_slot of)
{
	struct ses_slot *slot = &s->v[s->n++];

	*slot = of;
	slot->word = of.name + strlen(of.name);
	while (slot->word > of.name && slot->word[-1] != '*' &&
	       slot->word[-1] != ' ')
		slot->word--;
	slot->pairs = ses_assign_pairs(slot->name);
	/* what follows the word is seen, too */
	slot->lead = (uint32_t)strlen(slot->word) + 1;
}

/* Names that end in one word are noticed together. */
static void
link_names(struct ses_slots *s)
{
	struct ses_slot *v = s->v;
	uint32_t last[WORDS]; /* slot of each word */
	size_t n = 0;
	size_t w;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		if (v[i].kind != SES_SLOT_NAME)
			continue;
		for (w = 0; w < n; w++)
			if (strcmp(v[last[w]].word, v[i].word) == 0)
				break;
		if (w < n) {
			v[last[w]].next = i;
			v[i].follows = 1;
		}
		/* one too many is noticed by itself */
		n += w == n && n < WORDS ? 1 : 0;
		if (w < n)
			last[w] = i;
	}
}

static int
add_shapes(struct ses_slots *s, uint32_t rule, struct seshat_err *err)
{
	const struct ses_rule *r = s->rules[rule];
	struct ses_slot *slot;
	size_t k;

	for (k = 0; k < SES_RULE_SHAPES && r->shapes[k] != NULL; k++) {
		slot = &s->v[s->n];
		*slot = (struct ses_slot){
		    .kind =
			r->anchor != NULL ? SES_SLOT_ANCHOR : SES_SLOT_SHAPE,
		    .rule = rule,
		};
		if (ses_shape_parse(r->shapes[k], &slot->shape, err) < 0)
			return -1;
		s->n++;
		slot->lead = r->anchor != NULL ? (uint32_t)strlen(r->anchor)
					       : ses_shape_head(&slot->shape,
						     HEAD_RUN, HEAD_MAX);
		if (slot->lead < 3 && r->anchor == NULL)
			return ses_fail(err, SESHAT_EFORMAT,
			    "%s begins too vaguely to be looked for",
			    r->shapes[k]);
	}
	return 0;
}

static int
add_names(struct ses_slots *s, uint32_t rule, struct seshat_err *err)
{
	const struct ses_rule *r = s->rules[rule];
	struct ses_slot of = {.kind = SES_SLOT_NAME,
	    .rule = rule,
	    .first_value = (uint32_t)s->n_values};
	size_t k;

	for (k = 0; k < SES_RULE_SHAPES && r->shapes[k] != NULL; k++) {
		if (ses_shape_parse(
			r->shapes[k], &s->values[s->n_values], err) < 0)
			return -1;
		s->n_values++;
		of.n_values++;
	}
	for (k = 0; k < SES_RULE_NAMES && r->names[k] != NULL; k++) {
		of.name = r->names[k];
		add_name(s, of);
	}
	return 0;
}

static int
add_rule(struct ses_slots *s, uint32_t rule, struct seshat_err *err)
{
	const struct ses_rule *r = s->rules[rule];

	if (r->names[0] != NULL)
		return add_names(s, rule, err);
	if (r->find == NULL)
		return add_shapes(s, rule, err);
	s->v[s->n++] = (struct ses_slot){.kind = SES_SLOT_ANCHOR,
	    .rule = rule,
	    .lead = (uint32_t)strlen(r->anchor)};
	return 0;
}

int
ses_slots_make(struct ses_slots *s, struct seshat_err *err)
{
	size_t i;

	if (take_rules(s, err) < 0 || make_room(s, err) < 0)
		return -1;
	for (i = 0; i < s->n_rules; i++)
		if (add_rule(s, (uint32_t)i, err) < 0)
			return ses_fail_in(err, "rule %s", s->rules[i]->id);
	link_names(s);
	for (i = 0; i < N_STREAMS; i++)
		s->v[s->n++] = (struct ses_slot){.kind = SES_SLOT_STREAM,
		    .word = streams[i],
		    .lead = (uint32_t)strlen(streams[i])};
	for (i = 0; i < N_CODES; i++)
		s->v[s->n++] = (struct ses_slot){
		    .kind = SES_SLOT_CODE, .lead = codes[i].lead};
	return 0;
}

void
ses_slots_free(struct ses_slots *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		ses_shape_free(&s->v[i].shape);
	for (i = 0; i < s->n_values; i++)
		ses_shape_free(&s->values[i]);
	free(s->v);
	free(s->values);
	free(s->rules);
	*s = (struct ses_slots){0};
}

static void
put_literal(const char *text, int spaces, struct ses_buf *out)
{
	for (; *text != '\0'; text++)
		if (spaces || *text != ' ')
			ses_buf_fmt(out, "\\x%02x", (unsigned)*text);
}

/* The word before the last one of a name, if they are neighbours. */
static const char *
word_before(const struct ses_slot *slot, size_t *len)
{
	const char *end = slot->word - 1;
	const char *p = end;

	if (slot->word == slot->name || *end != ' ')
		return NULL;
	while (p > slot->name && p[-1] != ' ' && p[-1] != '*')
		p--;
	*len = (size_t)(end - p);
	return p;
}

/* Where all names of a word have another one before it, only that is waited
 * for: "id" alone stands everywhere. */
static void
put_words_before(const struct ses_slots *s, size_t i, struct ses_buf *out)
{
	const char *mark = "(?:";
	const char *word;
	size_t len = 0;
	size_t k;

	for (k = i; k == i || k != 0; k = s->v[k].next)
		if (word_before(&s->v[k], &len) == NULL)
			return;
	for (k = i; k == i || k != 0; k = s->v[k].next) {
		word = word_before(&s->v[k], &len);
		ses_buf_fmt(out, "%s%.*s", mark, (int)len, word);
		mark = "|";
	}
	ses_buf_str(out, ")[_.-]?");
}

void
ses_slot_regex(const struct ses_slots *s, size_t i, struct ses_buf *out)
{
	const struct ses_slot *slot = &s->v[i];

	switch (slot->kind) {
	case SES_SLOT_SHAPE:
		ses_shape_regex(&slot->shape, slot->lead, out);
		break;
	case SES_SLOT_NAME:
		/* a word that goes on is another one */
		ses_buf_str(out, "(?i)");
		put_words_before(s, i, out);
		put_literal(slot->word, 0, out);
		ses_buf_str(out, "[^a-z]");
		break;
	case SES_SLOT_ANCHOR:
		put_literal(s->rules[slot->rule]->anchor, 1, out);
		break;
	case SES_SLOT_STREAM:
		put_literal(slot->word, 1, out);
		break;
	case SES_SLOT_CODE:
		ses_buf_str(out, codes[i - (s->n - N_CODES)].regex);
		break;
	}
}
