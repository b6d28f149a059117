/* What GitHub, or who stands in for it, tells of a gist: what is read of it
 * stays in its limits and in the answer. */
#include <ctype.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "github/gist.h"
#include "share/fetch.h"
#include "share/mine.h"

#define MOST (UINT64_C(1) << 20)

/* Text that came out of an answer of len bytes. */
static void
check_text(const char *text, size_t len)
{
	/* an escape of six bytes makes three at most */
	MUST(text != NULL && strlen(text) <= len);
}

static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	const unsigned char *p = data;
	uint64_t *n = arg;
	unsigned sum = 0;
	size_t i;

	(void)err;
	for (i = 0; i < len; i++)
		sum += p[i];
	*n += len + (sum == UINT32_MAX);
	return 0;
}

/* What stands in the answer itself is read without asking anybody. */
static void
check_inline(
    const struct ses_gist_file *f, const struct ses_json *all, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t n = 0;
	struct ses_sink sink = {count, &n};
	const char *text = f->inline_.text;

	if (f->inline_.type == '\0')
		return;
	MUST(text >= all->text);
	MUST(text + f->inline_.len <= all->text + all->len);
	if (f->inline_.type != '"')
		return;
	if (ses_gist_read(NULL, f, MOST, &sink, &err) == 0)
		MUST(n == f->size && n <= MOST && n <= len);
	else
		MUST(err.msg[0] != '\0');
}

static void
check(const struct ses_gist *g, const struct ses_json *all, size_t len)
{
	struct ses_own_gist own;
	char mark[SES_MARKER];
	const char *p;
	size_t i;

	MUST(memchr(g->id, '\0', SES_GIST_ID) != NULL && g->id[0] != '\0');
	for (p = g->id; *p != '\0'; p++)
		MUST(isalnum((unsigned char)*p));
	check_text(g->html_url, len);
	check_text(g->description, len);
	check_text(g->created_at, len);
	check_text(g->updated_at, len);
	MUST(g->n_files <= SES_GIST_FILES_MAX);
	for (i = 0; i < g->n_files; i++) {
		check_text(g->files[i].name, len);
		check_text(g->files[i].raw_url, len);
		MUST(ses_gist_file(g, g->files[i].name) <= &g->files[i]);
		check_inline(&g->files[i], all, len);
	}
	if (ses_share_marker_of(g->description, mark))
		MUST(strspn(mark, "0123456789abcdef") == SES_MARKER - 1);
	if (ses_own_gist_parse(g->description, &own)) {
		check_text(own.agent, len);
		check_text(own.session_id, len);
		free(own.agent);
		free(own.session_id);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_gist g = {0};
	struct ses_json v;

	if (ses_json_parse((const char *)data, len, &v, &err) < 0)
		return 0;
	if (ses_gist_parse(&g, &v, &err) == 0)
		check(&g, &v, len);
	else
		MUST(err.msg[0] != '\0');
	ses_gist_free(&g);
	return 0;
}
