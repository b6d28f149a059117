#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "cli/cataloged.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/short_id.h"
#include "cli/table.h"
#include "vault/doc.h"
#include "vault/summary.h"

struct values {
	const char *harness;
	uint64_t limit;
	const char *sort_by;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only sessions of this harness"},
    {"limit", 0, SES_OPT_U64, AT(limit), "N",
	"at most so many; 0: all (default: 20)"},
    {"sort-by", 0, SES_OPT_STRING, AT(sort_by), "recent|size",
	"the order (default: recent)"},
    {0},
};

/* The rows that are shown, in their order, and what is known of all. */
struct listing {
	json_t *rows;
	uint64_t total;
	json_t *harnesses;        /* that the store has, where nothing fits */
	struct ses_short_ids ids; /* of all; empty for --json */
};

static void
listing_free(struct listing *l)
{
	json_decref(l->rows);
	json_decref(l->harnesses);
	ses_short_ids_free(&l->ids);
}

/* As long as nobody knows how long the source is: what was stored of it. */
static uint64_t
size_of(const json_t *row)
{
	uint64_t n = ses_doc_u64(row, "total_source_bytes");

	return n > 0 ? n : ses_doc_u64(row, "total_uploaded_bytes");
}

/* Of two alike the catalog has the same first. */
static int
by_name(const json_t *x, const json_t *y)
{
	int c =
	    strcmp(ses_doc_str(x, "session_id"), ses_doc_str(y, "session_id"));

	return c != 0 ? c
		      : strcmp(ses_doc_str(x, "harness"),
			    ses_doc_str(y, "harness"));
}

static int
by_recent(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a;
	const json_t *y = *(json_t *const *)b;
	int64_t s = ses_doc_time(x, "last_event_at");
	int64_t t = ses_doc_time(y, "last_event_at");

	if (s != t)
		return s < t ? 1 : -1;
	return by_name(x, y);
}

static int
by_size(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a;
	const json_t *y = *(json_t *const *)b;

	if (size_of(x) != size_of(y))
		return size_of(x) < size_of(y) ? 1 : -1;
	return by_name(x, y);
}

static void
print_json(json_t *row, int64_t now)
{
	ses_doc_set_str(row, "state", ses_summary_state(row, now));
	ses_cli_print_json(json_incref(row));
}

static void
add_row(struct ses_table *t, struct ses_short_ids *ids, const json_t *row,
    int64_t now)
{
	struct ses_buf id = {0};
	char text[SES_TIME_MAX];
	int64_t last = ses_doc_time(row, "last_event_at");

	ses_short_ids_name(ids, ses_doc_str(row, "session_id"), &id);
	ses_table_add(t, ses_buf_cstr(&id));
	ses_table_add(t, ses_doc_str(row, "harness"));
	ses_table_add(t, ses_doc_str(row, "project"));
	ses_table_add(t, ses_doc_str(row, "title"));
	ses_human_size(ses_doc_u64(row, "total_source_bytes"), text);
	ses_table_add(t, text);
	ses_human_size(ses_doc_u64(row, "stored_bytes"), text);
	ses_table_add(t, text);
	(void)snprintf(text, sizeof(text), "%llu",
	    (unsigned long long)ses_doc_u64(row, "lines"));
	ses_table_add(t, text);
	if (last != 0)
		ses_time_ago(last, now, text);
	ses_table_add(t, last != 0 ? text : "");
	ses_table_add(t, ses_summary_state(row, now));
	ses_buf_free(&id);
}

static int
print_table(struct listing *l, struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "SESSION"},
	    {.title = "HARNESS"},
	    {.title = "PROJECT"},
	    {.title = "TITLE", .flex = 1},
	    {.title = "SIZE", .right = 1},
	    {.title = "STORED", .right = 1},
	    {.title = "LINES", .right = 1},
	    {.title = "LAST EVENT"},
	    {.title = "STATE"},
	};
	struct ses_table t = {
	    .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0])};
	int64_t now = ses_time_now();
	size_t i;
	int rc;

	for (i = 0; i < json_array_size(l->rows); i++)
		add_row(&t, &l->ids, json_array_get(l->rows, i), now);
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
	ses_table_free(&t);
	return rc;
}

static int
print_rows(const struct ses_cli *cli, const struct values *v, struct listing *l,
    struct seshat_err *err)
{
	size_t n = json_array_size(l->rows);
	int64_t now = ses_time_now();
	size_t i;

	if (cli->json)
		for (i = 0; i < n; i++)
			print_json(json_array_get(l->rows, i), now);
	if (l->total == 0) {
		if (!cli->quiet && !cli->json)
			(void)fputs(
			    v->harness == NULL && cli->project == NULL
				? "no sessions in the store yet (see "
				  "'seshat mirror --help')\n"
				: "no session in the store fits ('seshat "
				  "list' shows all)\n",
			    stderr);
		if (v->harness != NULL)
			ses_cli_no_harness(cli, l->harnesses, v->harness);
	}
	if (cli->json || l->total == 0)
		return 0;
	if (print_table(l, err) < 0)
		return -1;
	if (n < l->total && !cli->quiet)
		(void)fprintf(stderr, "%llu more (--limit 0 shows all)\n",
		    (unsigned long long)(l->total - n));
	return 0;
}

static int
add_id(void *arg, const char *id, struct seshat_err *err)
{
	return ses_short_ids_add(arg, id, err);
}

static int
from_catalog(const struct ses_cli *cli, struct ses_catalog *cat,
    const struct values *v, struct listing *l, struct seshat_err *err)
{
	const struct ses_catalog_filter f = {.project = cli->project,
	    .harness = v->harness,
	    .by_size = strcmp(v->sort_by, "size") == 0,
	    .limit = v->limit};
	struct ses_buf next = {0};
	int rc = ses_catalog_list(cat, &f, &l->rows, &l->total, &next, err);

	ses_buf_free(&next);
	if (rc == 0 && l->total == 0 && v->harness != NULL)
		rc = ses_catalog_harnesses(cat, NULL, &l->harnesses, err);
	if (rc == 0 && !cli->json)
		/* of all: what is typed is looked for in all, too */
		rc = ses_catalog_ids(cat, NULL, NULL, add_id, &l->ids, err);
	return rc;
}

/* The first n of rows, in their order, as the catalog has them. */
static int
choose(json_t *rows, const struct values *v, int with_ids, struct listing *l,
    struct seshat_err *err)
{
	size_t all = json_array_size(rows);
	size_t n = v->limit > 0 && v->limit < all ? (size_t)v->limit : all;
	json_t **sorted = ses_calloc(all + 1, sizeof(json_t *));
	size_t i;
	int rc = 0;

	if (sorted == NULL)
		return ses_fail_nomem(err);
	ses_doc_begin();
	l->total = all;
	l->rows = json_array();
	for (i = 0; rc == 0 && i < all; i++) {
		sorted[i] = json_array_get(rows, i);
		ses_doc_set_str(
		    sorted[i], "session_id", ses_doc_str(sorted[i], "id"));
		(void)json_object_del(sorted[i], "id");
		if (with_ids)
			rc = ses_short_ids_add(
			    &l->ids, ses_doc_str(sorted[i], "session_id"), err);
	}
	if (rc == 0)
		qsort(sorted, all, sizeof(json_t *),
		    strcmp(v->sort_by, "size") == 0 ? by_size : by_recent);
	for (i = 0; rc == 0 && i < n; i++)
		(void)json_array_append(l->rows, sorted[i]);
	free(sorted);
	return rc < 0 ? -1 : ses_doc_check(err);
}

/* The names of the harnesses of all sessions, each once. */
static int
harnesses_of(const json_t *rows, struct listing *l, struct seshat_err *err)
{
	json_t *seen;
	const json_t *row;
	const char *name;
	json_t *yes;
	size_t i;

	ses_doc_begin();
	seen = json_object();
	json_array_foreach(rows, i, row)
	    ses_doc_set_str(seen, ses_doc_str(row, "harness"), "");
	l->harnesses = json_array();
	json_object_foreach(seen, name, yes)(void)
	    json_array_append_new(l->harnesses, json_string(name));
	json_decref(seen);
	return ses_doc_check(err);
}

/* What all sessions tell of those that are shown. */
static int
look_at_all(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct listing *l, struct seshat_err *err)
{
	json_t *rows = NULL;
	size_t i;
	int rc = ses_vault_list(c->store, NULL, NULL, &rows, err);

	for (i = 0; rc == 0 && !cli->json && i < json_array_size(rows); i++)
		rc = ses_short_ids_add(
		    &l->ids, ses_doc_str(json_array_get(rows, i), "id"), err);
	if (rc == 0 && l->total == 0 && v->harness != NULL)
		rc = harnesses_of(rows, l, err);
	json_decref(rows);
	return rc;
}

/* Where the catalog cannot be had. */
static int
from_store(const struct ses_cli *cli, const struct ses_context *c,
    const struct values *v, struct listing *l, struct seshat_err *err)
{
	int is_all = cli->project == NULL && v->harness == NULL;
	json_t *rows = NULL;
	int rc = ses_vault_list(c->store, cli->project, v->harness, &rows, err);

	if (rc == 0) {
		ses_cli_catalog_mark(c, rows);
		rc = choose(rows, v, is_all && !cli->json, l, err);
	}
	if (rc == 0 && !is_all && (!cli->json || l->total == 0))
		rc = look_at_all(cli, c, v, l, err);
	json_decref(rows);
	return rc;
}

static int
list(const struct ses_cli *cli, struct ses_context *c, const struct values *v,
    struct listing *l, struct seshat_err *err)
{
	struct ses_catalog *cat = NULL;
	int rc = ses_cli_listed(c, &cat, err);

	if (rc < 0)
		return -1;
	if (rc > 0 && from_catalog(cli, cat, v, l, err) < 0) {
		listing_free(l);
		*l = (struct listing){0};
		rc = 0;
	}
	ses_catalog_free(cat);
	if (rc == 0 && from_store(cli, c, v, l, err) < 0)
		return -1;
	rc = l->total == 0 ? ses_context_tell_no_vault(cli, c, err) : 0;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return print_rows(cli, v, l, err);
}

static void
defaults(void *values)
{
	struct values *v = values;

	v->limit = 20;
	v->sort_by = "recent";
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct listing l = {0};
	int rc;

	(void)args;
	(void)n_args;
	if (strcmp(v->sort_by, "recent") != 0 &&
	    strcmp(v->sort_by, "size") != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--sort-by takes recent or size, not '%s'", v->sort_by);
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = list(cli, &c, v, &l, err);
	listing_free(&l);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_list = {
    .name = "list",
    .summary = "list the sessions in the vault",
    .args = "",
    .about =
	"Lists the sessions in the store, the latest event first. An id may\n"
	"be shortened wherever one is asked for, as long as it is unique.\n"
	"STATE is ended, live (an event in the last 15 minutes), idle, or\n"
	"damaged: a search, a page, 'show' or 'verify' found that something of\n"
	"it cannot be read.",
    .examples = "  seshat list\n"
		"  seshat list --sort-by size --limit 5\n"
		"  seshat list --harness codex --json",
    .opts = opts,
    .values_len = sizeof(struct values),
    .defaults = defaults,
    .max_args = 0,
    .run = run,
};
