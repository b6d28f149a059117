#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "github/issue.h"

/* GitHub numbers issues by an int. */
#define NUMBER_MAX UINT64_C(2147483647)

static int
read_number(const char *text, size_t len, uint64_t *out)
{
	return ses_str_u64n(text, len, out) == 0 && *out > 0 &&
	       *out <= NUMBER_MAX;
}

int
ses_issue_parse(const char *text, uint64_t *number,
    struct ses_github_repo *repo, struct seshat_err *err)
{
	const char *p = strstr(text, "/issues/");
	struct ses_buf of = {0};
	int rc;

	if (p == NULL && strstr(text, "://") != NULL)
		p = strstr(text, "/pull/");
	if (p == NULL) {
		p = text + (text[0] == '#' || text[0] == 'P' || text[0] == 'p');
		if (read_number(p, strlen(p), number))
			return 0;
		return ses_fail(err, SESHAT_EUSAGE,
		    "Invalid issue identifier: %.200s", text);
	}
	ses_buf_add(&of, text, (size_t)(p - text));
	p = strchr(p + 1, '/') + 1;
	if (!read_number(p, strcspn(p, "/?#"), number)) {
		ses_buf_free(&of);
		return ses_fail(err, SESHAT_EUSAGE,
		    "Invalid issue identifier: %.200s", text);
	}
	ses_github_repo_free(repo);
	rc = ses_github_repo_parse(ses_buf_cstr(&of), repo, err);
	ses_buf_free(&of);
	return rc;
}

void
ses_issue_free(struct ses_issue *i)
{
	ses_buf_free(&i->body);
	ses_buf_free(&i->etag);
	*i = (struct ses_issue){0};
}

/* A call about an issue, and the texts it borrows. */
struct issue_call {
	struct ses_github_call c;
	struct ses_buf path;
	struct ses_buf what;
};

static void
begin(struct issue_call *k, const char *method,
    const struct ses_github_repo *repo, uint64_t number, const char *below)
{
	*k = (struct issue_call){0};
	ses_buf_fmt(&k->path, "/repos/%s/%s/issues/%llu%s", repo->owner.data,
	    repo->name.data, (unsigned long long)number, below);
	ses_buf_fmt(&k->what, "issue %s/%s#%llu", repo->owner.data,
	    repo->name.data, (unsigned long long)number);
	k->c = (struct ses_github_call){.method = method,
	    .path = ses_buf_cstr(&k->path),
	    .use = SES_GITHUB_REPO,
	    .what = ses_buf_cstr(&k->what)};
}

static void
end(struct issue_call *k)
{
	ses_github_done(&k->c);
	ses_buf_free(&k->path);
	ses_buf_free(&k->what);
}

/* The body and the tag of an answer. */
static int
take(struct ses_issue *i, const struct ses_github_call *c,
    struct seshat_err *err)
{
	struct ses_json doc;

	if (ses_github_json(c, &doc, err) < 0)
		return -1;
	if (doc.type != '{')
		return ses_fail(
		    err, SESHAT_EFORMAT, "%s: the answer is no issue", c->what);
	ses_buf_clear(&i->body);
	ses_buf_clear(&i->etag);
	ses_github_text(&doc, "body", &i->body);
	(void)ses_http_header(&c->answer, "ETag", &i->etag);
	(void)ses_buf_cstr(&i->body);
	(void)ses_buf_cstr(&i->etag);
	if (ses_buf_check(&i->etag, err) < 0)
		return -1;
	return ses_buf_check(&i->body, err);
}

int
ses_github_repo_check(struct ses_github *g, const struct ses_github_repo *repo,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf what = {0};
	struct ses_github_call c = {.method = "GET", .use = SES_GITHUB_REPO};
	int rc;

	ses_buf_fmt(&path, "/repos/%s/%s", repo->owner.data, repo->name.data);
	ses_buf_fmt(&what, "repository %s/%s (nothing was done)",
	    repo->owner.data, repo->name.data);
	c.path = ses_buf_cstr(&path);
	c.what = ses_buf_cstr(&what);
	rc = ses_github_do(g, &c, err);
	ses_github_done(&c);
	ses_buf_free(&path);
	ses_buf_free(&what);
	return rc;
}

int
ses_issue_get(struct ses_github *g, const struct ses_github_repo *repo,
    uint64_t number, struct ses_issue *out, struct seshat_err *err)
{
	struct issue_call k;
	int rc;

	*out = (struct ses_issue){.repo = repo, .number = number};
	begin(&k, "GET", repo, number, "");
	k.c.is_anonymous_ok = 1;
	rc = ses_github_do(g, &k.c, err);
	if (rc == 0)
		rc = take(out, &k.c, err);
	end(&k);
	if (rc < 0)
		ses_issue_free(out);
	return rc;
}

int
ses_issue_again(
    struct ses_github *g, struct ses_issue *i, struct seshat_err *err)
{
	struct issue_call k;
	int rc;

	begin(&k, "GET", i->repo, i->number, "");
	k.c.etag = i->etag.len > 0 ? i->etag.data : NULL;
	rc = ses_github_do(g, &k.c, err);
	if (rc == 0 && k.c.answer.status != 304)
		rc = take(i, &k.c, err) < 0 ? -1 : 1;
	end(&k);
	return rc;
}

/* What GitHub takes the text of an issue or of a comment in. */
static int
make_doc(
    const struct ses_buf *body, struct ses_buf *doc, struct seshat_err *err)
{
	ses_buf_str(doc, "{\"body\":");
	ses_json_quote(doc, body->data, body->len);
	ses_buf_str(doc, "}");
	return ses_buf_check(doc, err);
}

int
ses_issue_set_body(struct ses_github *g, struct ses_issue *i,
    const struct ses_buf *body, struct seshat_err *err)
{
	struct ses_buf doc = {0};
	struct issue_call k;
	int rc;

	rc = make_doc(body, &doc, err);
	begin(&k, "PATCH", i->repo, i->number, "");
	k.c.body = &doc;
	if (rc == 0)
		rc = ses_github_do(g, &k.c, err);
	if (rc == 0)
		rc = take(i, &k.c, err);
	end(&k);
	ses_buf_free(&doc);
	return rc;
}

int
ses_issue_comment(struct ses_github *g, const struct ses_github_repo *repo,
    uint64_t number, const struct ses_buf *body, int *uncertain,
    struct seshat_err *err)
{
	struct ses_buf doc = {0};
	struct issue_call k;
	int rc;

	rc = make_doc(body, &doc, err);
	begin(&k, "POST", repo, number, "/comments");
	k.c.body = &doc;
	k.c.again = SES_GITHUB_ONCE;
	if (rc == 0)
		rc = ses_github_do(g, &k.c, err);
	*uncertain = k.c.uncertain;
	end(&k);
	ses_buf_free(&doc);
	return rc;
}

struct comments {
	int (*each)(
	    void *arg, const struct ses_comment *c, struct seshat_err *err);
	void *arg;
	struct ses_comment comment;
};

static int
is_insider(const struct ses_json *v)
{
	static const char *const may_write[] = {
	    "OWNER", "MEMBER", "COLLABORATOR"};
	struct ses_json member;
	size_t i;

	if (ses_json_path(v, "user.type", &member) &&
	    ses_json_is(&member, "Bot"))
		return 1;
	if (!ses_json_get(v, "author_association", &member))
		return 0;
	for (i = 0; i < sizeof(may_write) / sizeof(may_write[0]); i++)
		if (ses_json_is(&member, may_write[i]))
			return 1;
	return 0;
}

static int
tell(void *arg, const struct ses_json *v, struct seshat_err *err)
{
	struct comments *all = arg;
	struct ses_comment *c = &all->comment;

	ses_buf_clear(&c->body);
	ses_github_text(v, "body", &c->body);
	(void)ses_buf_cstr(&c->body);
	if (ses_buf_check(&c->body, err) < 0)
		return -1;
	c->is_insider = is_insider(v);
	return all->each(all->arg, c, err);
}

int
ses_issue_each_comment(struct ses_github *g, const struct ses_github_repo *repo,
    uint64_t number,
    int (*each)(void *arg, const struct ses_comment *c, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct comments all = {.each = each, .arg = arg};
	struct issue_call k;
	int rc;

	begin(&k, "GET", repo, number, "/comments?per_page=100");
	k.c.is_anonymous_ok = 1;
	rc = ses_github_each(g, &k.c, NULL, tell, &all, err);
	end(&k);
	ses_buf_free(&all.comment.body);
	return rc;
}
