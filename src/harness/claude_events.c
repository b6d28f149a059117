/* What a line of a Claude Code transcript says. */
#include <string.h>

#include "harness/claude_code.h"
#include "harness/line.h"
#include "harness/tell.h"

enum { TYPE, TIME, META, SUMMARY, MESSAGE, N_FIELDS };

static int
one_block(struct ses_teller *r, int role, const struct ses_json *block)
{
	struct ses_json type = {0};
	struct ses_json name = {0};
	struct ses_json v = {0};

	(void)ses_json_get(block, "type", &type);
	if (ses_json_is(&type, "text"))
		return ses_tell_text(r, role, SES_EVENT_TEXT, block);
	if (ses_json_is(&type, "thinking") &&
	    ses_json_get(block, "thinking", &v))
		return ses_tell_text(r, role, SES_EVENT_THINKING, &v);
	if (ses_json_is(&type, "tool_use")) {
		(void)ses_json_get(block, "name", &name);
		(void)ses_json_get(block, "input", &v);
		return ses_tell_call(r, &name, &v);
	}
	if (ses_json_is(&type, "tool_result") &&
	    ses_json_get(block, "content", &v))
		return ses_tell_text(
		    r, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT, &v);
	if (ses_json_is(&type, "image") || ses_json_is(&type, "document"))
		return ses_tell_text(r, role, SES_EVENT_OTHER, block);
	return 0;
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *r = arg;
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
	ses_tell_time(r, &f[TIME].value, 1);
	if (!ses_json_get(&f[MESSAGE].value, "content", &content))
		return 0;
	if (content.type == '"')
		return ses_tell_text(r, role, SES_EVENT_TEXT, &content);
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
	struct ses_teller r = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &r);

	ses_buf_free(&r.e.text);
	return rc;
}
