#include "harness/agents.h"
#include "harness/events.h"

#define ARGUMENTS_MAX 400 /* bytes of a tool call that are shown */

static int
role_of(const struct ses_json *item)
{
	struct ses_json role;

	if (!ses_json_get(item, "role", &role))
		return SES_ROLE_OTHER;
	if (ses_json_is(&role, "user"))
		return SES_ROLE_USER;
	if (ses_json_is(&role, "assistant"))
		return SES_ROLE_ASSISTANT;
	return SES_ROLE_SYSTEM;
}

/* The texts of an item; answers what kind of event they are. */
static int
read_item(const struct ses_json *item, struct ses_event *e)
{
	struct ses_json type;
	struct ses_json v;

	if (!ses_json_get(item, "type", &type))
		return SES_EVENT_OTHER;
	if (ses_json_is(&type, "message") &&
	    ses_json_get(item, "content", &v)) {
		e->role = role_of(item);
		ses_events_content(&v, &e->text);
		return SES_EVENT_TEXT;
	}
	if (ses_json_is(&type, "reasoning") &&
	    ses_json_get(item, "summary", &v)) {
		e->role = SES_ROLE_ASSISTANT;
		ses_events_content(&v, &e->text);
		return SES_EVENT_THINKING;
	}
	if (ses_json_is(&type, "function_call") ||
	    ses_json_is(&type, "custom_tool_call")) {
		e->role = SES_ROLE_ASSISTANT;
		(void)ses_json_get(item, "name", &e->tool);
		if (ses_json_get(item, "arguments", &v) ||
		    ses_json_get(item, "input", &v))
			ses_events_value(&v, ARGUMENTS_MAX, &e->text);
		return SES_EVENT_TOOL_CALL;
	}
	if ((ses_json_is(&type, "function_call_output") ||
		ses_json_is(&type, "custom_tool_call_output")) &&
	    ses_json_get(item, "output", &v)) {
		e->role = SES_ROLE_TOOL;
		ses_events_content(&v, &e->text);
		return SES_EVENT_TOOL_RESULT;
	}
	return SES_EVENT_OTHER;
}

static int
read_object(const struct ses_json *line,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_event e = {0};
	struct ses_json type;
	struct ses_json item;
	int rc = 0;

	(void)ses_json_get(line, "timestamp", &e.time);
	if (!ses_json_get(line, "type", &type))
		return 0;
	/* versions before 0.32 wrote the items themselves as lines */
	if (!ses_json_is(&type, "response_item"))
		item = *line;
	else if (!ses_json_get(line, "payload", &item))
		return 0;
	e.kind = read_item(&item, &e);
	if (e.kind != SES_EVENT_OTHER && !e.text.bad &&
	    (e.text.len > 0 || e.tool.type == '"'))
		rc = each(arg, &e);
	ses_buf_free(&e.text);
	return rc;
}

int
ses_codex_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	return ses_events_objects(line, len, read_object, each, arg);
}
