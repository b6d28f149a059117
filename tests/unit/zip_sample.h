#ifndef ZIP_SAMPLE_H
#define ZIP_SAMPLE_H

/* What the tests of zip archives have in common. */
#include "base/buf.h"

#define MAX32  UINT64_C(0xffffffff)
#define MIB    ((size_t)1 << 20)
#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MOMENT INT64_C(1767323045999) /* 2026-01-02T03:04:05.999Z */

/* A folder where no spool can be. */
#define NO_SPOOL "/dev/null/none" /* nobody can make it */

/* Bytes that look like chance and are the same in every run. */
static inline uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* len bytes that turn from text to noise, or back, every step bytes; step 0:
 * all of it is text. */
static inline char *
content(size_t len, size_t step, int noise_first)
{
	char *data = malloc(len + 1);
	uint64_t seed = 88172645463325252U;
	uint64_t r;
	size_t i;

	assert_non_null(data);
	for (i = 0; i < len; i++) {
		r = next_random(&seed);
		if (step > 0 && (int)(i / step % 2) != noise_first)
			data[i] = (char)(r >> 24);
		else if (i % 11 == 0)
			data[i] = "abcdefghijklmnopqrstuvwxyz"[r % 26];
		else
			data[i] = "{\"text\":\"so\""[i % 11];
	}
	return data;
}

static inline void
is_bytes(const struct ses_buf *found, const char *hex)
{
	struct ses_buf want = {0};
	struct ses_buf have = {0};
	size_t i;

	for (; *hex != '\0'; hex++)
		if (*hex != ' ')
			ses_buf_add(&want, hex, 1);
	for (i = 0; i < found->len; i++)
		ses_buf_fmt(&have, "%02x", (unsigned char)found->data[i]);
	assert_string_equal(ses_buf_cstr(&have), ses_buf_cstr(&want));
	ses_buf_free(&want);
	ses_buf_free(&have);
}

#endif
