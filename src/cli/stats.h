#ifndef SES_STATS_H
#define SES_STATS_H

#include "cli/cli.h"
#include "store/store.h"

/* --stats: the requests that a command made to stores, and their price. */
struct ses_stats {
	const struct ses_cli *cli;
	struct ses_store_tally tally;
	int64_t begun; /* ms, of the steady clock */
	int lasts;     /* it goes on at this rate: a follow */
};

/** Begin to count, from now on. */
void ses_stats_begin(struct ses_stats *s, const struct ses_cli *cli);

/** Print them on stderr if the user wants them; with --json as one object.
 * All stores that count into it are closed. */
void ses_stats_end(struct ses_stats *s, const char *url);

#endif
