#ifndef SES_ERR_H
#define SES_ERR_H

#include "seshat.h"

/*
 * Every fallible function returns 0 or -1 and takes a struct seshat_err * as
 * its last argument, never NULL, which means something only after -1.  The
 * functions below fill it in and return -1, so that a failure is one
 * statement: return ses_fail(err, ...).
 */

/** Record a failure that we found ourselves. */
int ses_fail(struct seshat_err *err, int code, const char *fmt, ...)
    SESHAT_PRINTF(3, 4);

/** Record a failed system call: the code and the text come from errno. */
int ses_fail_errno(struct seshat_err *err, const char *fmt, ...)
    SESHAT_PRINTF(2, 3);

/** Record that memory ran out.  Allocates nothing. */
int ses_fail_nomem(struct seshat_err *err);

/** Put "text: " before the message of a failure passed up from below. */
int ses_fail_in(struct seshat_err *err, const char *fmt, ...)
    SESHAT_PRINTF(2, 3);

/** Whether the same call may succeed if it is made again. */
int ses_err_retryable(int code);

#endif
