#ifndef SES_REDACT_JOIN_H
#define SES_REDACT_JOIN_H

#include "redact/decode.h"

/*
 * Secrets that are broken: over lines of a terminal, or over the pieces in
 * which an answer arrives.  The text is put together again; what stood between
 * its parts stays where it is.
 */

/** Append base[from..to) decoded, without the line ends at which a long word
 * seems to go on.  whole: what stands at the end of a line may be all of it. */
void ses_join_lines(
    struct ses_decoded *d, const char *base, size_t from, size_t to, int whole);

/* A string of a record: what stands between its quotes. */
struct ses_string {
	uint32_t key; /* a hash of the name it has */
	uint32_t from;
	uint32_t to;
};

/**
 * ses_join_find(base, from, to, v, max):
 * The strings of the record base[from..to) that have a name, in the order of
 * names and then of places: how many there are, the first max of which are in
 * v.  What is no JSON is passed over.
 */
size_t ses_join_find(
    const char *base, size_t from, size_t to, struct ses_string *v, size_t max);

#endif
