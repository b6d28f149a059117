#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/cmds.h"
#include "cli/human.h"
#include "redact/redact.h"

/* Read and scrubbed at once.  Longer lines go in pieces. */
#define BLOCK     (1u << 20)
#define LONG_LINE (16u << 20)

struct values {
	int rules;
	int report;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"rules", 0, SES_OPT_FLAG, AT(rules), NULL, "list the rules and stop"},
    {"report", 0, SES_OPT_FLAG, AT(report), NULL,
	"at the end, tell on stderr what was replaced"},
    {0},
};

struct filter {
	struct ses_redact *redact;
	struct ses_redact_counts counts;
	struct ses_buf in;
	struct ses_buf out;
	size_t from; /* bytes of in that are written: context of a long line */
	int eof;
};

static int
print_rules(const struct ses_cli *cli, const struct ses_redact *r,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	const char *what;
	size_t i;

	for (i = 0; i < ses_redact_rules(r); i++) {
		what = ses_redact_rule_what(r, i);
		if (!cli->json) {
			ses_buf_fmt(
			    &b, "%-26s %s\n", ses_redact_rule_id(r, i), what);
			continue;
		}
		ses_buf_fmt(
		    &b, "{\"id\":\"%s\",\"what\":", ses_redact_rule_id(r, i));
		ses_json_quote(&b, what, strlen(what));
		ses_buf_str(&b, "}\n");
	}
	if (ses_buf_check(&b, err) == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return ses_cli_flush(err);
}

/* Counts by rule, those that are not 0. */
static int
print_report(
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
	while (end > 0 && f->in.data[end - 1] != '\n')
		end--;
	if (end > 0 || f->eof)
		return do_lines(f, f->eof ? f->in.len : end, err);
	return f->in.len < LONG_LINE ? 0 : do_piece(f, f->in.len, 0, err);
}

static int
filter(struct filter *f, struct seshat_err *err)
{
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
	struct filter *f;
	int rc = -1;

	(void)args;
	(void)n_args;
	if (v->rules && v->report)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--rules lists the rules, --report tells what was "
		    "replaced: give one of them");
	f = ses_calloc(1, sizeof(*f));
	if (f == NULL)
		return ses_fail_nomem(err);
	if (ses_redact_open(&f->redact, err) < 0)
		goto out;
	rc = v->rules ? print_rules(cli, f->redact, err) : filter(f, err);
	if (rc == 0 && v->report)
		rc = print_report(cli, f, err);
out:
	ses_redact_free(f->redact);
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
	"With --json, --rules and --report print JSON.",
    .examples = "  seshat redact < session.jsonl > clean.jsonl\n"
		"  seshat redact --report < app.log > /dev/null\n"
		"  seshat redact --rules\n",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
