#ifndef SES_TOML_VALUE_H
#define SES_TOML_VALUE_H

#include "base/buf.h"
#include "config/toml.h"

/* Inside the reader of TOML. */
struct ses_toml {
	const char *p;
	const char *end;
	size_t line;
	size_t nodes;
	unsigned depth;
	struct ses_buf key;  /* the name that was read last */
	struct ses_buf text; /* of a value */
};

/** Fail, with the line. */
int ses_toml_fail(
    const struct ses_toml *t, const char *text, struct seshat_err *err);

/** A node in parent, named t->key if that is a table; NULL on error. */
struct ses_node *ses_toml_add(struct ses_toml *t, struct ses_node *parent,
    enum ses_node_kind kind, const char *text, struct seshat_err *err);

/** Pass blanks and tabs. */
void ses_toml_blanks(struct ses_toml *t);

/** Pass the rest of a line, in which only a comment may stand. */
int ses_toml_line_end(struct ses_toml *t, struct seshat_err *err);

/** Read "key = value" into a table. */
int ses_toml_pair(
    struct ses_toml *t, struct ses_node *table, struct seshat_err *err);

/** Read a value into parent. */
int ses_toml_value(
    struct ses_toml *t, struct ses_node *parent, struct seshat_err *err);

/** Read a string into out, which is then a C string; over several lines only
 * where that is allowed. */
int ses_toml_string(
    struct ses_toml *t, struct ses_buf *out, int lines, struct seshat_err *err);

#endif
