#ifndef SES_MEMBER_H
#define SES_MEMBER_H

#include "base/sink.h"

/*
 * Spliceable gzip: one RFC 1952 member whose header carries our text in an
 * FEXTRA subfield "SE", whose deflate blocks (RFC 1951) are all non-final and
 * end at a byte boundary, and which is closed by one empty final block.  The
 * bodies of several members joined, with one such final block, are one valid
 * deflate stream.
 */
#define SES_MEMBER_TAIL      10    /* final block, CRC-32, size modulo 2^32 */
#define SES_MEMBER_EXTRA_MAX 65000 /* bytes of text in the header */
#define SES_MEMBER_HEAD_MAX  (SES_MEMBER_EXTRA_MAX + 64)

/* Where things are in a member. */
struct ses_member {
	const char *extra; /* the text, inside the bytes that were parsed */
	size_t extra_len;  /* 0: made by another program */
	uint64_t body;     /* offset of the deflate body */
};

/* The compressor's memory, to be used again; start from {0}. */
struct ses_packer {
	void *stream;
	unsigned char *level_buf;
};

/**
 * ses_member_pack(p, extra, extra_len, data, len, out, err):
 * Append one member to out.  The body lies between the header (extra_len + 16
 * bytes) and the last SES_MEMBER_TAIL.
 */
int ses_member_pack(struct ses_packer *p, const char *extra, size_t extra_len,
    const void *data, size_t len, struct ses_buf *out, struct seshat_err *err);

/**
 * ses_member_wrap(extra, extra_len, body, crc, size, out, err):
 * Append a member around the joined bodies of others; crc and size are those
 * of what they hold together.
 */
int ses_member_wrap(const char *extra, size_t extra_len,
    const struct ses_buf *body, uint32_t crc, uint64_t size,
    struct ses_buf *out, struct seshat_err *err);

/** The CRC-32 of the content that stands in a member's last 8 bytes. */
uint32_t ses_member_crc(const void *last8);

/** Release the compressor's memory. */
void ses_packer_free(struct ses_packer *p);

/**
 * ses_member_parse(data, len, m, err):
 * Read the header at data, of which the first bytes suffice.
 * Errors: SESHAT_ECORRUPT, not gzip, or cut off inside the header.
 */
int ses_member_parse(
    const void *data, size_t len, struct ses_member *m, struct seshat_err *err);

/**
 * ses_member_inflate(data, len, max, sink, err):
 * Push what the whole member holds into sink, in pieces of at most 256 KiB,
 * and check it: CRC-32, size, nothing behind it.
 * Errors: SESHAT_ECORRUPT, damaged or more than max bytes come out (some may
 * have been pushed by then); those of the sink.
 */
int ses_member_inflate(const void *data, size_t len, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err);

#endif
