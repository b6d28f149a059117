#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "pack/part.h"

void
ses_part_head_format(const struct ses_part_head *h, struct ses_buf *out)
{
	char when[SES_TIME_MAX];

	ses_time_format(h->opened, when);
	ses_buf_fmt(out, "1 w=%s d=%s o=%llu c=%llu-%llu s=%llu l=%llu", h->w,
	    when, (unsigned long long)h->opened_size,
	    (unsigned long long)h->from, (unsigned long long)h->to,
	    (unsigned long long)h->size, (unsigned long long)h->lines);
	if (h->last_event != 0) {
		ses_time_format(h->last_event, when);
		ses_buf_fmt(out, " e=%s", when);
	}
	ses_buf_fmt(out, " h=%s x=%08x k=%s v=%u", h->h, h->x, h->k, h->rules);
	if (h->redactions[0] != '\0')
		ses_buf_fmt(out, " r=%s", h->redactions);
	if (h->source != 0)
		ses_buf_fmt(out, " b=%llu", (unsigned long long)h->source);
	if (h->torn)
		ses_buf_str(out, " t=1");
	if (h->inside)
		ses_buf_str(out, " m=1");
	if (h->frame != 0)
		ses_buf_fmt(out, " n=%llu z=%08x", (unsigned long long)h->frame,
		    h->crc);
}

static int
parse_range(const char *v, size_t len, struct ses_part_head *h)
{
	const char *dash = memchr(v, '-', len);
	size_t left;

	if (dash == NULL)
		return -1;
	left = (size_t)(dash - v);
	if (ses_str_u64n(v, left, &h->from) < 0 ||
	    ses_str_u64n(dash + 1, len - left - 1, &h->to) < 0)
		return -1;
	return h->from <= h->to ? 0 : -1;
}

/* Copy n hex digits into out, which holds one byte more. */
static int
parse_hex(const char *v, size_t len, size_t n, char *out)
{
	size_t i;

	if (len != n)
		return -1;
	for (i = 0; i < n; i++)
		if (!(v[i] >= '0' && v[i] <= '9') &&
		    !(v[i] >= 'a' && v[i] <= 'f'))
			return -1;
	memcpy(out, v, n);
	out[n] = '\0';
	return 0;
}

static int
parse_redactions(const char *v, size_t len, struct ses_part_head *h)
{
	if (len >= sizeof(h->redactions))
		return -1;
	memcpy(h->redactions, v, len);
	h->redactions[len] = '\0';
	return 0;
}

static int
parse_small(const char *v, size_t len, unsigned *out)
{
	uint64_t n;

	if (ses_str_u64n(v, len, &n) < 0 || n > UINT32_MAX)
		return -1;
	*out = (unsigned)n;
	return 0;
}

/* One key=value; keys of more than a letter are from later versions. */
static int
parse_one(char key, const char *v, size_t len, struct ses_part_head *h)
{
	switch (key) {
	case 'w':
		return parse_hex(v, len, 8, h->w);
	case 'd':
		return ses_time_parse(v, len, &h->opened);
	case 'o':
		return ses_str_u64n(v, len, &h->opened_size);
	case 'c':
		return parse_range(v, len, h);
	case 's':
		return ses_str_u64n(v, len, &h->size);
	case 'l':
		return ses_str_u64n(v, len, &h->lines);
	case 'b':
		return ses_str_u64n(v, len, &h->source);
	case 'e':
		return ses_time_parse(v, len, &h->last_event);
	case 'h':
		return parse_hex(v, len, 64, h->h);
	case 'x':
		return ses_crc32_parse(v, len, &h->x);
	case 'k':
		return parse_hex(v, len, 64, h->k);
	case 'v':
		return parse_small(v, len, &h->rules);
	case 'r':
		return parse_redactions(v, len, h);
	case 't':
		h->torn = len == 1 && *v == '1';
		return 0;
	case 'm':
		h->inside = len == 1 && *v == '1';
		return 0;
	case 'n':
		return ses_str_u64n(v, len, &h->frame);
	case 'z':
		return ses_crc32_parse(v, len, &h->crc);
	default:
		return 0;
	}
}

int
ses_part_head_parse(const char *text, size_t len, struct ses_part_head *h,
    struct seshat_err *err)
{
	struct ses_part_head r = {0};
	const char *end = text + len;
	const char *p = text + 1;
	const char *stop;

	if (len < 1 || text[0] != '1' || (len > 1 && text[1] != ' '))
		return ses_fail(
		    err, SESHAT_EFORMAT, "part header of another version");
	while (p < end) {
		p++; /* the space */
		stop = memchr(p, ' ', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (stop - p >= 2 && p[1] == '=' &&
		    parse_one(p[0], p + 2, (size_t)(stop - p - 2), &r) < 0)
			return ses_fail(err, SESHAT_EFORMAT,
			    "part header: bad value of '%c'", p[0]);
		p = stop;
	}
	if (r.w[0] == '\0' || r.h[0] == '\0' || r.k[0] == '\0')
		return ses_fail(
		    err, SESHAT_EFORMAT, "part header: w, h or k is missing");
	if (r.frame == 0)
		r.crc = 0; /* z is nothing without n */
	*h = r;
	return 0;
}

/* The count of a rule, whose name is name_len bytes; 0: it is not there. */
static uint64_t
count_of(const char *counts, const char *name, size_t name_len)
{
	uint64_t n = 0;
	size_t len;

	for (; *counts != '\0'; counts += counts[len] == ',' ? len + 1 : len) {
		len = strcspn(counts, ",");
		if (len > name_len && counts[name_len] == ':' &&
		    memcmp(counts, name, name_len) == 0 &&
		    ses_str_u64n(
			counts + name_len + 1, len - name_len - 1, &n) == 0)
			return n;
	}
	return 0;
}

/* Append what counts has, and what more says of the same rules; only those
 * that not_in, unless it is NULL, does not have. */
static void
append_counts(struct ses_buf *out, const char *counts, const char *more,
    const char *not_in)
{
	unsigned long long sum;
	size_t name_len;
	size_t len;

	for (; *counts != '\0'; counts += counts[len] == ',' ? len + 1 : len) {
		len = strcspn(counts, ",");
		name_len = strcspn(counts, ":");
		if (name_len >= len ||
		    (not_in != NULL && count_of(not_in, counts, name_len) > 0))
			continue;
		sum = count_of(counts, counts, name_len);
		sum += count_of(more, counts, name_len);
		ses_buf_fmt(out, "%s%.*s:%llu", out->len > 0 ? "," : "",
		    (int)name_len, counts, sum);
	}
}

int
ses_part_add_counts(
    char to[SES_PART_REDACTIONS], const char *from, struct seshat_err *err)
{
	struct ses_buf sum = {0};
	int rc;

	append_counts(&sum, to, from, NULL);
	append_counts(&sum, from, "", to);
	(void)ses_buf_cstr(&sum);
	rc = ses_buf_check(&sum, err);
	if (rc == 0 && sum.len >= SES_PART_REDACTIONS)
		rc = ses_fail(err, SESHAT_ELIMIT,
		    "there is no room for what was redacted in it");
	if (rc == 0)
		memcpy(to, sum.data, sum.len + 1);
	ses_buf_free(&sum);
	return rc;
}

int
ses_part_head_join(struct ses_part_head *a, const struct ses_part_head *b,
    int rows, struct seshat_err *err)
{
	uint64_t source = rows ? b->source : b->to - b->from;

	if (ses_part_add_counts(a->redactions, b->redactions, err) < 0)
		return -1;
	a->opened = b->opened;
	a->opened_size = b->opened_size;
	a->to = b->to;
	a->size += b->size;
	a->lines += b->lines;
	if (rows)
		a->source += source;
	if (b->last_event > a->last_event)
		a->last_event = b->last_event;
	a->x = ses_crc32_join(a->x, b->x, source);
	memcpy(a->k, b->k, sizeof(a->k));
	if (b->rules < a->rules)
		a->rules = b->rules;
	a->inside = b->inside;
	return 0;
}
