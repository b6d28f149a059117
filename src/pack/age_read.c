#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "pack/age_armour.h"
#include "pack/age_chunk.h"

struct ses_age_reader {
	struct ses_age_keys keys;
	const struct ses_sink *next;
	struct seshat_err broken; /* what every call fails with from now on */

	enum { UNKNOWN, BINARY, ARMOURED } form;
	struct ses_dearmour dearmour;

	enum { HEADER, NONCE, CONTENT } place;
	struct ses_buf header;
	size_t line; /* where the last line of the header begins */
	unsigned char file_key[SES_AGE_FILE_KEY];
	struct ses_age_chunks chunks;
	size_t held; /* bytes in chunk: it is opened when others follow */
	unsigned char chunk[SES_AGE_SEALED];
};

int
ses_age_reader_open(struct ses_age_reader **r, const struct ses_age_keys *keys,
    const struct ses_sink *next, struct seshat_err *err)
{
	struct ses_age_reader *made = ses_calloc(1, sizeof(*made));

	if (made == NULL)
		return ses_fail_nomem(err);
	made->keys = *keys;
	made->next = next;
	*r = made;
	return 0;
}

/* The header is whole. */
static int
read_header(struct ses_age_reader *r, struct seshat_err *err)
{
	struct ses_age_header h = {0};
	int rc = ses_age_header_parse(r->header.data, r->header.len, &h, err);

	if (rc == 0)
		rc = ses_age_header_unwrap(
		    &h, r->header.data, &r->keys, r->file_key, err);
	ses_age_header_free(&h);
	ses_buf_free(&r->header);
	r->place = NONCE;
	return rc;
}

/* Take what is left of a line of the header, or what there is of it: how many
 * bytes that is. */
static int
take_header(struct ses_age_reader *r, const char *p, size_t len, size_t *used,
    struct seshat_err *err)
{
	const char *lf = memchr(p, '\n', len);
	struct ses_buf *h = &r->header;

	*used = lf != NULL ? (size_t)(lf - p) + 1 : len;
	if (*used > SES_AGE_MAX_HEADER - h->len)
		*used = SES_AGE_MAX_HEADER - h->len;
	ses_buf_add(h, p, *used);
	if (ses_buf_check(h, err) < 0 ||
	    ses_age_header_begins(h->data, h->len, err) < 0)
		return -1;
	if (h->data[h->len - 1] == '\n') {
		if (h->len - r->line > 3 &&
		    memcmp(h->data + r->line, "---", 3) == 0)
			return read_header(r, err);
		r->line = h->len;
	}
	if (h->len == SES_AGE_MAX_HEADER)
		return ses_fail(err, SESHAT_ELIMIT,
		    "its header is longer than %d bytes, or damaged",
		    SES_AGE_MAX_HEADER);
	return 0;
}

static size_t
fill(struct ses_age_reader *r, const char *p, size_t len, size_t max)
{
	size_t n = max - r->held < len ? max - r->held : len;

	memcpy(r->chunk + r->held, p, n);
	r->held += n;
	return n;
}

static int
take_nonce(struct ses_age_reader *r, struct seshat_err *err)
{
	int rc;

	if (r->held < SES_AGE_CHUNK_NONCE)
		return 0;
	r->held = 0;
	r->place = CONTENT;
	rc = ses_age_chunks_init(&r->chunks, r->file_key, r->chunk, 0, err);
	OPENSSL_cleanse(r->file_key, sizeof(r->file_key));
	return rc;
}

static int
open_chunk(struct ses_age_reader *r, int last, struct seshat_err *err)
{
	size_t len = r->held;

	r->held = 0;
	if (ses_age_chunk_open(&r->chunks, r->chunk, len, last, err) < 0)
		return -1;
	return ses_sink_write(r->next, r->chunk, len - SES_AGE_TAG, err);
}

/* Bytes of the binary form. */
static int
take_binary(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_age_reader *r = arg;
	const char *p = data;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = 0;
		if (r->place == HEADER) {
			if (take_header(r, p, len, &n, err) < 0)
				return -1;
		} else if (r->place == NONCE) {
			n = fill(r, p, len, SES_AGE_CHUNK_NONCE);
			if (take_nonce(r, err) < 0)
				return -1;
		} else {
			if (r->held == SES_AGE_SEALED &&
			    open_chunk(r, 0, err) < 0)
				return -1;
			n = fill(r, p, len, SES_AGE_SEALED);
		}
	}
	return 0;
}

static int
take(
    struct ses_age_reader *r, const char *p, size_t len, struct seshat_err *err)
{
	struct ses_sink binary = {take_binary, r};

	if (len == 0)
		return 0;
	/* all that may stand before armour begins with one of these */
	if (r->form == UNKNOWN)
		r->form = strchr("- \t\r\n", p[0]) != NULL && p[0] != '\0'
			      ? ARMOURED
			      : BINARY;
	if (r->form == BINARY)
		return take_binary(r, p, len, err);
	return ses_dearmour_add(&r->dearmour, &binary, p, len, err);
}

/* What fails once fails for good: nothing may come out behind a gap. */
static int
keep(struct ses_age_reader *r, int rc, struct seshat_err *err)
{
	if (rc < 0)
		r->broken = *err;
	return rc;
}

static int
take_any(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_age_reader *r = arg;

	if (r->broken.code != SESHAT_OK) {
		*err = r->broken;
		return -1;
	}
	return keep(r, take(r, data, len, err), err);
}

struct ses_sink
ses_age_reader_sink(struct ses_age_reader *r)
{
	return (struct ses_sink){take_any, r};
}

static int
finish(struct ses_age_reader *r, struct seshat_err *err)
{
	if (r->form == ARMOURED && ses_dearmour_close(&r->dearmour, err) < 0)
		return -1;
	if (r->place == HEADER && r->header.len == 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "not a file of age: it is empty");
	if (r->place != CONTENT)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "cut off before its content");
	return open_chunk(r, 1, err);
}

int
ses_age_reader_close(struct ses_age_reader *r, struct seshat_err *err)
{
	if (r->broken.code != SESHAT_OK) {
		*err = r->broken;
		return -1;
	}
	return keep(r, finish(r, err), err);
}

void
ses_age_reader_free(struct ses_age_reader *r)
{
	if (r == NULL)
		return;
	ses_aead_free(&r->chunks.aead);
	ses_buf_free(&r->header);
	OPENSSL_cleanse(r, sizeof(*r));
	free(r);
}
