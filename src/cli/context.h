#ifndef SES_CONTEXT_H
#define SES_CONTEXT_H

#include "cli/cli.h"
#include "cli/stats.h"
#include "config/config.h"
#include "harness/harness.h"
#include "mirror/mirror.h"
#include "vault/sessions.h"

/* What most commands open first: the configuration and the store. */
struct ses_context {
	struct ses_config config;
	struct ses_store_access access; /* borrows from config */
	struct ses_stats stats;         /* of what it opened */
	struct ses_custom *custom;      /* NULL until ses_context_rules */
	struct ses_store *store;        /* NULL until ses_context_store */
	char *cwd;                      /* real path of the current directory */
};

/** Load the configuration; its warnings go to stderr. */
int ses_context_open(
    struct ses_context *c, const struct ses_cli *cli, struct seshat_err *err);

/** What opens a store, of the configuration and the flags; borrows. */
struct ses_store_access ses_context_access(
    const struct ses_config *config, const struct ses_cli *cli);

/** Make the user's rules of redaction ready: c->custom, which stays NULL where
 * there are none.  On error nothing may be stored. */
int ses_context_rules(struct ses_context *c, struct seshat_err *err);

/** Open, for a command that stores what was redacted; with no_redact the rules
 * are not needed. */
int ses_context_open_redacting(struct ses_context *c, const struct ses_cli *cli,
    int no_redact, struct seshat_err *err);

/** Open the configured store. */
int ses_context_store(struct ses_context *c, struct seshat_err *err);

void ses_context_free(struct ses_context *c);

/**
 * ses_context_no_vault(c, err):
 * Where nothing was found: whether there is a vault in the open store at all.
 * 0, it is there and has nothing; or -1: SESHAT_ENOTFOUND, there is none.
 */
int ses_context_no_vault(const struct ses_context *c, struct seshat_err *err);

/** As ses_context_no_vault, but tell it on stderr and go on: 1 when it was
 * told, 0 when there is a vault, or -1. */
int ses_context_tell_no_vault(const struct ses_cli *cli,
    const struct ses_context *c, struct seshat_err *err);

/** What a mirror needs of the configuration; borrows from c. */
struct ses_mirror_opts ses_context_mirror(const struct ses_context *c);

/**
 * ses_context_find(c, text, found, err):
 * Open the store and find the session that text means.
 */
int ses_context_find(struct ses_context *c, const char *text,
    struct ses_found *found, struct seshat_err *err);

/** A search for sessions of any kind, in all places that the configuration
 * names; borrows from c. */
struct ses_discover ses_context_discover(const struct ses_context *c);

/**
 * ses_context_source(c, found, out, err):
 * The session's source on this machine.  Errors: SESHAT_ENOTFOUND.
 */
int ses_context_source(const struct ses_context *c,
    const struct ses_found *found, struct ses_session_list *out,
    struct seshat_err *err);

/** Tell on stderr of an error that is no reason to stop. */
void ses_cli_complain(const struct seshat_err *why);

/** Begin one more object in a list of JSON objects that is put together as
 * text; after its members the caller adds the "}". */
void ses_cli_add_object(struct ses_buf *list);

/** Add a member to the object; a value of NULL is null. */
void ses_cli_add_member(
    struct ses_buf *list, const char *name, const char *value);

/** Print a document as one line and release it. */
void ses_cli_print_json(json_t *doc);

#endif
