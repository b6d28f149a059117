/* Where the logs are: the sessions folder and its file names. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/xdg.h"
#include "record/place.h"

#define ID_MAX 200 /* leaves room for ".jsonl.torn-<time>" in a file name */

int
seshat_log_dir(char **dir, struct seshat_err *err)
{
	struct ses_buf b = {0};

	if (ses_xdg_log_dir(&b, err) < 0)
		goto fail;
	(void)ses_buf_cstr(&b);
	if (ses_buf_check(&b, err) < 0)
		goto fail;
	*dir = b.data;
	return 0;
fail:
	ses_buf_free(&b);
	return -1;
}

int
seshat_log_check_id(const char *session, size_t len, struct seshat_err *err)
{
	const char *why = NULL;

	if (len == 0)
		why = "is empty";
	else if (len > ID_MAX)
		why = "is longer than 200 bytes";
	else if (memchr(session, '\0', len) != NULL)
		why = "holds a NUL";
	else if (memchr(session, '/', len) != NULL)
		why = "holds a '/'";
	else if (session[0] == '.')
		why = "begins with a '.'";
	else if (!ses_str_is_utf8(session, len))
		why = "is not UTF-8";
	if (why == NULL)
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "the session id %s; choose 1 to 200 bytes of text without '/' that "
	    "do not begin with '.'",
	    why);
}

int
ses_place_options(const struct seshat_log_options *from,
    struct seshat_log_options *out, struct seshat_err *err)
{
	const struct seshat_log_options none = SESHAT_LOG_OPTIONS_INIT;

	*out = none;
	if (from == NULL)
		return 0;
	if (from->size < sizeof(from->size) || from->size > sizeof(*out))
		return ses_fail(err, SESHAT_EUSAGE,
		    "options of another version of the library, or not set to "
		    "SESHAT_LOG_OPTIONS_INIT");
	memcpy(out, from, from->size);
	return 0;
}

int
ses_place_file(const char *dir, const char *session, struct ses_buf *out,
    struct seshat_err *err)
{
	char here[PATH_MAX];
	char *own = NULL;
	size_t len;

	if (seshat_log_check_id(session, strlen(session), err) < 0)
		return -1;
	if (dir == NULL && seshat_log_dir(&own, err) < 0)
		return -1;
	if (own != NULL)
		dir = own;
	assert(dir != NULL);
	len = strlen(dir);
	while (len > 1 && dir[len - 1] == '/')
		len--;
	/* The program may change its working directory while a log is open. */
	if (dir[0] != '/' && getcwd(here, sizeof(here)) != NULL)
		ses_buf_fmt(out, "%s/", here);
	ses_buf_add(out, dir, len);
	if (len > 0 && dir[len - 1] != '/')
		ses_buf_str(out, "/");
	ses_buf_fmt(out, "%s.jsonl", session);
	(void)ses_buf_cstr(out);
	free(own);
	if (len == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "the sessions folder has no name");
	return ses_buf_check(out, err);
}
