/* Tokens and tools, as the catalog has them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "render/html.h"
#include "render/plot.h"
#include "serve/page.h"
#include "serve/page_use.h"
#include "vault/doc.h"

#define DAYS   60
#define LINES  8
#define TOOLS  20
#define DAY_MS INT64_C(86400000)

struct use {
	double day[DAYS];
	double tokens[LINES][DAYS];
	const char *model[LINES];
	size_t n;
	int64_t first;
};

static int64_t
day_of(const json_t *row)
{
	char text[SES_TIME_MAX];
	int64_t t = 0;

	(void)snprintf(
	    text, sizeof(text), "%.10sT00:00:00Z", ses_doc_str(row, "day"));
	return ses_time_parse(text, strlen(text), &t) < 0 ? -1 : t / DAY_MS;
}

/* The last day that has any. */
static int64_t
last_day(const json_t *days)
{
	int64_t today = ses_time_now() / DAY_MS;
	int64_t last = -1;
	int64_t at;
	size_t i;

	for (i = 0; i < json_array_size(days); i++) {
		at = day_of(json_array_get(days, i));
		if (at > last && at <= today)
			last = at;
	}
	return last >= 0 ? last : today;
}

/* The line of a model; the last one is of all that have none. */
static size_t
line_of(struct use *u, const char *model)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		if (strcmp(u->model[i], model) == 0)
			return i;
	if (u->n == LINES)
		return LINES - 1;
	u->model[u->n] = u->n == LINES - 1 ? "others" : model;
	return u->n++;
}

void
ses_page_use_title(
    char out[SES_PAGE_USE_TITLE], const char *what, int64_t first, int days)
{
	char text[SES_TIME_MAX];

	ses_time_format((first + days - 1) * DAY_MS, text);
	(void)snprintf(out, SES_PAGE_USE_TITLE, "%s, the %d days up to %.10s",
	    what, days, text);
}

static void
plot_tokens(struct ses_buf *out, struct use *u, const json_t *days)
{
	struct ses_plot_line line[LINES];
	char title[SES_PAGE_USE_TITLE];
	struct ses_plot p = {.title = title,
	    .x_name = "Day",
	    .x_is_time = 1,
	    .bars = 1,
	    .line = line};
	const json_t *row;
	int64_t at;
	size_t i;

	ses_page_use_title(
	    title, "Tokens by day, read anew and written", u->first, DAYS);
	for (i = 0; i < DAYS; i++)
		u->day[i] = (double)((u->first + (int64_t)i) * DAY_MS);
	for (i = 0; i < json_array_size(days); i++) {
		row = json_array_get(days, i);
		at = day_of(row) - u->first;
		if (at < 0 || at >= DAYS)
			continue;
		u->tokens[line_of(u, ses_doc_str(row, "model"))][at] +=
		    (double)(ses_doc_u64(row, "input") +
			     ses_doc_u64(row, "output"));
	}
	for (i = 0; i < u->n; i++)
		line[i] = (struct ses_plot_line){.name = u->model[i],
		    .x = u->day,
		    .y = u->tokens[i],
		    .n = DAYS};
	p.n = u->n;
	if (p.n > 0)
		ses_plot(out, &p);
}

struct column {
	const char *title;
	const char *member;
};

static void
table(struct ses_buf *out, const char *title, const struct column *c,
    const json_t *rows, size_t most)
{
	const json_t *row;
	size_t i;
	size_t k;

	if (json_array_size(rows) == 0)
		return;
	ses_buf_fmt(out,
	    "<h2>%s</h2>\n<div class=\"scroll\" role=\"region\" "
	    "aria-label=\"%s\" tabindex=\"0\"><table><thead><tr>"
	    "<th scope=\"col\">%s</th>",
	    title, title, c[0].title);
	for (k = 1; c[k].title != NULL; k++)
		ses_buf_fmt(
		    out, "<th scope=\"col\" class=\"n\">%s</th>", c[k].title);
	ses_buf_str(out, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < json_array_size(rows) && i < most; i++) {
		row = json_array_get(rows, i);
		ses_buf_str(out, "<tr><th scope=\"row\">");
		ses_html_str(out, ses_doc_str(row, c[0].member)[0] != '\0'
				      ? ses_doc_str(row, c[0].member)
				      : "unknown");
		ses_buf_str(out, "</th>");
		for (k = 1; c[k].title != NULL; k++) {
			ses_buf_str(out, "<td class=\"n\">");
			ses_page_number(out, ses_doc_u64(row, c[k].member));
			ses_buf_str(out, "</td>");
		}
		ses_buf_str(out, "</tr>\n");
	}
	ses_buf_str(out, "</tbody></table></div>\n");
}

int
ses_page_use(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, struct seshat_err *err)
{
	static const struct column models[] = {{"Model", "model"},
	    {"Messages", "messages"}, {"Read anew", "input"},
	    {"Written", "output"}, {"From the cache", "cache_read"},
	    {"Into the cache", "cache_write"}, {NULL, NULL}};
	static const struct column tools[] = {{"Tool", "tool"},
	    {"Calls", "calls"}, {"Failed", "failed"}, {NULL, NULL}};
	const struct ses_catalog_filter all = {0};
	struct ses_catalog_extent extent;
	struct use *u = NULL;
	json_t *doc = NULL;
	int fresh = 0;

	/* the rest of the page does without */
	if (w->catalog == NULL || ses_api_catalog(r, w, &fresh, err) < 0)
		return 0;
	if (ses_catalog_extent(w->catalog, &extent, err) < 0 ||
	    ses_catalog_stats(w->catalog, &all, &doc, err) < 0)
		return err->code == SESHAT_ECORRUPT ? 0 : -1;
	u = ses_calloc(1, sizeof(*u));
	if (u == NULL) {
		json_decref(doc);
		return ses_fail_nomem(err);
	}
	u->first = last_day(json_object_get(doc, "tokens_by_day")) - DAYS + 1;
	if (!extent.is_whole) {
		ses_buf_str(out, "<p class=\"note\" role=\"status\">");
		ses_page_lacks(out, &extent);
		ses_buf_str(out, "</p>\n");
	} else if (!fresh) {
		ses_buf_str(out, "<p class=\"note\" role=\"status\">What was "
				 "stored lately is still being read: tokens "
				 "and tools may not be all.</p>\n");
	}
	plot_tokens(out, u, json_object_get(doc, "tokens_by_day"));
	table(out, "Tokens by model", models, json_object_get(doc, "models"),
	    TOOLS);
	table(out, "Tools", tools, json_object_get(doc, "tools"), TOOLS);
	free(u);
	json_decref(doc);
	return 0;
}
