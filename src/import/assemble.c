#include <stdio.h>
#include <string.h>

#include "import/version.h"

#define PLENTY 2   /* lines that two texts do not share by chance */
#define LEAST  32  /* nor bytes, unless the place is the likely one */
#define NEAR   128 /* pieces around one that may tell its place */

struct run {
	struct ses_assembly *a;
	struct ses_piece *v;
	size_t n;
	size_t untried; /* no unlisted piece before this one is left */
	int rewritten;  /* the one at hand begins as a text does, and differs */
};

static struct ses_version *
last_version(const struct run *r)
{
	return &r->a->v[r->a->n - 1];
}

/* The piece's bytes into a->part: 1, 0 when they cannot be had, -1. */
static int
fetch(struct run *r, struct ses_piece *p, struct seshat_err *err)
{
	struct ses_assembly *a = r->a;
	char what[300];

	p->tried = 1;
	if (ses_spool_cut(&a->part, 0, err) < 0)
		return -1;
	if (a->fetch(a->arg, p, &a->part, err) == 0)
		return 1;
	if (err->code != SESHAT_ENOTFOUND && err->code != SESHAT_ECORRUPT &&
	    err->code != SESHAT_EFORMAT && err->code != SESHAT_ELIMIT)
		return -1;
	(void)snprintf(what, sizeof(what), "cannot be used: %.250s", err->msg);
	a->note(a->arg, p->name, what);
	return 0;
}

static int
new_version(struct run *r, const struct ses_version *base, uint64_t size,
    struct seshat_err *err)
{
	struct ses_assembly *a = r->a;
	struct ses_version *v;

	if (a->n == SES_VERSIONS_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %d versions of one transcript",
		    SES_VERSIONS_MAX);
	v = &a->v[a->n];
	if (ses_spool_open(&v->text, a->dir, err) < 0)
		return -1;
	a->n++;
	return base == NULL ? 0 : ses_version_copy(v, base, size, err);
}

/* Take what is new of the piece, which fits at this place of the version. */
static int
attach(struct run *r, struct ses_version *v, struct ses_piece *p, uint64_t at,
    const struct ses_overlap *o, struct seshat_err *err)
{
	const struct ses_spool *part = &r->a->part;
	uint64_t end;

	p->version = (size_t)(v - r->a->v) + 1;
	p->at = at;
	p->stop = o->stop;
	if (p->listed && p->to > v->cursor)
		v->cursor = p->to;
	if (o->contained)
		return p->listed && o->stop != 0
			   ? ses_version_mark(v, p->to, o->stop, 0, err)
			   : 0;
	if (o->keep < v->text.size && ses_version_cut(v, o->keep, err) < 0)
		return -1;
	end = v->text.size;
	if (ses_spool_copy(&v->text, part, o->rest, part->size, err) < 0)
		return -1;
	p->stop = v->text.size;
	if (!p->listed)
		return 0;
	if (p->exact && ses_version_mark(v, p->from + o->rest, end, 1, err) < 0)
		return -1;
	return ses_version_mark(v, p->to, v->text.size, 0, err);
}

static int
attach_whole(struct run *r, struct ses_version *v, struct ses_piece *p,
    struct seshat_err *err)
{
	const struct ses_overlap o = {.agrees = 1, .keep = v->text.size};

	return attach(r, v, p, v->text.size, &o, err);
}

/* A piece with no entry: try it at one place, where it must repeat at least
 * so many bytes.  1: it went there. */
static int
try_at(struct run *r, struct ses_piece *p, size_t version, uint64_t at,
    uint64_t least, struct seshat_err *err)
{
	struct ses_version *v = &r->a->v[version - 1];
	struct ses_overlap o;

	if (at >= v->text.size || r->a->part.size < least ||
	    (at > 0 && v->text.size - at < least))
		return 0;
	if (ses_overlap_find(&v->text, at, &r->a->part, &o, err) < 0)
		return -1;
	if (!o.agrees) {
		r->rewritten |= at == 0 && o.lines >= PLENTY;
		return 0;
	}
	return attach(r, v, p, at, &o, err) < 0 ? -1 : 1;
}

/* At one place, if the text goes on there as the piece begins. */
static int
try_like(struct run *r, struct ses_piece *p, size_t version, uint64_t at,
    struct seshat_err *err)
{
	int rc =
	    ses_version_begins(&r->a->v[version - 1], at, &r->a->part, err);

	return rc > 0 ? try_at(r, p, version, at, LEAST, err) : rc;
}

/* Wherever one of the pieces around it began or ended in this version. */
static int
try_around(struct run *r, size_t i, size_t version, struct seshat_err *err)
{
	struct ses_piece *p = &r->v[i];
	const struct ses_piece *o;
	size_t end = i + NEAR < r->n ? i + NEAR : r->n;
	size_t j;
	int rc = 0;

	for (j = i > NEAR ? i - NEAR : 0; j < end && rc == 0; j++) {
		o = &r->v[j];
		if (o->version != version)
			continue;
		rc = try_like(r, p, o->version, o->at, err);
		if (rc == 0)
			rc = try_like(r, p, o->version, o->stop, err);
	}
	return rc;
}

/* The nearest pieces that have a place, before and behind one. */
struct near {
	const struct ses_piece *before;
	const struct ses_piece *behind;
};

static struct near
find_near(const struct run *r, size_t i)
{
	struct near n = {0};
	size_t j;

	for (j = i; j > 0 && i - j < NEAR && n.before == NULL; j--)
		if (r->v[j - 1].version != 0)
			n.before = &r->v[j - 1];
	for (j = i + 1; j < r->n && j - i < NEAR && n.behind == NULL; j++)
		if (r->v[j].version != 0)
			n.behind = &r->v[j];
	return n;
}

static int
try_near(struct run *r, struct ses_piece *p, const struct near *n,
    uint64_t least, struct seshat_err *err)
{
	int rc = 0;

	if (n->before != NULL)
		rc =
		    try_at(r, p, n->before->version, n->before->at, least, err);
	if (rc == 0 && n->before != NULL)
		rc = try_at(
		    r, p, n->before->version, n->before->stop, least, err);
	if (rc == 0 && n->behind != NULL)
		rc =
		    try_at(r, p, n->behind->version, n->behind->at, least, err);
	return rc;
}

/* A machine goes on where a part of its own ended, which was not long ago:
 * beside its neighbours, or those about them; with little to go by, only
 * beside them. */
static int
try_neighbours(struct run *r, size_t i, struct seshat_err *err)
{
	struct ses_piece *p = &r->v[i];
	const struct near n = find_near(r, i);
	const struct ses_piece *any = n.before != NULL ? n.before : n.behind;
	int rc = try_near(r, p, &n, LEAST, err);

	if (rc == 0 && any != NULL)
		rc = try_around(r, i, any->version, err);
	return rc == 0 ? try_near(r, p, &n, 1, err) : rc;
}

/* A piece of which only the number is known; its bytes are at hand. */
static int
place_by_content(struct run *r, size_t i, struct seshat_err *err)
{
	struct ses_assembly *a = r->a;
	struct ses_piece *p = &r->v[i];
	size_t k;
	int rc = 0;

	p->listed = 0;
	r->rewritten = 0;
	if (a->part.size == 0)
		return 0;
	for (k = a->n; k > 0 && rc == 0; k--)
		rc = try_at(r, p, k, 0, LEAST, err);
	if (rc == 0)
		rc = try_neighbours(r, i, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (a->n == 0 || r->rewritten) {
		if (new_version(r, NULL, 0, err) < 0 ||
		    ses_version_mark(last_version(r), 0, 0, 0, err) < 0)
			return -1;
	}
	return attach_whole(r, last_version(r), p, err);
}

/* Those with no entry up to this number. */
static int
place_unlisted(struct run *r, uint64_t seq, struct seshat_err *err)
{
	struct ses_piece *p;
	int rc;

	for (; r->untried < r->n; r->untried++) {
		p = &r->v[r->untried];
		if (p->seq > seq)
			break;
		if (p->listed || p->tried)
			continue;
		rc = fetch(r, p, err);
		if (rc > 0)
			rc = place_by_content(r, r->untried, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The version that goes furthest; NULL: there is none yet. */
static struct ses_version *
furthest(const struct run *r)
{
	struct ses_version *v = NULL;
	size_t k;

	for (k = r->a->n; k > 0; k--)
		if (v == NULL || r->a->v[k - 1].cursor > v->cursor)
			v = &r->a->v[k - 1];
	return v;
}

/* Two halves of two lines are not one. */
static int
end_line(struct ses_version *v, struct seshat_err *err)
{
	char last = '\n';
	size_t got;

	if (v->text.size > 0 &&
	    ses_spool_read(&v->text, &last, 1, v->text.size - 1, &got, err) < 0)
		return -1;
	return last == '\n' ? 0 : ses_spool_add(&v->text, "\n", 1, err);
}

static void
note_gap(struct run *r, const struct ses_piece *p, uint64_t cursor)
{
	char what[128];

	(void)snprintf(what, sizeof(what),
	    "what the source held from %llu to %llu is in no part before it",
	    (unsigned long long)cursor, (unsigned long long)p->from);
	r->a->note(r->a->arg, p->name, what);
}

/*
 * What the source had between the end of the text and this piece is in no
 * piece that meta.json lists: those that it does not list may hold it.
 * Answers the version, and in *at where the piece goes.
 */
static struct ses_version *
bridge(struct run *r, const struct ses_piece *p, uint64_t *at,
    struct seshat_err *err)
{
	struct ses_version *v = furthest(r);
	uint64_t cursor = v == NULL ? 0 : v->cursor;
	uint64_t size = v == NULL ? 0 : v->text.size;

	if (place_unlisted(r, p->seq, err) < 0 ||
	    (r->a->n == 0 && new_version(r, NULL, 0, err) < 0))
		return NULL;
	if (v == NULL)
		v = last_version(r);
	*at = size + (p->from - cursor);
	if (p->exact && *at <= v->text.size)
		return v; /* byte for byte, as far as can be seen */
	if (p->exact || v->text.size == size)
		note_gap(r, p, cursor);
	if (v->text.size == size && end_line(v, err) < 0)
		return NULL;
	*at = v->text.size;
	return v;
}

/* A piece from beyond all there is. */
static int
place_behind(struct run *r, struct ses_piece *p, struct seshat_err *err)
{
	struct ses_assembly *a = r->a;
	struct ses_version *v;
	struct ses_overlap o;
	uint64_t at = 0;

	v = bridge(r, p, &at, err);
	if (v == NULL || ses_spool_cut(&a->part, 0, err) < 0 ||
	    a->fetch(a->arg, p, &a->part, err) < 0 ||
	    ses_overlap_find(&v->text, at, &a->part, &o, err) < 0)
		return -1;
	if (!o.agrees) {
		note_gap(r, p, v->cursor);
		at = v->text.size;
		o = (struct ses_overlap){.agrees = 1, .keep = at};
	}
	if (ses_version_mark(v, p->from, at, 0, err) < 0)
		return -1;
	return attach(r, v, p, at, &o, err);
}

/* A piece whose range is known; its bytes are at hand. */
static int
place_listed(struct run *r, size_t i, struct seshat_err *err)
{
	struct ses_assembly *a = r->a;
	struct ses_piece *p = &r->v[i];
	struct ses_version *base = NULL;
	struct ses_overlap o;
	uint64_t base_at = 0;
	uint64_t at;
	size_t k;

	for (k = a->n; k > 0; k--) {
		if (!ses_version_find(&a->v[k - 1], p->from, &at))
			continue;
		if (ses_overlap_find(&a->v[k - 1].text, at, &a->part, &o, err) <
		    0)
			return -1;
		if (o.agrees)
			return attach(r, &a->v[k - 1], p, at, &o, err);
		if (base == NULL) {
			base = &a->v[k - 1];
			base_at = at;
		}
	}
	if (base == NULL && p->from > 0) {
		if (a->n > 0 && p->from <= furthest(r)->cursor)
			return place_by_content(r, i, err);
		return place_behind(r, p, err);
	}
	if (new_version(r, base, base_at, err) < 0 ||
	    ses_version_mark(last_version(r), p->from, base_at, 0, err) < 0)
		return -1;
	return attach_whole(r, last_version(r), p, err);
}

static int
place_one(struct run *r, size_t i, struct seshat_err *err)
{
	struct ses_piece *p = &r->v[i];
	int rc = fetch(r, p, err);
	char what[96];

	if (rc <= 0)
		return rc;
	if (r->a->part.size == p->size)
		return place_listed(r, i, err);
	if (!p->gzip) {
		(void)snprintf(what, sizeof(what),
		    "holds %llu bytes, and %llu by meta.json",
		    (unsigned long long)r->a->part.size,
		    (unsigned long long)p->size);
		r->a->note(r->a->arg, p->name, what);
	}
	return place_by_content(r, i, err);
}

int
ses_assemble(struct ses_assembly *a, struct ses_piece *v, size_t n,
    struct seshat_err *err)
{
	struct run r = {.a = a, .v = v, .n = n};
	size_t i;

	if (ses_spool_open(&a->part, a->dir, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (v[i].listed && place_one(&r, i, err) < 0)
			return -1;
	return place_unlisted(&r, UINT64_MAX, err);
}

void
ses_assembly_free(struct ses_assembly *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		ses_version_free(&a->v[i]);
	ses_spool_close(&a->part);
	a->n = 0;
}
