#ifndef SES_RECORD_H
#define SES_RECORD_H

#include "base/json.h"

/*
 * One entry of the session log, as slices of the text it stands in.  The
 * order of the fields is the order in which they are written.
 */
enum ses_record_field {
	SES_RECORD_SESSION_ID,
	SES_RECORD_TIMESTAMP,
	SES_RECORD_SKILL,
	SES_RECORD_PHASE,
	SES_RECORD_PROJECT_ROOT,
	SES_RECORD_INPUT,
	SES_RECORD_ATTEMPTS,
	SES_RECORD_FINAL_STATUS,
	SES_RECORD_FILE_PATH,
	SES_RECORD_MODEL_USED,
	SES_RECORD_DURATION_MS,
	SES_RECORD_FIELDS
};

/* The fields of one attempt, in their order. */
enum ses_attempt_field {
	SES_ATTEMPT_ATTEMPT,
	SES_ATTEMPT_MODEL,
	SES_ATTEMPT_OUTPUT_SUMMARY,
	SES_ATTEMPT_RUNNER_OUTPUT,
	SES_ATTEMPT_VERIFIED,
	SES_ATTEMPT_FIELDS
};

/* What was absent or null (but for input) has type NUL. */
struct ses_record {
	struct ses_json whole;
	struct ses_json field[SES_RECORD_FIELDS];
};

struct ses_attempt {
	struct ses_json whole;
	struct ses_json field[SES_ATTEMPT_FIELDS];
};

/**
 * ses_record_scan(json, len, out, err):
 * Find the fields of an entry and check, in one pass, that the text is
 * strict JSON, an object, and that each known field has its type and stands
 * once.  Unknown fields are passed over.
 */
int ses_record_scan(const char *json, size_t len, struct ses_record *out,
    struct seshat_err *err);

/** The next attempt of a scanned entry, of a walk over its attempts. */
int ses_attempt_next(struct ses_json_walk *w, struct ses_attempt *out);

/**
 * ses_record_write(e, session, out, err):
 * Put into out the scanned entry as one line with its newline, fields in order,
 * values as spelt, unknown fields last.
 * Errors: SESHAT_EUSAGE, it names another session; SESHAT_EFORMAT, its
 * timestamp is no RFC 3339 time; SESHAT_ELIMIT, over SESHAT_LOG_MAX.
 */
int ses_record_write(const struct ses_record *e, const char *session,
    struct ses_buf *out, struct seshat_err *err);

/** As ses_record_write for an entry of the public interface. */
int ses_record_format(const struct seshat_log_entry *from, const char *session,
    struct ses_buf *out, struct seshat_err *err);

/** Fill in the public entry from a scanned one.  Texts go to b, attempts
 * to tries; both are cleared first and must live as long as the entry. */
int ses_record_decode(const struct ses_record *e, struct ses_buf *b,
    struct ses_buf *tries, struct seshat_log_entry *out,
    struct seshat_err *err);

#endif
