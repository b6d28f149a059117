#ifndef SES_REDACT_HEADS_H
#define SES_REDACT_HEADS_H

#include "redact/marks.h"
#include "redact/slots.h"

/* Longer beginnings tell no more. */
#define SES_HEAD_MAX 24

/* How what a slot looks for may begin. */
struct ses_head {
	struct ses_class v[SES_HEAD_MAX];
	uint32_t n; /* at least SES_HEAD_MIN */
	uint32_t
	    before; /* so many of them stand before the place that is told */
	uint32_t slot;
};

#define SES_HEAD_MIN 3

/**
 * ses_slot_heads(s, i, each, arg):
 * Tell of every beginning of slot i; each answers -1 to stop.
 */
int ses_slot_heads(const struct ses_slots *s, uint32_t i,
    int (*each)(void *arg, const struct ses_head *head), void *arg);

#endif
