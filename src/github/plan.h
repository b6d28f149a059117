#ifndef SES_GITHUB_PLAN_H
#define SES_GITHUB_PLAN_H

#include "github/block.h"

/*
 * The header of a plan: the metadata block "plan-header" in the body of an
 * issue, with the fields that erk knows (its PlanHeaderSchema of January 2026,
 * in gateway/github/metadata/schemas.py) and any others, which later versions
 * of it add and which are kept.
 *
 *     schema_version    '2'
 *     created_at, created_by                  text, not empty
 *     plan_comment_id, objective_issue        number > 0, or null
 *     last_local_impl_event                   started, ended, or null
 *     learn_status                            pending, completed, or null
 *     last_session_source                     local, remote, or null
 *     source_repo                             OWNER/REPO, or null
 *     worktree_name, branch_name, created_from_session, last_learn_session,
 *     last_learn_at, last_session_gist_url, last_session_gist_id,
 *     last_session_id, last_session_at        text, not empty, or null
 *     last_dispatched_{run_id,node_id,at}, last_local_impl_{at,session,user},
 *     last_remote_impl_{at,run_id,session_id} text or null
 *
 * The first three are required.
 */
#define SES_PLAN_KEY "plan-header"

/** As ses_block_find, of the header; what is missing is said in erk's words. */
int ses_plan_find(const char *body, size_t len, struct ses_metadata *out,
    struct seshat_err *err);

/* What setting something came to. */
enum ses_plan_change {
	SES_PLAN_SAME,    /* it stands there already; out is the body */
	SES_PLAN_CHANGED, /* out is the new body */
	SES_PLAN_NEWER,   /* the header tells of a later session; nothing is
			   * appended to out */
};

/* The last session of a plan; none of them may be missing or empty. */
struct ses_plan_session {
	const char *gist_url; /* of the page, not of the raw file */
	const char *gist_id;
	const char *session_id;
	const char *at;     /* RFC 3339 */
	const char *source; /* "local" or "remote" */
};

/**
 * ses_plan_set_session(body, len, s, out, err):
 * Append the body with the five last_session_ fields set at once, as
 * ses_block_update does it.  Other fields are neither touched nor looked at.
 * A header whose last_session_at is a later instant is left alone; one that is
 * no time does not count.  Answers an enum ses_plan_change.
 *
 * Errors: SESHAT_EUSAGE, a value of s that erk would not take; those of
 * ses_block_update.
 */
int ses_plan_set_session(const char *body, size_t len,
    const struct ses_plan_session *s, struct ses_buf *out,
    struct seshat_err *err);

/**
 * ses_plan_set(body, len, name, value, out, err):
 * Append the body with one field set, or null for no value, as
 * ses_block_update does it.  A field that the schema does not know can be
 * changed where it is there; its value stays a number or a truth value if it
 * was one and the new one is.  Answers SES_PLAN_SAME or SES_PLAN_CHANGED.
 *
 * Errors: SESHAT_EUSAGE, no such field, or in erk's words a value that it would
 * not take; those of ses_block_update.
 */
int ses_plan_set(const char *body, size_t len, const char *name,
    const char *value, struct ses_buf *out, struct seshat_err *err);

/** Whether the schema has a field of that name. */
int ses_plan_knows(const char *name);

#endif
