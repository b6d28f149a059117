/* What 'seshat mirror --follow' tells while it runs, and what ends it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/follow.h"
#include "base/human.h"
#include "cli/interrupt.h"
#include "cli/mirror_totals.h"
#include "cli/progress.h"

#define INTERVAL_MAX 86400.0
/* So many lines about sessions a minute, then only their number. */
#define LINES_MAX 10
#define MINUTE_MS INT64_C(60000)

struct follow {
	const struct ses_cli *cli;
	struct ses_cli_workspace *workspace; /* or NULL */
	struct ses_progress progress;
	int64_t minute; /* in which the lines are counted */
	unsigned lines;
	size_t hidden;
	struct ses_run_totals totals;
};

int
ses_cli_interval(const char *text, int64_t *ms, struct seshat_err *err)
{
	char *end;
	double secs = strtod(text, &end);

	if (end == text || *end != '\0' || !isfinite(secs) || secs <= 0 ||
	    secs > INTERVAL_MAX)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--interval wants seconds above 0 and at most %.0f, not "
		    "'%s'",
		    INTERVAL_MAX, text);
	*ms = secs < 0.001 ? 1 : (int64_t)(secs * 1000);
	return 0;
}

/* A line of JSON, told at once. */
static void print_event(const char *name, const struct ses_session *s,
    const char *fmt, ...) SESHAT_PRINTF(3, 4);

static void
print_event(const char *name, const struct ses_session *s, const char *fmt, ...)
{
	struct ses_buf b = {0};
	va_list ap;

	ses_buf_fmt(&b, "{\"event\":\"%s\"", name);
	if (s != NULL) {
		ses_buf_fmt(&b,
		    ",\"harness\":\"%s\",\"session_id\":", s->harness->name);
		ses_json_quote(&b, s->id, strlen(s->id));
	}
	(void)fputs(ses_buf_cstr(&b), stdout);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)puts("}");
	(void)fflush(stdout);
	ses_buf_free(&b);
}

static void
tell_hidden(struct follow *w)
{
	if (w->hidden > 0)
		(void)fprintf(stderr, "seshat: and %zu more such line%s\n",
		    w->hidden, ses_human_s(w->hidden));
	w->hidden = 0;
}

/* Whether one more line about a session may be printed now. */
static int
may_tell(struct follow *w)
{
	int64_t now = ses_time_steady();

	if (now - w->minute >= MINUTE_MS) {
		tell_hidden(w);
		w->minute = now;
		w->lines = 0;
	}
	if (w->lines >= LINES_MAX) {
		w->hidden++;
		return 0;
	}
	w->lines++;
	return 1;
}

/* "seshat: codex/019f: text"; without a session it is about the store */
static void
tell(struct follow *w, const struct ses_session *s, const char *text)
{
	struct ses_buf b = {0};
	struct ses_buf safe = {0};

	ses_progress_clear(&w->progress);
	if (s != NULL)
		ses_buf_fmt(&b, "%s/%s: ", s->harness->name, s->id);
	ses_buf_str(&b, text);
	ses_str_safe(ses_buf_cstr(&b), b.len, &safe);
	(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&safe));
	ses_buf_free(&b);
	ses_buf_free(&safe);
}

static void
on_ready(
    void *arg, size_t n, const struct ses_watch_counts *c, const char *why_poll)
{
	struct follow *w = arg;

	ses_progress_clear(&w->progress);
	if (w->cli->json) {
		print_event("ready", NULL,
		    ",\"sessions\":%zu,\"folders\":%zu,"
		    "\"inotify_watches\":%zu,\"polled\":%zu",
		    n, c->folders, c->watches, c->polled);
		return;
	}
	if (why_poll != NULL)
		tell(w, NULL, why_poll);
	if (why_poll != NULL)
		(void)fprintf(stderr,
		    "seshat: %zu folder%s looked at in turns instead\n",
		    c->polled, c->polled == 1 ? " is" : "s are");
	if (!w->cli->quiet)
		(void)fprintf(stderr,
		    "following %zu session%s in %zu folder%s (%zu inotify "
		    "watches); Ctrl-C ends it\n",
		    n, ses_human_s(n), c->folders, ses_human_s(c->folders),
		    c->watches);
}

static void
on_stored(
    void *arg, const struct ses_session *s, const struct ses_flush_result *r)
{
	struct follow *w = arg;
	struct ses_buf b = {0};
	char size[SES_HUMAN_MAX];

	if (s->parent == NULL)
		ses_cli_workspace_grew(w->workspace, s->harness->name, s->id);
	if (w->cli->json) {
		print_event("stored", s,
		    ",\"new_bytes\":%llu,\"stored_bytes\":%llu,"
		    "\"redactions\":%llu,\"parts\":%llu",
		    (unsigned long long)r->new_bytes,
		    (unsigned long long)r->stored_bytes,
		    (unsigned long long)r->redactions,
		    (unsigned long long)r->parts);
		return;
	}
	if (!w->cli->verbose)
		return;
	ses_human_size(r->new_bytes, size);
	ses_buf_fmt(&b, "%s new", size);
	tell(w, s, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
on_state_json(const struct ses_session *s, enum ses_follow_state now,
    const struct seshat_err *why)
{
	static const char *const names[] = {
	    [SES_FOLLOW_WELL] = "well",
	    [SES_FOLLOW_FAILS] = "failing",
	    [SES_FOLLOW_LAGS] = "lagging",
	};
	struct ses_buf b = {0};

	ses_json_quote(&b, why == NULL ? "" : why->msg,
	    why == NULL ? 0 : strlen(why->msg));
	print_event(names[now], s, ",\"error\":%s",
	    why == NULL ? "null" : ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
on_state(void *arg, const struct ses_session *s, enum ses_follow_state now,
    const struct seshat_err *why)
{
	struct follow *w = arg;

	if (w->cli->json) {
		on_state_json(s, now, why);
		return;
	}
	if (!may_tell(w))
		return;
	if (now == SES_FOLLOW_FAILS)
		tell(w, s, why->msg);
	else if (s == NULL)
		tell(w, s, "the store answers again: going on");
	else if (now == SES_FOLLOW_LAGS)
		tell(w, s, "grows faster than it can be stored");
	else
		tell(w, s, "is stored again");
}

static void
on_progress(void *arg, const struct ses_run_totals *t, size_t n)
{
	struct follow *w = arg;

	w->progress.n = n;
	ses_progress_show(&w->progress,
	    &(struct ses_progress_step){t->done, t->done_bytes, t->new_bytes});
}

static void
on_ending(void *arg)
{
	struct follow *w = arg;

	ses_progress_clear(&w->progress);
	if (w->cli->json)
		print_event("ending", NULL, "%s", "");
	else if (!w->cli->quiet)
		(void)fputs("storing what is left; Ctrl-C again ends it at "
			    "once, and loses nothing\n",
		    stderr);
}

static void
on_ended(void *arg, const struct ses_run_totals *t, size_t n)
{
	static const struct ses_buf none = {0};
	struct follow *w = arg;

	tell_hidden(w);
	w->totals = *t;
	ses_cli_mirror_totals(
	    w->cli, t, n, ses_progress_seconds(&w->progress), &none);
}

int
ses_cli_follow(const struct ses_cli *cli, const struct ses_follow *f,
    struct ses_session_list *found, int64_t since,
    struct ses_cli_workspace *workspace, struct seshat_err *err)
{
	static const struct ses_follow_told told = {.ready = on_ready,
	    .stored = on_stored,
	    .state = on_state,
	    .progress = on_progress,
	    .ending = on_ending,
	    .ended = on_ended};
	struct ses_follow follow = *f;
	struct follow w = {.cli = cli,
	    .workspace = workspace,
	    .minute = ses_time_steady(),
	    .progress = ses_progress_begin(
		cli, found->n, ses_session_list_bytes(found))};

	if (ses_interrupt_catch(err) < 0)
		return -1;
	follow.stop = ses_interrupts();
	follow.stop_fd = ses_interrupt_fd();
	follow.told = &told;
	follow.arg = &w;
	if (ses_follow_run(&follow, found, since, err) < 0)
		return -1;
	return w.totals.failed > 0 ? seshat_exit_status(SESHAT_EPARTIAL) : 0;
}
