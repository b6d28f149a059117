#ifndef SES_RUNS_H
#define SES_RUNS_H

#include "base/json.h"
#include "catalog/catalog.h"

/*
 * What session logs say of a session: skills that ran in it, in the order of
 * their times, each with the line of the transcript that it stands before.
 * That is the first with an event whose time is later; times of a transcript
 * need not grow, so this is the first line at which the latest time so far
 * passes that of the entry.  Times that are the same are told by the log, and
 * the line in it.  The join is the entry's "session_id": in all harnesses that
 * have a session of that id, but for logs themselves.
 */

#define SES_RUN_END UINT64_MAX /* behind the last line that is known */

/* Strings are borrowed until the next ses_runs_next. */
struct ses_run {
	const char *log;  /* id of the log's session, of harness seshat-log */
	uint64_t line;    /* of the entry in it */
	uint64_t before;  /* line of the transcript, or SES_RUN_END */
	int64_t time;     /* ms since 1970; 0: not known */
	const char *data; /* the entry: an object of JSON; where it was long,
			   * beginnings of its fields, and "truncated" */
	size_t len;
};

struct ses_runs;

/**
 * ses_runs_open(out, c, harness, id, from, err):
 * Those that stand before the line from, or behind it.  *out is NULL where no
 * log knows of the session.  The catalog is not brought up to date.  Owns:
 * ses_runs_free, before the catalog.
 */
int ses_runs_open(struct ses_runs **out, struct ses_catalog *c,
    const char *harness, const char *id, uint64_t from, struct seshat_err *err);

/** The next: 1, 0 or -1. */
int ses_runs_next(
    struct ses_runs *r, struct ses_run *out, struct seshat_err *err);

/** Pass over those behind the last one that stand before the same line; *n:
 * how many they were. */
int ses_runs_skip(struct ses_runs *r, uint64_t *n, struct seshat_err *err);

/**
 * ses_runs_find(r, log, line, before, n, err):
 * Where an entry stands, and before how many others of the same place: 1, or 0,
 * it is not there.
 */
int ses_runs_find(struct ses_runs *r, const char *log, uint64_t line,
    uint64_t *before, uint64_t *n, struct seshat_err *err);

/** Let that one be the next. */
int ses_runs_seek(
    struct ses_runs *r, const char *log, uint64_t line, struct seshat_err *err);

/** How many there are. */
int ses_runs_count(struct ses_runs *r, uint64_t *n, struct seshat_err *err);

/** NULL is allowed. */
void ses_runs_free(struct ses_runs *r);

/** A number that is passed by those that come from now on. */
int ses_runs_last(
    struct ses_catalog *c, uint64_t *last, struct seshat_err *err);

/** Hand out those of a session that came since *last, 50 at most, which moves
 * past them.  before is not told. */
int ses_runs_since(struct ses_catalog *c, const char *id, uint64_t *last,
    int (*each)(void *arg, const struct ses_run *run, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/**
 * ses_runs_sessions(c, log, each, arg, err):
 * The sessions that the entries of a log are of, as far as they are there, at
 * most SES_RUNS_SESSIONS.
 */
#define SES_RUNS_SESSIONS 10
int ses_runs_sessions(struct ses_catalog *c, const char *log,
    int (*each)(
	void *arg, const char *harness, const char *id, const char *title),
    void *arg, struct seshat_err *err);

/** Where in the session of that number what happened then stands: *line is the
 * number of a line, that behind the last one where it is the end. */
int ses_runs_place(struct ses_catalog *c, int64_t no, int64_t time,
    uint64_t *line, struct seshat_err *err);

/** Append an entry as ses_run.data has it. */
void ses_run_data(const struct ses_json *entry, struct ses_buf *out);

#endif
