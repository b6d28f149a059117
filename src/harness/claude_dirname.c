#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "harness/claude_code.h"

#define LONGEST 200

static int
is_alnum(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

static void
add_base36(struct ses_buf *out, uint32_t v)
{
	char digits[8];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[v % 36];
		v /= 36;
	} while (v > 0);
	ses_buf_add(out, digits + at, sizeof(digits) - at);
}

/* h * 31 + unit for each of the one or two UTF-16 units of c. */
static uint32_t
hash_units(uint32_t h, uint32_t c)
{
	if (c < 0x10000)
		return h * 31 + c;
	h = h * 31 + (0xd800 + ((c - 0x10000) >> 10));
	return h * 31 + (0xdc00 + ((c - 0x10000) & 0x3ff));
}

void
ses_claude_dirname(const char *cwd, struct ses_buf *out)
{
	size_t start = out->len;
	size_t left = strlen(cwd);
	uint32_t h = 0;
	uint32_t c = 0;
	size_t n;

	for (; left > 0; cwd += n, left -= n) {
		n = ses_utf8_next(cwd, left, &c);
		if (n == 0) {
			n = 1;
			c = 0xfffd;
		}
		h = hash_units(h, c);
		ses_buf_add(out, is_alnum(c) ? cwd : "-", 1);
		if (c >= 0x10000)
			ses_buf_add(out, "-", 1);
	}
	if (out->bad || out->len - start <= LONGEST)
		return;
	out->len = start + LONGEST;
	ses_buf_add(out, "-", 1);
	add_base36(out, (h >> 31) != 0 ? 0U - h : h);
}

/* How far two names go together, of several '-' only one counting. */
static void
go_together(
    const char *name, size_t len, const struct ses_buf *b, size_t *i, size_t *k)
{
	*i = 0;
	*k = 0;
	while (*i < len && *k < b->len && name[*i] == b->data[*k]) {
		while (*i + 1 < len && name[*i] == '-' && name[*i + 1] == '-')
			(*i)++;
		while (*k + 1 < b->len && b->data[*k] == '-' &&
		       b->data[*k + 1] == '-')
			(*k)++;
		(*i)++;
		(*k)++;
	}
}

/* Whether a name begins as that of the directory's folder, of which most bytes
 * count; then *i is where it goes on, and *is_cut whether there were more. */
static int
begins_as(const char *name, size_t len, const char *dir, size_t most, size_t *i,
    int *is_cut, struct seshat_err *err)
{
	struct ses_buf b = {0};
	size_t k;
	int rc;

	ses_claude_dirname(dir, &b);
	rc = ses_buf_check(&b, err);
	if (rc == 0) {
		*is_cut = b.len > most;
		if (*is_cut)
			b.len = most;
		go_together(name, len, &b, i, &k);
		rc = k == b.len;
	}
	ses_buf_free(&b);
	return rc;
}

int
ses_claude_is_named_after(
    const char *name, size_t len, const char *cwd, struct seshat_err *err)
{
	int is_cut = 0;
	size_t i = 0;
	int rc = begins_as(name, len, cwd, SIZE_MAX, &i, &is_cut, err);

	return rc > 0 ? i == len : rc;
}

int
ses_claude_is_named_below(
    const char *name, size_t len, const char *dir, struct seshat_err *err)
{
	int is_cut = 0;
	size_t i = 0;
	int rc = begins_as(name, len, dir, LONGEST, &i, &is_cut, err);

	/* behind so many, a name tells nothing */
	if (rc <= 0 || is_cut)
		return rc;
	return i < len && (name[i] == '-' || (i > 0 && name[i - 1] == '-'));
}
