#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/str.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "config/file.h"
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

/* The names under which working directories are looked into. */
static const struct {
	const char *name;
	enum ses_setting_names names;
} kinds[] = {
    {".seshat.yaml", SES_NAMES_YAML},
    {".tracecraft.json", SES_NAMES_TRACECRAFT},
};

#define N_KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))

static void
print_safe(const char *text, size_t len)
{
	struct ses_buf safe = {0};

	ses_str_safe(text, len, &safe);
	(void)fputs(ses_buf_cstr(&safe), stdout);
	ses_buf_free(&safe);
}

/* A value as JSON: text, or an array where the kind is a list. */
static json_t *
as_json(int kind, const char *value)
{
	json_t *list;
	size_t len;

	if (!ses_setting_is_list(kind))
		return json_string(value);
	list = json_array();
	for (; *value != '\0'; value += len + (value[len] == '\n')) {
		len = strcspn(value, "\n");
		(void)json_array_append_new(list, json_stringn(value, len));
	}
	return list;
}

static void
print_value(int kind, const char *value)
{
	size_t len = strcspn(value, "\n");

	(void)printf("  %s: ", ses_setting_name(kind));
	print_safe(value, len);
	for (value += len; *value != '\0'; value += len) {
		len = strcspn(++value, "\n");
		(void)fputs(", ", stdout);
		print_safe(value, len);
	}
	(void)putchar('\n');
}

/* What the file decides from now on; of secrets only that there is one. */
static void
print_trusted(
    const struct ses_cli *cli, const char *real, const struct ses_settings *s)
{
	json_t *doc = json_object();
	const struct ses_node *n;
	const char *shown;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL)
			continue;
		shown = ses_setting_is_secret(i) ? "(a secret)" : s->v[i];
		(void)json_object_set_new(
		    doc, ses_setting_name(i), as_json(i, shown));
		if (!cli->json && !cli->quiet)
			print_value(i, shown);
	}
	for (n = s->rules == NULL ? NULL : s->rules->first; n != NULL;
	     n = n->next) {
		(void)json_object_set_new(
		    doc, n->key, json_integer((json_int_t)n->n));
		if (!cli->json && !cli->quiet)
			(void)printf("  %s: %zu of redaction, see the file\n",
			    n->key, n->n);
	}
	if (cli->json) {
		ses_cli_print_json(json_pack("{s:s,s:b,s:O}", "path", real,
		    "trusted", 1, "decides", doc));
	} else if (!cli->quiet) {
		print_safe(real, strlen(real));
		(void)puts(" is trusted as it is now");
	}
	json_decref(doc);
}

static int
add(const struct ses_cli *cli, const char *path, struct seshat_err *err)
{
	struct ses_config_file f = {0};
	struct ses_buf real = {0};
	int kind = 0;
	int rc = -1;

	while (kind < N_KINDS &&
	       strcmp(ses_str_basename(path), kinds[kind].name) != 0)
		kind++;
	if (kind == N_KINDS)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: only a .seshat.yaml or a .tracecraft.json of a "
		    "working folder is read, so only these can be trusted",
		    path);
	rc = ses_config_file_read(&f, path, kinds[kind].names, err);
	if (rc == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "%s: no such file", path);
	if (rc < 0 || ses_config_file_check_mode(&f, path, err) < 0 ||
	    ses_trust_path(path, &real, err) < 0)
		goto out;
	/* the bytes that are shown, whatever the file holds by now */
	rc = ses_trust_add(real.data, f.text.data, f.text.len, err);
	if (rc == 0)
		print_trusted(cli, real.data, &f.s);
out:
	ses_config_file_free(&f);
	ses_buf_free(&real);
	return rc;
}

static int
forget(const struct ses_cli *cli, const char *path, struct seshat_err *err)
{
	struct ses_buf real = {0};
	int rc = -1;

	if (ses_trust_path(path, &real, err) < 0 ||
	    ses_trust_remove(real.data, err) < 0)
		goto out;
	if (cli->json) {
		ses_cli_print_json(
		    json_pack("{s:s,s:b}", "path", real.data, "trusted", 0));
	} else if (!cli->quiet) {
		print_safe(real.data, real.len);
		(void)puts(" is not trusted any more");
	}
	rc = 0;
out:
	ses_buf_free(&real);
	return rc;
}

/* Whether the file still is what was trusted. */
static const char *
state_of(const char *real, const char *sha256)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char hex[SES_SHA256_HEX];
	const char *state = "unreadable";

	if (ses_fs_slurp(real, SES_CONFIG_FILE_MAX, &b, &err) == 0) {
		ses_sha256_of(b.data != NULL ? b.data : "", b.len, hex);
		state = strcmp(hex, sha256) == 0 ? "trusted" : "changed";
	} else if (err.code == SESHAT_ENOTFOUND) {
		state = "gone";
	}
	ses_buf_free(&b);
	return state;
}

static int
print_one(
    void *arg, const char *real, const char *sha256, struct seshat_err *err)
{
	const struct ses_cli *cli = arg;
	const char *state = state_of(real, sha256);

	(void)err;
	if (cli->json) {
		ses_cli_print_json(json_pack("{s:s,s:s,s:s}", "path", real,
		    "sha256", sha256, "state", state));
		return 0;
	}
	(void)printf("%-10s  ", state);
	print_safe(real, strlen(real));
	(void)putchar('\n');
	return 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	int (*const act)(const struct ses_cli *, const char *,
	    struct seshat_err *) = v->remove ? forget : add;
	struct ses_cli copy = *cli;
	int here = 0;
	int i;

	if (v->list && (v->remove || n_args > 0))
		return ses_fail(err, SESHAT_EUSAGE,
		    "--list shows all there is; it takes neither files nor "
		    "--remove");
	if (v->list)
		return ses_trust_each(print_one, &copy, err);
	for (i = 0; i < n_args; i++)
		if (act(cli, args[i], err) < 0)
			return -1;
	for (i = 0; n_args == 0 && i < N_KINDS; i++) {
		if (act(cli, kinds[i].name, err) == 0)
			here++;
		else if (err->code != SESHAT_ENOTFOUND)
			return -1;
	}
	if (n_args == 0 && here == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    v->remove
			? "neither .seshat.yaml nor .tracecraft.json of this "
			  "folder was trusted"
			: "neither .seshat.yaml nor .tracecraft.json is here");
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
	"names: the files of this folder. --list tells of each file whether it\n"
	"is as you trusted it, has changed since, is gone or unreadable.",
    .examples = "  seshat trust\n"
		"  seshat trust --list\n"
		"  seshat trust --remove .seshat.yaml",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 16,
    .run = run,
};
