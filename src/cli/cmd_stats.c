#include "cli/cataloged.h"
#include "cli/cmds.h"

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	(void)cli;
	(void)values;
	(void)args;
	(void)n_args;
	return ses_fail(err, SESHAT_EUNSUPPORTED, "not yet");
}

const struct ses_command ses_cmd_stats = {
    .name = "stats",
    .summary = "what the sessions in the vault amount to",
    .args = "",
    .about = "Sizes, tokens, tools and days.",
    .examples = "  seshat stats",
    .values_len = 0,
    .max_args = 0,
    .run = run,
};
