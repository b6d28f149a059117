#ifndef SES_REDACT_AROUND_H
#define SES_REDACT_AROUND_H

#include "redact/shape.h"

/*
 * Secrets that are known by what stands in their middle or beside them, or
 * whose beginning is not rare.  Each is a ses_rule_find, to be called where the
 * anchor of its row stands, which is quoted below: 1, and the whole secret in
 * hit, or 0.
 */

/** A Telegram bot token: its number, ":AA", its secret. */
int ses_around_telegram(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Terraform Cloud token, by its ".atlasv1.". */
int ses_around_atlas(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** An Azure key of a kind that many services have, by its "JQQJ99". */
int ses_around_azure(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Mailchimp key: hex, and "-us1" for its data center. */
int ses_around_mailchimp(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Firebase server key, by its ":APA91b". */
int ses_around_firebase(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A key of one of the Azure services that write their name into it: "AZDO",
 * "+ASt", "ACDb", "+ACR", "AzFu", "AzSe". */
int ses_around_azure_key(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A client secret of Azure AD: three characters, a digit, "Q~". */
int ses_around_azure_secret(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A license key of New Relic, which "NRAL" ends. */
int ses_around_newrelic(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** The secret of an AWS access key that stands near behind its id "AKIA". */
int ses_around_aws(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A key that begins with "live_" and nothing before it. */
int ses_around_live(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Square access token: "EAAA", but not in base64. */
int ses_around_square(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A Google refresh token: "1//0", but not in base64. */
int ses_around_google(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

/** A license key of MaxMind, which "_mmk" ends. */
int ses_around_maxmind(const char *base, const char *at, const char *end,
    struct ses_shape_hit *hit);

#endif
