#ifndef SES_WORKSPACE_H
#define SES_WORKSPACE_H

#include <jansson.h>

#include "base/hash.h"
#include "store/store.h"
#include "vault/key.h"

/*
 * The files that an agent made, beside its transcript: the objects
 * <session>/workspace/<path>, each as it was, and workspace.json, which says
 * of each what its object does not (FORMATS.md, section 3).
 */

/* One of them. */
struct ses_workfile {
	const char *path; /* as ses_zip_name has it: UTF-8 */
	const char *key;  /* below the session */
	uint64_t size;
	int64_t mtime_ns; /* of the file, since 1970 */
	int64_t added;    /* when it was, ms since 1970 */
	uint32_t crc;
	char sha256[SES_SHA256_HEX]; /* "" when it is not known, nor crc */
	int packs;                   /* deflate makes it smaller */
	unsigned rules;  /* version by which it was scanned; 0: it was not */
	uint64_t stored; /* bytes of the object; UINT64_MAX: there is none */
};

/* What is known of all of them; start from {0}. */
struct ses_workspace {
	json_t *doc;   /* workspace.json */
	json_t *sizes; /* of the objects, by key; NULL: as doc says */
	char tag[SES_STORE_TAG];
	int is_there; /* it is in the store */
};

/** Whether nobody wants it: caches of tools, a version control's own. */
int ses_workspace_leaves_out(const char *name, int is_folder);

/**
 * ses_workspace_key(path, out, err):
 * Append the key below the session for the file path, of any bytes.  A
 * component that would be too long for a file's name, or begins so, becomes
 * "=sha256=" and 32 hex digits of its SHA-256.
 * Errors: SESHAT_ELIMIT, it is too long even so.
 */
int ses_workspace_key(
    const char *path, struct ses_buf *out, struct seshat_err *err);

/** Load what the store has of a session; none is success, and empty.  Without
 * workspace.json its files are those that are listed. */
int ses_workspace_load(struct ses_store *s, const struct ses_where *w,
    struct ses_workspace *out, struct seshat_err *err);

void ses_workspace_free(struct ses_workspace *ws);

/** The file at path, as a path stands in workspace.json: 1, or 0. */
int ses_workspace_get(
    const struct ses_workspace *ws, const char *path, struct ses_workfile *out);

/** Put f in the place of what stands at its path. */
int ses_workspace_set(struct ses_workspace *ws, const struct ses_workfile *f,
    struct seshat_err *err);

/** Forget the file at path. */
void ses_workspace_drop(struct ses_workspace *ws, const char *path);

/** Its files' number, and all of them in the order of their paths' bytes;
 * strings are borrowed.  Owns: the caller frees *out. */
int ses_workspace_files(const struct ses_workspace *ws,
    struct ses_workfile **out, size_t *n, struct seshat_err *err);

/* What there is of it. */
struct ses_workspace_sums {
	uint64_t files;
	uint64_t bytes;
	uint64_t problems; /* files that are not what was stored */
};

/** Read all its files back and compare them with what workspace.json says;
 * problem is called for each that is damaged. */
int ses_workspace_verify(struct ses_store *s, const struct ses_where *w,
    void (*problem)(void *arg, const char *path, const char *what), void *arg,
    struct ses_workspace_sums *sums, struct seshat_err *err);

/**
 * ses_workspace_save(s, w, ws, err):
 * Put workspace.json in the place of the one that was loaded.  Errors:
 * SESHAT_ECONFLICT, somebody else changed it: load it again.
 */
int ses_workspace_save(struct ses_store *s, const struct ses_where *w,
    struct ses_workspace *ws, struct seshat_err *err);

#endif
