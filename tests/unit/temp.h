#ifndef TEMP_H
#define TEMP_H

/* First, for it asks for more of the system's headers. */
#include "remove.h"

#include "unit/test.h"

#endif
