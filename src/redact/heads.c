/* How begins what the slots look for. */
#include <string.h>

#include "redact/heads.h"
#include "redact/view.h"

static void
add_byte(struct ses_class *c, unsigned byte)
{
	c->set[byte / 64] |= UINT64_C(1) << (byte % 64);
}

static struct ses_class *
more(struct ses_head *h)
{
	struct ses_class *c = &h->v[h->n];

	*c = (struct ses_class){{0}};
	h->n++;
	return c;
}

static void
put_text(struct ses_head *h, const char *text, size_t len, int any_case)
{
	struct ses_class *c;
	size_t i;

	for (i = 0; i < len && h->n < SES_HEAD_MAX; i++) {
		c = more(h);
		add_byte(c, (unsigned char)text[i]);
		if (any_case && ses_view_alpha(text[i]))
			add_byte(c, (unsigned char)text[i] ^ 0x20);
	}
}

static void
put_range(struct ses_class *c, unsigned from, unsigned to)
{
	for (; from <= to; from++)
		add_byte(c, from);
}

/* What may stand behind a word of a name: no letter, that were another word,
 * and nothing that stands between no name and its value. */
static void
put_behind(struct ses_head *h)
{
	static const char may[] = "0123456789_-. \t\r\n\"'`\\=:>,]()%";
	struct ses_class *c;
	const char *p;

	if (h->n == SES_HEAD_MAX)
		return;
	c = more(h);
	for (p = may; *p != '\0'; p++)
		add_byte(c, (unsigned char)*p);
}

static void
put_shape(struct ses_head *h, const struct ses_slot *slot)
{
	const struct ses_shape_elem *e;
	struct ses_class *c;
	uint32_t k;

	for (e = slot->shape.elems; h->n < slot->lead; e++)
		for (k = 0; k < e->min && h->n < slot->lead; k++) {
			c = more(h);
			memcpy(c->set, e->set, sizeof(e->set));
		}
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

typedef int each_fn(void *arg, const struct ses_head *head);

/* The word, with "api", "api_", "api-" or "api." before it. */
static int
tell_pairs(const struct ses_slot *slot, const char *before, size_t len,
    struct ses_head *h, each_fn *each, void *arg)
{
	static const char *const signs[] = {"", "_", "-", "."};
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		h->n = 0;
		put_text(h, before, len, 1);
		put_text(h, signs[i], strlen(signs[i]), 0);
		h->before = h->n;
		put_text(h, slot->word, strlen(slot->word), 1);
		put_behind(h);
		if (each(arg, h) < 0)
			return -1;
	}
	return 0;
}

/* Whether a name from first on, but before name, has the same word there. */
static int
is_told(const struct ses_slots *s, const struct ses_name *first,
    const struct ses_name *name, const char *before, size_t len)
{
	const char *other;
	size_t n = 0;

	for (; first < name; first++) {
		other = word_before(&s->v[first->slot], &n);
		if (n == len && memcmp(other, before, len) == 0)
			return 1;
	}
	return 0;
}

/* Where all names of a word have another one before it, only that is waited
 * for: "id" alone stands everywhere. */
static int
tell_names(const struct ses_slots *s, const struct ses_slot *head,
    struct ses_head *h, each_fn *each, void *arg)
{
	const struct ses_name *first = &s->names[head->first_name];
	const struct ses_name *end = first + head->n_names;
	const struct ses_name *name;
	const char *before;
	size_t len = 0;

	for (name = first; name < end; name++)
		if (word_before(&s->v[name->slot], &len) == NULL) {
			put_text(h, head->word, strlen(head->word), 1);
			put_behind(h);
			return each(arg, h);
		}
	for (name = first; name < end; name++) {
		before = word_before(&s->v[name->slot], &len);
		if (is_told(s, first, name, before, len))
			continue;
		if (tell_pairs(head, before, len, h, each, arg) < 0)
			return -1;
	}
	return 0;
}

/* \u002d and \u001b */
static int
tell_unicode(struct ses_head *h, each_fn *each, void *arg)
{
	put_text(h, "u001b", 5, 1);
	if (each(arg, h) < 0)
		return -1;
	h->n = 0;
	put_text(h, "u00", 3, 0);
	put_range(more(h), '2', '7');
	return each(arg, h);
}

/* :\/\/, however often it was quoted */
static int
tell_slashes(struct ses_head *h, each_fn *each, void *arg)
{
	size_t n;

	for (n = 1; n <= 8; n++) {
		h->n = 0;
		put_text(h, ":\\\\\\\\\\\\\\\\", n + 1, 0);
		put_text(h, "/", 1, 0);
		if (each(arg, h) < 0)
			return -1;
	}
	return 0;
}

static int
tell_code(const char *word, struct ses_head *h, each_fn *each, void *arg)
{
	if (strcmp(word, "u00") == 0)
		return tell_unicode(h, each, arg);
	if (strcmp(word, ":\\/") == 0)
		return tell_slashes(h, each, arg);
	put_text(h, word, strlen(word), 0);
	return each(arg, h);
}

int
ses_slot_heads(const struct ses_slots *s, uint32_t i, each_fn *each, void *arg)
{
	const struct ses_slot *slot = &s->v[i];
	struct ses_head h = {.slot = i};

	switch (slot->kind) {
	case SES_SLOT_NAME:
		return slot->follows ? 0 : tell_names(s, slot, &h, each, arg);
	case SES_SLOT_CODE:
		return tell_code(slot->word, &h, each, arg);
	case SES_SLOT_SHAPE:
		put_shape(&h, slot);
		break;
	case SES_SLOT_ANCHOR:
	case SES_SLOT_STREAM:
		if (slot->word == NULL)
			put_shape(&h, slot);
		else
			put_text(&h, slot->word, strlen(slot->word), 0);
		break;
	}
	return each(arg, &h);
}
