#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "pack/unzip.h"

/* Sizes of the records, without what varies. */
#define END_SIZE   22
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30

/* The end record stands in the last bytes: it and a comment of 64 KiB. */
#define END_REACH ((size_t)END_SIZE + 65535)

#define BLOCK     65536
#define ENCRYPTED 1U

static uint32_t
u16(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
u32(const unsigned char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static int
damaged(struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECORRUPT, "not a zip file, or damaged");
}

/* All len bytes at an offset. */
static int
get(const struct ses_spool *s, uint64_t at, unsigned char *out, size_t len,
    struct seshat_err *err)
{
	size_t got = 0;

	if (at > s->size || s->size - at < len)
		return damaged(err);
	if (ses_spool_read(s, out, len, at, &got, err) < 0)
		return -1;
	return got == len ? 0 : damaged(err);
}

/* Where the members are listed. */
struct directory {
	uint64_t at;
	uint64_t size;
	unsigned n;
};

static int
find_directory(
    const struct ses_spool *s, struct directory *d, struct seshat_err *err)
{
	size_t len = s->size < END_REACH ? (size_t)s->size : END_REACH;
	unsigned char *tail = ses_calloc(1, len + 1);
	const unsigned char *p;
	int rc = -1;

	if (tail == NULL)
		return ses_fail_nomem(err);
	if (get(s, s->size - len, tail, len, err) < 0)
		goto out;
	for (p = tail + len - (len < END_SIZE ? len : END_SIZE); p > tail; p--)
		if (len >= END_SIZE && u32(p) == 0x06054b50)
			break;
	if (len < END_SIZE || u32(p) != 0x06054b50) {
		damaged(err);
		goto out;
	}
	d->n = u16(p + 10);
	d->size = u32(p + 12);
	d->at = u32(p + 16);
	if (u16(p + 4) != 0 || u16(p + 8) != d->n || d->n == 0xffff ||
	    d->at == 0xffffffff) {
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the zip file is of several pieces, or too large");
		goto out;
	}
	if (d->at > s->size || d->size > s->size - d->at) {
		damaged(err);
		goto out;
	}
	rc = 0;
out:
	free(tail);
	return rc;
}

/* One row of the directory at *at, which moves behind it. */
static int
read_entry(const struct ses_spool *s, const struct directory *d, uint64_t *at,
    struct ses_unzip_entry *e, struct seshat_err *err)
{
	unsigned char p[ENTRY_SIZE] = {0};
	size_t name;
	uint64_t next;

	if (get(s, *at, p, sizeof(p), err) < 0)
		return -1;
	if (u32(p) != 0x02014b50)
		return damaged(err);
	name = u16(p + 28);
	next = *at + ENTRY_SIZE + name + u16(p + 30) + u16(p + 32);
	if (next > d->at + d->size)
		return damaged(err);
	*e = (struct ses_unzip_entry){.flags = u16(p + 8),
	    .method = u16(p + 10),
	    .crc = u32(p + 16),
	    .packed = u32(p + 20),
	    .size = u32(p + 24),
	    .header = u32(p + 42),
	    /* made on Unix, with that kind in its mode */
	    .is_link = p[5] == 3 && S_ISLNK((mode_t)(u32(p + 38) >> 16))};
	/* a longer name is none that anybody looks for */
	if (name >= sizeof(e->name))
		name = 0;
	if (get(s, *at + ENTRY_SIZE, (unsigned char *)e->name, name, err) < 0)
		return -1;
	if (memchr(e->name, '\0', name) != NULL)
		e->name[0] = '\0';
	*at = next;
	return 0;
}

int
ses_unzip_each(const struct ses_spool *s,
    int (*each)(
	void *arg, const struct ses_unzip_entry *e, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct ses_unzip_entry e;
	struct directory d = {0};
	uint64_t at;
	unsigned i;
	int rc = 0;

	if (find_directory(s, &d, err) < 0)
		return -1;
	at = d.at;
	for (i = 0; i < d.n && rc == 0; i++) {
		rc = read_entry(s, &d, &at, &e, err);
		if (rc == 0)
			rc = each(arg, &e, err);
	}
	return rc;
}

/* What comes out of a member. */
struct member {
	const struct ses_unzip_entry *e;
	const struct ses_sink *sink;
	uint64_t max;
	uint64_t n;
	uint32_t crc;
};

static int
push(struct member *m, const void *data, size_t len, struct seshat_err *err)
{
	m->n += len;
	if (m->n > m->max)
		return ses_fail(err, SESHAT_ELIMIT,
		    "%s unpacks to more than %llu bytes", m->e->name,
		    (unsigned long long)m->max);
	m->crc = ses_crc32(m->crc, data, len);
	return ses_sink_write(m->sink, data, len, err);
}

static int
read_stored(const struct ses_spool *s, uint64_t at, struct member *m,
    struct seshat_err *err)
{
	unsigned char block[BLOCK / 8];
	uint64_t left = m->e->packed;
	size_t n;

	for (; left > 0; left -= n, at += n) {
		n = left < sizeof(block) ? (size_t)left : sizeof(block);
		if (get(s, at, block, n, err) < 0 || push(m, block, n, err) < 0)
			return -1;
	}
	return 0;
}

/* Buffers for inflating, too large for a stack. */
struct blocks {
	unsigned char in[BLOCK];
	unsigned char out[BLOCK];
};

static int
inflate_all(const struct ses_spool *s, uint64_t at, struct member *m,
    z_stream *z, struct blocks *b, struct seshat_err *err)
{
	uint64_t left = m->e->packed;
	int status = Z_OK;
	size_t n;

	while (status != Z_STREAM_END) {
		if (z->avail_in == 0 && left > 0) {
			n = left < BLOCK ? (size_t)left : BLOCK;
			if (get(s, at, b->in, n, err) < 0)
				return -1;
			z->next_in = b->in;
			z->avail_in = (uInt)n;
			at += n;
			left -= n;
		}
		z->next_out = b->out;
		z->avail_out = BLOCK;
		status = inflate(z, Z_NO_FLUSH);
		if (status != Z_OK && status != Z_STREAM_END)
			return damaged(err);
		if (push(m, b->out, BLOCK - z->avail_out, err) < 0)
			return -1;
	}
	return 0;
}

static int
read_deflated(const struct ses_spool *s, uint64_t at, struct member *m,
    struct seshat_err *err)
{
	struct blocks *b = ses_calloc(1, sizeof(*b));
	z_stream z = {0};
	int rc = -1;

	if (b == NULL)
		return ses_fail_nomem(err);
	if (inflateInit2(&z, -MAX_WBITS) != Z_OK) {
		ses_fail_nomem(err);
	} else {
		rc = inflate_all(s, at, m, &z, b, err);
		(void)inflateEnd(&z);
	}
	free(b);
	return rc;
}

int
ses_unzip_read(const struct ses_spool *s, const struct ses_unzip_entry *e,
    uint64_t max, const struct ses_sink *sink, struct seshat_err *err)
{
	struct member m = {.e = e, .sink = sink, .max = max};
	unsigned char p[LOCAL_SIZE] = {0};
	uint64_t at;
	int rc;

	if (get(s, e->header, p, sizeof(p), err) < 0)
		return -1;
	if (u32(p) != 0x04034b50)
		return damaged(err);
	if ((e->flags & ENCRYPTED) != 0 || (e->method != 0 && e->method != 8))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "%s is encrypted, or packed in a way that is not read",
		    e->name);
	at = e->header + LOCAL_SIZE + u16(p + 26) + u16(p + 28);
	rc = e->method == 0 ? read_stored(s, at, &m, err)
			    : read_deflated(s, at, &m, err);
	if (rc == 0 && (m.n != e->size || m.crc != e->crc))
		rc = damaged(err);
	return rc;
}
