#ifndef SES_EVENT_FOLDER_H
#define SES_EVENT_FOLDER_H

#include <sys/stat.h>

#include "base/buf.h"

/*
 * A session that is a folder which grows by files, a small JSON document for
 * each event: "event-00007-<id>.json".  Each is one line; its place in the
 * folder, by number and then by name, is its cursor.
 *
 * Its writer makes one after the other, not in one step: the last may be half
 * there.  That one is held back until it is a document, and so is what stands
 * behind a number that is missing, in both cases until nobody wrote to it for
 * SES_ROWS_QUIET_MS.  A link is none of its files: what stands beside the
 * folder may hold keys.
 */
#define SES_EVENT_FOLDER_MAX 1000000 /* files; more are refused */
#define SES_EVENT_FILE_MAX   (64U << 20)

struct ses_event_file {
	uint64_t number;
	char *name;
};

/* Start from {0}; release with ses_event_folder_free. */
struct ses_event_folder {
	struct ses_event_file *v;
	size_t n;
	size_t cap;
	uint64_t highest; /* the last cursor before what is held back */
	struct stat st;   /* of the folder, before it was listed */
};

/** Whether the name is that of an event: 1 and its number, or 0. */
int ses_event_file_is(const char *name, uint64_t *number);

/**
 * ses_event_folder_list(f, path, err):
 * List the folder anew.  f->highest is f->n until ses_event_folder_hold.
 * Errors: SESHAT_ENOTFOUND, there is none, or it is a link; SESHAT_ELIMIT.
 */
int ses_event_folder_list(
    struct ses_event_folder *f, const char *path, struct seshat_err *err);

/** Set f->highest before what may still be being written. */
int ses_event_folder_hold(
    struct ses_event_folder *f, const char *path, struct seshat_err *err);

/** When its last event was written, ms since 1970. */
int64_t ses_event_folder_time(
    const struct ses_event_folder *f, const char *path);

/** Append the line of the file at a cursor, with its newline: the document as
 * it stands if it is one line, without the white space if it is several, and
 * what is no document as a string.  Errors: SESHAT_ECONFLICT, it is gone;
 * SESHAT_ELIMIT, it is longer than SES_EVENT_FILE_MAX. */
int ses_event_folder_line(const struct ses_event_folder *f, const char *path,
    uint64_t cursor, struct ses_buf *out, struct seshat_err *err);

void ses_event_folder_free(struct ses_event_folder *f);

#endif
