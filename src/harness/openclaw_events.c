/* What a line of an OpenClaw transcript, or of a trajectory, says. */
#include "harness/line.h"
#include "harness/openclaw.h"
#include "harness/tell.h"

enum { TYPE, TIME, TS, MESSAGE, SUMMARY, DATA, N_FIELDS };

static int
one_block(struct ses_teller *t, int role, const struct ses_json *block)
{
	struct ses_json type = {0};
	struct ses_json name = {0};
	struct ses_json v = {0};

	(void)ses_json_get(block, "type", &type);
	if (ses_json_is(&type, "text"))
		return ses_tell_text(t, role, SES_EVENT_TEXT, block);
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(block, "thinking", &v))
		return ses_tell_text(t, role, SES_EVENT_THINKING, &v);
	if (ses_json_is(&type, "toolCall")) {
		(void)ses_json_get(block, "name", &name);
		(void)ses_json_get(block, "arguments", &v);
		return ses_tell_call(t, &name, &v);
	}
	if (ses_json_is(&type, "image"))
		return ses_tell_text(t, role, SES_EVENT_OTHER, block);
	return 0;
}

static int
message(struct ses_teller *t, const struct ses_json *m)
{
	struct ses_json role = {0};
	struct ses_json content = {0};
	struct ses_json block = {0};
	struct ses_json_walk w;
	int who;
	int rc = 0;

	(void)ses_json_get(m, "role", &role);
	if (!ses_json_get(m, "content", &content))
		return 0;
	if (ses_json_is(&role, "toolResult"))
		return ses_tell_text(
		    t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &content);
	if (ses_json_is(&role, "user"))
		who = SES_ROLE_USER;
	else if (ses_json_is(&role, "assistant"))
		who = SES_ROLE_ASSISTANT;
	else if (ses_json_is(&role, "system"))
		who = SES_ROLE_SYSTEM;
	else
		return 0;
	if (content.type == '"')
		return ses_tell_text(t, who, SES_EVENT_TEXT, &content);
	ses_json_walk(&w, &content);
	if (content.type == '[')
		while (rc == 0 && ses_json_next(&w, NULL, &block))
			rc = one_block(t, who, &block);
	return rc;
}

/* A trajectory tells what went to the model and what came back. */
static int
completed(struct ses_teller *t, const struct ses_json *data)
{
	struct ses_json texts = {0};
	struct ses_json v = {0};
	struct ses_json_walk w;
	int rc = 0;

	(void)ses_json_get(data, "assistantTexts", &texts);
	ses_json_walk(&w, &texts);
	if (texts.type == '[')
		while (rc == 0 && ses_json_next(&w, NULL, &v))
			rc = ses_tell_text(
			    t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &v);
	return rc;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [TS] = SES_LINE_FIELD("ts"),
	    [MESSAGE] = SES_LINE_FIELD("message"),
	    [SUMMARY] = SES_LINE_FIELD("summary"),
	    [DATA] = SES_LINE_FIELD("data")};
	const struct ses_json *type = &f[TYPE].value;
	struct ses_json times[2];
	struct ses_json v = {0};

	ses_line_fields(object, f, N_FIELDS);
	times[0] = f[TIME].value;
	times[1] = f[TS].value;
	ses_tell_time(t, times, 2);
	if (ses_json_is(type, "message"))
		return message(t, &f[MESSAGE].value);
	if (ses_json_is(type, "compaction") && f[SUMMARY].value.type == '"')
		return ses_tell_text(
		    t, SES_ROLE_SYSTEM, SES_EVENT_TEXT, &f[SUMMARY].value);
	if (ses_json_is(type, "prompt.submitted") &&
	    ses_json_get(&f[DATA].value, "prompt", &v))
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &v);
	if (ses_json_is(type, "model.completed"))
		return completed(t, &f[DATA].value);
	return 0;
}

int
ses_openclaw_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller t = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &t);

	ses_tell_end(&t);
	return rc;
}
