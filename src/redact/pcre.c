#define PCRE2_CODE_UNIT_WIDTH 8

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/pcre.h"

/* What one search may cost: a fraction of a second, and so much memory. */
#define MATCH_LIMIT 10000000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT  32768 /* KiB */
#define STACK_FIRST 32768 /* of compiled code */
#define STACK_MAX   (1U << 20)

struct ses_pcre {
	pcre2_general_context *memory;
	pcre2_compile_context *compile;
	pcre2_match_context *match;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	size_t n;
	pcre2_code *codes[];
};

static void *
allocate(size_t len, void *arg)
{
	(void)arg;
	return ses_calloc(1, len);
}

static void
release(void *p, void *arg)
{
	(void)arg;
	free(p);
}

static pcre2_code *
compile(const struct ses_pcre *p, const char *regex, int *code, size_t *at)
{
	/* lines are what one reads as such; bytes, not characters */
	return pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
	    PCRE2_MULTILINE | PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_UTF |
		PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C,
	    code, at, p->compile);
}

static int
fail_compile(
    const struct ses_dialect *d, int code, size_t at, struct seshat_err *err)
{
	char why[120] = "";

	if (code == PCRE2_ERROR_NOMEMORY || code == 121)
		return ses_fail_nomem(err);
	(void)pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
	return ses_fail(
	    err, SESHAT_EFORMAT, "at %zu: %s", ses_dialect_place(d, at), why);
}

int
ses_pcre_check(const struct ses_dialect *d, int empty, unsigned *groups,
    struct seshat_err *err)
{
	struct ses_pcre_text nothing = {.data = ""};
	struct ses_pcre_match m;
	struct ses_pcre *p = NULL;
	uint32_t n = 0;
	size_t at = 0;
	int code = 0;
	int rc = -1;

	if (ses_pcre_open(&p, 1, err) < 0)
		return -1;
	assert(p != NULL);
	p->codes[0] = compile(p, d->text.data, &code, &at);
	if (p->codes[0] == NULL) {
		fail_compile(d, code, at, err);
		goto out;
	}
	(void)pcre2_pattern_info(p->codes[0], PCRE2_INFO_CAPTURECOUNT, &n);
	if (n >= SES_PCRE_GROUPS) {
		ses_fail(err, SESHAT_EFORMAT, "at 1: more than %d groups",
		    SES_PCRE_GROUPS - 1);
		goto out;
	}
	rc = ses_pcre_find(p, 0, d->text.data, &nothing, &m, err);
	if (rc == SES_PCRE_YES && !empty)
		rc = ses_fail(err, SESHAT_EFORMAT,
		    "at 1: it matches nothing at all, and so everywhere");
	if (rc >= 0 && groups != NULL)
		*groups = n;
out:
	ses_pcre_free(p);
	return rc < 0 ? -1 : 0;
}

int
ses_pcre_open(struct ses_pcre **out, size_t n, struct seshat_err *err)
{
	struct ses_pcre *p =
	    ses_calloc(1, sizeof(*p) + n * sizeof(p->codes[0]));

	if (p == NULL)
		return ses_fail_nomem(err);
	p->n = n;
	p->memory = pcre2_general_context_create(allocate, release, NULL);
	if (p->memory != NULL) {
		p->compile = pcre2_compile_context_create(p->memory);
		p->match = pcre2_match_context_create(p->memory);
		p->data = pcre2_match_data_create(SES_PCRE_GROUPS, p->memory);
	}
	if (p->compile == NULL || p->match == NULL || p->data == NULL) {
		ses_pcre_free(p);
		return ses_fail_nomem(err);
	}
	(void)pcre2_set_newline(p->compile, PCRE2_NEWLINE_LF);
	(void)pcre2_set_match_limit(p->match, MATCH_LIMIT);
	(void)pcre2_set_depth_limit(p->match, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(p->match, HEAP_LIMIT);
	*out = p;
	return 0;
}

void
ses_pcre_free(struct ses_pcre *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		pcre2_code_free(p->codes[i]);
	pcre2_jit_stack_free(p->stack);
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->match);
	pcre2_compile_context_free(p->compile);
	pcre2_general_context_free(p->memory);
	free(p);
}

/* Compile an expression that was checked before. */
static int
prepare(struct ses_pcre *p, size_t i, const char *regex, struct seshat_err *err)
{
	size_t at;
	int code;

	p->codes[i] = compile(p, regex, &code, &at);
	if (p->codes[i] == NULL)
		return ses_fail_nomem(err);
	/* where machine code is not allowed, it is interpreted */
	(void)pcre2_jit_compile(p->codes[i], PCRE2_JIT_COMPLETE);
	if (p->stack == NULL) {
		p->stack =
		    pcre2_jit_stack_create(STACK_FIRST, STACK_MAX, p->memory);
		if (p->stack != NULL)
			pcre2_jit_stack_assign(p->match, NULL, p->stack);
	}
	return 0;
}

int
ses_pcre_find(struct ses_pcre *p, size_t i, const char *regex,
    const struct ses_pcre_text *text, struct ses_pcre_match *m,
    struct seshat_err *err)
{
	const PCRE2_SIZE *v;
	size_t k;
	int rc;

	if (p->codes[i] == NULL && prepare(p, i, regex, err) < 0)
		return -1;
	(void)pcre2_set_offset_limit(p->match, text->last);
	rc = pcre2_match(p->codes[i], (PCRE2_SPTR)text->data, text->len,
	    text->from, 0, p->data, p->match);
	if (rc == PCRE2_ERROR_NOMATCH)
		return SES_PCRE_NO;
	if (rc == PCRE2_ERROR_NOMEMORY)
		return ses_fail_nomem(err);
	if (rc < 0)
		return SES_PCRE_GAVE_UP;
	v = pcre2_get_ovector_pointer(p->data);
	m->n = (size_t)rc;
	for (k = 0; k < m->n; k++) {
		m->at[k][0] = v[2 * k];
		m->at[k][1] = v[2 * k + 1];
	}
	return SES_PCRE_YES;
}
