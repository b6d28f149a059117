/* What a line of a Codex rollout says. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/codex.h"
#include "harness/line.h"
#include "harness/tell.h"

static int
message(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("role"),
	    SES_LINE_FIELD("content"), SES_LINE_FIELD("id")};
	const struct ses_json *content = &f[1].value;
	struct ses_json first = {0};

	ses_line_fields(item, f, 3);
	r->e.message = ses_tell_string(&f[2].value);
	if (content->type == '\0')
		return 0;
	if (ses_json_is(&f[0].value, "assistant"))
		return ses_tell_content(r, SES_ROLE_ASSISTANT, SES_EVENT_TEXT,
		    content, ses_tell_openai_image);
	if (!ses_json_is(&f[0].value, "user"))
		return 0;
	/* the context that Codex puts in has the user's role too */
	if (!ses_line_prompt(content, &first))
		return ses_tell_images(
		    r, SES_ROLE_USER, content, ses_tell_openai_image);
	return ses_tell_content(
	    r, SES_ROLE_USER, SES_EVENT_TEXT, content, ses_tell_openai_image);
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
	enum { ARGUMENTS, INPUT, ACTION, NAME, CALL, ID, N };
	struct ses_line_field f[N] = {[ARGUMENTS] = SES_LINE_FIELD("arguments"),
	    [INPUT] = SES_LINE_FIELD("input"),
	    [ACTION] = SES_LINE_FIELD("action"),
	    [NAME] = SES_LINE_FIELD("name"),
	    [CALL] = SES_LINE_FIELD("call_id"),
	    [ID] = SES_LINE_FIELD("id")};
	struct ses_json name;
	size_t args = ARGUMENTS;

	ses_line_fields(item, f, N);
	while (args < ACTION && f[args].value.type == '\0')
		args++;
	name = f[NAME].value;
	if (name.type == '\0')
		(void)ses_json_path(item, "function.name", &name);
	r->e.call = ses_tell_string(&f[CALL].value);
	if (r->e.call.type == '\0')
		r->e.call = ses_tell_string(&f[ID].value);
	return ses_tell_call(
	    r, name.type == '"' ? &name : type, &f[args].value);
}

/* Whether what stands before the output of a command says that it failed:
 * "Exit code: 1", or "Process exited with code 1" on a line further down. */
static int
says_failed(const struct ses_json *output)
{
	static const char exited[] = "\nProcess exited with code ";
	struct ses_json head = *output;
	struct ses_buf text = {0};
	const char *s;
	const char *end;
	const char *code = NULL;
	int failed;

	if (head.len > 256)
		head.len = 256;
	ses_json_text(&head, &text);
	s = ses_buf_cstr(&text);
	if (ses_str_starts(s, "Exit code: ")) {
		code = s + strlen("Exit code: ");
	} else if (ses_str_starts(s, "Chunk ID: ") ||
		   ses_str_starts(s, "Wall time: ")) {
		end = strstr(s, "\nOutput:");
		code = strstr(s, exited);
		if (code != NULL && (end == NULL || code < end))
			code += strlen(exited);
		else
			code = NULL;
	}
	failed = code != NULL && strtol(code, NULL, 10) != 0;
	ses_buf_free(&text);
	return failed;
}

/* What an object with an output says of its end. */
static int
told_failed(const struct ses_json *v)
{
	struct ses_json code = {0};

	if (ses_json_get(v, "success", &code))
		return code.type == 'f';
	if (!ses_json_path(v, "metadata.exit_code", &code) &&
	    !ses_json_get(v, "exit_code", &code))
		(void)ses_json_get(v, "exitCode", &code);
	return code.type == '0' && !(code.len == 1 && code.text[0] == '0');
}

static int
result(struct ses_teller *r, const struct ses_json *item)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("output"),
	    SES_LINE_FIELD("result"), SES_LINE_FIELD("call_id")};
	struct ses_json v;
	struct ses_json inner = {0};
	struct ses_json out = {0};

	ses_line_fields(item, f, 3);
	v = f[f[0].value.type == '\0' ? 1 : 0].value;
	if (v.type == '\0')
		return 0;
	r->e.call = ses_tell_string(&f[2].value);
	/* a string may hold {"output":"...","metadata":{"exit_code":1}} */
	if (v.type == '"' && v.len > 2 && v.text[1] == '{') {
		ses_buf_clear(&r->inner);
		ses_json_text(&v, &r->inner);
		(void)ses_json_peek(
		    ses_buf_cstr(&r->inner), r->inner.len, &inner);
		if (ses_json_get(&inner, "output", &out) &&
		    ses_json_get(&inner, "metadata", &out))
			v = inner;
	}
	r->e.failed = v.type == '{' ? told_failed(&v) : says_failed(&v);
	if (ses_json_get(&v, "stdout", &out) ||
	    ses_json_get(&v, "output", &out))
		v = out;
	return ses_tell_content(
	    r, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &v, ses_tell_openai_image);
}

/* An image that a model made. */
static int
made_image(struct ses_teller *r, const struct ses_json *item)
{
	static const struct ses_json untold = {0};
	struct ses_line_field f[] = {SES_LINE_FIELD("result"),
	    SES_LINE_FIELD("id"), SES_LINE_FIELD("revised_prompt")};
	struct ses_json data;

	ses_line_fields(item, f, 3);
	data = ses_tell_string(&f[0].value);
	if (data.type == '\0')
		return 0;
	r->e.call = ses_tell_string(&f[1].value);
	if (f[2].value.type == '"')
		ses_line_text(&f[2].value, &r->e.text);
	return ses_tell_image(r, SES_ROLE_ASSISTANT, &untold, &data);
}

static const struct {
	const char *type;
	char what; /* m message, r reasoning, c call, o output, i image */
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
    {"image_generation_call", 'i'},
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
		case 'i':
			return made_image(r, item);
		default:
			return result(r, item);
		}
	}
	return 0;
}

/* What Codex has spent so far.  It tells this several times over, and the last
 * answer's share of it too; the sum does not mind. */
static int
spent(struct ses_teller *r, const struct ses_json *payload)
{
	static const struct ses_tell_tokens tokens = {.input = "input_tokens",
	    .output = "output_tokens",
	    .cache_read = "cached_input_tokens",
	    .cache_write = "cache_write_input_tokens",
	    .cache_is_input = 1,
	    .is_total = 1};
	struct ses_json total = {0};

	(void)ses_json_path(payload, "info.total_token_usage", &total);
	return ses_tell_usage(r, &total, &tokens);
}

/* event_msg: mostly what the items say, once more. */
static int
one_message(struct ses_teller *r, const struct ses_json *payload)
{
	struct ses_json type = {0};
	struct ses_json v = {0};

	(void)ses_json_get(payload, "type", &type);
	if (ses_json_is(&type, "token_count"))
		return spent(r, payload);
	if (!ses_json_is(&type, "collab_agent_spawn_end") ||
	    !ses_json_get(payload, "new_thread_id", &v))
		return 0;
	r->e.agent = ses_tell_string(&v);
	(void)ses_json_get(payload, "call_id", &v);
	r->e.call = ses_tell_string(&v);
	return ses_tell(r, SES_ROLE_OTHER, SES_EVENT_OTHER);
}

enum { TYPE, TIME, PAYLOAD, N_FIELDS };

/* In old rollouts the items stand alone, without an envelope. */
static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *r = arg;
	const struct ses_line_field *f = r->fields;
	const struct ses_json *type = &f[TYPE].value;
	const struct ses_json *payload = &f[PAYLOAD].value;
	struct ses_json v = {0};

	ses_tell_begin(r);
	ses_tell_time(r, &f[TIME].value, 1);
	if (payload->type == '\0')
		return one_item(r, object);
	if (ses_json_is(type, "response_item"))
		return one_item(r, payload);
	if (ses_json_is(type, "event_msg"))
		return one_message(r, payload);
	if (ses_json_is(type, "compacted")) {
		(void)ses_json_get(payload, "message", &v);
		return ses_tell_text(
		    r, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, &v);
	}
	/* of which model all is that follows */
	if (!ses_json_is(type, "turn_context") ||
	    !ses_json_get(payload, "model", &v))
		return 0;
	r->e.model = ses_tell_string(&v);
	return ses_tell(r, SES_ROLE_OTHER, SES_EVENT_OTHER);
}

int
ses_codex_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [PAYLOAD] = SES_LINE_FIELD("payload")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
