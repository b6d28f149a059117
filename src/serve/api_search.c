/* What is known from the catalog: hits, and what all of it amounts to. */
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
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "this server has no catalog (its log says why)");
	*fresh = ses_keeper_fresh(api->keeper, WAIT_MS);
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

int
ses_api_search(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_catalog_found found;
	struct ses_catalog_query q = {0};
	json_t *hits;
	json_t *doc;
	int fresh = 0;

	if (query_of(r, &q, err) < 0 || ses_api_catalog(r, w, &fresh, err) < 0)
		return -1;
	ses_doc_begin();
	hits = json_array();
	if (ses_catalog_search(w->catalog, &q, take_hit, hits, &found, err) <
	    0) {
		json_decref(hits);
		return -1;
	}
	doc = json_pack("{s:o,s:I,s:b,s:I,s:b}", "hits", hits, "total",
	    (json_int_t)found.hits, "is_more", found.is_more, "sessions",
	    (json_int_t)found.sessions, "fresh", fresh);
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
	json_t *doc = NULL;
	int fresh = 0;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_api_catalog(r, w, &fresh, err) < 0 ||
	    ses_catalog_stats(w->catalog, &f, &doc, err) < 0)
		return -1;
	(void)json_object_set_new(doc, "fresh", json_boolean(fresh));
	return ses_api_answer_take(a, doc, err);
}
