#ifndef SES_AGAINST_H
#define SES_AGAINST_H

#include "import/one.h"

/* What a stream of another vault is to the one of the same name here. */
enum ses_against {
	SES_AGAINST_ERROR = -1,
	SES_AGAINST_SAME, /* all of it is here */
	SES_AGAINST_MORE, /* what is here is its beginning, and may grow */
	SES_AGAINST_OTHER /* it differs, or goes on where ours must not */
};

/**
 * ses_import_against(s, there, here, err):
 * Compare the two by what their objects are, and where the other one has
 * merged since, by their text.  Only a copy that an import made may grow: never
 * a stream that this machine writes, nor one that another writes here.
 * Objects that cannot be read there are told; what is before them counts.
 */
enum ses_against ses_import_against(struct ses_importing *s,
    const struct ses_stream *there, const struct ses_stream *here,
    struct seshat_err *err);

/** Whether an error tells of an object that is broken or gone, and of no more.
 */
int ses_import_is_broken(const struct seshat_err *err);

/** The object of a stream that is called name, or NULL. */
const struct ses_entry *ses_import_entry(
    const struct ses_stream *st, const char *name);

/** Whether two objects, both known, are of the same text. */
int ses_import_fits(const struct ses_entry *a, const struct ses_entry *b);

/** Whether the checkpoint names this machine's user as the writer. */
int ses_import_is_own(const struct ses_importing *s, const json_t *doc);

#endif
