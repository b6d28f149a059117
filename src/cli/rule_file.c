#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/human.h"
#include "cli/rule_file.h"
#include "config/rules.h"
#include "redact/custom.h"

struct checking {
	const struct ses_cli *cli;
	const char *path;
	struct ses_buf out;
	size_t taken;
	size_t left_out;
};

/* The place is told once. */
static const char *
without_place(const struct checking *k, const char *why)
{
	const char *colon;

	if (!ses_str_starts(why, k->path))
		return why;
	colon = strstr(why, ": rule ");
	colon = colon == NULL ? NULL : strstr(colon + 2, ": ");
	return colon == NULL ? why : colon + 2;
}

static void
on_rule(void *arg, const char *id, size_t line, const char *why)
{
	struct checking *k = arg;

	k->taken += why == NULL;
	k->left_out += why != NULL;
	if (why != NULL)
		why = without_place(k, why);
	if (!k->cli->json) {
		ses_buf_fmt(&k->out, "%s %s (line %zu)%s",
		    why == NULL ? "taken   " : "left out", id, line,
		    why == NULL ? "" : ": ");
		ses_str_safe(why == NULL ? "" : why,
		    why == NULL ? 0 : strlen(why), &k->out);
		ses_buf_str(&k->out, "\n");
		return;
	}
	ses_buf_fmt(&k->out, "{\"id\":\"%s\",\"line\":%zu,\"taken\":%s", id,
	    line, why == NULL ? "true" : "false");
	if (why != NULL) {
		ses_buf_str(&k->out, ",\"why\":");
		ses_json_quote(&k->out, why, strlen(why));
	}
	ses_buf_str(&k->out, "}\n");
}

int
ses_cli_check_rule_file(
    const struct ses_cli *cli, const char *path, struct seshat_err *err)
{
	struct checking k = {.cli = cli, .path = path};
	struct ses_config_rules file = {0};
	struct ses_custom *c = NULL;
	int rc = -1;

	if (ses_config_rules_file(&file, path, err) < 0 ||
	    ses_custom_open(&c, err) < 0)
		goto out;
	ses_custom_tell_to(c, on_rule, &k);
	if (ses_custom_add(c, SES_CUSTOM_GITLEAKS, path, file.v[0].doc, err) <
		0 ||
	    ses_custom_compile(c, err) < 0 || ses_buf_check(&k.out, err) < 0)
		goto out;
	if (k.out.len > 0)
		(void)fwrite(k.out.data, 1, k.out.len, stdout);
	if (!cli->json && !cli->quiet)
		(void)printf("%zu rule%s taken, %zu left out\n", k.taken,
		    ses_human_s(k.taken), k.left_out);
	rc = ses_cli_flush(err);
	if (rc == 0 && k.taken == 0)
		rc = 1;
out:
	ses_config_rules_free(&file);
	ses_custom_free(c);
	ses_buf_free(&k.out);
	return rc;
}
