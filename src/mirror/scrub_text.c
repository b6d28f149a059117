/* A text that is no lines of JSON: keys go over several of its lines, so it
 * is cut where no secret is, and not where a line ends. */
#include "mirror/scrub.h"
#include "redact/pem.h"

#define BEFORE SES_REDACT_OVERLAP
#define BEHIND (SES_PEM_MAX + SES_REDACT_OVERLAP)

/* Push window[from..), as far as *cut; is_last: the text ends with it. */
static int
push(struct ses_scrub *s, const struct ses_buf *window, size_t from,
    int is_last, size_t *cut, struct seshat_err *err)
{
	const char *p = window->data;
	int rc = 0;

	*cut = is_last ? window->len : from + SES_BLOCK_MAX;
	ses_buf_clear(&s->clean);
	if (s->redact != NULL) {
		ses_redact_torn(s->redact, is_last && p[*cut - 1] != '\n');
		if (from == 0 && is_last)
			rc = ses_redact_lines(s->redact, p, window->len,
			    &s->clean, s->counts, err);
		else
			rc = ses_redact_piece(s->redact, p, window->len, from,
				 *cut, &s->clean, cut, s->counts, err) < 0
				 ? -1
				 : 1;
		ses_redact_torn(s->redact, 0);
	}
	if (rc < 0 || ses_buf_check(&s->clean, err) < 0)
		return -1;
	return rc > 0
		   ? ses_sink_write(s->sink, s->clean.data, s->clean.len, err)
		   : ses_sink_write(s->sink, p + from, *cut - from, err);
}

int
ses_scrub_text(
    struct ses_scrub *s, const struct ses_spool *text, struct seshat_err *err)
{
	const size_t most = BEFORE + SES_BLOCK_MAX + BEHIND;
	struct ses_buf window = {0};
	uint64_t at = 0;
	size_t back;
	size_t cut;
	size_t got;
	char *room;
	int rc = 0;

	while (rc == 0 && at < text->size) {
		back = at < BEFORE ? (size_t)at : BEFORE;
		got = text->size - (at - back) < most
			  ? (size_t)(text->size - (at - back))
			  : most;
		ses_buf_clear(&window);
		room = ses_buf_room(&window, got);
		if (room == NULL) {
			rc = ses_fail_nomem(err);
			break;
		}
		rc = ses_spool_read(text, room, got, at - back, &got, err);
		ses_buf_grew(&window, got);
		if (rc == 0 && got <= back)
			rc = ses_fail(
			    err, SESHAT_ESYS, "a file of ours was cut short");
		if (rc == 0)
			rc = push(s, &window, back,
			    at - back + got >= text->size, &cut, err);
		if (rc == 0)
			at += cut - back;
	}
	ses_buf_free(&window);
	return rc;
}
