/*
 * The header of a part.  Any text: what parses is written, and read again as
 * the same, and what was written is its own form.  Any header that a mirror
 * could make: it is read back as it was, and fits into a part.
 */
#include <string.h>

#include "base/time.h"
#include "fuzz/fuzz.h"
#include "pack/member.h"
#include "pack/part.h"
#include "redact/rules.h"

/* Bytes to make a header of; zeros behind the last. */
struct source {
	const uint8_t *p;
	size_t left;
};

static uint64_t
draw(struct source *s, size_t n)
{
	uint64_t v = 0;

	for (; n > 0; n--) {
		v <<= 8;
		if (s->left > 0) {
			v |= *s->p++;
			s->left--;
		}
	}
	return v;
}

static void
draw_hex(struct source *s, char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = digits[draw(s, 1) & 15];
	out[n] = '\0';
}

/* A time that can be written, but for 0, which stands for none. */
static int64_t
draw_time(struct source *s)
{
	char text[SES_TIME_MAX];
	int64_t t = 0;

	ses_time_format((int64_t)draw(s, 7) - (INT64_C(1) << 45), text);
	MUST(ses_time_parse(text, strlen(text), &t) == 0);
	return t;
}

static void
draw_counts(struct source *s, char *out, size_t size)
{
	size_t len = 0;
	uint64_t rule;
	size_t n = 1;

	while (ses_rule_at(n) != NULL)
		n++;
	out[0] = '\0';
	for (; draw(s, 1) != 0 && len + 64 < size; len += strlen(out + len)) {
		rule = draw(s, 1) % n;
		(void)snprintf(out + len, size - len, "%s%s:%u",
		    len > 0 ? "," : "", ses_rule_at((size_t)rule)->id,
		    (unsigned)draw(s, 4));
	}
}

static void
draw_head(struct source *s, struct ses_part_head *h)
{
	uint64_t flags = draw(s, 1);

	*h = (struct ses_part_head){0};
	draw_hex(s, h->w, 8);
	h->opened = draw_time(s);
	h->opened_size = draw(s, flags & 1 ? 8 : 3);
	h->to = draw(s, flags & 2 ? 8 : 3);
	h->from = h->to == UINT64_MAX ? 0 : draw(s, 8) % (h->to + 1);
	h->size = draw(s, flags & 4 ? 8 : 3);
	h->lines = draw(s, flags & 8 ? 8 : 2);
	h->last_event = flags & 16 ? draw_time(s) : 0;
	draw_hex(s, h->h, 64);
	h->x = (uint32_t)draw(s, 4);
	draw_hex(s, h->k, 64);
	h->rules = (unsigned)draw(s, flags & 32 ? 4 : 1);
	h->torn = (flags & 64) != 0;
	h->inside = (flags & 128) != 0;
	draw_counts(s, h->redactions, sizeof(h->redactions));
}

static int
same_head(const struct ses_part_head *a, const struct ses_part_head *b)
{
	return strcmp(a->w, b->w) == 0 && a->opened == b->opened &&
	       a->opened_size == b->opened_size && a->from == b->from &&
	       a->to == b->to && a->size == b->size && a->lines == b->lines &&
	       a->last_event == b->last_event && strcmp(a->h, b->h) == 0 &&
	       a->x == b->x && strcmp(a->k, b->k) == 0 &&
	       a->rules == b->rules && a->torn == b->torn &&
	       a->inside == b->inside &&
	       strcmp(a->redactions, b->redactions) == 0;
}

/* Written, read, written: the same all the way. */
static void
round_trip(const struct ses_part_head *first)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head again = {0};
	struct ses_buf a = {0};
	struct ses_buf b = {0};

	ses_part_head_format(first, &a);
	MUST(!a.bad && a.len <= SES_MEMBER_EXTRA_MAX);
	MUST(ses_part_head_parse(a.data, a.len, &again, &err) == 0);
	MUST(same_head(first, &again));
	ses_part_head_format(&again, &b);
	MUST(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct source source = {data, len};
	struct ses_part_head h = {0};

	if (ses_part_head_parse((const char *)data, len, &h, &err) == 0)
		round_trip(&h);
	draw_head(&source, &h);
	round_trip(&h);
	return 0;
}
