#include <string.h>

#include "base/mem.h"
#include "base/str.h"

char *
ses_str_ndup(const char *s, size_t len)
{
	char *p = ses_realloc(NULL, len + 1);

	if (p == NULL)
		return NULL;
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
ses_str_dup(const char *s)
{
	return ses_str_ndup(s, strlen(s));
}

int
ses_str_starts(const char *s, const char *what)
{
	return strncmp(s, what, strlen(what)) == 0;
}

int
ses_str_ends(const char *s, const char *what)
{
	size_t len = strlen(s);
	size_t n = strlen(what);

	return len >= n && memcmp(s + len - n, what, n) == 0;
}

void
ses_str_dirname(const char *path, struct ses_buf *out)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		ses_buf_str(out, ".");
	else if (slash == path)
		ses_buf_str(out, "/");
	else
		ses_buf_add(out, path, (size_t)(slash - path));
}

const char *
ses_str_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

int
ses_str_u64n(const char *s, size_t len, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;
	unsigned digit;

	if (len == 0)
		return -1;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		digit = (unsigned)(s[i] - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	*out = v;
	return 0;
}

int
ses_str_u64(const char *s, uint64_t *out)
{
	return ses_str_u64n(s, strlen(s), out);
}
