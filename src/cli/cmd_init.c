#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/xdg.h"
#include "cli/cmds.h"
#include "cli/init.h"
#include "cli/waiting.h"
#include "config/edit.h"
#include "store/probe.h"

struct values {
	struct ses_init_place place;
	int save_keys;
	int yes;
	int force;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"endpoint", 0, SES_OPT_STRING, AT(place.endpoint), "URL",
	"of a bucket elsewhere than usual: https://..."},
    {"region", 0, SES_OPT_STRING, AT(place.region), "NAME",
	"of a bucket (default: us-east-1)"},
    {"profile", 0, SES_OPT_STRING, AT(place.profile), "NAME",
	"whose keys, of the files of the AWS tools"},
    {"save-keys", 0, SES_OPT_FLAG, AT(save_keys), NULL,
	"keep the keys of the environment in config.yaml"},
    {"yes", 'y', SES_OPT_FLAG, AT(yes), NULL,
	"ask nothing: what stands in brackets is the answer"},
    {"force", 0, SES_OPT_FLAG, AT(force), NULL,
	"replace settings that have another value"},
    {0},
};

/* What opens the store once the file is written. */
static struct ses_store_access
future_access(const struct ses_init *i)
{
	struct ses_store_access a = i->c.access;

	if (i->set.v[SES_SET_ACCESS_KEY] != NULL) {
		a.profile = NULL;
		a.access_key = i->set.v[SES_SET_ACCESS_KEY];
		a.secret_key = i->set.v[SES_SET_SECRET_KEY];
		a.session_token = i->set.v[SES_SET_SESSION_TOKEN];
	}
	if (i->set.v[SES_SET_HF_TOKEN] != NULL)
		a.hf_token = i->set.v[SES_SET_HF_TOKEN];
	return a;
}

/* Settings that have another value are replaced only if that is wanted. */
static int
check_replaced(
    const struct ses_init *i, const struct values *v, struct seshat_err *err)
{
	const char *was;
	const char *is;
	int kind;
	int rc;

	for (kind = 0; kind < SES_SET_KINDS; kind++) {
		was = i->file.s.v[kind];
		is = i->set.v[kind];
		if (was == NULL || is == NULL || strcmp(was, is) == 0 ||
		    v->force)
			continue;
		if (ses_setting_is_secret(kind))
			was = is = "(a secret)";
		if (!i->asks)
			return ses_fail(err, SESHAT_EEXISTS,
			    "%s has %s: %s already; to replace it with %s, "
			    "add --force (nothing was written)",
			    i->path.data, ses_setting_name(kind), was, is);
		(void)fprintf(stderr, "%s has %s: %s\n", i->path.data,
		    ses_setting_name(kind), was);
		rc = ses_init_confirm(i, 0, "Replace it?", err);
		if (rc <= 0)
			return rc < 0 ? -1
				      : ses_fail(err, SESHAT_ECANCELLED,
					    "nothing was written");
	}
	return 0;
}

static void
begins(void *arg, const char *what)
{
	ses_waiting_for(arg, what);
}

/* Whether the folder or the bucket is missing; what is there is tried. */
static int
is_missing(struct ses_store *s, struct ses_waiting *w, struct ses_probe *p)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int is_folder = ses_store_path(s, "", &path, &ignored) == 0;
	int rc = is_folder && access(path.data, F_OK) < 0;

	ses_buf_free(&path);
	if (rc)
		return 1;
	ses_store_probe(s, begins, w, p);
	return p->of[SES_PROBE_LIST].why.code == SESHAT_ENOSTORE;
}

static int
make(const struct ses_init *i, struct ses_store *s, struct seshat_err *err)
{
	int rc;

	if (i->asks)
		(void)fprintf(
		    stderr, "%s is not there yet.\n", ses_store_url(s));
	rc = ses_init_confirm(i, 1, "Make it, for you alone?", err);
	if (rc == 0)
		return ses_fail(
		    err, SESHAT_ECANCELLED, "nothing was made or written");
	return rc < 0 ? -1 : ses_store_make(s, err);
}

/* That it works, before anything is written down. */
static int
try(const struct ses_init *i, int *made, const char **keys,
    struct seshat_err *err)
{
	const struct ses_store_access access = future_access(i);
	struct ses_waiting *w = ses_waiting_begin(i->cli);
	const struct ses_probe_result *failed;
	struct ses_store *s = NULL;
	struct ses_probe p;
	int rc = -1;

	if (ses_store_open(&s, i->url.data, &access, err) < 0)
		goto out;
	*made = is_missing(s, w, &p);
	if (*made) {
		ses_waiting_for(w, "");
		if (make(i, s, err) < 0)
			goto out;
		ses_store_probe(s, begins, w, &p);
	}
	failed = ses_probe_failed(&p);
	*keys = ses_store_about(s).keys;
	if (failed != NULL) {
		*err = failed->why;
		ses_fail_in(err, "nothing was written");
		goto out;
	}
	rc = 0;
out:
	ses_waiting_free(w);
	ses_store_free(s);
	return rc;
}

/* 1 when there is something to write, 0 when the file says so already. */
static int
write_file(const struct ses_init *i, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc = ses_config_edit(&i->file.text, &i->set, &text, err);

	if (rc == 0 && (text.len != i->file.text.len ||
			   memcmp(text.data, i->file.text.data, text.len) != 0))
		rc = ses_config_write(i->path.data, &text, err) < 0 ? -1 : 1;
	ses_buf_free(&text);
	return rc < 0 ? ses_fail_in(err, "%s", i->path.data) : rc;
}

/* What goes before the file, so that it does not count here. */
static void
warn_hidden(const struct ses_init *i)
{
	const struct ses_config_flags flags = {.file = i->cli->config};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_config c = {0};

	if (ses_config_load(&c, &flags, i->c.cwd, &ignored) == 0 &&
	    strcmp(c.store, i->url.data) != 0)
		(void)fprintf(stderr,
		    "seshat: here %s goes before it, and names %s\n",
		    c.store_file != NULL ? c.store_file : "$SESHAT_STORE",
		    c.store);
	ses_config_free(&c);
}

static void
print_done(struct ses_init *i, int written, int made, const char *keys)
{
	if (i->cli->json) {
		ses_cli_print_json(json_pack("{s:s,s:b,s:s,s:b,s:s?,s:s?,s:o}",
		    "config", i->path.data, "written", written, "store",
		    i->url.data, "made", made, "keys", keys, "project",
		    i->set.v[SES_SET_PROJECT], "sessions",
		    ses_init_found_json(i)));
		return;
	}
	if (i->cli->quiet)
		return;
	(void)printf("%s %s\n",
	    made ? "made and tried:" : "tried:        ", i->url.data);
	(void)printf("%s %s\n",
	    written ? "written:      " : "unchanged:    ", i->path.data);
	(void)printf("next:          seshat mirror --everywhere\n");
}

/* Where, as whom and for which project, of flags or of answers. */
static int
gather(struct ses_init *i, const struct values *v, struct seshat_err *err)
{
	const char *store =
	    i->cli->store != NULL ? i->cli->store : i->c.config.store;

	if (v->save_keys && ses_init_keep_keys(i, store, err) < 0)
		return -1;
	if (i->cli->project != NULL &&
	    ses_settings_set(&i->set, SES_SET_PROJECT, i->cli->project, err) <
		0)
		return -1;
	if ((i->cli->store != NULL || !i->asks) &&
	    ses_init_url(i, store, &v->place, err) < 0)
		return -1;
	if (i->asks && ses_init_ask(i, err) < 0)
		return -1;
	if (i->cli->insecure_http &&
	    ses_settings_set(&i->set, SES_SET_INSECURE_HTTP, "true", err) < 0)
		return -1;
	if (i->cli->is_public &&
	    ses_settings_set(&i->set, SES_SET_PUBLIC, "true", err) < 0)
		return -1;
	return ses_settings_set(&i->set, SES_SET_STORE, i->url.data, err);
}

static int
open_file(struct ses_init *i, struct seshat_err *err)
{
	int rc;

	if (i->cli->config != NULL)
		ses_buf_str(&i->path, i->cli->config);
	else if (ses_xdg_path(SES_XDG_CONFIG, "config.yaml", &i->path, err) < 0)
		return -1;
	(void)ses_buf_cstr(&i->path);
	if (ses_buf_check(&i->path, err) < 0)
		return -1;
	rc = ses_config_file_read(&i->file, i->path.data, SES_NAMES_YAML, err);
	return rc < 0 ? -1 : 0;
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_init i = {.cli = cli};
	const char *keys = NULL;
	int written;
	int made;
	int rc = -1;

	(void)args;
	(void)n_args;
	i.asks = !v->yes && !cli->json && isatty(STDIN_FILENO) &&
		 isatty(STDERR_FILENO);
	if (!i.asks && !v->yes && cli->store == NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "there is no terminal to ask on: name the store (--store "
		    "URL), or take what is usual (--yes)");
	if (ses_context_open(&i.c, cli, err) < 0 || open_file(&i, err) < 0)
		goto out;
	if (!cli->json && !cli->quiet && ses_init_found(&i, err) < 0)
		goto out;
	(void)fflush(stdout);
	if (gather(&i, v, err) < 0 || check_replaced(&i, v, err) < 0 ||
	    try(&i, &made, &keys, err) < 0)
		goto out;
	written = write_file(&i, err);
	if (written < 0)
		goto out;
	print_done(&i, written, made, keys);
	warn_hidden(&i);
	rc = 0;
out:
	ses_settings_free(&i.set);
	ses_config_file_free(&i.file);
	ses_buf_free(&i.path);
	ses_buf_free(&i.url);
	ses_context_free(&i.c);
	return rc;
}

const struct ses_command ses_cmd_init = {
    .name = "init",
    .summary = "choose where sessions are kept, and write config.yaml",
    .args = "",
    .about =
	"Tells what is here, asks where sessions are to be kept, tries that\n"
	"it can be written and read, and only then writes config.yaml, for\n"
	"you alone. A folder or a bucket that is missing is made, private,\n"
	"after a question; where nobody can be asked, or with --yes, it is\n"
	"made without. What config.yaml has besides stays as it is, comments\n"
	"too; a setting that has another value is replaced only after a\n"
	"question, or with --force. None of it is needed for the usual vault\n"
	"in a folder of yours.\n"
	"\n"
	"Keys are never taken from the command line. They are those of the\n"
	"environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; HF_TOKEN), of\n"
	"a profile of the AWS tools' files, of Hugging Face's own tools, or\n"
	"typed in, and then kept in config.yaml. A bucket of Hugging Face that\n"
	"everybody can read is taken only with --public.\n"
	"\n"
	"With --json nothing is asked; one object: config, written, store,\n"
	"made, keys (where they are from), project, and sessions, their\n"
	"number for each agent.",
    .examples =
	"  seshat init\n"
	"  seshat init --store s3://my-sessions --region eu-central-1\n"
	"  seshat init --store s3://vault --endpoint https://minio.lan:9000\n"
	"  seshat init --store hf://buckets/alice/sessions\n"
	"  seshat init --store /mnt/backup/vault --yes",
    .opts = opts,
    .values_len = sizeof(struct values),
    .max_args = 0,
    .run = run,
};
