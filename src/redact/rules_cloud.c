/* The three large clouds. */
#include "redact/around.h"
#include "redact/rules.h"
#include "redact/samples.h"

/* Base64 of 64 and of 32 bytes, as far as it is not "=". */
#define B86 R36 R36 "Xx1Qz9Ab2Cd4Ef"
#define B43 R36 "Xx1Qz9A"

const struct ses_rule ses_rules_cloud[] = {
    {
	.id = "aws-access-key-id",
	.what = "AWS access key id",
	.shapes = {"A[KS]IA[A-Z0-9]{16}", "ABIA[A-Z0-9]{16}",
	    "ACCA[A-Z0-9]{16}"},
	.prove = ses_proof_no_example,
	.yes = {"AWS_ACCESS_KEY_ID=AKIA" U16,
	    "\\u001b[32mASIA" U16 "\\u001b[0m", "ABIA" U16},
	.no = {"AKIA"
	       "IOSFODNN7EXAMPLE",
	    "MAKIA" U16,
	    "AKIA"
	    "XXXXXXXXXXXXXXXX",
	    "AKIA" U16 "A"},
    },
    {
	.id = "aws-secret-key",
	.what = "AWS secret access key, or that of another S3 store",
	.names = {"aws*secret*key", "secret access key", "aws*secret",
	    "amazon*secret*key", "s3*secret*key", "s3*secret", "r2*secret",
	    "spaces*secret", "minio*secret"},
	.shapes = {"[A-Za-z0-9/+_-]{40,64}"},
	.prove = ses_proof_random,
	.yes = {"AWS_SECRET_ACCESS_KEY=" R36 "/x+Q",
	    "{\"SecretAccessKey\": \"" R24 "/" R16 "\"}"
	    "",
	    "aws configure set --aws-secret-key " R36 "Zz9Q"},
	.no = {"aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/"
	       "bPxRfiCYEXAMPLEKEY",
	    "aws_secret_access_key = var.the_secret_access_key_of_the_user",
	    "commit_key=" H32 "9f8e7d6c"},
    },
    {
	.id = "aws-secret-in-words",
	.what = "AWS secret access key, where it is asked for",
	.shapes = {"(?i)secret access key[\"' :=]{1,8}<[A-Za-z0-9/+]{40}>",
	    "(?i)secret access key \\[none\\]: <[A-Za-z0-9/+]{40}>",
	    "(?i)secret access key \\[[*A-Z0-9]{8,24}\\]: "
	    "<[A-Za-z0-9/+]{40}>"},
	.prove = ses_proof_random,
	.yes = {"AWS Secret Access Key [None]: " R24 "/Hd5Gf0JaUo2x+Qz",
	    "**Secret access key**: no\nSecret access key: " R36 "Zz9Q"},
	.no = {"AWS Secret Access Key [None]: ",
	    "the secret access key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
    },
    {
	.id = "aws-key-pair",
	.what = "AWS secret access key beside its id",
	.anchor = "AKIA",
	.find = ses_around_aws,
	.prove = ses_proof_random,
	.yes = {"Access key ID,Secret access key\nAKIA" U16 "," R24
		"/Hd5Gf0JaUo2x+Qz",
	    "AKIA" U16 ":" R36 "Zz9Q"},
	.no = {"AKIA" U16 " commit " H32 "9f8e7d6c", "AKIA" U16 ":" R36 "Zz9Qa",
	    "AKIA" U16 "a:" R36 "Zz9Q"},
    },
    {
	.id = "aws-session-token",
	.what = "AWS session token",
	.shapes = {"IQoJb3JpZ2lu[A-Za-z0-9+/%_-]{60,}={0,2}",
	    "FwoGZXIvYXdz[A-Za-z0-9+/%_-]{60,}={0,2}",
	    "FQoGZXIvYXdz[A-Za-z0-9+/%_-]{60,}={0,2}",
	    "FQoDYXdz[A-Za-z0-9+/%_-]{60,}={0,2}"},
	.prove = ses_proof_random,
	.yes = {"AWS_SESSION_TOKEN=IQoJb3Jp"
		"Z2luX2Vj" R36 "/" R36 "+" R16,
	    "X-Amz-Security-Token=FwoGZXIv"
	    "YXdzEB%2F" R36 R36 "%3D"},
	.no = {"IQoJb3Jp"
	       "Z2luX2VjEXAMPLE",
	    "aws_session_token = IQoJb3Jp"
	    "Z2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZ2luX2IQoJb3JpZVERYLONGSTR"
	    "INGEXAMPLE"},
    },
    {
	.id = "aws-signature",
	.what = "signature of a URL or of a request to AWS or Google",
	.shapes = {"Signature=<[0-9a-f]{64,1024}>",
	    "Signature=<[A-Za-z0-9~_-]{100,}>&Key-Pair-Id",
	    "Signature=<[A-Za-z0-9+/%=]{27,50}>&Expires="},
	.prove = ses_proof_random,
	.yes = {"https://b.s3.amazonaws.com/k?X-Amz-Date=20260129T000000Z&"
		"X-Amz-Signature=" H32 H32,
	    "{\"u\":\"https://b/k?a=b\\u0026X-Amz-Signature=" H32 H32
	    "\\u0026c=d\"}",
	    "AWSAccessKeyId=x&Signature=" R24 "%3D&Expires=1"},
	.no = {"X-Amz-Signature=<signature>", "Signature=" H32,
	    "Signature=abcabcabcabcabcabcabcabcabcabc&Expires=1"},
    },
    {
	.id = "aws-bedrock-key",
	.what = "Amazon Bedrock API key",
	.shapes = {"ABSK[A-Za-z0-9+/]{80,}={0,2}",
	    "bedrock-api-key-[A-Za-z0-9+/]{40,}={0,2}"},
	.prove = ses_proof_random,
	.yes = {"AWS_BEARER_TOKEN_BEDROCK=ABSKQmVk"
		"cm9ja0FQ" R36 R36 R24 "=",
	    "bedrock-api-key-YmVk" R36 R24},
	.no = {"ABSK" R24, "bedrock-api-key-goes-here"},
    },
    {
	.id = "aws-login",
	.what = "password for ECR or EKS, or an AppSync key",
	.shapes = {"eyJwYXlsb2FkIjoi[A-Za-z0-9+/]{100,}={0,2}",
	    "k8s-aws-v1.[A-Za-z0-9_-]{60,}", "da2-[a-z0-9]{26}"},
	.prove = ses_proof_random,
	.yes = {"docker login -p eyJwYXls"
		"b2FkIjoi" R36 R36 R36 "==",
	    "\"token\": \"k8s-aws-v1.aHR0" R36 R24 "\"",
	    "da2-q7rt2zx9lm4kp8vbc3wn6ys1hd"},
	.no = {"da2-abcdefghijklmnopqrstuvwxyz", "da2-is-a-word"},
    },
    {
	.id = "amazon-token",
	.what = "secret of an Amazon shop, login or advertisement account",
	.shapes = {"amzn.mws." UUID, "amzn1.oa2-cs.v1.[0-9a-f]{64}",
	    "Atz[ar]|[A-Za-z0-9_-]{60,}"},
	.prove = ses_proof_random,
	.yes = {"amzn.mws." U36, "amzn1.oa2-cs.v1." H32 H32,
	    "Atzr|IwEB" R36 R36},
	.no = {"amzn1.application-oa2-client." H32, "Atzr|IwEBI..."},
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
	.find = ses_around_google,
	.prove = ses_proof_random,
	.yes = {"1//0" R36 R16},
	.no = {"1//0" R16, "a1//0" R36 R16, "/1//0" R36 R16 "+"},
    },
    {
	.id = "google-private-key-id",
	.what = "id of a Google service account's private key",
	.anchor = "private_key_id",
	.shapes = {"private_key_id[\"' :=]{1,8}<[0-9a-f]{40}>"},
	.prove = ses_proof_no_example,
	.yes = {"{\"private_key_id\": \"" H32 "9f8e7d6c\"}"},
	.no = {"\"private_key_id\": \"your-key-id\"",
	    "\"sha\": \"" H32 "9f8e7d6c\""},
    },
    {
	.id = "google-hmac-key",
	.what = "id of an HMAC key of Google Cloud Storage",
	.shapes = {"GOOG[A-Z0-9]{20,60}"},
	.prove = ses_proof_random,
	.yes = {"GOOG1E" U32 U16, "access_id: GOOG" U16 "C3WN"},
	.no = {"GOOGLE_APPLICATION_CREDENTIALS",
	    "GOOGLEAPPLICATIONCREDENTIALSFILE"},
    },
    {
	.id = "captcha-secret",
	.what = "secret key of a captcha",
	.names = {"captcha*secret", "captcha*secret key", "captcha*private key",
	    "turnstile*secret", "turnstile*secret key"},
	.shapes = {"[A-Za-z0-9_-]{30,}"},
	.prove = ses_proof_random,
	.yes = {"RECAPTCHA_SECRET_KEY=6Le" R36 "x",
	    "TURNSTILE_SECRET=0x4A" R36},
	.no = {"RECAPTCHA_SITE_KEY=6Le" R36 "x",
	    "HCAPTCHA_SECRET_KEY=your-secret-key-goes-right-in-here"},
    },
    {
	.id = "azure-connection-key",
	.what = "key in a connection string of Azure",
	.shapes = {"AccountKey=<[A-Za-z0-9+/]{40,}={0,2}>",
	    "SharedAccessKey=<[A-Za-z0-9+/]{40,}={0,2}>",
	    "AccessKey=<[A-Za-z0-9+/]{40,}={0,2}>",
	    "accesskey=<[A-Za-z0-9+/]{40,}={0,2}>",
	    "azconfig.io;Id=[!-:<-~]{1,80};Secret=<[A-Za-z0-9+/]{40,}={0,2}>"},
	.prove = ses_proof_random,
	.yes = {"AccountName=a;AccountKey=" B86 "==;EndpointSuffix=x",
	    "{\"c\":\"Endpoint=sb://n.servicebus.windows.net/;"
	    "SharedAccessKeyName=Root;SharedAccessKey=" B43 "=\"}",
	    "Endpoint=https://a.azconfig.io;Id=x-l0-s0:abc;Secret=" B43 "="},
	.no = {"AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJ"
	       "PLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/"
	       "KBHBeksoGMGw==",
	    "AccountKey=<key>", "AccountKey=${STORAGE_KEY}"},
    },
    {
	.id = "azure-storage-key",
	.what = "key of an Azure storage account",
	.anchor = "+ASt",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"\"value\": \"" R36 R36 "Xx1Q+"
		"AStz9Ab2C==\"",
	    "use " R36 "/" R36 "Xx1+"
	    "AStz9Ab2C== now"},
	.no = {R36 "+AStz9Ab2C==", R36 R36 "Xx1Q+ASt"},
    },
    {
	.id = "azure-cosmos-key",
	.what = "key of an Azure Cosmos database",
	.anchor = "ACDb",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"\"primaryMasterKey\": \"" R36 R36 "Xx1Q"
		"ACDbz9Ab2C==\""},
	.no = {R36 "ACDbz9Ab2C=="},
    },
    {
	.id = "azure-registry-key",
	.what = "password of an Azure container registry",
	.anchor = "+ACR",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"\"value\": \"" R36 "Xx1Qz9+"
		"ACRAb2Cd4\""},
	.no = {R24 "+ACRAb2Cd4"},
    },
    {
	.id = "azure-functions-key",
	.what = "key of an Azure function app",
	.anchor = "AzFu",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"\"default\": \"" R36 "Xx1-z9_A"
		"AzFub2Cd4Q==\""},
	.no = {"AzFuzzer", R24 "AzFub2Cd4Q=="},
    },
    {
	.id = "azure-search-key",
	.what = "key of Azure AI Search",
	.anchor = "AzSe",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"api-key " R36 "Xx1Qz9"
		"AzSeAb2Cd4"},
	.no = {"AzSettings", R24 "AzSeAb2Cd4"},
    },
    {
	.id = "azure-devops-token",
	.what = "personal access token of Azure DevOps",
	.anchor = "AZDO",
	.find = ses_around_azure_key,
	.prove = ses_proof_random,
	.yes = {"use " R36 R36 "Xx1Q"
		"AZDOz9Ab now"},
	.no = {R36 "AZDOz9Ab", "AZDO_PERSONAL_ACCESS_TOKEN"},
    },
    {
	.id = "azure-client-secret",
	.what = "client secret of an Azure AD application",
	.anchor = "[0-9]Q~",
	.find = ses_around_azure_secret,
	.prove = ses_proof_random,
	.yes = {"AZURE_CLIENT_SECRET=CMK8"
		"Q~" R24 "Hd5Gf0Ja._",
	    "{\"s\":\"\\n.~x7"
	    "Q~" R24 "Hd5Gf0J\"}",
	    "\\u001b[32mcmG8"
	    "Q~" R24 "Hd5Gf0Ja-x\\u001b[0m"},
	.no = {"abc8"
	       "Q~" R16,
	    "abcd"
	    "Q~" R24 "Hd5Gf0Ja.x",
	    "abc8"
	    "Q~xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    },
    {
	.id = "azure-sas",
	.what = "signature in a URL of Azure or OpenStack",
	.shapes = {"sig=<[A-Za-z0-9%+/_-]{43,}={0,1}>"},
	.prove = ses_proof_random,
	.yes = {"https://a.blob.core.windows.net/c?sv=2024-11-04&sr=b&sig=" R24
		"%2F" R16 "Ab%3D",
	    "SharedAccessSignature=sv=2024\\u0026sig=" B43 "="},
	.no = {"sig=abc", "?sig=<signature>", "config=" R36 R16},
    },
    {
	.id = "azure-function-url",
	.what = "key in the address of an Azure function",
	.shapes = {"azurewebsites.net/[A-Za-z0-9_/.-]{1,200}[?]code="
		   "<[A-Za-z0-9_/%+-]{40,}={0,2}>"},
	.prove = ses_proof_random,
	.yes = {"https://a.azurewebsites.net/api/f?code=" R36 "Xx1-z9_A"
		"b2Cd4Q=="},
	.no = {"https://a.azurewebsites.net/api/f?code=<key>"},
    },
    {
	.id = "azure-shared-key",
	.what = "primary or secondary key of an Azure service",
	.names = {"primary*key", "secondary*key"},
	.shapes = {"[A-Za-z0-9+/]{86}==", "[A-Za-z0-9+/]{43}="},
	.prove = ses_proof_random,
	.yes = {"\"primaryKey\": \"" B43 "=\"",
	    "secondaryMasterKey: " B86 "=="},
	.no = {"\"primaryKey\": \"account_settings_id\"", "primary_key = " H32},
    },
    {
	.id = "azure-key",
	.what = "key, token or secret of an Azure service",
	.names = {"azure*key", "azure*secret", "azure*token", "azure*pat",
	    "arm*client*secret", "arm*access*key", "aad*secret", "cosmos key",
	    "cosmos*primary*key", "cosmos*account*key", "cosmos*master*key",
	    "cosmosdb key", "storage*account*key", "apim*key", "functions*key",
	    "devops*pat", "ado*pat", "vsts*pat", "system*accesstoken",
	    "acr*password", "registry*password", "azure*password"},
	.shapes = {"[A-Za-z0-9+/][A-Za-z0-9_.:+/~=-]{15,}"},
	.prove = ses_proof_value,
	.yes = {"AZURE_MAPS_KEY=" H32, "x-functions-key: " R36 "Xx1-z9_AbQ==",
	    "AZURE_DEVOPS_EXT_PAT=q7rt2zx4lm4kp3vbc3wn6ys2hd5gf7jauo2eq7rt2zx4"
	    "lm4kp3vb"},
	.no = {"AZURE_TENANT_ID=" U36,
	    "AZURE_STORAGE_KEY=the-name-of-the-storage-key",
	    "azure_key = os.environ.AZURE_STORAGE_ACCOUNT_KEY"},
    },
    {.id = NULL},
};
