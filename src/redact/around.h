#ifndef SES_REDACT_AROUND_H
#define SES_REDACT_AROUND_H

#include "redact/shape.h"

/*
 * Secrets that are known by what stands in their middle, not by how they
 * begin.  at is where that stands: the anchors are, in this order, ":AA",
 * ".atlasv1.", "JQQJ99", "-us" and ":APA91b".  Each is a ses_rule_find: 1, and
 * the whole secret in hit, or 0.
 */

/** A Telegram bot token: its number, a colon, its secret. */
int ses_around_telegram(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Terraform Cloud token. */
int ses_around_atlas(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** An Azure key of the kind that names its service. */
int ses_around_azure(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Mailchimp key: hex, and the data center it is for. */
int ses_around_mailchimp(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Firebase server key. */
int ses_around_firebase(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

#endif
