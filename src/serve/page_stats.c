/* What all of it amounts to. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "render/html.h"
#include "render/plot.h"
#include "serve/page.h"
#include "serve/listing.h"
#include "serve/page_state.h"
#include "serve/page_use.h"
#include "vault/doc.h"

#define DAYS   60
#define AGENTS 8
#define DAY_MS INT64_C(86400000)

struct stats {
	const struct ses_request *r;
	const struct ses_api_worker *w;
	json_t *rows;
	json_t *projects;
	json_t *agents; /* name -> sums */
	uint64_t lines;
	uint64_t bytes;
	uint64_t stored;
	uint64_t damaged; /* sessions */
	int64_t now;
	int64_t first_day; /* days since 1970 */
	double day[DAYS];  /* ms since 1970 */
	double sessions[AGENTS][DAYS];
	double size[AGENTS][DAYS];
};

static void
count(struct stats *s, const json_t *row)
{
	const char *name = ses_doc_str(row, "harness");
	uint64_t bytes = ses_doc_u64(row, "total_source_bytes");
	int64_t at = ses_doc_time(row, "last_event_at") / DAY_MS;
	json_t *o = json_object_get(s->agents, name);
	size_t i;

	s->damaged += ses_doc_str(row, "damage")[0] != '\0';
	s->lines += ses_doc_u64(row, "lines");
	s->bytes += bytes;
	s->stored += ses_doc_u64(row, "stored_bytes");
	if (o == NULL) {
		o = json_object();
		ses_doc_set_u64(o, "number", json_object_size(s->agents));
		(void)json_object_set_new(s->agents, name, o);
	}
	ses_doc_set_u64(o, "sessions", ses_doc_u64(o, "sessions") + 1);
	ses_doc_set_u64(o, "bytes", ses_doc_u64(o, "bytes") + bytes);
	ses_doc_set_u64(
	    o, "lines", ses_doc_u64(o, "lines") + ses_doc_u64(row, "lines"));
	ses_doc_set_u64(o, "stored_bytes",
	    ses_doc_u64(o, "stored_bytes") + ses_doc_u64(row, "stored_bytes"));
	if (strcmp(ses_doc_str(row, "last_event_at"),
		ses_doc_str(o, "last_event_at")) > 0)
		ses_doc_set_str(
		    o, "last_event_at", ses_doc_str(row, "last_event_at"));
	i = ses_doc_u64(o, "number");
	if (i >= AGENTS || at < s->first_day || at >= s->first_day + DAYS)
		return;
	s->sessions[i][at - s->first_day] += 1;
	s->size[i][at - s->first_day] += (double)bytes;
}

/* The day with which the plots end: of the last event, so that they show
 * something also when nobody has worked for months. */
static int64_t
last_day(const struct stats *s)
{
	int64_t last = 0;
	int64_t at;
	size_t i;

	for (i = 0; i < json_array_size(s->rows); i++) {
		at = ses_doc_time(json_array_get(s->rows, i), "last_event_at");
		if (at > last && at <= s->now)
			last = at;
	}
	return (last > 0 ? last : s->now) / DAY_MS;
}

static int
gather(struct stats *s, struct seshat_err *err)
{
	size_t i;

	if (ses_listing_all(s->w, &s->rows, err) < 0 ||
	    ses_listing_projects(s->w, &s->projects, err) < 0)
		return -1;
	ses_doc_begin();
	s->agents = json_object();
	s->first_day = last_day(s) - DAYS + 1;
	for (i = 0; i < DAYS; i++)
		s->day[i] = (double)((s->first_day + (int64_t)i) * DAY_MS);
	for (i = 0; i < json_array_size(s->rows); i++)
		count(s, json_array_get(s->rows, i));
	return ses_doc_check(err);
}

static void
number(struct ses_buf *out, const char *name, uint64_t n, int is_size)
{
	ses_buf_fmt(out, "<div><dt>%s</dt><dd>", name);
	if (is_size)
		ses_page_size(out, n);
	else
		ses_page_number(out, n);
	ses_buf_str(out, "</dd></div>\n");
}

static void
numbers(struct ses_buf *out, const struct stats *s)
{
	ses_buf_str(out, "<dl class=\"numbers\">\n");
	number(out, "Sessions", json_array_size(s->rows), 0);
	if (s->damaged > 0)
		number(out, "Damaged sessions", s->damaged, 0);
	number(out, "Projects", json_array_size(s->projects), 0);
	if (s->w->store != NULL) {
		number(out, "Lines", s->lines, 0);
		number(out, "Transcripts", s->bytes, 1);
		number(out, "In the store", s->stored, 1);
	}
	ses_buf_str(out, "</dl>\n");
}

static void
plot(struct ses_buf *out, const struct stats *s, const char *title,
    const double (*y)[DAYS], int is_bytes)
{
	struct ses_plot_line line[AGENTS];
	struct ses_plot p = {.title = title,
	    .x_name = "Day",
	    .x_is_time = 1,
	    .y_is_bytes = is_bytes,
	    .bars = 1,
	    .line = line};
	const char *name;
	json_t *o;
	size_t i;

	json_object_foreach(s->agents, name, o)
	{
		i = ses_doc_u64(o, "number");
		if (i >= AGENTS)
			continue;
		line[i] = (struct ses_plot_line){
		    .name = name, .x = s->day, .y = y[i], .n = DAYS};
		p.n++;
	}
	ses_plot(out, &p);
}

static void
table_begin(struct ses_buf *out, const struct stats *s, const char *title,
    const char *what)
{
	ses_buf_fmt(out,
	    "<h2>%s</h2>\n<div class=\"scroll\" role=\"region\" "
	    "aria-label=\"%s\" tabindex=\"0\"><table><thead><tr>"
	    "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">Sessions"
	    "</th>",
	    title, title, what);
	if (s->w->store != NULL)
		ses_buf_str(out,
		    "<th scope=\"col\" class=\"n\">Lines</th>"
		    "<th scope=\"col\" class=\"n\">Transcripts</th>"
		    "<th scope=\"col\" class=\"n\">In the store</th>");
	ses_buf_str(out, "<th scope=\"col\">Last event</th></tr></thead>\n"
			 "<tbody>\n");
}

static void
cells(struct ses_buf *out, const struct stats *s, const json_t *o)
{
	ses_buf_str(out, "<td class=\"n\">");
	ses_page_number(out, ses_doc_u64(o, "sessions"));
	if (s->w->store != NULL) {
		ses_buf_str(out, "</td><td class=\"n\">");
		ses_page_number(out, ses_doc_u64(o, "lines"));
		ses_buf_str(out, "</td><td class=\"n\">");
		ses_page_size(out, ses_doc_u64(o, "bytes"));
		ses_buf_str(out, "</td><td class=\"n\">");
		ses_page_size(out, ses_doc_u64(o, "stored_bytes"));
	}
	ses_buf_str(out, "</td><td>");
	ses_page_time(out, ses_doc_time(o, "last_event_at"), s->now);
	ses_buf_str(out, "</td></tr>\n");
}

static void
tables(struct ses_buf *out, const struct stats *s)
{
	struct ses_buf label = {0};
	const char *name;
	json_t *o;
	size_t i;

	table_begin(out, s, "By project", "Project");
	for (i = 0; i < json_array_size(s->projects); i++) {
		o = json_array_get(s->projects, i);
		name = ses_doc_str(o, "id");
		ses_buf_clear(&label);
		ses_page_project_name(&label, s->r, s->w, name);
		ses_buf_str(out, "<tr><th scope=\"row\"><a href=\"");
		ses_page_project_url(out, name);
		ses_buf_str(out, "\">");
		ses_html_str(out, ses_buf_cstr(&label));
		ses_buf_str(out, "</a></th>");
		cells(out, s, o);
	}
	ses_buf_str(out, "</tbody></table></div>\n");
	table_begin(out, s, "By agent", "Agent");
	json_object_foreach(s->agents, name, o)
	{
		ses_buf_str(out, "<tr><th scope=\"row\">");
		ses_html_str(out, name);
		ses_buf_str(out, "</th>");
		cells(out, s, o);
	}
	ses_buf_str(out, "</tbody></table></div>\n");
	ses_buf_free(&label);
}

static int
content(struct ses_buf *out, const struct stats *s, struct seshat_err *err)
{
	const struct ses_api *api = s->r->arg;
	char title[SES_PAGE_USE_TITLE];

	ses_buf_str(out, "<div class=\"title-row\"><h1>Stats</h1></div>\n");
	ses_pages_due(api->pages, out);
	numbers(out, s);
	if (json_array_size(s->rows) == 0) {
		ses_page_empty(out, "No sessions yet",
		    "<p>There is something to count once sessions are here: "
		    "<code>seshat mirror --everywhere</code></p>");
		return 0;
	}
	ses_page_use_title(title, "Sessions by the day of their last event",
	    s->first_day, DAYS);
	plot(out, s, title, (const double(*)[DAYS])s->sessions, 0);
	ses_page_use_title(title, "Transcripts by the day of their last event",
	    s->first_day, DAYS);
	if (s->w->store != NULL)
		plot(out, s, title, (const double(*)[DAYS])s->size, 1);
	tables(out, s);
	return ses_page_use(out, s->r, s->w, err);
}

int
ses_page_stats(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api *api = r->arg;
	struct ses_page p = {.title = "Stats", .nav = SES_NAV_STATS};
	struct stats *s = ses_calloc(1, sizeof(*s));
	struct ses_buf out = {0};
	int rc = -1;

	if (s == NULL)
		return ses_fail_nomem(err);
	s->r = r;
	s->w = worker;
	s->now = ses_time_now();
	ses_pages_look(api->pages);
	if (gather(s, err) == 0 &&
	    ses_page_begin(&out, r, s->w, &p, err) == 0 &&
	    content(&out, s, err) == 0) {
		ses_page_end(&out);
		rc = ses_page_answer_take(a, &out, err);
	}
	json_decref(s->rows);
	json_decref(s->projects);
	json_decref(s->agents);
	free(s);
	ses_buf_free(&out);
	return rc;
}
