#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/hook_text.h"
#include "hook/chosen.h"
#include "hook/queue.h"

void
ses_cli_hooks(const struct ses_context *c, struct ses_cli_hooks *out)
{
	ses_cli_follower(c, &out->follower);
	ses_hook_trouble(&out->trouble);
	out->waiting = ses_hook_queue_waiting();
}

void
ses_cli_hooks_follower(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out)
{
	char ago[SES_TIME_MAX];

	if (!h->follower.runs) {
		ses_buf_str(out,
		    "nobody follows: 'seshat hook install' or 'seshat mirror "
		    "--everywhere -f' does");
		return;
	}
	ses_time_ago(h->follower.since, now, ago);
	ses_buf_fmt(out, "followed by process %ld%s, since %s", h->follower.pid,
	    h->follower.is_ours ? ", which a hook began" : "", ago);
}

void
ses_cli_hooks_trouble(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out)
{
	char ago[SES_TIME_MAX];

	if (h->trouble.n == 0)
		return;
	ses_time_ago(h->trouble.last, now, ago);
	ses_buf_fmt(out, "hooks failed %s: ", ago);
	ses_str_safe(h->trouble.text, strlen(h->trouble.text), out);
	if (h->waiting > 0)
		ses_buf_fmt(out, " (%zu session%s for the next hook)",
		    h->waiting, h->waiting == 1 ? " waits" : "s wait");
	ses_buf_str(out, "; 'seshat doctor' says what to do");
}

int
ses_cli_hook_environment(struct ses_buf *json, struct seshat_err *err)
{
	struct ses_buf names = {0};
	int rc = ses_hook_remembered(&names, err);
	const char *p = ses_buf_cstr(&names);
	size_t len;

	ses_buf_str(json, ",\"environment\":[");
	for (; rc == 0 && *p != '\0'; p += len + strspn(p + len, ", ")) {
		len = strcspn(p, ",");
		ses_buf_str(json, p == names.data ? "" : ",");
		ses_json_quote(json, p, len);
	}
	ses_buf_str(json, "]");
	ses_buf_free(&names);
	return rc;
}

/* Whether PATH finds it. */
static int
is_in_path(const char *name, struct ses_buf *out)
{
	const char *p = getenv("PATH");
	size_t len;

	for (; p != NULL && *p != '\0'; p += len + (p[len] == ':')) {
		len = strcspn(p, ":");
		if (len == 0)
			continue;
		ses_buf_clear(out);
		ses_buf_add(out, p, len);
		ses_buf_fmt(out, "/%s", name);
		if (access(ses_buf_cstr(out), X_OK) == 0)
			return 1;
	}
	ses_buf_clear(out);
	ses_buf_str(out, name);
	(void)ses_buf_cstr(out);
	return 0;
}

int
ses_cli_hook_works(const struct ses_hook_agent *agent, const char *command,
    struct ses_buf *program)
{
	struct ses_buf name = {0};
	int works;

	if (ses_hook_program(agent, command, &name) < 0)
		return 0;
	if (strchr(ses_buf_cstr(&name), '/') == NULL) {
		works = is_in_path(ses_buf_cstr(&name), program);
	} else {
		ses_buf_str(program, ses_buf_cstr(&name));
		works = access(ses_buf_cstr(program), X_OK) == 0;
	}
	ses_buf_free(&name);
	return works;
}
