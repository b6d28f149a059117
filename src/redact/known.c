#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"
#include "redact/known.h"
#include "redact/view.h"

#define ANCHOR   6 /* characters */
#define MAC      16
#define RULE_MAX 72
#define BITS     16
#define NEAR     14
#define STEP     4 /* places that are looked at together */

/* In words of fewer characters a value must stand by itself. */
#define ALONE 16

static const char first_line[] = "seshat-known 1 ";

struct value {
	uint32_t hash;   /* of its anchor */
	uint16_t next;   /* one whose hash begins alike, plus one; 0: none */
	uint16_t offset; /* characters before it */
	uint16_t len;    /* of all */
	unsigned char mac[MAC];
	uint64_t quick; /* of all, never written; 0: not seen in this run */
	char rule[RULE_MAX];
};

struct ses_known {
	unsigned char key[SES_KNOWN_KEY];
	uint64_t factor;                  /* of the hash, odd */
	uint64_t bits[(1U << NEAR) / 64]; /* whether there is one, in a table
					   * that stays in the nearest cache */
	uint16_t heads[1U << BITS]; /* by how a hash begins: the first, plus
				     * one */
	struct value *v;            /* in the order they came */
	size_t n;
	uint64_t added;
	size_t max;
};

static void
hmac(const struct ses_known *k, const char *text, size_t len,
    unsigned char out[MAC])
{
	unsigned char full[SES_HMAC];

	ses_hmac_sha256(k->key, sizeof(k->key), text, len, full);
	memcpy(out, full, MAC);
}

int
ses_known_new(const unsigned char key[SES_KNOWN_KEY], struct ses_known **out,
    struct seshat_err *err)
{
	struct ses_known *k = ses_calloc(1, sizeof(*k));
	unsigned char mac[MAC];
	uint64_t n;
	size_t i;

	if (k == NULL)
		return ses_fail_nomem(err);
	if (key != NULL)
		memcpy(k->key, key, sizeof(k->key));
	for (i = 0; key == NULL && i < sizeof(k->key); i += sizeof(n)) {
		n = ses_rand_u64();
		memcpy(k->key + i, &n, sizeof(n));
	}
	hmac(k, "anchor", strlen("anchor"), mac);
	memcpy(&k->factor, mac, sizeof(k->factor));
	k->factor |= 1;
	*out = k;
	return 0;
}

void
ses_known_free(struct ses_known *k)
{
	if (k == NULL)
		return;
	free(k->v);
	free(k);
}

size_t
ses_known_count(const struct ses_known *k)
{
	return k->n;
}

uint64_t
ses_known_added(const struct ses_known *k)
{
	return k->added;
}

/* A value that is met often is told by this, and by its HMAC only once. */
static uint64_t
quick_hash(const struct ses_known *k, const char *value, size_t len)
{
	uint64_t h = k->factor;
	size_t i;

	for (i = 0; i < len; i++) {
		h = (h ^ (unsigned char)value[i]) * k->factor;
		h ^= h >> 29;
	}
	return h | 1;
}

/* Six characters, from eight that may be read. */
static uint32_t
hash(const struct ses_known *k, const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	/* the first in the low bits, whatever the machine */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return (uint32_t)(((v & UINT64_C(0xffffffffffff)) * k->factor) >> 32);
}

/* Whether nobody writes the character in another way. */
static int
is_plain(int c)
{
	return c > ' ' && c < 0x7f && strchr("\"'\\/%&<>+=", c) == NULL;
}

/* Where six such characters stand in a value, or -1. */
static int
find_anchor(const char *value, size_t len)
{
	size_t run = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		run = is_plain((unsigned char)value[i]) ? run + 1 : 0;
		if (run == ANCHOR)
			return (int)(i + 1 - ANCHOR);
	}
	/* else where it stands as it is */
	return memchr(value, '"', ANCHOR) == NULL &&
		       memchr(value, '\\', ANCHOR) == NULL
		   ? 0
		   : -1;
}

/* The first value whose hash may be this one. */
static struct value *
first(const struct ses_known *k, uint32_t h)
{
	uint16_t i = k->heads[h >> (32 - BITS)];

	return i == 0 ? NULL : &k->v[i - 1];
}

static struct value *
next(const struct ses_known *k, const struct value *v)
{
	return v->next == 0 ? NULL : &k->v[v->next - 1];
}

static int
is_there(const struct ses_known *k, const struct value *like)
{
	const struct value *v;

	for (v = first(k, like->hash); v != NULL; v = next(k, v))
		if (v->hash == like->hash && v->len == like->len &&
		    memcmp(v->mac, like->mac, MAC) == 0)
			return 1;
	return 0;
}

static uint32_t
near_bit(uint32_t h)
{
	return h >> (32 - NEAR);
}

static void
link_value(struct ses_known *k, size_t i)
{
	uint16_t *head = &k->heads[k->v[i].hash >> (32 - BITS)];
	uint32_t bit = near_bit(k->v[i].hash);

	k->bits[bit / 64] |= UINT64_C(1) << (bit % 64);

	k->v[i].next = *head;
	*head = (uint16_t)(i + 1);
}

/* The older half goes. */
static void
forget_some(struct ses_known *k)
{
	size_t half = k->n / 2;
	size_t i;

	memmove(k->v, k->v + half, (k->n - half) * sizeof(*k->v));
	k->n -= half;
	memset(k->heads, 0, sizeof(k->heads));
	memset(k->bits, 0, sizeof(k->bits));
	for (i = 0; i < k->n; i++)
		link_value(k, i);
}

static int
append(struct ses_known *k, const struct value *v, struct seshat_err *err)
{
	size_t max = k->max == 0 ? 16 : k->max * 2;
	struct value *more;

	if (k->n == SES_KNOWN_VALUES)
		forget_some(k);
	if (k->v == NULL || k->n == k->max) {
		more = ses_realloc(k->v, max * sizeof(*more));
		if (more == NULL)
			return ses_fail_nomem(err);
		k->v = more;
		k->max = max;
	}
	k->v[k->n] = *v;
	link_value(k, k->n++);
	k->added++;
	return 1;
}

/* A short word of letters alone would be found where it is a word. */
static int
is_word(const char *value, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!ses_view_alpha(value[i]))
			return 0;
	return len < ALONE;
}

int
ses_known_add(struct ses_known *k, const char *value, size_t len,
    const char *rule, struct seshat_err *err)
{
	const struct value *same;
	struct value v = {0};
	char eight[8] = {0};
	int at;

	if (len < SES_KNOWN_MIN || len > SES_KNOWN_MAX || is_word(value, len))
		return 0;
	at = find_anchor(value, len);
	if (at < 0)
		return 0;
	memcpy(eight, value + at, ANCHOR);
	v.hash = hash(k, eight);
	v.offset = (uint16_t)at;
	v.len = (uint16_t)len;
	v.quick = quick_hash(k, value, len);
	for (same = first(k, v.hash); same != NULL; same = next(k, same))
		if (same->quick == v.quick && same->len == len)
			return 0;
	(void)snprintf(v.rule, sizeof(v.rule), "%s", rule);
	hmac(k, value, len, v.mac);
	return is_there(k, &v) ? 0 : append(k, &v, err);
}

/* Where offset characters before at begin, or NULL: the place from which as
 * many units lead to at. */
static const char *
step_back(const char *text, const char *at, size_t offset)
{
	const char *end = at;
	const char *p = at;
	const char *q;
	size_t n;
	int c;

	if (offset == 0)
		return at;
	/* no unit is longer than a run of backslashes and uXXXX */
	while (p > text && (size_t)(at - p) < offset * (SES_VIEW_RUN + 5)) {
		p--;
		if ((size_t)(at - p) < offset)
			continue;
		for (q = p, n = 0; q < end && n < offset; n++)
			q += ses_view_next(q, end, &c);
		if (q == end && n == offset)
			return p;
	}
	return NULL;
}

/* Whether the value stands at from, and its end. */
static int
stands(const struct ses_known *k, struct value *v, const char *text,
    const char *from, const char *end, const char **to)
{
	char value[SES_KNOWN_MAX];
	unsigned char mac[MAC];
	uint64_t quick;
	const char *p = from;
	size_t len;
	size_t n;
	int c;

	for (n = 0; n < v->len; n++, p += len) {
		len = ses_view_next(p, end, &c);
		/* a quote that is not escaped may end a string of JSON */
		if (len == 0 || *p == '"')
			return 0;
		value[n] = (char)c;
	}
	*to = p;
	(void)ses_view_next(p, end, &c);
	if (v->len < ALONE &&
	    (ses_view_alnum(c) || ses_view_word_before(text, from)))
		return 0;
	quick = quick_hash(k, value, n);
	if (v->quick != 0)
		return v->quick == quick;
	hmac(k, value, n, mac);
	if (memcmp(mac, v->mac, MAC) != 0)
		return 0;
	v->quick = quick;
	return 1;
}

struct scan {
	const struct ses_known *k;
	const char *text;
	const char *end;
	int (*each)(
	    void *arg, const char *from, const char *to, const char *rule);
	void *arg;
	struct seshat_err *err;
};

/* The values whose anchor may stand at at. */
static int
look(const struct scan *s, const char *at, uint32_t h)
{
	struct value *v;
	const char *from;
	const char *to;

	for (v = first(s->k, h); v != NULL; v = next(s->k, v)) {
		if (v->hash != h)
			continue;
		from = step_back(s->text, at, v->offset);
		/* the letter of an escape begins no value */
		if (from == NULL ||
		    ses_view_align(s->text, from, s->end) != from)
			continue;
		if (stands(s->k, v, s->text, from, s->end, &to) &&
		    s->each(s->arg, from, to, v->rule) < 0)
			return ses_fail_nomem(s->err);
	}
	return 0;
}

/* Whether a value may have its anchor at p: 0 or 1. */
static inline unsigned
is_near(const struct ses_known *k, const char *p)
{
	uint32_t bit = near_bit(hash(k, p));

	return (unsigned)(k->bits[bit / 64] >> (bit % 64)) & 1;
}

static int
look_at_all(const struct scan *s, const char *p)
{
	size_t i;

	for (i = 0; i < STEP; i++)
		if (look(s, p + i, hash(s->k, p + i)) < 0)
			return -1;
	return 0;
}

int
ses_known_scan(const struct ses_known *k, const char *text, size_t len,
    int (*each)(void *arg, const char *from, const char *to, const char *rule),
    void *arg, struct seshat_err *err)
{
	const struct scan s = {k, text, text + len, each, arg, err};
	char tail[16] = {0};
	size_t left;
	size_t i;

	if (k->n == 0 || len < ANCHOR)
		return 0;
	for (i = 0; i + 8 + STEP <= len; i += STEP)
		if ((is_near(k, text + i) | is_near(k, text + i + 1) |
			is_near(k, text + i + 2) | is_near(k, text + i + 3)) !=
			0 &&
		    look_at_all(&s, text + i) < 0)
			return -1;
	for (; i + 8 <= len; i++)
		if (look(&s, text + i, hash(k, text + i)) < 0)
			return -1;
	/* the last places, behind which no eight bytes can be read */
	left = i;
	memcpy(tail, text + left, len - left);
	for (; i + ANCHOR <= len; i++)
		if (look(&s, text + i, hash(k, tail + (i - left))) < 0)
			return -1;
	return 0;
}

/* What tells one key from another. */
static void
key_mark(const struct ses_known *k, char out[17])
{
	unsigned char mac[MAC];

	hmac(k, "key", strlen("key"), mac);
	ses_hex(mac, 8, out);
}

void
ses_known_format(const struct ses_known *k, struct ses_buf *out)
{
	char hex[2 * MAC + 1];
	size_t i;

	key_mark(k, hex);
	ses_buf_fmt(out, "%s%s\n", first_line, hex);
	for (i = 0; i < k->n; i++) {
		ses_hex(k->v[i].mac, MAC, hex);
		ses_buf_fmt(out, "%08x %u %u %s %s\n", k->v[i].hash,
		    (unsigned)k->v[i].offset, (unsigned)k->v[i].len, hex,
		    k->v[i].rule);
	}
}

/* One line: "hash offset len mac rule". */
static int
parse_value(char *line, struct value *v)
{
	char *field[5];
	char *save = NULL;
	uint64_t offset;
	uint64_t len;
	size_t i;

	for (i = 0; i < 5; i++) {
		field[i] = strtok_r(i == 0 ? line : NULL, " ", &save);
		if (field[i] == NULL)
			return -1;
	}
	if (strtok_r(NULL, " ", &save) != NULL ||
	    ses_crc32_parse(field[0], strlen(field[0]), &v->hash) < 0 ||
	    ses_str_u64(field[1], &offset) < 0 ||
	    ses_str_u64(field[2], &len) < 0 || len < SES_KNOWN_MIN ||
	    len > SES_KNOWN_MAX || offset + ANCHOR > len ||
	    strlen(field[3]) != (size_t)2 * MAC ||
	    ses_unhex(field[3], MAC, v->mac) < 0 ||
	    strlen(field[4]) >= sizeof(v->rule))
		return -1;
	v->offset = (uint16_t)offset;
	v->len = (uint16_t)len;
	memcpy(v->rule, field[4], strlen(field[4]) + 1);
	return 0;
}

int
ses_known_parse(
    struct ses_known *k, const char *text, size_t len, struct seshat_err *err)
{
	const char *p = text;
	const char *end = text + len;
	const char *nl;
	struct value v;
	char line[192];
	char mark[17];
	size_t n;

	key_mark(k, mark);
	(void)snprintf(line, sizeof(line), "%s%s\n", first_line, mark);
	n = strlen(line);
	if (len < n || memcmp(text, line, n) != 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "no set of values of this key");
	for (p += n; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		v = (struct value){0};
		if (nl == NULL || (size_t)(nl - p) >= sizeof(line))
			break;
		memcpy(line, p, (size_t)(nl - p));
		line[nl - p] = '\0';
		if (parse_value(line, &v) < 0)
			break;
		if (!is_there(k, &v) && append(k, &v, err) < 0)
			return -1;
	}
	return p == end ? 0
			: ses_fail(err, SESHAT_ECORRUPT,
			      "a set of values is damaged at byte %zu",
			      (size_t)(p - text));
}
