/* A program that knows only the installed header and the shared library; it
 * is compiled as C99 and as C++11, each as strictly as it goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "seshat.h"

static int
failed(const struct seshat_err *err)
{
	fprintf(stderr, "%s: %s\n", seshat_strcode(err->code), err->msg);
	return 1;
}

static int
append(const char *dir, struct seshat_err *err)
{
	struct seshat_log_attempt attempt = {1, "m", "", NULL, 1};
	struct seshat_log_entry entry = SESHAT_LOG_ENTRY_INIT;
	struct seshat_log_options options = SESHAT_LOG_OPTIONS_INIT;
	struct seshat_log *log = NULL;
	static const char json[] = "{\"skill\":\"second\"}";

	options.dir = dir;
	entry.skill = "first";
	entry.attempts = &attempt;
	entry.n_attempts = 1;
	if (seshat_log_append_one("use", &entry, &options, err) < 0 ||
	    seshat_log_open(&log, "use", &options, err) < 0)
		return -1;
	if (seshat_log_append_json(log, json, strlen(json), err) < 0 ||
	    seshat_log_sync(log, err) < 0) {
		seshat_log_close(log, err);
		return -1;
	}
	return seshat_log_close(log, err);
}

/* How many entries there are; -1 when they cannot be read. */
static int
count(const char *dir, struct seshat_err *err)
{
	struct seshat_log_entry entry = SESHAT_LOG_ENTRY_INIT;
	struct seshat_log_options options = SESHAT_LOG_OPTIONS_INIT;
	struct seshat_log_reader *reader = NULL;
	struct seshat_log_line line;
	int more;
	int n = 0;

	options.dir = dir;
	if (seshat_log_read_open(&reader, "use", &options, err) < 0)
		return -1;
	while ((more = seshat_log_read_next(reader, &line, err)) > 0) {
		if (seshat_log_read_entry(reader, &entry, err) < 0)
			more = -1;
		if (more < 0)
			break;
		n++;
	}
	remove(seshat_log_read_path(reader));
	seshat_log_read_free(reader);
	return more < 0 ? -1 : n;
}

int
main(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[] = "/tmp/seshat-use-XXXXXX";
	int n = -1;

	if (strcmp(seshat_version(), SESHAT_VERSION) != 0)
		return 1;
	if (mkdtemp(dir) == NULL)
		return 1;
	if (append(dir, &err) == 0)
		n = count(dir, &err);
	rmdir(dir);
	if (n < 0)
		return failed(&err);
	return n == 2 ? 0 : 1;
}
