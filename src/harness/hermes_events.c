/* What a line made of a message of Hermes says. */
#include <string.h>

#include "harness/hermes.h"
#include "harness/line.h"
#include "harness/tell.h"

/* The column holds JSON as text: [{"function":{"name":…,"arguments":…}}]. */
static int
calls(struct ses_teller *t, const struct ses_json *column)
{
	struct ses_buf text = {0};
	struct ses_json all;
	struct ses_json_walk w;
	struct ses_json one;
	struct ses_json name = {0};
	struct ses_json args = {0};
	struct ses_json id = {0};
	int rc = 0;

	ses_json_text(column, &text);
	(void)ses_json_peek(ses_buf_cstr(&text), text.len, &all);
	ses_json_walk(&w, &all);
	while (rc == 0 && ses_json_next(&w, NULL, &one)) {
		if (!ses_json_path(&one, "function.name", &name))
			(void)ses_json_get(&one, "name", &name);
		if (!ses_json_path(&one, "function.arguments", &args))
			(void)ses_json_get(&one, "arguments", &args);
		(void)ses_json_get(&one, "id", &id);
		t->e.call = ses_tell_string(&id);
		rc = ses_tell_call(t, &name, &args);
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

enum { ROLE, CONTENT, TIME, CALLS, TOOL, REASONING, CALL, SUMMARY, N_FIELDS };

static int
said(struct ses_teller *t, int role, const struct ses_line_field f[N_FIELDS])
{
	const struct ses_json *content = &f[CONTENT].value;
	const struct ses_json *summary = &f[SUMMARY].value;

	if (role == SES_ROLE_TOOL) {
		if (f[TOOL].value.type == '"')
			t->e.tool = f[TOOL].value;
		t->e.call = ses_tell_string(&f[CALL].value);
		return ses_tell_content(t, role, SES_EVENT_TOOL_RESULT, content,
		    ses_tell_openai_image);
	}
	if (content->len <= 2)
		return 0;
	if (summary->type == '0' && summary->text[0] != '0')
		return ses_tell_text(
		    t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, content);
	return ses_tell_content(
	    t, role, SES_EVENT_TEXT, content, ses_tell_openai_image);
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	const struct ses_json *thought = &f[REASONING].value;
	int role;
	int rc = 0;

	(void)object;
	role = role_of(&f[ROLE].value);
	if (role == SES_ROLE_OTHER)
		return 0;
	ses_tell_begin(t);
	/* seconds, or what somebody wrote there instead */
	t->e.time = f[TIME].value.type == '0' || f[TIME].value.type == '"'
			? f[TIME].value
			: (struct ses_json){0};
	if (thought->type == '"' && thought->len > 2)
		rc = ses_tell_text(t, role, SES_EVENT_THINKING, thought);
	if (rc == 0)
		rc = said(t, role, f);
	if (rc == 0 && f[CALLS].value.type == '"')
		rc = calls(t, &f[CALLS].value);
	return rc;
}

int
ses_hermes_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[ROLE] = SES_LINE_FIELD("role"),
	    [CONTENT] = SES_LINE_FIELD("content"),
	    [TIME] = SES_LINE_FIELD("timestamp"),
	    [CALLS] = SES_LINE_FIELD("tool_calls"),
	    [TOOL] = SES_LINE_FIELD("tool_name"),
	    [REASONING] = SES_LINE_FIELD("reasoning"),
	    [CALL] = SES_LINE_FIELD("tool_call_id"),
	    [SUMMARY] = SES_LINE_FIELD("_compressed_summary")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
