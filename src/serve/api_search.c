/* What is known from the catalog: hits, and what all of it amounts to. */
#include <errno.h>
#include <string.h>

#include "catalog/keeper.h"
#include "serve/api.h"
#include "vault/doc.h"

#define LIMIT      20
#define LIMIT_MAX  100
#define OFFSET_MAX 100000
#define WAIT_MS    300 /* for what was stored since */

int
ses_api_catalog(const struct ses_request *r, const struct ses_api_worker *w,
    int *fresh, struct seshat_err *err)
{
	const struct ses_api *api = r->arg;

	if (w->store == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "a volume has files and no transcripts to search");
	if (w->catalog == NULL || api->keeper == NULL)
		return ses_fail(err, SESHAT_ECANCELLED, "%s",
		    api->no_catalog[0] != '\0'
			? api->no_catalog
			: "there is no catalog to be had (the server's log "
			  "says why)");
	*fresh = ses_keeper_fresh(api->keeper, WAIT_MS);
	return 0;
}

int
ses_api_refuse_search(struct ses_answer *a, const struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	if (err->code != SESHAT_ECANCELLED && err->sys != ETIMEDOUT)
		return -1;
	ses_answer_reset(a);
	if (err->sys != ETIMEDOUT)
		(void)ses_answer_header(a, &ignored, "Retry-After", "30");
	ses_answer_refuse(a, 503, err->msg);
	return 0;
}

static int
take_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)json_array_append_new(arg, ses_catalog_hit_json(h));
	return 0;
}

static int
query_of(const struct ses_request *r, struct ses_catalog_query *q,
    struct seshat_err *err)
{
	static const char *const names[] = {
	    "q", "limit", "offset", "sort", NULL};
	const char *sort = ses_request_param(r, "sort");

	q->text = ses_request_param(r, "q");
	q->limit_ms = ((const struct ses_api *)r->arg)->search_ms;
	q->by_relevance = sort != NULL && strcmp(sort, "relevance") == 0;
	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "limit", LIMIT_MAX, LIMIT, &q->limit, err) < 0 ||
	    ses_request_u64(r, "offset", OFFSET_MAX, 0, &q->offset, err) < 0)
		return -1;
	if (q->text == NULL)
		return ses_fail(err, SESHAT_EUSAGE, "q is missing");
	if (sort != NULL && !q->by_relevance && strcmp(sort, "recent") != 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "sort is recent or relevance");
	return 0;
}

/* Whether that was looked for in all that is stored. */
static void
tell_extent(json_t *doc, const struct ses_catalog_extent *e)
{
	(void)json_object_set_new(doc, "complete", json_boolean(e->is_whole));
	if (e->is_whole)
		return;
	ses_doc_set_u64(doc, "sessions_read", e->taken);
	ses_doc_set_u64(doc, "sessions_stored", e->sessions);
}

int
ses_api_search(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_catalog_found found = {0};
	struct ses_catalog_query q = {0};
	json_t *hits = json_array();
	json_t *doc;
	int fresh = 0;
	int tries = 0;
	int rc = 0;

	if (query_of(r, &q, err) < 0) {
		json_decref(hits);
		return -1;
	}
	do {
		(void)json_array_clear(hits);
		ses_doc_begin();
		rc = ses_api_catalog(r, w, &fresh, err);
		if (rc == 0)
			rc = ses_catalog_search(
			    w->catalog, &q, take_hit, hits, &found, err);
		/* it was damaged, and is empty now */
	} while (rc < 0 && err->code == SESHAT_ECORRUPT && tries++ == 0);
	if (rc < 0) {
		json_decref(hits);
		return ses_api_refuse_search(a, err);
	}
	doc = json_pack("{s:o,s:I,s:b,s:I,s:I,s:b}", "hits", hits, "total",
	    (json_int_t)found.hits, "is_more", found.is_more, "sessions",
	    (json_int_t)found.sessions, "damaged", (json_int_t)found.damaged,
	    "fresh", fresh);
	tell_extent(doc, &found.extent);
	if (ses_doc_check(err) < 0) {
		json_decref(doc);
		return -1;
	}
	return ses_api_answer_take(a, doc, err);
}

int
ses_api_stats_of(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_answer *a, struct seshat_err *err)
{
	static const char *const names[] = {"project", "harness", NULL};
	const struct ses_catalog_filter f = {
	    .project = ses_request_param(r, "project"),
	    .harness = ses_request_param(r, "harness")};
	struct ses_catalog_extent extent;
	json_t *doc = NULL;
	int fresh = 0;

	if (ses_request_only(r, names, err) < 0)
		return -1;
	if (ses_api_catalog(r, w, &fresh, err) < 0)
		return ses_api_refuse_search(a, err);
	if (ses_catalog_extent(w->catalog, &extent, err) < 0 ||
	    ses_catalog_stats(w->catalog, &f, &doc, err) < 0)
		return -1;
	tell_extent(doc, &extent);
	(void)json_object_set_new(doc, "fresh", json_boolean(fresh));
	return ses_api_answer_take(a, doc, err);
}
