/* The bytes of an export, in the order of FORMATS.md, section 10. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "export/assets.h"
#include "export/bundle.h"
#include "export/emit.h"
#include "export/html.h"
#include "export/transcript.h"
#include "vault/companion.h"

struct emitting {
	const struct ses_export_plan *p;
	struct ses_export_result *r;
	struct ses_zip *zip;
	uint64_t from; /* of the archive: what is wanted of it */
	int only_measure;
	struct ses_spool sums;    /* lines of SHA256SUMS */
	struct ses_spool omitted; /* lines of __truncated.txt */
	struct ses_buf line;
	/* the session at hand */
	struct ses_buf names;
	struct ses_found found; /* in names */

	/* the file at hand */
	struct ses_zip_entry entry;
	struct ses_sha256 sha;
	int has_begun;
	int zip_failed; /* and not the reading */
	uint64_t read;
};

static int64_t
ms_of(int64_t ns)
{
	return ns / 1000000;
}

static int
add_sum(struct emitting *e, const char *name, const char *sha,
    struct seshat_err *err)
{
	ses_buf_clear(&e->line);
	ses_buf_fmt(&e->line, "%s  %s\n", sha, name);
	return ses_buf_check(&e->line, err) < 0
		   ? -1
		   : ses_spool_add(&e->sums, e->line.data, e->line.len, err);
}

/* An entry whose bytes are all here. */
static int
add_text(struct emitting *e, const char *name, const void *data, size_t len,
    struct seshat_err *err)
{
	struct ses_zip_entry entry = {.name = name,
	    .mtime = ms_of(e->p->time_ns),
	    .method = SES_ZIP_DEFLATE};
	char sha[SES_SHA256_HEX];

	ses_sha256_of(data, len, sha);
	return ses_zip_add(e->zip, &entry, data, len, err) < 0 ||
		       add_sum(e, name, sha, err) < 0
		   ? -1
		   : 0;
}

static int
add_ours(struct emitting *e, struct seshat_err *err)
{
	struct ses_buf readme = {0};
	const struct ses_asset *a;
	size_t i;
	int rc = ses_bundle_readme(e->p, &readme, err);

	if (rc == 0)
		rc = add_text(
		    e, SES_BUNDLE_README, readme.data, readme.len, err);
	ses_buf_free(&readme);
	for (i = 0; rc == 0 && ses_bundle_sdk[i] != NULL; i++) {
		a = ses_asset_find(ses_bundle_sdk[i]);
		if (a != NULL)
			rc = add_text(e, a->name, a->data, a->len, err);
	}
	return rc;
}

static int
take_session(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	ses_buf_clear(&e->names);
	ses_buf_add(&e->names, item->name, item->name_len + 1);
	ses_buf_add(&e->names, item->path, item->path_len + 1);
	ses_buf_add(&e->names, item->data, item->data_len + 1);
	if (ses_buf_check(&e->names, err) < 0)
		return -1;
	e->found.harness = e->names.data;
	e->found.id = e->found.harness + item->name_len + 1;
	e->found.project = e->found.id + item->path_len + 1;
	e->r->sessions++;
	return 0;
}

static void
progress(struct emitting *e, uint64_t len)
{
	e->r->bytes += len;
	if (e->p->how->progress != NULL && !e->only_measure)
		e->p->how->progress(e->p->how->arg, e->r->bytes);
}

static int
begin_file(struct emitting *e, struct seshat_err *err)
{
	e->has_begun = 1;
	e->zip_failed = ses_zip_begin(e->zip, &e->entry, err) < 0;
	return e->zip_failed ? -1 : 0;
}

/* Bytes of the file at hand.  The entry begins with the first, so that there
 * is none of a file that cannot be opened. */
static int
take_bytes(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct emitting *e = arg;

	if (!e->has_begun && begin_file(e, err) < 0)
		return -1;
	ses_sha256_add(&e->sha, data, len);
	e->zip_failed = ses_zip_write(e->zip, data, len, err) < 0;
	if (e->zip_failed)
		return -1;
	e->read += len;
	progress(e, len);
	return 0;
}

static struct ses_libfile
file_of(const struct ses_item *item)
{
	return (struct ses_libfile){.name = item->name,
	    .path = item->path,
	    .size = item->size,
	    .mtime_ns = item->mtime_ns,
	    .stamp = item->stamp};
}

/* A file that could not be read to its end is named, and is as long as what
 * was read of it. */
static int
note_partial(struct emitting *e, const struct ses_item *item,
    const struct seshat_err *why, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc;

	if (why->code == SESHAT_ECONFLICT)
		ses_buf_str(&text, "changed while reading");
	else
		ses_buf_fmt(&text, "could not be read: %s", why->msg);
	if (e->has_begun && e->read < item->size)
		ses_buf_fmt(&text, " (partial: the first %llu bytes)",
		    (unsigned long long)e->read);
	rc = ses_plan_omit(
	    &e->omitted, item->name, item->size, ses_buf_cstr(&text), err);
	ses_buf_free(&text);
	e->r->omitted++;
	return rc;
}

/* A file whose length was not promised. */
static int
stream_file(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct ses_libfile file = file_of(item);
	struct ses_sink sink = {take_bytes, e};
	struct seshat_err why = SESHAT_ERR_INIT;
	char sha[SES_SHA256_HEX];
	int rc = ses_library_read(e->p->lib, &e->found, &file, 0, &sink, &why);

	if (rc == 0 && !e->has_begun)
		rc = begin_file(e, &why);
	if (e->zip_failed || why.code == SESHAT_ENOMEM) {
		*err = why;
		return -1;
	}
	if (e->has_begun && ses_zip_end(e->zip, NULL, err) < 0)
		return -1;
	ses_sha256_hex(&e->sha, sha);
	if (rc == 0 && item->sha256[0] != '\0' &&
	    strcmp(sha, item->sha256) != 0)
		rc = ses_fail(&why, SESHAT_ECORRUPT,
		    "it is not what was stored: SHA-256 mismatch");
	if (rc < 0 && note_partial(e, item, &why, err) < 0)
		return -1;
	e->r->files += (uint64_t)e->has_begun;
	return e->has_begun ? add_sum(e, item->name, sha, err) : 0;
}

/* A file whose length was promised: it comes as it was planned, or the
 * archive is given up. */
static int
copy_file(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct ses_libfile file = file_of(item);
	struct ses_sink sink = {take_bytes, e};
	char sha[SES_SHA256_HEX];
	uint64_t skip = 0;
	uint64_t at;

	if (begin_file(e, err) < 0)
		return -1;
	at = ses_zip_at(e->zip);
	if (e->only_measure ||
	    (e->entry.is_known && !ses_zip_wants(e->zip, item->size)))
		skip = item->size;
	else if (e->entry.is_known && e->from > at)
		skip = e->from - at;
	if (skip > 0 && ses_zip_skip(e->zip, skip, err) < 0)
		return -1;
	if (skip < item->size &&
	    ses_library_read(e->p->lib, &e->found, &file, skip, &sink, err) < 0)
		return ses_fail_in(err, "%s", item->name);
	if (ses_zip_end(e->zip, NULL, err) < 0)
		return ses_fail_in(err, "%s", item->name);
	e->r->files++;
	if (item->sha256[0] != '\0' || e->only_measure)
		/* what is measured has the length of all */
		memcpy(sha, item->sha256, sizeof(sha));
	else
		ses_sha256_hex(&e->sha, sha);
	if (sha[0] == '\0')
		ses_sha256_of("", 0, sha);
	return add_sum(e, item->name, sha, err);
}

static int
add_file(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	int is_known = item->sha256[0] != '\0';

	e->entry = (struct ses_zip_entry){.name = item->name,
	    .mtime = ms_of(item->mtime_ns),
	    .size = item->size,
	    .crc = item->crc,
	    .is_known = e->p->is_known && is_known,
	    .method = e->p->is_known || e->p->how->store ? SES_ZIP_STORE
							 : SES_ZIP_DEFLATE};
	e->has_begun = 0;
	e->zip_failed = 0;
	e->read = 0;
	ses_sha256_init(&e->sha);
	return e->p->is_known ? copy_file(e, item, err)
			      : stream_file(e, item, err);
}

/* Of the body of a companion, which begins with its first byte, as a file. */
static int
take_body(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct emitting *e = arg;

	if (!e->has_begun && begin_file(e, err) < 0)
		return -1;
	e->zip_failed = ses_zip_write(e->zip, data, len, err) < 0;
	return e->zip_failed ? -1 : 0;
}

/* The body as it is stored; before its first byte it is known whether it is
 * still the one that was planned. */
static int
push_companion(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct ses_sink sink = {take_body, e};
	struct ses_where w = ses_found_where(&e->found);
	struct ses_companion_body body = {
	    .size = item->size, .at = item->at, .len = item->packed};

	memcpy(body.sha256, item->sha256, sizeof(body.sha256));
	if (e->p->is_known && begin_file(e, err) < 0)
		return -1;
	if (e->only_measure ||
	    (e->has_begun && !ses_zip_wants(e->zip, item->packed))) {
		e->zip_failed = ses_zip_skip(e->zip, item->packed, err) < 0;
		return e->zip_failed ? -1 : 0;
	}
	return ses_companion_push(
	    ses_library_store(e->p->lib), &w, item->path, &body, &sink, err);
}

/* One that is another one by now, or gone, is named, where nothing was
 * promised. */
static int
add_companion(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	e->entry = (struct ses_zip_entry){.name = item->name,
	    .mtime = ms_of(item->mtime_ns),
	    .method = SES_ZIP_PACKED,
	    .is_known = 1,
	    .size = item->size,
	    .packed = item->packed,
	    .crc = item->crc};
	e->has_begun = 0;
	e->zip_failed = 0;
	if (push_companion(e, item, &why) < 0) {
		if (!e->has_begun && !e->zip_failed &&
		    (why.code == SESHAT_ECONFLICT ||
			why.code == SESHAT_ENOTFOUND))
			return note_partial(e, item, &why, err);
		*err = why;
		return ses_fail_in(err, "%s", item->name);
	}
	progress(e, item->size);
	e->r->files++;
	return ses_zip_end(e->zip, NULL, err) < 0
		   ? -1
		   : add_sum(e, item->name, item->sha256, err);
}

static int
take_packed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	return ses_zip_write(arg, data, len, err);
}

static int
add_body(
    struct emitting *e, const struct ses_entry *part, struct seshat_err *err)
{
	struct ses_sink sink = {take_packed, e->zip};
	struct ses_where w = ses_found_where(&e->found);
	struct ses_store *store = ses_library_store(e->p->lib);
	uint64_t at = ses_zip_at(e->zip);

	progress(e, part->size);
	if (e->only_measure || !ses_zip_wants(e->zip, part->body_size))
		return ses_zip_skip(e->zip, part->body_size, err);
	if (ses_transcript_push(store, &w, part, &sink, err) < 0)
		return -1;
	if (ses_zip_at(e->zip) - at != part->body_size)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "%s is shorter than it was", part->name);
	return 0;
}

/* The text of one part, or, where nothing of it is wanted, room for it. */
static int
push_text(struct emitting *e, const struct ses_item *item, size_t i,
    struct seshat_err *err)
{
	struct ses_sink sink = {take_bytes, e};
	struct ses_where w = ses_found_where(&e->found);
	struct ses_entry part;

	memcpy(&part, item->data + i * sizeof(part), sizeof(part));
	if (!e->entry.is_known ||
	    (!e->only_measure && ses_zip_wants(e->zip, part.size)))
		return ses_transcript_push_text(
		    ses_library_store(e->p->lib), &w, &part, &sink, err);
	progress(e, part.size);
	e->zip_failed = ses_zip_skip(e->zip, part.size, err) < 0;
	return e->zip_failed ? -1 : 0;
}

/* A transcript of which some is archived: its text is packed anew.  Where its
 * length was promised it stands there as it is. */
static int
add_archived(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	char sha[SES_SHA256_HEX];
	size_t n = item->data_len / sizeof(struct ses_entry);
	size_t i;
	int rc = 0;

	e->entry = (struct ses_zip_entry){.name = item->name,
	    .mtime = ms_of(item->mtime_ns),
	    .size = item->size,
	    .crc = item->crc,
	    .is_known = e->p->is_known,
	    .method = e->p->how->store ? SES_ZIP_STORE : SES_ZIP_DEFLATE};
	ses_sha256_init(&e->sha);
	e->read = 0;
	if (begin_file(e, err) < 0)
		return -1;
	for (i = 0; i < n && rc == 0; i++)
		rc = push_text(e, item, i, &why);
	if (rc < 0 &&
	    (e->zip_failed || e->entry.is_known || why.code == SESHAT_ENOMEM)) {
		*err = why;
		return ses_fail_in(err, "%s", item->name);
	}
	if (ses_zip_end(e->zip, NULL, err) < 0 ||
	    (rc < 0 && note_partial(e, item, &why, err) < 0))
		return -1;
	/* what is promised has as many lines as were planned */
	if (e->entry.is_known)
		memcpy(sha, item->sha256, sizeof(sha));
	else
		ses_sha256_hex(&e->sha, sha);
	return sha[0] == '\0' ? 0 : add_sum(e, item->name, sha, err);
}

static int
add_transcript(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct ses_zip_entry entry = {.name = item->name,
	    .mtime = ms_of(item->mtime_ns),
	    .method = SES_ZIP_PACKED,
	    .is_known = 1,
	    .size = item->size,
	    .packed = item->packed,
	    .crc = item->crc};
	struct ses_entry part;
	size_t i;

	if (item->packed == 0)
		return add_archived(e, item, err);
	if (ses_zip_begin(e->zip, &entry, err) < 0)
		return -1;
	for (i = 0; i < item->data_len / sizeof(part); i++) {
		memcpy(&part, item->data + i * sizeof(part), sizeof(part));
		if (add_body(e, &part, err) < 0)
			return ses_fail_in(err, "%s", item->name);
	}
	if (ses_zip_write(e->zip, SES_TRANSCRIPT_TAIL, SES_TRANSCRIPT_TAIL_LEN,
		err) < 0 ||
	    ses_zip_end(e->zip, NULL, err) < 0)
		return -1;
	return item->sha256[0] == '\0'
		   ? 0
		   : add_sum(e, item->name, item->sha256, err);
}

/* The transcript for people; where it cannot be read it ends. */
static int
add_html(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	struct ses_sink sink = {take_bytes, e};
	struct ses_where w = ses_found_where(&e->found);
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_logged *runs;
	char sha[SES_SHA256_HEX];
	int rc;

	e->entry = (struct ses_zip_entry){.name = item->name,
	    .mtime = ms_of(item->mtime_ns),
	    .method = SES_ZIP_DEFLATE,
	    .size = UINT64_MAX / 2};
	ses_sha256_init(&e->sha);
	e->zip_failed = 0;
	if (begin_file(e, err) < 0)
		return -1;
	runs = ses_logged_load(
	    ses_library_store(e->p->lib), NULL, w.harness, w.id);
	rc = ses_html_transcript(ses_library_store(e->p->lib), &w, item->stream,
	    SES_HTML_ALL, runs, &sink, &why);
	ses_logged_free(runs);
	if (e->zip_failed || why.code == SESHAT_ENOMEM) {
		*err = why;
		return -1;
	}
	if (ses_zip_end(e->zip, NULL, err) < 0)
		return -1;
	e->read = 0;
	if (rc < 0 && note_partial(e, item, &why, err) < 0)
		return -1;
	ses_sha256_hex(&e->sha, sha);
	return add_sum(e, item->name, sha, err);
}

static int
add_item(
    struct emitting *e, const struct ses_item *item, struct seshat_err *err)
{
	switch (item->kind) {
	case SES_ITEM_SESSION:
		return take_session(e, item, err);
	case SES_ITEM_FILE:
		return add_file(e, item, err);
	case SES_ITEM_COMPANION:
		return add_companion(e, item, err);
	case SES_ITEM_TRANSCRIPT:
		return add_transcript(e, item, err);
	case SES_ITEM_HTML:
		return add_html(e, item, err);
	default:
		return add_text(e, item->name, item->data, item->data_len, err);
	}
}

/* An entry out of a spool; of what is measured, only its length counts. */
static int
add_spool(struct emitting *e, const char *name, const struct ses_spool *s,
    int method, struct seshat_err *err)
{
	struct ses_zip_entry entry = {.name = name,
	    .mtime = ms_of(e->p->time_ns),
	    .method = method,
	    .size = s->size};
	struct ses_sink sink = {take_packed, e->zip};

	return ses_zip_begin(e->zip, &entry, err) < 0 ||
		       ses_spool_push(s, &sink, err) < 0 ||
		       ses_zip_end(e->zip, NULL, err) < 0
		   ? -1
		   : 0;
}

static int
add_lists(struct emitting *e, struct seshat_err *err)
{
	struct ses_sha256 sha;
	struct ses_sink hash = ses_sha256_sink(&sha);
	char hex[SES_SHA256_HEX];

	if (e->omitted.size > 0) {
		ses_sha256_init(&sha);
		if (ses_spool_push(&e->omitted, &hash, err) < 0)
			return -1;
		ses_sha256_hex(&sha, hex);
		if (add_spool(e, SES_BUNDLE_TRUNCATED, &e->omitted,
			SES_ZIP_DEFLATE, err) < 0 ||
		    add_sum(e, SES_BUNDLE_TRUNCATED, hex, err) < 0)
			return -1;
	}
	/* its sums may not be known before its length must be */
	return add_spool(e, SES_BUNDLE_SUMS, &e->sums,
	    e->p->is_known ? SES_ZIP_STORE : SES_ZIP_DEFLATE, err);
}

static int
emit_all(struct emitting *e, struct seshat_err *err)
{
	struct ses_item_walk walk = {.spool = &e->p->items};
	struct ses_item item;
	int rc;

	if (add_ours(e, err) < 0)
		return -1;
	while ((rc = ses_item_next(&walk, &item, err)) > 0) {
		rc = add_item(e, &item, err);
		if (rc < 0)
			break;
	}
	ses_buf_free(&walk.buf);
	if (rc < 0 || add_lists(e, err) < 0 || ses_zip_finish(e->zip, err) < 0)
		return -1;
	e->r->zip = ses_zip_at(e->zip);
	return 0;
}

int
ses_export_emit(const struct ses_export_plan *p, const struct ses_sink *sink,
    uint64_t from, uint64_t to, int only_measure, struct ses_export_result *r,
    struct seshat_err *err)
{
	struct emitting e = {
	    .p = p, .r = r, .from = from, .only_measure = only_measure};
	int rc = -1;

	*r = (struct ses_export_result){.omitted = p->n_omitted};
	if (ses_spool_open(&e.sums, p->how->tmp, err) < 0 ||
	    ses_spool_open(&e.omitted, p->how->tmp, err) < 0 ||
	    ses_spool_copy(&e.omitted, &p->omitted, 0, p->omitted.size, err) <
		0 ||
	    ses_zip_open(&e.zip, p->how->tmp, sink, err) < 0)
		goto out;
	ses_zip_window(e.zip, from, to);
	rc = emit_all(&e, err);
out:
	ses_zip_free(e.zip);
	ses_spool_close(&e.sums);
	ses_spool_close(&e.omitted);
	ses_buf_free(&e.line);
	ses_buf_free(&e.names);
	return rc;
}
