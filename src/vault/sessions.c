#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "harness/harness.h"
#include "vault/doc.h"
#include "vault/index.h"
#include "vault/pin.h"
#include "vault/sessions.h"
#include "vault/stream.h"

#define NAMED 4 /* candidates that an error names */

void
ses_found_free(struct ses_found *f)
{
	free(f->project);
	free(f->harness);
	free(f->id);
	*f = (struct ses_found){0};
}

struct ses_where
ses_found_where(const struct ses_found *f)
{
	return (struct ses_where){f->project, f->harness, f->id};
}

/* "ids/<harness>/<id>" into its two names. */
static int
split_pin(const char *key, struct ses_buf *harness, struct ses_buf *id)
{
	const char *p = strchr(key, '/');
	const char *q = p == NULL ? NULL : strchr(p + 1, '/');

	ses_buf_clear(harness);
	ses_buf_clear(id);
	if (q == NULL || strchr(q + 1, '/') != NULL ||
	    ses_key_decode(harness, p + 1, (size_t)(q - p) - 1) < 0 ||
	    ses_key_decode(id, q + 1, strlen(q + 1)) < 0)
		return -1;
	(void)ses_buf_cstr(harness);
	(void)ses_buf_cstr(id);
	return harness->bad || id->bad ? -1 : 0;
}

struct search {
	struct ses_store *store;
	const char *harness; /* with its length; NULL: any */
	size_t harness_len;
	const char *text;
	struct ses_found best;
	int exact;
	size_t n; /* that fit as well as the best */
	int logs; /* these are logs of one session, of several machines */
	struct ses_buf names;
	struct ses_buf h;
	struct ses_buf id;
};

/* The dot before a subagent's name, or NULL.  One before an owner's mark is the
 * id's own (Codebuff's are times), but in a log, which is called as what it is
 * of. */
static const char *
agent_of(const char *harness, const char *id)
{
	const char *owner = strrchr(id, '@');

	return strchr(
	    owner == NULL || strcmp(harness, "seshat-log") == 0 ? id : owner,
	    '.');
}

/* Whether text is a prefix of id; "a.b" also of "aX.bY", "a@b" of "aX@bY".  A
 * subagent must be meant: who removes a session twice must not remove its
 * subagent. */
static int
fits(const char *text, const char *harness, const char *id)
{
	const char *dot = strchr(text, '.');
	const char *at = agent_of(harness, id);

	if (dot == NULL && at != NULL)
		return 0;
	if (ses_str_starts(id, text))
		return 1;
	if (dot == NULL) {
		dot = strchr(text, '@');
		at = strchr(id, '@');
	}
	return dot != NULL && at != NULL &&
	       strncmp(id, text, (size_t)(dot - text)) == 0 &&
	       ses_str_starts(at + 1, dot + 1);
}

static int
take(struct search *s, struct seshat_err *err)
{
	struct ses_found f = {
	    .harness = ses_str_dup(s->h.data), .id = ses_str_dup(s->id.data)};

	ses_found_free(&s->best);
	s->best = f;
	if (f.harness == NULL || f.id == NULL)
		return ses_fail_nomem(err);
	return 0;
}

static int
is_log(const char *harness)
{
	return strcmp(harness, "seshat-log") == 0;
}

/* Whether the session is the log of what was run in the one called of: that one
 * is meant by what both begin with, and the log by "seshat-log/..." or its "@".
 */
static int
is_log_of(const char *harness, const char *id, const char *of)
{
	return is_log(harness) && ses_str_starts(id, of) &&
	       id[strlen(of)] == '@';
}

/* Whether two logs are called the same but for their owners. */
static int
is_twin_log(const char *a, const char *b)
{
	const char *owner = strrchr(a, '@');
	size_t len = owner == NULL ? 0 : (size_t)(owner - a) + 1;

	return len > 0 && strncmp(a, b, len) == 0 &&
	       strchr(b + len, '@') == NULL;
}

static int
see_pin(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct search *s = arg;
	int exact;

	if (split_pin(o->key, &s->h, &s->id) < 0 ||
	    (s->harness != NULL &&
		(strlen(s->h.data) != s->harness_len ||
		    memcmp(s->h.data, s->harness, s->harness_len) != 0)) ||
	    !fits(s->text, s->h.data, s->id.data))
		return 0;
	exact = strcmp(s->text, s->id.data) == 0;
	if (s->exact && !exact)
		return 0;
	if (exact && !s->exact) {
		s->exact = 1;
		s->n = 0;
		ses_buf_clear(&s->names);
	}
	if (s->n > 0 && is_log_of(s->h.data, s->id.data, s->best.id))
		return 0;
	if (s->n > 0 && s->logs &&
	    is_log_of(s->best.harness, s->best.id, s->id.data)) {
		s->n = 0;
		ses_buf_clear(&s->names);
	}
	s->logs =
	    is_log(s->h.data) &&
	    (s->n == 0 || (s->logs && is_twin_log(s->best.id, s->id.data)));
	if (s->n++ < NAMED)
		ses_buf_fmt(&s->names, " %s/%s", s->h.data, s->id.data);
	return s->n == 1 ? take(s, err) : 0;
}

/* Ids may hold a slash, too. */
static int
is_harness(const char *name, size_t len)
{
	const struct ses_harness_ops *const *h;

	for (h = ses_harnesses; *h != NULL; h++)
		if (strlen((*h)->name) == len &&
		    memcmp((*h)->name, name, len) == 0)
			return 1;
	return 0;
}

/* Whether the whole text is an id of this harness: then no listing is needed,
 * and it costs nothing that there are many sessions. */
static int
is_pinned(struct ses_store *store, const char *harness, const char *id)
{
	struct ses_where w = {NULL, harness, id};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_store_object o;
	struct ses_buf key = {0};
	int is;

	ses_key_pin(&key, &w);
	(void)ses_buf_cstr(&key);
	is = ses_buf_check(&key, &ignored) == 0 && ses_store_is_key(key.data) &&
	     ses_store_head(store, key.data, &o, &ignored) == 0;
	ses_buf_free(&key);
	return is;
}

/* The harnesses of a near store that have a session of this very id. */
static int
see_harness(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct search *s = arg;
	const char *name = o->key + strlen("ids/");
	size_t len = strcspn(name, "/");

	ses_buf_clear(&s->h);
	if (name[len] != '/' || ses_key_decode(&s->h, name, len) < 0)
		return 0;
	(void)ses_buf_cstr(&s->h);
	if (ses_buf_check(&s->h, err) < 0)
		return -1;
	if (!is_pinned(s->store, s->h.data, s->text))
		return 0;
	ses_buf_clear(&s->id);
	ses_buf_str(&s->id, s->text);
	(void)ses_buf_cstr(&s->id);
	if (ses_buf_check(&s->id, err) < 0)
		return -1;
	return s->n++ == 0 ? take(s, err) : 0;
}

/* Look for the whole id without a listing of all; s->n stays 0 where it is
 * not found so, or several have it. */
static int
look_up(struct search *s, struct seshat_err *err)
{
	struct ses_store_list what = {.prefix = "ids/", .shallow = 1};

	if (s->harness != NULL) {
		ses_buf_clear(&s->h);
		ses_buf_clear(&s->id);
		ses_buf_add(&s->h, s->harness, s->harness_len);
		ses_buf_str(&s->id, s->text);
		(void)ses_buf_cstr(&s->h);
		(void)ses_buf_cstr(&s->id);
		if (ses_buf_check(&s->h, err) < 0 ||
		    ses_buf_check(&s->id, err) < 0)
			return -1;
		s->n = (size_t)is_pinned(s->store, s->h.data, s->text);
		return s->n == 1 ? take(s, err) : 0;
	}
	if (!(ses_store_caps(s->store) & SES_STORE_LOCAL))
		return 0;
	if (ses_store_list(s->store, &what, see_harness, s, err) < 0)
		return -1;
	if (s->n > 1)
		s->n = 0;
	return 0;
}

static int
search(struct ses_store *store, struct search *s, const char *text,
    struct ses_found *out, struct seshat_err *err)
{
	const char *slash = strchr(text, '/');
	struct ses_store_list what = {.prefix = "ids/"};
	struct ses_buf project = {0};
	struct ses_where w;
	int rc = -1;

	s->store = store;
	s->text = text;
	if (slash != NULL && is_harness(text, (size_t)(slash - text))) {
		s->harness = text;
		s->harness_len = (size_t)(slash - text);
		s->text = slash + 1;
	}
	if (s->text[0] == '\0')
		return ses_fail(err, SESHAT_EUSAGE, "an empty session id");
	if (look_up(s, err) < 0 ||
	    (s->n == 0 && ses_store_list(store, &what, see_pin, s, err) < 0))
		return -1;
	if (s->n == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no session '%s' in %s (see 'seshat list')", text,
		    ses_store_url(store));
	if (s->n > 1)
		return ses_fail(err, SESHAT_EUSAGE,
		    "'%s' fits %zu sessions:%s%s", text, s->n,
		    ses_buf_cstr(&s->names), s->n > NAMED ? " ..." : "");
	w = ses_found_where(&s->best);
	if (ses_pin_get(store, &w, &project, err) == 0) {
		s->best.project = ses_str_dup(ses_buf_cstr(&project));
		rc = s->best.project == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&project);
	if (rc == 0) {
		*out = s->best;
		s->best = (struct ses_found){0};
	}
	return rc;
}

int
ses_vault_find(struct ses_store *s, const char *text, struct ses_found *out,
    struct seshat_err *err)
{
	struct search se = {0};
	int rc = search(s, &se, text, out, err);

	ses_found_free(&se.best);
	ses_buf_free(&se.names);
	ses_buf_free(&se.h);
	ses_buf_free(&se.id);
	return rc;
}

struct list {
	struct ses_store *s;
	const char *project;
	const char *harness;
	json_t *known; /* "harness/id": row of an index */
	json_t *rows;
	struct ses_buf h;
	struct ses_buf id;
	struct ses_buf name;
};

/* Of several indexes' rows for a session the one that was written last. */
static int
see_row(void *arg, json_t *row, struct seshat_err *err)
{
	struct list *l = arg;
	json_t *old;

	(void)err;
	ses_buf_clear(&l->name);
	ses_buf_fmt(&l->name, "%s/%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, "id"));
	old = json_object_get(l->known, ses_buf_cstr(&l->name));
	if (old == NULL || ses_doc_time(row, "last_uploaded_at") >
			       ses_doc_time(old, "last_uploaded_at"))
		(void)json_object_set(l->known, l->name.data, row);
	return 0;
}

/* What meta.json says, else what the streams themselves tell; NULL and
 * SESHAT_ENOTFOUND when there is nothing. */
static json_t *
ask_session(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_streams streams = {0};
	const struct ses_stream *st;
	struct ses_buf key = {0};
	json_t *doc;

	ses_key_session(&key, w);
	ses_buf_str(&key, "meta.json");
	doc = ses_doc_get(s, ses_buf_cstr(&key), err);
	ses_buf_free(&key);
	if (doc == NULL) {
		if (ses_streams_load(s, w, &streams, err) < 0)
			return NULL;
		st = ses_streams_current(&streams);
		if (st != NULL) {
			doc = json_object();
			ses_doc_set_time(doc, "last_event_at", st->last_event);
			ses_doc_set_u64(doc, "total_source_bytes", st->cursor);
			ses_doc_set_str(doc, "stream", st->id);
		}
		ses_streams_free(&streams);
	}
	if (doc == NULL) {
		ses_fail(err, SESHAT_ENOTFOUND, "nothing is stored of it");
		return NULL;
	}
	(void)json_object_del(doc, "parts");
	ses_doc_set_str(doc, "id", w->id);
	ses_doc_set_str(doc, "harness", w->harness);
	ses_doc_set_str(doc, "project", w->project);
	return doc;
}

/* What stands for a session whose pin nobody can read, or leads to nothing. */
static json_t *
damaged_row(const struct ses_where *w, const char *project,
    const struct seshat_err *why)
{
	json_t *row = json_object();

	ses_doc_set_str(row, "id", w->id);
	ses_doc_set_str(row, "harness", w->harness);
	ses_doc_set_str(row, "project", project);
	ses_doc_set_str(row, "damage", why->msg);
	return row;
}

/* The row of a session that no index knows. */
static int
row_of(struct ses_store *s, const struct ses_where *w, json_t **row,
    struct seshat_err *err)
{
	*row = ask_session(s, w, err);
	if (*row != NULL)
		return 0;
	if (err->code != SESHAT_ENOTFOUND && err->code != SESHAT_ECORRUPT &&
	    err->code != SESHAT_EFORMAT)
		return -1;
	*row = damaged_row(w, w->project, err);
	return 0;
}

/* The row of a session with a pin that no index knows (of a project alone, if
 * that is not NULL); *row stays NULL where there is none. */
static int
ask(struct ses_store *s, const char *only, const char *harness, const char *id,
    json_t **row, struct seshat_err *err)
{
	struct ses_where w = {NULL, harness, id};
	struct ses_buf project = {0};
	int rc = 0;

	if (ses_pin_get(s, &w, &project, err) == 0) {
		w.project = ses_buf_cstr(&project);
		if (only == NULL || strcmp(only, w.project) == 0)
			rc = row_of(s, &w, row, err);
	} else if (err->code == SESHAT_ECORRUPT ||
		   err->code == SESHAT_EFORMAT) {
		*row = damaged_row(&w, "", err);
	} else if (err->code != SESHAT_ENOTFOUND) {
		rc = -1;
	}
	ses_buf_free(&project);
	return rc;
}

int
ses_vault_row(struct ses_store *s, const char *harness, const char *id,
    json_t **row, struct seshat_err *err)
{
	*row = NULL;
	return ask(s, NULL, harness, id, row, err);
}

/* One of ids/ or removed/, as its two names. */
struct pins {
	int (*pin)(void *arg, const char *harness, const char *id,
	    struct seshat_err *err);
	void *arg;
	struct ses_buf h;
	struct ses_buf id;
};

static int
each_pin(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct pins *p = arg;

	if (split_pin(o->key, &p->h, &p->id) < 0)
		return 0;
	return p->pin(p->arg, p->h.data, p->id.data, err);
}

int
ses_vault_pins(struct ses_store *s, const char *prefix,
    int (*pin)(
	void *arg, const char *harness, const char *id, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = prefix};
	struct pins p = {.pin = pin, .arg = arg};
	int rc = ses_store_list(s, &what, each_pin, &p, err);

	ses_buf_free(&p.h);
	ses_buf_free(&p.id);
	return rc;
}

static int
list_pin(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct list *l = arg;
	json_t *row;
	int rc = 0;

	if (split_pin(o->key, &l->h, &l->id) < 0 ||
	    (l->harness != NULL && strcmp(l->harness, l->h.data) != 0))
		return 0;
	ses_buf_clear(&l->name);
	ses_buf_fmt(&l->name, "%s/%s", l->h.data, l->id.data);
	row = json_incref(json_object_get(l->known, ses_buf_cstr(&l->name)));
	if (row == NULL)
		rc = ask(l->s, l->project, l->h.data, l->id.data, &row, err);
	if (row != NULL &&
	    (l->project == NULL ||
		strcmp(l->project, ses_doc_str(row, "project")) == 0))
		(void)json_array_append(l->rows, row);
	json_decref(row);
	return rc;
}

/* A removal that was killed half-way: removed all the same. */
static int
drop_removed(
    void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct list *l = arg;
	size_t i;

	(void)err;
	if (split_pin(o->key, &l->h, &l->id) < 0)
		return 0;
	for (i = 0; i < json_array_size(l->rows); i++) {
		const json_t *row = json_array_get(l->rows, i);

		if (strcmp(ses_doc_str(row, "id"), l->id.data) == 0 &&
		    strcmp(ses_doc_str(row, "harness"), l->h.data) == 0) {
			(void)json_array_remove(l->rows, i);
			break;
		}
	}
	return 0;
}

int
ses_vault_list(struct ses_store *s, const char *project, const char *harness,
    json_t **rows, struct seshat_err *err)
{
	struct list l = {.s = s,
	    .project = project,
	    .harness = harness,
	    .known = json_object(),
	    .rows = json_array()};
	struct ses_store_list ids = {.prefix = "ids/"};
	struct ses_store_list removed = {.prefix = "removed/"};
	int rc = -1;

	if (ses_index_each(s, see_row, &l, err) < 0 ||
	    ses_store_list(s, &ids, list_pin, &l, err) < 0 ||
	    ses_store_list(s, &removed, drop_removed, &l, err) < 0)
		goto out;
	*rows = json_incref(l.rows);
	rc = 0;
out:
	json_decref(l.known);
	json_decref(l.rows);
	ses_buf_free(&l.h);
	ses_buf_free(&l.id);
	ses_buf_free(&l.name);
	return rc;
}
