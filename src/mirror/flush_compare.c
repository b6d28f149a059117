/* Whether a source is still what was stored of it, all of it. */
#include <string.h>

#include "mirror/flush.h"

uint64_t
ses_flush_stored_to(const struct ses_state_source *src)
{
	return src->torn_to > src->cursor ? src->torn_to : src->cursor;
}

/* A part cannot be read.  One that is gone since it was listed is no damage:
 * its user may just be removing the session. */
static int
restart_after(struct ses_flush *f, const struct seshat_err *err)
{
	return ses_flush_is_gone(f, err) || err->code == SESHAT_ECORRUPT
		   ? SES_FLUSH_RESTART
		   : -1;
}

int
ses_flush_compare(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	uint32_t crc;
	size_t i;
	int rc = SES_FLUSH_OK;

	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	st = ses_streams_named(&l, f->src->stream);
	/* an old state may not know that another stream has followed */
	if (st != NULL && ses_streams_superseded(&l, st))
		rc = SES_FLUSH_RESTART;
	for (i = 0; st != NULL && i < st->n && rc == SES_FLUSH_OK; i++) {
		if (!st->parts[i].known &&
		    ses_stream_fetch(
			f->m->store, &f->where, &st->parts[i], NULL, err) < 0)
			rc = restart_after(f, err);
		else if (ses_source_crc(&f->m->source, st->parts[i].from,
			     st->parts[i].to, &crc, err) < 0)
			rc = err->code == SESHAT_ECONFLICT ? SES_FLUSH_RESTART
							   : -1;
		else if (crc != st->parts[i].x)
			rc = SES_FLUSH_RESTART;
	}
	ses_streams_free(&l);
	return rc;
}

/* Whether a whole version of it is stored: 1, 0 or -1. */
static int
has_whole(struct ses_flush *f, struct seshat_err *err)
{
	struct ses_streams l = {0};
	size_t i;
	int rc = 0;

	if (ses_streams_load(f->m->store, &f->where, &l, err) < 0)
		return -1;
	for (i = 0; i < l.n && !rc; i++)
		rc = l.v[i].n > 0 && l.v[i].cursor >= l.v[i].opened_size &&
		     strcmp(l.v[i].w, f->src->w) == 0;
	ses_streams_free(&l);
	return rc;
}

int
ses_flush_document_stands(struct ses_flush *f, struct seshat_err *err)
{
	const struct ses_state_source *src = f->src;
	uint64_t to = ses_flush_stored_to(src);

	if (src->stream[0] == '\0')
		return SES_FLUSH_OK;
	if (to < src->opened_size || to != f->m->source.size)
		return SES_FLUSH_RESTART;
	return ses_flush_compare(f, err);
}

int
ses_flush_torn(struct ses_flush *f, struct seshat_err *err)
{
	int rc = f->src->stream[0] == '\0' ? SES_FLUSH_RESTART
					   : ses_flush_document_stands(f, err);

	if (rc != SES_FLUSH_RESTART)
		return rc;
	rc = has_whole(f, err);
	if (rc > 0)
		return ses_source_whole_fail(f->session->path, err);
	return rc < 0 ? -1 : SES_FLUSH_OK;
}
