#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/help.h"
#include "cli/names.h"

static int
report(const struct ses_cli *cli, const struct seshat_err *err)
{
	struct ses_buf b = {0};
	const char *msg =
	    err->msg[0] != '\0' ? err->msg : seshat_strcode(err->code);

	if (cli->json) {
		ses_buf_str(&b, "{\"error\":");
		ses_json_quote(&b, msg, strlen(msg));
		ses_buf_fmt(&b, ",\"reason\":\"%s\",\"exit\":%d}\n",
		    seshat_strcode(err->code), seshat_exit_status(err->code));
	} else {
		ses_buf_str(&b, "seshat: ");
		ses_str_safe(msg, strlen(msg), &b);
		ses_buf_str(&b, "\n");
	}
	(void)fputs(ses_buf_cstr(&b), stderr);
	ses_buf_free(&b);
	return seshat_exit_status(err->code);
}

/* The words for this command, or before any, cannot be taken. */
static int
refuse(const struct ses_command *c, const struct ses_cli *cli,
    const struct seshat_err *why)
{
	if (c == NULL || c->refused == NULL)
		return report(cli, why);
	c->refused(why);
	return 0;
}

/* Options may stand before the command: find where it begins. */
static int
skip_globals(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && argv[i][0] == '-'; i++)
		if (strcmp(argv[i], "--store") == 0 ||
		    strcmp(argv[i], "--project") == 0 ||
		    strcmp(argv[i], "--config") == 0)
			i++;
	return i < argc ? i : argc;
}

/* The command of two words that was meant, where options stand so that it
 * cannot be found: of those only that must not be heard.  Before it there are
 * options and their values, or nothing. */
static const struct ses_command *
meant(int argc, char **argv)
{
	const struct ses_command *c;
	const char *second;
	size_t at;
	int next;
	int i;

	for (i = 0; i + 1 < argc; i++) {
		if (i > 0 && argv[i - 1][0] != '-' &&
		    (i == 1 || argv[i - 2][0] != '-'))
			continue;
		next = i + 1 + skip_globals(argc - i - 1, argv + i + 1);
		at = 0;
		while (next < argc &&
		       (c = ses_group_next(argv[i], &at, &second)) != NULL)
			if (c->refused != NULL &&
			    strcmp(second, argv[next]) == 0)
				return c;
	}
	return NULL;
}

static int
run(const struct ses_command *c, struct ses_cli *cli, int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *args[SES_CLI_MAX_ARGS];
	void *values = ses_calloc(1, c->values_len + 1);
	struct ses_opt_set sets[] = {{c->opts, values}, {ses_global_opts, cli}};
	int rc = -1;
	int n;

	if (values == NULL) {
		ses_fail_nomem(&err);
		return refuse(c, cli, &err);
	}
	if (c->defaults != NULL)
		c->defaults(values);
	n = ses_opt_parse(sets, 2, argc, argv, args, SES_CLI_MAX_ARGS, &err);
	if (n > c->max_args && !cli->help)
		n = ses_fail(&err, SESHAT_EUSAGE, "unexpected argument '%s'",
		    args[c->max_args]);
	if (n < 0) {
		ses_fail_in(&err, "%s", c->name);
		rc = refuse(c, cli, &err);
		if (rc != 0 && !cli->json)
			(void)fprintf(
			    stderr, "Try 'seshat %s --help'.\n", c->name);
		free(values);
		return rc;
	}
	ses_log_level(cli->quiet     ? SES_ERROR
		      : cli->verbose ? SES_DEBUG
				     : SES_INFO);
	if (cli->help)
		rc = ses_help_command(c, &err);
	else
		rc = c->run(cli, values, args, n, &err);
	if (rc >= 0 && ses_cli_flush(&err) < 0)
		rc = -1;
	free(values);
	/* a reader that left early has what it wanted */
	if (rc < 0 && err.code == SESHAT_ECANCELLED && err.sys == EPIPE)
		return 0;
	return rc < 0 ? report(cli, &err) : rc;
}

/* No command begins with these words: help that was asked for, or why not. */
static int
no_command(const struct ses_cli *cli, int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf seconds = {0};
	const char *second;
	size_t at = 0;

	if (argc == 0) {
		ses_help_usage(cli->help ? stdout : stderr);
		if (!cli->help)
			return seshat_exit_status(SESHAT_EUSAGE);
		return ses_cli_flush(&err) < 0 ? report(cli, &err) : 0;
	}
	while (ses_group_next(argv[0], &at, &second) != NULL)
		ses_buf_fmt(
		    &seconds, "%s%s", seconds.len > 0 ? ", " : "", second);
	if (seconds.len > 0 &&
	    (cli->help || (argc > 1 && (strcmp(argv[1], "--help") == 0 ||
					   strcmp(argv[1], "-h") == 0)))) {
		ses_help_group(argv[0]);
		ses_buf_free(&seconds);
		return ses_cli_flush(&err) < 0 ? report(cli, &err) : 0;
	}
	if (cli->help) {
		ses_help_usage(stdout);
		return ses_cli_flush(&err) < 0 ? report(cli, &err) : 0;
	}
	if (seconds.len == 0)
		ses_fail(&err, SESHAT_EUSAGE,
		    "no command '%s' (see 'seshat --help')", argv[0]);
	else if (argc == 1 || argv[1][0] == '-')
		ses_fail(&err, SESHAT_EUSAGE, "'%s' needs a second word: %s",
		    argv[0], ses_buf_cstr(&seconds));
	else
		ses_fail(&err, SESHAT_EUSAGE,
		    "no command '%s %s' (behind '%s' there are: %s)", argv[0],
		    argv[1], argv[0], ses_buf_cstr(&seconds));
	ses_buf_free(&seconds);
	return report(cli, &err);
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_cli cli = {0};
	struct ses_opt_set global = {ses_global_opts, &cli};
	const struct ses_command *c;
	const char *none[1];
	int words = 0;
	int at;

	(void)signal(SIGPIPE, SIG_IGN);
	json_set_alloc_funcs(ses_mem_json, free);
	argc--;
	argv++;
	if (argc > 0 && strcmp(argv[0], "--version") == 0) {
		(void)printf("seshat %s\n", seshat_version());
		return ses_cli_flush(&err) < 0 ? report(&cli, &err) : 0;
	}
	at = skip_globals(argc, argv);
	c = ses_command_find(argc - at, argv + at, &words);
	if (c == NULL && (c = meant(argc, argv)) != NULL) {
		ses_fail(&err, SESHAT_EUSAGE,
		    "'seshat %s': the options before it, or between its words, "
		    "cannot be read",
		    c->name);
		return refuse(c, &cli, &err);
	}
	if (ses_opt_parse(&global, 1, at, argv, none, 0, &err) < 0)
		return refuse(c, &cli, &err);
	if (c == NULL)
		return no_command(&cli, argc - at, argv + at);
	return run(c, &cli, argc - at - words, argv + at + words);
}
