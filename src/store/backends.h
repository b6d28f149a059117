#ifndef SES_BACKENDS_H
#define SES_BACKENDS_H

#include "store/store.h"

extern const struct ses_store_ops ses_store_file; /* store/file.c */

#endif
