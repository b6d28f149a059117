#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "publish/names.h"
#include "publish/state.h"
#include "vault/doc.h"

#define STATE_MAX (64U << 20)

int
ses_pub_add(struct ses_pub_parts *l, const struct ses_pub_part *p,
    struct seshat_err *err)
{
	struct ses_pub_part *v;

	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	l->v[l->n++] = *p;
	return 0;
}

/* A hash out of a document; -1: it is none. */
static int
take_sha(const json_t *doc, const char *name, char out[SES_SHA256_HEX])
{
	const char *s = ses_doc_str(doc, name);

	if (strlen(s) != SES_SHA256_HEX - 1 ||
	    !ses_pub_all(s, SES_SHA256_HEX - 1, SES_PUB_HEX))
		return -1;
	memcpy(out, s, SES_SHA256_HEX);
	return 0;
}

static int
take_part(const json_t *doc, struct ses_pub_part *p)
{
	const char *name = ses_doc_str(doc, "name");

	*p = (struct ses_pub_part){.number = ses_doc_u64(doc, "number"),
	    .size = ses_doc_u64(doc, "size"),
	    .lines = ses_doc_u64(doc, "lines"),
	    .when = ses_doc_time(doc, "put_at")};
	if (strlen(name) >= sizeof(p->name) || p->lines == 0)
		return -1;
	memcpy(p->name, name, strlen(name) + 1);
	return take_sha(doc, "sha256", p->sha256);
}

static int
take(struct ses_pub_state *s, const json_t *doc, struct seshat_err *err)
{
	const char *place = ses_doc_str(doc, "place");
	struct ses_pub_part part;
	const json_t *row;
	size_t i;

	const char *stream = ses_doc_str(doc, "stream");

	if (place[0] == '\0' || ses_doc_u64(doc, "schema_version") != 1)
		return 0;
	s->place = ses_str_dup(place);
	s->vault = ses_str_dup(ses_doc_str(doc, "vault"));
	if (s->place == NULL || s->vault == NULL)
		return ses_fail_nomem(err);
	if (strlen(stream) < sizeof(s->stream))
		memcpy(s->stream, stream, strlen(stream) + 1);
	s->cursor = ses_doc_u64(doc, "cursor");
	json_array_foreach(json_object_get(doc, "parts"), i, row)
	{
		if (take_part(row, &part) < 0) {
			s->parts.n = 0; /* what is there is read anew */
			return 0;
		}
		if (ses_pub_add(&s->parts, &part, err) < 0)
			return -1;
	}
	(void)take_sha(doc, "pending", s->pending);
	(void)take_sha(doc, "stamp", s->stamp);
	return 0;
}

int
ses_pub_state_load(
    struct ses_pub_state *s, const char *path, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	json_t *doc = NULL;
	int rc = 0;

	*s = (struct ses_pub_state){0};
	if (ses_fs_slurp(path, STATE_MAX, &b, &ignored) == 0)
		doc = ses_doc_parse(b.data, b.len, &ignored);
	if (doc != NULL)
		rc = take(s, doc, err);
	json_decref(doc);
	ses_buf_free(&b);
	return rc;
}

static json_t *
format_part(const struct ses_pub_part *p)
{
	json_t *doc = json_object();

	ses_doc_set_str(doc, "name", p->name);
	ses_doc_set_u64(doc, "number", p->number);
	ses_doc_set_u64(doc, "size", p->size);
	ses_doc_set_u64(doc, "lines", p->lines);
	ses_doc_set_str(doc, "sha256", p->sha256);
	ses_doc_set_time(doc, "put_at", p->when);
	return doc;
}

int
ses_pub_state_save(
    const struct ses_pub_state *s, const char *path, struct seshat_err *err)
{
	struct ses_buf b = {0};
	json_t *list = json_array();
	json_t *doc = json_object();
	size_t i;
	int rc = 0;

	ses_doc_begin();
	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "place", s->place);
	ses_doc_set_str(doc, "stamp", s->stamp);
	ses_doc_set_str(doc, "pending", s->pending);
	ses_doc_set_str(doc, "vault", s->vault == NULL ? "" : s->vault);
	ses_doc_set_str(doc, "stream", s->stream);
	ses_doc_set_u64(doc, "cursor", s->cursor);
	for (i = 0; i < s->parts.n && rc == 0; i++)
		rc = json_array_append_new(list, format_part(&s->parts.v[i]));
	if (rc < 0 || json_object_set(doc, "parts", list) < 0)
		rc = ses_fail_nomem(err);
	if (rc == 0)
		rc = ses_doc_check(err);
	if (rc == 0)
		rc = ses_doc_format(doc, &b, err);
	if (rc == 0)
		rc = ses_fs_replace(path, b.data, b.len, 0600, 0, err);
	json_decref(list);
	json_decref(doc);
	ses_buf_free(&b);
	return rc;
}

void
ses_pub_state_forget(struct ses_pub_state *s)
{
	char *place = s->place;

	s->place = NULL;
	ses_pub_state_free(s);
	s->place = place;
}

void
ses_pub_state_free(struct ses_pub_state *s)
{
	free(s->place);
	free(s->vault);
	free(s->parts.v);
	*s = (struct ses_pub_state){0};
}
