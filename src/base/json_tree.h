#ifndef SES_JSON_TREE_H
#define SES_JSON_TREE_H

#include <jansson.h>

#include "base/json.h"

/* Levels: each walks over the text of all that are in it. */
#define SES_JSON_TREE_DEPTH 64

/**
 * ses_json_tree(text, len, err):
 * Text that is JSON as a tree of jansson's.  Its own reader is not used: where
 * memory is short it cuts strings without saying so, and writes behind them.
 * Owns: the caller json_decref's it.
 * Errors, with NULL: SESHAT_EFORMAT, not strict JSON (base/json.h), nested
 * deeper than SES_JSON_TREE_DEPTH, a name that stands twice in an object, a NUL
 * in a string, a number that is too large.
 */
json_t *ses_json_tree(const char *text, size_t len, struct seshat_err *err);

#endif
