#ifndef SES_EXPORT_COMPANIONS_H
#define SES_EXPORT_COMPANIONS_H

#include <jansson.h>

#include "vault/companion.h"

/*
 * What stands beside a session's transcript, as entries of an export: below
 * "companions/".  The names are the store's, and may be anything: one that
 * another is already, or that differs from it in the case of letters only, or
 * that would be in its way, stands below "companions-2/", and so on.
 */
#define SES_COMPANION_FOLDER  "companions"
#define SES_COMPANION_FOLDERS 9

struct ses_companion_row {
	char *path; /* as ses_companion_look has it */
	const char *name;
	char *entry; /* in the session's folder of the archive; NULL: none */
	uint64_t stored;
};

struct ses_companion_rows {
	struct ses_companion_row *v; /* in the order of the names' bytes */
	size_t n;
	size_t cap;
};

/**
 * ses_companion_rows_load(l, s, w, writer, err):
 * Those of the stream of this writer, as a restore would take them; those that
 * ses_companion_look gets whole are expected.  Release with
 * ses_companion_rows_free, also after an error.
 */
int ses_companion_rows_load(struct ses_companion_rows *l, struct ses_store *s,
    const struct ses_where *w, const char *writer, struct seshat_err *err);

void ses_companion_rows_free(struct ses_companion_rows *l);

/**
 * ses_companion_entry(taken, name, out, err):
 * Append the entry's name, which nothing in taken, an object that is {} at
 * first, is or is in the way of: 1; 0, there is none.
 */
int ses_companion_entry(json_t *taken, const char *name, struct ses_buf *out,
    struct seshat_err *err);

/** Whether a path begins with one of these folders, or is one. */
int ses_companion_is_folder(const char *name);

#endif
