/* What 'seshat status' found, in Prometheus' text format, for the textfile
 * collector of its node exporter. */
#include <stdio.h>
#include <string.h>

#include "cli/status_report.h"

static void
head(struct ses_buf *b, const char *name, const char *help)
{
	ses_buf_fmt(b, "# HELP seshat_%s %s\n# TYPE seshat_%s gauge\n", name,
	    help, name);
}

/* Times are whole seconds and milliseconds. */
static void
add_seconds(struct ses_buf *b, int64_t ms)
{
	ses_buf_fmt(
	    b, " %lld.%03d\n", (long long)(ms / 1000), (int)(ms % 1000));
}

static size_t
count(const struct ses_report *r, const struct ses_harness_ops *h, int state)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < r->sessions->n; i++)
		n += r->sessions->v[i].harness == h &&
		     (int)r->status[i].state == state;
	if (state != SES_STATUS_UNPROTECTED)
		return n;
	for (i = 0; i < r->sessions->n_unread; i++)
		n += r->sessions->unread[i].harness == h;
	return n;
}

static void
add_sessions(const struct ses_report *r, struct ses_buf *b)
{
	const struct ses_harness_ops *const *h;
	int i;

	head(b, "sessions", "Sessions of this machine by state.");
	for (h = ses_harnesses; *h != NULL; h++)
		for (i = 0; i <= SES_STATUS_REMOVED; i++)
			ses_buf_fmt(b,
			    "seshat_sessions{harness=\"%s\",state=\"%s\"} %zu\n",
			    (*h)->name, ses_report_state(i), count(r, *h, i));
}

/* How far behind the vault is. */
static void
add_lag(const struct ses_report *r, struct ses_buf *b)
{
	const struct ses_status *st;
	uint64_t bytes = 0;
	int64_t since = r->now;
	int64_t from;
	size_t i;

	for (i = 0; i < r->sessions->n; i++) {
		st = &r->status[i];
		if (st->pending == 0 ||
		    (st->state != SES_STATUS_BEHIND &&
			st->state != SES_STATUS_UNPROTECTED))
			continue;
		if (r->sessions->v[i].rows == NULL)
			bytes += st->pending;
		from = st->since != 0 ? st->since : r->sessions->v[i].mtime;
		since = from < since ? from : since;
	}
	head(b, "pending_bytes",
	    "Bytes of transcripts that are not stored yet.");
	ses_buf_fmt(
	    b, "seshat_pending_bytes %llu\n", (unsigned long long)bytes);
	head(b, "pending_seconds",
	    "Age of the oldest line that is not stored yet.");
	ses_buf_str(b, "seshat_pending_seconds");
	add_seconds(b, r->now - since);
}

/* When agents delete what they keep: the next of each. */
static void
add_deletions(const struct ses_report *r, struct ses_buf *b)
{
	const struct ses_harness_ops *const *h;
	const char *name = "deletion_seconds";
	int64_t left;
	int64_t next;
	size_t i;

	head(b, name, "Until the agent deletes its next transcript.");
	for (h = ses_harnesses; *h != NULL; h++) {
		next = -1;
		for (i = 0; i < r->sessions->n; i++) {
			if (r->sessions->v[i].harness != *h || r->due[i] == 0 ||
			    r->status[i].state == SES_STATUS_GONE)
				continue;
			left = r->due[i] > r->now ? r->due[i] - r->now : 0;
			next = next < 0 || left < next ? left : next;
		}
		if (next < 0)
			continue;
		ses_buf_fmt(b, "seshat_%s{harness=\"%s\"}", name, (*h)->name);
		add_seconds(b, next);
	}
}

static void
add_bare(const struct ses_report *r, struct ses_buf *b)
{
	const char *name = "deletion_unprotected_sessions";
	const struct ses_harness_ops *const *h;
	size_t bare;
	size_t i;

	head(b, name,
	    "Sessions that are deleted within 3 days and not stored whole.");
	for (h = ses_harnesses; *h != NULL; h++) {
		bare = 0;
		for (i = 0; i < r->n_keepers; i++)
			bare += r->keepers[i].harness == *h ? r->keepers[i].bare
							    : 0;
		if ((*h)->retention != NULL)
			ses_buf_fmt(b, "seshat_%s{harness=\"%s\"} %zu\n", name,
			    (*h)->name, bare);
	}
}

static void
add_hooks(const struct ses_cli_hooks *h, struct ses_buf *b)
{
	size_t i;

	head(b, "follow_running", "Whether a follow of all sessions runs.");
	ses_buf_fmt(b, "seshat_follow_running %d\n",
	    h->follower.runs != 0 || h->there.runs != 0);
	head(b, "hooks", "How the hooks of an agent stand; 1.");
	for (i = 0; i < SES_CLI_HOOK_AGENTS; i++)
		ses_buf_fmt(b, "seshat_hooks{harness=\"%s\",state=\"%s\"} 1\n",
		    ses_hook_agents[i].name, h->state[i]);
	head(b, "hook_errors", "What hooks failed at since all was well.");
	ses_buf_fmt(b, "seshat_hook_errors %zu\n", h->trouble.n);
	head(b, "hook_waiting_sessions",
	    "Sessions of which hooks could not be worked off yet.");
	ses_buf_fmt(b, "seshat_hook_waiting_sessions %zu\n", h->waiting);
	if (h->trouble.n == 0)
		return;
	head(
	    b, "hook_last_error_timestamp_seconds", "When a hook failed last.");
	ses_buf_str(b, "seshat_hook_last_error_timestamp_seconds");
	add_seconds(b, h->trouble.last);
}

int
ses_report_prometheus(const struct ses_report *r, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	head(&b, "store_up", "Whether the store could be asked.");
	ses_buf_fmt(
	    &b, "seshat_store_up %d\n", r->sessions != NULL && !r->is_down);
	head(&b, "config_valid", "Whether the configuration can be used.");
	ses_buf_fmt(&b, "seshat_config_valid %d\n", !r->bad_config);
	if (r->sessions != NULL) {
		add_sessions(r, &b);
		add_lag(r, &b);
		add_deletions(r, &b);
		add_bare(r, &b);
	}
	add_hooks(&r->hooks, &b);
	head(&b, "status_timestamp_seconds", "When this was found.");
	ses_buf_str(&b, "seshat_status_timestamp_seconds");
	add_seconds(&b, r->now);
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return rc;
}
