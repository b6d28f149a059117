#ifndef SES_ZIP_H
#define SES_ZIP_H

#include "base/sink.h"

/*
 * A zip archive that is written as it is sent (PKWARE's APPNOTE 6.3.10): to a
 * sink that cannot seek, in constant memory (half a MiB), the same bytes for
 * the same input.  UTF-8 names, Zip64 where sizes, offsets or the number of
 * entries want it.  What the directory at the end needs stands in a spool,
 * when it is long.
 *
 * The archive has a window: only what lies inside reaches the sink, so that
 * a download that broke off is gone on with.  What lies outside need not be
 * read, if its CRC and size are known: ses_zip_wants tells.
 *
 * After a failure the archive can only be freed, unless it is said otherwise.
 */
struct ses_zip;

enum ses_zip_method {
	SES_ZIP_DEFLATE, /* what does not shrink goes as stored blocks */
	SES_ZIP_STORE,
	SES_ZIP_PACKED, /* the caller writes a deflate body that is done */
};

struct ses_zip_entry {
	const char *name; /* see ses_zip_name */
	int64_t mtime;    /* ms since 1970 */
	int method;       /* enum ses_zip_method */
	int is_known;     /* size and crc are exact: no data descriptor, but
			   * for DEFLATE.  PACKED always is */
	uint32_t crc;
	uint64_t size;   /* uncompressed bytes: exactly, if is_known; else at
			  * most.  What the entry costs besides its body
			  * depends on it, not on what is written */
	uint64_t packed; /* bytes of the body; only of PACKED */
};

/* What an entry came to. */
struct ses_zip_done {
	uint64_t size;
	uint64_t packed;
	uint32_t crc;
};

/** ses_zip_open(out, dir, sink, err): begin; spools go to the folder dir.  The
 * sink outlives it. */
int ses_zip_open(struct ses_zip **out, const char *dir,
    const struct ses_sink *sink, struct seshat_err *err);

/** Only the bytes from..to of the archive, half-open, reach the sink (before
 * any entry). */
void ses_zip_window(struct ses_zip *z, uint64_t from, uint64_t to);

/** Bytes of the archive so far, whether they reached the sink or not.  Of a
 * DEFLATE entry some are counted later than they were written. */
uint64_t ses_zip_at(const struct ses_zip *z);

/** Whether any of the next len bytes lies in the window. */
int ses_zip_wants(const struct ses_zip *z, uint64_t len);

/** One whole entry from memory, DEFLATE or STORE; name, method and mtime of e
 * count.  Errors: as ses_zip_begin. */
int ses_zip_add(struct ses_zip *z, const struct ses_zip_entry *e,
    const void *data, size_t len, struct seshat_err *err);

/** Begin an entry.  Errors: SESHAT_ELIMIT, the name is too long or none; then
 * the archive is as it was. */
int ses_zip_begin(
    struct ses_zip *z, const struct ses_zip_entry *e, struct seshat_err *err);

/** Write bytes of an entry: uncompressed ones; of PACKED the body.
 * Errors: more than e->size (e->packed of PACKED): SESHAT_ECORRUPT if it
 * is_known, else SESHAT_ELIMIT; none of data was written then, and the entry
 * can be ended. */
int ses_zip_write(
    struct ses_zip *z, const void *data, size_t len, struct seshat_err *err);

/** End it.  An entry that is broken off is ended as what was written, unless it
 * is_known: then less or other bytes are SESHAT_ECORRUPT.  Of a PACKED one,
 * only the length of the body is checked.  done may be NULL. */
int ses_zip_end(
    struct ses_zip *z, struct ses_zip_done *done, struct seshat_err *err);

/** In an entry that is STORE or PACKED: pass over the next len
 * body bytes, which lie outside of the window.  Its CRC is not checked then.
 * Of a STORE entry that is not known the CRC is lost: only of use to measure,
 * with a window that is empty.
 * Errors: as ses_zip_write. */
int ses_zip_skip(struct ses_zip *z, uint64_t len, struct seshat_err *err);

/** Write the directory.  The archive is whole. */
int ses_zip_finish(struct ses_zip *z, struct seshat_err *err);

void ses_zip_free(struct ses_zip *z);

/**
 * ses_zip_name(path, len, out):
 * Append the name under which a path of any bytes stands in an archive: bytes
 * that are not UTF-8, control characters (C0, DEL, C1), backslash, and % where
 * two hex digits follow, as %XX.  No two paths get the same name.
 * Returns -1, nothing appended, where the path cannot be a name: absolute,
 * empty, with a component "", "." or "..", or over 65,535 bytes as a name.
 */
int ses_zip_name(const char *path, size_t len, struct ses_buf *out);

#endif
