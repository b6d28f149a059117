#ifndef SES_STR_H
#define SES_STR_H

#include "base/buf.h"

/** Copy of a string through ses_realloc; NULL when out of memory. */
char *ses_str_dup(const char *s);

/** Copy of len bytes and a NUL; NULL when out of memory. */
char *ses_str_ndup(const char *s, size_t len);

/** Whether s begins (ends) with what. */
int ses_str_starts(const char *s, const char *what);
int ses_str_ends(const char *s, const char *what);

/** Append the folder of path: "/a" of "/a/b", "/" of "/a", "." of "a". */
void ses_str_dirname(const char *path, struct ses_buf *out);

/** The last component of path, inside path. */
const char *ses_str_basename(const char *path);

/** Parse a whole string of decimal digits; 0, or -1 when it is none or too
 * large. */
int ses_str_u64(const char *s, uint64_t *out);

/** As ses_str_u64 over len bytes. */
int ses_str_u64n(const char *s, size_t len, uint64_t *out);

/** Whether len bytes are well-formed UTF-8 (RFC 3629). */
int ses_str_is_utf8(const char *s, size_t len);

/**
 * ses_str_safe(s, len, out):
 * Append text for a terminal or a table: control characters (C0, DEL, C1)
 * and bytes that are not UTF-8 become U+FFFD, line breaks and tabs a space.
 */
void ses_str_safe(const char *s, size_t len, struct ses_buf *out);

/** Columns that UTF-8 text takes on a terminal, by wcwidth's rules for the
 * common cases: combining marks 0, East Asian wide and emoji 2, else 1. */
size_t ses_str_width(const char *s, size_t len);

/** Longest prefix, in bytes, that fits into columns. */
size_t ses_str_fit(const char *s, size_t len, size_t columns);

#endif
