#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/source.h"
#include "redact/redact.h"
#include "share/text.h"
#include "vault/read.h"

/* What one reading of the source needs. */
struct reading {
	struct ses_share_text *t; /* NULL: only secrets are looked for */
	struct ses_redact *redact;
	struct ses_redact_counts *counts;
	struct ses_source source;
	struct ses_buf clean;
	struct ses_sha256 sha;
	struct ses_plain plain;
	uint64_t stop; /* what is added to the source later is left out */
};

static int
put(struct reading *r, const char *data, size_t len, struct seshat_err *err)
{
	const char *p = data;
	const char *end = data + len;

	if (r->t == NULL || len == 0)
		return 0;
	ses_sha256_add(&r->sha, data, len);
	ses_plain_add(&r->plain, data, len);
	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		r->t->lines++;
	return ses_spool_add(&r->t->spool, data, len, err);
}

/* One block without its secrets; *at moves behind it. */
static int
take_block(struct reading *r, const struct ses_block *b, int in_line,
    uint64_t *at, struct seshat_err *err)
{
	size_t cut = b->stop;
	int rc;

	ses_buf_clear(&r->clean);
	if (b->kind == SES_BLOCK_PIECE || in_line) {
		rc = ses_redact_piece(r->redact, b->data, b->len, b->start,
		    b->stop, &r->clean, &cut, r->counts, err);
		*at = b->from + (cut - b->start);
	} else {
		ses_redact_torn(r->redact, b->kind == SES_BLOCK_TORN);
		rc = ses_redact_lines(r->redact, b->data + b->start,
		    b->stop - b->start, &r->clean, r->counts, err);
		ses_redact_torn(r->redact, 0);
		*at = b->to;
		if (rc == 0)
			return put(
			    r, b->data + b->start, b->stop - b->start, err);
	}
	if (rc < 0 || ses_buf_check(&r->clean, err) < 0)
		return -1;
	return put(r, r->clean.data, r->clean.len, err);
}

static int
read_through(struct reading *r, struct seshat_err *err)
{
	struct ses_block b;
	uint64_t at = 0;
	int in_line = 0;

	while (at < r->stop) {
		if (ses_source_check(&r->source, at, NULL, err) < 0 ||
		    ses_source_next(&r->source, at, in_line, 1, &b, err) < 0)
			return -1;
		if (b.kind == SES_BLOCK_NONE)
			break;
		if (take_block(r, &b, in_line, &at, err) < 0)
			return -1;
		in_line = at < b.to || b.inside;
	}
	return 0;
}

/* A session of a store becomes a file first. */
static int
open_source(struct reading *r, const struct ses_share_source *from,
    struct ses_spool *stored, const char *dir, struct seshat_err *err)
{
	struct ses_sink sink = ses_spool_sink(stored);

	if (from->session != NULL)
		return ses_source_open(&r->source, from->session, dir, err);
	if (ses_spool_open(stored, dir, err) < 0 ||
	    ses_session_read(from->store, &from->where, NULL, &sink, err) < 0)
		return -1;
	return ses_source_file_open(&r->source, stored->path, dir, err);
}

static uint64_t
sum(const struct ses_redact_counts *c)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < SES_REDACT_MAX_RULES; i++)
		n += c->n[i];
	return n;
}

/* The id goes into a description, a comment and names of files as it is. */
static int
check_id(struct ses_redact *r, const char *id, struct seshat_err *err)
{
	struct ses_buf clean = {0};
	int rc = ses_redact_text(r, id, strlen(id), &clean, err);

	if (rc == 0 && strcmp(ses_buf_cstr(&clean), id) != 0)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "its id looks like a secret, and would be seen "
		    "(--session-file and --session-id give it another)");
	ses_buf_free(&clean);
	return rc;
}

/* Both readings; r holds what is released afterwards. */
static int
read_twice(struct reading *r, struct ses_share_text *t,
    const struct ses_custom *custom, struct ses_known **known,
    struct seshat_err *err)
{
	r->counts = ses_calloc(1, sizeof(*r->counts));
	if (r->counts == NULL)
		return ses_fail_nomem(err);
	if (ses_redact_open(&r->redact, custom, err) < 0 ||
	    ses_known_new(NULL, known, err) < 0)
		return -1;
	ses_redact_remember(r->redact, *known);
	r->stop = r->source.size;
	if (read_through(r, err) < 0)
		return -1;
	memset(r->counts, 0, sizeof(*r->counts));
	r->t = t;
	ses_sha256_init(&r->sha);
	return read_through(r, err);
}

int
ses_share_text_make(struct ses_share_text *t,
    const struct ses_share_source *source, const struct ses_custom *custom,
    const char *dir, struct seshat_err *err)
{
	struct reading r = {.source = {.fd = -1}};
	struct ses_spool stored = {0};
	struct ses_known *known = NULL;
	const char *shown = source->id;
	int rc = -1;

	*t = (struct ses_share_text){0};
	if (open_source(&r, source, &stored, dir, err) < 0)
		goto out;
	if (ses_spool_open(&t->spool, dir, err) < 0 ||
	    read_twice(&r, t, custom, &known, err) < 0)
		goto out;
	if (check_id(r.redact, source->id, err) < 0) {
		shown = "to be shared";
		goto out;
	}
	ses_sha256_hex(&r.sha, t->sha256);
	t->size = t->spool.size;
	t->redactions = sum(r.counts);
	t->is_plain = ses_plain_is(&r.plain);
	rc = 0;
out:
	if (rc < 0)
		ses_fail_in(err, "session %s", shown);
	ses_source_close(&r.source);
	ses_source_free(&r.source);
	ses_redact_free(r.redact);
	ses_known_free(known);
	ses_spool_close(&stored);
	ses_buf_free(&r.clean);
	free(r.counts);
	return rc;
}

void
ses_share_text_free(struct ses_share_text *t)
{
	ses_spool_close(&t->spool);
	*t = (struct ses_share_text){0};
}
