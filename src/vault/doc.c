#include <stdlib.h>
#include <string.h>

#include "base/json_tree.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "vault/doc.h"

/* Failed allocations that are of the past. */
static _Thread_local unsigned past;

void
ses_doc_begin(void)
{
	past = ses_mem_json_failures();
}

int
ses_doc_check(struct seshat_err *err)
{
	return ses_mem_json_failures() == past ? 0 : ses_fail_nomem(err);
}

json_t *
ses_doc_parse(const char *text, size_t len, struct seshat_err *err)
{
	json_t *doc = ses_json_tree(text, len, err);

	if (doc == NULL) {
		if (err->code == SESHAT_EFORMAT)
			err->code = SESHAT_ECORRUPT;
		return NULL;
	}
	if (!json_is_object(doc)) {
		json_decref(doc);
		ses_fail(err, SESHAT_ECORRUPT, "not a JSON object");
		return NULL;
	}
	return doc;
}

/* NULL for a document of a version that may mean something else by it. */
static json_t *
of_our_time(json_t *doc, struct seshat_err *err)
{
	const json_t *version = json_object_get(doc, "schema_version");

	if (!json_is_integer(version) ||
	    json_integer_value(version) <= SES_DOC_VERSION)
		return doc;
	ses_fail(err, SESHAT_EUNSUPPORTED,
	    "a later version of seshat wrote it (format %lld, this one reads "
	    "%d): update seshat",
	    (long long)json_integer_value(version), SES_DOC_VERSION);
	json_decref(doc);
	return NULL;
}

json_t *
ses_doc_get(struct ses_store *s, const char *key, struct seshat_err *err)
{
	struct ses_buf b = {0};
	json_t *doc = NULL;

	if (ses_store_read(s, key, SES_DOC_MAX, &b, err) == 0) {
		doc = ses_doc_parse(b.data != NULL ? b.data : "", b.len, err);
		if (doc != NULL)
			doc = of_our_time(doc, err);
		if (doc == NULL)
			ses_fail_in(err, "%s", key);
	}
	ses_buf_free(&b);
	return doc;
}

int
ses_doc_format(const json_t *doc, struct ses_buf *out, struct seshat_err *err)
{
	char *text = json_dumps(doc, JSON_COMPACT);

	if (text == NULL)
		return ses_fail_nomem(err);
	ses_buf_str(out, text);
	ses_buf_str(out, "\n");
	free(text);
	return ses_buf_check(out, err) < 0 ? -1 : ses_doc_check(err);
}

static int
put(struct ses_store *s, const char *key, const json_t *doc,
    struct ses_put *how, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	if (ses_doc_format(doc, &b, err) == 0) {
		how->data = b.data;
		how->len = b.len;
		rc = ses_store_put(s, key, how, NULL, err);
	}
	ses_buf_free(&b);
	return rc;
}

int
ses_doc_put(struct ses_store *s, const char *key, const json_t *doc,
    unsigned how, struct seshat_err *err)
{
	return put(s, key, doc, &(struct ses_put){.how = how}, err);
}

int
ses_doc_put_over(struct ses_store *s, const char *key, const json_t *doc,
    const char *tag, struct seshat_err *err)
{
	int rc = put(s, key, doc,
	    &(struct ses_put){
		.how = SES_PUT_INSIDE | (tag == NULL ? SES_PUT_CREATE : 0U),
		.tag = tag},
	    err);

	if (rc < 0 && err->code == SESHAT_EEXISTS)
		err->code = SESHAT_ECONFLICT;
	return rc;
}

const char *
ses_doc_str(const json_t *doc, const char *name)
{
	const char *s = json_string_value(json_object_get(doc, name));

	return s == NULL ? "" : s;
}

uint64_t
ses_doc_u64(const json_t *doc, const char *name)
{
	json_int_t v = json_integer_value(json_object_get(doc, name));

	return v < 0 ? 0 : (uint64_t)v;
}

int64_t
ses_doc_time(const json_t *doc, const char *name)
{
	const char *s = ses_doc_str(doc, name);
	int64_t t = 0;

	return ses_time_parse(s, strlen(s), &t) < 0 ? 0 : t;
}

void
ses_doc_set_str(json_t *doc, const char *name, const char *s)
{
	(void)json_object_set_new(
	    doc, name, s == NULL ? json_null() : json_string(s));
}

void
ses_doc_set_path(json_t *doc, const char *name, const char *path)
{
	struct ses_buf safe = {0};

	if (path == NULL || ses_str_is_utf8(path, strlen(path))) {
		ses_doc_set_str(doc, name, path);
		return;
	}
	ses_str_safe(path, strlen(path), &safe);
	ses_doc_set_str(doc, name, ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}

void
ses_doc_set_u64(json_t *doc, const char *name, uint64_t v)
{
	(void)json_object_set_new(doc, name, json_integer((json_int_t)v));
}

void
ses_doc_set_time(json_t *doc, const char *name, int64_t t)
{
	char text[SES_TIME_MAX];

	ses_time_format(t, text);
	ses_doc_set_str(doc, name, t == 0 ? NULL : text);
}
