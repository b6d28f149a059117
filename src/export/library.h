#ifndef SES_LIBRARY_H
#define SES_LIBRARY_H

#include <jansson.h>

#include "base/sink.h"
#include "pack/zip.h"
#include "store/store.h"
#include "vault/sessions.h"
#include "vault/stream.h"
#include "vault/workspace.h"

/*
 * Where sessions are taken home from, and shown from: a vault, or a folder laid
 * out as sessions/<id>/… ("volume").  One per thread.
 */
struct ses_library;

/** Of the sessions in a store, which is borrowed. */
int ses_library_vault(
    struct ses_library **out, struct ses_store *store, struct seshat_err *err);

/**
 * ses_library_volume(out, dir, err):
 * Of a folder.  projects.json in it, read anew each time, names its projects
 * (FORMATS.md, section 11); without one all sessions belong to "default".
 * Errors: SESHAT_ENOTFOUND, there is no such folder.
 */
int ses_library_volume(
    struct ses_library **out, const char *dir, struct seshat_err *err);

void ses_library_free(struct ses_library *lib);

/** The store of a vault; NULL of a volume. */
struct ses_store *ses_library_store(const struct ses_library *lib);

/**
 * ses_library_list(lib, project, rows, err):
 * Set *rows to an array of the sessions (NULL: of any project), one object each
 * with at least session_id, harness, project and title (null: none), in the
 * order of the time of their last event, latest first.  Owns: the caller
 * json_decref's it.  Errors: SESHAT_ECORRUPT, projects.json is malformed.
 */
int ses_library_list(struct ses_library *lib, const char *project,
    json_t **rows, struct seshat_err *err);

/** Whether there is a project of this name, also one without sessions: 1, 0 or
 * -1. */
int ses_library_has_project(
    struct ses_library *lib, const char *project, struct seshat_err *err);

/** The names of all projects, sorted: an array of strings. */
int ses_library_projects(
    struct ses_library *lib, json_t **names, struct seshat_err *err);

/** An array's names, each once, sorted, in an array of their own; NULL when
 * out of memory. */
json_t *ses_library_sorted(const json_t *names);

/** The session whose id is text or begins with it, as ses_vault_find. */
int ses_library_find(struct ses_library *lib, const char *text,
    struct ses_found *out, struct seshat_err *err);

/** What is known of one session: meta.json's members.  Owns: the caller
 * json_decref's *out. */
int ses_library_summary(struct ses_library *lib, const struct ses_found *f,
    json_t **out, struct seshat_err *err);

/* A file of a session's workspace. */
enum ses_libfile_kind {
	SES_LIBFILE_OK,
	SES_LIBFILE_LINK,   /* and what is no file: not to be had */
	SES_LIBFILE_FAILED, /* cannot be read: why */
};
struct ses_libfile {
	int kind;         /* enum ses_libfile_kind */
	const char *name; /* as ses_zip_name has it */
	const char *path; /* by which the library opens it */
	uint64_t size;
	int64_t mtime_ns;
	uint64_t stamp; /* changes with what else is known of the file */
	uint32_t crc;
	char sha256[SES_SHA256_HEX]; /* "": neither is known */
	int packs;                   /* deflate may make it smaller */
	const char *why;             /* of SES_LIBFILE_FAILED */
};
typedef int ses_libfile_each(
    void *arg, const struct ses_libfile *file, struct seshat_err *err);

/** Hand out the files of a session's workspace in the order of their paths. */
int ses_library_files(struct ses_library *lib, const struct ses_found *f,
    ses_libfile_each *each, void *arg, struct seshat_err *err);

/**
 * ses_library_read(lib, f, file, from, sink, err):
 * Push the bytes of a file from the byte from on, up to its size as it was
 * handed out, into sink.  Of file path, size, mtime_ns and stamp count.
 * Errors: SESHAT_ECONFLICT, it changed since: what was pushed is not all of
 * it, or may be mixed; else it cannot be read.
 */
int ses_library_read(struct ses_library *lib, const struct ses_found *f,
    const struct ses_libfile *file, uint64_t from, const struct ses_sink *sink,
    struct seshat_err *err);

#endif
