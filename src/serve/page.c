/* The shell of every page. */
#include <string.h>

#include "render/html.h"
#include "serve/asset.h"
#include "serve/page.h"
#include "serve/listing.h"
#include "serve/pages.h"
#include "vault/doc.h"

static void
stylesheet(struct ses_buf *out, const char *name)
{
	char url[SES_ASSET_URL];

	if (ses_asset_url(name, url) == 0)
		ses_buf_fmt(
		    out, "<link rel=\"stylesheet\" href=\"%s\">\n", url);
}

static void
head(struct ses_buf *out, const struct ses_page *p)
{
	ses_buf_str(out,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<title>");
	ses_html_str(out, p->title);
	ses_buf_str(out, " · seshat</title>\n<link rel=\"icon\" href=\"");
	ses_page_asset(out, "seshat.svg");
	ses_buf_str(out, "\" type=\"image/svg+xml\">\n");
	stylesheet(out, "seshat.css");
	ses_buf_str(out, "<script type=\"module\" src=\"");
	ses_page_asset(out, "seshat.js");
	ses_buf_str(out, "\"></script>\n</head>\n");
}

static void
nav_link(struct ses_buf *out, const char *href, const char *text, int is_here)
{
	ses_buf_fmt(out, "<li><a href=\"%s\"%s>%s</a></li>\n", href,
	    is_here ? " aria-current=\"page\"" : "", text);
}

static void
header(struct ses_buf *out, const struct ses_page *p)
{
	ses_buf_str(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
			 "content</a>\n<header class=\"top\">\n"
			 "<a class=\"brand\" href=\"/\">");
	ses_page_icon(out, "brand");
	ses_buf_str(out,
	    "<span>seshat</span></a>\n"
	    "<form class=\"find\" role=\"search\" action=\"/search\">"
	    "<label class=\"hidden\" for=\"find\">Search every "
	    "transcript</label>");
	ses_page_icon(out, "search");
	ses_buf_str(out, "<input type=\"search\" id=\"find\" name=\"q\" "
			 "maxlength=\"1000\" autocomplete=\"off\" "
			 "placeholder=\"Search every transcript\" value=\"");
	ses_html_str(out, p->query != NULL ? p->query : "");
	ses_buf_str(out, "\"><button class=\"hidden\">Search</button></form>\n"
			 "<nav class=\"places\" aria-label=\"Pages\"><ul>\n");
	nav_link(out, "/", "Sessions", p->nav == SES_NAV_SESSIONS);
	nav_link(out, "/search", "Search", p->nav == SES_NAV_SEARCH);
	nav_link(out, "/stats", "Stats", p->nav == SES_NAV_STATS);
	ses_buf_str(out, "</ul></nav>\n</header>\n");
}

/* Settings, Download, Trash: in this order, beside the link and not in it. */
static void
row_controls(
    struct ses_buf *out, const char *key, const char *name, int is_empty)
{
	struct ses_page_control c = {.of = name};
	struct ses_buf href = {0};

	ses_page_project_url(&href, key);
	ses_buf_str(&href, "/settings");
	c.icon = "settings";
	c.label = "Settings";
	c.href = ses_buf_cstr(&href);
	ses_buf_str(out, "<span class=\"tools\">");
	ses_page_control(out, &c);
	ses_buf_clear(&href);
	ses_buf_str(&href, "/api");
	ses_page_project_url(&href, key);
	ses_buf_str(&href, "/download");
	c.icon = "download";
	c.label = "Download";
	c.href = is_empty ? NULL : ses_buf_cstr(&href);
	c.disabled = "It has no sessions to download";
	ses_page_control(out, &c);
	ses_buf_clear(&href);
	ses_page_project_url(&href, key);
	ses_buf_str(&href, "/trash");
	c.icon = "trash";
	c.label = "Trash";
	c.href = ses_buf_cstr(&href);
	ses_page_control(out, &c);
	ses_buf_str(out, "</span>");
	out->bad |= href.bad;
	ses_buf_free(&href);
}

static void
project_row(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const json_t *row, const char *here)
{
	const char *key = ses_doc_str(row, "id");
	uint64_t n = ses_doc_u64(row, "sessions");
	struct ses_buf name = {0};

	ses_page_project_name(&name, r, w, key);
	(void)ses_buf_cstr(&name);
	ses_buf_str(out, "<li class=\"row\"><a class=\"name\" href=\"");
	ses_page_project_url(out, key);
	ses_buf_str(out, "\" title=\"");
	ses_html_str(out, key);
	ses_buf_fmt(out, "\"%s><span class=\"label\">",
	    here != NULL && strcmp(here, key) == 0 ? " aria-current=\"page\""
						   : "");
	ses_html_str(out, ses_buf_cstr(&name));
	ses_buf_str(out, "</span> <span class=\"count\">");
	ses_page_number(out, n);
	ses_buf_fmt(out, "<span class=\"hidden\"> session%s</span></span></a>",
	    n == 1 ? "" : "s");
	row_controls(out, key, ses_buf_cstr(&name), n == 0);
	ses_buf_str(out, "</li>\n");
	out->bad |= name.bad;
	ses_buf_free(&name);
}

static int
sidebar(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const struct ses_page *p,
    struct seshat_err *err)
{
	json_t *rows = NULL;
	uint64_t n = 0;
	size_t i;

	if (ses_listing_projects(w, &rows, err) < 0)
		return -1;
	for (i = 0; i < json_array_size(rows); i++)
		n += ses_doc_u64(json_array_get(rows, i), "sessions");
	ses_buf_str(out,
	    "<details class=\"side\"><summary>Projects</summary>\n"
	    "<nav class=\"projects\" aria-label=\"Projects\">\n"
	    "<ul>\n<li class=\"row all\"><a class=\"name\" href=\"/\"");
	if (p->nav == SES_NAV_SESSIONS && p->project == NULL)
		ses_buf_str(out, " aria-current=\"page\"");
	ses_buf_str(out, "><span class=\"label\">All projects</span> "
			 "<span class=\"count\">");
	ses_page_number(out, n);
	ses_buf_fmt(out,
	    "<span class=\"hidden\"> session%s</span></span></a>"
	    "</li>\n",
	    n == 1 ? "" : "s");
	for (i = 0; i < json_array_size(rows); i++)
		project_row(out, r, w, json_array_get(rows, i), p->project);
	ses_buf_str(out, "</ul>\n</nav></details>\n");
	json_decref(rows);
	return 0;
}

int
ses_page_begin(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const struct ses_page *p,
    struct seshat_err *err)
{
	head(out, p);
	header(out, p);
	ses_buf_str(out, "<div class=\"frame\">\n");
	if (sidebar(out, r, w, p, err) < 0)
		return -1;
	ses_buf_str(out, "<main id=\"main\" tabindex=\"-1\">\n");
	ses_page_done(out, r);
	return 0;
}

void
ses_page_end(struct ses_buf *out)
{
	ses_buf_str(out, "</main>\n</div>\n</body>\n</html>\n");
}

int
ses_page_answer_take(
    struct ses_answer *a, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf b = *out;

	*out = (struct ses_buf){0};
	if (ses_buf_check(&b, err) < 0) {
		ses_buf_free(&b);
		return -1;
	}
	ses_buf_free(&a->body);
	a->body = b;
	a->type = SES_TYPE_HTML;
	return 0;
}
