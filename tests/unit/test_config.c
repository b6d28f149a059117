#include "unit/temp.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "config/config.h"
#include "config/settings.h"

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
	snprintf(work, sizeof(work), "%s/work", home);
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

	snprintf(path, sizeof(path), "%s/%s", home, name);
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

static void
refuses(int code, const char *words)
{
	static const struct ses_config_flags none;
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_config_free(&c);
	FAILS(ses_config_load(&c, &none, work, &err), code);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
}

static void
the_local_vault_is_the_default(void **state)
{
	char want[128];

	(void)state;
	load(NULL);
	/* the blank of the home is %20 in a URL */
	snprintf(want, sizeof(want),
	    "file:///tmp/seshat%%20%s"
	    "/.local/share/seshat/vault",
	    home + strlen("/tmp/seshat "));
	assert_string_equal(c.store, want);
	assert_null(c.project);
	assert_int_equal(c.warnings.len, 0);
}

static void
later_sources_win(void **state)
{
	const struct ses_config_flags flags = {
	    .store = "file:///flag", .project = "flag"};

	(void)state;
	put(".config/seshat/config.yaml",
	    "# mine\nstore: file:///yaml\nproject: yaml\nagent: me\n", 0644);
	load(NULL);
	assert_string_equal(c.store, "file:///yaml");
	assert_string_equal(c.project, "yaml");
	put("work/.seshat.yaml", "project: here\n", 0644);
	load(NULL);
	assert_string_equal(c.project, "here");
	assert_int_equal(c.warnings.len, 0);
	put("work/.tracecraft.json", "{\"project\": \"tc\"}", 0644);
	load(NULL);
	assert_string_equal(c.project, "tc");
	assert_string_equal(c.agent, "me");
	setenv("SESHAT_PROJECT", "env", 1);
	setenv("TRACECRAFT_AGENT", "other", 1);
	load(NULL);
	assert_string_equal(c.project, "env");
	assert_string_equal(c.agent, "other");
	assert_false(c.project_is_flag);
	load(&flags);
	assert_string_equal(c.project, "flag");
	assert_string_equal(c.store, "file:///flag");
	assert_true(c.project_is_flag);
}

static void
a_cloned_repository_cannot_send_sessions_elsewhere(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[128];

	(void)state;
	put("work/.seshat.yaml",
	    "store: s3://evil\nproject: p\naccess_key: k\n", 0600);
	snprintf(path, sizeof(path), "%s/.seshat.yaml", work);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	assert_null(c.access_key);
	assert_string_equal(c.project, "p");
	assert_non_null(strstr(c.warnings.data, path));
	assert_non_null(strstr(c.warnings.data, "store, access_key"));
	assert_non_null(strstr(c.warnings.data, "seshat trust"));
	OK(ses_config_trust(path, &err));
	load(NULL);
	assert_string_equal(c.store, "s3://evil");
	assert_string_equal(c.access_key, "k");
	assert_int_equal(c.warnings.len, 0);
	put("work/.seshat.yaml", "store: s3://worse\n", 0600);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	put("work/.seshat.yaml",
	    "store: s3://evil\nproject: p\naccess_key: k\n", 0600);
	load(NULL);
	assert_string_equal(c.store, "s3://evil");
	OK(ses_config_untrust(path, &err));
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
}

static void
tracecraft_files_are_read(void **state)
{
	(void)state;
	put(".tracecraft/config.json",
	    "{\"backend\": \"s3\", \"bucket\": \"b\", \"agent_id\": \"a1\","
	    " \"endpoint\": \"http://127.0.0.1:9\", \"hf_token\": null}",
	    0600);
	load(NULL);
	assert_string_equal(c.store, "s3://b?endpoint=http://127.0.0.1:9");
	assert_string_equal(c.agent, "a1");
	put("work/.tracecraft.json",
	    "{\"backend\": \"hf\", \"bucket\": \"me/x\"}", 0600);
	load(NULL); /* found here: not trusted, and home's is not read */
	assert_non_null(strstr(c.store, "seshat/vault"));
	assert_non_null(strstr(c.warnings.data, ".tracecraft.json"));
}

static void
a_secret_that_others_can_read_is_refused(void **state)
{
	(void)state;
	put(".config/seshat/config.yaml", "secret_key: x\n", 0644);
	refuses(SESHAT_EAUTH, "chmod 600");
	put(".config/seshat/config.yaml", "secret_key: x\n", 0600);
	load(NULL);
	assert_string_equal(c.secret_key, "x");
}

static void
mistakes_are_named_with_file_and_line(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
	    {"project: p\nprojct: q\n", "line 2: unknown key 'projct'"},
	    {"project: a\nproject: b\n", "line 2: 'project' stands there"},
	    {"project: [a]\n", "line 1: 'project' takes plain text"},
	    {"project: {a: b}\n", "line 1: 'project' takes plain text"},
	    {"- a\n", "line 1: only lines of"},
	    {"just text\n", "no mapping"},
	    {"project: &x a\n", "anchors"},
	    {"project: *x\n", "line 1"},
	    {"project: !!str a\n", "anchors and tags"},
	    {"project: a/b\n", "only letters"},
	    {"project: ..\n", "only letters"},
	    {"project:\n", "project is empty"},
	    {"store: nonsense\n", "neither a URL"},
	    {"project: 'a\n", "line"},
	    {"project: a\n---\nproject: b\n", "more than one document"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(".config/seshat/config.yaml", rows[i].text, 0600);
		refuses(SESHAT_EFORMAT, rows[i].words);
		refuses(SESHAT_EFORMAT, "config.yaml");
	}
	put(".config/seshat/config.yaml", "rules: []\n", 0600);
	refuses(SESHAT_EUNSUPPORTED, "later version");
	put(".config/seshat/config.yaml", "rules: x\n", 0600);
	refuses(SESHAT_EUNSUPPORTED, "later version");
	put(".config/seshat/config.yaml", "", 0600);
	load(NULL);
	put("work/.tracecraft.json", "{\"bucket\": 1}", 0600);
	refuses(SESHAT_EFORMAT, "'bucket' takes plain text");
	put("work/.tracecraft.json", "{\"what\": \"x\"}", 0600);
	refuses(SESHAT_EFORMAT, "unknown key 'what'");
	put("work/.tracecraft.json", "[]", 0600);
	refuses(SESHAT_EFORMAT, "not a JSON object");
	put("work/.tracecraft.json",
	    "{\"backend\": \"ftp\", \"bucket\": \"x\"}", 0600);
	refuses(SESHAT_EFORMAT, "unknown backend");
}

static void
a_named_file_must_be_there_and_takes_the_place(void **state)
{
	struct ses_config_flags flags = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/other.yaml", home);
	flags.file = path;
	FAILS(ses_config_load(&c, &flags, work, &err), SESHAT_ENOTFOUND);
	put(".config/seshat/config.yaml", "project: user\n", 0600);
	put("other.yaml", "agent: other\n", 0600);
	load(&flags);
	assert_null(c.project);
	assert_string_equal(c.agent, "other");
}

static void
a_path_is_a_store(void **state)
{
	const struct ses_config_flags flags = {.store = "/a b/c%d"};

	(void)state;
	load(&flags);
	assert_string_equal(c.store, "file:///a%20b/c%25d");
}

static void
a_pipe_or_a_huge_file_is_no_configuration(void **state)
{
	char path[128];
	char *big = calloc(1, (2 << 20) + 1);

	(void)state;
	memset(big, '#', 2 << 20);
	put(".config/seshat/config.yaml", big, 0600);
	free(big);
	refuses(SESHAT_ELIMIT, "longer than");
	snprintf(path, sizeof(path), "%s/.config/seshat/config.yaml", home);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refuses(SESHAT_EUNSUPPORTED, "not a regular file");
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(the_local_vault_is_the_default),
	    WITH(later_sources_win),
	    WITH(a_cloned_repository_cannot_send_sessions_elsewhere),
	    WITH(tracecraft_files_are_read),
	    WITH(a_secret_that_others_can_read_is_refused),
	    WITH(mistakes_are_named_with_file_and_line),
	    WITH(a_named_file_must_be_there_and_takes_the_place),
	    WITH(a_path_is_a_store),
	    WITH(a_pipe_or_a_huge_file_is_no_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
