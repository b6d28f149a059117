#ifndef SES_SHARE_UPLOAD_H
#define SES_SHARE_UPLOAD_H

#include "github/gist.h"
#include "share/bundle.h"
#include "share/plan.h"

/* What is to be shared, and how. */
struct ses_upload {
	struct ses_share_source from;
	const struct ses_custom *custom; /* rules of redaction, or NULL */
	struct ses_github *github;
	const struct ses_github_repo *repo; /* of the plan */
	uint64_t plan;                      /* number of its issue; 0: none */
	const char *source;                 /* "local" or "remote" */
	int is_public;
	int compress;
	const struct ses_age_to *to; /* NULL: not encrypted */
	int dry_run;                 /* tell on stderr what would be sent */
};

struct ses_uploaded {
	char gist_id[SES_GIST_ID];
	char *gist_url;
	char *raw_url; /* of the file, or of the manifest */
	uint64_t bytes;
	uint64_t redactions;
	int issue_updated;
	struct seshat_err issue_err; /* why not */
};

/**
 * ses_upload(u, out, err):
 * Bring a session into its gist and, with a plan, the plan's issue to it: a
 * comment that keeps it, and the header.  0 also when only the issue could not
 * be changed, which out->issue_err then tells.  Before any gist is made the
 * issue is read.  Killed anywhere, the next run goes on.
 * Errors: SESHAT_ENOTFOUND, no such issue, or no header in it; those of
 * ses_share_text_make, ses_bundle_make, ses_share_gist_put.
 */
int ses_upload(const struct ses_upload *u, struct ses_uploaded *out,
    struct seshat_err *err);

void ses_uploaded_free(struct ses_uploaded *u);

#endif
