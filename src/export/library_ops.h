#ifndef SES_LIBRARY_OPS_H
#define SES_LIBRARY_OPS_H

#include "export/library.h"

/* One kind of library: a constant table. */
struct ses_library_ops {
	int (*list)(void *st, const char *project, json_t **rows,
	    struct seshat_err *err);
	int (*projects)(void *st, json_t **names, struct seshat_err *err);
	int (*find)(void *st, const char *text, struct ses_found *out,
	    struct seshat_err *err);
	int (*summary)(void *st, const struct ses_found *f, json_t **out,
	    struct seshat_err *err);
	int (*files)(void *st, const struct ses_found *f,
	    ses_libfile_each *each, void *arg, struct seshat_err *err);
	int (*read)(void *st, const struct ses_found *f,
	    const struct ses_libfile *file, uint64_t from,
	    const struct ses_sink *sink, struct seshat_err *err);
	void (*free)(void *st);
};

struct ses_library {
	const struct ses_library_ops *ops;
	void *st;
	struct ses_store *store; /* of a vault, borrowed */
};

#endif
