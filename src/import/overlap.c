/* Whether a piece repeats what is there already. */
#include <string.h>

#include "import/alike.h"
#include "import/assemble.h"

/* Where the comparison by lines ends. */
struct lockstep {
	struct ses_spool_lines text;
	struct ses_spool_lines piece;
	const char *a; /* the line of the text at hand */
	size_t a_len;
	const char *b; /* and that of the piece */
	size_t b_len;
	int more_a;
	int more_b;
};

static int
next(struct ses_spool_lines *l, const char **line, size_t *len, int *more,
    struct seshat_err *err)
{
	*more = ses_spool_line(l, line, len, err);
	return *more < 0 ? -1 : 0;
}

static int
is_whole(const char *line, size_t len)
{
	return len > 0 && line[len - 1] == '\n';
}

/* One of two lines that differ is cut off. */
static void
compare_cut(struct lockstep *s, struct ses_overlap *out)
{
	uint64_t a_start = s->text.at - s->a_len;
	uint64_t b_start = s->piece.at - s->b_len;

	if (!is_whole(s->a, s->a_len) && s->b_len > 0 &&
	    ses_alike_cut(s->a, s->a_len, s->b, s->b_len)) {
		out->agrees = 1;
		out->keep = a_start;
		out->rest = b_start;
	} else if (!is_whole(s->b, s->b_len) &&
		   ses_alike_cut(s->b, s->b_len, s->a, s->a_len)) {
		out->agrees = 1;
		out->contained = 1;
	}
}

/* Both at the start of a line: go on while lines are alike. */
static int
by_lines(struct lockstep *s, struct ses_overlap *out, struct seshat_err *err)
{
	for (;;) {
		if (next(&s->text, &s->a, &s->a_len, &s->more_a, err) < 0 ||
		    next(&s->piece, &s->b, &s->b_len, &s->more_b, err) < 0)
			return -1;
		if (!s->more_b) {
			out->agrees = 1;
			out->contained = 1;
			out->stop = s->text.at - (s->more_a ? s->a_len : 0);
			return 0;
		}
		if (!s->more_a) {
			out->agrees = 1;
			out->rest = s->piece.at - s->b_len;
			return 0;
		}
		if (!is_whole(s->a, s->a_len) || !is_whole(s->b, s->b_len)) {
			compare_cut(s, out);
			return 0;
		}
		if (!ses_alike(s->a, s->a_len, s->b, s->b_len))
			return 0;
		out->lines++;
	}
}

static int
count_lines(const struct ses_spool *piece, uint64_t len, uint64_t *lines,
    struct seshat_err *err)
{
	char block[4096];
	uint64_t at = 0;
	size_t want;
	size_t got;
	size_t i;

	/* nobody asks for more than a few */
	for (; at < len && *lines < 2; at += got) {
		want = len - at < sizeof(block) ? (size_t)(len - at)
						: sizeof(block);
		if (ses_spool_read(piece, block, want, at, &got, err) < 0)
			return -1;
		for (i = 0; i < got; i++)
			*lines += block[i] == '\n';
		if (got == 0)
			break;
	}
	return 0;
}

int
ses_overlap_find(const struct ses_spool *text, uint64_t at,
    const struct ses_spool *piece, struct ses_overlap *out,
    struct seshat_err *err)
{
	struct lockstep s = {.text = {.s = text}, .piece = {.s = piece}};
	uint64_t same;
	uint64_t start;
	int rc = -1;

	*out = (struct ses_overlap){.keep = text->size, .rest = piece->size};
	if (ses_spool_same(text, at, piece, 0, &same, err) < 0 ||
	    count_lines(piece, same, &out->lines, err) < 0)
		return -1;
	if (same == piece->size || at + same == text->size) {
		out->agrees = 1;
		out->contained = same == piece->size;
		out->rest = same;
		out->stop = out->contained ? at + same : 0;
		return 0;
	}
	/* they differ: perhaps only in what was redacted */
	if (ses_spool_line_start(piece, same, &start, err) < 0)
		return -1;
	s.piece.at = start;
	s.text.at = at + start;
	rc = by_lines(&s, out, err);
	if (rc < 0 && err->code == SESHAT_ELIMIT)
		rc = 0; /* too long a line: it differs, that is all */
	ses_buf_free(&s.text.buf);
	ses_buf_free(&s.piece.buf);
	return rc;
}
