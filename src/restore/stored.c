#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/line.h"
#include "harness/peek.h"
#include "restore/stored.h"
#include "vault/doc.h"
#include "vault/read.h"
#include "vault/reading.h"

/* A count as a store has it: 0 if it cannot be one. */
static json_int_t
count_of(const json_t *n)
{
	json_int_t v = json_integer_value(n);

	return v < 0 || v > SES_RESTORE_COUNT_MAX ? 0 : v;
}

static int
add_counts(struct ses_restore *r, const json_t *counts, struct seshat_err *err)
{
	const char *rule;
	json_t *n;
	json_int_t sum;

	json_object_foreach((json_t *)(uintptr_t)counts, rule, n)
	{
		sum = count_of(json_object_get(r->redactions, rule)) +
		      count_of(n);
		if (sum > SES_RESTORE_COUNT_MAX)
			sum = SES_RESTORE_COUNT_MAX;
		if (sum > 0 && json_object_set_new(
				   r->redactions, rule, json_integer(sum)) < 0)
			return ses_fail_nomem(err);
	}
	return 0;
}

int
ses_stored_count(
    struct ses_restore *r, const char *text, struct seshat_err *err)
{
	static const struct ses_entry none;
	json_t *entry = ses_entry_format(&none, text);
	int rc;

	if (entry == NULL)
		return ses_fail_nomem(err);
	rc = add_counts(r, json_object_get(entry, "redactions"), err);
	json_decref(entry);
	return rc;
}

/* Of the parts that the checkpoint lists it tells, the others do themselves. */
static int
add_redactions(const struct ses_restore_how *how, const struct ses_where *w,
    struct ses_stream *st, struct ses_restore *r, struct seshat_err *err)
{
	const json_t *parts = json_object_get(st->doc, "parts");
	struct ses_buf text = {0};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < st->n_listed; i++)
		rc = add_counts(r,
		    json_object_get(json_array_get(parts, i), "redactions"),
		    err);
	for (; rc == 0 && i < st->n; i++) {
		ses_buf_clear(&text);
		if (ses_stream_fetch(
			how->store, w, &st->parts[i], &text, err) == 0)
			rc = ses_stored_count(r, ses_buf_cstr(&text), err);
		/* then its counts are lost, which is less than its lines */
		else if (!ses_reading_is_damage(err))
			rc = -1;
	}
	ses_buf_free(&text);
	return rc;
}

/* "1a2b3c4d (of laptop), …" */
static void
name_streams(const struct ses_streams *l, struct ses_buf *out)
{
	const char *host;
	size_t i;

	for (i = 0; i < l->n; i++) {
		host = ses_doc_str(l->v[i].doc, "host");
		ses_buf_fmt(out, "%s%s", i > 0 ? ", " : "", l->v[i].id);
		if (host[0] != '\0')
			ses_buf_fmt(out, " (of %s)", host);
	}
}

static struct ses_stream *
choose(const struct ses_streams *l, const char *stream, struct seshat_err *err)
{
	struct ses_stream *st = stream != NULL ? ses_streams_named(l, stream)
					       : ses_streams_current(l);
	struct ses_buf names = {0};

	if (st == NULL && stream != NULL && l->n > 0) {
		name_streams(l, &names);
		ses_fail(err, SESHAT_ENOTFOUND, "no stream %s; there are: %s",
		    stream, ses_buf_cstr(&names));
		ses_buf_free(&names);
	} else if (st == NULL) {
		ses_fail(err, SESHAT_ENOTFOUND, "nothing is stored of it");
	}
	return st;
}

/* Of the main session tell which one it is, and of the others. */
static int
tell_streams(const struct ses_streams *l, const struct ses_stream *st,
    struct ses_restore *r, struct seshat_err *err)
{
	json_t *o;
	size_t i;

	memcpy(r->stream, st->id, sizeof(r->stream));
	for (i = 0; i < l->n; i++) {
		if (&l->v[i] == st)
			continue;
		ses_doc_begin();
		o = json_object();
		ses_doc_set_str(o, "stream", l->v[i].id);
		ses_doc_set_str(o, "host", ses_doc_str(l->v[i].doc, "host"));
		ses_doc_set_time(o, "last_event_at", l->v[i].last_event);
		if (json_array_append_new(r->streams, o) < 0 ||
		    ses_doc_check(err) < 0)
			return ses_fail_nomem(err);
	}
	return 0;
}

/* It is damaged: an error, or what stands before is all that is restored. */
static int
cut_off(const struct ses_restore_how *how, const struct ses_where *w,
    const char *stream, struct ses_restore *r, struct ses_stored *out,
    struct seshat_err *err)
{
	struct seshat_err why = *err;
	uint64_t start = 0;

	if (!how->force) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s; nothing was restored (--force restores the lines "
		    "before that, another stream may be whole)",
		    why.msg);
		return ses_fail_in(err, "%s/%s", w->harness, w->id);
	}
	if (ses_spool_line_start(&out->text, out->text.size, &start, err) < 0 ||
	    ses_spool_cut(&out->text, start, err) < 0)
		return -1;
	if (start == 0) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s; no whole line stands before that, so there is "
		    "nothing to restore (another stream may be whole; what is "
		    "behind the damage has 'seshat show %s --text --stream "
		    "%s')",
		    why.msg, w->id, stream);
		return ses_fail_in(err, "%s/%s", w->harness, w->id);
	}
	ses_buf_fmt(&r->damage,
	    "%s%s: %s; only the %llu bytes of whole lines before that are "
	    "restored; also when these are mirrored, what is behind the "
	    "damage has 'seshat show %s --text --stream %s'",
	    r->damage.len > 0 ? "\n" : "", w->id, why.msg,
	    (unsigned long long)start, w->id, stream);
	(void)ses_buf_cstr(&r->damage);
	return ses_buf_check(&r->damage, err);
}

static int
take_time(void *arg, const struct ses_json *object)
{
	int64_t *t = arg;
	struct ses_json v = {0};

	(void)ses_json_get(object, "timestamp", &v);
	*t = ses_line_time(&v);
	return *t != 0;
}

/* What the lines themselves tell; the summary may be stale. */
static int
look_into(
    const struct ses_where *w, struct ses_stored *out, struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harness_named(w->harness);
	struct ses_session x = {.harness = h};
	struct ses_peek p = {.fd = -1};
	struct stat st;
	int rc = -1;

	if (ses_peek_path(&p, out->text.path, &st, err) < 0)
		goto out;
	if (ses_peek_head(&p, take_time, &out->started, err) == 0) {
		x.id = ses_str_dup(w->id);
		rc = x.id == NULL          ? ses_fail_nomem(err)
		     : h->describe == NULL ? 0
					   : h->describe(h, &p, &x, err);
	}
	ses_peek_close(&p);
	if (rc == 0) {
		out->cwd = x.cwd;
		x.cwd = NULL;
	}
out:
	ses_session_free(&x);
	ses_peek_free(&p);
	return rc;
}

/* That there is no such folder is not that there is no such session. */
static int
fail_in_tmp(const struct ses_stored_spool *s, struct seshat_err *err)
{
	if (err->code == SESHAT_ENOMEM)
		return -1;
	if (err->code == SESHAT_ENOTFOUND)
		err->code = SESHAT_ESYS;
	return ses_fail_in(err,
	    "a temporary file in %s (TMPDIR names another folder)", s->tmp);
}

int
ses_stored_spool_open(const struct ses_stored_spool *s, struct seshat_err *err)
{
	return ses_spool_open(s->spool, s->tmp, err) < 0 ? fail_in_tmp(s, err)
							 : 0;
}

static int
to_spool(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	const struct ses_stored_spool *s = arg;

	return ses_spool_add(s->spool, data, len, err) < 0 ? fail_in_tmp(s, err)
							   : 0;
}

struct ses_sink
ses_stored_spool_sink(struct ses_stored_spool *s)
{
	return (struct ses_sink){to_spool, s};
}

static int
read_stream(const struct ses_restore_how *how, const struct ses_where *w,
    struct ses_stream *st, struct ses_restore *r, struct ses_stored *out,
    struct seshat_err *err)
{
	struct ses_stored_spool file = {&out->text, how->tmp};
	struct ses_sink spool = ses_stored_spool_sink(&file);
	struct ses_marks marks = {.next = &spool};
	struct ses_sink sink = ses_marks_sink(&marks);
	uint64_t told = ses_restore_redacted(r);

	if (strcmp(ses_doc_str(st->doc, "cursor_unit"), "row") == 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it was read from a database or a folder of events, and "
		    "can be put into none");
	memcpy(out->writer, st->w, sizeof(out->writer));
	out->source = ses_str_dup(ses_doc_str(st->doc, "source_path"));
	if (out->source == NULL)
		return ses_fail_nomem(err);
	if (ses_stored_spool_open(&file, err) < 0)
		return -1;
	if (ses_session_read(how->store, w, st->id, &sink, err) < 0 &&
	    (err->code != SESHAT_ECORRUPT ||
		cut_off(how, w, st->id, r, out, err) < 0))
		return -1;
	if (look_into(w, out, err) < 0)
		return -1;
	if (add_redactions(how, w, st, r, err) < 0)
		return -1;
	ses_marks_add(&marks, r, told);
	return ses_origin_take(out, st, err);
}

int
ses_stored_load(const struct ses_restore_how *how, const struct ses_where *w,
    const char *stream, struct ses_restore *r, struct ses_stored *out,
    struct seshat_err *err)
{
	struct ses_streams l = {0};
	struct ses_stream *st;
	int rc;

	if (ses_streams_load(how->store, w, &l, err) < 0)
		return -1;
	st = choose(&l, stream, err);
	rc = st == NULL ? -1 : 0;
	if (rc == 0 && r->stream[0] == '\0')
		rc = tell_streams(&l, st, r, err);
	if (rc == 0)
		rc = read_stream(how, w, st, r, out, err);
	ses_streams_free(&l);
	return rc;
}

void
ses_stored_free(struct ses_stored *s)
{
	ses_spool_close(&s->text);
	free(s->source);
	free(s->cwd);
	free(s->origin);
	*s = (struct ses_stored){0};
}
