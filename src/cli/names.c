#include <string.h>

#include "cli/names.h"

static const char session[] = "session";

static const char *const session_names[] = {
    "mirror", "list", "show", "stop", "compact", NULL};

static const struct ses_command *
named(const char *name)
{
	const struct ses_command *const *c;

	for (c = ses_commands; *c != NULL; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

/* The second word of a name whose first is group, or NULL. */
static const char *
second_of(const char *name, const char *group)
{
	size_t len = strlen(group);

	return strncmp(name, group, len) == 0 && name[len] == ' '
		   ? name + len + 1
		   : NULL;
}

const struct ses_command *
ses_group_next(const char *group, size_t *at, const char **second)
{
	const struct ses_command *c;
	size_t n = 0;

	while (ses_commands[n] != NULL)
		n++;
	while (*at < n) {
		c = ses_commands[(*at)++];
		*second = second_of(c->name, group);
		if (*second != NULL)
			return c;
	}
	while (strcmp(group, session) == 0 && session_names[*at - n] != NULL) {
		*second = session_names[(*at)++ - n];
		c = named(*second);
		if (c != NULL)
			return c;
	}
	return NULL;
}

const struct ses_command *
ses_command_find(int argc, char **argv, int *words)
{
	const struct ses_command *c = argc > 0 ? named(argv[0]) : NULL;
	const char *second;
	size_t at = 0;

	*words = c != NULL && strchr(c->name, ' ') == NULL;
	if (*words > 0 || argc < 2)
		return *words > 0 ? c : NULL;
	*words = 2;
	while ((c = ses_group_next(argv[0], &at, &second)) != NULL)
		if (strcmp(second, argv[1]) == 0)
			return c;
	return NULL;
}
