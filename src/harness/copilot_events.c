/* What a line of Copilot CLI says. */
#include "harness/blocks.h"
#include "harness/line.h"
#include "harness/tell.h"

static int
calls(struct ses_teller *t, const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};
	int rc = 0;

	if (list->type != '[')
		return 0;
	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one))
		rc = ses_tell_call_of(
		    t, &one, "toolCallId", "name", "arguments");
	return rc;
}

/* The result is a text, or has one: {"content":"..."}. */
static int
result(struct ses_teller *t, const struct ses_json *data)
{
	struct ses_json id = {0};
	struct ses_json v = {0};
	struct ses_json text = {0};

	(void)ses_json_get(data, "toolCallId", &id);
	t->e.call = ses_tell_string(&id);
	(void)ses_json_get(data, "success", &v);
	t->e.failed = v.type == 'f';
	if (!ses_json_get(data, "result", &v))
		(void)ses_json_get(data, "error", &v);
	if (v.type == '{' && (ses_json_get(&v, "content", &text) ||
				 ses_json_get(&v, "message", &text)))
		v = text;
	return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &v);
}

static int
assistant(struct ses_teller *t, const struct ses_json *data)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("content"),
	    SES_LINE_FIELD("reasoningText"), SES_LINE_FIELD("toolRequests"),
	    SES_LINE_FIELD("messageId"), SES_LINE_FIELD("model")};
	int rc = 0;

	ses_line_fields(data, f, 5);
	t->e.message = ses_tell_string(&f[3].value);
	t->e.model = ses_tell_string(&f[4].value);
	if (f[1].value.type == '"' && f[1].value.len > 2)
		rc = ses_tell_text(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING, &f[1].value);
	if (rc == 0 && f[0].value.type == '"' && f[0].value.len > 2)
		rc = ses_tell_text(
		    t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, &f[0].value);
	return rc == 0 ? calls(t, &f[2].value) : rc;
}

enum { TYPE, TIME, DATA, ID, PARENT, N_FIELDS };

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	const struct ses_json *type = &f[TYPE].value;
	struct ses_json text = {0};

	(void)object;
	ses_tell_begin(t);
	ses_tell_time(t, &f[TIME].value, 1);
	t->e.line = ses_tell_string(&f[ID].value);
	t->e.parent = ses_tell_string(&f[PARENT].value);
	if (ses_json_is(type, "user.message") &&
	    ses_json_get(&f[DATA].value, "content", &text))
		return ses_tell_text(t, SES_ROLE_USER, SES_EVENT_TEXT, &text);
	if (ses_json_is(type, "assistant.message"))
		return assistant(t, &f[DATA].value);
	if (ses_json_is(type, "tool.execution_complete"))
		return result(t, &f[DATA].value);
	return t->e.line.type == '"'
		   ? ses_tell(t, SES_ROLE_OTHER, SES_EVENT_OTHER)
		   : 0;
}

int
ses_copilot_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [DATA] = SES_LINE_FIELD("data"),
	    [ID] = SES_LINE_FIELD("id"),
	    [PARENT] = SES_LINE_FIELD("parentId")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
