#ifndef SES_STORE_H
#define SES_STORE_H

#include "base/sink.h"

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
	SES_STORE_PUBLIC = 1 << 2,      /* others may read it */
	SES_STORE_LOCAL = 1 << 3,       /* a head costs next to nothing */
};

/* How to put. */
enum {
	SES_PUT_CREATE = 1 << 0, /* fail with SESHAT_EEXISTS, never replace */
	SES_PUT_INSIDE = 1 << 1, /* only where neighbours are: in a file store
				  * the folder must exist, SESHAT_ENOTFOUND */
	SES_PUT_CACHE = 1 << 2,  /* may be lost in a power cut, whole or not
				  * at all */
};

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
};

/* One kind of store: a constant table, in one file, named by its scheme. */
struct ses_store_ops {
	const char *scheme;  /* "file": also the URL scheme */
	const char *summary; /* one line for the help */
	unsigned caps;       /* SES_STORE_* */
	uint64_t max_object; /* largest object, in bytes */
	size_t state_len;    /* bytes of zeroed state for open to fill in */

	/** Append the URL as one spelling of all that mean the same store. */
	int (*name)(
	    const char *url, struct ses_buf *out, struct seshat_err *err);

	/* One attempt each; keys are checked already. */
	int (*open)(void *st, const char *url, struct seshat_err *err);
	int (*put)(void *st, const char *key, const void *data, size_t len,
	    unsigned how, int64_t *when, struct seshat_err *err);
	int (*get)(void *st, const char *key, uint64_t from, uint64_t len,
	    const struct ses_sink *sink, struct seshat_err *err);
	int (*head)(void *st, const char *key, struct ses_store_object *out,
	    struct seshat_err *err);
	int (*list)(void *st, const struct ses_store_list *what,
	    ses_store_seen *seen, void *arg, struct seshat_err *err);
	int (*del)(void *st, const char *key, struct seshat_err *err);
	int (*now)(void *st, int64_t *when, struct seshat_err *err);
	/* Where a key or prefix lies on this machine; NULL: nowhere. */
	void (*path)(const void *st, const char *key, struct ses_buf *out);
	void (*close)(void *st); /* also after a failed open */
};

/* Every backend, one line each, ends with NULL: store/registry.c. */
extern const struct ses_store_ops *const ses_stores[];

/* Requests made so far, by kind. */
struct ses_store_counts {
	uint64_t put, get, head, list, del, now;
};

/**
 * ses_store_open(out, url, err):
 * Set out to the store that url names.  Nothing is made: an absent vault is
 * an empty one until the first put.  Threads: one store per thread.
 * Errors: SESHAT_EUSAGE, no backend has the scheme, or the URL is malformed.
 */
int ses_store_open(
    struct ses_store **out, const char *url, struct seshat_err *err);

/** Close.  NULL is allowed. */
void ses_store_free(struct ses_store *s);

/**
 * ses_store_name(url, out, err):
 * Append the one spelling of all URLs that mean this store: what is remembered
 * of a store goes by it.  Errors: as ses_store_open.
 */
int ses_store_name(
    const char *url, struct ses_buf *out, struct seshat_err *err);

/** The URL it was opened with; borrowed. */
const char *ses_store_url(const struct ses_store *s);

/** What it can do: SES_STORE_*. */
unsigned ses_store_caps(const struct ses_store *s);

/** Append the path of what key or a prefix names, if the store is folders of
 * this machine: to be watched, not to be read.  Errors: SESHAT_EUNSUPPORTED. */
int ses_store_path(struct ses_store *s, const char *key, struct ses_buf *out,
    struct seshat_err *err);

struct ses_store_counts ses_store_counts(const struct ses_store *s);

/**
 * ses_store_put(s, key, data, len, how, when, err):
 * Keep len bytes under key; on success they are durable and visible (but see
 * SES_PUT_CACHE).  *when, if not NULL, is the store's time of it.
 * Errors: SESHAT_EEXISTS, with SES_PUT_CREATE; SESHAT_ENOTFOUND, with
 * SES_PUT_INSIDE.
 */
int ses_store_put(struct ses_store *s, const char *key, const void *data,
    size_t len, unsigned how, int64_t *when, struct seshat_err *err);

/**
 * ses_store_get(s, key, from, len, sink, err):
 * Push up to len bytes (0: all there are) of the object, from the byte from
 * on, into sink.  Past the end there are none.  Errors: SESHAT_ENOTFOUND.
 */
int ses_store_get(struct ses_store *s, const char *key, uint64_t from,
    uint64_t len, const struct ses_sink *sink, struct seshat_err *err);

/** The whole object, at most max bytes, appended to out. */
int ses_store_read(struct ses_store *s, const char *key, size_t max,
    struct ses_buf *out, struct seshat_err *err);

/** Size and time; out->key is the caller's key.  Errors: SESHAT_ENOTFOUND. */
int ses_store_head(struct ses_store *s, const char *key,
    struct ses_store_object *out, struct seshat_err *err);

/** Hand out the objects in the order of their keys' bytes. */
int ses_store_list(struct ses_store *s, const struct ses_store_list *what,
    ses_store_seen *seen, void *arg, struct seshat_err *err);

/** Delete; one that is not there is deleted. */
int ses_store_del(struct ses_store *s, const char *key, struct seshat_err *err);

/** The store's time, ms since 1970: what a put would bear now. */
int ses_store_now(struct ses_store *s, int64_t *when, struct seshat_err *err);

#endif
