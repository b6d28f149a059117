#include <stdio.h>
#include <string.h>

#include "share/bundle.h"
#include "share/encode.h"

static const char *const names[] = {"text", "gzip", "age", "gzip+age"};

/* What names of files end with, by encoding. */
static const char *const ends[] = {
    "jsonl", "jsonl.gz.b64", "jsonl.age", "jsonl.gz.age"};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

const char *
ses_bundle_encoding_name(enum ses_bundle_encoding e)
{
	return names[e];
}

int
ses_bundle_encoding_named(const char *name)
{
	size_t i;

	for (i = 0; i < N_NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

void
ses_bundle_slug(const char *id, struct ses_buf *out)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789._-";

	for (; *id != '\0'; id++)
		ses_buf_add(out,
		    memchr(kept, *id, sizeof(kept) - 1) != NULL ? id : "-", 1);
}

/* Bytes that JSON takes for one of a text. */
static unsigned
quoted(unsigned char c)
{
	if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t' ||
	    c == '\b' || c == '\f')
		return 2;
	return c < 0x20 ? 6 : 1;
}

static int
is_inside(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* How much of a text goes into one file: all, if that is its end, or up to its
 * last line end, or where no line ends, its last whole character. */
static size_t
fitting(const char *data, size_t len, int is_end)
{
	uint64_t size = 0;
	size_t line = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		size += quoted((unsigned char)data[i]);
		if (size > SES_BUNDLE_FILE)
			break;
		if (data[i] == '\n')
			line = i + 1;
	}
	if (i == len && is_end)
		return len;
	if (line > 0)
		return line;
	if (i == len)
		i--; /* what comes behind it is not seen */
	while (i > 1 && is_inside((unsigned char)data[i]))
		i--;
	return i;
}

void
ses_bundle_number(
    struct ses_bundle *b, size_t i, const char *id, unsigned number)
{
	struct ses_buf slug = {0};

	ses_bundle_slug(id, &slug);
	if (b->is_single)
		(void)snprintf(b->files[i].name, SES_BUNDLE_NAME,
		    "session-%s.jsonl", ses_buf_cstr(&slug));
	else
		(void)snprintf(b->files[i].name, SES_BUNDLE_NAME,
		    "session-%s.%03u.%s", ses_buf_cstr(&slug), number,
		    ends[b->encoding]);
	ses_buf_free(&slug);
}

int
ses_bundle_read(const struct ses_bundle *b, size_t i, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct ses_bundle_file *f = &b->files[i];
	size_t got = 0;
	char *room;

	ses_buf_clear(out);
	room = ses_buf_room(out, (size_t)f->size + 1);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_spool_read(
		b->stored, room, (size_t)f->size, f->from, &got, err) < 0)
		return -1;
	if (got != f->size)
		return ses_fail(err, SESHAT_ECORRUPT, "a file was cut short");
	ses_buf_grew(out, got);
	return 0;
}

/* Cut the stored text into files. */
static int
cut(struct ses_bundle *b, const char *id, struct seshat_err *err)
{
	struct ses_sha256 whole;
	struct ses_bundle_file *f;
	struct ses_buf buf = {0};
	uint64_t at = 0;
	size_t got = 0;
	char *room;
	int rc = -1;

	ses_sha256_init(&whole);
	while (at < b->stored->size) {
		if (b->n == SES_BUNDLE_FILES) {
			ses_fail(err, SESHAT_ELIMIT,
			    "too long for a gist: over %d files of %u bytes "
			    "(--compress makes it smaller)",
			    SES_BUNDLE_FILES, (unsigned)SES_BUNDLE_FILE);
			goto out;
		}
		ses_buf_clear(&buf);
		room = ses_buf_room(&buf, SES_BUNDLE_FILE);
		if (room == NULL) {
			ses_fail_nomem(err);
			goto out;
		}
		if (ses_spool_read(
			b->stored, room, SES_BUNDLE_FILE, at, &got, err) < 0)
			goto out;
		got = fitting(room, got, at + got == b->stored->size);
		f = &b->files[b->n++];
		f->from = at;
		f->size = got;
		ses_sha256_of(room, got, f->sha256);
		ses_bundle_blob(room, got, f->blob);
		ses_sha256_add(&whole, room, got);
		at += got;
	}
	b->is_single = b->n == 1 && b->encoding == SES_BUNDLE_TEXT;
	for (at = 0; at < b->n; at++)
		ses_bundle_number(b, at, id, (unsigned)at);
	ses_sha256_hex(&whole, b->sha256);
	rc = 0;
out:
	ses_buf_free(&buf);
	return rc;
}

int
ses_bundle_make(struct ses_bundle *b, const char *id,
    const struct ses_share_text *text, const struct ses_age_to *to,
    int compress, const char *dir, struct seshat_err *err)
{
	*b = (struct ses_bundle){.stored = &text->spool};
	if (to != NULL)
		b->encoding = compress ? SES_BUNDLE_GZIP_AGE : SES_BUNDLE_AGE;
	else if (compress || (!text->is_plain && text->size > 0))
		b->encoding = SES_BUNDLE_GZIP;
	if (b->encoding != SES_BUNDLE_TEXT) {
		if (ses_spool_open(&b->encoded, dir, err) < 0 ||
		    ses_bundle_encode(
			&text->spool, b->encoding, to, &b->encoded, err) < 0)
			return -1;
		b->stored = &b->encoded;
	}
	return cut(b, id, err);
}

void
ses_bundle_free(struct ses_bundle *b)
{
	ses_spool_close(&b->encoded);
}
