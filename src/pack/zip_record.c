#include <time.h>

#include "pack/zip_record.h"

#define LOCAL      0x04034b50U
#define DESCRIPTOR 0x08074b50U
#define CENTRAL    0x02014b50U
#define END64      0x06064b50U
#define LOCATOR64  0x07064b50U
#define END        0x06054b50U

#define EXTRA_ZIP64 0x0001U
#define EXTRA_TIME  0x5455U
#define TIME_EXTRA  9 /* bytes of it */

#define VERSION       20U /* deflate */
#define VERSION_ZIP64 45U
#define MADE_BY       (3U << 8 | VERSION_ZIP64) /* on Unix */
#define REGULAR       (0100644U << 16)          /* as Unix writes a mode */

#define FLAG_DESCRIPTOR (1U << 3)
#define FLAG_UTF8       (1U << 11)

/* What is told elsewhere. */
#define NONE16 0xffffU
#define NONE32 0xffffffffU

static void
put(uint64_t v, size_t len, struct ses_buf *out)
{
	unsigned char b[8];
	size_t i;

	for (i = 0; i < len; i++)
		b[i] = (unsigned char)(v >> (8 * i));
	ses_buf_add(out, b, len);
}

/* 1980 to 2107, in steps of two seconds. */
static uint32_t
dos_time(int64_t ms)
{
	static const int64_t first = INT64_C(315532800);
	static const int64_t last = INT64_C(4354819199);
	int64_t secs = ms / 1000 - (ms % 1000 < 0);
	struct tm tm = {0};
	time_t t = (time_t)(secs < first ? first : secs > last ? last : secs);

	(void)gmtime_r(&t, &tm);
	return (uint32_t)(tm.tm_year - 80) << 25 |
	       (uint32_t)(tm.tm_mon + 1) << 21 | (uint32_t)tm.tm_mday << 16 |
	       (uint32_t)tm.tm_hour << 11 | (uint32_t)tm.tm_min << 5 |
	       (uint32_t)tm.tm_sec >> 1;
}

/* Whether the seconds fit into the extra field. */
static int
has_time(const struct ses_zip_record *r, int64_t *secs)
{
	*secs = r->mtime / 1000 - (r->mtime % 1000 < 0);
	return *secs >= INT32_MIN && *secs <= INT32_MAX;
}

static size_t
time_len(const struct ses_zip_record *r)
{
	int64_t secs;

	return has_time(r, &secs) ? TIME_EXTRA : 0;
}

static void
put_time(const struct ses_zip_record *r, struct ses_buf *out)
{
	int64_t secs;

	if (!has_time(r, &secs))
		return;
	put(EXTRA_TIME, 2, out);
	put(TIME_EXTRA - 4, 2, out);
	put(1, 1, out); /* a time of change, no others */
	put((uint32_t)secs, 4, out);
}

/* From the flags to the time: the same in both headers. */
static void
put_kind(const struct ses_zip_record *r, struct ses_buf *out)
{
	put(FLAG_UTF8 | (r->has_descriptor ? FLAG_DESCRIPTOR : 0), 2, out);
	put(r->is_deflated ? 8 : 0, 2, out);
	put(dos_time(r->mtime), 4, out);
}

void
ses_zip_put_local(const struct ses_zip_record *r, struct ses_buf *out)
{
	int later = r->has_descriptor;

	put(LOCAL, 4, out);
	put(r->is_large ? VERSION_ZIP64 : VERSION, 2, out);
	put_kind(r, out);
	put(later ? 0 : r->crc, 4, out);
	put(r->is_large ? NONE32 : later ? 0 : r->packed, 4, out);
	put(r->is_large ? NONE32 : later ? 0 : r->size, 4, out);
	put(r->name_len, 2, out);
	put((r->is_large ? 20 : 0) + time_len(r), 2, out);
	ses_buf_add(out, r->name, r->name_len);
	if (r->is_large) {
		put(EXTRA_ZIP64, 2, out);
		put(16, 2, out);
		put(later ? 0 : r->size, 8, out);
		put(later ? 0 : r->packed, 8, out);
	}
	put_time(r, out);
}

void
ses_zip_put_descriptor(const struct ses_zip_record *r, struct ses_buf *out)
{
	size_t len = r->is_large ? 8 : 4;

	put(DESCRIPTOR, 4, out);
	put(r->crc, 4, out);
	put(r->packed, len, out);
	put(r->size, len, out);
}

void
ses_zip_put_central(const struct ses_zip_record *r, struct ses_buf *out)
{
	/* in the order in which the extra field has them */
	const uint64_t v[3] = {r->size, r->packed, r->offset};
	size_t large = 0;
	size_t i;

	for (i = 0; i < 3; i++)
		large += v[i] >= SES_ZIP_MAX32 ? 8 : 0;
	put(CENTRAL, 4, out);
	put(MADE_BY, 2, out);
	put(r->is_large || large > 0 ? VERSION_ZIP64 : VERSION, 2, out);
	put_kind(r, out);
	put(r->crc, 4, out);
	put(v[1] >= SES_ZIP_MAX32 ? NONE32 : v[1], 4, out);
	put(v[0] >= SES_ZIP_MAX32 ? NONE32 : v[0], 4, out);
	put(r->name_len, 2, out);
	put((large > 0 ? 4 + large : 0) + time_len(r), 2, out);
	put(0, 2, out); /* no comment */
	put(0, 2, out); /* the first disk */
	put(0, 2, out); /* not said to be text */
	put(REGULAR, 4, out);
	put(v[2] >= SES_ZIP_MAX32 ? NONE32 : v[2], 4, out);
	ses_buf_add(out, r->name, r->name_len);
	if (large > 0) {
		put(EXTRA_ZIP64, 2, out);
		put(large, 2, out);
	}
	for (i = 0; i < 3; i++)
		if (v[i] >= SES_ZIP_MAX32)
			put(v[i], 8, out);
	put_time(r, out);
}

static void
put_end64(const struct ses_zip_directory *d, struct ses_buf *out)
{
	put(END64, 4, out);
	put(44, 8, out); /* bytes of this record from here on */
	put(MADE_BY, 2, out);
	put(VERSION_ZIP64, 2, out);
	put(0, 4, out); /* this disk */
	put(0, 4, out); /* the directory's */
	put(d->entries, 8, out);
	put(d->entries, 8, out);
	put(d->size, 8, out);
	put(d->offset, 8, out);
	put(LOCATOR64, 4, out);
	put(0, 4, out);
	put(d->offset + d->size, 8, out);
	put(1, 4, out); /* disks */
}

void
ses_zip_put_end(const struct ses_zip_directory *d, struct ses_buf *out)
{
	uint64_t n = d->entries >= NONE16 ? NONE16 : d->entries;

	if (n == NONE16 || d->size >= SES_ZIP_MAX32 ||
	    d->offset >= SES_ZIP_MAX32)
		put_end64(d, out);
	put(END, 4, out);
	put(0, 2, out); /* this disk */
	put(0, 2, out); /* the directory's */
	put(n, 2, out);
	put(n, 2, out);
	put(d->size >= SES_ZIP_MAX32 ? NONE32 : d->size, 4, out);
	put(d->offset >= SES_ZIP_MAX32 ? NONE32 : d->offset, 4, out);
	put(0, 2, out); /* no comment */
}
