#ifndef SES_ARCHIVE_H
#define SES_ARCHIVE_H

#include "base/sink.h"
#include "pack/member.h"

/*
 * An archived object (FORMATS.md, section 2): a skippable frame of zstd
 * (RFC 8878) that holds "SE" and the text which a part has in its gzip header,
 * and one frame behind it, with its content's size and a checksum.  Any zstd
 * unpacks it with --long, and passes over the text.
 */
#define SES_ARCHIVE_HEAD 10 /* bytes before the text */

/* Packing sees as far as an object reaches (vault/plan.h); unpacking takes
 * what any 'zstd -d --long' does. */
#define SES_ARCHIVE_WINDOW     25 /* log2 of bytes */
#define SES_ARCHIVE_WINDOW_MAX 27
#define SES_ARCHIVE_LEVEL      19

/** Append what stands before the frame. */
int ses_archive_head(const char *extra, size_t extra_len, struct ses_buf *out,
    struct seshat_err *err);

/**
 * ses_archive_parse(data, len, m, err):
 * Read the text at data, of which the first bytes suffice; m->body is where
 * the frame begins.
 * Errors: SESHAT_ECORRUPT, it is none, or cut off inside the text.
 */
int ses_archive_parse(
    const void *data, size_t len, struct ses_member *m, struct seshat_err *err);

/* A frame that is being packed: some 130 MiB while it is open, whatever the
 * text. */
struct ses_archiver;

/** Begin the frame of a text of exactly size bytes; it goes to next, which is
 * borrowed, in pieces.  Owns: ses_archiver_free. */
int ses_archiver_open(struct ses_archiver **out, uint64_t size,
    const struct ses_sink *next, struct seshat_err *err);

/** Where the text goes. */
struct ses_sink ses_archiver_sink(struct ses_archiver *a);

/** End the frame.  Errors: SESHAT_ECORRUPT, the text was shorter, or longer. */
int ses_archiver_close(struct ses_archiver *a, struct seshat_err *err);

void ses_archiver_free(struct ses_archiver *a);

/* A frame that is being unpacked: memory is what its window takes, at most
 * 2^SES_ARCHIVE_WINDOW_MAX bytes and never more than the text. */
struct ses_unarchiver;

/** Begin; what comes out, at most max bytes, goes to next, which is borrowed,
 * in pieces.  Owns: ses_unarchiver_free. */
int ses_unarchiver_open(struct ses_unarchiver **out, uint64_t max,
    const struct ses_sink *next, struct seshat_err *err);

/**
 * ses_unarchiver_add(u, data, len, err):
 * Give it the next bytes of the frame.
 * Errors: SESHAT_ECORRUPT, it is damaged, wants a larger window, more than max
 * bytes come out, or there is something behind it; those of the sink.
 */
int ses_unarchiver_add(struct ses_unarchiver *u, const void *data, size_t len,
    struct seshat_err *err);

/** At the end: whether it was whole.  Errors: SESHAT_ECORRUPT. */
int ses_unarchiver_close(struct ses_unarchiver *u, struct seshat_err *err);

void ses_unarchiver_free(struct ses_unarchiver *u);

/** As ses_member_inflate, of an archived object. */
int ses_archive_unpack(const void *data, size_t len, uint64_t max,
    const struct ses_sink *sink, struct seshat_err *err);

#endif
