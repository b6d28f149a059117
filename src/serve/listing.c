#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "catalog/keeper.h"
#include "serve/listing_rows.h"
#include "serve/page_state.h"
#include "vault/doc.h"

/* With what is kept of answers (serve/api.c) no list is older than a second. */
#define KEEP_MS 500

/* How long an update of the catalog is waited for: of a far store a walk costs
 * more; of a near one about what so many sessions do. */
#define FAR_MS      1000
#define NEAR_MS     300
#define LEAST_MS    100
#define WALK_PER_MS 40 /* sessions */

struct ses_listing_cache {
	const struct ses_api *api;
	/* rows of the library */
	json_t *rows;
	int64_t at; /* steady ms */
	unsigned changes;
	/* the catalog told what is in a far store */
	int64_t listed_at;
	unsigned listed_changes;
	/* sums of the catalog */
	json_t *projects;
	int64_t version;
};

struct ses_listing_cache *
ses_listing_cache_new(const struct ses_api *api)
{
	struct ses_listing_cache *c = ses_calloc(1, sizeof(*c));

	if (c != NULL) {
		c->api = api;
		c->at = INT64_MIN / 2;
		c->listed_at = INT64_MIN / 2;
	}
	return c;
}

void
ses_listing_cache_free(struct ses_listing_cache *c)
{
	if (c != NULL) {
		json_decref(c->rows);
		json_decref(c->projects);
	}
	free(c);
}

void
ses_listing_forget(const struct ses_api_worker *w)
{
	if (w->cache == NULL)
		return;
	json_decref(w->cache->rows);
	w->cache->rows = NULL;
}

static unsigned
changes_of(const struct ses_listing_cache *c)
{
	return c->api->pages != NULL ? ses_pages_changes(c->api->pages) : 0;
}

/* The rows of the library. */
static int
walk(const struct ses_api_worker *w, json_t **rows, struct seshat_err *err)
{
	struct ses_listing_cache *c = w->cache;
	unsigned changes;

	if (c == NULL)
		return ses_api_list(w, NULL, rows, err);
	changes = changes_of(c);
	if (c->rows == NULL || c->changes != changes ||
	    ses_time_steady() - c->at >= KEEP_MS) {
		json_decref(c->rows);
		c->rows = NULL;
		c->at = ses_time_steady();
		if (ses_api_list(w, NULL, &c->rows, err) < 0)
			return -1;
		/* what came while it was listed may not be in it */
		c->changes = changes;
	}
	*rows = json_incref(c->rows);
	return 0;
}

/* The library's rows of one project.  In a volume a session may belong to
 * several. */
static int
walk_project(const struct ses_api_worker *w, const char *project, json_t **rows,
    struct seshat_err *err)
{
	json_t *all = NULL;
	json_t *out;
	json_t *row;
	size_t i;

	if (project == NULL)
		return walk(w, rows, err);
	if (w->store == NULL)
		return ses_library_list(w->lib, project, rows, err);
	if (walk(w, &all, err) < 0)
		return -1;
	ses_doc_begin();
	out = json_array();
	for (i = 0; i < json_array_size(all); i++) {
		row = json_array_get(all, i);
		if (strcmp(ses_doc_str(row, "project"), project) == 0)
			(void)json_array_append(out, row);
	}
	json_decref(all);
	if (ses_doc_check(err) < 0) {
		json_decref(out);
		return -1;
	}
	*rows = out;
	return 0;
}

static int
is_near(const struct ses_api_worker *w)
{
	return (ses_store_caps(w->store) & SES_STORE_LOCAL) != 0;
}

/* Wait until the catalog tells what the store holds: 1, or 0. */
static int
wait_listed(const struct ses_api_worker *w, uint64_t sessions)
{
	struct ses_listing_cache *c = w->cache;
	unsigned changes = changes_of(c);
	int64_t now = ses_time_steady();
	int64_t ms = FAR_MS;

	if (is_near(w)) {
		ms = LEAST_MS + (int64_t)(sessions / WALK_PER_MS);
		ms = ms < NEAR_MS ? ms : NEAR_MS;
	} else if (c->listed_changes == changes &&
		   now - c->listed_at < KEEP_MS) {
		return 1;
	}
	if (!ses_keeper_listed(c->api->keeper, ms))
		return 0;
	c->listed_at = now;
	c->listed_changes = changes;
	return 1;
}

/* 1: the catalog tells what the store holds, and ses_catalog_begin was called;
 * 0: it does not, in time, or cannot. */
static int
begin(const struct ses_api_worker *w)
{
	static const struct ses_catalog_filter all;
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t n = 0;
	int is;

	if (w->catalog == NULL || w->cache == NULL ||
	    w->cache->api->keeper == NULL)
		return 0;
	is = ses_catalog_begin(w->catalog, &err);
	if (is == 0)
		is = ses_catalog_is_fresh(w->catalog, &err);
	if (is == 0)
		is = ses_catalog_count(w->catalog, &all, &n, &err);
	if (is > 0)
		return 1;
	ses_catalog_end(w->catalog);
	if (is == 0 && wait_listed(w, n)) {
		is = ses_catalog_begin(w->catalog, &err);
		/* another process may have deleted it */
		if (is == 0)
			is = ses_catalog_is_listed(w->catalog, &err);
		if (is > 0)
			return 1;
		ses_catalog_end(w->catalog);
	}
	if (is < 0)
		ses_log(SES_DEBUG, "%s", err.msg);
	return 0;
}

/* The end of what begin began: 1 it went well; 0, the library is to be asked;
 * -1, the caller's fault. */
static int
end(const struct ses_api_worker *w, int rc, const struct seshat_err *err)
{
	ses_catalog_end(w->catalog);
	if (rc >= 0)
		return 1;
	if (err->code == SESHAT_EUSAGE || err->code == SESHAT_ENOMEM)
		return -1;
	ses_log(SES_DEBUG, "%s", err->msg);
	return 0;
}

/* The sums of the projects; the catalog has begun. */
static int
catalog_projects(
    const struct ses_api_worker *w, json_t **out, struct seshat_err *err)
{
	struct ses_listing_cache *c = w->cache;
	int64_t version = 0;
	json_t *o;
	size_t i;

	if (ses_catalog_version(w->catalog, &version, err) < 0)
		return -1;
	if (c->projects == NULL || c->version != version) {
		json_decref(c->projects);
		c->projects = NULL;
		if (ses_catalog_projects(w->catalog, &c->projects, err) < 0)
			return -1;
		ses_doc_begin();
		json_array_foreach(c->projects, i, o)
		{
			(void)json_object_set(
			    o, "uploaded", json_object_get(o, "bytes"));
			(void)json_object_set(
			    o, "bytes", json_object_get(o, "size"));
			(void)json_object_del(o, "size");
		}
		c->version = version;
		if (ses_doc_check(err) < 0) {
			json_decref(c->projects);
			c->projects = NULL;
			return -1;
		}
	}
	*out = json_incref(c->projects);
	return 0;
}

int
ses_listing_projects(
    const struct ses_api_worker *w, json_t **out, struct seshat_err *err)
{
	json_t *names = NULL;
	json_t *rows = NULL;
	int rc = 0;

	if (begin(w))
		rc = end(w, catalog_projects(w, out, err), err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (walk(w, &rows, err) < 0)
		return -1;
	/* a vault knows no other projects than its sessions'; a volume does */
	if (w->store == NULL)
		rc = ses_library_projects(w->lib, &names, err);
	if (rc == 0)
		rc = ses_listing_sums(rows, names, out, err);
	json_decref(names);
	json_decref(rows);
	return rc;
}

int
ses_listing_has_project(
    const struct ses_api_worker *w, const char *project, struct seshat_err *err)
{
	return w->store != NULL ? 0
				: ses_library_has_project(w->lib, project, err);
}

static int
has_part(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, part, len) == 0)
			return 1;
	return 0;
}

/* Those of the projects, {"id"} each, whose name has the text. */
static int
named(const struct ses_api_worker *w, const json_t *projects, const char *q,
    json_t **out, struct seshat_err *err)
{
	struct ses_pages *pages =
	    w->cache != NULL ? w->cache->api->pages : NULL;
	struct ses_buf name = {0};
	json_t *id;
	size_t i;

	ses_doc_begin();
	*out = json_array();
	for (i = 0; i < json_array_size(projects) && pages != NULL; i++) {
		id = json_object_get(json_array_get(projects, i), "id");
		ses_buf_clear(&name);
		ses_pages_label(pages, w->store, json_string_value(id), &name);
		if (has_part(ses_buf_cstr(&name), q))
			(void)json_array_append(*out, id);
	}
	ses_buf_free(&name);
	return ses_doc_check(err);
}

static int
count_subagents(const struct ses_api_worker *w, const char *project,
    json_t *rows, struct seshat_err *err)
{
	json_t *row;
	uint64_t n;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		n = 0;
		if (ses_catalog_subagents(w->catalog, project,
			ses_doc_str(row, "harness"),
			ses_doc_str(row, "session_id"), &n, err) < 0)
			return -1;
		ses_doc_set_u64(row, "subagents", n);
	}
	return 0;
}

/* From the catalog, which has begun. */
static int
from_catalog(const struct ses_api_worker *w, const struct ses_listing_filter *f,
    struct ses_listing *out, struct seshat_err *err)
{
	const struct ses_catalog_filter all = {.project = f->project};
	struct ses_catalog_filter cf = {.project = f->project,
	    .harness = f->harness,
	    .parent = f->parent,
	    .text = f->q,
	    .by_size = f->by_size,
	    .cursor = f->cursor,
	    .limit = f->limit};
	json_t *projects = NULL;
	json_t *names = NULL;
	int rc = 0;

	if (f->q != NULL && f->q[0] != '\0') {
		rc = catalog_projects(w, &projects, err);
		if (rc == 0)
			rc = named(w, projects, f->q, &names, err);
		cf.named = names;
	}
	if (rc == 0)
		rc = ses_catalog_list(
		    w->catalog, &cf, &out->rows, &out->total, &out->next, err);
	if (rc == 0 && !f->plain &&
	    (ses_catalog_count(w->catalog, &all, &out->all, err) < 0 ||
		ses_catalog_harnesses(
		    w->catalog, f->project, &out->harnesses, err) < 0 ||
		count_subagents(w, f->project, out->rows, err) < 0))
		rc = -1;
	json_decref(projects);
	json_decref(names);
	return rc < 0 ? -1 : ses_doc_check(err);
}

static int
from_library(const struct ses_api_worker *w, const struct ses_listing_filter *f,
    struct ses_listing *out, struct seshat_err *err)
{
	json_t *projects = NULL;
	json_t *names = NULL;
	json_t *all = NULL;
	int rc;

	if (walk_project(w, f->project, &all, err) < 0)
		return -1;
	rc = f->q == NULL ? 0 : ses_listing_sums(all, NULL, &projects, err);
	if (rc == 0 && f->q != NULL)
		rc = named(w, projects, f->q, &names, err);
	if (rc == 0)
		rc = ses_listing_choose(all, f, names, out, err);
	json_decref(projects);
	json_decref(names);
	json_decref(all);
	return rc;
}

int
ses_listing_get(const struct ses_api_worker *w,
    const struct ses_listing_filter *f, struct ses_listing *out,
    struct seshat_err *err)
{
	int64_t began = ses_time_steady();
	int rc = 0;

	*out = (struct ses_listing){0};
	if (begin(w)) {
		rc = end(w, from_catalog(w, f, out, err), err);
		if (rc > 0)
			return 0;
		ses_listing_free(out);
	}
	if (rc == 0)
		rc = from_library(w, f, out, err);
	/* of one that came a moment ago, older rows do not know */
	if (rc == 0 && out->total + out->all == 0 && f->project != NULL &&
	    w->cache != NULL && w->cache->at < began) {
		ses_listing_forget(w);
		ses_listing_free(out);
		rc = from_library(w, f, out, err);
	}
	if (rc < 0)
		ses_listing_free(out);
	return rc;
}

void
ses_listing_free(struct ses_listing *l)
{
	json_decref(l->rows);
	json_decref(l->harnesses);
	ses_buf_free(&l->next);
	*l = (struct ses_listing){0};
}

int
ses_listing_is_cursor(const char *cursor)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf harness = {0};
	const char *id;
	int64_t key;
	int rc = ses_catalog_cursor(cursor, &key, &harness, &id, &ignored);

	ses_buf_free(&harness);
	return rc == 0;
}

int
ses_listing_all(
    const struct ses_api_worker *w, json_t **rows, struct seshat_err *err)
{
	const struct ses_listing_filter all = {.plain = 1};
	struct ses_listing l = {0};
	int rc = 0;

	if (begin(w)) {
		rc = end(w, from_catalog(w, &all, &l, err), err);
		if (rc > 0)
			*rows = json_incref(l.rows);
		ses_listing_free(&l);
	}
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return walk(w, rows, err);
}
