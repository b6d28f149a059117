#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/doctor.h"
#include "base/human.h"

static const struct ses_opt opts[] = {{0}};

static const char *const states[] = {"ok", "warning", "problem"};

static void
print(
    const struct ses_doctor *d, int state, const char *text, const char *advice)
{
	struct ses_buf safe = {0};

	if (d->cli->quiet && state != SES_FINDING_PROBLEM)
		return;
	ses_str_safe(text, strlen(text), &safe);
	(void)printf(
	    "%-8s %-9s %s\n", states[state], d->group, ses_buf_cstr(&safe));
	ses_buf_clear(&safe);
	if (advice != NULL) {
		ses_str_safe(advice, strlen(advice), &safe);
		(void)printf("%18s -> %s\n", "", ses_buf_cstr(&safe));
	}
	ses_buf_free(&safe);
	/* what comes next may take long */
	(void)fflush(stdout);
}

void
ses_doctor_tell(struct ses_doctor *d, int state, const char *check,
    const char *advice, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->n[state]++;
	if (!d->cli->json) {
		print(d, state, text, advice);
		return;
	}
	ses_cli_add_object(&d->json);
	ses_cli_add_member(&d->json, "group", d->group);
	ses_cli_add_member(&d->json, "check", check);
	ses_cli_add_member(&d->json, "state", states[state]);
	ses_cli_add_member(&d->json, "text", text);
	ses_cli_add_member(&d->json, "advice", advice);
	ses_buf_str(&d->json, "}");
}

int
ses_doctor_above(const char *path, struct ses_buf *out, struct stat *st)
{
	char *slash;

	ses_buf_clear(out);
	ses_buf_str(out, path);
	(void)ses_buf_cstr(out);
	while (!out->bad && stat(out->data, st) < 0) {
		slash = strrchr(out->data, '/');
		if (slash == NULL || out->len == 1)
			return -1;
		out->len = slash == out->data ? 1 : (size_t)(slash - out->data);
		(void)ses_buf_cstr(out);
	}
	return out->bad ? -1 : 0;
}

int
ses_doctor_can_write(const char *folder, struct seshat_err *why)
{
	struct ses_buf path = {0};
	char mark[17];
	int fd = -1;

	ses_rand_hex(mark, 16);
	ses_buf_fmt(&path, "%s/.tmp-%s", folder, mark);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, why) == 0) {
		fd = open(
		    path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			ses_fail_errno(why, "make a file in %s", folder);
	}
	if (fd >= 0) {
		(void)close(fd);
		(void)unlink(path.data);
	}
	ses_buf_free(&path);
	return fd >= 0;
}

static const struct {
	const char *name;
	const char *wait;
	int needs_config;
	void (*look)(struct ses_doctor *d);
} groups[] = {
    {"config", "the configuration", 1, ses_doctor_config},
    {"store", "the store", 1, ses_doctor_store},
    {"state", "the folders of this machine's state", 1, ses_doctor_state},
    {"agents", "the agents' folders", 1, ses_doctor_agents},
    {"follow", "watching the agents' folders", 1, ses_doctor_watch},
    {"hooks", "the agents' settings", 1, ses_doctor_hooks},
    {"system", "the libraries", 0, ses_doctor_system},
};

static int
print_end(const struct ses_doctor *d, struct seshat_err *err)
{
	size_t problems = d->n[SES_FINDING_PROBLEM];
	size_t warnings = d->n[SES_FINDING_WARNING];

	if (ses_buf_check(&d->json, err) < 0)
		return -1;
	if (d->cli->json)
		(void)printf("{\"findings\":[%.*s],\"ok\":%zu,"
			     "\"warnings\":%zu,\"problems\":%zu}\n",
		    (int)d->json.len, d->json.data, d->n[SES_FINDING_OK],
		    warnings, problems);
	else if (!d->cli->quiet)
		(void)printf("%zu problem%s, %zu warning%s\n", problems,
		    ses_human_s(problems), warnings, ses_human_s(warnings));
	return problems > 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	struct ses_cli silent = *cli; /* its warnings are findings */
	struct ses_context c = {0};
	struct ses_doctor d = {.cli = cli, .c = &c, .group = "config"};
	int has_config;
	size_t i;
	int rc;

	(void)values;
	(void)args;
	(void)n_args;
	silent.quiet = 1;
	has_config = ses_context_open(&c, &silent, err) == 0;
	if (!has_config && err->code == SESHAT_EUSAGE)
		return -1;
	if (!has_config)
		ses_doctor_tell(&d, SES_FINDING_PROBLEM, "readable",
		    "mend the file; nothing else works before", "%s", err->msg);
	d.waiting = ses_waiting_begin(cli);
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].needs_config && !has_config)
			continue;
		d.group = groups[i].name;
		ses_waiting_for(d.waiting, groups[i].wait);
		groups[i].look(&d);
	}
	ses_waiting_free(d.waiting);
	rc = print_end(&d, err);
	ses_buf_free(&d.json);
	ses_context_free(&c);
	return rc;
}

const struct ses_command ses_cmd_doctor = {
    .name = "doctor",
    .summary = "check the store, the agents, this machine; say what to do",
    .args = "",
    .about =
	"Looks at everything seshat needs and tells of each thing whether it\n"
	"is ok, a warning or a problem, and what to do. The store is tried: a\n"
	"small object is listed, written, read and deleted again, and what\n"
	"the server makes of conditions is found out; nothing is left behind.\n"
	"Folders that are not there yet are not made.\n"
	"\n"
	"The exit status is 0 when there is no problem (warnings do not\n"
	"count), and 1 else. With --json one object: findings, of which each\n"
	"has group, check, state (ok, warning, problem), text and advice, and\n"
	"the numbers ok, warnings and problems. With --quiet problems only.",
    .examples =
	"  seshat doctor\n"
	"  seshat doctor --store s3://team-sessions\n"
	"  seshat doctor --json | jq '.findings[]|select(.state!=\"ok\")'",
    .opts = opts,
    .values_len = 0,
    .max_args = 0,
    .run = run,
};
