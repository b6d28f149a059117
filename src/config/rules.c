#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xdg.h"
#include "config/rules.h"
#include "config/toml.h"

/* Takes over doc, also when it fails. */
static int
add(struct ses_config_rules *r, const char *path, struct ses_node *doc,
    int imported, struct seshat_err *err)
{
	struct ses_config_rule_doc *more =
	    ses_realloc(r->v, (r->n + 1) * sizeof(*more));
	char *copy = ses_str_dup(path);

	if (more != NULL)
		r->v = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		ses_node_free(doc);
		return ses_fail_nomem(err);
	}
	r->v[r->n++] = (struct ses_config_rule_doc){copy, doc, imported};
	return 0;
}

int
ses_config_rules_take(struct ses_config_rules *r, const char *path,
    struct ses_settings *s, int here, struct seshat_err *err)
{
	struct ses_node *doc = s->rules;
	const struct ses_node *files = ses_node_get(doc, "rule-files");

	if (doc == NULL)
		return 0;
	if (here && files != NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s: line %zu: rule-files: only your own config.yaml may "
		    "name them (a file that this one names could change after "
		    "it was trusted)",
		    path, files->line);
	s->rules = NULL;
	return add(r, path, doc, 0, err);
}

int
ses_config_harnesses_take(struct ses_config_rules *r, const char *path,
    struct ses_settings *s, struct seshat_err *err)
{
	struct ses_node *list = ses_node_take(s->rules, "harnesses");

	if (s->rules != NULL && s->rules->first == NULL) {
		ses_node_free(s->rules);
		s->rules = NULL;
	}
	return list == NULL ? 0 : add(r, path, list, 0, err);
}

int
ses_config_rules_file(
    struct ses_config_rules *r, const char *path, struct seshat_err *err)
{
	struct ses_node *doc = NULL;
	struct ses_buf text = {0};
	int rc = ses_fs_slurp(path, SES_TOML_MAX, &text, err);

	if (rc == 0 && ses_toml_read(text.len > 0 ? text.data : "", text.len,
			   &doc, err) < 0)
		rc = ses_fail_in(err, "%s", path);
	if (rc == 0)
		rc = add(r, path, doc, 1, err);
	ses_buf_free(&text);
	return rc;
}

/* A path as a configuration file writes it: relative ones are beside it. */
static int
import_one(struct ses_config_rules *r, const char *config, const char *name,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = -1;

	if (name[0] != '/' && !ses_str_starts(name, "~/")) {
		ses_str_dirname(config, &path);
		ses_buf_str(&path, "/");
	}
	if (ses_xdg_expand(name, &path, err) < 0)
		goto out;
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) == 0)
		rc = ses_config_rules_file(r, path.data, err);
out:
	ses_buf_free(&path);
	return rc;
}

int
ses_config_rules_import(struct ses_config_rules *r, struct seshat_err *err)
{
	const struct ses_node *list;
	const struct ses_node *n;
	size_t own = r->n;
	size_t i;

	for (i = 0; i < own; i++) {
		list = ses_node_get(r->v[i].doc, "rule-files");
		if (list == NULL)
			continue;
		if (list->kind != SES_NODE_LIST)
			return ses_fail(err, SESHAT_EFORMAT,
			    "%s: line %zu: rule-files is a list of files",
			    r->v[i].path, list->line);
		for (n = list->first; n != NULL; n = n->next) {
			if (n->text == NULL || n->text[0] == '\0')
				return ses_fail(err, SESHAT_EFORMAT,
				    "%s: line %zu: rule-files is a list of "
				    "files",
				    r->v[i].path, n->line);
			if (import_one(r, r->v[i].path, n->text, err) < 0)
				return ses_fail_in(
				    err, "%s: line %zu", r->v[i].path, n->line);
		}
	}
	return 0;
}

void
ses_config_rules_free(struct ses_config_rules *r)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		free(r->v[i].path);
		ses_node_free(r->v[i].doc);
	}
	free(r->v);
	*r = (struct ses_config_rules){0};
}
