/* Models and what is built around them. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_ai[] = {
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
    {.id = NULL},
};
