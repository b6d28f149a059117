#ifndef SES_RESTORE_JOB_H
#define SES_RESTORE_JOB_H

#include "harness/place.h"
#include "restore/land.h"
#include "restore/restore.h"
#include "restore/stored.h"

/* What the files of one restore share: restore.c conducts, one.c puts one
 * transcript in its place, family.c finds the subagents, beside.c does what
 * stands beside. */
struct ses_job {
	const struct ses_restore_how *how;
	const struct ses_where *w; /* the session that was asked for */
	const struct ses_harness_ops *harness;
	struct ses_restore *r;
	char stamp[48]; /* of what is set aside: "before-restore-…" */
};

/* One transcript on its way. */
struct ses_one {
	struct ses_job *job;
	struct ses_where w;
	const char *parent; /* of a subagent, else NULL: the session itself */
	struct ses_stored stored;
	struct ses_placed placed;
	struct ses_land_text text;
	struct stat was;
	uint64_t size;
	int act;
	int as_it_was; /* a copy elsewhere, with its old directories, does */
	json_t *told;  /* r->redactions and r->marks without it */
	uint64_t marks;
	/* copies of the session that stand elsewhere, to be set aside; each
	 * followed by NUL */
	struct ses_buf elsewhere;
};

/** Read it, and of the session itself find out where it goes on: r->cwd and
 * r->recorded.  Then find its place. */
int ses_one_load(struct ses_one *one, struct seshat_err *err);

/** Whether an agent is at work on the session.  Errors: SESHAT_ECONFLICT. */
int ses_one_check_idle(const struct ses_one *one, struct seshat_err *err);

/** Decide what is to become of it.  Errors, of the session itself:
 * SESHAT_EEXISTS, SESHAT_ECONFLICT. */
int ses_one_judge(struct ses_one *one, struct seshat_err *err);

/** Do that, or in a dry run only tell. */
int ses_one_put(struct ses_one *one, struct seshat_err *err);

void ses_one_free(struct ses_one *one);

/** What is to become of a file that stands like this. */
int ses_job_act(const struct ses_job *job, int standing);

/** Whether what was stored stands there then, and not what the agent has of its
 * own, with what was redacted. */
int ses_job_is_put(int act);

/** That, of a file that others can do without: one that is being written is
 * left alone. */
int ses_job_act_beside(
    const struct ses_job *job, int standing, const char *path);

/** Append the name under which a file is set aside: hidden, and with no ending
 * that anybody knows. */
int ses_job_aside(const struct ses_job *job, const char *path,
    struct ses_buf *out, struct seshat_err *err);

/** Tell of a file; name and aside may be NULL. */
int ses_job_tell(struct ses_job *job, const struct ses_restored *what,
    struct seshat_err *err);

/** Call each for every session that the one that was asked for began, and
 * those that these began. */
int ses_job_family(struct ses_job *job,
    int (*each)(struct ses_job *job, const struct ses_where *w,
	const char *parent, struct seshat_err *err),
    struct seshat_err *err);

/** Restore what stands beside a transcript: what the writer of its stream
 * stored, else what another one did. */
int ses_job_beside(
    struct ses_job *job, const struct ses_one *one, struct seshat_err *err);

#endif
