#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "github/edits.h"

/* So many edits are looked at; ours is the last, or nearly so. */
#define EDITS 5

int
ses_issue_same_body(const struct ses_buf *a, const struct ses_buf *b)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a->len || k < b->len) {
		while (i < a->len && a->data[i] == '\r')
			i++;
		while (k < b->len && b->data[k] == '\r')
			k++;
		if (i == a->len || k == b->len)
			return i == a->len && k == b->len;
		if (a->data[i++] != b->data[k++])
			return 0;
	}
	return 1;
}

/* The edits of an answer, in its order. */
struct history {
	struct ses_buf text[EDITS];
	struct ses_buf at[EDITS];
	size_t n;
};

static void
history_free(struct history *h)
{
	size_t i;

	for (i = 0; i < EDITS; i++) {
		ses_buf_free(&h->text[i]);
		ses_buf_free(&h->at[i]);
	}
}

static void
read_history(const struct ses_json *doc, struct history *h)
{
	struct ses_json_walk walk;
	struct ses_json nodes = {0};
	struct ses_json node;
	struct ses_json diff;

	(void)ses_json_path(
	    doc, "data.repository.issue.userContentEdits.nodes", &nodes);
	ses_json_walk(&walk, &nodes);
	while (h->n < EDITS && ses_json_next(&walk, NULL, &node)) {
		/* not for our eyes, or deleted: then nothing is told */
		if (!ses_json_get(&node, "diff", &diff) || diff.type != '"')
			break;
		ses_json_text(&diff, &h->text[h->n]);
		ses_github_text(&node, "editedAt", &h->at[h->n]);
		h->n++;
	}
}

/* Newest first, as it seems; the times tell, when they differ. */
static int
is_newest_first(struct history *h)
{
	return strcmp(ses_buf_cstr(&h->at[0]),
		   ses_buf_cstr(&h->at[h->n - 1])) >= 0;
}

static size_t
find(const struct history *h, const struct ses_buf *body, size_t from)
{
	while (from < h->n && !ses_issue_same_body(&h->text[from], body))
		from++;
	return from;
}

static void
turn_round(struct history *h)
{
	struct ses_buf text;
	size_t i;

	for (i = 0; i < h->n / 2; i++) {
		text = h->text[i];
		h->text[i] = h->text[h->n - 1 - i];
		h->text[h->n - 1 - i] = text;
	}
}

static int
find_between(struct history *h, const struct ses_buf *body,
    const struct ses_buf *base, struct ses_buf *out)
{
	size_t ours;
	size_t below;

	if (h->n == 0)
		return 0;
	if (!is_newest_first(h))
		turn_round(h);
	ours = find(h, body, 0);
	below = find(h, base, ours + 1);
	/* ours is the last of all, and base not right below it */
	if (ours != 0 || below >= h->n || below == 1)
		return 0;
	ses_buf_add(out, h->text[1].data, h->text[1].len);
	return 1;
}

/* Where GraphQL is spoken: beside the REST API. */
static void
graphql_url(const struct ses_github *g, struct ses_buf *out)
{
	ses_buf_str(out, g->host.api.data);
	if (ses_str_ends(g->host.api.data, "/v3"))
		out->len -= strlen("/v3");
	ses_buf_str(out, "/graphql");
}

static void
make_query(const struct ses_issue *i, struct ses_buf *out)
{
	ses_buf_fmt(out,
	    "{\"query\":\"query($o:String!,$r:String!,$n:Int!)"
	    "{repository(owner:$o,name:$r){issue(number:$n)"
	    "{userContentEdits(first:%d){nodes{editedAt diff}}}}}\","
	    "\"variables\":{\"n\":%llu,\"o\":",
	    EDITS, (unsigned long long)i->number);
	ses_json_quote(out, i->repo->owner.data, i->repo->owner.len);
	ses_buf_str(out, ",\"r\":");
	ses_json_quote(out, i->repo->name.data, i->repo->name.len);
	ses_buf_str(out, "}}");
}

int
ses_issue_overwritten(struct ses_github *g, const struct ses_issue *i,
    const struct ses_buf *base, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_github_call c = {.method = "POST",
	    .use = SES_GITHUB_REPO,
	    .is_reading = 1,
	    .what = "the issue's history"};
	struct history h = {.n = 0};
	struct ses_buf url = {0};
	struct ses_buf query = {0};
	struct ses_json doc = {0};
	int rc = -1;

	graphql_url(g, &url);
	make_query(i, &query);
	c.path = ses_buf_cstr(&url);
	c.body = &query;
	if (ses_buf_check(&url, err) == 0 && ses_buf_check(&query, err) == 0)
		rc = ses_github_do(g, &c, err);
	if (rc == 0)
		rc = ses_github_json(&c, &doc, err);
	if (rc == 0) {
		read_history(&doc, &h);
		rc = find_between(&h, &i->body, base, out);
		if (ses_buf_check(out, err) < 0)
			rc = -1;
	}
	if (rc < 0 && err->code != SESHAT_ENOMEM) {
		ses_log(SES_DEBUG, "%s", err->msg);
		rc = 0;
	}
	history_free(&h);
	ses_github_done(&c);
	ses_buf_free(&url);
	ses_buf_free(&query);
	return rc;
}
