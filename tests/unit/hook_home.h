#ifndef HOOK_HOME_H
#define HOOK_HOME_H

/* A home of its own for each test of hooks, without agents and state. */
#include "unit/temp.h"

#include <string.h>

static char home[64];

static int
set_up(void **state)
{
	(void)state;
	unsetenv("XDG_STATE_HOME");
	unsetenv("CLAUDE_CONFIG_DIR");
	unsetenv("CODEX_HOME");
	strcpy(home, "/tmp/seshat hook-XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	return setenv("HOME", home, 1);
}

static int
tear_down(void **state)
{
	(void)state;
	return temp_remove(home);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
