#include <string.h>

#include "base/json.h"
#include "config/settings.h"

static int
fail_at(const char *text, const char *at, struct seshat_err *err)
{
	size_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return ses_fail_in(err, "line %zu", line);
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/* The whole text as one object. */
static int
parse(
    const char *text, size_t len, struct ses_json *doc, struct seshat_err *err)
{
	const char *end = text + len;
	const char *at = skip_space(text, end);

	if (ses_json_take(&at, end, doc) == 0) {
		at = skip_space(at, end);
		if (at == end && doc->type == '{')
			return 0;
		if (at == end)
			return ses_fail(
			    err, SESHAT_EFORMAT, "not a JSON object");
	}
	ses_fail(err, SESHAT_EFORMAT, "not valid JSON");
	return fail_at(text, at, err);
}

/* The text of a string, in b; NULL when it holds a NUL. */
static const char *
text_of(const struct ses_json *v, struct ses_buf *b)
{
	ses_buf_clear(b);
	ses_json_text(v, b);
	return strlen(ses_buf_cstr(b)) == b->len ? ses_buf_cstr(b) : NULL;
}

static int
take(struct ses_settings *s, const char *key, const struct ses_json *v,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	const char *value = NULL;
	int rc = -1;

	if (v->type == '"') {
		value = text_of(v, &b);
		if (ses_buf_check(&b, err) < 0)
			goto out;
	}
	if (v->type != 'n' && value == NULL) {
		/* a key that is not known is the better message */
		if (ses_settings_take(
			s, SES_NAMES_TRACECRAFT, key, NULL, err) >= 0)
			ses_fail(
			    err, SESHAT_EFORMAT, "'%s' takes plain text", key);
		goto out;
	}
	if (value != NULL && value[0] == '\0')
		value = NULL;
	rc = ses_settings_take(s, SES_NAMES_TRACECRAFT, key, value, err);
	if (rc > 0)
		rc = 0;
out:
	ses_buf_free(&b);
	return rc;
}

int
ses_settings_tracecraft(struct ses_settings *s, const char *text, size_t len,
    struct seshat_err *err)
{
	struct ses_buf name = {0};
	struct ses_json_walk w;
	struct ses_json doc;
	struct ses_json key;
	struct ses_json v;
	const char *k;
	int rc;

	if (parse(text, len, &doc, err) < 0)
		return -1;
	ses_json_walk(&w, &doc);
	for (rc = 0; rc == 0 && ses_json_next(&w, &key, &v) == 1;) {
		k = text_of(&key, &name);
		rc = ses_buf_check(&name, err);
		if (rc == 0)
			rc = take(s, k != NULL ? k : "\\u0000", &v, err);
		if (rc < 0)
			fail_at(text, key.text, err);
	}
	ses_buf_free(&name);
	return rc;
}
