#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_tree.h"

/* Numbers longer than this are no numbers of ours. */
#define NUMBER_MAX 1100

static json_t *build(
    const struct ses_json *v, int depth, struct seshat_err *err);

/* The tree, or why there is none. */
static json_t *
made(json_t *t, struct seshat_err *err)
{
	if (t == NULL)
		ses_fail_nomem(err);
	return t;
}

/* What a string stands for, with a NUL behind. */
static int
decode(const struct ses_json *v, struct ses_buf *out, struct seshat_err *err)
{
	ses_json_text(v, out);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	if (memchr(out->data, '\0', out->len) != NULL)
		return ses_fail(err, SESHAT_EFORMAT, "a string holds a NUL");
	return 0;
}

static json_t *
build_string(const struct ses_json *v, struct seshat_err *err)
{
	struct ses_buf b = {0};
	json_t *t = NULL;

	if (decode(v, &b, err) == 0)
		t = made(json_string_nocheck(b.data), err);
	ses_buf_free(&b);
	return t;
}

static json_t *
build_number(const struct ses_json *v, struct seshat_err *err)
{
	char text[NUMBER_MAX];
	char *end;
	double real;
	long long n;

	if (v->len >= sizeof(text))
		goto too_large;
	memcpy(text, v->text, v->len);
	text[v->len] = '\0';
	errno = 0;
	if (strpbrk(text, ".eE") == NULL) {
		n = strtoll(text, &end, 10);
		if (errno == 0 && *end == '\0')
			return made(json_integer(n), err);
		goto too_large;
	}
	real = strtod(text, &end);
	if (*end == '\0' && (errno == 0 || (real < 1 && real > -1)))
		return made(json_real(real), err);
too_large:
	ses_fail(err, SESHAT_EFORMAT, "a number is too large");
	return NULL;
}

/* Put a member where its name is not taken; the value is given away. */
static int
add_member(json_t *object, const struct ses_json *name, json_t *value,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = -1;

	if (decode(name, &b, err) < 0)
		goto out;
	if (json_object_get(object, b.data) != NULL) {
		ses_fail(err, SESHAT_EFORMAT, "a name stands there twice");
		goto out;
	}
	rc = json_object_set_nocheck(object, b.data, value);
	if (rc < 0)
		ses_fail_nomem(err);
out:
	json_decref(value);
	ses_buf_free(&b);
	return rc;
}

/* The members of an object or the elements of an array. */
static int
fill(json_t *t, const struct ses_json *v, int depth, struct seshat_err *err)
{
	struct ses_json_walk w;
	struct ses_json name;
	struct ses_json value;
	json_t *inner;

	ses_json_walk(&w, v);
	while (ses_json_next(&w, &name, &value)) {
		inner = build(&value, depth + 1, err);
		if (inner == NULL)
			return -1;
		if (v->type == '{') {
			if (add_member(t, &name, inner, err) < 0)
				return -1;
		} else if (json_array_append_new(t, inner) < 0) {
			return ses_fail_nomem(err);
		}
	}
	return 0;
}

static json_t *
build(const struct ses_json *v, int depth, struct seshat_err *err)
{
	json_t *t;

	if (depth > SES_JSON_TREE_DEPTH) {
		ses_fail(err, SESHAT_EFORMAT, "nested too deeply");
		return NULL;
	}
	switch (v->type) {
	case '"':
		return build_string(v, err);
	case '0':
		return build_number(v, err);
	case 't':
		return json_true();
	case 'f':
		return json_false();
	case 'n':
		return json_null();
	default:
		break;
	}
	t = made(v->type == '{' ? json_object() : json_array(), err);
	if (t != NULL && fill(t, v, depth, err) < 0) {
		json_decref(t);
		t = NULL;
	}
	return t;
}

json_t *
ses_json_tree(const char *text, size_t len, struct seshat_err *err)
{
	struct ses_json v;

	if (ses_json_parse(text, len, &v, err) < 0)
		return NULL;
	return build(&v, 0, err);
}
