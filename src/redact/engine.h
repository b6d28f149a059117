#ifndef SES_REDACT_ENGINE_H
#define SES_REDACT_ENGINE_H

#include <hs/hs_runtime.h>

#include "redact/join.h"
#include "redact/redact.h"
#include "redact/slots.h"
#include "redact/span.h"

/* Inside the redactor. */
struct ses_redact {
	struct ses_slots slots;
	hs_database_t *db;
	hs_scratch_t *scratch;
	struct ses_spans spans;  /* of the text scanned last, in order */
	struct ses_spans coded;  /* stretches of it to be read decoded */
	struct ses_spans broken; /* places that are to be put together */
	struct ses_decoded decoded;
	struct ses_string *strings;
	const char **dead; /* by slot: nothing before here, in this pass */
};

/** Load the best database that runs here. */
int ses_database_load(struct ses_redact *r, struct seshat_err *err);

/**
 * ses_scan(r, text, len, err):
 * Find all that is to be replaced in a text; r->spans tells, in order.
 */
int ses_scan(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err);

#endif
