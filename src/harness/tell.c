#include <string.h>

#include "harness/line.h"
#include "harness/tell.h"

void
ses_tell_begin(struct ses_teller *t)
{
	struct ses_buf text = t->e.text;

	t->e = (struct ses_event){.text = text};
	t->told = 0;
}

void
ses_tell_end(struct ses_teller *t)
{
	ses_buf_free(&t->e.text);
	ses_buf_free(&t->inner);
}

struct ses_json
ses_tell_string(const struct ses_json *v)
{
	return v->type == '"' && v->len > 2 ? *v : (struct ses_json){0};
}

int
ses_tell(struct ses_teller *t, int role, int kind)
{
	static const struct ses_json none = {0};
	int rc;

	t->e.role = role;
	t->e.kind = kind;
	t->told++;
	if (t->e.text.bad) /* out of memory: say that it was there */
		ses_buf_clear(&t->e.text);
	rc = t->each(t->arg, &t->e);
	ses_buf_clear(&t->e.text);
	t->e.tool = t->e.call = t->e.input = none;
	t->e.media = t->e.data = none;
	t->e.failed = 0;
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
	struct ses_json v = {0};

	t->e.input = *args;
	if (args->type == '"') {
		ses_buf_clear(&t->inner);
		ses_json_text(args, &t->inner);
		if (t->inner.len > 0 && !t->inner.bad)
			(void)ses_json_peek(t->inner.data, t->inner.len, &v);
		if (v.type == '{')
			t->e.input = v;
	}
	if (args->type != '\0')
		ses_line_args(&t->e.input, &t->e.text);
	if (name->type == '"')
		t->e.tool = *name;
	return ses_tell(t, SES_ROLE_ASSISTANT, SES_EVENT_TOOL_CALL);
}

int
ses_tell_image(struct ses_teller *t, int role, const struct ses_json *media,
    const struct ses_json *data)
{
	t->e.media = ses_tell_string(media);
	t->e.data = ses_tell_string(data);
	return ses_tell(t, role, SES_EVENT_IMAGE);
}

int
ses_tell_usage(struct ses_teller *t, const struct ses_json *object,
    const struct ses_tell_tokens *names)
{
	struct ses_usage u = {0};
	const struct {
		const char *name;
		uint64_t *to;
	} fields[] = {{names->input, &u.input}, {names->output, &u.output},
	    {names->cache_read, &u.cache_read},
	    {names->cache_write, &u.cache_write}};
	struct ses_json_walk w;
	struct ses_json key = {0};
	struct ses_json v = {0};
	size_t found = 0;
	size_t i;

	ses_json_walk(&w, object);
	while (object->type == '{' && ses_json_next(&w, &key, &v))
		for (i = 0; v.type == '0' && i < 4; i++)
			if (fields[i].name != NULL &&
			    ses_json_is(&key, fields[i].name) &&
			    ses_json_u64(&v, fields[i].to) == 0)
				found++;
	if (found == 0)
		return 0;
	t->e.usage = u;
	return ses_tell(t, SES_ROLE_ASSISTANT, SES_EVENT_USAGE);
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
