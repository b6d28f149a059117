/* Our own allocations and, through them, those of jansson. */
#include <stdlib.h>

#include <jansson.h>

#include "base/mem.h"
#include "memory/deny.h"

void
deny_init(void)
{
	json_set_alloc_funcs(ses_mem_json, free);
}

void
deny_at(unsigned nth, int forever)
{
	ses_mem_fail_from(nth, forever);
}

int
deny_did(void)
{
	return ses_mem_failed();
}
