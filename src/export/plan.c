#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "export/companions.h"
#include "export/bundle.h"
#include "export/plan.h"
#include "export/rows.h"
#include "export/transcript.h"
#include "vault/doc.h"

/* One session as it is planned. */
struct planning {
	struct ses_export_plan *p;
	const struct ses_plan_row *row;
	struct ses_found found; /* borrows from row */
	struct ses_buf name;
	struct ses_transcript transcript;
	struct ses_companion_rows beside;
};

void
ses_export_plan_free(struct ses_export_plan *p)
{
	ses_plan_rows_free(p->rows, p->n);
	ses_spool_close(&p->items);
	ses_buf_free(&p->batch);
	ses_spool_close(&p->omitted);
	*p = (struct ses_export_plan){0};
}

/* The name in the archive of what the session calls name. */
static const char *
entry_name(struct planning *g, const char *name)
{
	ses_buf_clear(&g->name);
	if (g->row->slug[0] != '\0')
		ses_buf_fmt(&g->name, "sessions/%s/", g->row->slug);
	ses_buf_str(&g->name, name);
	return ses_buf_cstr(&g->name);
}

static int
omit(struct planning *g, uint64_t size, const char *why, struct seshat_err *err)
{
	g->p->n_omitted++;
	return ses_plan_omit(
	    &g->p->omitted, ses_buf_cstr(&g->name), size, why, err);
}

static int
has_room(const struct planning *g, uint64_t size)
{
	return g->p->how->max_bytes == 0 || size <= g->p->left;
}

/* Count it under the cap: 0, or 1 when there is no room, and that is noted. */
static int
take_room(struct planning *g, uint64_t size, struct seshat_err *err)
{
	if (!has_room(g, size))
		return omit(g, size, "over the cap", err) < 0 ? -1 : 1;
	g->p->left -= g->p->how->max_bytes > 0 ? size : 0;
	g->p->bytes += size;
	return 0;
}

static void
seen_time(struct ses_export_plan *p, int64_t ns)
{
	if (ns > p->time_ns)
		p->time_ns = ns;
}

/* A file of a name that is ours stands one folder deeper. */
static const char *
own_name(const struct planning *g, const char *name, struct ses_buf *moved)
{
	if (!ses_bundle_is_ours(name, g->row->slug[0] == '\0',
		ses_library_store(g->p->lib) != NULL))
		return name;
	g->p->n_moved++;
	ses_buf_fmt(moved, "workspace/%s", name);
	return ses_buf_cstr(moved);
}

/* Whether what would be promised can be read; only that it opens is tried: 1,
 * or 0 when it cannot, and that is noted. */
static int
can_promise(
    struct planning *g, const struct ses_libfile *file, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	int rc;

	if (!g->p->is_known || !g->p->how->store || file->sha256[0] != '\0' ||
	    ses_library_read(
		g->p->lib, &g->found, file, file->size, &none, &why) == 0)
		return 1;
	if (why.code == SESHAT_ENOMEM) {
		*err = why;
		return -1;
	}
	ses_buf_fmt(&text, "could not be read: %s", why.msg);
	rc = omit(g, file->size, ses_buf_cstr(&text), err);
	ses_buf_free(&text);
	return rc;
}

static int
add_file(
    struct planning *g, const struct ses_libfile *file, struct seshat_err *err)
{
	struct ses_item item = {.kind = SES_ITEM_FILE,
	    .path = file->path,
	    .path_len = strlen(file->path),
	    .size = file->size,
	    .mtime_ns = file->mtime_ns,
	    .stamp = file->stamp,
	    .crc = file->crc,
	    .packs = file->packs};
	int rc = has_room(g, file->size) ? can_promise(g, file, err) : 1;

	if (rc <= 0)
		return rc;
	rc = take_room(g, file->size, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	memcpy(item.sha256, file->sha256, sizeof(item.sha256));
	item.name = ses_buf_cstr(&g->name);
	item.name_len = g->name.len;
	seen_time(g->p, file->mtime_ns);
	g->p->n_files++;
	if (!g->p->how->store && (file->packs || file->sha256[0] == '\0'))
		g->p->is_known = 0;
	return ses_buf_check(&g->name, err) < 0
		   ? -1
		   : ses_item_add(g->p, &item, err);
}

static int
see_file(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	struct planning *g = arg;
	struct ses_buf moved = {0};
	struct ses_buf why = {0};
	int rc = 0;

	(void)entry_name(g, own_name(g, file->name, &moved));
	if (file->kind == SES_LIBFILE_LINK) {
		g->p->n_links++;
	} else if (file->kind == SES_LIBFILE_FAILED) {
		ses_buf_fmt(&why, "could not be read: %s", file->why);
		rc = omit(g, file->size > 0 ? file->size : SES_EXPORT_UNKNOWN,
		    ses_buf_cstr(&why), err);
	} else {
		rc = add_file(g, file, err);
	}
	ses_buf_free(&moved);
	ses_buf_free(&why);
	return rc;
}

/* Its place under the cap is taken before that of the files: it is what
 * cannot be made again. */
static int
measure_transcript(struct planning *g, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(&g->found);
	struct ses_store *store = ses_library_store(g->p->lib);
	struct ses_transcript *t = &g->transcript;
	int rc;

	if (store == NULL)
		return 0;
	if (ses_transcript_load(t, store, &w, err) < 0)
		return -1;
	if (!t->is_there)
		return 0;
	(void)entry_name(g, SES_BUNDLE_TRANSCRIPT);
	if (t->damage[0] != '\0' && omit(g, t->size, t->damage, err) < 0)
		return -1;
	rc = take_room(g, t->size, err);
	if (rc > 0)
		t->is_there = 0;
	return rc < 0 ? -1 : 0;
}

/* One that is damaged is named.  A store that fails is another matter. */
static int
look(struct planning *g, const struct ses_companion_row *row,
    struct ses_companion_body *body, struct seshat_err *err)
{
	const struct ses_companion c = {
	    .path = row->path, .name = row->name, .stored = row->stored};
	struct ses_where w = ses_found_where(&g->found);
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	int rc;

	if (row->entry == NULL)
		return omit(g, row->stored, "its name is taken", err) < 0 ? -1
									  : 0;
	if (ses_companion_look(
		ses_library_store(g->p->lib), &w, &c, body, &why) == 0)
		return 1;
	if (why.code != SESHAT_ECORRUPT && why.code != SESHAT_ENOTFOUND) {
		*err = why;
		return -1;
	}
	ses_buf_fmt(&text, "could not be read: %s", why.msg);
	rc = omit(g, SES_EXPORT_UNKNOWN, ses_buf_cstr(&text), err);
	ses_buf_free(&text);
	return rc;
}

static int
add_companion(struct planning *g, const struct ses_companion_row *row,
    struct seshat_err *err)
{
	struct ses_item item = {.kind = SES_ITEM_COMPANION,
	    .path = row->path,
	    .path_len = strlen(row->path)};
	struct ses_companion_body body;
	int rc;

	(void)entry_name(
	    g, row->entry != NULL ? row->entry : SES_COMPANION_FOLDER "/?");
	rc = look(g, row, &body, err);
	if (rc <= 0)
		return rc;
	rc = take_room(g, body.size, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	item.size = body.size;
	item.packed = body.len;
	item.at = body.at;
	item.crc = body.crc;
	item.mtime_ns = ses_time_ns(body.written);
	memcpy(item.sha256, body.sha256, sizeof(item.sha256));
	item.name = ses_buf_cstr(&g->name);
	item.name_len = g->name.len;
	seen_time(g->p, item.mtime_ns);
	g->p->n_beside++;
	return ses_buf_check(&g->name, err) < 0
		   ? -1
		   : ses_item_add(g->p, &item, err);
}

/* What stands beside the transcript, before the files: nobody can make it
 * again, either. */
static int
add_companions(struct planning *g, struct seshat_err *err)
{
	struct ses_where w = ses_found_where(&g->found);
	struct ses_store *store = ses_library_store(g->p->lib);
	size_t i;

	if (store == NULL)
		return 0;
	if (ses_companion_rows_load(
		&g->beside, store, &w, g->transcript.writer, err) < 0)
		return -1;
	for (i = 0; i < g->beside.n; i++)
		if (add_companion(g, &g->beside.v[i], err) < 0)
			return -1;
	return 0;
}

static int
add_transcript(struct planning *g, struct seshat_err *err)
{
	const struct ses_transcript *t = &g->transcript;
	struct ses_item item = {.kind = SES_ITEM_TRANSCRIPT,
	    .path = "",
	    .data = (const char *)t->v,
	    .data_len = t->n * sizeof(*t->v),
	    .size = t->size,
	    .packed = t->packed,
	    .mtime_ns = ses_time_ns(t->last_event),
	    .crc = t->crc};

	if (!t->is_there)
		return 0;
	if (t->archived && !g->p->how->store)
		g->p->is_known = 0; /* how it will pack, nobody knows */
	memcpy(item.sha256, t->sha256, sizeof(item.sha256));
	memcpy(item.stream, t->stream, sizeof(item.stream));
	item.name = entry_name(g, SES_BUNDLE_TRANSCRIPT);
	item.name_len = g->name.len;
	seen_time(g->p, item.mtime_ns);
	if (ses_buf_check(&g->name, err) < 0 ||
	    ses_item_add(g->p, &item, err) < 0)
		return -1;
	if (!g->p->how->html)
		return 0;
	item.kind = SES_ITEM_HTML;
	item.data_len = 0;
	item.name = entry_name(g, SES_BUNDLE_HTML);
	item.name_len = g->name.len;
	g->p->is_known = 0;
	return ses_item_add(g->p, &item, err);
}

/* As show tells of them. */
static int
tell_companions(const struct planning *g, json_t *doc, struct seshat_err *err)
{
	json_t *o = json_object();
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < g->beside.n; i++)
		bytes += g->beside.v[i].stored;
	ses_doc_begin();
	ses_doc_set_u64(o, "files", g->beside.n);
	ses_doc_set_u64(o, "stored_bytes", bytes);
	if (json_object_set_new(doc, "companions", o) < 0)
		return ses_fail_nomem(err);
	return ses_doc_check(err);
}

/* session.json: what list and show tell of it. */
static int
add_summary(struct planning *g, struct seshat_err *err)
{
	struct ses_item item = {.kind = SES_ITEM_TEXT, .path = ""};
	json_t *doc = NULL;
	char *text;
	int rc;

	if (ses_library_store(g->p->lib) == NULL)
		return 0;
	if (g->row->summary != NULL)
		doc = json_incref(g->row->summary);
	else if (ses_library_summary(g->p->lib, &g->found, &doc, err) < 0)
		return -1;
	seen_time(g->p, ses_time_ns(ses_doc_time(doc, "last_event_at")));
	if (tell_companions(g, doc, err) < 0) {
		json_decref(doc);
		return -1;
	}
	text = json_dumps(doc, JSON_INDENT(2));
	json_decref(doc);
	if (text == NULL)
		return ses_fail_nomem(err);
	item.data = text;
	item.data_len = strlen(text);
	item.name = entry_name(g, SES_BUNDLE_SUMMARY);
	item.name_len = g->name.len;
	item.mtime_ns = g->p->time_ns;
	rc = ses_buf_check(&g->name, err);
	if (rc == 0)
		rc = ses_item_add(g->p, &item, err);
	free(text);
	return rc;
}

static int
begin_session(struct planning *g, struct seshat_err *err)
{
	const struct ses_plan_row *row = g->row;
	struct ses_item item = {.kind = SES_ITEM_SESSION,
	    .name = row->harness,
	    .name_len = strlen(row->harness),
	    .path = row->id,
	    .path_len = strlen(row->id),
	    .data = row->project,
	    .data_len = strlen(row->project)};

	return ses_item_add(g->p, &item, err);
}

/* A failure that is no other session's. */
static int
is_its_own(const struct seshat_err *err)
{
	return err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT ||
	       err->code == SESHAT_EFORMAT;
}

/* One session that is damaged is no reason to keep the others here. */
static int
omit_rest(struct planning *g, struct seshat_err *err)
{
	struct ses_buf why = {0};
	int rc;

	(void)entry_name(g, "");
	ses_buf_fmt(&why, "could not be read: %s", err->msg);
	rc = omit(g, SES_EXPORT_UNKNOWN, ses_buf_cstr(&why), err);
	ses_buf_free(&why);
	return rc;
}

static int
plan_session(struct ses_export_plan *p, const struct ses_plan_row *row,
    struct seshat_err *err)
{
	struct planning g = {.p = p,
	    .row = row,
	    .found = {.project = row->project,
		.harness = row->harness,
		.id = row->id}};
	int rc = -1;

	if (begin_session(&g, err) == 0 && measure_transcript(&g, err) == 0 &&
	    add_companions(&g, err) == 0 &&
	    ses_library_files(p->lib, &g.found, see_file, &g, err) == 0 &&
	    add_transcript(&g, err) == 0 && add_summary(&g, err) == 0)
		rc = 0;
	if (rc < 0 && p->is_many && is_its_own(err))
		rc = omit_rest(&g, err);
	ses_transcript_free(&g.transcript);
	ses_companion_rows_free(&g.beside);
	ses_buf_free(&g.name);
	return rc < 0 ? ses_fail_in(err, "%s", row->id) : 0;
}

int
ses_export_plan_make(struct ses_export_plan *p, struct ses_library *lib,
    const struct ses_export_how *how, struct seshat_err *err)
{
	size_t i;

	*p = (struct ses_export_plan){.how = how,
	    .lib = lib,
	    .left = how->max_bytes,
	    .is_known = how->exact};
	p->is_many = how->project != NULL || how->n_ids > 1;
	if (ses_plan_rows(lib, how, &p->rows, &p->n, err) < 0 ||
	    ses_spool_open(&p->items, how->tmp, err) < 0 ||
	    ses_spool_open(&p->omitted, how->tmp, err) < 0)
		return -1;
	for (i = 0; i < p->n; i++)
		if (plan_session(p, &p->rows[i], err) < 0)
			return -1;
	return ses_items_end(p, err);
}
