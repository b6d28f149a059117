#ifndef SES_JSONL_H
#define SES_JSONL_H

#include "base/buf.h"

/* Members of an object that is written as a line: each begins with a comma. */

/** Append a text; NULL is null. */
void ses_jsonl_text(struct ses_buf *b, const char *key, const char *text);

/** Append a number; known 0 is null. */
void ses_jsonl_u64(struct ses_buf *b, const char *key, int known, uint64_t v);

/** Append a time; 0 is null. */
void ses_jsonl_time(struct ses_buf *b, const char *key, int64_t t);

#endif
