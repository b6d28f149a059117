#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cataloged.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/show_follow.h"
#include "base/human.h"
#include "cli/pager.h"
#include "cli/text.h"
#include "export/html.h"
#include "vault/companion.h"
#include "vault/doc.h"
#include "vault/gap.h"
#include "vault/summary.h"

#define ALL         UINT64_MAX /* without --tail */
#define FOLLOW_TAIL 10         /* as tail(1) has it */

struct values {
	uint64_t tail;
	uint64_t from;
	int raw;
	int text;
	int html;
	int follow;
	const char *stream;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"tail", 0, SES_OPT_U64, AT(tail), "N",
	"the last N lines; reads only what holds them"},
    {"from", 0, SES_OPT_U64, AT(from), "LINE",
	"with --text or --raw: from this line on"},
    {"raw", 0, SES_OPT_FLAG, AT(raw), NULL,
	"the transcript's bytes and nothing else"},
    {"text", 0, SES_OPT_FLAG, AT(text), NULL,
	"a readable conversation, in a pager on a terminal"},
    {"html", 0, SES_OPT_FLAG, AT(html), NULL,
	"one page for a browser, which needs nothing else"},
    {"follow", 'f', SES_OPT_FLAG, AT(follow), NULL,
	"the last 10 lines, then what is added, as it comes"},
    {"stream", 0, SES_OPT_STRING, AT(stream), "STREAM",
	"not the current stream but this one"},
    {0},
};

/* Who is told what cannot be read. */
struct reading {
	const struct ses_context *c;
	const struct ses_where *w;
	struct ses_text *text;
	unsigned gaps;
};

/* Lists will say it. */
static void
note_damage(
    const struct ses_context *c, const struct ses_where *w, const char *part)
{
	struct ses_catalog *cat = ses_cli_catalog_there(c);

	ses_cli_catalog_note(cat, w, part);
	ses_catalog_free(cat);
}

static int
on_gap(void *arg, const struct ses_gap *gap, struct seshat_err *err)
{
	struct reading *r = arg;
	struct ses_buf what = {0};
	struct ses_buf safe = {0};
	int rc;

	if (r->gaps++ == 0)
		note_damage(r->c, r->w, gap->part);
	ses_gap_text(gap, &what);
	ses_str_safe(ses_buf_cstr(&what), what.len, &safe);
	(void)ses_buf_cstr(&safe);
	rc = ses_buf_check(&safe, err);
	if (rc == 0) {
		(void)fprintf(stderr, "seshat: %s/%s: %s\n", r->w->harness,
		    r->w->id, safe.data);
		rc = ses_text_gap(r->text, what.data, err);
	}
	ses_buf_free(&what);
	ses_buf_free(&safe);
	return rc;
}

/* What can be read, as text. */
static int
read_text(const struct ses_context *c, const struct ses_where *w,
    const struct values *v, struct ses_text *text, struct seshat_err *err)
{
	struct reading reading = {.c = c, .w = w, .text = text};
	const struct ses_lines_how how = {.stream = v->stream,
	    .from = v->from,
	    .tail = v->tail == ALL ? 0 : v->tail,
	    .unnumbered = 1,
	    .gap = on_gap,
	    .arg = &reading};
	struct ses_sink in = ses_text_sink(text);
	int rc =
	    v->tail == 0 ? 0 : ses_session_lines(c->store, w, &how, &in, err);

	if (rc == 0 && reading.gaps > 0)
		return ses_fail(err, SESHAT_ECORRUPT,
		    "damaged: not all of it can be read ('seshat verify %s' "
		    "tells more)",
		    w->id);
	return rc;
}

static int
read_to(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_where *w, const struct values *v,
    const struct ses_sink *sink, struct seshat_err *err)
{
	if (v->follow)
		return ses_cli_show_follow(
		    cli, c->store, w, v->stream, v->tail, sink, err);
	if (v->tail != ALL)
		return ses_session_tail(
		    c->store, w, v->stream, v->tail, sink, err);
	if (v->from > 1)
		return ses_session_from(
		    c->store, w, v->stream, v->from, NULL, sink, err);
	return ses_session_read(c->store, w, v->stream, sink, err);
}

static int
show_raw(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_where *w, const struct values *v, struct seshat_err *err)
{
	int fd = STDOUT_FILENO;
	struct ses_sink sink = ses_sink_fd(&fd);

	return read_to(cli, c, w, v, &sink, err);
}

/* What session logs say of it. */
static struct ses_logged *
logged(const struct ses_context *c, const struct ses_where *w)
{
	struct ses_catalog *cat = ses_cli_catalog_there(c);
	struct ses_logged *runs =
	    ses_logged_load(c->store, cat, w->harness, w->id);

	ses_catalog_free(cat);
	return runs;
}

static void
load_runs(const struct ses_context *c, const struct ses_where *w,
    const struct values *v, struct ses_text *text)
{
	if (v->tail == 0)
		return;
	text->runs = logged(c, w);
	text->is_late = v->tail != ALL;
	ses_logged_from(text->runs, c->store, w, v->stream, v->from);
}

static int
show_text(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_where *w, const struct values *v, struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harness_reader(w->harness);
	struct ses_pager pager = {.fd = STDOUT_FILENO};
	struct ses_text text;
	struct ses_sink out = ses_sink_fd(&pager.fd);
	struct ses_sink in = ses_text_sink(&text);
	struct seshat_err later = SESHAT_ERR_INIT;
	int rc;

	/* a pager waits for the end */
	if (!v->follow && ses_pager_open(&pager, err) < 0)
		return -1;
	ses_text_open(&text, h, &out);
	if (!v->follow)
		load_runs(c, w, v, &text);
	rc = v->follow ? read_to(cli, c, w, v, &in, err)
		       : read_text(c, w, v, &text, err);
	if (ses_text_close(&text, &later) < 0 && rc == 0) {
		*err = later;
		rc = -1;
	}
	ses_logged_free(text.runs);
	ses_pager_close(&pager);
	/* a pager that was left early has what it wanted */
	return rc < 0 && err->code == SESHAT_ECANCELLED ? 0 : rc;
}

static int
show_html(const struct ses_context *c, const struct ses_where *w,
    const struct values *v, struct seshat_err *err)
{
	int fd = STDOUT_FILENO;
	struct ses_sink sink = ses_sink_fd(&fd);
	struct ses_logged *runs = v->tail == 0 ? NULL : logged(c, w);
	int rc = ses_html_transcript(c->store, w, v->stream,
	    v->tail == ALL ? SES_HTML_ALL : v->tail, runs, &sink, err);

	ses_logged_free(runs);
	return rc;
}

static void
print_row(const char *name, const char *value)
{
	struct ses_buf safe = {0};

	if (value[0] == '\0')
		return;
	ses_str_safe(value, strlen(value), &safe);
	(void)printf("%-12s %s\n", name, ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}

static void
print_size(const char *name, uint64_t bytes)
{
	char human[SES_HUMAN_MAX];

	ses_human_size(bytes, human);
	(void)printf("%-12s %s (%llu byte%s)\n", name, human,
	    (unsigned long long)bytes, ses_human_s(bytes));
}

static void
print_streams(const json_t *streams, const char *current)
{
	const json_t *st;
	const char *id;
	size_t i;
	int rows;

	if (json_array_size(streams) < 2)
		return;
	(void)printf("%-12s", "streams");
	for (i = 0; i < json_array_size(streams); i++) {
		st = json_array_get(streams, i);
		id = ses_doc_str(st, "stream");
		rows = json_object_get(st, "last_row") != NULL;
		(void)printf("%s %s (%s, %s%llu%s%s%s)", i > 0 ? "," : "", id,
		    strcmp(id, current) == 0 ? "current" : "kept",
		    rows ? "to row " : "",
		    (unsigned long long)ses_doc_u64(
			st, rows ? "last_row" : "source_bytes"),
		    rows ? "" : " bytes",
		    ses_doc_str(st, "damage")[0] != '\0' ? ", damaged: " : "",
		    ses_doc_str(st, "damage"));
	}
	(void)putchar('\n');
}

static void
print_redactions(const json_t *doc)
{
	json_t *counts = json_object_get(doc, "redaction_counts");
	const char *rule;
	json_t *n;
	int any = 0;

	json_object_foreach(counts, rule, n)
	{
		(void)printf("%-12s %s: %lld\n", any ? "" : "redacted", rule,
		    (long long)json_integer_value(n));
		any = 1;
	}
}

static int
count_companion(
    void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct ses_companion_sums *sums = arg;

	(void)err;
	sums->files++;
	sums->bytes += c->stored;
	return 0;
}

/* What stands beside the stream that is shown: what a restore would take. */
static int
add_companions(const struct ses_context *c, const struct ses_where *w,
    json_t *doc, struct seshat_err *err)
{
	struct ses_companion_sums sums = {0};
	const char *id = ses_doc_str(doc, "stream");
	const char *writer = "";
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(doc, "streams"), i, o)
	{
		if (strcmp(ses_doc_str(o, "stream"), id) == 0)
			writer = ses_doc_str(o, "writer");
	}
	if (ses_companions_of(
		c->store, w, writer, count_companion, &sums, err) < 0)
		return -1;
	ses_doc_begin();
	o = json_object();
	ses_doc_set_u64(o, "files", sums.files);
	ses_doc_set_u64(o, "stored_bytes", sums.bytes);
	if (json_object_set_new(doc, "companions", o) < 0)
		return ses_fail_nomem(err);
	return ses_doc_check(err);
}

static void
print_companions(const json_t *doc)
{
	uint64_t n = ses_doc_u64(doc, "files");
	char human[SES_HUMAN_MAX];

	if (n == 0)
		return;
	ses_human_size(ses_doc_u64(doc, "stored_bytes"), human);
	(void)printf("%-12s %llu file%s (%s stored)\n", "companions",
	    (unsigned long long)n, ses_human_s(n), human);
}

static void
print_summary(const json_t *doc)
{
	print_row("session", ses_doc_str(doc, "session_id"));
	print_row("harness", ses_doc_str(doc, "harness"));
	print_row("project", ses_doc_str(doc, "project"));
	print_row("title", ses_doc_str(doc, "title"));
	print_row("parent", ses_doc_str(doc, "parent_session_id"));
	print_row("agent", ses_doc_str(doc, "agent_id"));
	print_row("folder", ses_doc_str(doc, "cwd"));
	print_row("source", ses_doc_str(doc, "source_path"));
	print_row("imported", ses_doc_str(doc, "imported_from"));
	print_row("host", ses_doc_str(doc, "host"));
	print_row("started", ses_doc_str(doc, "started_at"));
	print_row("last event", ses_doc_str(doc, "last_event_at"));
	print_row("ended", ses_doc_str(doc, "ended_at"));
	print_size("size", ses_doc_u64(doc, "total_source_bytes"));
	print_size("stored", ses_doc_u64(doc, "stored_bytes"));
	(void)printf("%-12s %llu\n", "lines",
	    (unsigned long long)ses_doc_u64(doc, "lines"));
	(void)printf("%-12s %llu\n", "parts",
	    (unsigned long long)ses_doc_u64(doc, "part_count"));
	print_companions(json_object_get(doc, "companions"));
	print_redactions(doc);
	if (json_is_true(json_object_get(doc, "no_redact")))
		print_row("redaction", "off for some of it (--no-redact)");
	print_row("stream", ses_doc_str(doc, "stream"));
	print_streams(
	    json_object_get(doc, "streams"), ses_doc_str(doc, "stream"));
}

/* Any bytes as a string of JSON: what is no UTF-8 becomes U+FFFD. */
static json_t *
text_of(const struct ses_buf *b)
{
	struct ses_buf quoted = {0};
	json_t *text = NULL;

	ses_json_quote(&quoted, b->data != NULL ? b->data : "", b->len);
	if (quoted.len > 0)
		text = json_loadb(quoted.data, quoted.len,
		    JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	ses_buf_free(&quoted);
	return text != NULL ? text : json_null();
}

static int
show_summary(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_where *w, const struct values *v, struct seshat_err *err)
{
	struct ses_buf tail = {0};
	struct ses_sink sink = ses_sink_buf(&tail);
	json_t *doc;
	int rc = 0;

	if (ses_vault_summary(c->store, w, v->stream, &doc, err) < 0)
		return -1;
	rc = add_companions(c, w, doc, err);
	if (rc == 0 && v->tail != ALL && cli->json) {
		rc = read_to(cli, c, w, v, &sink, err);
		(void)json_object_set_new(doc, "tail", text_of(&tail));
	}
	if (rc == 0 && cli->json) {
		ses_cli_print_json(json_incref(doc));
	} else if (rc == 0) {
		print_summary(doc);
		if (v->tail != ALL) {
			(void)putchar('\n');
			(void)fflush(stdout);
			rc = show_raw(cli, c, w, v, err);
		}
	}
	ses_buf_free(&tail);
	json_decref(doc);
	return rc;
}

static int
show(const struct ses_cli *cli, const struct ses_context *c,
    const struct ses_found *f, const struct values *v, struct seshat_err *err)
{
	const struct ses_where w = ses_found_where(f);
	int rc;

	if (v->html)
		rc = show_html(c, &w, v, err);
	else if (v->raw || (v->follow && !v->text))
		rc = show_raw(cli, c, &w, v, err);
	else if (v->text)
		rc = show_text(cli, c, &w, v, err);
	else
		rc = show_summary(cli, c, &w, v, err);
	return rc < 0 ? ses_fail_in(err, "%s/%s", f->harness, f->id) : 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct values *v = values;
	struct ses_context c = {0};
	struct ses_found f = {0};
	int rc = -1;

	if (n_args != 1)
		return ses_fail(err, SESHAT_EUSAGE, "show needs a session id");
	if (v->raw + v->text + v->html + (cli->json != 0) > 1)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--raw, --text, --html and --json exclude each other");
	if (v->from > 0 &&
	    (!(v->raw || v->text) || v->follow || v->tail != ALL))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--from goes with --text or --raw, and with neither "
		    "--follow nor --tail");
	if (v->html && v->follow)
		return ses_fail(
		    err, SESHAT_EUSAGE, "--html has an end, --follow has none");
	if (v->follow && v->tail == ALL && !v->raw && !v->text)
		v->tail = FOLLOW_TAIL;
	if (ses_context_open(&c, cli, err) < 0)
		return -1;
	if (ses_context_find(&c, args[0], &f, err) == 0)
		rc = show(cli, &c, &f, v, err);
	ses_found_free(&f);
	ses_context_free(&c);
	return rc;
}

static void
defaults(void *values)
{
	((struct values *)values)->tail = ALL;
}

const struct ses_command ses_cmd_show = {
    .name = "show",
    .summary = "show a session of the vault",
    .args = "ID",
    .about =
	"Shows a session: its summary, with --tail also its last lines, with\n"
	"--raw the transcript as it was stored and nothing else, with --text\n"
	"a readable conversation, with --html the same as one page for a\n"
	"browser. The id may be any unique beginning of it. --from begins with\n"
	"a line that 'seshat search' named. Companions are what the agent keeps\n"
	"beside the transcript, results of tools and titles: 'seshat restore'\n"
	"gives them back.\n"
	"Skills that a session log has of it (see 'seshat log') stand in --text\n"
	"and --html, where they ran.\n"
	"Of a damaged session --text and --html show all that can be read, and\n"
	"name the lines that are missing where they are missing. --raw ends in\n"
	"front of the first damage, and names the source bytes that cannot be\n"
	"read: --from a line behind them shows the rest. The exit status is 5.\n\n"
	"--follow prints the lines of a session that is being mirrored, here\n"
	"or on another machine, as they come: the last 10 and what is added,\n"
	"or --tail N; with --raw or --text all from the first one on. It ends\n"
	"when the session does, or with Ctrl-C. With --json the lines are the\n"
	"agent's own JSON. When the transcript is rewritten, stderr says so,\n"
	"and it is printed from its first line.",
    .examples = "  seshat show 3fa9c2d1\n"
		"  seshat show 3fa9c2d1 --text\n"
		"  seshat show 3fa9c2d1 --text --from 776\n"
		"  seshat show 3fa9c2d1 --raw > transcript.jsonl\n"
		"  seshat show 3fa9c2d1 --html > session.html\n"
		"  seshat show claude-code/3fa9c2d1 --tail 20\n"
		"  seshat show 3fa9c2d1 --follow --text",
    .opts = opts,
    .values_len = sizeof(struct values),
    .defaults = defaults,
    .max_args = 1,
    .run = run,
};
