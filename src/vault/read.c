#include <string.h>

#include "pack/archive.h"
#include "pack/member.h"
#include "vault/doc.h"
#include "vault/read.h"
#include "vault/reading.h"
#include "vault/slices.h"

/* What does not shrink grows a little. */
#define OBJECT_MAX (64U << 20)
#define TRIES      5

/* What an archived object holds is not kept in memory where it is more. */
#define WHOLE_MAX (8U << 20)

/* Hashes what passes to the next sink. */
struct hashing {
	struct ses_sha256 sha;
	uint32_t crc;
	const struct ses_sink *next;
};

static int
hash_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct hashing *h = arg;

	ses_sha256_add(&h->sha, data, len);
	h->crc = ses_crc32(h->crc, data, len);
	return ses_sink_write(h->next, data, len, err);
}

/* The text of an archived object.  Its header says what a gzip member's end
 * does, and whoever has no checkpoint believes it. */
static int
unpack_archived(const struct ses_buf *b, const struct ses_member *m,
    const struct ses_part_head *head, struct hashing *to,
    struct seshat_err *err)
{
	struct ses_sink sink = {hash_on, to};

	if (b->len - m->body != head->frame)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "is not as long as its header says");
	if (ses_archive_unpack(b->data, b->len, head->size, &sink, err) < 0)
		return -1;
	return to->crc == head->crc
		   ? 0
		   : ses_fail(err, SESHAT_ECORRUPT, "CRC-32 mismatch");
}

/* Hand out one object's content, checked against its own header. */
static int
read_object(const struct ses_buf *b, const struct ses_entry *e,
    const uint64_t *at, const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	struct hashing hashing = {.next = sink};
	struct ses_sink hasher = {hash_on, &hashing};
	struct ses_member m;
	const char *wrong;
	char hex[SES_SHA256_HEX];

	*head = (struct ses_part_head){0};
	if (ses_stream_parse_object(e->name, b, &m, err) < 0)
		return -1;
	if (m.extra == NULL) /* of another program: its CRC must do */
		return ses_member_inflate(
		    b->data, b->len, SES_ENTRY_CONTENT_MAX, sink, err);
	if (ses_part_head_parse(m.extra, m.extra_len, head, err) < 0)
		return -1;
	wrong = ses_entry_misfit(e, head, at);
	if (wrong != NULL)
		return ses_fail(err, SESHAT_ECORRUPT, "%s", wrong);
	ses_sha256_init(&hashing.sha);
	if ((ses_entry_is_archived(e)
		    ? unpack_archived(b, &m, head, &hashing, err)
		    : ses_member_inflate(
			  b->data, b->len, head->size, &hasher, err)) < 0)
		return -1;
	if (hashing.sha.len != head->size)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "holds fewer bytes than its header says");
	ses_sha256_hex(&hashing.sha, hex);
	if (strcmp(hex, head->h) != 0)
		return ses_fail(err, SESHAT_ECORRUPT, "SHA-256 mismatch");
	return 0;
}

static void
key_of(
    const struct ses_where *w, const struct ses_entry *e, struct ses_buf *key)
{
	ses_key_session(key, w);
	ses_buf_str(key, e->name);
	(void)ses_buf_cstr(key);
}

/* The object as it is stored, into b. */
static int
fetch(struct ses_store *s, const struct ses_where *w, const struct ses_entry *e,
    struct ses_buf *b, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	key_of(w, e, &key);
	ses_buf_clear(b);
	rc = ses_buf_check(&key, err);
	if (rc == 0)
		rc = ses_store_read(s, key.data, OBJECT_MAX, b, err);
	ses_buf_free(&key);
	return rc;
}

/* As read_object, saying which one it is. */
static int
open_object(const struct ses_buf *b, const struct ses_entry *e,
    const uint64_t *at, const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	int rc = read_object(b, e, at, sink, head, err);

	if (rc < 0 && err->code == SESHAT_EFORMAT)
		err->code = SESHAT_ECORRUPT;
	return rc < 0 ? ses_fail_in(err, "%s", e->name) : 0;
}

int
ses_part_open(const struct ses_buf *object, const struct ses_entry *e,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	return open_object(object, e, NULL, sink, head, err);
}

int
ses_part_get(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, struct ses_buf *object,
    const struct ses_sink *sink, struct ses_part_head *head,
    struct seshat_err *err)
{
	return fetch(s, w, e, object, err) < 0
		   ? -1
		   : open_object(object, e, NULL, sink, head, err);
}

int
ses_part_read(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct ses_part_head *head, struct seshat_err *err)
{
	struct ses_part_head unused;
	struct ses_buf b = {0};
	int rc =
	    ses_part_get(s, w, e, &b, sink, head != NULL ? head : &unused, err);

	ses_buf_free(&b);
	return rc;
}

/* Lets all but the first bytes and lines pass, and counts the bytes. */
struct skipping {
	uint64_t skip_bytes;
	uint64_t skip_lines;
	uint64_t given; /* bytes that came in since the stream's start */
	uint32_t seq;   /* the part behind them */
	const struct ses_sink *next;
	int passed_on;                /* the next sink failed: not damage */
	struct ses_part_cache *cache; /* or NULL */
};

static int
skip_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct skipping *s = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;
	size_t n;

	n = s->skip_bytes < len ? (size_t)s->skip_bytes : len;
	s->skip_bytes -= n;
	p += n;
	s->given += len - n;
	while (s->skip_lines > 0 && p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		p = nl == NULL ? end : nl + 1;
		s->skip_lines -= nl != NULL;
	}
	if (p < end && ses_sink_write(s->next, p, (size_t)(end - p), err) < 0) {
		s->passed_on = 1;
		return -1;
	}
	return 0;
}

struct ses_stream *
ses_reading_choose(
    const struct ses_streams *l, const char *stream, struct seshat_err *err)
{
	struct ses_stream *st = stream != NULL ? ses_streams_named(l, stream)
					       : ses_streams_current(l);

	if (st == NULL && stream != NULL)
		ses_fail(err, SESHAT_ENOTFOUND,
		    "no stream %s ('seshat show ID' names those there are)",
		    stream);
	else if (st == NULL)
		ses_fail(err, SESHAT_ENOTFOUND, "nothing is stored of it");
	return st;
}

/* Of a part that no checkpoint lists only its name says that it belongs here:
 * somebody may have copied another one over it. */
static int
check_place(const struct ses_reading *r, const struct ses_entry *e,
    const struct ses_part_head *head, struct seshat_err *err)
{
	if (e->known || (r->writer == NULL && head->w[0] == '\0'))
		return 0; /* seen to, or all of it is another program's */
	if (r->writer != NULL && strcmp(head->w, r->writer) != 0)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "%s: is a part of another stream", e->name);
	if (head->from != r->at)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "%s: does not go on where the part before it ends",
		    e->name);
	return 0;
}

/* What the part holds, checked; of the cache it was, but for its place. */
static int
content_of(const struct ses_reading *r, const struct ses_entry *e,
    struct ses_buf *content, struct ses_part_head *head, struct seshat_err *err)
{
	const uint64_t *at = e->known ? &r->at : NULL;
	struct ses_sink aside = ses_sink_buf(content);
	struct ses_buf object = {0};
	struct ses_buf key = {0};
	const char *wrong;
	int rc = 0;

	key_of(r->w, e, &key);
	if (r->cache != NULL && ses_buf_check(&key, err) == 0 &&
	    ses_part_cache_get(r->cache, key.data, content, head)) {
		wrong = ses_entry_misfit(e, head, at);
		if (wrong != NULL)
			rc = ses_fail(
			    err, SESHAT_ECORRUPT, "%s: %s", e->name, wrong);
	} else {
		rc = fetch(r->s, r->w, e, &object, err);
		if (rc == 0)
			rc = open_object(&object, e, at, &aside, head, err);
		ses_buf_free(&object);
		/* of another program, it has no header to be checked by */
		if (rc == 0 && head->w[0] != '\0')
			ses_part_cache_put(r->cache, key.data, content, head);
	}
	ses_buf_free(&key);
	return rc < 0 ? -1 : ses_buf_check(content, err);
}

/* Whether its text is not to be held in memory. */
static int
is_large(const struct ses_entry *e)
{
	return ses_entry_is_archived(e) && e->known && e->size > WHOLE_MAX;
}

int
ses_reading_push(struct ses_reading *r, const struct ses_entry *e, int last,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	struct ses_buf content = {0};
	int held;
	int rc;

	/* a torn line is only printed at the very end; whether a part holds
	 * one, only its header may tell */
	if (e->known && e->torn && !last)
		return 1;
	/* nothing is given out before all of it was checked */
	if (is_large(e))
		return ses_slices_push(r, e, err);
	rc = content_of(r, e, &content, &head, err);
	if (rc == 0)
		rc = check_place(r, e, &head, err);
	held = !e->known && head.torn && !last;
	if (rc == 0 && !held)
		rc = ses_sink_write(r->sink, content.data, content.len, err);
	if (rc == 0 && e->known)
		r->at = e->to;
	else if (rc == 0 && head.w[0] != '\0') /* not of another program */
		r->at = head.torn ? head.from : head.to;
	ses_buf_free(&content);
	return rc < 0 ? -1 : held;
}

struct ses_reading
ses_reading_of(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, const struct ses_sink *sink)
{
	return (struct ses_reading){.s = s,
	    .w = w,
	    .writer = st->doc != NULL ? ses_doc_str(st->doc, "w") : NULL,
	    .sink = sink};
}

/* Push the parts from the one at *i on; *i ends at the one that failed. */
static int
read_parts(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, size_t *i, struct skipping *skip,
    struct seshat_err *err)
{
	struct ses_sink sink = {skip_on, skip};
	struct ses_reading r = ses_reading_of(s, w, st, &sink);

	r.cache = skip->cache;
	if (*i < st->n && st->parts[*i].known)
		r.at = st->parts[*i].from;
	if (ses_stream_expect(s, w, st, *i, 0, err) < 0)
		return -1;
	for (; *i < st->n; (*i)++)
		if (ses_reading_push(&r, &st->parts[*i], *i + 1 == st->n, err) <
		    0)
			return -1;
	return 0;
}

int
ses_reading_damaged(
    const struct ses_stream *st, size_t i, struct seshat_err *err)
{
	char was[256];

	(void)snprintf(was, sizeof(was), "%.250s", err->msg);
	if (i < st->n && st->parts[i].known)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "damaged: source bytes %llu to %llu cannot be read (%s)",
		    (unsigned long long)st->parts[i].from,
		    (unsigned long long)st->parts[i].to, was);
	if (i < st->n)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "damaged: part %u cannot be read (%s)", st->parts[i].first,
		    was);
	return ses_fail(err, SESHAT_ECORRUPT,
	    "damaged: %s; the source bytes from %llu on cannot be read",
	    st->damage, (unsigned long long)st->cursor);
}

/* Where it goes on: the part that is next, in front of which all may hold other
 * bytes by now; where that was merged with what was given out, from the first
 * one on, less what was given. */
static size_t
find_next(const struct ses_stream *st, struct skipping *skip)
{
	size_t i;

	skip->skip_bytes = 0;
	for (i = 0; i < st->n; i++)
		if (st->parts[i].first == skip->seq)
			return i;
	skip->skip_bytes = skip->given;
	return 0;
}

/* One look at the store and one try to read on from skip->given.  1: it
 * changed under us, look again. */
static int
read_once(struct ses_store *s, const struct ses_where *w, const char *stream,
    struct skipping *skip, char id[SES_STREAM_ID], uint64_t *rev,
    struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	uint64_t now;
	size_t i;
	int rc = -1;

	if (ses_streams_load(s, w, &l, err) < 0)
		return -1;
	st = ses_reading_choose(&l, id[0] != '\0' ? id : stream, err);
	if (st == NULL)
		goto out;
	memcpy(id, st->id, SES_STREAM_ID);
	now = st->doc == NULL ? 0 : ses_doc_u64(st->doc, "rev") + 1;
	i = find_next(st, skip);
	rc = read_parts(s, w, st, &i, skip, err);
	skip->seq = i < st->n ? st->parts[i].first : st->next_seq;
	if (rc == 0 && st->hole)
		rc = -1;
	if (rc == 0 || skip->passed_on)
		goto out;
	if (now != *rev) {
		*rev = now;
		rc = 1;
	} else if (i == st->n || err->code == SESHAT_ECORRUPT ||
		   err->code == SESHAT_ENOTFOUND) {
		rc = ses_reading_damaged(st, i, err);
	}
out:
	ses_streams_free(&l);
	return rc;
}

int
ses_session_read(struct ses_store *s, const struct ses_where *w,
    const char *stream, const struct ses_sink *sink, struct seshat_err *err)
{
	struct skipping skip = {.next = sink};
	char id[SES_STREAM_ID] = "";
	uint64_t rev = UINT64_MAX;
	uint64_t given;
	int rc = 1;
	int tries;

	/* whoever reads slowly may see many merges */
	for (tries = 0; tries < TRIES && rc == 1; tries++) {
		given = skip.given;
		rc = read_once(s, w, stream, &skip, id, &rev, err);
		if (skip.given > given)
			tries = 0;
	}
	return rc == 0 ? 0 : -1;
}

int
ses_reading_tail(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, uint64_t n, size_t *first, uint64_t *lines,
    struct seshat_err *err)
{
	struct ses_entry *e;
	size_t i;

	*lines = 0;
	for (i = st->n; i > 0; i--) {
		e = &st->parts[i - 1];
		*first = i - 1;
		if (!e->known && ses_stream_fetch(s, w, e, NULL, err) < 0)
			return -1;
		if (*lines >= n && !e->inside)
			break;
		/* a torn line counts at the end only, whole ones always */
		if (!e->torn || i == st->n)
			*lines += e->lines;
	}
	*first = i;
	return 0;
}

/* What came of reading, rc, from the part i on: of a try that did not begin at
 * the first part.  1: a part was merged away before anything was given out. */
static int
part_failed(const struct ses_stream *st, size_t i, const struct skipping *skip,
    int rc, struct seshat_err *err)
{
	/* behind a hole there would be other lines */
	if (rc == 0 && st->hole)
		return ses_reading_damaged(st, st->n, err);
	if (rc < 0 && skip->given == 0 && err->code == SESHAT_ENOTFOUND) {
		(void)ses_reading_damaged(st, i, err);
		return 1;
	}
	if (rc < 0 && !skip->passed_on &&
	    (err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT ||
		err->code == SESHAT_ENOTFOUND))
		return ses_reading_damaged(st, i, err);
	return rc;
}

int
ses_reading_line(struct ses_store *s, const struct ses_where *w,
    const struct ses_stream *st, uint64_t line, size_t *first, uint64_t *before,
    struct seshat_err *err)
{
	struct ses_entry *e;
	uint64_t seen = 0;
	size_t i;

	*first = 0;
	*before = 0;
	for (i = 0; i < st->n; i++) {
		e = &st->parts[i];
		if (ses_reading_learn(s, w, e, err) <= 0) {
			*first = i;
			return -1;
		}
		if (i == 0 || !st->parts[i - 1].inside) {
			*first = i;
			*before = seen;
		}
		/* a torn line counts at the end only, whole ones always */
		if (!e->torn || i + 1 == st->n)
			seen += e->lines;
		if (seen >= line)
			return 0;
	}
	/* there are no more lines, or a last one without its newline */
	return 0;
}

/* Where reading begins that does not begin with the first part. */
struct place {
	const char *stream; /* NULL: the current one */
	uint64_t line;      /* from this one on; 0: */
	uint64_t tail;      /* the last so many */
};

/* One try.  1: a part was merged away before anything was given out, look
 * again. */
static int
some_once(struct ses_store *s, const struct ses_where *w,
    const struct place *at, struct skipping *skip, struct seshat_err *err)
{
	struct ses_streams l = {0};
	const struct ses_stream *st;
	uint64_t lines = 0;
	size_t i = 0;
	int rc = -1;

	if (ses_streams_load(s, w, &l, err) < 0)
		return -1;
	st = ses_reading_choose(&l, at->stream, err);
	if (st == NULL)
		goto out;
	if (at->line > 0) {
		rc = ses_reading_line(s, w, st, at->line, &i, &lines, err);
		skip->skip_lines = at->line - 1 - lines;
	} else {
		rc = ses_reading_tail(s, w, st, at->tail, &i, &lines, err);
		skip->skip_lines = lines > at->tail ? lines - at->tail : 0;
	}
	if (rc == 0)
		rc = read_parts(s, w, st, &i, skip, err);
	rc = part_failed(st, i, skip, rc, err);
out:
	ses_streams_free(&l);
	return rc;
}

static int
read_some(struct ses_store *s, const struct ses_where *w,
    const struct place *at, struct skipping *skip, struct seshat_err *err)
{
	int rc = 1;
	int i;

	for (i = 0; i < TRIES && rc == 1; i++)
		rc = some_once(s, w, at, skip, err);
	return rc == 0 ? 0 : -1;
}

int
ses_session_tail(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t n, const struct ses_sink *sink,
    struct seshat_err *err)
{
	const struct place at = {.stream = stream, .tail = n};
	struct skipping skip = {.next = sink};

	return read_some(s, w, &at, &skip, err);
}

int
ses_session_from(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t line, struct ses_part_cache *cache,
    const struct ses_sink *sink, struct seshat_err *err)
{
	const struct place at = {.stream = stream, .line = line > 0 ? line : 1};
	struct skipping skip = {.next = sink, .cache = cache};

	return read_some(s, w, &at, &skip, err);
}
