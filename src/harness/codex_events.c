/* What a line of a Codex rollout says. */
#include <string.h>

#include "harness/codex.h"
#include "harness/line.h"
#include "harness/tell.h"

static int
message(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_json role = {0};
	struct ses_json content = {0};
	struct ses_json first = {0};

	(void)ses_json_get(item, "role", &role);
	if (!ses_json_get(item, "content", &content))
		return 0;
	if (ses_json_is(&role, "assistant")) {
		ses_line_text(&content, &r->e.text);
		return ses_tell(r, SES_ROLE_ASSISTANT, SES_EVENT_TEXT);
	}
	/* the context that Codex puts in has the user's role too */
	if (!ses_json_is(&role, "user") || !ses_line_prompt(&content, &first))
		return 0;
	ses_line_text(&content, &r->e.text);
	return ses_tell(r, SES_ROLE_USER, SES_EVENT_TEXT);
}

static int
reasoning(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_json v = {0};

	if (ses_json_get(item, "summary", &v) && v.type == '[')
		ses_line_text(&v, &r->e.text);
	if (ses_json_get(item, "content", &v) && v.type == '[')
		ses_line_text(&v, &r->e.text);
	return r->e.text.len == 0
		   ? 0
		   : ses_tell(r, SES_ROLE_ASSISTANT, SES_EVENT_THINKING);
}

/* A call's arguments have several names; so has the tool's. */
static int
call(struct ses_teller *r, const struct ses_json *item,
    const struct ses_json *type)
{
	static const char *const names[] = {"arguments", "input", "action"};
	struct ses_json v = {0};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ses_json_get(item, names[i], &v)) {
			ses_line_args(&v, &r->e.text);
			break;
		}
	if (!ses_json_get(item, "name", &v) &&
	    !ses_json_path(item, "function.name", &v))
		v = *type;
	r->e.tool = v.type == '"' ? v : *type;
	return ses_tell(r, SES_ROLE_ASSISTANT, SES_EVENT_TOOL_CALL);
}

static int
result(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_json v = {0};
	struct ses_json out = {0};

	if (!ses_json_get(item, "output", &v) &&
	    !ses_json_get(item, "result", &v))
		return 0;
	if (ses_json_get(&v, "stdout", &out) ||
	    ses_json_get(&v, "output", &out))
		v = out;
	ses_line_text(&v, &r->e.text);
	return ses_tell(r, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT);
}

static const struct {
	const char *type;
	char what; /* m message, r reasoning, c call, o output */
} items[] = {
    {"message", 'm'},
    {"reasoning", 'r'},
    {"function_call", 'c'},
    {"custom_tool_call", 'c'},
    {"local_shell_call", 'c'},
    {"web_search_call", 'c'},
    {"tool_search_call", 'c'},
    {"tool_call", 'c'},
    {"function_call_output", 'o'},
    {"custom_tool_call_output", 'o'},
    {"tool_result", 'o'},
};

static int
one_item(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_json type = {0};
	size_t i;

	(void)ses_json_get(item, "type", &type);
	for (i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (!ses_json_is(&type, items[i].type))
			continue;
		switch (items[i].what) {
		case 'm':
			return message(r, item);
		case 'r':
			return reasoning(r, item);
		case 'c':
			return call(r, item, &type);
		default:
			return result(r, item);
		}
	}
	return 0;
}

enum { TYPE, TIME, PAYLOAD, N_FIELDS };

/* In old rollouts the items stand alone, without an envelope. */
static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *r = arg;
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [PAYLOAD] = SES_LINE_FIELD("payload")};

	ses_line_fields(object, f, N_FIELDS);
	ses_tell_time(r, &f[TIME].value, 1);
	if (f[PAYLOAD].value.type == '\0')
		return one_item(r, object);
	if (ses_json_is(&f[TYPE].value, "response_item"))
		return one_item(r, &f[PAYLOAD].value);
	return 0; /* event_msg and the like say the same again */
}

int
ses_codex_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller r = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &r);

	ses_tell_end(&r);
	return rc;
}
