#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/time.h"
#include "cli/cataloged.h"
#include "cli/cmds.h"
#include "base/human.h"
#include "cli/table.h"
#include "vault/doc.h"

#define DAYS   30
#define DAY_MS INT64_C(86400000)
#define TOOLS  12 /* for people; --json has all */

struct values {
	const char *harness;
	const char *since;
	int no_update;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only sessions of this harness"},
    {"since", 0, SES_OPT_STRING, AT(since), "WHEN",
	"only sessions alive since 2026-01-31, or 7d ago"},
    {"no-update", 0, SES_OPT_FLAG, AT(no_update), NULL,
	"do not look for what was stored since"},
    {0},
};

static void
add_count(struct ses_table *t, const json_t *o, const char *name)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu",
	    (unsigned long long)ses_doc_u64(o, name));
	ses_table_add(t, text);
}

static void
add_size(struct ses_table *t, const json_t *o, const char *name)
{
	char text[SES_HUMAN_MAX];

	ses_human_size(ses_doc_u64(o, name), text);
	ses_table_add(t, text);
}

static int
print_table(struct ses_table *t, struct seshat_err *err)
{
	int rc;

	(void)putchar('\n');
	rc = ses_table_print(t, stdout, ses_table_width(), err);
	ses_table_free(t);
	return rc;
}

static int
print_places(const json_t *rows, const char *title, struct seshat_err *err)
{
	const struct ses_table_col cols[] = {{.title = title, .flex = 1},
	    {.title = "SESSIONS", .right = 1}, {.title = "SIZE", .right = 1},
	    {.title = "STORED", .right = 1}};
	struct ses_table t = {.cols = cols, .n_cols = 4};
	const json_t *o;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		o = json_array_get(rows, i);
		ses_table_add(&t, ses_doc_str(o, "id"));
		add_count(&t, o, "sessions");
		add_size(&t, o, "bytes");
		add_size(&t, o, "stored_bytes");
	}
	return print_table(&t, err);
}

static int
print_models(const json_t *rows, struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "MODEL", .flex = 1}, {.title = "INPUT", .right = 1},
	    {.title = "OUTPUT", .right = 1},
	    {.title = "CACHE READ", .right = 1},
	    {.title = "CACHE WRITE", .right = 1},
	    {.title = "MESSAGES", .right = 1}};
	static const char *const names[] = {
	    "input", "output", "cache_read", "cache_write", "messages"};
	struct ses_table t = {.cols = cols, .n_cols = 6};
	const json_t *o;
	size_t i;
	size_t k;

	if (json_array_size(rows) == 0)
		return 0;
	for (i = 0; i < json_array_size(rows); i++) {
		o = json_array_get(rows, i);
		ses_table_add(&t, ses_doc_str(o, "model")[0] != '\0'
				      ? ses_doc_str(o, "model")
				      : "(not told)");
		for (k = 0; k < 5; k++)
			add_count(&t, o, names[k]);
	}
	return print_table(&t, err);
}

static int
print_tools(const json_t *rows, struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {
	    {.title = "TOOL", .flex = 1}, {.title = "CALLS", .right = 1},
	    {.title = "FAILED", .right = 1}};
	struct ses_table t = {.cols = cols, .n_cols = 3};
	const json_t *o;
	size_t i;

	if (json_array_size(rows) == 0)
		return 0;
	for (i = 0; i < json_array_size(rows) && i < TOOLS; i++) {
		o = json_array_get(rows, i);
		ses_table_add(&t, ses_doc_str(o, "tool"));
		add_count(&t, o, "calls");
		add_count(&t, o, "failed");
	}
	return print_table(&t, err);
}

/* The events of the last days, a column each. */
static void
print_days(const json_t *days, int64_t now)
{
	static const char *const bars[] = {
	    " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	uint64_t n[DAYS] = {0};
	uint64_t most = 1;
	uint64_t all = 0;
	int64_t day;
	size_t i;
	const json_t *o;

	for (i = 0; i < json_array_size(days); i++) {
		o = json_array_get(days, i);
		day = now / DAY_MS - ses_doc_time(o, "at") / DAY_MS;
		if (day < 0 || day >= DAYS)
			continue;
		n[DAYS - 1 - day] = ses_doc_u64(o, "events");
		all += ses_doc_u64(o, "events");
		if (ses_doc_u64(o, "events") > most)
			most = ses_doc_u64(o, "events");
	}
	(void)fputs("\nlast 30 days  ", stdout);
	for (i = 0; i < DAYS; i++)
		(void)fputs(bars[(n[i] * 8 + most - 1) / most], stdout);
	(void)printf(
	    "  %llu event%s\n", (unsigned long long)all, ses_human_s(all));
}

/* "2026-01-31" of each day, as a time. */
static void
add_times(json_t *days)
{
	char text[32];
	json_t *o;
	size_t i;

	json_array_foreach(days, i, o)
	{
		(void)snprintf(text, sizeof(text), "%.10sT00:00:00.000Z",
		    ses_doc_str(o, "day"));
		ses_doc_set_str(o, "at", text);
	}
}

static int
print(const struct ses_cli *cli, json_t *doc, struct seshat_err *err)
{
	char size[SES_HUMAN_MAX];
	char stored[SES_HUMAN_MAX];
	uint64_t n = ses_doc_u64(doc, "sessions");

	if (cli->json) {
		ses_cli_print_json(json_incref(doc));
		return 0;
	}
	ses_human_size(ses_doc_u64(doc, "bytes"), size);
	ses_human_size(ses_doc_u64(doc, "stored_bytes"), stored);
	(void)printf("%llu session%s, %s of transcripts, %s stored",
	    (unsigned long long)n, ses_human_s(n), size, stored);
	if (ses_doc_u64(doc, "damaged") > 0)
		(void)printf("; %llu damaged (see 'seshat verify')",
		    (unsigned long long)ses_doc_u64(doc, "damaged"));
	(void)putchar('\n');
	if (n == 0)
		return 0;
	if (isatty(STDOUT_FILENO)) {
		add_times(json_object_get(doc, "days"));
		print_days(json_object_get(doc, "days"), ses_time_now());
	}
	if (print_places(json_object_get(doc, "projects"), "PROJECT", err) <
		0 ||
	    print_places(json_object_get(doc, "harnesses"), "HARNESS", err) <
		0 ||
	    print_models(json_object_get(doc, "models"), err) < 0)
		return -1;
	return print_tools(json_object_get(doc, "tools"), err);
}

/* Of a project that nobody has there is nothing to tell, not even zero. */
static int
check_project(
    struct ses_catalog *cat, const char *project, struct seshat_err *err)
{
	json_t *rows = NULL;
	int is_there = 0;
	size_t i;

	if (ses_catalog_projects(cat, &rows, err) < 0)
		return -1;
	for (i = 0; i < json_array_size(rows); i++)
		if (strcmp(ses_doc_str(json_array_get(rows, i), "id"),
			project) == 0)
			is_there = 1;
	json_decref(rows);
	return is_there ? 0
			: ses_fail(err, SESHAT_ENOTFOUND,
			      "no project '%s' in the vault ('seshat stats' "
			      "names them)",
			      project);
}

static int
stats(const struct ses_cli *cli, struct ses_context *c, const struct values *v,
    const struct ses_catalog_filter *f, struct seshat_err *err)
{
	struct ses_catalog_extent extent = {0};
	struct ses_catalog *cat = NULL;
	json_t *doc = NULL;
	int behind;
	int rc = ses_cli_catalog(cli, c, !v->no_update, &cat, &behind, err);

	/* before the rest, so that it says too little rather than too much */
	if (rc == 0)
		rc = ses_catalog_extent(cat, &extent, err);
	if (rc == 0)
		rc = ses_catalog_stats(cat, f, &doc, err);
	if (rc == 0 && f->project != NULL &&
	    (extent.is_whole || extent.sessions > 0) &&
	    ses_doc_u64(doc, "sessions") == 0)
		rc = check_project(cat, f->project, err);
	if (rc == 0) {
		(void)json_object_set_new(
		    doc, "complete", json_boolean(extent.is_whole && !behind));
		rc = print(cli, doc, err);
	}
	if (rc == 0 && ses_doc_u64(doc, "sessions") == 0)
		rc = ses_cli_check_harness(cli, cat, f->harness, err);
	if (rc == 0)
		ses_cli_catalog_lacks(cli, &extent, behind);
	json_decref(doc);
	ses_catalog_free(cat);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_catalog_filter f = {
	    .project = cli->project, .harness = v->harness};
	int rc;

	(void)args;
	(void)n_args;
	if (v->since != NULL) {
		f.since = ses_catalog_time(v->since);
		if (f.since < 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--since takes a date or how long ago (7d), not "
			    "'%s'",
			    v->since);
	}
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	rc = stats(cli, &c, v, &f, err);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_stats = {
    .name = "stats",
    .summary = "what the sessions in the vault amount to",
    .args = "",
    .about =
	"Counts sessions, bytes, tokens of each model, and calls of each tool;\n"
	"on a terminal also how busy each of the last 30 days was. Tokens are\n"
	"counted once for each message, as the agents noted them.\n\n"
	"--json has all of it as one object: sessions, bytes, stored_bytes,\n"
	"damaged, projects, harnesses, models, tokens_by_day, tools, days, and\n"
	"complete: false while the catalog is still being made.",
    .examples = "  seshat stats\n"
		"  seshat stats --project demo --since 30d\n"
		"  seshat stats --json | jq .models",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
