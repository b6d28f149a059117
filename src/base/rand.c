#include <sys/random.h>

#include <errno.h>
#include <stdlib.h>

#include "base/rand.h"

uint64_t
ses_rand_u64(void)
{
	uint64_t v;
	ssize_t n;

	do {
		n = getrandom(&v, sizeof(v), 0);
	} while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(v))
		abort();
	return v;
}

void
ses_rand_hex(char *out, size_t digits)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t v = ses_rand_u64();
	size_t i;

	for (i = 0; i < digits; i++) {
		out[i] = hex[v & 15];
		v >>= 4;
	}
	out[digits] = '\0';
}
