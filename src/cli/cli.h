#ifndef SES_CLI_H
#define SES_CLI_H

#include "base/opt.h"

/*
 * The command line: a table of commands, each in a file cmd_<name>.c.  Human
 * output and data go to stdout, progress and errors to stderr.
 */

/* The options that every command takes. */
struct ses_cli {
	const char *store;   /* --store, else NULL: the configuration decides */
	const char *project; /* --project, else NULL */
	const char *config;  /* --config, else NULL */
	int insecure_http;
	int is_public;
	int json;
	int quiet;
	int verbose;
	int stats;
	int help;
};

struct ses_command {
	const char *name;    /* "list"; two words for "log append" */
	const char *summary; /* one line */
	const char *args;    /* "SESSION", "" */
	const char *about;   /* what it promises; lines of at most 78 columns */
	const char *examples; /* lines of at most 78 columns */
	const struct ses_opt *opts;
	size_t values_len; /* size of the struct the rows point into */
	void (*defaults)(void *values); /* other than zero; may be NULL */
	int max_args;
	/* is told what is wrong with the words instead of the user, and the
	 * exit status is 0; NULL for all but what must never be heard */
	void (*refused)(const struct seshat_err *why);
	/* 0, an exit status > 0 whose reason is printed already, or -1 */
	int (*run)(const struct ses_cli *cli, void *values, const char **args,
	    int n_args, struct seshat_err *err);
};

#define SES_CLI_MAX_ARGS 256

/* Every command, in the order of the help; ends with a NULL name. */
extern const struct ses_command *const ses_commands[];

/** Flush stdout; -1 when what was printed did not arrive. */
int ses_cli_flush(struct seshat_err *err);

#endif
