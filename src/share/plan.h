#ifndef SES_SHARE_PLAN_H
#define SES_SHARE_PLAN_H

#include "github/issue.h"
#include "github/plan.h"

/*
 * A plan: the issue whose header (github/plan.h) points to the last session,
 * and whose comments tell of every one that was shared, each in a block
 * "session-gist" (FORMATS.md), and of those that erk ran.
 */
struct ses_share_record {
	char *session_id;
	char *harness;
	char *gist_id;
	char *gist_url;
	char *source;
	char *uploaded_at;
	char *
	    sha256; /* of the session; of an encrypted one, of what is stored */
};

/* Ids, in the order they were met, each once. */
struct ses_id_list {
	char **v;
	size_t n;
};

struct ses_share_plan {
	struct ses_github *github;          /* borrowed */
	const struct ses_github_repo *repo; /* borrowed */
	struct ses_issue issue;
	struct ses_metadata header;
	struct ses_share_record *records; /* oldest first */
	size_t n_records;
	size_t n_strangers;       /* records of people who may not write to the
				   * repository: they do not count */
	struct ses_id_list impl;  /* of blocks impl-started and impl-ended */
	struct ses_id_list learn; /* of blocks learn-invoked */
};

/**
 * ses_share_plan_get(p, g, repo, number, err):
 * Get a plan's issue and its header; no comments yet.  g and repo are borrowed.
 * Release with ses_share_plan_free, also after an error.
 * Errors: SESHAT_ENOTFOUND, no such issue, or no header in it.
 */
int ses_share_plan_get(struct ses_share_plan *p, struct ses_github *g,
    const struct ses_github_repo *repo, uint64_t number,
    struct seshat_err *err);

/** Read all comments. */
int ses_share_plan_comments(struct ses_share_plan *p, struct seshat_err *err);

/** A text field of the header, or NULL. */
const char *ses_share_plan_text(
    const struct ses_share_plan *p, const char *name);

/** Add an id to a list that does not have it; NULL and "" are none. */
int ses_id_list_add(
    struct ses_id_list *l, const char *id, struct seshat_err *err);

/** Release and start again from {0}. */
void ses_id_list_free(struct ses_id_list *l);

/** The latest record of a session, or NULL. */
const struct ses_share_record *ses_share_plan_record(
    const struct ses_share_plan *p, const char *session_id);

/** Append the comment that keeps a record, as it is sent. */
int ses_share_record_render(const struct ses_share_record *r,
    struct ses_buf *out, struct seshat_err *err);

/** Add a comment with the record, unless the latest one of the session says the
 * same. */
int ses_share_plan_add(struct ses_share_plan *p,
    const struct ses_share_record *r, struct seshat_err *err);

/* What a change makes of a body; an enum ses_plan_change, or -1. */
typedef int ses_plan_edit(void *arg, const struct ses_buf *body,
    struct ses_buf *out, struct seshat_err *err);

/**
 * ses_share_plan_edit(p, edit, arg, err):
 * Change the header and nothing else.  GitHub knows no conditional change, so
 * it is looked again right before, and afterwards whether ours stands; what
 * another one changed in between is kept.
 * Answers an enum ses_plan_change.
 */
int ses_share_plan_edit(struct ses_share_plan *p, ses_plan_edit *edit,
    void *arg, struct seshat_err *err);

/** Make the header point to a session: as ses_plan_set_session. */
int ses_share_plan_point(struct ses_share_plan *p,
    const struct ses_plan_session *s, struct seshat_err *err);

void ses_share_plan_free(struct ses_share_plan *p);

#endif
