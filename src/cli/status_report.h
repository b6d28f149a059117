#ifndef SES_STATUS_REPORT_H
#define SES_STATUS_REPORT_H

#include "cli/cli.h"
#include "cli/hook_text.h"
#include "mirror/status.h"

/* What 'seshat status' found, and how it is printed. */

#define SES_DUE_MS INT64_C(259200000) /* so soon is worth a line: 3 days */

/* Sessions that are deleted for one reason. */
struct ses_report_agent {
	const struct ses_harness_ops *harness;
	uint64_t days;
	char setting[64];
	size_t due;  /* so many within SES_DUE_MS */
	size_t bare; /* of them not protected */
};

#define SES_KEEPERS_MAX 16

/* All arrays are as long as sessions->n. */
struct ses_report {
	const struct ses_session_list *sessions;
	struct ses_status *status;
	int64_t *due; /* when it is deleted, 0: never */
	const struct ses_report_agent **kept_by; /* NULL: it is kept */
	struct ses_report_agent keepers[SES_KEEPERS_MAX];
	size_t n_keepers;
	size_t all; /* those that could not be read included */
	size_t protected;
	size_t behind;
	size_t unprotected;
	size_t removed;
	uint64_t behind_bytes;
	int64_t now;
	int is_down;    /* the store could not be asked */
	int bad_config; /* it cannot be used, and nothing was asked */
	struct ses_cli_hooks hooks;
};

/** The summary, what needs attention (at most limit lines, 0: all), and what
 * is about to be deleted; with quiet only what is unprotected. */
int ses_report_text(const struct ses_report *r, uint64_t limit, int quiet,
    struct seshat_err *err);

/** One object a line, at most limit (0: all). */
int ses_report_json(
    const struct ses_report *r, uint64_t limit, struct seshat_err *err);

/** As Prometheus reads it; without sessions, when the store does not answer,
 * the rest. */
int ses_report_prometheus(const struct ses_report *r, struct seshat_err *err);

/** The name of an enum ses_status_state. */
const char *ses_report_state(int state);

#endif
