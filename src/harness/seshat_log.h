#ifndef SES_SESHAT_LOG_H
#define SES_SESHAT_LOG_H

#include "harness/harness.h"

extern const struct ses_harness_ops ses_seshat_log;

#endif
