/* What a line of an OpenClaw transcript, or of a trajectory, says. */
#include "harness/line.h"
#include "harness/openclaw.h"
#include "harness/tell.h"

static const struct ses_tell_tokens tokens = {.input = "input",
    .output = "output",
    .cache_read = "cacheRead",
    .cache_write = "cacheWrite"};

static int
one_block(struct ses_teller *t, int role, const struct ses_json *block)
{
	struct ses_json type = {0};
	struct ses_json media;
	struct ses_json v = {0};

	(void)ses_json_get(block, "type", &type);
	if (ses_json_is(&type, "text"))
		return ses_tell_text(t, role, SES_EVENT_TEXT, block);
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(block, "thinking", &v))
		return ses_tell_text(t, role, SES_EVENT_THINKING, &v);
	if (ses_json_is(&type, "toolCall"))
		return ses_tell_call_of(t, block, "id", "name", "arguments");
	if (ses_tell_pi_image(block, &media, &v))
		return ses_tell_image(t, role, &media, &v);
	if (ses_json_is(&type, "image"))
		return ses_tell_text(t, role, SES_EVENT_OTHER, block);
	return 0;
}

static int
blocks(struct ses_teller *t, int role, const struct ses_json *content)
{
	struct ses_json_walk w;
	struct ses_json block = {0};
	int rc = 0;

	if (content->type == '"')
		return ses_tell_text(t, role, SES_EVENT_TEXT, content);
	if (content->type != '[')
		return 0;
	ses_json_walk(&w, content);
	while (rc == 0 && ses_json_next(&w, NULL, &block))
		rc = one_block(t, role, &block);
	return rc;
}

enum { ROLE, CONTENT, MODEL, USAGE, RESPONSE, CALL, ERROR, N_MESSAGE };

static int
message(struct ses_teller *t, const struct ses_line_field f[N_MESSAGE])
{
	const struct ses_json *role = &f[ROLE].value;
	const struct ses_json *content = &f[CONTENT].value;
	int rc;

	if (content->type != '\0' && ses_json_is(role, "toolResult")) {
		t->e.call = ses_tell_string(&f[CALL].value);
		t->e.failed = f[ERROR].value.type == 't';
		return ses_tell_content(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
		    content, ses_tell_pi_image);
	}
	if (ses_json_is(role, "user"))
		return blocks(t, SES_ROLE_USER, content);
	if (ses_json_is(role, "system"))
		return blocks(t, SES_ROLE_SYSTEM, content);
	if (!ses_json_is(role, "assistant"))
		return 0;
	t->e.model = ses_tell_string(&f[MODEL].value);
	t->e.message = ses_tell_string(&f[RESPONSE].value);
	rc = blocks(t, SES_ROLE_ASSISTANT, content);
	if (rc == 0)
		rc = ses_tell_usage(t, &f[USAGE].value, &tokens);
	return rc;
}

/* A trajectory tells what went to the model and what came back; of the tokens
 * its transcript tells, too. */
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

enum {
	TYPE,
	TIME,
	TS,
	MESSAGE,
	SUMMARY,
	DATA,
	LINE,
	PARENT,
	MODEL_ID,
	N_FIELDS
};

static int
said(struct ses_teller *t, const struct ses_line_field f[N_FIELDS])
{
	const struct ses_json *type = &f[TYPE].value;
	struct ses_json v = {0};

	if (ses_json_is(type, "message"))
		return message(t, f[MESSAGE].inner);
	if (ses_json_is(type, "compaction") && f[SUMMARY].value.type == '"')
		return ses_tell_text(t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION,
		    &f[SUMMARY].value);
	if (ses_json_is(type, "prompt.submitted") &&
	    ses_json_get(&f[DATA].value, "prompt", &v))
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &v);
	/* of which model all is that follows, or this one answer */
	t->e.model = ses_tell_string(&f[MODEL_ID].value);
	return ses_json_is(type, "model.completed")
		   ? completed(t, &f[DATA].value)
		   : 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_json times[2];
	int rc;

	(void)object;
	ses_tell_begin(t);
	times[0] = f[TIME].value;
	times[1] = f[TS].value;
	ses_tell_time(t, times, 2);
	/* the first line has the session's id */
	if (!ses_json_is(&f[TYPE].value, "session")) {
		t->e.line = ses_tell_string(&f[LINE].value);
		t->e.parent = ses_tell_string(&f[PARENT].value);
	}
	rc = said(t, f);
	/* what says nothing may have lines that follow it */
	if (rc == 0 && t->told == 0 &&
	    (t->e.line.type == '"' || t->e.model.type == '"'))
		rc = ses_tell(t, SES_ROLE_OTHER, SES_EVENT_OTHER);
	return rc;
}

int
ses_openclaw_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field m[N_MESSAGE] = {[ROLE] = SES_LINE_FIELD("role"),
	    [CONTENT] = SES_LINE_FIELD("content"),
	    [MODEL] = SES_LINE_FIELD("model"),
	    [USAGE] = SES_LINE_FIELD("usage"),
	    [RESPONSE] = SES_LINE_FIELD("responseId"),
	    [CALL] = SES_LINE_FIELD("toolCallId"),
	    [ERROR] = SES_LINE_FIELD("isError")};
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [TS] = SES_LINE_FIELD("ts"),
	    [MESSAGE] = SES_LINE_INNER("message", m),
	    [SUMMARY] = SES_LINE_FIELD("summary"),
	    [DATA] = SES_LINE_FIELD("data"),
	    [LINE] = SES_LINE_FIELD("id"),
	    [PARENT] = SES_LINE_FIELD("parentId"),
	    [MODEL_ID] = SES_LINE_FIELD("modelId")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
