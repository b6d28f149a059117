#include "mirror/repair.h"

int
ses_source_verify(const char *path, const struct ses_stream *st,
    struct ses_verify *v, struct seshat_err *err)
{
	struct ses_source s = {.fd = -1};
	const struct ses_entry *e;
	uint32_t crc;
	size_t i;
	int all = 1;
	int rc = -1;

	if (ses_source_open(&s, path, err) < 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		e = &st->parts[i];
		if (e->k[0] == '\0')
			continue; /* its header is lost: nothing to compare */
		if (ses_source_crc(&s, e->from, e->to, &crc, err) < 0) {
			if (err->code != SESHAT_ECONFLICT)
				goto out;
			crc = ~e->x;
		}
		if (crc != e->x) {
			all = 0;
			ses_verify_problem(
			    v, st, e, "the source has other bytes there now");
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
    const char *damaged, struct ses_flush_result *r, struct seshat_err *err)
{
	const struct ses_flush_how how = {.fresh = 1};
	struct ses_where w = {
	    .harness = session->harness->name, .id = session->id};

	if (ses_mirror_flush(m, session, &how, r, err) < 0)
		return -1;
	if (!r->opened || r->project == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "%s holds no whole line to repair it from", session->path);
	w.project = r->project;
	return ses_stream_remove(m->store, &w, damaged, err);
}
