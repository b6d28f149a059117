#ifndef SES_SETTINGS_H
#define SES_SETTINGS_H

#include "base/buf.h"

/*
 * What one configuration file says: the names and values of its settings, as
 * text, in the order of the file.  Both file formats come out alike.
 */
#define SES_SETTINGS_FILE_MAX (1U << 20)
#define SES_SETTINGS_MAX      32

enum ses_setting_kind {
	SES_SET_STORE,
	SES_SET_PROJECT,
	SES_SET_AGENT,
	SES_SET_ENDPOINT,
	SES_SET_ACCESS_KEY,
	SES_SET_SECRET_KEY,
	SES_SET_HF_TOKEN,
	SES_SET_BACKEND,
	SES_SET_BUCKET,
	SES_SET_KINDS
};

struct ses_settings {
	char *v[SES_SET_KINDS]; /* NULL: not set */
};

/** The name of a kind in config.yaml ("access_key"). */
const char *ses_setting_name(int kind);

/** Whether a kind holds a secret. */
int ses_setting_is_secret(int kind);

/** Whether a file found in a working directory may decide it untrusted. */
int ses_setting_is_harmless(int kind);

/**
 * ses_settings_yaml(s, text, len, err):
 * Parse config.yaml or .seshat.yaml: one mapping of known keys to plain
 * values.  Errors: SESHAT_EFORMAT with the line: malformed, an unknown or
 * repeated key, a value that is no text, an alias, anchor or tag.
 */
int ses_settings_yaml(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err);

/** Parse .tracecraft.json: one object of known fields; agent_id is the
 * agent.  Errors as above. */
int ses_settings_tracecraft(struct ses_settings *s, const char *text,
    size_t len, struct seshat_err *err);

/** Set one; -1 and SESHAT_EFORMAT when its value is implausible. */
int ses_settings_set(struct ses_settings *s, int kind, const char *value,
    struct seshat_err *err);

/** Release and start again from {0}. */
void ses_settings_free(struct ses_settings *s);

#endif
