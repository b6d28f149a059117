#ifndef SESHAT_H
#define SESHAT_H

/*
 * libseshat: keep the sessions of AI coding agents.
 *
 * Every fallible function returns 0, or -1 with err filled in; functions that
 * walk return 1 for an item and 0 for the end.  err is the last argument,
 * never NULL, and means something only after -1.  Arguments are borrowed for
 * the call; results are written only on success; an object is used by one
 * thread at a time.  Strings are UTF-8 and end in NUL.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SESHAT_API          __attribute__((visibility("default")))
#define SESHAT_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define SESHAT_API
#define SESHAT_PRINTF(f, a)
#endif

#define SESHAT_VERSION "0.1.0"

/*
 * Every way a call can fail: name, text, exit status of the command line,
 * status of the HTTP server, and whether the same call may succeed if made
 * again.
 */
#define SESHAT_ERRORS(X)                                                       \
	X(NOMEM, "out of memory", 1, 500, 0)                                   \
	X(SYS, "system error", 1, 500, 0)                                      \
	X(NOTFOUND, "not found", 3, 404, 0)                                    \
	X(EXISTS, "exists already", 1, 409, 0)                                 \
	X(CONFLICT, "changed by someone else", 1, 409, 1)                      \
	X(FORMAT, "malformed data", 1, 422, 0)                                 \
	X(CORRUPT, "damaged data", 5, 500, 0)                                  \
	X(AUTH, "not authorised", 4, 401, 0)                                   \
	X(LIMIT, "over a limit", 1, 429, 0)                                    \
	X(NET, "network failure", 1, 502, 1)                                   \
	X(UNSUPPORTED, "not supported here", 1, 501, 0)                        \
	X(USAGE, "wrong usage", 2, 400, 0)                                     \
	X(PARTIAL, "partly done", 5, 500, 0)                                   \
	X(CANCELLED, "cancelled", 130, 503, 0)

#define SESHAT_ERR_ENUM(name, text, status, http, again) SESHAT_E##name,
enum seshat_code { SESHAT_OK = 0, SESHAT_ERRORS(SESHAT_ERR_ENUM) };
#undef SESHAT_ERR_ENUM

#define SESHAT_ERR_MAX 512

/** What went wrong; caller-owned, needs no release. */
struct seshat_err {
	int code;                 /* SESHAT_OK when nothing failed */
	int sys;                  /* errno or HTTP status behind it, else 0 */
	char msg[SESHAT_ERR_MAX]; /* one line, no final stop, never a secret */
};
#define SESHAT_ERR_INIT                                                        \
	{                                                                      \
		0, 0, ""                                                       \
	}

/** Text for a code alone, for when no message was set. */
SESHAT_API const char *seshat_strcode(int code);

/** Exit status of the command line for a code; 0 for SESHAT_OK. */
SESHAT_API int seshat_exit_status(int code);

/** The version of the library that is linked, as in SESHAT_VERSION. */
SESHAT_API const char *seshat_version(void);

/* @log@: the session log, to be continued here */

#ifdef __cplusplus
}
#endif

#endif
