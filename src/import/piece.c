#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/piece.h"

#define HEX "0123456789abcdef"

int
ses_piece_parse(const char *name, struct ses_piece *out)
{
	static const char digits[] = "0123456789";
	struct ses_piece p = {0};
	const char *at = name + 5;
	size_t n;

	if (!ses_str_starts(name, "part-") || strlen(name) >= sizeof(p.name))
		return 0;
	n = strspn(at, digits);
	if (n < 5 || n > 9 || at[n] != '-' || ses_str_u64n(at, n, &p.seq) < 0)
		return 0;
	at += n + 1;
	if (strspn(at, HEX) < 8)
		return 0;
	memcpy(p.uuid, at, 8);
	p.gzip = strcmp(at + 8, ".jsonl.gz") == 0;
	/* eight digits, packed: a part of ours */
	if (p.gzip ? n == 8 : strcmp(at + 8, ".jsonl") != 0)
		return 0;
	(void)snprintf(p.name, sizeof(p.name), "%s", name);
	*out = p;
	return 1;
}

static int
order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_name(const void *a, const void *b)
{
	const struct ses_piece *x = a;
	const struct ses_piece *y = b;
	int c = order(x->seq, y->seq);

	if (c == 0)
		c = strcmp(x->uuid, y->uuid);
	return c != 0 ? c : strcmp(x->name, y->name);
}

static int
by_time(const void *a, const void *b)
{
	const struct ses_piece *x = a;
	const struct ses_piece *y = b;

	if (x->seq != y->seq)
		return order(x->seq, y->seq);
	if (x->when != y->when)
		return x->when < y->when ? -1 : 1;
	return by_name(a, b);
}

void
ses_pieces_by_name(struct ses_piece *v, size_t n)
{
	if (n > 0)
		qsort(v, n, sizeof(*v), by_name);
}

void
ses_pieces_by_time(struct ses_piece *v, size_t n)
{
	if (n > 0)
		qsort(v, n, sizeof(*v), by_time);
}

struct ses_piece *
ses_pieces_find(struct ses_piece *v, size_t n, uint64_t seq, const char *uuid)
{
	size_t low = 0;
	size_t high = n;
	size_t mid;
	int c;

	while (low < high) {
		mid = low + (high - low) / 2;
		c = order(v[mid].seq, seq);
		if (c == 0)
			c = strcmp(v[mid].uuid, uuid);
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && v[low].seq == seq && strcmp(v[low].uuid, uuid) == 0
		   ? &v[low]
		   : NULL;
}
