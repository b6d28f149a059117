#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "catalog/keeper.h"
#include "serve/api.h"
#include "serve/listing.h"
#include "vault/doc.h"

/* So old may be what is told of sessions; lists keep what they are made of as
 * long (serve/listing.c). */
#define KEEP_MS 1000
#define LIST_MS 500

const struct ses_route ses_api_routes[] = {
    {.pattern = "/api/projects",
	.handler = ses_api_projects,
	.keep_ms = LIST_MS},
    {.pattern = "/api/projects/{id}",
	.handler = ses_api_project,
	.keep_ms = LIST_MS},
    {.pattern = "/api/projects/{id}/download",
	.handler = ses_api_project_download},
    {.pattern = "/api/sessions",
	.handler = ses_api_sessions,
	.keep_ms = LIST_MS},
    {.pattern = "/api/sessions/{id}",
	.handler = ses_api_session,
	.keep_ms = KEEP_MS},
    {.pattern = "/api/sessions/{id}/download",
	.handler = ses_api_session_download},
    {.pattern = "/api/sessions/{id}/events", .handler = ses_api_events},
    {.pattern = "/api/sessions/{id}/raw", .handler = ses_api_raw},
    {.pattern = "/api/sessions/{id}/stream", .handler = ses_api_stream},
    {.pattern = "/api/sessions/{id}/files",
	.handler = ses_api_files,
	.keep_ms = KEEP_MS},
    {.pattern = "/api/search", .handler = ses_api_search, .keep_ms = KEEP_MS},
    {.pattern = "/api/stats", .handler = ses_api_stats, .keep_ms = KEEP_MS},
    {0},
};

int
ses_api_worker_new(const struct ses_api *api, struct ses_api_worker *out,
    struct seshat_err *err)
{
	struct ses_api_worker w = {0};

	if (api->volume != NULL) {
		if (ses_library_volume(&w.lib, api->volume, err) < 0)
			return -1;
	} else if (ses_store_open(&w.store, api->store, api->access, err) < 0 ||
		   ses_library_vault(&w.lib, w.store, err) < 0) {
		ses_api_worker_drop(&w);
		return -1;
	}
	w.parts = api->parts;
	*out = w;
	return 0;
}

void
ses_api_worker_drop(struct ses_api_worker *w)
{
	ses_listing_cache_free(w->cache);
	ses_catalog_free(w->catalog);
	ses_library_free(w->lib);
	ses_store_free(w->store);
	*w = (struct ses_api_worker){0};
}

/* Without one the rest is served all the same. */
static void
open_catalog(const struct ses_api *api, struct ses_api_worker *w)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (w->store != NULL && api->keeper != NULL &&
	    ses_keeper_catalog(api->keeper, &w->catalog, w->store, &err) < 0)
		ses_log(SES_WARN, "%s", err.msg);
}

int
ses_api_worker_open(void *arg, void **worker, struct seshat_err *err)
{
	struct ses_api_worker *w = ses_calloc(1, sizeof(*w));

	if (w == NULL)
		return ses_fail_nomem(err);
	if (ses_api_worker_new(arg, w, err) < 0) {
		free(w);
		return -1;
	}
	open_catalog(arg, w);
	w->cache = ses_listing_cache_new(arg);
	*worker = w;
	return 0;
}

void
ses_api_worker_close(void *worker)
{
	if (worker != NULL)
		ses_api_worker_drop(worker);
	free(worker);
}

int
ses_api_answer_take(struct ses_answer *a, json_t *doc, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	if (doc == NULL)
		ses_fail_nomem(err);
	else if (ses_doc_format(doc, &b, err) == 0 &&
		 ses_buf_check(&b, err) == 0)
		rc = 0;
	json_decref(doc);
	if (rc == 0)
		ses_answer_json_take(a, &b);
	ses_buf_free(&b);
	return rc;
}

int
ses_api_find(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err)
{
	int rc = ses_library_find(w->lib, r->var[0], f, err);

	/* what the command line would be told names places of this machine */
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		ses_fail(err, SESHAT_ENOTFOUND, "no session '%s'", r->var[0]);
	return rc;
}

int
ses_api_find_stored(const struct ses_request *r, const struct ses_api_worker *w,
    struct ses_found *f, struct seshat_err *err)
{
	if (w->store == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "a volume has files and no transcripts");
	return ses_api_find(r, w, f, err);
}
