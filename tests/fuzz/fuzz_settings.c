/* Settings of agents, as people write them: our entries go in once, nothing
 * else changes, and what comes out is what was there. */
#include <string.h>

#include "base/jsonc.h"
#include "fuzz/fuzz.h"
#include "hook/entry.h"

#define COMMAND "/opt/a b/seshat"

static int
same(const struct ses_buf *a, const struct ses_buf *b)
{
	return a->len == b->len &&
	       (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static size_t
count(
    const struct ses_hook_agent *a, const struct ses_buf *text, size_t *missing)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_found f = {0};

	MUST(ses_hook_look(a, text, &f, &err) == 0);
	ses_buf_free(&f.command);
	*missing = f.missing;
	return f.n;
}

/* Put in, and again, and take out. */
static void
check(const struct ses_hook_agent *a, const struct ses_buf *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf in = {0};
	struct ses_buf twice = {0};
	struct ses_buf out = {0};
	size_t missing = 0;
	size_t before = 0;
	int is_empty = 0;
	int rc = ses_hook_install(
	    a, "'" COMMAND "' hook run codex", text, &in, &err);

	if (rc < 0) {
		MUST(err.msg[0] != '\0');
		MUST(in.len == 0);
		goto out;
	}
	if (text->len > 0)
		before = count(a, text, &missing);
	(void)count(a, &in, &missing);
	MUST(missing == 0);
	MUST(ses_hook_install(
		 a, "'" COMMAND "' hook run codex", &in, &twice, &err) == 0);
	MUST(same(&in, &twice));
	if (ses_hook_uninstall(a, &in, &out, &is_empty, &err) < 0) {
		MUST(err.code == SESHAT_ELIMIT);
		goto out;
	}
	MUST(!is_empty);
	if (out.len > 0)
		MUST(count(a, &out, &missing) == 0);
	if (before == 0)
		MUST(same(&out, text));
out:
	ses_buf_free(&in);
	ses_buf_free(&twice);
	ses_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct ses_hook_agent *a = ses_hook_agent_named("codex");
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_jsonc_item root;

	ses_buf_add(&text, data, len);
	(void)ses_buf_cstr(&text);
	MUST(!text.bad);
	if (ses_jsonc_check(text.data, text.len, &root, &err) >= 0)
		check(a, &text);
	ses_buf_free(&text);
	return 0;
}
