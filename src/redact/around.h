#ifndef SES_REDACT_AROUND_H
#define SES_REDACT_AROUND_H

#include "redact/shape.h"

/*
 * Secrets that are known by what stands in their middle, not by how they
 * begin.  at is where that stands: the anchors are, in this order, ":AA",
 * ".atlasv1.", "JQQJ99", "-us", ":APA91b", one of "AZDO", "+ASt", "ACDb",
 * "+ACR", "AzFu" and "AzSe", "Q~", "!A", "NRAL", "AKIA" and "live_".  Each is a
 * ses_rule_find: 1, and the whole secret in hit, or 0.
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

/** A key of one of the Azure services that write their name into it. */
int ses_around_azure_key(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A client secret of Azure AD: three characters, a digit, "Q~". */
int ses_around_azure_secret(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A session id of Salesforce: its organisation, "!", its secret. */
int ses_around_salesforce(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A license key of New Relic, which "NRAL" ends. */
int ses_around_newrelic(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** The secret of an AWS access key that stands near behind its id. */
int ses_around_aws(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A key that begins with "live_" and nothing before it. */
int ses_around_live(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

#endif
