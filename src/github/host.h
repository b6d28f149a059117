#ifndef SES_GITHUB_HOST_H
#define SES_GITHUB_HOST_H

#include "base/buf.h"

/*
 * Which GitHub is meant, and how to be let in: as GitHub's own program gh has
 * it (go-gh, pkg/auth and pkg/config), so that who uses gh need set nothing.
 */
struct ses_github_host {
	struct ses_buf name; /* "github.com", with ":port" where it has one */
	struct ses_buf api;  /* "https://api.github.com", no slash behind it */
	struct ses_buf web;  /* "https://github.com": where its pages are */
	int enterprise;      /* somebody's own server */
	int is_trusted;      /* the default one, or one that gh knows */
};

/** Release and start again from {0}. */
void ses_github_host_free(struct ses_github_host *h);

/**
 * ses_github_host_find(h, named, insecure_http, err):
 * The host that is named (NULL: none is): else $GH_HOST, in a workflow that of
 * $GITHUB_SERVER_URL, the only one in gh's hosts.yml, or github.com.  Its API
 * is where $GITHUB_API_URL says, if that is of this host.  Errors:
 * SESHAT_EUSAGE, no host name, or http:// to another machine.
 */
int ses_github_host_find(struct ses_github_host *h, const char *named,
    int insecure_http, struct seshat_err *err);

/** Append a host's name in the form that gh compares: small letters, and
 * "github.com" for what belongs to it. */
void ses_github_host_normal(const char *name, size_t len, struct ses_buf *out);

/** Whether gh knows the host: by hosts.yml, or as $GH_HOST, or github.com. */
int ses_github_host_known(const char *name);

/**
 * Whether what stands at a host (len bytes, with ":port" where it has one) can
 * be a gist of h: its pages, its API, and where its raw files are.
 */
int ses_github_host_has(
    const struct ses_github_host *h, const char *name, size_t len);

/** What a token is for. */
enum ses_github_use {
	SES_GITHUB_REPO, /* issues and artifacts of a repository */
	SES_GITHUB_GIST, /* a person's gists */
};

/**
 * ses_github_token(h, use, out, from, err):
 * Append the token for a host: for gists $SESHAT_GIST_TOKEN first; then
 * $GH_TOKEN, $GITHUB_TOKEN (of an enterprise's server $GH_ENTERPRISE_TOKEN,
 * $GITHUB_ENTERPRISE_TOKEN), hosts.yml, what 'gh auth token' prints.  An empty
 * variable counts as none.  A host that only the URL of an issue names, and
 * that gh does not know, gets none.  *from says where it was.  1; 0, there is
 * none; or -1.
 */
int ses_github_token(const struct ses_github_host *h, enum ses_github_use use,
    struct ses_buf *out, const char **from, struct seshat_err *err);

#endif
