/* Rules in the form of gitleaks' configuration (versions 8.0 to 8.28). */
#include <string.h>

#include "redact/custom_read.h"

/* A rule's id as our marks and part headers can hold it. */
static const char *
make_id(
    const struct ses_custom_place *at, const char *text, struct seshat_err *err)
{
	char id[SES_CUSTOM_ID + 1];
	size_t n;

	for (n = 0; n < SES_CUSTOM_ID && text[n] != '\0'; n++) {
		char c = text[n];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9'))
			c = '-';
		id[n] = c;
	}
	id[n] = '\0';
	return ses_custom_keep(at->c, id, err);
}

static int
read_word(const struct ses_custom_place *at, const struct ses_node *node,
    const char *const *words, struct seshat_err *err)
{
	const char *text = NULL;
	int i;

	if (ses_custom_text(at, node, &text, err) < 0)
		return -1;
	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	return ses_custom_fail(
	    at, node, err, "%s '%.40s' is not known", node->key, text);
}

static int
read_allow_member(const struct ses_custom_place *at, const struct ses_node *n,
    struct ses_custom_allow *a, struct seshat_err *err)
{
	static const char *const conditions[] = {
	    "OR", "||", "or", "AND", "&&", "and", NULL};
	static const char *const targets[] = {"secret", "match", "line", NULL};
	int i;

	if (strcmp(n->key, "regexes") == 0)
		return ses_custom_each(
		    at, n, ses_custom_add_part, &a->regexes, err);
	if (strcmp(n->key, "paths") == 0)
		return ses_custom_each(
		    at, n, ses_custom_add_part, &a->paths, err);
	if (strcmp(n->key, "stopwords") == 0)
		return ses_custom_each(
		    at, n, ses_custom_add_keyword, &a->words, err);
	if (strcmp(n->key, "targetRules") == 0)
		return ses_custom_each(
		    at, n, ses_custom_add_word, &a->rules, err);
	if (strcmp(n->key, "condition") == 0) {
		i = read_word(at, n, conditions, err);
		a->all = i > 2;
		return i < 0 ? -1 : 0;
	}
	if (strcmp(n->key, "regexTarget") == 0) {
		i = read_word(at, n, targets, err);
		if (i >= 0)
			a->target = (enum ses_custom_target)i;
		return i < 0 ? -1 : 0;
	}
	if (strcmp(n->key, "commits") == 0) /* what we read has none */
		a->never = n->first != NULL;
	return 0;
}

static int
read_allowlist(const struct ses_custom_place *at, const struct ses_node *table,
    struct ses_range *r, struct seshat_err *err)
{
	struct ses_custom_allow allow = {0};
	const struct ses_node *n;

	if (table->kind != SES_NODE_TABLE)
		return ses_custom_fail(
		    at, table, err, "an allowlist is a table");
	for (n = table->first; n != NULL; n = n->next)
		if (read_allow_member(at, n, &allow, err) < 0)
			return -1;
	return ses_custom_add_allow(at->c, &allow, r, err);
}

/* allowlist (of earlier versions) and allowlists of a rule or of the file. */
static int
read_allowlists(const struct ses_custom_place *at, const struct ses_node *table,
    struct ses_range *r, struct seshat_err *err)
{
	const struct ses_node *one = ses_node_get(table, "allowlist");
	const struct ses_node *many = ses_node_get(table, "allowlists");
	const struct ses_node *n;

	if (one != NULL && read_allowlist(at, one, r, err) < 0)
		return -1;
	if (many == NULL)
		return 0;
	if (many->kind != SES_NODE_LIST)
		return ses_custom_fail(
		    at, many, err, "allowlists is no list of tables");
	for (n = many->first; n != NULL; n = n->next)
		if (read_allowlist(at, n, r, err) < 0)
			return -1;
	return 0;
}

static int
read_member(const struct ses_custom_place *at, const struct ses_node *n,
    struct ses_custom_rule *rule, struct seshat_err *err)
{
	static const struct ses_custom_names names = {
	    "description", "secretGroup"};

	/* path, tags and what later versions have: a rule without it finds
	 * more, not less; a file's text may stand in any transcript */
	return ses_custom_member(at, n, &names, rule, err) < 0 ? -1 : 0;
}

/* 1, taken; 0, it is about names of files alone. */
static int
read_rule(const struct ses_custom_place *at, const struct ses_node *table,
    struct ses_custom_rule *rule, struct seshat_err *err)
{
	const struct ses_node *n;

	if (ses_node_get(table, "regex") == NULL) {
		if (ses_node_get(table, "path") != NULL)
			return 0;
		return ses_custom_fail(at, table, err, "it has no regex");
	}
	for (n = table->first; n != NULL; n = n->next)
		if (read_member(at, n, rule, err) < 0)
			return -1;
	if (read_allowlists(at, table, &rule->allows, err) < 0)
		return -1;
	if (at->c->tell != NULL &&
	    ses_custom_check_group(at, table, rule, err) < 0)
		return -1;
	return ses_custom_add_rule(at, table, rule, err) < 0 ? -1 : 1;
}

static void
tell(const struct ses_custom *c, const char *id, const struct ses_node *node,
    const char *why)
{
	if (c->tell != NULL)
		c->tell(c->tell_arg, id, node->line, why);
}

/* One of [[rules]].  Where somebody is told, what is wrong is left out. */
static int
take_rule(struct ses_custom_place *at, const struct ses_node *table,
    const struct ses_range *shared, struct seshat_err *err)
{
	struct ses_custom_rule rule = {.origin = at->path,
	    .line = table->line,
	    .shared = *shared,
	    .row.what = "rule of a file"};
	const struct ses_node *id = ses_node_get(table, "id");
	int rc;

	at->id = NULL;
	if (id == NULL || id->text == NULL || id->text[0] == '\0') {
		rc = ses_custom_fail(at, table, err, "a rule without an id");
	} else {
		at->id = rule.row.id = make_id(at, id->text, err);
		if (at->id == NULL)
			return -1;
		rc = read_rule(at, table, &rule, err);
	}
	if (rc < 0 && (at->c->tell == NULL || err->code == SESHAT_ENOMEM))
		return -1;
	tell(at->c, at->id != NULL ? at->id : "?", table,
	    rc > 0   ? NULL
	    : rc < 0 ? err->msg
		     : "it has no regex, only names of files");
	return 0;
}

/* Other files are not followed: the user has not named them. */
static int
read_extend(const struct ses_custom_place *at, const struct ses_node *doc,
    struct seshat_err *err)
{
	const struct ses_node *extend = ses_node_get(doc, "extend");
	const struct ses_node *n = ses_node_get(extend, "path");

	if (n == NULL)
		n = ses_node_get(extend, "url");
	if (n == NULL)
		return 0;
	if (at->c->tell == NULL)
		return ses_custom_fail(at, n, err,
		    "extend.%s is not followed (take it out, and name that "
		    "file under rule-files, too)",
		    n->key);
	tell(at->c, "extend", n, "other files are not followed");
	return 0;
}

int
ses_custom_read_gitleaks(struct ses_custom *c, const char *path,
    const struct ses_node *doc, struct seshat_err *err)
{
	struct ses_custom_place at = {.c = c, .path = path};
	const struct ses_node *rules = ses_node_get(doc, "rules");
	const struct ses_node *n;
	struct ses_range shared = {0};

	if (rules != NULL && rules->kind != SES_NODE_LIST)
		return ses_custom_fail(
		    &at, rules, err, "rules is no list of tables");
	if (read_extend(&at, doc, err) < 0 ||
	    read_allowlists(&at, doc, &shared, err) < 0)
		return -1;
	for (n = rules == NULL ? NULL : rules->first; n != NULL; n = n->next) {
		if (n->kind != SES_NODE_TABLE)
			return ses_custom_fail(
			    &at, n, err, "a rule is a table");
		if (take_rule(&at, n, &shared, err) < 0)
			return -1;
	}
	return 0;
}
