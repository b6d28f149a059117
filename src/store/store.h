#ifndef SES_STORE_H
#define SES_STORE_H

#include "base/sink.h"
#include "store/access.h"

/*
 * A store keeps named objects: file:///path, later s3 and others.  The rest
 * of the program calls the ses_store_* functions; they check keys, retry,
 * count and log, so that a backend makes one plain attempt and reports what
 * came of it.  Keys are components joined by "/", each percent-encoded by
 * whoever makes it (vault/key.h).
 */
struct ses_store;

/* What a backend can do. */
enum {
	SES_STORE_CREATE_ONLY = 1 << 0, /* put that refuses to replace */
	SES_STORE_RANGE = 1 << 1,       /* get of a part of an object */
	SES_STORE_LOCAL = 1 << 2,       /* a head costs next to nothing */
	SES_STORE_MATCH = 1 << 3, /* put that replaces only what it knows */
};

/* How to put. */
enum {
	SES_PUT_CREATE = 1 << 0, /* fail with SESHAT_EEXISTS, never replace */
	SES_PUT_INSIDE = 1 << 1, /* only where neighbours are: in a file store
				  * the folder must exist, SESHAT_ENOTFOUND */
	SES_PUT_CACHE = 1 << 2,  /* may be lost in a power cut, whole or not
				  * at all */
};

struct ses_put {
	const void *data; /* NULL: len bytes of a file, from its start */
	size_t len;
	int fd;          /* of that file */
	unsigned how;    /* SES_PUT_* */
	const char *tag; /* replace only the object that has it, where the
			  * store can (SES_STORE_MATCH); NULL: any */
};

/* Bytes of a tag with its NUL; longer ones are none. */
#define SES_STORE_TAG 80

struct ses_store_object {
	const char *key; /* ends in "/" for a folder of a shallow listing */
	uint64_t size;
	int64_t mtime; /* the store's time, ms since 1970 */
};

/* Non-zero stops the listing and is returned; -1 with err filled in. */
typedef int ses_store_seen(
    void *arg, const struct ses_store_object *object, struct seshat_err *err);

struct ses_store_list {
	const char *prefix; /* "" for everything */
	const char *after;  /* only keys behind this one, NULL: all */
	int shallow;        /* stop at the first "/" behind the prefix */
	/* Told of a folder of a file store that cannot be read ("" for all of
	 * it), which is then passed over; NULL: the listing fails. */
	void (*denied)(
	    void *arg, const char *key, const struct seshat_err *why);
	void *denied_arg;
};

#define SES_STORE_BATCH 1000 /* keys of one ses_store_del_many */

/**
 * ses_store_open(out, url, access, err):
 * Set out to the store that url names; access may be NULL.  Nothing is made
 * and nothing is asked: an absent folder is an empty vault until the first
 * put.  Threads: one store per thread.
 * Errors: SESHAT_EUSAGE, no backend has the scheme, or the URL is malformed;
 * SESHAT_EAUTH, no credentials are to be found.
 */
int ses_store_open(struct ses_store **out, const char *url,
    const struct ses_store_access *access, struct seshat_err *err);

/**
 * ses_store_make(s, err):
 * Make the place itself, a folder or a bucket, for its owner alone; one that
 * is there stays as it is.
 */
int ses_store_make(struct ses_store *s, struct seshat_err *err);

/** Close.  NULL is allowed. */
void ses_store_free(struct ses_store *s);

/** The one spelling of all URLs that mean this store: what is remembered of a
 * store goes by it; borrowed. */
const char *ses_store_name(const struct ses_store *s);

/** The URL it was opened with; borrowed. */
const char *ses_store_url(const struct ses_store *s);

/** Whether it can be the key of an object of ours. */
int ses_store_is_key(const char *key);

/** What its kind can do: SES_STORE_*. */
unsigned ses_store_caps(const struct ses_store *s);

/** What the kind that a URL names can do; 0 if there is none. */
unsigned ses_store_caps_of(const char *url);

/** After a failure: whether it concerns the store itself (out of reach, wrong
 * keys, no such bucket), so that any other request would fail alike. */
int ses_store_is_down(const struct ses_store *s);

/** After a put that failed: whether it may have arrived, or may arrive yet. */
int ses_store_is_uncertain(const struct ses_store *s);

/**
 * ses_store_learn(s, caps, err):
 * What this store really does: of the kind's SES_STORE_*, without the
 * conditions it does not heed.  Tried out once for a store and remembered in
 * the cache.
 */
int ses_store_learn(
    struct ses_store *s, unsigned *caps, struct seshat_err *err);

/** Append the path of what key or a prefix names, if the store is folders of
 * this machine: to be watched, not to be read.  Errors: SESHAT_EUNSUPPORTED. */
int ses_store_path(struct ses_store *s, const char *key, struct ses_buf *out,
    struct seshat_err *err);

/** How many requests were made until now. */
struct ses_store_counts ses_store_counts(const struct ses_store *s);

/**
 * ses_store_put(s, key, what, when, err):
 * Keep what under key; on success it is durable and visible (but see
 * SES_PUT_CACHE).  *when, if not NULL, is the store's time of it.
 * Errors: SESHAT_EEXISTS, with SES_PUT_CREATE; it may be our own try whose
 * answer was lost, see FORMATS.md, 4; SESHAT_ENOTFOUND, with SES_PUT_INSIDE;
 * SESHAT_ECONFLICT, the object has another tag; SESHAT_ENOSTORE.
 */
int ses_store_put(struct ses_store *s, const char *key,
    const struct ses_put *what, int64_t *when, struct seshat_err *err);

/**
 * ses_store_get(s, key, from, len, sink, err):
 * Push up to len bytes (0: all there are) of the object, from the byte from
 * on, into sink.  Past the end there are none.
 * Errors: SESHAT_ENOTFOUND, there is no such object; SESHAT_ENOSTORE, not even
 * the bucket.
 */
int ses_store_get(struct ses_store *s, const char *key, uint64_t from,
    uint64_t len, const struct ses_sink *sink, struct seshat_err *err);

/**
 * ses_store_expect(s, keys, n):
 * These objects will be got whole, soon and in this order: a far store fetches
 * them beforehand, some at a time.  What was expected before is forgotten;
 * n = 0: nothing is.  A near store does nothing.
 */
void ses_store_expect(struct ses_store *s, const char *const *keys, size_t n);

/** The whole object, at most max bytes, appended to out. */
int ses_store_read(struct ses_store *s, const char *key, size_t max,
    struct ses_buf *out, struct seshat_err *err);

/** The tag of the object that was last got, "" if the store has none; stays
 * valid until the next get. */
const char *ses_store_tag(const struct ses_store *s);

/** Size and time; out->key is the caller's key.  Errors: SESHAT_ENOTFOUND. */
int ses_store_head(struct ses_store *s, const char *key,
    struct ses_store_object *out, struct seshat_err *err);

/** Whether there is anything right below a prefix, which ends in "/": 1, 0 or
 * -1. */
int ses_store_has_any(
    struct ses_store *s, const char *prefix, struct seshat_err *err);

/** Hand out the objects in the order of their keys' bytes. */
int ses_store_list(struct ses_store *s, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err);

/** Delete; one that is not there is deleted. */
int ses_store_del(struct ses_store *s, const char *key, struct seshat_err *err);

/** Delete n objects, with as few requests as there can be. */
int ses_store_del_many(struct ses_store *s, const char *const *keys, size_t n,
    struct seshat_err *err);

/** The store's time, ms since 1970: what a put would bear now. */
int ses_store_now(struct ses_store *s, int64_t *when, struct seshat_err *err);

#endif
