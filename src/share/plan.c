#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "github/edits.h"
#include "harness/session.h"
#include "share/plan.h"

#define RECORD_KEY "session-gist"

/* More than any plan has. */
#define RECORDS_MAX 100000

/* How often a header is changed anew that others change meanwhile. */
#define EDIT_TRIES 5

/* The fields of a record, in their order. */
static const struct {
	const char *name;
	size_t offset;
} columns[] = {
    {"session_id", offsetof(struct ses_share_record, session_id)},
    {"harness", offsetof(struct ses_share_record, harness)},
    {"gist_id", offsetof(struct ses_share_record, gist_id)},
    {"gist_url", offsetof(struct ses_share_record, gist_url)},
    {"source", offsetof(struct ses_share_record, source)},
    {"uploaded_at", offsetof(struct ses_share_record, uploaded_at)},
    {"sha256", offsetof(struct ses_share_record, sha256)},
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static char **
column(struct ses_share_record *r, size_t i)
{
	return (char **)(void *)((char *)r + columns[i].offset);
}

static const char *
value(const struct ses_share_record *r, size_t i)
{
	const char *const *p =
	    (const char *const *)(const void *)((const char *)r +
						columns[i].offset);

	return *p;
}

static void
record_free(struct ses_share_record *r)
{
	size_t i;

	for (i = 0; i < N_COLUMNS; i++)
		free(*column(r, i));
}

void
ses_id_list_free(struct ses_id_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct ses_id_list){0};
}

static void
forget_comments(struct ses_share_plan *p)
{
	size_t i;

	for (i = 0; i < p->n_records; i++)
		record_free(&p->records[i]);
	free(p->records);
	p->records = NULL;
	p->n_records = 0;
	p->n_strangers = 0;
	ses_id_list_free(&p->impl);
	ses_id_list_free(&p->learn);
}

void
ses_share_plan_free(struct ses_share_plan *p)
{
	forget_comments(p);
	ses_block_free(&p->header);
	ses_issue_free(&p->issue);
}

int
ses_share_plan_get(struct ses_share_plan *p, struct ses_github *g,
    const struct ses_github_repo *repo, uint64_t number, struct seshat_err *err)
{
	*p = (struct ses_share_plan){.github = g, .repo = repo};
	if (ses_issue_get(g, repo, number, &p->issue, err) < 0)
		return -1;
	if (ses_plan_find(
		p->issue.body.data, p->issue.body.len, &p->header, err) < 0)
		return ses_fail_in(err, "issue %s/%s#%llu", repo->owner.data,
		    repo->name.data, (unsigned long long)number);
	return 0;
}

const char *
ses_share_plan_text(const struct ses_share_plan *p, const char *name)
{
	const struct ses_field *f = ses_block_get(&p->header, name);

	if (f == NULL || f->kind == SES_FIELD_NULL || f->text[0] == '\0')
		return NULL;
	return f->text;
}

int
ses_id_list_add(struct ses_id_list *l, const char *id, struct seshat_err *err)
{
	char **more;
	size_t i;

	if (id == NULL || id[0] == '\0')
		return 0;
	for (i = 0; i < l->n; i++)
		if (strcmp(l->v[i], id) == 0)
			return 0;
	more = ses_realloc(l->v, (l->n + 1) * sizeof(*l->v));
	if (more == NULL)
		return ses_fail_nomem(err);
	l->v = more;
	l->v[l->n] = ses_str_dup(id);
	if (l->v[l->n] == NULL)
		return ses_fail_nomem(err);
	l->n++;
	return 0;
}

/* The block of a key in a comment: 1, 0 or -1. */
static int
find_block(const struct ses_buf *body, const char *key,
    struct ses_metadata *out, struct seshat_err *err)
{
	if (body->len == 0)
		return 0;
	if (ses_block_find(body->data, body->len, key, out, err) == 0)
		return 1;
	return err->code == SESHAT_ENOMEM ? -1 : 0;
}

static const char *
text_in(const struct ses_metadata *b, const char *name)
{
	const struct ses_field *f = ses_block_get(b, name);

	return f == NULL || f->kind == SES_FIELD_NULL ? NULL : f->text;
}

static int
add_ids(const struct ses_buf *body, const char *key, struct ses_id_list *l,
    struct seshat_err *err)
{
	struct ses_metadata b;
	int rc = find_block(body, key, &b, err);

	if (rc <= 0)
		return rc;
	rc = ses_id_list_add(l, text_in(&b, "session_id"), err);
	ses_block_free(&b);
	return rc;
}

/* A record is one when it says which session lies in which gist. */
static int
add_record(struct ses_share_plan *p, const struct ses_metadata *b,
    struct seshat_err *err)
{
	struct ses_share_record r = {0};
	struct ses_share_record *more;
	const char *text;
	size_t i;

	text = text_in(b, "session_id");
	if (text == NULL || !ses_session_id_ok(text, strlen(text)) ||
	    text_in(b, "gist_id") == NULL || p->n_records == RECORDS_MAX)
		return 0;
	for (i = 0; i < N_COLUMNS; i++) {
		text = text_in(b, columns[i].name);
		*column(&r, i) = ses_str_dup(text == NULL ? "" : text);
		if (*column(&r, i) == NULL)
			goto fail;
	}
	more =
	    ses_realloc(p->records, (p->n_records + 1) * sizeof(*p->records));
	if (more == NULL)
		goto fail;
	p->records = more;
	p->records[p->n_records++] = r;
	return 0;
fail:
	record_free(&r);
	return ses_fail_nomem(err);
}

static int
take_comment(void *arg, const struct ses_comment *c, struct seshat_err *err)
{
	struct ses_share_plan *p = arg;
	const struct ses_buf *body = &c->body;
	struct ses_metadata b;
	int rc = find_block(body, RECORD_KEY, &b, err);

	/* what a passer-by wrote would lead to a gist of theirs */
	if (rc > 0 && !c->is_insider)
		p->n_strangers++;
	if (rc > 0) {
		rc = c->is_insider ? add_record(p, &b, err) : 0;
		ses_block_free(&b);
	}
	if (rc < 0 || add_ids(body, "impl-started", &p->impl, err) < 0 ||
	    add_ids(body, "impl-ended", &p->impl, err) < 0)
		return -1;
	return add_ids(body, "learn-invoked", &p->learn, err);
}

int
ses_share_plan_comments(struct ses_share_plan *p, struct seshat_err *err)
{
	forget_comments(p);
	if (ses_issue_each_comment(
		p->github, p->repo, p->issue.number, take_comment, p, err) < 0)
		return -1;
	if (p->n_strangers > 0)
		ses_log(SES_WARN,
		    "%zu comment%s of people who may not write to %s/%s "
		    "tell%s of sessions, too: passed over",
		    p->n_strangers, p->n_strangers == 1 ? "" : "s",
		    p->repo->owner.data, p->repo->name.data,
		    p->n_strangers == 1 ? "s" : "");
	return 0;
}

const struct ses_share_record *
ses_share_plan_record(const struct ses_share_plan *p, const char *session_id)
{
	size_t i;

	for (i = p->n_records; i > 0; i--)
		if (strcmp(p->records[i - 1].session_id, session_id) == 0)
			return &p->records[i - 1];
	return NULL;
}

int
ses_share_record_render(const struct ses_share_record *r, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_field fields[N_COLUMNS] = {{0}};
	size_t i;

	for (i = 0; i < N_COLUMNS; i++)
		fields[i] = (struct ses_field){.name = columns[i].name,
		    .text = value(r, i),
		    .kind = SES_FIELD_TEXT};
	/* for people; the block is what counts */
	ses_buf_fmt(out, "Session [`%s`](%s), %s, %s\n\n", r->session_id,
	    r->gist_url, r->harness, r->source);
	return ses_block_render(RECORD_KEY, fields, N_COLUMNS, out, err);
}

static int
is_recorded(const struct ses_share_plan *p, const struct ses_share_record *r)
{
	const struct ses_share_record *last =
	    ses_share_plan_record(p, r->session_id);

	return last != NULL && strcmp(last->gist_id, r->gist_id) == 0 &&
	       strcmp(last->sha256, r->sha256) == 0 &&
	       strcmp(last->source, r->source) == 0;
}

int
ses_share_plan_add(struct ses_share_plan *p, const struct ses_share_record *r,
    struct seshat_err *err)
{
	struct ses_buf body = {0};
	int uncertain = 1;
	int tries;
	int rc = ses_share_record_render(r, &body, err);

	/* a comment that may be there already is looked for first */
	for (tries = 0; rc == 0 && tries < 2 && uncertain; tries++) {
		rc = ses_share_plan_comments(p, err);
		if (rc < 0 || is_recorded(p, r))
			break;
		rc = ses_issue_comment(p->github, p->repo, p->issue.number,
		    &body, &uncertain, err);
		if (rc == 0)
			break;
		rc = uncertain && tries == 0 ? 0 : -1;
	}
	ses_buf_free(&body);
	return rc;
}

/* An edit on its way. */
struct editing {
	ses_plan_edit *edit;
	void *arg;
	struct ses_buf base; /* what ours was made of */
	struct ses_buf body; /* ours */
};

/* Send one change: 1 when it stands, 0 when it is to be made again. */
static int
try_edit(
    struct ses_share_plan *p, const struct editing *e, struct seshat_err *err)
{
	const struct ses_buf *now = &p->issue.body;
	int rc = ses_issue_again(p->github, &p->issue, err);

	/* of what changed the body may be none: a comment was added, say */
	if (rc < 0)
		return -1;
	if (rc > 0 && (now->len != e->base.len ||
			  (now->len > 0 &&
			      memcmp(now->data, e->base.data, now->len) != 0)))
		return 0;
	if (ses_issue_set_body(p->github, &p->issue, &e->body, err) < 0)
		return -1;
	if (!ses_issue_same_body(now, &e->body))
		return 0;
	/* whoever changed it at the same moment may have undone ours */
	rc = ses_issue_again(p->github, &p->issue, err);
	if (rc < 0)
		return -1;
	return rc == 0 || ses_issue_same_body(now, &e->body);
}

/* Ours stands.  If somebody changed the issue in the moment before, that is
 * undone now: put it back, with ours beside it. */
static int
restore(struct ses_share_plan *p, struct editing *e, struct seshat_err *err)
{
	struct ses_buf theirs = {0};
	int rc =
	    ses_issue_overwritten(p->github, &p->issue, &e->base, &theirs, err);

	if (rc <= 0)
		goto out;
	ses_log(SES_DEBUG, "the issue was changed right before: merging");
	ses_buf_clear(&e->body);
	rc = e->edit(e->arg, &theirs, &e->body, err);
	/* of a header that is newer than ours nothing is changed */
	if (rc == SES_PLAN_NEWER)
		ses_buf_add(&e->body, theirs.data, theirs.len);
	if (rc >= 0)
		rc = ses_buf_check(&e->body, err);
	if (rc == 0)
		rc = ses_issue_set_body(p->github, &p->issue, &e->body, err);
out:
	ses_buf_free(&theirs);
	return rc;
}

int
ses_share_plan_edit(struct ses_share_plan *p, ses_plan_edit *edit, void *arg,
    struct seshat_err *err)
{
	struct editing e = {.edit = edit, .arg = arg};
	int sent = 0;
	int tries;
	int rc = 0;

	for (tries = 0; tries < EDIT_TRIES; tries++) {
		ses_buf_clear(&e.body);
		ses_buf_clear(&e.base);
		ses_buf_add(&e.base, p->issue.body.data, p->issue.body.len);
		rc = edit(arg, &p->issue.body, &e.body, err);
		if (rc != SES_PLAN_CHANGED)
			break;
		rc = ses_buf_check(&e.body, err) < 0 ||
			     ses_buf_check(&e.base, err) < 0
			 ? -1
			 : try_edit(p, &e, err);
		if (rc == 1 && restore(p, &e, err) < 0)
			rc = -1;
		if (rc != 0)
			break;
		sent = 1;
		ses_log(SES_DEBUG, "the issue was changed by another: again");
	}
	ses_buf_free(&e.base);
	ses_buf_free(&e.body);
	if (rc < 0)
		return -1;
	if (tries == EDIT_TRIES)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "issue %s/%s#%llu is being changed by others (try again)",
		    p->repo->owner.data, p->repo->name.data,
		    (unsigned long long)p->issue.number);
	return sent ? SES_PLAN_CHANGED : rc;
}

static int
set_session(void *arg, const struct ses_buf *body, struct ses_buf *out,
    struct seshat_err *err)
{
	return ses_plan_set_session(body->data, body->len, arg, out, err);
}

int
ses_share_plan_point(struct ses_share_plan *p, const struct ses_plan_session *s,
    struct seshat_err *err)
{
	/* set_session only reads it */
	return ses_share_plan_edit(p, set_session, (void *)(uintptr_t)s, err);
}
