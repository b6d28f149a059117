#ifndef SES_SHARE_BUNDLE_H
#define SES_SHARE_BUNDLE_H

#include "pack/age.h"
#include "share/text.h"

/*
 * How a session lies in a gist (FORMATS.md, "Gist bundle"): one file of plain
 * JSONL, or a manifest and files that are pieces of one stored text: the
 * session as it is, or packed with gzip, or encrypted with age, as ASCII.
 */
#define SES_BUNDLE_MANIFEST "00-manifest.json"

/* Of one file, in bytes as a request has them: quoted as JSON. */
#define SES_BUNDLE_FILE ((uint64_t)4000000)

/* GitHub shows no more files of a gist; one is the manifest. */
#define SES_BUNDLE_FILES 290

#define SES_BUNDLE_NAME 240
#define SES_BUNDLE_BLOB 41 /* id of a git blob, and a NUL */

enum ses_bundle_encoding {
	SES_BUNDLE_TEXT,
	SES_BUNDLE_GZIP,     /* gzip, as lines of base64 */
	SES_BUNDLE_AGE,      /* age, as ASCII armour */
	SES_BUNDLE_GZIP_AGE, /* gzip, then age */
};

/* A file of it. */
struct ses_bundle_file {
	char name[SES_BUNDLE_NAME];
	uint64_t from; /* its bytes in the stored text */
	uint64_t size;
	char sha256[SES_SHA256_HEX];
	char blob[SES_BUNDLE_BLOB];
};

struct ses_bundle {
	enum ses_bundle_encoding encoding;
	struct ses_spool encoded;       /* not for SES_BUNDLE_TEXT */
	const struct ses_spool *stored; /* the whole stored text */
	char sha256[SES_SHA256_HEX];    /* of the stored text */
	struct ses_bundle_file files[SES_BUNDLE_FILES];
	size_t n;
	int is_single;                       /* one plain file, no manifest */
	char manifest_blob[SES_BUNDLE_BLOB]; /* once it was rendered */
};

/**
 * ses_bundle_make(b, id, text, to, compress, dir, err):
 * Lay out a session, encrypted to to, or for everybody (NULL).  What a gist
 * would not keep byte for byte is packed even without compress.  text is
 * borrowed.  Release with ses_bundle_free, also after an error.  Errors:
 * SESHAT_ELIMIT, too long for a gist.
 */
int ses_bundle_make(struct ses_bundle *b, const char *id,
    const struct ses_share_text *text, const struct ses_age_to *to,
    int compress, const char *dir, struct seshat_err *err);

void ses_bundle_free(struct ses_bundle *b);

/** Give the files numbers from first on, where they have some. */
void ses_bundle_number(
    struct ses_bundle *b, size_t i, const char *id, unsigned number);

/** Read the bytes of file i into out, cleared before. */
int ses_bundle_read(const struct ses_bundle *b, size_t i, struct ses_buf *out,
    struct seshat_err *err);

/** "text", "gzip", …: as a manifest has it; the encoding so called, or -1. */
const char *ses_bundle_encoding_name(enum ses_bundle_encoding e);
int ses_bundle_encoding_named(const char *name);

/** Append id as it stands in the name of a file: what GitHub might refuse
 * there becomes "-". */
void ses_bundle_slug(const char *id, struct ses_buf *out);

/** The id of a git blob of these bytes; "" where libcrypto has no SHA-1. */
void ses_bundle_blob(const void *data, size_t len, char out[SES_BUNDLE_BLOB]);

/** The same of all of a spool. */
int ses_bundle_blob_of(const struct ses_spool *s, char out[SES_BUNDLE_BLOB],
    struct seshat_err *err);

#endif
