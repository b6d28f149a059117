#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/str.h"
#include "config/settings.h"
#include "config/yaml_node.h"

/* A document that is one mapping of scalars, some of them in a list, event by
 * event.  Only what says rules nests, as deep as it must; anything else ends
 * the reading at once, and nothing can be expanded. */
struct reading {
	struct ses_settings *s;
	char *key;     /* whose value comes next; NULL: a key comes next */
	int kind;      /* of the list that has begun, or -1 */
	int documents; /* begun */
	int inside;    /* the mapping has begun */
	struct ses_yaml_node nested; /* of what takes more than text */
};

static int
fail_marked(struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EFORMAT,
	    "aliases, anchors and tags are not known here");
}

static int
is_null(const yaml_event_t *e)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
	const char *text = (const char *)e->data.scalar.value;
	size_t i;

	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return 0;
	for (i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		if (strcmp(text, nulls[i]) == 0)
			return 1;
	return 0;
}

static int
on_value(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	const char *text = (const char *)e->data.scalar.value;
	int rc;

	if (is_null(e))
		rc = ses_fail(
		    err, SESHAT_EFORMAT, "'%.60s' has no value", r->key);
	else if (r->kind < 0 && ses_yaml_node_is(r->key))
		rc = ses_fail(err, SESHAT_EFORMAT,
		    "'%s' takes more than plain text", r->key);
	else if (r->kind >= 0)
		return ses_settings_set(r->s, r->kind, text, err);
	else
		rc = ses_settings_take(r->s, SES_NAMES_YAML, r->key, text, err);
	free(r->key);
	r->key = NULL;
	return rc < 0 ? -1 : 0;
}

static int
on_scalar(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	const char *text = (const char *)e->data.scalar.value;

	if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL)
		return fail_marked(err);
	if (strlen(text) != e->data.scalar.length)
		return ses_fail(err, SESHAT_EFORMAT, "a NUL byte");
	if (!r->inside) { /* "---" and nothing more is an empty scalar */
		if (text[0] == '\0')
			return 0;
		return ses_fail(
		    err, SESHAT_EFORMAT, "no mapping of keys to values");
	}
	if (r->key != NULL)
		return on_value(r, e, err);
	r->key = ses_str_dup(text);
	return r->key == NULL ? ses_fail_nomem(err) : 0;
}

/* rules, allow and rule-files are kept as they are written. */
static int
begin_rules(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	struct ses_settings *s = r->s;
	int rc;

	if (s->rules == NULL)
		s->rules = ses_node_add(NULL, SES_NODE_TABLE, NULL, NULL, 1);
	if (s->rules == NULL)
		return ses_fail_nomem(err);
	rc = ses_yaml_node_begin(&r->nested, s->rules, r->key, e, err);
	free(r->key);
	r->key = NULL;
	return rc;
}

static int
on_nested(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	int list = e->type == YAML_SEQUENCE_START_EVENT;
	int kind;

	if (r->key == NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "only lines of 'key: value' are known here");
	if (r->kind >= 0)
		return ses_fail(err, SESHAT_EFORMAT,
		    "'%s' takes a list of plain text", r->key);
	if (ses_yaml_node_is(r->key))
		return begin_rules(r, e, err);
	kind = ses_settings_take(r->s, SES_NAMES_YAML, r->key, NULL, err);
	if (kind < 0)
		return -1;
	if (!list || !ses_setting_is_list(kind))
		return ses_fail(
		    err, SESHAT_EFORMAT, "'%s' takes plain text", r->key);
	r->kind = kind;
	return 0;
}

static int
on_event(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	if (r->nested.depth > 0)
		return ses_yaml_node_add(&r->nested, e, err);
	switch ((int)e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++r->documents > 1)
			return ses_fail(
			    err, SESHAT_EFORMAT, "more than one document");
		return 0;
	case YAML_SCALAR_EVENT:
		return on_scalar(r, e, err);
	case YAML_ALIAS_EVENT:
		return fail_marked(err);
	case YAML_MAPPING_START_EVENT:
		if (e->data.mapping_start.anchor != NULL ||
		    e->data.mapping_start.tag != NULL)
			return fail_marked(err);
		if (r->inside)
			return on_nested(r, e, err);
		r->inside = 1;
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		if (e->data.sequence_start.anchor != NULL ||
		    e->data.sequence_start.tag != NULL)
			return fail_marked(err);
		return on_nested(r, e, err);
	case YAML_SEQUENCE_END_EVENT:
		free(r->key);
		r->key = NULL;
		r->kind = -1;
		return 0;
	default:
		return 0;
	}
}

/* Bytes that are no text are found before lines are counted, so that their
 * line is counted here. */
static int
fail_parse(const yaml_parser_t *p, const char *text, size_t len,
    struct seshat_err *err)
{
	size_t line = p->problem_mark.line + 1;
	size_t i;

	if (p->error == YAML_MEMORY_ERROR)
		return ses_fail_nomem(err);
	if (p->error == YAML_READER_ERROR)
		for (line = 1, i = 0; i < len && i < p->problem_offset; i++)
			line += text[i] == '\n';
	return ses_fail(err, SESHAT_EFORMAT, "line %zu: %s", line,
	    p->problem != NULL ? p->problem : "malformed YAML");
}

int
ses_settings_yaml(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err)
{
	struct reading r = {.s = s, .kind = -1};
	yaml_parser_t parser;
	yaml_event_t e;
	int more = 1;
	int rc = -1;

	if (!yaml_parser_initialize(&parser))
		return ses_fail_nomem(err);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (more) {
		if (!yaml_parser_parse(&parser, &e)) {
			rc = fail_parse(&parser, text, len, err);
			goto out;
		}
		more = e.type != YAML_STREAM_END_EVENT;
		rc = on_event(&r, &e, err);
		if (rc < 0)
			ses_fail_in(err, "line %zu", e.start_mark.line + 1);
		yaml_event_delete(&e);
		if (rc < 0)
			goto out;
	}
	rc = 0;
out:
	free(r.key);
	free(r.nested.key);
	yaml_parser_delete(&parser);
	return rc;
}
