/* What a tool was given, by the names of its members: agents call their tools
 * differently, but what a tool takes they call alike. */
#include <string.h>

#include "render/diff.h"
#include "render/html.h"
#include "render/pretty.h"
#include "render/talking.h"

#define MEMBERS  100 /* that are shown, and items of a list */
#define ROW      200 /* bytes of a value that stands in a table */
#define JSON_MAX (256U << 10)

enum way {
	WAY_ROW,  /* of a table */
	WAY_NOTE, /* a sentence in front */
	WAY_CODE,
	WAY_TEXT, /* Markdown */
	WAY_OLD,  /* before an edit, and */
	WAY_NEW,  /* after it */
	WAY_EDITS,
	WAY_TODO
};

static const struct {
	const char *name;
	enum way way;
} members[] = {
    {"description", WAY_NOTE},
    {"justification", WAY_NOTE},
    {"explanation", WAY_NOTE},
    {"command", WAY_CODE},
    {"cmd", WAY_CODE},
    {"script", WAY_CODE},
    {"code", WAY_CODE},
    {"content", WAY_CODE},
    {"contents", WAY_CODE},
    {"file_text", WAY_CODE},
    {"new_source", WAY_CODE},
    {"patch", WAY_CODE},
    {"input", WAY_CODE},
    {"diff", WAY_CODE},
    {"prompt", WAY_TEXT},
    {"message", WAY_TEXT},
    {"old_string", WAY_OLD},
    {"old_str", WAY_OLD},
    {"old_text", WAY_OLD},
    {"oldText", WAY_OLD},
    {"new_string", WAY_NEW},
    {"new_str", WAY_NEW},
    {"new_text", WAY_NEW},
    {"newText", WAY_NEW},
    {"edits", WAY_EDITS},
    {"todos", WAY_TODO},
    {"plan", WAY_TODO},
};

static enum way
way_of(const struct ses_json *key)
{
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (ses_json_is(key, members[i].name))
			return members[i].way;
	return WAY_ROW;
}

/* The words of a command that stand in an array, or a string's text. */
static int
text_of(const struct ses_json *v, struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json word;
	size_t at;

	ses_buf_clear(out);
	if (v->type == '"')
		ses_json_text(v, out);
	if (v->type != '[')
		return v->type == '"';
	ses_json_walk(&w, v);
	while (ses_json_next(&w, NULL, &word)) {
		if (word.type != '"')
			return 0;
		at = out->len;
		ses_buf_str(out, at > 0 ? " " : "");
		ses_json_text(&word, out);
	}
	return out->len > 0;
}

static void
add_json(struct ses_talk *t, const struct ses_json *v)
{
	struct ses_buf text = {0};

	if (v->len > JSON_MAX)
		ses_buf_add(&text, v->text, v->len);
	else
		ses_pretty(&text, v);
	if (text.len == 0 ||
	    (text.len <= ROW && !memchr(text.data, '\n', text.len))) {
		ses_buf_str(&t->page, "<code>");
		ses_html_prose(&t->page, text.data, text.len);
		ses_buf_str(&t->page, "</code>");
	} else {
		ses_talk_pre(t, text.data, text.len);
	}
	t->page.bad |= text.bad;
	ses_buf_free(&text);
}

static void
add_code(struct ses_talk *t, const char *s, size_t len)
{
	size_t shown;

	if (len == 0)
		return;
	if (!ses_diff_is_patch(s, len)) {
		ses_talk_pre(t, s, len);
		return;
	}
	shown = ses_talk_shown(t, s, len);
	ses_diff_patch(&t->page, s, shown);
	ses_talk_left_out(t, len - shown);
}

static void
add_row(struct ses_talk *t, const struct ses_json *key,
    const struct ses_json *value)
{
	struct ses_buf text = {0};

	ses_buf_str(&t->page, "<tr><th scope=\"row\">");
	ses_html_json(&t->page, key);
	ses_buf_str(&t->page, "</th><td>");
	if (value->type != '"') {
		add_json(t, value);
	} else {
		ses_json_text(value, &text);
		if (text.len <= ROW &&
		    (text.len == 0 || !memchr(text.data, '\n', text.len)))
			ses_html_prose(&t->page, text.data, text.len);
		else
			ses_talk_pre(t, text.data, text.len);
	}
	ses_buf_str(&t->page, "</td></tr>\n");
	t->page.bad |= text.bad;
	ses_buf_free(&text);
}

/* A pair of texts as a diff; without the old one everything is new. */
static void
add_edit(struct ses_talk *t, const struct ses_json *before,
    const struct ses_json *after)
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};
	size_t a_shown;
	size_t b_shown;

	ses_json_text(before, &a);
	ses_json_text(after, &b);
	a_shown = ses_talk_shown(t, a.data, a.len);
	b_shown = ses_talk_shown(t, b.data, b.len);
	ses_diff(&t->page, a.data, a_shown, b.data, b_shown);
	ses_talk_left_out(t, a.len - a_shown + b.len - b_shown);
	t->page.bad |= a.bad | b.bad;
	ses_buf_free(&a);
	ses_buf_free(&b);
}

/* The pair that an object holds; 0: none. */
static int
find_edit(const struct ses_json *object, struct ses_json *before,
    struct ses_json *after)
{
	struct ses_json_walk w;
	struct ses_json key;
	struct ses_json value;
	enum way way;

	*before = *after = (struct ses_json){0};
	ses_json_walk(&w, object);
	while (object->type == '{' && ses_json_next(&w, &key, &value)) {
		way = value.type == '"' ? way_of(&key) : WAY_ROW;
		if (way == WAY_OLD)
			*before = value;
		else if (way == WAY_NEW)
			*after = value;
	}
	return before->type == '"' || after->type == '"';
}

static void
add_edits(struct ses_talk *t, const struct ses_json *v)
{
	struct ses_json_walk w;
	struct ses_json edit;
	struct ses_json before;
	struct ses_json after;
	size_t n = 0;

	ses_json_walk(&w, v);
	while (ses_json_next(&w, NULL, &edit)) {
		if (n++ == MEMBERS) {
			ses_talk_left_out(t, (size_t)(w.end - edit.text));
			return;
		}
		if (find_edit(&edit, &before, &after))
			add_edit(t, &before, &after);
		else
			add_json(t, &edit);
		ses_talk_spill(t);
	}
}

static void
add_todo(struct ses_talk *t, const struct ses_json *item)
{
	static const char *const names[] = {"content", "step", "text", "task"};
	struct ses_json what = {0};
	struct ses_json status = {0};
	const char *mark = "☐";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (what.type != '"')
			(void)ses_json_get(item, names[i], &what);
	(void)ses_json_get(item, "status", &status);
	if (ses_json_is(&status, "completed") || ses_json_is(&status, "done"))
		mark = "☑";
	else if (ses_json_is(&status, "in_progress"))
		mark = "▣";
	ses_buf_fmt(
	    &t->page, "<li><span aria-hidden=\"true\">%s</span> ", mark);
	if (what.type == '"') {
		ses_html_json(&t->page, &what);
	} else {
		add_json(t, item);
	}
	if (status.type == '"') {
		ses_buf_str(&t->page, " <small>");
		ses_html_json(&t->page, &status);
		ses_buf_str(&t->page, "</small>");
	}
	ses_buf_str(&t->page, "</li>\n");
}

static void
add_todos(struct ses_talk *t, const struct ses_json *v)
{
	struct ses_json_walk w;
	struct ses_json item;
	size_t n = 0;

	ses_buf_str(&t->page, "<ul class=\"todo\">\n");
	ses_json_walk(&w, v);
	while (n < MEMBERS && ses_json_next(&w, NULL, &item)) {
		add_todo(t, &item);
		n++;
	}
	ses_buf_str(&t->page, "</ul>\n");
	if (n == MEMBERS && ses_json_next(&w, NULL, &item))
		ses_talk_left_out(t, (size_t)(w.end - item.text));
}

/* How a value is shown, which also depends on what it is. */
static enum way
way_for(const struct ses_json *key, const struct ses_json *value)
{
	enum way way = way_of(key);

	if ((way == WAY_EDITS || way == WAY_TODO) && value->type != '[')
		return WAY_ROW;
	if (way != WAY_CODE && way != WAY_EDITS && way != WAY_TODO &&
	    value->type != '"')
		return WAY_ROW;
	return way;
}

/* What stands in a table, or in front of it. */
static int
is_row(const struct ses_json *key, const struct ses_json *value,
    struct ses_buf *text)
{
	enum way way = way_for(key, value);

	return way == WAY_ROW || (way == WAY_CODE && !text_of(value, text));
}

static void
add_block(struct ses_talk *t, enum way way, const struct ses_json *value,
    struct ses_buf *text)
{
	switch (way) {
	case WAY_CODE:
		if (text_of(value, text))
			add_code(t, text->data, text->len);
		break;
	case WAY_TEXT:
		(void)text_of(value, text);
		ses_talk_markdown(t, ses_buf_cstr(text), text->len);
		break;
	case WAY_EDITS:
		add_edits(t, value);
		break;
	case WAY_TODO:
		add_todos(t, value);
		break;
	case WAY_NOTE:
	case WAY_ROW:
	case WAY_OLD:
	case WAY_NEW:
		break;
	}
}

/* One pass over the members: 'n' notes, 'r' rows, 'b' blocks. */
static void
pass(struct ses_talk *t, const struct ses_json *input, char what)
{
	struct ses_json_walk w;
	struct ses_json key;
	struct ses_json value;
	struct ses_buf text = {0};
	size_t n = 0;
	int any = 0;

	ses_json_walk(&w, input);
	while (n++ < MEMBERS && ses_json_next(&w, &key, &value)) {
		if (what == 'n' && way_for(&key, &value) == WAY_NOTE) {
			(void)text_of(&value, &text);
			ses_buf_str(&t->page, "<div class=\"note\">");
			ses_talk_markdown(t, ses_buf_cstr(&text), text.len);
			ses_buf_str(&t->page, "</div>");
		} else if (what == 'r' && is_row(&key, &value, &text)) {
			ses_buf_str(
			    &t->page, any ? "" : "<table class=\"args\">\n");
			any = 1;
			add_row(t, &key, &value);
		} else if (what == 'b') {
			add_block(t, way_for(&key, &value), &value, &text);
		}
		ses_talk_spill(t);
	}
	ses_buf_str(&t->page, any ? "</table>\n" : "");
	if (what == 'b' && n > MEMBERS)
		ses_talk_left_out(t, (size_t)(w.end - w.p));
	t->page.bad |= text.bad;
	ses_buf_free(&text);
}

void
ses_talk_tool(struct ses_talk *t, const struct ses_event *e)
{
	struct ses_json before;
	struct ses_json after;
	struct ses_buf text = {0};

	if (e->input.type == '{') {
		pass(t, &e->input, 'n');
		pass(t, &e->input, 'r');
		if (find_edit(&e->input, &before, &after))
			add_edit(t, &before, &after);
		pass(t, &e->input, 'b');
	} else if (e->input.type == '"') {
		ses_json_text(&e->input, &text);
		add_code(t, text.data, text.len);
	} else if (e->input.type != '\0') {
		add_json(t, &e->input);
	} else if (e->text.len > 0) {
		add_code(t, e->text.data, e->text.len);
	}
	t->page.bad |= text.bad;
	ses_buf_free(&text);
}
