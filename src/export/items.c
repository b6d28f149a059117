/* The items of a plan, in a spool. */
#include <inttypes.h>

#include "export/plan.h"

/* Longer data than this is no item's. */
#define DATA_MAX ((size_t)512 << 20)

int
ses_item_add(struct ses_export_plan *p, const struct ses_item *item,
    struct seshat_err *err)
{
	struct ses_item head = *item;

	/* pointers mean nothing in a file */
	head.name = head.path = head.data = NULL;
	return ses_spool_add(&p->items, &head, sizeof(head), err) < 0 ||
		       ses_spool_add(
			   &p->items, item->name, item->name_len, err) < 0 ||
		       ses_spool_add(
			   &p->items, item->path, item->path_len, err) < 0 ||
		       ses_spool_add(
			   &p->items, item->data, item->data_len, err) < 0
		   ? -1
		   : 0;
}

static int
read_text(struct ses_item_walk *w, size_t len, struct seshat_err *err)
{
	char *room;
	size_t got;

	room = len > DATA_MAX ? NULL : ses_buf_room(&w->text, len + 1);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_spool_read(w->spool, room, len, w->at, &got, err) < 0)
		return -1;
	if (got < len)
		return ses_fail(err, SESHAT_ESYS, "the plan is cut off");
	ses_buf_grew(&w->text, len);
	ses_buf_add(&w->text, "", 1);
	w->at += len;
	return ses_buf_check(&w->text, err);
}

int
ses_item_next(
    struct ses_item_walk *w, struct ses_item *item, struct seshat_err *err)
{
	size_t got;

	if (w->at >= w->spool->size)
		return 0;
	if (ses_spool_read(w->spool, item, sizeof(*item), w->at, &got, err) < 0)
		return -1;
	if (got < sizeof(*item))
		return ses_fail(err, SESHAT_ESYS, "the plan is cut off");
	w->at += sizeof(*item);
	ses_buf_clear(&w->text);
	if (read_text(w, item->name_len, err) < 0 ||
	    read_text(w, item->path_len, err) < 0 ||
	    read_text(w, item->data_len, err) < 0)
		return -1;
	item->name = w->text.data;
	item->path = item->name + item->name_len + 1;
	item->data = item->path + item->path_len + 1;
	return 1;
}

int
ses_plan_omit(struct ses_spool *omitted, const char *name, uint64_t size,
    const char *why, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_buf_str(&b, name);
	if (size != SES_EXPORT_UNKNOWN)
		ses_buf_fmt(&b, " (%" PRIu64 " bytes)", size);
	ses_buf_fmt(&b, ": %s\n", why);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		rc = ses_spool_add(omitted, b.data, b.len, err);
	ses_buf_free(&b);
	return rc;
}
