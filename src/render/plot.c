#include <math.h>

#include "render/axis.h"
#include "render/html.h"
#include "render/plot.h"

/* Pixels: the whole of it, and where the drawing begins and ends. */
#define WIDTH  720
#define HEIGHT 280
#define LEFT   64
#define RIGHT  12
#define TOP    12
#define BOTTOM 40
#define NAME   60.0 /* half of what stands below the x axis, at most */

#define COLOURS 8
#define LINES   64 /* that are drawn */
#define BARS    320
#define PARTS   20000 /* of one line's path */
#define ROWS    200   /* of the table */

struct drawing {
	struct ses_buf *out;
	const struct ses_plot *p;
	size_t n; /* lines */
	struct ses_axis x;
	struct ses_axis y;
	size_t each; /* bars that are drawn as one */
};

static double
at_x(const struct drawing *d, double x)
{
	return LEFT +
	       (x - d->x.min) / (d->x.max - d->x.min) * (WIDTH - LEFT - RIGHT);
}

static double
at_y(const struct drawing *d, double y)
{
	return HEIGHT - BOTTOM -
	       (y - d->y.min) / (d->y.max - d->y.min) * (HEIGHT - BOTTOM - TOP);
}

/* One bar's part; what is no height is none. */
static double
height(const struct ses_plot_line *l, size_t i)
{
	return i < l->n && isfinite(l->y[i]) && l->y[i] > 0 ? l->y[i] : 0;
}

static double
mean(const struct drawing *d, const struct ses_plot_line *l, size_t from)
{
	double sum = 0;
	size_t i;

	for (i = from; i < from + d->each && i < l->n; i++)
		sum += height(l, i) / (double)d->each;
	return sum;
}

static size_t
longest(const struct drawing *d)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->p->line[i].n > n)
			n = d->p->line[i].n;
	return n;
}

static void
widen(double v, double *min, double *max)
{
	if (v < *min)
		*min = v;
	if (v > *max)
		*max = v;
}

/* How far the values reach. */
static int
set_axes(struct drawing *d)
{
	double x[2] = {HUGE_VAL, -HUGE_VAL};
	double y[2] = {HUGE_VAL, -HUGE_VAL};
	const struct ses_plot_line *l;
	int ticks = 5;
	double sum;
	size_t i;
	size_t k;

	for (k = 0; k < d->n; k++)
		for (l = &d->p->line[k], i = 0; i < l->n; i++)
			if (isfinite(l->x[i]) && isfinite(l->y[i])) {
				widen(l->x[i], &x[0], &x[1]);
				widen(l->y[i], &y[0], &y[1]);
			}
	for (i = 0; d->p->bars && i < longest(d); i++) {
		for (sum = 0, k = 0; k < d->n; k++)
			sum += height(&d->p->line[k], i);
		widen(sum, &y[0], &y[1]);
	}
	if (d->p->bars || (y[0] > 0 && y[0] < y[1] / 2))
		y[0] = 0;
	/* bars that count are whole: a tick at a half would mean nothing */
	if (d->p->bars && !d->p->y_is_bytes && y[1] < 5)
		ticks = y[1] < 1 ? 1 : (int)ceil(y[1]);
	if (ses_axis_init(&d->y,
		d->p->y_is_bytes ? SES_AXIS_BYTES : SES_AXIS_NUMBER, y[0], y[1],
		ticks) < 0)
		return -1;
	return ses_axis_init(&d->x,
	    d->p->x_is_time ? SES_AXIS_TIME : SES_AXIS_NUMBER, x[0], x[1], 7);
}

/* What stands below the x axis, as its i-th.  A small screen has larger letters
 * and room for every second one; the last must not stick out. */
static void
name_x(struct drawing *d, size_t i, double at, double v)
{
	int is_last = at > WIDTH - NAME;

	ses_buf_fmt(d->out,
	    "<text%s x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" "
	    "font-size=\"11\" fill=\"currentColor\">",
	    i % 2 ? " class=\"second\"" : "", is_last ? (double)WIDTH : at,
	    HEIGHT - BOTTOM + 16, is_last ? "end" : "middle");
	ses_axis_text(&d->x, v, 0, d->out);
	ses_buf_str(d->out, "</text>\n");
}

static void
draw_axes(struct drawing *d)
{
	double v;
	int i;

	for (i = 0; ses_axis_tick(&d->y, i, &v); i++) {
		ses_buf_fmt(d->out,
		    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
		    "y2=\"%.1f\" stroke=\"currentColor\"/>"
		    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" "
		    "font-size=\"11\" fill=\"currentColor\">",
		    LEFT, WIDTH - RIGHT, at_y(d, v), at_y(d, v), LEFT - 6,
		    at_y(d, v) + 4);
		ses_axis_text(&d->y, v, 0, d->out);
		ses_buf_str(d->out, "</text>\n");
	}
	for (i = 0; !d->p->bars && ses_axis_tick(&d->x, i, &v); i++)
		name_x(d, (size_t)i, at_x(d, v), v);
	ses_buf_fmt(d->out,
	    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" font-size=\"11\" "
	    "fill=\"currentColor\">",
	    WIDTH - RIGHT, HEIGHT - 6);
	ses_html_str(d->out, d->p->x_name == NULL ? "" : d->p->x_name);
	ses_buf_str(d->out, "</text>\n");
}

/* Points of one column of pixels: what is drawn of them. */
struct column {
	int n;
	long pixel;
	double x[4]; /* first, least, greatest, last */
	double y[4];
};

static void
end_column(struct drawing *d, struct column *c, int *pen, int *parts)
{
	int i;

	for (i = 0; i < 4 && c->n > 0; i++) {
		if (i > 0 && (c->n == 1 || (c->n == 2 && i < 3)))
			continue;
		ses_buf_fmt(
		    d->out, "%c%.1f %.1f", *pen ? 'L' : 'M', c->x[i], c->y[i]);
		*pen = 1;
		++*parts;
	}
	c->n = 0;
}

static void
add_point(struct column *c, double x, double y)
{
	int i;

	for (i = 0; i < 4; i++)
		if (c->n == 0 || i == 3 || (i == 1 && y > c->y[1]) ||
		    (i == 2 && y < c->y[2])) {
			c->x[i] = x;
			c->y[i] = y;
		}
	c->pixel = (long)x;
	c->n++;
}

static void
draw_line(struct drawing *d, size_t k)
{
	const struct ses_plot_line *l = &d->p->line[k];
	struct column c = {0};
	int pen = 0;
	int parts = 0;
	double x;
	size_t i;

	ses_buf_fmt(d->out,
	    "<path class=\"s%zu\" fill=\"none\" stroke=\"currentColor\" "
	    "stroke-width=\"1.75\" stroke-linejoin=\"round\" "
	    "stroke-linecap=\"round\" d=\"",
	    k % COLOURS);
	for (i = 0; i < l->n && parts < PARTS; i++) {
		if (!isfinite(l->x[i]) || !isfinite(l->y[i])) {
			end_column(d, &c, &pen, &parts);
			pen = 0;
			continue;
		}
		x = at_x(d, l->x[i]);
		if (c.n > 0 && c.pixel != (long)x)
			end_column(d, &c, &pen, &parts);
		add_point(&c, x, at_y(d, l->y[i]));
	}
	end_column(d, &c, &pen, &parts);
	/* a point alone is seen by its round cap */
	ses_buf_str(d->out, parts == 1 ? "h.1\"/>\n" : "\"/>\n");
}

static void
draw_bars(struct drawing *d)
{
	size_t n = (longest(d) + d->each - 1) / d->each;
	double width = (double)(WIDTH - LEFT - RIGHT) / (double)n;
	double base;
	double h;
	size_t i;
	size_t k;

	for (i = 0; i < n; i++)
		for (base = 0, k = 0; k < d->n; k++) {
			h = mean(d, &d->p->line[k], i * d->each);
			if (h <= 0)
				continue;
			base += h;
			ses_buf_fmt(d->out,
			    "<rect class=\"s%zu\" fill=\"currentColor\" "
			    "x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			    "height=\"%.1f\"/>\n",
			    k % COLOURS, LEFT + ((double)i + .1) * width,
			    at_y(d, base), width * .8,
			    at_y(d, base - h) - at_y(d, base));
		}
}

/* Under every bar there is no room: some of them are named. */
static void
name_bars(struct drawing *d)
{
	const struct ses_plot_line *l = &d->p->line[0];
	size_t n = (longest(d) + d->each - 1) / d->each;
	double width = (double)(WIDTH - LEFT - RIGHT) / (double)n;
	size_t step = (n + 6) / 7;
	size_t k = 0;
	size_t i;

	for (i = 0; i < n && i * d->each < l->n; i += step, k++) {
		if (!isfinite(l->x[i * d->each]))
			continue;
		name_x(
		    d, k, LEFT + ((double)i + .5) * width, l->x[i * d->each]);
	}
}

static void
add_legend(struct drawing *d)
{
	size_t k;

	if (d->n < 2)
		return;
	ses_buf_str(d->out, "<ul class=\"legend\">");
	for (k = 0; k < d->n; k++) {
		ses_buf_fmt(d->out,
		    "<li><span class=\"s%zu\" aria-hidden=\"true\">■</span> ",
		    k % COLOURS);
		ses_html_str(d->out, d->p->line[k].name);
		ses_buf_str(d->out, "</li>");
	}
	ses_buf_str(d->out, "</ul>\n");
}

static void
add_cell(struct drawing *d, const struct ses_axis *a, double v)
{
	ses_buf_str(d->out, "<td>");
	if (isfinite(v))
		ses_axis_text(a, v, 1, d->out);
	ses_buf_str(d->out, "</td>");
}

/* Every point a row: lines need not have the same x. */
static void
add_table(struct drawing *d)
{
	const struct ses_plot_line *l;
	size_t rows = 0;
	size_t all = 0;
	size_t i;
	size_t k;

	ses_buf_str(d->out,
	    "<details><summary>The numbers</summary>"
	    "<table><tr><th scope=\"col\">line</th><th scope=\"col\">");
	ses_html_str(d->out, d->p->x_name == NULL ? "x" : d->p->x_name);
	ses_buf_str(d->out, "</th><th scope=\"col\">value</th></tr>\n");
	for (k = 0; k < d->n; k++) {
		l = &d->p->line[k];
		all += l->n;
		for (i = 0; i < l->n && rows < ROWS; i++, rows++) {
			ses_buf_str(d->out, "<tr><th scope=\"row\">");
			ses_html_str(d->out, l->name);
			ses_buf_str(d->out, "</th>");
			add_cell(d, &d->x, l->x[i]);
			add_cell(d, &d->y, l->y[i]);
			ses_buf_str(d->out, "</tr>\n");
		}
	}
	ses_buf_str(d->out, "</table>");
	if (all > rows)
		ses_buf_fmt(
		    d->out, "<p class=\"cut\">%zu more rows</p>", all - rows);
	ses_buf_str(d->out, "</details>\n");
}

static void
draw(struct drawing *d)
{
	size_t k;

	ses_buf_fmt(d->out,
	    "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
	    "role=\"img\"><title>",
	    WIDTH, HEIGHT, WIDTH, HEIGHT);
	ses_html_str(d->out, d->p->title);
	ses_buf_fmt(d->out, "</title><desc>%zu line%s, from ", d->n,
	    d->n == 1 ? "" : "s");
	ses_axis_text(&d->y, d->y.min, 0, d->out);
	ses_buf_str(d->out, " to ");
	ses_axis_text(&d->y, d->y.max, 0, d->out);
	ses_buf_str(d->out, "</desc>\n");
	draw_axes(d);
	if (d->p->bars) {
		draw_bars(d);
		name_bars(d);
	}
	for (k = 0; !d->p->bars && k < d->n; k++)
		draw_line(d, k);
	ses_buf_str(d->out, "</svg>\n");
	add_legend(d);
	if (d->each > 1)
		ses_buf_fmt(d->out,
		    "<p class=\"cut\">Each bar is the mean of %zu.</p>\n",
		    d->each);
	if (d->n < d->p->n)
		ses_buf_fmt(d->out,
		    "<p class=\"cut\">%zu more lines are left out.</p>\n",
		    d->p->n - d->n);
}

void
ses_plot(struct ses_buf *out, const struct ses_plot *p)
{
	struct drawing d = {
	    .out = out, .p = p, .n = p->n < LINES ? p->n : LINES, .each = 1};

	ses_buf_str(out, "<figure class=\"plot\"><figcaption>");
	ses_html_str(out, p->title);
	ses_buf_str(out, "</figcaption>\n");
	if (set_axes(&d) == 0) {
		d.each = (longest(&d) + BARS - 1) / BARS;
		if (!p->bars || d.each == 0)
			d.each = 1;
		draw(&d);
		add_table(&d);
	} else {
		ses_buf_str(out, "<p class=\"cut\">No numbers to plot.</p>\n");
	}
	ses_buf_str(out, "</figure>\n");
}
