/* The end of a session that can no longer be read: its agent deleted it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/str.h"
#include "mirror/flush.h"
#include "mirror/known.h"
#include "vault/doc.h"
#include "vault/index.h"

static int
copy_text(
    const json_t *doc, const char *name, char **to, struct seshat_err *err)
{
	const char *text = ses_doc_str(doc, name);

	if (text[0] == '\0')
		return 0;
	*to = ses_str_dup(text);
	return *to == NULL ? ses_fail_nomem(err) : 0;
}

/* What the last summary said of it, since nothing else can. */
static int
recall(struct ses_flush *f, struct ses_session *s, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	json_t *doc;
	int rc = -1;

	ses_key_session(&key, &f->where);
	ses_buf_str(&key, "meta.json");
	doc = ses_doc_get(f->m->store, ses_buf_cstr(&key), &ignored);
	ses_buf_free(&key);
	s->id = ses_str_dup(f->where.id);
	s->harness = ses_harness_named(f->where.harness);
	if (s->id == NULL)
		ses_fail_nomem(err);
	else if (s->harness == NULL)
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this version does not know the harness %s",
		    f->where.harness);
	else if (copy_text(doc, "source_path", &s->path, err) == 0 &&
		 copy_text(doc, "cwd", &s->cwd, err) == 0 &&
		 copy_text(doc, "title", &s->title, err) == 0 &&
		 copy_text(doc, "agent_id", &s->agent, err) == 0 &&
		 copy_text(doc, "parent_session_id", &s->parent, err) == 0)
		rc = 0;
	json_decref(doc);
	return rc;
}

/* Without a state: the current stream, if it is this machine's. */
static int
find_stream(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	const char *path;
	int rc = -1;

	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	st = ses_streams_current(&l);
	path = st == NULL ? "" : ses_doc_str(st->doc, "source_path");
	if (st == NULL || st->hole ||
	    strcmp(ses_doc_str(st->doc, "owner"), f->m->owner.id) != 0) {
		ses_fail(err, SESHAT_ENOTFOUND,
		    "its source is not on this machine, and this machine did "
		    "not write it: stop it on the one that did");
		goto out;
	}
	f->src = ses_state_add(&f->state, path);
	rc = f->src == NULL ? ses_fail_nomem(err)
			    : ses_flush_take_stream(f, st, err);
out:
	ses_streams_free(&l);
	return rc;
}

static int
end_source(struct ses_flush *f, const char *why, struct seshat_err *err)
{
	int rc = ses_flush_summary(f, err);

	if (rc == SES_FLUSH_OK)
		rc = ses_flush_checkpoint(f, why, err);
	if (rc == SES_FLUSH_RESTART)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "the checkpoint of stream %s is not as this machine left "
		    "it ('seshat verify %s' tells more)",
		    f->src->stream, f->where.id);
	return rc < 0 ? -1 : 0;
}

static int
end_locked(struct ses_flush *f, const char *why, struct seshat_err *err)
{
	size_t n = 0;
	size_t i;
	int rc;

	if (ses_state_load(&f->state, f->state_path.data, f->m->owner.id, err) <
	    0)
		return -1;
	for (i = 0; i < f->state.n; i++) {
		f->src = &f->state.v[i];
		if (f->src->stream[0] == '\0')
			continue;
		/* nobody may say that more is stored than is there */
		rc = ses_flush_look(f, err);
		if (rc == SES_FLUSH_RESTART)
			continue;
		if (rc < 0)
			return -1;
		n++;
		if (end_source(f, why, err) < 0)
			return -1;
	}
	if (n == 0 &&
	    (ses_flush_use_project(f, f->where.project, err) < 0 ||
		find_stream(f, err) < 0 || end_source(f, why, err) < 0))
		return -1;
	ses_flush_forget(f); /* it starts anew */
	return 0;
}

int
ses_flush_update_index(struct ses_flush *f, struct seshat_err *err)
{
	int rc;

	if (f->r->meta == NULL)
		return 0;
	rc = ses_lock_take(f->m->lock, "index", err);
	if (rc == 0)
		rc = ses_index_update(
		    f->m->store, f->m->owner.id, &f->r->meta, 1, err);
	ses_lock_drop(f->m->lock, "index");
	return rc;
}

int
ses_mirror_end(struct ses_mirror *m, const struct ses_where *w, const char *why,
    struct seshat_err *err)
{
	const struct ses_flush_how how = {.end = why};
	struct ses_session session = {0};
	struct ses_flush_result r = {0};
	struct ses_flush f = {
	    .m = m, .session = &session, .how = &how, .r = &r, .where = *w};
	struct ses_buf name = {0};
	int rc = -1;

	ses_buf_fmt(&name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0 ||
	    ses_state_path(
		m->state_dir, w->harness, w->id, &f.state_path, err) < 0 ||
	    recall(&f, &session, err) < 0)
		goto out;
	rc = ses_lock_take(m->lock, name.data, err);
	if (rc == 0)
		rc = end_locked(&f, why, err);
	ses_lock_drop(m->lock, name.data);
	f.where.project = w->project; /* the state's copy goes now */
	if (rc == 0)
		rc = ses_flush_update_index(&f, err);
out:
	ses_session_free(&session);
	ses_flush_result_free(&r);
	ses_flush_free(&f);
	ses_buf_free(&name);
	return rc;
}
