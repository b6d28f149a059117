#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "export/volume.h"
#include "vault/doc.h"

int
ses_volume_is_id(const char *id)
{
	const char *p;

	if (id == NULL || id[0] == '\0' || id[0] == '.' || strlen(id) > 255)
		return 0;
	for (p = id; *p != '\0'; p++)
		if (*p == '/' || (unsigned char)*p < ' ')
			return 0;
	/* it stands in JSON */
	return ses_str_is_utf8(id, strlen(id));
}

static const char *
label_of(const json_t *v)
{
	static const char *const names[] = {"label", "title", "name"};
	const char *s = json_string_value(v);
	size_t i;

	for (i = 0; s == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		s = json_string_value(json_object_get(v, names[i]));
	return s;
}

/* One session, by whatever names it. */
static int
add(json_t *to, const char *id, const json_t *v, struct seshat_err *err)
{
	const char *label = label_of(v);

	if (id == NULL)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "projects.json: a session has no id");
	if (!ses_volume_is_id(id)) {
		ses_log(SES_DEBUG,
		    "projects.json: '%.60s' is no session's id: passed over",
		    id);
		return 0;
	}
	return json_object_set_new(
		   to, id, label != NULL ? json_string(label) : json_null()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

static int
add_list(json_t *to, const json_t *list, struct seshat_err *err)
{
	const json_t *v;
	const char *id;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		v = json_array_get(list, i);
		id = json_string_value(v);
		if (id == NULL)
			id = json_string_value(json_object_get(v, "id"));
		if (id == NULL)
			id =
			    json_string_value(json_object_get(v, "session_id"));
		if (add(to, id, json_is_string(v) ? NULL : v, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_sessions(json_t *to, json_t *v, struct seshat_err *err)
{
	const char *id;
	json_t *label;

	if (json_object_get(v, "sessions") != NULL)
		v = json_object_get(v, "sessions");
	if (json_is_array(v))
		return add_list(to, v, err);
	if (!json_is_object(v))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "projects.json: a project is neither a list nor an object "
		    "of sessions");
	json_object_foreach(v, id, label)
	{
		if (add(to, id, label, err) < 0)
			return -1;
	}
	return 0;
}

/* The projects as a list of objects with a name of their own. */
static int
add_named(json_t *all, const json_t *list, struct seshat_err *err)
{
	json_t *v;
	const char *name;
	json_t *to;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		v = json_array_get(list, i);
		name = json_string_value(json_object_get(v, "id"));
		if (name == NULL)
			name = json_string_value(json_object_get(v, "name"));
		if (name == NULL)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "projects.json: project %zu has no id", i + 1);
		if (!ses_volume_is_id(name))
			continue;
		to = json_object();
		if (json_object_set_new(all, name, to) < 0)
			return ses_fail_nomem(err);
		if (json_object_get(v, "sessions") != NULL &&
		    add_sessions(to, v, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_projects(json_t *all, json_t *doc, struct seshat_err *err)
{
	const char *name;
	json_t *v;
	json_t *to;

	v = json_object_get(doc, "projects");
	if (json_is_array(v))
		return add_named(all, v, err);
	if (json_is_object(v))
		doc = v;
	json_object_foreach(doc, name, v)
	{
		if (!ses_volume_is_id(name))
			continue;
		to = json_object();
		if (json_object_set_new(all, name, to) < 0)
			return ses_fail_nomem(err);
		if (add_sessions(to, v, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_volume_parse(
    const char *text, size_t len, json_t **out, struct seshat_err *err)
{
	json_t *doc = ses_doc_parse(text, len, err);
	json_t *all = json_object();

	if (doc == NULL || all == NULL || add_projects(all, doc, err) < 0) {
		if (doc != NULL && all == NULL)
			ses_fail_nomem(err);
		else if (doc == NULL && err->code == SESHAT_ECORRUPT)
			ses_fail_in(err, "projects.json");
		json_decref(all);
		json_decref(doc);
		return -1;
	}
	json_decref(doc);
	*out = all;
	return 0;
}
