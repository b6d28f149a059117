/*
 * Files of any bytes, for somebody who has a key: refused, or what comes out
 * is what was sealed, which in all files of the corpus is one text, repeated.
 * How the bytes come in pieces makes no difference, nor does armour that is
 * put around them.
 */
#include <string.h>

#include "age_sample.h"
#include "fuzz/fuzz.h"
#include "pack/age.h"
#include "pack/age_armour.h"

#define TEXT "sealed for the fuzzer\n"

static int
is_text(const struct ses_buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->data[i] != TEXT[i % strlen(TEXT)])
			return 0;
	return 1;
}

/* What becomes of it, given so many bytes at a time; 0 or a code. */
static int
try_open(const struct ses_age_identities *ids, const char *data, size_t len,
    size_t step, struct ses_buf *out)
{
	const struct ses_age_keys keys = {.identities = ids};
	const struct ses_sink end = ses_sink_buf(out);
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_reader *r = NULL;
	struct ses_sink sink;
	size_t at;
	int rc = 0;

	MUST(ses_age_reader_open(&r, &keys, &end, &err) == 0);
	sink = ses_age_reader_sink(r);
	for (at = 0; at < len && rc == 0; at += step)
		rc = ses_sink_write(
		    &sink, data + at, len - at < step ? len - at : step, &err);
	if (rc == 0)
		rc = ses_age_reader_close(r, &err);
	ses_age_reader_free(r);
	MUST(is_text(out));
	if (rc == 0)
		return 0;
	MUST(strlen(err.msg) > 0 && err.code != SESHAT_OK);
	MUST(err.code != SESHAT_ESYS && err.code != SESHAT_EUSAGE);
	return err.code;
}

/* The same in armour that we put around it. */
static void
try_armoured(const struct ses_age_identities *ids, const char *data, size_t len,
    int want, const struct ses_buf *content)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_armour armour = {0};
	struct ses_buf file = {0};
	struct ses_buf got = {0};
	const struct ses_sink end = ses_sink_buf(&file);

	MUST(ses_armour_add(&armour, &end, data, len / 2, &err) == 0);
	MUST(ses_armour_add(
		 &armour, &end, data + len / 2, len - len / 2, &err) == 0);
	MUST(ses_armour_close(&armour, &end, &err) == 0);
	MUST(try_open(ids, file.data, file.len, 1000, &got) == want);
	MUST(got.len == content->len);
	ses_buf_free(&file);
	ses_buf_free(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char secret[] = SECRET_1;
	static struct ses_age_identities ids;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf once = {0};
	struct ses_buf pieces = {0};
	const char *text = (const char *)data;
	int code;

	if (ids.n == 0)
		MUST(ses_age_identities_parse(
			 secret, strlen(secret), &ids, &err) == 0);
	code = try_open(&ids, text, len, len + 1, &once);
	MUST(try_open(&ids, text, len, len % 7 + 1, &pieces) == code);
	MUST(once.len == pieces.len);
	if (len > 0 && text[0] == 'a')
		try_armoured(&ids, text, len, code, &once);
	ses_buf_free(&once);
	ses_buf_free(&pieces);
	return 0;
}
