#include <string.h>

#include "base/json.h"
#include "hook/find.h"
#include "hook/style.h"

#define ENTRIES_MAX 50 /* so many of ours in one file are no accident */

struct looked {
	const struct ses_hook_agent *agent;
	const struct ses_buf *text;
	struct ses_hook_way last;
	size_t n;
	unsigned seen; /* a bit for each of the agent's events */
	struct ses_buf *command;
};

static int
look_at(void *arg, const struct ses_hook_way *way)
{
	struct looked *l = arg;
	const char *const *e;
	struct ses_json v;

	for (e = l->agent->events; *e != NULL; e++)
		if (ses_jsonc_key_is(
			l->text->data, &way->level[SES_HOOK_EVENT].item, *e))
			l->seen |= 1U << (e - l->agent->events);
	if (l->n++ == 0 && l->command != NULL) {
		v = (struct ses_json){
		    .text = l->text->data + way->command.value,
		    .len = way->command.end - way->command.value,
		    .type = '"'};
		ses_json_text(&v, l->command);
	}
	l->last = *way;
	return 0;
}

/* "disableAllHooks": true */
static int
is_off(const struct ses_buf *text, size_t root)
{
	struct ses_jsonc_item v;

	return ses_jsonc_member(
		   text->data, text->len, root, "disableAllHooks", &v) &&
	       v.type == 't';
}

/* "enabledPlugins": {"seshat@MARKETPLACE": true} */
static int
has_plugin(const struct ses_buf *text, size_t root)
{
	static const char ours[] = "\"seshat@";
	struct ses_jsonc_item v;
	struct ses_jsonc_walk w;
	int yes = 0;

	if (!ses_jsonc_member(
		text->data, text->len, root, "enabledPlugins", &v) ||
	    v.type != '{')
		return 0;
	ses_jsonc_walk(&w, text->data, text->len, v.value);
	while (!yes && ses_jsonc_next(&w, &v))
		yes = v.type == 't' && v.key_len >= sizeof(ours) &&
		      memcmp(text->data + v.at, ours, sizeof(ours) - 1) == 0;
	return yes;
}

int
ses_hook_look(const struct ses_hook_agent *agent, const struct ses_buf *text,
    struct ses_hook_found *found, struct seshat_err *err)
{
	struct ses_jsonc_item root;
	struct looked l = {
	    .agent = agent, .text = text, .command = &found->command};
	const char *const *e;
	int rc = ses_jsonc_check(
	    text->len > 0 ? text->data : "", text->len, &root, err);

	if (rc < 0)
		return -1;
	if (rc > 0)
		(void)ses_hook_each(agent, text, &root, look_at, &l);
	found->is_off = rc > 0 && root.type == '{' && is_off(text, root.value);
	found->has_plugin =
	    rc > 0 && root.type == '{' && has_plugin(text, root.value);
	found->n = l.n;
	found->missing = 0;
	for (e = agent->events; *e != NULL; e++)
		found->missing += (l.seen >> (e - agent->events) & 1) == 0;
	(void)ses_buf_cstr(&found->command);
	return ses_buf_check(&found->command, err);
}

static int
is_space(const struct ses_buf *text, size_t from, size_t to)
{
	for (; from < to; from++)
		if (memchr(" \t\r\n", text->data[from], 4) == NULL)
			return 0;
	return 1;
}

/* What is known of the place of an item. */
struct place {
	int is_only;
	int is_last;
	size_t close;
};

static struct place
place_of(const struct ses_buf *text, const struct ses_hook_level *l)
{
	struct ses_jsonc_item item = {0};
	struct ses_jsonc_walk w;
	size_t last = 0;

	ses_jsonc_walk(&w, text->data, text->len, l->open);
	while (ses_jsonc_next(&w, &item))
		last = item.at;
	return (struct place){.is_only = w.n == 1,
	    .is_last = last == l->item.at,
	    .close = w.close};
}

/* Whether we made the list or table that the only item stands in. */
static int
is_ours(const struct ses_buf *text, const struct ses_hook_level *l,
    const struct place *p)
{
	return p->is_only && l->item.at > l->open + 1 && l->item.comma == 0 &&
	       is_space(text, l->open + 1, l->item.at) &&
	       is_space(text, l->item.end, p->close);
}

/* Whether nothing but white space follows in this line. */
static int
ends_line(const struct ses_buf *text, size_t at)
{
	while (
	    at < text->len && (text->data[at] == ' ' || text->data[at] == '\t'))
		at++;
	return at < text->len &&
	       (text->data[at] == '\n' || text->data[at] == '\r');
}

/* The text without this item, and the comma that came or goes with it. */
static void
cut_item(struct ses_buf *text, const struct ses_hook_level *l,
    const struct place *p, struct ses_buf *out)
{
	const struct ses_jsonc_item *i = &l->item;
	int takes_comma = p->is_last && i->comma == 0 && l->prev.end != 0;
	size_t from = i->before;
	size_t to = i->end;
	size_t at = 0;

	if (takes_comma) {
		ses_buf_add(out, text->data, l->prev.comma);
		at = l->prev.comma + 1;
	}
	if (i->comma != 0 && is_space(text, i->end, i->comma))
		to = i->comma + 1;
	/* what follows must not become part of a comment */
	if (i->is_after_line_comment && !ends_line(text, to))
		from = i->at;
	ses_buf_add(out, text->data + at, from - at);
	if (i->comma != 0 && to <= i->comma) {
		ses_buf_add(out, text->data + to, i->comma - to);
		to = i->comma + 1;
	}
	ses_buf_add(out, text->data + to, text->len - to);
}

/* Take out one handler, and what we made for it. */
static void
cut(struct ses_buf *text, const struct ses_hook_way *way, struct ses_buf *out)
{
	const struct ses_hook_level *l = &way->level[SES_HOOK_HANDLER];
	struct place p = place_of(text, l);

	if (p.is_only) {
		l = &way->level[SES_HOOK_GROUP];
		p = place_of(text, l);
		if (is_ours(text, l, &p)) {
			l = &way->level[SES_HOOK_EVENT];
			p = place_of(text, l);
			if (is_ours(text, l, &p)) {
				l = &way->level[SES_HOOK_HOOKS];
				p = place_of(text, l);
			}
		}
	}
	cut_item(text, l, &p, out);
}

/* A file that we began ends as it was before: with nothing. */
static int
cut_root(struct ses_buf *text, const struct ses_jsonc_item *root, int *is_empty,
    struct seshat_err *err)
{
	struct ses_buf out = {0};

	ses_buf_add(&out, text->data, root->at);
	ses_buf_add(&out, text->data + root->end, text->len - root->end);
	(void)ses_buf_cstr(&out);
	if (ses_buf_check(&out, err) < 0) {
		ses_buf_free(&out);
		return -1;
	}
	*is_empty = root->at == 0 && out.len == 1 && out.data[0] == '\n';
	ses_buf_free(text);
	*text = out;
	return 0;
}

/* One step: 1 when something was taken out. */
static int
step(const struct ses_hook_agent *agent, struct ses_buf *text, int *is_empty,
    struct seshat_err *err)
{
	struct looked l = {.agent = agent, .text = text};
	struct ses_jsonc_item root;
	struct ses_buf out = {0};
	int is_adjacent;
	int rc = ses_jsonc_check(text->data, text->len, &root, err);

	if (rc <= 0)
		return rc;
	(void)ses_hook_each(agent, text, &root, look_at, &l);
	if (l.n == 0)
		return 0;
	if (l.n > ENTRIES_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "%zu entries of ours are too many: take them out by hand",
		    l.n);
	is_adjacent = l.last.level[0].item.at == root.value + 1;
	cut(text, &l.last, &out);
	(void)ses_buf_cstr(&out);
	if (ses_buf_check(&out, err) < 0) {
		ses_buf_free(&out);
		return -1;
	}
	ses_buf_free(text);
	*text = out;
	if (!is_adjacent && ses_hook_is_bare_root(text, root.value)) {
		root.end = root.value + 3;
		if (is_space(text, root.end, text->len) &&
		    text->len - root.end <= 1)
			return cut_root(text, &root, is_empty, err);
	}
	return 1;
}

int
ses_hook_uninstall(const struct ses_hook_agent *agent,
    const struct ses_buf *text, struct ses_buf *out, int *is_empty,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	*is_empty = 0;
	if (text->len > SES_HOOK_SETTINGS_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "longer than %zu bytes",
		    SES_HOOK_SETTINGS_MAX);
	ses_buf_add(&b, text->len > 0 ? text->data : "", text->len);
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	if (rc == 0) {
		do
			rc = step(agent, &b, is_empty, err);
		while (rc > 0);
	}
	if (rc == 0) {
		ses_buf_add(out, b.data, b.len);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&b);
	return rc;
}
