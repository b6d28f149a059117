#ifndef SES_PCRE_H
#define SES_PCRE_H

#include "redact/dialect.h"

/*
 * Regular expressions that are compiled when a text first needs them, and
 * matched with limits: the only user of PCRE2.  One per thread.
 */
struct ses_pcre;

/* Groups that are told of; the first is the whole match. */
#define SES_PCRE_GROUPS 100

#define SES_PCRE_NONE ((size_t)-1)

struct ses_pcre_match {
	size_t n; /* groups the expression has, and the whole */
	size_t at[SES_PCRE_GROUPS][2]; /* SES_PCRE_NONE: took no part */
};

/** Whether PCRE2 takes an expression, and how many groups it has (may be
 * NULL).  Errors: SESHAT_EFORMAT, "at N: why"; also where it matches the empty
 * text, unless it may. */
int ses_pcre_check(const struct ses_dialect *d, int empty, unsigned *groups,
    struct seshat_err *err);

/** Room for n expressions. */
int ses_pcre_open(struct ses_pcre **out, size_t n, struct seshat_err *err);

/** Release; NULL is allowed. */
void ses_pcre_free(struct ses_pcre *p);

enum ses_pcre_answer {
	SES_PCRE_NO,
	SES_PCRE_YES,
	SES_PCRE_GAVE_UP, /* a limit was reached: nobody knows */
};

/* A text, and where in it a match may begin. */
struct ses_pcre_text {
	const char *data;
	size_t len;
	size_t from;
	size_t last;
};

/**
 * ses_pcre_find(p, i, regex, text, m, err):
 * Find the ith expression, which is this one.  Answers one of the above, or
 * -1.
 */
int ses_pcre_find(struct ses_pcre *p, size_t i, const char *regex,
    const struct ses_pcre_text *text, struct ses_pcre_match *m,
    struct seshat_err *err);

#endif
