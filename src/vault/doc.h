#ifndef SES_DOC_H
#define SES_DOC_H

#include <jansson.h>

#include "store/store.h"

/*
 * Small JSON documents in a store: checkpoints, pins, summaries.  They are
 * jansson trees, so that fields we do not know are kept when a document is
 * written again.
 */
#define SES_DOC_MAX     (256U << 20)
#define SES_DOC_VERSION 2 /* the highest schema_version that we know */

/*
 * A document that is being built loses the members that jansson finds no room
 * for, and few of its callers look.  So nothing is written before ses_doc_check
 * has seen that no allocation of this thread failed since ses_doc_begin.
 */

/** Begin something that builds documents. */
void ses_doc_begin(void);

/** 0, or -1 and SESHAT_ENOMEM: what was built since may lack something. */
int ses_doc_check(struct seshat_err *err);

/** Parse text that is one JSON object.  Owns: the caller json_decref's it. */
json_t *ses_doc_parse(const char *text, size_t len, struct seshat_err *err);

/** Read one from the store; NULL and err when it is absent or malformed, or
 * (SESHAT_EUNSUPPORTED) of a schema_version over SES_DOC_VERSION. */
json_t *ses_doc_get(
    struct ses_store *s, const char *key, struct seshat_err *err);

/** Write one: compact, keys in their order, a final newline. */
int ses_doc_put(struct ses_store *s, const char *key, const json_t *doc,
    unsigned how, struct seshat_err *err);

/**
 * ses_doc_put_over(s, key, doc, tag, err):
 * Put it in the place of the object that has the tag (ses_store_tag; "": of a
 * store without tags), or where there is none, NULL.  Errors:
 * SESHAT_ECONFLICT, somebody else changed or made it meanwhile.
 */
int ses_doc_put_over(struct ses_store *s, const char *key, const json_t *doc,
    const char *tag, struct seshat_err *err);

/** Append its text as ses_doc_put writes it. */
int ses_doc_format(
    const json_t *doc, struct ses_buf *out, struct seshat_err *err);

/* Members by name, with what they are when absent or of another type. */
const char *ses_doc_str(const json_t *doc, const char *name); /* "" */
uint64_t ses_doc_u64(const json_t *doc, const char *name);    /* 0 */
int64_t ses_doc_time(const json_t *doc, const char *name);    /* 0 */

/** Set members; a time of 0 and a NULL string become null.  Out of memory
 * shows when the document is formatted or put. */
void ses_doc_set_str(json_t *doc, const char *name, const char *s);
void ses_doc_set_u64(json_t *doc, const char *name, uint64_t v);
void ses_doc_set_time(json_t *doc, const char *name, int64_t t);

/** As ses_doc_set_str, of a path, which need not be UTF-8: such a one is set as
 * it is shown to people. */
void ses_doc_set_path(json_t *doc, const char *name, const char *path);

#endif
