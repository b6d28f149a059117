#ifndef SES_BUNDLE_H
#define SES_BUNDLE_H

#include "export/plan.h"

/* What stands in every export besides what the agent made. */
#define SES_BUNDLE_README     "README.md"
#define SES_BUNDLE_TRANSCRIPT "transcript.jsonl"
#define SES_BUNDLE_HTML       "transcript.html"
#define SES_BUNDLE_SUMMARY    "session.json"
#define SES_BUNDLE_TRUNCATED  "__truncated.txt"
#define SES_BUNDLE_SUMS       "SHA256SUMS"

/* The files of the SDK, in their order (export/assets.h). */
extern const char *const ses_bundle_sdk[];

/**
 * ses_bundle_is_ours(name, at_root, has_transcript):
 * Whether a file of a workspace may not be called so (its first folder
 * neither), or is what would come of one that may not: it is stored as
 * workspace/<name>, and no two files meet.
 */
int ses_bundle_is_ours(const char *name, int at_root, int has_transcript);

/** Append the README of an export as it was planned. */
int ses_bundle_readme(const struct ses_export_plan *p, struct ses_buf *out,
    struct seshat_err *err);

#endif
