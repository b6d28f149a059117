#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "redact/engine.h"
#include "redact/view.h"

static const char begin_mark[] = "[REDACTED:";

size_t
ses_redact_rules(const struct ses_redact *r)
{
	return r->slots.n_rules;
}

const char *
ses_redact_rule_id(const struct ses_redact *r, size_t i)
{
	return r->slots.rules[i]->id;
}

const char *
ses_redact_rule_what(const struct ses_redact *r, size_t i)
{
	return r->slots.rules[i]->what;
}

int
ses_redact_open(struct ses_redact **out, struct seshat_err *err)
{
	struct ses_redact *r = ses_calloc(1, sizeof(*r));

	if (r == NULL)
		return ses_fail_nomem(err);
	if (ses_slots_make(&r->slots, err) < 0 || ses_database_load(r, err) < 0)
		goto fail;
	r->dead = ses_calloc(r->slots.n, sizeof(*r->dead));
	if (r->dead == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	*out = r;
	return 0;
fail:
	ses_redact_free(r);
	return -1;
}

void
ses_redact_free(struct ses_redact *r)
{
	if (r == NULL)
		return;
	ses_slots_free(&r->slots);
	(void)hs_free_scratch(r->scratch);
	(void)hs_free_database(r->db);
	free(r->dead);
	ses_spans_free(&r->spans);
	ses_spans_free(&r->coded);
	ses_spans_free(&r->broken);
	free(r->strings);
	ses_decoded_free(&r->decoded);
	free(r);
}

/* The mark for a span, and what must stay of a key over several lines: their
 * ends, and a line that is JSON by itself, which no line of a key is. */
static void
put_mark(const struct ses_redact *r, const char *text, const struct ses_span *s,
    struct ses_buf *out)
{
	struct seshat_err ignored;
	struct ses_json v;
	const char *p = text + s->from;
	const char *end = text + s->to;
	const char *line;

	ses_buf_str(out, begin_mark);
	ses_buf_str(out, r->slots.rules[s->rule]->id);
	ses_buf_str(out, "]");
	for (line = memchr(p, '\n', (size_t)(end - p)); line != NULL;
	     line = p) {
		ses_buf_add(out, line++, 1);
		p = memchr(line, '\n', (size_t)(end - line));
		if (p != NULL &&
		    ses_json_parse(line, (size_t)(p - line), &v, &ignored) == 0)
			ses_buf_add(out, line, (size_t)(p - line));
	}
}

/* Append text[from..to) with the spans in it replaced. */
static void
apply(const struct ses_redact *r, const char *text, size_t from, size_t to,
    struct ses_buf *out, struct ses_redact_counts *counts)
{
	const struct ses_span *s;
	struct ses_span part;
	size_t i;

	for (i = 0; i < r->spans.n && r->spans.v[i].from < to; i++) {
		s = &r->spans.v[i];
		if (s->to <= from)
			continue;
		part = *s;
		part.from = s->from > from ? s->from : from;
		part.to = s->to < to ? s->to : to;
		ses_buf_add(out, text + from, part.from - from);
		put_mark(r, text, &part, out);
		counts->n[part.rule] += part.more ? 0 : 1;
		from = part.to;
	}
	ses_buf_add(out, text + from, to - from);
}

int
ses_redact_lines(struct ses_redact *r, const char *data, size_t len,
    struct ses_buf *out, struct ses_redact_counts *counts,
    struct seshat_err *err)
{
	if (ses_scan(r, data, len, err) < 0)
		return -1;
	if (r->spans.n == 0)
		return 0;
	apply(r, data, 0, len, out, counts);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

/* Where to cut a piece so that nothing is cut in two. */
static size_t
find_cut(const struct ses_redact *r, const char *text, size_t len, size_t from,
    size_t to)
{
	const char *p = ses_view_align(text + from, text + to, text + len);
	size_t cut = (size_t)(p - text);
	size_t i;

	for (i = 0; i < r->spans.n; i++)
		if (r->spans.v[i].from < cut && r->spans.v[i].to > cut)
			cut = r->spans.v[i].from;
	/* A secret or an escape that fills the piece is cut all the same; what
	 * is left of it is still in the next window. */
	return cut > from ? cut : to;
}

int /* NOLINTNEXTLINE(readability-function-size): window, piece, result */
ses_redact_piece(struct ses_redact *r, const char *window, size_t len,
    size_t from, size_t to, struct ses_buf *out, size_t *cut,
    struct ses_redact_counts *counts, struct seshat_err *err)
{
	size_t before = out->len;
	size_t i;

	if (ses_scan(r, window, len, err) < 0)
		return -1;
	*cut = to < len ? find_cut(r, window, len, from, to) : to;
	apply(r, window, from, *cut, out, counts);
	if (ses_buf_check(out, err) < 0)
		return -1;
	for (i = 0; i < r->spans.n; i++)
		if (r->spans.v[i].to > from && r->spans.v[i].from < *cut)
			return 1;
	return out->len - before == *cut - from ? 0 : 1;
}

int
ses_redact_text(struct ses_redact *r, const char *s, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_redact_counts counts = {{0}};

	if (ses_scan(r, s, len, err) < 0)
		return -1;
	apply(r, s, 0, len, out, &counts);
	return ses_buf_check(out, err);
}
