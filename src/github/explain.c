#include <string.h>

#include "base/str.h"
#include "github/explain.h"
#include "github/limit.h"

#define WORDS_MAX 300

int
ses_github_no_token(
    const struct ses_github *g, enum ses_github_use use, struct seshat_err *err)
{
	const char *mine =
	    g->host.enterprise ? "GH_ENTERPRISE_TOKEN" : "GH_TOKEN";

	if (!g->host.is_trusted)
		return ses_fail(err, SESHAT_EAUTH,
		    "%s is no host that gh knows: it gets no token ('gh auth "
		    "login -h %s', or GH_HOST, if it is yours)",
		    g->host.name.data, g->host.name.data);
	return ses_fail(err, SESHAT_EAUTH,
	    "no token for %s (set %s%s, or run 'gh auth login -h %s%s')",
	    g->host.name.data,
	    use == SES_GITHUB_GIST ? "SESHAT_GIST_TOKEN or " : "", mine,
	    g->host.name.data, use == SES_GITHUB_GIST ? " -s gist" : "");
}

/* What is wrong with which field: "Gist.files is missing". */
static void
add_detail(const struct ses_json *e, struct ses_buf *out)
{
	static const char *const codes[][2] = {
	    {"missing", "does not exist"},
	    {"missing_field", "is missing"},
	    {"invalid", "is invalid"},
	    {"already_exists", "already exists"},
	};
	struct ses_buf code = {0};
	const char *said = NULL;
	size_t i;

	if (e->type == '"') {
		ses_buf_str(out, ", ");
		ses_json_text(e, out);
		return;
	}
	ses_github_text(e, "message", &code);
	ses_buf_str(out, ", ");
	if (code.len > 0) {
		ses_buf_str(out, ses_buf_cstr(&code));
		ses_buf_free(&code);
		return;
	}
	ses_github_text(e, "code", &code);
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(ses_buf_cstr(&code), codes[i][0]) == 0)
			said = codes[i][1];
	ses_github_text(e, "resource", out);
	ses_buf_str(out, ".");
	ses_github_text(e, "field", out);
	ses_buf_fmt(out, " %s", said != NULL ? said : ses_buf_cstr(&code));
	ses_buf_free(&code);
}

/* GitHub's own words, of an error or a page of something between. */
static void
add_words(const struct ses_github_call *c, struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_json_walk walk;
	struct ses_buf said = {0};
	struct ses_json doc;
	struct ses_json list;
	struct ses_json one;
	struct ses_json block;

	if (ses_json_parse(
		c->answer.body.data, c->answer.body.len, &doc, &ignored) < 0)
		return;
	ses_github_text(&doc, "message", &said);
	if (ses_json_get(&doc, "block", &block)) {
		ses_buf_str(&said, ", blocked: ");
		ses_github_text(&block, "reason", &said);
	}
	(void)ses_json_get(&doc, "errors", &list);
	ses_json_walk(&walk, &list);
	while (said.len < WORDS_MAX && ses_json_next(&walk, NULL, &one))
		add_detail(&one, &said);
	if (said.len > WORDS_MAX)
		said.len = WORDS_MAX;
	ses_buf_str(out, ": ");
	ses_str_safe(ses_buf_cstr(&said), said.len, out);
	ses_buf_free(&said);
}

static int
has_scope(const char *scopes, const char *scope)
{
	const char *p = strstr(scopes, scope);
	size_t n = strlen(scope);

	for (; p != NULL; p = strstr(p + 1, scope))
		if ((p == scopes || p[-1] == ' ' || p[-1] == ',') &&
		    (p[n] == '\0' || p[n] == ',' || p[n] == ' '))
			return 1;
	return 0;
}

/* What the token lacks, as far as headers and words tell. */
static void
add_advice(const struct ses_github *g, const struct ses_github_call *c,
    struct ses_buf *out)
{
	const char *from = g->from[c->use] == NULL ? "" : g->from[c->use];
	const int is_gist = c->use == SES_GITHUB_GIST;
	struct ses_buf scopes = {0};
	struct ses_buf needs = {0};
	int has = ses_http_header(&c->answer, "X-OAuth-Scopes", &scopes);

	(void)ses_http_header(
	    &c->answer, "X-Accepted-GitHub-Permissions", &needs);
	(void)ses_buf_cstr(&scopes);
	(void)ses_buf_cstr(&needs);
	if (c->answer.status == 401)
		ses_buf_fmt(out,
		    " (the token in %s is not valid: make another one, or run "
		    "'gh auth login -h %s')",
		    from, g->host.name.data);
	else if (is_gist && ses_github_says(&c->answer, "by integration"))
		ses_buf_fmt(out,
		    " (a workflow's own token, which %s is, cannot use gists: "
		    "make one with the scope 'gist', keep it as a secret, and "
		    "give it as SESHAT_GIST_TOKEN)",
		    from);
	else if (is_gist && has && !has_scope(scopes.data, "gist"))
		ses_buf_fmt(out,
		    " (the token in %s lacks the scope 'gist': 'gh auth "
		    "refresh -h %s -s gist', or another token as "
		    "SESHAT_GIST_TOKEN)",
		    from, g->host.name.data);
	else if (needs.len > 0 && c->answer.status == 403)
		ses_buf_fmt(out,
		    " (the token in %s lacks the permission '%.100s')", from,
		    needs.data);
	else if (!is_gist && has && c->answer.status == 403 &&
		 !has_scope(scopes.data, "repo"))
		ses_buf_fmt(
		    out, " (the token in %s lacks the scope 'repo')", from);
	ses_buf_free(&scopes);
	ses_buf_free(&needs);
}

static int
code_of(int status)
{
	switch (status) {
	case 400:
	case 422:
		return SESHAT_EFORMAT;
	case 401:
	case 403:
		return SESHAT_EAUTH;
	case 404:
	case 410:
	case 451:
		return SESHAT_ENOTFOUND;
	case 409:
		return SESHAT_ECONFLICT;
	case 413:
	case 429:
		return SESHAT_ELIMIT;
	default:
		return SESHAT_ENET;
	}
}

/* A gist that cannot be written answers as one that is not there. */
static int
is_scope_missing(const struct ses_github_call *c)
{
	struct ses_buf scopes = {0};
	int rc = c->use == SES_GITHUB_GIST && c->answer.status == 404 &&
		 ses_http_header(&c->answer, "X-OAuth-Scopes", &scopes) &&
		 !has_scope(ses_buf_cstr(&scopes), "gist");

	ses_buf_free(&scopes);
	return rc;
}

int
ses_github_explain(const struct ses_github *g, const struct ses_github_call *c,
    struct seshat_err *err)
{
	int status = c->answer.status;
	struct ses_buf text = {0};

	add_words(c, &text);
	add_advice(g, c, &text);
	if (status == 451)
		ses_buf_str(&text, " (taken down for legal reasons)");
	ses_fail(err, is_scope_missing(c) ? SESHAT_EAUTH : code_of(status),
	    "%s: %s answers %d%s", c->what, g->host.name.data, status,
	    ses_buf_cstr(&text));
	err->sys = status;
	ses_buf_free(&text);
	return -1;
}
