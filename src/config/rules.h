#ifndef SES_CONFIG_RULES_H
#define SES_CONFIG_RULES_H

#include "base/buf.h"
#include "base/node.h"
#include "config/settings.h"

/* A document that says rules of redaction: what src/redact makes of it is not
 * known here. */
struct ses_config_rule_doc {
	char *path;
	struct ses_node *doc;
	int imported; /* a file in gitleaks' form; else rules, allow */
};

/* All of them: what configuration files say first, then imported files. */
struct ses_config_rules {
	struct ses_config_rule_doc *v;
	size_t n;
};

/**
 * ses_config_rules_take(r, path, s, here, err):
 * Take over what a configuration file says of rules.  here: it was found in a
 * working directory, and may not name other files, which could change after it
 * was trusted.
 */
int ses_config_rules_take(struct ses_config_rules *r, const char *path,
    struct ses_settings *s, int here, struct seshat_err *err);

/** Take over the list "harnesses" of a configuration file, if it has one; goes
 * before ses_config_rules_take.  What harness/files_user.c makes of it is not
 * known here. */
int ses_config_harnesses_take(struct ses_config_rules *r, const char *path,
    struct ses_settings *s, struct seshat_err *err);

/** Read the files that rule-files name, behind everything else. */
int ses_config_rules_import(struct ses_config_rules *r, struct seshat_err *err);

/** Read one file in gitleaks' form. */
int ses_config_rules_file(
    struct ses_config_rules *r, const char *path, struct seshat_err *err);

/** Release and start again from {0}. */
void ses_config_rules_free(struct ses_config_rules *r);

#endif
