#include <string.h>

#include "base/json.h"
#include "base/jsonc.h"

/* What is being read, and how far. */
struct scan {
	const char *text;
	size_t len;
	size_t at;
	size_t token_end; /* of the last token or comment passed */
	int is_line_comment;
};

/* The byte that comes next; NUL at the end. */
static char
here(const struct scan *s)
{
	if (s->at < s->len)
		return s->text[s->at];
	return '\0';
}

size_t
ses_jsonc_line(const char *text, size_t at)
{
	size_t n = 1;
	size_t i;

	for (i = 0; i < at; i++)
		n += text[i] == '\n';
	return n;
}

static int
fail(const struct scan *s, struct seshat_err *err, const char *what)
{
	return ses_fail(err, SESHAT_EFORMAT, "line %zu: %s",
	    ses_jsonc_line(s->text, s->at < s->len ? s->at : s->len), what);
}

/* Past a comment that begins here: 1; 0, there is none; -1, it never ends. */
static int
pass_comment(struct scan *s)
{
	const char *p = s->text + s->at;
	size_t left = s->len - s->at;
	size_t i;

	if (left < 2 || p[0] != '/' || (p[1] != '/' && p[1] != '*'))
		return 0;
	if (p[1] == '/') {
		for (i = 2; i < left && p[i] != '\n' && p[i] != '\r'; i++)
			continue;
		s->is_line_comment = 1;
	} else {
		for (i = 4; i <= left && memcmp(p + i - 2, "*/", 2) != 0; i++)
			continue;
		if (i > left)
			return -1;
		s->is_line_comment = 0;
	}
	s->at += i;
	s->token_end = s->at;
	return 1;
}

static int
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Past white space and comments; -1 when a comment never ends. */
static int
pass_space(struct scan *s)
{
	int rc;

	for (;;) {
		while (s->at < s->len && is_space(s->text[s->at]))
			s->at++;
		rc = pass_comment(s);
		if (rc <= 0)
			return rc;
	}
}

static void
pass_token(struct scan *s, size_t n)
{
	s->at += n;
	s->token_end = s->at;
	s->is_line_comment = 0;
}

/* Past a string; -1 when it does not end in its line, or has a NUL, where some
 * programs end the text and others go on. */
static int
pass_string(struct scan *s)
{
	size_t i;

	for (i = s->at + 1; i < s->len && s->text[i] != '"'; i++) {
		if (s->text[i] == '\\' && i + 1 < s->len)
			i++;
		if (s->text[i] == '\n' || s->text[i] == '\0')
			return -1;
	}
	if (i >= s->len)
		return -1;
	pass_token(s, i + 1 - s->at);
	return 0;
}

static int
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

/* Past a number or a word; its type, or NUL. */
static char
pass_word(struct scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	const char *p = s->text + s->at;
	size_t n = 0;
	size_t i;

	while (s->at + n < s->len && is_word(p[n]))
		n++;
	if (n == 0)
		return '\0';
	for (i = 0; i < 3; i++)
		if (n == strlen(words[i]) && memcmp(p, words[i], n) == 0) {
			pass_token(s, n);
			return words[i][0];
		}
	if (*p != '-' && (*p < '0' || *p > '9'))
		return '\0';
	pass_token(s, n);
	return '0';
}

/* Past a key and its colon. */
static int
pass_key(struct scan *s, struct seshat_err *err)
{
	if (s->text[s->at] != '"')
		return fail(s, err, "a name in double quotes is missing");
	if (pass_string(s) < 0)
		return fail(s, err, "a string does not end");
	if (pass_space(s) < 0)
		return fail(s, err, "a comment does not end");
	if (s->at >= s->len || s->text[s->at] != ':')
		return fail(s, err, "a ':' is missing");
	pass_token(s, 1);
	if (pass_space(s) < 0)
		return fail(s, err, "a comment does not end");
	return 0;
}

static char
close_of(char open)
{
	if (open == '{')
		return '}';
	return ']';
}

/* What may stand in a value: the brackets that are open. */
struct open {
	char v[SES_JSONC_DEPTH];
	size_t n;
};

/* One step: a value that holds nothing, or an opening bracket. */
static int
pass_begin(struct scan *s, struct open *o, struct seshat_err *err)
{
	char c = here(s);

	if (c == '"')
		return pass_string(s) < 0
			   ? fail(s, err, "a string does not end")
			   : 0;
	if (c != '{' && c != '[')
		return pass_word(s) == '\0'
			   ? fail(s, err,
				 s->at < s->len ? "this is no JSON"
						: "it ends too early")
			   : 0;
	if (o->n == SES_JSONC_DEPTH)
		return ses_fail(err, SESHAT_ELIMIT,
		    "line %zu: more than %d levels deep",
		    ses_jsonc_line(s->text, s->at), SES_JSONC_DEPTH);
	o->v[o->n++] = c;
	pass_token(s, 1);
	return 0;
}

/* Close what ends here, and come to where the next value begins: 1; or 0 when
 * all that was open is closed. */
static int
pass_between(
    struct scan *s, struct open *o, int after_value, struct seshat_err *err)
{
	char c;

	while (o->n > 0) {
		if (pass_space(s) < 0)
			return fail(s, err, "a comment does not end");
		c = here(s);
		if (after_value && c == ',') {
			pass_token(s, 1);
			after_value = 0;
			continue;
		}
		if (c == close_of(o->v[o->n - 1])) {
			pass_token(s, 1);
			o->n--;
			after_value = 1;
			continue;
		}
		if (s->at >= s->len)
			return fail(s, err, "it ends too early");
		if (after_value)
			return fail(s, err, "a ',' or a bracket is missing");
		if (o->v[o->n - 1] == '{' && pass_key(s, err) < 0)
			return -1;
		return 1;
	}
	return 0;
}

/* Past one whole value. */
static int
pass_value(struct scan *s, struct seshat_err *err)
{
	struct open o = {.n = 0};
	size_t before;
	int rc;

	do {
		before = o.n;
		if (pass_begin(s, &o, err) < 0)
			return -1;
		rc = pass_between(s, &o, o.n == before, err);
	} while (rc > 0);
	return rc;
}

/* The value that stands here; past it. */
static int
take_value(struct scan *s, struct ses_jsonc_item *out, struct seshat_err *err)
{
	char c = here(s);

	out->value = s->at;
	out->type = c;
	if (c == '-' || (c >= '0' && c <= '9'))
		out->type = '0';
	if (pass_value(s, err) < 0)
		return -1;
	out->end = s->at;
	return 0;
}

int
ses_jsonc_check(const char *text, size_t len, struct ses_jsonc_item *root,
    struct seshat_err *err)
{
	struct scan s = {.text = text, .len = len};

	*root = (struct ses_jsonc_item){0};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		s.at = 3;
	if (pass_space(&s) < 0)
		return fail(&s, err, "a comment does not end");
	if (s.at >= len)
		return 0;
	root->at = s.at;
	if (take_value(&s, root, err) < 0)
		return -1;
	if (pass_space(&s) < 0)
		return fail(&s, err, "a comment does not end");
	if (s.at < len)
		return fail(&s, err, "something follows the end");
	return 1;
}

void
ses_jsonc_walk(
    struct ses_jsonc_walk *w, const char *text, size_t len, size_t open)
{
	*w = (struct ses_jsonc_walk){
	    .text = text, .len = len, .open = open, .at = open + 1};
}

int
ses_jsonc_next(struct ses_jsonc_walk *w, struct ses_jsonc_item *item)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct scan s = {
	    .text = w->text, .len = w->len, .at = w->at, .token_end = w->at};
	size_t key;

	*item = (struct ses_jsonc_item){0};
	(void)pass_space(&s);
	if (s.at >= s.len || s.text[s.at] == close_of(s.text[w->open])) {
		w->close = s.at;
		w->last = s.token_end;
		w->is_line_comment = s.is_line_comment;
		return 0;
	}
	item->at = s.at;
	item->before = s.token_end;
	item->is_after_line_comment = s.is_line_comment;
	if (w->text[w->open] == '{') {
		key = s.at;
		if (pass_string(&s) < 0)
			return 0;
		item->key_len = s.at - key;
		(void)pass_space(&s);
		s.at++;
		(void)pass_space(&s);
	}
	if (take_value(&s, item, &ignored) < 0)
		return 0;
	w->at = s.at;
	w->n++;
	(void)pass_space(&s);
	if (s.at < s.len && s.text[s.at] == ',') {
		item->comma = s.at;
		w->at = s.at + 1;
	}
	return 1;
}

int
ses_jsonc_key_is(
    const char *text, const struct ses_jsonc_item *item, const char *name)
{
	const struct ses_json key = {
	    .text = text + item->at, .len = item->key_len, .type = '"'};

	return item->key_len > 0 && ses_json_is(&key, name);
}

int
ses_jsonc_member(const char *text, size_t len, size_t open, const char *name,
    struct ses_jsonc_item *out)
{
	struct ses_jsonc_item item;
	struct ses_jsonc_walk w;
	int found = 0;

	ses_jsonc_walk(&w, text, len, open);
	while (ses_jsonc_next(&w, &item))
		if (ses_jsonc_key_is(text, &item, name)) {
			*out = item;
			found = 1;
		}
	return found;
}
