#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "github/plan.h"
#include "github/scalar.h"

enum rule {
	VERSION,
	REQUIRED,
	ANY,
	FULL, /* not empty */
	NUMBER,
	REPO,
	CHOICE,
};

static const struct row {
	const char *name;
	enum rule rule;
	const char *choice[2];
} rows[] = {
    {"schema_version", VERSION, {NULL}},
    {"created_at", REQUIRED, {NULL}},
    {"created_by", REQUIRED, {NULL}},
    {"worktree_name", FULL, {NULL}},
    {"branch_name", FULL, {NULL}},
    {"plan_comment_id", NUMBER, {NULL}},
    {"last_dispatched_run_id", ANY, {NULL}},
    {"last_dispatched_node_id", ANY, {NULL}},
    {"last_dispatched_at", ANY, {NULL}},
    {"last_local_impl_at", ANY, {NULL}},
    {"last_remote_impl_at", ANY, {NULL}},
    {"last_remote_impl_run_id", ANY, {NULL}},
    {"last_remote_impl_session_id", ANY, {NULL}},
    {"last_local_impl_event", CHOICE, {"started", "ended"}},
    {"last_local_impl_session", ANY, {NULL}},
    {"last_local_impl_user", ANY, {NULL}},
    {"source_repo", REPO, {NULL}},
    {"objective_issue", NUMBER, {NULL}},
    {"created_from_session", FULL, {NULL}},
    {"last_learn_session", FULL, {NULL}},
    {"last_learn_at", FULL, {NULL}},
    {"learn_status", CHOICE, {"pending", "completed"}},
    {"last_session_gist_url", FULL, {NULL}},
    {"last_session_gist_id", FULL, {NULL}},
    {"last_session_id", FULL, {NULL}},
    {"last_session_at", FULL, {NULL}},
    {"last_session_source", CHOICE, {"local", "remote"}},
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct row *
row_of(const char *name)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

int
ses_plan_knows(const char *name)
{
	return row_of(name) != NULL;
}

static int
check_version(const struct ses_field *f, struct seshat_err *err)
{
	if (f->kind == SES_FIELD_TEXT && strcmp(f->text, "2") == 0)
		return 0;
	return ses_fail(err, SESHAT_EFORMAT,
	    "Invalid schema_version '%.60s'. Must be '2'",
	    f->text != NULL ? f->text : "None");
}

/* Python takes true for 1. */
static int
check_number(const struct ses_field *f, struct seshat_err *err)
{
	if (f->kind != SES_FIELD_INT && f->kind != SES_FIELD_BOOL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s must be an integer or null", f->name);
	if (f->text[0] == '-' || f->text[0] == '0' || f->text[0] == 'f')
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s must be positive when provided", f->name);
	return 0;
}

static int
check_text(
    const struct row *row, const struct ses_field *f, struct seshat_err *err)
{
	if (f->kind != SES_FIELD_TEXT)
		return ses_fail(err, SESHAT_EFORMAT, "%s must be a string%s",
		    row->name, row->rule == REQUIRED ? "" : " or null");
	if (row->rule == CHOICE) {
		if (strcmp(f->text, row->choice[0]) == 0 ||
		    strcmp(f->text, row->choice[1]) == 0)
			return 0;
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s must be '%s' or '%s', got '%.60s'", row->name,
		    row->choice[0], row->choice[1], f->text);
	}
	if (row->rule != ANY && f->text[0] == '\0')
		return ses_fail(err, SESHAT_EFORMAT, "%s must not be empty%s",
		    row->name, row->rule == REQUIRED ? "" : " when provided");
	if (row->rule == REPO && strchr(f->text, '/') == NULL)
		return ses_fail(err, SESHAT_EFORMAT,
		    "%s must be in 'owner/repo' format", row->name);
	return 0;
}

static int
check_field(
    const struct row *row, const struct ses_field *f, struct seshat_err *err)
{
	if (row == NULL)
		return 0; /* none that the schema knows */
	if (row->rule == VERSION)
		return check_version(f, err);
	if (row->rule != REQUIRED && f->kind == SES_FIELD_NULL)
		return 0;
	return row->rule == NUMBER ? check_number(f, err)
				   : check_text(row, f, err);
}

int
ses_plan_find(const char *body, size_t len, struct ses_metadata *out,
    struct seshat_err *err)
{
	if (ses_block_find(body, len, SES_PLAN_KEY, out, err) == 0)
		return 0;
	if (err->code == SESHAT_ENOTFOUND)
		ses_fail(err, SESHAT_ENOTFOUND,
		    SES_PLAN_KEY " block not found in issue body");
	return -1;
}

/* A value that the caller gives, held against the schema. */
static int
check_given(
    const struct row *row, const struct ses_field *f, struct seshat_err *err)
{
	if (check_field(row, f, err) == 0)
		return 0;
	err->code = SESHAT_EUSAGE;
	return -1;
}

/* Also without an offset, which YAML and Python take for UTC. */
static int
parse_time(const char *s, int64_t *out)
{
	char text[64];

	if (ses_time_parse(s, strlen(s), out) == 0)
		return 0;
	(void)snprintf(text, sizeof(text), "%sZ", s);
	return ses_time_parse(text, strlen(text), out);
}

static char
next_digit(const char **s)
{
	if (**s < '0' || **s > '9')
		return '0';
	return *(*s)++;
}

/* Of two times in one millisecond, by the digits of their seconds. */
static int
is_later_fraction(const char *a, const char *b)
{
	char x = '0';
	char y = '0';
	int n;

	a = strchr(a, '.') != NULL ? strchr(a, '.') + 1 : "";
	b = strchr(b, '.') != NULL ? strchr(b, '.') + 1 : "";
	for (n = 0; n < 64 && x == y; n++) {
		x = next_digit(&a);
		y = next_digit(&b);
	}
	return x > y;
}

static int
tells_later(const struct ses_metadata *header, const char *at, int64_t t)
{
	const struct ses_field *f = ses_block_get(header, "last_session_at");
	int64_t have;

	if (f == NULL || f->kind != SES_FIELD_TEXT ||
	    parse_time(f->text, &have) < 0)
		return 0;
	return have > t || (have == t && is_later_fraction(f->text, at));
}

int
ses_plan_set_session(const char *body, size_t len,
    const struct ses_plan_session *s, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct ses_field fields[] = {
	    {"last_session_gist_url", s->gist_url, SES_FIELD_TEXT, 0, 0},
	    {"last_session_gist_id", s->gist_id, SES_FIELD_TEXT, 0, 0},
	    {"last_session_id", s->session_id, SES_FIELD_TEXT, 0, 0},
	    {"last_session_at", s->at, SES_FIELD_TEXT, 0, 0},
	    {"last_session_source", s->source, SES_FIELD_TEXT, 0, 0},
	};
	const struct ses_block_set set = {
	    fields, sizeof(fields) / sizeof(fields[0])};
	struct ses_metadata header = {0};
	int64_t t;
	size_t i;
	int later;

	for (i = 0; i < set.n; i++)
		if (check_given(row_of(fields[i].name), &fields[i], err) < 0)
			return -1;
	if (parse_time(s->at, &t) < 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "last_session_at must be a time as "
		    "2026-01-21T13:00:00+00:00, got '%.60s'",
		    s->at);
	if (ses_plan_find(body, len, &header, err) < 0)
		return -1;
	later = tells_later(&header, s->at, t);
	ses_block_free(&header);
	if (later)
		return SES_PLAN_NEWER;
	return ses_block_update(body, len, SES_PLAN_KEY, &set, out, err);
}

/* What kind a value given as text is. */
static enum ses_field_kind
kind_of(const struct row *row, const struct ses_field *old, const char *value)
{
	int number =
	    row != NULL ? row->rule == NUMBER : old->kind == SES_FIELD_INT;

	if (value == NULL)
		return SES_FIELD_NULL;
	if (number && ses_scalar_is_decimal(value))
		return SES_FIELD_INT;
	if (row == NULL && old->kind == SES_FIELD_BOOL &&
	    (strcmp(value, "true") == 0 || strcmp(value, "false") == 0))
		return SES_FIELD_BOOL;
	return SES_FIELD_TEXT;
}

int
ses_plan_set(const char *body, size_t len, const char *name, const char *value,
    struct ses_buf *out, struct seshat_err *err)
{
	const struct row *row = row_of(name);
	struct ses_field f = {.name = name, .text = value};
	const struct ses_block_set set = {&f, 1};
	struct ses_metadata header = {0};
	const struct ses_field *old;
	int rc = -1;

	if (ses_plan_find(body, len, &header, err) < 0)
		return -1;
	old = ses_block_get(&header, name);
	if (row == NULL && old == NULL) {
		ses_fail(err, SESHAT_EUSAGE,
		    "a plan header has no field '%.60s'", name);
		goto out;
	}
	f.kind = kind_of(row, old, value);
	if (row != NULL && check_given(row, &f, err) < 0)
		goto out;
	rc = ses_block_update(body, len, SES_PLAN_KEY, &set, out, err);
out:
	ses_block_free(&header);
	return rc;
}
