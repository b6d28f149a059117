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

int
ses_tell_objects(const char *line, size_t len, struct ses_line_field *fields,
    size_t n, int (*one)(void *teller, const struct ses_json *object),
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller t = {.each = each, .arg = arg, .fields = fields};
	int rc = ses_line_objects(line, len, fields, n, one, &t);

	ses_tell_end(&t);
	return rc;
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
ses_tell_call_of(struct ses_teller *t, const struct ses_json *object,
    const char *id, const char *name, const char *args)
{
	struct ses_json called = {0};
	struct ses_json tool = {0};
	struct ses_json input = {0};

	(void)ses_json_path(object, id, &called);
	(void)ses_json_path(object, name, &tool);
	(void)ses_json_path(object, args, &input);
	t->e.call = ses_tell_string(&called);
	return ses_tell_call(t, &tool, &input);
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
ses_tell_images(struct ses_teller *t, int role, const struct ses_json *content,
    ses_tell_is_image *is_image)
{
	struct ses_json call = t->e.call;
	struct ses_json_walk w;
	struct ses_json block = {0};
	struct ses_json media;
	struct ses_json data;
	int rc = 0;

	if (content->type != '[')
		return 0;
	ses_json_walk(&w, content);
	while (rc == 0 && ses_json_next(&w, NULL, &block)) {
		if (!is_image(&block, &media, &data))
			continue;
		t->e.call = call;
		rc = ses_tell_image(t, role, &media, &data);
	}
	return rc;
}

/* As ses_line_text, without the images: the number of these. */
static size_t
text_without_images(const struct ses_json *content, ses_tell_is_image *is_image,
    struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json block = {0};
	struct ses_json media;
	struct ses_json data;
	size_t n = 0;

	if (content->type != '[') {
		ses_line_text(content, out);
		return 0;
	}
	ses_json_walk(&w, content);
	while (ses_json_next(&w, NULL, &block)) {
		if (is_image(&block, &media, &data)) {
			n++;
			continue;
		}
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			ses_buf_add(out, "\n", 1);
		ses_line_text(&block, out);
	}
	return n;
}

int
ses_tell_content(struct ses_teller *t, int role, int kind,
    const struct ses_json *content, ses_tell_is_image *is_image)
{
	struct ses_json call = t->e.call;
	size_t n = text_without_images(content, is_image, &t->e.text);
	int rc = 0;

	if (t->e.text.len > 0 || kind == SES_EVENT_TOOL_RESULT)
		rc = ses_tell(t, role, kind);
	t->e.call = call;
	if (rc == 0 && n > 0)
		rc = ses_tell_images(t, role, content, is_image);
	t->e.call = (struct ses_json){0};
	return rc;
}

int
ses_tell_data_url(
    const struct ses_json *url, struct ses_json *media, struct ses_json *data)
{
	static const char begin[] = "\"data:";
	static const char mark[] = ";base64,";
	const size_t n = sizeof(begin) - 1;
	const size_t m = sizeof(mark) - 1;
	const char *s = url->text;
	const char *semicolon;
	size_t at;

	if (url->type != '"' || url->len < n + m + 2 ||
	    memcmp(s, begin, n) != 0)
		return 0;
	semicolon = memchr(s, ';', url->len < 128 ? url->len : 128);
	if (semicolon == NULL)
		return 0;
	at = (size_t)(semicolon - s);
	if (url->len - at <= m + 1 || memcmp(semicolon, mark, m) != 0)
		return 0;
	*media = (struct ses_json){
	    .text = s + n - 1, .len = at - n + 2, .type = '"'};
	*data = (struct ses_json){.text = semicolon + m - 1,
	    .len = url->len - at - m + 1,
	    .type = '"'};
	return 1;
}

int
ses_tell_openai_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	struct ses_line_field f[] = {
	    SES_LINE_FIELD("type"), SES_LINE_FIELD("image_url")};
	struct ses_json url;

	ses_line_fields(block, f, 2);
	if (!ses_json_is(&f[0].value, "input_image") &&
	    !ses_json_is(&f[0].value, "image_url"))
		return 0;
	if (!ses_json_get(&f[1].value, "url", &url))
		url = f[1].value;
	return ses_tell_data_url(&url, media, data);
}

int
ses_tell_anthropic_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	struct ses_line_field f[] = {
	    SES_LINE_FIELD("type"), SES_LINE_FIELD("source")};
	struct ses_line_field s[] = {
	    SES_LINE_FIELD("media_type"), SES_LINE_FIELD("data")};

	ses_line_fields(block, f, 2);
	if (!ses_json_is(&f[0].value, "image"))
		return 0;
	ses_line_fields(&f[1].value, s, 2);
	*media = s[0].value;
	*data = ses_tell_string(&s[1].value);
	return data->type == '"';
}

int
ses_tell_pi_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("type"),
	    SES_LINE_FIELD("mimeType"), SES_LINE_FIELD("data")};

	ses_line_fields(block, f, 3);
	*media = f[1].value;
	*data = ses_tell_string(&f[2].value);
	return ses_json_is(&f[0].value, "image") && data->type == '"';
}

int
ses_tell_any_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	return ses_tell_anthropic_image(block, media, data) ||
	       ses_tell_pi_image(block, media, data) ||
	       ses_tell_openai_image(block, media, data);
}

int
ses_tell_usage(struct ses_teller *t, const struct ses_json *object,
    const struct ses_tell_tokens *names)
{
	struct ses_usage u = {.is_total = names->is_total};
	uint64_t cached;
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
	cached = u.cache_read + u.cache_write;
	if (names->cache_is_input)
		u.input = u.input > cached ? u.input - cached : 0;
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
