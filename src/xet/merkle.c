#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "xet/merkle.h"

#define CUT_BYTE                                                               \
	24 /* of a hash: where its last two bits are 0, a node ends            \
	    */

/* One more in row i. */
static void
put(struct ses_xet_tree *t, size_t i, const unsigned char hash[SES_XET_HASH],
    uint64_t len)
{
	struct ses_xet_row *r = &t->rows[i];
	char hex[SES_XET_HEX];

	ses_xet_hex(hash, hex);
	r->text_len += (size_t)snprintf(r->text + r->text_len,
	    sizeof(r->text) - r->text_len, "%s : %" PRIu64 "\n", hex, len);
	r->pending++;
	r->len += len;
	r->n++;
	memcpy(r->last, hash, SES_XET_HASH);
	if (t->height < i + 1)
		t->height = i + 1;
}

/* The node over what is pending in row i; it is none then. */
static uint64_t
take(struct ses_xet_tree *t, size_t i, unsigned char hash[SES_XET_HASH])
{
	struct ses_xet_row *r = &t->rows[i];
	uint64_t len = r->len;

	ses_xet_hash(SES_XET_OF_NODE, r->text, r->text_len, hash);
	r->text_len = 0;
	r->pending = 0;
	r->len = 0;
	return len;
}

void
ses_xet_tree_add(struct ses_xet_tree *t, const unsigned char hash[SES_XET_HASH],
    uint64_t len)
{
	unsigned char node[SES_XET_HASH];
	size_t i = 0;

	memcpy(node, hash, sizeof(node));
	/* where it ends a node, that goes to the row above, and so on */
	for (;;) {
		put(t, i, node, len);
		if (t->rows[i].pending < 3 ||
		    (t->rows[i].pending < SES_XET_FAN &&
			(node[CUT_BYTE] & 3) != 0))
			return;
		len = take(t, i, node);
		i++;
		assert(i < SES_XET_LEVELS);
	}
}

void
ses_xet_tree_end(struct ses_xet_tree *t, unsigned char out[SES_XET_HASH])
{
	unsigned char node[SES_XET_HASH];
	uint64_t len;
	size_t i;

	for (i = 0; i < t->height && t->rows[i].n > 1; i++) {
		if (t->rows[i].pending == 0)
			continue;
		assert(i + 1 < SES_XET_LEVELS);
		len = take(t, i, node);
		put(t, i + 1, node, len);
	}
	if (t->height == 0)
		memset(out, 0, SES_XET_HASH);
	else
		memcpy(out, t->rows[i].last, SES_XET_HASH);
	memset(t, 0, sizeof(*t));
}
