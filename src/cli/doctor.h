#ifndef SES_CLI_DOCTOR_H
#define SES_CLI_DOCTOR_H

#include <sys/stat.h>

#include "cli/context.h"
#include "cli/waiting.h"

/*
 * What 'seshat doctor' looks at, group by group: each a file doctor_<group>.c
 * that tells of findings.  Nothing is changed, and what is tried is undone.
 */
enum ses_finding { SES_FINDING_OK, SES_FINDING_WARNING, SES_FINDING_PROBLEM };

struct ses_doctor {
	const struct ses_cli *cli;
	struct ses_context *c; /* of which the store may be NULL */
	struct ses_waiting *waiting;
	const char *group;
	struct ses_buf json; /* the findings, comma separated */
	size_t n[3];         /* by enum ses_finding */
};

/** Tell of a finding, in one line, and what to do (NULL: nothing). */
void ses_doctor_tell(struct ses_doctor *d, int state, const char *check,
    const char *advice, const char *fmt, ...) SESHAT_PRINTF(5, 6);

/** The configuration: which file, and what is not trusted. */
void ses_doctor_config(struct ses_doctor *d);

/** The store: opened, and tried. */
void ses_doctor_store(struct ses_doctor *d);

/**
 * ses_doctor_folder(d, path):
 * The folder that a store is: modes, room, kind of file system.  Answers
 * whether it is there, so that it can be tried.
 */
int ses_doctor_folder(struct ses_doctor *d, const char *path);

/** Where this machine's state and cache are. */
void ses_doctor_state(struct ses_doctor *d);

/** The agents' folders, and what following them takes. */
void ses_doctor_agents(struct ses_doctor *d);
void ses_doctor_watch(struct ses_doctor *d);

/** The hooks in the agents' settings, and what they failed at. */
void ses_doctor_hooks(struct ses_doctor *d);

/** The terminal and the libraries. */
void ses_doctor_system(struct ses_doctor *d);

/**
 * ses_doctor_above(path, out, st):
 * Append the path, or of what it would be in the nearest folder that is there;
 * -1 when there is none.
 */
int ses_doctor_above(const char *path, struct ses_buf *out, struct stat *st);

/** Whether a file can be made in the folder; it is gone again. */
int ses_doctor_can_write(const char *folder, struct seshat_err *why);

#endif
