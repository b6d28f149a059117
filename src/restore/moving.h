#ifndef SES_MOVING_H
#define SES_MOVING_H

#include "restore/relocate.h"

/* One session on its way to the folder that its agent names after another
 * directory.  All but the buffers is borrowed. */
struct ses_moving {
	const struct ses_relocate_how *how;
	const struct ses_session *s;
	const struct ses_session_list *list; /* all that there are */
	struct ses_relocate *r;              /* what was done */
	struct ses_buf home;                 /* where it was at work */
	struct ses_buf cwd;                  /* where that is now */
	struct ses_buf to;                   /* its path there */
	struct ses_buf why;                  /* why it stays */
	int went_beside; /* what stands beside it is there already */
};

/** Set m->to: in the same root, in the folder that is named after m->cwd. */
int ses_moving_find(struct ses_moving *m, struct seshat_err *err);

/** Move it, or say whether that would be done: 1; 0, it stays, m->why says
 * why; -1. */
int ses_moving_go(struct ses_moving *m, struct seshat_err *err);

/** Note what the agent keeps of the project beside the session, and move it if
 * no other session stays there and nothing stands in its way. */
int ses_project_before(const struct ses_moving *m, struct seshat_err *err);

/** Do so when all sessions went, or tell why not: r->folders. */
int ses_project_after(const struct ses_relocate_how *how,
    struct ses_relocate *r, struct seshat_err *err);

/** Note what is kept of the directory old, whose sessions are gone. */
int ses_project_alone(const struct ses_relocate_how *how,
    const struct ses_place_ops *place, const char *old, struct ses_relocate *r,
    struct seshat_err *err);

/** Whether it goes without a link that would lead nowhere: 1, or 0 as above. */
int ses_moving_check_link(struct ses_moving *m, struct seshat_err *err);

/** Make a link that is told from its folder lead to the same file from
 * anywhere, in one step.  What is no link stays. */
int ses_moving_fix_link(const char *path, struct seshat_err *err);

#endif
