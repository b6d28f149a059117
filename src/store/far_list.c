#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/backoff.h"
#include "store/far_list.h"

static int
by_key(const void *a, const void *b)
{
	const struct ses_store_object *x = a;
	const struct ses_store_object *y = b;

	return strcmp(x->key, y->key);
}

int
ses_far_rows(const struct ses_buf *names, const struct ses_far_row *rows,
    size_t n, int sort, struct ses_store_object **out, struct seshat_err *err)
{
	struct ses_store_object *v = ses_calloc(n + 1, sizeof(*v));
	size_t i;

	if (v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < n; i++)
		v[i] =
		    (struct ses_store_object){.key = names->data + rows[i].key,
			.size = rows[i].size,
			.mtime = rows[i].mtime};
	if (sort)
		qsort(v, n, sizeof(*v), by_key);
	*out = v;
	return 0;
}

int
ses_far_page_get(ses_far_page *get, void *arg,
    const struct ses_store_notes *notes, struct seshat_err *err)
{
	struct ses_backoff b = ses_backoff_far();
	int rc;

	for (;;) {
		rc = get(arg, err);
		if (rc >= 0)
			return rc;
		if (notes->vain || !ses_err_retryable(err->code) ||
		    !ses_backoff_wait(&b, notes->wait_ms))
			return -1;
	}
}

int
ses_far_pages_on(struct ses_far_pages *p, const char *now, const char *next,
    struct seshat_err *err)
{
	p->n++;
	if ((now[0] != '\0' && strcmp(next, now) == 0) ||
	    (p->older.len > 0 && strcmp(next, p->older.data) == 0))
		return ses_fail(
		    err, SESHAT_EFORMAT, "the listing goes round in circles");
	/* one is kept, and replaced after twice as many pages each time, so
	 * that any circle comes by it */
	if ((p->n & (p->n - 1)) == 0) {
		ses_buf_clear(&p->older);
		ses_buf_str(&p->older, next);
		(void)ses_buf_cstr(&p->older);
	}
	return ses_buf_check(&p->older, err);
}

void
ses_far_pages_free(struct ses_far_pages *p)
{
	ses_buf_free(&p->older);
}
