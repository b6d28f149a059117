#ifndef SES_RENDER_AXIS_H
#define SES_RENDER_AXIS_H

#include "base/buf.h"

/* An axis of a plot: what of it is shown, and where its ticks are. */
enum ses_axis_kind { SES_AXIS_NUMBER, SES_AXIS_BYTES, SES_AXIS_TIME };

struct ses_axis {
	enum ses_axis_kind kind;
	double min; /* min < max, both finite and so is their difference */
	double max;
	double step;
};

/** Make the axis reach over what is between min and max, with about n ticks;
 * -1: they are not finite, or too far apart. */
int ses_axis_init(
    struct ses_axis *a, enum ses_axis_kind kind, double min, double max, int n);

/** The i-th tick, from 0; 0: there is none. */
int ses_axis_tick(const struct ses_axis *a, int i, double *at);

/** Append a tick's text; a value's, if exact. */
void ses_axis_text(
    const struct ses_axis *a, double v, int exact, struct ses_buf *out);

#endif
