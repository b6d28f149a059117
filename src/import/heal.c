/* Objects that are damaged or gone here, and whole in another vault. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/against.h"
#include "import/heal.h"
#include "vault/read.h"

struct healing {
	struct ses_importing *s;
	const struct ses_stream *there;
	const struct ses_stream *here;
	struct ses_part_head *head;
	struct ses_buf object; /* theirs */
};

/* What is stored here: 1 whole, 0, -1. */
static int
is_whole(struct healing *h, const struct ses_entry *e, int *is_gone,
    struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();

	*is_gone = 0;
	if (ses_part_read(h->s->im->m.store, &h->s->to, e, &none, NULL, err) ==
	    0)
		return 1;
	*is_gone = err->code == SESHAT_ENOTFOUND;
	return ses_import_is_broken(err) ? 0 : -1;
}

/* Theirs into h->object, if it is what ours was: 1, 0, -1. */
static int
take_theirs(
    struct healing *h, const struct ses_entry *mine, struct seshat_err *err)
{
	struct ses_importing *s = h->s;
	struct ses_store *from = s->im->what->from->bucket.store;
	const struct ses_entry *found = ses_import_entry(h->there, mine->name);
	struct ses_sink none = ses_sink_none();
	struct ses_entry e;
	int rc = 0;

	if (found == NULL)
		return 0;
	e = *found;
	*h->head = (struct ses_part_head){0};
	if (!e.known)
		rc = ses_stream_fetch(from, &s->from, &e, NULL, err);
	if (rc == 0 && !ses_import_fits(mine, &e))
		return 0;
	if (rc == 0)
		rc = ses_part_get(
		    from, &s->from, &e, &h->object, &none, h->head, err);
	if (rc < 0)
		return ses_import_is_broken(err) ? 0 : -1;
	return strcmp(h->head->w, h->here->w) == 0 &&
	       (h->head->rules != 0 || s->im->m.opts.no_redact);
}

static int
put(struct healing *h, const struct ses_entry *mine, int is_gone,
    struct seshat_err *err)
{
	struct ses_importing *s = h->s;
	struct ses_buf key = {0};
	int rc;

	ses_key_session(&key, &s->to);
	ses_buf_str(&key, mine->name);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	if (rc == 0)
		rc = ses_store_put(s->im->m.store, key.data,
		    &(struct ses_put){.data = h->object.data,
			.len = h->object.len,
			.how = is_gone ? SES_PUT_CREATE : 0},
		    NULL, err);
	ses_buf_free(&key);
	if (rc < 0) /* somebody else was faster */
		return err->code == SESHAT_EEXISTS ? 0 : -1;
	s->imported = 1;
	s->im->totals.stored_bytes += h->object.len;
	ses_import_note(s, mine->name,
	    is_gone ? "was gone here, and is there again"
		    : "was damaged here, and is whole again");
	return 0;
}

static int
heal_one(
    struct healing *h, const struct ses_entry *mine, struct seshat_err *err)
{
	struct ses_entry e = *mine;
	int is_gone;
	int rc = 0;

	if (!e.known)
		rc = ses_stream_fetch(
		    h->s->im->m.store, &h->s->to, &e, NULL, err);
	if (rc < 0) /* nobody knows what it was */
		return ses_import_is_broken(err) ? 0 : -1;
	rc = is_whole(h, &e, &is_gone, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = take_theirs(h, &e, err);
	if (rc > 0)
		return put(h, &e, is_gone, err);
	if (rc == 0)
		ses_import_damage(h->s, e.name,
		    is_gone ? "is gone here, and cannot be had from there"
			    : "is damaged here, and cannot be mended from "
			      "there");
	return rc;
}

/* Whether what stands behind the first part that is gone here is theirs, too:
 * 1, 0, -1. */
static int
goes_on_alike(struct healing *h, struct seshat_err *err)
{
	struct ses_importing *s = h->s;
	struct ses_entry mine = h->here->parts[h->here->n];
	const struct ses_entry *found = ses_import_entry(h->there, mine.name);
	struct ses_entry e;
	int rc = 0;

	if (found == NULL)
		return 0;
	e = *found;
	if (!mine.known)
		rc = ses_stream_fetch(s->im->m.store, &s->to, &mine, NULL, err);
	if (rc == 0 && !e.known)
		rc = ses_stream_fetch(
		    s->im->what->from->bucket.store, &s->from, &e, NULL, err);
	if (rc < 0)
		return ses_import_is_broken(err) ? 0 : -1;
	return ses_import_fits(&mine, &e);
}

/* Parts that no checkpoint lists are missed by those behind them. */
static int
heal_gap(struct healing *h, struct seshat_err *err)
{
	const struct ses_stream *there = h->there;
	const struct ses_stream *here = h->here;
	struct ses_entry e;
	size_t i;
	int rc = goes_on_alike(h, err);

	if (rc <= 0)
		return rc;
	for (i = 0, rc = 0; i < there->n && rc >= 0; i++) {
		e = there->parts[i];
		if (e.first < here->next_seq ||
		    e.last >= here->parts[here->n].first)
			continue;
		if (!e.known)
			rc =
			    ses_stream_fetch(h->s->im->what->from->bucket.store,
				&h->s->from, &e, NULL, err);
		if (rc == 0)
			rc = take_theirs(h, &e, err);
		if (rc > 0)
			rc = put(h, &e, 1, err);
		else if (rc < 0 && ses_import_is_broken(err))
			rc = 0; /* told when it is read */
	}
	return rc;
}

int
ses_import_heal(struct ses_importing *s, const struct ses_stream *there,
    const struct ses_stream *here, struct seshat_err *err)
{
	struct healing h = {.s = s, .there = there, .here = here};
	size_t i;
	int rc = 0;

	if (strcmp(here->w, there->w) != 0)
		return 0;
	h.head = ses_calloc(1, sizeof(*h.head));
	if (h.head == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < here->n && rc == 0; i++)
		if (s->im->what->repair || here->parts[i].unlike)
			rc = heal_one(&h, &here->parts[i], err);
	if (rc == 0 && here->hole && here->n_behind > 0)
		rc = heal_gap(&h, err);
	free(h.head);
	ses_buf_free(&h.object);
	return rc;
}
