/* Clouds and hosting. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_cloud[] = {
    {
	.id = "aws-access-key-id",
	.what = "AWS access key id",
	.shapes = {"A[KS]IA[A-Z0-9]{16}"},
	.prove = ses_proof_no_example,
	.yes = {"AWS_ACCESS_KEY_ID=AKIA"
		"Q7RT2ZX9LM4KP8VB",
	    "\\u001b[32mASIA"
	    "Q7RT2ZX9LM4KP8VB\\u001b[0m"},
	.no = {"AKIA"
	       "IOSFODNN7EXAMPLE",
	    "MAKIA"
	    "Q7RT2ZX9LM4KP8VB",
	    "AKIA"
	    "XXXXXXXXXXXXXXXX",
	    "AKIA"
	    "Q7RT2ZX9LM4KP8VBA"},
    },
    {
	.id = "google-api-key",
	.what = "Google API key",
	.shapes = {"AIza" WORD "{35}"},
	.prove = ses_proof_random,
	.yes = {"?key=AIza" R24 "Hd5Gf0J-_Uo"},
	.no = {"AIza"
	       "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"},
    },
    {
	.id = "google-oauth-secret",
	.what = "Google OAuth client secret, access token or refresh token",
	.shapes = {"GOCSPX-" WORD "{28}", "ya29.[A-Za-z0-9_.-]{30,}"},
	.prove = ses_proof_random,
	.yes = {"GOCSPX-" R24 "Hd5G", "ya29."
				      "a0" R36},
	.no = {"ya29."
	       "short"},
    },
    {
	.id = "google-refresh-token",
	.what = "Google OAuth refresh token",
	.anchor = "1//0",
	.shapes = {"1//0" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"1//0" R36 R16},
	.no = {"1//0" R16},
    },
    {.id = NULL},
};
