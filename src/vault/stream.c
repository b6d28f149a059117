#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "pack/archive.h"
#include "pack/member.h"
#include "vault/doc.h"
#include "vault/stream.h"

#define HEAD_GUESS 4096 /* most headers are below 1 KiB */
#define DAY_MS     INT64_C(86400000)
#define WHOLE_MAX  (64U << 10) /* cheaper than a second request */

static void
stream_free(struct ses_stream *st)
{
	json_decref(st->doc);
	free(st->parts);
}

void
ses_streams_free(struct ses_streams *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		stream_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_streams){0};
}

struct ses_stream *
ses_streams_named(const struct ses_streams *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i].id, id) == 0)
			return &l->v[i];
	return NULL;
}

static struct ses_stream *
find_or_add(struct ses_streams *l, const char *id)
{
	struct ses_stream *st = ses_streams_named(l, id);
	struct ses_stream *v;

	if (st != NULL)
		return st;
	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return NULL;
	l->v = v;
	st = &l->v[l->n++];
	*st = (struct ses_stream){0};
	memcpy(st->id, id, SES_STREAM_ID);
	return st;
}

static int
add_part(struct ses_stream *st, const struct ses_entry *e)
{
	struct ses_entry *v;

	v = ses_grow(st->parts, st->n, &st->cap, sizeof(*v));
	if (v == NULL)
		return -1;
	st->parts = v;
	st->parts[st->n++] = *e;
	return 0;
}

struct listing {
	struct ses_streams *out;
	size_t prefix; /* length of the session's prefix */
};

/* Parts are gathered first; which of them count, the checkpoint tells. */
static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct listing *l = arg;
	const char *name = o->key + l->prefix;
	char id[SES_STREAM_ID];
	struct ses_entry e = {0};
	struct ses_stream *st;
	int kind = ses_key_kind(name, id, &e.first);

	e.last = e.first;
	if (kind == SES_OBJECT_OTHER ||
	    (kind == SES_OBJECT_MERGED &&
		ses_key_merged_range(name, &e.first, &e.last) < 0))
		return 0;
	st = find_or_add(l->out, id);
	if (st == NULL)
		return ses_fail_nomem(err);
	if (o->mtime > st->put_at)
		st->put_at = o->mtime;
	if (kind == SES_OBJECT_CHECKPOINT) {
		st->opened = 1; /* there is one to be read */
		return 0;
	}
	memcpy(e.name, name, strlen(name));
	e.stored = o->size;
	return add_part(st, &e) < 0 ? ses_fail_nomem(err) : 0;
}

/* Take over what the checkpoint says; its parts come before the others. */
static int
use_checkpoint(struct ses_stream *st, json_t *doc, struct seshat_err *err)
{
	struct ses_entry *v;
	size_t n;

	if (ses_entries_parse(doc, st->n, &v, &n, err) < 0)
		return -1;
	if (st->n > 0)
		memcpy(v + n, st->parts, st->n * sizeof(*v));
	free(st->parts);
	st->parts = v;
	st->cap = n + st->n + 1;
	st->n += n;
	st->n_listed = n;
	st->doc = json_incref(doc);
	st->next_seq = (uint32_t)ses_doc_u64(doc, "next_seq");
	(void)strncpy(st->w, ses_doc_str(doc, "w"), sizeof(st->w) - 1);
	st->opened = ses_doc_time(doc, "opened_at");
	st->opened_size = ses_doc_u64(doc, "source_size_at_open");
	st->last_event = ses_doc_time(doc, "last_event_at");
	st->ended = ses_doc_time(doc, "ended_at");
	return 0;
}

static int
load_checkpoint(struct ses_store *s, const struct ses_where *w,
    struct ses_stream *st, struct seshat_err *err)
{
	struct ses_buf key = {0};
	json_t *doc;
	int rc = 0;

	st->opened = 0;
	ses_key_session(&key, w);
	ses_buf_fmt(&key, "stream-%s.json", st->id);
	doc = ses_doc_get(s, ses_buf_cstr(&key), err);
	(void)snprintf(st->tag, sizeof(st->tag), "%s", ses_store_tag(s));
	if (doc != NULL && strcmp(ses_doc_str(doc, "stream"), st->id) != 0)
		rc = ses_fail(err, SESHAT_ECORRUPT,
		    "it is that of another stream, '%.8s'",
		    ses_doc_str(doc, "stream"));
	else if (doc != NULL)
		rc = use_checkpoint(st, doc, err);
	if (doc == NULL || rc < 0) {
		rc = err->code == SESHAT_ECORRUPT ||
			     err->code == SESHAT_ENOTFOUND
			 ? 0
			 : -1;
		(void)snprintf(st->damage, sizeof(st->damage),
		    "checkpoint: %.100s", err->msg);
	}
	json_decref(doc);
	ses_buf_free(&key);
	return rc;
}

/* In their order; of those that begin with the same the longest first. */
static int
by_numbers(const void *a, const void *b)
{
	const struct ses_entry *x = a;
	const struct ses_entry *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
by_name(const void *a, const void *b)
{
	const struct ses_entry *x = a;
	const struct ses_entry *y = b;

	return strcmp(x->name, y->name);
}

/* What the checkpoint lists against what was seen, in order of the names as a
 * store lists. */
static void
mark_unlike(struct ses_stream *st)
{
	const struct ses_entry *seen = st->parts + st->n_listed;
	const size_t n = st->n - st->n_listed;
	const struct ses_entry *found;
	size_t i;

	for (i = 0; i < st->n_listed; i++) {
		found = n == 0 ? NULL
			       : bsearch(&st->parts[i], seen, n, sizeof(*seen),
				     by_name);
		st->parts[i].unlike =
		    found == NULL || found->stored != st->parts[i].stored;
	}
}

/* Of what was seen leave out the merged objects: those that count the
 * checkpoint lists, and only without one they stand for their parts. */
static void
sort_seen(struct ses_stream *st)
{
	struct ses_entry *v = st->parts + st->n_listed;
	size_t n = st->n - st->n_listed;
	size_t kept = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (st->doc == NULL || !ses_entry_is_merged(&v[i]))
			v[kept++] = v[i];
	if (st->doc == NULL && kept > 0)
		qsort(v, kept, sizeof(*v), by_numbers);
	st->n = st->n_listed + kept;
}

/* Of the parts that were seen keep those that go on without a hole. */
static void
join_tail(struct ses_stream *st)
{
	size_t kept = st->n_listed;
	size_t i;

	mark_unlike(st);
	sort_seen(st);
	for (i = st->n_listed; i < st->n; i++) {
		if (st->parts[i].first < st->next_seq)
			continue; /* garbage of a merge */
		if (st->parts[i].first != st->next_seq) {
			st->hole = 1;
			st->n_behind = st->n - i;
			memmove(st->parts + kept, st->parts + i,
			    st->n_behind * sizeof(*st->parts));
			break;
		}
		st->parts[kept++] = st->parts[i];
		st->next_seq = st->parts[i].last + 1;
	}
	st->n = kept;
	if (kept > st->n_listed)
		st->ended = 0;
	if (st->hole)
		(void)snprintf(st->damage, sizeof(st->damage),
		    "part %u is missing", st->next_seq);
}

/* What only the last part's header tells. */
static int
load_last(struct ses_store *s, const struct ses_where *w, struct ses_stream *st,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	struct ses_entry *e;
	uint64_t body = 0;
	uint32_t crc;

	if (st->n == 0)
		return 0;
	e = &st->parts[st->n - 1];
	if (!e->known) {
		if (ses_stream_head(s, w, e->name, &head, &body, err) < 0) {
			(void)snprintf(
			    st->damage, sizeof(st->damage), "%.120s", err->msg);
			return err->code == SESHAT_ECORRUPT ||
				       err->code == SESHAT_EFORMAT ||
				       err->code == SESHAT_ENOTFOUND
				   ? 0
				   : -1;
		}
		crc = e->crc;
		ses_entry_of_head(e, &head, body, e->stored, crc);
		e->known = 0; /* the CRC is still missing */
		memcpy(st->w, head.w, sizeof(st->w));
		st->opened = head.opened;
		st->opened_size = head.opened_size;
		if (head.last_event > st->last_event)
			st->last_event = head.last_event;
	}
	st->cursor = e->to;
	return 0;
}

int
ses_streams_load(struct ses_store *s, const struct ses_where *w,
    struct ses_streams *out, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_buf prefix = {0};
	struct ses_store_list what = {0};
	struct listing listing = {.out = &l};
	size_t i;
	int rc = -1;

	/* workspace/ may hold many */
	what.shallow = 1;
	ses_key_session(&prefix, w);
	what.prefix = ses_buf_cstr(&prefix);
	listing.prefix = prefix.len;
	if (ses_buf_check(&prefix, err) < 0 ||
	    ses_store_list(s, &what, see, &listing, err) < 0)
		goto out;
	for (i = 0; i < l.n; i++) {
		if (l.v[i].opened != 0 &&
		    load_checkpoint(s, w, &l.v[i], err) < 0)
			goto out;
		join_tail(&l.v[i]);
		if (load_last(s, w, &l.v[i], err) < 0)
			goto out;
	}
	*out = l;
	l = (struct ses_streams){0};
	rc = 0;
out:
	ses_streams_free(&l);
	ses_buf_free(&prefix);
	return rc;
}

uint64_t
ses_stream_resume(const struct ses_stream *st)
{
	if (st->n == 0)
		return 0;
	return st->parts[st->n - 1].torn ? st->parts[st->n - 1].from
					 : st->cursor;
}

static int
complete(const struct ses_stream *st)
{
	return st->n > 0 && st->cursor >= st->opened_size;
}

int
ses_streams_superseded(const struct ses_streams *l, const struct ses_stream *st)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (&l->v[i] != st && complete(&l->v[i]) &&
		    strcmp(l->v[i].w, st->w) == 0 &&
		    l->v[i].opened > st->opened)
			return 1;
	return 0;
}

/* When the last event was, as far as it can be believed: what is dated over a
 * day after its last object was put was dated by a wrong clock, or to win. */
static int64_t
believed(const struct ses_stream *st)
{
	return st->put_at > 0 && st->last_event - DAY_MS > st->put_at
		   ? st->put_at
		   : st->last_event;
}

static int
better(const struct ses_stream *a, const struct ses_stream *b)
{
	if (b == NULL)
		return 1;
	if (complete(a) != complete(b))
		return complete(a);
	if (complete(a) && believed(a) != believed(b))
		return believed(a) > believed(b);
	/* bytes and rows do not compare */
	if (strcmp(ses_doc_str(a->doc, "cursor_unit"),
		ses_doc_str(b->doc, "cursor_unit")) != 0)
		return a->opened > b->opened;
	return a->cursor > b->cursor;
}

struct ses_stream *
ses_streams_current(const struct ses_streams *l)
{
	struct ses_stream *best = NULL;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (l->v[i].n == 0 ||
		    (complete(&l->v[i]) && ses_streams_superseded(l, &l->v[i])))
			continue;
		if (better(&l->v[i], best))
			best = &l->v[i];
	}
	return best;
}

int
ses_stream_parse_object(const char *name, const struct ses_buf *b,
    struct ses_member *m, struct seshat_err *err)
{
	const char *data = b->data != NULL ? b->data : "";

	return ses_str_ends(name, ".zst")
		   ? ses_archive_parse(data, b->len, m, err)
		   : ses_member_parse(data, b->len, m, err);
}

/* Read the first bytes of an object: enough for its header. */
static int
read_head(struct ses_store *s, const char *key, uint64_t len, struct ses_buf *b,
    struct ses_member *m, struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(b);

	ses_buf_clear(b);
	if (ses_store_get(s, key, 0, len, &sink, err) < 0)
		return -1;
	return ses_stream_parse_object(key, b, m, err);
}

/* Most headers are short. */
static int
read_object_head(struct ses_store *s, const char *key, struct ses_buf *b,
    struct ses_member *m, struct seshat_err *err)
{
	int rc = read_head(s, key, HEAD_GUESS, b, m, err);

	if (rc < 0 && err->code == SESHAT_ECORRUPT && b->len >= HEAD_GUESS)
		rc = read_head(s, key, SES_MEMBER_HEAD_MAX, b, m, err);
	return rc;
}

int
ses_stream_head(struct ses_store *s, const struct ses_where *w,
    const char *name, struct ses_part_head *head, uint64_t *body,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	struct ses_buf b = {0};
	struct ses_member m = {0};
	int rc = -1;

	ses_key_session(&key, w);
	ses_buf_str(&key, name);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) < 0)
		goto out;
	if (read_object_head(s, key.data, &b, &m, err) < 0)
		goto out;
	if (ses_part_head_parse(
		m.extra != NULL ? m.extra : "", m.extra_len, head, err) < 0)
		goto out;
	*body = m.body;
	rc = 0;
out:
	ses_buf_free(&key);
	ses_buf_free(&b);
	return rc < 0 ? ses_fail_in(err, "%s", name) : 0;
}

/* Its first bytes, as many as hold its header, and its last 8: of a small
 * object with one request for all of it. */
static int
read_ends(struct ses_store *s, const char *key, uint64_t size,
    struct ses_buf *first, struct ses_member *m, unsigned char last[8],
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	int rc = -1;

	if (size <= WHOLE_MAX) {
		/* no more of it, whatever it has become */
		if (read_head(s, key, size + 1, first, m, err) < 0)
			return -1;
		if (first->len != size || size < m->body + SES_MEMBER_TAIL)
			return ses_fail(err, SESHAT_ECORRUPT, "cut off");
		memcpy(last, first->data + size - 8, 8);
		return 0;
	}
	if (read_object_head(s, key, first, m, err) < 0)
		return -1;
	if (ses_str_ends(key, ".zst"))
		return 0; /* its header tells all */
	if (ses_store_get(s, key, size - 8, 8, &sink, err) == 0) {
		rc = b.len == 8 ? 0 : ses_fail(err, SESHAT_ECORRUPT, "cut off");
		if (rc == 0)
			memcpy(last, b.data, 8);
	}
	ses_buf_free(&b);
	return rc;
}

/* What a trailer says of the uncompressed bytes' number. */
static uint32_t
length_of(const unsigned char last[8])
{
	return (uint32_t)last[4] | (uint32_t)last[5] << 8 |
	       (uint32_t)last[6] << 16 | (uint32_t)last[7] << 24;
}

int
ses_stream_fetch(struct ses_store *s, const struct ses_where *w,
    struct ses_entry *e, struct ses_buf *redactions, struct seshat_err *err)
{
	struct ses_part_head head = {0};
	struct ses_store_object o = {.size = e->stored};
	struct ses_member m = {0};
	struct ses_buf key = {0};
	struct ses_buf b = {0};
	unsigned char last[8] = {0};
	int rc = -1;

	ses_key_session(&key, w);
	ses_buf_str(&key, e->name);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) < 0)
		goto out;
	/* a listing told how large it is */
	if (o.size == 0 && ses_store_head(s, key.data, &o, err) < 0)
		goto out;
	if (read_ends(s, key.data, o.size, &b, &m, last, err) < 0 ||
	    ses_part_head_parse(
		m.extra != NULL ? m.extra : "", m.extra_len, &head, err) < 0) {
		ses_fail_in(err, "%s", e->name);
		goto out;
	}
	if (ses_entry_is_archived(e) ? o.size - m.body != head.frame
				     : length_of(last) != (uint32_t)head.size) {
		ses_fail(err, SESHAT_ECORRUPT, "%s: cut off", e->name);
		goto out;
	}
	if (head.size > SES_ENTRY_CONTENT_MAX) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s: says that it holds more than a part can", e->name);
		goto out;
	}
	ses_entry_of_head(e, &head, m.body, o.size,
	    ses_entry_is_archived(e) ? head.crc : ses_member_crc(last));
	if (redactions != NULL) {
		ses_buf_str(redactions, head.redactions);
		(void)ses_buf_cstr(redactions);
		if (ses_buf_check(redactions, err) < 0)
			goto out;
	}
	rc = 0;
out:
	ses_buf_free(&key);
	ses_buf_free(&b);
	return rc;
}

int
ses_stream_expect(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, size_t from, int fetched,
    struct seshat_err *err)
{
	struct ses_buf names = {0};
	const char **keys;
	const char *p;
	size_t n = 0;
	int rc;

	if (ses_store_caps(s) & SES_STORE_LOCAL)
		return 0;
	keys = ses_calloc(st->n + 1, sizeof(*keys));
	if (keys == NULL)
		return ses_fail_nomem(err);
	for (; from < st->n; from++) {
		if (fetched && (st->parts[from].known ||
				   st->parts[from].stored > WHOLE_MAX))
			continue;
		ses_key_session(&names, w);
		ses_buf_str(&names, st->parts[from].name);
		ses_buf_add(&names, "", 1);
		n++;
	}
	rc = ses_buf_check(&names, err);
	p = names.data;
	for (from = 0; rc == 0 && from < n; from++, p += strlen(p) + 1)
		keys[from] = p;
	if (rc == 0)
		ses_store_expect(s, keys, n);
	ses_buf_free(&names);
	free(keys);
	return rc;
}
