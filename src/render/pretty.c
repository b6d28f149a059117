#include "render/pretty.h"

#define LEVELS 16

static int
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Behind the string that begins at p. */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

static void
new_line(struct ses_buf *out, size_t level)
{
	ses_buf_fmt(out, "\n%*s", (int)level * 2, "");
}

/* Whether what stands next closes. */
static int
is_empty(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p < end && (*p == '}' || *p == ']');
}

void
ses_pretty(struct ses_buf *out, const struct ses_json *v)
{
	const char *end = v->text + v->len;
	const char *p = v->text;
	const char *q;
	size_t level = 0;
	int empty = 0;

	for (; v->len > 0 && p < end; p = q) {
		q = *p == '"' ? string_end(p, end) : p + 1;
		if (is_space(*p))
			continue;
		if (*p == '}' || *p == ']') {
			level -= level > 0;
			if (!empty && level < LEVELS)
				new_line(out, level);
		}
		ses_buf_add(out, p, (size_t)(q - p));
		if (*p == '{' || *p == '[') {
			level++;
			empty = is_empty(q, end);
			if (!empty && level <= LEVELS)
				new_line(out, level);
			continue;
		}
		empty = 0;
		if (*p == ',' && level <= LEVELS)
			new_line(out, level);
		else if (*p == ':' || *p == ',')
			ses_buf_str(out, " ");
	}
}
