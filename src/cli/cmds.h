#ifndef SES_CMDS_H
#define SES_CMDS_H

#include "cli/cli.h"

#endif
