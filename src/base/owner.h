#ifndef SES_OWNER_H
#define SES_OWNER_H

#include "base/buf.h"

/*
 * Who writes: this user on this machine.  Streams have one writer, so two
 * machines must never come to the same name.
 */
#define SES_OWNER_ID  17 /* 16 hex digits and a NUL */
#define SES_WRITER_ID 9  /* 8 hex digits and a NUL */

struct ses_owner {
	char id[SES_OWNER_ID];
	char host[256]; /* for people */
};

/**
 * ses_owner_load(o, err):
 * 16 hex digits of SHA-256(machine-id LF user-id).  On a machine without an
 * id a random one is made and kept in the state folder.
 */
int ses_owner_load(struct ses_owner *o, struct seshat_err *err);

/** 8 hex digits of SHA-256(owner LF source path): the writer of a stream. */
void ses_owner_writer(
    const struct ses_owner *o, const char *path, char out[SES_WRITER_ID]);

#endif
