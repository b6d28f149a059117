/* What was gathered as HTML. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "render/dashboard_keep.h"
#include "render/html.h"
#include "render/plot.h"

#define LINES_MAX 16 /* of one chart */
#define ROWS_MAX  1000
#define CELLS_MAX 50

static int
is_one_of(const json_t *names, const char *name)
{
	const json_t *v;
	size_t i;

	if (json_is_string(names))
		return strcmp(json_string_value(names), name) == 0;
	for (i = 0; i < json_array_size(names); i++) {
		v = json_array_get(names, i);
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), name) == 0)
			return 1;
	}
	return 0;
}

/* "loss", "loss (second run)"; for one of several in a chart. */
static void
name_line(const struct ses_series *s, char out[256])
{
	if (s->run[0] == '\0')
		(void)snprintf(out, 256, "%s", s->name);
	else
		(void)snprintf(out, 256, "%.120s (%.120s)", s->name, s->run);
}

/* A chart of the series whose names are among these, or of those called one;
 * it draws nothing where there are none. */
static void
add_chart(const struct ses_dashboard *d, const char *title, const json_t *names,
    const char *one, struct ses_buf *out)
{
	struct ses_plot_line line[LINES_MAX];
	char name[LINES_MAX][256];
	struct ses_plot p = {.title = title, .x_name = "step", .line = line};
	size_t left_out = 0;
	size_t i;

	for (i = 0; i < d->n_series; i++) {
		if (names != NULL
			? !is_one_of(names, d->series[i].name)
			: one == NULL || strcmp(one, d->series[i].name) != 0)
			continue;
		if (p.n == LINES_MAX) {
			left_out++;
			continue;
		}
		name_line(&d->series[i], name[p.n]);
		line[p.n] = (struct ses_plot_line){.name = name[p.n],
		    .x = d->series[i].x,
		    .y = d->series[i].y,
		    .n = d->series[i].n};
		p.n++;
	}
	if (p.n > 0)
		ses_plot(out, &p);
	if (left_out > 0)
		ses_buf_fmt(out,
		    "<p class=\"note\">%zu more lines are not drawn.</p>\n",
		    left_out);
}

static const json_t *
names_of(const json_t *chart)
{
	const json_t *v = json_object_get(chart, "metrics");

	return v != NULL ? v : json_object_get(chart, "metric");
}

/* Whether a chart that the script asked for shows it. */
static int
is_shown(const struct ses_dashboard *d, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(d->charts) && i < SES_DASHBOARD_CHARTS;
	     i++)
		if (is_one_of(names_of(json_array_get(d->charts, i)), name))
			return 1;
	return 0;
}

/* Whether an earlier series has the same name. */
static int
is_again(const struct ses_dashboard *d, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(d->series[i].name, d->series[n].name) == 0)
			return 1;
	return 0;
}

static void
add_charts(const struct ses_dashboard *d, struct ses_buf *out)
{
	const json_t *chart;
	const char *title;
	size_t drawn;
	size_t i;

	for (i = 0; i < json_array_size(d->charts) && i < SES_DASHBOARD_CHARTS;
	     i++) {
		chart = json_array_get(d->charts, i);
		title = json_string_value(json_object_get(chart, "title"));
		add_chart(d, title != NULL ? title : "Chart", names_of(chart),
		    NULL, out);
	}
	for (drawn = i, i = 0; i < d->n_series; i++) {
		if (is_again(d, i) || is_shown(d, d->series[i].name))
			continue;
		if (drawn++ >= SES_DASHBOARD_CHARTS)
			continue;
		add_chart(d, d->series[i].name, NULL, d->series[i].name, out);
	}
	if (drawn > SES_DASHBOARD_CHARTS)
		ses_buf_fmt(out,
		    "<p class=\"note\">%zu more charts are not drawn.</p>\n",
		    drawn - SES_DASHBOARD_CHARTS);
	if (d->too_many)
		ses_buf_fmt(out,
		    "<p class=\"note\">There are more than %d series; the "
		    "others are not drawn.</p>\n",
		    SES_DASHBOARD_SERIES);
}

static void
add_value(const json_t *v, struct ses_buf *out)
{
	char *text;

	if (json_is_string(v)) {
		ses_html_prose(
		    out, json_string_value(v), json_string_length(v));
	} else if (v != NULL && !json_is_null(v)) {
		text = json_dumps(
		    v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
		ses_html_str(out, text != NULL ? text : "");
		free(text);
	}
}

static void
add_row(const json_t *cells, const char *tag, struct ses_buf *out)
{
	size_t i;

	for (i = 0; i < json_array_size(cells) && i < CELLS_MAX; i++) {
		ses_buf_fmt(out, "<%s%s>", tag,
		    strcmp(tag, "th") == 0 ? " scope=\"col\"" : "");
		add_value(json_array_get(cells, i), out);
		ses_buf_fmt(out, "</%s>", tag);
	}
}

static void
begin_table(const json_t *log, const char *what, struct ses_buf *out)
{
	ses_buf_fmt(out, "<figure class=\"logged\"><figcaption>%s ", what);
	add_value(json_object_get(log, "key"), out);
	if (json_object_get(log, "run") != NULL) {
		ses_buf_str(out, " (");
		add_value(json_object_get(log, "run"), out);
		ses_buf_str(out, ")");
	}
	ses_buf_str(out, ", step ");
	add_value(json_object_get(log, "step"), out);
	ses_buf_str(out, "</figcaption>\n");
}

static void
add_table(const json_t *log, const json_t *data, struct ses_buf *out)
{
	const json_t *columns = json_object_get(data, "columns");
	const json_t *rows = json_object_get(data, "rows");
	size_t n = json_array_size(rows);
	size_t i;

	begin_table(log, "Table", out);
	ses_buf_str(out, "<div class=\"scroll\" tabindex=\"0\"><table><thead>"
			 "<tr>");
	add_row(columns, "th", out);
	ses_buf_str(out, "</tr></thead><tbody>\n");
	for (i = 0; i < n && i < ROWS_MAX; i++) {
		ses_buf_str(out, "<tr>");
		add_row(json_array_get(rows, i), "td", out);
		ses_buf_str(out, "</tr>\n");
	}
	ses_buf_str(out, "</tbody></table></div>\n");
	if (n > ROWS_MAX || json_is_true(json_object_get(data, "truncated")))
		ses_buf_str(
		    out, "<p class=\"note\">Further rows were cut off.</p>\n");
	if (json_array_size(columns) > CELLS_MAX)
		ses_buf_fmt(out,
		    "<p class=\"note\">Only %d columns are shown.</p>\n",
		    CELLS_MAX);
	ses_buf_str(out, "</figure>\n");
}

static void
add_matrix(const json_t *log, const json_t *data, struct ses_buf *out)
{
	const json_t *labels = json_object_get(data, "labels");
	const json_t *rows = json_object_get(data, "matrix");
	size_t n = json_array_size(rows);
	size_t i;

	begin_table(log, "Confusion matrix", out);
	ses_buf_str(out, "<div class=\"scroll\" tabindex=\"0\"><table "
			 "class=\"matrix\"><thead><tr><th scope=\"col\">was "
			 "\\ taken for</th>");
	add_row(labels, "th", out);
	ses_buf_str(out, "</tr></thead><tbody>\n");
	for (i = 0; i < n && i < CELLS_MAX; i++) {
		ses_buf_str(out, "<tr><th scope=\"row\">");
		add_value(json_array_get(labels, i), out);
		ses_buf_str(out, "</th>");
		add_row(json_array_get(rows, i), "td", out);
		ses_buf_str(out, "</tr>\n");
	}
	ses_buf_str(out, "</tbody></table></div>\n");
	if (n > CELLS_MAX || json_is_true(json_object_get(data, "truncated")))
		ses_buf_str(out,
		    "<p class=\"note\">Further classes were cut off.</p>\n");
	ses_buf_str(out, "</figure>\n");
}

/* An image is told by its path in the workspace; what a browser cannot show as
 * an image is a link. */
static int
is_image(const char *path)
{
	static const char *const ends[] = {
	    ".png", ".jpg", ".jpeg", ".gif", ".webp"};
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ses_str_ends(path, ends[i]))
			return 1;
	return 0;
}

static void
add_item(const json_t *item, const char *files, struct ses_buf *out)
{
	const char *path = json_string_value(json_object_get(item, "path"));
	const json_t *caption = json_object_get(item, "caption");

	if (path == NULL) {
		ses_buf_str(out, "<p class=\"note\">It was not saved: ");
		add_value(json_object_get(item, "error"), out);
		ses_buf_str(out, "</p>\n");
		return;
	}
	ses_buf_fmt(out, "<a href=\"%s", files);
	ses_html_url(out, path);
	ses_buf_str(out, "\">");
	if (is_image(path)) {
		ses_buf_fmt(out, "<img loading=\"lazy\" src=\"%s", files);
		ses_html_url(out, path);
		ses_buf_str(out, "\" alt=\"");
		if (json_is_string(caption))
			ses_html_str(out, json_string_value(caption));
		else
			ses_html_str(out, ses_str_basename(path));
		ses_buf_str(out, "\">");
	} else {
		ses_html_str(out, ses_str_basename(path));
	}
	ses_buf_str(out, "</a>\n");
	if (json_is_string(caption)) {
		ses_buf_str(out, "<p>");
		add_value(caption, out);
		ses_buf_str(out, "</p>\n");
	}
}

static void
add_images(const json_t *log, const json_t *data, const char *files,
    struct ses_buf *out)
{
	const json_t *items = json_object_get(data, "items");
	size_t i;

	begin_table(log, "Image", out);
	ses_buf_str(out, "<div class=\"images\">\n");
	for (i = 0; i < json_array_size(items) && i < CELLS_MAX; i++)
		add_item(json_array_get(items, i), files, out);
	ses_buf_str(out, "</div></figure>\n");
}

int
ses_dashboard_html(const struct ses_dashboard *d, const char *files,
    struct ses_buf *out, struct seshat_err *err)
{
	const json_t *log;
	const json_t *data;
	const char *type;
	size_t i;

	ses_buf_str(out, "<section class=\"charts\">\n");
	add_charts(d, out);
	ses_buf_str(out, "</section>\n<section class=\"logs\">\n");
	for (i = json_array_size(d->logs); i > 0; i--) {
		log = json_array_get(d->logs, i - 1);
		data = json_object_get(log, "data");
		type = json_string_value(json_object_get(log, "type"));
		if (type == NULL)
			continue;
		if (strcmp(type, "table") == 0)
			add_table(log, data, out);
		else if (strcmp(type, "confusion_matrix") == 0)
			add_matrix(log, data, out);
		else if (json_is_array(json_object_get(data, "items")))
			add_images(log, data, files, out);
	}
	ses_buf_str(out, "</section>\n");
	if (d->n_logs > json_array_size(d->logs))
		ses_buf_fmt(out,
		    "<p class=\"note\">The last %zu of %llu tables and images "
		    "are shown.</p>\n",
		    json_array_size(d->logs), (unsigned long long)d->n_logs);
	return ses_buf_check(out, err);
}
