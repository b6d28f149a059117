#ifndef SES_ZIP_RECORD_H
#define SES_ZIP_RECORD_H

#include "base/buf.h"

/*
 * The records of a zip file (PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3),
 * as they stand there: numbers in little endian, UTF-8 names, a regular file of
 * mode 644 made on Unix.  The time is that of DOS, read in UTC, and to the
 * second in the extra field 0x5455 (Info-ZIP's) where it has room.
 */
#define SES_ZIP_NAME 65535

/* One that is not smaller stands in a field of 8 bytes. */
#define SES_ZIP_MAX32 UINT64_C(0xffffffff)

struct ses_zip_record {
	const char *name;
	size_t name_len; /* at most SES_ZIP_NAME */
	int64_t mtime;   /* ms since 1970 */
	int is_deflated;
	int is_large;       /* Zip64 in local header and descriptor */
	int has_descriptor; /* sizes and CRC come after the body */
	uint64_t size;
	uint64_t packed;
	uint64_t offset; /* of the local header */
	uint32_t crc;
};

/* What the end of the directory tells. */
struct ses_zip_directory {
	uint64_t entries;
	uint64_t offset;
	uint64_t size;
};

/** Append a local header. */
void ses_zip_put_local(const struct ses_zip_record *r, struct ses_buf *out);

/** Append a data descriptor, with its signature. */
void ses_zip_put_descriptor(
    const struct ses_zip_record *r, struct ses_buf *out);

/** Append an entry of the directory: 8 bytes only for what needs them. */
void ses_zip_put_central(const struct ses_zip_record *r, struct ses_buf *out);

/** Append what ends the directory. */
void ses_zip_put_end(const struct ses_zip_directory *d, struct ses_buf *out);

#endif
