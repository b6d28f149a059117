/* The items of a plan, in a spool. */
#include <inttypes.h>
#include <string.h>

#include "export/plan.h"

/* Longer data than this is no item's. */
#define DATA_MAX ((size_t)512 << 20)
#define BATCH    ((size_t)64 << 10)

int
ses_items_end(struct ses_export_plan *p, struct seshat_err *err)
{
	if (ses_buf_check(&p->batch, err) < 0 ||
	    ses_spool_add(&p->items, p->batch.data, p->batch.len, err) < 0)
		return -1;
	ses_buf_clear(&p->batch);
	return 0;
}

int
ses_item_add(struct ses_export_plan *p, const struct ses_item *item,
    struct seshat_err *err)
{
	struct ses_item head = *item;

	/* pointers mean nothing in a file */
	head.name = head.path = head.data = NULL;
	ses_buf_add(&p->batch, &head, sizeof(head));
	ses_buf_add(&p->batch, item->name, item->name_len);
	ses_buf_add(&p->batch, "", 1);
	ses_buf_add(&p->batch, item->path, item->path_len);
	ses_buf_add(&p->batch, "", 1);
	ses_buf_add(&p->batch, item->data, item->data_len);
	ses_buf_add(&p->batch, "", 1);
	return p->batch.len < BATCH ? ses_buf_check(&p->batch, err)
				    : ses_items_end(p, err);
}

/* Have the next len bytes in w->buf, behind what is used: 1, 0 at the end. */
static int
need(struct ses_item_walk *w, size_t len, struct seshat_err *err)
{
	size_t left = w->buf.len - w->used;
	size_t want = len < BATCH ? BATCH : len;
	char *room;
	size_t got;

	if (left >= len)
		return 1;
	if (left > 0 && w->used > 0)
		memmove(w->buf.data, w->buf.data + w->used, left);
	w->buf.len = left;
	w->used = 0;
	room = len > DATA_MAX ? NULL : ses_buf_room(&w->buf, want - left);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_spool_read(w->spool, room, want - left, w->at, &got, err) < 0)
		return -1;
	ses_buf_grew(&w->buf, got);
	w->at += got;
	if (left + got >= len)
		return 1;
	return left + got == 0
		   ? 0
		   : ses_fail(err, SESHAT_ESYS, "the plan is cut off");
}

int
ses_item_next(
    struct ses_item_walk *w, struct ses_item *item, struct seshat_err *err)
{
	size_t len;
	int rc = need(w, sizeof(*item), err);

	if (rc <= 0)
		return rc;
	memcpy(item, w->buf.data + w->used, sizeof(*item));
	w->used += sizeof(*item);
	if (item->data_len > DATA_MAX || item->name_len > DATA_MAX ||
	    item->path_len > DATA_MAX)
		return ses_fail_nomem(err);
	len = item->name_len + item->path_len + item->data_len + 3;
	rc = need(w, len, err);
	if (rc <= 0)
		return rc < 0
			   ? -1
			   : ses_fail(err, SESHAT_ESYS, "the plan is cut off");
	item->name = w->buf.data + w->used;
	item->path = item->name + item->name_len + 1;
	item->data = item->path + item->path_len + 1;
	w->used += len;
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
