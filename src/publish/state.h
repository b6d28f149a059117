#ifndef SES_PUBLISH_STATE_H
#define SES_PUBLISH_STATE_H

#include "publish/format.h"
#include "vault/key.h"

/*
 * What this machine remembers of a session that it published to a place, so
 * that nothing is asked where nothing is new.  Losing it is harmless: what is
 * there is read then.
 */
struct ses_pub_state {
	char *place; /* key of the object, or of the folder; NULL: none known */
	char stamp[SES_SHA256_HEX];   /* of what was published, "" */
	char pending[SES_SHA256_HEX]; /* of an object that a put may have left,
				       * "" */
	char *vault; /* it came from, by its name; NULL: not known */
	char stream[SES_STREAM_ID]; /* of that vault, "" */
	uint64_t cursor;            /* so far of it */
	struct ses_pub_parts parts;
};

/** Append a part, with all that is known of it. */
int ses_pub_add(struct ses_pub_parts *l, const struct ses_pub_part *p,
    struct seshat_err *err);

/** Read it; what is absent or malformed is an empty one. */
int ses_pub_state_load(
    struct ses_pub_state *s, const char *path, struct seshat_err *err);

/** Write it, in place of the one before. */
int ses_pub_state_save(
    const struct ses_pub_state *s, const char *path, struct seshat_err *err);

/** Forget all of it but the place. */
void ses_pub_state_forget(struct ses_pub_state *s);

void ses_pub_state_free(struct ses_pub_state *s);

#endif
