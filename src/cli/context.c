#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/rand.h"
#include "base/str.h"
#include "cli/context.h"
#include "harness/files.h"
#include "vault/survey.h"

static char *
current_dir(struct seshat_err *err)
{
	char path[PATH_MAX];
	char *copy;

	/* one that was removed holds no configuration, and need not stop us */
	if (getcwd(path, sizeof(path)) == NULL)
		(void)snprintf(path, sizeof(path), "/");
	copy = ses_str_dup(path);
	if (copy == NULL)
		ses_fail_nomem(err);
	return copy;
}

/* What the user's configuration adds to the harnesses: once, before there is a
 * second thread. */
static int
add_harnesses(const struct ses_config *config, struct seshat_err *err)
{
	static int added;
	size_t i;

	if (added)
		return 0;
	added = 1;
	for (i = 0; i < config->harnesses.n; i++)
		if (ses_files_add_user(config->harnesses.v[i].doc,
			config->harnesses.v[i].path, err) < 0)
			return -1;
	return 0;
}

int
ses_context_open(
    struct ses_context *c, const struct ses_cli *cli, struct seshat_err *err)
{
	const struct ses_config_flags flags = {
	    .store = cli->store, .project = cli->project, .file = cli->config};

	*c = (struct ses_context){0};
	c->cwd = current_dir(err);
	if (c->cwd == NULL)
		return -1;
	if (ses_config_load(&c->config, &flags, c->cwd, err) < 0 ||
	    add_harnesses(&c->config, err) < 0) {
		ses_context_free(c);
		return -1;
	}
	c->access = ses_context_access(&c->config, cli);
	ses_stats_begin(&c->stats, cli);
	c->access.tally = &c->stats.tally;
	if (c->config.warnings.len > 0 && !cli->quiet)
		(void)fputs(ses_buf_cstr(&c->config.warnings), stderr);
	return 0;
}

struct ses_store_access
ses_context_access(const struct ses_config *config, const struct ses_cli *cli)
{
	return (struct ses_store_access){.access_key = config->access_key,
	    .secret_key = config->secret_key,
	    .session_token = config->session_token,
	    .endpoint = config->endpoint,
	    .region = config->region,
	    .profile = config->profile,
	    .hf_token = config->hf_token,
	    .insecure_http = config->insecure_http || cli->insecure_http,
	    .public = config->is_public || cli->is_public};
}

int
ses_context_store(struct ses_context *c, struct seshat_err *err)
{
	if (ses_store_open(&c->store, c->config.store, &c->access, err) == 0)
		return 0;
	return c->config.store_file == NULL
		   ? -1
		   : ses_fail_in(err, "%s", c->config.store_file);
}

int
ses_context_rules(struct ses_context *c, struct seshat_err *err)
{
	const struct ses_config_rules *r = &c->config.rules;
	struct ses_custom *custom = NULL;
	size_t i;
	int rc;

	if (r->n == 0 || c->custom != NULL)
		return 0;
	rc = ses_custom_open(&custom, err);
	for (i = 0; i < r->n && rc == 0; i++)
		rc = ses_custom_add(custom,
		    r->v[i].imported ? SES_CUSTOM_GITLEAKS : SES_CUSTOM_CONFIG,
		    r->v[i].path, r->v[i].doc, err);
	if (rc == 0)
		rc = ses_custom_compile(custom, err);
	if (rc == 0)
		c->custom = custom;
	else
		ses_custom_free(custom);
	return rc;
}

int
ses_context_open_redacting(struct ses_context *c, const struct ses_cli *cli,
    int no_redact, struct seshat_err *err)
{
	if (ses_context_open(c, cli, err) < 0)
		return -1;
	if (no_redact || ses_context_rules(c, err) == 0)
		return 0;
	ses_context_free(c);
	return -1;
}

int
ses_context_no_vault(const struct ses_context *c, struct seshat_err *err)
{
	int rc = ses_vault_exists(c->store, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return ses_fail(err, SESHAT_ENOTFOUND, "there is no vault at %s yet",
	    ses_store_url(c->store));
}

int
ses_context_tell_no_vault(const struct ses_cli *cli,
    const struct ses_context *c, struct seshat_err *err)
{
	struct ses_buf safe = {0};

	if (ses_context_no_vault(c, err) == 0)
		return 0;
	if (err->code != SESHAT_ENOTFOUND)
		return -1;
	ses_str_safe(err->msg, strlen(err->msg), &safe);
	if (!cli->quiet)
		(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&safe));
	ses_buf_free(&safe);
	return 1;
}

void
ses_context_free(struct ses_context *c)
{
	ses_store_free(c->store);
	ses_custom_free(c->custom);
	if (c->access.tally != NULL)
		ses_stats_end(&c->stats, c->config.store);
	ses_config_free(&c->config);
	free(c->cwd);
	*c = (struct ses_context){0};
}

struct ses_mirror_opts
ses_context_mirror(const struct ses_context *c)
{
	struct ses_mirror_opts o = {.store = c->config.store,
	    .access = &c->access,
	    .store_file = c->config.store_file,
	    .project = c->config.project,
	    .project_is_flag = c->config.project_is_flag,
	    .agent = c->config.agent,
	    .here = &c->config.here,
	    .custom = c->custom};

	ses_rand_hex(o.run, 16);
	return o;
}

int
ses_context_find(struct ses_context *c, const char *text,
    struct ses_found *found, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	if (c->store == NULL && ses_context_store(c, err) < 0)
		return -1;
	if (ses_vault_find(c->store, text, found, err) == 0)
		return 0;
	if (err->code != SESHAT_ENOTFOUND || ses_context_no_vault(c, &why) == 0)
		return -1;
	*err = why;
	return ses_fail_in(err, "no session '%s'", text);
}

struct ses_discover
ses_context_discover(const struct ses_context *c)
{
	return (struct ses_discover){.roots = &c->config.roots};
}

int
ses_context_source(const struct ses_context *c, const struct ses_found *found,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_discover q = ses_context_discover(c);

	q.harness = ses_harness_named(found->harness);
	q.id = found->id;
	if (q.harness != NULL && ses_discover(&q, out, err) < 0)
		return -1;
	if (out->n == 0 && out->unreadable > 0)
		return ses_fail(err, SESHAT_EAUTH,
		    "the source of %s/%s was not found, but not everything "
		    "can be read: %s",
		    found->harness, found->id, out->unreadable_why);
	if (out->n == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "the source of %s/%s is not on this machine",
		    found->harness, found->id);
	return 0;
}

void
ses_cli_add_object(struct ses_buf *list)
{
	ses_buf_str(list, list->len > 0 ? ",{" : "{");
}

void
ses_cli_add_member(struct ses_buf *list, const char *name, const char *value)
{
	if (list->len > 0 && list->data[list->len - 1] != '{')
		ses_buf_str(list, ",");
	ses_buf_fmt(list, "\"%s\":", name);
	if (value != NULL)
		ses_json_quote(list, value, strlen(value));
	else
		ses_buf_str(list, "null");
}

void
ses_cli_print_json(json_t *doc)
{
	(void)json_dumpf(doc, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(doc);
}

void
ses_cli_complain(const struct seshat_err *why)
{
	struct ses_buf safe = {0};

	ses_str_safe(why->msg, strlen(why->msg), &safe);
	(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}
