#ifndef SESHAT_H
#define SESHAT_H

/*
 * libseshat: keep the sessions of AI coding agents.
 *
 * Every fallible function returns 0, or -1 with err filled in; functions that
 * walk return 1 for an item and 0 for the end.  err is the last argument,
 * never NULL, and means something only after -1.  Arguments are borrowed for
 * the call; results are written only on success; an object is used by one
 * thread at a time.  Strings are UTF-8 and end in NUL.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SESHAT_API          __attribute__((visibility("default")))
#define SESHAT_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define SESHAT_API
#define SESHAT_PRINTF(f, a)
#endif

#define SESHAT_VERSION "0.1.0"

/*
 * Every way a call can fail: name, text, exit status of the command line,
 * status of the HTTP server, and whether the same call may succeed if made
 * again.
 */
#define SESHAT_ERRORS(X)                                                       \
	X(NOMEM, "out of memory", 1, 500, 0)                                   \
	X(SYS, "system error", 1, 500, 0)                                      \
	X(NOTFOUND, "not found", 3, 404, 0)                                    \
	X(EXISTS, "exists already", 1, 409, 0)                                 \
	X(CONFLICT, "changed by someone else", 1, 409, 1)                      \
	X(FORMAT, "malformed data", 1, 422, 0)                                 \
	X(CORRUPT, "damaged data", 5, 500, 0)                                  \
	X(AUTH, "not authorised", 4, 401, 0)                                   \
	X(LIMIT, "over a limit", 1, 429, 0)                                    \
	X(NET, "network failure", 1, 502, 1)                                   \
	X(UNSUPPORTED, "not supported here", 1, 501, 0)                        \
	X(USAGE, "wrong usage", 2, 400, 0)                                     \
	X(PARTIAL, "partly done", 5, 500, 0)                                   \
	X(CANCELLED, "cancelled", 130, 503, 0)                                 \
	X(NOSTORE, "no such store", 3, 404, 0)

#define SESHAT_ERR_ENUM(name, text, status, http, again) SESHAT_E##name,
enum seshat_code { SESHAT_OK = 0, SESHAT_ERRORS(SESHAT_ERR_ENUM) };
#undef SESHAT_ERR_ENUM

#define SESHAT_ERR_MAX 512

/** What went wrong; caller-owned, needs no release. */
struct seshat_err {
	int code;                 /* SESHAT_OK when nothing failed */
	int sys;                  /* errno or HTTP status behind it, else 0 */
	char msg[SESHAT_ERR_MAX]; /* one line, no final stop, never a secret */
};
#define SESHAT_ERR_INIT                                                        \
	{                                                                      \
		0, 0, ""                                                       \
	}

/** Text for a code alone, for when no message was set. */
SESHAT_API const char *seshat_strcode(int code);

/** Exit status of the command line for a code; 0 for SESHAT_OK. */
SESHAT_API int seshat_exit_status(int code);

/** The version of the library that is linked, as in SESHAT_VERSION. */
SESHAT_API const char *seshat_version(void);

/*
 * The session log: <folder>/<session>.jsonl, one entry a line, appended by any
 * number of processes at once.  A session id is 1 to 200 bytes of UTF-8
 * without '/' and does not begin with '.'.  Every text may be NULL, which is
 * the same as "".
 */

/** An entry is at most this many bytes long: what one write(2) can take. */
#define SESHAT_LOG_MAX 0x7ffff000

/** One try of an entry.  Both outputs are left out when empty. */
struct seshat_log_attempt {
	int64_t attempt; /* its number, 0 or more */
	const char *model;
	const char *output_summary;
	const char *runner_output;
	int verified; /* 0 or 1 */
};

/** One entry.  Fields marked ? are left out when empty, zero or absent. */
struct seshat_log_entry {
	size_t size;            /* of this struct; set by the macro below */
	const char *session_id; /* "": that of the log */
	const char *timestamp;  /* RFC 3339, kept as spelt; "": now */
	const char *skill;
	const char *phase;        /* ? */
	const char *project_root; /* ? */
	const char *input;        /* ? JSON text, "null" is written */
	const struct seshat_log_attempt *attempts; /* ? */
	size_t n_attempts;
	const char *final_status;
	const char *file_path;  /* ? */
	const char *model_used; /* ? */
	int64_t duration_ms;    /* ? 0 or more */
};
#define SESHAT_LOG_ENTRY_INIT                                                  \
	{                                                                      \
		sizeof(struct seshat_log_entry), NULL, NULL, NULL, NULL, NULL, \
		    NULL, NULL, 0, NULL, NULL, NULL, 0                         \
	}

/** How to append and read; NULL in place of it is the macro below. */
struct seshat_log_options {
	size_t size;     /* of this struct; set by the macro below */
	const char *dir; /* the sessions folder; NULL: seshat_log_dir */
	int no_sync;     /* append: let the system choose when to write back */
	int skip_bad;    /* read: count malformed lines, do not fail on them */
	/* append: a torn tail of len bytes was cut off into the file saved_as
	 */
	void (*on_torn)(void *arg, const char *saved_as, uint64_t len);
	void *arg;
};
#define SESHAT_LOG_OPTIONS_INIT                                                \
	{                                                                      \
		sizeof(struct seshat_log_options), NULL, 0, 0, NULL, NULL      \
	}

/** The sessions folder: $SESHAT_SESSIONS_DIR, else seshat/sessions below
 * $XDG_DATA_HOME (~/.local/share).  Release *dir with free(3). */
SESHAT_API int seshat_log_dir(char **dir, struct seshat_err *err);

/** Whether len bytes are a session id; -1 and SESHAT_EUSAGE say why not. */
SESHAT_API int seshat_log_check_id(
    const char *session, size_t len, struct seshat_err *err);

/* A log to append to. */
struct seshat_log;

/**
 * Prepare to append to the log of a session.  Nothing is made before the
 * first append.  End with seshat_log_close.
 */
SESHAT_API int seshat_log_open(struct seshat_log **log, const char *session,
    const struct seshat_log_options *options, struct seshat_err *err);

/**
 * Append one entry: with one write, under an advisory lock (flock) that is
 * held only for the call, and on disk when the call returns (no_sync: in the
 * system's memory).  A torn tail that a killed writer left is cut off first,
 * into <file>.torn-<time>.  A log that was removed or renamed meanwhile is
 * made anew at its place.
 * Errors: SESHAT_EFORMAT, a value that cannot be written (not UTF-8, not
 * JSON, not a time, negative); SESHAT_ELIMIT, disk full or entry too long;
 * SESHAT_EAUTH, no permission.  After an error the file is as it was.
 */
SESHAT_API int seshat_log_append(struct seshat_log *log,
    const struct seshat_log_entry *entry, struct seshat_err *err);

/**
 * Append one entry given as a JSON object of len bytes, white space allowed.
 * Values keep their spelling; fields are put in order, fields the format does
 * not know follow them.  null is the same as absent, except in input.  A
 * missing session_id or timestamp is filled in; a different session_id is an
 * error.  Errors: as seshat_log_append.
 */
SESHAT_API int seshat_log_append_json(struct seshat_log *log, const char *json,
    size_t len, struct seshat_err *err);

/** Put on disk whatever was appended through this handle. */
SESHAT_API int seshat_log_sync(struct seshat_log *log, struct seshat_err *err);

/** The file of the log; valid until the log is closed. */
SESHAT_API const char *seshat_log_path(const struct seshat_log *log);

/** Close and release, also when -1 says that the system reported late that
 * unsynced entries were lost.  Takes NULL. */
SESHAT_API int seshat_log_close(struct seshat_log *log, struct seshat_err *err);

/** Open, append one entry, close. */
SESHAT_API int seshat_log_append_one(const char *session,
    const struct seshat_log_entry *entry,
    const struct seshat_log_options *options, struct seshat_err *err);

/* A walk over the entries of a log. */
struct seshat_log_reader;

/** A stored line; valid until the next call on the reader. */
struct seshat_log_line {
	const char *json; /* as stored, without the newline; no NUL behind */
	size_t len;
	uint64_t number; /* the first line is 1 */
};

/**
 * Begin to read the log of a session as it is now; entries appended later
 * are not seen.  A log that is not there has no entries.  Takes no lock.
 * End with seshat_log_read_free.
 */
SESHAT_API int seshat_log_read_open(struct seshat_log_reader **reader,
    const char *session, const struct seshat_log_options *options,
    struct seshat_err *err);

/**
 * The next entry: 1, or 0 at the end.  Blank lines are passed over.
 * Errors: SESHAT_EFORMAT, a line is not JSON, not an object, or a field has
 * the wrong type; the message names file and line, and the next call goes on
 * behind that line.
 */
SESHAT_API int seshat_log_read_next(struct seshat_log_reader *reader,
    struct seshat_log_line *line, struct seshat_err *err);

/**
 * The fields of the entry that seshat_log_read_next answered last; valid
 * until the next call.  What is absent is "" or 0.  A text that holds U+0000
 * seems to end there; the line has all of it.
 */
SESHAT_API int seshat_log_read_entry(struct seshat_log_reader *reader,
    struct seshat_log_entry *entry, struct seshat_err *err);

/** The file of the log; valid until the reader is released. */
SESHAT_API const char *seshat_log_read_path(
    const struct seshat_log_reader *reader);

/** How many malformed lines were skipped so far. */
SESHAT_API uint64_t seshat_log_read_bad(const struct seshat_log_reader *reader);

/** How many bytes stand behind the last whole line: an append that is going
 * on or was cut short.  They are not read. */
SESHAT_API uint64_t seshat_log_read_torn(
    const struct seshat_log_reader *reader);

/** Release.  Takes NULL. */
SESHAT_API void seshat_log_read_free(struct seshat_log_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
