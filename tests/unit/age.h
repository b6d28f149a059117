#ifndef UNIT_AGE_H
#define UNIT_AGE_H

/* Files of age for unit tests: made and opened in one go. */
#include "unit/test.h"

#include "age_sample.h"
#include "pack/age.h"

#define FAST 6 /* scrypt's work, for tests that are not about it */

static inline struct ses_age_recipient
age_recipient(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_recipient r;

	OK(ses_age_recipient_parse(text, strlen(text), &r, &err));
	return r;
}

static inline struct ses_age_identities
age_identities(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_identities ids = {0};

	OK(ses_age_identities_parse(text, strlen(text), &ids, &err));
	return ids;
}

/* Push len bytes, step at a time. */
static inline int
age_push(const struct ses_sink *sink, const char *data, size_t len, size_t step,
    struct seshat_err *err)
{
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < step ? len : step;
		if (ses_sink_write(sink, data, n, err) < 0)
			return -1;
	}
	return 0;
}

/* Append the file for these bytes. */
static inline int
age_seal(const struct ses_age_to *to, const char *data, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sink end = ses_sink_buf(out);
	struct ses_age_writer *w = NULL;
	struct ses_sink sink;
	int rc = ses_age_writer_open(&w, to, &end, err);

	if (rc == 0) {
		sink = ses_age_writer_sink(w);
		rc = age_push(&sink, data, len, 50000, err);
	}
	if (rc == 0)
		rc = ses_age_writer_close(w, err);
	ses_age_writer_free(w);
	return rc;
}

/* Append the content of this file, given step bytes at a time. */
static inline int
age_open(const struct ses_age_keys *keys, const char *file, size_t len,
    size_t step, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sink end = ses_sink_buf(out);
	struct ses_age_reader *r = NULL;
	struct ses_sink sink;
	int rc = ses_age_reader_open(&r, keys, &end, err);

	if (rc == 0) {
		sink = ses_age_reader_sink(r);
		rc = age_push(&sink, file, len, step, err);
	}
	if (rc == 0)
		rc = ses_age_reader_close(r, err);
	ses_age_reader_free(r);
	return rc;
}

#endif
