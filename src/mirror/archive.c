/* Archiving the objects of a stream that has ended: packed anew, so that much
 * fewer bytes are kept, in the order of merging (merge.c). */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/spool.h"
#include "mirror/merge.h"
#include "mirror/spool.h"
#include "pack/archive.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/plan.h"
#include "vault/read.h"

#define STEP ((size_t)64 * 1024)

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

struct work {
	struct ses_flush *f;
	json_t *doc;
	json_t *parts; /* what it will list */
	struct ses_entry *v;
	size_t n;
	struct ses_buf member;
	struct making making;
	struct ses_merge_done *done;
};

static int
take_text(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct making *m = arg;

	ses_sha256_add(&m->sha, data, len);
	m->crc = ses_crc32(m->crc, data, len);
	m->is_full = ses_sink_write(&m->text, data, len, err) < 0;
	return m->is_full ? -1 : 0;
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
	struct making *m = &k->making;
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
		return -1;
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
	struct making *m = &k->making;
	struct ses_sink none = ses_sink_none();
	struct ses_sink sink = {take_text, m};

	/* a part follows, which has the line again */
	if (e->torn)
		return 0;
	if (ses_flush_get_member(k->f, ses_doc_str(k->doc, "stream"), e,
		&k->member, &none, &m->next, err) < 0 ||
	    join(m, ses_doc_str(k->doc, "w"), err) < 0)
		return -1;
	return ses_part_open(&k->member, e, &sink, &m->next, err);
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
		return -1;
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
	return rc;
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
		return ses_flush_is_damage(err) && !k->making.is_full ? 0 : -1;
	}
	return finish(&k->making, err) < 0 ? -1 : 1;
}

/* Store what was made, which takes the place of objects lo to hi - 1. */
static int
put(struct work *k, size_t lo, size_t hi, struct seshat_err *err)
{
	const char *stream = ses_doc_str(k->doc, "stream");
	const struct making *m = &k->making;
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

/* Whether anything is to be made of objects lo to hi - 1. */
static int
is_work(const struct work *k, size_t lo, size_t hi)
{
	size_t whole = 0;
	size_t i;

	for (i = lo; i < hi; i++)
		whole += !k->v[i].torn && k->v[i].size > 0;
	return whole > 0 && (hi - lo > 1 || !ses_entry_is_archived(&k->v[lo]));
}

/* Whether what was made is worth it: a few lines may be smaller as they are. */
static int
is_gain(const struct work *k, size_t lo, size_t hi)
{
	return hi - lo > 1 || k->making.object.size < k->v[lo].stored;
}

/* Objects lo to hi - 1 into one.  A damaged one stays as it is, and what is on
 * either side of it is archived; where the counts have no room for one more,
 * another object begins. */
static int
archive_run(void *arg, size_t lo, size_t hi, struct seshat_err *err)
{
	struct work *k = arg;
	size_t end = hi; /* of what is to become one */
	size_t stop;
	int rc;

	while (lo < hi) {
		rc = is_work(k, lo, end) ? make(k, lo, end, &stop, err) : 2;
		if (rc == 1 && !is_gain(k, lo, end))
			rc = 2;
		if (rc < 0 || (rc == 1 && put(k, lo, end, err) < 0))
			return -1;
		if (rc != 0) {
			if (rc == 2)
				ses_relist_keep(k->doc, k->parts, lo, end);
			lo = end;
			end = hi;
			continue;
		}
		if (stop > lo) {
			end = stop; /* what is before it, once more */
			continue;
		}
		ses_log(SES_DEBUG, "%s is not archived: %s", k->v[lo].name,
		    err->msg);
		k->done->damaged++;
		ses_relist_keep(k->doc, k->parts, lo, lo + 1);
		lo++;
		end = hi;
	}
	return 0;
}

int
ses_flush_archive(struct ses_flush *f, json_t *doc,
    const struct ses_merge_how *how, struct ses_merge_done *done,
    struct seshat_err *err)
{
	struct work *k = ses_calloc(1, sizeof(*k));
	struct ses_plan plan = {0};
	int rc = -1;

	if (k == NULL)
		return ses_fail_nomem(err);
	k->f = f;
	k->doc = doc;
	k->done = done;
	k->parts = json_array();
	if (ses_entries_parse(doc, 0, &k->v, &k->n, err) == 0 &&
	    ses_plan_archive(
		&plan, k->v, ses_flush_without_tail(k->v, k->n, how), err) == 0)
		rc =
		    ses_relist(doc, k->parts, k->n, &plan, archive_run, k, err);
	ses_plan_free(&plan);
	making_free(&k->making);
	ses_buf_free(&k->member);
	json_decref(k->parts);
	free(k->v);
	free(k);
	return rc;
}
