#ifndef SES_MERGE_H
#define SES_MERGE_H

#include "mirror/flush.h"
#include "vault/plan.h"

/*
 * Putting the objects of a stream together: merge.c splices them as they are,
 * archive.c packs them anew.
 */

/* Which objects of a stream to merge. */
struct ses_merge_how {
	unsigned fan;       /* SES_PLAN_FAN; 0: all that fit */
	uint64_t keep_tail; /* but not so many at the end */
};

/* What came of it. */
struct ses_merge_done {
	uint64_t merged;  /* objects that were put together */
	uint64_t made;    /* into so many */
	uint64_t moved;   /* bytes written */
	uint64_t damaged; /* objects left alone since they cannot be read */
	int64_t when;     /* the store's time of the last, 0: none was made */
	/* of archiving: */
	uint64_t text;   /* bytes that they hold */
	uint64_t before; /* bytes of the objects that they replace */
	int more;        /* something is still to be packed */
};

/**
 * ses_flush_merge(f, doc, how, done, err):
 * Put merged objects into the store and make doc, a checkpoint that lists all
 * parts of its stream, list them instead, what they replace as garbage.  Until
 * doc is written f->state.merging names them.  What is damaged is left alone.
 */
int ses_flush_merge(struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct ses_merge_done *done,
    struct seshat_err *err);

/*
 * Archiving, by turns (mirror/archive.c): objects are packed without the
 * session's lock, into files that nobody sees, since that takes seconds; under
 * the lock each takes the place of what it was made of, if that is still there.
 */
struct ses_archive;

/** Begin with a session.  Owns: ses_archive_free. */
int ses_archive_open(struct ses_archive **out, struct seshat_err *err);

/** Pack the next object of doc's stream, if there is one.  Nothing is stored.
 * Returns: 0; 1, what was packed is enough for one turn; -1. */
int ses_archive_pack(struct ses_archive *a, struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct seshat_err *err);

/** A turn begins: forget what was packed and not taken. */
void ses_archive_forget(struct ses_archive *a);

/** As ses_flush_merge, of the object that was packed of the stream; where it
 * has changed since, none is.  how->fan does not count. */
int ses_flush_archive(struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct ses_archive *a,
    struct ses_merge_done *done, struct seshat_err *err);

void ses_archive_free(struct ses_archive *a);

/** Let make put into parts what stands for objects lo to hi - 1, for each run
 * of the plan, with the objects in between as they are, and doc list these
 * parts in the place of its n. */
int ses_relist(json_t *doc, json_t *parts, size_t n,
    const struct ses_plan *plan,
    int (*make)(void *arg, size_t lo, size_t hi, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/** Append objects lo to hi - 1 of doc to parts, as they are. */
void ses_relist_keep(const json_t *doc, json_t *parts, size_t lo, size_t hi);

/** Put an object under a name that nothing has; until a checkpoint lists it
 * f->state.merging names it.  *when is the store's time of it. */
int ses_flush_put_merged(struct ses_flush *f, const struct ses_entry *e,
    const struct ses_put *object, int64_t *when, struct seshat_err *err);

/** An object of the stream, from our own copy or from the store, and its text,
 * checked (ses_part_get). */
int ses_flush_get_member(struct ses_flush *f, const char *stream,
    const struct ses_entry *e, struct ses_buf *object,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err);

/** Of n objects so many may be merged: not a torn line at the end, which still
 * counts, and not the tail that is to be kept. */
size_t ses_flush_without_tail(
    const struct ses_entry *v, size_t n, const struct ses_merge_how *how);

/** Whether doc, a checkpoint, lists an object of this name. */
int ses_flush_is_listed(const json_t *doc, const char *name);

/** Whether merged objects of the stream were noted that doc, its checkpoint,
 * does not list. */
int ses_flush_has_left_over(const struct ses_flush *f, const json_t *doc);

/** Whether the object is one of those, and no checkpoint that may still come
 * can list it. */
int ses_flush_is_left_over(struct ses_flush *f, const char *name);

#endif
