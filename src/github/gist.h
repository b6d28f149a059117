#ifndef SES_GITHUB_GIST_H
#define SES_GITHUB_GIST_H

#include "github/client.h"

/*
 * Gists.  GitHub answers about one megabyte of text for a whole gist; files
 * behind that are "truncated", even small ones, and are got by their raw_url.
 */
#define SES_GIST_FILES_MAX 300 /* GitHub answers no more */
#define SES_GIST_ID        64  /* with its NUL; today 32 hex digits */

struct ses_gist_file {
	char *name;
	char *raw_url;
	uint64_t size;           /* bytes, as GitHub says */
	struct ses_json inline_; /* its text in the answer; type NUL: not all */
};

struct ses_gist {
	char id[SES_GIST_ID];
	char *html_url;
	char *description; /* "" when it has none */
	char *created_at;
	char *updated_at;
	int is_public;
	struct ses_gist_file *files;
	size_t n_files;
	int has_more;                /* files than are answered */
	struct ses_github_call call; /* whose answer inline_ stands in */
};

/** Release and start again from {0}. */
void ses_gist_free(struct ses_gist *g);

/**
 * ses_gist_id(text, host, out, err):
 * The id in what a person has at hand: the id, the page of a gist (also an
 * enterprise's, also of one file or revision), its raw or git URL.  A URL must
 * be of the host (NULL: of any).
 * Errors: SESHAT_EUSAGE.
 */
int ses_gist_id(const char *text, const struct ses_github_host *host,
    char out[SES_GIST_ID], struct seshat_err *err);

/** What GitHub tells of a gist.  Files' inline_ borrows from v.  g is {0} and
 * is released with ses_gist_free, also on error.  Errors: SESHAT_EFORMAT,
 * SESHAT_ELIMIT. */
int ses_gist_parse(
    struct ses_gist *g, const struct ses_json *v, struct seshat_err *err);

/** One gist; a token is used where there is one.  Errors as ses_github_do. */
int ses_gist_get(struct ses_github *g, const char *id, struct ses_gist *out,
    struct seshat_err *err);

/**
 * ses_gist_create(g, body, out, uncertain, err):
 * Make a gist of a JSON body ("description", "public", "files").  On error
 * *uncertain says whether it may have been made all the same.
 */
int ses_gist_create(struct ses_github *g, const struct ses_buf *body,
    struct ses_gist *out, int *uncertain, struct seshat_err *err);

/** Change a gist; the same again does no harm. */
int ses_gist_change(struct ses_github *g, const char *id,
    const struct ses_buf *body, struct ses_gist *out, struct seshat_err *err);

/** Delete it, for good; one that is gone already is no error, another user's is
 * (SESHAT_EAUTH). */
int ses_gist_delete(
    struct ses_github *g, const char *id, struct seshat_err *err);

/** Tell of the user's own gists, those changed last first; files have neither
 * text nor size of all.  A non-zero answer of each stops. */
int ses_gist_each(struct ses_github *g,
    int (*each)(void *arg, const struct ses_gist *gist, struct seshat_err *err),
    void *arg, struct seshat_err *err);

/** The file of that name, or NULL. */
const struct ses_gist_file *ses_gist_file(
    const struct ses_gist *g, const char *name);

/** Push all of a file's bytes; no more than max come.  Errors: SESHAT_ELIMIT
 * when it has more, SESHAT_ECORRUPT when it has not as many as GitHub said. */
int ses_gist_read(struct ses_github *g, const struct ses_gist_file *f,
    uint64_t max, const struct ses_sink *sink, struct seshat_err *err);

#endif
