#ifndef SES_CLI_VERIFY_BESIDE_H
#define SES_CLI_VERIFY_BESIDE_H

#include "cli/context.h"
#include "vault/companion.h"
#include "vault/stream.h"

/* The files beside the sources of a session. */
struct ses_cli_beside {
	struct ses_context *c;
	const struct ses_found *f;
	const struct ses_session_list *src;
	int is_compared; /* they are compared with what is stored, too */
	void (*problem)(void *arg, const char *name, const char *what);
	void *arg;
	uint64_t fresh; /* written lately and not stored yet: no problem */
};

/**
 * ses_cli_compare_beside(b, l, sums, err):
 * Compare them with what is stored by the writers of this machine's streams of
 * l.  What is not stored as it is now is told; it is added to sums->problems
 * where it was written so long ago that a mirror would have stored it, else to
 * b->fresh.
 */
int ses_cli_compare_beside(struct ses_cli_beside *b,
    const struct ses_streams *l, struct ses_companion_sums *sums,
    struct seshat_err *err);

/**
 * ses_cli_mend_beside(b, err):
 * Store all of them once more, and look whether all that is stored is whole
 * then: 1, or 0, and b->problem is told what is not; -1.
 */
int ses_cli_mend_beside(struct ses_cli_beside *b, struct seshat_err *err);

#endif
