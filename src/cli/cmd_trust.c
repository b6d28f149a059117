#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "config/config.h"
#include "config/settings.h"
#include "config/trust.h"

struct values {
	int list;
	int remove;
};

static const struct ses_opt opts[] = {
    {"list", 0, SES_OPT_FLAG, offsetof(struct values, list), NULL,
	"show what is trusted"},
    {"remove", 0, SES_OPT_FLAG, offsetof(struct values, remove), NULL,
	"trust the files no longer"},
    {0},
};

/* What the file would decide, secrets by name only; it must be readable as
 * what it is before anybody trusts it. */
static int
print_settings(
    const char *path, const struct ses_cli *cli, struct seshat_err *err)
{
	struct ses_settings s = {0};
	struct ses_buf b = {0};
	struct ses_buf safe = {0};
	const char *text;
	int rc = ses_fs_slurp(path, SES_SETTINGS_FILE_MAX, &b, err);
	int i;

	text = b.data != NULL ? b.data : "";
	if (rc == 0)
		rc = ses_str_ends(path, ".json")
			 ? ses_settings_tracecraft(&s, text, b.len, err)
			 : ses_settings_yaml(&s, text, b.len, err);
	for (i = 0; rc == 0 && i < SES_SET_KINDS && !cli->json && !cli->quiet;
	     i++) {
		if (s.v[i] == NULL)
			continue;
		ses_buf_clear(&safe);
		ses_str_safe(s.v[i], strlen(s.v[i]), &safe);
		(void)printf("  %s: %s\n", ses_setting_name(i),
		    ses_setting_is_secret(i) ? "(a secret)"
					     : ses_buf_cstr(&safe));
	}
	ses_settings_free(&s);
	ses_buf_free(&b);
	ses_buf_free(&safe);
	return rc;
}

static int
trust(const struct ses_cli *cli, const struct values *v, const char *path,
    struct seshat_err *err)
{
	int rc;

	if (v->remove)
		rc = ses_config_untrust(path, err);
	else if ((rc = print_settings(path, cli, err)) == 0)
		rc = ses_config_trust(path, err);
	if (rc < 0)
		return ses_fail_in(err, "%s", path);
	if (cli->json)
		ses_cli_print_json(json_pack(
		    "{s:s,s:b}", "path", path, "trusted", !v->remove));
	else if (!cli->quiet)
		(void)printf("%s is %s\n", path,
		    v->remove ? "not trusted any more"
			      : "trusted as it is now");
	return 0;
}

static int
print_one(
    void *arg, const char *path, const char *sha256, struct seshat_err *err)
{
	const struct ses_cli *cli = arg;
	struct ses_buf safe = {0};

	(void)err;
	ses_str_safe(path, strlen(path), &safe);
	if (cli->json)
		ses_cli_print_json(
		    json_pack("{s:s,s:s}", "path", path, "sha256", sha256));
	else
		(void)printf("%.12s  %s\n", sha256, ses_buf_cstr(&safe));
	ses_buf_free(&safe);
	return 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	static const char *const here[] = {".seshat.yaml", ".tracecraft.json"};
	const struct values *v = values;
	struct ses_cli copy = *cli;
	int found = 0;
	int i;

	if (v->list)
		return ses_trust_each(print_one, &copy, err);
	for (i = 0; i < n_args; i++)
		if (trust(cli, v, args[i], err) < 0)
			return -1;
	for (i = 0; n_args == 0 && i < 2; i++) {
		if (access(here[i], F_OK) < 0)
			continue;
		found = 1;
		if (trust(cli, v, here[i], err) < 0)
			return -1;
	}
	if (n_args == 0 && !found)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "neither .seshat.yaml nor .tracecraft.json is here");
	return 0;
}

const struct ses_command ses_cmd_trust = {
    .name = "trust",
    .summary = "let a configuration file of a project decide all it says",
    .args = "[FILE...]",
    .about =
	"A .seshat.yaml or .tracecraft.json in a working folder may set the\n"
	"project and the agent's name; its store, endpoint and keys count only\n"
	"once you trust the file, so that a cloned repository cannot send\n"
	"sessions elsewhere. A file that changes must be trusted anew. Without\n"
	"names: the files of this folder.",
    .examples = "  seshat trust\n"
		"  seshat trust --list\n"
		"  seshat trust --remove .seshat.yaml",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 16,
    .run = run,
};
