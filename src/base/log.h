#ifndef SES_LOG_H
#define SES_LOG_H

#include "base/err.h"

/*
 * What the program tells about itself, on stderr.  Never the content of a
 * session, a credential or the query of a URL.  The library is silent until
 * a level is set.
 */
enum { SES_QUIET, SES_ERROR, SES_WARN, SES_INFO, SES_DEBUG };

/** Show lines up to this level. */
void ses_log_level(int level);

/** One line "seshat: text" (info and up) for people; newline is added. */
void ses_log(int level, const char *fmt, ...) SESHAT_PRINTF(2, 3);

#endif
