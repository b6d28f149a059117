/* Scanning a text for an audit. */
#include <string.h>

#include "mirror/auditing.h"

void
ses_audit_problem(
    const struct ses_auditing *a, const char *part, const char *what)
{
	a->how->problem(a->how->arg, a->stream, part, what);
}

static void
count_lines(struct ses_auditing *a, size_t to)
{
	const char *p = a->text.data + a->seen;
	const char *end = a->text.data + to;

	if (a->line == 0 || to < a->seen)
		return;
	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		a->line++;
		p++;
	}
	a->seen = to;
}

static void
tell(void *arg, const struct ses_redact_hit *hit)
{
	struct ses_auditing *a = arg;
	struct ses_audit_hit h = {.stream = a->stream,
	    .part = a->part,
	    .field = a->field,
	    .rule = ses_redact_rule_id(a->redact, hit->rule),
	    .head = hit->head,
	    .len = hit->to - hit->from};

	if (hit->more)
		return;
	count_lines(a, hit->from);
	h.line = a->line;
	a->hits++;
	if (++a->told > a->mute)
		a->how->hit(a->how->arg, &h);
}

/* One that began before the text at hand was counted there. */
static void
uncount(void *arg, const struct ses_redact_hit *hit)
{
	struct ses_auditing *a = arg;

	if (!hit->more && hit->to > a->from && a->counts.n[hit->rule] > 0)
		a->counts.n[hit->rule]--;
}

/* What stands around it tells where it may be cut: so it may take a second
 * look, at the same window, for what is behind. */
static int
scan_piece(struct ses_auditing *a, struct seshat_err *err)
{
	size_t at = a->from;
	size_t cut;
	int found = 0;
	int rc;

	while (at < a->to) {
		rc = ses_redact_piece(a->redact, a->text.data, a->text.len, at,
		    a->to, &a->clean, &cut, &a->counts, err);
		if (rc < 0)
			return -1;
		found |= rc;
		ses_redact_each(a->redact, a->text.data, at, cut, tell, a);
		at = cut;
	}
	ses_redact_each(a->redact, a->text.data, 0, a->from, uncount, a);
	return found;
}

static int
scan(struct ses_auditing *a, int piece, struct seshat_err *err)
{
	int rc;

	if (a->from == a->to)
		return 0;
	if (piece)
		return scan_piece(a, err);
	rc = ses_redact_lines(
	    a->redact, a->text.data, a->to, &a->clean, &a->counts, err);
	if (rc > 0)
		ses_redact_each(a->redact, a->text.data, 0, a->to, tell, a);
	return rc;
}

int
ses_audit_text(struct ses_auditing *a, int piece, struct seshat_err *err)
{
	size_t i;
	int rc;

	ses_buf_clear(&a->clean);
	memset(&a->counts, 0, sizeof(a->counts));
	a->hits = 0;
	a->seen = a->from;
	rc = scan(a, piece, err);
	if (rc < 0)
		return -1;
	count_lines(a, a->to);
	a->r->bytes += a->to - a->from;
	if (rc == 0)
		return 0;
	for (i = 0; i < ses_redact_rules(a->redact); i++)
		a->r->found.n[i] += a->counts.n[i];
	a->r->hits += a->hits;
	return 1;
}
