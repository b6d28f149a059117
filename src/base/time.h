#ifndef SES_TIME_H
#define SES_TIME_H

#include <stddef.h>
#include <stdint.h>

/* Times are milliseconds since 1970, UTC.  Text is RFC 3339. */

/* "2026-06-27T10:15:00.123Z" and a NUL. */
#define SES_TIME_MAX 25

/** Now, by this machine's clock. */
int64_t ses_time_now(void);

/** Milliseconds of a clock that nobody sets and that goes on in sleep: for how
 * long something lasts. */
int64_t ses_time_steady(void);

/** Wait so long; a signal that is handled does not end it. */
void ses_time_pause(int64_t ms);

/** Write t as text with milliseconds; years 0 to 9999, others are clamped. */
void ses_time_format(int64_t t, char out[SES_TIME_MAX]);

/** Parse RFC 3339 (any fraction, Z or an offset); 0, or -1 if it is none. */
int ses_time_parse(const char *s, size_t len, int64_t *out);

/** A time as HTTP writes it (RFC 9110, IMF-fixdate); 0 if it is none. */
int64_t ses_time_of_http(const char *s);

/** A time in nanoseconds since 1970; clamped to what 64 bits hold, the years
 * 1677 to 2262. */
int64_t ses_time_ns(int64_t t);

/** How long before now t was, for people: "now", "5 s ago", "2 min ago",
 * "3 h ago", "4 d ago"; else the date. */
void ses_time_ago(int64_t t, int64_t now, char out[SES_TIME_MAX]);

#endif
