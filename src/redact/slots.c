/* What the rules look for, one slot for each way in which one finds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/assign.h"
#include "redact/slots.h"
#include "redact/view.h"

/* A token is noticed by so many characters of its first run: enough to be
 * rare, and few, since a token may be broken soon. */
#define HEAD_RUN 4
#define HEAD_MIN 3
#define HEAD_MAX 16

/* One that begins with so many characters that are always the same is one even
 * inside of a word. */
#define CLEAR_MIN 10

/* What hides a character, or colours a text: \u002d, \x1b[, :\/\/ (heads.c).
 * Those of one byte are looked for otherwise. */
static const char *const codes[] = {"u00", "x1b[", "033[", "\\e[", ":\\/"};

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
}

/* The names that end in the word of slot i, those first that have nothing
 * before it; they are noticed together. */
static void
gather_names(struct ses_slots *s, uint32_t i)
{
	struct ses_slot *head = &s->v[i];
	struct ses_slot *v;
	uint32_t k;
	int bare;

	head->first_name = (uint32_t)s->n_names;
	for (bare = 1; bare >= 0; bare--) {
		for (k = i; k < s->n; k++) {
			v = &s->v[k];
			if (v->kind != SES_SLOT_NAME ||
			    (v->word == v->name) != bare ||
			    strcmp(v->word, head->word) != 0)
				continue;
			v->follows = k > i;
			s->names[s->n_names++] = (struct ses_name){
			    .pairs = ses_assign_pairs(v->name),
			    .slot = k,
			    .joined = !bare && v->word[-1] == ' '};
		}
		if (bare)
			head->n_bare = (uint32_t)s->n_names - head->first_name;
	}
	head->n_names = (uint32_t)s->n_names - head->first_name;
}

static int
gather_all_names(struct ses_slots *s, struct seshat_err *err)
{
	uint32_t i;

	s->names = ses_calloc(s->n + 1, sizeof(*s->names));
	if (s->names == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < s->n; i++)
		if (s->v[i].kind == SES_SLOT_NAME && !s->v[i].follows)
			gather_names(s, i);
	return 0;
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
		    .word = r->anchor,
		};
		if (ses_shape_parse(r->shapes[k], &slot->shape, err) < 0)
			return -1;
		s->n++;
		if (r->anchor != NULL)
			continue;
		slot->lead = ses_shape_head(&slot->shape, HEAD_RUN, HEAD_MAX);
		slot->clear = ses_shape_fixed(&slot->shape) >= CLEAR_MIN;
		if (slot->lead < HEAD_MIN)
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
	struct ses_slot *slot;

	if (r->names[0] != NULL)
		return add_names(s, rule, err);
	if (r->find == NULL)
		return add_shapes(s, rule, err);
	slot = &s->v[s->n];
	*slot = (struct ses_slot){.kind = SES_SLOT_ANCHOR, .rule = rule};
	if (ses_shape_parse(r->anchor, &slot->shape, err) < 0)
		return -1;
	s->n++;
	slot->lead = slot->shape.n;
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
	if (gather_all_names(s, err) < 0)
		return -1;
	for (i = 0; i < N_STREAMS; i++)
		s->v[s->n++] = (struct ses_slot){
		    .kind = SES_SLOT_STREAM, .word = streams[i]};
	for (i = 0; i < N_CODES; i++)
		s->v[s->n++] =
		    (struct ses_slot){.kind = SES_SLOT_CODE, .word = codes[i]};
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
	free(s->names);
	free(s->values);
	free(s->rules);
	*s = (struct ses_slots){0};
}
