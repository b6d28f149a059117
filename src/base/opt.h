#ifndef SES_OPT_H
#define SES_OPT_H

#include "base/buf.h"

/*
 * Command-line options, declared once: a row gives the name, the type, where
 * the value goes and the help, so that parser and help cannot disagree.
 * Long options only as "--name VALUE" or "--name=VALUE", one-letter ones as
 * "-x VALUE"; "--" ends them; they may stand between the arguments.
 */
enum ses_opt_type {
	SES_OPT_FLAG,   /* int, set to 1 */
	SES_OPT_STRING, /* const char * */
	SES_OPT_U64,    /* uint64_t, decimal, with an optional K, M or G */
	SES_OPT_LIST,   /* struct ses_opt_list, may be given again */
};

struct ses_opt {
	const char *name;  /* without the dashes; NULL ends a table */
	char letter;       /* 'n' of -n, or NUL */
	int type;          /* enum ses_opt_type */
	size_t offset;     /* of the member in the struct of values */
	const char *value; /* what the help calls it: "N", "DIR"; flags NULL */
	const char *help;  /* one line */
};

#define SES_OPT_LIST_MAX 64

struct ses_opt_list {
	size_t n;
	const char *v[SES_OPT_LIST_MAX];
};

/* A table and the struct its rows point into. */
struct ses_opt_set {
	const struct ses_opt *rows;
	void *values;
};

/**
 * ses_opt_parse(sets, n_sets, argc, argv, args, max_args, err):
 * Take the options of all sets out of argv; what remains goes to args, whose
 * number is answered.  Values are borrowed from argv.
 * Errors: -1 and SESHAT_EUSAGE, unknown option, missing or bad value, more
 * than max_args arguments.
 */
int ses_opt_parse(const struct ses_opt_set *sets, size_t n_sets, int argc,
    char **argv, const char **args, int max_args, struct seshat_err *err);

/** Append the help lines of a table, at most 80 columns wide. */
void ses_opt_help(const struct ses_opt *rows, struct ses_buf *out);

#endif
