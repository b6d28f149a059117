/* Archiving the objects of a stream that has ended: packed anew, so that much
 * fewer bytes are kept, in the order of merging (merge.c).  Packing is slow, so
 * that nobody may wait for it. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/spool.h"
#include "base/xdg.h"
#include "mirror/merge.h"
#include "mirror/spool.h"
#include "pack/archive.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/plan.h"
#include "vault/read.h"

#define STEP ((size_t)64 * 1024)

/* A turn ends with so many objects, each a file, or with so much text in them:
 * a session of many streams is not to be loaded once for each. */
#define READY_MAX 64
#define TEXT_MAX  SES_PLAN_ARCHIVE

/* An object that is being made. */
struct making {
	struct ses_part_head head; /* of all that was added */
	struct ses_part_head next; /* of the member at hand */
	size_t n;                  /* members */
	int rows;                  /* their cursors count rows, not bytes */
	int is_full;               /* what came out could not be kept */
	struct ses_sha256 sha;     /* of the text */
	uint32_t crc;
	struct ses_archiver *z;
	struct ses_sink text;    /* into z, */
	struct ses_sink packed;  /* and out of it */
	struct ses_spool frame;  /* what came out */
	struct ses_spool object; /* the same behind its header */
};

/* What is known of an object that packing has met. */
enum settled {
	BEGINS = 1, /* it does not go behind what is before it */
	ALONE,      /* it would not become smaller */
	DAMAGED,
};

/* An object that waits to be stored. */
struct ready {
	char stream[SES_STREAM_ID];
	struct ses_entry *v; /* it is made of these */
	size_t n;
	struct ses_part_head head;
	uint32_t crc;
	struct ses_spool object;
};

struct ses_archive {
	struct making making;
	struct ready *ready; /* of each stream one at most */
	size_t n;
	size_t cap;
	uint64_t text;   /* bytes that they hold */
	json_t *settled; /* name of an object: enum settled */
	struct ses_buf member;
};

struct work {
	struct ses_flush *f;
	json_t *doc;
	json_t *parts; /* what it will list */
	struct ses_entry *v;
	size_t n;
	struct ses_plan plan;
	struct ses_archive *a;
	struct ready *r; /* what is stored */
	struct ses_merge_done *done;
};

/* What is packed is kept where the state is: where that failed, and not for
 * want of memory, the store is not to blame. */
static int
fail_kept(struct seshat_err *err)
{
	return err->sys != 0 ? ses_xdg_fail_state(err) : -1;
}

static int
take_text(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct making *m = arg;

	ses_sha256_add(&m->sha, data, len);
	m->crc = ses_crc32(m->crc, data, len);
	m->is_full = ses_sink_write(&m->text, data, len, err) < 0;
	return m->is_full ? fail_kept(err) : 0;
}

static void
making_free(struct making *m)
{
	ses_archiver_free(m->z);
	ses_spool_close(&m->frame);
	ses_spool_close(&m->object);
	m->z = NULL;
	m->frame = m->object = (struct ses_spool){0};
}

/* Begin an object for the objects lo to hi - 1. */
static int
begin(struct work *k, size_t lo, size_t hi, struct seshat_err *err)
{
	const char *dir = k->f->m->state_dir;
	struct making *m = &k->a->making;
	uint64_t size = 0;

	for (; lo < hi; lo++)
		size += k->v[lo].torn ? 0 : k->v[lo].size;
	making_free(m);
	m->n = 0;
	m->crc = 0;
	m->is_full = 0;
	m->rows = strcmp(ses_doc_str(k->doc, "cursor_unit"), "row") == 0;
	ses_sha256_init(&m->sha);
	if (ses_fs_mkdirs(dir, 0700, err) < 0 ||
	    ses_spool_open(&m->frame, dir, err) < 0 ||
	    ses_spool_open(&m->object, dir, err) < 0)
		return fail_kept(err);
	m->packed = ses_spool_sink(&m->frame);
	if (ses_archiver_open(&m->z, size, &m->packed, err) < 0)
		return -1;
	m->text = ses_archiver_sink(m->z);
	return 0;
}

/* The header of the member at hand joined to that of those before it. */
static int
join(struct making *m, const char *writer, struct seshat_err *err)
{
	if (m->next.w[0] == '\0' || m->next.torn ||
	    (m->rows && m->next.source == 0))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "does not say what an archived object must");
	if (strcmp(m->next.w, writer) != 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "is a part of another stream");
	if (m->n > 0 && m->next.from != m->head.to)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "does not go on where the part before it ends");
	if (m->n == 0)
		m->head = m->next;
	else if (ses_part_head_join(&m->head, &m->next, m->rows, err) < 0)
		return -1;
	m->n++;
	return 0;
}

/* The text of one object: all of it is checked before any of it is taken. */
static int
add_member(struct work *k, const struct ses_entry *e, struct seshat_err *err)
{
	struct making *m = &k->a->making;
	struct ses_sink none = ses_sink_none();
	struct ses_sink sink = {take_text, m};

	/* a part follows, which has the line again */
	if (e->torn)
		return 0;
	if (ses_flush_get_member(k->f, ses_doc_str(k->doc, "stream"), e,
		&k->a->member, &none, &m->next, err) < 0 ||
	    join(m, ses_doc_str(k->doc, "w"), err) < 0)
		return -1;
	return ses_part_open(&k->a->member, e, &sink, &m->next, err);
}

static int
hash_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	(void)err;
	ses_sha256_add(arg, data, len);
	return 0;
}

/* Nobody may find out later that something is missing: what was made is
 * unpacked before anything is replaced by it. */
static int
prove(const struct making *m, struct seshat_err *err)
{
	struct ses_unarchiver *u = NULL;
	struct ses_sha256 sha;
	struct ses_sink sink = {hash_on, &sha};
	uint64_t at = m->object.size - m->frame.size;
	char *block = ses_realloc(NULL, STEP);
	char hex[SES_SHA256_HEX];
	size_t got = 1;
	int rc = -1;

	if (block == NULL)
		return ses_fail_nomem(err);
	ses_sha256_init(&sha);
	if (ses_unarchiver_open(&u, m->head.size, &sink, err) < 0)
		goto out;
	for (; got > 0; at += got)
		if (ses_spool_read(&m->object, block, STEP, at, &got, err) <
			0 ||
		    ses_unarchiver_add(u, block, got, err) < 0)
			goto out;
	rc = ses_unarchiver_close(u, err);
	ses_sha256_hex(&sha, hex);
	if (rc == 0 && strcmp(hex, m->head.h) != 0)
		rc = ses_fail(err, SESHAT_ECORRUPT, "SHA-256 mismatch");
out:
	ses_unarchiver_free(u);
	free(block);
	return rc;
}

/* The header, now that all of it is known, and the frame behind it. */
static int
finish(struct making *m, struct seshat_err *err)
{
	struct ses_buf text = {0};
	struct ses_buf head = {0};
	int rc = -1;

	if (ses_archiver_close(m->z, err) < 0)
		return fail_kept(err);
	ses_archiver_free(m->z);
	m->z = NULL;
	ses_sha256_hex(&m->sha, m->head.h);
	m->head.frame = m->frame.size;
	m->head.crc = m->crc;
	ses_part_head_format(&m->head, &text);
	(void)ses_buf_cstr(&text);
	if (ses_buf_check(&text, err) == 0 &&
	    ses_archive_head(text.data, text.len, &head, err) == 0 &&
	    ses_spool_add(&m->object, head.data, head.len, err) == 0 &&
	    ses_spool_copy(&m->object, &m->frame, 0, m->frame.size, err) == 0)
		rc = prove(m, err);
	ses_buf_free(&text);
	ses_buf_free(&head);
	return rc < 0 ? fail_kept(err) : 0;
}

/* Make the object of lo to hi - 1: 1; 0, the one at *stop does not go into it,
 * as err says; -1. */
static int
make(struct work *k, size_t lo, size_t hi, size_t *stop, struct seshat_err *err)
{
	size_t i;

	if (begin(k, lo, hi, err) < 0)
		return -1;
	for (i = lo; i < hi; i++) {
		if (add_member(k, &k->v[i], err) == 0)
			continue;
		*stop = i;
		return ses_flush_is_damage(err) && !k->a->making.is_full ? 0
									 : -1;
	}
	return finish(&k->a->making, err) < 0 ? -1 : 1;
}

/* Store what is ready, which takes the place of objects lo to hi - 1. */
static int
put(void *arg, size_t lo, size_t hi, struct seshat_err *err)
{
	struct work *k = arg;
	const char *stream = ses_doc_str(k->doc, "stream");
	const struct ready *m = k->r;
	struct ses_entry e = {
	    .first = k->v[lo].first, .last = k->v[hi - 1].last};
	char random[9];

	ses_rand_hex(random, 8);
	ses_key_archive(e.name, stream, e.first, e.last, random);
	ses_entry_of_head(&e, &m->head, 0, m->object.size, m->crc);
	if (ses_flush_put_merged(k->f, &e,
		&(struct ses_put){
		    .fd = m->object.fd, .len = (size_t)m->object.size},
		&k->done->when, err) < 0)
		return -1;
	if (json_array_append_new(
		k->parts, ses_entry_format(&e, m->head.redactions)) < 0)
		return ses_fail_nomem(err);
	k->done->merged += hi - lo;
	k->done->made++;
	k->done->moved += e.stored;
	k->done->text += e.size;
	for (; lo < hi; lo++) {
		k->done->before += k->v[lo].stored;
		ses_garbage_add(k->doc, &k->v[lo], k->done->when);
		ses_spool_drop(k->f, stream, k->v[lo].name);
	}
	return 0;
}

static enum settled
settled(const struct work *k, size_t i)
{
	return (enum settled)json_integer_value(
	    json_object_get(k->a->settled, k->v[i].name));
}

static int
settle(struct work *k, size_t i, enum settled what, struct seshat_err *err)
{
	if (json_object_set_new(
		k->a->settled, k->v[i].name, json_integer(what)) < 0)
		return ses_fail_nomem(err);
	return 0;
}

/* Whether anything is to be made of objects lo to hi - 1. */
static int
is_work(const struct work *k, size_t lo, size_t hi)
{
	size_t whole = 0;
	size_t i;

	for (i = lo; i < hi; i++)
		whole += !k->v[i].torn && k->v[i].size > 0;
	return whole > 0 &&
	       (hi - lo > 1 || (!ses_entry_is_archived(&k->v[lo]) &&
				   settled(k, lo) != ALONE));
}

/* The next objects that become one: from *lo on, below hi, up to *end - 1.
 * A damaged one stays as it is, and what is on either side of it is archived.
 * Whether there are any. */
static int
find_next(const struct work *k, size_t *lo, size_t *end, size_t hi)
{
	enum settled next;

	for (; *lo < hi; *lo = *end) {
		*end = *lo + 1;
		if (settled(k, *lo) == DAMAGED)
			continue;
		for (; *end < hi; ++*end) {
			next = settled(k, *end);
			if (next == BEGINS || next == DAMAGED)
				break;
		}
		if (is_work(k, *lo, *end))
			return 1;
	}
	return 0;
}

/* Whether what was made is worth it: a few lines may be smaller as they are. */
static int
is_gain(const struct work *k, size_t lo, size_t hi)
{
	return hi - lo > 1 || k->a->making.object.size < k->v[lo].stored;
}

/* What was made of objects lo to hi - 1 waits to be taken. */
static int
keep_ready(struct work *k, size_t lo, size_t hi, struct seshat_err *err)
{
	struct ses_archive *a = k->a;
	struct making *m = &a->making;
	struct ready *r = ses_grow(a->ready, a->n, &a->cap, sizeof(*r));

	if (r == NULL)
		return ses_fail_nomem(err);
	a->ready = r;
	r += a->n;
	*r = (struct ready){.v = ses_calloc(hi - lo, sizeof(*r->v)),
	    .n = hi - lo,
	    .head = m->head,
	    .crc = m->crc,
	    .object = m->object};
	if (r->v == NULL)
		return ses_fail_nomem(err);
	memcpy(r->v, k->v + lo, r->n * sizeof(*r->v));
	(void)snprintf(
	    r->stream, sizeof(r->stream), "%s", ses_doc_str(k->doc, "stream"));
	m->object = (struct ses_spool){0};
	a->text += r->head.size;
	a->n++;
	return 0;
}

/* The first object of lo to hi - 1 that can be made: 1; 0, there is none; -1.
 * Where the counts have no room for one more, another object begins. */
static int
pack_run(struct work *k, size_t lo, size_t hi, struct seshat_err *err)
{
	size_t end;
	size_t stop;
	int rc;

	while (find_next(k, &lo, &end, hi)) {
		rc = make(k, lo, end, &stop, err);
		if (rc < 0)
			return -1;
		if (rc == 1 && is_gain(k, lo, end))
			return keep_ready(k, lo, end, err) < 0 ? -1 : 1;
		if (rc == 1)
			rc = settle(k, lo, ALONE, err);
		else if (stop > lo)
			rc = settle(k, stop, BEGINS, err);
		else
			rc = settle(k, lo, DAMAGED, err);
		if (rc < 0)
			return -1;
		if (settled(k, lo) == DAMAGED)
			ses_log(SES_DEBUG, "%s is not archived: %s",
			    k->v[lo].name, err->msg);
	}
	return 0;
}

static int
work_begin(
    struct work *k, const struct ses_merge_how *how, struct seshat_err *err)
{
	free(k->v);
	k->v = NULL;
	ses_plan_free(&k->plan);
	if (ses_entries_parse(k->doc, 0, &k->v, &k->n, err) < 0)
		return -1;
	return ses_plan_archive(
	    &k->plan, k->v, ses_flush_without_tail(k->v, k->n, how), err);
}

static void
work_free(struct work *k)
{
	ses_plan_free(&k->plan);
	json_decref(k->parts);
	free(k->v);
}

static void
ready_free(struct ready *r)
{
	ses_spool_close(&r->object);
	free(r->v);
	*r = (struct ready){0};
}

void
ses_archive_forget(struct ses_archive *a)
{
	making_free(&a->making);
	while (a->n > 0)
		ready_free(&a->ready[--a->n]);
	a->text = 0;
}

int
ses_archive_open(struct ses_archive **out, struct seshat_err *err)
{
	struct ses_archive *a = ses_calloc(1, sizeof(*a));

	if (a != NULL)
		a->settled = json_object();
	if (a == NULL || a->settled == NULL) {
		free(a);
		return ses_fail_nomem(err);
	}
	*out = a;
	return 0;
}

void
ses_archive_free(struct ses_archive *a)
{
	if (a == NULL)
		return;
	ses_archive_forget(a);
	free(a->ready);
	json_decref(a->settled);
	ses_buf_free(&a->member);
	free(a);
}

int
ses_archive_pack(struct ses_archive *a, struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct seshat_err *err)
{
	struct work k = {.f = f, .doc = doc, .a = a};
	int rc;
	size_t i;

	rc = work_begin(&k, how, err);
	for (i = 0; i < k.plan.n && rc == 0; i++)
		rc = pack_run(&k, k.plan.v[i].lo, k.plan.v[i].hi, err);
	work_free(&k);
	making_free(&a->making);
	return rc < 0 ? -1 : a->n >= READY_MAX || a->text >= TEXT_MAX;
}

/* Whether the stream still has, next to each other, the objects that the one
 * which is ready was made of: these are in *run then. */
static int
find_ready(struct work *k, struct ses_plan_run *run, size_t n)
{
	const char *stream = ses_doc_str(k->doc, "stream");
	const struct ses_entry *e;
	struct ready *r;
	size_t i = 0;

	while (i < k->a->n && strcmp(k->a->ready[i].stream, stream) != 0)
		i++;
	if (i == k->a->n)
		return 0;
	r = k->r = &k->a->ready[i];
	e = ses_entries_find(k->v, k->n, r->v[0].first);
	if (e == NULL)
		return 0;
	run->lo = (size_t)(e - k->v);
	run->hi = run->lo + r->n;
	if (run->hi > n)
		return 0;
	for (i = 0; i < r->n; i++)
		if (strcmp(e[i].name, r->v[i].name) != 0 ||
		    strcmp(e[i].h, r->v[i].h) != 0 ||
		    e[i].stored != r->v[i].stored || e[i].torn != r->v[i].torn)
			return 0;
	return 1;
}

/* What of it packing found damaged, and whether there is more to pack. */
static void
look_around(const struct work *k, struct ses_merge_done *done)
{
	size_t lo;
	size_t end;
	size_t i;

	for (i = 0; i < k->n; i++)
		done->damaged += settled(k, i) == DAMAGED;
	for (i = 0; i < k->plan.n; i++) {
		lo = k->plan.v[i].lo;
		done->more |= find_next(k, &lo, &end, k->plan.v[i].hi);
	}
}

int
ses_flush_archive(struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct ses_archive *a,
    struct ses_merge_done *done, struct seshat_err *err)
{
	struct ses_plan_run run;
	const struct ses_plan one = {&run, 1};
	struct work k = {
	    .f = f, .doc = doc, .parts = json_array(), .a = a, .done = done};
	int rc = work_begin(&k, how, err);

	if (rc == 0 &&
	    find_ready(&k, &run, ses_flush_without_tail(k.v, k.n, how))) {
		rc = ses_relist(doc, k.parts, k.n, &one, put, &k, err);
		ready_free(k.r);
		if (rc == 0)
			rc = work_begin(&k, how, err);
	}
	if (rc == 0)
		look_around(&k, done);
	work_free(&k);
	return rc;
}
