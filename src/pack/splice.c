#include <string.h>

#include "pack/member.h"
#include "pack/splice.h"

void
ses_splice_begin(struct ses_splice *s, int rows)
{
	struct ses_buf bodies = s->bodies;

	ses_buf_clear(&bodies);
	*s = (struct ses_splice){.rows = rows, .bodies = bodies};
	ses_sha256_init(&s->sha);
}

struct ses_sink
ses_splice_sink(struct ses_splice *s)
{
	s->next = s->sha;
	return ses_sha256_sink(&s->next);
}

int
ses_splice_add(struct ses_splice *s, const void *object, size_t len,
    const struct ses_part_head *head, struct seshat_err *err)
{
	const char *p = object;
	struct ses_member m = {0};
	size_t end = len - SES_MEMBER_TAIL;
	uint32_t crc;

	if (ses_member_parse(object, len, &m, err) < 0)
		return -1;
	if (len < m.body + SES_MEMBER_TAIL || m.extra == NULL ||
	    memcmp(p + end, "\x03\x00", 2) != 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "is of another program: not spliced");
	if (head->torn || (s->rows && head->source == 0))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "does not say what a merged object must");
	if (s->next.len - s->sha.len != head->size)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "holds less than it says");
	if (s->n > 0 &&
	    (head->from != s->head.to || strcmp(head->w, s->head.w) != 0))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "does not go on where the part before it ends");
	crc = ses_member_crc(p + len - 8);
	if (s->n == 0)
		s->head = *head;
	else if (ses_part_head_join(&s->head, head, s->rows, err) < 0)
		return -1;
	s->crc = ses_crc32_join(s->crc, crc, head->size);
	s->sha = s->next;
	s->n++;
	if (end > m.body)
		ses_buf_add(&s->bodies, p + m.body, end - m.body);
	return ses_buf_check(&s->bodies, err);
}

int
ses_splice_close(struct ses_splice *s, struct ses_buf *out, uint64_t *body,
    struct seshat_err *err)
{
	const struct ses_sink sink = ses_sink_none();
	struct ses_buf extra = {0};
	size_t at = out->len;
	int rc = -1;

	ses_sha256_hex(&s->sha, s->head.h);
	ses_part_head_format(&s->head, &extra);
	(void)ses_buf_cstr(&extra);
	if (ses_buf_check(&extra, err) < 0 ||
	    ses_member_wrap(extra.data, extra.len, &s->bodies, s->crc,
		s->head.size, out, err) < 0 ||
	    ses_member_inflate(
		out->data + at, out->len - at, s->head.size, &sink, err) < 0)
		goto out;
	*body = out->len - at - s->bodies.len - SES_MEMBER_TAIL;
	rc = 0;
out:
	ses_buf_free(&extra);
	return rc;
}

void
ses_splice_free(struct ses_splice *s)
{
	ses_buf_free(&s->bodies);
	*s = (struct ses_splice){0};
}
