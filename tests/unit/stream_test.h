#ifndef STREAM_TEST_H
#define STREAM_TEST_H

/* A stream with a checkpoint, written by hand. */
#include "unit/vault_test.h"

#include "vault/doc.h"
#include "vault/read.h"
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

/* The object that holds the entries e[0] to e[n - 1]: their deflate bodies
 * between one header and one end. */
static inline void
splice(const struct ses_entry *e, size_t n, const struct ses_buf *text,
    struct ses_buf *out)
{
	static const unsigned char tail[2] = {3, 0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_part_head head = {0};
	struct ses_packer p = {0};
	struct ses_buf extra = {0};
	struct ses_buf b = {0};
	struct ses_member m;
	unsigned char end[8];
	uint32_t crc = ses_crc32(0, text->data, text->len);
	uint64_t body;
	size_t i;

	OK(ses_stream_head(store, &where, e[0].name, &head, &body, &err));
	head.x = e[0].x;
	for (i = 1; i < n; i++) {
		head.x = ses_crc32_join(head.x, e[i].x, e[i].to - e[i].from);
		head.lines += e[i].lines;
	}
	head.to = e[n - 1].to;
	head.size = text->len;
	ses_sha256_of(text->data, text->len, head.h);
	ses_part_head_format(&head, &extra);
	OK(ses_member_pack(&p, extra.data, extra.len, "", 0, out, &err));
	OK(ses_member_parse(out->data, out->len, &m, &err));
	out->len = m.body;
	for (i = 0; i < n; i++) {
		session_key(&extra, e[i].name);
		ses_buf_clear(&b);
		OK(ses_store_read(store, extra.data, 1 << 20, &b, &err));
		ses_buf_add(out, b.data + e[i].body, e[i].body_size);
	}
	for (i = 0; i < 4; i++) {
		end[i] = (unsigned char)(crc >> 8 * i);
		end[i + 4] = (unsigned char)(text->len >> 8 * i);
	}
	ses_buf_add(out, tail, sizeof(tail));
	ses_buf_add(out, end, sizeof(end));
	ses_packer_free(&p);
	ses_buf_free(&extra);
	ses_buf_free(&b);
}

/* Put one object in place of the entries from to to, and delete theirs. */
static inline void
merge(struct stream *st, size_t from, size_t to)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_entry *e = &st->e[from];
	size_t n = to - from + 1;
	struct ses_entry one = {.first = e->first};
	struct ses_buf text = {0};
	struct ses_buf key = {0};
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&text);
	char name[SES_PART_NAME];
	uint32_t last = st->e[to].last;
	size_t i;

	for (i = 0; i < n; i++)
		OK(ses_part_read(store, &where, &e[i], &sink, NULL, &err));
	splice(e, n, &text, &b);
	snprintf(name, sizeof(name), "merged-%s-%08u-%08u-01234567.jsonl.gz",
	    st->w.stream, e->first, last);
	session_key(&key, name);
	OK(ses_store_put(store, key.data,
	    &(struct ses_put){
		.data = b.data, .len = b.len, .how = SES_PUT_CREATE},
	    NULL, &err));
	memcpy(one.name, name, sizeof(one.name));
	OK(ses_stream_fetch(store, &where, &one, NULL, &err));
	memcpy(one.name, name, sizeof(one.name)); /* it took it for a part */
	one.last = last;
	for (i = 0; i < n; i++)
		del(e[i].name);
	memmove(e + 1, e + n, (st->n - to - 1) * sizeof(*e));
	*e = one;
	st->n -= n - 1;
	put_checkpoint(st, 0);
	ses_buf_free(&text);
	ses_buf_free(&key);
	ses_buf_free(&b);
}

#endif
