#ifndef SES_HUMAN_H
#define SES_HUMAN_H

#include "base/human.h"

#endif
