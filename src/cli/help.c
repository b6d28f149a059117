#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "cli/help.h"
#include "cli/names.h"

#define AT(member) offsetof(struct ses_cli, member)
#define WIDTH      76 /* of the lines that we fill ourselves */

const struct ses_opt ses_global_opts[] = {
    {"store", 0, SES_OPT_STRING, AT(store), "URL",
	"where sessions are kept (default: the local vault)"},
    {"project", 0, SES_OPT_STRING, AT(project), "NAME",
	"the project in the store"},
    {"config", 0, SES_OPT_STRING, AT(config), "FILE",
	"read this configuration instead of the user's"},
    {"insecure-http", 0, SES_OPT_FLAG, AT(insecure_http), NULL,
	"http:// to other machines, too: not encrypted"},
    {"public", 0, SES_OPT_FLAG, AT(is_public), NULL,
	"store at Hugging Face where everybody can read it"},
    {"json", 0, SES_OPT_FLAG, AT(json), NULL, "print JSON for programs"},
    {"quiet", 'q', SES_OPT_FLAG, AT(quiet), NULL, "print errors only"},
    {"stats", 0, SES_OPT_FLAG, AT(stats), NULL,
	"count requests to the store, and what they cost"},
    {"verbose", 'v', SES_OPT_FLAG, AT(verbose), NULL, "tell more on stderr"},
    {"help", 'h', SES_OPT_FLAG, AT(help), NULL, "show this help"},
    {0},
};

const struct ses_exit ses_exits[] = {
    {0, "done (also \"nothing new\")"},
    {1, "failed"},
    {2, "wrong usage"},
    {3, "not found"},
    {4, "not authorised"},
    {5, "partly done or damaged"},
    {130, "interrupted"},
    {0, NULL},
};

/* Lines, no word of a meaning on another than its number. */
static void
exit_codes(struct ses_buf *out)
{
	char one[80];
	const struct ses_exit *e;
	size_t column = strlen("Exit status:");
	size_t len;

	ses_buf_str(out, "Exit status:");
	for (e = ses_exits; e->meaning != NULL; e++) {
		(void)snprintf(one, sizeof(one), "%d %s%s", e->status,
		    e->meaning, e[1].meaning != NULL ? "," : ".");
		len = strlen(one);
		column = column + 1 + len > WIDTH ? len : column + 1 + len;
		ses_buf_fmt(out, "%c%s", column == len ? '\n' : ' ', one);
	}
	ses_buf_str(out, "\n");
}

void
ses_help_usage(FILE *to)
{
	const struct ses_command *const *c;
	struct ses_buf b = {0};

	(void)fputs("seshat keeps the sessions of AI coding agents.\n\n"
		    "Usage: seshat COMMAND [OPTIONS]\n\nCommands:\n",
	    to);
	for (c = ses_commands; *c != NULL; c++)
		if (!ses_str_starts((*c)->name, "exec "))
			(void)fprintf(
			    to, "  %-14s  %s\n", (*c)->name, (*c)->summary);
	exit_codes(&b);
	(void)fprintf(to,
	    "\n'seshat COMMAND --help' tells more. 'seshat session --help' "
	    "and\n'seshat exec --help' list other names.\n%s",
	    ses_buf_cstr(&b));
	ses_buf_free(&b);
}

/* The length of the first example, which may go on on further lines. */
static int
first_example(const char *examples)
{
	size_t len = strcspn(examples, "\n");

	while (examples[len] == '\n' &&
	       (examples[len - 1] == '\\' || examples[len - 1] == '|'))
		len += 1 + strcspn(examples + len + 1, "\n");
	return (int)len;
}

void
ses_help_group(const char *group)
{
	const struct ses_command *c;
	const char *second;
	size_t width = 0;
	size_t at = 0;
	struct ses_buf b = {0};

	(void)printf(
	    "Usage: seshat %s COMMAND [OPTIONS]\n\nCommands:\n", group);
	while (ses_group_next(group, &at, &second) != NULL)
		if (strlen(second) > width)
			width = strlen(second);
	at = 0;
	while ((c = ses_group_next(group, &at, &second)) != NULL)
		(void)printf(
		    "  %s %-*s  %s\n", group, (int)width, second, c->summary);
	ses_buf_str(&b, "\nExamples:\n");
	at = 0;
	while ((c = ses_group_next(group, &at, &second)) != NULL)
		ses_buf_fmt(
		    &b, "%.*s\n", first_example(c->examples), c->examples);
	ses_buf_str(&b, "\n");
	exit_codes(&b);
	(void)printf("%s\n'seshat %s COMMAND --help' tells more.\n",
	    ses_buf_cstr(&b), group);
	ses_buf_free(&b);
}

int
ses_cli_flush(struct seshat_err *err)
{
	/* a reader that has left, as head does, has what it wanted */
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
		return 0;
	return ses_fail_errno(err, "write to standard output");
}

int
ses_help_command(const struct ses_command *c, struct seshat_err *err)
{
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "Usage: seshat %s%s%s%s\n\n%s\n", c->name,
	    c->opts[0].name != NULL ? " [OPTIONS]" : "",
	    c->args[0] != '\0' ? " " : "", c->args, c->about);
	if (c->opts[0].name != NULL) {
		ses_buf_str(&b, "\nOptions:\n");
		ses_opt_help(c->opts, &b);
	}
	ses_buf_str(&b, "\nOptions of every command:\n");
	ses_opt_help(ses_global_opts, &b);
	ses_buf_fmt(&b, "\nExamples:\n%s\n", c->examples);
	exit_codes(&b);
	if (ses_buf_check(&b, err) == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return ses_cli_flush(err);
}
