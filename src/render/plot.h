#ifndef SES_RENDER_PLOT_H
#define SES_RENDER_PLOT_H

#include "base/buf.h"

/*
 * Plots as SVG in HTML: text, ticks, a title and a table of the same numbers
 * for who cannot see them.  Colours are classes ("s0" to "s7") of the page's
 * style sheet.
 */
struct ses_plot_line {
	const char *name;
	const double *x;
	const double *y;
	size_t n; /* more than a plot has pixels are thinned out */
};

struct ses_plot {
	const char *title;
	const char *x_name;
	int x_is_time;  /* ms since 1970 */
	int y_is_bytes; /* ticks as KB, MB */
	int bars;       /* not lines: of the same x, one upon the other */
	const struct ses_plot_line *line;
	size_t n;
};

/** Append <figure> with the plot.  Values that are not finite are gaps. */
void ses_plot(struct ses_buf *out, const struct ses_plot *p);

#endif
