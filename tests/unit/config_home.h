#ifndef CONFIG_HOME_H
#define CONFIG_HOME_H

/* A home of its own for each test of the configuration, with a working
 * directory in it. */
#include "unit/temp.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "config/config.h"

static char home[64];
static char work[96];
static struct ses_config c;

static int
set_up(void **state)
{
	static const char *const unset[] = {"SESHAT_STORE", "SESHAT_PROJECT",
	    "SESHAT_AGENT", "TRACECRAFT_AGENT", "AWS_ACCESS_KEY_ID",
	    "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "HF_TOKEN",
	    "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		unsetenv(unset[i]);
	strcpy(home, "/tmp/seshat config-XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	setenv("HOME", home, 1);
	(void)snprintf(work, sizeof(work), "%s/work", home);
	return mkdir(work, 0700);
}

static int
tear_down(void **state)
{
	(void)state;
	ses_config_free(&c);
	return temp_remove(home);
}

/* A file below the home, with its folders. */
static void
put(const char *name, const char *text, mode_t mode)
{
	char path[256];
	char *slash;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	for (slash = path + strlen(home) + 1;
	     (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(chmod(path, mode), 0);
}

static void
load(const struct ses_config_flags *flags)
{
	static const struct ses_config_flags none;
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_config_free(&c);
	OK(ses_config_load(&c, flags != NULL ? flags : &none, work, &err));
	(void)ses_buf_cstr(&c.warnings);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
