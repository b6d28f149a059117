#include <string.h>

#include "xet/put.h"
#include "xet/shard.h"

#define FIXED    4           /* records of any shard: 2 headers, 2 ends */
#define VERSION  2           /* of the format */
#define VERIFIED 0x80000000U /* of a file: its terms' ranges follow them */

static const unsigned char tag[] = {0x48, 0x46, 0x52, 0x65, 0x70, 0x6f, 0x4d,
    0x65, 0x74, 0x61, 0x44, 0x61, 0x74, 0x61, 0x00, 0x55, 0x69, 0x67, 0x45,
    0x6a, 0x7b, 0x81, 0x57, 0x83, 0xa5, 0xbd, 0xd9, 0x5c, 0xcd, 0xd1, 0x4a,
    0xa9};

_Static_assert(sizeof(tag) == SES_XET_HASH, "as long as the hashes elsewhere");

/* Every record: 32 bytes, and four numbers. */
static void
put(const unsigned char first[SES_XET_HASH], const uint32_t v[4],
    struct ses_buf *out)
{
	size_t i;

	ses_buf_add(out, first, SES_XET_HASH);
	for (i = 0; i < 4; i++)
		ses_xet_put32(v[i], out);
}

static void
put_bookend(struct ses_buf *out)
{
	static const uint32_t zeroes[4];
	unsigned char ones[SES_XET_HASH];

	memset(ones, 0xff, sizeof(ones));
	put(ones, zeroes, out);
}

/* Few: one for each xorb of the file. */
static int
is_there(const struct ses_xet_shard *s, const unsigned char hash[SES_XET_HASH])
{
	size_t at;

	for (at = 0; at < s->terms.len; at += SES_XET_RECORD) {
		if (memcmp(s->terms.data + at, hash, SES_XET_HASH) == 0)
			return 1;
	}
	return 0;
}

int
ses_xet_shard_add(struct ses_xet_shard *s, const struct ses_xorb *x,
    const unsigned char hash[SES_XET_HASH],
    const unsigned char range[SES_XET_HASH], int *is_new,
    struct seshat_err *err)
{
	const uint32_t term[4] = {0, x->raw, 0, x->n};
	const uint32_t xorb[4] = {0, x->n, x->raw, (uint32_t)x->len};
	static const uint32_t zeroes[4];
	int fresh = !is_there(s, hash);
	size_t len = s->terms.len + s->ranges.len + s->xorbs.len +
		     (FIXED + 2) * SES_XET_RECORD;

	if (fresh)
		len += SES_XET_RECORD + x->records.len;
	if (len > SES_XET_SHARD)
		return ses_fail(err, SESHAT_ELIMIT,
		    "is too large for Hugging Face: what tells of its pieces "
		    "would be over %zu MiB",
		    SES_XET_SHARD >> 20);
	put(hash, term, &s->terms);
	put(range, zeroes, &s->ranges);
	if (fresh) {
		put(hash, xorb, &s->xorbs);
		ses_buf_add(&s->xorbs, x->records.data, x->records.len);
	}
	if (ses_buf_check(&s->terms, err) < 0 ||
	    ses_buf_check(&s->ranges, err) < 0 ||
	    ses_buf_check(&s->xorbs, err) < 0)
		return -1;
	s->n++;
	*is_new = fresh;
	return 0;
}

int
ses_xet_shard_end(const struct ses_xet_shard *s,
    const unsigned char file[SES_XET_HASH], struct ses_buf *out,
    struct seshat_err *err)
{
	static const uint32_t head[4] = {VERSION};
	const uint32_t of_file[4] = {VERIFIED, s->n};
	size_t len = s->terms.len + s->ranges.len + s->xorbs.len;

	/* at once, so that not up to twice as much is taken */
	if (ses_buf_room(out, len + FIXED * SES_XET_RECORD) != NULL) {
		put(tag, head, out);
		put(file, of_file, out);
		ses_buf_add(out, s->terms.data, s->terms.len);
		ses_buf_add(out, s->ranges.data, s->ranges.len);
		put_bookend(out);
		ses_buf_add(out, s->xorbs.data, s->xorbs.len);
		put_bookend(out);
	}
	return ses_buf_check(out, err);
}

void
ses_xet_shard_free(struct ses_xet_shard *s)
{
	ses_buf_free(&s->terms);
	ses_buf_free(&s->ranges);
	ses_buf_free(&s->xorbs);
}
