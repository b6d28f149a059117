#ifndef SES_NODE_H
#define SES_NODE_H

#include <stddef.h>

#include "base/err.h"

/*
 * A small document as a tree: tables of named nodes, lists, and plain values as
 * text, each with the line it stands on, so that whoever reads it can name the
 * place of a mistake.  YAML and TOML come out alike.
 */
enum ses_node_kind {
	SES_NODE_TABLE,
	SES_NODE_LIST,
	SES_NODE_TEXT,
	SES_NODE_NUMBER, /* text holds its digits */
	SES_NODE_BOOL,   /* text is "true" or "false" */
};

struct ses_node {
	enum ses_node_kind kind;
	char *key;              /* in a table; else NULL */
	char *text;             /* of a plain value; else NULL */
	size_t line;            /* counted from 1 */
	size_t n;               /* nodes right below it */
	unsigned tag;           /* free for whoever builds the tree */
	struct ses_node *first; /* of a table or list */
	struct ses_node *last;
	struct ses_node *next; /* its neighbour */
};

/**
 * ses_node_add(parent, kind, key, text, line):
 * A new node at the end of parent, which owns it; without a parent it is a
 * root.  key and text are copied and may be NULL.  NULL when out of memory.
 */
struct ses_node *ses_node_add(struct ses_node *parent, enum ses_node_kind kind,
    const char *key, const char *text, size_t line);

/** The member of a table with this name, or NULL. */
struct ses_node *ses_node_get(const struct ses_node *table, const char *key);

/** Take the member with this name out of a table; it is the caller's, or NULL:
 * there is none. */
struct ses_node *ses_node_take(struct ses_node *table, const char *key);

/** What a kind is called. */
const char *ses_node_kind_name(enum ses_node_kind kind);

/** Release a root and all below it, without recursion; NULL is allowed. */
void ses_node_free(struct ses_node *root);

#endif
