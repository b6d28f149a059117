/* Zip files that anybody may have made: each member is what its row says, or
 * an error, and never more than was asked for. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "pack/unzip.h"

#define MAX ((uint64_t)1 << 18)

/* What comes out of a member. */
struct out {
	const struct ses_spool *s;
	uint64_t n;
	unsigned members;
};

static int
count(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct out *o = arg;

	(void)data;
	(void)err;
	o->n += len;
	MUST(o->n <= MAX);
	return 0;
}

static int
read_one(void *arg, const struct ses_unzip_entry *e, struct seshat_err *ignored)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct out *o = arg;
	struct ses_sink sink = {count, o};

	(void)ignored;
	MUST(memchr(e->name, '\0', sizeof(e->name)) != NULL);
	o->n = 0;
	if (ses_unzip_read(o->s, e, MAX, &sink, &err) == 0)
		MUST(o->n == e->size);
	else
		MUST(err.msg[0] != '\0');
	/* many rows of one member take long, and tell nothing more */
	return ++o->members == 8;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_spool s = {0};
	struct out o = {.s = &s};

	if (ses_spool_open(&s, "/dev/shm", &err) < 0)
		MUST(ses_spool_open(&s, "/tmp", &err) == 0);
	MUST(ses_spool_add(&s, data, len, &err) == 0);
	if (ses_unzip_each(&s, read_one, &o, &err) < 0)
		MUST(err.msg[0] != '\0');
	ses_spool_close(&s);
	return 0;
}
