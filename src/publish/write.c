/* From what stands there to what the text is now. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publish/one.h"
#include "vault/doc.h"

/* One writing: the parts as they are to be, in p->there. */
struct writing {
	struct ses_publishing *p;
	struct ses_pub_cuts cuts;
	struct ses_spool piece; /* what is put: a put takes a file whole */
	struct ses_buf key;
};

static const char *
key_of(struct writing *w, const char *name, struct seshat_err *err)
{
	ses_buf_clear(&w->key);
	ses_buf_str(&w->key, w->p->place);
	ses_buf_str(&w->key, name);
	(void)ses_buf_cstr(&w->key);
	return ses_buf_check(&w->key, err) < 0 ? NULL : w->key.data;
}

static int
is_same(const struct ses_pub_part *is, const struct ses_pub_cut *to_be)
{
	return is->size == to_be->to - to_be->from &&
	       strcmp(is->sha256, to_be->sha256) == 0;
}

/* Put a piece of the text, or all of it. */
static int
put(struct writing *w, const char *name, const struct ses_pub_cut *cut,
    unsigned how, int64_t *when, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	const struct ses_spool *text = &p->text.spool;
	struct ses_put what = {.how = how,
	    .fd = text->fd,
	    .len = (size_t)(cut->to - cut->from),
	    .tag =
		!(how & SES_PUT_CREATE) && p->tag[0] != '\0' ? p->tag : NULL};
	const char *key = key_of(w, name, err);

	if (key == NULL)
		return -1;
	if (cut->from > 0 || cut->to < text->size) {
		if (ses_spool_cut(&w->piece, 0, err) < 0 ||
		    ses_spool_copy(&w->piece, text, cut->from, cut->to, err) <
			0)
			return -1;
		what.fd = w->piece.fd;
	}
	if (ses_store_put(p->run->what->to, key, &what, when, err) < 0)
		return -1;
	p->wrote = 1;
	return 0;
}

/* Write one part, new or in the place of ours that is at i. */
static int
write_part(struct writing *w, size_t i, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	struct ses_publish_totals *t = &p->run->t;
	const struct ses_pub_cut *cut = &w->cuts.v[i];
	struct ses_pub_part *part = &p->there.v[i];
	int is_new = part->sha256[0] == '\0';

	if (p->run->what->dry_run)
		p->wrote = 1;
	else if (put(w, part->name, cut, is_new ? SES_PUT_CREATE : 0,
		     &part->when, err) < 0)
		return -1;
	part->size = cut->to - cut->from;
	part->lines = cut->lines;
	memcpy(part->sha256, cut->sha256, sizeof(part->sha256));
	t->bytes += part->size;
	t->put += is_new != 0;
	t->replaced += is_new == 0;
	return 0;
}

/* Room and a name for a part behind the others. */
static int
add_part(struct writing *w, size_t left, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	const struct ses_pub_format *f = p->run->what->format;
	struct ses_pub_part part = {.lines = 1};
	const struct ses_pub_part *last =
	    p->there.n == 0 ? NULL : &p->there.v[p->there.n - 1];

	if (f->number != NULL) {
		part.number = f->number(&p->s, last, left);
		if (f->part(&p->s, p->place, part.number, part.name, err) < 0)
			return -1;
	}
	return ses_pub_add(&p->there, &part, err);
}

/* Those that the text does not reach any more. */
static int
delete_rest(struct writing *w, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	const char *key;

	while (p->there.n > w->cuts.n) {
		key = key_of(w, p->there.v[p->there.n - 1].name, err);
		if (key == NULL)
			return -1;
		if (!p->run->what->dry_run &&
		    ses_store_del(p->run->what->to, key, err) < 0)
			return -1;
		p->wrote = 1;
		p->run->t.deleted++;
		p->there.n--;
	}
	return 0;
}

static int
write_about(struct writing *w, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	const struct ses_pub_format *f = p->run->what->format;
	const char *key;
	json_t *doc;
	int rc = -1;

	if (f->about == NULL)
		return 0;
	ses_doc_begin();
	doc = f->about(&p->s, &p->there);
	key = key_of(w, f->about_name, err);
	if (doc == NULL)
		ses_fail_nomem(err);
	else if (key != NULL && ses_doc_check(err) == 0)
		rc = 0;
	if (rc == 0 && p->about != NULL && json_equal(doc, p->about))
		goto out;
	if (rc == 0 && !p->run->what->dry_run)
		rc = ses_doc_put(p->run->what->to, key, doc,
		    p->about == NULL ? SES_PUT_CREATE : 0, err);
	if (rc == 0)
		p->wrote = 1;
out:
	json_decref(doc);
	return rc;
}

/* A put may leave an object that only its hash tells to be ours. */
static int
remember(struct ses_publishing *p, const char *sha256, struct seshat_err *err)
{
	if (p->run->what->format->number != NULL || p->run->what->dry_run)
		return 0;
	memcpy(p->state.pending, sha256, sizeof(p->state.pending));
	memcpy(p->state.stream, p->stream->id, sizeof(p->state.stream));
	p->state.cursor = p->stream->cursor;
	p->state.stamp[0] = '\0';
	return ses_pub_state_save(&p->state, p->path, err);
}

static int
write_all(struct writing *w, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	size_t i;

	for (i = 0; i < w->cuts.n; i++) {
		if (i < p->there.n && is_same(&p->there.v[i], &w->cuts.v[i]))
			continue;
		if (remember(p, w->cuts.v[i].sha256, err) < 0)
			return -1;
		if (i == p->there.n && add_part(w, w->cuts.n - i - 1, err) < 0)
			return -1;
		if (write_part(w, i, err) < 0)
			return -1;
	}
	return delete_rest(w, err) < 0 ? -1 : write_about(w, err);
}

/* Whether part i is there, and not as it is remembered. */
static int
is_news(const struct ses_publishing *p, size_t i)
{
	const struct ses_pub_parts *was = &p->state.parts;

	return i < p->there.n &&
	       (i >= was->n ||
		   strcmp(was->v[i].sha256, p->there.v[i].sha256) != 0);
}

/* Whether the parts there are the text and more, and not what was remembered:
 * published from a vault that knows more of the session. */
static int
is_ahead(struct writing *w, struct seshat_err *err)
{
	struct ses_publishing *p = w->p;
	size_t last = w->cuts.n - 1; /* of the text, which is not empty */
	const struct ses_pub_cut *end = &w->cuts.v[last];
	const struct ses_pub_part *part;
	const char *key;
	size_t i;

	if (p->there.n <= last)
		return 0;
	for (i = 0; i < last; i++)
		if (!is_same(&p->there.v[i], &w->cuts.v[i]))
			return 0;
	part = &p->there.v[last];
	if (is_same(part, end))
		return is_news(p, last + 1);
	if (!is_news(p, last) || part->size < end->to - end->from)
		return 0;
	key = key_of(w, part->name, err);
	return key == NULL ? -1
			   : ses_pub_begins(
				 p, key, end->to - end->from, end->sha256, err);
}

/* Cut as the parts there are, so that each stays or is replaced by itself. */
static int
cut(struct writing *w, struct seshat_err *err)
{
	const struct ses_publishing *p = w->p;
	static const uint64_t all = UINT64_MAX;
	uint64_t *lines;
	size_t i;
	int rc;

	if (p->run->what->format->number == NULL)
		return ses_pub_cut(&p->text.spool, &all, 1, &w->cuts, err);
	lines = ses_calloc(p->there.n + 1, sizeof(*lines));
	if (lines == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < p->there.n; i++)
		lines[i] = p->there.v[i].lines;
	rc = ses_pub_cut(&p->text.spool, lines, p->there.n, &w->cuts, err);
	free(lines);
	return rc;
}

int
ses_pub_write(struct ses_publishing *p, struct seshat_err *err)
{
	struct writing w = {.p = p};
	int rc = ses_spool_open(&w.piece, p->run->what->tmp, err);

	if (p->is_ahead)
		goto out;
	if (rc == 0)
		rc = cut(&w, err);
	if (rc == 0 && p->run->what->format->number != NULL) {
		p->is_ahead = is_ahead(&w, err);
		rc = p->is_ahead < 0 ? -1 : 0;
	}
	if (rc == 0 && !p->is_ahead)
		rc = write_all(&w, err);
out:
	ses_spool_close(&w.piece);
	ses_buf_free(&w.key);
	free(w.cuts.v);
	return rc;
}
