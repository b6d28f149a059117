/* What a line of a Claude Code transcript says. */
#include <string.h>

#include "harness/claude_code.h"
#include "harness/line.h"
#include "harness/tell.h"

static const struct ses_tell_tokens tokens = {.input = "input_tokens",
    .output = "output_tokens",
    .cache_read = "cache_read_input_tokens",
    .cache_write = "cache_creation_input_tokens"};

enum { B_TYPE, TEXT, THINKING, NAME, ID, INPUT, CALL, CONTENT, ERROR, N_BLOCK };

static int
one_block(
    struct ses_teller *t, int role, int kind, const struct ses_json *block)
{
	struct ses_line_field f[N_BLOCK] = {[B_TYPE] = SES_LINE_FIELD("type"),
	    [TEXT] = SES_LINE_FIELD("text"),
	    [THINKING] = SES_LINE_FIELD("thinking"),
	    [NAME] = SES_LINE_FIELD("name"),
	    [ID] = SES_LINE_FIELD("id"),
	    [INPUT] = SES_LINE_FIELD("input"),
	    [CALL] = SES_LINE_FIELD("tool_use_id"),
	    [CONTENT] = SES_LINE_FIELD("content"),
	    [ERROR] = SES_LINE_FIELD("is_error")};
	const struct ses_json *type = &f[B_TYPE].value;
	struct ses_json media;
	struct ses_json data;

	ses_line_fields(block, f, N_BLOCK);
	if (ses_json_is(type, "text"))
		return ses_tell_text(t, role, kind,
		    f[TEXT].value.type == '"' ? &f[TEXT].value : block);
	if (ses_json_is(type, "thinking") && f[THINKING].value.type != '\0')
		return ses_tell_text(
		    t, role, SES_EVENT_THINKING, &f[THINKING].value);
	if (ses_json_is(type, "tool_use")) {
		t->e.call = ses_tell_string(&f[ID].value);
		return ses_tell_call(t, &f[NAME].value, &f[INPUT].value);
	}
	if (ses_json_is(type, "tool_result")) {
		t->e.call = ses_tell_string(&f[CALL].value);
		t->e.failed = f[ERROR].value.type == 't';
		return ses_tell_content(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
		    &f[CONTENT].value, ses_tell_anthropic_image);
	}
	if (ses_tell_anthropic_image(block, &media, &data))
		return ses_tell_image(t, role, &media, &data);
	if (ses_json_is(type, "image") || ses_json_is(type, "document"))
		return ses_tell_text(t, role, SES_EVENT_OTHER, block);
	return 0;
}

enum { MODEL, MESSAGE_ID, BLOCKS, USAGE, N_MESSAGE };

static int
message(struct ses_teller *t, int role, int kind,
    const struct ses_line_field f[N_MESSAGE])
{
	const struct ses_json *content = &f[BLOCKS].value;
	struct ses_json_walk w;
	struct ses_json block = {0};
	int made_up;
	int rc = 0;

	/* what the program itself says in a model's place */
	made_up = ses_json_is(&f[MODEL].value, "<synthetic>");
	if (!made_up)
		t->e.model = ses_tell_string(&f[MODEL].value);
	t->e.message = ses_tell_string(&f[MESSAGE_ID].value);
	if (content->type == '"')
		rc = ses_tell_text(t, role, kind, content);
	ses_json_walk(&w, content);
	while (
	    rc == 0 && content->type == '[' && ses_json_next(&w, NULL, &block))
		rc = one_block(t, role, kind, &block);
	if (rc == 0 && role == SES_ROLE_ASSISTANT && !made_up)
		rc = ses_tell_usage(t, &f[USAGE].value, &tokens);
	return rc;
}

enum {
	TYPE,
	SUBTYPE,
	TIME,
	META,
	SUMMARY,
	MESSAGE,
	LINE,
	PARENT,
	LOGICAL,
	SIDE,
	AGENT,
	RESULT,
	N_FIELDS
};

/* What holds for all events of the line. */
static void
begin(struct ses_teller *t, const struct ses_line_field f[N_FIELDS])
{
	const struct ses_line_field *agent;

	ses_tell_begin(t);
	ses_tell_time(t, &f[TIME].value, 1);
	t->e.line = ses_tell_string(&f[LINE].value);
	t->e.parent = ses_tell_string(&f[PARENT].value);
	if (t->e.parent.type == '\0') /* a compaction cuts the thread */
		t->e.parent = ses_tell_string(&f[LOGICAL].value);
	t->e.is_side = f[SIDE].value.type == 't';
	/* the subagent that a tool ran stands with what it answered */
	agent = f[RESULT].inner;
	if (agent->value.type == '\0')
		agent = f + AGENT;
	t->e.agent = ses_tell_string(&agent->value);
}

static int
said(struct ses_teller *t, const struct ses_line_field f[N_FIELDS])
{
	const struct ses_json *type = &f[TYPE].value;
	const struct ses_line_field *m = f[MESSAGE].inner;

	if (ses_json_is(type, "system") &&
	    ses_json_is(&f[SUBTYPE].value, "compact_boundary"))
		return ses_tell(t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION);
	if (f[META].value.type == 't') /* put in by the program */
		return 0;
	if (ses_json_is(type, "assistant"))
		return message(t, SES_ROLE_ASSISTANT, SES_EVENT_TEXT, m);
	if (!ses_json_is(type, "user"))
		return 0;
	return f[SUMMARY].value.type == 't'
		   ? message(t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, m)
		   : message(t, SES_ROLE_USER, SES_EVENT_TEXT, m);
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	int rc;

	(void)object;
	begin(t, f);
	rc = said(t, f);
	/* what says nothing may have lines that follow it */
	if (rc == 0 && t->told == 0 && t->e.line.type == '"')
		rc = ses_tell(t, SES_ROLE_OTHER, SES_EVENT_OTHER);
	return rc;
}

int
ses_claude_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field m[N_MESSAGE] = {[MODEL] = SES_LINE_FIELD("model"),
	    [MESSAGE_ID] = SES_LINE_FIELD("id"),
	    [BLOCKS] = SES_LINE_FIELD("content"),
	    [USAGE] = SES_LINE_FIELD("usage")};
	struct ses_line_field result[] = {SES_LINE_FIELD("agentId")};
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [SUBTYPE] = SES_LINE_FIELD("subtype"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [META] = SES_LINE_FIELD("isMeta"),
	    [SUMMARY] = SES_LINE_FIELD("isCompactSummary"),
	    [MESSAGE] = SES_LINE_INNER("message", m),
	    [LINE] = SES_LINE_FIELD("uuid"),
	    [PARENT] = SES_LINE_FIELD("parentUuid"),
	    [LOGICAL] = SES_LINE_FIELD("logicalParentUuid"),
	    [SIDE] = SES_LINE_FIELD("isSidechain"),
	    [AGENT] = SES_LINE_FIELD("agentId"),
	    [RESULT] = SES_LINE_INNER("toolUseResult", result)};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
