#include "base/time.h"
#include "cli/doctor.h"
#include "cli/hook_text.h"
#include "hook/settings.h"

static void
tell_found(struct ses_doctor *d, const struct ses_hook_agent *a,
    const char *path, const struct ses_hook_found *found)
{
	struct ses_buf program = {0};

	if (!ses_cli_hook_works(
		a, found->command.len > 0 ? found->command.data : "", &program))
		ses_doctor_tell(d, SES_FINDING_PROBLEM, a->name,
		    "seshat hook install",
		    "the hooks in %s call %s, which is not there", path,
		    ses_buf_cstr(&program));
	else if (found->is_off)
		ses_doctor_tell(d, SES_FINDING_WARNING, a->name,
		    "take that out, or the hooks: 'seshat hook uninstall'",
		    "%s runs no hooks: %s says disableAllHooks", a->name, path);
	else if (found->missing > 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, a->name,
		    "seshat hook install", "%zu hooks are missing in %s",
		    found->missing, path);
	else
		ses_doctor_tell(d, SES_FINDING_OK, a->name, a->advice,
		    "%s: hooks are in %s", a->name, path);
	ses_buf_free(&program);
}

static void
tell_agent(struct ses_doctor *d, const struct ses_hook_agent *a)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_found found = {0};
	struct ses_buf path = {0};

	if (ses_hook_settings_path(a, NULL, &path, &err) < 0 ||
	    ses_hook_settings_look(a, path.data, &found, &err) < 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, a->name,
		    "mend the file; the agent may not read it either", "%s",
		    err.msg);
	else if (found.n == 0)
		ses_doctor_tell(d, SES_FINDING_OK, a->name, NULL,
		    "%s: no hooks ('seshat hook install' adds them)", a->name);
	else
		tell_found(d, a, path.data, &found);
	ses_buf_free(&found.command);
	ses_buf_free(&path);
}

void
ses_doctor_hooks(struct ses_doctor *d)
{
	const struct ses_hook_agent *a;
	struct ses_cli_hooks h;
	struct ses_buf line = {0};

	for (a = ses_hook_agents; a->name != NULL; a++)
		tell_agent(d, a);
	ses_cli_hooks(d->c, &h);
	ses_cli_hooks_follower(&h, ses_time_now(), &line);
	ses_doctor_tell(
	    d, SES_FINDING_OK, "follower", NULL, "%s", ses_buf_cstr(&line));
	if (h.elsewhere[0] != '\0')
		ses_doctor_tell(d, SES_FINDING_OK, "store", NULL,
		    "hooks store to %s, which was not looked at: --store "
		    "names it",
		    h.elsewhere);
	if (h.trouble.n > 0)
		ses_doctor_tell(d, SES_FINDING_WARNING, "errors",
		    "mend it, then 'seshat mirror --everywhere'; the next hook "
		    "goes on by itself",
		    "a hook failed: %s", h.trouble.text);
	ses_buf_free(&line);
}
