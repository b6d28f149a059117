#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "config/yaml_node.h"

int
ses_yaml_node_is(const char *key)
{
	return strcmp(key, "rules") == 0 || strcmp(key, "allow") == 0 ||
	       strcmp(key, "rule-files") == 0 || strcmp(key, "harnesses") == 0;
}

/* Something new in what has begun last; a table or list begins in turn. */
static int
add(struct ses_yaml_node *b, enum ses_node_kind kind, const char *text,
    const yaml_event_t *e, struct seshat_err *err)
{
	struct ses_node *parent = b->at[b->depth - 1];
	struct ses_node *n;

	if (++b->n > SES_YAML_NODES)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than %d values are too many", SES_YAML_NODES);
	if (b->depth == SES_YAML_DEPTH)
		return ses_fail(err, SESHAT_EFORMAT, "nested too deep");
	if (b->key != NULL && ses_node_get(parent, b->key) != NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "'%.60s' stands there twice", b->key);
	n = ses_node_add(parent, kind, b->key, text, e->start_mark.line + 1);
	if (n == NULL)
		return ses_fail_nomem(err);
	free(b->key);
	b->key = NULL;
	if (text == NULL)
		b->at[b->depth++] = n;
	return 0;
}

static int
add_scalar(
    struct ses_yaml_node *b, const yaml_event_t *e, struct seshat_err *err)
{
	const char *text = (const char *)e->data.scalar.value;

	if (strlen(text) != e->data.scalar.length)
		return ses_fail(err, SESHAT_EFORMAT, "a NUL byte");
	if (b->at[b->depth - 1]->kind == SES_NODE_TABLE && b->key == NULL) {
		b->key = ses_str_dup(text);
		return b->key == NULL ? ses_fail_nomem(err) : 0;
	}
	return add(b, SES_NODE_TEXT, text, e, err);
}

static int
begin(struct ses_yaml_node *b, const yaml_event_t *e, struct seshat_err *err)
{
	if (b->at[b->depth - 1]->kind == SES_NODE_TABLE && b->key == NULL)
		return ses_fail(err, SESHAT_EFORMAT, "a key is plain text");
	return add(b,
	    e->type == YAML_MAPPING_START_EVENT ? SES_NODE_TABLE
						: SES_NODE_LIST,
	    NULL, e, err);
}

int
ses_yaml_node_begin(struct ses_yaml_node *b, struct ses_node *table,
    const char *key, const yaml_event_t *e, struct seshat_err *err)
{
	b->at[0] = table;
	b->depth = 1;
	b->key = ses_str_dup(key);
	if (b->key == NULL)
		return ses_fail_nomem(err);
	return begin(b, e, err);
}

static int
is_marked(const yaml_event_t *e)
{
	if (e->type == YAML_SCALAR_EVENT)
		return e->data.scalar.anchor != NULL ||
		       e->data.scalar.tag != NULL;
	if (e->type == YAML_MAPPING_START_EVENT)
		return e->data.mapping_start.anchor != NULL ||
		       e->data.mapping_start.tag != NULL;
	if (e->type == YAML_SEQUENCE_START_EVENT)
		return e->data.sequence_start.anchor != NULL ||
		       e->data.sequence_start.tag != NULL;
	return e->type == YAML_ALIAS_EVENT;
}

int
ses_yaml_node_add(
    struct ses_yaml_node *b, const yaml_event_t *e, struct seshat_err *err)
{
	if (is_marked(e))
		return ses_fail(err, SESHAT_EFORMAT,
		    "aliases, anchors and tags are not known here");
	switch ((int)e->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(b, e, err);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return begin(b, e, err);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		/* the borrowed table at the bottom is left last */
		b->depth--;
		b->depth = b->depth == 1 ? 0 : b->depth;
		return 0;
	default:
		return 0;
	}
}
