/* What an entry is called; declared in zip.h. */
#include <string.h>

#include "base/utf8.h"
#include "pack/zip.h"
#include "pack/zip_record.h"

static int
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	       (c >= 'A' && c <= 'F');
}

/* Whether every component names something below the folder it stands in. */
static int
is_below(const char *path, size_t len)
{
	const char *end = path + len;
	const char *slash;
	size_t n;

	for (; path <= end; path = slash + 1) {
		slash =
		    path < end ? memchr(path, '/', (size_t)(end - path)) : NULL;
		if (slash == NULL)
			slash = end;
		n = (size_t)(slash - path);
		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
	}
	return 1;
}

/* Bytes at s that stand as they are; 0: the first one does not. */
static size_t
plain(const char *s, size_t len)
{
	uint32_t c;
	size_t n = ses_utf8_next(s, len, &c);

	if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\\')
		return 0;
	/* what looks like one of ours is told apart */
	if (c == '%' && len > 2 && is_hex(s[1]) && is_hex(s[2]))
		return 0;
	return n;
}

int
ses_zip_name(const char *path, size_t len, struct ses_buf *out)
{
	size_t before = out->len;
	size_t n;

	if (len > SES_ZIP_NAME || !is_below(path, len))
		return -1;
	for (; len > 0; path += n, len -= n) {
		n = plain(path, len);
		if (n > 0) {
			ses_buf_add(out, path, n);
			continue;
		}
		n = 1;
		ses_buf_fmt(out, "%%%02X", (unsigned)(unsigned char)path[0]);
	}
	if (out->len - before <= SES_ZIP_NAME)
		return 0;
	out->len = before;
	return -1;
}
