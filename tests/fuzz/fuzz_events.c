/*
 * Events of any bytes: no harness fails, and what it hands out lies in the
 * line and is well-formed UTF-8.
 */
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "harness/harness.h"

struct line {
	const char *text;
	size_t len;
};

static void
inside(const struct ses_json *v, const struct line *l)
{
	if (v->type == '\0')
		return;
	MUST(v->type == '"');
	MUST(v->text >= l->text && v->len <= l->len);
	MUST((size_t)(v->text - l->text) <= l->len - v->len);
}

static int
see(void *arg, const struct ses_event *e)
{
	const struct line *l = arg;

	inside(&e->time, l);
	inside(&e->tool, l);
	MUST(e->role >= SES_ROLE_OTHER && e->role <= SES_ROLE_SYSTEM);
	MUST(e->kind >= SES_EVENT_OTHER && e->kind <= SES_EVENT_TOOL_RESULT);
	MUST(e->text.len == 0 || ses_str_is_utf8(e->text.data, e->text.len));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct line l = {(const char *)data, len};
	const struct ses_harness_ops *const *h;

	for (h = ses_harnesses; *h != NULL; h++)
		MUST((*h)->events(l.text, l.len, see, &l) == 0);
	return 0;
}
