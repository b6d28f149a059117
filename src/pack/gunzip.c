#include <stdlib.h>

#include <isa-l.h>

#include "base/mem.h"
#include "pack/gunzip.h"

#define OUT ((size_t)256 * 1024)

struct inflate {
	struct inflate_state s;
	unsigned char out[OUT];
};

int
ses_gunzip_open(struct ses_gunzip *g, uint64_t max, const struct ses_sink *next,
    struct seshat_err *err)
{
	*g = (struct ses_gunzip){
	    .inflate = ses_calloc(1, sizeof(struct inflate)),
	    .max = max,
	    .next = next};
	return g->inflate == NULL ? ses_fail_nomem(err) : 0;
}

/* One call of the library and what came of it. */
static int
step(struct ses_gunzip *g, struct seshat_err *err)
{
	struct inflate *f = g->inflate;
	size_t got;

	f->s.next_out = f->out;
	f->s.avail_out = (uint32_t)OUT;
	if (isal_inflate(&f->s) != ISAL_DECOMP_OK)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "no gzip file, or a damaged one");
	got = OUT - f->s.avail_out;
	if (got > g->max - g->out)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %llu bytes come out of it",
		    (unsigned long long)g->max);
	g->out += got;
	if (got > 0 && ses_sink_write(g->next, f->out, got, err) < 0)
		return -1;
	if (f->s.block_state == ISAL_BLOCK_FINISH) {
		g->inside = 0;
		g->members++;
	}
	return 0;
}

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_gunzip *g = arg;
	struct inflate *f = g->inflate;
	const unsigned char *p = data;

	while (len > 0) {
		if (!g->inside) {
			isal_inflate_init(&f->s);
			f->s.crc_flag = ISAL_GZIP;
			g->inside = 1;
		}
		f->s.next_in = (uint8_t *)(uintptr_t)p; /* only read there */
		f->s.avail_in = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
		do {
			if (step(g, err) < 0)
				return -1;
		} while (
		    g->inside && (f->s.avail_in > 0 || f->s.avail_out == 0));
		len -= (size_t)(f->s.next_in - p);
		p = f->s.next_in;
	}
	return 0;
}

struct ses_sink
ses_gunzip_sink(struct ses_gunzip *g)
{
	return (struct ses_sink){take, g};
}

int
ses_gunzip_close(struct ses_gunzip *g, struct seshat_err *err)
{
	if (g->inside || g->members == 0)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off");
	return 0;
}

void
ses_gunzip_free(struct ses_gunzip *g)
{
	free(g->inflate);
	*g = (struct ses_gunzip){0};
}
