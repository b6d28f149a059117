/*
 * What a line of Gemini CLI or of Qwen Code says.  Gemini writes a message
 * again when its tools have run: then only the calls are told, and their
 * results by the message to the model that follows.
 */
#include <string.h>

#include "harness/gemini.h"
#include "harness/line.h"
#include "harness/tell.h"

static const struct ses_tell_tokens gemini_tokens = {.input = "input",
    .output = "output",
    .cache_read = "cached",
    .cache_is_input = 1};
static const struct ses_tell_tokens qwen_tokens = {.input = "promptTokenCount",
    .output = "candidatesTokenCount",
    .cache_read = "cachedContentTokenCount",
    .cache_is_input = 1};

static int
call(struct ses_teller *t, const struct ses_json *what)
{
	return ses_tell_call_of(t, what, "id", "name", "args");
}

/* "response" is what the tool gave back: {"output":"..."}, {"error":"..."}, or
 * whatever the tool likes. */
static int
result(struct ses_teller *t, const struct ses_json *what)
{
	struct ses_json id = {0};
	struct ses_json response = {0};
	struct ses_json v = {0};

	(void)ses_json_get(what, "id", &id);
	(void)ses_json_get(what, "response", &response);
	t->e.call = ses_tell_string(&id);
	if (!ses_json_get(&response, "output", &v) &&
	    ses_json_get(&response, "error", &v))
		t->e.failed = 1;
	return ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
	    v.type != '\0' ? &v : &response);
}

static int
image(struct ses_teller *t, int role, const struct ses_json *what)
{
	struct ses_json media = {0};
	struct ses_json data = {0};

	(void)ses_json_get(what, "mimeType", &media);
	if (!ses_json_get(what, "data", &data))
		return 0;
	return ses_tell_image(t, role, &media, &data);
}

enum { TEXT, THOUGHT, CALL, RESULT, DATA, N_PART };

static int
part(struct ses_teller *t, int role, const struct ses_json *v)
{
	struct ses_line_field f[N_PART] = {[TEXT] = SES_LINE_FIELD("text"),
	    [THOUGHT] = SES_LINE_FIELD("thought"),
	    [CALL] = SES_LINE_FIELD("functionCall"),
	    [RESULT] = SES_LINE_FIELD("functionResponse"),
	    [DATA] = SES_LINE_FIELD("inlineData")};

	if (v->type == '"')
		return ses_tell_text(t, role, SES_EVENT_TEXT, v);
	ses_line_fields(v, f, N_PART);
	if (f[CALL].value.type == '{')
		return call(t, &f[CALL].value);
	if (f[RESULT].value.type == '{')
		return result(t, &f[RESULT].value);
	if (f[DATA].value.type == '{')
		return image(t, role, &f[DATA].value);
	if (f[TEXT].value.type != '"' || f[TEXT].value.len <= 2)
		return 0;
	return ses_tell_text(t, role,
	    f[THOUGHT].value.type == 't' ? SES_EVENT_THINKING : SES_EVENT_TEXT,
	    &f[TEXT].value);
}

static int
parts(struct ses_teller *t, int role, const struct ses_json *content)
{
	struct ses_json_walk w;
	struct ses_json v = {0};
	int rc = 0;

	if (content->type == '"')
		return content->len <= 2
			   ? 0
			   : ses_tell_text(t, role, SES_EVENT_TEXT, content);
	if (content->type == '{')
		return part(t, role, content);
	if (content->type != '[')
		return 0;
	ses_json_walk(&w, content);
	while (rc == 0 && ses_json_next(&w, NULL, &v))
		rc = part(t, role, &v);
	return rc;
}

enum { TYPE, ID, TIME, CONTENT, THOUGHTS, CALLS, TOKENS, MODEL, N_SAID };
#define SAID                                                                   \
	{                                                                      \
		[TYPE] = SES_LINE_FIELD("type"), [ID] = SES_LINE_FIELD("id"),  \
		[TIME] = SES_LINE_FIELD("timestamp"),                          \
		[CONTENT] = SES_LINE_FIELD("content"),                         \
		[THOUGHTS] = SES_LINE_FIELD("thoughts"),                       \
		[CALLS] = SES_LINE_FIELD("toolCalls"),                         \
		[TOKENS] = SES_LINE_FIELD("tokens"),                           \
		[MODEL] = SES_LINE_FIELD("model")                              \
	}

static int
role_of(const struct ses_json *type)
{
	return ses_json_is(type, "user")     ? SES_ROLE_USER
	       : ses_json_is(type, "gemini") ? SES_ROLE_ASSISTANT
					     : SES_ROLE_SYSTEM;
}

/* Each has a subject and a description. */
static int
thoughts(struct ses_teller *t, const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};
	struct ses_json v = {0};
	int rc = 0;

	if (list->type != '[')
		return 0;
	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one))
		if (ses_json_get(&one, "description", &v) ||
		    ses_json_get(&one, "subject", &v))
			rc = ses_tell_text(
			    t, SES_ROLE_ASSISTANT, SES_EVENT_THINKING, &v);
	return rc;
}

/* The calls of a message; of a document, in which no other message has them,
 * the results too. */
static int
calls(struct ses_teller *t, const struct ses_json *list, int in_document)
{
	struct ses_json_walk w;
	struct ses_json_walk of;
	struct ses_json one = {0};
	struct ses_json got = {0};
	struct ses_json v = {0};
	int rc = 0;

	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		rc = call(t, &one);
		if (!in_document || !ses_json_get(&one, "result", &got))
			continue;
		ses_json_walk(&of, &got);
		while (rc == 0 && ses_json_next(&of, NULL, &v))
			rc = part(t, SES_ROLE_TOOL, &v);
	}
	return rc;
}

static int
message(struct ses_teller *t, const struct ses_json *v, int in_document)
{
	struct ses_line_field f[N_SAID] = SAID;
	int has_calls;
	int role;
	int rc = 0;

	ses_line_fields(v, f, N_SAID);
	if (f[TYPE].value.type != '"' || f[ID].value.type != '"')
		return 0;
	ses_tell_begin(t);
	ses_tell_time(t, &f[TIME].value, 1);
	role = role_of(&f[TYPE].value);
	t->e.model = ses_tell_string(&f[MODEL].value);
	if (role == SES_ROLE_ASSISTANT)
		t->e.message = ses_tell_string(&f[ID].value);
	has_calls = f[CALLS].value.type == '[';
	if (!has_calls || in_document) {
		rc = thoughts(t, &f[THOUGHTS].value);
		if (rc == 0)
			rc = parts(t, role, &f[CONTENT].value);
	}
	if (rc == 0 && has_calls)
		rc = calls(t, &f[CALLS].value, in_document);
	if (rc == 0)
		rc = ses_tell_usage(t, &f[TOKENS].value, &gemini_tokens);
	return rc;
}

/* "messages" is all that the agent knows from here on: what was said, again,
 * or, in place of the context that it begins with else, what became of it when
 * it was compressed. */
static int
known(struct ses_teller *t, const struct ses_json *messages)
{
	struct ses_json_walk w;
	struct ses_json first = {0};
	struct ses_json v = {0};
	struct ses_json text = {0};
	struct ses_json block = {0};

	ses_json_walk(&w, messages);
	if (!ses_json_next(&w, NULL, &first) ||
	    !ses_json_get(&first, "content", &v))
		return 0;
	text = v;
	if (v.type == '[') {
		ses_json_walk(&w, &v);
		if (!ses_json_next(&w, NULL, &block) ||
		    !ses_json_get(&block, "text", &text))
			return 0;
	}
	if (text.type != '"' || ses_line_injected(&text))
		return 0;
	ses_tell_begin(t);
	return ses_tell_text(t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, &text);
}

static int
gemini_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_json_walk w;
	struct ses_json set = {0};
	struct ses_json list = {0};
	struct ses_json v = {0};
	int rc = 0;

	if (ses_json_get(object, "$set", &set))
		return ses_json_get(&set, "messages", &list) && list.type == '['
			   ? known(t, &list)
			   : 0;
	if (!ses_json_get(object, "messages", &list) || list.type != '[')
		return message(t, object, 0);
	ses_json_walk(&w, &list);
	while (rc == 0 && ses_json_next(&w, NULL, &v))
		rc = message(t, &v, 1);
	return rc;
}

int
ses_gemini_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	(void)self;
	return ses_tell_objects(line, len, NULL, 0, gemini_object, each, arg);
}

enum { Q_TYPE, Q_TIME, Q_UUID, Q_PARENT, Q_MODEL, Q_MESSAGE, Q_USAGE, N_QWEN };

static int
qwen_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_line_field f[N_QWEN] = {[Q_TYPE] = SES_LINE_FIELD("type"),
	    [Q_TIME] = SES_LINE_FIELD("timestamp"),
	    [Q_UUID] = SES_LINE_FIELD("uuid"),
	    [Q_PARENT] = SES_LINE_FIELD("parentUuid"),
	    [Q_MODEL] = SES_LINE_FIELD("model"),
	    [Q_MESSAGE] = SES_LINE_FIELD("message"),
	    [Q_USAGE] = SES_LINE_FIELD("usageMetadata")};
	const struct ses_json *type = &f[Q_TYPE].value;
	struct ses_json content = {0};
	int role;
	int rc;

	ses_line_fields(object, f, N_QWEN);
	if (type->type != '"')
		return 0;
	ses_tell_begin(t);
	ses_tell_time(t, &f[Q_TIME].value, 1);
	t->e.line = ses_tell_string(&f[Q_UUID].value);
	t->e.parent = ses_tell_string(&f[Q_PARENT].value);
	t->e.model = ses_tell_string(&f[Q_MODEL].value);
	role = ses_json_is(type, "user")        ? SES_ROLE_USER
	       : ses_json_is(type, "assistant") ? SES_ROLE_ASSISTANT
	       : ses_json_is(type, "system")    ? SES_ROLE_SYSTEM
						: SES_ROLE_TOOL;
	(void)ses_json_get(&f[Q_MESSAGE].value, "parts", &content);
	rc = parts(t, role, &content);
	if (rc == 0)
		rc = ses_tell_usage(t, &f[Q_USAGE].value, &qwen_tokens);
	/* what says nothing may have lines that follow it */
	if (rc == 0 && t->told == 0 && t->e.line.type == '"')
		rc = ses_tell(t, SES_ROLE_OTHER, SES_EVENT_OTHER);
	return rc;
}

int
ses_qwen_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	(void)self;
	return ses_tell_objects(line, len, NULL, 0, qwen_object, each, arg);
}
