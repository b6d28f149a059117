#ifndef SES_CONFIG_H
#define SES_CONFIG_H

#include "base/buf.h"
#include "config/rules.h"

/*
 * What files of the working directory say of the sessions that ran in it or
 * below it; NULL: nothing.  Sessions of other folders are none of theirs.
 */
struct ses_config_here {
	char *dir; /* the working directory */
	char *project;
	char *agent;
};

/*
 * What the user has set, from all the places of formats.md 5, later wins:
 * ~/.tracecraft/config.json and the user's config.yaml, then .seshat.yaml and
 * .tracecraft.json of the working directory, the environment, flags.
 * What a file found in a working directory may decide is limited until it is
 * trusted: a cloned repository must not be able to send sessions elsewhere.
 */
struct ses_config {
	char *store;      /* URL; never NULL after a load */
	char *store_file; /* the file that names it; NULL: none does */
	char *project;    /* NULL: from the session's git root */
	char *agent;      /* NULL: none */
	struct ses_config_here here; /* goes before the two above */
	struct ses_buf roots; /* absolute folders, each followed by NUL: those
			       * of the user, then what files of the working
			       * directory add */
	int project_is_flag;  /* an explicit --project must equal the pin */
	/* what opens a store; NULL where not set.  The environment's AWS_* is
	 * not in it: the store itself looks there. */
	char *endpoint;
	char *region;
	int insecure_http;
	int is_public;    /* a store that everybody can read is wanted */
	char *profile;    /* this and the keys come from one file */
	char *access_key; /* secrets, never printed */
	char *secret_key;
	char *session_token;
	char *hf_token;
	struct ses_config_rules rules;     /* of redaction; all are trusted */
	struct ses_config_rules harnesses; /* lists of them, all trusted */
	struct ses_buf warnings; /* lines for the user, each ends in newline,
				  * fit for a terminal */
};

/* Flags that were given; NULL where not. */
struct ses_config_flags {
	const char *store;
	const char *project;
	const char *file; /* --config: instead of the user's config.yaml */
};

/**
 * ses_config_load(c, flags, cwd, err):
 * Fill c from everything there is.  Settings of an untrusted file that need
 * trust are left out and named in warnings ("run 'seshat trust FILE'"; see
 * trust.h).  ~/.tracecraft/config.json is not read where the working
 * directory has a trusted .tracecraft.json; an untrusted one does not hide it.
 * Errors: SESHAT_EFORMAT, a file is malformed or has a key we do not know
 * (file, line and key named); SESHAT_EUNSUPPORTED, a key of a later version;
 * SESHAT_EAUTH, a config file with a secret is readable by others;
 * SESHAT_EUSAGE, a flag's value is implausible.
 */
int ses_config_load(struct ses_config *c, const struct ses_config_flags *flags,
    const char *cwd, struct seshat_err *err);

/** Append to out what the files are like of which ses_config_load with this
 * --config (NULL: none) and cwd reads, whether they are there or not: other
 * text when one of them was written, or came or went. */
int ses_config_stamp(const char *user_file, const char *cwd,
    struct ses_buf *out, struct seshat_err *err);

/** Release and start again from {0}. */
void ses_config_free(struct ses_config *c);

#endif
