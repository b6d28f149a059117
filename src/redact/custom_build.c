/* Compiling a user's rules with Hyperscan. */
#include <dlfcn.h>
#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/custom_read.h"

/* The compiler, which is not linked: it would be loaded at every start. */
struct compiler {
	void *lib;
	hs_error_t(HS_CDECL *compile)(const char *const *, const unsigned *,
	    const unsigned *, unsigned, unsigned, const hs_platform_info_t *,
	    hs_database_t **, hs_compile_error_t **);
	hs_error_t(HS_CDECL *info)(
	    const char *, unsigned, hs_expr_info_t **, hs_compile_error_t **);
	hs_error_t(HS_CDECL *free_error)(hs_compile_error_t *);
	const char *(HS_CDECL *version)(void);
};

/* What Hyperscan is given.  The id of an expression is the number of its
 * rule. */
struct expressions {
	struct ses_buf text;  /* const char * */
	struct ses_buf flags; /* unsigned */
	struct ses_buf ids;   /* unsigned */
	struct ses_buf words; /* keywords as expressions, with their NULs */
	struct ses_buf at;    /* size_t: where in words, or SIZE_MAX */
	unsigned n;
};

/* Where a match of a rule is no longer than this, PCRE2 looks near it; else in
 * all of the text, and Hyperscan needs to tell of it once. */
#define WIDTH_MAX 4096

static void
fail_load(const char *why, struct seshat_err *err)
{
	(void)ses_fail(err, SESHAT_EUNSUPPORTED,
	    "rules of your own need Hyperscan's compiler (install Debian's "
	    "package libhyperscan5), so nothing is stored: %s",
	    why);
}

/* POSIX: a function's address fits into a void pointer, and is stored so. */
static int
find(const struct compiler *c, const char *name, void **to,
    struct seshat_err *err)
{
	*to = dlsym(c->lib, name);
	if (*to != NULL)
		return 0;
	fail_load(dlerror(), err);
	return -1;
}

static int
load(struct compiler *c, struct seshat_err *err)
{
	c->lib = dlopen("libhs.so.5", RTLD_NOW | RTLD_LOCAL);
	if (c->lib == NULL) {
		fail_load(dlerror(), err);
		return -1;
	}
	if (find(c, "hs_compile_multi", (void **)&c->compile, err) < 0 ||
	    find(c, "hs_expression_info", (void **)&c->info, err) < 0 ||
	    find(c, "hs_free_compile_error", (void **)&c->free_error, err) <
		0 ||
	    find(c, "hs_version", (void **)&c->version, err) < 0)
		return -1;
	if (strcmp(c->version(), hs_version()) != 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "libhs.so.5 is version %s, and seshat was built with %s: "
		    "build it anew; nothing is stored",
		    c->version(), hs_version());
	return 0;
}

static void
add(struct expressions *e, const char *text, unsigned flags, size_t rule)
{
	size_t none = SIZE_MAX;
	unsigned id = (unsigned)rule;

	ses_buf_add(&e->at, &none, sizeof(none));
	ses_buf_add(&e->text, &text, sizeof(text));
	ses_buf_add(&e->flags, &flags, sizeof(flags));
	ses_buf_add(&e->ids, &id, sizeof(id));
	e->n++;
}

/* A word as an expression that means only itself. */
static void
add_word(struct expressions *e, const char *word, size_t rule)
{
	size_t at = e->words.len;

	for (; *word != '\0'; word++)
		ses_buf_fmt(&e->words, "\\x%02x", (unsigned char)*word);
	ses_buf_add(&e->words, "", 1);
	add(e, NULL, HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH, rule);
	if (e->at.len >= sizeof(at))
		memcpy(e->at.data + e->at.len - sizeof(at), &at, sizeof(at));
}

static unsigned
flags_of(const struct ses_custom_rule *r)
{
	return HS_FLAG_MULTILINE | (r->width == 0 ? HS_FLAG_SINGLEMATCH : 0U) |
	       (r->how == SES_HOW_PART ? HS_FLAG_PREFILTER : 0U);
}

static int
collect(
    struct expressions *e, const struct ses_custom *c, struct seshat_err *err)
{
	const struct ses_custom_rule *r;
	const size_t *at;
	const char *word;
	size_t i;
	size_t k;

	for (i = 0; i < ses_custom_rules(c); i++) {
		r = ses_custom_rule(c, i);
		if (r->how == SES_HOW_FULL || r->how == SES_HOW_PART)
			add(e, ses_custom_pattern(c, r->pattern)->text,
			    flags_of(r), i);
		for (k = 0; r->how == SES_HOW_KEYWORDS && k < r->keywords.n;
		     k++)
			add_word(
			    e, ses_custom_word(c, r->keywords.first + k), i);
	}
	if (e->text.bad || e->flags.bad || e->ids.bad || e->words.bad ||
	    e->at.bad)
		return ses_fail_nomem(err);
	at = (const void *)e->at.data;
	for (i = 0; i < e->n; i++) {
		if (at[i] == SIZE_MAX)
			continue;
		word = e->words.data + at[i];
		memcpy(e->text.data + i * sizeof(word), &word, sizeof(word));
	}
	return 0;
}

static void
release(struct expressions *e)
{
	ses_buf_free(&e->text);
	ses_buf_free(&e->flags);
	ses_buf_free(&e->ids);
	ses_buf_free(&e->words);
	ses_buf_free(&e->at);
}

/* A rule that Hyperscan refused is found by less. */
static int
step_down(struct ses_custom *c, unsigned rule, const char *why,
    struct seshat_err *err)
{
	struct ses_custom_rule *r = ses_custom_rule(c, rule);
	const struct ses_custom_place at = {
	    .c = c, .path = r->origin, .id = r->row.id};
	const struct ses_node node = {.line = r->line};

	switch (r->how) {
	case SES_HOW_FULL:
		r->how = SES_HOW_PART;
		r->width = 0;
		return 0;
	case SES_HOW_PART:
		r->how = r->keywords.n > 0 ? SES_HOW_KEYWORDS : SES_HOW_EVERY;
		return 0;
	case SES_HOW_KEYWORDS:
	case SES_HOW_EVERY:
		break;
	}
	return ses_custom_fail(
	    &at, &node, err, "Hyperscan refuses its keywords: %s", why);
}

/* One try: 1, compiled; 0, a rule steps down and all is tried again. */
static int
compile(struct ses_custom *c, const struct compiler *hs, struct seshat_err *err)
{
	struct expressions e = {0};
	hs_compile_error_t *bad = NULL;
	hs_error_t code;
	int rc = -1;

	if (collect(&e, c, err) < 0)
		goto out;
	rc = 1;
	if (e.n == 0) /* every line is tried */
		goto out;
	code = hs->compile((const char *const *)(void *)e.text.data,
	    (const unsigned *)(void *)e.flags.data,
	    (const unsigned *)(void *)e.ids.data, e.n, HS_MODE_BLOCK, NULL,
	    &c->db, &bad);
	if (code == HS_SUCCESS)
		goto out;
	rc = -1;
	if (bad == NULL || code != HS_COMPILER_ERROR)
		ses_fail_nomem(err);
	else if (bad->expression >= 0 && (unsigned)bad->expression < e.n)
		rc = step_down(c,
		    ((unsigned *)(void *)e.ids.data)[bad->expression],
		    bad->message, err);
	else
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "Hyperscan cannot compile the rules: %s", bad->message);
	(void)hs->free_error(bad);
out:
	release(&e);
	return rc;
}

/* How long the matches of each rule can be. */
static void
measure(struct ses_custom *c, const struct compiler *hs)
{
	struct ses_custom_rule *r;
	hs_compile_error_t *bad;
	hs_expr_info_t *info;
	size_t i;

	for (i = 0; i < ses_custom_rules(c); i++) {
		r = ses_custom_rule(c, i);
		info = NULL;
		bad = NULL;
		if (hs->info(ses_custom_pattern(c, r->pattern)->text,
			HS_FLAG_MULTILINE, &info, &bad) == HS_SUCCESS &&
		    info->max_width <= WIDTH_MAX)
			r->width = info->max_width;
		free(info);
		(void)hs->free_error(bad);
	}
}

int
ses_custom_build(struct ses_custom *c, struct seshat_err *err)
{
	struct compiler hs = {0};
	int rc = load(&hs, err);

	if (rc == 0)
		measure(c, &hs);
	while (rc == 0)
		rc = compile(c, &hs, err);
	if (hs.lib != NULL)
		(void)dlclose(hs.lib);
	return rc < 0 ? -1 : 0;
}
