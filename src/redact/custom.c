/* fnmatch's FNM_LEADING_DIR: what lies below a folder */
#define _GNU_SOURCE

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "redact/custom_read.h"
#include "redact/pcre.h"

int
ses_custom_open(struct ses_custom **out, struct seshat_err *err)
{
	*out = ses_calloc(1, sizeof(**out));
	return *out == NULL ? ses_fail_nomem(err) : 0;
}

void
ses_custom_free(struct ses_custom *c)
{
	char **v;
	size_t i;

	if (c == NULL)
		return;
	v = (char **)(void *)c->strings.data;
	for (i = 0; i < ses_custom_n(&c->strings, sizeof(*v)); i++)
		free(v[i]);
	(void)hs_free_database(c->db);
	ses_buf_free(&c->rules);
	ses_buf_free(&c->patterns);
	ses_buf_free(&c->words);
	ses_buf_free(&c->allows);
	ses_buf_free(&c->strings);
	ses_buf_free(&c->values);
	ses_buf_free(&c->globs);
	ses_dialect_free(&c->dialect);
	free(c);
}

void
ses_custom_tell_to(struct ses_custom *c, ses_custom_tell *tell, void *arg)
{
	c->tell = tell;
	c->tell_arg = arg;
}

size_t
ses_custom_rules(const struct ses_custom *c)
{
	return ses_custom_n(&c->rules, sizeof(struct ses_custom_rule));
}

size_t
ses_custom_first(const struct ses_custom *c)
{
	return c->n_first;
}

const char *
ses_custom_origin(const struct ses_custom *c, size_t i)
{
	return ses_custom_rule(c, i)->origin;
}

int
ses_custom_lets_path(const struct ses_custom *c, const char *path)
{
	size_t i;

	const char *const *v;

	if (c == NULL || path == NULL)
		return 0;
	v = (const char *const *)(void *)c->globs.data;
	for (i = 0; i < ses_custom_n(&c->globs, sizeof(*v)); i++)
		if (fnmatch(v[i], path, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return 1;
	return 0;
}

int
ses_custom_fail(const struct ses_custom_place *at, const struct ses_node *node,
    struct seshat_err *err, const char *fmt, ...)
{
	char text[SESHAT_ERR_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (at->id == NULL)
		return ses_fail(err, SESHAT_EFORMAT, "%s: line %zu: %s",
		    at->path, node->line, text);
	return ses_fail(err, SESHAT_EFORMAT, "%s: line %zu: rule %.64s: %s",
	    at->path, node->line, at->id, text);
}

char *
ses_custom_keep(struct ses_custom *c, const char *text, struct seshat_err *err)
{
	char *copy = ses_str_dup(text);

	ses_buf_add(&c->strings, &copy, sizeof(copy));
	if (copy == NULL || c->strings.bad) {
		if (c->strings.bad)
			free(copy);
		ses_fail_nomem(err);
		return NULL;
	}
	return copy;
}

static void
grow(struct ses_range *r, size_t n)
{
	if (r->n++ == 0)
		r->first = (uint32_t)n;
}

int
ses_custom_add_word(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err)
{
	struct ses_custom *c = at->c;
	const char *copy;

	if (ses_custom_n(&c->words, sizeof(copy)) >= SES_CUSTOM_WORDS)
		return ses_custom_fail(at, node, err,
		    "more than %d words are too many", SES_CUSTOM_WORDS);
	copy = ses_custom_keep(c, text, err);
	if (copy == NULL)
		return -1;
	grow(r, ses_custom_n(&c->words, sizeof(copy)));
	ses_buf_add(&c->words, &copy, sizeof(copy));
	return ses_buf_check(&c->words, err);
}

/* What translating or PCRE2 finds wrong, with file, line and rule. */
static int
fail_pattern(const struct ses_custom_place *at, const struct ses_node *node,
    struct seshat_err *err)
{
	char why[SESHAT_ERR_MAX];

	if (err->code != SESHAT_EFORMAT)
		return -1;
	memcpy(why, err->msg, sizeof(why));
	return ses_custom_fail(at, node, err, "regex %s", why);
}

static int
add_pattern(const struct ses_custom_place *at, const struct ses_node *node,
    struct ses_custom_pattern *p, struct ses_range *r, struct seshat_err *err)
{
	struct ses_custom *c = at->c;
	struct ses_buf whole = {0};

	if (ses_custom_patterns(c) >= SES_CUSTOM_PATTERNS)
		return ses_custom_fail(at, node, err,
		    "more than %d regular expressions are too many",
		    SES_CUSTOM_PATTERNS);
	/* else PCRE2 is asked once: when the set is not in the cache */
	if (ses_dialect_read(&c->dialect, p->regex, err) < 0 ||
	    (c->tell != NULL && ses_pcre_check(&c->dialect,
				    p->use != SES_USE_RULE, NULL, err) < 0))
		return fail_pattern(at, node, err);
	p->line = node->line;
	p->origin = at->path;
	p->id = at->id;
	p->regex = ses_custom_keep(c, p->regex, err);
	if (p->use == SES_USE_WHOLE)
		ses_buf_fmt(&whole, "\\A(?:%s)\\z", c->dialect.text.data);
	else
		ses_buf_str(&whole, c->dialect.text.data);
	if (p->regex != NULL)
		p->text = ses_custom_keep(c, ses_buf_cstr(&whole), err);
	if (ses_buf_check(&whole, err) < 0)
		p->text = NULL;
	ses_buf_free(&whole);
	if (p->text == NULL)
		return -1;
	p->lead = p->use == SES_USE_RULE && ses_dialect_drop_lead(p->text);
	grow(r, ses_custom_patterns(c));
	ses_buf_add(&c->patterns, p, sizeof(*p));
	return ses_buf_check(&c->patterns, err);
}

int
ses_custom_add_regex(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err)
{
	struct ses_custom_pattern p = {.use = SES_USE_RULE, .regex = text};

	return add_pattern(at, node, &p, r, err);
}

int
ses_custom_add_part(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err)
{
	struct ses_custom_pattern p = {.use = SES_USE_ALLOW, .regex = text};

	return add_pattern(at, node, &p, r, err);
}

int
ses_custom_add_whole(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err)
{
	struct ses_custom_pattern p = {.use = SES_USE_WHOLE, .regex = text};

	return add_pattern(at, node, &p, r, err);
}

/* Whether PCRE2 takes every expression. */
static int
check_patterns(struct ses_custom *c, struct seshat_err *err)
{
	const struct ses_custom_pattern *p;
	struct ses_custom_place at = {.c = c};
	struct ses_node node = {0};
	size_t i;

	for (i = 0; i < ses_custom_patterns(c); i++) {
		p = ses_custom_pattern(c, i);
		at.path = p->origin;
		at.id = p->id;
		node.line = p->line;
		if (ses_dialect_read(&c->dialect, p->regex, err) < 0 ||
		    ses_pcre_check(
			&c->dialect, p->use != SES_USE_RULE, NULL, err) < 0)
			return fail_pattern(&at, &node, err);
	}
	return 0;
}

int
ses_custom_add_allow(struct ses_custom *c, const struct ses_custom_allow *allow,
    struct ses_range *r, struct seshat_err *err)
{
	grow(r, ses_custom_n(&c->allows, sizeof(*allow)));
	ses_buf_add(&c->allows, allow, sizeof(*allow));
	return ses_buf_check(&c->allows, err);
}

int
ses_custom_add_rule(const struct ses_custom_place *at,
    const struct ses_node *node, const struct ses_custom_rule *rule,
    struct seshat_err *err)
{
	struct ses_custom *c = at->c;
	size_t n = ses_custom_rules(c);
	const struct ses_custom_rule *other;
	size_t i;

	if (n >= SES_CUSTOM_RULES)
		return ses_custom_fail(at, node, err,
		    "more than %d rules are too many", SES_CUSTOM_RULES);
	for (i = 0; i < n; i++) {
		other = ses_custom_rule(c, i);
		if (strcmp(other->row.id, rule->row.id) == 0)
			return ses_custom_fail(at, node, err,
			    "there is one of this id (%s: line %zu)",
			    other->origin, other->line);
	}
	ses_buf_add(&c->rules, rule, sizeof(*rule));
	return ses_buf_check(&c->rules, err);
}

int
ses_custom_number(const struct ses_custom_place *at,
    const struct ses_node *node, double *out, struct seshat_err *err)
{
	char *stop = NULL;
	double v = -1;

	if (node->text != NULL && node->kind != SES_NODE_BOOL &&
	    node->text[strspn(node->text, "0123456789.")] == '\0')
		v = strtod(node->text, &stop);
	if (stop == NULL || stop == node->text || *stop != '\0')
		return ses_custom_fail(
		    at, node, err, "%s is no number of 0 or more", node->key);
	*out = v;
	return 0;
}

int
ses_custom_text(const struct ses_custom_place *at, const struct ses_node *node,
    const char **out, struct seshat_err *err)
{
	if (node->text == NULL)
		return ses_custom_fail(at, node, err, "%s is %s, not text",
		    node->key, ses_node_kind_name(node->kind));
	*out = node->text;
	return 0;
}

int
ses_custom_each(const struct ses_custom_place *at, const struct ses_node *list,
    int (*each)(const struct ses_custom_place *at, const struct ses_node *node,
	const char *text, struct ses_range *r, struct seshat_err *err),
    struct ses_range *r, struct seshat_err *err)
{
	const struct ses_node *n;

	if (list->kind != SES_NODE_LIST)
		return ses_custom_fail(at, list, err, "%s is %s, not a list",
		    list->key, ses_node_kind_name(list->kind));
	for (n = list->first; n != NULL; n = n->next) {
		if (n->text == NULL)
			return ses_custom_fail(
			    at, n, err, "%s takes a list of text", list->key);
		if (n->text[0] == '\0')
			return ses_custom_fail(
			    at, n, err, "an empty text in %s", list->key);
		if (each(at, n, n->text, r, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_custom_add(struct ses_custom *c, enum ses_custom_form form,
    const char *path, const struct ses_node *doc, struct seshat_err *err)
{
	path = ses_custom_keep(c, path, err);
	if (path == NULL)
		return -1;
	return form == SES_CUSTOM_CONFIG
		   ? ses_custom_read_config(c, path, doc, err)
		   : ses_custom_read_gitleaks(c, path, doc, err);
}

int
ses_custom_check_group(const struct ses_custom_place *at,
    const struct ses_node *node, const struct ses_custom_rule *rule,
    struct seshat_err *err)
{
	const struct ses_custom_pattern *p =
	    ses_custom_pattern(at->c, rule->pattern);
	struct ses_dialect *d = &at->c->dialect;
	unsigned groups = 0;

	if (rule->group == 0)
		return 0;
	if (ses_dialect_read(d, p->regex, err) < 0 ||
	    ses_pcre_check(d, 0, &groups, err) < 0)
		return -1;
	if (rule->group <= groups)
		return 0;
	return ses_custom_fail(
	    at, node, err, "group %u: the regex has %u", rule->group, groups);
}

static int
check_groups(struct ses_custom *c, struct seshat_err *err)
{
	const struct ses_custom_rule *r;
	struct ses_custom_place at = {.c = c};
	struct ses_node node = {0};
	size_t i;

	for (i = 0; i < ses_custom_rules(c); i++) {
		r = ses_custom_rule(c, i);
		at.path = r->origin;
		at.id = r->row.id;
		node.line = r->line;
		if (ses_custom_check_group(&at, &node, r, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_custom_compile(struct ses_custom *c, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int have = 0;
	int rc = -1;

	if (ses_custom_rules(c) == 0)
		return check_patterns(c, err);
#if defined(__x86_64__)
	/* Hyperscan's own demand; without it, it must not be called */
	if (!__builtin_cpu_supports("ssse3"))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "rules of your own need a processor with SSSE3; take them "
		    "out of the configuration to store with the built-in ones");
#endif
	if (ses_custom_cache_path(c, &path, err) < 0)
		goto out;
	have = ses_custom_load(c, path.data, err);
	if (have < 0 ||
	    (!have && (check_patterns(c, err) < 0 || check_groups(c, err) < 0 ||
			  ses_custom_build(c, err) < 0)))
		goto out;
	/* without a cache the next run compiles again, and is as right */
	if (!have && ses_custom_save(c, path.data, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
	rc = 0;
out:
	ses_buf_free(&path);
	return rc;
}
