#include <string.h>

#include "base/str.h"
#include "export/html.h"
#include "harness/replay.h"

struct page {
	const struct ses_sink *sink;
	struct ses_buf out;
};

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff}\n"
    "section{border-left:4px solid #bbb;margin:1rem 0;padding:.2rem 1rem}\n"
    "section.user{border-color:#1769aa}section.assistant{border-color:#2e7d32}"
    "\nh2{font-size:1rem;margin:0}time{font-weight:normal;color:#555}\n"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.4rem 0;"
    "font:14px/1.45 ui-monospace,monospace}\n"
    "</style>\n";

/* Append text with what means something in HTML escaped, and what is not UTF-8
 * or no character as U+FFFD. */
static void
add_text(struct ses_buf *out, const char *s, size_t len)
{
	struct ses_buf safe = {0};
	const char *end = s + len;
	const char *nl;
	size_t i;

	while (s < end) {
		nl = memchr(s, '\n', (size_t)(end - s));
		ses_str_safe(s, (size_t)((nl == NULL ? end : nl) - s), &safe);
		ses_buf_str(&safe, nl == NULL ? "" : "\n");
		s = nl == NULL ? end : nl + 1;
	}
	for (i = 0; i < safe.len; i++)
		switch (safe.data[i]) {
		case '&':
			ses_buf_str(out, "&amp;");
			break;
		case '<':
			ses_buf_str(out, "&lt;");
			break;
		case '>':
			ses_buf_str(out, "&gt;");
			break;
		case '"':
			ses_buf_str(out, "&quot;");
			break;
		default:
			ses_buf_add(out, safe.data + i, 1);
		}
	out->bad |= safe.bad;
	ses_buf_free(&safe);
}

static void
add_value(struct ses_buf *out, const struct ses_json *v, const char *before,
    const char *after)
{
	struct ses_buf text = {0};

	if (v->type != '"')
		return;
	ses_json_text(v, &text);
	ses_buf_str(out, before);
	add_text(out, ses_buf_cstr(&text), text.len);
	ses_buf_str(out, after);
	out->bad |= text.bad;
	ses_buf_free(&text);
}

static int
on_event(void *arg, const struct ses_event *e)
{
	struct page *p = arg;
	struct ses_buf image = {0};
	const char *name;

	if (e == NULL) {
		ses_buf_fmt(&p->out,
		    "<section><p>A line of over %u MiB is left out; it is in "
		    "transcript.jsonl.</p></section>\n",
		    SES_REPLAY_LINE >> 20);
		return 0;
	}
	if (!ses_event_speaks(e))
		return 0;
	name = ses_event_name(e);
	ses_buf_fmt(&p->out, "<section class=\"%s\"><h2>%s", name, name);
	add_value(&p->out, &e->tool, " ", "");
	add_value(&p->out, &e->time, " <time>", "</time>");
	ses_buf_str(&p->out, "</h2>");
	if (e->text.len > 0) {
		ses_buf_str(&p->out, "<pre>");
		add_text(&p->out, e->text.data, e->text.len);
		ses_buf_str(&p->out, "</pre>");
	}
	if (e->kind == SES_EVENT_IMAGE) {
		ses_event_image(e, &image);
		ses_buf_str(&p->out, "<p>");
		add_text(&p->out, ses_buf_cstr(&image), image.len);
		ses_buf_str(&p->out, "</p>");
	}
	ses_buf_str(&p->out, "</section>\n");
	p->out.bad |= image.bad;
	ses_buf_free(&image);
	return 0;
}

static int
end_line(void *arg, struct seshat_err *err)
{
	struct page *p = arg;
	int rc = ses_buf_check(&p->out, err);

	if (rc == 0 && p->out.len > 0)
		rc = ses_sink_write(p->sink, p->out.data, p->out.len, err);
	ses_buf_clear(&p->out);
	return rc;
}

int
ses_html_transcript(struct ses_store *s, const struct ses_where *w,
    const char *stream, const struct ses_sink *sink, struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harness_named(w->harness);
	struct page p = {.sink = sink};
	struct ses_replay feed = {
	    .harness = h, .line = end_line, .event = on_event, .arg = &p};
	struct ses_sink in = ses_replay_sink(&feed);
	struct seshat_err later = SESHAT_ERR_INIT;
	int rc;

	if (h == NULL)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this version cannot read %s", w->harness);
	ses_buf_str(&p.out, head);
	ses_buf_str(&p.out, "<title>");
	add_text(&p.out, w->id, strlen(w->id));
	ses_buf_str(&p.out, "</title>\n<main>\n");
	rc = end_line(&p, err);
	if (rc == 0)
		rc = ses_session_read(s, w, stream, &in, err);
	if (ses_replay_close(&feed, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	ses_buf_str(&p.out, "</main>\n");
	if (end_line(&p, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	ses_buf_free(&p.out);
	return rc;
}
