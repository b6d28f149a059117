#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "redact/custom_run.h"
#include "redact/engine.h"
#include "redact/view.h"

static const char begin_mark[] = "[REDACTED:";

size_t
ses_redact_rules(const struct ses_redact *r)
{
	return r->n_rules;
}

const char *
ses_redact_rule_id(const struct ses_redact *r, size_t i)
{
	return r->rules[i]->id;
}

const char *
ses_redact_rule_what(const struct ses_redact *r, size_t i)
{
	return r->rules[i]->what;
}

const char *
ses_redact_rule_origin(const struct ses_redact *r, size_t i)
{
	size_t k;

	for (k = 0; r->custom != NULL && k < ses_custom_rules(r->custom->c);
	     k++)
		if (r->rules[i] == &ses_custom_rule(r->custom->c, k)->row)
			return ses_custom_origin(r->custom->c, k);
	return NULL;
}

void
ses_redact_source(struct ses_redact *r, const char *path)
{
	if (r->custom != NULL)
		r->custom->source = path;
}

static int
has_rule(const struct ses_redact *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->n_rules; i++)
		if (strcmp(r->rules[i]->id, id) == 0)
			return 1;
	return 0;
}

/* All rules in one row: those of the configuration, the built-in ones, those of
 * other files.  One whose id is there already counts with that. */
static int
join_rules(
    struct ses_redact *r, const struct ses_custom *c, struct seshat_err *err)
{
	size_t first = c == NULL ? 0 : ses_custom_first(c);
	size_t n = c == NULL ? 0 : ses_custom_rules(c);
	size_t i;

	r->rules = ses_calloc(n + r->slots.n_rules, sizeof(*r->rules));
	if (r->rules == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < first; i++)
		r->rules[r->n_rules++] = &ses_custom_rule(c, i)->row;
	r->first = (uint32_t)r->n_rules;
	for (i = 0; i < r->slots.n_rules; i++)
		r->rules[r->n_rules++] = r->slots.rules[i];
	for (i = first; i < n; i++)
		if (!has_rule(r, ses_custom_rule(c, i)->row.id))
			r->rules[r->n_rules++] = &ses_custom_rule(c, i)->row;
	if (r->n_rules > SES_REDACT_MAX_RULES)
		return ses_fail(err, SESHAT_ELIMIT,
		    "%zu rules, %d are the most", r->n_rules,
		    SES_REDACT_MAX_RULES);
	return 0;
}

int
ses_redact_open(struct ses_redact **out, const struct ses_custom *custom,
    struct seshat_err *err)
{
	struct ses_redact *r = ses_calloc(1, sizeof(*r));

	if (r == NULL)
		return ses_fail_nomem(err);
	r->marks = &ses_marks_built;
	if (ses_slots_make(&r->slots, err) < 0 ||
	    join_rules(r, custom, err) < 0 ||
	    (custom != NULL && ses_custom_run_open(r, custom, err) < 0))
		goto fail;
	if (r->slots.n != r->marks->n_slots) {
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the table of what secrets begin with is of other rules, "
		    "so nothing is stored; build seshat anew");
		goto fail;
	}
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
	ses_custom_run_free(r->custom);
	free(r->rules);
	ses_slots_free(&r->slots);
	free(r->dead);
	ses_spans_free(&r->spans);
	ses_spans_free(&r->coded);
	ses_spans_free(&r->broken);
	free(r->strings);
	ses_decoded_free(&r->decoded);
	free(r);
}

void
ses_redact_remember(struct ses_redact *r, struct ses_known *known)
{
	r->known = known;
}

void
ses_redact_torn(struct ses_redact *r, int torn)
{
	r->torn = torn;
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

	ses_buf_str(out, s->quoted ? "\"" : "");
	ses_buf_str(out, begin_mark);
	ses_buf_str(out, r->rules[s->rule]->id);
	ses_buf_str(out, s->quoted ? "]\"" : "]");
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
	int rc;

	r->inside = 1;
	rc = ses_scan(r, window, len, err);
	r->inside = 0;
	if (rc < 0)
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

/* How the bytes of a span begin. */
static void
put_head(const char *text, const struct ses_span *s, char *out)
{
	size_t len = s->to - s->from;
	size_t most = s->told ? 1 : SES_REDACT_HEAD;
	size_t n = len / 4 < most ? len / 4 : most;
	size_t i;

	for (i = 0; i < n; i++) {
		out[i] = text[s->from + i];
		if (out[i] <= ' ' || (unsigned char)out[i] >= 0x7f)
			out[i] = '.';
	}
	out[n] = '\0';
}

void
ses_redact_each(const struct ses_redact *r, const char *text, size_t from,
    size_t to, void (*each)(void *arg, const struct ses_redact_hit *hit),
    void *arg)
{
	const struct ses_span *s;
	struct ses_redact_hit hit;
	size_t i;

	for (i = 0; i < r->spans.n; i++) {
		s = &r->spans.v[i];
		if (s->from < from || s->from >= to)
			continue;
		hit = (struct ses_redact_hit){.rule = s->rule,
		    .from = s->from,
		    .to = s->to,
		    .more = s->more};
		put_head(text, s, hit.head);
		each(arg, &hit);
	}
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
