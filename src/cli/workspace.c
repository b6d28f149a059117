#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/human.h"
#include "cli/workspace.h"
#include "vault/pin.h"

#define PAUSE_MS INT64_C(30000)
#define MAX_TOLD 20 /* files that are named one by one */

/* What is told while it goes on. */
struct telling {
	const struct ses_cli *cli;
	struct ses_buf left_out; /* JSON objects */
	size_t told;
};

static void
on_left_out(void *arg, const char *path, int code, const char *why)
{
	struct telling *t = arg;
	struct ses_buf line = {0};

	if (t->cli->json) {
		ses_cli_add_object(&t->left_out);
		ses_cli_add_member(&t->left_out, "path", path);
		ses_cli_add_member(
		    &t->left_out, code == SESHAT_OK ? "secret" : "error", why);
		ses_buf_str(&t->left_out, "}");
		return;
	}
	if (t->told++ >= MAX_TOLD)
		return;
	ses_buf_str(&line, "seshat: left out: ");
	ses_str_safe(path, strlen(path), &line);
	ses_buf_str(&line, code == SESHAT_OK ? ": a secret (" : ": ");
	ses_str_safe(why, strlen(why), &line);
	ses_buf_str(&line, code == SESHAT_OK ? ")\n" : "\n");
	(void)fputs(ses_buf_cstr(&line), stderr);
	ses_buf_free(&line);
}

static void
print_json(const struct ses_where *w, struct telling *t,
    const struct ses_workspace_result *r)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, "{");
	ses_cli_add_member(&b, "session_id", w->id);
	ses_cli_add_member(&b, "harness", w->harness);
	ses_buf_fmt(&b,
	    ",\"added\":%llu,\"added_bytes\":%llu,\"unchanged\":%llu,"
	    "\"secret\":%llu,\"deleted\":%llu,\"failed\":%llu,\"links\":%llu,\"gone\":%llu,"
	    "\"left_out\":[%s]}",
	    (unsigned long long)r->added, (unsigned long long)r->added_bytes,
	    (unsigned long long)r->same, (unsigned long long)r->secret,
	    (unsigned long long)r->deleted, (unsigned long long)r->failed,
	    (unsigned long long)r->links, (unsigned long long)r->gone,
	    ses_buf_cstr(&t->left_out));
	(void)puts(ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static void
print(const struct telling *t, const struct ses_workspace_result *r)
{
	char size[SES_HUMAN_MAX];

	if (t->told > MAX_TOLD)
		(void)fprintf(stderr,
		    "seshat: and %zu more (--json names all)\n",
		    t->told - MAX_TOLD);
	if (t->cli->quiet)
		return;
	ses_human_size(r->added_bytes, size);
	(void)printf("workspace: %llu file%s stored (%s), %llu unchanged",
	    (unsigned long long)r->added, ses_human_s(r->added), size,
	    (unsigned long long)r->same);
	if (r->secret > 0)
		(void)printf(", %llu left out for secrets",
		    (unsigned long long)r->secret);
	if (r->deleted > 0)
		(void)printf(" (%llu of them deleted from the vault)",
		    (unsigned long long)r->deleted);
	if (r->failed > 0)
		(void)printf(", %llu failed", (unsigned long long)r->failed);
	if (r->links > 0)
		(void)printf(", %llu link%s left out",
		    (unsigned long long)r->links, ses_human_s(r->links));
	if (r->gone > 0)
		(void)printf(", %llu no longer there (kept)",
		    (unsigned long long)r->gone);
	(void)putchar('\n');
}

int
ses_cli_workspace_add(const struct ses_cli *cli,
    const struct ses_mirror_opts *mo, const struct ses_where *w,
    const char *dir, struct seshat_err *err)
{
	struct telling t = {.cli = cli};
	const struct ses_workspace_how how = {
	    .dir = dir, .left_out = on_left_out, .arg = &t};
	struct ses_workspace_result r = {0};
	struct ses_where at = *w;
	struct ses_buf project = {0};
	struct ses_mirror m;
	int rc = ses_mirror_open(&m, mo, err);

	if (rc < 0)
		return -1;
	if (at.project == NULL) {
		rc = ses_pin_get(m.store, &at, &project, err);
		at.project = ses_buf_cstr(&project);
	}
	if (rc == 0)
		rc = ses_workspace_add(&m, &at, &how, &r, err);
	ses_mirror_free(&m);
	if (rc == 0 && cli->json)
		print_json(&at, &t, &r);
	else if (rc == 0)
		print(&t, &r);
	/* beside a follow it is told as it comes */
	if (rc == 0)
		rc = ses_cli_flush(err);
	if (rc == 0 && r.failed > 0)
		rc = seshat_exit_status(SESHAT_EPARTIAL);
	ses_buf_free(&project);
	ses_buf_free(&t.left_out);
	return rc;
}

struct ses_cli_workspace {
	const struct ses_cli *cli;
	const struct ses_mirror_opts *mo;
	const char *dir;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	char *harness; /* of the session; NULL until it is known */
	char *id;
	int grew;
	int stop;
};

/* Wait for growth or the end, and until the last time is long enough ago: 1,
 * or 0 at the end. */
static int
wait_for(struct ses_cli_workspace *ws, int64_t last)
{
	struct timespec until;
	int64_t now;

	while (!ws->stop) {
		now = ses_time_steady();
		if (!ws->grew) {
			pthread_cond_wait(&ws->changed, &ws->mutex);
			continue;
		}
		if (last == 0 || now - last >= PAUSE_MS)
			return 1;
		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += (time_t)((PAUSE_MS - (now - last)) / 1000 + 1);
		(void)pthread_cond_timedwait(&ws->changed, &ws->mutex, &until);
	}
	return 0;
}

static void *
run_thread(void *arg)
{
	struct ses_cli_workspace *ws = arg;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w;
	int64_t last = 0;

	pthread_mutex_lock(&ws->mutex);
	while (wait_for(ws, last)) {
		ws->grew = 0;
		w = (struct ses_where){.harness = ws->harness, .id = ws->id};
		pthread_mutex_unlock(&ws->mutex);
		last = ses_time_steady();
		if (ses_cli_workspace_add(ws->cli, ws->mo, &w, ws->dir, &err) <
		    0) {
			/* nothing is stored of the session yet */
			if (err.code == SESHAT_ENOTFOUND)
				last = 0;
			else
				ses_cli_complain(&err);
		}
		pthread_mutex_lock(&ws->mutex);
	}
	pthread_mutex_unlock(&ws->mutex);
	return NULL;
}

static void
release(struct ses_cli_workspace *ws)
{
	pthread_cond_destroy(&ws->changed);
	pthread_mutex_destroy(&ws->mutex);
	free(ws->harness);
	free(ws->id);
	free(ws);
}

int
ses_cli_workspace_start(struct ses_cli_workspace **out,
    const struct ses_cli *cli, const struct ses_mirror_opts *mo,
    const char *dir, struct seshat_err *err)
{
	struct ses_cli_workspace *ws = ses_calloc(1, sizeof(*ws));

	if (ws == NULL)
		return ses_fail_nomem(err);
	ws->cli = cli;
	ws->mo = mo;
	ws->dir = dir;
	(void)pthread_mutex_init(&ws->mutex, NULL);
	(void)pthread_cond_init(&ws->changed, NULL);
	if (pthread_create(&ws->thread, NULL, run_thread, ws) != 0) {
		release(ws);
		return ses_fail(err, SESHAT_ESYS, "no thread to be had");
	}
	*out = ws;
	return 0;
}

void
ses_cli_workspace_grew(
    struct ses_cli_workspace *ws, const char *harness, const char *id)
{
	if (ws == NULL)
		return;
	pthread_mutex_lock(&ws->mutex);
	if (ws->id == NULL) {
		ws->harness = ses_str_dup(harness);
		ws->id = ses_str_dup(id);
	}
	ws->grew = ws->harness != NULL && ws->id != NULL;
	pthread_cond_signal(&ws->changed);
	pthread_mutex_unlock(&ws->mutex);
}

int
ses_cli_workspace_stop(struct ses_cli_workspace *ws, struct seshat_err *err)
{
	struct ses_where w;
	int rc = 0;

	pthread_mutex_lock(&ws->mutex);
	ws->stop = 1;
	pthread_cond_signal(&ws->changed);
	pthread_mutex_unlock(&ws->mutex);
	(void)pthread_join(ws->thread, NULL);
	if (ws->id != NULL && ws->harness != NULL) {
		w = (struct ses_where){.harness = ws->harness, .id = ws->id};
		rc = ses_cli_workspace_add(ws->cli, ws->mo, &w, ws->dir, err);
	}
	release(ws);
	return rc;
}
