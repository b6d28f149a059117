#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "pack/member.h"
#include "vault/doc.h"
#include "vault/entry.h"

int
ses_entry_is_merged(const struct ses_entry *e)
{
	return ses_str_starts(e->name, "merged-") || ses_entry_is_archived(e);
}

int
ses_entry_is_archived(const struct ses_entry *e)
{
	return ses_key_is_archive(e->name);
}

const char *
ses_entry_misfit(const struct ses_entry *e, const struct ses_part_head *h,
    const uint64_t *at)
{
	if (h->size > SES_ENTRY_CONTENT_MAX)
		return "says that it holds more than a part can";
	if (e->known) {
		if (e->from != h->from || e->to != h->to)
			return "holds other source bytes than its checkpoint "
			       "says";
		if (e->x != h->x || e->size != h->size || e->torn != h->torn ||
		    e->inside != h->inside || strcmp(e->h, h->h) != 0)
			return "is not the object that its checkpoint "
			       "describes";
	}
	if (at != NULL && h->from != *at)
		return "does not go on where the part before it ends";
	return NULL;
}

void
ses_entry_of_head(struct ses_entry *e, const struct ses_part_head *head,
    uint64_t body, uint64_t stored, uint32_t crc)
{
	e->from = head->from;
	e->to = head->to;
	e->size = head->size;
	e->stored = stored;
	e->lines = head->lines;
	e->last_event = head->last_event;
	e->x = head->x;
	e->crc = crc;
	e->body = body;
	e->torn = head->torn;
	e->inside = head->inside;
	e->known = 1;
	memcpy(e->h, head->h, sizeof(e->h));
	memcpy(e->k, head->k, sizeof(e->k));
	e->body_size = 0;
	if (ses_entry_is_archived(e))
		e->body = 0;
	else if (stored >= body + SES_MEMBER_TAIL)
		e->body_size = stored - body - SES_MEMBER_TAIL;
}

static json_t *
redaction_object(const char *text)
{
	json_t *o = json_object();
	const char *colon;
	const char *name;
	struct ses_buf rule = {0};
	uint64_t n;
	size_t len;

	for (; *text != '\0'; text += text[len] == ',' ? len + 1 : len) {
		len = strcspn(text, ",");
		colon = memchr(text, ':', len);
		if (colon == NULL)
			continue;
		ses_buf_clear(&rule);
		ses_buf_add(&rule, text, (size_t)(colon - text));
		name = ses_buf_cstr(&rule);
		if (rule.bad)
			break;
		if (ses_str_u64n(
			colon + 1, len - (size_t)(colon - text) - 1, &n) == 0)
			ses_doc_set_u64(o, name, n);
	}
	if (rule.bad) {
		json_decref(o);
		o = NULL;
	}
	ses_buf_free(&rule);
	return o;
}

json_t *
ses_entry_format(const struct ses_entry *e, const char *redactions)
{
	json_t *redacted = redaction_object(redactions);
	json_t *doc = redacted == NULL ? NULL : json_object();
	char hex[9];

	if (doc == NULL) {
		json_decref(redacted);
		return NULL;
	}
	ses_doc_set_str(doc, "key", e->name);
	(void)json_object_set_new(doc, "seq",
	    json_pack("[I,I]", (json_int_t)e->first, (json_int_t)e->last));
	(void)json_object_set_new(doc, "cursor_range",
	    json_pack("[I,I]", (json_int_t)e->from, (json_int_t)e->to));
	ses_doc_set_u64(doc, "uploaded_bytes", e->size);
	ses_doc_set_u64(doc, "stored_bytes", e->stored);
	ses_doc_set_u64(doc, "lines", e->lines);
	(void)json_object_set_new(doc, "h", json_pack("[s]", e->h));
	ses_crc32_hex(e->x, hex);
	ses_doc_set_str(doc, "x", hex);
	ses_doc_set_str(doc, "k", e->k);
	ses_crc32_hex(e->crc, hex);
	ses_doc_set_str(doc, "crc32", hex);
	if (!ses_entry_is_archived(e)) {
		ses_doc_set_u64(doc, "body_offset", e->body);
		ses_doc_set_u64(doc, "body_size", e->body_size);
	}
	(void)json_object_set_new(doc, "redactions", redacted);
	if (e->last_event != 0)
		ses_doc_set_time(doc, "last_event_at", e->last_event);
	if (e->torn)
		(void)json_object_set_new(doc, "torn", json_true());
	if (e->inside)
		(void)json_object_set_new(doc, "inside", json_true());
	return doc;
}

static int
pair(const json_t *doc, const char *name, uint64_t *a, uint64_t *b)
{
	json_t *p = json_object_get(doc, name);
	json_int_t x = json_integer_value(json_array_get(p, 0));
	json_int_t y = json_integer_value(json_array_get(p, 1));

	if (json_array_size(p) != 2 || x < 0 || y < x)
		return -1;
	*a = (uint64_t)x;
	*b = (uint64_t)y;
	return 0;
}

static int
crc_of(const json_t *doc, const char *name, uint32_t *out)
{
	const char *s = ses_doc_str(doc, name);

	return ses_crc32_parse(s, strlen(s), out);
}

static void
hash_of(const char *s, char out[SES_SHA256_HEX])
{
	if (strlen(s) == SES_SHA256_HEX - 1)
		memcpy(out, s, SES_SHA256_HEX);
}

int
ses_entry_parse(const json_t *doc, struct ses_entry *e, struct seshat_err *err)
{
	struct ses_entry r = {.known = 1};
	const char *name = ses_doc_str(doc, "key");
	const json_t *h = json_object_get(doc, "h");
	char stream[SES_STREAM_ID];
	uint64_t first;
	uint64_t last;
	uint32_t seq;
	int kind = ses_key_kind(name, stream, &seq);

	if ((kind != SES_OBJECT_PART && kind != SES_OBJECT_MERGED) ||
	    pair(doc, "seq", &first, &last) < 0 || last > 99999999 ||
	    pair(doc, "cursor_range", &r.from, &r.to) < 0 ||
	    crc_of(doc, "x", &r.x) < 0 || crc_of(doc, "crc32", &r.crc) < 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "malformed entry of a part");
	memcpy(r.name, name, strlen(name));
	r.first = (uint32_t)first;
	r.last = (uint32_t)last;
	r.size = ses_doc_u64(doc, "uploaded_bytes");
	r.stored = ses_doc_u64(doc, "stored_bytes");
	r.lines = ses_doc_u64(doc, "lines");
	r.last_event = ses_doc_time(doc, "last_event_at");
	if (json_array_size(h) == 1)
		hash_of(json_string_value(json_array_get(h, 0)) != NULL
			    ? json_string_value(json_array_get(h, 0))
			    : "",
		    r.h);
	hash_of(ses_doc_str(doc, "k"), r.k);
	if (!ses_entry_is_archived(&r)) {
		r.body = ses_doc_u64(doc, "body_offset");
		r.body_size = ses_doc_u64(doc, "body_size");
	}
	r.torn = json_is_true(json_object_get(doc, "torn"));
	r.inside = json_is_true(json_object_get(doc, "inside"));
	*e = r;
	return 0;
}

/* Whether its name is that of these numbers of this stream. */
static int
is_named(const struct ses_entry *e, const char *stream)
{
	char name[SES_PART_NAME];

	ses_key_part(name, e->first, stream);
	if (e->first == e->last && strcmp(e->name, name) == 0)
		return 1;
	(void)snprintf(name, sizeof(name), "%s-%s-%08u-%08u-",
	    ses_entry_is_archived(e) ? "archive" : "merged", stream, e->first,
	    e->last);
	return ses_str_starts(e->name, name);
}

/* Whether the entries are those of one stream from its first byte on: in
 * order, none twice, none left out, next_seq behind the last. */
static int
check_order(const struct ses_entry *v, size_t n, const char *stream,
    uint64_t next_seq, struct seshat_err *err)
{
	uint64_t seq = 0;
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!is_named(&v[i], stream) || v[i].first != seq ||
		    v[i].last < v[i].first || v[i].from != at)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "the entry after part %llu is of something else",
			    (unsigned long long)seq);
		seq = (uint64_t)v[i].last + 1;
		at = v[i].torn ? v[i].from : v[i].to;
	}
	if (next_seq != seq)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "lists %llu parts and says that %llu is the next",
		    (unsigned long long)seq, (unsigned long long)next_seq);
	return 0;
}

unsigned
ses_entries_schema(const json_t *parts)
{
	size_t i;

	for (i = 0; i < json_array_size(parts); i++)
		if (ses_key_is_archive(
			ses_doc_str(json_array_get(parts, i), "key")))
			return SES_ENTRIES_ARCHIVED;
	return SES_ENTRIES_SCHEMA;
}

int
ses_entries_parse(const json_t *doc, size_t room, struct ses_entry **v,
    size_t *n, struct seshat_err *err)
{
	const json_t *parts = json_object_get(doc, "parts");
	size_t len = json_array_size(parts);
	struct ses_entry *e = ses_calloc(len + room + 1, sizeof(*e));
	size_t i;

	if (e == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < len; i++)
		if (ses_entry_parse(json_array_get(parts, i), &e[i], err) < 0)
			goto fail;
	if (check_order(e, len, ses_doc_str(doc, "stream"),
		ses_doc_u64(doc, "next_seq"), err) < 0)
		goto fail;
	*v = e;
	*n = len;
	return 0;
fail:
	free(e);
	return -1;
}

const struct ses_entry *
ses_entries_find(const struct ses_entry *v, size_t n, uint32_t seq)
{
	size_t lo = 0;
	size_t hi = n;
	size_t mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (v[mid].last < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && v[lo].first <= seq ? &v[lo] : NULL;
}
