#ifndef SES_UTF8_H
#define SES_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** Decode one character of well-formed UTF-8; bytes taken, 0 if malformed
 * or at the end. */
size_t ses_utf8_next(const char *s, size_t len, uint32_t *out);

/** Encode c (at most 0x10ffff); bytes written, 1 to 4. */
size_t ses_utf8_put(uint32_t c, char out[4]);

/** Whether nobody sees this character, or it turns what stands behind it (zero
 * width, bidi, fillers, tags); before is the one before it, 0: none.  Joiners
 * are not odd behind the scripts and the emoji that need them. */
int ses_utf8_is_odd(uint32_t c, uint32_t before);

#endif
