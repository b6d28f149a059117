/* What documents say of a session: it comes from its text. */
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/time.h"
#include "mirror/auditing.h"
#include "vault/doc.h"
#include "vault/index.h"

/* Take a text in place of the one at hand. */
static int
load(struct ses_auditing *a, const char *text, struct seshat_err *err)
{
	ses_buf_clear(&a->text);
	ses_buf_str(&a->text, text);
	a->from = 0;
	a->to = a->text.len;
	a->line = 0;
	return ses_buf_check(&a->text, err);
}

/* Scan the members of a document, and scrub those in which something is found:
 * how many that were, or -1. */
static int
scan_doc(
    struct ses_auditing *a, json_t *doc, uint64_t *hits, struct seshat_err *err)
{
	static const char *const texts[] = {
	    "title", "source_path", "cwd", "agent_id", "host", "imported_from"};
	size_t i;
	int n = 0;
	int rc = 0;

	*hits = 0;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && rc >= 0; i++) {
		a->field = texts[i];
		if (load(a, ses_doc_str(doc, texts[i]), err) < 0)
			return -1;
		rc = ses_audit_text(a, 0, err);
		if (rc <= 0)
			continue;
		ses_doc_set_str(doc, texts[i], ses_buf_cstr(&a->clean));
		*hits += a->hits;
		n++;
	}
	a->field = NULL;
	return rc < 0 || ses_buf_check(&a->clean, err) < 0 ? -1 : n;
}

int
ses_audit_checkpoint(
    struct ses_auditing *a, struct ses_audited *d, struct seshat_err *err)
{
	struct ses_buf name = {0};
	uint64_t hits;
	int n;

	if (d->st->doc == NULL)
		return 0;
	ses_buf_fmt(&name, "stream-%s.json", d->st->id);
	a->stream = d->st->id;
	a->part = ses_buf_cstr(&name);
	n = scan_doc(a, d->st->doc, &hits, err);
	if (n > 0 && !d->may)
		d->left += hits;
	d->texts = n > 0;
	ses_buf_free(&name);
	return n < 0 ? -1 : 0;
}

/* meta.json is everybody's. */
static int
audit_meta(struct ses_auditing *a, struct seshat_err *err)
{
	struct seshat_err none = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	json_t *doc;
	uint64_t hits = 0;
	int rc = 0;

	ses_key_session(&key, &a->k->f.where);
	ses_buf_str(&key, "meta.json");
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) < 0)
		return -1;
	a->part = "meta.json";
	doc = ses_doc_get(a->m->store, key.data, &none);
	if (doc != NULL)
		rc = scan_doc(a, doc, &hits, err);
	else if (!ses_flush_is_damage(&none)) {
		*err = none;
		rc = -1;
	}
	if (rc > 0 && a->how->fix)
		rc = ses_doc_put(a->m->store, key.data, doc,
		    SES_PUT_CACHE | SES_PUT_INSIDE, err);
	else
		a->r->left += hits;
	json_decref(doc);
	ses_buf_free(&key);
	return rc < 0 ? -1 : 0;
}

/* Whether a row of the index is this session's; then scrub it. */
static int
edit(void *arg, json_t *row, struct seshat_err *err)
{
	struct ses_auditing *a = arg;
	uint64_t hits;

	if (strcmp(ses_doc_str(row, "id"), a->k->f.where.id) != 0 ||
	    strcmp(ses_doc_str(row, "harness"), a->k->f.where.harness) != 0)
		return 0;
	if (a->rewrote)
		ses_doc_set_time(row, "rewritten_at", ses_time_now());
	return scan_doc(a, row, &hits, err) < 0 ? -1 : 0;
}

/* With a lock of its own: that of the session is held. */
static int
edit_index(struct ses_auditing *a, struct seshat_err *err)
{
	const struct ses_audit_result was = *a->r;
	struct ses_buf path = {0};
	int fd = -1;
	int rc = -1;

	ses_buf_fmt(&path, "%s/locks", a->m->state_dir);
	(void)ses_buf_cstr(&path);
	a->mute = UINT64_MAX;
	if (ses_buf_check(&path, err) == 0 &&
	    ses_lock_open(path.data, &fd, err) == 0 &&
	    ses_lock_take(fd, "index", err) == 0)
		rc = ses_index_edit(a->m->store, a->m->owner.id, edit, a, err);
	a->mute = 0;
	*a->r = was; /* all of it is told and counted */
	if (fd >= 0)
		close(fd);
	ses_buf_free(&path);
	return rc;
}

int
ses_audit_tell(struct ses_auditing *a, struct seshat_err *err)
{
	return edit_index(a, err);
}

/* The rows of a session, [owner, row] each; what several of one owner say is
 * told once. */
static int
audit_rows(struct ses_auditing *a, const json_t *rows, struct seshat_err *err)
{
	const char *told = "";
	const char *owner;
	uint64_t hits;
	int ours = 0;
	size_t i;
	int n;

	a->part = "index";
	for (i = 0; i < json_array_size(rows); i++) {
		owner = json_string_value(
		    json_array_get(json_array_get(rows, i), 0));
		if (strcmp(owner, told) == 0)
			continue;
		n = scan_doc(
		    a, json_array_get(json_array_get(rows, i), 1), &hits, err);
		if (n < 0)
			return -1;
		if (n == 0)
			continue;
		told = owner;
		if (a->how->fix && strcmp(owner, a->m->owner.id) == 0) {
			ours = 1;
			continue;
		}
		a->r->left += hits;
		if (a->how->fix)
			ses_audit_problem(a, "index",
			    "not fixed: it is another machine's; audit the "
			    "session there");
	}
	return ours ? edit_index(a, err) : 0;
}

/* They are in every key. */
static int
audit_names(struct ses_auditing *a, struct seshat_err *err)
{
	const struct ses_where *w = &a->k->f.where;
	const struct {
		const char *field;
		const char *text;
	} names[] = {{"project", w->project}, {"session_id", w->id}};
	size_t i;
	int rc = 0;

	a->part = "ids";
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		a->field = names[i].field;
		if (load(a, names[i].text, err) < 0)
			return -1;
		rc = ses_audit_text(a, 0, err);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		a->r->left += a->hits;
		if (a->how->fix)
			ses_audit_problem(a, "ids",
			    "not fixed: it is in the names of the objects; "
			    "remove the session, and mirror it under another "
			    "name");
	}
	a->field = NULL;
	return 0;
}

int
ses_audit_docs(struct ses_auditing *a, struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc = -1;

	a->stream = NULL;
	ses_buf_fmt(&name, "%s/%s", a->k->f.where.harness, a->k->f.where.id);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) == 0 && audit_names(a, err) == 0 &&
	    audit_meta(a, err) == 0)
		rc = audit_rows(
		    a, json_object_get(a->how->index, name.data), err);
	ses_buf_free(&name);
	return rc;
}

static int
add_row(void *arg, const char *owner, json_t *row, struct seshat_err *err)
{
	json_t *set = arg;
	struct ses_buf name = {0};
	json_t *rows;
	int rc;

	ses_buf_fmt(&name, "%s/%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, "id"));
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0) {
		rows = json_object_get(set, name.data);
		if (rows == NULL) {
			rows = json_array();
			(void)json_object_set_new(set, name.data, rows);
		}
		rc = json_array_append_new(
			 rows, json_pack("[s,O]", owner, row)) < 0
			 ? ses_fail_nomem(err)
			 : 0;
	}
	ses_buf_free(&name);
	return rc;
}

int
ses_audit_index(struct ses_store *s, json_t **out, struct seshat_err *err)
{
	json_t *set = json_object();
	int rc = ses_index_rows(s, add_row, set, err);

	if (rc < 0)
		json_decref(set);
	else
		*out = set;
	return rc;
}
