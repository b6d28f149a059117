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

#define LIVE_MS INT64_C(900000) /* an event in the last 15 minutes */

struct values {
	const char *harness;
	uint64_t limit;
	const char *sort_by;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "NAME",
	"only sessions of this harness"},
    {"limit", 0, SES_OPT_U64, AT(limit), "N",
	"at most so many; 0: all (default: 20)"},
    {"sort-by", 0, SES_OPT_STRING, AT(sort_by), "KEY",
	"recent (default) or size"},
    {0},
};

static const char *
state_of(const json_t *row, int64_t now)
{
	if (ses_doc_str(row, "damage")[0] != '\0')
		return "damaged";
	if (ses_doc_time(row, "ended_at") != 0)
		return "ended";
	return now - ses_doc_time(row, "last_event_at") < LIVE_MS ? "live"
								  : "idle";
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
	return strcmp(ses_doc_str(x, "id"), ses_doc_str(y, "id"));
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = ses_doc_u64(*(json_t *const *)a, "total_source_bytes");
	uint64_t y = ses_doc_u64(*(json_t *const *)b, "total_source_bytes");

	if (x != y)
		return x < y ? 1 : -1;
	return by_recent(a, b);
}

static void
print_json(json_t *row, int64_t now)
{
	(void)json_object_set_new(
	    row, "session_id", json_string(ses_doc_str(row, "id")));
	ses_doc_set_str(row, "state", state_of(row, now));
	(void)json_object_del(row, "id");
	ses_cli_print_json(json_incref(row));
}

static void
add_row(struct ses_table *t, struct ses_short_ids *ids, const json_t *row,
    int64_t now)
{
	struct ses_buf id = {0};
	char text[SES_TIME_MAX];
	int64_t last = ses_doc_time(row, "last_event_at");

	ses_short_ids_name(ids, ses_doc_str(row, "id"), &id);
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
	ses_table_add(t, state_of(row, now));
	ses_buf_free(&id);
}

static int
print_table(json_t **v, size_t n, size_t all, struct seshat_err *err)
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
	struct ses_short_ids ids = {0};
	int64_t now = ses_time_now();
	size_t i;
	int rc = -1;

	for (i = 0; i < all; i++)
		if (ses_short_ids_add(&ids, ses_doc_str(v[i], "id"), err) < 0)
			goto out;
	for (i = 0; i < n; i++)
		add_row(&t, &ids, v[i], now);
	rc = ses_table_print(&t, stdout, ses_table_width(), err);
out:
	ses_short_ids_free(&ids);
	ses_table_free(&t);
	return rc;
}

static int
print_rows(const struct ses_cli *cli, json_t **v, size_t n, size_t all,
    struct seshat_err *err)
{
	int64_t now = ses_time_now();
	size_t i;

	if (cli->json) {
		for (i = 0; i < n; i++)
			print_json(v[i], now);
		return 0;
	}
	if (all == 0) {
		if (!cli->quiet)
			(void)fputs("no sessions in the store yet (see "
				    "'seshat mirror --help')\n",
			    stderr);
		return 0;
	}
	if (print_table(v, n, all, err) < 0)
		return -1;
	if (n < all && !cli->quiet)
		(void)fprintf(
		    stderr, "%zu more (--limit 0 shows all)\n", all - n);
	return 0;
}

static int
list(const struct ses_cli *cli, struct ses_context *c, const struct values *v,
    struct seshat_err *err)
{
	json_t *rows = NULL;
	json_t **sorted;
	size_t all;
	size_t n;
	size_t i;
	int rc = -1;

	if (ses_context_store(c, err) < 0 ||
	    ses_vault_list(c->store, cli->project, v->harness, &rows, err) < 0)
		return -1;
	ses_cli_catalog_mark(c, rows);
	all = json_array_size(rows);
	if (all == 0) {
		rc = ses_context_tell_no_vault(cli, c, err);
		if (rc != 0) {
			json_decref(rows);
			return rc < 0 ? -1 : 0;
		}
		rc = -1;
	}
	sorted = ses_calloc(all + 1, sizeof(*sorted));
	if (sorted == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	for (i = 0; i < all; i++)
		sorted[i] = json_array_get(rows, i);
	qsort(sorted, all, sizeof(*sorted),
	    strcmp(v->sort_by, "size") == 0 ? by_size : by_recent);
	n = v->limit > 0 && v->limit < all ? (size_t)v->limit : all;
	rc = print_rows(cli, sorted, n, all, err);
out:
	free(sorted);
	json_decref(rows);
	return rc;
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
	int rc;

	(void)args;
	(void)n_args;
	if (strcmp(v->sort_by, "recent") != 0 &&
	    strcmp(v->sort_by, "size") != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--sort-by takes recent or size, not '%s'", v->sort_by);
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = list(cli, &c, v, err);
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
