/* Payments and shops. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_pay[] = {
    {
	.id = "stripe-key",
	.what = "Stripe secret key, restricted key or webhook secret",
	.shapes = {"[rs]k_live_" ALNUM "{16,}", "[rs]k_test_" ALNUM "{16,}",
	    "whsec_[A-Za-z0-9+/=]{24,}"},
	.prove = ses_proof_random,
	.yes = {"sk_live_" R24, "\\nrk_test_" R24, "whsec_" R24 R16},
	.no = {"pk_live_" R24, "sk_test_"
			       "XXXXXXXXXXXXXXXXXXXXXXXX"},
    },
    {.id = NULL},
};
