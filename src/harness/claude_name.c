#include <string.h>

#include "base/utf8.h"
#include "harness/agents.h"

#define NAME_UNITS 200

/* As the program does: h * 31 + unit over the path, in 32 bits. */
static void
add_unit(uint32_t *hash, uint32_t unit, struct ses_buf *out)
{
	char c = '-';

	*hash = *hash * 31 + unit;
	if ((unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') ||
	    (unit >= '0' && unit <= '9'))
		c = (char)unit;
	ses_buf_add(out, &c, 1);
}

static void
add_base36(uint32_t v, struct ses_buf *out)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[8];
	size_t at = sizeof(text);

	do {
		text[--at] = digits[v % 36];
		v /= 36;
	} while (v > 0);
	ses_buf_add(out, text + at, sizeof(text) - at);
}

void
ses_claude_dirname(const char *cwd, struct ses_buf *out)
{
	size_t len = strlen(cwd);
	size_t start = out->len;
	uint32_t hash = 0;
	uint32_t c = 0;
	size_t n;

	while (len > 0) {
		n = ses_utf8_next(cwd, len, &c);
		if (n == 0) { /* Node reads such a byte as U+FFFD */
			n = 1;
			c = 0xfffd;
		}
		if (c >= 0x10000) {
			add_unit(&hash, 0xd800 + ((c - 0x10000) >> 10), out);
			add_unit(&hash, 0xdc00 + ((c - 0x10000) & 0x3ff), out);
		} else {
			add_unit(&hash, c, out);
		}
		cwd += n;
		len -= n;
	}
	if (out->len - start <= NAME_UNITS)
		return;
	out->len = start + NAME_UNITS;
	ses_buf_add(out, "-", 1);
	/* the absolute value of the hash as a signed number */
	add_base36(hash > 0x80000000U ? 0U - hash : hash, out);
}
