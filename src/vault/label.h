#ifndef SES_LABEL_H
#define SES_LABEL_H

#include "store/store.h"

/*
 * The name that its user gave a project: the object <project>/project.json
 * (FORMATS.md, section 1).  The project itself, which is part of keys and of
 * pins, never changes.
 */
#define SES_LABEL_CHARS 100

/** Append the name: 1; or 0, it has none. */
int ses_label_load(struct ses_store *s, const char *project,
    struct ses_buf *name, struct seshat_err *err);

/**
 * ses_label_save(s, project, name, err):
 * Give it this name; "": none.  Spaces around it are left out.
 * Errors: SESHAT_EUSAGE, it is too long, not UTF-8, or has characters that
 * control, cannot be seen or turn the direction of text; SESHAT_ECONFLICT,
 * somebody else changed it meanwhile.
 */
int ses_label_save(struct ses_store *s, const char *project, const char *name,
    struct seshat_err *err);

/** Give it this name if it never had one; that it had is no error. */
int ses_label_propose(struct ses_store *s, const char *project,
    const char *name, struct seshat_err *err);

/** Forget it: of a project that has no session any more. */
int ses_label_drop(
    struct ses_store *s, const char *project, struct seshat_err *err);

#endif
