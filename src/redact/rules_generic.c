/* What is called a secret and looks like one. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_generic[] = {
    {
	.id = "named-secret",
	.what = "random value that is called a key, token or secret",
	.names = {"api key", "api token", "api secret", "access key",
	    "access token", "auth token", "auth key", "authorization",
	    "secret key", "secret token", "secret", "client secret",
	    "app secret", "app key", "consumer secret", "consumer key",
	    "private token", "private key", "signing key", "signing secret",
	    "encryption key", "master key", "service key", "session secret",
	    "session token", "refresh token", "bearer token", "webhook secret",
	    "shared secret", "token", "credential", "credentials", "deploy key",
	    "license key", "storage key", "account key", "admin key",
	    "root key", "server key", "subscription key", "secret key base",
	    "personal access token", "pat", "id token"},
	.unless = {"next", "continuation", "page", "cursor", "public", "grant",
	    "idempotency", "cache"},
	.shapes = {"[A-Za-z0-9_+/=.~-]{16,}"},
	.prove = ses_proof_secret,
	.yes = {"MY_SERVICE_API_KEY=" R36,
	    "{\"clientSecret\": \"" R16 "-" R16 "\"}", "x-api-key: " R24},
	.no = {"api_key = os.environ[\"SERVICE_API_KEY_FOR_TESTS\"]",
	    "\"request_token_id\":\"f821e346-7c7e-4303-8ca4-23116488a72d\"",
	    "\"cache_creation_input_tokens\":102680"},
    },
    {
	.id = "named-password",
	.what = "value that is called a password",
	.names = {"password", "passwd", "passphrase", "pwd", "passcode",
	    "db pass", "user pass", "smtp pass", "redis pass", "mail pass",
	    "root pass", "auth pass", "admin pass", "dbpassword", "pgpassword",
	    "mysqlpassword", "userpassword", "rootpassword", "adminpassword",
	    "sshpass", "become pass"},
	.prove = ses_proof_chosen,
	.yes = {"DB_PASSWORD=Tr0ub4dor"
		"&3xY",
	    "{\"password\": \"k9-Lm4Kp8\"}", "psql --password q7Rt2Zx9"},
	.no = {"password: process.env.DB_PASSWORD",
	    "password = getpass.getpass()", "\"password\":\"********\"",
	    "def login(user: str, password: str = None)"},
    },
    {.id = NULL},
};
