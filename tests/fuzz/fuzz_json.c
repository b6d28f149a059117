/*
 * JSON: the strict reader, the lenient walk and the compact writer agree on
 * every text that is JSON, and none of them leaves the text on one that is
 * not.  jansson, which is another reader, agrees on what is JSON, and on every
 * value in it.
 */
#include <ctype.h>
#include <string.h>

#include "base/json_skip.h"
#include "base/json_tree.h"
#include "fuzz/fuzz.h"

/* Deeper than this the walk is not followed; SES_JSON_DEPTH levels of it
 * would be fine too, but each walks the rest of the text again. */
#define MAX_DEPTH 16

static void
inside(const struct ses_json *v, const char *text, size_t len)
{
	MUST(v->text >= text && v->len <= len);
	MUST((size_t)(v->text - text) <= len - v->len);
}

/* Take everything there is to take from a value and those in it. */
static void
visit(const struct ses_json *v, const char *text, size_t len, int depth)
{
	struct ses_json_walk w;
	struct ses_json key;
	struct ses_json value;
	struct ses_buf b = {0};
	uint64_t n;

	inside(v, text, len);
	ses_json_text(v, &b);
	MUST(v->type == '"' || b.len == 0);
	(void)ses_json_is(v, "x");
	(void)ses_json_u64(v, &n);
	ses_buf_free(&b);
	if (depth == MAX_DEPTH)
		return;
	ses_json_walk(&w, v);
	while (ses_json_next(&w, &key, &value) == 1) {
		MUST(v->type == '{' || v->type == '[');
		MUST(value.type != '\0');
		if (v->type == '{')
			inside(&key, v->text, v->len);
		visit(&value, v->text, v->len, depth + 1);
	}
}

/* Of a text that is JSON, the compact form is JSON, says the same, and is
 * its own compact form. */
static void
compact(const struct ses_json *v)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json again;
	struct ses_buf a = {0};
	struct ses_buf b = {0};

	ses_json_compact(&a, v);
	MUST(a.len <= v->len);
	MUST(ses_json_parse(a.data, a.len, &again, &err) == 0);
	MUST(again.type == v->type);
	ses_json_compact(&b, &again);
	MUST(b.len == a.len && memcmp(a.data, b.data, a.len) == 0);
	ses_buf_free(&a);
	ses_buf_free(&b);
}

/* Where jansson's reader is stricter than ours, or its numbers smaller. */
static int
jansson_may_refuse(const json_error_t *why)
{
	return json_error_code(why) == json_error_numeric_overflow ||
	       json_error_code(why) == json_error_null_byte_in_key ||
	       strstr(why->text, "Unicode") != NULL; /* a lone surrogate */
}

/* Where a tree is not made of what is JSON. */
static int
tree_may_refuse(const struct seshat_err *err)
{
	return strcmp(err->msg, "nested too deeply") == 0 ||
	       strcmp(err->msg, "a name stands there twice") == 0 ||
	       strcmp(err->msg, "a string holds a NUL") == 0 ||
	       strcmp(err->msg, "a number is too large") == 0;
}

static size_t
count_brackets(const char *text, size_t len)
{
	size_t n = 0;

	for (; len > 0; len--, text++)
		n += *text == '[' || *text == '{';
	return n;
}

/* Whether it is JSON but for NULs behind numbers and words: jansson puts back
 * the byte that ends one of these, and a NUL put back is lost. */
static int
valid_without_lost_nul(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;
	struct ses_buf b = {0};
	size_t i;
	int valid;

	for (i = 0; i < len; i++)
		if (text[i] != '\0' || i == 0 ||
		    !isalnum((unsigned char)text[i - 1]))
			ses_buf_add(&b, text + i, 1);
	valid = ses_json_parse(ses_buf_cstr(&b), b.len, &v, &err) == 0;
	ses_buf_free(&b);
	return valid;
}

/* Another reader takes the same texts for JSON, and every value in them for
 * the same. */
static void
as_jansson(const char *text, size_t len, int valid)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_error_t why;
	json_t *want =
	    json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	json_t *got = ses_json_tree(text, len, &err);

	MUST(valid || got == NULL);
	if (want == NULL)
		MUST(!valid || jansson_may_refuse(&why));
	else
		MUST(valid || count_brackets(text, len) > SES_JSON_DEPTH ||
		     valid_without_lost_nul(text, len));
	if (got == NULL)
		MUST(err.code == SESHAT_EFORMAT &&
		     (!valid || tree_may_refuse(&err)));
	else if (want != NULL)
		MUST(json_equal(want, got));
	json_decref(want);
	json_decref(got);
}

/* What is skipped in large steps is what is skipped byte by byte. */
static void
skip(const char *text, size_t len)
{
	const char *end = text + len;
	const char *p = text;
	int n;

	for (n = 0; n < 50 && p < end; n++) {
		MUST(ses_json_skip_out(p, end) ==
		     ses_json_skip_out_plain(p, end));
		do
			p++;
		while (p < end && strchr("{[\"\\", *p) == NULL);
	}
}

/* A walk whose end is not known hands out what one over the value does. */
static void
open_walk(const char *text, size_t len, const struct ses_json *want)
{
	struct ses_json_walk w;
	struct ses_json_walk open;
	struct ses_json v[2];
	struct ses_json key[2];

	if (want->type != '{' && want->type != '[')
		return;
	ses_json_walk(&w, want);
	ses_json_open(&open, text, len);
	while (ses_json_next(&w, &key[0], &v[0])) {
		MUST(ses_json_next(&open, &key[1], &v[1]));
		MUST(key[0].text == key[1].text && key[0].len == key[1].len);
		MUST(v[0].text == v[1].text && v[0].len == v[1].len &&
		     v[0].type == v[1].type);
	}
	MUST(!ses_json_next(&open, &key[1], &v[1]));
	MUST(ses_json_close(&open, &v[1]) > 0);
	MUST(v[1].text == want->text && v[1].len == want->len &&
	     v[1].type == want->type);
}

/* Any bytes quoted are a JSON string, and quoting what it stands for gives
 * the same again. */
static void
quote(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;
	struct ses_buf a = {0};
	struct ses_buf plain = {0};
	struct ses_buf b = {0};

	ses_json_quote(&a, text, len);
	MUST(ses_json_parse(a.data, a.len, &v, &err) == 0 && v.type == '"');
	ses_json_text(&v, &plain);
	ses_json_quote(&b, plain.data, plain.len);
	MUST(a.len == b.len && memcmp(a.data, b.data, a.len) == 0);
	ses_buf_free(&a);
	ses_buf_free(&plain);
	ses_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *text = (const char *)data;
	struct ses_json strict;
	struct ses_json lenient;
	int valid = ses_json_parse(text, len, &strict, &err) == 0;

	MUST(ses_json_peek(text, len, &lenient) <= len);
	if (lenient.type != '\0')
		visit(&lenient, text, len, 0);
	if (valid) {
		MUST(strict.text == lenient.text);
		MUST(strict.len == lenient.len);
		MUST(strict.type == lenient.type);
		compact(&strict);
	}
	skip(text, len);
	open_walk(text, len, &lenient);
	quote(text, len);
	as_jansson(text, len, valid);
	return 0;
}
