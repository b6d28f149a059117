#ifndef SES_UNZIP_H
#define SES_UNZIP_H

#include "base/spool.h"

/*
 * Reading a zip file that comes from elsewhere (PKWARE's APPNOTE 6.3.10): its
 * names and one member.  No name is ever used as a path.  Members are stored
 * or deflated; encrypted ones, several disks and files of 4 GiB and more are
 * not read.
 */
#define SES_UNZIP_NAME 1024

struct ses_unzip_entry {
	char name[SES_UNZIP_NAME]; /* as it stands there, NUL-terminated */
	uint64_t size;             /* when unpacked, as the zip file says */
	uint64_t packed;
	uint64_t header; /* where its local header is */
	uint32_t crc;
	unsigned method;
	unsigned flags;
	int is_link; /* it holds the name of another file */
};

/**
 * ses_unzip_each(s, each, arg, err):
 * Tell of every member.  A non-zero answer of each stops and is returned.
 * Errors: SESHAT_ECORRUPT, no zip file, or a damaged one; SESHAT_EUNSUPPORTED.
 */
int ses_unzip_each(const struct ses_spool *s,
    int (*each)(
	void *arg, const struct ses_unzip_entry *e, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_unzip_read(s, e, max, sink, err):
 * Push what a member holds, its size and CRC-32 checked.
 * Errors: SESHAT_ELIMIT, over max bytes; SESHAT_ECORRUPT; SESHAT_EUNSUPPORTED;
 * what the sink says.
 */
int ses_unzip_read(const struct ses_spool *s, const struct ses_unzip_entry *e,
    uint64_t max, const struct ses_sink *sink, struct seshat_err *err);

#endif
