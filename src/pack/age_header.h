#ifndef SES_AGE_HEADER_H
#define SES_AGE_HEADER_H

#include "pack/age.h"

/*
 * The header: a line that names the version, for each recipient a stanza that
 * holds the key of the file sealed for it, and the header's own HMAC.
 */
#define SES_AGE_FILE_KEY 16

/* A stanza for X25519. */
struct ses_age_wrap {
	unsigned char share[32];
	unsigned char sealed[32]; /* the key of the file */
};

/* What a header says. */
struct ses_age_header {
	size_t stanzas;
	struct ses_buf wraps; /* struct ses_age_wrap */
	unsigned work;        /* of the passphrase; 0: it wants none */
	unsigned char salt[16];
	unsigned char sealed[32]; /* the key, with the passphrase */
	char other[24];           /* the first kind that we do not know */
	size_t signed_len;        /* bytes under the HMAC */
	unsigned char mac[32];
};

/**
 * ses_age_header_begins(text, len, err):
 * Whether a header may begin with this.  Errors: SESHAT_EFORMAT, it is no
 * file of age; SESHAT_EUNSUPPORTED, of another version.
 */
int ses_age_header_begins(const char *text, size_t len, struct seshat_err *err);

/**
 * ses_age_header_parse(text, len, h, err):
 * Read a whole header.  Release with ses_age_header_free, also after a
 * failure.  Errors: SESHAT_ECORRUPT; SESHAT_ELIMIT.
 */
int ses_age_header_parse(const char *text, size_t len, struct ses_age_header *h,
    struct seshat_err *err);

void ses_age_header_free(struct ses_age_header *h);

/**
 * ses_age_header_unwrap(h, text, keys, file_key, err):
 * Find the key of the file, and check by it that the header, which was read
 * from text, is as it was written.
 * Errors: as ses_age_reader_sink has them.
 */
int ses_age_header_unwrap(const struct ses_age_header *h, const char *text,
    const struct ses_age_keys *keys, unsigned char file_key[SES_AGE_FILE_KEY],
    struct seshat_err *err);

/** Append the header for this key.  Errors: as ses_age_writer_open has them. */
int ses_age_header_write(const struct ses_age_to *to,
    const unsigned char file_key[SES_AGE_FILE_KEY], struct ses_buf *out,
    struct seshat_err *err);

#endif
