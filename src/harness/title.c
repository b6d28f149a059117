#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "harness/agents.h"

#define TITLE_MAX 200

int
ses_content_text(const struct ses_json *content, struct ses_buf *out)
{
	struct ses_json_walk w;
	struct ses_json block;
	struct ses_json text;
	size_t before = out->len;

	if (content->type == '"') {
		ses_json_text(content, out);
		return out->len > before;
	}
	ses_json_walk(&w, content);
	while (content->type == '[' && ses_json_next(&w, NULL, &block)) {
		if (!ses_json_get(&block, "text", &text))
			continue;
		ses_json_text(&text, out);
		return out->len > before;
	}
	return 0;
}

/* What programs put into the place of a prompt. */
static int
is_notice(const char *s, size_t len)
{
	static const char *const begins[] = {"<", "# AGENTS.md",
	    "Caveat: ", "[Request interrupted",
	    "This session is being continued"};
	size_t i;

	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (len >= strlen(begins[i]) &&
		    memcmp(s, begins[i], strlen(begins[i])) == 0)
			return 1;
	return 0;
}

/* Not cut inside a character. */
static size_t
fit(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

char *
ses_prompt_title(const char *text, size_t len)
{
	const char *end = text + len;
	const char *nl;

	while (text < end && strchr(" \n\t\r", *text) != NULL && *text != '\0')
		text++;
	if (text == end || is_notice(text, (size_t)(end - text)))
		return NULL;
	nl = memchr(text, '\n', (size_t)(end - text));
	len = (size_t)((nl != NULL ? nl : end) - text);
	if (memchr(text, '\0', len) != NULL)
		len = strlen(text);
	return ses_str_ndup(text, fit(text, len, TITLE_MAX));
}
