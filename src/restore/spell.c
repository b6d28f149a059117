/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
/*
 * Agents record real paths, people say those that they know, and of a folder
 * that is gone only those above it can be asked.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "restore/relocate.h"

/* One that is not there yet. */
static int
add(struct ses_buf *out, const char *path, const char *but,
    struct seshat_err *err)
{
	const char *p;

	if (strcmp(path, but) == 0)
		return 0;
	for (p = out->data; p != NULL && p < out->data + out->len;
	     p += strlen(p) + 1)
		if (strcmp(p, path) == 0)
			return 0;
	ses_buf_add(out, path, strlen(path) + 1);
	return ses_buf_check(out, err);
}

/* The real path of what is still there of the folders above, and the rest. */
static int
real_above(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf up = {0};
	const char *base = ses_str_basename(path);
	const char *end = path + strlen(path);
	const char *p = base;
	char *real = NULL;
	int rc = 0;

	if (strcmp(base, ".") == 0 || strcmp(base, "..") == 0)
		p = end;
	while (rc == 0 && real == NULL) {
		ses_buf_clear(&up);
		ses_buf_add(&up, path, (size_t)(p - path));
		(void)ses_buf_cstr(&up);
		rc = ses_buf_check(&up, err);
		if (rc < 0)
			break;
		real = realpath(up.data, NULL);
		if (real != NULL || p <= path + 1)
			break;
		while (p > path + 1 && p[-1] == '/')
			p--;
		while (p > path + 1 && p[-1] != '/')
			p--;
	}
	if (rc == 0)
		ses_buf_fmt(out, "%s%s%s",
		    real == NULL || strcmp(real, "/") == 0 ? "" : real,
		    real == NULL || p == end ? "" : "/",
		    real == NULL ? path : p);
	free(real);
	ses_buf_free(&up);
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

int
ses_relocate_spell(const char *path, const char *to, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf above = {0};
	char *real = realpath(path, NULL);
	int rc = real_above(path, &above, err);

	if (rc == 0 && strcmp(above.data, to) == 0)
		rc = ses_fail(err, SESHAT_EUSAGE, "%s was not moved", path);
	if (rc == 0)
		rc = add(out, path, to, err);
	if (rc == 0)
		rc = add(out, above.data, to, err);
	/* a link may have been left that leads to where it is now */
	if (rc == 0 && real != NULL)
		rc = add(out, real, to, err);
	free(real);
	ses_buf_free(&above);
	return rc;
}
