#ifndef SES_SURVEY_H
#define SES_SURVEY_H

#include "store/store.h"
#include "vault/key.h"

/*
 * Which sessions have a folder, whatever the pins say: for a look at the
 * whole store, when a pin was lost or damaged.
 */

/**
 * ses_survey(s, each, arg, err):
 * Hand out every <project>/sessions/<harness>/<id> that there is, with
 * borrowed names, until each answers non-zero, which is returned.
 */
int ses_survey(struct ses_store *s,
    int (*each)(void *arg, const struct ses_where *w, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/** Whether anything was ever kept in the store: 1, 0 or -1.  A store that is
 * not there looks like an empty one. */
int ses_vault_exists(struct ses_store *s, struct seshat_err *err);

#endif
