#ifndef SES_AUDITING_H
#define SES_AUDITING_H

#include "mirror/audit.h"
#include "mirror/rework.h"

/* What the files of an audit share: audit_pass.c begins, audit.c conducts,
 * audit_text.c scans, audit_fix.c rewrites, audit_doc.c looks into documents,
 * audit_beside.c into what stood beside the transcript.
 */

/* A stream under audit. */
struct ses_audited {
	const struct ses_stream *st;
	int may;               /* it may be rewritten */
	char why[256];         /* else why not */
	int is_listed;         /* the checkpoint lists all parts */
	int whole;             /* all of them were read, */
	struct ses_sha256 sha; /* which is the hash of them as they are now, */
	char torn_sha[SES_SHA256_HEX]; /* with a torn line at the end, or "" */
	size_t raw;                    /* of them not redacted, still */
	uint64_t replaced;             /* objects that were */
	uint64_t left;                 /* hits that are not fixed */
	int texts; /* the checkpoint's texts were scrubbed */
};

struct ses_auditing {
	struct ses_mirror *m;
	struct ses_rework *k;
	const struct ses_audit_how *how;
	struct ses_audit_result *r;
	struct ses_redact *redact;
	struct ses_known *known; /* what an earlier pass met, until begun */
	int grew;                /* this pass met more */
	int is_last;             /* no other pass comes behind this one */
	struct ses_audited *v;   /* by stream */

	/* The text at hand: text[from..to), around it what stands before and
	 * behind it in its line. */
	struct ses_buf text;
	size_t from;
	size_t to;
	struct ses_buf clean; /* it scrubbed, if it is changed */
	struct ses_redact_counts counts;
	uint64_t hits;
	struct ses_buf object; /* that it was in */

	/* Where it stands, for those who are told. */
	const char *stream;
	const char *part;
	const char *field;
	uint64_t line; /* of text[from], 0: not known */
	size_t seen;   /* up to here lines are counted */
	uint64_t told; /* hits of the stream so far, */
	uint64_t mute; /* of which so many were told before */
	int rewrote;   /* objects of the session were replaced */
};

/** One pass over all that is stored of a session; arg is a struct
 * ses_auditing. */
int ses_audit_work(void *arg, struct ses_rework *k, const struct ses_streams *l,
    struct seshat_err *err);

/** Scan text[from..to), which is a piece of a line or whole lines, and tell of
 * what is found: 1, clean, counts and hits say what; 0, nothing. */
int ses_audit_text(struct ses_auditing *a, int piece, struct seshat_err *err);

/** Tell of something that cannot be read or fixed. */
void ses_audit_problem(
    const struct ses_auditing *a, const char *part, const char *what);

/** Add what was redacted to what was before; where there is no room for the
 * rules, as other. */
int ses_audit_add_counts(const struct ses_auditing *a,
    struct ses_part_head *head, struct seshat_err *err);

/** Scan the files that stood beside the transcript, and scrub them where a
 * stream may be: n streams are chosen already. */
int ses_audit_beside(struct ses_auditing *a, size_t n, struct seshat_err *err);

/** Put the text at hand, scrubbed, in the place of the entry i, whose header is
 * head.  1; 0, it cannot be; -1. */
int ses_audit_rewrite(struct ses_auditing *a, struct ses_audited *d, size_t i,
    struct ses_part_head *head, struct seshat_err *err);

/** Name an object that no checkpoint lists, and that holds secrets, to be
 * deleted: 1; 0, it must stay, why says why; -1. */
int ses_audit_drop(struct ses_auditing *a, struct ses_audited *d,
    const struct ses_entry *e, const char **why, struct seshat_err *err);

/** Write the checkpoint of a stream that was changed, and delete what it does
 * not list any more. */
int ses_audit_commit(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err);

/** The checkpoint's own texts; they are written by ses_audit_commit. */
int ses_audit_checkpoint(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err);

/** meta.json, the indexes, and the names in the keys. */
int ses_audit_docs(struct ses_auditing *a, struct seshat_err *err);

/** Objects were replaced: let the session's row say so, for those who keep
 * what they once read. */
int ses_audit_tell(struct ses_auditing *a, struct seshat_err *err);

#endif
