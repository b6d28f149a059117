/*
 * Metadata blocks in bodies that anybody may have written.  The input is the
 * name of a field, a NUL, a text, a NUL, and a body.  What is set is read back,
 * setting it again changes nothing, and all but the lines of that field and the
 * WARNING lines is as it was.
 */
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "github/plan.h"

#define WARNING                                                                \
	"<!-- WARNING: Machine-generated. Manual edits may break erk "         \
	"tooling. -->"

struct body {
	const char *text;
	size_t len;
	struct ses_metadata b;
};

static void
check_places(const struct body *x)
{
	const struct ses_metadata *b = &x->b;
	size_t at = b->begin;
	size_t i;

	MUST(b->begin < b->end && b->end <= x->len);
	MUST(b->n <= SES_BLOCK_FIELDS);
	for (i = 0; i < b->n; i++) {
		MUST(b->fields[i].name != NULL);
		MUST((b->fields[i].text == NULL) ==
		     (b->fields[i].kind == SES_FIELD_NULL));
		MUST(b->fields[i].begin <= b->fields[i].end);
		MUST(b->inlined || b->fields[i].begin >= at);
		MUST(b->fields[i].end <= b->end);
		at = b->fields[i].end;
	}
}

/* How long the WARNING line is that ends the text. */
static size_t
warning_at_end(const char *text, size_t len)
{
	static const char *const lines[] = {WARNING "\n", WARNING "\r\n"};
	size_t n;
	size_t i;

	for (i = 0; i < 2; i++) {
		n = strlen(lines[i]);
		if (len >= n && memcmp(text + len - n, lines[i], n) == 0)
			return n;
	}
	return 0;
}

/* The text before the block without the WARNING lines at its end. */
static size_t
before(const struct body *x, int *warnings)
{
	size_t len = x->b.begin;
	size_t n;

	for (*warnings = 0; (n = warning_at_end(x->text, len)) > 0; len -= n)
		++*warnings;
	return len;
}

static void
same(const struct body *x, size_t x0, size_t x1, const struct body *y,
    size_t y0, size_t y1)
{
	MUST(x0 <= x1 && y0 <= y1 && x1 - x0 == y1 - y0);
	MUST(memcmp(x->text + x0, y->text + y0, x1 - x0) == 0);
}

/* Everything but the one field, which may be new. */
static void
check_rest(const struct body *x, const struct body *y, const char *name)
{
	const struct ses_field *f = ses_block_get(&x->b, name);
	const struct ses_field *g = ses_block_get(&y->b, name);
	const struct ses_field *last = &x->b.fields[x->b.n - 1];
	int warnings;
	size_t x0 = before(x, &warnings);
	size_t y0 = before(y, &warnings);
	size_t i;

	MUST(warnings == 1);
	same(x, 0, x0, y, 0, y0);
	same(x, x->b.end, x->len, y, y->b.end, y->len);
	MUST(y->b.n == x->b.n + (f == NULL));
	for (i = 0; i < x->b.n; i++) {
		MUST(strcmp(x->b.fields[i].name, y->b.fields[i].name) == 0);
		if (&x->b.fields[i] != f)
			MUST(x->b.fields[i].kind == y->b.fields[i].kind);
	}
	if (f != NULL) {
		same(x, x->b.begin, f->begin, y, y->b.begin, g->begin);
		same(x, f->end, x->b.end, y, g->end, y->b.end);
	} else {
		MUST(g == &y->b.fields[y->b.n - 1]);
		same(x, x->b.begin, last->end, y, y->b.begin,
		    y->b.begin + last->end - x->b.begin);
		same(x, last->end, x->b.end, y, g->end, y->b.end);
	}
}

static void
set(const struct body *x, const struct ses_field *f)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_block_set one = {f, 1};
	const struct ses_field *got;
	struct ses_buf out = {0};
	struct ses_buf again = {0};
	struct body y = {0};
	int rc =
	    ses_block_update(x->text, x->len, SES_PLAN_KEY, &one, &out, &err);

	if (rc < 0) {
		MUST(out.len == 0);
		MUST(err.code == SESHAT_EUSAGE || err.code == SESHAT_EFORMAT ||
		     err.code == SESHAT_ELIMIT);
		return;
	}
	y.text = ses_buf_cstr(&out);
	y.len = out.len;
	MUST(ses_block_find(y.text, y.len, SES_PLAN_KEY, &y.b, &err) == 0);
	check_places(&y);
	got = ses_block_get(&y.b, f->name);
	MUST(got != NULL && got->kind == f->kind);
	MUST(f->text == NULL || strcmp(got->text, f->text) == 0);
	if (rc == 0)
		same(x, 0, x->len, &y, 0, y.len);
	else
		check_rest(x, &y, f->name);
	MUST(ses_block_update(
		 y.text, y.len, SES_PLAN_KEY, &one, &again, &err) == 0);
	MUST(again.len == y.len && memcmp(again.data, y.text, y.len) == 0);
	ses_block_free(&y.b);
	ses_buf_free(&out);
	ses_buf_free(&again);
}

static void
use_plan(const struct body *x, const char *name, const char *text)
{
	const struct ses_plan_session s = {
	    text, text, text, "2026-01-21T13:00:00Z", "local"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};

	if (ses_plan_set_session(x->text, x->len, &s, &out, &err) ==
	    SES_PLAN_NEWER)
		MUST(out.len == 0);
	ses_buf_clear(&out);
	(void)ses_plan_set(x->text, x->len, name, text, &out, &err);
	ses_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *name = (const char *)data;
	const char *text = memchr(name, '\0', len);
	const char *end = name + len;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct body x = {0};
	struct ses_field f = {.name = name};

	if (text == NULL)
		return 0;
	text++;
	x.text = memchr(text, '\0', (size_t)(end - text));
	if (x.text == NULL)
		return 0;
	x.len = (size_t)(end - ++x.text);
	if (ses_plan_find(x.text, x.len, &x.b, &err) < 0) {
		MUST(err.code == SESHAT_ENOTFOUND ||
		     err.code == SESHAT_EFORMAT || err.code == SESHAT_ELIMIT);
		return 0;
	}
	check_places(&x);
	set(&x, &f);
	f.text = text;
	f.kind = SES_FIELD_TEXT;
	set(&x, &f);
	use_plan(&x, name, text);
	ses_block_free(&x.b);
	return 0;
}
