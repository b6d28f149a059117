#ifndef SES_ENTRY_H
#define SES_ENTRY_H

#include <jansson.h>

#include "pack/part.h"
#include "vault/key.h"

/*
 * What is known of one part object without opening it: an entry of a
 * checkpoint, of meta.json and of the local state.
 */
struct ses_entry {
	char name[SES_PART_NAME]; /* below the session */
	uint32_t first;           /* parts it holds, first to last */
	uint32_t last;
	uint64_t from; /* cursors, half-open */
	uint64_t to;
	uint64_t size;   /* uncompressed bytes */
	uint64_t stored; /* bytes of the object */
	uint64_t lines;
	int64_t last_event; /* ms since 1970, 0 unknown */
	char h[SES_SHA256_HEX];
	char k[SES_SHA256_HEX];
	uint32_t x;
	uint32_t crc;  /* of the uncompressed bytes */
	uint64_t body; /* offset and size of the deflate body; of an archived
			* object there is none: 0 */
	uint64_t body_size;
	int torn;   /* an unterminated last line: counts only at the end */
	int inside; /* ends inside a line */
	int known;  /* 0: only name, numbers and stored are filled in */
	int unlike; /* a listing has it not, or of another size than stored */
};

/** Fill in the entry of an object whose name and numbers are there and whose
 * header is head. */
void ses_entry_of_head(struct ses_entry *e, const struct ses_part_head *head,
    uint64_t body, uint64_t stored, uint32_t crc);

/** Whether it is a merged object, or an archived one. */
int ses_entry_is_merged(const struct ses_entry *e);

/** Whether it is an archived object. */
int ses_entry_is_archived(const struct ses_entry *e);

/* A part holds at most 8 MiB of source or a line of 16 MiB, a merged one no
 * more, an archived one 32 MiB or one of these; markers may be longer than
 * secrets. */
#define SES_ENTRY_CONTENT_MAX (128U << 20)

/**
 * ses_entry_misfit(e, head, at):
 * Whether an object with this header is the one that its entry describes, and,
 * unless at is NULL, begins there; NULL, or what is wrong.
 */
const char *ses_entry_misfit(const struct ses_entry *e,
    const struct ses_part_head *head, const uint64_t *at);

/** As JSON, with the redactions "rule:count,…" as an object.  Owns: the
 * caller json_decref's it; NULL when out of memory. */
json_t *ses_entry_format(const struct ses_entry *e, const char *redactions);

/** From JSON.  Errors: SESHAT_ECORRUPT, a member is missing or malformed. */
int ses_entry_parse(
    const json_t *doc, struct ses_entry *e, struct seshat_err *err);

/* The schema_version of a checkpoint: an older reader cannot read an archived
 * object, and shall say so. */
#define SES_ENTRIES_SCHEMA   1
#define SES_ENTRIES_ARCHIVED 2 /* lists some */

/** The schema_version of a checkpoint that lists these parts. */
unsigned ses_entries_schema(const json_t *parts);

/**
 * ses_entries_parse(doc, room, v, n, err):
 * The entries of a checkpoint, checked, and room for so many more behind them.
 * Owns: the caller frees *v.  Errors: SESHAT_ECORRUPT.
 */
int ses_entries_parse(const json_t *doc, size_t room, struct ses_entry **v,
    size_t *n, struct seshat_err *err);

/** Of n entries in order the one that holds part seq, or NULL. */
const struct ses_entry *ses_entries_find(
    const struct ses_entry *v, size_t n, uint32_t seq);

#endif
