#ifndef SES_EXPORT_H
#define SES_EXPORT_H

#include "export/library.h"

/*
 * Sessions taken home: the zip of FORMATS.md, section 10.  First all of it is
 * planned, so that nothing but its bytes can go wrong afterwards, then it is
 * streamed, in constant memory.
 */
struct ses_export;

#define SES_EXPORT_CAP     (UINT64_C(2) << 30) /* bytes, where nobody says */
#define SES_EXPORT_UNKNOWN UINT64_MAX

struct ses_export_how {
	const char *const *ids; /* sessions, as ses_library_find takes them; */
	size_t n_ids;
	const char *project; /* or all of this one, if not NULL */
	uint64_t max_bytes;  /* uncompressed; 0: no cap */
	int store;           /* compress no file */
	int html;            /* transcript.html besides */
	int exact;           /* know the length beforehand, if possible */
	const char *tmp;     /* folder for what is too long for memory */
	/* bytes of content that were read so far; or NULL */
	void (*progress)(void *arg, uint64_t bytes);
	void *arg;
};

/* What came of it. */
struct ses_export_result {
	uint64_t sessions;
	uint64_t files;   /* of workspaces, and from beside transcripts */
	uint64_t bytes;   /* of content, uncompressed */
	uint64_t zip;     /* of the archive */
	uint64_t omitted; /* files that are not there, or not whole */
};

/**
 * ses_export_open(out, lib, how, err):
 * Plan.  how and lib are borrowed until ses_export_free.
 * Errors: SESHAT_ENOTFOUND, no such session or project; SESHAT_EFORMAT, the
 * project has no sessions.
 */
int ses_export_open(struct ses_export **out, struct ses_library *lib,
    const struct ses_export_how *how, struct seshat_err *err);

void ses_export_free(struct ses_export *x);

/** The name to save it under: "session-3fa9c2d1.zip". */
const char *ses_export_name(const struct ses_export *x);

/** Its exact length, if how->exact and every size is known beforehand; else
 * SES_EXPORT_UNKNOWN.  Then only the whole of it can be written. */
uint64_t ses_export_length(const struct ses_export *x);

/** 32 hex digits that are others when its bytes are, if the length is known. */
const char *ses_export_tag(const struct ses_export *x);

/** When its last session was last written, ms since 1970; 0: nobody knows. */
int64_t ses_export_time(const struct ses_export *x);

/**
 * ses_export_write(x, from, to, sink, r, err):
 * Push the bytes from..to (0 and SES_EXPORT_UNKNOWN: all) of the archive.
 * A file that cannot be read is left out, or ends where reading did, and
 * named in __truncated.txt; but where the length is known and was told, that is
 * an error: then the archive is not whole.  r may be NULL.
 */
int ses_export_write(struct ses_export *x, uint64_t from, uint64_t to,
    const struct ses_sink *sink, struct ses_export_result *r,
    struct seshat_err *err);

#endif
