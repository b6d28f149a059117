/* Streams that seshat wrote: their objects are copied as they are. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/against.h"
#include "import/heal.h"
#include "import/one.h"
#include "mirror/run.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/read.h"

#define OBJECT_MAX (64U << 20) /* as a reader takes them */

/* A stream on its way. */
struct copy {
	struct ses_importing *s;
	const struct ses_stream *st;   /* there */
	const struct ses_stream *here; /* and here, NULL: not yet */
	struct ses_buf data;           /* the object at hand */
	uint64_t cursor;               /* where the next part must begin */
};

static int
key_in(const struct ses_where *w, const char *name, struct ses_buf *key,
    struct seshat_err *err)
{
	ses_buf_clear(key);
	ses_key_session(key, w);
	ses_buf_str(key, name);
	(void)ses_buf_cstr(key);
	return ses_buf_check(key, err);
}

/* What is wrong with a part that can be read; NULL: nothing. */
static const char *
wrong_with(const struct copy *c, const struct ses_part_head *h)
{
	if (h->w[0] == '\0' || strcmp(h->w, c->st->w) != 0)
		return "was written by another writer than its stream";
	if (h->from != c->cursor)
		return "does not go on where the part before it ends";
	if (h->rules == 0 && !c->s->im->m.opts.no_redact)
		return "was stored with its secrets: only --no-redact takes it";
	return NULL;
}

/* The object into c->data, checked: 1, 0 when it is not fit, -1. */
static int
read_part(struct copy *c, const struct ses_entry *e, struct ses_part_head *head,
    struct seshat_err *err)
{
	struct ses_importing *s = c->s;
	struct ses_store *from = s->im->what->from->bucket.store;
	struct ses_sink sink = ses_sink_none();
	const char *wrong;

	*head = (struct ses_part_head){0};
	if (ses_part_get(from, &s->from, e, &c->data, &sink, head, err) == 0) {
		wrong = wrong_with(c, head);
		if (wrong == NULL)
			return 1;
		ses_import_damage(s, e->name, wrong);
		return 0;
	}
	if (err->code != SESHAT_ECORRUPT && err->code != SESHAT_ENOTFOUND &&
	    err->code != SESHAT_ELIMIT)
		return -1;
	ses_import_damage(s, e->name, err->msg);
	return 0;
}

/* The name is taken: by the same bytes? */
static int
is_same(struct copy *c, const char *key, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = ses_store_read(c->s->im->m.store, key, OBJECT_MAX, &b, err);

	if (rc == 0)
		rc = b.len == c->data.len &&
		     memcmp(b.data, c->data.data, b.len) == 0;
	ses_buf_free(&b);
	return rc;
}

/* Before the first part: where the session lives, if nobody chose yet. */
static int
settle(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_where w = s->to;

	if (s->to.project != NULL)
		return 0;
	w.project = ses_import_project(s);
	ses_buf_clear(&s->project);
	if (ses_pin_make(s->im->m.store, &w, &s->project, err) < 0)
		return -1;
	s->to.project = ses_buf_cstr(&s->project);
	return ses_buf_check(&s->project, err);
}

/* 1: it is here now, 0: it cannot be, -1. */
static int
put_part(struct copy *c, const struct ses_entry *e,
    const struct ses_part_head *head, struct seshat_err *err)
{
	struct ses_importing *s = c->s;
	struct ses_buf key = {0};
	int rc = settle(s, err);

	if (rc == 0)
		rc = key_in(&s->to, e->name, &key, err);
	if (rc == 0)
		rc = ses_store_put(s->im->m.store, key.data,
		    &(struct ses_put){.data = c->data.data,
			.len = c->data.len,
			.how = SES_PUT_CREATE},
		    NULL, err);
	if (rc == 0) {
		s->imported = 1;
		s->im->totals.new_bytes += head->to - head->from;
		s->im->totals.stored_bytes += c->data.len;
		rc = 1;
	} else if (err->code == SESHAT_EEXISTS) {
		rc = is_same(c, key.data, err);
		if (rc == 0)
			ses_import_damage(s, e->name, "is another object here");
	}
	ses_buf_free(&key);
	return rc;
}

/* Whether the object is here: it was compared. */
static int
has_part(const struct copy *c, const struct ses_entry *e)
{
	size_t i;

	for (i = 0; c->here != NULL && i < c->here->n; i++)
		if (strcmp(c->here->parts[i].name, e->name) == 0)
			return 1;
	return 0;
}

/* Its parts in order, up to the first that is not fit: 1 all, 0, -1. */
static int
copy_parts(struct copy *c, struct seshat_err *err)
{
	struct ses_importing *s = c->s;
	struct ses_store *from = s->im->what->from->bucket.store;
	struct ses_part_head *head;
	struct ses_entry e;
	size_t i;
	int rc = 1;

	head = ses_calloc(1, sizeof(*head));
	if (head == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < c->st->n && rc > 0; i++) {
		e = c->st->parts[i];
		if (!has_part(c, &e)) {
			rc = read_part(c, &e, head, err);
			if (rc > 0)
				rc = put_part(c, &e, head, err);
		} else {
			if (!e.known &&
			    ses_stream_fetch(from, &s->from, &e, NULL, err) < 0)
				rc = -1;
			head->from = e.from;
			head->to = e.to;
			head->torn = e.torn;
		}
		c->cursor = head->torn ? head->from : head->to;
	}
	free(head);
	return rc;
}

/* Its checkpoint, in the place of the one that was compared. */
static int
copy_checkpoint(struct copy *c, struct seshat_err *err)
{
	struct ses_importing *s = c->s;
	const int has_one = c->here != NULL && c->here->doc != NULL;
	struct ses_buf key = {0};
	char name[40];
	int rc;

	if (c->st->doc == NULL)
		return 0;
	/* a copy may grow, a stream that somebody writes here may not */
	if (ses_import_is_own(s, c->st->doc))
		(void)json_object_del(c->st->doc, "copied");
	else if (json_object_set_new(c->st->doc, "copied", json_true()) < 0)
		return ses_fail_nomem(err);
	(void)snprintf(name, sizeof(name), "stream-%s.json", c->st->id);
	rc = key_in(&s->to, name, &key, err);
	if (rc == 0)
		rc = ses_doc_put_over(s->im->m.store, key.data, c->st->doc,
		    has_one ? c->here->tag : NULL, err);
	if (rc == 0) {
		s->imported = 1;
	} else if (err->code == SESHAT_ECONFLICT ||
		   err->code == SESHAT_EEXISTS) {
		ses_import_damage(s, name, "was written here meanwhile");
		rc = 0;
	}
	ses_buf_free(&key);
	return rc;
}

/* What differs from the stream of that name here: its text is imported, and
 * nothing is put into ours. */
static int
import_text(struct ses_importing *s, const struct ses_stream *st,
    struct seshat_err *err)
{
	const int before = s->imported;
	struct ses_spool text = {0};
	struct ses_sink sink;
	char name[32];
	int rc = ses_spool_open(&text, s->im->dir, err);

	(void)snprintf(name, sizeof(name), "stream-%s", st->id);
	if (rc < 0)
		return -1;
	sink = ses_spool_sink(&text);
	rc = ses_session_read(
	    s->im->what->from->bucket.store, &s->from, st->id, &sink, err);
	if (rc == 0) {
		s->imported = 0;
		rc = ses_import_text(s, &text, err);
		if (rc == 0 && s->imported)
			ses_import_note(s, name,
			    "the stream of this name that is here is left as "
			    "it is: what differs was imported beside it");
		s->imported |= before;
	} else if (err->code == SESHAT_ECORRUPT ||
		   err->code == SESHAT_ENOTFOUND) {
		ses_import_damage(s, name, err->msg);
		rc = 0;
	}
	ses_spool_close(&text);
	return rc;
}

static int
copy_stream(struct ses_importing *s, const struct ses_stream *st,
    const struct ses_stream *here, struct seshat_err *err)
{
	struct copy c = {.s = s, .st = st, .here = here};
	enum ses_against is = SES_AGAINST_MORE;
	char name[32];
	int rc;

	if (st->damage[0] != '\0') {
		(void)snprintf(name, sizeof(name), "stream-%s", st->id);
		ses_import_damage(s, name, st->damage);
	}
	if (here != NULL)
		is = ses_import_heal(s, st, here, err) < 0
			 ? SES_AGAINST_ERROR
			 : ses_import_against(s, st, here, err);
	if (is == SES_AGAINST_ERROR || is == SES_AGAINST_SAME)
		return is == SES_AGAINST_SAME ? 0 : -1;
	if (is == SES_AGAINST_OTHER)
		return import_text(s, st, err);
	rc = copy_parts(&c, err);
	if (rc > 0 && !st->hole && s->to.project != NULL)
		rc = copy_checkpoint(&c, err);
	ses_buf_free(&c.data);
	return rc < 0 ? -1 : 0;
}

/* Where the session had no summary, that of the bucket will do until its
 * owner writes another. */
static int
copy_summary(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_buf key = {0};
	json_t *doc = NULL;
	int rc = key_in(&s->from, "meta.json", &key, err);

	if (rc == 0)
		doc =
		    ses_doc_get(s->im->what->from->bucket.store, key.data, err);
	if (doc == NULL || ses_doc_str(doc, "stream")[0] == '\0')
		goto out; /* none, or none of ours */
	ses_doc_set_str(doc, "project", s->to.project);
	rc = key_in(&s->to, "meta.json", &key, err);
	if (rc == 0)
		rc = ses_doc_put(s->im->m.store, key.data, doc,
		    SES_PUT_CACHE | SES_PUT_CREATE | SES_PUT_INSIDE, err);
	if (rc < 0) {
		rc = err->code == SESHAT_EEXISTS ? 0 : -1;
		goto out;
	}
	(void)json_object_del(doc, "parts");
	(void)json_object_del(doc, "redaction_counts");
	ses_doc_set_str(doc, "id", s->s->id);
	ses_doc_set_str(doc, "harness", s->s->harness);
	if (ses_run_add_row(s->im->rows, s->to.project, doc) < 0)
		rc = ses_fail_nomem(err);
out:
	json_decref(doc);
	ses_buf_free(&key);
	return rc;
}

int
ses_import_streams(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_streams there = {0};
	struct ses_streams here = {0};
	size_t i;
	int rc;

	rc = ses_streams_load(
	    s->im->what->from->bucket.store, &s->from, &there, err);
	if (rc == 0)
		rc = ses_import_where(s, err);
	if (rc == 0 && s->to.project != NULL)
		rc = ses_streams_load(s->im->m.store, &s->to, &here, err);
	for (i = 0; i < there.n && rc == 0; i++)
		rc = copy_stream(s, &there.v[i],
		    ses_streams_named(&here, there.v[i].id), err);
	if (rc == 0 && s->has_beside && s->to.project != NULL)
		rc = ses_import_beside(s, err);
	if (rc == 0 && s->imported && s->has_meta)
		rc = copy_summary(s, err);
	ses_streams_free(&there);
	ses_streams_free(&here);
	return rc;
}
