#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "cli/context.h"

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
	if (ses_config_load(&c->config, &flags, c->cwd, err) < 0) {
		ses_context_free(c);
		return -1;
	}
	if (c->config.warnings.len > 0 && !cli->quiet)
		(void)fputs(ses_buf_cstr(&c->config.warnings), stderr);
	return 0;
}

int
ses_context_store(struct ses_context *c, struct seshat_err *err)
{
	if (ses_store_open(&c->store, c->config.store, err) == 0)
		return 0;
	return c->config.store_file == NULL
		   ? -1
		   : ses_fail_in(err, "%s", c->config.store_file);
}

void
ses_context_free(struct ses_context *c)
{
	ses_store_free(c->store);
	ses_config_free(&c->config);
	free(c->cwd);
	*c = (struct ses_context){0};
}

struct ses_mirror_opts
ses_context_mirror(const struct ses_context *c)
{
	return (struct ses_mirror_opts){.store = c->config.store,
	    .store_file = c->config.store_file,
	    .project = c->config.project,
	    .project_is_flag = c->config.project_is_flag,
	    .agent = c->config.agent,
	    .here = &c->config.here};
}

int
ses_context_find(struct ses_context *c, const char *text,
    struct ses_found *found, struct seshat_err *err)
{
	if (c->store == NULL && ses_context_store(c, err) < 0)
		return -1;
	return ses_vault_find(c->store, text, found, err);
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
