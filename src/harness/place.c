#include <string.h>

#include "base/str.h"
#include "harness/place.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789._@+=-:";

/* Whether a terminal shows the word as it is. */
static int
is_shown(const char *word)
{
	struct ses_buf safe = {0};
	int same;

	ses_str_safe(word, strlen(word), &safe);
	same = strcmp(ses_buf_cstr(&safe), word) == 0;
	ses_buf_free(&safe);
	return same;
}

/* $'...', as bash, zsh, ksh and the POSIX of 2024 have it. */
static void
quote_odd(const char *word, struct ses_buf *out)
{
	const unsigned char *p = (const unsigned char *)word;

	ses_buf_str(out, "$'");
	for (; *p != '\0'; p++)
		if (*p < ' ' || *p >= 0x7f)
			ses_buf_fmt(out, "\\%03o", (unsigned)*p);
		else
			ses_buf_fmt(out, "%s%c",
			    *p == '\'' || *p == '\\' ? "\\" : "", *p);
	ses_buf_str(out, "'");
}

void
ses_place_word(const char *word, struct ses_buf *out)
{
	const char *p;
	size_t n;

	n = strspn(word, plain);
	for (p = word + n; *p == '/'; p += 1 + n)
		n = strspn(p + 1, plain);
	if (*p == '\0' && p > word) {
		ses_buf_str(out, word);
		return;
	}
	if (!is_shown(word)) {
		quote_odd(word, out);
		return;
	}
	ses_buf_str(out, "'");
	for (p = word; *p != '\0'; p += n + (p[n] == '\'')) {
		n = strcspn(p, "'");
		ses_buf_add(out, p, n);
		if (p[n] == '\'')
			ses_buf_str(out, "'\\''");
	}
	ses_buf_str(out, "'");
}

int
ses_place_name_ok(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > 200 || name[0] == '.' || name[0] == '-')
		return 0;
	for (i = 0; i < len; i++)
		if (memchr(plain, name[i], sizeof(plain) - 1) == NULL)
			return 0;
	return 1;
}
