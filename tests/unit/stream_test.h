#ifndef STREAM_TEST_H
#define STREAM_TEST_H

/* A stream with a checkpoint, written by hand. */
#include "unit/vault_test.h"

#include "vault/doc.h"
#include "vault/stream.h"

/* A stream that is written while it is read. */
struct stream {
	struct writer w;
	struct ses_entry e[16]; /* what its checkpoint lists */
	size_t n;
	uint64_t rev;
};

/* List all parts that were put; ended: the session is. */
static inline void
put_checkpoint(struct stream *st, int ended)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	json_t *parts = json_array();
	json_t *doc = json_object();
	uint32_t next = st->n == 0 ? 0 : st->e[st->n - 1].last + 1;
	char name[64];
	size_t i;

	for (; next < st->w.seq; next++) {
		st->e[st->n] = (struct ses_entry){.first = next, .last = next};
		ses_key_part(st->e[st->n].name, next, st->w.stream);
		OK(ses_stream_fetch(
		    store, &where, &st->e[st->n++], NULL, &err));
	}
	for (i = 0; i < st->n; i++)
		json_array_append_new(parts, ses_entry_format(&st->e[i], ""));
	ses_doc_set_str(doc, "stream", st->w.stream);
	ses_doc_set_u64(doc, "rev", ++st->rev);
	ses_doc_set_str(doc, "w", st->w.w);
	ses_doc_set_time(doc, "opened_at", st->w.opened);
	ses_doc_set_u64(doc, "source_size_at_open", st->w.opened_size);
	ses_doc_set_time(doc, "last_event_at", st->w.event);
	ses_doc_set_time(doc, "ended_at", ended ? 9000 : 0);
	ses_doc_set_u64(doc, "next_seq", next);
	json_object_set_new(doc, "parts", parts);
	snprintf(name, sizeof(name), "stream-%s.json", st->w.stream);
	session_key(&key, name);
	OK(ses_doc_put(store, key.data, doc, 0, &err));
	json_decref(doc);
	ses_buf_free(&key);
}

#endif
