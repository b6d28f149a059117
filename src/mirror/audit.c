/* An audit of what is stored of a session. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "mirror/known.h"
#include "mirror/auditing.h"
#include "mirror/spool.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/read.h"

#define TRIES   5 /* of a stream that changes while it is read */
#define CHANGED 2

/* The memory of a larger one is given back before its text is scanned. */
#define OBJECT_KEPT (1U << 20)

/* Larger ones are not fetched ahead of their turn. */
#define LIGHT (2U << 20)

/* Objects that follow each other. */
struct row {
	struct ses_entry *v;
	size_t n;
	size_t n_listed; /* the others are behind a hole */
	int left_over;
	int gone_is_damage; /* and not a sign that the stream changed */
};

static int
read_text(struct ses_auditing *a, const struct ses_entry *e,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	return ses_part_get(
	    a->m->store, &a->k->f.where, e, &a->object, sink, head, err);
}

/* Takes the first bytes. */
struct taking {
	struct ses_buf *to;
	size_t room;
};

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct taking *t = arg;
	size_t n = len < t->room ? len : t->room;

	ses_buf_add(t->to, data, n);
	t->room -= n;
	return ses_buf_check(t->to, err);
}

/* The text goes on in the next objects: as much of them as a secret may
 * reach. */
static int
add_context(struct ses_auditing *a, const struct row *row, size_t i,
    struct seshat_err *err)
{
	struct ses_part_head *head = ses_calloc(1, sizeof(*head));
	struct taking t = {&a->text, SES_REDACT_OVERLAP};
	struct ses_sink sink = {take, &t};
	size_t before;
	int rc = 0;

	if (head == NULL)
		return ses_fail_nomem(err);
	for (i++; i < row->n && t.room > 0 && rc == 0; i++) {
		if (row->v[i].first != row->v[i - 1].last + 1)
			break;
		before = a->text.len;
		rc = read_text(a, &row->v[i], &sink, head, err);
		/* a torn line stands there again, whole */
		if (rc < 0 || head->torn) {
			t.room += a->text.len - before;
			a->text.len = before;
		}
		if (rc == 0 && !head->torn && !head->inside)
			break;
	}
	free(head);
	return rc < 0 && !ses_flush_is_damage(err) ? -1 : 0;
}

/* Where the text stops inside a line, its end stays before the next one. */
static void
keep_context(struct ses_auditing *a, const struct ses_part_head *head)
{
	size_t n = a->to < SES_REDACT_OVERLAP ? a->to : SES_REDACT_OVERLAP;

	if (head->torn)
		return; /* what is before it is before the next one, too */
	if (!head->inside)
		n = 0;
	else
		memmove(a->text.data, a->text.data + a->to - n, n);
	a->from = n;
}

static void
add_hash(struct ses_auditing *a, struct ses_audited *d, int changed, int torn)
{
	struct ses_sha256 sha = d->sha;

	if (changed)
		ses_sha256_add(&sha, a->clean.data, a->clean.len);
	else
		ses_sha256_add(&sha, a->text.data + a->from, a->to - a->from);
	d->torn_sha[0] = '\0';
	if (torn)
		ses_sha256_hex(&sha, d->torn_sha);
	else
		d->sha = sha;
}

/* Something is in the text of an object. */
static int
on_found(struct ses_auditing *a, struct ses_audited *d, const struct row *row,
    size_t i, struct ses_part_head *head, struct seshat_err *err)
{
	const char *why = NULL;
	int rc = 0;

	if (d->may && row->left_over)
		rc = ses_audit_drop(a, d, &row->v[i], &why, err);
	else if (d->may && i < row->n_listed)
		rc = ses_audit_rewrite(a, d, i, head, err);
	else if (d->may)
		why = "a part before it is missing: it cannot be replaced";
	if (rc < 0)
		return -1;
	if (rc == 0)
		d->left += a->hits;
	if (why != NULL)
		ses_audit_problem(a, row->v[i].name, why);
	return rc;
}

static int
audit_text(struct ses_auditing *a, struct ses_audited *d, const struct row *row,
    size_t i, struct ses_part_head *head, struct seshat_err *err)
{
	uint64_t line = a->line;
	int changed = 0;
	int rc = 0;

	a->r->objects++;
	if (head->inside)
		rc = add_context(a, row, i, err);
	if (rc == 0)
		rc = ses_audit_text(a, a->from > 0 || head->inside, err);
	if (rc > 0)
		changed = on_found(a, d, row, i, head, err);
	if (rc < 0 || changed < 0)
		return -1;
	if (head->torn)
		a->line = line;
	if (head->w[0] != '\0' && head->rules == 0) {
		a->r->raw = 1;
		d->raw += !changed && !row->left_over;
	}
	if (!row->left_over)
		add_hash(a, d, changed, head->torn);
	keep_context(a, head);
	if (a->how->progress != NULL)
		a->how->progress(a->how->arg, a->r->bytes);
	return 0;
}

/* The lines of what cannot be read, as the checkpoint or its header has them.
 */
static void
skip_lines(struct ses_auditing *a, const struct ses_entry *e,
    const struct ses_part_head *head)
{
	if (a->line == 0 || (e->known && e->torn))
		return;
	if (e->known)
		a->line += e->lines;
	else if (head->w[0] != '\0')
		a->line += head->torn ? 0 : head->lines;
	else
		a->line = 0;
}

static int
on_unread(struct ses_auditing *a, struct ses_audited *d, const struct row *row,
    size_t i, const struct ses_part_head *head, struct seshat_err *err)
{
	const struct ses_entry *e = &row->v[i];

	if (!ses_flush_is_damage(err))
		return -1;
	a->from = 0;
	/* it may just have been deleted */
	if (err->code == SESHAT_ENOTFOUND && row->left_over)
		return 0;
	if (err->code == SESHAT_ENOTFOUND && !row->gone_is_damage)
		return CHANGED;
	d->whole = 0;
	a->r->unread++;
	ses_audit_problem(a, e->name, err->msg);
	skip_lines(a, e, head);
	return 0;
}

static int
audit_row(struct ses_auditing *a, struct ses_audited *d, const struct row *row,
    struct seshat_err *err)
{
	struct ses_part_head *head = ses_calloc(1, sizeof(*head));
	struct ses_sink sink = ses_sink_buf(&a->text);
	size_t i;
	int rc = 0;

	if (head == NULL)
		return ses_fail_nomem(err);
	a->from = 0;
	for (i = 0; i < row->n && rc == 0; i++) {
		a->part = row->v[i].name;
		if (i > 0 && row->v[i].first != row->v[i - 1].last + 1)
			a->from = 0;
		a->text.len = a->from;
		head->w[0] = '\0';
		rc = read_text(a, &row->v[i], &sink, head, err);
		a->to = a->text.len;
		if (a->object.cap > OBJECT_KEPT)
			ses_buf_free(&a->object);
		rc = rc == 0 ? audit_text(a, d, row, i, head, err)
			     : on_unread(a, d, row, i, head, err);
	}
	free(head);
	return rc;
}

/* Whether some of its objects may be held at once. */
static int
is_light(const struct ses_stream *st)
{
	size_t i;

	for (i = 0; i < st->n; i++)
		if (st->parts[i].stored > LIGHT)
			return 0;
	return 1;
}

/* All that the stream consists of. */
static int
audit_parts(struct ses_auditing *a, struct ses_audited *d, int last_try,
    struct seshat_err *err)
{
	const struct ses_stream *st = d->st;
	const struct row row = {.v = st->parts,
	    .n = st->n + st->n_behind,
	    .n_listed = d->is_listed ? st->n : st->n_listed,
	    .gone_is_damage = last_try || a->how->fix};

	a->line = 1;
	d->whole = !st->hole && st->damage[0] == '\0';
	ses_sha256_init(&d->sha);
	if (is_light(st) &&
	    ses_stream_expect(a->m->store, &a->k->f.where, st, 0, 0, err) < 0)
		return -1;
	return audit_row(a, d, &row, err);
}

/* Without the lock parts may be merged away while they are read: look again,
 * and tell of nothing twice. */
static int
audit_moving(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	struct ses_audit_result *was = ses_calloc(1, sizeof(*was));
	struct ses_streams l = {0};
	const struct ses_stream *st = d->st;
	int rc = CHANGED;
	int i;

	if (was == NULL)
		return ses_fail_nomem(err);
	*was = *a->r;
	for (i = 0; i < TRIES && rc == CHANGED; i++) {
		*a->r = *was;
		a->mute = a->told;
		a->told = 0;
		d->left = 0;
		rc = audit_parts(a, d, i + 1 == TRIES, err);
		if (rc != CHANGED)
			break;
		ses_streams_free(&l);
		d->st = NULL;
		rc = ses_streams_load(a->m->store, &a->k->f.where, &l, err);
		if (rc == 0)
			d->st = ses_streams_named(&l, st->id);
		rc = rc < 0 ? -1 : d->st == NULL ? 0 : CHANGED;
	}
	d->st = st;
	ses_streams_free(&l);
	free(was);
	return rc;
}

static int
is_part_of(const struct ses_stream *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->n + st->n_behind; i++)
		if (strcmp(st->parts[i].name, name) == 0)
			return 1;
	return 0;
}

/* What a merge has replaced, and what was left over by one that was killed. */
static int
audit_left_over(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	struct row row = {.left_over = 1};
	const struct ses_rework_object *o;
	struct ses_entry *e;
	size_t i;
	int rc;

	row.v = ses_calloc(a->k->n + 1, sizeof(*row.v));
	if (row.v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < a->k->n; i++) {
		o = &a->k->v[i];
		if (strcmp(o->stream, d->st->id) != 0 ||
		    is_part_of(d->st, o->name))
			continue;
		e = &row.v[row.n++];
		e->first = o->first;
		e->last = o->last;
		memcpy(e->name, o->name, sizeof(e->name));
		if (ses_garbage_when(d->st->doc, e) == SES_GARBAGE_NOW &&
		    !d->may) {
			d->left++;
			ses_audit_problem(a, e->name,
			    "holds a secret that was replaced, and was to be "
			    "deleted: 'seshat audit --fix' does");
		}
	}
	a->line = 0;
	rc = audit_row(a, d, &row, err);
	free(row.v);
	return rc;
}

static int
audit_stream(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	const struct ses_stream *st = d->st;

	a->stream = st->id;
	a->told = 0;
	a->mute = 0;
	a->r->streams++;
	if (a->how->seen != NULL)
		(void)json_object_set_new(a->how->seen, st->id, json_true());
	if (json_is_true(json_object_get(st->doc, "no_redact")))
		a->r->raw = 1;
	if (audit_moving(a, d, err) < 0)
		return -1;
	if (st->damage[0] != '\0') {
		a->r->unread++;
		ses_audit_problem(a, NULL, st->damage);
	}
	a->mute = 0;
	if (audit_left_over(a, d, err) < 0)
		return -1;
	if (d->left > 0 && d->why[0] != '\0')
		ses_audit_problem(a, NULL, d->why);
	return 0;
}

/* Whether the stream may be rewritten; else why not. */
static int
choose(struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	const struct ses_stream *st = d->st;
	int rc;

	if (!a->how->fix)
		return 0;
	if (a->how->not_fix != NULL) {
		(void)snprintf(d->why, sizeof(d->why), "%s", a->how->not_fix);
		return 0;
	}
	if (st->doc == NULL) {
		(void)snprintf(d->why, sizeof(d->why),
		    "not fixed: it has no checkpoint that can be read; "
		    "mirror it, or 'seshat verify --repair', then again");
		return 0;
	}
	rc = ses_rework_may_write(a->k, st, err);
	if (rc < 0 && err->code != SESHAT_ECONFLICT)
		return -1;
	if (rc < 0)
		(void)snprintf(d->why, sizeof(d->why), "%.250s", err->msg);
	else if (rc == 0)
		(void)snprintf(d->why, sizeof(d->why),
		    "not fixed: it was written by '%.60s', not by this "
		    "machine: audit it there, or take it over (--take-over) "
		    "once it has been silent for 24 hours",
		    ses_doc_str(st->doc, "host"));
	if (rc <= 0)
		return 0;
	d->may = 1;
	rc = ses_rework_list_all(a->k, st, err);
	d->is_listed = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* What the session had: as an earlier pass met it, else as the mirror kept it
 * on this machine, else nothing, under a key that nobody knows; one that fixes
 * may have to keep it. */
static int
begin(struct ses_auditing *a, struct seshat_err *err)
{
	struct ses_flush *f = &a->k->f;

	f->known = a->known;
	a->known = NULL;
	if (f->known == NULL && !ses_flush_has_known(f) && !a->how->fix &&
	    ses_known_new(NULL, &f->known, err) < 0)
		return -1;
	if (ses_flush_redact(f, &a->redact, err) < 0)
		return -1;
	ses_redact_remember(a->redact, f->known);
	return 0;
}

/* As they were opened: what was met first is known in the others. */
static int
by_time(const void *a, const void *b)
{
	const struct ses_stream *x = ((const struct ses_audited *)a)->st;
	const struct ses_stream *y = ((const struct ses_audited *)b)->st;

	if (x->opened != y->opened)
		return x->opened < y->opened ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* All streams are scanned, and the new objects put, before a checkpoint is
 * written, and these are written backwards: so that of what a secret was
 * found by, something stands until all that it was found in is fixed. */
static int
audit_all(
    struct ses_auditing *a, const struct ses_streams *l, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		a->v[i].st = &l->v[i];
	qsort(a->v, l->n, sizeof(*a->v), by_time);
	for (i = 0; i < l->n; i++)
		if (choose(a, &a->v[i], err) < 0)
			return -1;
	for (i = 0; i < l->n; i++)
		if (audit_stream(a, &a->v[i], err) < 0)
			return -1;
	if (ses_audit_beside(a, l->n, err) < 0)
		return -1;
	for (i = 0; i < l->n; i++)
		if (ses_audit_checkpoint(a, &a->v[i], err) < 0)
			return -1;
	if (ses_audit_docs(a, err) < 0)
		return -1;
	for (i = l->n; i > 0; i--) {
		a->r->left += a->v[i - 1].left;
		a->rewrote |= a->v[i - 1].replaced > 0;
		if (a->how->fix && ses_audit_commit(a, &a->v[i - 1], err) < 0)
			return -1;
	}
	return a->how->fix && a->rewrote ? ses_audit_tell(a, err) : 0;
}

int
ses_audit_work(void *arg, struct ses_rework *k, const struct ses_streams *l,
    struct seshat_err *err)
{
	struct ses_auditing *a = arg;
	uint64_t before;
	int rc = -1;

	a->k = k;
	a->v = ses_calloc(l->n + 1, sizeof(*a->v));
	if (a->v == NULL)
		return ses_fail_nomem(err);
	if (begin(a, err) == 0) {
		before = ses_known_added(k->f.known);
		rc = audit_all(a, l, err);
		a->grew = ses_known_added(k->f.known) > before;
		if (rc == 0 && a->how->fix && (a->is_last || !a->grew))
			ses_known_drop(&k->f);
		a->known = k->f.known;
		k->f.known = NULL;
		ses_redact_remember(a->redact, NULL);
	}
	free(a->v);
	return rc;
}
