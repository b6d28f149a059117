/*
 * What an event of OpenHands says.  Its time has no zone and means that of the
 * machine which wrote it, which nobody knows: it is no time to anyone else.
 */
#include "harness/line.h"
#include "harness/openhands.h"
#include "harness/tell.h"

static struct ses_json
member(const struct ses_json *object, const char *path)
{
	struct ses_json v = {0};

	(void)ses_json_path(object, path, &v);
	return v;
}

/* {"type":"image","image_urls":["data:..."]}: the first. */
static int
is_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	struct ses_json type = member(block, "type");
	struct ses_json urls = member(block, "image_urls");
	struct ses_json url = {0};
	struct ses_json_walk w;

	if (!ses_json_is(&type, "image"))
		return 0;
	ses_json_walk(&w, &urls);
	return urls.type == '[' && ses_json_next(&w, NULL, &url) &&
	       ses_tell_data_url(&url, media, data);
}

/* What a model thought: a string, or blocks. */
static int
thinking(struct ses_teller *t, const struct ses_json *object)
{
	struct ses_json text = member(object, "reasoning_content");
	struct ses_json blocks = member(object, "thinking_blocks");
	struct ses_json block = {0};
	struct ses_json_walk w;
	int rc = 0;

	if (text.type == '"' && text.len > 2)
		return ses_tell_text(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING, &text);
	ses_json_walk(&w, &blocks);
	while (
	    rc == 0 && blocks.type == '[' && ses_json_next(&w, NULL, &block)) {
		text = member(&block, "thinking");
		if (text.type == '"' && text.len > 2)
			rc = ses_tell_text(
			    t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING, &text);
	}
	return rc;
}

static int
message(struct ses_teller *t, const struct ses_json *object)
{
	struct ses_json what = member(object, "llm_message");
	struct ses_json content = member(&what, "content");
	struct ses_json role = member(&what, "role");
	struct ses_json source = member(object, "source");
	int who = SES_ROLE_OTHER;
	int rc;

	if (ses_json_is(&role, "assistant") || ses_json_is(&source, "agent"))
		who = SES_ROLE_ASSISTANT;
	else if (ses_json_is(&source, "user"))
		who = SES_ROLE_USER;
	else if (ses_json_is(&role, "system"))
		who = SES_ROLE_SYSTEM;
	rc = thinking(t, &what);
	return rc != 0 ? rc
		       : ses_tell_content(
			     t, who, SES_EVENT_TEXT, &content, is_image);
}

static int
action(struct ses_teller *t, const struct ses_json *object)
{
	struct ses_json what = member(object, "action");
	struct ses_json kind = member(&what, "kind");
	struct ses_json thought = member(object, "thought");
	struct ses_json name = member(object, "tool_name");
	struct ses_json args = member(object, "tool_call.arguments");
	struct ses_json id = member(object, "tool_call_id");
	struct ses_json text;
	int rc = thinking(t, object);

	if (rc == 0)
		rc = ses_tell_content(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &thought, is_image);
	if (rc != 0)
		return rc;
	t->e.call = ses_tell_string(&id);
	rc = ses_tell_call(t, &name, args.type != '\0' ? &args : &what);
	text = member(&what, "message");
	/* its last answer is a tool's argument */
	if (rc == 0 && ses_json_is(&kind, "FinishAction") && text.type == '"')
		rc =
		    ses_tell_text(t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &text);
	return rc;
}

static int
result(struct ses_teller *t, const struct ses_json *object,
    const struct ses_json *content, int failed)
{
	struct ses_json name = member(object, "tool_name");
	struct ses_json id = member(object, "tool_call_id");

	t->e.call = ses_tell_string(&id);
	t->e.tool = ses_tell_string(&name);
	t->e.failed = failed;
	return ses_tell_content(
	    t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, content, is_image);
}

static int
observation(struct ses_teller *t, const struct ses_json *object)
{
	struct ses_json what = member(object, "observation");
	struct ses_json content = member(&what, "content");
	struct ses_json failed = member(&what, "is_error");

	if (content.type == '\0')
		content = member(&what, "output");
	return result(t, object, content.type != '\0' ? &content : &what,
	    failed.type == 't');
}

/* Kinds of which one member says all. */
static const struct {
	const char *kind;
	const char *text;
	int is_result; /* of a tool that failed */
	int role;
	int event;
} others[] = {
    {"AgentErrorEvent", "error", 1, 0, 0},
    {"UserRejectObservation", "rejection_reason", 1, 0, 0},
    {"SystemPromptEvent", "system_prompt.text", 0, SES_ROLE_SYSTEM,
	SES_EVENT_TEXT},
    {"Condensation", "summary", 0, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION},
    {"ConversationErrorEvent", "detail", 0, SES_ROLE_SYSTEM, SES_EVENT_TEXT},
};

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_json kind = member(object, "kind");
	struct ses_json id = member(object, "id");
	struct ses_json parent = member(object, "parent_id");
	struct ses_json text;
	size_t i;

	ses_tell_begin(t);
	t->e.time = member(object, "timestamp");
	t->e.line = ses_tell_string(&id);
	t->e.parent = ses_tell_string(&parent);
	if (ses_json_is(&kind, "MessageEvent"))
		return message(t, object);
	if (ses_json_is(&kind, "ActionEvent"))
		return action(t, object);
	if (ses_json_is(&kind, "ObservationEvent"))
		return observation(t, object);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!ses_json_is(&kind, others[i].kind))
			continue;
		text = member(object, others[i].text);
		return others[i].is_result ? result(t, object, &text, 1)
					   : ses_tell_text(t, others[i].role,
						 others[i].event, &text);
	}
	return 0;
}

int
ses_openhands_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller t = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, NULL, 0, one_object, &t);

	(void)self;
	ses_tell_end(&t);
	return rc;
}
