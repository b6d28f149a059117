/* What a line of a Claude Code transcript says. */
#include <string.h>

#include "harness/claude_code.h"
#include "harness/line.h"

enum { TYPE, TIME, META, SUMMARY, MESSAGE, N_FIELDS };

struct reader {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	struct ses_event e;
};

static int
tell(struct reader *r, int role, int kind)
{
	r->e.role = role;
	r->e.kind = kind;
	if (r->e.text.bad) /* out of memory: say that it was there */
		ses_buf_clear(&r->e.text);
	return r->each(r->arg, &r->e);
}

/* The text of value as an event of its own. */
static int
tell_text(struct reader *r, int role, int kind, const struct ses_json *value)
{
	ses_buf_clear(&r->e.text);
	ses_line_text(value, &r->e.text);
	return tell(r, role, kind);
}

static int
tell_call(struct reader *r, const struct ses_json *block)
{
	struct ses_json input = {0};
	int rc;

	ses_buf_clear(&r->e.text);
	if (ses_json_get(block, "input", &input))
		ses_line_args(&input, &r->e.text);
	(void)ses_json_get(block, "name", &r->e.tool);
	if (r->e.tool.type != '"')
		r->e.tool = (struct ses_json){0};
	rc = tell(r, SES_ROLE_ASSISTANT, SES_EVENT_TOOL_CALL);
	r->e.tool = (struct ses_json){0};
	return rc;
}

static int
one_block(struct reader *r, int role, const struct ses_json *block)
{
	struct ses_json type = {0};
	struct ses_json v = {0};

	(void)ses_json_get(block, "type", &type);
	if (ses_json_is(&type, "text"))
		return tell_text(r, role, SES_EVENT_TEXT, block);
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(block, "thinking", &v))
		return tell_text(r, role, SES_EVENT_THINKING, &v);
	if (ses_json_is(&type, "tool_use"))
		return tell_call(r, block);
	if (ses_json_is(&type, "tool_result") &&
	    ses_json_get(block, "content", &v))
		return tell_text(r, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &v);
	if (ses_json_is(&type, "image") || ses_json_is(&type, "document"))
		return tell_text(r, role, SES_EVENT_OTHER, block);
	return 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct reader *r = arg;
	struct ses_line_field f[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [META] = SES_LINE_FIELD("isMeta"),
	    [SUMMARY] = SES_LINE_FIELD("isCompactSummary"),
	    [MESSAGE] = SES_LINE_FIELD("message")};
	struct ses_json content = {0};
	struct ses_json_walk w;
	struct ses_json block = {0};
	int role;
	int rc = 0;

	ses_line_fields(object, f, N_FIELDS);
	if (ses_json_is(&f[TYPE].value, "user"))
		role = f[SUMMARY].value.type == 't' ? SES_ROLE_SYSTEM
						    : SES_ROLE_USER;
	else if (ses_json_is(&f[TYPE].value, "assistant"))
		role = SES_ROLE_ASSISTANT;
	else
		return 0;
	if (f[META].value.type == 't') /* put in by the program */
		return 0;
	r->e.time =
	    f[TIME].value.type == '"' ? f[TIME].value : (struct ses_json){0};
	if (!ses_json_get(&f[MESSAGE].value, "content", &content))
		return 0;
	if (content.type == '"')
		return tell_text(r, role, SES_EVENT_TEXT, &content);
	if (content.type != '[')
		return 0;
	ses_json_walk(&w, &content);
	while (rc == 0 && ses_json_next(&w, NULL, &block))
		rc = one_block(r, role, &block);
	return rc;
}

int
ses_claude_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct reader r = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &r);

	ses_buf_free(&r.e.text);
	return rc;
}
