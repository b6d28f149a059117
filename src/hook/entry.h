#ifndef SES_HOOK_ENTRY_H
#define SES_HOOK_ENTRY_H

#include "base/buf.h"

/*
 * Our entries in an agent's settings.  They are put in and taken out as text:
 * not a byte elsewhere changes, and what was put in and not touched since is
 * taken out to the byte.  An entry is known by its command, which ends in
 * "hook run AGENT" of a program whose name begins with "seshat".
 *
 * How a place was before is told by how our text stands in it: white space
 * behind the opening bracket of a list or table says that we made it, too.
 */
#define SES_HOOK_SETTINGS_MAX ((size_t)8 << 20)

/* An agent whose settings we know: a row. */
struct ses_hook_agent {
	const char *name;          /* of its harness */
	const char *file;          /* below its folder */
	const char *folder_env;    /* names that folder */
	const char *folder;        /* else below the home, or a project */
	const char *const *events; /* NULL at the end */
	unsigned timeout;          /* seconds that it would wait for us */
	const char *advice;        /* what its user has to do then, or NULL */
};

/** The agent of this name, or NULL. */
const struct ses_hook_agent *ses_hook_agent_named(const char *name);

/** All of them; a NULL name ends the table. */
extern const struct ses_hook_agent ses_hook_agents[];

/* What a file has of ours. */
struct ses_hook_found {
	size_t n;               /* entries */
	size_t missing;         /* events without one */
	int is_off;             /* the agent is told to run no hooks */
	int has_plugin;         /* our plugin is enabled */
	struct ses_buf command; /* of the first; "" when there is none */
};

/**
 * ses_hook_install(agent, command, text, out, err):
 * Append to out the settings with an entry for each event; text NULL: there is
 * no file yet.  What is there already stays; one with another command gets
 * this one.
 * Errors, with the line: SESHAT_EFORMAT, the text is malformed; SESHAT_ELIMIT;
 * SESHAT_EUNSUPPORTED, something else stands where the entries belong.
 */
int ses_hook_install(const struct ses_hook_agent *agent, const char *command,
    const struct ses_buf *text, struct ses_buf *out, struct seshat_err *err);

/**
 * ses_hook_uninstall(agent, text, out, is_empty, err):
 * Append to out the settings without our entries.  *is_empty: there was no file
 * before, and nobody else has put anything into it.
 * Errors: SESHAT_EFORMAT, SESHAT_ELIMIT.
 */
int ses_hook_uninstall(const struct ses_hook_agent *agent,
    const struct ses_buf *text, struct ses_buf *out, int *is_empty,
    struct seshat_err *err);

/** What is there of ours, and about it; release found->command.  Errors:
 * SESHAT_EFORMAT, SESHAT_ELIMIT. */
int ses_hook_look(const struct ses_hook_agent *agent,
    const struct ses_buf *text, struct ses_hook_found *found,
    struct seshat_err *err);

/** The program that a command of ours runs, appended to out; -1 when the
 * command is none of ours. */
int ses_hook_program(const struct ses_hook_agent *agent, const char *command,
    struct ses_buf *out);

#endif
