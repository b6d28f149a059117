/* Where code is kept, built and published. */
#include "redact/rules.h"
#include "redact/samples.h"

const struct ses_rule ses_rules_code[] = {
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
    {.id = NULL},
};
