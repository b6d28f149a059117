#ifndef SES_SETTINGS_H
#define SES_SETTINGS_H

#include "base/buf.h"
#include "base/node.h"

/*
 * What one configuration file says: its settings as text.  Both file formats
 * come out alike.
 */
enum ses_setting_kind {
	SES_SET_STORE,
	SES_SET_PROJECT,
	SES_SET_AGENT,
	SES_SET_ENDPOINT,
	SES_SET_REGION,
	SES_SET_INSECURE_HTTP, /* "true" or "false" */
	SES_SET_PUBLIC,        /* the same */
	/* who we are to a bucket: of one file, or of none */
	SES_SET_PROFILE,
	SES_SET_ACCESS_KEY,
	SES_SET_SECRET_KEY,
	SES_SET_SESSION_TOKEN,
	SES_SET_HF_TOKEN,
	SES_SET_BACKEND,
	SES_SET_BUCKET,
	SES_SET_ROOTS, /* a list: folders, a line feed between them */
	SES_SET_KINDS
};

struct ses_settings {
	char *v[SES_SET_KINDS]; /* NULL: not set */
	unsigned seen;          /* a bit for each kind that the file names */
	struct ses_node *rules; /* a table of the keys rules, allow, rule-files
				 * and harnesses, as they stand; or NULL */
};

/* Which names a file gives to the kinds. */
enum ses_setting_names { SES_NAMES_YAML, SES_NAMES_TRACECRAFT };

/** The name of a kind for people. */
const char *ses_setting_name(int kind);

/** Whether a kind holds a secret. */
int ses_setting_is_secret(int kind);

/** Whether a file found in a working directory may decide it untrusted. */
int ses_setting_is_harmless(int kind);

/** Whether a kind is one of those that belong together: a profile, or keys.  A
 * file that has one of them takes the place of all that came before. */
int ses_setting_is_login(int kind);

/** Whether a kind holds a list. */
int ses_setting_is_list(int kind);

/**
 * ses_settings_yaml(s, text, len, err):
 * Parse config.yaml or .seshat.yaml: one mapping of known keys to plain
 * values, or to lists of them where the kind is one; rules, allow and
 * rule-files are kept as a tree.  Errors: SESHAT_EFORMAT
 * with the line: malformed, an unknown or repeated key, a value that is no
 * text, an alias, anchor or tag.
 */
int ses_settings_yaml(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err);

/**
 * ses_settings_tracecraft(s, text, len, err):
 * Parse .tracecraft.json: one object of known fields; agent_id is the agent.
 * null and "" mean not set, as tracecraft takes them.  Errors as above.
 */
int ses_settings_tracecraft(struct ses_settings *s, const char *text,
    size_t len, struct seshat_err *err);

/**
 * ses_settings_take(s, names, key, value, err):
 * What both parsers do with a key: find its kind, see that it is there once,
 * and set it.  A value of NULL leaves it unset.  Answers the kind.
 */
int ses_settings_take(struct ses_settings *s, enum ses_setting_names names,
    const char *key, const char *value, struct seshat_err *err);

/** Set one, or add to a list; -1 and SESHAT_EFORMAT when the value is
 * implausible. */
int ses_settings_set(struct ses_settings *s, int kind, const char *value,
    struct seshat_err *err);

/** Set one whatever its value is; of a list, all of it. */
int ses_settings_set_any(struct ses_settings *s, int kind, const char *value,
    struct seshat_err *err);

/** Release and start again from {0}. */
void ses_settings_free(struct ses_settings *s);

#endif
