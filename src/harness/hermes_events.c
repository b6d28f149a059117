/* What a line made of a message of Hermes says. */
#include <string.h>

#include "harness/hermes.h"
#include "harness/line.h"

struct reader {
	int (*each)(void *arg, const struct ses_event *e);
	void *arg;
	struct ses_event e;
};

static int
tell(struct reader *r, int role, int kind)
{
	int rc;

	r->e.role = role;
	r->e.kind = kind;
	if (r->e.text.bad) /* out of memory: say that it was there */
		ses_buf_clear(&r->e.text);
	rc = r->each(r->arg, &r->e);
	ses_buf_clear(&r->e.text);
	return rc;
}

/* The column holds JSON as text: [{"function":{"name":…,"arguments":…}}]. */
static int
calls(struct reader *r, const struct ses_json *column)
{
	struct ses_buf text = {0};
	struct ses_json all;
	struct ses_json_walk w;
	struct ses_json one;
	struct ses_json v = {0};
	int rc = 0;

	ses_json_text(column, &text);
	(void)ses_json_peek(ses_buf_cstr(&text), text.len, &all);
	ses_json_walk(&w, &all);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		if (!ses_json_path(&one, "function.name", &r->e.tool))
			(void)ses_json_get(&one, "name", &r->e.tool);
		if (ses_json_path(&one, "function.arguments", &v) ||
		    ses_json_get(&one, "arguments", &v))
			ses_line_args(&v, &r->e.text);
		if (r->e.tool.type != '"')
			r->e.tool = (struct ses_json){0};
		rc = tell(r, SES_ROLE_ASSISTANT, SES_EVENT_TOOL_CALL);
		r->e.tool = (struct ses_json){0};
	}
	ses_buf_free(&text);
	return rc;
}

static int
role_of(const struct ses_json *role)
{
	static const struct {
		const char *name;
		int role;
	} roles[] = {{"user", SES_ROLE_USER}, {"assistant", SES_ROLE_ASSISTANT},
	    {"tool", SES_ROLE_TOOL}, {"system", SES_ROLE_SYSTEM}};
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (ses_json_is(role, roles[i].name))
			return roles[i].role;
	return SES_ROLE_OTHER;
}

enum { ROLE, CONTENT, TIME, CALLS, TOOL, REASONING, N_FIELDS };

static int
one_object(void *arg, const struct ses_json *object)
{
	struct reader *r = arg;
	struct ses_line_field f[N_FIELDS] = {[ROLE] = SES_LINE_FIELD("role"),
	    [CONTENT] = SES_LINE_FIELD("content"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [CALLS] = SES_LINE_FIELD("tool_calls"),
	    [TOOL] = SES_LINE_FIELD("tool_name"),
	    [REASONING] = SES_LINE_FIELD("reasoning")};
	int role;
	int rc = 0;

	ses_line_fields(object, f, N_FIELDS);
	role = role_of(&f[ROLE].value);
	if (role == SES_ROLE_OTHER)
		return 0;
	r->e.time = f[TIME].value;
	if (f[REASONING].value.type == '"') {
		ses_json_text(&f[REASONING].value, &r->e.text);
		if (r->e.text.len > 0)
			rc = tell(r, role, SES_EVENT_THINKING);
	}
	ses_line_text(&f[CONTENT].value, &r->e.text);
	if (role == SES_ROLE_TOOL && f[TOOL].value.type == '"')
		r->e.tool = f[TOOL].value;
	if (rc == 0 && (r->e.text.len > 0 || role == SES_ROLE_TOOL))
		rc = tell(r, role,
		    role == SES_ROLE_TOOL ? SES_EVENT_TOOL_RESULT
					  : SES_EVENT_TEXT);
	r->e.tool = (struct ses_json){0};
	if (rc == 0 && f[CALLS].value.type == '"')
		rc = calls(r, &f[CALLS].value);
	return rc;
}

int
ses_hermes_events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct reader r = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &r);

	ses_buf_free(&r.e.text);
	return rc;
}
