#ifndef SES_BLOCK_H
#define SES_BLOCK_H

#include "base/buf.h"

/*
 * The metadata blocks that erk keeps in issues and comments on GitHub: a key,
 * and fields of it in YAML.  Rendered:
 *
 *     <!-- WARNING: Machine-generated. Manual edits may break erk tooling. -->
 *     <!-- erk:metadata-block:KEY -->
 *     <details>
 *     <summary><code>KEY</code></summary>
 *     (empty line)
 *     ```yaml
 *     (empty line)
 *     name: value
 *     (empty line)
 *     ```
 *     (empty line)
 *     </details>
 *     <!-- /erk:metadata-block:KEY -->
 *
 * What is read is what erk reads (its gateway/github/metadata/core.py): the
 * last mark also without the key, <details open>, <summary> also without
 * <code>, lines that end in CRLF, blocks inside code.  Two things differ: a
 * mark that another one follows before any <details> opens nothing, since
 * somebody only wrote about it; and a value may be what YAML has that erk does
 * not write, which then stays as it stands.
 *
 * A body is text of at most SES_BLOCK_BODY bytes, of any content.
 */
#define SES_BLOCK_BODY   ((size_t)1 << 20)
#define SES_BLOCK_FIELDS 200    /* in a block */
#define SES_BLOCK_MARKS  1000   /* of blocks in a body */
#define SES_BODY_CHARS   65536U /* that GitHub takes, code points */

enum ses_field_kind {
	SES_FIELD_NULL,
	SES_FIELD_TEXT, /* a string; also a time without quotes */
	SES_FIELD_INT,  /* decimal */
	SES_FIELD_BOOL,
	SES_FIELD_OTHER, /* a list, a number with a point...: not for writing */
};

struct ses_field {
	const char *name;
	const char *text; /* of a string what it says, of a number its digits,
			   * "true" or "false", of anything else its source;
			   * NULL for null */
	enum ses_field_kind kind;
	/* Where its lines stand in the body, without the last line's end; for
	 * a reader, a writer need not set it. */
	size_t begin;
	size_t end;
};

struct ses_metadata {
	struct ses_field *fields; /* in their order */
	size_t n;
	size_t begin; /* of its first mark in the body */
	size_t end;   /* behind its last one */
	int inlined;  /* several fields on a line, {a: 1, b: 2} */
};

/**
 * ses_block_find(body, len, key, out, err):
 * Read the first readable block of a key; others are skipped.  out holds copies
 * and is to be released with ses_block_free.
 *
 * Errors: SESHAT_ENOTFOUND, there is none; SESHAT_EFORMAT, there is one, which
 * cannot be read (not the form above, not YAML, aliases, anchors, more than
 * one document, nested too deep); SESHAT_ELIMIT, the body is too long, or the
 * block has too many fields.
 */
int ses_block_find(const char *body, size_t len, const char *key,
    struct ses_metadata *out, struct seshat_err *err);

/** The field of a name, of several the last, as YAML has it; NULL when there
 * is none. */
const struct ses_field *ses_block_get(
    const struct ses_metadata *b, const char *name);

void ses_block_free(struct ses_metadata *b);

/**
 * ses_block_render(key, fields, n, out, err):
 * Append a block with these fields in this order, lines ending in LF, without
 * a line end behind it, as erk renders it byte for byte.
 *
 * Errors: SESHAT_EUSAGE, a key other than [A-Za-z0-9_-]+, no field, a name
 * that scalar.h refuses, a kind that is not for writing; SESHAT_EFORMAT, a
 * text that is not UTF-8, or that would end the block.  Any other text, "-->"
 * too, is read back as it was.
 */
int ses_block_render(const char *key, const struct ses_field *fields, size_t n,
    struct ses_buf *out, struct seshat_err *err);

/**
 * ses_block_update(body, len, key, set, out, err):
 * Append the body with some fields of the first readable block set.  A field
 * that is there keeps its place, others follow the last field in the order
 * given; lines end as the block's do.  One WARNING line stands before the
 * block then, also where there were several or none.  Every other byte is as
 * it was; when every field has its value already, all of the body is.
 * Answers 1 when something changed, 0 when nothing did.
 *
 * Errors: those of ses_block_find and ses_block_render; SESHAT_EFORMAT, the
 * block is inlined; SESHAT_ELIMIT, the new body is over what GitHub takes.
 */
struct ses_block_set {
	const struct ses_field *fields;
	size_t n;
};
int ses_block_update(const char *body, size_t len, const char *key,
    const struct ses_block_set *set, struct ses_buf *out,
    struct seshat_err *err);

/** Whether GitHub would take a body or a comment: 0, or SESHAT_ELIMIT that
 * names its characters and the limit. */
int ses_body_check(const char *body, size_t len, struct seshat_err *err);

#endif
