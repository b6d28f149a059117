#include <stddef.h>

#include "harness/agents.h"

const struct ses_harness_ops *const ses_harnesses[] = {
    &ses_harness_claude_code,
    &ses_harness_codex,
    NULL,
};
