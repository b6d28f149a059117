#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "vault/batch.h"

static void
forget(struct ses_batch *b)
{
	while (b->n > 0)
		free(b->keys[--b->n]);
}

int
ses_batch_add(struct ses_batch *b, const char *key, struct seshat_err *err)
{
	char **keys;

	if (b->n == SES_STORE_BATCH && ses_batch_flush(b, err) < 0)
		return -1;
	keys = ses_grow(b->keys, b->n, &b->cap, sizeof(*keys));
	if (keys == NULL)
		return ses_fail_nomem(err);
	b->keys = keys;
	b->keys[b->n] = ses_str_dup(key);
	return b->keys[b->n++] == NULL ? ses_fail_nomem(err) : 0;
}

int
ses_batch_flush(struct ses_batch *b, struct seshat_err *err)
{
	int rc =
	    ses_store_del_many(b->s, (const char *const *)b->keys, b->n, err);

	if (rc == 0)
		forget(b);
	return rc;
}

void
ses_batch_free(struct ses_batch *b)
{
	forget(b);
	free(b->keys);
	*b = (struct ses_batch){0};
}
