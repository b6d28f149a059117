#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/spool.h"
#include "base/str.h"
#include "pack/deflate.h"
#include "pack/zip.h"
#include "pack/zip_record.h"

/* So much of the directory stands in memory. */
#define DIRECTORY ((size_t)48 * 1024)

/* A body that is not longer goes to the sink together with its header. */
#define TOGETHER ((size_t)8 * 1024)

struct ses_zip {
	struct ses_sink sink;
	struct ses_sink bodies; /* where ses_deflate pushes to */
	struct ses_deflate *deflate;
	char *dir;
	uint64_t from; /* the window */
	uint64_t to;
	uint64_t at;

	/* the entry that is open */
	int is_open;
	int has_header; /* it was written */
	int has_skipped;
	struct ses_zip_entry e;
	struct ses_buf name;
	struct ses_zip_record r; /* as it came to be so far */

	struct ses_buf records; /* what is put together */
	struct ses_buf directory;
	struct ses_spool spool; /* what stands before it */
	uint64_t entries;
};

/* The next bytes of the archive. */
static int
emit(struct ses_zip *z, const void *data, size_t len, struct seshat_err *err)
{
	uint64_t from = z->at > z->from ? z->at : z->from;
	uint64_t to = z->at + len < z->to ? z->at + len : z->to;
	uint64_t start = z->at;

	z->at += len;
	if (from >= to)
		return 0;
	return ses_sink_write(&z->sink, (const char *)data + (from - start),
	    (size_t)(to - from), err);
}

static int
emit_sink(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	return emit(arg, data, len, err);
}

static int
emit_records(struct ses_zip *z, struct seshat_err *err)
{
	if (ses_buf_check(&z->records, err) < 0)
		return -1;
	return emit(z, z->records.data, z->records.len, err);
}

/* A local header, and with it a body if it is short. */
static int
emit_header(
    struct ses_zip *z, const void *body, size_t len, struct seshat_err *err)
{
	int together = len <= TOGETHER;

	z->r.offset = z->at;
	z->has_header = 1;
	ses_buf_clear(&z->records);
	ses_zip_put_local(&z->r, &z->records);
	if (together)
		ses_buf_add(&z->records, body, len);
	if (emit_records(z, err) < 0)
		return -1;
	return together ? 0 : emit(z, body, len, err);
}

/* What is deflated comes here: more than there was room for, so that the
 * header can no longer tell how much it is. */
static int
take_body(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_zip *z = arg;

	if (!z->has_header) {
		z->r.is_deflated = 1;
		z->r.has_descriptor = 1;
		if (emit_header(z, NULL, 0, err) < 0)
			return -1;
	}
	z->r.packed += len;
	return emit(z, data, len, err);
}

int
ses_zip_open(struct ses_zip **out, const char *dir, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct ses_zip *z = ses_calloc(1, sizeof(*z));

	if (z == NULL)
		return ses_fail_nomem(err);
	z->sink = *sink;
	z->bodies = (struct ses_sink){take_body, z};
	z->to = UINT64_MAX;
	z->dir = ses_str_dup(dir);
	if (z->dir == NULL) {
		ses_zip_free(z);
		return ses_fail_nomem(err);
	}
	if (ses_deflate_open(&z->deflate, err) < 0) {
		ses_zip_free(z);
		return -1;
	}
	*out = z;
	return 0;
}

void
ses_zip_window(struct ses_zip *z, uint64_t from, uint64_t to)
{
	assert(z->at == 0);
	z->from = from;
	z->to = to;
}

uint64_t
ses_zip_at(const struct ses_zip *z)
{
	return z->at;
}

int
ses_zip_wants(const struct ses_zip *z, uint64_t len)
{
	uint64_t end = len > UINT64_MAX - z->at ? UINT64_MAX : z->at + len;
	uint64_t from = z->at > z->from ? z->at : z->from;

	return from < (end < z->to ? end : z->to);
}

/* Whether its sizes have 8 bytes where they do not stand in the directory:
 * decided by what they may come to. */
static int
is_large(const struct ses_zip_entry *e)
{
	uint64_t most = e->size;

	if (e->method == SES_ZIP_DEFLATE)
		most = ses_deflate_bound(e->size);
	else if (e->method == SES_ZIP_PACKED && e->packed > e->size)
		most = e->packed;
	return most >= SES_ZIP_MAX32;
}

int
ses_zip_begin(
    struct ses_zip *z, const struct ses_zip_entry *e, struct seshat_err *err)
{
	size_t len = strlen(e->name);

	assert(!z->is_open);
	assert(e->is_known || e->method != SES_ZIP_PACKED);
	if (len == 0 || len > SES_ZIP_NAME)
		return ses_fail(err, SESHAT_ELIMIT,
		    "a name of %zu bytes does not fit into a zip file", len);
	ses_buf_clear(&z->name);
	ses_buf_add(&z->name, e->name, len);
	if (ses_buf_check(&z->name, err) < 0)
		return -1;
	z->e = *e;
	z->e.name = NULL;
	z->r = (struct ses_zip_record){.name = z->name.data,
	    .name_len = len,
	    .mtime = e->mtime,
	    .is_large = is_large(e),
	    .is_deflated = e->method != SES_ZIP_STORE};
	z->is_open = 1;
	z->has_header = 0;
	z->has_skipped = 0;
	if (e->method == SES_ZIP_DEFLATE) {
		ses_deflate_begin(z->deflate);
		return 0;
	}
	z->r.has_descriptor = !e->is_known;
	z->r.crc = e->crc;
	z->r.size = e->size;
	z->r.packed = e->method == SES_ZIP_PACKED ? e->packed : e->size;
	if (emit_header(z, NULL, 0, err) < 0)
		return -1;
	/* from here on: what was written */
	z->r.crc = 0;
	z->r.size = 0;
	z->r.packed = 0;
	return 0;
}

/* Whether there may be len bytes more. */
static int
check_room(const struct ses_zip *z, uint64_t len, struct seshat_err *err)
{
	int packed = z->e.method == SES_ZIP_PACKED;
	uint64_t most = packed ? z->e.packed : z->e.size;
	uint64_t have = packed ? z->r.packed : z->r.size;

	assert(z->is_open);
	if (len <= most - have)
		return 0;
	return ses_fail(err, z->e.is_known ? SESHAT_ECORRUPT : SESHAT_ELIMIT,
	    "more than the %llu bytes it was to have",
	    (unsigned long long)most);
}

int
ses_zip_write(
    struct ses_zip *z, const void *data, size_t len, struct seshat_err *err)
{
	if (check_room(z, len, err) < 0)
		return -1;
	if (z->e.method == SES_ZIP_PACKED) {
		z->r.packed += len;
		return emit(z, data, len, err);
	}
	if (!z->has_skipped)
		z->r.crc = ses_crc32(z->r.crc, data, len);
	z->r.size += len;
	if (z->e.method == SES_ZIP_DEFLATE)
		return ses_deflate_add(z->deflate, data, len, &z->bodies, err);
	z->r.packed += len;
	return emit(z, data, len, err);
}

int
ses_zip_skip(struct ses_zip *z, uint64_t len, struct seshat_err *err)
{
	assert(z->e.method != SES_ZIP_DEFLATE);
	assert(!ses_zip_wants(z, len));
	if (check_room(z, len, err) < 0)
		return -1;
	if (len > 0)
		z->has_skipped = 1;
	if (z->e.method == SES_ZIP_STORE)
		z->r.size += len;
	z->r.packed += len;
	z->at += len;
	return 0;
}

/* What was promised of an entry that is known. */
static int
check_known(struct ses_zip *z, struct seshat_err *err)
{
	int packed = z->e.method == SES_ZIP_PACKED;
	uint64_t want = packed ? z->e.packed : z->e.size;
	uint64_t have = packed ? z->r.packed : z->r.size;

	if (have != want)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "%llu bytes of the %llu it was to have",
		    (unsigned long long)have, (unsigned long long)want);
	if (!packed && !z->has_skipped && z->r.crc != z->e.crc)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "its CRC-32 is another than it was to have");
	z->r.size = z->e.size;
	z->r.crc = z->e.crc;
	return 0;
}

/* The rest of a body that we deflate. */
static int
end_deflate(struct ses_zip *z, struct seshat_err *err)
{
	struct ses_deflate_short s;
	int rc = ses_deflate_short(z->deflate, &s, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return ses_deflate_end(z->deflate, &z->bodies, err);
	z->r.is_deflated = s.is_deflated;
	z->r.packed = s.len;
	return emit_header(z, s.body, s.len, err);
}

/* Put the entry into the directory. */
static int
enter(struct ses_zip *z, struct seshat_err *err)
{
	ses_zip_put_central(&z->r, &z->directory);
	if (ses_buf_check(&z->directory, err) < 0)
		return -1;
	z->entries++;
	if (z->directory.len < DIRECTORY)
		return 0;
	if (!z->spool.is_open && ses_spool_open(&z->spool, z->dir, err) < 0)
		return -1;
	if (ses_spool_add(&z->spool, z->directory.data, z->directory.len, err) <
	    0)
		return -1;
	ses_buf_clear(&z->directory);
	return 0;
}

int
ses_zip_end(
    struct ses_zip *z, struct ses_zip_done *done, struct seshat_err *err)
{
	assert(z->is_open);
	if (z->e.is_known && check_known(z, err) < 0)
		return -1;
	if (z->e.method == SES_ZIP_DEFLATE && end_deflate(z, err) < 0)
		return -1;
	if (z->r.has_descriptor) {
		ses_buf_clear(&z->records);
		ses_zip_put_descriptor(&z->r, &z->records);
		if (emit_records(z, err) < 0)
			return -1;
	}
	if (enter(z, err) < 0)
		return -1;
	z->is_open = 0;
	if (done != NULL)
		*done = (struct ses_zip_done){z->r.size, z->r.packed, z->r.crc};
	return 0;
}

int
ses_zip_add(struct ses_zip *z, const struct ses_zip_entry *e, const void *data,
    size_t len, struct seshat_err *err)
{
	struct ses_zip_entry whole = *e;

	assert(e->method != SES_ZIP_PACKED);
	whole.size = len;
	whole.is_known = e->method == SES_ZIP_STORE;
	whole.crc = whole.is_known ? ses_crc32(0, data, len) : 0;
	if (ses_zip_begin(z, &whole, err) < 0 ||
	    ses_zip_write(z, data, len, err) < 0)
		return -1;
	return ses_zip_end(z, NULL, err);
}

int
ses_zip_finish(struct ses_zip *z, struct seshat_err *err)
{
	const struct ses_sink all = {emit_sink, z};
	struct ses_zip_directory d = {.entries = z->entries,
	    .offset = z->at,
	    .size = z->spool.size + z->directory.len};

	assert(!z->is_open);
	/* its memory is that with which the spool is read */
	ses_deflate_free(z->deflate);
	z->deflate = NULL;
	if (!ses_zip_wants(z, z->spool.size))
		z->at += z->spool.size;
	else if (ses_spool_push(&z->spool, &all, err) < 0)
		return -1;
	ses_zip_put_end(&d, &z->directory);
	if (ses_buf_check(&z->directory, err) < 0)
		return -1;
	return emit(z, z->directory.data, z->directory.len, err);
}

void
ses_zip_free(struct ses_zip *z)
{
	if (z == NULL)
		return;
	ses_deflate_free(z->deflate);
	ses_spool_close(&z->spool);
	ses_buf_free(&z->name);
	ses_buf_free(&z->records);
	ses_buf_free(&z->directory);
	free(z->dir);
	free(z);
}
