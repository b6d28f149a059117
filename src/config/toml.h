#ifndef SES_TOML_H
#define SES_TOML_H

#include "base/node.h"

#define SES_TOML_MAX   (4U << 20) /* bytes of a file */
#define SES_TOML_NODES 200000     /* values of a file */
#define SES_TOML_KEYS  1000       /* of a table */
#define SES_TOML_DEPTH 16         /* of lists and tables in each other */

/**
 * ses_toml_read(text, len, out, err):
 * Parse TOML 1.0 into a tree: tables, arrays of tables, dotted and quoted
 * keys, strings of all four kinds, numbers, booleans, arrays and inline
 * tables.  Dates are kept as text.  Whoever calls releases it with
 * ses_node_free.
 * Errors, with the line: SESHAT_EFORMAT, it is none; SESHAT_ELIMIT.
 */
int ses_toml_read(const char *text, size_t len, struct ses_node **out,
    struct seshat_err *err);

#endif
