#ifndef SES_SHARE_PLACE_H
#define SES_SHARE_PLACE_H

#include "base/spool.h"

/** Whether an id of a session may name a folder: no slash, no dots alone, no
 * control characters.  Errors: SESHAT_EUSAGE. */
int ses_share_check_id(const char *id, struct seshat_err *err);

/*
 * Where a downloaded session is to lie.  What is below the root may come with a
 * stranger's checkout: no link is followed there.
 */
struct ses_place {
	struct ses_buf root;  /* of the checkout, or what a person named */
	struct ses_buf below; /* folders with slashes between, or "" */
	struct ses_buf path;  /* of the file "session.jsonl" there */
};

/** Release and start again from {0}. */
void ses_place_free(struct ses_place *p);

/**
 * ses_share_place(id, dir, is_of_many, out, err):
 * The place of a session: "<dir>/session.jsonl", or of many that go into dir,
 * "<dir>/<id>/session.jsonl"; without dir (NULL) below the root of the git
 * checkout that the current folder is in, else below that folder:
 * ".erk/scratch/remote-sessions/<id>" where it has a folder .erk, else
 * ".seshat/sessions/<id>".  Release with ses_place_free.
 */
int ses_share_place(const char *id, const char *dir, int is_of_many,
    struct ses_place *out, struct seshat_err *err);

/** A session that lies in our own folder of a checkout, ".seshat", is none of
 * the checkout's files: a .gitignore there says so.  Of another place nothing
 * is done. */
int ses_share_ignore(const struct ses_place *p, struct seshat_err *err);

/** Put a whole spool there in one step; folders are made.
 * Errors: SESHAT_EUNSUPPORTED, what is below the root is a link. */
int ses_share_put_file(const struct ses_place *p, const struct ses_spool *s,
    struct seshat_err *err);

/** The folder of our state that gists and nameless files live in, made if it
 * is not there. */
int ses_share_state(struct ses_buf *out, struct seshat_err *err);

#endif
