#include "unit/config_home.h"

#include <sys/wait.h>

#include "base/fs.h"
#include "base/mem.h"
#include "config/trust.h"

/* Trust a file of the home as it is now. */
static void
trust(const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_buf real = {0};
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	OK(ses_fs_slurp(path, 1 << 20, &text, &err));
	OK(ses_trust_path(path, &real, &err));
	OK(ses_trust_add(real.data, text.data, text.len, &err));
	ses_buf_free(&text);
	ses_buf_free(&real);
}

static void
forget(const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf real = {0};
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", home, name);
	OK(ses_trust_path(path, &real, &err));
	OK(ses_trust_remove(real.data, &err));
	FAILS(ses_trust_remove(real.data, &err), SESHAT_ENOTFOUND);
	ses_buf_free(&real);
}

static void
a_cloned_repository_cannot_send_sessions_elsewhere(void **state)
{
	char path[128];

	(void)state;
	put("work/.seshat.yaml",
	    "store: s3://evil\nproject: p\naccess_key: k\n", 0600);
	(void)snprintf(path, sizeof(path), "%s/.seshat.yaml", work);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	assert_null(c.access_key);
	assert_string_equal(c.here.project, "p");
	assert_non_null(strstr(c.warnings.data, path));
	assert_non_null(strstr(c.warnings.data, "store, access_key"));
	assert_non_null(strstr(c.warnings.data, "seshat trust"));
	trust("work/.seshat.yaml");
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
	forget("work/.seshat.yaml");
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
}

/* All that says where sessions go, and as whom, one by one. */
static void
a_cloned_repository_cannot_redirect_a_store(void **state)
{
	static const char *const lines[] = {"store: s3://evil\n",
	    "endpoint: https://evil\n", "region: evil-1\n",
	    "insecure_http: true\n", "public: true\n", "profile: evil\n",
	    "access_key: EVIL\nsecret_key: e\n", "session_token: evil\n",
	    "hf_token: evil\n"};
	static const char *const fields[] = {"\"bucket\": \"evil\"",
	    "\"bucket\": \"evil\", \"endpoint\": \"https://evil\"",
	    "\"endpoint\": \"https://evil\"",
	    "\"access_key\": \"EVIL\", \"secret_key\": \"e\"",
	    "\"hf_token\": \"evil\"",
	    "\"backend\": \"hf\", \"bucket\": \"evil/x\""};
	char text[128];
	size_t i;

	(void)state;
	put(".config/seshat/config.yaml",
	    "store: s3://mine\nendpoint: https://h\nregion: r-1\n"
	    "access_key: A\nsecret_key: S\nsession_token: T\nhf_token: H\n",
	    0600);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]) +
			    sizeof(fields) / sizeof(fields[0]);
	     i++) {
		if (i < sizeof(lines) / sizeof(lines[0])) {
			put("work/.seshat.yaml", lines[i], 0600);
		} else {
			put("work/.seshat.yaml", "", 0600);
			(void)snprintf(text, sizeof(text), "{%s}",
			    fields[i - sizeof(lines) / sizeof(lines[0])]);
			put("work/.tracecraft.json", text, 0600);
		}
		load(NULL);
		assert_string_equal(c.store, "s3://mine");
		assert_string_equal(c.endpoint, "https://h");
		assert_string_equal(c.region, "r-1");
		assert_string_equal(c.access_key, "A");
		assert_string_equal(c.secret_key, "S");
		assert_string_equal(c.session_token, "T");
		assert_string_equal(c.hf_token, "H");
		assert_null(c.profile);
		assert_false(c.insecure_http);
		assert_false(c.is_public);
		assert_non_null(strstr(c.warnings.data, "is not trusted"));
	}
}

static void
a_cloned_repository_cannot_make_us_read_other_folders(void **state)
{
	(void)state;
	put(".config/seshat/config.yaml", "roots: /mine\n", 0600);
	put("work/.seshat.yaml", "roots: [/secret, /more]\n", 0600);
	load(NULL);
	assert_int_equal(c.roots.len, sizeof("/mine"));
	assert_non_null(strstr(c.warnings.data, "left out: roots"));
	trust("work/.seshat.yaml");
	load(NULL);
	/* the user's own stay, and come first */
	assert_int_equal(c.roots.len, sizeof("/mine\0/secret\0/more"));
	assert_memory_equal(c.roots.data, "/mine\0/secret\0/more", c.roots.len);
	assert_int_equal(c.warnings.len, 0);
}

static void
a_file_that_is_gone_can_be_forgotten(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf real = {0};
	char path[128];

	(void)state;
	put("work/.seshat.yaml", "store: s3://x\n", 0600);
	trust("work/.seshat.yaml");
	(void)snprintf(path, sizeof(path), "%s/.seshat.yaml", work);
	assert_int_equal(unlink(path), 0);
	forget("work/.seshat.yaml");
	FAILS(ses_trust_path("/nowhere/at/all", &real, &err), SESHAT_ENOTFOUND);
	ses_buf_free(&real);
}

/* The file that counts is the one the link points to. */
static void
trust_is_for_the_real_file(void **state)
{
	char path[128];

	(void)state;
	put("good.yaml", "store: s3://good\n", 0600);
	put("evil.yaml", "store: s3://evil\n", 0600);
	(void)snprintf(path, sizeof(path), "%s/.seshat.yaml", work);
	assert_int_equal(symlink("../good.yaml", path), 0);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	trust("work/.seshat.yaml");
	load(NULL);
	assert_string_equal(c.store, "s3://good");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("../evil.yaml", path), 0);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	/* the same words elsewhere are another file */
	assert_int_equal(unlink(path), 0);
	put("work/.seshat.yaml", "store: s3://good\n", 0600);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
}

static void
the_home_is_a_working_directory_too(void **state)
{
	static const struct ses_config_flags none;
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	put(".seshat.yaml", "store: s3://x\n", 0600);
	OK(ses_config_load(&c, &none, home, &err));
	assert_non_null(strstr(c.store, "seshat/vault"));
	assert_non_null(strstr(ses_buf_cstr(&c.warnings), ".seshat.yaml"));
}

static void
warnings_are_fit_for_a_terminal_and_a_shell(void **state)
{
	static const struct ses_config_flags none;
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[128];

	(void)state;
	put("it's \x1b[31m/.seshat.yaml", "store: s3://x\n", 0600);
	(void)snprintf(dir, sizeof(dir), "%s/it's \x1b[31m", home);
	OK(ses_config_load(&c, &none, dir, &err));
	assert_null(strchr(ses_buf_cstr(&c.warnings), 0x1b));
	assert_non_null(strstr(c.warnings.data, "seshat trust '/tmp/"));
	assert_non_null(strstr(c.warnings.data, "/it'\\''s "));
}

static void
a_damaged_list_trusts_nothing_and_is_not_written_over(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char path[128];

	(void)state;
	put("work/.seshat.yaml", "store: s3://x\n", 0600);
	trust("work/.seshat.yaml");
	put(".local/state/seshat/trusted.json", "{\"a", 0600);
	load(NULL);
	assert_non_null(strstr(c.store, "seshat/vault"));
	FAILS(ses_trust_add("/x", "", 0, &err), SESHAT_ECORRUPT);
	assert_non_null(strstr(err.msg, "trusted.json"));
	FAILS(ses_trust_remove("/x", &err), SESHAT_ECORRUPT);
	(void)snprintf(
	    path, sizeof(path), "%s/.local/state/seshat/trusted.json", home);
	OK(ses_fs_slurp(path, 100, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "{\"a");
	ses_buf_free(&b);
}

static int
count_one(
    void *arg, const char *real, const char *sha256, struct seshat_err *err)
{
	(void)err;
	assert_true(real[0] == '/' && strlen(sha256) == 64);
	++*(int *)arg;
	return 0;
}

static void
many_can_trust_at_the_same_time(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct stat sb;
	char path[128];
	int all = 0;
	int status;
	int i;
	int k;

	(void)state;
	for (i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		for (k = 0; k < 5; k++) {
			(void)snprintf(path, sizeof(path), "/p%d/%d", i, k);
			if (ses_trust_add(path, path, 4, &err) < 0)
				_exit(1);
		}
		_exit(0);
	}
	for (i = 0; i < 8; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	OK(ses_trust_each(count_one, &all, &err));
	assert_int_equal(all, 40);
	(void)snprintf(
	    path, sizeof(path), "%s/.local/state/seshat/trusted.json", home);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
}

/* tracecraft reads one file or the other; one that is not trusted must not
 * choose which, or it would choose the store. */
static void
only_a_trusted_tracecraft_file_hides_that_of_the_home(void **state)
{
	(void)state;
	put(".tracecraft/config.json",
	    "{\"bucket\": \"mine\", \"agent_id\": \"me\","
	    " \"project\": \"p\"}",
	    0600);
	put("work/.tracecraft.json", "{}", 0600);
	load(NULL);
	assert_string_equal(c.store, "s3://mine");
	assert_int_equal(c.warnings.len, 0);
	put("work/.tracecraft.json",
	    "{\"backend\": \"hf\", \"bucket\": \"me/x\", \"project\": \"q\"}",
	    0600);
	load(NULL);
	assert_string_equal(c.store, "s3://mine");
	assert_string_equal(c.here.project, "q");
	assert_non_null(strstr(c.warnings.data, ".tracecraft.json"));
	assert_non_null(strstr(c.warnings.data, "left out: store ("));
	trust("work/.tracecraft.json");
	load(NULL);
	assert_string_equal(c.store, "hf://buckets/me/x");
	assert_null(c.agent);
	assert_int_equal(c.warnings.len, 0);
}

/* jansson and libyaml allocate by themselves; ours are what is made to fail.
 * A half-read configuration must never count. */
static void
survives_every_failed_allocation(void **state)
{
	const struct ses_config_flags flags = {.project = "p"};
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned nth;
	int rc;

	(void)state;
	put(".config/seshat/config.yaml", "agent: me\nsecret_key: x\n", 0600);
	put(".tracecraft/config.json",
	    "{\"bucket\": \"b\", \"endpoint\": \"http://h\"}", 0600);
	put("work/.seshat.yaml", "store: s3://x\nproject: q\n", 0600);
	put("work/.tracecraft.json", "{\"bucket\": \"c\"}", 0600);
	trust("work/.tracecraft.json");
	for (nth = 1, rc = -1; rc < 0; nth++) {
		ses_mem_fail_at(nth);
		rc = ses_config_load(&c, &flags, work, &err);
		ses_mem_fail_at(0);
		if (rc == 0)
			break;
		assert_int_equal(err.code, SESHAT_ENOMEM);
		assert_null(c.store);
	}
	assert_string_equal(c.store, "s3://c");
	assert_true(nth > 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_cloned_repository_cannot_send_sessions_elsewhere),
	    WITH(a_cloned_repository_cannot_redirect_a_store),
	    WITH(a_cloned_repository_cannot_make_us_read_other_folders),
	    WITH(a_file_that_is_gone_can_be_forgotten),
	    WITH(trust_is_for_the_real_file),
	    WITH(the_home_is_a_working_directory_too),
	    WITH(warnings_are_fit_for_a_terminal_and_a_shell),
	    WITH(a_damaged_list_trusts_nothing_and_is_not_written_over),
	    WITH(many_can_trust_at_the_same_time),
	    WITH(only_a_trusted_tracecraft_file_hides_that_of_the_home),
	    WITH(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
