/* Looking for what a user's rules find, line by line. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "redact/custom_run.h"
#include "redact/view.h"

/* A longer line is seen in pieces, which overlap by the longest match. */
#define PIECE   ((size_t)1 << 16)
#define OVERLAP ((size_t)SES_REDACT_OVERLAP)

/* With more matches of a rule in one text, all that follows is one. */
#define MATCHES_MAX 4096

/* The redactor's number of a rule: after what comes before it, or that of
 * another one with the same id. */
static uint32_t
index_of(const struct ses_redact *r, const struct ses_custom *c, size_t i)
{
	const char *id = ses_custom_rule(c, i)->row.id;
	uint32_t k;

	for (k = 0; k < r->n_rules; k++)
		if (strcmp(r->rules[k]->id, id) == 0)
			break;
	return k;
}

int
ses_custom_run_open(
    struct ses_redact *r, const struct ses_custom *c, struct seshat_err *err)
{
	struct ses_custom_run *run = ses_calloc(1, sizeof(*run));
	size_t n = ses_custom_rules(c);
	size_t i;

	r->custom = run;
	if (run == NULL)
		return ses_fail_nomem(err);
	run->c = c;
	run->index = ses_calloc(n + 1, sizeof(*run->index));
	run->last = ses_calloc(n + 1, sizeof(*run->last));
	run->lacks = ses_calloc(n + 1, 1);
	if (run->index == NULL || run->last == NULL || run->lacks == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < n; i++)
		run->index[i] = index_of(r, c, i);
	if (c->db != NULL &&
	    hs_alloc_scratch(c->db, &run->scratch) != HS_SUCCESS)
		return ses_fail_nomem(err);
	return ses_pcre_open(&run->pcre, ses_custom_patterns(c), err);
}

void
ses_custom_run_free(struct ses_custom_run *run)
{
	if (run == NULL)
		return;
	(void)hs_free_scratch(run->scratch);
	ses_pcre_free(run->pcre);
	free(run->index);
	free(run->last);
	free(run->lacks);
	ses_spans_free(&run->places);
	ses_decoded_free(&run->decoded);
	ses_decoded_free(&run->value);
	ses_spans_free(&run->found);
	free(run);
}

/* A match of the rule ends at to.  Hyperscan tells of all ends, and places that
 * touch are one: so no match begins before its place. */
static int
note_place(struct ses_custom_run *run, size_t rule, size_t to)
{
	size_t width = ses_custom_rule(run->c, rule)->width;
	struct ses_span s = {.rule = (uint32_t)rule, .to = to};
	struct ses_span *last;

	if (width == 0)
		s.to = run->len;
	else if (to > width)
		s.from = to - width;
	if (run->last[rule] > 0) {
		last = &run->places.v[run->last[rule] - 1];
		if (s.from <= last->to) {
			last->to = s.to > last->to ? s.to : last->to;
			return 0;
		}
	}
	if (ses_spans_add(&run->places, s) < 0) {
		run->nomem = 1;
		return 1;
	}
	run->last[rule] = run->places.n;
	return 0;
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to,
    unsigned flags, void *arg)
{
	(void)from;
	(void)flags;
	return note_place(arg, id, (size_t)to);
}

/* Bytes of the text that a view is of, so that no escape is cut. */
static int
add(struct ses_redact *r, const struct ses_custom_view *v,
    const struct ses_custom_match *m, size_t rule)
{
	struct ses_custom_run *run = r->custom;
	const char *end = v->line + v->line_len;
	struct ses_span s = {.rule = run->index[rule],
	    .told = m->secret != m->from || m->secret_end != m->to ||
		    ses_custom_rule(run->c, rule)->keywords.n > 0};
	size_t from = m->secret;
	const char *p;
	int c;

	s.from = v->base + m->secret;
	s.to = v->base + m->secret_end;
	if (v->decoded != NULL)
		(void)ses_decoded_next(
		    v->decoded, &from, m->secret_end, &s.from, &s.to);
	s.from =
	    (size_t)(ses_view_align(v->line, v->line + s.from, end) - v->line);
	p = ses_view_align(v->line, v->line + s.to, end);
	if (p < v->line + s.to)
		p += ses_view_next(p, end, &c);
	while (p < end && ((unsigned char)*p & 0xc0) == 0x80)
		p++;
	s.to = (size_t)(p - v->line);
	return s.to > s.from ? ses_spans_add(&run->found, s) : 0;
}

/* The group that is the secret: the one that is named, else the first that
 * matched, else everything. */
static void
choose(const struct ses_pcre_match *found, uint32_t group,
    struct ses_custom_match *m)
{
	size_t k = group;

	m->from = m->secret = found->at[0][0];
	m->to = m->secret_end = found->at[0][1];
	if (group == 0)
		for (k = 1;
		     k < found->n && (found->at[k][0] == SES_PCRE_NONE ||
					 found->at[k][0] == found->at[k][1]);
		     k++)
			continue;
	if (k > 0 && k < found->n && found->at[k][0] != SES_PCRE_NONE) {
		m->secret = found->at[k][0];
		m->secret_end = found->at[k][1];
	}
}

/* Where the name begins that ses_dialect_drop_lead does not ask for. */
static size_t
name_start(const struct ses_custom_view *v, size_t first, size_t from)
{
	size_t n = 0;

	while (n < SES_DIALECT_BACK && from - n > first &&
	       (ses_view_alnum(v->text[from - n - 1]) ||
		   memchr("_.-", v->text[from - n - 1], 3) != NULL))
		n++;
	return from - n;
}

static int
try_rule(struct ses_redact *r, const struct ses_custom_view *v,
    const struct ses_span *place, struct seshat_err *err)
{
	size_t rule = place->rule;
	struct ses_custom_run *run = r->custom;
	const struct ses_custom_rule *what = ses_custom_rule(run->c, rule);
	const struct ses_custom_pattern *pattern =
	    ses_custom_pattern(run->c, what->pattern);
	struct ses_pcre_text t = {.data = v->text,
	    .len = v->len,
	    .from = place->from,
	    .last = place->to};
	struct ses_pcre_match found;
	struct ses_custom_match m;
	size_t before = 0; /* the last match ends there */
	size_t n = 0;
	int rc;

	while (t.from < t.last) {
		rc = ses_pcre_find(
		    run->pcre, what->pattern, pattern->text, &t, &found, err);
		if (rc < 0)
			return -1;
		if (rc == SES_PCRE_NO)
			return 0;
		if (rc == SES_PCRE_GAVE_UP || ++n > MATCHES_MAX) {
			/* nobody knows: nothing of it is stored */
			m = (struct ses_custom_match){.from = t.from,
			    .to = t.last,
			    .secret = t.from,
			    .secret_end = t.last};
			return add(r, v, &m, rule) < 0 ? ses_fail_nomem(err)
						       : 0;
		}
		choose(&found, what->group, &m);
		if (pattern->lead)
			m.from = name_start(v, before, m.from);
		rc = ses_custom_judge(run, rule, v, &m, err);
		if (rc > 0 && add(r, v, &m, rule) < 0)
			rc = ses_fail_nomem(err);
		if (rc < 0)
			return -1;
		before = m.to;
		t.from = m.to > t.from ? m.to : t.from + 1;
	}
	return 0;
}

/* Asked once of a rule and a text. */
static int
lacks_keyword(
    struct ses_custom_run *run, size_t rule, const struct ses_custom_view *v)
{
	enum { UNKNOWN, HAS, LACKS };

	if (run->lacks[rule] == UNKNOWN)
		run->lacks[rule] = ses_custom_has_keyword(
				       run->c, ses_custom_rule(run->c, rule), v)
				       ? HAS
				       : LACKS;
	return run->lacks[rule] == LACKS;
}

static int
scan_view(struct ses_redact *r, const struct ses_custom_view *v,
    struct seshat_err *err)
{
	struct ses_custom_run *run = r->custom;
	hs_error_t code = HS_SUCCESS;
	size_t i;
	int rc = 0;

	run->nomem = 0;
	run->places.n = 0;
	run->len = v->len;
	if (run->c->db != NULL)
		code = hs_scan(run->c->db, v->text, (unsigned)v->len, 0,
		    run->scratch, on_match, run);
	for (i = 0; i < ses_custom_rules(run->c); i++)
		if (ses_custom_rule(run->c, i)->how == SES_HOW_EVERY)
			(void)note_place(run, i, v->len);
	for (i = 0; i < run->places.n; i++) {
		run->last[run->places.v[i].rule] = 0;
		run->lacks[run->places.v[i].rule] = 0;
	}
	if (run->nomem)
		return ses_fail_nomem(err);
	if (code != HS_SUCCESS)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "redact: Hyperscan error %d, so nothing is stored", code);
	for (i = 0; i < run->places.n && rc == 0; i++)
		if (!lacks_keyword(run, run->places.v[i].rule, v))
			rc = try_rule(r, v, &run->places.v[i], err);
	return rc;
}

/* A piece of a line, as it stands, and as one reads it. */
static int
scan_piece(struct ses_redact *r, const char *line, size_t len, size_t from,
    size_t to, struct seshat_err *err)
{
	struct ses_decoded *d = &r->custom->decoded;
	struct ses_custom_view v = {.text = line + from,
	    .len = to - from,
	    .base = from,
	    .line = line,
	    .line_len = len};

	if (scan_view(r, &v, err) < 0)
		return -1;
	if (memchr(v.text, '\\', v.len) == NULL &&
	    memchr(v.text, '%', v.len) == NULL &&
	    memchr(v.text, '\x1b', v.len) == NULL)
		return 0;
	ses_decoded_clear(d);
	ses_decode(d, line, from, to, SES_COLOURS_DROP);
	if (ses_buf_check(&d->text, err) < 0 ||
	    ses_buf_check(&d->jumps, err) < 0)
		return -1;
	if (d->text.len == v.len || d->text.len == 0)
		return 0;
	v.text = d->text.data;
	v.len = d->text.len;
	v.decoded = d;
	return scan_view(r, &v, err);
}

static int
scan_line(
    struct ses_redact *r, const char *line, size_t len, struct seshat_err *err)
{
	const char *end = line + len;
	size_t from = 0;
	size_t to;

	for (;;) {
		to = len - from > PIECE ? from + PIECE : len;
		to = (size_t)(ses_view_align(line, line + to, end) - line);
		if (scan_piece(r, line, len, from, to, err) < 0)
			return -1;
		if (to == len || to - from <= OVERLAP)
			return 0;
		from = (size_t)(ses_view_align(
				    line, end - (len - to) - OVERLAP, end) -
				line);
	}
}

int
ses_custom_scan(
    struct ses_redact *r, const char *text, size_t len, struct seshat_err *err)
{
	struct ses_custom_run *run = r->custom;
	size_t first = r->spans.n;
	size_t from;
	size_t to;
	size_t i;
	const char *nl;
	int told = 0;

	if (run == NULL || ses_custom_rules(run->c) == 0)
		return 0;
	for (from = 0; from < len; from = to + 1) {
		nl = memchr(text + from, '\n', len - from);
		to = nl != NULL ? (size_t)(nl - text) : len;
		run->found.n = 0;
		if (to > from && scan_line(r, text + from, to - from, err) < 0)
			return -1;
		if (run->found.n == 0)
			continue;
		for (i = 0; i < run->found.n; i++) {
			run->found.v[i].from += from;
			run->found.v[i].to += from;
		}
		if (ses_custom_cut(&run->found, text,
			&(struct ses_range){
			    (uint32_t)from, (uint32_t)(to - from)},
			r->inside, &r->spans) < 0)
			return ses_fail_nomem(err);
	}
	for (i = first; i < r->spans.n; i++)
		told |= r->spans.v[i].told;
	return r->known == NULL || !told ? 0
					 : ses_recall(r, first, text, len, err);
}
