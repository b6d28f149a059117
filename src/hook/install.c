#include <string.h>

#include "base/json.h"
#include "hook/find.h"
#include "hook/style.h"

/* What is put into the text at a place. */
struct change {
	size_t at;
	size_t cut; /* so many bytes go */
	struct ses_buf put;
};

/* The text with one or two changes, the first before the second, in place of
 * the text; the changes are released. */
static int
change(struct ses_buf *text, struct change *c, size_t n, struct seshat_err *err)
{
	struct ses_buf out = {0};
	size_t at = 0;
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		ses_buf_add(&out, text->data + at, c[i].at - at);
		ses_buf_add(
		    &out, c[i].put.len > 0 ? c[i].put.data : "", c[i].put.len);
		at = c[i].at + c[i].cut;
		out.bad |= c[i].put.bad;
		ses_buf_free(&c[i].put);
	}
	ses_buf_add(&out, text->data + at, text->len - at);
	(void)ses_buf_cstr(&out);
	rc = ses_buf_check(&out, err);
	if (rc < 0) {
		ses_buf_free(&out);
		return -1;
	}
	ses_buf_free(text);
	*text = out;
	return 0;
}

/* An item at the end of the object or array at open, which write appends. */
static int
add_item(struct ses_buf *text, size_t open, int is_root,
    const struct ses_hook_new *what, struct seshat_err *err)
{
	struct ses_hook_style st = ses_hook_style(text);
	struct change c[2] = {0};
	struct ses_jsonc_item first = {0};
	struct ses_jsonc_item last = {0};
	struct ses_jsonc_item item;
	struct ses_jsonc_walk w;

	ses_jsonc_walk(&w, text->data, text->len, open);
	while (ses_jsonc_next(&w, &item)) {
		first = w.n == 1 ? item : first;
		last = item;
	}
	ses_hook_style_in(&st, text, open, w.n > 0 ? &first : NULL, w.close);
	c[0].at = w.n == 0 ? open + 1 : last.end;
	c[1].at = w.n == 0 && !is_root ? open + 1 : w.last;
	if (w.n > 0 && last.comma == 0)
		ses_buf_str(&c[0].put, ",");
	if (w.n > 0 || (is_root && !ses_hook_is_bare_root(text, open)))
		ses_hook_newline(&c[1].put, &st, 0, w.is_line_comment);
	ses_hook_write(&c[1].put, &st, what);
	if (w.n > 0 && last.comma != 0)
		ses_buf_str(&c[1].put, ",");
	return change(text, c, 2, err);
}

/* A file that holds nothing else. */
static int
begin(struct ses_buf *text, const struct ses_hook_new *what, int is_there,
    struct seshat_err *err)
{
	const struct ses_hook_style st = {
	    .eol = "\n", .unit = "  ", .base = "  "};

	ses_buf_str(text, "{\n  ");
	ses_hook_write(text, &st, what);
	ses_buf_str(text, is_there ? "\n}" : "\n}\n");
	(void)ses_buf_cstr(text);
	return ses_buf_check(text, err);
}

/* Where an event has an entry of ours already. */
struct look_for {
	const struct ses_buf *text;
	const char *event;
	const char *command;
	int found; /* one is there */
	size_t at; /* of a command that is another, or 0 */
	size_t len;
};

static int
look_at(void *arg, const struct ses_hook_way *way)
{
	struct look_for *l = arg;
	const struct ses_jsonc_item *c = &way->command;
	const struct ses_json v = {.text = l->text->data + c->value,
	    .len = c->end - c->value,
	    .type = '"'};

	if (!ses_jsonc_key_is(
		l->text->data, &way->level[SES_HOOK_EVENT].item, l->event))
		return 0;
	l->found = 1;
	if (ses_json_is(&v, l->command))
		return 0;
	l->at = c->value;
	l->len = v.len;
	return 1;
}

static int
wrong(const struct ses_buf *text, const struct ses_jsonc_item *item,
    const char *name, const char *what, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "line %zu: \"%s\" is no %s, so that no hook can be added: change it "
	    "into one, or take it out",
	    ses_jsonc_line(text->data, item->at), name, what);
}

/* One entry for one event; *root is read anew after each change. */
static int
put_event(struct ses_buf *text, const struct ses_hook_new *what, int *changed,
    struct seshat_err *err)
{
	struct look_for l = {
	    .text = text, .event = what->event, .command = what->command};
	struct ses_jsonc_item root;
	struct ses_jsonc_item hooks;
	struct ses_jsonc_item event;
	struct ses_hook_new new = *what;
	struct change c = {0};

	*changed = 1;
	if (ses_jsonc_check(text->data, text->len, &root, err) < 0)
		return -1;
	(void)ses_hook_each(what->agent, text, &root, look_at, &l);
	if (l.at != 0) {
		c = (struct change){.at = l.at, .cut = l.len};
		ses_json_quote(&c.put, what->command, strlen(what->command));
		return change(text, &c, 1, err);
	}
	*changed = 0;
	if (l.found)
		return 0;
	new.kind = SES_HOOK_NEW_HOOKS;
	if (!ses_jsonc_member(
		text->data, text->len, root.value, "hooks", &hooks))
		return add_item(text, root.value, 1, &new, err);
	if (hooks.type != '{')
		return wrong(text, &hooks, "hooks", "object", err);
	new.kind = SES_HOOK_NEW_EVENT;
	if (!ses_jsonc_member(
		text->data, text->len, hooks.value, what->event, &event))
		return add_item(text, hooks.value, 0, &new, err);
	if (event.type != '[')
		return wrong(text, &event, what->event, "list", err);
	new.kind = SES_HOOK_NEW_GROUP;
	return add_item(text, event.value, 0, &new, err);
}

static int
put_all(struct ses_buf *text, struct ses_hook_new *what, struct seshat_err *err)
{
	const char *const *e;
	int changed;
	int n;

	for (e = what->agent->events; *e != NULL; e++) {
		what->event = *e;
		/* each old command is one more change */
		for (n = 0, changed = 1; changed && n < 100; n++)
			if (put_event(text, what, &changed, err) < 0)
				return -1;
	}
	return 0;
}

int
ses_hook_install(const struct ses_hook_agent *agent, const char *command,
    const struct ses_buf *text, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_hook_new what = {
	    .agent = agent, .command = command, .kind = SES_HOOK_NEW_HOOKS};
	struct ses_buf b = {0};
	struct ses_jsonc_item root = {0};
	int rc = 0;

	if (text != NULL && text->len > SES_HOOK_SETTINGS_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "longer than %zu bytes",
		    SES_HOOK_SETTINGS_MAX);
	if (text != NULL) {
		ses_buf_add(&b, text->len > 0 ? text->data : "", text->len);
		(void)ses_buf_cstr(&b);
		rc = ses_buf_check(&b, err);
	}
	if (rc == 0 && text != NULL)
		rc = ses_jsonc_check(b.data, b.len, &root, err);
	if (rc == 0 && ses_hook_has_comment(&b))
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "nothing but a comment is in it: put {} behind that");
	else if (rc == 0)
		rc = begin(&b, &what, text != NULL, err);
	else if (rc == 1 && root.type != '{')
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "line %zu: settings are an object, {...}, and this is none",
		    ses_jsonc_line(b.data, root.at));
	else if (rc == 1)
		rc = put_all(&b, &what, err);
	if (rc == 0) {
		ses_buf_add(out, b.data, b.len);
		(void)ses_buf_cstr(out);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&b);
	return rc;
}
