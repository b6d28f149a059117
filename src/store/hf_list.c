/*
 * Listing.  The hub lists by a prefix, all that is below, in pages.  That they
 * come in the order of their bytes is seen, not believed: some pages are looked
 * at before the first name is handed out, and where they are in another order,
 * all are gathered and sorted.
 */
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "store/far_list.h"
#include "store/hf.h"

#define KNOWN_MS   (INT64_C(30) * 24 * 3600 * 1000)
#define PAGE       "2000" /* of 5000 that are allowed: 4 MiB hold them */
#define HELD_BACK  ((size_t)8192)      /* names that are looked at together */
#define EMPTY_MAX  100                 /* pages in a row that name nothing */
#define GATHER_MAX ((size_t)128 << 20) /* a million names, about */

struct listing {
	struct ses_hf *s;
	const struct ses_store_list *what;
	ses_store_seen *seen;
	void *arg;
	struct ses_buf names; /* what is not handed out yet */
	struct ses_far_row *rows;
	size_t n;
	size_t cap;
	struct ses_buf cursor;
	struct ses_far_pages pages;
	size_t n_empty;      /* pages in a row */
	struct ses_buf last; /* that was handed out */
	int gathers;
};

static const char *
name_of(const struct listing *l, size_t i)
{
	return l->names.data + l->rows[i].key;
}

static int
add_row(struct listing *l, const char *key, size_t len,
    const struct ses_hf_object *o, struct seshat_err *err)
{
	struct ses_far_row *rows;

	rows = ses_grow(l->rows, l->n, &l->cap, sizeof(*rows));
	if (rows == NULL)
		return ses_fail_nomem(err);
	l->rows = rows;
	if (l->names.len + l->cap * sizeof(*rows) > GATHER_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "%s lists in another order than that of the names, and "
		    "there are too many to be sorted (%zu)",
		    l->s->hub.host.data, l->n);
	rows[l->n] = (struct ses_far_row){.key = l->names.len,
	    .size = key[len - 1] == '/' ? 0 : o->size,
	    .mtime = key[len - 1] == '/' ? 0 : o->uploaded};
	ses_buf_add(&l->names, key, len);
	ses_buf_add(&l->names, "", 1);
	l->n++;
	return ses_buf_check(&l->names, err);
}

static int
on_object(void *arg, const struct ses_hf_object *o, struct seshat_err *err)
{
	struct listing *l = arg;
	const struct ses_buf *prefix = &l->s->prefix;
	const char *wanted = l->what->prefix;
	const char *after = l->what->after;
	const char *key = o->path;
	size_t len;

	l->n_empty = 0;
	if (strncmp(key, prefix->data, prefix->len) != 0)
		return 0;
	key += prefix->len;
	len = strlen(key);
	if (len == 0 || strncmp(key, wanted, strlen(wanted)) != 0 ||
	    key[len - 1] == '/' || (after != NULL && strcmp(key, after) <= 0))
		return 0;
	if (l->what->shallow &&
	    key[strlen(wanted) + strcspn(key + strlen(wanted), "/")] == '/')
		len = strlen(wanted) + strcspn(key + strlen(wanted), "/") + 1;
	if (l->n > 0 && strncmp(name_of(l, l->n - 1), key, len) == 0 &&
	    name_of(l, l->n - 1)[len] == '\0')
		return 0;
	return add_row(l, key, len, o, err);
}

/* "/tree/" and the prefix, which means the beginning of a name; without the "/"
 * at its end, as the hub's own clients send it. */
static void
set_path(struct listing *l, struct ses_buf *path)
{
	struct ses_buf prefix = {0};
	size_t len;

	ses_hf_api(l->s, path, "/tree");
	ses_buf_fmt(&prefix, "%s%s", l->s->prefix.data, l->what->prefix);
	len = strlen(ses_buf_cstr(&prefix));
	if (len > 0 && prefix.data[len - 1] == '/')
		len--;
	if (len > 0) {
		ses_buf_str(path, "/");
		ses_url_encode(path, prefix.data, len, 1);
	}
	ses_buf_str(path, "?recursive=true&limit=" PAGE);
	if (l->cursor.len > 0) {
		ses_buf_str(path, "&cursor=");
		ses_url_encode(path, l->cursor.data, l->cursor.len, 0);
	}
	path->bad |= prefix.bad;
	ses_buf_free(&prefix);
}

/* The cursor of the next page is taken up. */
static int
go_on(struct listing *l, struct ses_buf *next, struct seshat_err *err)
{
	if (ses_far_pages_on(&l->pages, ses_buf_cstr(&l->cursor),
		ses_buf_cstr(next), err) < 0)
		return -1;
	if (l->n_empty > EMPTY_MAX)
		return ses_fail(err, SESHAT_EFORMAT,
		    "the listing goes on without a name for %d pages",
		    EMPTY_MAX);
	ses_buf_free(&l->cursor);
	l->cursor = *next;
	*next = (struct ses_buf){0};
	return 1;
}

/* One page: 1 when there is another one behind it, 0, -1. */
static int
fetch(void *arg, struct seshat_err *err)
{
	struct listing *l = arg;
	struct ses_buf path = {0};
	struct ses_buf next = {0};
	struct ses_hf_call c = {.method = "GET",
	    .path = &path,
	    .does = "list",
	    .count = &l->s->notes->counts.list};
	size_t n = l->n;
	size_t n_empty = l->n_empty;
	size_t len = l->names.len;
	int rc;

	set_path(l, &path);
	l->n_empty++;
	rc = ses_hf_call(l->s, &c, err);
	if (rc == 0)
		rc = ses_hf_objects(&c.answer.body, on_object, l, err);
	else if (err->code == SESHAT_ENOTFOUND && l->cursor.len == 0)
		rc = 0; /* nothing is below that prefix */
	else if (err->code == SESHAT_ENOTFOUND)
		rc = ses_fail(err, SESHAT_ENET,
		    "%s answers 404 in the middle of a listing",
		    l->s->hub.host.data);
	if (rc == 0)
		rc = ses_hf_cursor(&c.answer, &next, err);
	if (rc > 0)
		rc = go_on(l, &next, err);
	if (rc < 0) {
		l->n = n;
		l->names.len = len;
		l->n_empty = n_empty;
	}
	ses_hf_done(&c);
	ses_buf_free(&next);
	ses_buf_free(&path);
	return rc;
}

static int
fetch_patiently(struct listing *l, struct seshat_err *err)
{
	int rc = ses_far_page_get(fetch, l, l->s->notes, err);

	return rc < 0
		   ? ses_fail_in(err, "cannot list %s/%s%s", l->s->bucket.data,
			 l->s->prefix.data, l->what->prefix)
		   : rc;
}

static int
is_sorted(const struct listing *l)
{
	size_t i;

	if (l->n > 0 && l->last.len > 0 &&
	    strcmp(name_of(l, 0), l->last.data) < 0)
		return 0;
	for (i = 1; i < l->n; i++)
		if (strcmp(name_of(l, i - 1), name_of(l, i)) > 0)
			return 0;
	return 1;
}

/* The note says that the hub lists in another order, and is not too old. */
static int
was_unsorted(const struct ses_hf *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct stat st;
	int rc;

	rc = ses_far_note(&ses_store_hf, s, &path, &ignored) == 0 &&
	     stat(ses_buf_cstr(&path), &st) == 0 &&
	     (int64_t)st.st_mtime * 1000 > ses_time_now() - KNOWN_MS;
	ses_buf_free(&path);
	return rc;
}

/* For the next listing: names of this one were handed out already. */
static void
note_unsorted(struct ses_hf *s)
{
	static const char text[] = "seshat-hub 1 unsorted\n";
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf dir = {0};

	s->is_unsorted = 1;
	if (ses_far_note(&ses_store_hf, s, &path, &why) == 0) {
		ses_str_dirname(ses_buf_cstr(&path), &dir);
		if (ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, &why) < 0 ||
		    ses_fs_replace(
			path.data, text, strlen(text), 0600, 0, &why) < 0)
			ses_log(SES_DEBUG, "hf: not remembered: %s", why.msg);
	}
	ses_buf_free(&path);
	ses_buf_free(&dir);
}

static int
tell(
    struct listing *l, const struct ses_store_object *o, struct seshat_err *err)
{
	int order = l->last.len == 0 ? 1 : strcmp(o->key, l->last.data);

	if (order == 0)
		return 0; /* a folder goes on from page to page */
	if (order < 0) {
		note_unsorted(l->s);
		return ses_fail(err, SESHAT_ENET,
		    "%s lists in another order than that of the names: try "
		    "again (it is known now, and they will be sorted)",
		    l->s->hub.host.data);
	}
	ses_buf_clear(&l->last);
	ses_buf_str(&l->last, o->key);
	(void)ses_buf_cstr(&l->last);
	if (ses_buf_check(&l->last, err) < 0)
		return -1;
	return l->seen(l->arg, o, err);
}

/* Hand out what there is. */
static int
hand_out(struct listing *l, struct seshat_err *err)
{
	struct ses_store_object *v;
	size_t i;
	int rc = 0;

	if (ses_far_rows(&l->names, l->rows, l->n, l->gathers, &v, err) < 0)
		return -1;
	for (i = 0; i < l->n && rc == 0; i++)
		rc = tell(l, &v[i], err);
	free(v);
	l->n = 0;
	ses_buf_clear(&l->names);
	return rc;
}

static void
listing_free(struct listing *l)
{
	ses_buf_free(&l->names);
	ses_buf_free(&l->cursor);
	ses_far_pages_free(&l->pages);
	ses_buf_free(&l->last);
	free(l->rows);
}

int
ses_hf_list_page(struct ses_hf *s, const struct ses_buf *body,
    const struct ses_store_list *what, ses_store_seen *seen, void *arg,
    struct seshat_err *err)
{
	struct listing l = {
	    .s = s, .what = what, .seen = seen, .arg = arg, .gathers = 1};
	int rc = ses_hf_objects(body, on_object, &l, err);

	if (rc == 0)
		rc = hand_out(&l, err);
	listing_free(&l);
	return rc;
}

int
ses_hf_list(void *st, const struct ses_store_list *what, ses_store_seen *seen,
    void *arg, struct seshat_err *err)
{
	struct ses_hf *s = st;
	struct listing l = {.s = s,
	    .what = what,
	    .seen = seen,
	    .arg = arg,
	    .gathers = s->is_unsorted || was_unsorted(s)};
	int more;
	int rc = 0;

	do {
		more = fetch_patiently(&l, err);
		if (more < 0 || (more > 0 && (l.gathers || l.n < HELD_BACK)))
			continue;
		if (!l.gathers && !is_sorted(&l)) {
			ses_log(SES_DEBUG, "hf: the listing is not in order");
			s->is_unsorted = 1;
			l.gathers = 1;
		}
		if (more == 0 || !l.gathers)
			rc = hand_out(&l, err);
	} while (more > 0 && rc == 0);
	listing_free(&l);
	return more < 0 ? -1 : rc;
}
