#ifndef SES_HUMAN_H
#define SES_HUMAN_H

#include <stdint.h>

/* "999 KB", "1.2 MB", "18 EB" and a NUL. */
#define SES_HUMAN_MAX 16

/** A number of bytes for people: decimal units, two digits where one would
 * say too little ("1.2 MB", "3 KB", "211 KB"). */
void ses_human_size(uint64_t bytes, char out[SES_HUMAN_MAX]);

/** What makes a word that stands behind n of it a plural: "s", or "" for 1. */
const char *ses_human_s(uint64_t n);

#endif
