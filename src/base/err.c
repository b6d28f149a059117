#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

SESHAT_PRINTF(4, 0)
static void
set(struct seshat_err *err, int code, int sys, const char *fmt, va_list ap)
{
	err->code = code;
	err->sys = sys;
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
}

int
ses_fail(struct seshat_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, code, 0, fmt, ap);
	va_end(ap);
	return -1;
}

static int
code_of_errno(int sys)
{
	switch (sys) {
	case ENOMEM:
		return SESHAT_ENOMEM;
	case ENOENT:
	case ENOTDIR:
		return SESHAT_ENOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return SESHAT_EAUTH;
	case EEXIST:
		return SESHAT_EEXISTS;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return SESHAT_ELIMIT;
	default:
		return SESHAT_ESYS;
	}
}

int
ses_fail_errno(struct seshat_err *err, const char *fmt, ...)
{
	int sys = errno;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	set(err, code_of_errno(sys), sys, fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	(void)snprintf(
	    err->msg + len, sizeof(err->msg) - len, ": %s", strerror(sys));
	return -1;
}

int
ses_fail_nomem(struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ENOMEM, "out of memory");
}

int
ses_fail_in(struct seshat_err *err, const char *fmt, ...)
{
	char was[SESHAT_ERR_MAX];
	size_t len;
	va_list ap;

	memcpy(was, err->msg, sizeof(was));
	va_start(ap, fmt);
	set(err, err->code, err->sys, fmt, ap);
	va_end(ap);
	len = strlen(err->msg);
	(void)snprintf(
	    err->msg + len, sizeof(err->msg) - len, ": %.*s", 400, was);
	return -1;
}

#define TEXT(name, text, status, http, again) [SESHAT_E##name] = (text),
const char *
seshat_strcode(int code)
{
	static const char *const texts[] = {
	    [SESHAT_OK] = "no error", SESHAT_ERRORS(TEXT)};

	if (code < 0 || (size_t)code >= sizeof(texts) / sizeof(texts[0]))
		return "unknown error";
	return texts[code];
}
#undef TEXT

#define STATUS(name, text, status, http, again) [SESHAT_E##name] = (status),
int
seshat_exit_status(int code)
{
	static const int statuses[] = {[SESHAT_OK] = 0, SESHAT_ERRORS(STATUS)};

	if (code < 0 || (size_t)code >= sizeof(statuses) / sizeof(statuses[0]))
		return 1;
	return statuses[code];
}
#undef STATUS

#define AGAIN(name, text, status, http, again) [SESHAT_E##name] = (again),
int
ses_err_retryable(int code)
{
	static const char agains[] = {[SESHAT_OK] = 0, SESHAT_ERRORS(AGAIN)};

	return code >= 0 && (size_t)code < sizeof(agains) && agains[code];
}
#undef AGAIN

const char *
seshat_version(void)
{
	return SESHAT_VERSION;
}
