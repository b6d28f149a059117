#include <stdio.h>
#include <string.h>

#include "serve/cookie.h"

static int
is_plain(const char *s, size_t len)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(plain, s[i]) == NULL)
			return 0;
	return 1;
}

void
ses_cookie_name(const char *what, int port, char out[SES_COOKIE_NAME])
{
	(void)snprintf(out, SES_COOKIE_NAME, "%s_%d", what, port);
}

int
ses_cookie_find(const char *header, const char *name, char *out, size_t len)
{
	size_t name_len = strlen(name);
	const char *p = header;
	const char *value = NULL;
	size_t value_len = 0;
	size_t n;

	while (*p != '\0') {
		p += strspn(p, " \t");
		n = strcspn(p, ";");
		if (n > name_len && p[name_len] == '=' &&
		    memcmp(p, name, name_len) == 0) {
			if (value != NULL)
				return -1;
			value = p + name_len + 1;
			value_len = n - name_len - 1;
		}
		p += n;
		if (*p == ';')
			p++;
	}
	while (value_len > 0 && strchr(" \t", value[value_len - 1]) != NULL)
		value_len--;
	if (value_len == 0 || value_len >= len || !is_plain(value, value_len))
		return 0;
	memcpy(out, value, value_len);
	out[value_len] = '\0';
	return 1;
}
