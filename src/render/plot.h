#ifndef SES_RENDER_PLOT_H
#define SES_RENDER_PLOT_H

#include "base/buf.h"

/*
 * Plots as SVG in HTML: text, ticks, a title and a table of the same numbers
 * for who cannot see them.  Colours are classes ("s0" to "s7") of the style
 * sheet share/web/plot.css; nothing has a style of its own.
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

/** Append <figure> with the plot.  Values that are not finite are gaps.  Of
 * many points in one column of pixels the first, the last, the least and the
 * greatest are drawn; of more than 320 bars means; the table holds the first
 * 200 rows.  The figure says what is left out. */
void ses_plot(struct ses_buf *out, const struct ses_plot *p);

#endif
