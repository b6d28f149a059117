#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "hook/style.h"

/* Where the line of a position begins. */
static size_t
line_of(const struct ses_buf *text, size_t at)
{
	while (at > 0 && text->data[at - 1] != '\n')
		at--;
	return at;
}

/* The white space that the line of a position begins with. */
static void
indent_of(const struct ses_buf *text, size_t at, char *out, size_t room)
{
	size_t from = line_of(text, at);
	size_t n = 0;

	if (from == 0 && text->len >= 3 &&
	    memcmp(text->data, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	while (from + n < at && n + 1 < room &&
	       (text->data[from + n] == ' ' || text->data[from + n] == '\t'))
		n++;
	memcpy(out, text->data + from, n);
	out[n] = '\0';
}

static int
has_newline(const struct ses_buf *text, size_t from, size_t to)
{
	return to > from && memchr(text->data + from, '\n', to - from) != NULL;
}

struct ses_hook_style
ses_hook_style(const struct ses_buf *text)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_hook_style st = {.eol = "\n", .unit = "  "};
	const char *nl = memchr(text->data, '\n', text->len);
	struct ses_jsonc_item root;
	struct ses_jsonc_item first;
	struct ses_jsonc_walk w;

	if (nl != NULL && nl > text->data && nl[-1] == '\r')
		st.eol = "\r\n";
	if (ses_jsonc_check(text->data, text->len, &root, &ignored) != 1 ||
	    root.type != '{')
		return st;
	ses_jsonc_walk(&w, text->data, text->len, root.value);
	if (!ses_jsonc_next(&w, &first))
		return st;
	if (has_newline(text, root.value, first.at))
		indent_of(text, first.at, st.unit, sizeof(st.unit));
	else
		st.is_one_line = !has_newline(text, root.value, root.end);
	return st;
}

void
ses_hook_style_in(struct ses_hook_style *st, const struct ses_buf *text,
    size_t open, const struct ses_jsonc_item *first, size_t close)
{
	size_t len;

	if (first != NULL && has_newline(text, open, first->at)) {
		st->is_one_line = 0;
		indent_of(text, first->at, st->base, sizeof(st->base));
		return;
	}
	if (first != NULL)
		st->is_one_line = !has_newline(text, open, close);
	indent_of(text, open, st->base, sizeof(st->base));
	len = strlen(st->base);
	(void)snprintf(st->base + len, sizeof(st->base) - len, "%s", st->unit);
}

void
ses_hook_newline(
    struct ses_buf *out, const struct ses_hook_style *st, int level, int must)
{
	if (st->is_one_line && !must) {
		ses_buf_str(out, " ");
		return;
	}
	ses_buf_str(out, st->eol);
	ses_buf_str(out, st->base);
	for (; level > 0; level--)
		ses_buf_str(out, st->unit);
}

/* Text, then a new line of this level. */
static void
line(struct ses_buf *out, const struct ses_hook_style *st, const char *text,
    int level)
{
	ses_buf_str(out, text);
	ses_hook_newline(out, st, level, 0);
}

static void
write_group(struct ses_buf *out, const struct ses_hook_style *st,
    const struct ses_hook_new *what, int level)
{
	line(out, st, "{", level + 1);
	line(out, st, "\"hooks\": [", level + 2);
	line(out, st, "{", level + 3);
	line(out, st, "\"type\": \"command\",", level + 3);
	ses_buf_str(out, "\"command\": ");
	ses_json_quote(out, what->command, strlen(what->command));
	line(out, st, ",", level + 3);
	ses_buf_fmt(out, "\"timeout\": %u", what->agent->timeout);
	line(out, st, "", level + 2);
	line(out, st, "}", level + 1);
	line(out, st, "]", level);
	ses_buf_str(out, "}");
}

static void
write_event(struct ses_buf *out, const struct ses_hook_style *st,
    const struct ses_hook_new *what, const char *event, int level)
{
	ses_buf_fmt(out, "\"%s\": [", event);
	line(out, st, "", level + 1);
	write_group(out, st, what, level + 1);
	line(out, st, "", level);
	ses_buf_str(out, "]");
}

void
ses_hook_write(struct ses_buf *out, const struct ses_hook_style *st,
    const struct ses_hook_new *what)
{
	const char *const *e;

	if (what->kind == SES_HOOK_NEW_GROUP) {
		write_group(out, st, what, 0);
		return;
	}
	if (what->kind == SES_HOOK_NEW_EVENT) {
		write_event(out, st, what, what->event, 0);
		return;
	}
	ses_buf_str(out, "\"hooks\": {");
	for (e = what->agent->events; *e != NULL; e++) {
		line(out, st, e == what->agent->events ? "" : ",", 1);
		write_event(out, st, what, *e, 1);
	}
	line(out, st, "", 0);
	ses_buf_str(out, "}");
}

int
ses_hook_is_bare_root(const struct ses_buf *text, size_t open)
{
	return text->len > open + 2 &&
	       memcmp(text->data + open, "{\n}", 3) == 0;
}

int
ses_hook_has_comment(const struct ses_buf *text)
{
	return text->len > 0 && memchr(text->data, '/', text->len) != NULL;
}
