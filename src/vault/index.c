#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/time.h"
#include "pack/member.h"
#include "vault/doc.h"
#include "vault/index.h"

#define INDEX_MAX  (64U << 20)  /* packed */
#define UNPACK_MAX (512U << 20) /* a bomb ends here */

/* So many objects of one owner are read for a listing; then they are folded
 * into one. */
#define SEGMENTS 16

/* The lines of an index; absent or damaged is empty. */
static int
read_lines(struct ses_store *s, const char *key, struct ses_buf *lines,
    struct seshat_err *err)
{
	struct ses_buf packed = {0};
	struct ses_sink sink = ses_sink_buf(lines);
	int rc = ses_store_read(s, key, INDEX_MAX, &packed, err);

	if (rc == 0)
		rc = ses_member_inflate(
		    packed.data, packed.len, UNPACK_MAX, &sink, err);
	if (rc < 0 &&
	    (err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT ||
		err->code == SESHAT_EFORMAT || err->code == SESHAT_ELIMIT)) {
		if (err->code == SESHAT_ECORRUPT)
			ses_log(
			    SES_WARN, "%s: %s; it is made anew", key, err->msg);
		ses_buf_clear(lines);
		rc = 0;
	}
	ses_buf_free(&packed);
	return rc;
}

static int
write_lines(struct ses_store *s, const char *key, const struct ses_buf *lines,
    struct seshat_err *err)
{
	struct ses_packer p = {0};
	struct ses_buf packed = {0};
	int rc = -1;

	if (ses_buf_check(lines, err) == 0 &&
	    ses_member_pack(&p, "", 0, lines->data, lines->len, &packed, err) ==
		0)
		rc = ses_store_put(s, key,
		    &(struct ses_put){.data = packed.data,
			.len = packed.len,
			.how = SES_PUT_CACHE},
		    NULL, err);
	ses_packer_free(&p);
	ses_buf_free(&packed);
	return rc;
}

/* The objects of an index, in the order in which they were written. */
struct segments {
	struct ses_buf names; /* keys, each ends in NUL */
	const char **v;
	size_t n;
};

static void
segments_free(struct segments *l)
{
	ses_buf_free(&l->names);
	free(l->v);
	*l = (struct segments){0};
}

static int
see_segment(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct segments *l = arg;

	if (!ses_str_ends(o->key, ".jsonl.gz"))
		return 0;
	ses_buf_add(&l->names, o->key, strlen(o->key) + 1);
	l->n++;
	return ses_buf_check(&l->names, err);
}

/* Those of one owner, or of all ("" ). */
static int
find_segments(struct ses_store *s, const char *owner, struct segments *l,
    struct seshat_err *err)
{
	struct ses_store_list what = {0};
	struct ses_buf prefix = {0};
	const char *p;
	size_t i;
	int rc;

	ses_buf_fmt(&prefix, "index/%s%s", owner, owner[0] == '\0' ? "" : "/");
	what.prefix = ses_buf_cstr(&prefix);
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(s, &what, see_segment, l, err);
	ses_buf_free(&prefix);
	if (rc < 0)
		return -1;
	l->v = ses_calloc(l->n + 1, sizeof(*l->v));
	if (l->v == NULL)
		return ses_fail_nomem(err);
	p = l->names.data;
	for (i = 0; i < l->n; i++, p += strlen(p) + 1)
		l->v[i] = p;
	return 0;
}

/* Whether what is there tells more than the row that was written after it:
 * somebody else wrote of the same stream meanwhile.  The time may be of a
 * server that tells only seconds, so of two alike the one with more bytes is
 * the later, and of the same bytes the one that says that they are all. */
int
ses_index_is_newer(const json_t *old, const json_t *row)
{
	int64_t was = ses_doc_time(old, "last_uploaded_at");
	int64_t is = ses_doc_time(row, "last_uploaded_at");
	uint64_t had = ses_doc_u64(old, "total_uploaded_bytes");
	uint64_t has = ses_doc_u64(row, "total_uploaded_bytes");

	if (is == 0 || /* not known any more */
	    strcmp(ses_doc_str(old, "stream"), ses_doc_str(row, "stream")) != 0)
		return 0;
	if (was != is)
		return was > is;
	if (had != has)
		return had > has;
	return ses_doc_time(old, "ended_at") != 0 &&
	       ses_doc_time(row, "ended_at") == 0;
}

/* Into the set of rows, by "harness/id". */
static int
add_row(void *arg, json_t *row, struct seshat_err *err)
{
	json_t *set = arg;
	struct ses_buf name = {0};
	const json_t *old;
	int rc;

	ses_buf_fmt(&name, "%s/%s", ses_doc_str(row, "harness"),
	    ses_doc_str(row, "id"));
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0) {
		old = json_object_get(set, name.data);
		if ((old == NULL || !ses_index_is_newer(old, row)) &&
		    json_object_set(set, name.data, row) < 0)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&name);
	return rc;
}

/* Hand out the lines of one object; one that is damaged is passed over. */
static int
each_line(const struct ses_buf *lines,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	const char *p = lines->data;
	const char *end = p + lines->len;
	const char *nl;
	json_t *row;
	int rc = 0;

	while (p < end && rc == 0) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		row = ses_doc_parse(p, (size_t)(nl - p), err);
		if (row != NULL)
			rc = each(arg, row, err);
		else if (err->code == SESHAT_ENOMEM)
			rc = -1;
		json_decref(row);
		p = nl;
	}
	return rc;
}

static int
each_row(struct ses_store *s, const char *key,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	struct ses_buf lines = {0};
	int rc = read_lines(s, key, &lines, err);

	if (rc == 0 && lines.len > 0)
		rc = each_line(&lines, each, arg, err);
	ses_buf_free(&lines);
	return rc;
}

struct objects {
	ses_store_seen *seen;
	void *arg;
};

static int
see_object(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	const struct objects *l = arg;

	return ses_str_ends(o->key, ".jsonl.gz") ? l->seen(l->arg, o, err) : 0;
}

int
ses_index_objects(struct ses_store *s, ses_store_seen *seen, void *arg,
    struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = "index/"};
	struct objects l = {seen, arg};

	return ses_store_list(s, &what, see_object, &l, err);
}

int
ses_index_object(struct ses_store *s, const char *key,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	return each_row(s, key, each, arg, err);
}

/* Segments from to to - 1, of one owner. */
static int
add_segments(struct ses_store *s, const struct segments *l, size_t from,
    size_t to, json_t *set, struct seshat_err *err)
{
	int rc = 0;

	for (; from < to && rc == 0; from++)
		rc = each_row(s, l->v[from], add_row, set, err);
	return rc;
}

/* The key of a new object, behind those that are there. */
static int
next_key(const char *owner, const struct segments *l, struct ses_buf *key,
    struct seshat_err *err)
{
	uint64_t stamp = (uint64_t)ses_time_now();
	uint64_t last;
	char mark[9];

	if (l->n > 0) {
		last = strtoull(strrchr(l->v[l->n - 1], '/') + 1, NULL, 16);
		stamp = stamp > last ? stamp : last + 1;
	}
	ses_rand_hex(mark, 8);
	ses_buf_fmt(key, "index/%s/%012llx-%s.jsonl.gz", owner,
	    (unsigned long long)stamp, mark);
	(void)ses_buf_cstr(key);
	return ses_buf_check(key, err);
}

/* Write the rows under a key, NULL: a new one. */
static int
put_segment(struct ses_store *s, const char *owner, const struct segments *l,
    const char *old, json_t *set, struct seshat_err *err)
{
	struct ses_buf lines = {0};
	struct ses_buf key = {0};
	const char *name;
	json_t *row;
	int rc = old != NULL ? 0 : next_key(owner, l, &key, err);

	json_object_foreach(set, name, row)
	{
		if (rc == 0)
			rc = ses_doc_format(row, &lines, err);
	}
	if (rc == 0 && lines.len > 0)
		rc = write_lines(s, old != NULL ? old : key.data, &lines, err);
	ses_buf_free(&lines);
	ses_buf_free(&key);
	return rc;
}

int
ses_index_update(struct ses_store *s, const char *owner, json_t *const *rows,
    size_t n, struct seshat_err *err)
{
	struct segments l = {0};
	json_t *set = json_object();
	int fold;
	size_t i;
	int rc = find_segments(s, owner, &l, err);

	fold = l.n >= SEGMENTS;
	if (rc == 0 && fold) {
		ses_store_expect(s, l.v, l.n);
		rc = add_segments(s, &l, 0, l.n, set, err);
	}
	for (i = 0; i < n && rc == 0; i++)
		rc = add_row(set, rows[i], err);
	/* into the last: where the others cannot be deleted they do not become
	 * more, and are folded once more next time */
	if (rc == 0)
		rc = put_segment(
		    s, owner, &l, fold ? l.v[l.n - 1] : NULL, set, err);
	if (rc == 0 && fold && ses_store_del_many(s, l.v, l.n - 1, err) < 0)
		ses_log(SES_DEBUG, "an index is left over: %s", err->msg);
	segments_free(&l);
	json_decref(set);
	return rc;
}

/* What was there goes first: killed in between the listing has to ask for
 * more, but nothing is left of what was to be removed. */
int
ses_index_remove(struct ses_store *s, const char *owner,
    const char *const *names, size_t n, struct seshat_err *err)
{
	struct segments l = {0};
	json_t *set = json_object();
	int has = 0;
	int rc = find_segments(s, owner, &l, err);

	if (rc == 0) {
		ses_store_expect(s, l.v, l.n);
		rc = add_segments(s, &l, 0, l.n, set, err);
	}
	for (; n > 0; n--)
		has |= json_object_del(set, names[n - 1]) == 0;
	if (rc == 0 && has) {
		rc = ses_store_del_many(s, l.v, l.n, err);
		if (rc == 0)
			rc = put_segment(s, owner, &l, NULL, set, err);
	}
	segments_free(&l);
	json_decref(set);
	return rc;
}

/* How many segments from the one at first on are of the same owner. */
static size_t
of_one_owner(const struct segments *l, size_t first)
{
	size_t len = (size_t)(strrchr(l->v[first], '/') - l->v[first]) + 1;
	size_t n = 1;

	while (
	    first + n < l->n && strncmp(l->v[first], l->v[first + n], len) == 0)
		n++;
	return n;
}

int
ses_index_each(struct ses_store *s,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	struct segments l = {0};
	const char *name;
	json_t *set;
	json_t *row;
	size_t i;
	size_t n;
	int rc = find_segments(s, "", &l, err);

	if (rc == 0)
		ses_store_expect(s, l.v, l.n);
	for (i = 0; i < l.n && rc == 0; i += n) {
		n = of_one_owner(&l, i);
		set = json_object();
		rc = add_segments(s, &l, i, i + n, set, err);
		json_object_foreach(set, name, row)
		{
			if (rc == 0)
				rc = each(arg, row, err);
		}
		json_decref(set);
	}
	segments_free(&l);
	return rc;
}

/* The rows of one object, with its owner. */
struct owned {
	char *owner;
	int (*each)(
	    void *arg, const char *owner, json_t *row, struct seshat_err *err);
	void *arg;
};

static int
hand_out(void *arg, json_t *row, struct seshat_err *err)
{
	const struct owned *o = arg;

	return o->each(o->arg, o->owner, row, err);
}

int
ses_index_rows(struct ses_store *s,
    int (*each)(
	void *arg, const char *owner, json_t *row, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct owned o = {.each = each, .arg = arg};
	struct segments l = {0};
	const char *name;
	size_t i;
	int rc = find_segments(s, "", &l, err);

	if (rc == 0)
		ses_store_expect(s, l.v, l.n);
	for (i = 0; i < l.n && rc == 0; i++) {
		name = l.v[i] + strlen("index/");
		o.owner = ses_str_ndup(name, strcspn(name, "/"));
		rc = o.owner == NULL ? ses_fail_nomem(err)
				     : each_row(s, l.v[i], hand_out, &o, err);
		free(o.owner);
	}
	segments_free(&l);
	return rc;
}

/* Killed before those that were there are deleted, what was changed still
 * stands in them, but a listing has the newer rows. */
int
ses_index_edit(struct ses_store *s, const char *owner,
    int (*edit)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	struct segments l = {0};
	json_t *set = json_object();
	const char *name;
	json_t *row;
	int rc = find_segments(s, owner, &l, err);

	if (rc == 0) {
		ses_store_expect(s, l.v, l.n);
		rc = add_segments(s, &l, 0, l.n, set, err);
	}
	json_object_foreach(set, name, row)
	{
		if (rc == 0)
			rc = edit(arg, row, err);
	}
	if (rc == 0)
		rc = put_segment(s, owner, &l, NULL, set, err);
	if (rc == 0)
		rc = ses_store_del_many(s, l.v, l.n, err);
	segments_free(&l);
	json_decref(set);
	return rc;
}
