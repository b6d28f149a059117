#ifndef SES_REDACT_MARKS_H
#define SES_REDACT_MARKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Places in a text where something that a slot looks for may begin: all of them
 * in one pass.  Of each beginning (heads.h) four bytes in a row are chosen, a
 * window, that is rare in transcripts (grams.h).  Beginnings are parted into
 * groups; of every two bytes a table says which groups have windows that begin
 * with them, and which have windows that end so.  Where two bytes and the next
 * two agree in a group, which is at one place of three hundred, the beginnings
 * that have such a window are compared.
 */
#define SES_MARK_WINDOW 4

/* Bits of the hash of a window. */
#define SES_MARK_BITS 14

#define SES_MARK_GROUPS 8

/* Bytes that may stand at one place. */
struct ses_class {
	uint64_t set[4];
};

static inline int
ses_class_has(const struct ses_class *c, unsigned char byte)
{
	return (c->set[byte / 64] >> (byte % 64) & 1) != 0;
}

/* A beginning. */
struct ses_mark {
	uint16_t slot;
	uint16_t first; /* of its bytes, in ses_marks.bytes */
	uint8_t n;      /* how many they are */
	uint8_t before; /* of them stand before the place that is told */
	uint8_t window; /* where in it the window is */
};

/* One of the beginnings to compare where a window has a hash. */
struct ses_mark_item {
	uint16_t mark;
	uint16_t next; /* plus one; 0: none */
};

struct ses_marks {
	const uint16_t *pairs; /* of two bytes, the first in the low bits: the
				* groups with windows that begin with them,
				* and, 256 times, those that end */
	const uint16_t *first; /* by hash: item, plus one; 0: none */
	const struct ses_mark_item *items;
	const struct ses_mark *marks;
	const uint16_t *bytes; /* of the beginnings: rows of classes */
	const struct ses_class *classes;
	size_t n_slots; /* that it was made for */
};

/* That of the rules, made when the program was built. */
extern const struct ses_marks ses_marks_built;

/* window: its first byte in the low bits. */
static inline uint32_t
ses_mark_hash(uint32_t window)
{
	return (window * UINT32_C(0x9e3779b1)) >> (32 - SES_MARK_BITS);
}

/**
 * ses_marks_scan(m, text, len, each, arg):
 * Tell of every mark, nearly in order; each answers -1 to stop.  0, or -1 when
 * it was stopped.
 */
int ses_marks_scan(const struct ses_marks *m, const char *text, size_t len,
    int (*each)(void *arg, uint32_t slot, const char *at), void *arg);

#endif
