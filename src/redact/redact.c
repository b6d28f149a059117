#include <hs/hs_runtime.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "redact/database.h"
#include "redact/redact.h"
#include "redact/rules.h"
#include "redact/view.h"

/* As much of a token as a proof is shown. */
#define PROOF_MAX 2048

/* Bytes to replace, as offsets into the text that was scanned. */
struct span {
	size_t from;
	size_t to;
	size_t rule;
};

/* What one expression of the database stands for. */
struct slot {
	size_t rule;
	struct ses_shape shape; /* {0}: the rule has a function instead */
	size_t dead;            /* no hit up to here is one, in this scan */
};

struct ses_redact {
	hs_database_t *db;
	hs_scratch_t *scratch;
	struct slot *slots;
	size_t n_slots;
	struct span *spans; /* of the text scanned last, in order */
	size_t n_spans;
	size_t max_spans;
	const char *text; /* valid during a scan */
	const char *text_end;
	int nomem;
};

static const char begin_mark[] = "[REDACTED:";

size_t
ses_redact_rules(void)
{
	size_t n = 0;

	while (ses_rules[n].id != NULL)
		n++;
	return n;
}

const char *
ses_redact_rule_id(size_t i)
{
	return ses_rules[i].id;
}

const char *
ses_redact_rule_what(size_t i)
{
	return ses_rules[i].what;
}

/* The parsed shapes, numbered as build_db.c numbers its expressions. */
static int
make_slots(struct ses_redact *r, struct seshat_err *err)
{
	const char *const *shape;
	size_t n = 0;
	size_t i;

	for (i = 0; ses_rules[i].id != NULL; i++)
		n += SES_RULE_SHAPES + 1;
	r->slots = ses_calloc(n, sizeof(*r->slots));
	if (r->slots == NULL)
		return ses_fail_nomem(err);
	for (i = 0; ses_rules[i].id != NULL; i++) {
		if (ses_rules[i].detect != NULL)
			r->slots[r->n_slots++].rule = i;
		for (shape = ses_rules[i].shapes; *shape != NULL; shape++) {
			r->slots[r->n_slots].rule = i;
			if (ses_shape_parse(
				*shape, &r->slots[r->n_slots].shape, err) < 0)
				return -1;
			r->n_slots++;
		}
	}
	return 0;
}

/* The best database that runs here. */
static int
load(struct ses_redact *r, struct seshat_err *err)
{
	const struct ses_redact_db *d;
	hs_error_t rc = HS_ARCH_ERROR;

#if defined(__x86_64__)
	/* The runtime's own demand; without it the library must not be
	 * called. */
	if (!__builtin_cpu_supports("ssse3"))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "redaction needs a processor with SSSE3, so nothing is "
		    "stored; --no-redact stores without redaction");
#endif
	for (d = ses_redact_dbs; d->name != NULL; d++) {
		rc = hs_deserialize_database(
		    (const char *)d->data, d->len, &r->db);
		if (rc == HS_NOMEM)
			return ses_fail_nomem(err);
		if (rc == HS_SUCCESS)
			break;
	}
	if (rc != HS_SUCCESS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "no redaction database runs on this processor (Hyperscan "
		    "error %d), so nothing is stored; build seshat on this "
		    "machine, or use --no-redact",
		    rc);
	if (hs_alloc_scratch(r->db, &r->scratch) != HS_SUCCESS)
		return ses_fail_nomem(err);
	return 0;
}

int
ses_redact_open(struct ses_redact **out, struct seshat_err *err)
{
	struct ses_redact *r = ses_calloc(1, sizeof(*r));

	if (r == NULL)
		return ses_fail_nomem(err);
	if (load(r, err) < 0 || make_slots(r, err) < 0) {
		ses_redact_free(r);
		return -1;
	}
	*out = r;
	return 0;
}

void
ses_redact_free(struct ses_redact *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->n_slots; i++)
		ses_shape_free(&r->slots[i].shape);
	free(r->slots);
	free(r->spans);
	(void)hs_free_scratch(r->scratch);
	(void)hs_free_database(r->db);
	free(r);
}

/* Whether the rule's proof holds for the token as one reads it. */
static int
proved(const struct ses_rule *rule, const struct ses_shape_hit *hit)
{
	char token[PROOF_MAX];
	const char *p = hit->from;
	size_t body = 0;
	size_t n = 0;
	int c;

	if (rule->prove == NULL)
		return 1;
	while (p < hit->to && n < sizeof(token)) {
		p += ses_view_next(p, hit->to, &c);
		token[n++] = (char)c;
		if (p <= hit->body)
			body = n;
	}
	return rule->prove(token, n, body);
}

static int
add_span(struct ses_redact *r, const struct ses_shape_hit *hit, size_t rule)
{
	struct span *more;
	size_t max = r->max_spans > 0 ? r->max_spans * 2 : 64;

	if (r->spans == NULL || r->n_spans == r->max_spans) {
		more = ses_realloc(r->spans, max * sizeof(*more));
		if (more == NULL)
			return -1;
		r->spans = more;
		r->max_spans = max;
	}
	r->spans[r->n_spans++] = (struct span){
	    .from = (size_t)(hit->from - r->text),
	    .to = (size_t)(hit->to - r->text),
	    .rule = rule,
	};
	return 0;
}

/* Hyperscan's callback: something that may be a secret, up to to. */
static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *arg)
{
	struct ses_redact *r = arg;
	struct slot *slot = &r->slots[id];
	const struct ses_rule *rule = &ses_rules[slot->rule];
	const struct span *last =
	    r->n_spans > 0 ? &r->spans[r->n_spans - 1] : NULL;
	const char *at = r->text + to;
	struct ses_shape_hit hit = {0};
	int found;

	(void)from;
	(void)flags;
	if (to <= slot->dead)
		return 0;
	if (last != NULL && last->rule == slot->rule && to > last->from &&
	    to <= last->to)
		return 0;
	found = rule->find != NULL ? rule->find(r->text, at, r->text_end, &hit)
				   : ses_shape_find(&slot->shape, r->text, at,
					 r->text_end, &hit);
	if (found == 0 && hit.dead != NULL)
		slot->dead = (size_t)(hit.dead - r->text);
	if (found == 0 || !proved(rule, &hit))
		return 0;
	if (rule->find == NULL)
		ses_shape_extend(&slot->shape, r->text_end, &hit);
	r->nomem = add_span(r, &hit, slot->rule) < 0;
	return r->nomem;
}

static int
by_place(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* Spans that overlap become one, named by the rule that comes first. */
static void
merge(struct ses_redact *r)
{
	struct span *last = r->spans;
	struct span *s;

	if (r->n_spans < 2)
		return;
	qsort(r->spans, r->n_spans, sizeof(*r->spans), by_place);
	for (s = r->spans + 1; s < r->spans + r->n_spans; s++) {
		if (s->from >= last->to) {
			*++last = *s;
			continue;
		}
		last->to = s->to > last->to ? s->to : last->to;
		last->rule = s->rule < last->rule ? s->rule : last->rule;
	}
	r->n_spans = (size_t)(last + 1 - r->spans);
}

/* Find the spans of a text. */
static int
scan(struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	hs_error_t rc = HS_SUCCESS;
	size_t i;

	for (i = 0; i < r->n_slots; i++)
		r->slots[i].dead = 0;
	r->n_spans = 0;
	r->nomem = 0;
	r->text = len > 0 ? text : "";
	r->text_end = r->text + len;
	if (len > UINT32_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "redact: %zu bytes at once, 4 GiB is the most", len);
	if (len > 0)
		rc = hs_scan(
		    r->db, text, (unsigned)len, 0, r->scratch, on_match, r);
	if (r->nomem)
		return ses_fail_nomem(err);
	if (rc != HS_SUCCESS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "redact: Hyperscan error %d, so nothing is stored", rc);
	merge(r);
	return 0;
}

/* The mark for a span, and what must stay of a key over several lines: their
 * ends, and a line that is JSON by itself, which no line of a key is. */
static void
put_mark(const struct ses_redact *r, const struct span *s, struct ses_buf *out)
{
	struct seshat_err ignored;
	struct ses_json v;
	const char *p = r->text + s->from;
	const char *end = r->text + s->to;
	const char *line;

	ses_buf_str(out, begin_mark);
	ses_buf_str(out, ses_rules[s->rule].id);
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
apply(const struct ses_redact *r, size_t from, size_t to, struct ses_buf *out,
    struct ses_redact_counts *counts)
{
	const struct span *s;
	struct span part;
	size_t i;

	for (i = 0; i < r->n_spans && r->spans[i].from < to; i++) {
		s = &r->spans[i];
		if (s->to <= from)
			continue;
		part = *s;
		part.from = s->from > from ? s->from : from;
		part.to = s->to < to ? s->to : to;
		ses_buf_add(out, r->text + from, part.from - from);
		put_mark(r, &part, out);
		counts->n[part.rule]++;
		from = part.to;
	}
	ses_buf_add(out, r->text + from, to - from);
}

int
ses_redact_lines(struct ses_redact *r, const char *data, size_t len,
    struct ses_buf *out, struct ses_redact_counts *counts,
    struct seshat_err *err)
{
	if (scan(r, data, len, err) < 0)
		return -1;
	if (r->n_spans == 0)
		return 0;
	apply(r, 0, len, out, counts);
	return ses_buf_check(out, err) < 0 ? -1 : 1;
}

/* Where to cut a piece so that nothing is cut in two. */
static size_t
find_cut(const struct ses_redact *r, size_t from, size_t to)
{
	const char *p =
	    ses_view_align(r->text + from, r->text + to, r->text_end);
	size_t cut = (size_t)(p - r->text);
	size_t i;

	for (i = 0; i < r->n_spans; i++)
		if (r->spans[i].from < cut && r->spans[i].to > cut)
			cut = r->spans[i].from;
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

	if (scan(r, window, len, err) < 0)
		return -1;
	*cut = to < len ? find_cut(r, from, to) : to;
	apply(r, from, *cut, out, counts);
	if (ses_buf_check(out, err) < 0)
		return -1;
	for (i = 0; i < r->n_spans; i++)
		if (r->spans[i].to > from && r->spans[i].from < *cut)
			return 1;
	return out->len - before == *cut - from ? 0 : 1;
}

int
ses_redact_text(struct ses_redact *r, const char *s, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_redact_counts counts = {{0}};

	if (scan(r, s, len, err) < 0)
		return -1;
	apply(r, 0, len, out, &counts);
	return ses_buf_check(out, err);
}
