/* Private keys and signed tokens. */
#include "redact/pem.h"
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_key[] = {
    {
	.id = "private-key",
	.what = "private key in PEM or PGP armour",
	.anchor = "PRIVATE "
		  "KEY",
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
	.id = "private-key-base64",
	.what = "private key in PEM armour, in base64 once more",
	.shapes = {"LS0tLS1CRUdJTi[A-Za-z0-9+/=]{40,}"},
	.prove = ses_proof_pem,
	.yes = {"client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ"
		"pNSUlFcE" R36 R24},
	.no = {"certificate-authority-data: "
	       "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUR" R36},
    },
    {
	.id = "age-secret-key",
	.what = "secret key of age",
	.shapes = {"AGE-SECRET-KEY-1[A-Z0-9]{50,}"},
	.prove = ses_proof_no_example,
	.yes = {"AGE-SECRET-KEY-"
		"1PFHAU7P7CVDTCHTJYL0R3US8QUCF75H6A53HNHK7ZE876SZGM4CR4A43TT"},
	.no = {"AGE-SECRET-KEY-1..."},
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
    {.id = NULL},
};
