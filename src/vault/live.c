#include <string.h>

#include "vault/doc.h"
#include "vault/gap.h"
#include "vault/live.h"
#include "vault/pin.h"
#include "vault/reading.h"

#define TRIES 3

/* Internal: parts vanished between the listing and the reading. */
#define AGAIN (-2)

/* Hand out what was not handed out before. */
static int
hand_out(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_live *f = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;
	size_t n = f->skip < len ? (size_t)f->skip : len;

	f->skip -= n;
	p += n;
	while (f->skip_lines > 0 && p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl == NULL ? end : nl + 1) - p);
		f->skip_lines -= nl != NULL;
		f->begin += n;
		f->given += n;
		p += n;
	}
	if (p == end)
		return 0;
	if (ses_sink_write(f->out, p, (size_t)(end - p), err) < 0) {
		f->out_failed = 1;
		return -1;
	}
	ses_sha256_add(&f->sha, p, (size_t)(end - p));
	f->given += (uint64_t)(end - p);
	return 0;
}

/* Push the part e, and wait for the one behind it. */
static int
push(struct ses_live *f, struct ses_reading *r, const struct ses_entry *e,
    int last, struct seshat_err *err)
{
	int rc = ses_reading_push(r, e, last, err);

	if (rc < 0)
		return -1;
	f->held = rc;
	f->next_seq = e->last + 1;
	f->at = r->at;
	return 0;
}

/* The parts that can be found by their names. */
static int
next_parts(struct ses_live *f, struct seshat_err *err)
{
	struct ses_sink sink = {hand_out, f};
	struct ses_reading r = {.s = f->s,
	    .w = f->w,
	    .writer = f->has_checkpoint ? f->writer : NULL,
	    .at = f->at,
	    .sink = &sink};
	struct ses_entry e;

	do {
		e = (struct ses_entry){
		    .first = f->next_seq, .last = f->next_seq};
		ses_key_part(e.name, e.first, f->id);
	} while (push(f, &r, &e, 0, err) == 0);
	return err->code == SESHAT_ENOTFOUND && !f->out_failed ? 0 : -1;
}

/* Whether the checkpoint tells what the next part's name cannot: 1 or 0. */
static int
checkpoint_tells(struct ses_live *f, struct seshat_err *err)
{
	struct ses_buf key = {0};
	json_t *doc;
	uint64_t next;
	int rc;

	ses_key_session(&key, f->w);
	ses_buf_fmt(&key, "stream-%s.json", f->id);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) < 0)
		return -1;
	doc = ses_doc_get(f->s, key.data, err);
	ses_buf_free(&key);
	if (doc == NULL && err->code == SESHAT_ENOTFOUND)
		return f->has_checkpoint; /* is it removed? */
	if (doc == NULL)
		return err->code == SESHAT_ECORRUPT ? 0 : -1;
	next = ses_doc_u64(doc, "next_seq");
	rc = next > f->next_seq ||
	     (next == f->next_seq && ses_doc_time(doc, "ended_at") != 0);
	json_decref(doc);
	return rc;
}

/* What is gone may just have been merged. */
static int
damaged(const struct ses_stream *st, size_t i, struct seshat_err *err)
{
	int again = err->code == SESHAT_ENOTFOUND;

	(void)ses_reading_damaged(st, i, err);
	return again ? AGAIN : -1;
}

/* Pass over a part that cannot be read, as err tells: 1; 0, not possible. */
static int
pass_over(struct ses_live *f, struct ses_reading *r, const struct ses_entry *e,
    int last, struct seshat_err *err)
{
	struct seshat_err why = *err;
	struct ses_entry part = *e;
	struct ses_gap gap = {0};
	struct ses_buf what = {0};
	uint64_t before;
	uint64_t lines;
	int rc;

	/* of a merged one that was handed out in part nobody knows the rest */
	if (f->gap == NULL || !f->pass || f->skip > 0)
		return 0;
	rc = ses_reading_pass(r, &part, last, &lines, &why);
	if (rc <= 0)
		return rc < 0 ? -1 : 0;
	before = f->skip_lines < lines ? f->skip_lines : lines;
	f->skip_lines -= before;
	lines -= before;
	/* the rest of a line that is lost comes with the next part */
	if (part.inside && f->skip_lines == 0) {
		f->skip_lines = 1;
		lines++;
	}
	f->held = part.torn && !last;
	f->next_seq = part.last + 1;
	f->at = r->at;
	/* another stream can only be compared from here on */
	f->given += f->held ? 0 : part.size;
	f->begin = f->given;
	ses_sha256_init(&f->sha);
	if (lines > 0) {
		ses_gap_add(&gap, part.name, err);
		ses_gap_what(&gap, &what);
		rc = f->gap(f->arg, lines, ses_buf_cstr(&what), err) < 0 ? -1
									 : 1;
		f->out_failed |= rc < 0;
		ses_buf_free(&what);
	}
	return rc;
}

static int
read_from(struct ses_live *f, const struct ses_stream *st, size_t i,
    struct seshat_err *err)
{
	struct ses_sink sink = {hand_out, f};
	struct ses_reading r = ses_reading_of(f->s, f->w, st, &sink);
	const struct ses_entry *e;
	int last;
	int rc;

	r.at = f->at;
	f->has_checkpoint = st->doc != NULL;
	(void)snprintf(f->writer, sizeof(f->writer), "%s",
	    st->doc != NULL ? ses_doc_str(st->doc, "w") : "");
	for (; i < st->n; i++) {
		e = &st->parts[i];
		last = i + 1 == st->n && st->ended != 0;
		if (push(f, &r, e, last, err) == 0)
			continue;
		if (f->out_failed || !ses_reading_is_damage(err))
			return -1;
		rc = pass_over(f, &r, e, last, err);
		if (rc <= 0)
			return rc < 0 ? -1 : damaged(st, i, err);
	}
	return st->hole ? ses_reading_damaged(st, st->n, err) : 0;
}

/* Parts that no checkpoint lists tell their size in their headers. */
static int
size_of(struct ses_live *f, const struct ses_entry *e, uint64_t *size,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	uint64_t body;
	int rc = 0;

	if (!e->known)
		rc = ses_stream_head(f->s, f->w, e->name, &head, &body, err);
	else if (!e->torn)
		head.size = e->size;
	*size = head.torn ? 0 : head.size;
	return rc;
}

/* What the first n parts hold. */
static int
size_before(struct ses_live *f, const struct ses_stream *st, size_t n,
    uint64_t *size, struct seshat_err *err)
{
	uint64_t one;
	size_t i;

	*size = 0;
	for (i = 0; i < n; i++) {
		if (size_of(f, &st->parts[i], &one, err) < 0)
			return -1;
		*size += one;
	}
	return 0;
}

/* Find where to begin: in part *first, behind f->given bytes. */
static int
find_begin(struct ses_live *f, struct ses_stream *st, size_t *first,
    struct seshat_err *err)
{
	uint64_t lines = 0;
	size_t n = st->n;
	int rc;

	/* a torn line is not among those to be handed out, yet */
	if (n > 0 && st->parts[n - 1].torn && st->ended == 0)
		st->n--;
	if (f->tail != UINT64_MAX) {
		rc = ses_reading_tail(
		    f->s, f->w, st, f->tail, first, &lines, err);
		f->skip_lines = lines > f->tail ? lines - f->tail : 0;
	} else {
		rc = ses_reading_line(
		    f->s, f->w, st, f->after + 1, first, &lines, err);
		f->skip_lines = f->after - lines;
	}
	st->n = n;
	if (rc == 0)
		rc = size_before(f, st, *first, &f->given, err);
	if (rc < 0)
		return ses_reading_is_damage(err) ? damaged(st, *first, err)
						  : -1;
	f->begin = f->given;
	return 0;
}

/* The first look. */
static int
start(struct ses_live *f, struct ses_stream *st, struct seshat_err *err)
{
	size_t first = 0;
	int rc = 0;

	ses_sha256_init(&f->sha);
	if (f->tail != UINT64_MAX || f->after > 0)
		rc = find_begin(f, st, &first, err);
	if (rc < 0)
		return rc;
	f->at = first < st->n ? st->parts[first].from : ses_stream_resume(st);
	f->next_seq = first < st->n ? st->parts[first].first : st->next_seq;
	memcpy(f->id, st->id, SES_STREAM_ID);
	return read_from(f, st, first, err);
}

/* The same stream, of which parts may have been merged since. */
static int
go_on(struct ses_live *f, const struct ses_stream *st, struct seshat_err *err)
{
	uint32_t from = f->next_seq - (f->held != 0);
	const struct ses_entry *e = st->parts;
	uint64_t before = 0;
	size_t i;

	for (i = 0; i < st->n && e[i].last < from; i++)
		continue;
	if (i < st->n && e[i].first < from) {
		if (size_before(f, st, i, &before, err) < 0)
			return ses_reading_is_damage(err) ? damaged(st, i, err)
							  : -1;
		if (f->given < before)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "%s: the parts before it hold other bytes than "
			    "they did",
			    e[i].name);
		f->skip = f->given - before;
		f->at = e[i].from;
	}
	return read_from(f, st, i, err);
}

/* Hashes those bytes of a stream that were handed out of another. */
struct comparing {
	uint64_t at;
	uint64_t begin;
	uint64_t end;
	struct ses_sha256 sha;
};

static int
compare(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct comparing *c = arg;
	uint64_t end = c->at + len;
	uint64_t from = c->at > c->begin ? c->at : c->begin;
	uint64_t to = end < c->end ? end : c->end;

	(void)err;
	if (from < to)
		ses_sha256_add(&c->sha, (const char *)data + (from - c->at),
		    (size_t)(to - from));
	c->at = end;
	return 0;
}

/* Whether st begins with what was handed out; *i is the part where that ends,
 * *skip how much of it, *at where that part begins. */
static int
begins_alike(struct ses_live *f, const struct ses_stream *st, size_t *i,
    uint64_t *skip, uint64_t *at, struct seshat_err *err)
{
	struct comparing c = {.begin = f->begin, .end = f->given};
	struct ses_sink sink = {compare, &c};
	struct ses_reading r = ses_reading_of(f->s, f->w, st, &sink);
	char was[SES_SHA256_HEX];
	char is[SES_SHA256_HEX];
	size_t next;

	ses_sha256_init(&c.sha);
	for (next = 0; next < st->n && c.at < f->given; next++) {
		*i = next;
		*skip = f->given - c.at;
		*at = r.at;
		if (ses_reading_push(&r, &st->parts[next],
			next + 1 == st->n && st->ended != 0, err) < 0)
			return ses_reading_is_damage(err)
				   ? damaged(st, next, err)
				   : -1;
	}
	ses_sha256_hex(&f->sha, was);
	ses_sha256_hex(&c.sha, is);
	return c.at >= f->given && strcmp(was, is) == 0;
}

static int
change_to(
    struct ses_live *f, const struct ses_stream *st, struct seshat_err *err)
{
	uint64_t skip = 0;
	uint64_t at = 0;
	size_t i = 0;
	int alike = begins_alike(f, st, &i, &skip, &at, err);

	if (alike < 0)
		return alike;
	if (!alike) {
		f->changed(f->arg, st->id);
		f->begin = 0;
		f->given = 0;
		ses_sha256_init(&f->sha);
		i = 0;
		skip = 0;
		at = 0;
	}
	memcpy(f->id, st->id, SES_STREAM_ID);
	f->next_seq = st->parts[i].first;
	f->held = 0;
	f->skip = skip;
	f->skip_lines = 0;
	f->at = at;
	return read_from(f, st, i, err);
}

/* Which stream to go on with. */
static struct ses_stream *
pick(const struct ses_live *f, const struct ses_streams *l, unsigned at)
{
	struct ses_stream *mine = ses_streams_named(l, f->id);
	struct ses_stream *now = ses_streams_current(l);

	if (f->wanted != NULL || now == NULL)
		return mine == NULL || mine->n == 0 ? NULL : mine;
	if (mine == NULL || mine->n == 0 || mine->ended != 0 ||
	    (at & SES_LOOK_OTHERS) != 0 || ses_streams_superseded(l, mine))
		return now;
	return mine;
}

static int
gone(struct ses_live *f, struct seshat_err *err)
{
	int removed = ses_removed_get(f->s, f->w, err);

	if (removed == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "%s is not in the store any more",
		    f->wanted != NULL ? "the stream" : "the session");
	return removed < 0 ? -1 : SES_LIVE_REMOVED;
}

static int
read_on(struct ses_live *f, struct ses_stream *st, struct seshat_err *err)
{
	int rc;

	if (f->id[0] == '\0')
		rc = start(f, st, err);
	else if (strcmp(st->id, f->id) == 0)
		rc = go_on(f, st, err);
	else
		rc = change_to(f, st, err);
	return rc == 0 && st->ended != 0 ? SES_LIVE_ENDED : rc;
}

static int
look_once(struct ses_live *f, unsigned at, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	int rc = -1;

	if (ses_streams_load(f->s, f->w, &l, err) < 0)
		return -1;
	if (f->id[0] == '\0') {
		st = ses_reading_choose(&l, f->wanted, err);
		if (st != NULL)
			rc = read_on(f, st, err);
	} else {
		st = pick(f, &l, at);
		rc = st != NULL ? read_on(f, st, err) : gone(f, err);
	}
	ses_streams_free(&l);
	return rc;
}

static int
look_at_streams(struct ses_live *f, unsigned at, struct seshat_err *err)
{
	int rc = AGAIN;
	int i;

	for (i = 0; i < TRIES && rc == AGAIN; i++)
		rc = look_once(f, at, err);
	return rc == AGAIN ? -1 : rc;
}

int
ses_live_look(struct ses_live *f, unsigned at, struct seshat_err *err)
{
	unsigned streams = at & (SES_LOOK_STREAMS | SES_LOOK_OTHERS);
	uint32_t next_seq = f->next_seq;
	uint64_t given = f->given;
	int rc = f->id[0] == '\0' || streams != 0;

	if (rc == 0)
		rc = next_parts(f, err);
	if (rc == 0 && (at & SES_LOOK_CHECKPOINT) != 0)
		rc = checkpoint_tells(f, err);
	if (rc == 1)
		rc = look_at_streams(f, streams, err);
	if (rc == 0 && (f->given != given || f->next_seq != next_seq))
		rc = SES_LIVE_GREW;
	return rc;
}

int
ses_live_sign(const struct ses_live *f, const char *name)
{
	char stream[SES_STREAM_ID];
	uint32_t seq;
	int kind = ses_key_kind(name, stream, &seq);

	if (name[0] == '\0')
		return SES_LOOK_STREAMS;
	if (kind != SES_OBJECT_PART && kind != SES_OBJECT_CHECKPOINT)
		return -1;
	if (strcmp(stream, f->id) != 0)
		return f->wanted != NULL ? -1 : SES_LOOK_STREAMS;
	if (kind == SES_OBJECT_CHECKPOINT)
		return SES_LOOK_CHECKPOINT;
	return seq >= f->next_seq ? SES_LOOK_PART : -1;
}
