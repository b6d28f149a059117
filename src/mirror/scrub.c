#include "mirror/scrub.h"

/* One block; *at moves behind what was pushed. */
static int
take_block(struct ses_scrub *s, const struct ses_block *b, int in_line,
    uint64_t *at, struct seshat_err *err)
{
	size_t cut = b->stop;
	int rc;

	ses_buf_clear(&s->clean);
	if (b->kind == SES_BLOCK_PIECE || in_line) {
		rc = ses_redact_piece(s->redact, b->data, b->len, b->start,
		    b->stop, &s->clean, &cut, s->counts, err);
		*at = b->from + (cut - b->start);
	} else {
		ses_redact_torn(s->redact, b->kind == SES_BLOCK_TORN);
		rc = ses_redact_lines(s->redact, b->data + b->start,
		    b->stop - b->start, &s->clean, s->counts, err);
		ses_redact_torn(s->redact, 0);
		*at = b->to;
		if (rc == 0)
			return ses_sink_write(s->sink, b->data + b->start,
			    b->stop - b->start, err);
	}
	if (rc < 0 || ses_buf_check(&s->clean, err) < 0)
		return -1;
	return ses_sink_write(s->sink, s->clean.data, s->clean.len, err);
}

int
ses_scrub_run(struct ses_scrub *s, uint64_t stop, struct seshat_err *err)
{
	struct ses_block b;
	uint64_t at = 0;
	int in_line = 0;

	while (at < stop) {
		if (ses_source_check(s->source, at, NULL, err) < 0 ||
		    ses_source_next(s->source, at, in_line, 1, &b, err) < 0)
			return -1;
		if (b.kind == SES_BLOCK_NONE)
			break;
		if (take_block(s, &b, in_line, &at, err) < 0)
			return -1;
		in_line = at < b.to || b.inside;
	}
	return 0;
}

uint64_t
ses_scrub_sum(const struct ses_redact_counts *counts)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < SES_REDACT_MAX_RULES; i++)
		n += counts->n[i];
	return n;
}
