/* Headers, URLs and files that hold a password. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_auth[] = {
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
	.anchor = "://",
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
