/* Every allocation of the program and of the libraries that it is linked
 * with: these names go before those of the C library, whose own functions lie
 * behind. */
#include <errno.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/mem.h"
#include "memory/deny.h"

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t n, size_t len);
void *__libc_realloc(void *p, size_t len);
void *__libc_memalign(size_t align, size_t len);

/* Plain, not thread-local: the first use of such a variable may allocate. */
static unsigned left;
static int stays;
static int did;

static int
denied(void)
{
	if (left == 0 || --left > 0)
		return 0;
	left = stays ? 1 : 0;
	did = 1;
	errno = ENOMEM;
	return 1;
}

void
deny_init(void)
{
	json_set_alloc_funcs(ses_mem_json, free); /* as the program does */
}

void
deny_at(unsigned nth, int forever)
{
	left = nth;
	stays = forever;
	did = 0;
}

int
deny_did(void)
{
	return did;
}

void *
malloc(size_t len)
{
	return denied() ? NULL : __libc_malloc(len);
}

void *
calloc(size_t n, size_t len)
{
	return denied() ? NULL : __libc_calloc(n, len);
}

void *
realloc(void *p, size_t len)
{
	return denied() ? NULL : __libc_realloc(p, len);
}

void *
aligned_alloc(size_t align, size_t len)
{
	return denied() ? NULL : __libc_memalign(align, len);
}

int
posix_memalign(void **out, size_t align, size_t len)
{
	void *p = denied() ? NULL : __libc_memalign(align, len);

	if (p == NULL)
		return ENOMEM;
	*out = p;
	return 0;
}
