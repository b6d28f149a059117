#ifndef SES_DBS_H
#define SES_DBS_H

#include "harness/db_line.h"
#include "harness/harness.h"
#include "harness/rows.h"

/*
 * Agents that keep their sessions in SQLite databases, several in one: a
 * constant table each, and one set of functions for all.
 */

struct ses_dbs {
	struct ses_harness_ops ops; /* first, so that self leads to the rest */

	/* Paths of databases that the environment names, "$OPENCODE_DB"; one
	 * that is not absolute is below the first of the roots.  Ends with
	 * NULL. */
	const char *const *files;
	/* Else the folders that are searched: the first whose variable is set
	 * to an absolute path, "$XDG_DATA_HOME/x", or "~/x"; then, behind an
	 * empty string, those of another place.  Ends with NULL. */
	const char *const *roots;
	/* Files of JSON that name databases outside of these, the first that is
	 * set, as roots: {"projects":[{"path":FOLDER,"data_dir":FOLDER}]}, in
	 * which data_dir holds one and path is where its sessions run.  Ends
	 * with NULL; NULL: none. */
	const char *const *projects;
	const char *file; /* name of a database, as fnmatch has it */
	int depth;        /* folders between a root and a database */
	int by_folder;    /* one session, which is called as its folder */

	/* The sessions, or the one called ?1 where that is not NULL: columns
	 * id, n (rows), time (of the last write, ms since 1970), and where
	 * there are such parent, cwd and title. */
	const char *list;
	/* Whether the database is one of this agent's and holds sessions at
	 * all: no row, then it is passed over.  NULL: it must. */
	const char *is_one;
	const struct ses_rows_kind *rows;
};

/** "$NAME/rest" or "~/rest" as a path, in out, which is cleared first: 1, or 0
 * if NAME is not set, or not to an absolute path. */
int ses_dbs_expand(
    const char *spec, struct ses_buf *out, struct seshat_err *err);

/** A database that something names, and where its sessions run, or NULL. */
typedef int ses_dbs_each(
    void *arg, const char *path, const char *cwd, struct seshat_err *err);

/** Hand out the databases that a->projects tells of; that one is no such list
 * is no error. */
int ses_dbs_projects(const struct ses_dbs *a, ses_dbs_each *each, void *arg,
    struct seshat_err *err);

/** Ask for all of these as functions of struct ses_harness_ops. */
int ses_dbs_roots(const struct ses_harness_ops *self,
    const struct ses_discover *q, struct ses_buf *out, struct seshat_err *err);
int ses_dbs_holds(const struct ses_harness_ops *self, const char *below);
int ses_dbs_find(const struct ses_harness_ops *self,
    const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err);
int ses_dbs_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err);

#define SES_DBS_OPS                                                            \
	.roots = ses_dbs_roots, .holds = ses_dbs_holds, .find = ses_dbs_find,  \
	.identify = ses_dbs_identify, .place = &ses_dbs_place

extern const struct ses_dbs ses_crush;
extern const struct ses_dbs ses_cursor_store;
extern const struct ses_dbs ses_goose;
extern const struct ses_dbs ses_icodemate;
extern const struct ses_dbs ses_kilo;
extern const struct ses_dbs ses_kiro;
extern const struct ses_dbs ses_mimocode;
extern const struct ses_dbs ses_opencode;
extern const struct ses_dbs ses_zed;

#endif
