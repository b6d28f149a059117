#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "hook/find.h"

/* The program's name is the last part of the first word. */
int
ses_hook_program(const struct ses_hook_agent *agent, const char *command,
    struct ses_buf *out)
{
	struct ses_buf tail = {0};
	struct ses_buf path = {0};
	size_t len = strlen(command);
	int rc = -1;

	ses_buf_fmt(&tail, " hook run %s", agent->name);
	if (len <= tail.len || !ses_str_ends(command, ses_buf_cstr(&tail)))
		goto out;
	len -= tail.len;
	if (len > 2 && command[0] == '\'' && command[len - 1] == '\'' &&
	    memchr(command + 1, '\'', len - 2) == NULL)
		ses_buf_add(&path, command + 1, len - 2);
	else if (strcspn(command, " \t'\"\\$;&|<>()`") >= len)
		ses_buf_add(&path, command, len);
	else
		goto out;
	if (!ses_str_starts(ses_str_basename(ses_buf_cstr(&path)), "seshat"))
		goto out;
	ses_buf_add(out, path.data, path.len);
	rc = 0;
out:
	ses_buf_free(&tail);
	ses_buf_free(&path);
	return rc;
}

/* Whether a handler is ours; its command. */
static int
is_ours(const struct ses_hook_agent *agent, const struct ses_buf *text,
    const struct ses_jsonc_item *handler, struct ses_jsonc_item *command)
{
	struct ses_buf said = {0};
	struct ses_buf program = {0};
	struct ses_json v;
	int yes;

	if (!ses_jsonc_member(
		text->data, text->len, handler->value, "command", command) ||
	    command->type != '"')
		return 0;
	v = (struct ses_json){.text = text->data + command->value,
	    .len = command->end - command->value,
	    .type = '"'};
	ses_json_text(&v, &said);
	yes = memchr(said.len > 0 ? said.data : "", '\0', said.len) == NULL &&
	      ses_hook_program(agent, ses_buf_cstr(&said), &program) == 0;
	ses_buf_free(&said);
	ses_buf_free(&program);
	return yes;
}

/* Whether the way to a handler may go by this item. */
static int
leads_on(
    const struct ses_buf *text, const struct ses_jsonc_item *item, int level)
{
	static const char types[] = {'{', '[', '{', '[', '{'};

	if (item->type != types[level])
		return 0;
	if (level != SES_HOOK_HOOKS && level != SES_HOOK_LIST)
		return 1;
	return ses_jsonc_key_is(text->data, item, "hooks");
}

int
ses_hook_each(const struct ses_hook_agent *agent, const struct ses_buf *text,
    const struct ses_jsonc_item *root,
    int (*each)(void *arg, const struct ses_hook_way *way), void *arg)
{
	struct ses_jsonc_walk walk[SES_HOOK_LEVELS];
	struct ses_hook_way way = {0};
	struct ses_jsonc_item item;
	struct ses_hook_level *l;
	int at = 0;
	int rc = 0;

	if (root->type != '{')
		return 0;
	ses_jsonc_walk(&walk[0], text->data, text->len, root->value);
	way.level[0].open = root->value;
	while (at >= 0 && rc == 0) {
		if (!ses_jsonc_next(&walk[at], &item)) {
			at--;
			continue;
		}
		l = &way.level[at];
		l->prev = l->item;
		l->item = item;
		if (!leads_on(text, &item, at))
			continue;
		if (at == SES_HOOK_HANDLER) {
			if (is_ours(agent, text, &item, &way.command))
				rc = each(arg, &way);
			continue;
		}
		way.level[++at] = (struct ses_hook_level){.open = item.value};
		ses_jsonc_walk(&walk[at], text->data, text->len, item.value);
	}
	return rc;
}
