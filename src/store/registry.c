#include <stddef.h>

#include "store/backends.h"

const struct ses_store_ops *const ses_stores[] = {
    &ses_store_file,
    &ses_store_s3,
    &ses_store_hf,
    NULL,
};
