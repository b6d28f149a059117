/* Messages: chat, mail, telephone. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_chat[] = {
    {
	.id = "slack-token",
	.what = "Slack token of a bot, user, app or configuration",
	.shapes = {"xox[abeoprs]-[A-Za-z0-9-]{10,}",
	    "xoxe.xox[bp]-[A-Za-z0-9-]{10,}", "xapp-[0-9]-[A-Za-z0-9-]{20,}",
	    "xwfp-[A-Za-z0-9-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"xoxb-"
		"912744275417-637815963622-" R24,
	    "xapp-"
	    "1-AP263734OKJ-6994588999563-" H32 H32,
	    "xoxe.xoxp-"
	    "1-" R36},
	.no = {"xoxo-love-letters-2026-edition",
	    "xoxb-"
	    "not-a-real-token-this-will-not-work"},
    },
    {
	.id = "slack-webhook",
	.what = "Slack webhook address",
	.shapes = {"hooks.slack.com/services/[A-Za-z0-9/_-]{20,}",
	    "hooks.slack.com/workflows/[A-Za-z0-9/_-]{20,}",
	    "hooks.slack.com/triggers/[A-Za-z0-9/_-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"https://hooks.slack.com/"
		"services/T0Q7RT2ZX/B0LM4KP8V/" R24,
	    "\"https:\\/\\/hooks.slack.com\\/"
	    "services\\/T0Q7RT2ZX\\/"
	    "B0LM4KP8V\\/" R24 "\""},
	.no = {"https://hooks.slack.com/services/T00/B00/XXXXXXXXXXXXXXXXXX"},
    },
    {
	.id = "sendgrid-key",
	.what = "SendGrid API key",
	.shapes = {"SG.[A-Za-z0-9_-]{16,32}.[A-Za-z0-9_-]{32,64}"},
	.prove = ses_proof_random,
	.yes = {"SG." R16 "c3Wn6Y." R36 "Hd5Gf0J"},
	.no = {"SG."
	       "xxxxxxxxxxxxxxxxxxxxxx."
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "twilio-key",
	.what = "Twilio API key or the token of an account",
	.shapes = {"SK" HEX "{32}"},
	.prove = ses_proof_no_example,
	.yes = {"SK" H32, "TWILIO_AUTH_TOKEN=" H32,
	    "{\"a\":\"{\\\"twilio_auth_token\\\": \\\"" H32 "\\\"}\"}"},
	.no = {"TASK" H32, "AC" H32},
    },
    {.id = NULL},
};
