#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "export/transcript.h"
#include "vault/doc.h"
#include "vault/reading.h"

void
ses_transcript_free(struct ses_transcript *t)
{
	free(t->v);
	*t = (struct ses_transcript){0};
}

static void
add(struct ses_transcript *t, const struct ses_entry *e)
{
	t->v[t->n++] = *e;
	t->crc = ses_crc32_join(t->crc, e->crc, e->size);
	t->size += e->size;
	t->packed += e->body_size;
	t->archived |= ses_entry_is_archived(e);
}

/* What the whole of it hashes to, where its writer kept count. */
static void
find_sha(struct ses_transcript *t, const struct ses_stream *st)
{
	const char *sha = ses_doc_str(st->doc, "transcript_sha256_so_far");

	if (st->n == st->n_listed && t->n == st->n &&
	    (t->n == 0 || !t->v[t->n - 1].torn) &&
	    strlen(sha) == SES_SHA256_HEX - 1)
		memcpy(t->sha256, sha, sizeof(t->sha256));
}

struct sizes {
	json_t *of; /* name -> bytes */
	size_t prefix;
};

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct sizes *l = arg;

	return json_object_set_new(l->of, o->key + l->prefix,
		   json_integer((json_int_t)o->size)) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* How long the session's objects are, whatever its checkpoint says. */
static int
list_sizes(struct ses_store *s, const struct ses_where *w, json_t **out,
    struct seshat_err *err)
{
	struct sizes l = {.of = json_object()};
	struct ses_store_list what = {.shallow = 1};
	struct ses_buf prefix = {0};
	int rc = l.of == NULL ? ses_fail_nomem(err) : 0;

	ses_key_session(&prefix, w);
	l.prefix = prefix.len;
	what.prefix = ses_buf_cstr(&prefix);
	if (rc == 0)
		rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(s, &what, see, &l, err);
	ses_buf_free(&prefix);
	if (rc < 0)
		json_decref(l.of);
	else
		*out = l.of;
	return rc;
}

/* What is planned from a part is there. */
static int
check_part(
    const json_t *sizes, const struct ses_entry *e, struct seshat_err *err)
{
	const json_t *size = json_object_get(sizes, e->name);

	if (size == NULL)
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "%s is missing", e->name);
	/* of an archived one all is needed */
	return (uint64_t)json_integer_value(size) <
		       (ses_entry_is_archived(e) ? e->stored
						 : e->body + e->body_size)
		   ? ses_fail(err, SESHAT_ECORRUPT, "%s is cut off", e->name)
		   : 0;
}

static int
collect(struct ses_transcript *t, struct ses_store *s,
    const struct ses_where *w, struct ses_stream *st, const json_t *sizes,
    struct seshat_err *err)
{
	struct ses_entry *e;
	size_t i;

	t->v = ses_calloc(st->n > 0 ? st->n : 1, sizeof(*t->v));
	if (t->v == NULL)
		return ses_fail_nomem(err);
	if (ses_stream_expect(s, w, st, 0, 1, err) < 0)
		return -1;
	for (i = 0; i < st->n; i++) {
		e = &st->parts[i];
		if ((!e->known && ses_stream_fetch(s, w, e, NULL, err) < 0) ||
		    check_part(sizes, e, err) < 0) {
			if (err->code != SESHAT_ECORRUPT &&
			    err->code != SESHAT_ENOTFOUND)
				return -1;
			(void)snprintf(t->damage, sizeof(t->damage),
			    "could not be read behind these bytes: %.100s",
			    err->msg);
			break;
		}
		/* a torn line counts only at the end */
		if (!e->torn || i + 1 == st->n)
			add(t, e);
	}
	return 0;
}

int
ses_transcript_load(struct ses_transcript *t, struct ses_store *s,
    const struct ses_where *w, struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	json_t *sizes = NULL;
	int rc = 0;

	*t = (struct ses_transcript){0};
	if (ses_streams_load(s, w, &l, err) < 0)
		return -1;
	st = ses_streams_current(&l);
	if (st != NULL) {
		t->is_there = 1;
		t->last_event = st->last_event;
		memcpy(t->stream, st->id, sizeof(t->stream));
		memcpy(t->writer, st->w, sizeof(t->writer));
		if (st->damage[0] != '\0')
			(void)snprintf(t->damage, sizeof(t->damage),
			    "could not be read behind these bytes: %.100s",
			    st->damage);
		rc = list_sizes(s, w, &sizes, err);
		if (rc == 0)
			rc = collect(t, s, w, st, sizes, err);
		json_decref(sizes);
		if (rc == 0)
			find_sha(t, st);
		t->packed =
		    t->archived ? 0 : t->packed + SES_TRANSCRIPT_TAIL_LEN;
	}
	ses_streams_free(&l);
	return rc;
}

int
ses_transcript_push(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	ses_key_session(&key, w);
	ses_buf_str(&key, e->name);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	if (rc == 0 && e->body_size > 0)
		rc = ses_store_get(
		    s, key.data, e->body, e->body_size, sink, err);
	ses_buf_free(&key);
	return rc;
}

int
ses_transcript_push_text(struct ses_store *s, const struct ses_where *w,
    const struct ses_entry *e, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct ses_reading r = {.s = s, .w = w, .at = e->from, .sink = sink};

	return ses_reading_push(&r, e, 1, err) < 0 ? -1 : 0;
}
