#include <stdlib.h>

#include "base/mem.h"
#include "xet/shard.h"
#include "xet/xet.h"

struct ses_xet {
	ses_xet_send *send;
	void *arg;
	struct ses_xet_cutter cutter;
	struct ses_xorb xorb;
	struct ses_xet_tree tree; /* over all chunks of the file */
	struct ses_xet_shard shard;
};

int
ses_xet_open(
    struct ses_xet **out, ses_xet_send *send, void *arg, struct seshat_err *err)
{
	struct ses_xet *x = ses_calloc(1, sizeof(*x));

	if (x == NULL)
		return ses_fail_nomem(err);
	x->send = send;
	x->arg = arg;
	ses_xorb_clear(&x->xorb);
	*out = x;
	return 0;
}

/* What is in the xorb goes; it is empty then. */
static int
send_xorb(struct ses_xet *x, struct seshat_err *err)
{
	unsigned char hash[SES_XET_HASH];
	unsigned char range[SES_XET_HASH];
	char hex[SES_XET_HEX];
	int is_new;

	if (x->xorb.n == 0)
		return 0;
	ses_xorb_name(&x->xorb, hash, range);
	if (ses_xet_shard_add(&x->shard, &x->xorb, hash, range, &is_new, err) <
	    0)
		return -1;
	ses_xet_hex(hash, hex);
	if (is_new && x->send(x->arg, hex, x->xorb.data, x->xorb.len, err) < 0)
		return -1;
	ses_xorb_clear(&x->xorb);
	return 0;
}

static int
end_chunk(struct ses_xet *x, struct seshat_err *err)
{
	unsigned char hash[SES_XET_HASH];
	size_t len;

	if (ses_xorb_end(&x->xorb, hash, &len, err) < 0)
		return -1;
	ses_xet_tree_add(&x->tree, hash, len);
	return 0;
}

/* Only now, when there is more to come: what a xorb holds does not depend on
 * how the bytes arrived. */
static int
begin_chunk(struct ses_xet *x, struct seshat_err *err)
{
	if (!ses_xorb_has_room(&x->xorb) && send_xorb(x, err) < 0)
		return -1;
	return ses_xorb_begin(&x->xorb, err);
}

int
ses_xet_add(
    struct ses_xet *x, const void *data, size_t len, struct seshat_err *err)
{
	const unsigned char *p = data;
	int is_end;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		if (x->cutter.len == 0 && begin_chunk(x, err) < 0)
			return -1;
		n = ses_xet_cut(&x->cutter, p, len, &is_end);
		if (ses_xorb_add(&x->xorb, p, n, err) < 0 ||
		    (is_end && end_chunk(x, err) < 0))
			return -1;
	}
	return 0;
}

int
ses_xet_end(struct ses_xet *x, char file[SES_XET_HEX], struct ses_buf *shard,
    struct seshat_err *err)
{
	unsigned char root[SES_XET_HASH];
	int is_empty;

	if (x->cutter.len > 0 && end_chunk(x, err) < 0)
		return -1;
	if (send_xorb(x, err) < 0)
		return -1;
	/* what was sent need not be held while the shard is made */
	ses_xorb_free(&x->xorb);
	is_empty = x->tree.height == 0;
	ses_xet_tree_end(&x->tree, root);
	if (!is_empty)
		ses_xet_hash(SES_XET_OF_FILE, root, sizeof(root), root);
	if (ses_xet_shard_end(&x->shard, root, shard, err) < 0)
		return -1;
	ses_xet_hex(root, file);
	return 0;
}

void
ses_xet_free(struct ses_xet *x)
{
	if (x == NULL)
		return;
	ses_xorb_free(&x->xorb);
	ses_xet_shard_free(&x->shard);
	free(x);
}
