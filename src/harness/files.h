#ifndef SES_FILES_H
#define SES_FILES_H

#include "base/node.h"
#include "harness/look.h"
#include "harness/place.h"

/*
 * Agents that keep each session in a file of its own: one row of a table for
 * each, files_table.c, and rows that the user's configuration adds.
 *
 * A pattern is the path of a file below a root.  Between slashes "*" is any
 * run of bytes and "?" any one; "**" is any number of folders, once at most.
 * What stands in <> is the session's id, what stands in [] its parent's.
 */
#define SES_FILES_ROOTS 6
#define SES_FILES_KINDS 4
#define SES_FILES_CWDS  4

enum ses_files_kind {
	SES_FILES_APPEND, /* lines are added at the end */
	SES_FILES_REWRITE /* one JSON document, written anew as a whole */
};

/* Files of one form. */
struct ses_files_form {
	const char *pattern;
	enum ses_files_kind kind;
	const char *id; /* member of the first object that is the id; NULL:
			 * the pattern tells it */
};

/* Where a later line gives the session a name. */
struct ses_files_name {
	const char *mark; /* stands in the line; NULL: names are not given */
	const char *path; /* of its member, down from the line's object */
};

/* An agent.  ops is the first member, so that the functions of ops, which get
 * it as self, find the row. */
struct ses_files {
	struct ses_harness_ops ops;

	/* "$VAR/x", counts if the variable is set, and then nothing behind it
	 * does; "~/x", below the home.  Of XDG's variables those that are not
	 * set have their default. */
	const char *roots[SES_FILES_ROOTS];
	struct ses_files_form forms[SES_FILES_KINDS];

	/* Members of the first objects that name the working directory; none
	 * where it is not told, or fill tells. */
	const char *cwds[SES_FILES_CWDS];
	struct ses_files_name name;

	/** Whether ids are names that other machines may use as well: then
	 * they get the owner's (owned.h). */
	int owned;

	/** Add what other files tell of a session; NULL: nothing. */
	int (*fill)(const struct ses_files *row, struct ses_session *out,
	    struct seshat_err *err);
};

/* What the path of a file tells. */
struct ses_files_match {
	size_t form;    /* its number in the row */
	const char *id; /* slices of the path; NULL where the pattern has no
			 * <> or [] */
	size_t id_len;
	const char *parent;
	size_t parent_len;
};

/* So many of the user's own. */
#define SES_FILES_USER_MAX 64

/** Add the rows of a list of the user's configuration, which stands in the file
 * path: docs/configuration.md says what may stand there.  They stay as long as
 * the program runs.  Before there is a second thread.  Errors: SESHAT_EFORMAT,
 * file, line and key named; SESHAT_ELIMIT. */
int ses_files_add_user(
    const struct ses_node *list, const char *path, struct seshat_err *err);

/* The functions of all rows. */
int ses_files_roots(const struct ses_harness_ops *self,
    const struct ses_discover *q, struct ses_buf *out, struct seshat_err *err);
int ses_files_holds(const struct ses_harness_ops *self, const char *below);
int ses_files_find(const struct ses_harness_ops *self,
    const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err);
int ses_files_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err);
int ses_files_describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err);

/** Fill in title and working directory, and the id where a member tells it,
 * from the open file, which has this form; wanted is the only cwd of interest,
 * or NULL. */
int ses_files_read(const struct ses_files *row, struct ses_peek *p, int form,
    const char *wanted, struct ses_session *out, char **id,
    struct seshat_err *err);

/** Whether a file below a root, named from there, is one of the row's: 1 and
 * *m, or 0. */
int ses_files_match(
    const struct ses_files *row, const char *below, struct ses_files_match *m);

/** The same for one pattern. */
int ses_files_match_pattern(
    const char *pattern, const char *below, struct ses_files_match *m);

/** Whether a folder of this name below a root may hold files that the pattern
 * means, or lead to some. */
int ses_files_leads(const char *pattern, const char *below);

/** Whether a pattern is one: no empty parts, "." or "..", nothing that is
 * hidden, "**" once at most, <> and [] once and within one part.  Errors:
 * SESHAT_EFORMAT, what is wrong with it. */
int ses_files_check(const char *pattern, struct seshat_err *err);

#endif
