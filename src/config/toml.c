#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "config/toml.h"
#include "config/toml_value.h"

/* What a node was made by, since a table may not be made twice. */
enum {
	TAG_IMPLIED = 0, /* by the name of one below it */
	TAG_HEADER,      /* by [name] */
	TAG_DOTTED,      /* by a.b = value */
	TAG_CLOSED,      /* by { } or [ ]: it is all there */
	TAG_TABLES,      /* by [[name]] */
};

static int
fail(const struct ses_toml *t, const char *text, struct seshat_err *err)
{
	return ses_toml_fail(t, text, err);
}

int
ses_toml_fail(
    const struct ses_toml *t, const char *text, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EFORMAT, "line %zu: %s", t->line, text);
}

struct ses_node *
ses_toml_add(struct ses_toml *t, struct ses_node *parent,
    enum ses_node_kind kind, const char *text, struct seshat_err *err)
{
	struct ses_node *n;
	const char *key =
	    parent->kind == SES_NODE_TABLE ? ses_buf_cstr(&t->key) : NULL;

	if (t->nodes++ >= SES_TOML_NODES) {
		ses_fail(err, SESHAT_ELIMIT,
		    "line %zu: more than %d values are too many", t->line,
		    SES_TOML_NODES);
		return NULL;
	}
	if (key != NULL && ses_buf_check(&t->key, err) < 0)
		return NULL;
	if (key != NULL && parent->n >= SES_TOML_KEYS) {
		ses_fail(err, SESHAT_ELIMIT,
		    "line %zu: more than %d keys in a table are too many",
		    t->line, SES_TOML_KEYS);
		return NULL;
	}
	n = ses_node_add(parent, kind, key, text, t->line);
	if (n == NULL)
		ses_fail_nomem(err);
	return n;
}

void
ses_toml_blanks(struct ses_toml *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

int
ses_toml_line_end(struct ses_toml *t, struct seshat_err *err)
{
	ses_toml_blanks(t);
	if (t->p < t->end && *t->p == '#')
		while (t->p < t->end && *t->p != '\n') {
			if (((unsigned char)*t->p < ' ' && *t->p != '\t' &&
				*t->p != '\r') ||
			    *t->p == 0x7f)
				return fail(
				    t, "a control character in a comment", err);
			t->p++;
		}
	if (t->p < t->end && *t->p == '\r' && t->p + 1 < t->end &&
	    t->p[1] == '\n')
		t->p++;
	if (t->p == t->end)
		return 0;
	if (*t->p != '\n')
		return fail(t, "something behind the value", err);
	t->p++;
	t->line++;
	return 0;
}

static int
is_bare(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* One name of a dotted key, into t->key. */
static int
read_name(struct ses_toml *t, struct seshat_err *err)
{
	const char *p = t->p;

	ses_buf_clear(&t->key);
	if (p < t->end && (*p == '"' || *p == '\''))
		return ses_toml_string(t, &t->key, 0, err);
	while (t->p < t->end && is_bare((unsigned char)*t->p))
		t->p++;
	if (t->p == p)
		return fail(t, "a key is missing", err);
	ses_buf_add(&t->key, p, (size_t)(t->p - p));
	(void)ses_buf_cstr(&t->key);
	return ses_buf_check(&t->key, err);
}

/* Whether a dot follows, and with it another name. */
static int
another(struct ses_toml *t)
{
	ses_toml_blanks(t);
	if (t->p == t->end || *t->p != '.')
		return 0;
	t->p++;
	ses_toml_blanks(t);
	return 1;
}

/* The table t->key of at, for what stands below it; made where it is not. */
static struct ses_node *
step_into(struct ses_toml *t, struct ses_node *at, unsigned tag,
    struct seshat_err *err)
{
	struct ses_node *n = ses_node_get(at, ses_buf_cstr(&t->key));

	if (n == NULL) {
		n = ses_toml_add(t, at, SES_NODE_TABLE, NULL, err);
		if (n != NULL)
			n->tag = tag;
		return n;
	}
	if (n->tag == TAG_TABLES && tag == TAG_IMPLIED)
		return n->last;
	if (n->kind != SES_NODE_TABLE || n->tag == TAG_CLOSED ||
	    (tag == TAG_DOTTED && n->tag != TAG_DOTTED)) {
		fail(t, "a key that has a value already is extended", err);
		return NULL;
	}
	return n;
}

int
ses_toml_pair(
    struct ses_toml *t, struct ses_node *table, struct seshat_err *err)
{
	unsigned depth = 0;

	if (read_name(t, err) < 0)
		return -1;
	while (another(t)) {
		if (++depth > SES_TOML_DEPTH)
			return fail(t, "a key of too many parts", err);
		table = step_into(t, table, TAG_DOTTED, err);
		if (table == NULL || read_name(t, err) < 0)
			return -1;
	}
	if (ses_node_get(table, ses_buf_cstr(&t->key)) != NULL)
		return fail(t, "a key stands there twice", err);
	if (t->p == t->end || *t->p != '=')
		return fail(t, "'=' is missing behind a key", err);
	t->p++;
	ses_toml_blanks(t);
	if (ses_toml_value(t, table, err) < 0)
		return -1;
	if (table->last->kind == SES_NODE_TABLE ||
	    table->last->kind == SES_NODE_LIST)
		table->last->tag = TAG_CLOSED;
	return 0;
}

/* [[name]]: one more table of a list. */
static struct ses_node *
append_table(struct ses_toml *t, struct ses_node *at, struct seshat_err *err)
{
	struct ses_node *list = ses_node_get(at, ses_buf_cstr(&t->key));

	if (list == NULL) {
		list = ses_toml_add(t, at, SES_NODE_LIST, NULL, err);
		if (list == NULL)
			return NULL;
		list->tag = TAG_TABLES;
	} else if (list->tag != TAG_TABLES) {
		fail(t, "[[ ]] extends what is no list of tables", err);
		return NULL;
	}
	return ses_toml_add(t, list, SES_NODE_TABLE, NULL, err);
}

/* [name]: a table, which must not have had a header before. */
static struct ses_node *
open_table(struct ses_toml *t, struct ses_node *at, struct seshat_err *err)
{
	struct ses_node *n = ses_node_get(at, ses_buf_cstr(&t->key));

	if (n == NULL)
		n = ses_toml_add(t, at, SES_NODE_TABLE, NULL, err);
	else if (n->kind != SES_NODE_TABLE || n->tag != TAG_IMPLIED) {
		fail(t, "a table stands there twice", err);
		return NULL;
	}
	if (n != NULL)
		n->tag = TAG_HEADER;
	return n;
}

/* A line of one or two brackets; *at becomes the table that it begins. */
static int
read_header(struct ses_toml *t, struct ses_node *root, struct ses_node **at,
    struct seshat_err *err)
{
	int twice = t->end - t->p > 1 && t->p[1] == '[';
	struct ses_node *n = root;
	unsigned depth = 0;

	t->p += 1 + twice;
	ses_toml_blanks(t);
	if (read_name(t, err) < 0)
		return -1;
	while (another(t)) {
		if (++depth > SES_TOML_DEPTH)
			return fail(t, "a name of too many parts", err);
		n = step_into(t, n, TAG_IMPLIED, err);
		if (n == NULL || read_name(t, err) < 0)
			return -1;
	}
	if (t->end - t->p < 1 + twice || *t->p != ']' ||
	    (twice && t->p[1] != ']'))
		return fail(t, "']' is missing", err);
	t->p += 1 + twice;
	*at = twice ? append_table(t, n, err) : open_table(t, n, err);
	return *at == NULL ? -1 : ses_toml_line_end(t, err);
}

static int
read_all(struct ses_toml *t, struct ses_node *root, struct seshat_err *err)
{
	struct ses_node *at = root;

	while (t->p < t->end) {
		ses_toml_blanks(t);
		if (t->p == t->end || strchr("#\r\n", *t->p) != NULL) {
			if (ses_toml_line_end(t, err) < 0)
				return -1;
		} else if (*t->p == '[') {
			if (read_header(t, root, &at, err) < 0)
				return -1;
		} else if (ses_toml_pair(t, at, err) < 0 ||
			   ses_toml_line_end(t, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int
ses_toml_read(
    const char *text, size_t len, struct ses_node **out, struct seshat_err *err)
{
	struct ses_toml t = {.p = text, .end = text + len, .line = 1};
	struct ses_node *root;
	int rc = -1;

	if (len > SES_TOML_MAX)
		return ses_fail(
		    err, SESHAT_ELIMIT, "longer than %u bytes", SES_TOML_MAX);
	if (memchr(text, '\0', len) != NULL || !ses_str_is_utf8(text, len))
		return ses_fail(err, SESHAT_EFORMAT, "it is no text (UTF-8)");
	root = ses_node_add(NULL, SES_NODE_TABLE, NULL, NULL, 1);
	if (root == NULL)
		return ses_fail_nomem(err);
	root->tag = TAG_HEADER;
	rc = read_all(&t, root, err);
	ses_buf_free(&t.key);
	ses_buf_free(&t.text);
	if (rc < 0)
		ses_node_free(root);
	else
		*out = root;
	return rc;
}
