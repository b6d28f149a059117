#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/page_session.h"
#include "serve/page_state.h"
#include "vault/cache.h"
#include "vault/doc.h"
#include "vault/label.h"

#define LABEL_MS    2000              /* so old may be the name of a project */
#define READERS     2                 /* of metrics, at once */
#define METRICS_MAX ((size_t)8 << 20) /* of pages about them */

#define SESSION "/sessions/{harness}/{id}"

const struct ses_route ses_page_routes[] = {
    {.pattern = "/", .handler = ses_page_home, .page = 1},
    {.pattern = "/projects/{id}", .handler = ses_page_project, .page = 1},
    {.pattern = SESSION, .handler = ses_page_session, .page = 1},
    {.pattern = SESSION "/image", .handler = ses_page_image, .page = 1},
    {.pattern = SESSION "/line", .handler = ses_page_line, .page = 1},
    {.pattern = SESSION "/files", .handler = ses_page_files, .page = 1},
    {.pattern = SESSION "/metrics", .handler = ses_page_metrics, .page = 1},
    {.pattern = "/projects/{id}/settings",
	.handler = ses_page_settings,
	.post = ses_page_rename,
	.page = 1},
    {.pattern = "/projects/{id}/trash",
	.handler = ses_page_project_trash,
	.post = ses_page_project_remove,
	.page = 1},
    {.pattern = SESSION "/trash",
	.handler = ses_page_session_trash,
	.post = ses_page_session_remove,
	.page = 1},
    {.pattern = "/search", .handler = ses_page_search, .page = 1},
    {.pattern = "/stats", .handler = ses_page_stats, .page = 1},
    {0},
};

int
ses_pages_open(struct ses_pages **out, const struct ses_pages_opts *opts,
    struct seshat_err *err)
{
	struct ses_pages *p = ses_calloc(1, sizeof(*p));

	if (p == NULL)
		return ses_fail_nomem(err);
	p->o = *opts;
	(void)pthread_mutex_init(&p->removing, NULL);
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->news, NULL);
	ses_readers_init(&p->readers, READERS);
	/* without it pages of metrics take longer */
	p->metrics = ses_part_cache_new(METRICS_MAX);
	p->labels = json_object();
	if (p->labels == NULL) {
		ses_pages_free(p);
		return ses_fail_nomem(err);
	}
	*out = p;
	return 0;
}

int
ses_pages_busy(struct ses_pages *p)
{
	int busy;

	(void)pthread_mutex_lock(&p->lock);
	busy = p->looking;
	(void)pthread_mutex_unlock(&p->lock);
	return busy;
}

void
ses_pages_free(struct ses_pages *p)
{
	if (p == NULL)
		return;
	if (p->has_thread)
		(void)pthread_join(p->thread, NULL);
	json_decref(p->labels);
	json_decref(p->here);
	json_decref(p->keepers);
	ses_part_cache_free(p->metrics);
	ses_readers_free(&p->readers);
	(void)pthread_cond_destroy(&p->news);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_mutex_destroy(&p->removing);
	free(p);
}

unsigned
ses_pages_changes(struct ses_pages *p)
{
	return atomic_load(&p->changes);
}

void
ses_pages_changed(struct ses_pages *p)
{
	(void)atomic_fetch_add(&p->changes, 1);
}

void
ses_pages_labelled(struct ses_pages *p, const char *project, const char *name)
{
	(void)pthread_mutex_lock(&p->lock);
	(void)json_object_set_new(p->labels, project,
	    json_pack("{s:s,s:I}", "name", name, "at",
		(json_int_t)ses_time_steady()));
	(void)pthread_mutex_unlock(&p->lock);
}

/* What is remembered: 1 when that is new enough. */
static int
remembered(struct ses_pages *p, const char *project, int64_t max_age,
    struct ses_buf *name)
{
	const json_t *row;
	int is_new;

	(void)pthread_mutex_lock(&p->lock);
	row = json_object_get(p->labels, project);
	ses_buf_str(name, ses_doc_str(row, "name"));
	is_new = row != NULL &&
		 ses_time_steady() - (int64_t)ses_doc_u64(row, "at") < max_age;
	(void)pthread_mutex_unlock(&p->lock);
	return is_new;
}

void
ses_pages_label(struct ses_pages *p, struct ses_store *s, const char *project,
    struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf name = {0};
	int is_near = s != NULL && (ses_store_caps(s) & SES_STORE_LOCAL) != 0;

	if (p != NULL && !remembered(p, project, LABEL_MS, &name) && is_near) {
		ses_buf_clear(&name);
		/* a name that cannot be read is none */
		if (ses_label_load(s, project, &name, &ignored) >= 0)
			ses_pages_labelled(p, project, ses_buf_cstr(&name));
	}
	ses_buf_str(out, name.len > 0 ? ses_buf_cstr(&name) : project);
	ses_buf_free(&name);
}
