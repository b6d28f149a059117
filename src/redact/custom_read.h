#ifndef SES_CUSTOM_READ_H
#define SES_CUSTOM_READ_H

#include "redact/custom_set.h"

/* Reading a user's rules from documents. */

/* Where what is read belongs to, for messages. */
struct ses_custom_place {
	struct ses_custom *c;
	const char *path;
	const char *id; /* of the rule; NULL: none */
};

/** Fail with file, line and rule. */
int ses_custom_fail(const struct ses_custom_place *at,
    const struct ses_node *node, struct seshat_err *err, const char *fmt, ...)
    SESHAT_PRINTF(4, 5);

/** Keep a copy of a text as long as the set; NULL and err: out of memory. */
char *ses_custom_keep(
    struct ses_custom *c, const char *text, struct seshat_err *err);

/** Add a word to a range that ends the list; or an expression: of a rule, or
 * one that lets a part or the whole of something through. */
int ses_custom_add_word(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err);
int ses_custom_add_regex(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err);
int ses_custom_add_part(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err);
int ses_custom_add_whole(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err);

/** Add an allow list to a range that ends the list. */
int ses_custom_add_allow(struct ses_custom *c,
    const struct ses_custom_allow *allow, struct ses_range *r,
    struct seshat_err *err);

/** Add a rule whose id is not there yet. */
int ses_custom_add_rule(const struct ses_custom_place *at,
    const struct ses_node *node, const struct ses_custom_rule *rule,
    struct seshat_err *err);

/** Add a word in lower case. */
int ses_custom_add_keyword(const struct ses_custom_place *at,
    const struct ses_node *node, const char *text, struct ses_range *r,
    struct seshat_err *err);

/** Whether the group that a rule names is there. */
int ses_custom_check_group(const struct ses_custom_place *at,
    const struct ses_node *node, const struct ses_custom_rule *rule,
    struct seshat_err *err);

/** A number that is not negative; or a plain text, where a table is read. */
int ses_custom_number(const struct ses_custom_place *at,
    const struct ses_node *node, double *out, struct seshat_err *err);
int ses_custom_text(const struct ses_custom_place *at,
    const struct ses_node *node, const char **out, struct seshat_err *err);

/** Call each for every text of a list. */
int ses_custom_each(const struct ses_custom_place *at,
    const struct ses_node *list,
    int (*each)(const struct ses_custom_place *at, const struct ses_node *node,
	const char *text, struct ses_range *r, struct seshat_err *err),
    struct ses_range *r, struct seshat_err *err);

/** What a document says, in each form. */
int ses_custom_read_config(struct ses_custom *c, const char *path,
    const struct ses_node *doc, struct seshat_err *err);
int ses_custom_read_gitleaks(struct ses_custom *c, const char *path,
    const struct ses_node *doc, struct seshat_err *err);

/* What two members are called that both kinds of files have. */
struct ses_custom_names {
	const char *what;
	const char *group;
};

/** Read a member that rules of both kinds of files have: 1; 0, it is none of
 * these. */
int ses_custom_member(const struct ses_custom_place *at,
    const struct ses_node *n, const struct ses_custom_names *names,
    struct ses_custom_rule *rule, struct seshat_err *err);

#endif
