#include <string.h>

#include "hook/entry.h"

/* Stop and PreCompact flush, SessionEnd ends, SessionStart sees to it that
 * somebody follows. */
static const char *const events[] = {
    "SessionStart", "PreCompact", "Stop", "SessionEnd", NULL};

/* Codex caps the time of SessionEnd at three seconds, and warns of more. */
const struct ses_hook_agent ses_hook_agents[] = {
    {.name = "claude-code",
	.file = "settings.json",
	.folder_env = "CLAUDE_CONFIG_DIR",
	.folder = ".claude",
	.events = events,
	.timeout = 3},
    {.name = "codex",
	.file = "hooks.json",
	.folder_env = "CODEX_HOME",
	.folder = ".codex",
	.events = events,
	.timeout = 3,
	.advice = "Codex runs new hooks only after you trust them: type /hooks "
		  "in Codex"},
    {0},
};

const struct ses_hook_agent *
ses_hook_agent_named(const char *name)
{
	const struct ses_hook_agent *a;

	for (a = ses_hook_agents; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}
