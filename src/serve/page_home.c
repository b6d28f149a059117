/* The list of sessions: of all projects, or of one. */
#include <string.h>

#include "base/time.h"
#include "render/html.h"
#include "serve/page.h"
#include "serve/listing.h"
#include "serve/page_state.h"
#include "vault/doc.h"
#include "vault/summary.h"

#define LIMIT 100

struct list {
	const struct ses_request *r;
	const struct ses_api_worker *w;
	struct ses_listing_filter f;
	struct ses_listing rows;
	int64_t now;
};

static const char *
param(const struct ses_request *r, const char *name)
{
	const char *value = ses_request_param(r, name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static void
option(struct ses_buf *out, const char *value, const char *text, int is_chosen)
{
	ses_buf_str(out, "<option value=\"");
	ses_html_str(out, value);
	ses_buf_fmt(out, "\"%s>", is_chosen ? " selected" : "");
	ses_html_str(out, text);
	ses_buf_str(out, "</option>");
}

static void
filters(struct ses_buf *out, const struct list *l)
{
	const char *name;
	size_t i;

	ses_buf_str(out, "<form class=\"filters\" role=\"search\" "
			 "aria-label=\"Filter sessions\">\n"
			 "<label><span>Filter</span><input type=\"search\" "
			 "name=\"q\" maxlength=\"200\" autocomplete=\"off\" "
			 "placeholder=\"Title, id or folder\" value=\"");
	ses_html_str(out, l->f.q != NULL ? l->f.q : "");
	ses_buf_str(out, "\"></label>\n<label><span>Agent</span>"
			 "<select name=\"harness\">");
	option(out, "", "Any", l->f.harness == NULL);
	for (i = 0; i < json_array_size(l->rows.harnesses); i++) {
		name = json_string_value(json_array_get(l->rows.harnesses, i));
		option(out, name, name,
		    l->f.harness != NULL && strcmp(name, l->f.harness) == 0);
	}
	ses_buf_str(out, "</select></label>\n<label><span>Order</span>"
			 "<select name=\"sort\">");
	option(out, "", "Latest first", !l->f.by_size);
	option(out, "size", "Largest first", l->f.by_size);
	ses_buf_str(out, "</select></label>\n");
	if (l->f.parent != NULL && l->f.parent[0] != '\0') {
		ses_buf_str(
		    out, "<input type=\"hidden\" name=\"parent\" value=\"");
		ses_html_str(out, l->f.parent);
		ses_buf_str(out, "\">");
	}
	ses_buf_str(out, "<button>Show</button>\n</form>\n");
}

static void
cell_title(struct ses_buf *out, const struct list *l, const json_t *row)
{
	uint64_t n = ses_doc_u64(row, "subagents");
	const char *id = ses_doc_str(row, "session_id");

	ses_buf_str(out, "<td class=\"title\"><a class=\"go\" href=\"");
	ses_page_session_url(out, ses_doc_str(row, "harness"), id);
	ses_buf_str(out, "\">");
	ses_page_session_title(out, row);
	ses_buf_str(out, "</a>");
	if (n > 0) {
		ses_buf_str(out, " <a class=\"sub\" href=\"");
		if (l->f.project != NULL)
			ses_page_project_url(out, l->f.project);
		else
			ses_buf_str(out, "/");
		ses_buf_str(out, "?parent=");
		ses_html_url(out, id);
		ses_buf_str(out, "\">");
		ses_page_icon(out, "agent");
		ses_page_number(out, n);
		ses_buf_fmt(out, " subagent%s</a>", n == 1 ? "" : "s");
	}
	ses_buf_str(out, "</td>");
}

static void
table_row(struct ses_buf *out, const struct list *l, const json_t *row)
{
	const char *project = ses_doc_str(row, "project");
	uint64_t bytes = ses_doc_u64(row, "total_source_bytes");
	struct ses_buf name = {0};

	ses_buf_str(out, "<tr>");
	cell_title(out, l, row);
	ses_buf_str(out, "<td class=\"harness\">");
	ses_html_str(out, ses_doc_str(row, "harness"));
	ses_buf_str(out, "</td>");
	if (l->f.project == NULL) {
		ses_buf_str(out, "<td class=\"project\"><a href=\"");
		ses_page_project_url(out, project);
		ses_buf_str(out, "\">");
		ses_page_project_name(&name, l->r, l->w, project);
		ses_html_str(out, ses_buf_cstr(&name));
		ses_buf_str(out, "</a></td>");
		ses_buf_free(&name);
	}
	if (l->w->store != NULL) {
		ses_buf_str(out, "<td class=\"n size\">");
		ses_page_size(out, bytes);
		ses_buf_str(out, "</td><td class=\"n lines\">");
		ses_page_number(out, ses_doc_u64(row, "lines"));
		ses_buf_str(out, "</td>");
	}
	ses_buf_str(out, "<td class=\"when\">");
	ses_page_time(out, ses_doc_time(row, "last_event_at"), l->now);
	ses_buf_str(out, "</td>");
	if (l->w->store != NULL) {
		ses_buf_str(out, "<td class=\"state\">");
		ses_page_badge(out, ses_summary_state(row, l->now));
		ses_buf_str(out, "</td>");
	}
	ses_buf_str(out, "</tr>\n");
}

static void
column(struct ses_buf *out, const char *classes, const char *title)
{
	ses_buf_fmt(
	    out, "<th scope=\"col\" class=\"%s\">%s</th>", classes, title);
}

static void
table(struct ses_buf *out, const struct list *l)
{
	size_t i;

	ses_buf_str(out,
	    "<div class=\"scroll\" role=\"region\" aria-label=\"Sessions\" "
	    "tabindex=\"0\"><table class=\"sessions\" data-list>\n"
	    "<caption class=\"hidden\">Sessions</caption>\n<thead><tr>");
	column(out, "title", "Title");
	column(out, "harness", "Agent");
	if (l->f.project == NULL)
		column(out, "project", "Project");
	if (l->w->store != NULL) {
		column(out, "n size", "Size");
		column(out, "n lines", "Lines");
	}
	column(out, "when", "Last event");
	if (l->w->store != NULL)
		column(out, "state", "State");
	ses_buf_str(out, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < json_array_size(l->rows.rows); i++)
		table_row(out, l, json_array_get(l->rows.rows, i));
	ses_buf_str(out, "</tbody></table></div>\n");
}

/* A link to this list with another cursor. */
static void
page_link(struct ses_buf *out, const struct list *l, const char *cursor,
    const char *text, const char *rel)
{
	static const char *const names[] = {"q", "harness", "sort", "parent"};
	const char *value;
	int n = 0;
	size_t i;

	ses_buf_fmt(out, "<a class=\"button\"%s href=\"", rel);
	if (l->f.project != NULL)
		ses_page_project_url(out, l->f.project);
	else
		ses_buf_str(out, "/");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = param(l->r, names[i]);
		if (value == NULL)
			continue;
		ses_buf_fmt(out, "%s%s=", n++ == 0 ? "?" : "&amp;", names[i]);
		ses_html_url(out, value);
	}
	if (cursor != NULL) {
		ses_buf_fmt(out, "%scursor=", n == 0 ? "?" : "&amp;");
		ses_html_url(out, cursor);
	}
	ses_buf_fmt(out, "\">%s</a>\n", text);
}

static void
paging(struct ses_buf *out, const struct list *l)
{
	if (l->f.cursor == NULL && l->rows.next.len == 0)
		return;
	ses_buf_str(out, "<nav class=\"paging\" aria-label=\"More sessions\">");
	if (l->f.cursor != NULL)
		page_link(out, l, NULL, "First page", "");
	if (l->rows.next.len > 0)
		page_link(
		    out, l, l->rows.next.data, "Next page", " rel=\"next\"");
	ses_buf_str(out, "</nav>\n");
}

static void
nothing(struct ses_buf *out, const struct list *l)
{
	if (l->rows.all > 0)
		ses_page_empty(out, "No session fits",
		    "<p>Nothing has that in its title, id or folder. The "
		    "words of transcripts are found by the search above.</p>");
	else if (l->w->store == NULL)
		ses_page_empty(out, "No sessions",
		    "<p>Folders <code>sessions/&lt;id&gt;</code> of the "
		    "volume appear here.</p>");
	else
		ses_page_empty(out, "No sessions yet",
		    "<p>Copy every session of this machine into the vault:</p>"
		    "<pre><code>seshat mirror --everywhere</code></pre>"
		    "<p>or keep it up to date while these pages are "
		    "served:</p><pre><code>seshat serve --follow</code></pre>"
		    "<p><code>seshat demo</code> makes a few examples.</p>");
}

static void
count_line(struct ses_buf *out, const struct list *l)
{
	uint64_t n = l->rows.total;

	ses_buf_str(out, "<p class=\"count\">");
	ses_page_number(out, n);
	ses_buf_fmt(out, " session%s", n == 1 ? "" : "s");
	if (param(l->r, "q") != NULL || param(l->r, "harness") != NULL)
		ses_buf_str(out, n == 1 ? " that fits" : " that fit");
	if (l->f.parent != NULL && l->f.parent[0] != '\0') {
		ses_buf_str(out, ", subagents of <code>");
		ses_html_str(out, l->f.parent);
		ses_buf_str(out, "</code>");
	} else if (param(l->r, "q") == NULL && param(l->r, "harness") == NULL &&
		   n < l->rows.all) {
		ses_buf_str(out, " and ");
		ses_page_number(out, l->rows.all - n);
		ses_buf_fmt(
		    out, " subagent%s", l->rows.all - n == 1 ? "" : "s");
	}
	ses_buf_str(out, "</p>\n");
}

/* What a session's page has in the same place: none is selected here. */
static void
session_tools(struct ses_buf *out)
{
	static const struct ses_page_control tools[] = {
	    {.icon = "metrics",
		.label = "Metrics",
		.disabled = "Metrics: select a session first"},
	    {.icon = "download",
		.label = "Download",
		.disabled = "Download: select a session first"}};

	ses_buf_str(out, "<div class=\"actions\">\n");
	ses_page_control(out, &tools[0]);
	ses_page_control(out, &tools[1]);
	ses_buf_str(out, "</div>\n");
}

/* What can be done with a project, for who has no sidebar in sight. */
static void
project_tools(struct ses_buf *out, const struct list *l)
{
	struct ses_page_control c = {.text = 1};
	struct ses_buf href = {0};

	ses_page_project_url(&href, l->f.project);
	ses_buf_str(&href, "/settings");
	c.icon = "settings";
	c.label = "Settings";
	c.href = ses_buf_cstr(&href);
	ses_buf_str(out, "<div class=\"actions\">");
	ses_page_control(out, &c);
	ses_buf_clear(&href);
	ses_buf_str(&href, "/api");
	ses_page_project_url(&href, l->f.project);
	ses_buf_str(&href, "/download");
	c.icon = "download";
	c.label = "Download";
	c.href = l->rows.all > 0 ? ses_buf_cstr(&href) : NULL;
	c.disabled = "It has no sessions to download";
	ses_page_control(out, &c);
	ses_buf_str(out, "</div>");
	out->bad |= href.bad;
	ses_buf_free(&href);
}

static int
content(struct ses_buf *out, struct list *l, struct seshat_err *err)
{
	const struct ses_api *api = l->r->arg;
	struct ses_page p = {.title = "Sessions",
	    .nav = SES_NAV_SESSIONS,
	    .project = l->f.project};
	struct ses_buf name = {0};
	int rc;

	if (l->f.project != NULL) {
		ses_page_project_name(&name, l->r, l->w, l->f.project);
		p.title = ses_buf_cstr(&name);
	}
	ses_pages_look(api->pages);
	rc = ses_page_begin(out, l->r, l->w, &p, err);
	if (rc == 0) {
		ses_buf_str(out, "<div class=\"title-row\"><h1>");
		ses_html_str(out, p.title);
		ses_buf_str(out, "</h1>");
		if (l->f.project != NULL)
			project_tools(out, l);
		else
			session_tools(out);
		ses_buf_str(out, "</div>\n");
		if (l->f.project == NULL)
			ses_pages_due(api->pages, out);
		if (l->rows.all > 0)
			filters(out, l);
		if (l->rows.total == 0) {
			nothing(out, l);
		} else {
			count_line(out, l);
			table(out, l);
		}
		paging(out, l);
		ses_page_end(out);
	}
	ses_buf_free(&name);
	return rc;
}

/* One without sessions: a volume has such. */
static int
check_project(const struct list *l, struct seshat_err *err)
{
	int has;

	if (l->f.project == NULL || l->rows.all > 0)
		return 0;
	has = ses_listing_has_project(l->w, l->f.project, err);
	if (has == 0)
		ses_fail(
		    err, SESHAT_ENOTFOUND, "no project '%s'", l->f.project);
	return has > 0 ? 0 : -1;
}

static int
show(struct list *l, struct ses_answer *a, struct seshat_err *err)
{
	const char *sort = param(l->r, "sort");
	struct ses_buf out = {0};
	int rc;

	l->now = ses_time_now();
	l->f.q = param(l->r, "q");
	l->f.harness = param(l->r, "harness");
	l->f.parent = param(l->r, "parent");
	l->f.cursor = param(l->r, "cursor");
	/* of an address that is older than this program: the first page */
	if (l->f.cursor != NULL && !ses_listing_is_cursor(l->f.cursor))
		l->f.cursor = NULL;
	l->f.by_size = sort != NULL && strcmp(sort, "size") == 0;
	l->f.limit = LIMIT;
	if (l->f.parent == NULL)
		l->f.parent = "";
	if (ses_listing_get(l->w, &l->f, &l->rows, err) < 0)
		return -1;
	rc = check_project(l, err);
	if (rc == 0)
		rc = content(&out, l, err);
	ses_listing_free(&l->rows);
	if (rc == 0)
		rc = ses_page_answer_take(a, &out, err);
	ses_buf_free(&out);
	return rc;
}

int
ses_page_home(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	struct list l = {.r = r, .w = worker};

	return show(&l, a, err);
}

int
ses_page_project(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	struct list l = {.r = r, .w = worker, .f.project = r->var[0]};

	return show(&l, a, err);
}
