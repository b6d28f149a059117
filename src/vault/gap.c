/* Reading round what is damaged. */
#include <stdio.h>
#include <string.h>

#include "vault/doc.h"
#include "vault/gap.h"
#include "vault/reading.h"

#define TRIES 5

struct around {
	struct ses_store *s;
	const struct ses_where *w;
	const struct ses_lines_how *how;
	const struct ses_sink *out;
	char id[SES_STREAM_ID]; /* the stream; "" until the first look */
	uint64_t rev;           /* of its checkpoint, + 1 */
	int sure;           /* what is missing was not merged away just now */
	uint64_t wish;      /* lines in front of the first that is wanted */
	uint64_t line;      /* lines that were dealt with; */
	uint64_t seen;      /* of these the parts of this look held so many */
	uint64_t begin;     /* seen, when the part was begun */
	uint64_t partial;   /* bytes given of a line that is not whole */
	uint64_t again;     /* of these so many come once more */
	int cut;            /* what comes is the rest of a line that is lost */
	int lost;           /* nobody knows the numbers any more */
	struct ses_gap gap; /* that is not told yet */
	int failed;         /* the error is out's, or how->gap's */
};

void
ses_gap_add(struct ses_gap *g, const char *part, const struct seshat_err *err)
{
	size_t len = strlen(part);
	const char *why = err->msg;

	if (g->parts++ > 0)
		return;
	(void)snprintf(g->part, sizeof(g->part), "%s", part);
	/* an error names its object */
	if (strncmp(why, part, len) == 0 && why[len] == ':')
		why += len + 1 + (why[len + 1] == ' ');
	if (err->code == SESHAT_ENOTFOUND)
		(void)snprintf(g->why, sizeof(g->why), "is missing");
	else
		(void)snprintf(
		    g->why, sizeof(g->why), "is damaged (%.100s)", why);
}

void
ses_gap_what(const struct ses_gap *g, struct ses_buf *out)
{
	ses_buf_add(out, g->part, strcspn(g->part, "."));
	ses_buf_fmt(out, " %s", g->why);
	if (g->parts > 1)
		ses_buf_fmt(out, ", and %zu more part%s cannot be used",
		    g->parts - 1, g->parts > 2 ? "s" : "");
}

void
ses_gap_range(const struct ses_gap *g, struct ses_buf *out)
{
	unsigned long long first = g->first;
	unsigned long long last = g->last;

	if (g->last == SES_GAP_OPEN)
		ses_buf_fmt(out, "lines from %llu on cannot be read", first);
	else if (g->last > g->first)
		ses_buf_fmt(
		    out, "lines %llu to %llu cannot be read", first, last);
	else
		ses_buf_fmt(out, "line %llu cannot be read", first);
}

void
ses_gap_text(const struct ses_gap *g, struct ses_buf *out)
{
	ses_gap_range(g, out);
	ses_buf_str(out, ": ");
	ses_gap_what(g, out);
	if (g->last == SES_GAP_OPEN)
		ses_buf_str(out, ", and nobody knows how many lines it held");
}

int
ses_reading_is_damage(const struct seshat_err *err)
{
	return err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT ||
	       err->code == SESHAT_EFORMAT;
}

int
ses_reading_learn(struct ses_store *s, const struct ses_where *w,
    struct ses_entry *e, struct seshat_err *err)
{
	struct ses_part_head head = {0};
	uint64_t body;

	if (e->known || ses_stream_fetch(s, w, e, NULL, err) == 0)
		return 1;
	if (!ses_reading_is_damage(err))
		return -1;
	if (ses_stream_head(s, w, e->name, &head, &body, err) < 0)
		return ses_reading_is_damage(err) ? 0 : -1;
	/* each line has its newline at least */
	if (head.w[0] == '\0' || head.lines > head.size)
		return 0;
	ses_entry_of_head(e, &head, body, e->stored, 0);
	return 1;
}

int
ses_reading_pass(struct ses_reading *r, struct ses_entry *e, int last,
    uint64_t *lines, struct seshat_err *err)
{
	int rc = ses_reading_learn(r->s, r->w, e, err);

	*lines = 0;
	if (rc <= 0)
		return rc;
	/* a torn line counts at the end only */
	if (!e->torn || last)
		*lines = e->lines;
	r->at = e->torn ? e->from : e->to;
	return 1;
}

/* So many lines went by. */
static void
step(struct around *k, uint64_t lines)
{
	k->seen += lines;
	if (k->seen > k->line)
		k->line = k->seen;
}

static void
step_over(void *arg, uint64_t lines)
{
	step(arg, lines);
}

static int
tell_gap(struct around *k, int open, struct seshat_err *err)
{
	struct ses_gap gap = k->gap;

	k->gap = (struct ses_gap){0};
	if (gap.parts == 0)
		return 0;
	gap.last = open ? SES_GAP_OPEN : k->seen;
	/* it held no line of its own, or none that is wanted */
	if (gap.last < gap.first || gap.last <= k->wish ||
	    (open && k->how->tail > 0 && k->seen < k->wish))
		return 0;
	if (k->how->gap(k->how->arg, &gap, err) == 0)
		return 0;
	k->failed = 1;
	return -1;
}

/* How many lines end there, and what stands behind the last of them. */
static void
count(struct around *k, const char *p, const char *end)
{
	const char *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			break;
		k->partial = 0;
		step(k, 1);
	}
	k->partial += (uint64_t)(end - p);
}

static int
pass_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct around *k = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;
	size_t n;

	while ((k->seen < k->line || k->cut) && p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		p = nl == NULL ? end : nl + 1;
		if (nl == NULL)
			break;
		k->cut = 0;
		step(k, 1);
	}
	n = k->again < (size_t)(end - p) ? (size_t)k->again : (size_t)(end - p);
	k->again -= n;
	p += n;
	if (p == end)
		return 0;
	if (tell_gap(k, 0, err) < 0)
		return -1;
	count(k, p, end);
	k->failed = ses_sink_write(k->out, p, (size_t)(end - p), err) < 0;
	return k->failed ? -1 : 0;
}

/* The number of all lines, as far as their numbers are known. */
static int
count_all(struct around *k, struct ses_stream *st, size_t n, uint64_t *lines,
    struct seshat_err *err)
{
	struct ses_entry *e;
	size_t i;
	int rc;

	*lines = 0;
	for (i = 0; i < n; i++) {
		e = &st->parts[i];
		rc = ses_reading_learn(k->s, k->w, e, err);
		if (rc < 0)
			return -1;
		if (rc == 0 && !k->how->unnumbered)
			return 0;
		if (rc > 0 && (!e->torn || i + 1 == n))
			*lines += e->lines;
	}
	return 0;
}

/* The part to begin with, for what stands behind k->line lines; k->seen of
 * them stand in front of it.  Of a part of which nobody knows how many lines
 * it has, that is as far as one can look. */
static int
find(struct around *k, struct ses_stream *st, size_t n, size_t *first,
    struct seshat_err *err)
{
	struct ses_entry *e;
	uint64_t lines = 0;
	uint32_t next = 0;
	size_t i;
	int rc;

	*first = 0;
	k->seen = 0;
	for (i = 0; i < n && lines <= k->line; i++) {
		e = &st->parts[i];
		if (i == 0 || !st->parts[i - 1].inside) {
			*first = i;
			k->seen = lines;
		}
		if (e->first != next)
			return 0;
		next = e->last + 1;
		rc = ses_reading_learn(k->s, k->w, e, err);
		if (rc <= 0)
			return rc;
		if (!e->torn || i + 1 == n)
			lines += e->lines;
	}
	return 0;
}

/* Nobody knows how many lines are missing here: 1 to go on all the same, with
 * the part e (NULL: there is none), 0 at the end. */
static int
open_gap(struct around *k, struct ses_reading *r, struct ses_entry *e,
    struct seshat_err *err)
{
	if (tell_gap(k, 1, err) < 0)
		return -1;
	if (!k->how->unnumbered || e == NULL)
		return 0;
	k->lost = 1;
	/* of the last lines so many are left out, of others none */
	if (k->how->tail == 0)
		k->line = k->seen;
	k->cut = 0;
	k->partial = 0;
	if (ses_reading_learn(k->s, k->w, e, err) < 0)
		return -1;
	if (e->known)
		r->at = e->from;
	return 1;
}

/* The part at i cannot be read, as err tells.  1: go on behind it; 0: that is
 * the end. */
static int
pass_over(struct around *k, struct ses_reading *r, struct ses_stream *st,
    size_t n, size_t i, struct seshat_err *err)
{
	struct ses_entry *e = &st->parts[i];
	uint64_t lines;
	uint64_t some;
	int rc;

	if (k->gap.parts == 0)
		k->gap.first = k->seen + 1;
	ses_gap_add(&k->gap, e->name, err);
	rc = ses_reading_pass(r, e, i + 1 == n, &lines, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return open_gap(k, r, i + 1 < n ? e + 1 : NULL, err);
	/* of a large one some may have come */
	some = k->seen - k->begin;
	step(k, lines > some ? lines - some : 0);
	k->partial = 0;
	k->again = 0;
	k->cut = e->inside;
	return 1;
}

/* Parts are missing in front of e, of which no checkpoint tells. */
static int
pass_hole(struct around *k, struct ses_reading *r, const struct ses_stream *st,
    uint32_t seq, struct ses_entry *e, struct seshat_err *err)
{
	char name[SES_PART_NAME];

	if (k->gap.parts == 0)
		k->gap.first = k->seen + 1;
	ses_key_part(name, seq, st->id);
	err->code = SESHAT_ENOTFOUND;
	ses_gap_add(&k->gap, name, err);
	return open_gap(k, r, e, err);
}

/* The number of the part that is to be the i-th. */
static uint32_t
number_of(const struct ses_stream *st, size_t i)
{
	return i > 0 ? st->parts[i - 1].last + 1 : 0;
}

/* Whether it may just have been merged away: a look at the store tells. */
static int
may_be_merged(const struct around *k)
{
	return !k->sure && !k->lost;
}

/* What came of a part that was not read: 0, it is damaged; 1, look again. */
static int
judge(const struct around *k, const struct seshat_err *err)
{
	if (k->failed || !ses_reading_is_damage(err))
		return -1;
	return err->code == SESHAT_ENOTFOUND && may_be_merged(k);
}

/* Read from the part i on.  1: look again. */
static int
read_on(
    struct around *k, struct ses_stream *st, size_t i, struct seshat_err *err)
{
	size_t n = st->n + (k->how->unnumbered ? st->n_behind : 0);
	struct ses_sink sink = {pass_on, k};
	struct ses_reading r = ses_reading_of(k->s, k->w, st, &sink);
	struct ses_entry *e;
	uint32_t next;
	int rc = 1;

	r.cache = k->how->cache;
	r.passed = step_over;
	r.arg = k;
	if (i < n && st->parts[i].known)
		r.at = st->parts[i].from;
	if (ses_stream_expect(k->s, k->w, st, i, 0, err) < 0)
		return -1;
	for (; i < n && rc > 0; i++) {
		e = &st->parts[i];
		next = number_of(st, i);
		if (e->first != next && may_be_merged(k))
			return 1;
		if (e->first != next && pass_hole(k, &r, st, next, e, err) < 0)
			return -1;
		k->begin = k->seen;
		r.wish = !k->cut && k->line > k->seen ? k->line - k->seen : 0;
		if (ses_reading_push(&r, e, i + 1 == n, err) >= 0)
			continue;
		rc = judge(k, err);
		if (rc != 0)
			return rc;
		rc = pass_over(k, &r, st, n, i, err);
	}
	if (rc <= 0)
		return rc;
	if (st->hole && n == st->n)
		return may_be_merged(k)
			   ? 1
			   : pass_hole(k, &r, st, st->next_seq, NULL, err);
	return tell_gap(k, 0, err);
}

/* One look at the store, and what can be read then.  1: it changed, or may
 * have, under us. */
static int
look(struct around *k, int is_last, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	int is_first = k->id[0] == '\0';
	uint64_t rev;
	uint64_t all;
	size_t i = 0;
	size_t n;
	int rc = -1;

	if (ses_streams_load(k->s, k->w, &l, err) < 0)
		return -1;
	st = ses_reading_choose(&l, is_first ? k->how->stream : k->id, err);
	if (st == NULL)
		goto out;
	memcpy(k->id, st->id, SES_STREAM_ID);
	rev = st->doc == NULL ? 0 : ses_doc_u64(st->doc, "rev") + 1;
	k->sure = is_last || (!is_first && rev == k->rev);
	k->rev = rev;
	n = st->n + (k->how->unnumbered ? st->n_behind : 0);
	if (is_first && k->how->tail > 0) {
		if (count_all(k, st, n, &all, err) < 0)
			goto out;
		k->wish = all > k->how->tail ? all - k->how->tail : 0;
		k->line = k->wish;
	}
	if (find(k, st, n, &i, err) < 0)
		goto out;
	k->again = k->partial;
	k->partial = 0;
	rc = read_on(k, st, i, err);
out:
	ses_streams_free(&l);
	return rc;
}

int
ses_session_lines(struct ses_store *s, const struct ses_where *w,
    const struct ses_lines_how *how, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct around k = {.s = s, .w = w, .how = how, .out = sink};
	uint64_t line;
	int rc = 1;
	int tries;

	k.wish = how->from > 0 ? how->from - 1 : 0;
	k.line = k.wish;
	/* whoever reads slowly may see many merges */
	for (tries = 0; tries < TRIES && rc == 1; tries++) {
		line = k.line;
		rc = look(&k, tries + 1 == TRIES, err);
		if (k.line > line && !k.sure)
			tries = 0;
	}
	return rc < 0 ? -1 : 0;
}
