#ifndef SES_BLOCK_YAML_H
#define SES_BLOCK_YAML_H

#include "github/block.h"

/** Read the fields that stand in body from begin to end into out->fields.
 * SESHAT_EFORMAT and SESHAT_ELIMIT name the line of the body. */
int ses_block_yaml(const char *body, size_t begin, size_t end,
    struct ses_metadata *out, struct seshat_err *err);

#endif
