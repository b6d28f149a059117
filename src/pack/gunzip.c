/* By zlib: ISA-L reads memory that nobody wrote where a header comes in pieces
 * (seen under valgrind with 2.30), and what is read here is anybody's. */
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"
#include "pack/gunzip.h"

#define OUT ((size_t)256 * 1024)
#define GZIP_ONLY                                                              \
	(15 + 16) /* window bits: the largest window, no zlib header */

struct inflate {
	z_stream z;
	int ready; /* z is to be ended */
	unsigned char out[OUT];
};

int
ses_gunzip_open(struct ses_gunzip *g, uint64_t max, const struct ses_sink *next,
    struct seshat_err *err)
{
	struct inflate *f = ses_calloc(1, sizeof(*f));

	*g = (struct ses_gunzip){.inflate = f, .max = max, .next = next};
	if (f == NULL || inflateInit2(&f->z, GZIP_ONLY) != Z_OK)
		return ses_fail_nomem(err);
	f->ready = 1;
	return 0;
}

/* One call of the library and what came of it. */
static int
step(struct ses_gunzip *g, struct seshat_err *err)
{
	struct inflate *f = g->inflate;
	size_t got;
	int rc;

	f->z.next_out = f->out;
	f->z.avail_out = (uInt)OUT;
	rc = inflate(&f->z, Z_NO_FLUSH);
	if (rc == Z_MEM_ERROR)
		return ses_fail_nomem(err);
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "no gzip file, or a damaged one");
	got = OUT - f->z.avail_out;
	if (got > g->max - g->out)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %llu bytes come out of it",
		    (unsigned long long)g->max);
	g->out += got;
	if (got > 0 && ses_sink_write(g->next, f->out, got, err) < 0)
		return -1;
	if (rc == Z_STREAM_END) {
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
			if (inflateReset(&f->z) != Z_OK)
				return ses_fail_nomem(err);
			g->inside = 1;
		}
		f->z.next_in = (Bytef *)(uintptr_t)p; /* only read there */
		f->z.avail_in = len < UINT32_MAX ? (uInt)len : UINT32_MAX;
		do {
			if (step(g, err) < 0)
				return -1;
		} while (
		    g->inside && (f->z.avail_in > 0 || f->z.avail_out == 0));
		len -= (size_t)(f->z.next_in - p);
		p = f->z.next_in;
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
	struct inflate *f = g->inflate;

	if (f != NULL && f->ready)
		(void)inflateEnd(&f->z);
	free(f);
	*g = (struct ses_gunzip){0};
}
