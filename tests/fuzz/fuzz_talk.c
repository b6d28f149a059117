/*
 * A conversation made of any bytes: whatever stands in a transcript, the page
 * has no tag, attribute or link that is not ours, every element is closed, and
 * a page that stops says where the next one begins.  The first byte chooses the
 * harness and the kind of page; what follows is also read as Markdown.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "html_check.h"
#include "render/markdown.h"
#include "render/talk.h"

static void
is_sound(const struct ses_buf *b)
{
	const char *why = html_problem(b->data, b->len, NULL);

	if (why != NULL)
		(void)fprintf(stderr, "%s\n%.*s\n", why, (int)b->len, b->data);
	MUST(why == NULL);
}

/* Answers where the page stopped, or 0. */
static uint64_t
one_page(struct ses_talk_how *how, const void *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_sink to = ses_sink_buf(&out);
	struct ses_talk *t = NULL;
	struct ses_sink in;
	uint64_t next;
	int rc;

	MUST(ses_talk_open(&t, how, &to, &err) == 0);
	in = ses_talk_sink(t);
	rc = ses_sink_write(&in, data, len, &err);
	next = ses_talk_next(t);
	MUST(rc == 0 || (next != 0 && err.code == SESHAT_ECANCELLED));
	MUST(ses_talk_close(t, &err) == 0);
	is_sound(&out);
	ses_buf_free(&out);
	return next;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ses_talk_how how = {.first_line = 1};
	struct ses_buf out = {0};
	const char *rest = (const char *)data + 1;
	size_t n = 0;

	if (len == 0 || len > (64U << 10))
		return 0;
	while (ses_harnesses[n] != NULL)
		n++;
	MUST(n > 0);
	how.harness = ses_harnesses[data[0] / 4 % n];
	if (data[0] & 1) {
		how.base = "/sessions/x/1";
		how.agents = "/sessions/x/";
		how.raw = "/raw?a=1&line=";
	}
	len--;
	MUST(one_page(&how, rest, len) == 0);
	how.max_lines = data[0] & 2 ? 1 : 0;
	how.max_bytes = 1;
	n = one_page(&how, rest, len);
	MUST(n == 0 || (how.max_lines == 1 ? n == 2 : n >= 2));
	ses_markdown(&out, rest, len);
	is_sound(&out);
	ses_buf_free(&out);
	return 0;
}
