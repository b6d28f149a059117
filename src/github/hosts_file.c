#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/fs.h"
#include "base/xdg.h"
#include "github/hosts_file.h"

static int
find(struct ses_buf *path, struct seshat_err *err)
{
	const char *dir = getenv("GH_CONFIG_DIR");
	const char *config = getenv("XDG_CONFIG_HOME");

	if (dir != NULL && dir[0] != '\0') {
		ses_buf_str(path, dir);
	} else if (config != NULL && config[0] != '\0') {
		ses_buf_fmt(path, "%s/gh", config);
	} else {
		if (ses_xdg_home(path, err) < 0)
			return -1;
		ses_buf_str(path, "/.config/gh");
	}
	ses_buf_str(path, "/hosts.yml");
	(void)ses_buf_cstr(path);
	return ses_buf_check(path, err);
}

/* The text of a scalar, or NULL. */
static const char *
text_of(yaml_document_t *doc, int node)
{
	yaml_node_t *n = yaml_document_get_node(doc, node);

	return n == NULL || n->type != YAML_SCALAR_NODE
		   ? NULL
		   : (const char *)n->data.scalar.value;
}

static const char *
token_of(yaml_document_t *doc, int node)
{
	yaml_node_t *n = yaml_document_get_node(doc, node);
	yaml_node_pair_t *p;
	const char *key;
	const char *token;

	if (n == NULL || n->type != YAML_MAPPING_NODE)
		return NULL;
	for (p = n->data.mapping.pairs.start; p < n->data.mapping.pairs.top;
	     p++) {
		key = text_of(doc, p->key);
		if (key == NULL || strcmp(key, "oauth_token") != 0)
			continue;
		token = text_of(doc, p->value);
		return token == NULL || token[0] == '\0' ? NULL : token;
	}
	return NULL;
}

static int
walk(yaml_document_t *doc,
    int (*each)(void *arg, const char *host, const char *token), void *arg)
{
	yaml_node_t *root = yaml_document_get_root_node(doc);
	yaml_node_pair_t *p;
	const char *host;
	int rc = 0;

	if (root == NULL || root->type != YAML_MAPPING_NODE)
		return 0;
	for (p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top && rc == 0; p++) {
		host = text_of(doc, p->key);
		if (host != NULL)
			rc = each(arg, host, token_of(doc, p->value));
	}
	return rc;
}

static int
load(const char *path, const struct ses_buf *text, yaml_document_t *doc,
    struct seshat_err *err)
{
	yaml_parser_t parser;
	int rc = -1;

	if (!yaml_parser_initialize(&parser))
		return ses_fail_nomem(err);
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)text->data, text->len);
	if (yaml_parser_load(&parser, doc))
		rc = 0;
	else if (parser.error == YAML_MEMORY_ERROR)
		ses_fail_nomem(err);
	else
		ses_fail(err, SESHAT_EFORMAT,
		    "%s:%zu: %s ('gh auth login' writes it anew)", path,
		    parser.problem_mark.line + 1,
		    parser.problem == NULL ? "not YAML" : parser.problem);
	yaml_parser_delete(&parser);
	return rc;
}

int
ses_hosts_file_each(int (*each)(void *arg, const char *host, const char *token),
    void *arg, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	yaml_document_t doc;
	int rc = find(&path, err);

	if (rc == 0)
		rc = ses_fs_slurp(path.data, SES_HOSTS_FILE_MAX, &text, err);
	if (rc < 0) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : -1;
	} else if (text.len > 0) {
		rc = load(path.data, &text, &doc, err);
		if (rc == 0) {
			rc = walk(&doc, each, arg);
			yaml_document_delete(&doc);
		}
	}
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}
