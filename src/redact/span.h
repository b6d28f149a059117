#ifndef SES_REDACT_SPAN_H
#define SES_REDACT_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes to replace, as offsets into the text that was scanned. */
struct ses_span {
	size_t from;
	size_t to;
	uint32_t rule;
	int more;   /* a further piece of the secret before: not counted */
	int told;   /* by what stands beside it, and not by itself */
	int quoted; /* it is a bare word of JSON, a string takes its place */
};

struct ses_spans {
	struct ses_span *v;
	size_t n;
	size_t max;
};

/** Add one; -1 when out of memory. */
int ses_spans_add(struct ses_spans *l, struct ses_span s);

/** Sort, and make one of those that overlap, named by the rule that comes
 * first. */
void ses_spans_merge(struct ses_spans *l);

void ses_spans_free(struct ses_spans *l);

#endif
