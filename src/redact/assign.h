#ifndef SES_REDACT_ASSIGN_H
#define SES_REDACT_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

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
	int query; /* it stands in a URL: & ends it */
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

/** A bit for each two characters that stand side by side in a word, of 64: a
 * name that is ses_assign_is has all those of what. */
uint64_t ses_assign_pairs(const char *text);

/** Whether the name ends in the word that was asked for, or in nothing more
 * than numbers and words such as "value" or "prod". */
int ses_assign_ends(const struct ses_assign *a, const char *word);

/**
 * ses_assign_is(a, what, word):
 * Whether what stands before the word at the end of the name: small words, of
 * which a space joins neighbours and a '*' others ("aws*secret key").  word is
 * the end of what.
 */
int ses_assign_is(
    const struct ses_assign *a, const char *what, const char *word);

#endif
