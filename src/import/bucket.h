#ifndef SES_BUCKET_H
#define SES_BUCKET_H

#include "store/store.h"
#include "vault/key.h"

/*
 * What is imported: a store whose sessions lie in
 * <project>/sessions/<harness>/<session-id>/, beside anything else.
 */
struct ses_bucket {
	struct ses_store *store;
	const struct ses_store_access *access; /* borrowed */
	char *url;     /* of the store, without a slash at the end */
	char *project; /* only this one; NULL: all */
	/* of its folders that cannot be read, as of a listing; the caller's */
	void (*denied)(
	    void *arg, const char *key, const struct seshat_err *why);
	void *denied_arg;
};

/** One session of it, or of a neighbour's place (neighbour.h); strings owned.
 */
struct ses_bucket_session {
	char *project; /* NULL: as its transcript tells */
	char *harness;
	char *id;
	char *prefix; /* of its keys, as listed; what its reader knows it by */
	char *url;    /* its name; NULL: the bucket's, and prefix */
	const char *bad; /* why it cannot be read, or NULL */
};

struct ses_bucket_list {
	struct ses_bucket_session *v;
	size_t n;
	size_t cap;
};

/**
 * ses_bucket_open(b, where, access, err):
 * Open the store that a URL or a path names.
 * Errors: SESHAT_ENOTFOUND, no such folder; those of ses_store_open.
 */
int ses_bucket_open(struct ses_bucket *b, const char *where,
    const struct ses_store_access *access, struct seshat_err *err);

/** Where that is the folder of a project, or its folder "sessions", open the
 * store that folder is in instead. */
int ses_bucket_rise(struct ses_bucket *b, struct seshat_err *err);

/** Append a session, whose strings are the list's from now on, also after an
 * error.  One of project, harness, id and prefix that is NULL, but for the
 * project, is memory that there was not. */
int ses_bucket_list_add(struct ses_bucket_list *l, struct ses_bucket_session *s,
    struct seshat_err *err);

/** Why the names of a session are not ours to use, or NULL. */
const char *ses_bucket_judge(const struct ses_bucket_session *s);

/** Append its sessions, those of the projects only (n of them; 0: all). */
int ses_bucket_find(struct ses_bucket *b, const char *const *only, size_t n,
    struct ses_bucket_list *out, struct seshat_err *err);

/** The name that sessions of this prefix are known by, whatever folder was
 * named: the URL of the objects. */
int ses_bucket_name(const struct ses_bucket *b, const char *prefix,
    struct ses_buf *out, struct seshat_err *err);

void ses_bucket_list_free(struct ses_bucket_list *l);
void ses_bucket_close(struct ses_bucket *b);

#endif
