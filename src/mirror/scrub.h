#ifndef SES_SCRUB_H
#define SES_SCRUB_H

#include "base/sink.h"
#include "base/spool.h"
#include "mirror/source.h"
#include "redact/redact.h"

/* A source on its way through the redactor. */
struct ses_scrub {
	struct ses_source *source;
	struct ses_redact *redact;
	struct ses_redact_counts *counts; /* added to */
	const struct ses_sink *sink;      /* gets what is clean */
	struct ses_buf clean;             /* between; released by the caller */
};

/**
 * ses_scrub_run(s, stop, err):
 * Read the source from its first byte up to stop, or to its end, and push it
 * without its secrets, in constant memory.  An unterminated last line counts.
 */
int ses_scrub_run(struct ses_scrub *s, uint64_t stop, struct seshat_err *err);

/** The same of a text that is no transcript, in s->source's place (NULL); also
 * what goes over several of its lines is found.  s->redact NULL: it passes as
 * it stands. */
int ses_scrub_text(
    struct ses_scrub *s, const struct ses_spool *text, struct seshat_err *err);

/** How many replacements all rules made together. */
uint64_t ses_scrub_sum(const struct ses_redact_counts *counts);

#endif
