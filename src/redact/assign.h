#ifndef SES_REDACT_ASSIGN_H
#define SES_REDACT_ASSIGN_H

#include <stddef.h>

/* The longest name, without its separators. */
#define SES_ASSIGN_NAME 96

/*
 * A value and the name it is given: KEY=value, "key": "value", --key value,
 * <key>value<, X-Key: value, setenv("KEY", "value"), key => 'value'.
 */
struct ses_assign {
	/* In small letters, without what separates its words. */
	char name[SES_ASSIGN_NAME + 1];
	size_t word; /* where in there the word is that was asked for */
	const char *value;
	int quote; /* the one before the value, or 0 */
};

/* The longest value. */
#define SES_ASSIGN_VALUE 256

/**
 * ses_assign_read(base, at, end, out):
 * Read the assignment whose name holds the word at at; 0 when it is none, or
 * nothing is assigned.
 */
int ses_assign_read(
    const char *base, const char *at, const char *end, struct ses_assign *out);

/** The end of the value: its closing quote, or what ends a word. */
const char *ses_assign_end(const struct ses_assign *a, const char *end);

/**
 * ses_assign_is(a, what, word):
 * Whether the name ends in what, small words of which a space joins neighbours
 * and a '*' others ("aws*secret key"); numbers and words such as "value" or
 * "prod" may follow.  word is the end of what that was noticed in the text.
 */
int ses_assign_is(
    const struct ses_assign *a, const char *what, const char *word);

#endif
