/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "harness/blocks.h"
#include "harness/claude_code.h"
#include "harness/codex.h"
#include "harness/dbs.h"
#include "harness/files_table.h"
#include "harness/generic.h"
#include "harness/hermes.h"
#include "harness/openclaw.h"
#include "harness/openhands.h"
#include "harness/seshat_log.h"
#include "harness/session.h"

const struct ses_harness_ops *ses_harnesses[SES_HARNESSES_MAX + 1] = {
    &ses_claude_code,
    &ses_codex,
    &ses_openclaw,
    &ses_hermes,
    &ses_opencode.ops,
    &ses_kilo.ops,
    &ses_mimocode.ops,
    &ses_icodemate.ops,
    &ses_goose.ops,
    &ses_crush.ops,
    &ses_kiro.ops,
    &ses_zed.ops,
    &ses_cursor_store.ops,
    &ses_files_gemini.ops,
    &ses_files_pi.ops,
    &ses_files_qwen.ops,
    &ses_files_prime.ops,
    &ses_files_omp.ops,
    &ses_files_copilot.ops,
    &ses_files_cursor.ops,
    &ses_files_droid.ops,
    &ses_files_kimi.ops,
    &ses_files_kimi_code.ops,
    &ses_files_openclaude.ops,
    &ses_files_iflow.ops,
    &ses_files_traex.ops,
    &ses_files_amp.ops,
    &ses_files_cline.ops,
    &ses_files_continue.ops,
    &ses_files_codebuff.ops,
    &ses_files_deepseek.ops,
    &ses_files_vibe.ops,
    &ses_files_gptme.ops,
    &ses_files_zencoder.ops,
    &ses_openhands.ops,
    &ses_seshat_log,
    &ses_generic,
    NULL,
};

const struct ses_harness_ops *
ses_harness_named(const char *name)
{
	const struct ses_harness_ops *const *h;

	for (h = ses_harnesses; *h != NULL; h++)
		if (strcmp((*h)->name, name) == 0)
			return *h;
	return NULL;
}

const struct ses_harness_ops *
ses_harness_reader(const char *name)
{
	static const struct ses_harness_ops unknown = {.name = "unknown",
	    .summary = "unknown here",
	    .documents = 1,
	    .events = ses_user_events};
	const struct ses_harness_ops *known = ses_harness_named(name);

	return known != NULL ? known : &unknown;
}

int
ses_harness_add(const struct ses_harness_ops *ops, struct seshat_err *err)
{
	size_t n = 0;

	if (ses_harness_named(ops->name) != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "there is a harness '%s' already", ops->name);
	while (ses_harnesses[n] != NULL)
		n++;
	if (n == SES_HARNESSES_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %d harnesses are too many", SES_HARNESSES_MAX);
	ses_harnesses[n] = ops;
	return 0;
}

static int
compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* One file under one id: these stand side by side, by path. */
static int
by_file(const void *a, const void *b)
{
	const struct ses_session *x = a;
	const struct ses_session *y = b;
	int c = compare_u64(x->ino, y->ino);

	if (c == 0)
		c = compare_u64(x->dev, y->dev);
	if (c == 0)
		c = strcmp(x->id, y->id);
	return c != 0 ? c : strcmp(x->path, y->path);
}

static int
by_time(const void *a, const void *b)
{
	const struct ses_session *x = a;
	const struct ses_session *y = b;
	int c;

	if (x->mtime != y->mtime)
		return x->mtime > y->mtime ? -1 : 1;
	c = strcmp(x->id, y->id);
	return c != 0 ? c : strcmp(x->path, y->path);
}

/* Whether the path leads through no link; NULL memory counts as no. */
static int
is_real(const char *path)
{
	char *real = realpath(path, NULL);
	int same = real != NULL && strcmp(real, path) == 0;

	free(real);
	return same;
}

/* Keep one of the names of a file, the one that is no link if there is. */
static size_t
drop_twins(struct ses_session *v, size_t n)
{
	struct ses_session keep;
	size_t kept = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (kept == 0 || v[kept - 1].ino != v[i].ino ||
		    v[kept - 1].dev != v[i].dev ||
		    v[kept - 1].harness != v[i].harness ||
		    strcmp(v[kept - 1].id, v[i].id) != 0) {
			keep = v[i];
			v[i] = (struct ses_session){0};
			v[kept++] = keep;
			continue;
		}
		if (!is_real(v[kept - 1].path) && is_real(v[i].path)) {
			keep = v[i];
			v[i] = v[kept - 1];
			v[kept - 1] = keep;
		}
		ses_session_free(&v[i]);
	}
	return kept;
}

int
ses_discover(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err)
{
	const struct ses_harness_ops *const *h;
	struct ses_session *v;
	size_t from = out->n;
	size_t unread = out->n_unread;

	for (h = ses_harnesses; *h != NULL; h++) {
		if ((q->harness == NULL || q->harness == *h) &&
		    (*h)->find(*h, q, out, err) < 0)
			return ses_fail_in(err, "%s", (*h)->name);
		for (; unread < out->n_unread; unread++)
			out->unread[unread].harness = *h;
	}
	if (out->n == from)
		return 0;
	v = out->v + from;
	qsort(v, out->n - from, sizeof(*v), by_file);
	out->n = from + drop_twins(v, out->n - from);
	qsort(v, out->n - from, sizeof(*v), by_time);
	return 0;
}
