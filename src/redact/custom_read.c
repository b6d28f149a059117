/* The keys rules and allow of a configuration file. */
#include <string.h>

#include "base/buf.h"
#include "base/xdg.h"
#include "redact/custom_read.h"

/* Keywords and words in general are compared in lower case. */
#define WORD_MAX 200

static int
check_id(const struct ses_custom_place *at, const struct ses_node *node,
    const char *id, struct seshat_err *err)
{
	const struct ses_rule *built_in;
	size_t i;

	if (id[0] == '\0' || strlen(id) > SES_CUSTOM_ID ||
	    id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return ses_custom_fail(at, node, err,
		    "id '%.80s': 1 to %d of a-z, 0-9 and '-' are allowed", id,
		    SES_CUSTOM_ID);
	for (i = 0; (built_in = ses_rule_at(i)) != NULL; i++)
		if (strcmp(built_in->id, id) == 0)
			return ses_custom_fail(at, node, err,
			    "id '%s' is that of a built-in rule; take another",
			    id);
	return 0;
}

int
ses_custom_add_keyword(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err)
{
	char lower[WORD_MAX + 1];
	size_t len = strlen(text);
	size_t i;

	if (len > WORD_MAX)
		return ses_custom_fail(
		    at, node, err, "a word of more than %d bytes", WORD_MAX);
	for (i = 0; i <= len; i++)
		lower[i] =
		    (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20
							    : text[i]);
	return ses_custom_add_word(at, node, lower, r, err);
}

/* A value as it stands, or /regex/. */
static int
add_value(const struct ses_custom_place *at, const struct ses_node *node,
    const char *text, struct ses_custom_allow *allow, struct seshat_err *err)
{
	struct ses_buf inner = {0};
	size_t len = strlen(text);
	int rc;

	if (len < 3 || text[0] != '/' || text[len - 1] != '/')
		return ses_custom_add_word(at, node, text, &allow->exact, err);
	ses_buf_add(&inner, text + 1, len - 2);
	(void)ses_buf_cstr(&inner);
	rc = ses_buf_check(&inner, err);
	if (rc == 0)
		rc = ses_custom_add_whole(
		    at, node, inner.data, &allow->regexes, err);
	ses_buf_free(&inner);
	return rc;
}

static int
read_values(const struct ses_custom_place *at, const struct ses_node *list,
    struct seshat_err *err)
{
	struct ses_custom_allow allow = {0};
	const struct ses_node *n;

	if (list->kind != SES_NODE_LIST)
		return ses_custom_fail(at, list, err, "%s is %s, not a list",
		    list->key, ses_node_kind_name(list->kind));
	for (n = list->first; n != NULL; n = n->next) {
		if (n->text == NULL || n->text[0] == '\0')
			return ses_custom_fail(
			    at, n, err, "%s takes a list of text", list->key);
		if (add_value(at, n, n->text, &allow, err) < 0)
			return -1;
	}
	ses_buf_add(&at->c->values, &allow, sizeof(allow));
	return ses_buf_check(&at->c->values, err);
}

/* The regular expressions that a rule lets through. */
static int
read_own_allow(const struct ses_custom_place *at, const struct ses_node *list,
    struct ses_range *r, struct seshat_err *err)
{
	struct ses_custom_allow allow = {0};

	if (ses_custom_each(
		at, list, ses_custom_add_whole, &allow.regexes, err) < 0)
		return -1;
	return ses_custom_add_allow(at->c, &allow, r, err);
}

/* The number of a group. */
static int
read_group(const struct ses_custom_place *at, const struct ses_node *node,
    uint32_t *out, struct seshat_err *err)
{
	double v = 0;

	if (ses_custom_number(at, node, &v, err) < 0)
		return -1;
	if (v > 99 || strchr(node->text, '.') != NULL)
		return ses_custom_fail(
		    at, node, err, "%s: 0 to 99 are allowed", node->key);
	*out = (uint32_t)v;
	return 0;
}

int
ses_custom_member(const struct ses_custom_place *at, const struct ses_node *n,
    const struct ses_custom_names *names, struct ses_custom_rule *rule,
    struct seshat_err *err)
{
	struct ses_range pattern = {0};
	const char *text = NULL;
	int rc = 0;

	if (strcmp(n->key, "regex") == 0) {
		if (ses_custom_text(at, n, &text, err) < 0 ||
		    ses_custom_add_regex(at, n, text, &pattern, err) < 0)
			return -1;
		rule->pattern = pattern.first;
	} else if (strcmp(n->key, names->what) == 0) {
		if (ses_custom_text(at, n, &text, err) < 0)
			return -1;
		rule->row.what = ses_custom_keep(at->c, text, err);
		rc = rule->row.what == NULL ? -1 : 0;
	} else if (strcmp(n->key, "keywords") == 0) {
		rc = ses_custom_each(
		    at, n, ses_custom_add_keyword, &rule->keywords, err);
	} else if (strcmp(n->key, "entropy") == 0) {
		rc = ses_custom_number(at, n, &rule->entropy, err);
	} else if (strcmp(n->key, names->group) == 0) {
		rc = read_group(at, n, &rule->group, err);
	} else {
		return 0;
	}
	return rc < 0 ? -1 : 1;
}

static int
read_member(const struct ses_custom_place *at, const struct ses_node *n,
    struct ses_custom_rule *rule, struct seshat_err *err)
{
	static const struct ses_custom_names names = {"what", "group"};
	int rc = ses_custom_member(at, n, &names, rule, err);

	if (rc != 0 || strcmp(n->key, "id") == 0)
		return rc < 0 ? -1 : 0;
	if (strcmp(n->key, "allow") == 0)
		return read_own_allow(at, n, &rule->allows, err);
	return ses_custom_fail(at, n, err, "unknown key '%.60s'", n->key);
}

static int
read_rule(struct ses_custom_place *at, const struct ses_node *table,
    struct seshat_err *err)
{
	struct ses_custom_rule rule = {.origin = at->path,
	    .line = table->line,
	    .row.what = "rule of your own"};
	const struct ses_node *id;
	const struct ses_node *n;

	at->id = NULL;
	if (table->kind != SES_NODE_TABLE)
		return ses_custom_fail(
		    at, table, err, "a rule is a mapping: id, regex, ...");
	id = ses_node_get(table, "id");
	if (id == NULL || id->text == NULL)
		return ses_custom_fail(at, table, err, "a rule without an id");
	if (check_id(at, id, id->text, err) < 0)
		return -1;
	at->id = rule.row.id = ses_custom_keep(at->c, id->text, err);
	if (at->id == NULL)
		return -1;
	if (ses_node_get(table, "regex") == NULL)
		return ses_custom_fail(at, table, err, "it has no regex");
	for (n = table->first; n != NULL; n = n->next)
		if (read_member(at, n, &rule, err) < 0)
			return -1;
	return ses_custom_add_rule(at, table, &rule, err);
}

/* "~/" is the home; else it begins at the root, for nobody knows from which
 * folder a mirror will run. */
static int
add_glob(const struct ses_custom_place *at, const struct ses_node *node,
    const char *text, struct ses_range *unused, struct seshat_err *err)
{
	struct ses_buf path = {0};
	const char *copy;
	int rc = -1;

	(void)unused;
	if (text[0] != '/' && strncmp(text, "~/", 2) != 0)
		return ses_custom_fail(at, node, err,
		    "paths: '%.100s' neither begins with '/' nor with '~/'",
		    text);
	if (ses_xdg_expand(text, &path, err) < 0)
		goto out;
	while (path.len > 1 && path.data[path.len - 1] == '/')
		path.len--;
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	copy = ses_custom_keep(at->c, path.data, err);
	if (copy == NULL)
		goto out;
	ses_buf_add(&at->c->globs, &copy, sizeof(copy));
	rc = ses_buf_check(&at->c->globs, err);
out:
	ses_buf_free(&path);
	return rc;
}

static int
read_allow(const struct ses_custom_place *at, const struct ses_node *table,
    struct seshat_err *err)
{
	const struct ses_node *n;

	if (table->kind != SES_NODE_TABLE)
		return ses_custom_fail(
		    at, table, err, "allow is a mapping: values, paths");
	for (n = table->first; n != NULL; n = n->next) {
		if (strcmp(n->key, "values") == 0) {
			if (read_values(at, n, err) < 0)
				return -1;
		} else if (strcmp(n->key, "paths") == 0) {
			if (ses_custom_each(at, n, add_glob, NULL, err) < 0)
				return -1;
		} else {
			return ses_custom_fail(
			    at, n, err, "unknown key '%.60s' in allow", n->key);
		}
	}
	return 0;
}

int
ses_custom_read_config(struct ses_custom *c, const char *path,
    const struct ses_node *doc, struct seshat_err *err)
{
	struct ses_custom_place at = {.c = c, .path = path};
	const struct ses_node *rules = ses_node_get(doc, "rules");
	const struct ses_node *allow = ses_node_get(doc, "allow");
	const struct ses_node *n;

	if (rules != NULL && rules->kind != SES_NODE_LIST)
		return ses_custom_fail(&at, rules, err, "rules is a list");
	for (n = rules == NULL ? NULL : rules->first; n != NULL; n = n->next)
		if (read_rule(&at, n, err) < 0)
			return -1;
	c->n_first = ses_custom_rules(c);
	at.id = NULL;
	return allow == NULL ? 0 : read_allow(&at, allow, err);
}
