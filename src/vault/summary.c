#include <stdio.h>
#include <string.h>

#include "vault/doc.h"
#include "vault/reading.h"
#include "vault/summary.h"

#define LIVE_MS INT64_C(900000) /* an event in the last 15 minutes */

static int
is_rows(const struct ses_stream *st)
{
	return strcmp(ses_doc_str(st->doc, "cursor_unit"), "row") == 0;
}

/* Sums over the parts; those no checkpoint lists are asked for. */
static int
add_sums(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, json_t *doc, struct seshat_err *err)
{
	uint64_t size = 0;
	uint64_t stored = 0;
	uint64_t lines = 0;
	char damage[160];
	struct ses_entry *e;
	size_t i;
	int rc;

	(void)snprintf(damage, sizeof(damage), "%s", st->damage);
	if (ses_stream_expect(s, w, st, 0, 1, err) < 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		e = &st->parts[i];
		rc = ses_reading_learn(s, w, e, err);
		if (rc < 0)
			return -1;
		if (rc == 0 && damage[0] == '\0')
			(void)snprintf(damage, sizeof(damage),
			    "%s cannot be read", e->name);
		stored += e->stored;
		if (e->torn && i + 1 < st->n)
			continue;
		size += e->size;
		lines += e->lines;
	}
	/* rows have no bytes but those they were read as */
	ses_doc_set_u64(
	    doc, "total_source_bytes", is_rows(st) ? size : st->cursor);
	ses_doc_set_u64(doc, "total_uploaded_bytes", size);
	ses_doc_set_u64(doc, "stored_bytes", stored);
	ses_doc_set_u64(doc, "lines", lines);
	ses_doc_set_u64(doc, "part_count", st->n);
	ses_doc_set_str(doc, "damage", damage[0] != '\0' ? damage : NULL);
	return 0;
}

static json_t *
all_streams(const struct ses_streams *l)
{
	json_t *v = json_array();
	json_t *o;
	size_t i;

	for (i = 0; i < l->n; i++) {
		o = json_object();
		ses_doc_set_str(o, "stream", l->v[i].id);
		ses_doc_set_str(o, "writer", l->v[i].w);
		ses_doc_set_time(o, "opened_at", l->v[i].opened);
		ses_doc_set_time(o, "last_event_at", l->v[i].last_event);
		ses_doc_set_u64(o,
		    is_rows(&l->v[i]) ? "last_row" : "source_bytes",
		    l->v[i].cursor);
		ses_doc_set_u64(o, "part_count", l->v[i].n);
		ses_doc_set_str(o, "damage",
		    l->v[i].damage[0] != '\0' ? l->v[i].damage : NULL);
		(void)json_array_append_new(v, o);
	}
	return v;
}

/* What people wrote or the machine was called: only the summary file and
 * the checkpoint say. */
static json_t *
base_doc(
    struct ses_store *s, const struct ses_where *w, const struct ses_stream *st)
{
	static const char *const from_checkpoint[] = {"host", "source_path",
	    "started_at", "updated_at", "transcript_sha256_so_far",
	    "end_reason", "no_redact", "imported_from"};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	json_t *doc;
	json_t *v;
	size_t i;

	ses_key_session(&key, w);
	ses_buf_str(&key, "meta.json");
	doc = ses_doc_get(s, ses_buf_cstr(&key), &ignored);
	ses_buf_free(&key);
	if (doc == NULL)
		doc = json_object();
	(void)json_object_del(doc, "parts");
	for (i = 0; i < sizeof(from_checkpoint) / sizeof(from_checkpoint[0]);
	     i++) {
		v = json_object_get(st->doc, from_checkpoint[i]);
		if (v != NULL)
			(void)json_object_set(doc, from_checkpoint[i], v);
	}
	return doc;
}

int
ses_vault_summary(struct ses_store *s, const struct ses_where *w,
    const char *stream, json_t **out, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	json_t *doc = NULL;
	int rc = -1;

	if (ses_streams_load(s, w, &l, err) < 0)
		return -1;
	st = stream != NULL ? ses_streams_named(&l, stream)
			    : ses_streams_current(&l);
	if (st == NULL) {
		ses_fail(err, SESHAT_ENOTFOUND,
		    stream != NULL ? "no such stream"
				   : "nothing is stored of it");
		goto out;
	}
	doc = base_doc(s, w, st);
	ses_doc_set_str(doc, "session_id", w->id);
	ses_doc_set_str(doc, "harness", w->harness);
	ses_doc_set_str(doc, "project", w->project);
	ses_doc_set_str(doc, "stream", st->id);
	ses_doc_set_time(doc, "opened_at", st->opened);
	ses_doc_set_time(doc, "last_event_at", st->last_event);
	ses_doc_set_time(doc, "ended_at", st->ended);
	(void)json_object_set_new(doc, "streams", all_streams(&l));
	if (add_sums(s, w, st, doc, err) < 0)
		goto out;
	*out = json_incref(doc);
	rc = 0;
out:
	json_decref(doc);
	ses_streams_free(&l);
	return rc;
}

const char *
ses_summary_state(const json_t *row, int64_t now)
{
	if (ses_doc_str(row, "damage")[0] != '\0')
		return "damaged";
	if (ses_doc_time(row, "ended_at") != 0)
		return "ended";
	return now - ses_doc_time(row, "last_event_at") < LIVE_MS ? "live"
								  : "idle";
}
