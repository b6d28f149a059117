#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "record/record.h"

struct values {
	const char *dir;
	const char *skill;
	const char *phase;
	const char *project_root;
	const char *input;
	struct ses_opt_list attempts;
	const char *final_status;
	const char *file_path;
	const char *model_used;
	uint64_t duration_ms;
	int no_sync;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"sessions-dir", 0, SES_OPT_STRING, AT(dir), "DIR", "where the logs are"},
    {"skill", 0, SES_OPT_STRING, AT(skill), "NAME", "what was run"},
    {"phase", 0, SES_OPT_STRING, AT(phase), "NAME", "the phase it was run in"},
    {"project-root", 0, SES_OPT_STRING, AT(project_root), "DIR",
	"the project it was run for"},
    {"input", 0, SES_OPT_STRING, AT(input), "JSON",
	"its input, or @FILE to read that from a file"},
    {"attempt", 0, SES_OPT_LIST, AT(attempts), "JSON",
	"one attempt, an object; may be given again"},
    {"final-status", 0, SES_OPT_STRING, AT(final_status), "STATUS",
	"how it ended"},
    {"file-path", 0, SES_OPT_STRING, AT(file_path), "FILE",
	"the file it made or changed"},
    {"model-used", 0, SES_OPT_STRING, AT(model_used), "NAME",
	"the model that did it"},
    {"duration-ms", 0, SES_OPT_U64, AT(duration_ms), "N", "how long it took"},
    {"no-sync", 0, SES_OPT_FLAG, AT(no_sync), NULL,
	"do not wait until the entry is on disk"},
    {0},
};

/* Whether the entry comes from options, not from standard input. */
static int
has_flags(const struct values *v)
{
	return v->skill != NULL || v->phase != NULL ||
	       v->project_root != NULL || v->input != NULL ||
	       v->attempts.n > 0 || v->final_status != NULL ||
	       v->file_path != NULL || v->model_used != NULL ||
	       v->duration_ms != 0;
}

static int
read_stdin(struct ses_buf *out, struct seshat_err *err)
{
	char *room;
	ssize_t n;

	if (isatty(STDIN_FILENO))
		return ses_fail(err, SESHAT_EUSAGE,
		    "give the entry as options, or as JSON on standard input");
	do {
		room = ses_buf_room(out, 65536);
		if (room == NULL)
			return ses_fail_nomem(err);
		n = read(STDIN_FILENO, room, 65536);
		if (n < 0)
			return ses_fail_errno(err, "read standard input");
		ses_buf_grew(out, (size_t)n);
		if (out->len > SESHAT_LOG_MAX)
			return ses_fail(err, SESHAT_ELIMIT,
			    "standard input is longer than %d bytes",
			    SESHAT_LOG_MAX);
	} while (n > 0);
	return 0;
}

static void
put_name(struct ses_buf *b, const char *name)
{
	ses_buf_fmt(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
}

static int
put_text(struct ses_buf *b, const char *name, const char *option,
    const char *value, struct seshat_err *err)
{
	if (value == NULL)
		return 0;
	if (!ses_str_is_utf8(value, strlen(value)))
		return ses_fail(
		    err, SESHAT_EUSAGE, "--%s is not UTF-8", option);
	put_name(b, name);
	ses_json_quote(b, value, strlen(value));
	return 0;
}

static int
put_json(struct ses_buf *b, const char *option, const char *json, size_t len,
    struct seshat_err *err)
{
	struct ses_json v;

	if (ses_json_parse(json, len, &v, err) < 0)
		return ses_fail_in(err, "--%s", option);
	ses_buf_add(b, v.text, v.len);
	return 0;
}

static int
put_input(struct ses_buf *b, const char *input, struct seshat_err *err)
{
	struct ses_buf file = {0};
	int rc = -1;

	put_name(b, "input");
	if (input[0] != '@')
		return put_json(b, "input", input, strlen(input), err);
	if (ses_fs_slurp(input + 1, SESHAT_LOG_MAX, &file, err) < 0)
		ses_fail_in(err, "--input");
	else
		rc = put_json(b, "input", file.data, file.len, err);
	if (rc < 0 && err->code == SESHAT_EFORMAT)
		ses_fail_in(err, "%s", input + 1);
	ses_buf_free(&file);
	return rc;
}

/* The options as a JSON object: then one path checks and writes both. */
static int
put_flags(struct ses_buf *b, const struct values *v, struct seshat_err *err)
{
	size_t i;

	ses_buf_str(b, "{");
	if (put_text(b, "skill", "skill", v->skill, err) < 0 ||
	    put_text(b, "phase", "phase", v->phase, err) < 0 ||
	    put_text(b, "project_root", "project-root", v->project_root, err) <
		0 ||
	    put_text(b, "final_status", "final-status", v->final_status, err) <
		0 ||
	    put_text(b, "file_path", "file-path", v->file_path, err) < 0 ||
	    put_text(b, "model_used", "model-used", v->model_used, err) < 0 ||
	    (v->input != NULL && put_input(b, v->input, err) < 0))
		return -1;
	put_name(b, "attempts");
	for (i = 0; i < v->attempts.n; i++) {
		ses_buf_str(b, i == 0 ? "[" : ",");
		if (put_json(b, "attempt", v->attempts.v[i],
			strlen(v->attempts.v[i]), err) < 0)
			return -1;
	}
	ses_buf_str(b, i == 0 ? "null" : "]");
	put_name(b, "duration_ms");
	ses_buf_fmt(b, "%" PRIu64 "}", v->duration_ms);
	return 0;
}

/* What the library leaves to its caller: these two must say something. */
static int
check_required(const struct ses_buf *json, struct seshat_err *err)
{
	struct ses_record r;
	const char *lacks = NULL;

	if (ses_record_scan(json->data, json->len, &r, err) < 0)
		return ses_fail_in(err, "the entry");
	if (r.field[SES_RECORD_SKILL].len <= 2)
		lacks = "skill (--skill)";
	else if (r.field[SES_RECORD_FINAL_STATUS].len <= 2)
		lacks = "final_status (--final-status)";
	if (lacks == NULL)
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "the entry has no %s, which is required", lacks);
}

static void
tell_torn(void *arg, const char *saved_as, uint64_t len)
{
	struct ses_buf name = {0};

	(void)arg;
	ses_str_safe(saved_as, strlen(saved_as), &name);
	ses_log(SES_WARN,
	    "the log ended in a torn line, an append that was cut short; its "
	    "%" PRIu64 " bytes are now in %s",
	    len, ses_buf_cstr(&name));
	ses_buf_free(&name);
}

static void
print_json(const char *session, const char *path)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, "{\"session_id\":");
	ses_json_quote(&b, session, strlen(session));
	ses_buf_str(&b, ",\"file\":");
	ses_json_quote(&b, path, strlen(path));
	ses_buf_str(&b, "}\n");
	(void)fputs(ses_buf_cstr(&b), stdout);
	ses_buf_free(&b);
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;
	struct seshat_err late = SESHAT_ERR_INIT;
	struct seshat_log *log = NULL;
	struct ses_buf json = {0};
	int rc = -1;

	if (n_args < 1)
		return ses_fail(err, SESHAT_EUSAGE, "which SESSION?");
	/* Over a limit on file sizes, fail like on a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	o.dir = v->dir;
	o.no_sync = v->no_sync;
	o.on_torn = tell_torn;
	if (seshat_log_open(&log, args[0], &o, err) < 0)
		goto out;
	if ((has_flags(v) ? put_flags(&json, v, err) : read_stdin(&json, err)) <
		0 ||
	    ses_buf_check(&json, err) < 0 || check_required(&json, err) < 0 ||
	    seshat_log_append_json(log, json.data, json.len, err) < 0)
		goto out;
	if (cli->json)
		print_json(args[0], seshat_log_path(log));
	rc = 0;
out:
	if (seshat_log_close(log, &late) < 0 && rc == 0) {
		*err = late;
		rc = -1;
	}
	ses_buf_free(&json);
	return rc;
}

const struct ses_command ses_cmd_log_append = {
    .name = "log append",
    .summary = "append one entry to a session log",
    .args = "SESSION",
    .about =
	"Append one entry to the log of SESSION, one line of JSON.  The entry is\n"
	"given as options, or as a JSON object on standard input; skill and final\n"
	"status are required.  A missing timestamp is now.  Values in JSON keep\n"
	"their spelling, and fields the format does not know are kept behind the\n"
	"known ones.\n\n"
	"Any number of processes may append at once: no entry is lost, torn or\n"
	"mixed with another, and when the command ends well the entry is on disk.\n"
	"If it fails the log is as it was.  What an append that was killed half-way\n"
	"left behind is cut off into SESSION.jsonl.torn-TIME first.\n\n"
	"The log is SESSION.jsonl in --sessions-dir, else in $SESHAT_SESSIONS_DIR,\n"
	"else in $XDG_DATA_HOME/seshat/sessions (~/.local/share/seshat/sessions).\n"
	"With --json the file is told: {\"session_id\":...,\"file\":...}.",
    .examples =
	"  seshat log append run-7 --skill build --final-status ok\n"
	"  seshat log append run-7 --skill fix --final-status failed \\\n"
	"    --input '{\"issue\":7}' --attempt '{\"attempt\":1,\"model\":\"m\"}'\n"
	"  echo '{\"skill\":\"build\",\"final_status\":\"ok\"}' |\n"
	"    seshat log append run-7\n",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 1,
    .run = run,
};
