/* The sessions of this machine: stored or not, and kept how long. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "hook/state.h"
#include "render/html.h"
#include "serve/page.h"
#include "serve/page_state.h"
#include "vault/doc.h"
#include "vault/label.h"

#define EVERY_MS 60000
#define WAIT_MS  250
#define DUE_MS   INT64_C(259200000) /* so soon is worth a line: 3 days */

/* One look: what will take the place of what is known. */
struct look {
	struct ses_pages *p;
	struct ses_session_list list;
	struct ses_status *status;
	json_t *here;
	json_t *keepers;
	size_t unprotected;
	int64_t now;
};

static void
count_due(struct look *l, const struct ses_session *s,
    const struct ses_status *st, const struct ses_retention *r, int64_t due)
{
	const char *name = s->harness->name;
	json_t *k;

	if (st->state == SES_STATUS_GONE || due - l->now >= DUE_MS)
		return;
	k = json_object_get(l->keepers, name);
	if (k == NULL) {
		k = json_object();
		(void)json_object_set_new(l->keepers, name, k);
		ses_doc_set_str(k, "setting", r->setting);
	}
	ses_doc_set_u64(k, "due", ses_doc_u64(k, "due") + 1);
	if (st->state == SES_STATUS_BEHIND ||
	    st->state == SES_STATUS_UNPROTECTED)
		ses_doc_set_u64(k, "bare", ses_doc_u64(k, "bare") + 1);
}

static void
add_session(struct look *l, const struct ses_session *s,
    const struct ses_status *st, struct ses_retention *r)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf name = {0};
	int64_t due = 0;

	if (s->harness->retention != NULL &&
	    s->harness->retention(s, r, &due, &ignored) < 0)
		due = 0;
	if (due != 0)
		count_due(l, s, st, r, due);
	l->unprotected += st->state == SES_STATUS_UNPROTECTED;
	ses_buf_fmt(&name, "%s/%s", s->harness->name, s->id);
	(void)json_object_set_new(l->here, ses_buf_cstr(&name),
	    json_pack("[I,I,I,I,I]", (json_int_t)st->state, (json_int_t)due,
		(json_int_t)st->verified, (json_int_t)st->source,
		(json_int_t)st->mirrored));
	ses_buf_free(&name);
}

/* By harness: the settings of one are not read anew for each session. */
static void
add_sessions(struct look *l)
{
	const struct ses_harness_ops *const *h;
	struct ses_retention r;
	size_t i;

	l->here = json_object();
	l->keepers = json_object();
	for (h = ses_harnesses; *h != NULL; h++) {
		r = (struct ses_retention){0};
		for (i = 0; i < l->list.n; i++)
			if (l->list.v[i].harness == *h)
				add_session(
				    l, &l->list.v[i], &l->status[i], &r);
		ses_retention_free(&r);
	}
}

static int
look(struct look *l, struct ses_store *s, struct seshat_err *err)
{
	const struct ses_pages_opts *o = &l->p->o;

	if (ses_discover(o->here, &l->list, err) < 0)
		return -1;
	l->status = ses_calloc(l->list.n + 1, sizeof(*l->status));
	if (l->status == NULL)
		return ses_fail_nomem(err);
	if (ses_status_all(s, o->mirror, &l->list, l->status, err) < 0)
		return -1;
	add_sessions(l);
	return 0;
}

/* The names of projects in a store where pages do not look themselves. */
static void
look_at_labels(struct ses_pages *p, struct ses_store *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_library *lib = NULL;
	struct ses_buf label = {0};
	json_t *names = NULL;
	const char *name;
	size_t i;

	if ((ses_store_caps(s) & SES_STORE_LOCAL) != 0 ||
	    ses_library_vault(&lib, s, &err) < 0)
		return;
	if (ses_library_projects(lib, &names, &err) == 0)
		for (i = 0; i < json_array_size(names); i++) {
			name = json_string_value(json_array_get(names, i));
			ses_buf_clear(&label);
			if (ses_label_load(s, name, &label, &err) >= 0)
				ses_pages_labelled(
				    p, name, ses_buf_cstr(&label));
		}
	ses_buf_free(&label);
	json_decref(names);
	ses_library_free(lib);
}

static void
publish(struct look *l, int ok)
{
	struct ses_pages *p = l->p;
	json_t *here;
	json_t *keepers;

	(void)pthread_mutex_lock(&p->lock);
	here = ok ? p->here : l->here;
	keepers = ok ? p->keepers : l->keepers;
	if (ok) {
		p->here = l->here;
		p->keepers = l->keepers;
		p->unprotected = l->unprotected;
	}
	p->looked = ses_time_steady();
	(void)pthread_cond_broadcast(&p->news);
	(void)pthread_mutex_unlock(&p->lock);
	json_decref(here);
	json_decref(keepers);
}

static void *
run(void *arg)
{
	struct look l = {.p = arg, .now = ses_time_now()};
	const struct ses_mirror_opts *o = l.p->o.mirror;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s = NULL;
	size_t i;
	int rc;

	rc = ses_store_open(&s, o->store, o->access, &err);
	if (rc == 0)
		rc = look(&l, s, &err);
	if (rc < 0)
		ses_log(SES_INFO, "sessions of this machine: %s", err.msg);
	publish(&l, rc == 0);
	if (rc == 0)
		look_at_labels(l.p, s);
	for (i = 0; l.status != NULL && i < l.list.n; i++)
		ses_status_free(&l.status[i]);
	free(l.status);
	ses_session_list_free(&l.list);
	ses_store_free(s);
	/* from here on who holds the lock may wait for this thread */
	(void)pthread_mutex_lock(&l.p->lock);
	l.p->looking = 0;
	(void)pthread_mutex_unlock(&l.p->lock);
	return NULL;
}

static void
wait_a_moment(struct ses_pages *p)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	while (p->looked == 0 &&
	       pthread_cond_timedwait(&p->news, &p->lock, &until) == 0) {
	}
}

void
ses_pages_look(struct ses_pages *p)
{
	if (p == NULL || p->o.mirror == NULL || p->o.here == NULL)
		return;
	(void)pthread_mutex_lock(&p->lock);
	if (!p->looking &&
	    (p->looked == 0 || ses_time_steady() - p->looked >= EVERY_MS)) {
		if (p->has_thread)
			(void)pthread_join(p->thread, NULL);
		p->looking = 1;
		p->has_thread = pthread_create(&p->thread, NULL, run, p) == 0;
		p->looking = p->has_thread;
	}
	if (p->looking)
		wait_a_moment(p);
	(void)pthread_mutex_unlock(&p->lock);
}

int
ses_pages_here(struct ses_pages *p, const char *harness, const char *id,
    struct ses_page_here *out)
{
	struct ses_buf name = {0};
	const json_t *row = NULL;
	json_int_t v[5] = {0};
	size_t i;

	if (p == NULL)
		return 0;
	ses_buf_fmt(&name, "%s/%s", harness, id);
	(void)pthread_mutex_lock(&p->lock);
	if (p->here != NULL)
		row = json_object_get(p->here, ses_buf_cstr(&name));
	for (i = 0; row != NULL && i < 5; i++)
		v[i] = json_integer_value(json_array_get(row, i));
	(void)pthread_mutex_unlock(&p->lock);
	ses_buf_free(&name);
	if (row == NULL)
		return 0;
	*out = (struct ses_page_here){.state = (int)v[0],
	    .due = v[1],
	    .verified = v[2],
	    .source = (uint64_t)v[3],
	    .mirrored = (uint64_t)v[4]};
	return 1;
}

static void
due_line(struct ses_buf *out, const char *harness, const json_t *k)
{
	uint64_t due = ses_doc_u64(k, "due");
	uint64_t bare = ses_doc_u64(k, "bare");

	ses_buf_fmt(out, "<p class=\"note %s\">", bare > 0 ? "bad" : "good");
	ses_page_icon(out, bare > 0 ? "warning" : "shield");
	ses_buf_str(out, "<span>");
	ses_page_number(out, due);
	ses_buf_fmt(
	    out, " transcript%s deleted by ", due == 1 ? " is" : "s are");
	ses_html_str(out, harness);
	ses_buf_str(out, " within 3 days (");
	ses_html_str(out, ses_doc_str(k, "setting"));
	ses_buf_str(out, "), ");
	if (bare == 0) {
		ses_buf_str(
		    out, due == 1 ? "and stored" : "all of them stored");
	} else {
		ses_page_number(out, bare);
		ses_buf_str(out, " not stored yet: <code>seshat mirror "
				 "--everywhere</code>");
	}
	ses_buf_str(out, "</span></p>\n");
}

/* What the hooks of this machine's agents failed at. */
static void
hook_line(struct ses_buf *out)
{
	struct ses_hook_trouble t;

	ses_hook_trouble(&t);
	if (t.n == 0)
		return;
	ses_buf_str(out, "<p class=\"note warn\">");
	ses_page_icon(out, "warning");
	ses_buf_str(out, "<span>A hook failed: ");
	ses_html_str(out, t.text);
	ses_buf_str(
	    out, " (<code>seshat doctor</code> says more)</span></p>\n");
}

void
ses_pages_due(struct ses_pages *p, struct ses_buf *out)
{
	const char *harness;
	json_t *k;

	if (p == NULL)
		return;
	hook_line(out);
	(void)pthread_mutex_lock(&p->lock);
	if (p->unprotected > 0) {
		ses_buf_str(out, "<p class=\"note warn\">");
		ses_page_icon(out, "warning");
		ses_buf_str(out, "<span>");
		ses_page_number(out, p->unprotected);
		ses_buf_fmt(out,
		    " session%s of this machine %s not protected: <code>seshat "
		    "status</code> says why</span></p>\n",
		    p->unprotected == 1 ? "" : "s",
		    p->unprotected == 1 ? "is" : "are");
	}
	if (p->keepers != NULL)
		json_object_foreach(p->keepers, harness, k)
		{
			due_line(out, harness, k);
		}
	(void)pthread_mutex_unlock(&p->lock);
}
