/* memrchr is GNU's. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "base/human.h"
#include "cli/rule_file.h"
#include "redact/redact.h"

/* Read and scrubbed at once.  Longer lines go in pieces. */
#define BLOCK     (1u << 20)
#define LONG_LINE (16u << 20)

struct values {
	int rules;
	int report;
	const char *check_file;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"rules", 0, SES_OPT_FLAG, AT(rules), NULL, "list the rules and stop"},
    {"report", 0, SES_OPT_FLAG, AT(report), NULL,
	"tell on stderr what was replaced, and where"},
    {"check-file", 0, SES_OPT_STRING, AT(check_file), "FILE",
	"check FILE, as gitleaks has it, and stop"},
    {0},
};

/* Where a text is read: the place of one that is told of. */
struct place {
	uint64_t line;   /* from 1 */
	uint64_t column; /* from 1, in characters */
};

struct filter {
	const struct ses_cli *cli;
	struct ses_redact *redact;
	struct ses_known *known;
	struct ses_redact_counts counts;
	struct ses_buf in;
	struct ses_buf out;
	size_t from; /* bytes of in that are written: context of a long line */
	size_t searched; /* bytes of in behind which a line may end */
	int eof;
	int report;
	struct place place; /* of in[told], with report */
	size_t told;
};

static int
print_rules(const struct ses_cli *cli, const struct ses_redact *r,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	const char *origin;
	const char *what;
	size_t i;

	for (i = 0; i < ses_redact_rules(r); i++) {
		what = ses_redact_rule_what(r, i);
		origin = ses_redact_rule_origin(r, i);
		if (!cli->json) {
			ses_buf_fmt(&b, "%-26s ", ses_redact_rule_id(r, i));
			ses_str_safe(what, strlen(what), &b);
			if (origin != NULL) {
				ses_buf_str(&b, " (");
				ses_str_safe(origin, strlen(origin), &b);
				ses_buf_str(&b, ")");
			}
			ses_buf_str(&b, "\n");
			continue;
		}
		ses_buf_fmt(
		    &b, "{\"id\":\"%s\",\"what\":", ses_redact_rule_id(r, i));
		ses_json_quote(&b, what, strlen(what));
		ses_buf_str(&b, ",\"origin\":");
		if (origin != NULL)
			ses_json_quote(&b, origin, strlen(origin));
		else
			ses_buf_str(&b, "\"built-in\"");
		ses_buf_str(&b, "}\n");
	}
	if (ses_buf_check(&b, err) == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return ses_cli_flush(err);
}

/* Move the place on to in[to]. */
static void
go_to(struct filter *f, size_t to)
{
	const char *nl;

	while (f->told < to && (nl = memchr(f->in.data + f->told, '\n',
				    to - f->told)) != NULL) {
		f->place.line++;
		f->place.column = 1;
		f->told = (size_t)(nl + 1 - f->in.data);
	}
	for (; f->told < to; f->told++) /* UTF-8: the first byte of each */
		f->place.column +=
		    ((unsigned char)f->in.data[f->told] & 0xc0) != 0x80;
}

static void
tell_hit(void *arg, const struct ses_redact_hit *hit)
{
	struct filter *f = arg;
	const char *rule = ses_redact_rule_id(f->redact, hit->rule);
	struct ses_buf b = {0};

	go_to(f, hit->from);
	if (f->cli->json) {
		ses_buf_fmt(&b,
		    "{\"rule\":\"%s\",\"line\":%llu,\"column\":%llu,"
		    "\"bytes\":%zu,\"more\":%s,\"head\":",
		    rule, (unsigned long long)f->place.line,
		    (unsigned long long)f->place.column, hit->to - hit->from,
		    hit->more ? "true" : "false");
		ses_json_quote(&b, hit->head, strlen(hit->head));
		ses_buf_str(&b, "}\n");
	} else {
		ses_buf_fmt(&b,
		    "line %llu, column %llu: %s: %s… (%zu bytes)%s\n",
		    (unsigned long long)f->place.line,
		    (unsigned long long)f->place.column, rule, hit->head,
		    hit->to - hit->from, hit->more ? ", a further piece" : "");
	}
	(void)fputs(ses_buf_cstr(&b), stderr);
	ses_buf_free(&b);
}

/* Tell of what was found in in[from..to), which was written. */
static void
tell(struct filter *f, size_t from, size_t to)
{
	if (!f->report)
		return;
	ses_redact_each(f->redact, f->in.data, from, to, tell_hit, f);
	go_to(f, to);
}

/* Counts by rule, those that are not 0. */
static int
print_counts(
    const struct ses_cli *cli, const struct filter *f, struct seshat_err *err)
{
	struct ses_buf b = {0};
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < ses_redact_rules(f->redact); i++) {
		if (f->counts.n[i] == 0)
			continue;
		if (cli->json)
			ses_buf_fmt(&b, "%s\"%s\":%u", total > 0 ? "," : "",
			    ses_redact_rule_id(f->redact, i), f->counts.n[i]);
		else
			ses_buf_fmt(&b, "%8u %s\n", f->counts.n[i],
			    ses_redact_rule_id(f->redact, i));
		total += f->counts.n[i];
	}
	if (ses_buf_check(&b, err) < 0)
		return -1;
	if (cli->json)
		(void)fprintf(
		    stderr, "{\"redacted\":{%s}}\n", ses_buf_cstr(&b));
	else
		(void)fprintf(stderr, "%8llu secret%s redacted\n%s",
		    (unsigned long long)total, ses_human_s(total),
		    ses_buf_cstr(&b));
	ses_buf_free(&b);
	return 0;
}

/* Read until a block is there, or more when a line has not ended. */
static int
fill(struct filter *f, struct seshat_err *err)
{
	size_t want = f->in.len + BLOCK;
	ssize_t got;
	char *room;

	while (!f->eof && f->in.len < want) {
		room = ses_buf_room(&f->in, want - f->in.len);
		if (room == NULL)
			return ses_buf_check(&f->in, err);
		got = read(STDIN_FILENO, room, want - f->in.len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ses_fail_errno(err, "read standard input");
		f->eof = got == 0;
		ses_buf_grew(&f->in, (size_t)got);
	}
	return 0;
}

/* Forget the first n bytes of the input. */
static void
drop(struct filter *f, size_t n)
{
	f->in.len -= n;
	f->searched -= n < f->searched ? n : f->searched;
	f->told -= n < f->told ? n : f->told;
	if (n > 0 && f->in.len > 0)
		memmove(f->in.data, f->in.data + n, f->in.len);
}

static int
write_out(const char *data, size_t len, struct seshat_err *err)
{
	return len == 0 ? 0 : ses_fs_write(STDOUT_FILENO, data, len, err);
}

/* Scrub the whole lines in[0..len) and write them. */
static int
do_lines(struct filter *f, size_t len, struct seshat_err *err)
{
	int rc = ses_redact_lines(
	    f->redact, f->in.data, len, &f->out, &f->counts, err);

	if (rc < 0 || (rc == 0 && write_out(f->in.data, len, err) < 0) ||
	    (rc == 1 && write_out(f->out.data, f->out.len, err) < 0))
		return -1;
	if (rc > 0)
		tell(f, 0, len);
	else if (f->report)
		go_to(f, len);
	ses_buf_clear(&f->out);
	drop(f, len);
	return 0;
}

/* Scrub a piece of a line too long to hold.  whole: the line ends at len. */
static int
do_piece(struct filter *f, size_t len, int whole, struct seshat_err *err)
{
	size_t to = whole ? len : len - SES_REDACT_OVERLAP;
	size_t keep;
	size_t cut;

	if (ses_redact_piece(f->redact, f->in.data, len, f->from, to, &f->out,
		&cut, &f->counts, err) < 0 ||
	    write_out(f->out.data, f->out.len, err) < 0)
		return -1;
	tell(f, f->from, cut);
	ses_buf_clear(&f->out);
	if (whole && cut == len) {
		drop(f, len);
		f->from = 0;
		return 0;
	}
	keep = cut < SES_REDACT_OVERLAP ? cut : SES_REDACT_OVERLAP;
	drop(f, cut - keep);
	f->from = keep;
	return 0;
}

/* Scrub what can be scrubbed of the input read so far. */
static int
step(struct filter *f, struct seshat_err *err)
{
	const char *nl = NULL;
	size_t end = f->in.len;

	if (f->from > 0) {
		nl = memchr(f->in.data + f->from, '\n', end - f->from);
		if (nl != NULL)
			end = (size_t)(nl + 1 - f->in.data);
		if (nl != NULL || f->eof)
			return do_piece(f, end, 1, err);
		if (end - f->from > (size_t)2 * SES_REDACT_OVERLAP)
			return do_piece(f, end, 0, err);
		return 0;
	}
	if (end > f->searched)
		nl = memrchr(f->in.data + f->searched, '\n', end - f->searched);
	if (nl != NULL || f->eof)
		return do_lines(
		    f, f->eof ? end : (size_t)(nl + 1 - f->in.data), err);
	f->searched = f->in.len;
	return f->in.len < LONG_LINE ? 0 : do_piece(f, f->in.len, 0, err);
}

/* A secret that was met is found again, under a key of this run alone. */
static int
remember(struct filter *f, struct seshat_err *err)
{
	if (ses_known_new(NULL, &f->known, err) < 0)
		return -1;
	ses_redact_remember(f->redact, f->known);
	return 0;
}

static int
filter(struct filter *f, struct seshat_err *err)
{
	if (remember(f, err) < 0)
		return -1;
	do {
		if (fill(f, err) < 0 || step(f, err) < 0)
			return -1;
	} while (!f->eof || f->in.len > 0);
	return 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_context c = {0};
	struct filter *f;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->rules && v->report)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--rules lists the rules, --report tells what was "
		    "replaced: give one of them");
	if (v->check_file != NULL)
		return ses_cli_check_rule_file(cli, v->check_file, err);
	f = ses_calloc(1, sizeof(*f));
	if (f == NULL)
		return ses_fail_nomem(err);
	*f = (struct filter){.cli = cli, .report = v->report, .place = {1, 1}};
	if (ses_context_open_redacting(&c, cli, 0, err) < 0 ||
	    ses_redact_open(&f->redact, c.custom, err) < 0)
		goto out;
	rc = v->rules ? print_rules(cli, f->redact, err) : filter(f, err);
	if (rc == 0 && v->report)
		rc = print_counts(cli, f, err);
out:
	ses_redact_free(f->redact);
	ses_known_free(f->known);
	ses_context_free(&c);
	ses_buf_free(&f->in);
	ses_buf_free(&f->out);
	free(f);
	return rc;
}

const struct ses_command ses_cmd_redact = {
    .name = "redact",
    .summary = "scrub secrets out of text",
    .args = "",
    .about =
	"Copy standard input to standard output with every secret that a rule\n"
	"finds replaced by [REDACTED:<rule>], as a mirror does before it stores\n"
	"anything.  A line that is JSON stays JSON, and the number of lines stays.\n"
	"--report tells of each one line, column, rule and how it begins, never\n"
	"more of it, and at the end how many there were by rule.  With --json,\n"
	"--rules and --report print JSON, a line each.\n"

	"\n"
	"Rules of your own (config.yaml: rules, allow, rule-files) count too;\n"
	"--check-file tells which rules of a file in gitleaks' form can be\n"
	"used, and why others cannot: status 1 when there are none.",
    .examples = "  seshat redact < session.jsonl > clean.jsonl\n"
		"  seshat redact --report < app.log > /dev/null\n"
		"  seshat redact --rules\n"
		"  seshat redact --check-file gitleaks.toml\n",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
