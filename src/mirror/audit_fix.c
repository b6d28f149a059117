/* Replacing the objects that hold secrets. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"
#include "mirror/auditing.h"
#include "mirror/merge.h"
#include "mirror/spool.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/read.h"

#define DAY_MS INT64_C(86400000)

int
ses_audit_add_counts(const struct ses_auditing *a, struct ses_part_head *head,
    struct seshat_err *err)
{
	char counts[SES_PART_REDACTIONS];
	uint64_t sum = ses_flush_counts(a->redact, &a->counts, counts);

	if (ses_part_add_counts(head->redactions, counts, err) == 0)
		return 0;
	if (err->code != SESHAT_ELIMIT)
		return -1;
	(void)snprintf(
	    counts, sizeof(counts), "other:%llu", (unsigned long long)sum);
	return ses_part_add_counts(head->redactions, counts, err);
}

/* Nobody may find out later that something is missing: the old one goes. */
static int
prove(struct ses_auditing *a, const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_part_head *head = ses_calloc(1, sizeof(*head));
	struct ses_sink none = ses_sink_none();
	int rc = head == NULL
		     ? ses_fail_nomem(err)
		     : ses_part_open(&a->m->packed, e, &none, head, err);

	free(head);
	return rc;
}

/* The new object is in the store: the checkpoint that is to be written lists
 * it, and the old one as garbage that waits for nobody. */
static int
replace(struct ses_auditing *a, const struct ses_audited *d, size_t i,
    const struct ses_entry *e, const char *redactions, struct seshat_err *err)
{
	const struct ses_entry *old = &d->st->parts[i];
	json_t *entry = ses_entry_format(e, redactions);

	if (json_array_set_new(json_object_get(d->st->doc, "parts"), i, entry) <
	    0)
		return ses_fail_nomem(err);
	ses_garbage_add(d->st->doc, old, 0);
	ses_spool_keep(
	    &a->k->f, d->st->id, e, a->m->packed.data, a->m->packed.len);
	return ses_doc_check(err);
}

int
ses_audit_rewrite(struct ses_auditing *a, struct ses_audited *d, size_t i,
    struct ses_part_head *head, struct seshat_err *err)
{
	const struct ses_entry *old = &d->st->parts[i];
	struct ses_entry e = {.first = old->first, .last = old->last};
	char random[9];

	if (head->w[0] == '\0') {
		ses_audit_problem(a, old->name,
		    "not fixed: another program wrote it; remove the session, "
		    "and mirror or import it again");
		return 0;
	}
	/* nothing that a mark would hide */
	if (a->clean.len == a->to - a->from &&
	    memcmp(a->clean.data, a->text.data + a->from, a->clean.len) == 0)
		return 0;
	/* it may be large, and is no context of what follows */
	if (a->from == 0 && !head->inside && !head->torn)
		ses_buf_free(&a->text);
	/* of an archived one: a sum of the text with the secret */
	head->frame = 0;
	head->size = a->clean.len;
	head->rules = SES_REDACT_VERSION;
	ses_sha256_of(a->clean.data, a->clean.len, head->h);
	ses_rand_hex(random, 8);
	ses_key_merged(e.name, d->st->id, e.first, e.last, random);
	if (ses_audit_add_counts(a, head, err) < 0 ||
	    ses_flush_pack(
		&a->k->f, head, a->clean.data, a->clean.len, &e, err) < 0 ||
	    prove(a, &e, err) < 0 ||
	    ses_flush_put_merged(&a->k->f, &e,
		&(struct ses_put){
		    .data = a->m->packed.data, .len = a->m->packed.len},
		&a->k->when, err) < 0 ||
	    replace(a, d, i, &e, head->redactions, err) < 0)
		return -1;
	d->replaced++;
	a->r->rewritten++;
	return 1;
}

/* Whether a merged object that is not listed may go: one that nobody can list
 * any more.  Else a twin of ours may just be making it. */
static int
is_forsaken(struct ses_auditing *a, const struct ses_audited *d,
    const struct ses_entry *e, struct seshat_err *err)
{
	const struct ses_rework_object *o = ses_rework_object(a->k, e->name);

	if (!ses_entry_is_merged(e) ||
	    ses_garbage_when(d->st->doc, e) != SES_GARBAGE_NEVER ||
	    ses_flush_is_left_over(&a->k->f, e->name))
		return 1;
	if (ses_rework_time(a->k, err) < 0)
		return -1;
	return o != NULL && a->k->now - o->mtime > DAY_MS;
}

int
ses_audit_drop(struct ses_auditing *a, struct ses_audited *d,
    const struct ses_entry *e, const char **why, struct seshat_err *err)
{
	int rc;

	if (!d->whole || !d->is_listed) {
		*why = "not deleted: the stream is damaged, and this may be "
		       "the last copy; 'seshat verify --repair', then again";
		return 0;
	}
	rc = is_forsaken(a, d, e, err);
	if (rc == 0)
		*why = "not deleted: no checkpoint lists it, but it may just "
		       "be made; again in 24 hours";
	if (rc <= 0)
		return rc;
	ses_garbage_add(d->st->doc, e, 0);
	return 1;
}

/* What the state has of the stream is no longer so.  Saved before the
 * checkpoint is: killed in between, the hash is not known, but none is wrong,
 * and what was met is looked for in the source once more. */
static int
forget_hash(
    struct ses_auditing *a, const struct ses_audited *d, struct seshat_err *err)
{
	struct ses_state *s = &a->k->f.state;
	int known = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (strcmp(s->v[i].stream, d->st->id) != 0)
			continue;
		s->v[i].has_sha = 0;
		s->v[i].torn_sha[0] = '\0';
		s->v[i].known = -1;
		known = 1;
	}
	return known ? ses_rework_save(a->k, err) : 0;
}

/* The hash of what is there now, in the checkpoint. */
static void
set_hash(const struct ses_audited *d)
{
	char hex[SES_SHA256_HEX];

	ses_sha256_hex(&d->sha, hex);
	ses_doc_set_str(d->st->doc, "transcript_sha256_so_far",
	    !d->whole || !d->is_listed ? NULL
	    : d->torn_sha[0] != '\0'   ? d->torn_sha
				       : hex);
	if (d->whole && d->is_listed && d->raw == 0)
		(void)json_object_del(d->st->doc, "no_redact");
}

/* And in the state. */
static int
learn_hash(
    struct ses_auditing *a, const struct ses_audited *d, struct seshat_err *err)
{
	struct ses_state_source *src = ses_rework_state(a->k, d->st);

	if (src == NULL || !d->whole || !d->is_listed)
		return 0;
	src->sha = d->sha;
	src->has_sha = 1;
	memcpy(src->torn_sha, d->torn_sha, sizeof(src->torn_sha));
	src->no_redact = d->raw > 0;
	return ses_rework_save(a->k, err);
}

/* Whether the object goes: the checkpoint, as it shall be, says that it holds a
 * secret and lists another one for it.  Where something of the stream is
 * damaged, what was not replaced just now may be the last copy. */
static int
is_doomed(const struct ses_audited *d, const struct ses_rework_object *o)
{
	struct ses_entry e = {.first = o->first, .last = o->last};
	int ours = d->whole;
	size_t i;

	memcpy(e.name, o->name, sizeof(e.name));
	if (strcmp(o->stream, d->st->id) != 0 ||
	    ses_garbage_when(d->st->doc, &e) != SES_GARBAGE_NOW ||
	    ses_flush_is_listed(d->st->doc, e.name))
		return 0;
	for (i = 0; i < d->st->n && !ours; i++)
		ours = strcmp(d->st->parts[i].name, e.name) == 0;
	return ours;
}

/* All that goes, also what a killed one has replaced but not deleted. */
static int
gather_doomed(
    struct ses_auditing *a, const struct ses_audited *d, struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < a->k->n; i++)
		if (is_doomed(d, &a->k->v[i]) &&
		    ses_rework_drop(a->k, a->k->v[i].name, err) < 0)
			return -1;
	return 0;
}

int
ses_audit_commit(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	const struct ses_stream *st = d->st;

	/* first the copies: whoever is killed behind the checkpoint may leave
	 * nothing by which it is seen that there are any */
	ses_spool_prune(
	    a->m, st->id, d->may ? json_object_get(st->doc, "parts") : NULL);
	if (!d->may)
		return 0;
	if (gather_doomed(a, d, err) < 0)
		return -1;
	if (d->replaced == 0 && !d->texts && a->k->n_old == 0 &&
	    !ses_flush_has_left_over(&a->k->f, st->doc))
		return 0;
	(void)ses_rework_own(a->k, st);
	if (d->replaced > 0) {
		set_hash(d);
		if (forget_hash(a, d, err) < 0)
			return -1;
	}
	if (ses_doc_check(err) < 0 ||
	    ses_rework_commit(a->k, st, &a->r->deleted, err) < 0)
		return -1;
	return d->replaced > 0 ? learn_hash(a, d, err) : 0;
}
