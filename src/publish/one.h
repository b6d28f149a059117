#ifndef SES_PUBLISH_ONE_H
#define SES_PUBLISH_ONE_H

#include "publish/cut.h"
#include "publish/publish.h"
#include "publish/state.h"
#include "redact/redact.h"
#include "share/text.h"
#include "vault/key.h"
#include "vault/stream.h"

#define SES_PUB_CLEAN 6 /* names and paths of a session that are scrubbed */

/* What a run has open. */
struct ses_publisher {
	const struct ses_publish *what;
	struct ses_publish_totals t;
	char *dir;                  /* of the state of this format there */
	int lock;                   /* against other runs of this machine; -1:
				     * nothing is written */
	char rules[SES_SHA256_HEX]; /* by which texts are redacted */
	struct ses_redact *redact;  /* of names; NULL until it is needed */
};

/* One session on its way. */
struct ses_publishing {
	struct ses_publisher *run;
	struct ses_where from;
	const struct ses_stream *stream; /* that is published, borrowed */
	struct ses_pub_session s; /* borrows from summary, from and clean */
	json_t *summary;
	char *clean[SES_PUB_CLEAN];
	char *path;  /* of its state */
	char *place; /* its key there */
	char stamp[SES_SHA256_HEX];
	struct ses_pub_state state;
	struct ses_share_text text;
	/* what stands there */
	struct ses_pub_parts there;
	json_t *about; /* NULL: there is none */
	char tag[SES_STORE_TAG];
	int is_foreign; /* in the way is what another writer put there */
	int is_ahead;   /* what is there goes on where the text ends */
	int is_behind;  /* of this stream more was published before: the vault
			 * was put back */
	int wrote;
};

/** Publish it: see ses_publish_run. */
int ses_pub_one(struct ses_publisher *run, const struct ses_where *w,
    struct seshat_err *err);

/** What is known of the session, p->s: without what a rule sees in names.
 * Errors: SESHAT_EPARTIAL, its id is a secret. */
int ses_pub_describe(struct ses_publishing *p, struct seshat_err *err);

/** Where it goes, p->place: where it is already, unless the user says
 * otherwise, or where it was imported from. */
int ses_pub_find_place(struct ses_publishing *p, struct seshat_err *err);

/**
 * ses_pub_look(p, err):
 * Find out what stands in its place: p->there, p->about and p->tag.  Errors:
 * SESHAT_EEXISTS, with p->is_foreign.
 */
int ses_pub_look(struct ses_publishing *p, struct seshat_err *err);

/** Fail with SESHAT_EEXISTS and p->is_foreign: what has this name in the place
 * is another writer's. */
int ses_pub_foreign(
    struct ses_publishing *p, const char *name, struct seshat_err *err);

/** Whether what has this name in the place ("": the place itself) can be ours,
 * and what is above it a folder.  Errors: those of ses_pub_foreign. */
int ses_pub_way(
    struct ses_publishing *p, const char *name, struct seshat_err *err);

/** Whether an object there begins with size bytes that have this hash: 1, 0 or
 * -1. */
int ses_pub_begins(struct ses_publishing *p, const char *key, uint64_t size,
    const char *sha256, struct seshat_err *err);

/** Bring what stands there to what the text is now.  Errors: SESHAT_EEXISTS,
 * something appeared meanwhile: look again.  Does nothing where p->is_ahead. */
int ses_pub_write(struct ses_publishing *p, struct seshat_err *err);

#endif
