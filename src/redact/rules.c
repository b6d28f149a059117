#include "redact/pem.h"
#include "redact/rules.h"

/*
 * Shapes are those that the providers document or issue.  Samples were made
 * up, and stand in pieces so that no literal token is in the source.
 */
#define ALNUM "[A-Za-z0-9]"
#define WORD  "[A-Za-z0-9_-]"
#define HEX   "[0-9a-f]"
#define R16                                                                    \
	"q7Rt2Zx9"                                                             \
	"Lm4Kp8Vb"
#define R24 R16 "c3Wn6Ys1"
#define R36                                                                    \
	R24 "Hd5Gf0Ja"                                                         \
	    "Uo2e"
#define H32                                                                    \
	"9f8e7d6c"                                                             \
	"5b4a3928"                                                             \
	"1706f5e4"                                                             \
	"d3c2b1a0"

const struct ses_rule ses_rules[] = {
    {
	.id = "private-key",
	.what = "private key in PEM or PGP armour",
	.detect = SES_PEM_DETECT,
	.find = ses_pem_find,
	.yes = {"-----BEGIN EC "
		"PRIVATE KEY-----\nMHcC" R36 "\n-----END EC "
		"PRIVATE KEY-----",
	    "{\"k\":\"-----BEGIN "
	    "PRIVATE KEY-----\\nMC4C" R36 "\\n-----END "
	    "PRIVATE KEY-----\\n\"}",
	    "   1\t-----BEGIN PGP "
	    "PRIVATE KEY BLOCK-----\n   2\tVersion: 1\n"
	    "   3\tlQOY" R36 "\n   4\t=ab12\n   5\t-----END PGP "
	    "PRIVATE KEY BLOCK-----",
	    "{\"k\":\"-----BEGIN RSA "
	    "PRIVATE KEY-----\\\\nMIIE" R36 R24 "\"}",
	    "{\"c\":\"k = \\\"-----BEGIN RSA "
	    "PRIVATE KEY-----\\\\n\\\"\\n  \\\"MIIE" R36 "\\\\n\\\";\"}"},
	.no = {"-----BEGIN "
	       "PRIVATE KEY-----\n...\n-----END "
	       "PRIVATE KEY-----",
	    "if (strstr(s, \"-----BEGIN RSA "
	    "PRIVATE KEY-----\") != NULL)",
	    "-----BEGIN "
	    "PUBLIC KEY-----\nMIIB" R36},
    },
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
	.id = "anthropic-api-key",
	.what = "Anthropic API key, admin key or session key",
	.shapes = {"sk-ant-" WORD "{20,}"},
	.prove = ses_proof_random,
	.yes = {"use sk-ant-"
		"api03-" R24 "-" R16 "AA to log in",
	    "{\"k\":\"sk\\u002dant\\u002d"
	    "sid01-" R24 "\"}"},
	.no = {"sk-ant-"
	       "your-key-here-000000",
	    "sk-ant-"
	    "api03-...",
	    "risk-ant-" R24},
    },
    {
	.id = "openai-api-key",
	.what = "OpenAI API key, or another's of the same form",
	.shapes = {"sk-" WORD "{20,}"},
	.prove = ses_proof_random,
	.yes = {"sk-" R24 R24, "\\nsk-proj-" R16 "_" R16 "-" R36 "\\n",
	    "\"sk-svcacct-" R36 "\""},
	.no = {"task-" R24, "sk-fading-circle-with-12-dots",
	    "sk-ssh-ed25519-cert-v01@openssh.com",
	    "sk-"
	    "1234567890abcdefghijklmnop",
	    "disk-" R36},
    },
    {
	.id = "huggingface-token",
	.what = "Hugging Face token of a user or an organisation",
	.shapes = {"hf_" ALNUM "{30,48}", "api_org_" ALNUM "{30,48}"},
	.prove = ses_proof_random,
	.yes = {"HF_TOKEN=hf_"
		"abQXjcEbHuNDXQsUKIoFInsmMYvtUQBQyS",
	    "api_org_"
	    "abQXjcEbHuNDXQsUKIoFInsmMYvtUQBQyS"},
	.no = {"hf_"
	       "AutoModelForSequenceClassification",
	    "hf_"
	    "hub_download"},
    },
    {
	.id = "github-token",
	.what = "GitHub token: personal, OAuth, user, server or refresh",
	.shapes = {"gh[pousr]_[A-Za-z0-9_]{30,}"},
	.prove = ses_proof_random,
	.yes = {"GITHUB_TOKEN=ghp_" R36,
	    "{\"a\":\"{\\\"t\\\":\\\"gho_" R36 "\\\"}\"}",
	    "https://x:ghs_" R36 "@github.com/"},
	.no = {"ghp_"
	       "000000000000000000000000000000000000",
	    "ghs_"
	    "handler_of_the_request_that_came_first"},
    },
    {
	.id = "github-fine-grained-token",
	.what = "GitHub fine-grained personal access token",
	.shapes = {"github_pat_[A-Za-z0-9_]{30,}"},
	.prove = ses_proof_random,
	.yes = {"github_pat_"
		"11" R16 "Ab_" R36},
	.no = {"github_pat_"
	       "XXXX",
	    "github_pat_"
	    "goes_here_and_not_there_ok"},
    },
    {
	.id = "gitlab-token",
	.what = "GitLab token of any kind",
	.shapes = {"glpat-[A-Za-z0-9_.-]{20,}", "glcbt-" WORD "{20,}",
	    "gldt-" WORD "{20,}", "glrt-" WORD "{20,}", "glptt-" WORD "{20,}",
	    "glagent-" WORD "{20,}", "glft-" WORD "{20,}",
	    "glimt-" WORD "{20,}", "glsoat-" WORD "{20,}",
	    "gloas-" WORD "{20,}", "glffct-" WORD "{20,}",
	    "GR1348941" WORD "{20,}"},
	.prove = ses_proof_random,
	.yes = {"glpat-" R16 "c3Wn",
	    "glcbt-"
	    "64_" R16 "c3Wn",
	    "GR1348941" R16 "c3Wn"},
	.no = {"glpat-"
	       "xxxxxxxxxxxxxxxxxxxx"},
    },
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
	.shapes = {"https://hooks.slack.com/services/[A-Za-z0-9/_-]{20,}",
	    "https://hooks.slack.com/workflows/[A-Za-z0-9/_-]{20,}",
	    "https://hooks.slack.com/triggers/[A-Za-z0-9/_-]{20,}"},
	.prove = ses_proof_random,
	.yes = {"https://hooks.slack.com/"
		"services/T0Q7RT2ZX/B0LM4KP8V/" R24,
	    "\"https:\\/\\/hooks.slack.com\\/"
	    "services\\/T0Q7RT2ZX\\/"
	    "B0LM4KP8V\\/" R24 "\""},
	.no = {"https://hooks.slack.com/services/T00/B00/XXXXXXXXXXXXXXXXXX"},
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
	.shapes = {"GOCSPX-" WORD "{28}", "ya29.[A-Za-z0-9_.-]{30,}",
	    "1//0" WORD "{40,}"},
	.prove = ses_proof_random,
	.yes = {"GOCSPX-" R24 "Hd5G", "ya29."
				      "a0" R36},
	.no = {"ya29."
	       "short"},
    },
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
    {
	.id = "npm-token",
	.what = "npm access token",
	.shapes = {"npm_" ALNUM "{36}"},
	.prove = ses_proof_random,
	.yes = {"//registry/:_authToken=npm_" R36, "\\\\nnpm_" R36},
	.no = {"npm_"
	       "package_dependencies_typescript_eslint"},
    },
    {
	.id = "pypi-token",
	.what = "PyPI upload token",
	.shapes = {"pypi-Ag" WORD "{50,}"},
	.prove = ses_proof_random,
	.yes = {"pypi-"
		"AgEIcHlwaS5vcmc" R36 R24},
	.no = {"pypi-"
	       "AgEIcHlwaS5vcmc"},
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
	.shapes = {"SK" HEX "{32}",
	    "(?i)twilio_auth_token[ =:\"'>-]{1,8}<" HEX "{32}>",
	    "(?i)twilioauthtoken[ =:\"'>-]{1,8}<" HEX "{32}>"},
	.prove = ses_proof_no_example,
	.yes = {"SK" H32, "TWILIO_AUTH_TOKEN=" H32,
	    "{\"a\":\"{\\\"twilio_auth_token\\\": \\\"" H32 "\\\"}\"}"},
	.no = {"TASK" H32, "AC" H32},
    },
    {
	.id = "jwt",
	.what = "JSON web token",
	.shapes = {"eyJ" WORD "{12,1024}.eyJ" WORD "{8,8192}." WORD "{16,}"},
	.prove = ses_proof_jwt,
	.yes = {"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
		"eyJzdWIiOiI0MiJ9." R36,
	    "{\"t\":\"eyJhbGciOiJIUzI1NiJ9\\u002e"
	    "eyJzdWIiOiI0MiJ9\\u002e" R24 "\"}"},
	.no = {"eyJhbGciOiJIUzI1NiJ9.." R16,
	    "eyJmb28iOiJiYXIifQoK.eyJzdWIiOiI0MiJ9." R36},
    },
    {
	.id = "bearer-token",
	.what = "token behind the word Bearer",
	.shapes = {"(?i)bearer[ ]{1,4}<[A-Za-z0-9._~+/=-]{20,}>"},
	.prove = ses_proof_random,
	.yes = {"Authorization: Bearer " R36,
	    "{\"h\":\"bearer " R16 "." R16 "\"}"},
	.no = {"Bearer authentication_is_required_for_this",
	    "Bearer YOUR_ACCESS_TOKEN_GOES_HERE", "Bearer ${ACCESS_TOKEN}"},
    },
    {
	.id = "url-password",
	.what = "password in a URL",
	.shapes = {"://[A-Za-z0-9._~%+-]{0,64}:"
		   "<[!#-&(-.0-;=?A-Z\\[\\]^_a-z{|}~]{4,200}>@"},
	.prove = ses_proof_password,
	.yes = {"postgresql://app:Pq7"
		"Rt2Zx9@db.internal:5432/prod",
	    "{\"u\":\"redis:\\/\\/:Pq7"
	    "Rt2Zx9@cache\"}",
	    "mongodb+srv:\\u002f\\u002fsvc\\u003aPq7"
	    "Rt2Zx9\\u0040c0.net"},
	.no = {"postgres://user:password@localhost:5432/db",
	    "mysql://root:${DB_PASSWORD}@db/app", "http://host:8080/a@b",
	    "ssh://git@github.com:22/a", "https://abc:xyz@host/"},
    },
    {.id = NULL},
};
