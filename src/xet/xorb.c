#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xet/put.h"
#include "xet/xorb.h"

/* Memory to begin with: most files are small. */
#define FIRST ((size_t)64 << 10)

#define CHUNK_ROOM (SES_XET_CHUNK_HEAD + SES_XET_CHUNK_MAX)
#define CHUNKS_MAX 8192 /* the protocol's limits */
#define BYTES_MAX  ((size_t)64 << 20)

_Static_assert(SES_XET_XORB <= BYTES_MAX, "too many bytes");
/* only a file's last chunk is shorter than the least length */
_Static_assert(SES_XET_XORB / SES_XET_CHUNK_MIN < CHUNKS_MAX, "too many");

void
ses_xorb_clear(struct ses_xorb *x)
{
	x->len = 0;
	x->start = 0;
	x->n = 0;
	x->raw = 0;
	memset(&x->tree, 0, sizeof(x->tree));
	ses_xet_hash_init(&x->range, SES_XET_OF_RANGE);
	ses_buf_clear(&x->records);
}

int
ses_xorb_has_room(const struct ses_xorb *x)
{
	return SES_XET_XORB - x->len >= CHUNK_ROOM;
}

/* Twice as much each time: ends at SES_XET_XORB. */
static int
grow(struct ses_xorb *x, size_t len, struct seshat_err *err)
{
	size_t cap = x->cap == 0 ? FIRST : x->cap;
	unsigned char *p;

	while (cap - x->len < len)
		cap *= 2;
	if (cap == x->cap)
		return 0;
	p = ses_realloc(x->data, cap);
	if (p == NULL)
		return ses_fail_nomem(err);
	x->data = p;
	x->cap = cap;
	return 0;
}

int
ses_xorb_begin(struct ses_xorb *x, struct seshat_err *err)
{
	if (grow(x, SES_XET_CHUNK_HEAD, err) < 0)
		return -1;
	x->start = x->len;
	x->len += SES_XET_CHUNK_HEAD;
	return 0;
}

int
ses_xorb_add(
    struct ses_xorb *x, const void *data, size_t len, struct seshat_err *err)
{
	if (grow(x, len, err) < 0)
		return -1;
	memcpy(x->data + x->len, data, len);
	x->len += len;
	return 0;
}

int
ses_xorb_end(struct ses_xorb *x, unsigned char hash[SES_XET_HASH], size_t *len,
    struct seshat_err *err)
{
	unsigned char *head = x->data + x->start;
	unsigned char *body = head + SES_XET_CHUNK_HEAD;
	size_t size = (size_t)(x->data + x->len - body);

	/* version 0, length as it is stored, stored as it is, its length */
	head[0] = 0;
	ses_xet_le(size, 3, head + 1);
	head[4] = 0;
	ses_xet_le(size, 3, head + 5);
	ses_xet_hash(SES_XET_OF_CHUNK, body, size, hash);
	ses_xet_tree_add(&x->tree, hash, size);
	blake3_hasher_update(&x->range, hash, SES_XET_HASH);
	ses_buf_add(&x->records, hash, SES_XET_HASH);
	ses_xet_put32(x->raw, &x->records);
	ses_xet_put32((uint32_t)size, &x->records);
	ses_xet_put32(0, &x->records);
	ses_xet_put32(0, &x->records);
	x->n++;
	x->raw += (uint32_t)size;
	*len = size;
	return ses_buf_check(&x->records, err);
}

void
ses_xorb_name(struct ses_xorb *x, unsigned char hash[SES_XET_HASH],
    unsigned char range[SES_XET_HASH])
{
	ses_xet_tree_end(&x->tree, hash);
	blake3_hasher_finalize(&x->range, range, SES_XET_HASH);
}

void
ses_xorb_free(struct ses_xorb *x)
{
	free(x->data);
	ses_buf_free(&x->records);
	x->data = NULL;
	x->len = x->cap = 0;
}
