#ifndef SES_MHD_H
#define SES_MHD_H

#include <microhttpd.h>

#include "base/err.h"

/*
 * libmicrohttpd, loaded when a server is started: linked to the program it
 * would bring GnuTLS into every command's start.
 */
struct ses_mhd {
	struct MHD_Daemon *(*start)(unsigned flags, uint16_t port,
	    MHD_AcceptPolicyCallback accept, void *accept_arg,
	    MHD_AccessHandlerCallback handler, void *handler_arg, ...);
	void (*stop)(struct MHD_Daemon *daemon);
	MHD_socket (*quiesce)(struct MHD_Daemon *daemon);
	struct MHD_Response *(*buffer)(
	    size_t len, void *data, enum MHD_ResponseMemoryMode mode);
	struct MHD_Response *(*callback)(uint64_t size, size_t block,
	    MHD_ContentReaderCallback read, void *arg,
	    MHD_ContentReaderFreeCallback release);
	enum MHD_Result (*header)(
	    struct MHD_Response *r, const char *name, const char *value);
	enum MHD_Result (*queue)(
	    struct MHD_Connection *c, unsigned status, struct MHD_Response *r);
	enum MHD_Result (*options)(
	    struct MHD_Response *r, enum MHD_ResponseFlags flags, ...);
	void (*destroy)(struct MHD_Response *r);
	void (*suspend)(struct MHD_Connection *c);
	void (*resume)(struct MHD_Connection *c);
	const union MHD_ConnectionInfo *(*info)(
	    struct MHD_Connection *c, enum MHD_ConnectionInfoType type, ...);
	int (*values)(struct MHD_Connection *c, enum MHD_ValueKind kind,
	    MHD_KeyValueIterator each, void *arg);
};

/** Load it, once for the process; NULL and err on failure. */
const struct ses_mhd *ses_mhd_load(struct seshat_err *err);

#endif
