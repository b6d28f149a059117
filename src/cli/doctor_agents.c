#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "cli/doctor.h"
#include "base/human.h"
#include "mirror/follow.h"

#define SOON_DAYS 7 /* kept for less, a weekend may be too long */

/* How long the agent keeps the sessions of one place. */
static void
tell_retention(struct ses_doctor *d, const struct ses_harness_ops *h,
    const struct ses_session_list *l)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_retention r = {0};
	int64_t due = 0;

	if (h->retention == NULL || l->n == 0 ||
	    h->retention(&l->v[0], &r, &due, &err) < 0 || due == 0)
		goto out;
	ses_doctor_tell(d,
	    r.days < SOON_DAYS ? SES_FINDING_WARNING : SES_FINDING_OK,
	    "retention",
	    r.days < SOON_DAYS
		? "keep 'seshat mirror --everywhere --follow' running, and "
		  "raise cleanupPeriodDays"
		: NULL,
	    "%s deletes sessions after %llu day%s (%s)", h->name,
	    (unsigned long long)r.days, ses_human_s(r.days), r.setting);
out:
	ses_retention_free(&r);
}

/* Those that have none are named together, in none. */
static void
tell_agent(
    struct ses_doctor *d, const struct ses_harness_ops *h, struct ses_buf *none)
{
	struct ses_discover q = ses_context_discover(d->c);
	struct ses_session_list l = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	char size[SES_HUMAN_MAX];

	q.harness = h;
	if (ses_discover(&q, &l, &err) < 0) {
		ses_doctor_tell(
		    d, SES_FINDING_PROBLEM, h->name, NULL, "%s", err.msg);
		goto out;
	}
	ses_human_size(ses_session_list_bytes(&l), size);
	if (l.n > 0)
		ses_doctor_tell(d, SES_FINDING_OK, h->name, NULL,
		    "%s: %zu session%s, %s", h->name, l.n, ses_human_s(l.n),
		    size);
	else if (l.unreadable == 0)
		ses_buf_fmt(none, "%s%s", none->len > 0 ? ", " : "", h->name);
	if (l.unreadable > 0)
		ses_doctor_tell(d, SES_FINDING_PROBLEM, h->name,
		    "let your user read it: what cannot be read is not "
		    "protected",
		    "%s: %zu file%s or folder%s cannot be read: %s", h->name,
		    l.unreadable, ses_human_s(l.unreadable),
		    ses_human_s(l.unreadable), l.unreadable_why);
	tell_retention(d, h, &l);
out:
	ses_session_list_free(&l);
}

void
ses_doctor_agents(struct ses_doctor *d)
{
	struct ses_buf none = {0};
	size_t i;

	for (i = 0; ses_harnesses[i] != NULL; i++)
		tell_agent(d, ses_harnesses[i], &none);
	if (none.len > 0)
		ses_doctor_tell(d, SES_FINDING_OK, "agents", NULL,
		    "no sessions: %s", ses_buf_cstr(&none));
	ses_buf_free(&none);
}

static uint64_t
limit(const char *name)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	uint64_t n = 0;

	ses_buf_fmt(&path, "/proc/sys/fs/inotify/%s", name);
	if (ses_fs_slurp(ses_buf_cstr(&path), 64, &text, &ignored) == 0)
		n = strtoull(ses_buf_cstr(&text), NULL, 10);
	ses_buf_free(&path);
	ses_buf_free(&text);
	return n;
}

static int
ignore(void *arg, int tag, const char *path, int gone, struct seshat_err *err)
{
	(void)arg;
	(void)tag;
	(void)path;
	(void)gone;
	(void)err;
	return 0;
}

static void
tell_watch(struct ses_doctor *d, const struct ses_watch *w)
{
	struct ses_watch_counts n = ses_watch_counts(w);
	uint64_t most = limit("max_user_watches");
	const char *why = ses_watch_why_poll(w);

	if (why != NULL)
		ses_doctor_tell(d, SES_FINDING_WARNING, "watches",
		    "where a limit of inotify is reached: sysctl -w "
		    "fs.inotify.max_user_watches=524288 "
		    "fs.inotify.max_user_instances=512",
		    "some folders have to be looked at every few seconds "
		    "instead of being watched: %s",
		    why);
	else if (most > 0 && n.watches > most / 2)
		ses_doctor_tell(d, SES_FINDING_WARNING, "watches",
		    "sysctl -w fs.inotify.max_user_watches=524288",
		    "following everything takes %zu inotify watches of the "
		    "%llu that all your programs have",
		    n.watches, (unsigned long long)most);
	else
		ses_doctor_tell(d, SES_FINDING_OK, "watches", NULL,
		    "following everything takes %zu inotify watches (of %llu) "
		    "and one instance (of %llu)",
		    n.watches, (unsigned long long)most,
		    (unsigned long long)limit("max_user_instances"));
}

void
ses_doctor_watch(struct ses_doctor *d)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_discover q = ses_context_discover(d->c);
	struct ses_watch *w = NULL;

	if (ses_watch_open(&w, ignore, NULL, &err) < 0 ||
	    ses_follow_watch(w, &q, &err) < 0)
		ses_doctor_tell(
		    d, SES_FINDING_PROBLEM, "watches", NULL, "%s", err.msg);
	else
		tell_watch(d, w);
	ses_watch_free(w);
}
