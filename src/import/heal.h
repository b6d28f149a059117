#ifndef SES_HEAL_H
#define SES_HEAL_H

#include "import/one.h"

/**
 * ses_import_heal(s, there, here, err):
 * Put objects of a stream that are damaged or gone here in order with those of
 * the same name and text there.  Only what the listing shows is looked at, or,
 * where the import is to repair, all of it is read.  What cannot be mended is
 * told as damage.
 */
int ses_import_heal(struct ses_importing *s, const struct ses_stream *there,
    const struct ses_stream *here, struct seshat_err *err);

#endif
