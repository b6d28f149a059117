/* Rows of the table that the user's configuration adds. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "harness/blocks.h"
#include "harness/files.h"
#include "harness/gemini.h"
#include "harness/generic.h"

#define NAME_MAX_LEN 40
#define TEXT_MAX     1000 /* bytes of a value */

/* A row with the text that it points to. */
struct user_row {
	struct ses_files row;
	char *text[1 + SES_FILES_ROOTS + SES_FILES_KINDS + SES_FILES_CWDS + 2];
	size_t n_text;
};

/* They stay until the program ends, as the table does. */
static struct user_row *rows[SES_FILES_USER_MAX];
static size_t n_rows;

/* Where it stands in the file that is read. */
struct place {
	const char *path;
	const char *name; /* of the harness, or "" */
};

static int __attribute__((format(printf, 4, 5))) wrong(const struct place *p,
    const struct ses_node *n, struct seshat_err *err, const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	ses_fail(err, SESHAT_EFORMAT, "%s: line %zu: harnesses%s%s: %s",
	    p->path, n->line, p->name[0] != '\0' ? ": " : "", p->name, why);
	return -1;
}

/* Keep a copy of a text with the row; NULL when out of memory. */
static const char *
keep(struct user_row *u, const char *text)
{
	char *copy = ses_str_dup(text);

	if (copy != NULL)
		u->text[u->n_text++] = copy;
	return copy;
}

/* The value of a key that takes plain text, or NULL and wrong. */
static const char *
text_of(const struct place *p, const struct ses_node *n, struct seshat_err *err)
{
	if (n->kind == SES_NODE_TABLE || n->kind == SES_NODE_LIST ||
	    n->text == NULL || n->text[0] == '\0' ||
	    strlen(n->text) > TEXT_MAX) {
		wrong(p, n, err, "'%s' takes plain text",
		    n->key != NULL ? n->key : "-");
		return NULL;
	}
	return n->text;
}

static int
take_name(const struct place *p, const struct ses_node *entry,
    struct user_row *u, struct seshat_err *err)
{
	const struct ses_node *n = ses_node_get(entry, "name");
	const char *name;
	size_t len;

	if (n == NULL)
		return wrong(p, entry, err, "one without a name");
	name = text_of(p, n, err);
	if (name == NULL)
		return -1;
	len = strlen(name);
	if (len > NAME_MAX_LEN || name[0] == '-' ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
		return wrong(p, n, err,
		    "'%.60s' is no name: a to z, 0 to 9 and '-', at most %d",
		    name, NAME_MAX_LEN);
	if (ses_harness_named(name) != NULL)
		return wrong(
		    p, n, err, "there is a harness '%s' already", name);
	u->row.ops.name = keep(u, name);
	return u->row.ops.name == NULL ? ses_fail_nomem(err) : 0;
}

static int
add_root(const struct place *p, const struct ses_node *n, struct user_row *u,
    size_t *n_roots, struct seshat_err *err)
{
	const char *text = text_of(p, n, err);

	if (text == NULL)
		return -1;
	if (*n_roots == SES_FILES_ROOTS)
		return wrong(p, n, err, "more than %d folders are too many",
		    SES_FILES_ROOTS);
	if (text[0] != '/' && !ses_str_starts(text, "~/") &&
	    !(text[0] == '$' && text[1] != '/' && text[1] != '\0'))
		return wrong(p, n, err,
		    "'%.60s': a folder begins with '/', '~/' or '$VARIABLE'",
		    text);
	text = keep(u, text);
	u->row.roots[(*n_roots)++] = text;
	return text == NULL ? ses_fail_nomem(err) : 0;
}

/* env: MYAGENT_HOME, which goes before root; root: a folder, or a list. */
static int
take_roots(const struct place *p, const struct ses_node *entry,
    struct user_row *u, struct seshat_err *err)
{
	const struct ses_node *env = ses_node_get(entry, "env");
	const struct ses_node *root = ses_node_get(entry, "root");
	const struct ses_node *n;
	struct ses_buf b = {0};
	size_t n_roots = 0;
	const char *text;
	int rc = 0;

	if (env == NULL && root == NULL)
		return wrong(p, entry, err, "neither 'root' nor 'env'");
	if (env != NULL) {
		text = text_of(p, env, err);
		if (text == NULL)
			return -1;
		if (text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
				      "abcdefghijklmnopqrstuvwxyz/.-")] !=
			'\0' ||
		    strcspn(text, "/") > 60 || text[0] == '/')
			return wrong(p, env, err,
			    "'%.60s' is no variable, nor one with a path "
			    "behind it (MYAGENT_HOME/sessions)",
			    text);
		ses_buf_fmt(&b, "$%s", text);
		u->row.roots[n_roots++] = keep(u, ses_buf_cstr(&b));
		rc = u->row.roots[0] == NULL ? ses_fail_nomem(err) : 0;
		ses_buf_free(&b);
	}
	if (rc < 0 || root == NULL)
		return rc;
	if (root->kind != SES_NODE_LIST)
		return add_root(p, root, u, &n_roots, err);
	for (n = root->first; rc == 0 && n != NULL; n = n->next)
		rc = add_root(p, n, u, &n_roots, err);
	return rc;
}

/* How the id of a session is told. */
struct id_rule {
	enum { STEM, FOLDER, FIELD } kind;
	const char *field;
};

static int
take_id(const struct place *p, const struct ses_node *entry, struct user_row *u,
    struct id_rule *rule, struct seshat_err *err)
{
	const struct ses_node *n = ses_node_get(entry, "id");
	struct ses_buf b = {0};
	const char *text;
	size_t len;

	*rule = (struct id_rule){.kind = STEM};
	if (n == NULL)
		return 0;
	text = text_of(p, n, err);
	if (text == NULL)
		return -1;
	if (ses_str_starts(text, "field:") && text[6] != '\0') {
		rule->kind = FIELD;
		rule->field = keep(u, text + 6);
		return rule->field == NULL ? ses_fail_nomem(err) : 0;
	}
	len = strcspn(text, "@");
	ses_buf_add(&b, text, len);
	rule->kind = strcmp(ses_buf_cstr(&b), "folder") == 0 ? FOLDER : STEM;
	u->row.owned = strcmp(text + len, "@owner") == 0;
	if ((rule->kind == STEM && strcmp(ses_buf_cstr(&b), "stem") != 0) ||
	    (text[len] != '\0' && !u->row.owned)) {
		ses_buf_free(&b);
		return wrong(p, n, err,
		    "'%.60s': an id is stem, folder, stem@owner, folder@owner "
		    "or field:NAME",
		    text);
	}
	ses_buf_free(&b);
	return 0;
}

/* Put <> around what is the id: of the last name what stands before its
 * ending, or the folder above it. */
static int
mark_id(const char *pattern, const struct id_rule *rule, struct ses_buf *out)
{
	const char *from = strrchr(pattern, '/');
	const char *to;

	from = from == NULL ? pattern : from + 1;
	if (rule->kind == STEM) {
		to = strrchr(from, '.');
		if (to == NULL || strchr(to, '*') != NULL)
			to = from + strlen(from);
	} else {
		if (from == pattern)
			return 0;
		to = from - 1;
		for (from = to; from > pattern && from[-1] != '/'; from--)
			;
	}
	if (memchr(from, '*', (size_t)(to - from)) == NULL ||
	    (to - from == 2 && memcmp(from, "**", 2) == 0))
		return 0; /* the same for all */
	ses_buf_fmt(out, "%.*s<%.*s>%s", (int)(from - pattern), pattern,
	    (int)(to - from), from, to);
	return 1;
}

static int
add_form(const struct place *p, const struct ses_node *n, struct user_row *u,
    const struct id_rule *rule, struct ses_files_form *form,
    struct seshat_err *err)
{
	const char *text = text_of(p, n, err);
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	int rc = -1;

	if (text == NULL)
		return -1;
	if (ses_files_check(text, &why) < 0)
		return wrong(p, n, err, "'%.60s': %s", text, why.msg);
	if (strpbrk(text, "<>[]") != NULL)
		return wrong(p, n, err,
		    "'%.60s': of < > [ ] none stands in names that are looked "
		    "for",
		    text);
	if (rule->kind == FIELD)
		ses_buf_str(&b, text);
	else if (!mark_id(text, rule, &b)) {
		wrong(p, n, err,
		    "'%.60s': all such files would have the same id (id: stem, "
		    "folder or field:NAME)",
		    text);
		goto out;
	}
	form->pattern = keep(u, ses_buf_cstr(&b));
	form->id = rule->field;
	rc = form->pattern == NULL ? ses_fail_nomem(err) : 0;
out:
	ses_buf_free(&b);
	return rc;
}

static int
take_files(const struct place *p, const struct ses_node *entry,
    struct user_row *u, struct seshat_err *err)
{
	const struct ses_node *n = ses_node_get(entry, "files");
	struct ses_files_form *forms = u->row.forms;
	struct id_rule rule;
	size_t n_forms = 0;
	int rc = take_id(p, entry, u, &rule, err);

	if (rc < 0)
		return -1;
	if (n == NULL)
		return wrong(p, entry, err, "no 'files'");
	if (n->kind != SES_NODE_LIST)
		return add_form(p, n, u, &rule, forms, err);
	if (n->n > SES_FILES_KINDS)
		return wrong(p, n, err, "more than %d patterns are too many",
		    SES_FILES_KINDS);
	if (n->n == 0)
		return wrong(p, n, err, "'files' is empty");
	for (n = n->first; rc == 0 && n != NULL; n = n->next)
		rc = add_form(p, n, u, &rule, &forms[n_forms++], err);
	return rc;
}

static int
take_kind(const struct place *p, const struct ses_node *entry,
    struct user_row *u, struct seshat_err *err)
{
	const struct ses_node *n = ses_node_get(entry, "kind");
	const char *text;
	size_t i;

	if (n == NULL)
		return 0;
	text = text_of(p, n, err);
	if (text == NULL)
		return -1;
	if (strcmp(text, "append") == 0)
		return 0;
	if (strcmp(text, "rewrite") != 0)
		return wrong(
		    p, n, err, "'%.60s': a kind is append or rewrite", text);
	u->row.ops.documents = 1;
	for (i = 0; i < SES_FILES_KINDS; i++)
		u->row.forms[i].kind = SES_FILES_REWRITE;
	return 0;
}

/* cwd: field:NAME, down to members of members with a dot; none. */
static int
take_cwd(const struct place *p, const struct ses_node *entry,
    struct user_row *u, struct seshat_err *err)
{
	const struct ses_node *n = ses_node_get(entry, "cwd");
	const char *text = "field:cwd";

	if (n != NULL)
		text = text_of(p, n, err);
	if (text == NULL)
		return -1;
	u->row.ops.has_no_folder = strcmp(text, "none") == 0;
	if (u->row.ops.has_no_folder)
		return 0;
	if (!ses_str_starts(text, "field:") || text[6] == '\0')
		return wrong(p, n != NULL ? n : entry, err,
		    "'%.60s': cwd is field:NAME or none", text);
	u->row.cwds[0] = keep(u, text + 6);
	return u->row.cwds[0] == NULL ? ses_fail_nomem(err) : 0;
}

static int
take_summary(struct user_row *u, struct seshat_err *err)
{
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "%s, of your configuration", u->row.ops.name);
	u->row.ops.summary = keep(u, ses_buf_cstr(&b));
	ses_buf_free(&b);
	return u->row.ops.summary == NULL ? ses_fail_nomem(err) : 0;
}

static int
check_keys(
    const struct place *p, const struct ses_node *entry, struct seshat_err *err)
{
	static const char *const known[] = {
	    "name", "root", "env", "files", "kind", "id", "cwd"};
	const struct ses_node *n;
	size_t i;

	if (entry->kind != SES_NODE_TABLE)
		return wrong(p, entry, err,
		    "a list of mappings, each with name, root and files");
	for (n = entry->first; n != NULL; n = n->next) {
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strcmp(n->key, known[i]) == 0)
				break;
		if (i == sizeof(known) / sizeof(known[0]))
			return wrong(p, n, err,
			    "unknown key '%.60s' (there are: name, root, env, "
			    "files, kind, id, cwd)",
			    n->key);
	}
	return 0;
}

static void
free_row(struct user_row *u)
{
	while (u->n_text > 0)
		free(u->text[--u->n_text]);
	free(u);
}

static int
add_one(struct place *p, const struct ses_node *entry, struct seshat_err *err)
{
	struct user_row *u;
	int rc = -1;

	p->name = "";
	if (n_rows == SES_FILES_USER_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "%s: line %zu: more than %d harnesses are too many",
		    p->path, entry->line, SES_FILES_USER_MAX);
	if (check_keys(p, entry, err) < 0)
		return -1;
	u = ses_calloc(1, sizeof(*u));
	if (u == NULL)
		return ses_fail_nomem(err);
	u->row.ops = (struct ses_harness_ops){.roots = ses_files_roots,
	    .holds = ses_files_holds,
	    .find = ses_files_find,
	    .identify = ses_files_identify,
	    .describe = ses_files_describe,
	    .place = &ses_files_no_place,
	    .events = ses_user_events};
	if (take_name(p, entry, u, err) < 0)
		goto out;
	p->name = u->row.ops.name;
	if (take_roots(p, entry, u, err) < 0 ||
	    take_files(p, entry, u, err) < 0 ||
	    take_kind(p, entry, u, err) < 0 || take_cwd(p, entry, u, err) < 0 ||
	    take_summary(u, err) < 0 || ses_harness_add(&u->row.ops, err) < 0)
		goto out;
	rows[n_rows++] = u;
	u = NULL;
	rc = 0;
out:
	if (u != NULL)
		free_row(u);
	p->name = "";
	return rc;
}

int
ses_files_add_user(
    const struct ses_node *list, const char *path, struct seshat_err *err)
{
	struct place p = {.path = path, .name = ""};
	const struct ses_node *n;

	if (list->kind != SES_NODE_LIST)
		return wrong(&p, list, err,
		    "a list of mappings, each with name, root and files");
	for (n = list->first; n != NULL; n = n->next)
		if (add_one(&p, n, err) < 0)
			return -1;
	return 0;
}
