#ifndef SES_KEY_H
#define SES_KEY_H

#include "base/buf.h"

/*
 * Names of objects (FORMATS.md, section 1).  Components that come from
 * outside (project, harness, session id) are percent-encoded.
 */

/* A stream: 8 hex digits and a NUL. */
#define SES_STREAM_ID 9
/* "archive-1a2b3c4d-00000000-00000063-9f8e7d6c.jsonl.zst" and room. */
#define SES_PART_NAME 64

/** Which session: all strings are borrowed. */
struct ses_where {
	const char *project;
	const char *harness;
	const char *id;
};

/** Append s with everything outside [A-Za-z0-9._=@+-] as %XX; "." and ".."
 * become %2E and %2E%2E, a leading ".tmp-" %2Etmp-. */
void ses_key_component(struct ses_buf *out, const char *s);

/** Append what a component stands for; -1 if it is malformed. */
int ses_key_decode(struct ses_buf *out, const char *s, size_t len);

/** Append "ids/<harness>/<id>" or "removed/<harness>/<id>". */
void ses_key_pin(struct ses_buf *out, const struct ses_where *w);
void ses_key_removed(struct ses_buf *out, const struct ses_where *w);

/** Append "<project>/sessions/<harness>/<id>/". */
void ses_key_session(struct ses_buf *out, const struct ses_where *w);

/** The name of a part below its session. */
void ses_key_part(char out[SES_PART_NAME], uint32_t seq, const char *stream);

/** The name of a merged object of the parts first to last; random is eight
 * hex digits. */
void ses_key_merged(char out[SES_PART_NAME], const char *stream, uint32_t first,
    uint32_t last, const char *random);

/** What the name of an object below a session is. */
enum ses_object_kind {
	SES_OBJECT_OTHER,
	SES_OBJECT_PART,
	SES_OBJECT_MERGED, /* or archived */
	SES_OBJECT_CHECKPOINT
};

/** Tell the kind; sets stream, and for a part seq. */
int ses_key_kind(const char *name, char stream[SES_STREAM_ID], uint32_t *seq);

/** The name of an archived object, which is a merged one that is packed in
 * another way (pack/archive.h). */
void ses_key_archive(char out[SES_PART_NAME], const char *stream,
    uint32_t first, uint32_t last, const char *random);

/** Whether an object of this name is archived. */
int ses_key_is_archive(const char *name);

/** The parts that a merged object of this name holds, also an archived one;
 * -1: it is none. */
int ses_key_merged_range(const char *name, uint32_t *first, uint32_t *last);

/** Whether the vault itself lays this at its top, so that no project can have
 * the name; one that ends in "/" is the folder. */
int ses_key_is_reserved(const char *name);

#endif
