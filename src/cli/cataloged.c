#include <stdio.h>
#include <string.h>

#include "base/human.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cataloged.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

#define WAIT_MS  3000 /* for another process that updates it, */
#define MAKE_MS  7000 /* and so much longer for one that makes it */
#define AGAIN_MS 500  /* between two looks at how far that has come */
#define LIST_MS  250  /* for one that updates it, where only a list is wanted */
#define SHOW_MS  100  /* between two lines of progress */

struct showing {
	struct ses_progress p;
	int64_t shown;
};

static void
on_progress(void *arg, uint64_t sessions, uint64_t bytes)
{
	struct showing *s = arg;
	struct ses_progress_step step = {.new_bytes = bytes};
	int64_t ms = (int64_t)(ses_progress_seconds(&s->p) * 1000);

	(void)sessions;
	if (ms - s->shown < SHOW_MS)
		return;
	s->shown = ms;
	ses_progress_show(&s->p, &step);
}

/* Another process is at it.  What it brings up to date is worth a short wait;
 * one that it is only making, a longer one. */
static int
wait_for_other(const struct ses_cli *cli, struct ses_catalog *cat,
    const struct ses_catalog_how *how, struct ses_catalog_done *done,
    struct seshat_err *err)
{
	struct ses_catalog_extent extent;
	int64_t began = ses_time_steady();

	if (ses_catalog_extent(cat, &extent, err) < 0)
		return -1;
	if (!extent.is_whole && !cli->quiet)
		(void)fputs("another process is making the catalog: waiting "
			    "for it\n",
		    stderr);
	while (done->busy && !extent.is_whole && *ses_interrupts() == 0 &&
	       ses_time_steady() - began < MAKE_MS)
		if (ses_catalog_update(cat, how, done, err) < 0 ||
		    ses_catalog_extent(cat, &extent, err) < 0)
			return -1;
	return 0;
}

static int
update(const struct ses_cli *cli, struct ses_catalog *cat, int *behind,
    struct seshat_err *err)
{
	struct showing s = {.p = ses_progress_begin(cli, 0, 0)};
	struct ses_catalog_done done;
	struct ses_catalog_how how = {.progress = on_progress,
	    .arg = &s,
	    .wait_ms = WAIT_MS,
	    .stop = ses_interrupts()};
	int rc = ses_catalog_update(cat, &how, &done, err);

	how.wait_ms = AGAIN_MS;
	if (rc == 0 && done.busy)
		rc = wait_for_other(cli, cat, &how, &done, err);
	ses_progress_clear(&s.p);
	if (rc < 0)
		return -1;
	if (*ses_interrupts() > 0)
		return ses_fail(err, SESHAT_ECANCELLED,
		    "interrupted; what was taken in stays, and the next search "
		    "goes on");
	*behind = done.busy;
	return 0;
}

void
ses_cli_catalog_lacks(
    const struct ses_cli *cli, const struct ses_catalog_extent *e, int behind)
{
	if (cli->quiet || (e->is_whole && !behind))
		return;
	if (e->is_whole)
		(void)fputs("another process is bringing the catalog up to "
			    "date: this answer may not be complete\n",
		    stderr);
	else if (e->sessions == 0)
		(void)fputs("the catalog is still being made: this answer is "
			    "not complete\n",
		    stderr);
	else
		(void)fprintf(stderr,
		    "the catalog is still being made (%llu of %llu sessions): "
		    "this answer is not complete\n",
		    (unsigned long long)e->taken,
		    (unsigned long long)e->sessions);
}

void
ses_cli_catalog_damaged(const struct ses_cli *cli, uint64_t n)
{
	if (n > 0 && !cli->quiet)
		(void)fprintf(stderr,
		    "%llu session%s damaged: some lines cannot be read, and "
		    "not be found (see 'seshat verify')\n",
		    (unsigned long long)n, n == 1 ? " is" : "s are");
}

void
ses_cli_no_harness(
    const struct ses_cli *cli, const json_t *names, const char *harness)
{
	struct ses_buf b = {0};
	const char *name;
	size_t n = json_array_size(names);
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(json_string_value(json_array_get(names, i)),
			harness) == 0)
			return;
	if (n == 0 || cli->quiet || ses_harness_named(harness) != NULL)
		return;
	ses_buf_str(&b, "no harness '");
	ses_str_safe(harness, strlen(harness), &b);
	ses_buf_str(&b, "'; the store has sessions of ");
	for (i = 0; i < n; i++) {
		name = json_string_value(json_array_get(names, i));
		ses_buf_str(&b, i > 0 ? ", " : "");
		ses_str_safe(name, strlen(name), &b);
	}
	(void)fprintf(stderr, "%s\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

int
ses_cli_check_harness(const struct ses_cli *cli, struct ses_catalog *cat,
    const char *harness, struct seshat_err *err)
{
	json_t *names = NULL;

	if (harness == NULL)
		return 0;
	if (ses_catalog_harnesses(cat, NULL, &names, err) < 0)
		return -1;
	ses_cli_no_harness(cli, names, harness);
	json_decref(names);
	return 0;
}

struct ses_catalog *
ses_cli_catalog_there(const struct ses_context *c)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_catalog *cat = NULL;

	if (ses_catalog_is_there(c->store) &&
	    ses_catalog_open(&cat, c->store, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
	return cat;
}

void
ses_cli_catalog_note(
    struct ses_catalog *cat, const struct ses_where *w, const char *part)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	if (cat != NULL && ses_catalog_note(cat, w, part, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
}

void
ses_cli_catalog_mark(const struct ses_context *c, json_t *rows)
{
	struct ses_catalog *cat = ses_cli_catalog_there(c);
	struct seshat_err why = SESHAT_ERR_INIT;

	if (cat != NULL && ses_catalog_mark(cat, rows, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
	ses_catalog_free(cat);
}

int
ses_cli_catalog(const struct ses_cli *cli, struct ses_context *c,
    int up_to_date, struct ses_catalog **out, int *behind,
    struct seshat_err *err)
{
	struct ses_catalog *cat = NULL;

	*behind = 0;
	if (ses_context_store(c, err) < 0 || ses_interrupt_catch(err) < 0 ||
	    ses_catalog_open(&cat, c->store, err) < 0)
		return -1;
	if (up_to_date && update(cli, cat, behind, err) < 0) {
		ses_catalog_free(cat);
		return -1;
	}
	*out = cat;
	return 0;
}

/* 1: it tells what the store holds, and has begun. */
static int
begin_list(struct ses_catalog *cat, struct seshat_err *err)
{
	const struct ses_catalog_how how = {
	    .sessions_only = 1, .wait_ms = LIST_MS};
	struct ses_catalog_done done;
	int rc = ses_catalog_begin(cat, err);

	if (rc == 0)
		rc = ses_catalog_is_fresh(cat, err);
	if (rc != 0)
		return rc;
	ses_catalog_end(cat);
	if (ses_catalog_update(cat, &how, &done, err) < 0)
		return -1;
	if (done.busy || ses_catalog_begin(cat, err) < 0)
		return done.busy ? 0 : -1;
	return ses_catalog_is_listed(cat, err);
}

int
ses_cli_listed(
    struct ses_context *c, struct ses_catalog **out, struct seshat_err *err)
{
	struct ses_catalog *cat = NULL;
	int rc;

	if (ses_context_store(c, err) < 0)
		return -1;
	rc = ses_catalog_open(&cat, c->store, err);
	if (rc == 0)
		rc = begin_list(cat, err);
	if (rc > 0) {
		*out = cat;
		return 1;
	}
	ses_catalog_free(cat);
	if (rc < 0 && ses_store_is_down(c->store))
		return -1;
	if (rc < 0)
		ses_log(SES_DEBUG, "%s", err->msg);
	return 0;
}
