#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "pack/age_armour.h"
#include "pack/age_chunk.h"

struct ses_age_writer {
	const struct ses_sink *next;
	int armoured;
	struct ses_armour armour;
	struct ses_age_chunks chunks;
	size_t held; /* bytes in chunk: it is sealed when others follow */
	unsigned char chunk[SES_AGE_SEALED];
};

static int
emit(struct ses_age_writer *w, const void *data, size_t len,
    struct seshat_err *err)
{
	if (w->armoured)
		return ses_armour_add(&w->armour, w->next, data, len, err);
	return ses_sink_write(w->next, data, len, err);
}

/* The header and what stands before the first chunk. */
static int
begin(struct ses_age_writer *w, const struct ses_age_to *to,
    struct seshat_err *err)
{
	unsigned char file_key[SES_AGE_FILE_KEY];
	unsigned char nonce[SES_AGE_CHUNK_NONCE];
	struct ses_buf header = {0};
	int rc = -1;

	if (ses_age_random(file_key, sizeof(file_key), err) == 0 &&
	    ses_age_random(nonce, sizeof(nonce), err) == 0 &&
	    ses_age_header_write(to, file_key, &header, err) == 0 &&
	    ses_age_chunks_init(&w->chunks, file_key, nonce, 1, err) == 0 &&
	    emit(w, header.data, header.len, err) == 0 &&
	    emit(w, nonce, sizeof(nonce), err) == 0)
		rc = 0;
	OPENSSL_cleanse(file_key, sizeof(file_key));
	ses_buf_free(&header);
	return rc;
}

int
ses_age_writer_open(struct ses_age_writer **w, const struct ses_age_to *to,
    const struct ses_sink *next, struct seshat_err *err)
{
	struct ses_age_writer *made;

	if ((to->n > 0) == (to->passphrase != NULL))
		return ses_fail(err, SESHAT_EUSAGE,
		    "it can be encrypted to recipients or with a passphrase, "
		    "one of them and not both");
	if (to->passphrase != NULL && to->passphrase[0] == '\0')
		return ses_fail(err, SESHAT_EUSAGE, "the passphrase is empty");
	if (to->n > SES_AGE_MAX_STANZAS)
		return ses_fail(err, SESHAT_ELIMIT, "more than %d recipients",
		    SES_AGE_MAX_STANZAS);
	if (to->work > SES_AGE_MAX_WORK)
		return ses_fail(err, SESHAT_ELIMIT,
		    "scrypt's factor is %u, at most %d is done", to->work,
		    SES_AGE_MAX_WORK);
	made = ses_calloc(1, sizeof(*made));
	if (made == NULL)
		return ses_fail_nomem(err);
	made->next = next;
	made->armoured = to->armour;
	if (begin(made, to, err) < 0) {
		ses_age_writer_free(made);
		return -1;
	}
	*w = made;
	return 0;
}

static int
seal(struct ses_age_writer *w, int last, struct seshat_err *err)
{
	size_t len = w->held;

	w->held = 0;
	if (ses_age_chunk_seal(&w->chunks, w->chunk, len, last, err) < 0)
		return -1;
	return emit(w, w->chunk, len + SES_AGE_TAG, err);
}

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_age_writer *w = arg;
	const unsigned char *p = data;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		if (w->held == SES_AGE_CHUNK && seal(w, 0, err) < 0)
			return -1;
		n = SES_AGE_CHUNK - w->held;
		if (n > len)
			n = len;
		memcpy(w->chunk + w->held, p, n);
		w->held += n;
	}
	return 0;
}

struct ses_sink
ses_age_writer_sink(struct ses_age_writer *w)
{
	return (struct ses_sink){take, w};
}

int
ses_age_writer_close(struct ses_age_writer *w, struct seshat_err *err)
{
	if (seal(w, 1, err) < 0)
		return -1;
	return w->armoured ? ses_armour_close(&w->armour, w->next, err) : 0;
}

void
ses_age_writer_free(struct ses_age_writer *w)
{
	if (w == NULL)
		return;
	ses_aead_free(&w->chunks.aead);
	OPENSSL_cleanse(w, sizeof(*w));
	free(w);
}
