/* What an event looks like. */
#include <string.h>

#include "base/time.h"
#include "harness/line.h"
#include "render/html.h"
#include "render/talking.h"

#define SHORT      600 /* bytes of a result that is open from the start */
#define SHORT_ROWS 8   /* and its lines */
#define GIST       120 /* bytes of what a fold is about */
#define AGENT_MAX  200 /* bytes of an id that is linked */

/* Written by hand: a page has thousands, and printf is slow. */
static size_t
digits(char to[24], uint64_t n)
{
	char back[24];
	size_t len = 0;
	size_t i;

	do
		back[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	for (i = 0; i < len; i++)
		to[i] = back[len - 1 - i];
	to[len] = '\0';
	return len;
}

void
ses_talk_article(struct ses_talk *t, const char *classes)
{
	char line[24];
	char id[64];
	size_t n = digits(line, t->line);

	id[0] = 'L';
	memcpy(id + 1, line, n + 1);
	if (++t->articles > 1) {
		id[++n] = '-';
		(void)digits(id + n + 1, t->articles);
	}
	ses_buf_str(&t->page, "<article id=\"");
	ses_buf_str(&t->page, id);
	ses_buf_str(&t->page, "\" class=\"");
	ses_buf_str(&t->page, classes);
	ses_buf_str(&t->page, "\"><a class=\"at\" href=\"#");
	ses_buf_str(&t->page, id);
	ses_buf_str(&t->page, "\" aria-label=\"Line ");
	ses_buf_str(&t->page, line);
	ses_buf_str(&t->page, "\">");
	ses_buf_str(&t->page, line);
	ses_buf_str(&t->page, "</a>\n");
}

static void
add_time(struct ses_talk *t, const struct ses_json *time)
{
	int64_t when = ses_line_time(time);
	char text[SES_TIME_MAX];

	if (when == 0)
		return;
	ses_time_format(when, text);
	ses_buf_str(&t->page, " <time datetime=\"");
	ses_buf_str(&t->page, text);
	ses_buf_str(&t->page, "\">");
	ses_buf_add(&t->page, text, 10);
	ses_buf_str(&t->page, " ");
	ses_buf_add(&t->page, text + 11, 8);
	ses_buf_str(&t->page, "</time>");
}

/* Keep the name of a model, if it is one. */
static void
take_model(const struct ses_json *model, char to[SES_TALK_MODEL])
{
	struct ses_buf text = {0};

	if (model->type != '"')
		return;
	ses_json_text(model, &text);
	if (text.len > 0 && text.len < SES_TALK_MODEL)
		memcpy(to, ses_buf_cstr(&text), text.len + 1);
	ses_buf_free(&text);
}

/* The model, when it is another than before. */
static void
add_model(struct ses_talk *t, const struct ses_event *e)
{
	if (e->role != SES_ROLE_ASSISTANT)
		return;
	take_model(&e->model, t->coming);
	if (t->coming[0] == '\0' || strcmp(t->coming, t->model) == 0)
		return;
	memcpy(t->model, t->coming, sizeof(t->model));
	ses_buf_str(&t->page, " <span class=\"model\">");
	ses_html_str(&t->page, t->model);
	ses_buf_str(&t->page, "</span>");
}

/* Whose page an id leads to: a name of a file, and no other folder. */
static int
is_page(const struct ses_buf *id)
{
	size_t i;

	if (id->len == 0 || id->len > AGENT_MAX || id->data[0] == '.')
		return 0;
	for (i = 0; i < id->len; i++)
		if ((unsigned char)id->data[i] <= 0x20 || id->data[i] == '/' ||
		    id->data[i] == '\\')
			return 0;
	return 1;
}

/* Whether that is the subagent whose own transcript this is. */
static int
is_own(const struct ses_talk *t, const struct ses_json *agent)
{
	const char *dot = t->how.id != NULL ? strchr(t->how.id, '.') : NULL;

	return dot != NULL && ses_json_is(agent, dot + 1);
}

static void
add_agent(struct ses_talk *t, const struct ses_json *agent)
{
	struct ses_buf id = {0};
	int linked;

	if (agent->type != '"' || agent->len <= 2 || is_own(t, agent))
		return;
	ses_json_text(agent, &id);
	linked = t->how.agents != NULL && is_page(&id);
	ses_buf_str(&t->page, "<p class=\"agent\">Subagent ");
	if (linked) {
		ses_buf_str(&t->page, "<a href=\"");
		ses_html_str(&t->page, t->how.agents);
		ses_html_url(&t->page, ses_buf_cstr(&id));
		ses_buf_str(&t->page, "\">");
	}
	ses_html_text(&t->page, id.data, id.len);
	ses_buf_str(&t->page, linked ? "</a></p>\n" : "</p>\n");
	t->page.bad |= id.bad;
	ses_buf_free(&id);
}

/* The first line of a text, not all of it. */
static void
add_gist(struct ses_talk *t, const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (s[n] == ' ' || s[n] == '\n'))
		n++;
	if (n == len)
		return;
	s += n;
	len -= n;
	for (n = 0; n < len && n < GIST && s[n] != '\n'; n++)
		;
	while (n > 0 && n < len && (s[n] & 0xc0) == 0x80)
		n--;
	ses_buf_str(&t->page, " <span class=\"gist\">");
	ses_html_prose(&t->page, s, n);
	ses_buf_str(&t->page, n < len ? "…</span>" : "</span>");
}

static void
begin_fold(struct ses_talk *t, int is_open, const char *who, size_t len)
{
	ses_buf_fmt(&t->page, "<details%s><summary><b class=\"who\">",
	    is_open ? " open" : "");
	ses_html_text(&t->page, who, len);
	ses_buf_str(&t->page, "</b>");
}

static void
end_summary(struct ses_talk *t, const struct ses_event *e)
{
	add_model(t, e);
	add_time(t, &e->time);
	ses_buf_str(&t->page, "</summary>\n");
}

static void
end_fold(struct ses_talk *t)
{
	ses_buf_str(&t->page, "</details></article>\n");
}

static void
show_call(struct ses_talk *t, const struct ses_event *e)
{
	struct ses_buf name = {0};

	ses_json_text(&e->tool, &name);
	ses_memo_put(&t->calls, ses_memo_key(&e->call), t->line, &e->tool);
	ses_talk_article(t, "turn tool");
	if (name.len > 0)
		begin_fold(t, 0, name.data, name.len);
	else
		begin_fold(t, 0, "tool", 4);
	/* JSON says less than the name of the tool */
	if (e->text.len > 0 && e->text.data[0] != '{' && e->text.data[0] != '[')
		add_gist(t, e->text.data, e->text.len);
	end_summary(t, e);
	add_agent(t, &e->agent);
	ses_talk_tool(t, e);
	end_fold(t);
	t->page.bad |= name.bad;
	ses_buf_free(&name);
}

static int
is_short(const struct ses_buf *text)
{
	size_t rows = 0;
	size_t i;

	if (text->len > SHORT)
		return 0;
	for (i = 0; i < text->len; i++)
		rows += text->data[i] == '\n';
	return rows <= SHORT_ROWS;
}

/* Of which call, by the event itself or by its id. */
static void
add_call(struct ses_talk *t, const struct ses_event *e)
{
	const struct ses_memo_slot *call =
	    ses_memo_get(&t->calls, ses_memo_key(&e->call));

	if (e->tool.type == '"') {
		ses_buf_str(&t->page, " of ");
		ses_html_json(&t->page, &e->tool);
	} else if (call != NULL && call->name[0] != '\0') {
		ses_buf_str(&t->page, " of ");
		ses_html_str(&t->page, call->name);
	}
	if (call != NULL && call->line != t->line)
		ses_buf_fmt(
		    &t->page, ", line %llu", (unsigned long long)call->line);
}

static void
show_result(struct ses_talk *t, const struct ses_event *e)
{
	ses_talk_article(t, e->failed ? "turn result failed" : "turn result");
	begin_fold(t, is_short(&e->text), "Result", 6);
	ses_buf_str(&t->page, " <span class=\"call\">");
	add_call(t, e);
	ses_buf_str(&t->page, "</span>");
	if (e->failed)
		ses_buf_str(&t->page, " <strong class=\"bad\">failed</strong>");
	if (!is_short(&e->text))
		add_gist(t, e->text.data, e->text.len);
	end_summary(t, e);
	add_agent(t, &e->agent);
	if (e->text.len > 0)
		ses_talk_pre(t, e->text.data, e->text.len);
	else
		ses_buf_str(&t->page, "<p class=\"none\">no output</p>\n");
	end_fold(t);
}

static void
show_thinking(struct ses_talk *t, const struct ses_event *e)
{
	ses_talk_article(t, "turn thinking");
	begin_fold(t, 0, "Thinking", 8);
	add_gist(t, e->text.data, e->text.len);
	end_summary(t, e);
	ses_talk_markdown(t, e->text.data, e->text.len);
	end_fold(t);
}

static void
show_compaction(struct ses_talk *t, const struct ses_event *e)
{
	ses_talk_article(t, "turn compaction");
	if (e->text.len == 0) {
		ses_buf_str(&t->page,
		    "<p><b class=\"who\">What stands above was summed up</b>");
		add_time(t, &e->time);
		ses_buf_str(&t->page, "</p></article>\n");
		return;
	}
	begin_fold(t, 0, "What stands above was summed up", 31);
	end_summary(t, e);
	ses_talk_markdown(t, e->text.data, e->text.len);
	end_fold(t);
}

/* A prompt that follows another line than the one before it: somebody went
 * back there. */
static void
add_branch(struct ses_talk *t, const struct ses_event *e)
{
	uint64_t parent = ses_memo_key(&e->parent);
	const struct ses_memo_slot *from;

	if (e->role != SES_ROLE_USER || e->is_side || t->last_id == 0 ||
	    parent == t->last_id || parent == ses_memo_key(&e->line))
		return;
	from = ses_memo_get(&t->ids, parent);
	if (from == NULL || from->line >= t->line)
		return;
	ses_buf_fmt(&t->page,
	    "<p class=\"branch\">Continues from <a href=\"#L%llu\">line "
	    "%llu</a></p>\n",
	    (unsigned long long)from->line, (unsigned long long)from->line);
}

static const struct {
	const char *classes;
	const char *who;
} speakers[] = {
    [SES_ROLE_OTHER] = {"turn other", "Other"},
    [SES_ROLE_USER] = {"turn user", "User"},
    [SES_ROLE_ASSISTANT] = {"turn assistant", "Assistant"},
    [SES_ROLE_TOOL] = {"turn tool", "Tool"},
    [SES_ROLE_SYSTEM] = {"turn system", "System"},
};

static void
show_text(struct ses_talk *t, const struct ses_event *e)
{
	if (e->role == SES_ROLE_USER && !e->is_side && t->how.prompt != NULL)
		t->how.prompt(t->how.arg, t->line, e->text.data, e->text.len);
	ses_talk_article(t, speakers[e->role].classes);
	ses_buf_fmt(&t->page, "<header><h2>%s</h2>", speakers[e->role].who);
	add_model(t, e);
	add_time(t, &e->time);
	ses_buf_str(&t->page, "</header>\n");
	add_branch(t, e);
	if (e->role != SES_ROLE_ASSISTANT && !e->is_side)
		add_agent(t, &e->agent);
	ses_talk_markdown(t, e->text.data, e->text.len);
	ses_buf_str(&t->page, "</article>\n");
}

static void
show_image(struct ses_talk *t, const struct ses_event *e)
{
	ses_talk_article(
	    t, e->role == SES_ROLE_USER ? "turn image user" : "turn image");
	ses_talk_show_image(t, e, t->images);
	if (e->text.len > 0)
		ses_talk_pre(t, e->text.data, e->text.len);
	ses_buf_str(&t->page, "</article>\n");
}

void
ses_talk_end_side(struct ses_talk *t)
{
	if (t->is_side)
		ses_buf_str(&t->page, "</details>\n");
	t->is_side = 0;
	t->agent = 0;
}

/* Into a subagent's block, or out of it. */
static void
take_side(struct ses_talk *t, const struct ses_event *e)
{
	uint64_t agent = ses_memo_key(&e->agent);
	int is_side = e->is_side && !is_own(t, &e->agent);

	if (t->is_side && (!is_side || agent != t->agent))
		ses_talk_end_side(t);
	if (!is_side || t->is_side)
		return;
	ses_buf_str(&t->page, "<details class=\"subagent\"><summary>Subagent");
	if (agent != 0) {
		ses_buf_str(&t->page, " ");
		ses_html_json(&t->page, &e->agent);
	}
	ses_buf_str(&t->page, "</summary>\n");
	t->is_side = 1;
	t->agent = agent;
}

void
ses_talk_end_usage(struct ses_talk *t)
{
	const struct ses_usage *u = &t->usage;

	if (!t->has_usage)
		return;
	t->has_usage = 0;
	ses_buf_str(&t->page, "<p class=\"tokens\">");
	ses_talk_number(&t->page, u->input + u->cache_read + u->cache_write);
	ses_buf_str(&t->page, " tokens in");
	if (u->cache_read > 0) {
		ses_buf_str(&t->page, " (");
		ses_talk_number(&t->page, u->cache_read);
		ses_buf_str(&t->page, " from the cache)");
	}
	ses_buf_str(&t->page, ", ");
	ses_talk_number(&t->page, u->output);
	ses_buf_str(&t->page, u->is_total ? " out so far</p>\n" : " out</p>\n");
}

static void
take_usage(struct ses_talk *t, const struct ses_event *e)
{
	uint64_t message = ses_memo_key(&e->message);

	if (t->has_usage && message != t->usage_of)
		ses_talk_end_usage(t);
	t->usage = e->usage;
	t->usage_of = message;
	t->has_usage = e->usage.input + e->usage.output + e->usage.cache_read +
			   e->usage.cache_write >
		       0;
}

int
ses_talk_is_shown(const struct ses_event *e)
{
	if (e->kind == SES_EVENT_USAGE)
		return 0;
	return e->text.len > 0 || e->tool.type == '"' ||
	       e->kind == SES_EVENT_TOOL_CALL ||
	       e->kind == SES_EVENT_TOOL_RESULT || e->kind == SES_EVENT_IMAGE ||
	       e->kind == SES_EVENT_COMPACTION;
}

static void
show(struct ses_talk *t, const struct ses_event *e)
{
	switch ((enum ses_event_kind)e->kind) {
	case SES_EVENT_THINKING:
		show_thinking(t, e);
		break;
	case SES_EVENT_TOOL_CALL:
		show_call(t, e);
		break;
	case SES_EVENT_TOOL_RESULT:
		show_result(t, e);
		break;
	case SES_EVENT_COMPACTION:
		show_compaction(t, e);
		break;
	case SES_EVENT_IMAGE:
		t->images++;
		show_image(t, e);
		break;
	case SES_EVENT_USAGE:
		break;
	case SES_EVENT_TEXT:
	case SES_EVENT_OTHER:
		show_text(t, e);
		break;
	}
}

/* The line is there, and can be followed. */
static void
take_line(struct ses_talk *t, const struct ses_event *e)
{
	uint64_t id = ses_memo_key(&e->line);

	if (id == 0)
		return;
	if (!e->is_side)
		t->last_id = id;
	ses_memo_put(&t->ids, id, t->line, NULL);
}

int
ses_talk_event(void *talk, const struct ses_event *e)
{
	struct ses_talk *t = talk;
	uint64_t message = ses_memo_key(&e->message);

	if (e->kind == SES_EVENT_USAGE) {
		take_usage(t, e);
		return 0;
	}
	if (!ses_talk_is_shown(e)) {
		take_model(&e->model, t->coming);
		take_line(t, e);
		return 0;
	}
	if (t->has_usage && (message == 0 || message != t->usage_of))
		ses_talk_end_usage(t);
	take_side(t, e);
	show(t, e);
	take_line(t, e);
	ses_talk_spill(t);
	return 0;
}
