#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cmds.h"

struct values {
	const char *dir;
	const char *skill;
	const char *status;
	const char *since;
	int skip_bad;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"sessions-dir", 0, SES_OPT_STRING, AT(dir), "DIR", "where the logs are"},
    {"skill", 0, SES_OPT_STRING, AT(skill), "NAME",
	"only entries of this skill"},
    {"status", 0, SES_OPT_STRING, AT(status), "STATUS",
	"only entries with this final status"},
    {"since", 0, SES_OPT_STRING, AT(since), "TIME",
	"only entries of this time or later"},
    {"skip-bad", 0, SES_OPT_FLAG, AT(skip_bad), NULL,
	"count malformed lines instead of failing"},
    {0},
};

/* A moment to the nanosecond: what RFC 3339 text can say and ses_time_parse
 * alone, in milliseconds, cannot. */
struct moment {
	int64_t ms;
	unsigned ns; /* below the millisecond */
};

static int
parse_moment(const char *s, struct moment *out)
{
	const char *p = strchr(s, '.');
	unsigned scale;
	unsigned i;

	*out = (struct moment){0};
	if (ses_time_parse(s, strlen(s), &out->ms) < 0)
		return -1;
	if (p == NULL)
		return 0;
	for (i = 1, scale = 100000; scale > 0 && p[i] >= '0' && p[i] <= '9';
	     i++) {
		if (i <= 3)
			continue;
		out->ns += (unsigned)(p[i] - '0') * scale;
		scale /= 10;
	}
	return 0;
}

static int
parse_since(const char *s, struct moment *out, struct seshat_err *err)
{
	char day[32];

	if (parse_moment(s, out) == 0)
		return 0;
	(void)snprintf(day, sizeof(day), "%.12sT00:00:00Z", s);
	if (strlen(s) == 10 && parse_moment(day, out) == 0)
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "--since takes a date (2026-06-27) or an RFC 3339 time "
	    "(2026-06-27T10:15:00+02:00), not '%s'",
	    s);
}

/* Whether the entry is wanted: 1 or 0, or -1 when its time cannot be told. */
static int
wanted(const struct seshat_log_entry *e, const struct values *v,
    const struct moment *since)
{
	struct moment at;

	if (v->skill != NULL && strcmp(v->skill, e->skill) != 0)
		return 0;
	if (v->status != NULL && strcmp(v->status, e->final_status) != 0)
		return 0;
	if (v->since == NULL)
		return 1;
	if (parse_moment(e->timestamp, &at) < 0)
		return -1;
	return at.ms > since->ms || (at.ms == since->ms && at.ns >= since->ns);
}

/* A cell of at least width columns and the gap behind it. */
static void
put_cell(struct ses_buf *b, const char *s, size_t width)
{
	size_t from = b->len;
	size_t have;

	ses_str_safe(s, strlen(s), b);
	have = b->bad ? width : ses_str_width(b->data + from, b->len - from);
	ses_buf_fmt(b, "%*s", have < width ? (int)(width - have) + 2 : 2, "");
}

#define COLUMNS 7

static void
put_row(struct ses_buf *b, const char *const cells[COLUMNS])
{
	static const size_t widths[COLUMNS] = {20, 14, 8, 8, 5, 8, 0};
	size_t i;

	ses_buf_clear(b);
	for (i = 0; i < COLUMNS; i++)
		put_cell(b, cells[i], widths[i]);
	while (b->len > 0 && b->data[b->len - 1] == ' ')
		b->len--;
	ses_buf_str(b, "\n");
}

/* The time without its fraction: what fits a table. */
static void
short_time(const char *s, char *out, size_t len)
{
	size_t whole = strcspn(s, ".");
	const char *rest = s + whole;

	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	(void)snprintf(out, len, "%.*s%s", (int)whole, s, rest);
}

static void
put_entry(struct ses_buf *b, const struct seshat_log_entry *e)
{
	char time[64];
	char tries[24] = "-";
	char took[32] = "-";
	const char *const cells[COLUMNS] = {time, e->skill,
	    e->phase[0] != '\0' ? e->phase : "-", e->final_status, tries, took,
	    e->file_path};

	short_time(e->timestamp, time, sizeof(time));
	if (e->n_attempts > 0)
		(void)snprintf(tries, sizeof(tries), "%zu", e->n_attempts);
	if (e->duration_ms > 0)
		(void)snprintf(took, sizeof(took), "%.1f s",
		    (double)e->duration_ms / 1000.0);
	put_row(b, cells);
}

/* What to do with a line, and what was done so far. */
struct job {
	const struct values *v;
	struct moment since;
	int json;
	uint64_t printed;
	uint64_t no_time; /* skipped: --since, and no time to compare */
	struct ses_buf row;
};

static int
print_line(struct job *job, const struct seshat_log_line *line,
    const struct seshat_log_entry *e, struct seshat_err *err)
{
	static const char *const heads[COLUMNS] = {
	    "TIME", "SKILL", "PHASE", "STATUS", "TRIES", "TOOK", "FILE"};

	if (job->json) {
		(void)fwrite(line->json, 1, line->len, stdout);
		(void)putc('\n', stdout);
	} else {
		if (job->printed == 0) {
			put_row(&job->row, heads);
			(void)fputs(ses_buf_cstr(&job->row), stdout);
		}
		put_entry(&job->row, e);
		(void)fputs(ses_buf_cstr(&job->row), stdout);
		if (ses_buf_check(&job->row, err) < 0)
			return -1;
	}
	job->printed++;
	return ferror(stdout) ? ses_cli_flush(err) : 0;
}

static int
one_line(struct job *job, struct seshat_log_reader *r,
    const struct seshat_log_line *line, struct seshat_err *err)
{
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;
	const struct values *v = job->v;
	int yes = 1;

	if (!job->json || v->skill != NULL || v->status != NULL ||
	    v->since != NULL) {
		if (seshat_log_read_entry(r, &e, err) < 0)
			return -1;
		yes = wanted(&e, v, &job->since);
	}
	if (yes < 0 && !v->skip_bad)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: line %" PRIu64
		    ": timestamp is not an RFC 3339 time (--skip-bad goes on)",
		    seshat_log_read_path(r), line->number);
	job->no_time += yes < 0;
	return yes > 0 ? print_line(job, line, &e, err) : 0;
}

static void
tell_rest(const struct job *job, const struct seshat_log_reader *r)
{
	uint64_t bad = seshat_log_read_bad(r) + job->no_time;
	struct ses_buf path = {0};
	const char *name;

	ses_str_safe(
	    seshat_log_read_path(r), strlen(seshat_log_read_path(r)), &path);
	name = ses_buf_cstr(&path);
	if (bad > 0)
		ses_log(SES_WARN, "%s: %" PRIu64 " malformed %s skipped", name,
		    bad, bad == 1 ? "line" : "lines");
	if (seshat_log_read_torn(r) > 0)
		ses_log(SES_WARN,
		    "%s: the last line is not whole (%" PRIu64
		    " bytes): it is being written, or an append was cut short",
		    name, seshat_log_read_torn(r));
	if (job->printed == 0)
		ses_log(SES_INFO, "%s: no entries to show", name);
	ses_buf_free(&path);
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;
	struct job job = {.v = v, .json = cli->json};
	struct seshat_log_reader *r = NULL;
	struct seshat_log_line line;
	int more;
	int rc = -1;

	if (n_args < 1)
		return ses_fail(err, SESHAT_EUSAGE, "which SESSION?");
	if (v->since != NULL && parse_since(v->since, &job.since, err) < 0)
		return -1;
	o.dir = v->dir;
	o.skip_bad = v->skip_bad;
	if (seshat_log_read_open(&r, args[0], &o, err) < 0)
		goto out;
	while ((more = seshat_log_read_next(r, &line, err)) > 0)
		if (one_line(&job, r, &line, err) < 0)
			goto out;
	if (more < 0)
		goto out;
	tell_rest(&job, r);
	rc = 0;
out:
	ses_buf_free(&job.row);
	seshat_log_read_free(r);
	return rc;
}

const struct ses_command ses_cmd_log_read = {
    .name = "log read",
    .summary = "print the entries of a session log",
    .args = "SESSION",
    .about =
	"Print the entries of the log of SESSION, oldest first: a table, or with\n"
	"--json the stored lines as they are.  Options that choose entries must all\n"
	"agree.  A date in --since begins at 00:00 UTC.\n\n"
	"A log that is not there has no entries.  A malformed line is an error that\n"
	"names file and line, unless --skip-bad.  A last line that is not whole yet\n"
	"is told on stderr and is not an error: it may be being written.",
    .examples =
	"  seshat log read run-7\n"
	"  seshat log read run-7 --status failed --since 2026-06-27\n"
	"  seshat log read run-7 --json --skill build | jq .duration_ms\n",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run,
};
