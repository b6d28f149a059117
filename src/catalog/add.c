/* Taking in a part that was just stored, without asking the store. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "catalog/rows.h"
#include "base/mem.h"

#define WAIT_MS 200 /* for another that writes; the next update sees to it */

/* Whether the part goes on where the catalog ends: 1 or 0, or -1. */
static int
fits(struct ses_ingest *in, int64_t no, const char *stream,
    const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_taken *t = &in->taken;

	if (ses_taken_get(in->c, no, t, err) < 0)
		return -1;
	return strcmp(t->stream, stream) == 0 && !t->ragged &&
	       t->next == e->first && e->first > 0 && !e->torn && !e->inside;
}

static int
add(struct ses_ingest *in, const struct ses_where *w, const char *stream,
    const struct ses_entry *e, const char *text, size_t len,
    struct seshat_err *err)
{
	struct ses_sink sink;
	int64_t no;
	int rc;

	if (ses_rows_no(in->c, w->harness, w->id, &no, err) < 0)
		return -1;
	if (no == 0)
		return 0;
	rc = fits(in, no, stream, e, err);
	if (rc <= 0)
		return rc;
	if (ses_ingest_begin(in, no, w, err) < 0)
		return -1;
	sink = ses_ingest_sink(in);
	if (ses_sink_write(&sink, text, len, err) < 0)
		return -1;
	if (in->last_byte != '\n')
		return 0; /* rolled back */
	if (ses_ingest_mark(in, e, err) < 0)
		return -1;
	in->taken.at = e->to;
	return ses_ingest_save(in, err) < 0 ? -1 : 1;
}

static int
in_transaction(struct ses_catalog *c, const struct ses_where *w,
    const char *stream, const struct ses_entry *e, const char *text, size_t len,
    struct seshat_err *err)
{
	static const struct ses_catalog_how how;
	struct ses_catalog_done done = {0};
	struct ses_ingest *in = ses_calloc(1, sizeof(*in));
	int rc;

	if (in == NULL)
		return ses_fail_nomem(err);
	in->c = c;
	in->how = &how;
	in->done = &done;
	rc = ses_catalog_exec(c, "BEGIN IMMEDIATE;", err);
	if (rc == 0)
		rc = ses_ingest_numbers(in, err);
	if (rc == 0)
		rc = add(in, w, stream, e, text, len, err);
	if (rc > 0)
		rc = ses_catalog_exec(c, "COMMIT;", err) < 0 ? -1 : 1;
	if (rc <= 0)
		ses_catalog_rollback(c);
	ses_ingest_free(in);
	return rc;
}

int
ses_catalog_add(struct ses_catalog *c, const struct ses_where *w,
    const char *stream, const struct ses_entry *e, const char *text, size_t len,
    struct seshat_err *err)
{
	int rc = ses_catalog_lock(c, WAIT_MS, err);

	if (rc <= 0)
		return rc;
	rc = ses_catalog_ready(c, err);
	if (rc == 0)
		rc = in_transaction(c, w, stream, e, text, len, err);
	ses_catalog_unlock(c);
	return rc;
}
