#include "harness/agents.h"
#include "harness/events.h"

#define ARGUMENTS_MAX 400 /* bytes of a tool call that are shown */

struct out {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	struct ses_event e;
};

static int
give(struct out *o, int kind)
{
	int rc = 0;

	o->e.kind = kind;
	if (!o->e.text.bad && (o->e.text.len > 0 || o->e.tool.type == '"'))
		rc = o->each(o->arg, &o->e);
	ses_buf_clear(&o->e.text);
	o->e.tool = (struct ses_json){0};
	return rc;
}

/* One block of a message's content. */
static int
read_block(struct out *o, const struct ses_json *block)
{
	struct ses_json type;
	struct ses_json v;
	int role = o->e.role;
	int rc;

	if (!ses_json_get(block, "type", &type))
		return 0;
	if (ses_json_is(&type, "text") && ses_json_get(block, "text", &v)) {
		ses_json_text(&v, &o->e.text);
		return give(o, SES_EVENT_TEXT);
	}
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(block, "thinking", &v)) {
		ses_json_text(&v, &o->e.text);
		return give(o, SES_EVENT_THINKING);
	}
	if (ses_json_is(&type, "tool_use")) {
		(void)ses_json_get(block, "name", &o->e.tool);
		if (ses_json_get(block, "input", &v))
			ses_events_value(&v, ARGUMENTS_MAX, &o->e.text);
		return give(o, SES_EVENT_TOOL_CALL);
	}
	if (ses_json_is(&type, "tool_result") &&
	    ses_json_get(block, "content", &v)) {
		ses_events_content(&v, &o->e.text);
		o->e.role = SES_ROLE_TOOL;
		rc = give(o, SES_EVENT_TOOL_RESULT);
		o->e.role = role;
		return rc;
	}
	return 0;
}

static int
read_content(struct out *o, const struct ses_json *content)
{
	struct ses_json_walk w;
	struct ses_json block;
	int rc = 0;

	if (content->type == '"') {
		ses_json_text(content, &o->e.text);
		return give(o, SES_EVENT_TEXT);
	}
	ses_json_walk(&w, content);
	while (rc == 0 && ses_json_next(&w, NULL, &block))
		rc = read_block(o, &block);
	return rc;
}

static int
read_object(const struct ses_json *line,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct out o = {.each = each, .arg = arg};
	struct ses_json type;
	struct ses_json v;
	int rc = 0;

	if (!ses_json_get(line, "type", &type))
		return 0;
	(void)ses_json_get(line, "timestamp", &o.e.time);
	if (ses_json_is(&type, "user"))
		o.e.role = SES_ROLE_USER;
	else if (ses_json_is(&type, "assistant"))
		o.e.role = SES_ROLE_ASSISTANT;
	else if (ses_json_is(&type, "system"))
		o.e.role = SES_ROLE_SYSTEM;
	else
		return 0;
	if (o.e.role == SES_ROLE_SYSTEM) {
		if (ses_json_get(line, "content", &v))
			rc = read_content(&o, &v);
	} else if (ses_json_path(line, "message.content", &v)) {
		rc = read_content(&o, &v);
	}
	ses_buf_free(&o.e.text);
	return rc;
}

int
ses_claude_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	return ses_events_objects(line, len, read_object, each, arg);
}
