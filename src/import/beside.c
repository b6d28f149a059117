/* What stood beside a transcript in another vault: copied as it is. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/one.h"
#include "vault/companion.h"

#define OBJECT_MAX                                                             \
	(SES_COMPANION_TEXT_MAX + (1U << 20)) /* packed it is no larger */

struct copying {
	struct ses_importing *s;
	json_t *here; /* paths of those that are */
	struct ses_part_head *head;
};

static int
see_here(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	return json_object_set_new(arg, c->path, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* The whole object into b, checked: 1; 0, it is not fit; -1. */
static int
get(struct copying *c, const char *path, struct ses_buf *b,
    struct seshat_err *err)
{
	struct ses_importing *s = c->s;
	struct ses_store *from = s->im->what->from->bucket.store;
	struct ses_sink none = ses_sink_none();
	struct ses_buf key = {0};
	int rc;

	rc = ses_companion_get(from, &s->from, path, c->head, &none, err);
	if (rc == 0 && c->head->rules == 0 && !s->im->m.opts.no_redact)
		rc = ses_fail(err, SESHAT_ECORRUPT,
		    "was stored with its secrets: only --no-redact takes it");
	ses_key_session(&key, &s->from);
	if (rc == 0)
		rc = ses_companion_key(path, &key, err);
	if (rc == 0)
		rc = ses_store_read(from, key.data, OBJECT_MAX, b, err);
	ses_buf_free(&key);
	if (rc == 0)
		return 1;
	if (err->code != SESHAT_ECORRUPT && err->code != SESHAT_ENOTFOUND &&
	    err->code != SESHAT_ELIMIT)
		return -1;
	ses_import_damage(s, path, err->msg);
	return 0;
}

static int
copy_one(void *arg, const struct ses_companion *there, struct seshat_err *err)
{
	struct copying *c = arg;
	struct ses_importing *s = c->s;
	struct ses_buf b = {0};
	int rc;

	/* that of this vault may be newer */
	if (json_object_get(c->here, there->path) != NULL)
		return 0;
	rc = get(c, there->path, &b, err);
	if (rc > 0)
		rc = ses_companion_put(s->im->m.store, &s->to, there->path,
		    &(struct ses_put){
			.data = b.data, .len = b.len, .how = SES_PUT_CREATE},
		    err);
	else if (rc == 0)
		goto out;
	if (rc == 0) {
		s->imported = 1;
		s->im->totals.new_bytes += c->head->to;
		s->im->totals.stored_bytes += b.len;
	} else if (err->code == SESHAT_EEXISTS) {
		rc = 0;
	}
out:
	ses_buf_free(&b);
	return rc;
}

int
ses_import_beside(struct ses_importing *s, struct seshat_err *err)
{
	struct copying c = {.s = s,
	    .here = json_object(),
	    .head = ses_calloc(1, sizeof(*c.head))};
	int rc = c.here == NULL || c.head == NULL ? ses_fail_nomem(err) : 0;

	if (rc == 0)
		rc = ses_companions(
		    s->im->m.store, &s->to, see_here, c.here, err);
	if (rc == 0)
		rc = ses_companions(s->im->what->from->bucket.store, &s->from,
		    copy_one, &c, err);
	json_decref(c.here);
	free(c.head);
	return rc;
}
