/*
 * What a line of Kimi says: wire.jsonl of Kimi CLI, {"timestamp","message":
 * {"type","payload"}}, that of Kimi Code, {"type":"turn.prompt",...}, and
 * context.jsonl, a message each.
 */
#include "harness/blocks.h"
#include "harness/line.h"
#include "harness/tell.h"

static struct ses_json
member(const struct ses_json *object, const char *path)
{
	struct ses_json v = {0};

	(void)ses_json_path(object, path, &v);
	return v;
}

/* {"type":"text","text"} or {"type":"think","think"}. */
static int
part(struct ses_teller *t, const struct ses_json *p)
{
	struct ses_json type = member(p, "type");
	struct ses_json text = member(p, "text");
	struct ses_json think = member(p, "think");

	if (ses_json_is(&type, "text"))
		return ses_tell_text(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &text);
	if (ses_json_is(&type, "think"))
		return ses_tell_text(t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING,
		    think.type == '"' ? &think : &text);
	return 0;
}

static int
call(struct ses_teller *t, const struct ses_json *id,
    const struct ses_json *name, const struct ses_json *args)
{
	t->e.call = ses_tell_string(id);
	return ses_tell_call(t, name, args);
}

static int
result(struct ses_teller *t, const struct ses_json *id,
    const struct ses_json *what, const char *is_error)
{
	struct ses_json failed = member(what, is_error);
	struct ses_json v = member(what, "output");

	if (v.type == '\0')
		v = member(what, "message");
	t->e.call = ses_tell_string(id);
	t->e.failed = failed.type == 't';
	return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
	    v.type != '\0' ? &v : what);
}

/* Of Kimi CLI. */
static int
wire(struct ses_teller *t, const struct ses_json *message)
{
	struct ses_json type = member(message, "type");
	struct ses_json payload = member(message, "payload");
	struct ses_json id = member(&payload, "id");
	struct ses_json v;
	struct ses_json args;

	if (ses_json_is(&type, "TurnBegin")) {
		v = member(&payload, "user_input");
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &v);
	}
	if (ses_json_is(&type, "ContentPart"))
		return part(t, &payload);
	if (ses_json_is(&type, "ToolCall")) {
		v = member(&payload, "function.name");
		args = member(&payload, "function.arguments");
		return call(t, &id, &v, &args);
	}
	if (ses_json_is(&type, "ToolResult")) {
		id = member(&payload, "tool_call_id");
		v = member(&payload, "return_value");
		return result(t, &id, &v, "is_error");
	}
	return 0;
}

/* Of Kimi Code. */
static int
loop(struct ses_teller *t, const struct ses_json *event)
{
	struct ses_json type = member(event, "type");
	struct ses_json id = member(event, "toolCallId");
	struct ses_json v;
	struct ses_json args;

	if (ses_json_is(&type, "content.part")) {
		v = member(event, "part");
		return part(t, &v);
	}
	if (ses_json_is(&type, "tool.call")) {
		v = member(event, "name");
		args = member(event, "args");
		return call(t, &id, &v, &args);
	}
	if (ses_json_is(&type, "tool.result")) {
		v = member(event, "result");
		return result(t, &id, &v, "isError");
	}
	return 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_json type = member(object, "type");
	struct ses_json message = member(object, "message");
	struct ses_json times[2] = {
	    member(object, "timestamp"), member(object, "time")};
	struct ses_json v;

	ses_tell_begin(t);
	t->e.time = times[0].type != '\0' ? times[0] : times[1];
	if (message.type == '{' && type.type == '\0')
		return wire(t, &message);
	if (ses_json_is(&type, "turn.prompt") ||
	    ses_json_is(&type, "turn.steer")) {
		v = member(object, "input");
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &v);
	}
	if (ses_json_is(&type, "context.append_loop_event")) {
		v = member(object, "event");
		return loop(t, &v);
	}
	return 0;
}

int
ses_kimi_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_json v = {0};
	struct ses_json role = {0};

	(void)ses_json_peek(line, len, &v);
	if (ses_json_get(&v, "role", &role))
		return ses_blocks_events(self, line, len, each, arg);
	return ses_tell_objects(line, len, NULL, 0, one_object, each, arg);
}
