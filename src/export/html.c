/* A session as one page that stands alone. */
#include <string.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/time.h"
#include "export/assets.h"
#include "export/html.h"
#include "harness/line.h"
#include "render/html.h"
#include "render/talk.h"
#include "vault/doc.h"
#include "vault/gap.h"
#include "vault/summary.h"

#define STYLE   "transcript.css"
#define PROMPTS 500 /* that are listed, and the bytes of each */
#define PROMPT  100

struct page {
	const struct ses_sink *sink;
	struct ses_buf out;
	struct ses_buf prompts; /* a list of links */
	size_t n_prompts;
	struct ses_talk *talk;
	struct ses_logged *runs;
	struct ses_talk_run run;
	struct ses_buf anchor;
	struct ses_buf
	    gap; /* what is said of the first one; "": there is none */
};

/* What session logs tell of the time before this one. */
static const struct ses_talk_run *
next_run(void *arg, uint64_t line, const struct ses_json *time)
{
	struct page *p = arg;
	const struct ses_run *run = ses_logged_next(
	    p->runs, line == UINT64_MAX ? INT64_MAX : ses_line_time(time));

	if (run == NULL)
		return NULL;
	ses_buf_clear(&p->anchor);
	ses_buf_str(&p->anchor, "log:");
	ses_html_url(&p->anchor, run->log);
	ses_buf_fmt(&p->anchor, ":%llu", (unsigned long long)run->line);
	p->run = (struct ses_talk_run){.log = run->log,
	    .line = run->line,
	    .anchor = ses_buf_cstr(&p->anchor),
	    .time = run->time,
	    .data = run->data,
	    .len = run->len};
	return &p->run;
}

static int
push(struct page *p, struct seshat_err *err)
{
	int rc = ses_buf_check(&p->out, err);

	if (rc == 0 && p->out.len > 0)
		rc = ses_sink_write(p->sink, p->out.data, p->out.len, err);
	ses_buf_clear(&p->out);
	return rc;
}

static unsigned
digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The style sheet, and the policy that allows it and nothing else. */
static void
add_style(struct ses_buf *out)
{
	const struct ses_asset *style = ses_asset_find(STYLE);
	char hex[SES_SHA256_HEX];
	unsigned char sum[SES_SHA256_HEX / 2];
	char text[SES_BASE64_LEN(sizeof(sum)) + 1];
	size_t i;

	ses_sha256_of(style->data, style->len, hex);
	for (i = 0; i < sizeof(sum); i++)
		sum[i] = (unsigned char)(digit(hex[2 * i]) << 4 |
					 digit(hex[2 * i + 1]));
	text[ses_base64_encode(sum, sizeof(sum), 1, text)] = '\0';
	ses_buf_fmt(out,
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'sha256-%s'; img-src "
	    "data:; base-uri 'none'; form-action 'none'\">\n<style>",
	    text);
	ses_buf_add(out, style->data, style->len);
	ses_buf_str(out, "</style>\n");
}

static void
add_fact(struct ses_buf *out, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	ses_buf_fmt(out, "<dt>%s</dt><dd>", name);
	ses_html_str(out, value);
	ses_buf_str(out, "</dd>\n");
}

static void
add_moment(struct ses_buf *out, const char *name, const char *time)
{
	int64_t when;
	char text[SES_TIME_MAX];

	if (ses_time_parse(time, strlen(time), &when) < 0)
		return;
	ses_time_format(when, text);
	ses_buf_fmt(out,
	    "<dt>%s</dt><dd><time datetime=\"%s\">%.10s %.8s UTC</time>"
	    "</dd>\n",
	    name, text, text, text + 11);
}

static void
add_head(struct ses_buf *out, const struct ses_where *w, const json_t *doc)
{
	const char *title = ses_doc_str(doc, "title");

	if (title[0] == '\0')
		title = w->id;
	ses_buf_str(out,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	ses_html_str(out, title);
	ses_buf_str(out, "</title>\n");
	add_style(out);
	ses_buf_str(out,
	    "</head>\n<body class=\"alone\">\n"
	    "<a class=\"skip\" href=\"#talk\">To the conversation</a>\n"
	    "<header><h1>");
	ses_html_str(out, title);
	ses_buf_str(out, "</h1>\n<dl class=\"facts\">\n");
	add_fact(out, "Session", w->id);
	add_fact(out, "Harness", w->harness);
	add_fact(out, "Project", ses_doc_str(doc, "project"));
	add_fact(out, "Subagent of", ses_doc_str(doc, "parent_session_id"));
	add_moment(out, "Started", ses_doc_str(doc, "started_at"));
	add_moment(out, "Last event", ses_doc_str(doc, "last_event_at"));
	add_moment(out, "Ended", ses_doc_str(doc, "ended_at"));
	ses_buf_str(out, "</dl></header>\n<main id=\"talk\" class=\"talk\">\n");
}

static void
on_prompt(void *arg, uint64_t line, const char *text, size_t len)
{
	struct page *p = arg;
	size_t n = len < PROMPT ? len : PROMPT;

	if (p->n_prompts++ >= PROMPTS)
		return;
	while (n > 0 && n < len && (text[n] & 0xc0) == 0x80)
		n--;
	ses_buf_fmt(
	    &p->prompts, "<li><a href=\"#L%llu\">", (unsigned long long)line);
	ses_html_prose(&p->prompts, text, n);
	ses_buf_str(&p->prompts, n < len ? "…</a></li>\n" : "</a></li>\n");
}

static void
add_foot(struct page *p)
{
	ses_buf_str(&p->out, "</main>\n");
	if (p->n_prompts > 1) {
		ses_buf_str(&p->out,
		    "<nav class=\"prompts\" aria-label=\"Prompts\"><h2>"
		    "Prompts</h2><ol>\n");
		ses_buf_add(&p->out, p->prompts.data, p->prompts.len);
		ses_buf_str(&p->out, "</ol>\n");
		if (p->n_prompts > PROMPTS)
			ses_buf_fmt(&p->out,
			    "<p class=\"cut\">and %zu more</p>\n",
			    p->n_prompts - PROMPTS);
		ses_buf_str(&p->out, "</nav>\n");
	}
	p->out.bad |= p->prompts.bad;
	ses_buf_str(&p->out, "</body>\n</html>\n");
}

static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct page *p = arg;
	struct ses_buf what = {0};
	int rc;

	ses_gap_text(gap, &what);
	(void)ses_buf_cstr(&what);
	rc = ses_buf_check(&what, err);
	if (rc == 0)
		rc = ses_talk_gap(
		    p->talk, gap->first, gap->last, what.data, err);
	if (rc == 0 && p->gap.len == 0)
		ses_buf_str(&p->gap, what.data);
	ses_buf_free(&what);
	return rc;
}

static int
read_into(struct ses_store *s, const struct ses_where *w, const char *stream,
    uint64_t tail, struct page *p, struct seshat_err *err)
{
	const struct ses_lines_how how = {.stream = stream,
	    .tail = tail == SES_HTML_ALL ? 0 : tail,
	    .gap = on_gap,
	    .arg = p};
	struct ses_sink in = ses_talk_sink(p->talk);

	/* the last none of them */
	return tail == 0 ? 0 : ses_session_lines(s, w, &how, &in, err);
}

/* The first failure is the one that is told. */
static int
first_of(int rc, const struct seshat_err *later, struct seshat_err *err)
{
	if (rc == 0)
		*err = *later;
	return -1;
}

int
ses_html_transcript(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t tail, struct ses_logged *runs,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct page p = {.sink = sink, .runs = runs};
	struct ses_talk_how how = {.harness = ses_harness_reader(w->harness),
	    .first_line = 1,
	    .id = w->id,
	    .prompt = on_prompt,
	    .arg = &p,
	    .run = runs == NULL ? NULL : next_run,
	    .run_arg = &p};
	struct seshat_err later = SESHAT_ERR_INIT;
	json_t *doc = NULL;
	uint64_t lines;
	int rc;

	/* what is damaged is shown as far as it goes, without its facts */
	(void)ses_vault_summary(s, w, stream, &doc, &later);
	lines = ses_doc_u64(doc, "lines");
	if (tail != SES_HTML_ALL && lines > tail)
		how.first_line = lines - tail + 1;
	ses_logged_from(runs, s, w, stream, how.first_line);
	add_head(&p.out, w, doc);
	rc = push(&p, err);
	if (rc == 0)
		rc = ses_talk_open(&p.talk, &how, sink, err);
	if (rc == 0)
		rc = read_into(s, w, stream, tail, &p, err);
	if (ses_talk_close(p.talk, &later) < 0)
		rc = first_of(rc, &later, err);
	if (rc < 0)
		ses_buf_str(&p.out,
		    "<p class=\"cut\">The transcript goes on, but could not "
		    "be read.</p>\n");
	add_foot(&p);
	if (push(&p, &later) < 0)
		rc = first_of(rc, &later, err);
	/* all that can be is shown, and it is not all there is */
	if (rc == 0 && p.gap.len > 0)
		rc = ses_fail(
		    err, SESHAT_ECORRUPT, "damaged: %s", ses_buf_cstr(&p.gap));
	ses_buf_free(&p.gap);
	ses_buf_free(&p.anchor);
	json_decref(doc);
	ses_buf_free(&p.prompts);
	ses_buf_free(&p.out);
	return rc;
}
