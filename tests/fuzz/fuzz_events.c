/*
 * Events of any bytes: no harness fails, what it hands out lies in the line,
 * or can be read while the event lasts, and text is well-formed UTF-8.  Of a
 * line that is one JSON object, the time
 * is the one that another reader finds, and every line of a text stands in
 * one of its strings.
 */
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "harness/harness.h"

struct line {
	const char *text;
	size_t len;
	const json_t *doc;      /* NULL: not one plain JSON object */
	struct ses_buf strings; /* all strings of doc, each behind a 0xff,
				 * which no UTF-8 holds */
	int stop_at;            /* answer non-zero to this event; 0: none */
	int seen;
};

static void
inside(const struct ses_json *v, const struct line *l)
{
	if (v->type == '\0')
		return;
	MUST(v->text >= l->text && v->len <= l->len);
	MUST((size_t)(v->text - l->text) <= l->len - v->len);
}

/* A value may be the teller's own: whoever runs this with a sanitizer learns
 * of bytes that are not there. */
static void
can_be_read(const struct ses_json *v)
{
	static volatile unsigned char sum;
	size_t i;

	MUST((v->type == '\0') == (v->len == 0));
	for (i = 0; i < v->len; i++)
		sum = (unsigned char)(sum + (unsigned char)v->text[i]);
	MUST(v->type != '"' || v->len >= 2);
}

/* All members of an event: what is told is told where it means something. */
static void
members(const struct ses_event *e, const struct line *l)
{
	const struct ses_json *const strings[] = {&e->call, &e->model,
	    &e->message, &e->line, &e->parent, &e->agent, &e->media, &e->data};
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		can_be_read(strings[i]);
		MUST(strings[i]->type == '\0' || strings[i]->type == '"');
	}
	can_be_read(&e->tool);
	can_be_read(&e->input);
	inside(&e->line, l);
	inside(&e->parent, l);
	inside(&e->message, l);
	MUST(e->input.type == '\0' || e->kind == SES_EVENT_TOOL_CALL);
	MUST(e->data.type == '\0' || e->kind == SES_EVENT_IMAGE);
	MUST(e->kind != SES_EVENT_USAGE || e->text.len == 0);
	MUST(!e->failed || e->kind == SES_EVENT_TOOL_RESULT);
	MUST(e->tool.type == '\0' ||
	     (e->tool.type == '"' && (e->kind == SES_EVENT_TOOL_CALL ||
					 e->kind == SES_EVENT_TOOL_RESULT)));
}

/* Gather the strings; jansson bounds how deep they lie. */
static void
gather(const json_t *v, struct ses_buf *out)
{
	const char *name;
	json_t *member;
	size_t i;

	if (json_is_string(v)) {
		ses_buf_str(out, "\xff");
		ses_buf_add(out, json_string_value(v), json_string_length(v));
	}
	for (i = 0; i < json_array_size(v); i++)
		gather(json_array_get(v, i), out);
	json_object_foreach((json_t *)(uintptr_t)v, name, member)
	    gather(member, out);
}

static int
stands_in(const char *p, size_t len, const struct ses_buf *strings)
{
	const char *at = strings->data;
	const char *end = at == NULL ? at : at + strings->len;

	if (len == 0)
		return 1;
	while (at != NULL && (size_t)(end - at) >= len) {
		at = memchr(at, *p, (size_t)(end - at) - len + 1);
		if (at != NULL && memcmp(at, p, len) == 0)
			return 1;
		at = at == NULL ? NULL : at + 1;
	}
	return 0;
}

/* "model: what it said", as seshat's own log is told. */
static int
two_stand_in(const char *p, size_t len, const struct ses_buf *strings)
{
	size_t i;

	for (i = 0; i + 2 <= len; i++)
		if (p[i] == ':' && p[i + 1] == ' ' &&
		    stands_in(p, i, strings) &&
		    stands_in(p + i + 2, len - i - 2, strings))
			return 1;
	return 0;
}

/* A block without text is named by its type, in brackets. */
static void
is_said(const struct ses_buf *text, const struct line *l)
{
	const char *p = text->data;
	const char *end = p + text->len;
	const char *nl;
	size_t n;

	for (; p < end; p += n + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl == NULL ? end : nl) - p);
		MUST(stands_in(p, n, &l->strings) || p[0] == '[' ||
		     (n > 0 && p[n - 1] == ']') ||
		     two_stand_in(p, n, &l->strings));
	}
}

static void
same_time(const struct ses_json *time, const json_t *doc)
{
	const char *want = json_string_value(json_object_get(doc, "timestamp"));
	struct ses_buf got = {0};

	/* seconds since 1970 are a time, too, and other names have one */
	MUST(time->type == '\0' || time->type == '"' || time->type == '0');
	MUST(want == NULL || time->type == '"');
	if (want == NULL)
		return;
	ses_json_text(time, &got);
	MUST(strcmp(ses_buf_cstr(&got), want) == 0);
	ses_buf_free(&got);
}

static int
see(void *arg, const struct ses_event *e)
{
	struct line *l = arg;

	inside(&e->time, l);
	members(e, l);
	MUST(e->role >= SES_ROLE_OTHER && e->role <= SES_ROLE_SYSTEM);
	MUST(e->kind >= SES_EVENT_OTHER && e->kind <= SES_EVENT_USAGE);
	MUST(e->text.len == 0 || ses_str_is_utf8(e->text.data, e->text.len));
	if (l->doc != NULL) {
		same_time(&e->time, l->doc);
		if (e->kind != SES_EVENT_TOOL_CALL && e->text.len > 0)
			is_said(&e->text, l);
	}
	return ++l->seen == l->stop_at ? 7 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct line l = {.text = (const char *)data, .len = len};
	const struct ses_harness_ops *const *h;
	json_t *doc = json_loadb(
	    l.text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	int n;

	if (json_is_object(doc)) {
		l.doc = doc;
		gather(doc, &l.strings);
	}
	for (h = ses_harnesses; *h != NULL; h++) {
		l.seen = l.stop_at = 0;
		MUST((*h)->events(*h, l.text, l.len, see, &l) == 0);
		n = l.seen;
		l.seen = 0;
		l.stop_at = (n + 1) / 2;
		MUST((*h)->events(*h, l.text, l.len, see, &l) ==
		     (n > 0 ? 7 : 0));
		MUST(l.seen == l.stop_at);
	}
	json_decref(doc);
	ses_buf_free(&l.strings);
	return 0;
}
