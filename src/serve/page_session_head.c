/* What stands above each page of a session. */
#include <string.h>

#include "base/human.h"
#include "base/time.h"
#include "mirror/status.h"
#include "render/html.h"
#include "serve/page_runs.h"
#include "serve/page_session.h"
#include "serve/page_state.h"
#include "vault/doc.h"
#include "vault/summary.h"

#define DAY_MS INT64_C(86400000)

static void
begin_fact(struct ses_buf *out, const char *name)
{
	ses_buf_fmt(out, "<div><dt>%s</dt><dd>", name);
}

static void
end_fact(struct ses_buf *out)
{
	ses_buf_str(out, "</dd></div>\n");
}

static void
add_text(struct ses_buf *out, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	begin_fact(out, name);
	ses_html_prose(out, text, strlen(text));
	end_fact(out);
}

static void
add_time(struct ses_buf *out, const char *name, int64_t t, int64_t now)
{
	if (t == 0)
		return;
	begin_fact(out, name);
	ses_page_time(out, t, now);
	end_fact(out);
}

/* Of a volume neither is known. */
static void
add_sizes(struct ses_buf *out, const json_t *doc)
{
	if (json_object_get(doc, "total_uploaded_bytes") == NULL)
		return;
	begin_fact(out, "Size");
	ses_page_size(out, ses_doc_u64(doc, "total_uploaded_bytes"));
	ses_buf_str(out, " <span class=\"less\">(");
	ses_page_size(out, ses_doc_u64(doc, "stored_bytes"));
	ses_buf_str(out, " stored)</span>");
	end_fact(out);
	begin_fact(out, "Lines");
	ses_page_number(out, ses_doc_u64(doc, "lines"));
	end_fact(out);
}

static void
add_rules(struct ses_buf *out, json_t *counts, json_int_t sum)
{
	const char *rule;
	json_t *n;

	ses_buf_fmt(
	    out, "<details><summary>%lld</summary><ul>", (long long)sum);
	json_object_foreach(counts, rule, n)
	{
		ses_buf_str(out, "<li>");
		ses_html_str(out, rule);
		ses_buf_fmt(
		    out, ": %lld</li>", (long long)json_integer_value(n));
	}
	ses_buf_str(out, "</ul></details>");
}

/* How many secrets were taken out, and by which rules. */
static void
add_redactions(struct ses_buf *out, const json_t *doc)
{
	json_t *counts = json_object_get(doc, "redaction_counts");
	json_int_t sum = 0;
	const char *rule;
	json_t *n;

	if (json_is_true(json_object_get(doc, "no_redact"))) {
		add_text(out, "Redactions", "off: stored as it was");
		return;
	}
	if (counts == NULL)
		return;
	json_object_foreach(counts, rule, n) sum += json_integer_value(n);
	begin_fact(out, "Redactions");
	if (sum == 0)
		ses_buf_str(out, "none");
	else
		add_rules(out, counts, sum);
	end_fact(out);
}

/* Of a subagent: the session that called it. */
static void
add_parent(struct ses_buf *out, const struct ses_found *f, const json_t *doc)
{
	const char *parent = ses_doc_str(doc, "parent_session_id");

	if (parent[0] == '\0')
		return;
	begin_fact(out, "Subagent of");
	ses_buf_str(out, "<a href=\"");
	ses_page_session_url(out, f->harness, parent);
	ses_buf_str(out, "\">");
	ses_html_str(out, parent);
	ses_buf_str(out, "</a>");
	end_fact(out);
}

static void
add_facts(struct ses_buf *out, const struct ses_request *r,
    const struct ses_api_worker *w, const struct ses_found *f,
    const json_t *doc)
{
	int64_t now = ses_time_now();
	struct ses_buf name = {0};

	ses_buf_str(out, "<dl class=\"session-facts\">\n");
	begin_fact(out, "State");
	ses_page_badge(out, ses_summary_state(doc, now));
	end_fact(out);
	add_text(out, "Harness", f->harness);
	begin_fact(out, "Project");
	ses_buf_str(out, "<a href=\"");
	ses_page_project_url(out, f->project);
	ses_buf_str(out, "\">");
	ses_page_project_name(&name, r, w, f->project);
	ses_html_str(out, ses_buf_cstr(&name));
	out->bad |= name.bad;
	ses_buf_free(&name);
	ses_buf_str(out, "</a>");
	end_fact(out);
	add_time(out, "Started", ses_doc_time(doc, "started_at"), now);
	add_time(out, "Last event", ses_doc_time(doc, "last_event_at"), now);
	add_time(out, "Ended", ses_doc_time(doc, "ended_at"), now);
	add_sizes(out, doc);
	add_redactions(out, doc);
	add_text(out, "Folder", ses_doc_str(doc, "cwd"));
	add_text(out, "Machine", ses_doc_str(doc, "host"));
	add_text(out, "Id", f->id);
	add_parent(out, f, doc);
	ses_page_runs_facts(out, w, f);
	ses_buf_str(out, "</dl>\n");
}

/* How long its agent will keep the source. */
static void
add_due(struct ses_buf *out, const struct ses_page_here *here, int64_t now)
{
	int64_t days = (here->due - now) / DAY_MS;

	if (here->due == 0)
		return;
	if (here->due <= now)
		ses_buf_str(out, " Its agent may delete the source any time.");
	else
		ses_buf_fmt(out, " Its agent deletes the source in %lld day%s.",
		    (long long)days, ses_human_s((uint64_t)days));
}

/* The source of a session of this machine: what is not stored yet, and when it
 * goes. */
static void
add_here(struct ses_buf *out, const struct ses_page_here *here, int64_t now)
{
	static const struct {
		const char *class;
		const char *text;
	} states[] = {
	    [SES_STATUS_PROTECTED] = {"less", "Protected: all of its source "
					      "is stored."},
	    [SES_STATUS_BEHIND] = {"note warn", "What came lately is not "
						"stored yet."},
	    [SES_STATUS_UNPROTECTED] = {"note bad",
		"Not protected: what is not stored yet, nobody is about to "
		"store (<code>seshat mirror</code>)."},
	    [SES_STATUS_REMOVED] = {"less", "Its source is not stored: the "
					    "session was removed."},
	    [SES_STATUS_GONE] = {"less", "Protected: its source is gone, what "
					 "was stored is here."}};
	size_t state = (size_t)here->state;

	if (here->state < 0 || state >= sizeof(states) / sizeof(states[0]))
		return;
	ses_buf_fmt(out, "<p class=\"%s\"><span>%s", states[state].class,
	    states[state].text);
	add_due(out, here, now);
	if (here->verified != 0) {
		ses_buf_str(out, " Found whole ");
		ses_page_time(out, here->verified, now);
		ses_buf_str(out, ".");
	}
	ses_buf_str(out, "</span></p>\n");
}

/* Whether its source is protected: of another machine's only the store can
 * tell. */
static void
add_protection(struct ses_buf *out, const struct ses_request *r,
    const struct ses_found *f, const json_t *doc)
{
	const struct ses_api *api = r->arg;
	int64_t now = ses_time_now();
	int64_t when = ses_doc_time(doc, "last_uploaded_at");
	struct ses_page_here here;

	ses_pages_look(api->pages);
	if (ses_pages_here(api->pages, f->harness, f->id, &here)) {
		add_here(out, &here, now);
		return;
	}
	if (json_object_get(doc, "total_source_bytes") == NULL)
		return;
	ses_buf_str(out, "<p class=\"less\">Stored: ");
	ses_page_size(out, ses_doc_u64(doc, "total_source_bytes"));
	ses_buf_str(out, " of its source");
	if (when != 0) {
		ses_buf_str(out, ", the last of them ");
		ses_page_time(out, when, now);
	}
	ses_buf_str(out, ".</p>\n");
}

static void
add_tabs(struct ses_buf *out, const char *path, int tab)
{
	static const struct {
		const char *name;
		const char *below;
	} tabs[] = {[SES_TAB_TRANSCRIPT] = {"Transcript", ""},
	    [SES_TAB_FILES] = {"Files", "/files"},
	    [SES_TAB_METRICS] = {"Metrics", "/metrics"}};
	size_t i;

	ses_buf_str(out, "<nav class=\"tabs\" aria-label=\"Session\">\n");
	for (i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++)
		ses_buf_fmt(out, "<a href=\"%s%s\"%s>%s</a>\n", path,
		    tabs[i].below,
		    (int)i == tab ? " aria-current=\"page\"" : "",
		    tabs[i].name);
	ses_buf_str(out, "</nav>\n");
}

static int
add_icons(struct ses_session_page *p, struct seshat_err *err)
{
	const char *path = ses_buf_cstr(&p->path);
	struct ses_buf href = {0};
	struct ses_page_control c = {.icon = "metrics", .label = "Metrics"};
	int rc;

	ses_buf_str(&p->out, "<div class=\"actions\">\n");
	ses_buf_fmt(&href, "%s/metrics", path);
	c.href = ses_buf_cstr(&href);
	ses_page_control(&p->out, &c);
	ses_buf_clear(&href);
	ses_buf_str(&href, "/api/sessions/");
	ses_html_url(&href, p->found.harness);
	ses_buf_str(&href, "%2F");
	ses_html_url(&href, p->found.id);
	ses_buf_str(&href, "/download");
	c = (struct ses_page_control){.icon = "download",
	    .label = "Download",
	    .href = ses_buf_cstr(&href)};
	ses_page_control(&p->out, &c);
	ses_buf_clear(&href);
	ses_buf_fmt(&href, "%s/trash", path);
	c = (struct ses_page_control){
	    .icon = "trash", .label = "Trash", .href = ses_buf_cstr(&href)};
	ses_page_control(&p->out, &c);
	ses_buf_str(&p->out, "</div>\n");
	rc = ses_buf_check(&href, err);
	ses_buf_free(&href);
	return rc;
}

int
ses_session_page_begin(struct ses_session_page *p, const struct ses_request *r,
    const struct ses_api_worker *w, int tab, struct seshat_err *err)
{
	struct ses_page shell = {.nav = SES_NAV_SESSIONS};
	const char *title;

	*p = (struct ses_session_page){0};
	if (ses_page_find(r, w, &p->found, err) < 0 ||
	    ses_api_summary(w, &p->found, &p->doc, err) < 0)
		return -1;
	ses_page_session_url(&p->path, p->found.harness, p->found.id);
	title = ses_doc_str(p->doc, "title");
	shell.title = title[0] != '\0' ? title : p->found.id;
	shell.project = p->found.project;
	shell.session = ses_buf_cstr(&p->path);
	if (ses_buf_check(&p->path, err) < 0 ||
	    ses_page_begin(&p->out, r, w, &shell, err) < 0)
		return -1;
	ses_buf_str(&p->out,
	    "<header class=\"session-head\">\n<div class=\"title-row\">\n<h1>");
	ses_page_session_title(&p->out, p->doc);
	ses_buf_str(&p->out, "</h1>\n");
	if (add_icons(p, err) < 0)
		return -1;
	ses_buf_str(&p->out, "</div>\n");
	add_facts(&p->out, r, w, &p->found, p->doc);
	add_protection(&p->out, r, &p->found, p->doc);
	ses_buf_str(&p->out, "</header>\n");
	add_tabs(&p->out, p->path.data, tab);
	return ses_buf_check(&p->out, err);
}

/* Titles and the like have no tags: the first that reads so is ours. */
void
ses_session_page_damaged(struct ses_session_page *p)
{
	static const char before[] = "<dt>State</dt><dd>";
	struct ses_buf out = {0};
	const char *from = strstr(ses_buf_cstr(&p->out), before);
	const char *to;

	if (from == NULL)
		return;
	from += strlen(before);
	to = strstr(from, "</dd>");
	if (to == NULL)
		return;
	ses_buf_add(&out, p->out.data, (size_t)(from - p->out.data));
	ses_page_badge(&out, "damaged");
	ses_buf_str(&out, to);
	out.bad |= p->out.bad;
	ses_buf_free(&p->out);
	p->out = out;
}

void
ses_session_page_free(struct ses_session_page *p)
{
	ses_found_free(&p->found);
	json_decref(p->doc);
	ses_buf_free(&p->path);
	ses_buf_free(&p->out);
}

/* A subagent is "<session>.<agent>", one of a subagent's too. */
void
ses_session_agents(struct ses_buf *out, const struct ses_found *f)
{
	struct ses_buf id = {0};

	ses_buf_add(&id, f->id, strcspn(f->id, "."));
	ses_page_session_url(out, f->harness, ses_buf_cstr(&id));
	ses_buf_str(out, ".");
	out->bad |= id.bad;
	ses_buf_free(&id);
}
