#ifndef SES_HASH_H
#define SES_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/sink.h"

/* SHA-256 as 64 lower-case hex digits and a NUL. */
#define SES_SHA256_HEX 65
/* A half-done SHA-256 as text: state, length and pending bytes, and a NUL. */
#define SES_SHA256_MID 224

/* A running SHA-256.  Plain data: copying it forks the hash. */
struct ses_sha256 {
	uint32_t h[8];
	uint64_t len; /* bytes so far; the last len % 64 are in tail */
	unsigned char tail[64];
};

/** Start a hash of nothing. */
void ses_sha256_init(struct ses_sha256 *s);

/** Add bytes. */
void ses_sha256_add(struct ses_sha256 *s, const void *data, size_t len);

/** A sink that adds to s, which outlives it. */
struct ses_sink ses_sha256_sink(struct ses_sha256 *s);

/** The hash of the bytes so far; s stays as it is and may go on. */
void ses_sha256_hex(const struct ses_sha256 *s, char out[SES_SHA256_HEX]);

/** SHA-256 of one block. */
void ses_sha256_of(const void *data, size_t len, char out[SES_SHA256_HEX]);

/** Write the half-done hash as text, to go on with it in another process. */
void ses_sha256_save(const struct ses_sha256 *s, char out[SES_SHA256_MID]);

/** Read what ses_sha256_save wrote; -1 if it is not that. */
int ses_sha256_load(struct ses_sha256 *s, const char *text);

/** HMAC-SHA256 (RFC 2104) of a text, under a key of at most 64 bytes. */
#define SES_HMAC 32
void ses_hmac_sha256(const void *key, size_t key_len, const void *text,
    size_t len, unsigned char out[SES_HMAC]);

/** CRC-32 as in gzip and zip, going on from crc (0 at first). */
uint32_t ses_crc32(uint32_t crc, const void *data, size_t len);

/** CRC-32 of a joined to b, from theirs and b's length. */
uint32_t ses_crc32_join(uint32_t a, uint32_t b, uint64_t b_len);

/** As 8 hex digits and a NUL. */
void ses_crc32_hex(uint32_t crc, char out[9]);

/** Parse 8 hex digits; -1 if they are none. */
int ses_crc32_parse(const char *hex, size_t len, uint32_t *out);

/** Lower-case hex of n bytes and a NUL: 2 * n + 1 bytes. */
void ses_hex(const unsigned char *data, size_t n, char *out);

/** Bytes of 2 * n hex digits of either case; -1 if a digit is none. */
int ses_unhex(const char *hex, size_t n, unsigned char *out);

#endif
