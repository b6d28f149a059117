#ifndef SES_TREE_H
#define SES_TREE_H

#include <stdint.h>

#include "base/buf.h"

/*
 * What the names of a neighbour's objects say (FORMATS.md, section 12).  Names
 * are of any bytes; nothing here looks at what stands in an object.
 */
struct ses_tree_name {
	const char *harness;
	struct ses_buf id;      /* of the session */
	struct ses_buf project; /* empty: the name does not tell */
	size_t folder;          /* bytes of the name that all parts share */
};

void ses_tree_name_free(struct ses_tree_name *n);

/** Each: whether the name is one of that form, 1, 0 or -1 (no memory).  name
 * ends with the key of an object; what stands before it is of the place. */
int ses_tree_agentsview(
    const char *name, struct ses_tree_name *out, struct seshat_err *err);
int ses_tree_session_store(
    const char *name, struct ses_tree_name *out, struct seshat_err *err);

/** The same of "<harness>/<project>/<session-id>.jsonl", with a harness that we
 * know. */
int ses_tree_hf_trace(
    const char *name, struct ses_tree_name *out, struct seshat_err *err);

#endif
