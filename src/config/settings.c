#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <yaml.h>

#include "base/str.h"
#include "config/settings.h"

#define AGENT_MAX 200

static const struct {
	const char *name;
	const char *tracecraft; /* NULL: not a field there */
	int secret;
	int harmless;
} kinds[SES_SET_KINDS] = {
    [SES_SET_STORE] = {"store", NULL, 0, 0},
    [SES_SET_PROJECT] = {"project", "project", 0, 1},
    [SES_SET_AGENT] = {"agent", "agent_id", 0, 1},
    [SES_SET_ENDPOINT] = {"endpoint", "endpoint", 0, 0},
    [SES_SET_ACCESS_KEY] = {"access_key", "access_key", 1, 0},
    [SES_SET_SECRET_KEY] = {"secret_key", "secret_key", 1, 0},
    [SES_SET_HF_TOKEN] = {"hf_token", "hf_token", 1, 0},
    [SES_SET_BACKEND] = {NULL, "backend", 0, 0},
    [SES_SET_BUCKET] = {NULL, "bucket", 0, 0},
};

const char *
ses_setting_name(int kind)
{
	return kinds[kind].name != NULL ? kinds[kind].name
					: kinds[kind].tracecraft;
}

int
ses_setting_is_secret(int kind)
{
	return kinds[kind].secret;
}

int
ses_setting_is_harmless(int kind)
{
	return kinds[kind].harmless;
}

void
ses_settings_free(struct ses_settings *s)
{
	size_t i;

	for (i = 0; i < SES_SET_KINDS; i++)
		free(s->v[i]);
	*s = (struct ses_settings){0};
}

static int
check_value(int kind, const char *value, struct seshat_err *err)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (value[0] == '\0')
		return ses_fail(
		    err, SESHAT_EFORMAT, "%s is empty", ses_setting_name(kind));
	if (kind == SES_SET_PROJECT &&
	    (value[strspn(value, ok)] != '\0' || strcmp(value, ".") == 0 ||
		strcmp(value, "..") == 0))
		return ses_fail(err, SESHAT_EFORMAT,
		    "project '%.100s': only letters, digits, '.', '_' and '-' "
		    "are allowed",
		    value);
	if (kind == SES_SET_STORE && value[0] != '/' &&
	    strstr(value, "://") == NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "store '%.100s' is neither a URL nor an absolute path",
		    value);
	if (kind == SES_SET_AGENT && strlen(value) > AGENT_MAX)
		return ses_fail(err, SESHAT_EFORMAT,
		    "agent is longer than %d bytes", AGENT_MAX);
	return 0;
}

int
ses_settings_set(
    struct ses_settings *s, int kind, const char *value, struct seshat_err *err)
{
	char *copy;

	if (check_value(kind, value, err) < 0)
		return -1;
	copy = ses_str_dup(value);
	if (copy == NULL)
		return ses_fail_nomem(err);
	free(s->v[kind]);
	s->v[kind] = copy;
	return 0;
}

static int
find_kind(const char *name, int in_tracecraft)
{
	const char *known;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++) {
		known = in_tracecraft ? kinds[i].tracecraft : kinds[i].name;
		if (known != NULL && strcmp(known, name) == 0)
			return i;
	}
	return -1;
}

/* One key and its value, whichever the format. */
static int
take(struct ses_settings *s, const char *key, const char *value,
    int in_tracecraft, struct seshat_err *err)
{
	int kind = find_kind(key, in_tracecraft);

	if (strcmp(key, "rules") == 0 || strcmp(key, "allow") == 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "'%s': rules of your own come with a later version; take "
		    "the key out",
		    key);
	if (kind < 0)
		return ses_fail(
		    err, SESHAT_EFORMAT, "unknown key '%.60s'", key);
	if (s->v[kind] != NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "'%s' stands there twice", key);
	if (value == NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "'%s' takes plain text", key);
	return ses_settings_set(s, kind, value, err);
}

/* The events of a document that is one mapping of scalars. */
struct reading {
	struct ses_settings *s;
	char *key;
	int depth;
	int begun; /* the mapping */
};

static int
on_scalar(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	const char *text = (const char *)e->data.scalar.value;
	int rc;

	if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL ||
	    strlen(text) != e->data.scalar.length)
		return ses_fail(
		    err, SESHAT_EFORMAT, "anchors and tags are not known here");
	if (r->depth == 0) { /* an empty document comes as an empty scalar */
		if (text[0] == '\0' && !r->begun)
			return 0;
		return ses_fail(err, SESHAT_EFORMAT, "no mapping of keys");
	}
	if (r->key == NULL) {
		r->key = ses_str_dup(text);
		return r->key == NULL ? ses_fail_nomem(err) : 0;
	}
	rc = take(r->s, r->key, text, 0, err);
	free(r->key);
	r->key = NULL;
	return rc;
}

static int
on_event(struct reading *r, const yaml_event_t *e, struct seshat_err *err)
{
	int type = (int)e->type;

	if (type == YAML_SCALAR_EVENT)
		return on_scalar(r, e, err);
	if (type == YAML_MAPPING_START_EVENT && r->depth == 0 && !r->begun &&
	    e->data.mapping_start.anchor == NULL) {
		r->depth = r->begun = 1;
		return 0;
	}
	if (type == YAML_MAPPING_END_EVENT)
		r->depth = 0;
	if (type != YAML_MAPPING_START_EVENT &&
	    type != YAML_SEQUENCE_START_EVENT && type != YAML_ALIAS_EVENT)
		return 0;
	if (r->key != NULL)
		return take(r->s, r->key, NULL, 0, err);
	return ses_fail(
	    err, SESHAT_EFORMAT, "only lines of 'key: value' are known here");
}

int
ses_settings_yaml(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err)
{
	struct reading r = {.s = s};
	yaml_parser_t parser;
	yaml_event_t e;
	int documents = 0;
	int more = 1;
	int rc = -1;

	if (!yaml_parser_initialize(&parser))
		return ses_fail_nomem(err);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (more) {
		if (!yaml_parser_parse(&parser, &e)) {
			rc = ses_fail(err, SESHAT_EFORMAT, "line %zu: %s",
			    parser.problem_mark.line + 1,
			    parser.problem != NULL ? parser.problem
						   : "malformed YAML");
			goto out;
		}
		more = e.type != YAML_STREAM_END_EVENT;
		documents += e.type == YAML_DOCUMENT_START_EVENT;
		if (documents > 1)
			rc = ses_fail(
			    err, SESHAT_EFORMAT, "more than one document");
		else
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
	yaml_parser_delete(&parser);
	return rc;
}

int
ses_settings_tracecraft(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err)
{
	json_error_t why;
	json_t *doc = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	const char *key;
	json_t *v;
	int rc = 0;

	if (doc == NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "line %d: %s", why.line, why.text);
	if (!json_is_object(doc))
		rc = ses_fail(err, SESHAT_EFORMAT, "not a JSON object");
	json_object_foreach(doc, key, v) if (rc == 0 && !json_is_null(v)) rc =
	    take(s, key, json_string_value(v), 1, err);
	json_decref(doc);
	return rc;
}
