#ifndef SES_CATALOG_DB_H
#define SES_CATALOG_DB_H

#include <sqlite3.h>
#include <zstd.h>

#include "base/buf.h"
#include "catalog/catalog.h"

/* What the catalog's files share: the database and its statements. */

/* What a row of table "name" names. */
enum ses_name_kind {
	SES_NAME_PROJECT,
	SES_NAME_HARNESS,
	SES_NAME_TOOL,
	SES_NAME_MODEL,
	SES_NAME_SESSION, /* that entries of session logs are of */
};

/* Statements that are prepared once: db_sql.h. */
enum ses_catalog_sql {
#define SES_SQL(name, text) SES_SQL_##name,
#include "catalog/db_sql.h"
#undef SES_SQL
	SES_SQL_N
};

/* A name that was looked up lately. */
#define SES_NAMES 64
struct ses_name_cached {
	int kind;
	int64_t id;
	char name[48];
};

struct ses_catalog {
	struct ses_store *store; /* borrowed */
	char *path;
	sqlite3 *db;
	uint64_t dev;    /* of the database: another process may have put */
	uint64_t ino;    /* a new one in its place */
	uint32_t opened; /* how often */
	int lock;        /* descriptor of the lock file */
	char *own;       /* folder that goes with this handle; or NULL */
	int own_fd;      /* of it, locked as long as it is used */
	int is_writing;
	int is_damaged; /* it told so: to be made anew */
	sqlite3_stmt *st[SES_SQL_N];
	struct ses_name_cached names[SES_NAMES];
	/* The block of text that was unpacked last. */
	int64_t block;
	struct ses_buf text;
	struct ses_buf packed;
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
	int64_t deadline; /* when a search has to end, by the steady clock */
	const volatile int *stop; /* or when this is set; or NULL */
	int64_t remade;           /* when it was last made anew, and how */
	unsigned remakes;         /* often since then */
};

/** The error of the database, in our codes: SESHAT_ECORRUPT, it is to be made
 * anew. */
int ses_catalog_fail(struct ses_catalog *c, struct seshat_err *err);

/** The same, of what we found ourselves. */
int ses_catalog_damaged(
    struct ses_catalog *c, const char *what, struct seshat_err *err);

/** Run statements that answer nothing. */
int ses_catalog_exec(
    struct ses_catalog *c, const char *sql, struct seshat_err *err);

/** Undo the transaction, if there is one. */
void ses_catalog_rollback(struct ses_catalog *c);

/** A statement, ready to be bound; NULL and err.  Put back with
 * ses_catalog_done. */
sqlite3_stmt *ses_catalog_st(
    struct ses_catalog *c, enum ses_catalog_sql which, struct seshat_err *err);

/** The next row: 1, 0 at the end, -1. */
int ses_catalog_step(
    struct ses_catalog *c, sqlite3_stmt *st, struct seshat_err *err);

/** Step a statement that answers nothing, and put it back. */
int ses_catalog_run(
    struct ses_catalog *c, sqlite3_stmt *st, struct seshat_err *err);

/** Put a statement back: a read that is left open holds the log. */
void ses_catalog_done(sqlite3_stmt *st);

/** A text column; "" for NULL. */
const char *ses_catalog_text(sqlite3_stmt *st, int column);

/** The id of a name, which is made when it is missing; 0 for NULL and "".
 * -1 on failure. */
int64_t ses_catalog_name(struct ses_catalog *c, int kind, const char *name,
    size_t len, struct seshat_err *err);

/**
 * ses_catalog_lock(c, wait_ms, err):
 * Become the one that writes, or wait for it at most so long: 1, 0 when
 * somebody else is, or -1.
 */
int ses_catalog_lock(
    struct ses_catalog *c, int64_t wait_ms, struct seshat_err *err);
void ses_catalog_unlock(struct ses_catalog *c);

/** Whether ses_catalog_begin was called. */
int ses_catalog_has_begun(const struct ses_catalog *c);

/** A file of ours, or none; made where make. */
int ses_catalog_open_file(
    const char *path, int make, int *fd, struct seshat_err *err);

void ses_catalog_close_db(struct ses_catalog *c);

/** Before each use: open it again where another process has made it anew. */
int ses_catalog_ready(struct ses_catalog *c, struct seshat_err *err);

/** The database is damaged: delete it and make an empty one.  The lock is
 * taken if it is not held. */
int ses_catalog_remake(struct ses_catalog *c, struct seshat_err *err);

/** place.c: the folder of the cache, which is made. */
int ses_catalog_place(struct ses_buf *out, struct seshat_err *err);

/** A new folder among the temporary files, in c->own; those that were left
 * behind by others are deleted.  why: what is wrong with the cache. */
int ses_catalog_own_place(struct ses_catalog *c, const struct seshat_err *why,
    struct seshat_err *err);
void ses_catalog_leave_place(struct ses_catalog *c);

/** budget.c: let what runs from now on end with an error after so many ms (0:
 * never), or when *stop is set (or NULL). */
void ses_catalog_limit(
    struct ses_catalog *c, int64_t ms, const volatile int *stop);

/** The error of what was ended so.  Errors: SESHAT_ELIMIT, with ETIMEDOUT;
 * SESHAT_ECANCELLED. */
int ses_catalog_ended(const struct ses_catalog *c, struct seshat_err *err);

/** extent.c: all sessions are listed; or their text was taken in, too. */
int ses_catalog_put_extent(
    struct ses_catalog *c, int is_whole, struct seshat_err *err);

/** How much of it is there, of the transaction at hand. */
int ses_catalog_get_extent(struct ses_catalog *c,
    struct ses_catalog_extent *out, struct seshat_err *err);

/** text.c: let SQL unpack text, and FTS5 cut it into words. */
int ses_catalog_functions(struct ses_catalog *c, struct seshat_err *err);

/** The text of a block, borrowed until the next call. */
int ses_catalog_block(struct ses_catalog *c, int64_t id, struct ses_buf **out,
    struct seshat_err *err);

/* What a block of a session's text holds: the events first to last. */
struct ses_block_of {
	int64_t session;
	int64_t first;
	int64_t last;
	int64_t line;  /* of the first */
	int64_t clock; /* the latest time of an event */
};

/** Store a block of text. */
int ses_catalog_put_block(struct ses_catalog *c, int64_t id,
    const struct ses_block_of *of, const struct ses_buf *text,
    struct seshat_err *err);

/** snippet.c: ses_snippet(ft), what is shown of a row. */
int ses_catalog_snippets(fts5_api *api);

/** words.c: the tokenizer of the catalog, and its snippets. */
int ses_catalog_words(sqlite3 *db);

#endif
