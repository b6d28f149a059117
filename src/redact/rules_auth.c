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
	.id = "basic-auth",
	.what = "user and password behind the word Basic",
	.shapes = {"(?i)basic[ ]{1,4}<[A-Za-z0-9+/=_-]{8,}>"},
	.prove = ses_proof_basic,
	.yes = {"Authorization: Basic "
		"c3ZjOlBxN1J0Mlp4OUxtNEtw"},
	.no = {"Basic authentication is required", "basic c3ZjOg=="},
    },
    {
	.id = "basic-auth-value",
	.what = "user and password of a registry, in base64",
	.names = {"auth", "basic auth", "authorization"},
	.shapes = {"[A-Za-z0-9+/=]{12,}"},
	.prove = ses_proof_basic,
	.yes = {"{\"auths\":{\"r.test\":{\"auth\": "
		"\"c3ZjOlBxN1J0Mlp4OUxtNEtw\"}}}"},
	.no = {"auth: authenticated"},
    },
    {
	.id = "netrc-password",
	.what = "password in a .netrc file",
	.shapes = {"machine[ \t]{1,8}[!-~]{1,128}[ \t\r\n]{1,8}login[ "
		   "\t]{1,8}[!-~]{1,128}[ \t\r\n]{1,8}password[ "
		   "\t]{1,8}<[!#-~]{4,256}>"},
	.prove = ses_proof_password,
	.yes = {"machine git.test login me password k9Lm4Kp8\n",
	    "{\"c\":\"machine g.test login me password k9Lm4Kp8\",\"d\":1}"},
	.no = {"machine learning and login password"},
    },
    {
	.id = "command-password",
	.what = "password on a command line",
	.anchor = "-u ",
	.shapes = {"-u [\"']{0,1}[A-Za-z0-9._@+-]{1,64}:"
		   "<[!#-&(-.0-;=?-Z\\[\\]^_a-z{|}~]{6,128}>"},
	.prove = ses_proof_chosen,
	.yes = {"curl -u admin:Pq7Rt2Zx9 https://h.test"},
	.no = {"curl -u $USER:$PASS https://h.test",
	    "docker run -u 1000:1000 image"},
    },
    {
	.id = "command-line-password",
	.what = "password in an argument or a statement",
	.shapes = {"--user[ =][\"']{0,1}[A-Za-z0-9._@+-]{1,64}:"
		   "<[!#-&(-.0-;=?-Z\\[\\]^_a-z{|}~]{6,128}>",
	    "sshpass -p[ ]{0,1}[\"']{0,1}"
	    "<[!#-&(-.0-;=?-Z\\[\\]^_a-z{|}~]{6,128}>",
	    "(?i)identified by [\"']"
	    "<[!#-&(-.0-;=?-Z\\[\\]^_a-z{|}~]{6,128}>"},
	.prove = ses_proof_chosen,
	.yes = {"curl --user bob:Pq7Rt2Zx9 https://h.test",
	    "sshpass -p Pq7Rt2Zx9 ssh a@b",
	    "CREATE USER a IDENTIFIED BY 'Pq7Rt2Zx9';"},
	.no = {"curl --user $U:$P https://h.test",
	    "docker run --user 1000:1000", "sshpass -p $PW ssh a@b",
	    "identified by 'password'"},
    },
    {
	.id = "url-token",
	.what = "token in the place of a URL's user",
	.shapes = {"https://<[A-Za-z0-9_-]{20,255}>@"},
	.prove = ses_proof_secret,
	.yes = {"git clone https://" R36 "@git.test/a/b"},
	.no = {"https://some-user-with-a-long-name@git.test/a/b"},
    },
    {
	.id = "otp-secret",
	.what = "secret of one-time passwords",
	.shapes = {"otpauth://[a-z]{4}/[!#-&(-\\[\\]-~]{0,200}"},
	.yes = {"otpauth://totp/"
		"x:me?secret=JBSWY3DPEHPK3PXP&issuer=x"},
	.no = {"otpauth:// is the scheme"},
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
