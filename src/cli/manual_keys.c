#include <stddef.h>

#include "cli/manual.h"

const struct ses_output ses_outputs[] = {
    {NULL, NULL, NULL},
};
