/*
 * How long the first pages of a catalog's lists take: list STORE SESSIONS.  The
 * rows are put into a catalog of an empty store, in XDG_CACHE_HOME; wall and
 * CPU time, in ms, the median of several rounds in turn, stand behind the name
 * of each kind of list.  list STORE SESSIONS make: put the sessions' pins and
 * an index of them into the store, without transcripts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/str.h"
#include "base/mem.h"
#include "catalog/rows.h"
#include "vault/doc.h"
#include "vault/index.h"
#include "vault/key.h"

#define RUNS  15
#define LIMIT 100
#define T0    INT64_C(1760000000000)

struct kind {
	const char *name;
	struct ses_catalog_filter f;
	int projects; /* those instead of sessions */
	double wall[RUNS];
	double cpu[RUNS];
	uint64_t total;
};

static struct kind kinds[] = {
    {.name = "all sessions"},
    {.name = "all sessions, the largest first", .f.by_size = 1},
    {.name = "of one project of 100", .f.project = "project-7"},
    {.name = "of one harness of 3", .f.harness = "codex"},
    {.name = "no subagents", .f.parent = ""},
    {.name = "a word in the title of a few", .f.text = "number 77"},
    {.name = "a word in none", .f.text = "wombat"},
    {.name = "projects", .projects = 1},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* About as long as an index has it. */
static json_t *
row_of(uint64_t n)
{
	static const char *const harness[] = {"claude-code", "codex", "gemini"};
	unsigned mixed = (unsigned)(n * 2654435761U);
	json_t *row = json_object();
	char text[100];

	(void)snprintf(text, sizeof(text), "%08x-0000-4000-8000-%012llx", mixed,
	    (unsigned long long)n);
	ses_doc_set_str(row, "id", text);
	if (n % 4 == 1)
		ses_doc_set_str(row, "parent_session_id", text);
	ses_doc_set_str(row, "harness", harness[n % 3]);
	(void)snprintf(
	    text, sizeof(text), "project-%llu", (unsigned long long)n % 100);
	ses_doc_set_str(row, "project", text);
	(void)snprintf(text, sizeof(text),
	    "What a session was begun with, number %llu",
	    (unsigned long long)n);
	ses_doc_set_str(row, "title", text);
	ses_doc_set_str(row, "cwd", "/home/dev/work/a-project");
	ses_doc_set_str(row, "model", "a-model-of-some-name");
	ses_doc_set_str(row, "stream", "0123abcd");
	ses_doc_set_time(row, "started_at", T0 + mixed);
	ses_doc_set_time(row, "last_event_at", T0 + mixed + 60000);
	ses_doc_set_time(row, "last_uploaded_at", T0 + mixed + 61000);
	ses_doc_set_u64(row, "lines", mixed % 5000);
	ses_doc_set_u64(row, "total_source_bytes", mixed % 10000000);
	ses_doc_set_u64(row, "total_uploaded_bytes", mixed % 10000000);
	ses_doc_set_u64(row, "stored_bytes", mixed % 1000000);
	return row;
}

static int
fill(struct ses_catalog *c, uint64_t n, struct seshat_err *err)
{
	json_t *row;
	uint64_t i;
	int rc = ses_catalog_exec(c, "BEGIN;", err);

	for (i = 0; rc == 0 && i < n; i++) {
		row = row_of(i);
		rc = ses_rows_put(c, row, "", err);
		json_decref(row);
	}
	return rc < 0 ? -1 : ses_catalog_exec(c, "COMMIT;", err);
}

static int
put_pin(struct ses_store *s, const json_t *row, struct seshat_err *err)
{
	const struct ses_where w = {
	    NULL, ses_doc_str(row, "harness"), ses_doc_str(row, "id")};
	struct ses_buf key = {0};
	struct ses_buf text = {0};
	int rc;

	ses_key_pin(&key, &w);
	ses_buf_fmt(
	    &text, "{\"project\":\"%s\"}\n", ses_doc_str(row, "project"));
	rc = ses_store_put(s, ses_buf_cstr(&key),
	    &(struct ses_put){
		.data = text.data, .len = text.len, .how = SES_PUT_CACHE},
	    NULL, err);
	ses_buf_free(&key);
	ses_buf_free(&text);
	return rc;
}

static int
make(struct ses_store *s, uint64_t n, struct seshat_err *err)
{
	json_t **rows = ses_calloc(n + 1, sizeof(json_t *));
	uint64_t i;
	int rc = 0;

	if (rows == NULL)
		return ses_fail_nomem(err);
	for (i = 0; rc == 0 && i < n; i++) {
		rows[i] = row_of(i);
		ses_doc_set_time(rows[i], "ended_at", T0);
		rc = put_pin(s, rows[i], err);
	}
	if (rc == 0)
		rc = ses_index_update(s, "bench", rows, n, err);
	for (i = 0; i < n; i++)
		json_decref(rows[i]);
	free(rows);
	return rc;
}

static int
measure(
    struct ses_catalog *c, struct kind *k, size_t run, struct seshat_err *err)
{
	struct ses_buf next = {0};
	json_t *rows = NULL;
	double wall = 1e3 * bench_seconds(CLOCK_MONOTONIC);
	double cpu = 1e3 * bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	int rc;

	k->f.limit = LIMIT;
	rc = k->projects
		 ? ses_catalog_projects(c, &rows, err)
		 : ses_catalog_list(c, &k->f, &rows, &k->total, &next, err);
	k->wall[run] = 1e3 * bench_seconds(CLOCK_MONOTONIC) - wall;
	k->cpu[run] = 1e3 * bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	if (rc == 0 && k->projects)
		k->total = json_array_size(rows);
	json_decref(rows);
	ses_buf_free(&next);
	return rc;
}

static int
measure_all(struct ses_catalog *c, struct seshat_err *err)
{
	size_t run;
	size_t i;

	/* once for nothing: warm */
	for (i = 0; i < KINDS; i++)
		if (measure(c, &kinds[i], 0, err) < 0)
			return -1;
	for (run = 0; run < RUNS; run++)
		for (i = 0; i < KINDS; i++)
			if (measure(c, &kinds[i], run, err) < 0)
				return -1;
	for (i = 0; i < KINDS; i++) {
		qsort(kinds[i].wall, RUNS, sizeof(double), bench_by_size);
		qsort(kinds[i].cpu, RUNS, sizeof(double), bench_by_size);
		(void)printf("%s\t%llu\t%.2f\t%.2f\n", kinds[i].name,
		    (unsigned long long)kinds[i].total, kinds[i].wall[RUNS / 2],
		    kinds[i].cpu[RUNS / 2]);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog *c = NULL;
	struct ses_store *s = NULL;
	uint64_t n = 0;
	int rc;

	if (argc < 3 || argc > 4 || ses_str_u64(argv[2], &n) < 0) {
		(void)fprintf(stderr, "usage: list STORE SESSIONS [make]\n");
		return 2;
	}
	rc = ses_store_open(&s, argv[1], NULL, &err);
	if (rc == 0 && argc == 4) {
		rc = make(s, n, &err);
	} else if (rc == 0) {
		rc = ses_catalog_open(&c, s, &err);
		if (rc == 0)
			rc = fill(c, n, &err);
		if (rc == 0)
			rc = measure_all(c, &err);
	}
	if (rc < 0)
		(void)fprintf(stderr, "list: %s\n", err.msg);
	ses_catalog_free(c);
	ses_store_free(s);
	return rc < 0;
}
