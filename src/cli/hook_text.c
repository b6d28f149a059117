#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/hook_text.h"
#include "hook/chosen.h"
#include "hook/made.h"
#include "hook/queue.h"
#include "hook/settings.h"

void
ses_cli_hook_file_free(struct ses_cli_hook_file *f)
{
	ses_buf_free(&f->path);
	ses_buf_free(&f->command);
}

int
ses_cli_hook_is_bad(const char *state)
{
	return strcmp(state, "broken") == 0 || strcmp(state, "disabled") == 0 ||
	       strcmp(state, "unreadable") == 0;
}

void
ses_cli_hook_look(const struct ses_hook_agent *agent, const char *project,
    struct ses_cli_hook_file *out)
{
	struct ses_hook_found found = {0};
	struct ses_buf program = {0};

	*out = (struct ses_cli_hook_file){.state = "none"};
	if (ses_hook_settings_path(agent, project, &out->path, &out->why) < 0 ||
	    ses_hook_settings_look(agent, out->path.data, &found, &out->why) <
		0)
		out->state = "unreadable";
	else if (found.n > 0 && !ses_cli_hook_works(agent,
				    ses_buf_cstr(&found.command), &program))
		out->state = "broken";
	else if (found.n > 0 && found.is_off)
		out->state = "disabled";
	else if (found.n > 0)
		out->state = found.missing > 0 ? "incomplete" : "installed";
	out->has_plugin = found.has_plugin;
	out->command = found.command;
	(void)ses_buf_cstr(&out->path);
	(void)ses_buf_cstr(&out->command);
	ses_buf_free(&program);
}

struct elsewhere {
	const char *here; /* the lock of the store that was looked at */
	struct ses_cli_hooks *out;
};

/* Who follows into the store of hooks, with the environment of hooks: also that
 * may lead elsewhere. */
static void
look_there(void *arg)
{
	const struct elsewhere *e = arg;
	const struct ses_config_flags flags = {0};
	const struct ses_cli cli = {.quiet = 1};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_context there = {0};
	struct ses_buf path = {0};

	if (ses_config_load(&there.config, &flags, "/", &ignored) < 0)
		return;
	there.access = ses_context_access(&there.config, &cli);
	if (there.config.store != NULL &&
	    ses_cli_follower_path(&there, &path, &ignored) == 0 &&
	    strcmp(path.data, e->here) != 0)
		ses_cli_follower(&there, &e->out->there);
	ses_buf_free(&path);
	ses_config_free(&there.config);
}

/* Hooks need not store where somebody looks. */
static void
look_elsewhere(const struct ses_context *c, struct ses_cli_hooks *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf url = {0};
	struct ses_buf safe = {0};
	struct ses_buf here = {0};
	struct elsewhere e = {.out = out};

	if (c->config.store == NULL || !ses_hook_has_chosen())
		return;
	if (ses_hook_store(&url, &ignored) == 0 && url.len > 0 &&
	    strcmp(url.data, c->config.store) != 0) {
		ses_str_safe(url.data, url.len, &safe);
		(void)snprintf(out->elsewhere, sizeof(out->elsewhere), "%s",
		    ses_buf_cstr(&safe));
	}
	(void)ses_cli_follower_path(c, &here, &ignored);
	e.here = ses_buf_cstr(&here);
	(void)ses_hook_as_chosen(look_there, &e, &ignored);
	ses_buf_free(&url);
	ses_buf_free(&safe);
	ses_buf_free(&here);
}

void
ses_cli_hooks(const struct ses_context *c, struct ses_cli_hooks *out)
{
	struct ses_cli_hook_file f;
	size_t i;

	*out = (struct ses_cli_hooks){.calls = ses_hook_in_use()};
	ses_cli_follower(c, &out->follower);
	look_elsewhere(c, out);
	for (i = 0; i < SES_CLI_HOOK_AGENTS; i++) {
		ses_cli_hook_look(&ses_hook_agents[i], NULL, &f);
		out->state[i] = f.state;
		ses_cli_hook_file_free(&f);
	}
	ses_hook_trouble(&out->trouble);
	out->waiting = ses_hook_queue_waiting();
}

void
ses_cli_hooks_odd(const struct ses_cli_hooks *h, struct ses_buf *out)
{
	size_t i;

	if (h->elsewhere[0] != '\0')
		ses_buf_fmt(out,
		    "hooks store to %s, which was not looked at: --store "
		    "names it\n",
		    h->elsewhere);
	for (i = 0; i < SES_CLI_HOOK_AGENTS; i++)
		if (ses_cli_hook_is_bad(h->state[i]))
			ses_buf_fmt(out,
			    "the hooks of %s do nothing, they are %s: 'seshat "
			    "doctor' says what to do\n",
			    ses_hook_agents[i].name, h->state[i]);
}

void
ses_cli_hooks_follower(
    const struct ses_cli_hooks *h, int64_t now, struct ses_buf *out)
{
	const struct ses_cli_follower *f =
	    h->follower.runs ? &h->follower : &h->there;
	char ago[SES_TIME_MAX];

	if (!f->runs) {
		ses_buf_str(out, "nobody follows: ");
		ses_buf_str(
		    out, h->calls ? "the next hook begins a follow"
				  : "'seshat hook install' or 'seshat mirror "
				    "--everywhere -f' does");
		return;
	}
	ses_time_ago(f->since, now, ago);
	ses_buf_fmt(out, "followed by process %ld%s, since %s", f->pid,
	    f->is_ours ? ", which a hook began" : "", ago);
	if (f == &h->there)
		ses_buf_str(out, ", into the store of hooks");
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
