/* What a session's scripts logged: from metrics.jsonl in its workspace, and
 * from what its tools printed. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/lines.h"
#include "base/str.h"
#include "export/transcript.h"
#include "harness/replay.h"
#include "render/dashboard.h"
#include "render/html.h"
#include "serve/one_file.h"
#include "serve/page_session.h"
#include "serve/page_state.h"
#include "vault/cache.h"
#include "vault/gap.h"

#define READ_MAX  ((uint64_t)64 << 20) /* of the files, and of a transcript */
#define FILES_MAX 16
#define WAIT_MS   2000 /* for others who read as much */

struct gather {
	struct ses_dashboard *d;
	uint64_t left;    /* bytes that may still be read */
	int is_cut;       /* there are more */
	uint64_t n_lines; /* that were too long */
};

/* The names of the files called metrics.jsonl, and what tells these files from
 * others. */
struct names {
	char *v[FILES_MAX];
	size_t n;
	int is_cut;
	struct ses_sha256 id;
};

static int
see_name(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	struct names *n = arg;

	if (file->kind != SES_LIBFILE_OK ||
	    strcmp(ses_str_basename(file->name), "metrics.jsonl") != 0)
		return 0;
	if (n->n == FILES_MAX) {
		n->is_cut = 1;
		return 0;
	}
	ses_sha256_add(&n->id, file->name, strlen(file->name) + 1);
	ses_sha256_add(&n->id, &file->size, sizeof(file->size));
	ses_sha256_add(&n->id, &file->mtime_ns, sizeof(file->mtime_ns));
	ses_sha256_add(&n->id, &file->stamp, sizeof(file->stamp));
	ses_sha256_add(&n->id, file->sha256, strlen(file->sha256));
	n->v[n->n] = ses_str_dup(file->name);
	return n->v[n->n++] != NULL ? 0 : ses_fail_nomem(err);
}

static int
take_line(void *arg, const char *line, size_t len, struct seshat_err *err)
{
	struct gather *g = arg;

	if (line == NULL) {
		g->n_lines++;
		return 0;
	}
	return ses_dashboard_line(g->d, line, len, err) < 0 ? -1 : 0;
}

static int
read_file(struct gather *g, struct ses_library *lib, const struct ses_found *f,
    const char *name, struct seshat_err *err)
{
	struct ses_lines lines = {
	    .line = take_line, .arg = g, .max = SES_DASHBOARD_LINE};
	struct ses_sink sink = ses_lines_sink(&lines);
	struct seshat_err later = SESHAT_ERR_INIT;
	struct ses_one_file o;
	int rc = ses_one_file_find(lib, f, name, &o, err);

	if (rc < 0)
		return -1;
	if (o.file.size > g->left) {
		o.file.size = g->left;
		g->is_cut = 1;
	}
	g->left -= o.file.size;
	rc = ses_library_read(lib, f, &o.file, 0, &sink, err);
	if (ses_lines_close(&lines, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	ses_one_file_free(&o);
	return rc;
}

static int
read_files(struct gather *g, struct ses_library *lib, const struct ses_found *f,
    const struct names *names, struct seshat_err *err)
{
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < names->n; i++)
		rc = read_file(g, lib, f, names->v[i], err);
	g->is_cut |= names->is_cut;
	return rc;
}

/* What tools printed may hold envelopes, among other lines. */
static int
on_event(void *arg, const struct ses_event *e)
{
	struct gather *g = arg;
	struct seshat_err err = SESHAT_ERR_INIT;

	if (e == NULL || e->kind != SES_EVENT_TOOL_RESULT || e->text.len == 0)
		return 0;
	return ses_dashboard_text(g->d, e->text.data, e->text.len, &err) < 0;
}

static int
end_line(void *arg, struct seshat_err *err)
{
	(void)arg;
	(void)err;
	return 0;
}

/* Lets so much of a transcript pass. */
struct limit {
	struct gather *g;
	const struct ses_sink *next;
};

static int
pass(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct limit *l = arg;

	if (len > l->g->left) {
		l->g->is_cut = 1;
		return ses_fail(err, SESHAT_ECANCELLED, "that is enough");
	}
	l->g->left -= len;
	return ses_sink_write(l->next, data, len, err);
}

/* What is damaged is told where the transcript is shown. */
static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct ses_replay *replay = arg;

	(void)err;
	ses_lines_drop(&replay->lines);
	if (gap->last != SES_GAP_OPEN)
		replay->n = gap->last;
	return 0;
}

static int
read_transcript(struct gather *g, const struct ses_api_worker *w,
    const struct ses_found *f, struct seshat_err *err)
{
	struct ses_where where = ses_found_where(f);
	struct ses_replay replay = {.harness = ses_harness_reader(f->harness),
	    .line = end_line,
	    .event = on_event,
	    .arg = g};
	struct ses_sink in = ses_replay_sink(&replay);
	struct limit l = {.g = g, .next = &in};
	struct ses_sink limit = {pass, &l};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_lines_how how = {.gap = on_gap, .arg = &replay};
	int rc;

	if (w->store == NULL)
		return 0;
	rc = ses_session_lines(w->store, &where, &how, &limit, err);
	if (rc < 0 && (g->is_cut || err->code == SESHAT_ENOTFOUND))
		rc = 0;
	(void)ses_replay_close(&replay, &ignored);
	return rc;
}

/* What the session's stream is made of. */
static int
add_stream(struct ses_sha256 *id, const struct ses_api_worker *w,
    const struct ses_found *f, struct seshat_err *err)
{
	struct ses_where where = ses_found_where(f);
	struct ses_transcript t = {0};
	size_t i;

	if (w->store == NULL)
		return 0;
	if (ses_transcript_load(&t, w->store, &where, err) < 0)
		return -1;
	ses_sha256_add(id, t.stream, strlen(t.stream));
	ses_sha256_add(id, &t.size, sizeof(t.size));
	ses_sha256_add(id, &t.crc, sizeof(t.crc));
	for (i = 0; i < t.n; i++)
		ses_sha256_add(id, t.v[i].h, strlen(t.v[i].h));
	ses_sha256_add(id, t.damage, strlen(t.damage));
	ses_transcript_free(&t);
	return 0;
}

/* The files to be read, and key, under which what comes of all is kept. */
static int
look(struct names *names, const struct ses_session_page *p,
    const struct ses_api_worker *w, char key[SES_SHA256_HEX],
    struct seshat_err *err)
{
	ses_sha256_init(&names->id);
	ses_sha256_add(&names->id, p->path.data, p->path.len + 1);
	if (ses_library_files(w->lib, &p->found, see_name, names, err) < 0 ||
	    add_stream(&names->id, w, &p->found, err) < 0)
		return -1;
	ses_sha256_hex(&names->id, key);
	return 0;
}

static int
add_dashboard(const struct ses_session_page *p, const struct ses_api_worker *w,
    const struct names *names, struct ses_buf *out, struct seshat_err *err)
{
	struct gather g = {.d = ses_dashboard_new(), .left = READ_MAX};
	struct ses_buf files = {0};
	int rc = -1;

	if (g.d == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (read_files(&g, w->lib, &p->found, names, err) < 0)
		goto out;
	g.left = READ_MAX;
	if (read_transcript(&g, w, &p->found, err) < 0)
		goto out;
	if (ses_dashboard_count(g.d) == 0) {
		ses_page_empty(out, "No metrics",
		    "Neither a <code>metrics.jsonl</code> of its workspace nor "
		    "what its tools printed has any.");
		rc = ses_buf_check(out, err);
		goto out;
	}
	ses_buf_fmt(&files, "%s/files?raw=1&amp;path=", p->path.data);
	rc = ses_dashboard_html(g.d, ses_buf_cstr(&files), out, err);
	if (g.is_cut || g.n_lines > 0)
		ses_buf_str(out,
		    "<p class=\"note\">There is more than is shown: of a "
		    "transcript, and of all files, 64 MiB are read, and no "
		    "line of over 1 MiB.</p>\n");
out:
	ses_buf_free(&files);
	ses_dashboard_free(g.d);
	return rc;
}

/* From what is kept, or made and kept.  1: too many are at it. */
static int
kept_dashboard(struct ses_pages *pages, const struct ses_session_page *p,
    const struct ses_api_worker *w, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_part_head none = {0};
	char key[SES_SHA256_HEX];
	struct names names = {0};
	size_t i;
	int rc = look(&names, p, w, key, err);

	if (rc < 0 || ses_part_cache_get(pages->metrics, key, out, &none))
		goto out;
	rc = 1;
	if (!ses_readers_enter(&pages->readers, WAIT_MS))
		goto out;
	/* who was before may have made it */
	rc = ses_part_cache_get(pages->metrics, key, out, &none)
		 ? 0
		 : add_dashboard(p, w, &names, out, err);
	ses_readers_leave(&pages->readers);
	if (rc == 0 && !out->bad)
		ses_part_cache_put(pages->metrics, key, out, &none);
out:
	for (i = 0; i < names.n; i++)
		free(names.v[i]);
	return rc;
}

static int
too_many(struct ses_answer *a, struct seshat_err *err)
{
	ses_answer_refuse(
	    a, 503, "the metrics of other sessions are being read: try again");
	return ses_answer_header(a, err, "Retry-After", "3");
}

int
ses_page_metrics(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api *api = r->arg;
	const struct ses_api_worker *w = worker;
	struct ses_buf dashboard = {0};
	struct ses_session_page p;
	int rc = ses_session_page_begin(&p, r, w, SES_TAB_METRICS, err);

	if (rc == 0)
		rc = kept_dashboard(api->pages, &p, w, &dashboard, err);
	if (rc == 0) {
		ses_buf_add(&p.out, dashboard.data, dashboard.len);
		p.out.bad |= dashboard.bad;
		ses_page_end(&p.out);
		rc = ses_page_answer_take(a, &p.out, err);
	}
	ses_session_page_free(&p);
	ses_buf_free(&dashboard);
	return rc > 0 ? too_many(a, err) : rc;
}
