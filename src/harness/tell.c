#include "harness/tell.h"
#include "harness/line.h"

int
ses_tell(struct ses_teller *t, int role, int kind)
{
	int rc;

	t->e.role = role;
	t->e.kind = kind;
	if (t->e.text.bad) /* out of memory: say that it was there */
		ses_buf_clear(&t->e.text);
	rc = t->each(t->arg, &t->e);
	ses_buf_clear(&t->e.text);
	t->e.tool = (struct ses_json){0};
	return rc;
}

int
ses_tell_text(
    struct ses_teller *t, int role, int kind, const struct ses_json *v)
{
	ses_line_text(v, &t->e.text);
	return ses_tell(t, role, kind);
}

int
ses_tell_call(struct ses_teller *t, const struct ses_json *name,
    const struct ses_json *args)
{
	if (args->type != '\0')
		ses_line_args(args, &t->e.text);
	if (name->type == '"')
		t->e.tool = *name;
	return ses_tell(t, SES_ROLE_ASSISTANT, SES_EVENT_TOOL_CALL);
}

void
ses_tell_time(struct ses_teller *t, const struct ses_json *times, size_t n)
{
	size_t i;

	t->e.time = (struct ses_json){0};
	for (i = 0; i < n && t->e.time.type == '\0'; i++)
		if (times[i].type == '"')
			t->e.time = times[i];
}
