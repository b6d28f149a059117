#ifndef SES_CUSTOM_H
#define SES_CUSTOM_H

#include "base/node.h"

/*
 * A user's own rules and what is to be let through: read from configuration
 * and from files in gitleaks' form, compiled once for a process, then only
 * read, by the redactors of all threads.  docs/redaction.md says what rules
 * mean.
 */
struct ses_custom;

enum ses_custom_form {
	SES_CUSTOM_CONFIG,   /* the keys rules and allow of config.yaml */
	SES_CUSTOM_GITLEAKS, /* gitleaks.toml */
};

#define SES_CUSTOM_RULES    512    /* of all files together */
#define SES_CUSTOM_PATTERNS 20000  /* regular expressions, */
#define SES_CUSTOM_WORDS    100000 /* and words */

/** One rule of a file, taken (why is NULL) or left out. */
typedef void ses_custom_tell(
    void *arg, const char *id, size_t line, const char *why);

/** An empty set. */
int ses_custom_open(struct ses_custom **out, struct seshat_err *err);

/** Release; NULL is allowed. */
void ses_custom_free(struct ses_custom *c);

/**
 * ses_custom_add(c, form, path, doc, err):
 * Add what a document says.  path is for messages and --rules.  Rules of
 * configuration go before the built-in ones where both find the same bytes,
 * those of gitleaks' files behind; so the former are to be added first.
 * Errors: SESHAT_EFORMAT with path, line, rule and the place in the regular
 * expression; SESHAT_ELIMIT.
 */
int ses_custom_add(struct ses_custom *c, enum ses_custom_form form,
    const char *path, const struct ses_node *doc, struct seshat_err *err);

/** From now on a rule that is wrong is left out and told of. */
void ses_custom_tell_to(struct ses_custom *c, ses_custom_tell *tell, void *arg);

/**
 * ses_custom_compile(c, err):
 * Make the set ready: from the cache, or by compiling and filling it.
 * Errors: SESHAT_EUNSUPPORTED, libhs.so.5 is not there; SESHAT_EFORMAT, an
 * expression is wrong.
 */
int ses_custom_compile(struct ses_custom *c, struct seshat_err *err);

/** Number of rules; and of those, how many come before the built-in ones. */
size_t ses_custom_rules(const struct ses_custom *c);
size_t ses_custom_first(const struct ses_custom *c);

/** The file a rule is from. */
const char *ses_custom_origin(const struct ses_custom *c, size_t i);

/** Whether a source is to be stored as it stands; c may be NULL. */
int ses_custom_lets_path(const struct ses_custom *c, const char *path);

#endif
