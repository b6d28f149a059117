#ifndef SES_CATALOG_QUERY_H
#define SES_CATALOG_QUERY_H

#include "catalog/db.h"

/* A query as people write it, as FTS5 has it. */

#define SES_QUERY_MAX   4096 /* bytes */
#define SES_QUERY_TERMS 64

struct ses_query {
	struct ses_buf match; /* an expression of FTS5's */
	int64_t since;        /* ms since 1970; 0: any */
	int64_t until;        /* before that; 0: any */
	int is_nothing;       /* a name in it is none of the catalog's */
	const char *alone;    /* the text of the query, if it is one word */
	size_t alone_len;
	int has_titles; /* words, or kind:title: titles are looked at */
};

/**
 * ses_query_parse(c, text, out, err):
 * Owns: ses_query_free, also after an error; text is borrowed until then.
 * Errors: SESHAT_EUSAGE, it means nothing.
 */
int ses_query_parse(struct ses_catalog *c, const char *text,
    struct ses_query *out, struct seshat_err *err);

void ses_query_free(struct ses_query *q);

#endif
