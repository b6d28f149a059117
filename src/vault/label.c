#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "base/utf8.h"
#include "vault/doc.h"
#include "vault/key.h"
#include "vault/label.h"

#define MAX ((size_t)64 << 10)

static int
key_of(const char *project, struct ses_buf *key, struct seshat_err *err)
{
	ses_key_component(key, project);
	ses_buf_str(key, "/project.json");
	(void)ses_buf_cstr(key);
	return ses_buf_check(key, err);
}

/* NULL and SESHAT_ENOTFOUND: there is none. */
static json_t *
load(struct ses_store *s, const char *key, struct seshat_err *err)
{
	struct ses_buf b = {0};
	json_t *doc = NULL;

	if (ses_store_read(s, key, MAX, &b, err) == 0) {
		doc = ses_doc_parse(ses_buf_cstr(&b), b.len, err);
		if (doc == NULL)
			ses_fail_in(err, "%s", key);
	}
	ses_buf_free(&b);
	return doc;
}

static int
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Room, and nothing in it. */
static int
is_blank(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200d) || c == 0x202f || c == 0x205f ||
	       c == 0x2800 || c == 0x3000 || (c >= 0xfe00 && c <= 0xfe0f);
}

static int
check(const char *name, size_t len, struct seshat_err *err)
{
	int is_seen = len == 0;
	uint32_t before = 0;
	size_t chars = 0;
	uint32_t c;
	size_t n;

	for (; len > 0; name += n, len -= n, before = c) {
		n = ses_utf8_next(name, len, &c);
		if (n == 0)
			return ses_fail(
			    err, SESHAT_EUSAGE, "a name is UTF-8 text");
		if (is_control(c))
			return ses_fail(err, SESHAT_EUSAGE,
			    "a name has no control characters");
		if (ses_utf8_is_odd(c, before))
			return ses_fail(err, SESHAT_EUSAGE,
			    "a name has no characters that cannot be seen or "
			    "turn the direction of text: U+%04X is one",
			    (unsigned)c);
		if (++chars > SES_LABEL_CHARS)
			return ses_fail(err, SESHAT_EUSAGE,
			    "a name has at most %d characters",
			    SES_LABEL_CHARS);
		is_seen |= !is_blank(c);
	}
	return is_seen ? 0
		       : ses_fail(err, SESHAT_EUSAGE,
			     "nothing of that name can be seen");
}

int
ses_label_load(struct ses_store *s, const char *project, struct ses_buf *name,
    struct seshat_err *err)
{
	struct seshat_err bad = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	const char *text;
	json_t *doc = NULL;
	int rc = key_of(project, &key, err);

	if (rc == 0)
		doc = load(s, key.data, err);
	ses_buf_free(&key);
	if (doc == NULL)
		return err->code == SESHAT_ENOTFOUND ||
			       err->code == SESHAT_ENOSTORE
			   ? 0
			   : -1;
	text = ses_doc_str(doc, "name");
	/* another program may have written it */
	rc = text[0] != '\0' && check(text, strlen(text), &bad) == 0;
	if (rc)
		ses_buf_str(name, text);
	json_decref(doc);
	return ses_buf_check(name, err) < 0 ? -1 : rc;
}

int
ses_label_save(struct ses_store *s, const char *project, const char *name,
    struct seshat_err *err)
{
	char tag[SES_STORE_TAG] = "";
	struct ses_buf text = {0};
	struct ses_buf key = {0};
	json_t *doc = NULL;
	int is_there;
	size_t len;
	int rc = -1;

	name += strspn(name, " ");
	len = strlen(name);
	while (len > 0 && name[len - 1] == ' ')
		len--;
	ses_buf_add(&text, name, len);
	(void)ses_buf_cstr(&text);
	if (ses_buf_check(&text, err) < 0 || check(name, len, err) < 0 ||
	    key_of(project, &key, err) < 0)
		goto out;
	doc = load(s, key.data, err);
	if (doc == NULL && err->code != SESHAT_ENOTFOUND &&
	    err->code != SESHAT_ENOSTORE)
		goto out;
	is_there = doc != NULL;
	if (is_there)
		memcpy(tag, ses_store_tag(s), sizeof(tag) - 1);
	ses_doc_begin();
	if (!is_there)
		doc = json_object();
	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "name", len > 0 ? text.data : NULL);
	ses_doc_set_time(doc, "updated_at", ses_time_now());
	if (ses_doc_check(err) == 0)
		rc = ses_doc_put_over(
		    s, key.data, doc, is_there ? tag : NULL, err);
out:
	ses_buf_free(&text);
	ses_buf_free(&key);
	json_decref(doc);
	return rc;
}

int
ses_label_propose(struct ses_store *s, const char *project, const char *name,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	json_t *doc = NULL;
	int rc = -1;

	if (check(name, strlen(name), err) < 0 ||
	    key_of(project, &key, err) < 0)
		goto out;
	ses_doc_begin();
	doc = json_object();
	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "name", name);
	ses_doc_set_time(doc, "updated_at", ses_time_now());
	if (ses_doc_check(err) < 0)
		goto out;
	rc = ses_doc_put_over(s, key.data, doc, NULL, err);
	if (rc < 0 &&
	    (err->code == SESHAT_ECONFLICT || err->code == SESHAT_EEXISTS))
		rc = 0;
out:
	ses_buf_free(&key);
	json_decref(doc);
	return rc;
}

int
ses_label_drop(struct ses_store *s, const char *project, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc = key_of(project, &key, err);

	if (rc == 0)
		rc = ses_store_del(s, key.data, err);
	ses_buf_free(&key);
	return rc;
}
