#include "xet/chunk.h"
#include "xet/gear.h"

#define WINDOW 64 /* bytes of which the hash knows: each shifts it by one */
#define ZEROES 48 /* to shift by, so that the bits that must be 0 are left */

size_t
ses_xet_cut(struct ses_xet_cutter *c, const void *data, size_t len, int *is_end)
{
	const unsigned char *p = data;
	size_t before = c->len;
	size_t left = SES_XET_CHUNK_MAX - before;
	size_t end = len < left ? len : left;
	uint64_t gear = c->gear;
	size_t i = 0;
	size_t untested;
	int is_cut = 0;

	/* what is shifted out before the first test need not be looked at */
	if (before < SES_XET_CHUNK_MIN - WINDOW)
		i = SES_XET_CHUNK_MIN - WINDOW - before;
	untested =
	    before < SES_XET_CHUNK_MIN - 1 ? SES_XET_CHUNK_MIN - 1 - before : 0;
	for (; i < end && i < untested; i++)
		gear = (gear << 1) + ses_xet_gear[p[i]];
	for (; i < end && !is_cut; i++) {
		gear = (gear << 1) + ses_xet_gear[p[i]];
		is_cut = gear >> ZEROES == 0;
	}
	if (is_cut)
		end = i;
	*is_end = is_cut || end == left;
	*c = (struct ses_xet_cutter){0};
	if (!*is_end)
		*c = (struct ses_xet_cutter){gear, before + end};
	return end;
}
