/*
 * What a message says whose content is a list of blocks, as the interfaces of
 * the providers have them and most agents write them down: in a line of its
 * own, or all of them in one document.
 */
#include <string.h>

#include "harness/blocks.h"
#include "harness/generic.h"
#include "harness/line.h"
#include "harness/tell.h"

/* The first member of these names that is there. */
static struct ses_json
first_of(const struct ses_json *object, const char *const *names)
{
	struct ses_json v = {0};

	for (; *names != NULL && v.type == '\0'; names++)
		(void)ses_json_get(object, *names, &v);
	return v;
}

static const char *const ids[] = {"id", "toolCallId", "tool_call_id", NULL};
static const char *const tools[] = {"name", "toolName", "tool_name", NULL};
static const char *const inputs[] = {
    "input", "arguments", "args", "parameters", NULL};
static const char *const results[] = {
    "tool_use_id", "toolUseID", "toolCallId", "tool_call_id", NULL};
static const char *const outputs[] = {
    "content", "output", "result", "text", NULL};

static int
call(struct ses_teller *t, const struct ses_json *block)
{
	struct ses_json name = first_of(block, tools);
	struct ses_json input = first_of(block, inputs);
	struct ses_json id = first_of(block, ids);

	t->e.call = ses_tell_string(&id);
	return ses_tell_call(t, &name, &input);
}

/* What was given back in pieces that are no blocks: {"query","result"}. */
static int
pieces(struct ses_teller *t, const struct ses_json *list)
{
	static const char *const texts[] = {
	    "text", "result", "content", "output", NULL};
	struct ses_json_walk w;
	struct ses_json one = {0};
	struct ses_json v;
	int rc = 0;

	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		v = first_of(&one, texts);
		if (v.type == '"')
			rc = ses_tell_text(
			    t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &v);
	}
	return rc;
}

/* Whether the first of a list is an object without a type. */
static int
is_pieces(const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};
	struct ses_json type = {0};

	if (list->type != '[')
		return 0;
	ses_json_walk(&w, list);
	return ses_json_next(&w, NULL, &one) && one.type == '{' &&
	       !ses_json_get(&one, "type", &type);
}

/* What a tool gave back stands in the block, or in "run" of it. */
static int
result(struct ses_teller *t, const struct ses_json *block)
{
	struct ses_json id = first_of(block, results);
	struct ses_json what = first_of(block, outputs);
	struct ses_json run = {0};
	struct ses_json v = {0};
	size_t before;
	int rc;

	t->e.call = ses_tell_string(&id);
	(void)ses_json_get(block, "is_error", &v);
	if (v.type == '\0')
		(void)ses_json_get(block, "isError", &v);
	t->e.failed = v.type == 't';
	if (what.type == '\0' && ses_json_get(block, "run", &run)) {
		what = first_of(&run, outputs);
		(void)ses_json_get(&run, "status", &v);
		t->e.failed = ses_json_is(&v, "error");
	}
	if (what.type == '{') {
		v = first_of(&what,
		    (const char *const[]){"output", "value", "content", NULL});
		if (v.type == '"')
			what = v;
	}
	before = t->told;
	rc = is_pieces(&what) ? pieces(t, &what) : 0;
	/* there was a result, whatever it says */
	return rc != 0 || t->told > before
		   ? rc
		   : ses_tell_content(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
			 &what, ses_tell_any_image);
}

static int
is_one_of(const struct ses_json *type, const char *const *names)
{
	for (; *names != NULL; names++)
		if (ses_json_is(type, *names))
			return 1;
	return 0;
}

/* A block of text.  Zencoder's has a tag where the user did not type it,
 * Codebuff's calls it content. */
static int
text_of(struct ses_teller *t, int role, const struct ses_json *block)
{
	struct ses_json tag = {0};
	struct ses_json kind = {0};
	struct ses_json v =
	    first_of(block, (const char *const[]){"text", "content", NULL});

	if (role == SES_ROLE_USER && ses_json_get(block, "tag", &tag) &&
	    tag.type == '"' && tag.len > 2 && !ses_json_is(&tag, "user-input"))
		role = SES_ROLE_SYSTEM;
	(void)ses_json_get(block, "textType", &kind);
	return v.type != '"'
		   ? 0
		   : ses_tell_text(t, role,
			 ses_json_is(&kind, "reasoning") ? SES_EVENT_THINKING
							 : SES_EVENT_TEXT,
			 &v);
}

/* Codebuff's: a call and, when it has come, what that gave back. */
static int
call_and_result(struct ses_teller *t, const struct ses_json *block)
{
	struct ses_json v = {0};
	int rc = call(t, block);

	return rc == 0 && ses_json_get(block, "output", &v) ? result(t, block)
							    : rc;
}

static int
one_block(struct ses_teller *t, int role, const struct ses_json *block)
{
	static const char *const text[] = {
	    "text", "input_text", "output_text", NULL};
	static const char *const thinking[] = {
	    "thinking", "reasoning", "think", NULL};
	static const char *const calls[] = {"tool_use", "tool-call", "toolCall",
	    "tool_call", "server_tool_use", NULL};
	static const char *const back[] = {
	    "tool_result", "tool-result", "toolResult", NULL};
	struct ses_json type = {0};
	struct ses_json media = {0};
	struct ses_json v = {0};

	if (block->type == '"')
		return ses_tell_text(t, role, SES_EVENT_TEXT, block);
	(void)ses_json_get(block, "type", &type);
	if (is_one_of(&type, text))
		return text_of(t, role, block);
	if (ses_json_is(&type, "tool"))
		return call_and_result(t, block);
	if (ses_json_is(&type, "agent") && ses_json_get(block, "content", &v))
		return ses_tell_text(t, role, SES_EVENT_TEXT, &v);
	if (is_one_of(&type, thinking)) {
		v = first_of(block,
		    (const char *const[]){"thinking", "think", "text", NULL});
		return v.type != '"'
			   ? 0
			   : ses_tell_text(t, role, SES_EVENT_THINKING, &v);
	}
	if (is_one_of(&type, calls))
		return call(t, block);
	if (is_one_of(&type, back))
		return result(t, block);
	return ses_tell_any_image(block, &media, &v)
		   ? ses_tell_image(t, role, &media, &v)
		   : 0;
}

static int
content_of(struct ses_teller *t, int role, const struct ses_json *content)
{
	struct ses_json_walk w;
	struct ses_json block = {0};
	int rc = 0;

	if (content->type == '"')
		return content->len <= 2
			   ? 0
			   : ses_tell_text(t, role, SES_EVENT_TEXT, content);
	if (content->type != '[')
		return 0;
	ses_json_walk(&w, content);
	while (rc == 0 && ses_json_next(&w, NULL, &block))
		rc = one_block(t, role, &block);
	return rc;
}

/* As OpenAI has them, beside the content: {"id","function":{"name",
 * "arguments"}}. */
static int
calls_of(struct ses_teller *t, const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};
	struct ses_json function = {0};
	int rc = 0;

	if (list->type != '[')
		return 0;
	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		if (ses_json_get(&one, "function", &function))
			rc = ses_tell_call_of(t, &one, "id", "function.name",
			    "function.arguments");
		else
			rc = call(t, &one);
	}
	return rc;
}

/* As Continue has them, beside the message: what each call gave back. */
static int
states_of(struct ses_teller *t, const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};
	struct ses_json output = {0};
	int rc = 0;

	if (list->type != '[')
		return 0;
	ses_json_walk(&w, list);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		struct ses_json id = {0};

		(void)ses_json_get(&one, "toolCallId", &id);
		if (!ses_json_get(&one, "output", &output))
			continue;
		t->e.call = ses_tell_string(&id);
		rc = is_pieces(&output) ? pieces(t, &output)
					: ses_tell_text(t, SES_ROLE_TOOL,
					      SES_EVENT_TOOL_RESULT, &output);
	}
	return rc;
}

static int
role_of(const struct ses_json *v)
{
	static const struct {
		const char *name;
		int role;
	} names[] = {{"user", SES_ROLE_USER}, {"human", SES_ROLE_USER},
	    {"assistant", SES_ROLE_ASSISTANT}, {"ai", SES_ROLE_ASSISTANT},
	    {"model", SES_ROLE_ASSISTANT}, {"system", SES_ROLE_SYSTEM},
	    {"error", SES_ROLE_SYSTEM}, {"tool", SES_ROLE_TOOL}};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ses_json_is(v, names[i].name))
			return names[i].role;
	return SES_ROLE_OTHER;
}

enum {
	ROLE,
	TYPE,
	VARIANT,
	CONTENT,
	BLOCKS,
	MESSAGE,
	CALLS,
	CAMEL_CALLS,
	STATES,
	REASONING,
	CALL_ID,
	ID,
	UUID,
	PARENT_UUID,
	PARENT_ID,
	MODEL,
	USAGE,
	TIME,
	CREATED,
	TS,
	IS_META,
	INJECTED,
	N_FIELDS
};
#define FIELDS                                                                 \
	{                                                                      \
		[ROLE] = SES_LINE_FIELD("role"),                               \
		[TYPE] = SES_LINE_FIELD("type"),                               \
		[VARIANT] = SES_LINE_FIELD("variant"),                         \
		[CONTENT] = SES_LINE_FIELD("content"),                         \
		[BLOCKS] = SES_LINE_FIELD("blocks"),                           \
		[MESSAGE] = SES_LINE_FIELD("message"),                         \
		[CALLS] = SES_LINE_FIELD("tool_calls"),                        \
		[CAMEL_CALLS] = SES_LINE_FIELD("toolCalls"),                   \
		[STATES] = SES_LINE_FIELD("toolCallStates"),                   \
		[REASONING] = SES_LINE_FIELD("reasoning_content"),             \
		[CALL_ID] = SES_LINE_FIELD("tool_call_id"),                    \
		[ID] = SES_LINE_FIELD("id"), [UUID] = SES_LINE_FIELD("uuid"),  \
		[PARENT_UUID] = SES_LINE_FIELD("parentUuid"),                  \
		[PARENT_ID] = SES_LINE_FIELD("parentId"),                      \
		[MODEL] = SES_LINE_FIELD("model"),                             \
		[USAGE] = SES_LINE_FIELD("usage"),                             \
		[TIME] = SES_LINE_FIELD("timestamp"),                          \
		[CREATED] = SES_LINE_FIELD("createdAt"),                       \
		[TS] = SES_LINE_FIELD("ts"),                                   \
		[IS_META] = SES_LINE_FIELD("isMeta"),                          \
		[INJECTED] = SES_LINE_FIELD("injected"),                       \
	}

static int
spent(struct ses_teller *t, const struct ses_json *usage)
{
	static const struct ses_tell_tokens words[] = {
	    {.input = "input_tokens",
		.output = "output_tokens",
		.cache_read = "cache_read_input_tokens",
		.cache_write = "cache_creation_input_tokens"},
	    {.input = "inputTokens",
		.output = "outputTokens",
		.cache_read = "cacheReadInputTokens",
		.cache_write = "cacheCreationInputTokens"}};
	size_t before = t->told;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && t->told == before && i < 2; i++)
		rc = ses_tell_usage(t, usage, &words[i]);
	return rc;
}

static int
has_elements(const struct ses_json *list)
{
	struct ses_json_walk w;
	struct ses_json one = {0};

	ses_json_walk(&w, list);
	return list->type == '[' && ses_json_next(&w, NULL, &one);
}

/* The message, which f are the members of. */
static int
say(struct ses_teller *t, int role, const struct ses_line_field *f)
{
	const struct ses_json *content = &f[CONTENT].value;
	int rc = 0;

	/* Codebuff's answers, whose content may repeat it; some have no more
	 * than that */
	if (role == SES_ROLE_ASSISTANT && has_elements(&f[BLOCKS].value))
		content = &f[BLOCKS].value;
	t->e.model = ses_tell_string(&f[MODEL].value);
	if (role == SES_ROLE_TOOL &&
	    (content->type == '"' || f[CALL_ID].value.type == '"')) {
		t->e.call = ses_tell_string(&f[CALL_ID].value);
		return ses_tell_content(t, role, SES_EVENT_TOOL_RESULT, content,
		    ses_tell_any_image);
	}
	if (f[REASONING].value.type == '"' && f[REASONING].value.len > 2)
		rc = ses_tell_text(
		    t, role, SES_EVENT_THINKING, &f[REASONING].value);
	if (rc == 0)
		rc = content_of(t, role, content);
	if (rc == 0)
		rc = calls_of(t, &f[CALLS].value);
	if (rc == 0)
		rc = calls_of(t, &f[CAMEL_CALLS].value);
	return rc == 0 ? spent(t, &f[USAGE].value) : rc;
}

static int
message(struct ses_teller *t, const struct ses_json *v)
{
	struct ses_line_field f[N_FIELDS] = FIELDS;
	struct ses_line_field inner[N_FIELDS] = FIELDS;
	const struct ses_line_field *m = f;
	int role;
	int rc;

	ses_line_fields(v, f, N_FIELDS);
	if (f[MESSAGE].value.type == '{') {
		ses_line_fields(&f[MESSAGE].value, inner, N_FIELDS);
		m = inner;
	}
	role = role_of(&m[ROLE].value);
	if (role == SES_ROLE_OTHER)
		role = role_of(&f[ROLE].value);
	if (role == SES_ROLE_OTHER)
		role = role_of(&f[TYPE].value);
	if (role == SES_ROLE_OTHER)
		role = role_of(&f[VARIANT].value);
	if (role == SES_ROLE_OTHER)
		return 0;
	if (role == SES_ROLE_USER &&
	    (f[IS_META].value.type == 't' || f[INJECTED].value.type == 't'))
		role = SES_ROLE_SYSTEM;
	ses_tell_begin(t);
	t->e.time = f[TIME].value.type != '\0'      ? f[TIME].value
		    : f[CREATED].value.type != '\0' ? f[CREATED].value
						    : f[TS].value;
	t->e.line = ses_tell_string(
	    f[UUID].value.type == '"' ? &f[UUID].value : &f[ID].value);
	t->e.parent = ses_tell_string(f[PARENT_UUID].value.type == '"'
					  ? &f[PARENT_UUID].value
					  : &f[PARENT_ID].value);
	if (m != f)
		t->e.message = ses_tell_string(&m[ID].value);
	rc = say(t, role, m);
	return rc == 0 ? states_of(t, &f[STATES].value) : rc;
}

/* Of a document the messages; of a line the message. */
static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_json_walk w;
	struct ses_json list = *object;
	struct ses_json v = {0};
	int rc = 0;

	if (object->type == '{' &&
	    (!ses_json_get(object, "messages", &list) || list.type != '[') &&
	    (!ses_json_get(object, "history", &list) || list.type != '['))
		return message(t, object);
	ses_json_walk(&w, &list);
	while (rc == 0 && ses_json_next(&w, NULL, &v))
		rc = message(t, &v);
	return rc;
}

int
ses_blocks_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller t = {.each = each, .arg = arg};
	struct ses_json v = {0};
	int rc;

	(void)self;
	(void)ses_json_peek(line, len, &v);
	if (v.type != '[')
		return ses_tell_objects(
		    line, len, NULL, 0, one_object, each, arg);
	rc = one_object(&t, &v);
	ses_tell_end(&t);
	return rc;
}

/* Count what is told, and hand it on. */
struct counted {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	size_t n;
};

static int
count(void *arg, const struct ses_event *e)
{
	struct counted *c = arg;

	c->n += e->kind != SES_EVENT_OTHER;
	return c->each(c->arg, e);
}

int
ses_user_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct counted c = {each, arg, 0};
	int rc = ses_blocks_events(self, line, len, count, &c);

	return rc != 0 || c.n > 0
		   ? rc
		   : ses_generic.events(&ses_generic, line, len, each, arg);
}
