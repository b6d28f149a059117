#ifndef SES_CUSTOM_SET_H
#define SES_CUSTOM_SET_H

#include <hs/hs_runtime.h>

#include "base/buf.h"
#include "redact/custom.h"
#include "redact/dialect.h"
#include "redact/rules.h"

/* Inside the set of a user's rules. */

#define SES_CUSTOM_ID 64 /* bytes of an id */

/* A row of neighbours in one of the lists below. */
struct ses_range {
	uint32_t first;
	uint32_t n;
};

/* What an expression of an allow list is matched with. */
enum ses_custom_target {
	SES_TARGET_SECRET,
	SES_TARGET_MATCH,
	SES_TARGET_LINE,
};

/* gitleaks' allowlist, or what our own configuration says of values. */
struct ses_custom_allow {
	enum ses_custom_target target;
	int all;   /* of its conditions must hold, not one */
	int never; /* a condition that cannot hold here is among them */
	struct ses_range regexes;
	struct ses_range paths; /* expressions */
	struct ses_range words; /* that stand in the secret */
	struct ses_range exact; /* values */
	struct ses_range rules; /* ids it is for; none: all */
};

/* How the lines that may hold a secret are found. */
enum ses_custom_how {
	SES_HOW_FULL,     /* Hyperscan knows the expression, */
	SES_HOW_PART,     /* or something wider, */
	SES_HOW_KEYWORDS, /* or its keywords alone */
	SES_HOW_EVERY,    /* every line is tried */
};

struct ses_custom_rule {
	struct ses_rule row; /* id and what */
	const char *origin;
	size_t line;
	uint32_t pattern;
	uint32_t group; /* 0: the first that matched, else everything */
	double entropy; /* 0: any */
	enum ses_custom_how how;
	uint32_t width; /* of its longest match, 0: all of a text is tried */
	struct ses_range keywords; /* words, in lower case */
	struct ses_range allows;   /* of its own, */
	struct ses_range shared;   /* and of its file */
};

/* What an expression is for. */
enum ses_custom_use {
	SES_USE_RULE,  /* it finds, so it must not match nothing */
	SES_USE_ALLOW, /* it matches somewhere in a text, */
	SES_USE_WHOLE, /* or all of it */
};

struct ses_custom_pattern {
	enum ses_custom_use use;
	const char *regex; /* as it was written */
	char *text;        /* translated */
	int lead;          /* ses_dialect_drop_lead took something out */
	const char *id;    /* of the rule; NULL: none */
	const char *origin;
	size_t line;
};

struct ses_custom {
	struct ses_buf rules;    /* struct ses_custom_rule */
	struct ses_buf patterns; /* struct ses_custom_pattern */
	struct ses_buf words;    /* const char * */
	struct ses_buf allows;   /* struct ses_custom_allow */
	struct ses_buf strings;  /* char *, owned: all text above */
	size_t n_first;          /* rules of configuration */
	struct ses_buf values;   /* struct ses_custom_allow: of all rules,
				  * built-in ones too */
	struct ses_buf globs;    /* const char *: sources to leave alone */
	hs_database_t *db;       /* NULL: nothing to look for */
	ses_custom_tell *tell;
	void *tell_arg;
	struct ses_dialect dialect;
};

static inline size_t
ses_custom_n(const struct ses_buf *b, size_t size)
{
	return b->len / size;
}

static inline struct ses_custom_rule *
ses_custom_rule(const struct ses_custom *c, size_t i)
{
	return (struct ses_custom_rule *)(void *)c->rules.data + i;
}

static inline const struct ses_custom_pattern *
ses_custom_pattern(const struct ses_custom *c, size_t i)
{
	return (const struct ses_custom_pattern *)(void *)c->patterns.data + i;
}

static inline struct ses_custom_allow *
ses_custom_allow(const struct ses_custom *c, size_t i)
{
	return (struct ses_custom_allow *)(void *)c->allows.data + i;
}

static inline const char *
ses_custom_word(const struct ses_custom *c, size_t i)
{
	return ((const char **)(void *)c->words.data)[i];
}

/** Number of patterns. */
static inline size_t
ses_custom_patterns(const struct ses_custom *c)
{
	return ses_custom_n(&c->patterns, sizeof(struct ses_custom_pattern));
}

/**
 * ses_custom_build(c, err):
 * Compile with Hyperscan's compiler, which is loaded for it.
 */
int ses_custom_build(struct ses_custom *c, struct seshat_err *err);

/**
 * ses_custom_load(c, path, err), ses_custom_save(c, path, err):
 * Take the database from the cache file: 1, or 0 when it cannot be used; and
 * put it there.
 */
int ses_custom_load(
    struct ses_custom *c, const char *path, struct seshat_err *err);
int ses_custom_save(
    const struct ses_custom *c, const char *path, struct seshat_err *err);

/** Append the path of the set's file in the cache. */
int ses_custom_cache_path(
    const struct ses_custom *c, struct ses_buf *out, struct seshat_err *err);

#endif
