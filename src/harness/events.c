#include <string.h>

#include "harness/events.h"

int
ses_events_objects(const char *line, size_t len,
    int (*read)(const struct ses_json *object,
	int (*each)(void *arg, const struct ses_event *e), void *arg),
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_json v;
	size_t used;
	int rc = 0;

	while (len > 0 && rc == 0) {
		used = ses_json_peek(line, len, &v);
		if (v.type != '{' || used == 0)
			break;
		rc = read(&v, each, arg);
		line += used;
		len -= used;
	}
	return rc;
}

void
ses_events_value(const struct ses_json *v, size_t max, struct ses_buf *out)
{
	size_t before = out->len;

	if (v->type == '"')
		ses_json_text(v, out);
	else
		ses_buf_add(out, v->text, v->len);
	if (out->len - before > max) {
		out->len = before + max;
		while (out->len > before &&
		       ((unsigned char)out->data[out->len] & 0xc0) == 0x80)
			out->len--;
		ses_buf_str(out, "...");
	}
}

void
ses_events_content(const struct ses_json *content, struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json block;
	struct ses_json text;

	if (content->type == '"') {
		ses_json_text(content, out);
		return;
	}
	ses_json_walk(&w, content);
	while (content->type == '[' && ses_json_next(&w, NULL, &block)) {
		if (!ses_json_get(&block, "text", &text))
			continue;
		if (out->len > 0 && out->data[out->len - 1] != '\n')
			ses_buf_str(out, "\n");
		ses_json_text(&text, out);
	}
}
