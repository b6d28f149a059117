#ifndef SES_CLI_PROGRESS_H
#define SES_CLI_PROGRESS_H

#include "cli/cli.h"

/* The line that says how far a run over many sessions has come: only on a
 * terminal, and only once it has lasted half a second. */
struct ses_progress {
	const struct ses_cli *cli;
	size_t n;       /* sessions in all; 0: only bytes are told */
	uint64_t bytes; /* of their sources in all; 0: not known */
	int64_t began;  /* ms since 1970 */
	int shown;      /* the line stands on the terminal */
};

/* How far it has come. */
struct ses_progress_step {
	size_t done;         /* sessions */
	uint64_t done_bytes; /* of their sources */
	uint64_t new_bytes;  /* that were stored */
};

/** Begin now. */
struct ses_progress ses_progress_begin(
    const struct ses_cli *cli, size_t n, uint64_t bytes);

/** Show how far it has come, how fast it is and what is left. */
void ses_progress_show(
    struct ses_progress *p, const struct ses_progress_step *step);

/** Take the line away, before anything else is printed. */
void ses_progress_clear(struct ses_progress *p);

/** Seconds since the beginning. */
double ses_progress_seconds(const struct ses_progress *p);

#endif
