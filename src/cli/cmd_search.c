#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cataloged.h"
#include "cli/cmds.h"
#include "cli/interrupt.h"
#include "cli/short_id.h"
#include "vault/doc.h"

#define LIMIT_MS 60000 /* that a search may take */

struct values {
	const char *harness;
	const char *role;
	const char *tool;
	const char *since;
	const char *sort_by;
	uint64_t limit;
	int no_update;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"harness", 0, SES_OPT_STRING, AT(harness), "HARNESS",
	"only sessions of this harness"},
    {"role", 0, SES_OPT_STRING, AT(role), "user|assistant|tool|system",
	"only what they said"},
    {"tool", 0, SES_OPT_STRING, AT(tool), "NAME",
	"only calls and results of this tool"},
    {"since", 0, SES_OPT_STRING, AT(since), "WHEN",
	"only from 2026-01-31, or 12h, 7d, 2w ago, on"},
    {"limit", 0, SES_OPT_U64, AT(limit), "N",
	"at most so many; 0: all, up to 5000 (default: 20)"},
    {"sort-by", 0, SES_OPT_STRING, AT(sort_by), "recent|relevance",
	"the order (default: recent)"},
    {"no-update", 0, SES_OPT_FLAG, AT(no_update), NULL,
	"do not look for what was stored since"},
    {0},
};

static int
take_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)json_array_append_new(arg, ses_catalog_hit_json(h));
	return 0;
}

/* The options, as words of the query. */
static void
add_filter(struct ses_buf *q, const char *key, const char *value)
{
	if (value == NULL)
		return;
	ses_buf_fmt(q, " %s:\"", key);
	for (; *value != '\0'; value++)
		if (*value != '"')
			ses_buf_add(q, value, 1);
	ses_buf_str(q, "\"");
}

static void
query_of(const struct ses_cli *cli, const struct values *v, const char **args,
    int n, struct ses_buf *q)
{
	int i;

	for (i = 0; i < n; i++)
		ses_buf_fmt(q, "%s%s", i > 0 ? " " : "", args[i]);
	add_filter(q, "project", cli->project);
	add_filter(q, "harness", v->harness);
	add_filter(q, "role", v->role);
	add_filter(q, "tool", v->tool);
	add_filter(q, "since", v->since);
	(void)ses_buf_cstr(q);
}

/* The snippet in one line, what was searched for in bold. */
static void
print_snippet(const json_t *hit, int bold)
{
	const char *s = ses_doc_str(hit, "snippet");
	const json_t *marks = json_object_get(hit, "highlights");
	struct ses_buf out = {0};
	struct ses_buf safe = {0};
	json_int_t at = 0;
	size_t k = 0;
	const char *p = s;
	const json_t *m = json_array_get(marks, 0);

	for (; m != NULL; m = json_array_get(marks, ++k)) {
		json_int_t from = json_integer_value(json_array_get(m, 0));
		json_int_t to = json_integer_value(json_array_get(m, 1));

		for (; *p != '\0' && at < from; at++)
			do
				p++;
			while (((unsigned char)*p & 0xc0) == 0x80);
		ses_str_safe(s, (size_t)(p - s), &out);
		s = p;
		for (; *p != '\0' && at < to; at++)
			do
				p++;
			while (((unsigned char)*p & 0xc0) == 0x80);
		ses_buf_str(&out, bold ? "\033[1m" : "");
		ses_str_safe(s, (size_t)(p - s), &out);
		ses_buf_str(&out, bold ? "\033[0m" : "");
		s = p;
	}
	ses_str_safe(s, strlen(s), &out);
	(void)fputs(ses_buf_cstr(&out), stdout);
	ses_buf_free(&safe);
	ses_buf_free(&out);
}

static void
print_head(const json_t *hit, struct ses_short_ids *ids, int is_first)
{
	struct ses_buf b = {0};

	ses_short_ids_name(ids, ses_doc_str(hit, "session_id"), &b);
	ses_buf_str(&b, "  ");
	ses_str_safe(ses_doc_str(hit, "harness"),
	    strlen(ses_doc_str(hit, "harness")), &b);
	ses_buf_str(&b, "  ");
	ses_str_safe(ses_doc_str(hit, "project"),
	    strlen(ses_doc_str(hit, "project")), &b);
	ses_buf_str(&b, "  ");
	ses_str_safe(
	    ses_doc_str(hit, "title"), strlen(ses_doc_str(hit, "title")), &b);
	if (json_is_true(json_object_get(hit, "damaged")))
		ses_buf_str(&b, "  (damaged)");
	(void)printf("%s%s\n", is_first ? "" : "\n", ses_buf_cstr(&b));
	ses_buf_free(&b);
}

static int
is_same(const json_t *a, const json_t *b)
{
	return strcmp(ses_doc_str(a, "session_id"),
		   ses_doc_str(b, "session_id")) == 0 &&
	       strcmp(ses_doc_str(a, "harness"), ses_doc_str(b, "harness")) ==
		   0;
}

/* A skill that ran: no line of the transcript says so. */
static void
print_run(const json_t *hit)
{
	struct ses_buf skill = {0};

	ses_str_safe(
	    ses_doc_str(hit, "tool"), strlen(ses_doc_str(hit, "tool")), &skill);
	(void)printf("  before line %llu  skill %s  ",
	    (unsigned long long)ses_doc_u64(hit, "line"), ses_buf_cstr(&skill));
	ses_buf_free(&skill);
}

static void
print_hit(const json_t *hit, int bold)
{
	const char *kind = ses_doc_str(hit, "kind");
	const char *who =
	    strcmp(kind, "text") == 0 ? ses_doc_str(hit, "role") : kind;

	if (ses_doc_str(hit, "log")[0] != '\0')
		print_run(hit);
	else if (ses_doc_u64(hit, "line") == 0)
		(void)printf("  %s  ", kind);
	else
		(void)printf("  line %llu  %s  ",
		    (unsigned long long)ses_doc_u64(hit, "line"), who);
	print_snippet(hit, bold);
	(void)putchar('\n');
}

static int
add_id(void *arg, const char *id, struct seshat_err *err)
{
	return ses_short_ids_add(arg, id, err);
}

/* Those of one session together, in the order of their first ones. */
static int
print_groups(
    struct ses_catalog *cat, const json_t *hits, struct seshat_err *err)
{
	int bold = isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL;
	struct ses_short_ids ids = {0};
	size_t n = json_array_size(hits);
	const json_t *hit;
	size_t i;
	size_t k;
	int rc = 0;

	/* of all: what is typed is looked for in all, too */
	if (n > 0)
		rc = ses_catalog_ids(cat, NULL, NULL, add_id, &ids, err);
	for (i = 0; rc == 0 && i < n; i++) {
		hit = json_array_get(hits, i);
		for (k = 0; k < i; k++)
			if (is_same(json_array_get(hits, k), hit))
				break;
		if (k < i)
			continue;
		print_head(hit, &ids, i == 0);
		for (k = i; k < n; k++)
			if (is_same(json_array_get(hits, k), hit))
				print_hit(json_array_get(hits, k), bold);
	}
	ses_short_ids_free(&ids);
	return rc;
}

/* What a program is told behind the hits, where they are not all. */
static void
print_lack(const struct ses_catalog_extent *e)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "complete", json_false());
	if (!e->is_whole) {
		ses_doc_set_u64(o, "sessions_read", e->taken);
		ses_doc_set_u64(o, "sessions_stored", e->sessions);
	}
	ses_cli_print_json(o);
}

static void
print_count(const struct ses_catalog_found *found, size_t n, int is_all)
{
	if (found->hits == 0)
		(void)fputs(
		    is_all ? "nothing found\n" : "nothing found so far\n",
		    stderr);
	if (found->named > 0)
		(void)fputs(found->named == 1
				? "the id of a session begins so: 'show' "
				  "prints it, session:ID searches in it\n"
				: "ids of sessions begin so: session:ID "
				  "searches in them\n",
		    stderr);
	if (found->hits > n)
		(void)fprintf(stderr,
		    "%s%llu hits in %s%llu session%s; the first %zu are shown "
		    "(--limit)\n",
		    found->is_more ? "more than " : "",
		    (unsigned long long)found->hits,
		    found->is_more ? "at least " : "",
		    (unsigned long long)found->sessions,
		    ses_human_s(found->sessions), n);
}

static int
print(const struct ses_cli *cli, struct ses_catalog *cat, const json_t *hits,
    const struct ses_catalog_found *found, int behind, struct seshat_err *err)
{
	int is_all = found->extent.is_whole && !behind;
	size_t n = json_array_size(hits);
	size_t i;

	if (cli->json) {
		for (i = 0; i < n; i++)
			ses_cli_print_json(
			    json_incref(json_array_get(hits, i)));
		if (!is_all)
			print_lack(&found->extent);
	} else {
		if (print_groups(cat, hits, err) < 0)
			return -1;
		if (!cli->quiet)
			print_count(found, n, is_all);
	}
	ses_cli_catalog_lacks(cli, &found->extent, behind);
	return 0;
}

static int
search(const struct ses_cli *cli, struct ses_context *c, const struct values *v,
    const struct ses_catalog_query *q, struct seshat_err *err)
{
	struct ses_catalog_found found;
	struct ses_catalog *cat = NULL;
	json_t *hits = json_array();
	int behind = 0;
	int tries = 0;
	int rc;

	do {
		ses_catalog_free(cat);
		cat = NULL;
		(void)json_array_clear(hits);
		ses_doc_begin();
		rc = ses_cli_catalog(cli, c, !v->no_update, &cat, &behind, err);
		if (rc == 0)
			rc = ses_catalog_search(
			    cat, q, take_hit, hits, &found, err);
		/* it was damaged, and is empty now */
	} while (rc < 0 && cat != NULL && err->code == SESHAT_ECORRUPT &&
		 tries++ == 0);
	if (rc == 0)
		rc = ses_doc_check(err);
	if (rc == 0)
		ses_cli_catalog_damaged(cli, found.damaged);
	if (rc == 0)
		rc = print(cli, cat, hits, &found, behind, err);
	if (rc == 0 && found.hits == 0)
		rc = ses_cli_check_harness(cli, cat, v->harness, err);
	ses_catalog_free(cat);
	json_decref(hits);
	return rc;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct ses_buf text = {0};
	struct ses_catalog_query q = {
	    .limit = v->limit > 0 ? v->limit : UINT64_MAX,
	    .limit_ms = LIMIT_MS,
	    .stop = ses_interrupts()};
	int rc = -1;

	if (n_args == 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "search needs words to search for");
	q.by_relevance = strcmp(v->sort_by, "relevance") == 0;
	if (!q.by_relevance && strcmp(v->sort_by, "recent") != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--sort-by takes recent or relevance, not '%s'",
		    v->sort_by);
	query_of(cli, v, args, n_args, &text);
	q.text = text.data;
	if (ses_buf_check(&text, err) == 0 &&
	    ses_context_open(&c, cli, err) == 0) {
		rc = search(cli, &c, v, &q, err);
		ses_context_free(&c);
	}
	ses_buf_free(&text);
	return rc;
}

static void
defaults(void *values)
{
	struct values *v = values;

	v->limit = 20;
	v->sort_by = "recent";
}

const struct ses_command ses_cmd_search = {
    .name = "search",
    .summary = "search the text and the titles of all sessions in the vault",
    .args = "QUERY...",
    .about =
	"Finds messages, tool calls, results and titles that hold all words of\n"
	"the query, the latest first, and tells the line of the transcript where\n"
	"each stands, but of a title. \"Quoted words\" must follow each other; word* is the\n"
	"beginning of a word, -word must not be there. project:NAME,\n"
	"harness:NAME, role:NAME, kind:NAME, tool:NAME, model:NAME,\n"
	"session:ID, since:WHEN and until:WHEN narrow it down; kinds are text,\n"
	"thinking, tool_call, tool_result, compaction and title. Case and accents do\n"
	"not matter.\n\n"
	"The first search reads all that is in the store into a catalog in the\n"
	"cache, later ones only what is new. Deleting it does no harm.\n"
	"Nothing found is no failure: the exit status is 0. While another process\n"
	"makes the catalog, what is there so far is searched after some seconds\n"
	"and said to be not complete; --json then ends with an object whose\n"
	"member \"complete\" is false.",
    .examples = "  seshat search flaky test\n"
		"  seshat search '\"connection refused\" role:tool since:7d'\n"
		"  seshat search retry --project demo --tool Bash --json",
    .opts = opts,
    .values_len = sizeof(struct values),
    .defaults = defaults,
    .max_args = SES_CLI_MAX_ARGS,
    .run = run,
};
