/* Watching: metrics, logs, errors, incidents, tests, security. */
#include "redact/around.h"
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_ops[] = {
    {
	.id = "datadog-key",
	.what = "Datadog API key, application key or access token",
	.names = {"datadog*key", "datadog*token", "dd*api key", "dd*app*key"},
	.shapes = {"[0-9a-f]{32}", "[0-9a-f]{40}",
	    "dd[a-z]{2,4}_" WORD "{20,}"},
	.prove = ses_proof_no_example,
	.yes = {"DD_API_KEY=" H32, "DD-APPLICATION-KEY: " H32 "9f8e7d6c",
	    "{\"datadogApiKey\": \"" H32 "\"}"},
	.no = {"add_key=" H32 "x", "DD_API_KEY=<your-datadog-api-key>",
	    "DD_TRACE_ID=" H32},
    },
    {
	.id = "datadog-token",
	.what = "Datadog access token of a person or a service",
	.shapes = {"ddpat_" WORD "{20,}", "ddsat_" WORD "{20,}"},
	.prove = ses_proof_random,
	.yes = {"ddpat"
		"_" R16 "_" R36},
	.no = {"ddpat_urb_light_large_texture_of_the_game"},
    },
    {
	.id = "newrelic-key",
	.what = "New Relic key of any kind",
	.shapes = {"NRAK-[A-Z0-9]{20,}", "NRII-" WORD "{24,}",
	    "NRIQ-" WORD "{24,}", "NRRA-[0-9a-f]{30,}", "NRAA-[0-9a-f]{20,}",
	    "NRSP-[A-Za-z0-9-]{20,}", "NRJS-[0-9a-f]{16,}"},
	.prove = ses_proof_random,
	.yes = {"NEW_RELIC_API_KEY=NRAK"
		"-" U16 "C3WN6YS1HD5",
	    "NRII"
	    "-" R24 "_-Hd5G"},
	.no = {"NRAK-XXXXXXXXXXXXXXXXXXXXXXXXXXX", "NRAK-" R24},
    },
    {
	.id = "newrelic-license",
	.what = "license key of New Relic",
	.anchor = "NRAL",
	.find = ses_around_newrelic,
	.prove = ses_proof_random,
	.yes = {"license_key: '" H32 "FFFFNRAL'", "eu01xx" R24 "9f8e7dNRAL"},
	.no = {H32 "NRAL", H32 "FFFFNRALX"},
    },
    {
	.id = "grafana-token",
	.what = "Grafana token or API key",
	.shapes = {"glsa_[A-Za-z0-9_]{24,}", "glc_[A-Za-z0-9+/_-]{32,}={0,2}",
	    "eyJrIjoi[A-Za-z0-9+/]{44}LCJuIjoi[A-Za-z0-9+/]{8,}={0,2}"},
	.prove = ses_proof_random,
	.yes = {"GRAFANA_TOKEN=glsa"
		"_" R24 "Hd5Gf0Ja_9f8e7d6c",
	    "glc"
	    "_eyJvIjoi" R36 "==",
	    "eyJrIjoi" R36 "q7Rt2Zx9LCJuIjoi" R16 "=="},
	.no = {"glsa_"
	       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_xxxxxxxx",
	    "eyJrIjoi" R36 R36},
    },
    {
	.id = "sentry-token",
	.what = "Sentry auth token",
	.shapes = {"sntrys_[A-Za-z0-9+/=_-]{40,}", "sntryu_[0-9a-f]{40,}",
	    "sntrya_[0-9a-f]{40,}", "sntryi_[0-9a-f]{40,}"},
	.prove = ses_proof_random,
	.yes = {"SENTRY_AUTH_TOKEN=sntryu"
		"_" H32 H32,
	    "sntrys"
	    "_eyJpYXQi" R36 "=_" R36 "q7+/"},
	.no = {"sntrys_"
	       "YOUR_TOKEN_HERE",
	    "https://" H32 "@o1.ingest.sentry.io/1"},
    },
    {
	.id = "honeycomb-key",
	.what = "Honeycomb key",
	.shapes = {"hc[abx]ik_[a-z0-9]{26,}", "hc[abx]ic_[a-z0-9]{26,}",
	    "hc[abx]mk_[a-z0-9]{26,}", "hc[abx]lk_[a-z0-9]{26,}"},
	.prove = ses_proof_random,
	.yes = {"x-honeycomb-team=hcaik"
		"_01q7rt2zx9lm4kp8vb" H32 "9f8e7d6c"},
	.no = {"hcaik_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    "hcxik_12345678901234567890123456"},
    },
    {
	.id = "dynatrace-token",
	.what = "Dynatrace token",
	.shapes = {"dt0[a-z][0-9]{2}.[A-Z0-9-]{8,}.[A-Z0-9]{60,}"},
	.prove = ses_proof_random,
	.yes = {"DT_API_TOKEN=dt0c01"
		"." U16 "C3WN6YS1." U32 U32},
	.no = {"dt0c01.ST2EY72KQINMH574WMNVI7YN.YOURTOKEN", "dt0c01." U16},
    },
    {
	.id = "elastic-key",
	.what = "Elastic API key or token of a service",
	.shapes = {"essu_[A-Za-z0-9+/]{40,}={0,2}",
	    "AAEAAWVsYXN0aWM[A-Za-z0-9+/_:-]{20,}={0,2}",
	    "ApiKey <[A-Za-z0-9+/_-]{40,}={0,2}>",
	    "ApiKey <[A-Za-z0-9_-]{16,24}:[A-Za-z0-9_-]{16,24}>"},
	.prove = ses_proof_random,
	.yes = {"Authorization: ApiKey " R36 R16 "==",
	    "ELASTIC_KEY=essu"
	    "_" R36 R24 "==",
	    "ApiKey k9Lm" R16 ":" R16 "c3Wn6Y"},
	.no = {"ApiKey authentication_is_required_for_this_request_of_yours",
	    "ApiKey ${ELASTIC_API_KEY}"},
    },
    {
	.id = "logging-token",
	.what = "token of a log or metrics service: Axiom, Coralogix, Better "
		"Stack, Splunk, Checkly",
	.shapes = {"xaat-" UUID, "xapt-" UUID, "cxtp_" ALNUM "{28,}",
	    "cxup_" ALNUM "{28,}", "Splunk <" UUID ">", "cu_[0-9a-f]{32}",
	    "ptrace_" ALNUM "{30,}", "lgtk_" ALNUM "{20,}"},
	.prove = ses_proof_random,
	.yes = {"AXIOM_TOKEN=xaat"
		"-" U36,
	    "Authorization: Splunk " U36,
	    "cxtp"
	    "_" R24 "Hd5Gf0"},
	.no = {"xaat-your-token", "Splunk universal-forwarder-configuration"},
    },
    {
	.id = "monitoring-key",
	.what = "key or token of a monitoring service, by its name",
	.names = {"new relic*key", "pagerduty*key", "pagerduty*token",
	    "honeycomb*key", "rollbar*token", "bugsnag*key", "logtail*token",
	    "better*stack*token", "splunk*token", "hec*token", "elastic*key",
	    "sentry*token", "grafana*key", "opsgenie*key", "loggly*token",
	    "sumo*key", "signalfx*token", "raygun*key", "honeybadger*key",
	    "logdna*key", "uptimerobot*key", "axiom*token"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"SPLUNK_HEC_TOKEN=" U36, "PAGERDUTY_API_KEY=u+" R16 "_-x",
	    "ROLLBAR_ACCESS_TOKEN=" H32, "HONEYCOMB_API_KEY=" H32},
	.no = {"ROLLBAR_PROJECT_ID=" H32,
	    "SENTRY_AUTH_TOKEN=your-sentry-auth-token",
	    "https://" H32 "@o1.ingest.sentry.io/1"},
    },
    {
	.id = "pagerduty-routing",
	.what = "routing key of PagerDuty",
	.names = {"routing*key"},
	.shapes = {"[0-9a-f]{32}", "R0[A-Z0-9]{30}"},
	.prove = ses_proof_no_example,
	.yes = {"{\"routing_key\": \"" H32 "\"}",
	    "routing_key=R0" U16 "C3WN6YS1HD5GF0"},
	.no = {"routing_key=orders.created.v1", "routing_id=" H32},
    },
    {
	.id = "security-key",
	.what = "key of a security service, by its name",
	.names = {"virustotal*key", "vt*api*key", "shodan*key", "censys*secret",
	    "censys*key", "rapid7*key", "insightvm*key", "greynoise*key",
	    "securitytrails*key", "abuseipdb*key", "hunter*key", "urlscan*key",
	    "otx*key", "hibp*key", "ipinfo*token", "tenable*key", "nessus*key",
	    "qualys*password", "crowdstrike*secret", "falcon*secret",
	    "duo*secret", "ikey*secret"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"VIRUSTOTAL_API_KEY=" H32 H32, "SHODAN_API_KEY=" R24 "Hd5Gf0Ja",
	    "RAPID7_API_KEY=" U36},
	.no = {"VT_FILE_HASH=" H32 H32, "shodan_api_key: YOUR_SHODAN_API_KEY"},
    },
    {
	.id = "security-token",
	.what = "token of a security service with a mark of its own",
	.shapes = {"censys_" ALNUM "{6,16}_[A-Za-z0-9_]{20,}",
	    "ory_pat_" WORD "{20,}", "ory_at_" WORD "{20,}",
	    "ory_st_" WORD "{20,}", "ory_rt_" WORD "{20,}",
	    "ory_apikey_" WORD "{20,}", "SSWS <" WORD "{30,}>", "RGAPI-" UUID},
	.prove = ses_proof_random,
	.yes = {"censys"
		"_k9Lm4Kp8_" R24,
	    "ory"
	    "_pat_" R36,
	    "Authorization: SSWS 00" R36 "_-x4",
	    "RGAPI"
	    "-" U36},
	.no = {"ory_at_the_beginning_of_the_line", "SSWS {api_token}",
	    "RGAPI-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"},
    },
    {
	.id = "identity-key",
	.what = "key or secret of an identity service, by its name",
	.names = {"okta*token", "okta*secret", "okta*key", "auth0*secret",
	    "auth0*token", "onelogin*secret", "stytch*secret", "clerk*key",
	    "workos*key", "frontegg*secret", "keycloak*secret", "descope*key",
	    "fusionauth*key", "jumpcloud*key", "cognito*secret",
	    "firebase*secret", "supertokens*key", "kinde*secret"},
	.shapes = {VALUE},
	.prove = ses_proof_value,
	.yes = {"OKTA_API_TOKEN=00" R36 "_-x4",
	    "AUTH0_CLIENT_SECRET=" R36 "_" R24 "-x4", "WORKOS_API_KEY=sk_" R24},
	.no = {"AUTH0_CLIENT_ID=" R24 "Hd5Gf0Ja",
	    "okta_api_token = var.okta_api_token"},
    },
    {
	.id = "workos-key",
	.what = "WorkOS API key",
	.shapes = {"sk_a2V5X" ALNUM "{20,}"},
	.prove = ses_proof_random,
	.yes = {"sk"
		"_a2V5Xz" R36 R16},
	.no = {"sk_a2V5X..."},
    },
    {.id = NULL},
};
