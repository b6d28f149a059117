#ifndef SES_REDACT_GRAMS_H
#define SES_REDACT_GRAMS_H

#include <stddef.h>

/*
 * Which four bytes in a row stand in transcripts most often: two thirds of a
 * transcript are these.  A beginning (heads.h) is looked for by bytes that are
 * not among them.
 */
#define SES_GRAMS      2000
#define SES_GRAM_BYTES 4

/** The bytes of the gram at place i, counted from the most frequent one, and
 * its share of all places of a transcript. */
double ses_gram(size_t i, const char **bytes);

#endif
