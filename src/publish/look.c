/* What stands where a session goes. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "publish/one.h"
#include "vault/doc.h"

/* So far may the store's time of a put be from that of its listing. */
#define NEAR_MS 2000

/* What is read of an object that is there. */
struct reading {
	struct ses_sha256 sha;
	uint64_t size;
	uint64_t lines;
	char last;
};

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct reading *r = arg;
	const char *p = data;
	const char *end = p + len;

	(void)err;
	if (len == 0)
		return 0;
	ses_sha256_add(&r->sha, data, len);
	r->size += len;
	r->last = end[-1];
	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		r->lines++;
	return 0;
}

static int
read_object(struct ses_publishing *p, const char *key, struct ses_pub_part *out,
    struct seshat_err *err)
{
	struct reading r = {.last = '\n'};
	struct ses_sink sink = {take, &r};

	ses_sha256_init(&r.sha);
	if (ses_store_get(p->run->what->to, key, 0, 0, &sink, err) < 0)
		return -1;
	out->size = r.size;
	out->lines = r.lines + (r.last != '\n');
	ses_sha256_hex(&r.sha, out->sha256);
	return 0;
}

/* Whether one that is there is as it was left. */
static int
is_as_left(const struct ses_pub_part *was, const struct ses_pub_part *is)
{
	return was->size == is->size && is->when <= was->when + NEAR_MS &&
	       is->when >= was->when - NEAR_MS;
}

/* Whether the text begins with it: an earlier state of the session, whoever
 * put it there. */
static int
is_beginning(struct ses_publishing *p, const struct ses_pub_part *is,
    struct seshat_err *err)
{
	char sha[SES_SHA256_HEX];

	/* an empty one says nothing of whose it is */
	if (is->size == 0 || is->size > p->text.size)
		return 0;
	if (ses_pub_sha256(&p->text.spool, is->size, sha, err) < 0)
		return -1;
	return strcmp(sha, is->sha256) == 0;
}

int
ses_pub_begins(struct ses_publishing *p, const char *key, uint64_t size,
    const char *sha256, struct seshat_err *err)
{
	struct reading r = {.last = '\n'};
	struct ses_sink sink = {take, &r};
	char sha[SES_SHA256_HEX];

	ses_sha256_init(&r.sha);
	if (ses_store_get(p->run->what->to, key, 0, size, &sink, err) < 0)
		return -1;
	ses_sha256_hex(&r.sha, sha);
	return strcmp(sha, sha256) == 0;
}

/* Whether it holds what our own rules find: it was never published, and
 * may be all that is left of somebody's file. */
static int
is_raw(struct ses_publishing *p, const struct ses_share_source *from,
    struct seshat_err *err)
{
	struct ses_share_text plain = {0};
	int rc =
	    ses_share_text_make(&plain, from, NULL, p->run->what->tmp, err);

	if (rc == 0)
		rc = plain.redactions > 0;
	ses_share_text_free(&plain);
	return rc;
}

/* Whether it is what older rules made of the text, or of its beginning: by the
 * rules of now it would be that.  What is much longer than the text, is not. */
static int
is_older(struct ses_publishing *p, const struct ses_pub_part *is,
    struct seshat_err *err)
{
	const struct ses_publish *what = p->run->what;
	struct ses_share_source from = {
	    .harness = p->from.harness, .id = p->from.id};
	struct ses_share_text again = {0};
	struct ses_spool there = {0};
	struct ses_sink sink = ses_spool_sink(&there);
	struct ses_pub_part part = {0};
	int rc = 0;

	if (is->size == 0 || is->size / 2 > p->text.size)
		return 0;
	if (ses_spool_open(&there, what->tmp, err) < 0 ||
	    ses_store_get(what->to, p->place, 0, 0, &sink, err) < 0)
		rc = -1;
	from.path = there.path;
	if (rc == 0)
		rc = ses_share_text_make(
		    &again, &from, what->custom, what->tmp, err);
	if (rc == 0) {
		part.size = again.size;
		memcpy(part.sha256, again.sha256, sizeof(part.sha256));
		rc = is_beginning(p, &part, err);
	}
	if (rc > 0) {
		rc = is_raw(p, &from, err);
		rc = rc < 0 ? -1 : !rc;
	}
	ses_share_text_free(&again);
	ses_spool_close(&there);
	return rc;
}

/* Whether it is the text and more: published from a vault that knows more. */
static int
is_more(struct ses_publishing *p, const struct ses_pub_part *is,
    struct seshat_err *err)
{
	return is->size > p->text.size ? ses_pub_begins(p, p->place,
					     p->text.size, p->text.sha256, err)
				       : 0;
}

/* The one object of a session. */
static int
look_object(struct ses_publishing *p, struct seshat_err *err)
{
	struct ses_store *to = p->run->what->to;
	const struct ses_pub_parts *was = &p->state.parts;
	struct ses_pub_part is = {.lines = 1};
	struct ses_store_object o;
	struct ses_sink none = ses_sink_none();
	int rc;

	/* the tag first: what is looked at afterwards is not older */
	if (ses_store_caps(to) & SES_STORE_MATCH) {
		rc = ses_store_get(to, p->place, 0, 1, &none, err);
		if (rc < 0)
			return err->code == SESHAT_ENOTFOUND ? 0 : -1;
		memcpy(
		    p->tag, ses_store_tag(to), strlen(ses_store_tag(to)) + 1);
	}
	if (ses_store_head(to, p->place, &o, err) < 0)
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	is.size = o.size;
	is.when = o.mtime;
	if (was->n == 1 && is_as_left(&was->v[0], &is))
		return ses_pub_add(&p->there, &was->v[0], err);
	if (read_object(p, p->place, &is, err) < 0)
		return -1;
	rc = (was->n == 1 && strcmp(was->v[0].sha256, is.sha256) == 0) ||
	     strcmp(p->state.pending, is.sha256) == 0;
	if (!rc)
		rc = is_beginning(p, &is, err);
	if (rc < 0)
		return -1;
	if (rc > 0)
		return ses_pub_add(&p->there, &is, err);
	p->is_ahead = is_more(p, &is, err);
	if (p->is_ahead != 0)
		return p->is_ahead < 0 ? -1 : 0;
	rc = is_older(p, &is, err);
	if (rc < 0)
		return -1;
	return rc > 0 ? ses_pub_add(&p->there, &is, err)
		      : ses_pub_foreign(p, "", err);
}

struct listing {
	struct ses_publishing *p;
	int has_about;
	int is_unlike; /* something is not as it was left */
	size_t n;
};

/* Whether the part that is listed next is the one that was left there. */
static int
is_known(const struct listing *l, const struct ses_pub_part *is)
{
	const struct ses_pub_parts *was = &l->p->state.parts;

	return l->n < was->n && strcmp(was->v[l->n].name, is->name) == 0 &&
	       is_as_left(&was->v[l->n], is);
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct listing *l = arg;
	struct ses_publishing *p = l->p;
	const struct ses_pub_format *f = p->run->what->format;
	const char *name = o->key + strlen(p->place);
	struct ses_pub_part is = {.size = o->size, .when = o->mtime};

	if (ses_str_ends(name, "/"))
		return 0;
	if (f->about_name != NULL && strcmp(name, f->about_name) == 0) {
		l->has_about = 1;
		return ses_pub_way(p, name, err);
	}
	if (!f->is_part(name, &is.number))
		return 0;
	if (is.number == UINT64_MAX)
		return ses_pub_foreign(p, name, err);
	if (f->part(&p->s, p->place, is.number, is.name, err) < 0)
		return -1;
	if (strcmp(is.name, name) != 0)
		return ses_pub_foreign(p, name, err);
	if (ses_pub_way(p, name, err) < 0)
		return -1;
	if (is_known(l, &is))
		is = p->state.parts.v[l->n];
	else
		l->is_unlike = 1;
	l->n++;
	return ses_pub_add(&p->there, &is, err);
}

/* Parts that are not as they were left are read. */
static int
read_parts(struct ses_publishing *p, struct seshat_err *err)
{
	const struct ses_pub_format *f = p->run->what->format;
	struct ses_buf key = {0};
	size_t i;
	int rc = 0;

	for (i = 0; i < p->there.n && rc == 0; i++) {
		if (p->there.v[i].sha256[0] != '\0')
			continue;
		ses_buf_clear(&key);
		ses_buf_str(&key, p->place);
		ses_buf_str(&key, p->there.v[i].name);
		(void)ses_buf_cstr(&key);
		rc = ses_buf_check(&key, err);
		if (rc == 0)
			rc = read_object(p, key.data, &p->there.v[i], err);
		if (rc == 0 && p->about != NULL)
			f->about_when(p->about, &p->there.v[i]);
	}
	ses_buf_free(&key);
	return rc;
}

static int
look_about(struct ses_publishing *p, struct seshat_err *err)
{
	const struct ses_pub_format *f = p->run->what->format;
	struct ses_buf key = {0};
	int rc = -1;

	ses_buf_str(&key, p->place);
	ses_buf_str(&key, f->about_name);
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) == 0)
		p->about = ses_doc_get(p->run->what->to, key.data, err);
	if (p->about != NULL)
		rc = f->about_is_ours(p->about)
			 ? 0
			 : ses_pub_foreign(p, f->about_name, err);
	else if (err->code == SESHAT_EFORMAT || err->code == SESHAT_ECORRUPT)
		rc = ses_pub_foreign(p, f->about_name, err);
	ses_buf_free(&key);
	return rc;
}

static int
look_folder(struct ses_publishing *p, struct seshat_err *err)
{
	struct listing l = {.p = p};
	struct ses_store_list what = {.prefix = p->place, .shallow = 1};

	if (ses_store_list(p->run->what->to, &what, see, &l, err) < 0)
		return -1;
	if (l.has_about && look_about(p, err) < 0)
		return -1;
	return l.is_unlike ? read_parts(p, err) : 0;
}

int
ses_pub_look(struct ses_publishing *p, struct seshat_err *err)
{
	p->there.n = 0;
	p->tag[0] = '\0';
	p->is_ahead = 0;
	json_decref(p->about);
	p->about = NULL;
	if (ses_pub_way(p, "", err) < 0)
		return -1;
	if ((p->run->what->format->number == NULL ? look_object(p, err)
						  : look_folder(p, err)) < 0)
		return -1;
	if (p->is_behind && p->there.n > 0)
		p->is_ahead = 1;
	return 0;
}
