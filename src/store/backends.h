#ifndef SES_BACKENDS_H
#define SES_BACKENDS_H

#include "store/probe.h"

/* The kinds of stores: what store.c calls, each in files of its own. */

/* What a backend tells of its attempts. */
struct ses_store_notes {
	struct ses_store_counts counts; /* the backend adds to them */
	int down;        /* the last failure was one of the store itself */
	int uncertain;   /* a put that failed may have arrived, or may yet */
	int64_t wait_ms; /* after a failure: the server asked for so long */
	int vain;        /* the last failure: trying again soon is of no use */
	int64_t date;    /* of the last answer, by the store's time */
	char tag[SES_STORE_TAG]; /* of what was last got whole or in part */
};

/* One kind of store: a constant table, in one file, named by its scheme. */
struct ses_store_ops {
	const char *scheme;  /* "file": also the URL scheme */
	const char *summary; /* one line for the help */
	unsigned caps;       /* SES_STORE_* */
	uint64_t max_object; /* largest object, in bytes */
	size_t state_len;    /* bytes of zeroed state for open to fill in */

	/* One attempt each; keys are checked already.  notes outlive st.  A
	 * get or list that broke off is resumed by the backend itself. */
	int (*open)(void *st, const char *url,
	    const struct ses_store_access *access,
	    struct ses_store_notes *notes, struct seshat_err *err);
	/* Append the URL as one spelling of all that mean the same store. */
	void (*name)(const void *st, struct ses_buf *out);
	int (*make)(void *st, struct seshat_err *err);
	int (*put)(void *st, const char *key, const struct ses_put *what,
	    int64_t *when, struct seshat_err *err);
	int (*get)(void *st, const char *key, uint64_t from, uint64_t len,
	    const struct ses_sink *sink, struct seshat_err *err);
	int (*head)(void *st, const char *key, struct ses_store_object *out,
	    struct seshat_err *err);
	int (*list)(void *st, const struct ses_store_list *what,
	    ses_store_seen *seen, void *arg, struct seshat_err *err);
	int (*del)(void *st, const char *key, struct seshat_err *err);
	/* Up to SES_STORE_BATCH keys at once; NULL: one by one. */
	int (*del_many)(void *st, const char *const *keys, size_t n,
	    struct seshat_err *err);
	/* What conditions it really heeds; NULL: what caps say. */
	int (*learn)(void *st, unsigned *caps, struct seshat_err *err);
	/* What was learned proved wrong; NULL: nothing is learned. */
	void (*forget)(void *st);
	int (*now)(void *st, int64_t *when, struct seshat_err *err);
	/* Where a key or prefix lies on this machine; NULL: nowhere. */
	void (*path)(const void *st, const char *key, struct ses_buf *out);
	/* NULL: there is nothing to tell. */
	void (*about)(const void *st, struct ses_store_about *out);
	void (*close)(void *st); /* also after a failed open */
};

/* Every backend, one line each, ends with NULL: store/registry.c. */
extern const struct ses_store_ops *const ses_stores[];

extern const struct ses_store_ops ses_store_file; /* store/file.c */
extern const struct ses_store_ops ses_store_s3;   /* store/s3.c */
extern const struct ses_store_ops ses_store_hf;   /* store/hf.c */

#endif
