/* A stream of another vault, and the one of the same name that is here. */
#include <string.h>

#include "base/hash.h"
#include "import/against.h"
#include "vault/doc.h"
#include "vault/read.h"

struct against {
	struct ses_importing *s;
	const struct ses_stream *there;
	const struct ses_stream *here;
};

/* Hashes the first bytes that pass. */
struct prefix {
	struct ses_sha256 sha;
	uint64_t left;
};

static int
on_prefix(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct prefix *p = arg;
	size_t n = len < p->left ? len : (size_t)p->left;

	(void)err;
	ses_sha256_add(&p->sha, data, n);
	p->left -= n;
	return 0;
}

int
ses_import_is_own(const struct ses_importing *s, const json_t *doc)
{
	return doc != NULL &&
	       strcmp(ses_doc_str(doc, "owner"), s->im->m.owner.id) == 0;
}

/* Whether an import may put something behind what is here. */
static int
may_grow(const struct against *a)
{
	const json_t *mine = a->here->doc;

	/* an import that was cut off wrote no checkpoint */
	if (mine == NULL)
		return a->here->damage[0] == '\0' && !a->here->hole;
	return json_is_true(json_object_get(mine, "copied")) &&
	       !ses_import_is_own(a->s, mine) && a->there->doc != NULL &&
	       strcmp(ses_doc_str(mine, "owner"),
		   ses_doc_str(a->there->doc, "owner")) == 0;
}

int
ses_import_is_broken(const struct seshat_err *err)
{
	return err->code == SESHAT_ECORRUPT || err->code == SESHAT_ENOTFOUND ||
	       err->code == SESHAT_ELIMIT || err->code == SESHAT_EFORMAT;
}

int
ses_import_fits(const struct ses_entry *a, const struct ses_entry *b)
{
	return a->from == b->from && a->to == b->to && a->size == b->size &&
	       a->torn == b->torn && a->inside == b->inside && a->x == b->x &&
	       strcmp(a->h, b->h) == 0;
}

const struct ses_entry *
ses_import_entry(const struct ses_stream *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->n; i++)
		if (strcmp(st->parts[i].name, name) == 0)
			return &st->parts[i];
	return NULL;
}

/* The text of ours that a merged object of theirs stands for: how much of it
 * there is, and its hash; 1, 0 when it does not begin or end with ours, -1. */
static int
hash_ours(const struct against *a, const struct ses_entry *e,
    struct prefix *out, uint64_t *size, struct seshat_err *err)
{
	struct ses_importing *s = a->s;
	struct ses_sink sink = {on_prefix, out};
	const struct ses_entry *mine;
	struct ses_part_head head;
	size_t i;

	*size = 0;
	out->left = UINT64_MAX;
	ses_sha256_init(&out->sha);
	for (i = 0; i < a->here->n; i++) {
		mine = &a->here->parts[i];
		if (mine->last < e->first || mine->first > e->last)
			continue;
		if (mine->first < e->first || mine->last > e->last)
			return 0;
		head = (struct ses_part_head){0};
		if (mine->torn) /* the part behind it has the line, whole */
			continue;
		if (ses_part_read(
			s->im->m.store, &s->to, mine, &sink, &head, err) < 0)
			return ses_import_is_broken(err) ? 0 : -1;
		/* a torn last line that no checkpoint lists */
		if (head.torn)
			return 0;
		*size += head.size;
	}
	return 1;
}

/* Whether their merged object begins with our text of its numbers: 1, 0, -1. */
static int
begins_with_ours(
    const struct against *a, const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_importing *s = a->s;
	struct prefix mine = {0};
	struct prefix other = {0};
	struct ses_sink sink = {on_prefix, &other};
	char want[SES_SHA256_HEX];
	char got[SES_SHA256_HEX];
	uint64_t size;
	int rc = hash_ours(a, e, &mine, &size, err);

	if (rc <= 0)
		return rc;
	other.left = size;
	ses_sha256_init(&other.sha);
	if (ses_part_read(s->im->what->from->bucket.store, &s->from, e, &sink,
		NULL, err) < 0) {
		if (!ses_import_is_broken(err))
			return -1;
		ses_import_damage(s, e->name, err->msg);
		return 0;
	}
	ses_sha256_hex(&mine.sha, want);
	ses_sha256_hex(&other.sha, got);
	return other.left == 0 && strcmp(want, got) == 0;
}

/* One object of theirs. */
static enum ses_against
one(const struct against *a, const struct ses_entry *e, struct seshat_err *err)
{
	const struct ses_entry *found = ses_import_entry(a->here, e->name);
	struct ses_entry mine;
	int rc;

	if (found != NULL) {
		mine = *found;
		if (!mine.known && ses_stream_fetch(a->s->im->m.store,
				       &a->s->to, &mine, NULL, err) < 0)
			return ses_import_is_broken(err) ? SES_AGAINST_OTHER
							 : SES_AGAINST_ERROR;
		return ses_import_fits(&mine, e) ? SES_AGAINST_SAME
						 : SES_AGAINST_OTHER;
	}
	if (e->first >= a->here->next_seq)
		return SES_AGAINST_MORE;
	if (!may_grow(a))
		return SES_AGAINST_OTHER;
	rc = begins_with_ours(a, e, err);
	return rc < 0   ? SES_AGAINST_ERROR
	       : rc > 0 ? SES_AGAINST_MORE
			: SES_AGAINST_OTHER;
}

enum ses_against
ses_import_against(struct ses_importing *s, const struct ses_stream *there,
    const struct ses_stream *here, struct seshat_err *err)
{
	const struct against a = {s, there, here};
	struct ses_store *from = s->im->what->from->bucket.store;
	enum ses_against is = SES_AGAINST_SAME;
	enum ses_against that;
	struct ses_entry e;
	size_t i;

	if (there->n == 0)
		return SES_AGAINST_SAME;
	if (here->n == 0 || strcmp(here->w, there->w) != 0)
		return SES_AGAINST_OTHER;
	for (i = 0; i < there->n; i++) {
		e = there->parts[i];
		if (!e.known &&
		    ses_stream_fetch(from, &s->from, &e, NULL, err) < 0) {
			if (!ses_import_is_broken(err))
				return SES_AGAINST_ERROR;
			ses_import_damage(s, e.name, err->msg);
			return is;
		}
		that = one(&a, &e, err);
		if (that == SES_AGAINST_ERROR || that == SES_AGAINST_OTHER)
			return that;
		if (that == SES_AGAINST_MORE)
			is = SES_AGAINST_MORE;
	}
	/* no more text, but a checkpoint that says more of it */
	if (is == SES_AGAINST_SAME && may_grow(&a) && there->doc != NULL &&
	    (here->doc == NULL ||
		ses_doc_u64(here->doc, "rev") < ses_doc_u64(there->doc, "rev")))
		return SES_AGAINST_MORE;
	return is == SES_AGAINST_MORE && !may_grow(&a) ? SES_AGAINST_OTHER : is;
}
