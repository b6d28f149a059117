/* GNU: memmem finds marks in text, which may hold NULs. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "github/block.h"
#include "github/block_yaml.h"

#define OPEN     "<!-- erk:metadata-block:"
#define CLOSE    "<!-- /erk:metadata-block"
#define MARK_END " -->"
#define DETAILS  "<details"
#define FENCE    "```"
#define KEY_LEN  200 /* of any block; longer, it is no mark */

struct mark {
	size_t begin;
	size_t end;
	const char *key;
	size_t key_len;
};

/* Where what stands from begin on, before end; end when it does not. */
static size_t
find(const char *body, size_t begin, size_t end, const char *what)
{
	const char *at = memmem(body + begin, end - begin, what, strlen(what));

	return at == NULL ? end : (size_t)(at - body);
}

static int
stands(const char *body, size_t at, size_t end, const char *what)
{
	size_t len = strlen(what);

	return end - at >= len && memcmp(body + at, what, len) == 0;
}

/* The next mark that opens a block. */
static int
find_open(const char *body, size_t begin, size_t end, struct mark *out)
{
	size_t key;
	size_t stop;
	size_t most;

	for (;; begin = key) {
		out->begin = find(body, begin, end, OPEN);
		if (out->begin == end)
			return 0;
		key = out->begin + strlen(OPEN);
		most = end - key < KEY_LEN ? end : key + KEY_LEN;
		stop = find(body, key, most, MARK_END);
		if (stop == most || stop == key ||
		    memchr(body + key, '\n', stop - key) != NULL)
			continue;
		out->key = body + key;
		out->key_len = stop - key;
		out->end = stop + strlen(MARK_END);
		return 1;
	}
}

/* The mark that closes what m opens, with its key or without one. */
static int
find_close(const char *body, size_t len, const struct mark *m, struct mark *out)
{
	size_t at = m->end;

	for (;; at = out->begin + 1) {
		out->begin = find(body, at, len, CLOSE);
		if (out->begin == len)
			return 0;
		out->end = out->begin + strlen(CLOSE);
		if (stands(body, out->end, len, ":") &&
		    len - out->end > m->key_len &&
		    memcmp(body + out->end + 1, m->key, m->key_len) == 0)
			out->end += 1 + m->key_len;
		if (!stands(body, out->end, len, MARK_END))
			continue;
		out->end += strlen(MARK_END);
		return 1;
	}
}

/* A place in a text, for what follows one another in it. */
struct cursor {
	const char *body;
	size_t at;
	size_t end;
};

static int
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
skip_space(struct cursor *c)
{
	size_t from = c->at;

	while (c->at < c->end && is_space(c->body[c->at]))
		c->at++;
	return c->at - from;
}

static int
skip(struct cursor *c, const char *what)
{
	if (!stands(c->body, c->at, c->end, what))
		return 0;
	c->at += strlen(what);
	return 1;
}

/* <details>, <summary> and the line that begins the YAML. */
static int
skip_head(struct cursor *c)
{
	size_t title;
	int code;

	if (!skip(c, DETAILS))
		return 0;
	if (skip_space(c) > 0 && !skip(c, "open"))
		return 0;
	if (!skip(c, ">"))
		return 0;
	skip_space(c);
	if (!skip(c, "<summary>"))
		return 0;
	code = skip(c, "<code>");
	title = c->at;
	c->at = find(c->body, c->at, c->end, "<");
	if (c->at == title || (code && !skip(c, "</code>")) ||
	    !skip(c, "</summary>"))
		return 0;
	skip_space(c);
	if (!skip(c, FENCE "yaml"))
		return 0;
	skip_space(c);
	return 1;
}

/* The fence and </details> behind the YAML, which ends before the white space
 * in front of them. */
static int
find_tail(struct cursor c, size_t *yaml_end)
{
	size_t begin = c.at;
	size_t fence;

	while ((fence = find(c.body, c.at, c.end, FENCE)) < c.end) {
		c.at = fence + strlen(FENCE);
		skip_space(&c);
		if (skip(&c, "</details>")) {
			while (fence > begin && is_space(c.body[fence - 1]))
				fence--;
			*yaml_end = fence;
			return 1;
		}
		c.at = fence + 1;
	}
	return 0;
}

/* Read what stands between two marks. */
static int
read_inside(const char *body, const struct mark *open, const struct mark *close,
    struct ses_metadata *out, struct seshat_err *err)
{
	struct cursor c = {body, open->end, close->begin};
	size_t details;
	size_t end = 0;

	for (;; c.at = details + 1) {
		details = find(body, c.at, c.end, DETAILS);
		if (details == c.end)
			return ses_fail(err, SESHAT_EFORMAT,
			    "it holds no <details> with YAML");
		c.at = details;
		if (skip_head(&c))
			break;
	}
	if (!find_tail(c, &end))
		return ses_fail(err, SESHAT_EFORMAT, "its YAML has no end");
	out->begin = open->begin;
	out->end = close->end;
	return ses_block_yaml(body, c.at, end, out, err);
}

/* Whether another mark follows before anything begins: then somebody wrote
 * about the first. */
static int
is_mention(const char *body, const struct mark *open, const struct mark *close,
    struct mark *next)
{
	size_t until = find(body, open->end, close->begin, DETAILS);

	return find_open(body, open->end, until, next);
}

static int
is_key(const struct mark *m, const char *key)
{
	return m->key_len == strlen(key) &&
	       memcmp(m->key, key, m->key_len) == 0;
}

static int
fail_none(const char *key, const char *body, size_t bad,
    const struct seshat_err *why, struct seshat_err *err)
{
	size_t line = 1;
	size_t i;

	if (why->code == SESHAT_OK)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "Metadata block '%s' not found in body", key);
	for (i = 0; i < bad; i++)
		line += body[i] == '\n';
	return ses_fail(err, why->code,
	    "Metadata block '%s' not found in body: the one in line %zu cannot "
	    "be read: %s",
	    key, line, why->msg);
}

/* The first good block; of the first bad one where it is, and why. */
static int
find_good(const char *body, size_t len, const char *key,
    struct ses_metadata *out, struct seshat_err *why, size_t *bad)
{
	struct mark open;
	struct mark close;
	struct mark next;
	struct seshat_err now = SESHAT_ERR_INIT;
	size_t at = 0;
	int n;

	for (n = 0; find_open(body, at, len, &open); n++) {
		if (n == SES_BLOCK_MARKS)
			return ses_fail(why, SESHAT_ELIMIT,
			    "more than %d blocks are too many",
			    SES_BLOCK_MARKS);
		at = open.end;
		if (!find_close(body, len, &open, &close))
			continue;
		if (is_mention(body, &open, &close, &next)) {
			at = next.begin;
			continue;
		}
		at = close.end;
		if (!is_key(&open, key))
			continue;
		if (read_inside(body, &open, &close, out, &now) == 0)
			return 0;
		ses_block_free(out);
		if (why->code == SESHAT_OK || now.code == SESHAT_ENOMEM) {
			*why = now;
			*bad = open.begin;
		}
		if (now.code == SESHAT_ENOMEM)
			return -1;
	}
	return -1;
}

int
ses_block_find(const char *body, size_t len, const char *key,
    struct ses_metadata *out, struct seshat_err *err)
{
	struct ses_metadata b = {0};
	struct seshat_err why = SESHAT_ERR_INIT;
	size_t bad = 0;

	if (len > SES_BLOCK_BODY)
		return ses_fail(err, SESHAT_ELIMIT,
		    "the body has %zu bytes, at most %zu are looked at", len,
		    SES_BLOCK_BODY);
	if (find_good(body, len, key, &b, &why, &bad) < 0)
		return fail_none(key, body, bad, &why, err);
	*out = b;
	return 0;
}

const struct ses_field *
ses_block_get(const struct ses_metadata *b, const char *name)
{
	size_t i;

	for (i = b->n; i > 0; i--)
		if (strcmp(b->fields[i - 1].name, name) == 0)
			return &b->fields[i - 1];
	return NULL;
}

void
ses_block_free(struct ses_metadata *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		free((void *)(uintptr_t)b->fields[i].name);
		free((void *)(uintptr_t)b->fields[i].text);
	}
	free(b->fields);
	*b = (struct ses_metadata){0};
}
