#include <string.h>

#include "base/fs.h"
#include "mirror/repair.h"
#include "mirror/spool.h"
#include "vault/doc.h"

/* What no checkpoint lists its header tells; 0: it is lost, and there is
 * nothing to compare. */
static int
learn(struct ses_store *store, const struct ses_where *w, struct ses_entry *e,
    struct seshat_err *err)
{
	if (e->known)
		return e->k[0] != '\0';
	if (ses_stream_fetch(store, w, e, NULL, err) == 0)
		return 1;
	return err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT ||
		       err->code == SESHAT_ENOTFOUND
		   ? 0
		   : -1;
}

/* 1: no part of this stream, though it has the name of one.  It may be all
 * that is left of what it is a part of. */
static int
is_foreign(struct ses_store *store, const struct ses_where *w,
    const struct ses_stream *st, const struct ses_entry *e,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	uint64_t body;

	if (e->known || st->doc == NULL)
		return 0;
	if (ses_stream_head(store, w, e->name, &head, &body, err) < 0)
		return err->code == SESHAT_ECORRUPT ||
			       err->code == SESHAT_EFORMAT ||
			       err->code == SESHAT_ENOTFOUND
			   ? 0
			   : -1;
	return head.w[0] != '\0' &&
	       strcmp(head.w, ses_doc_str(st->doc, "w")) != 0;
}

/* 1: the source has these bytes, 0: it has others or ends before. */
static int
has(struct ses_source *s, const struct ses_entry *e, struct seshat_err *err)
{
	uint32_t crc;

	if (ses_source_crc(s, e->from, e->to, &crc, err) < 0)
		return err->code == SESHAT_ECONFLICT ? 0 : -1;
	return crc == e->x;
}

/* Open it; the folder of the local state serves to unpack it. */
static int
open_source(struct ses_source *s, struct ses_store *store,
    const struct ses_session *session, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = -1;

	if (ses_mirror_state_dir(store, &dir, err) == 0 &&
	    ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, err) == 0)
		rc = ses_source_open(s, session, dir.data, err);
	ses_buf_free(&dir);
	return rc;
}

int
ses_source_verify(struct ses_store *store, const struct ses_where *w,
    const struct ses_session *session, const struct ses_stream *st,
    struct ses_verify *v, struct seshat_err *err)
{
	struct ses_source s = {.fd = -1};
	struct ses_entry e;
	size_t i;
	int all = 1;
	int same;
	int rc = -1;

	if (open_source(&s, store, session, err) < 0)
		return -1;
	/* a document need not end its last line */
	rc = session->is_whole && s.size > 0 ? 0 : ses_source_is_empty(&s, err);
	if (rc != 0) {
		rc = rc < 0 ? -1 : 2;
		goto out;
	}
	rc = -1;
	/* also the parts that a hole keeps from being read */
	for (i = 0; i < st->n + st->n_behind; i++) {
		e = st->parts[i];
		same = is_foreign(store, w, st, &e, err);
		if (same < 0)
			goto out;
		if (same > 0) {
			all = 0;
			memcpy(v->foreign, e.name, sizeof(v->foreign));
			ses_verify_problem(
			    v, st, &e, "is a part of another stream");
			continue;
		}
		same = learn(store, w, &e, err);
		if (same == 0)
			continue;
		if (same > 0)
			same = has(&s, &e, err);
		if (same < 0)
			goto out;
		if (same == 0) {
			all = 0;
			ses_verify_problem(
			    v, st, &e, "the source has other bytes there now");
		}
	}
	rc = all;
out:
	ses_source_close(&s);
	ses_source_free(&s);
	return rc;
}

int
ses_mirror_repair(struct ses_mirror *m, const struct ses_session *session,
    const char *const *damaged, size_t n, struct ses_flush_result *r,
    struct seshat_err *err)
{
	const struct ses_flush_how how = {.fresh = 1};
	struct ses_where w = {
	    .harness = session->harness->name, .id = session->id};
	size_t i;

	if (ses_mirror_flush(m, session, &how, r, err) < 0)
		return -1;
	if (!r->opened || r->project == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "%s holds no whole line to repair it from", session->path);
	w.project = r->project;
	for (i = 0; i < n; i++) {
		if (ses_stream_remove(m->store, &w, damaged[i], err) < 0)
			return -1;
		ses_spool_clear(m, damaged[i]);
	}
	return 0;
}
