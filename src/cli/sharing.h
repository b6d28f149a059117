#ifndef SES_SHARING_H
#define SES_SHARING_H

#include "cli/context.h"
#include "github/client.h"
#include "github/issue.h"
#include "pack/age.h"
#include "share/text.h"

/* What the commands that share sessions through GitHub have in common. */
struct ses_sharing {
	struct ses_github github;
	struct ses_github_repo repo; /* empty names: none was needed */
};

/**
 * ses_sharing_open(s, cli, repo, issue, number, err):
 * Find the host, and where issue is not NULL (a number or a URL, which goes to
 * *number) the repository, too: of the URL, of the flag repo, or as gh does.
 */
int ses_sharing_open(struct ses_sharing *s, const struct ses_cli *cli,
    const char *repo, const char *issue, uint64_t *number,
    struct seshat_err *err);
void ses_sharing_free(struct ses_sharing *s);

/** Print {"success": false, "error": ...} for programs, and answer the exit
 * status; without as_json -1, so that the error is reported as any other. */
int ses_sharing_failed(int as_json, const struct seshat_err *err);

/* A session that is to be shared, and what it borrows from. */
struct ses_shared {
	struct ses_share_source from;
	struct ses_session_list here;
	struct ses_found found;
};

/* What the user said of it; NULL: nothing. */
struct ses_shared_what {
	const char *session_id; /* "harness/id" tells two agents apart */
	const char *file;
	const char *harness; /* of file, where its place does not tell */
};

/**
 * ses_shared_find(c, w, out, err):
 * Find the session: a file; by its id on this machine, then in the vault;
 * without either, the newest of the current folder, or of the checkout that it
 * is in.  Errors: SESHAT_ENOTFOUND; SESHAT_EUSAGE, several agents have one of
 * that id.
 */
int ses_shared_find(struct ses_context *c, const struct ses_shared_what *w,
    struct ses_shared *out, struct seshat_err *err);

void ses_shared_free(struct ses_shared *s);

/* Whom to encrypt to. */
struct ses_shared_to {
	struct ses_age_recipient v[SES_OPT_LIST_MAX];
	char passphrase[SES_AGE_PASSPHRASE];
	struct ses_age_to to;
};

/** Read recipients, or ask for a passphrase where "passphrase" is one: 1, 0 (no
 * recipient was named) or -1. */
int ses_shared_to(const struct ses_opt_list *names, struct ses_shared_to *out,
    struct seshat_err *err);

/* Who opens what is encrypted. */
struct ses_shared_keys {
	struct ses_age_identities identities;
	struct ses_age_keys keys;
};

/** The identities of a file (NULL: $SESHAT_IDENTITY, if that is set), and who
 * is asked for a passphrase. */
int ses_shared_keys(
    const char *identity, struct ses_shared_keys *out, struct seshat_err *err);
void ses_shared_keys_free(struct ses_shared_keys *k);

#endif
