/* The files that stood beside a transcript, under audit. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/auditing.h"
#include "mirror/known.h"
#include "vault/companion.h"
#include "vault/read.h"

#define TRIES 3          /* of one that a mirror puts meanwhile */
#define KEPT  (1U << 20) /* the memory of more is given back */

/* An audit of them. */
struct besides {
	struct ses_auditing *a;
	struct ses_buf paths; /* each followed by NUL */
	struct ses_part_head *head;
	int may;         /* they may be rewritten */
	const char *why; /* else why not, or NULL */
	char tag[SES_STORE_TAG];
};

static int
add_path(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct besides *b = arg;

	ses_buf_add(&b->paths, c->path, strlen(c->path) + 1);
	return ses_buf_check(&b->paths, err);
}

/* Whoever may write a stream of the session may scrub all of them, or anybody
 * where there is none. */
static void
choose(struct besides *b, size_t n)
{
	const struct ses_auditing *a = b->a;
	size_t i;

	b->may = n == 0 && a->how->fix;
	b->why = a->how->not_fix;
	for (i = 0; i < n; i++) {
		b->may |= a->v[i].may;
		if (b->why == NULL && a->v[i].why[0] != '\0')
			b->why = a->v[i].why;
	}
	b->may &= a->how->not_fix == NULL;
}

/* Pack the scrubbed text, and look whether it is that. */
static int
pack(struct besides *b, struct seshat_err *err)
{
	struct ses_auditing *a = b->a;
	struct ses_part_head *now = ses_calloc(1, sizeof(*now));
	struct ses_sink none = ses_sink_none();
	struct ses_entry e = {0};
	int rc = now == NULL ? ses_fail_nomem(err) : 0;

	b->head->size = a->clean.len;
	b->head->rules = SES_REDACT_VERSION;
	ses_sha256_of(a->clean.data, a->clean.len, b->head->h);
	if (rc == 0)
		rc = ses_audit_add_counts(a, b->head, err);
	if (rc == 0)
		rc = ses_flush_pack(
		    &a->k->f, b->head, a->clean.data, a->clean.len, &e, err);
	if (rc == 0)
		rc = ses_part_open(&a->m->packed, &e, &none, now, err);
	free(now);
	return rc;
}

/* Something is in it: 1, it is scrubbed now; 0, it stays; 2, a mirror has put
 * another in its place; -1. */
static int
rewrite(struct besides *b, const char *path, struct seshat_err *err)
{
	struct ses_auditing *a = b->a;

	if (!b->may)
		return 0;
	if (b->head->w[0] == '\0') {
		ses_audit_problem(a, a->part,
		    "not fixed: another program packed it; delete it, and "
		    "mirror the session again");
		return 0;
	}
	/* nothing that a mark would hide */
	if (a->clean.len == a->to &&
	    memcmp(a->clean.data, a->text.data, a->to) == 0)
		return 0;
	/* killed behind this, nothing may be left that tells what else is to
	 * be scrubbed */
	if (ses_known_keep(&a->k->f, err) < 0 || pack(b, err) < 0)
		return -1;
	if (ses_companion_put(a->m->store, &a->k->f.where, path,
		&(struct ses_put){.data = a->m->packed.data,
		    .len = a->m->packed.len,
		    .tag = b->tag[0] != '\0' ? b->tag : NULL},
		err) < 0)
		return err->code == SESHAT_ECONFLICT ? 2 : -1;
	a->r->rewritten++;
	return 1;
}

/* Read it into a->text: 1; 0, it cannot be; -1. */
static int
load(struct besides *b, const char *path, struct seshat_err *err)
{
	struct ses_auditing *a = b->a;
	struct ses_sink sink = ses_sink_buf(&a->text);

	ses_buf_clear(&a->text);
	if (ses_companion_get(
		a->m->store, &a->k->f.where, path, b->head, &sink, err) == 0) {
		memcpy(b->tag, ses_store_tag(a->m->store), sizeof(b->tag) - 1);
		a->from = 0;
		a->to = a->text.len;
		a->line = 1;
		return 1;
	}
	if (err->code == SESHAT_ENOTFOUND)
		return 0;
	if (!ses_flush_is_damage(err))
		return -1;
	a->r->unread++;
	ses_audit_problem(a, a->part, err->msg);
	return 0;
}

static int
audit_one(struct besides *b, const char *path, struct seshat_err *err)
{
	struct ses_auditing *a = b->a;
	const struct ses_audit_result was = *a->r;
	int tries = 0;
	int rc;

	do {
		*a->r = was;
		a->mute = a->told;
		a->told = 0;
		a->hits = 0;
		rc = load(b, path, err);
		if (rc <= 0)
			return rc;
		a->r->objects++;
		a->r->raw |= b->head->w[0] != '\0' && b->head->rules == 0;
		rc = ses_audit_text(a, 0, err);
		if (rc > 0)
			rc = rewrite(b, path, err);
		else if (rc == 0)
			return 0;
	} while (rc == 2 && ++tries < TRIES);
	if (rc < 0)
		return -1;
	if (rc != 1)
		a->r->left += a->hits;
	if (rc == 2)
		ses_audit_problem(a, a->part,
		    "not fixed: it is written all the time; again later");
	if (rc == 0 && !b->may && b->why != NULL)
		ses_audit_problem(a, a->part, b->why);
	return 0;
}

static int
audit_all(struct besides *b, struct seshat_err *err)
{
	struct ses_auditing *a = b->a;
	struct ses_buf part = {0};
	const char *path = b->paths.data;
	int rc = 0;

	while (rc == 0 && path != NULL && path < b->paths.data + b->paths.len) {
		ses_buf_clear(&part);
		ses_buf_fmt(&part, "beside/%s", path);
		a->part = ses_buf_cstr(&part);
		a->told = 0;
		rc = ses_buf_check(&part, err);
		if (rc == 0)
			rc = audit_one(b, path, err);
		if (a->text.cap > KEPT)
			ses_buf_free(&a->text);
		path += strlen(path) + 1;
	}
	a->mute = 0;
	ses_buf_free(&part);
	return rc;
}

int
ses_audit_beside(struct ses_auditing *a, size_t n, struct seshat_err *err)
{
	struct besides b = {.a = a, .head = ses_calloc(1, sizeof(*b.head))};
	int rc = b.head == NULL ? ses_fail_nomem(err) : 0;

	a->stream = NULL;
	choose(&b, n);
	if (rc == 0)
		rc = ses_companions(
		    a->m->store, &a->k->f.where, add_path, &b, err);
	if (rc == 0)
		rc = audit_all(&b, err);
	ses_buf_free(&b.paths);
	free(b.head);
	return rc;
}
