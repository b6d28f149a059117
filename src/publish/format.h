#ifndef SES_PUBLISH_FORMAT_H
#define SES_PUBLISH_FORMAT_H

#include <jansson.h>

#include "base/buf.h"
#include "base/hash.h"

/*
 * What other programs keep sessions in (FORMATS.md, section 12).  A format is a
 * constant table, in one file, and says names only: where a session goes, and
 * what its objects are called.  What is put there, and when, is one.c's.
 */

/* A session as a format sees it; strings are borrowed, "" is unknown. */
struct ses_pub_session {
	const char *project;
	const char *harness;
	const char *id;
	const char *source; /* path of the transcript where it was read */
	const char *cwd;    /* first recorded */
	const char *agent;
	const char *machine; /* where it was read, or what the user calls it */
	const char *origin;  /* URL that it was imported from */
	int64_t started;     /* ms since 1970, 0: unknown */
	int64_t ended;
	int64_t last_event; /* or when it was stored first */
};

#define SES_PUB_NAME 48 /* bytes of a part's name, with its NUL */

/* An object of a session, there. */
struct ses_pub_part {
	char name[SES_PUB_NAME]; /* below the session's folder */
	uint64_t number;         /* by which it is named */
	uint64_t size;
	uint64_t lines;              /* a last one without newline too */
	char sha256[SES_SHA256_HEX]; /* "": not known yet */
	int64_t when; /* when it was put, the store's time, ms since 1970 */
};

struct ses_pub_parts {
	struct ses_pub_part *v; /* by number */
	size_t n;
	size_t cap;
};

struct ses_pub_format {
	const char *name;    /* "tracecraft" */
	const char *summary; /* one line for the help */

	int by_machine; /* a place begins with the machine's name */

	/** Whether it has a place for sessions of this harness. */
	int (*takes)(const char *harness);

	/** Append the key of the one object of a session, or of the folder of
	 * its parts, with a slash at the end. */
	int (*place)(const struct ses_pub_session *s, struct ses_buf *out,
	    struct seshat_err *err);

	/** Whether a key, without a slash at its end, is a place of the
	 * session, of another machine or folder: one that was imported goes
	 * back there.  NULL: a place has nothing that an import forgets. */
	int (*is_place)(const struct ses_pub_session *s, const char *key);

	/** The number of the next part; last is the one before it, or NULL, and
	 * left how many will follow it now.  NULL: a session is one object. */
	uint64_t (*number)(const struct ses_pub_session *s,
	    const struct ses_pub_part *last, size_t left);

	/** What the part of this number is called in this place, if we write
	 * it. */
	int (*part)(const struct ses_pub_session *s, const char *place,
	    uint64_t number, char out[SES_PUB_NAME], struct seshat_err *err);

	/** Whether an object of the folder is a part, ours or another
	 * writer's: its number; 0: readers pass it over. */
	int (*is_part)(const char *name, uint64_t *number);

	/** The name of the document that tells of the parts, and the document;
	 * owns: the caller json_decref's it, NULL when out of memory.  NULL:
	 * there is none. */
	const char *about_name;
	json_t *(*about)(
	    const struct ses_pub_session *s, const struct ses_pub_parts *parts);
	/** Whether such a document is one of ours; and when, by that, parts
	 * were put that are not remembered. */
	int (*about_is_ours)(const json_t *doc);
	void (*about_when)(const json_t *doc, struct ses_pub_part *part);
};

/** Every format, one line each, ends with NULL: registry.c. */
extern const struct ses_pub_format *const ses_pub_formats[];

/** The format called name, or NULL. */
const struct ses_pub_format *ses_pub_format_named(const char *name);

extern const struct ses_pub_format ses_pub_agentsview;
extern const struct ses_pub_format ses_pub_hf_trace;
extern const struct ses_pub_format ses_pub_session_store;
extern const struct ses_pub_format ses_pub_tracecraft;

#endif
