#ifndef SES_ONE_FILE_H
#define SES_ONE_FILE_H

#include "export/library.h"

/* One file of a session's workspace, kept beyond the walk that found it. */
struct ses_one_file {
	struct ses_libfile file; /* its strings are these: */
	char *name;
	char *path;
	char *why;
};

/** The file of this name.  Errors: SESHAT_ENOTFOUND.  Owns:
 * ses_one_file_free. */
int ses_one_file_find(struct ses_library *lib, const struct ses_found *f,
    const char *name, struct ses_one_file *out, struct seshat_err *err);

void ses_one_file_free(struct ses_one_file *o);

/** Append its first max bytes.  Errors: of a file that cannot be had,
 * SESHAT_ENOTFOUND and why; else those of ses_library_read. */
int ses_one_file_head(struct ses_library *lib, const struct ses_found *f,
    const struct ses_one_file *o, size_t max, struct ses_buf *out,
    struct seshat_err *err);

/** The type of an image that browsers show, by its first bytes: PNG, JPEG, GIF
 * or WebP; NULL: it is none. */
const char *ses_one_file_image(const char *data, size_t len);

#endif
