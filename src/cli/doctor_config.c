#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xdg.h"
#include "cli/doctor.h"

/* One line of the warnings is one finding. */
static void
tell_untrusted(struct ses_doctor *d)
{
	static const char prefix[] = "seshat: ";
	const char *p = ses_buf_cstr(&d->c->config.warnings);
	size_t len;

	for (; *p != '\0'; p += len + (p[len] == '\n')) {
		if (strncmp(p, prefix, strlen(prefix)) == 0)
			p += strlen(prefix);
		len = strcspn(p, "\n");
		ses_doctor_tell(
		    d, SES_FINDING_WARNING, "trust", NULL, "%.*s", (int)len, p);
	}
}

static void
tell_rules(struct ses_doctor *d)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (d->c->config.rules.n == 0)
		return;
	if (ses_context_rules(d->c, &err) < 0)
		ses_doctor_tell(d, SES_FINDING_PROBLEM, "rules",
		    "until then nothing is mirrored", "%s", err.msg);
	else
		ses_doctor_tell(d, SES_FINDING_OK, "rules", NULL,
		    "%zu redaction rules of your own are ready",
		    ses_custom_rules(d->c->custom));
}

void
ses_doctor_config(struct ses_doctor *d)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	if (d->cli->config != NULL)
		ses_buf_str(&path, d->cli->config);
	else
		(void)ses_xdg_path(
		    SES_XDG_CONFIG, "config.yaml", &path, &ignored);
	if (access(ses_buf_cstr(&path), F_OK) == 0)
		ses_doctor_tell(
		    d, SES_FINDING_OK, "file", NULL, "%s is read", path.data);
	else
		ses_doctor_tell(d, SES_FINDING_OK, "file", NULL,
		    "no %s: none is needed ('seshat init' writes one)",
		    ses_buf_cstr(&path));
	tell_untrusted(d);
	tell_rules(d);
	ses_buf_free(&path);
}
