#include "unit/config_home.h"

#include "config/edit.h"
#include "config/settings.h"

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
	(void)snprintf(want, sizeof(want),
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
	assert_null(c.here.project);
	put("work/.seshat.yaml", "project: here\n", 0644);
	load(NULL);
	assert_string_equal(c.project, "yaml");
	assert_string_equal(c.here.project, "here");
	assert_string_equal(c.here.dir, work);
	assert_int_equal(c.warnings.len, 0);
	put("work/.tracecraft.json", "{\"project\": \"tc\"}", 0644);
	load(NULL);
	assert_string_equal(c.here.project, "tc");
	assert_string_equal(c.agent, "me");
	setenv("SESHAT_PROJECT", "env", 1);
	setenv("TRACECRAFT_AGENT", "other", 1);
	load(NULL);
	assert_string_equal(c.project, "env");
	assert_null(c.here.project);
	assert_string_equal(c.agent, "other");
	assert_false(c.project_is_flag);
	load(&flags);
	assert_string_equal(c.project, "flag");
	assert_string_equal(c.store, "file:///flag");
	assert_null(c.store_file);
	assert_true(c.project_is_flag);
}

static void
tracecraft_files_are_read(void **state)
{
	static const struct {
		const char *text;
		const char *store;
	} rows[] = {
	    {"{\"backend\": \"s3\", \"bucket\": \"b\", \"agent_id\": \"a1\","
	     " \"endpoint\": \"http://127.0.0.1:9\", \"hf_token\": null}",
		"s3://b?endpoint=http://127.0.0.1:9"},
	    /* s3 is tracecraft's default; empty is not set */
	    {"{\"bucket\": \"b\", \"agent_id\": \"a1\", \"endpoint\": \"\"}",
		"s3://b"},
	    {"{\"bucket\": \"b\", \"agent_id\": \"a1\","
	     " \"endpoint\": \"https://h/?a&b#c%d\"}",
		"s3://b?endpoint=https://h/%3Fa%26b%23c%25d"},
	    {"{\"backend\": \"hf\", \"agent_id\": \"a\\u0031\","
	     " \"bucket\": \"me/x\", \"hf_token\": \"t\"}",
		"hf://buckets/me/x"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(".tracecraft/config.json", rows[i].text, 0600);
		load(NULL);
		assert_string_equal(c.store, rows[i].store);
		assert_string_equal(c.agent, "a1");
		assert_int_equal(c.warnings.len, 0);
	}
	assert_string_equal(c.hf_token, "t");
}

static void
our_own_file_wins_over_another_program_s(void **state)
{
	(void)state;
	put(".config/seshat/config.yaml", "store: file:///a\nagent: x\n", 0600);
	put(".tracecraft/config.json",
	    "{\"bucket\": \"b\", \"project\": \"p\"}", 0600);
	put("work/.seshat.yaml", "project: here\n", 0600);
	load(NULL);
	assert_string_equal(c.store, "file:///a");
	assert_non_null(strstr(c.store_file, "seshat/config.yaml"));
	assert_string_equal(c.project, "p");
	assert_string_equal(c.here.project, "here");
	assert_string_equal(c.agent, "x");
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
	    {"projct: [a]\n", "line 1: unknown key 'projct'"},
	    {"- a\n", "line 1: only lines of"},
	    {"[a]: b\n", "line 1: only lines of"},
	    {"just text\n", "no mapping"},
	    {"project: &x a\n", "anchors"},
	    {"&x project: a\n", "anchors"},
	    {"&x {project: a}\n", "anchors"},
	    {"!t {project: a}\n", "anchors"},
	    {"project: *x\n", "line 1"},
	    {"agent: a\n<<: *x\n", "line 2: aliases"},
	    {"project: !!str a\n", "anchors and tags"},
	    {"project: a/b\n", "only letters"},
	    {"project: ..\n", "only letters"},
	    {"project: ids\n", "uses this name itself"},
	    {"agent: a\nproject:\n", "line 2: 'project' has no value"},
	    {"agent: ~\n", "'agent' has no value"},
	    {"agent: null\n", "'agent' has no value"},
	    {"agent: ''\n", "agent is empty"},
	    {"agent: |\n  two\n  lines\n", "line break"},
	    {"agent: \"a\\e[1m\"\n", "control character"},
	    {"agent: \"a\\0b\"\n", "line 1: a NUL byte"},
	    {"store: nonsense\n", "neither a URL"},
	    {"store: s3://me:"
	     "pass@bucket\n",
		"line 1: store: a URL must not"},
	    {"endpoint: localhost:9\n", "does not begin with http"},
	    {"bucket: b\n", "unknown key 'bucket'"},
	    {"insecure_http: 1\n", "true or false"},
	    {"public: yes\n", "public 'yes': true or false"},
	    {"project: 'a\n", "line"},
	    {"project: a\n\nagent: \xff\n", "line 3: "},
	    {"roots: logs\n", "line 1: roots: 'logs' neither begins"},
	    {"roots: [/a, b]\n", "roots: 'b' neither begins"},
	    {"roots: [~user/a]\n", "roots: '~user/a' neither begins"},
	    {"roots:\n- /a\n-\n", "line 3: 'roots' has no value"},
	    {"roots: [[/a]]\n", "'roots' takes a list of plain text"},
	    {"roots: [{a: /b}]\n", "'roots' takes a list of plain text"},
	    {"roots: {a: /b}\n", "'roots' takes plain text"},
	    {"roots: /a\nroots: [/b]\n", "line 2: 'roots' stands there"},
	    {"roots: ['']\n", "roots is empty"},
	    {"roots: &x [/a]\n", "anchors"},
	    {"roots: [&x /a]\n", "anchors"},
	    {"roots: [\"/a\\nb\"]\n", "line break"},
	    {"project: a\n---\nproject: b\n", "line 2: more than one document"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put(".config/seshat/config.yaml", rows[i].text, 0600);
		refuses(SESHAT_EFORMAT, rows[i].words);
		refuses(SESHAT_EFORMAT, "config.yaml: line ");
	}
	put(".config/seshat/config.yaml", "agent: a\nrules: none\n", 0600);
	refuses(SESHAT_EFORMAT, "line 2: 'rules' takes more than plain text");
	put(".config/seshat/config.yaml", "allow: x\n", 0600);
	refuses(SESHAT_EFORMAT, "line 1: 'allow' takes more than plain text");
	put(".config/seshat/config.yaml", "", 0600);
	load(NULL);
	put(".config/seshat/config.yaml", "---\n# nothing yet\n", 0600);
	load(NULL);
}

static void
mistakes_in_a_tracecraft_file_are_named_with_the_line(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
	    {"{\"project\": \"p\",\n \"what\": \"x\"}",
		"line 2: unknown key 'what'"},
	    {"{\n\n\"what\": {\"a\": [1]}}", "line 3: unknown key 'what'"},
	    {"{\"bucket\": 1}", "line 1: 'bucket' takes plain text"},
	    {"{\"bucket\": [\"a\"]}", "'bucket' takes plain text"},
	    {"{\"agent_id\": \"a\\u0000b\"}", "'agent_id' takes plain text"},
	    {"{\"agent_id\": \"a\\nb\"}", "line break"},
	    {"{\"project\": null,\n\"project\": \"x\"}",
		"line 2: 'project' stands there twice"},
	    {"{\"project\": \"a/b\"}", "only letters"},
	    {"{\"store\": \"file:///x\"}", "unknown key 'store'"},
	    {"{\"backend\": \"ftp\", \"bucket\": \"x\"}",
		"line 1: unknown backend 'ftp'"},
	    {"{\"backend\": \"s3\"}", "a backend without a bucket"},
	    {"{\"bucket\": \"a?endpoint=http://x\"}", "only letters"},
	    {"{\"bucket\": \"a/b\"}", "has no '/'"},
	    {"{\"backend\": \"hf\", \"bucket\": \"b\"}", "namespace/name"},
	    {"{\"backend\": \"hf\", \"bucket\": \"a/b/c\"}", "namespace/name"},
	    {"[]", "not a JSON object"},
	    {"", "line 1: not valid JSON"},
	    {"{\n\"project\": \"p\",\n}", "line 3: not valid JSON"},
	    {"{}\n{}", "line 2: not valid JSON"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put("work/.tracecraft.json", rows[i].text, 0600);
		refuses(SESHAT_EFORMAT, rows[i].words);
		refuses(SESHAT_EFORMAT, "/.tracecraft.json: ");
	}
}

static void
long_names_and_wrong_flags_are_refused(void **state)
{
	struct ses_config_flags flags = {.project = "a/b"};
	struct seshat_err err = SESHAT_ERR_INIT;
	char name[202];

	(void)state;
	FAILS(ses_config_load(&c, &flags, work, &err), SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "--project: "));
	flags = (struct ses_config_flags){.store = "vault"};
	FAILS(ses_config_load(&c, &flags, work, &err), SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "--store: "));
	memset(name, 'a', sizeof(name));
	name[200] = '\0';
	setenv("SESHAT_AGENT", name, 1);
	setenv("SESHAT_PROJECT", name, 1);
	load(NULL);
	assert_string_equal(c.agent, name);
	name[200] = 'a';
	name[201] = '\0';
	setenv("SESHAT_AGENT", name, 1);
	refuses(SESHAT_EFORMAT, "$SESHAT_AGENT: agent is longer than 200");
}

/* They may be meant for another program, and no mirror needs them here. */
static void
odd_variables_of_others_do_not_stop_us(void **state)
{
	(void)state;
	setenv("AWS_ENDPOINT_URL", "localhost:9", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "k\n", 1);
	setenv("HF_TOKEN", "t\n", 1);
	load(NULL);
	assert_string_equal(c.hf_token, "t\n");
	/* the store itself looks there */
	assert_null(c.endpoint);
	assert_null(c.secret_key);
}

static void
what_opens_a_bucket_is_read(void **state)
{
	(void)state;
	put(".config/seshat/config.yaml",
	    "store: s3://b\nendpoint: https://h\nregion: eu-1\n"
	    "insecure_http: true\naccess_key: a\nsecret_key: s\n"
	    "session_token: t\nhf_token: hf\npublic: true\n",
	    0600);
	load(NULL);
	assert_string_equal(c.hf_token, "hf");
	assert_true(c.is_public);
	assert_string_equal(c.endpoint, "https://h");
	assert_string_equal(c.region, "eu-1");
	assert_string_equal(c.access_key, "a");
	assert_string_equal(c.secret_key, "s");
	assert_string_equal(c.session_token, "t");
	assert_null(c.profile);
	assert_true(c.insecure_http);
	put(".config/seshat/config.yaml", "profile: p\ninsecure_http: false\n",
	    0600);
	load(NULL);
	assert_string_equal(c.profile, "p");
	assert_false(c.insecure_http);
	assert_false(c.is_public);
}

/* An access key of one file with a secret of another opens nothing, and would
 * tell the one server what is meant for the other. */
static void
keys_of_two_files_are_not_mixed(void **state)
{
	(void)state;
	put(".tracecraft/config.json",
	    "{\"access_key\": \"A\", \"secret_key\": \"S\"}", 0600);
	load(NULL);
	assert_string_equal(c.access_key, "A");
	assert_string_equal(c.secret_key, "S");
	put(".config/seshat/config.yaml", "access_key: a\n", 0600);
	load(NULL);
	assert_string_equal(c.access_key, "a");
	assert_null(c.secret_key);
	put(".config/seshat/config.yaml",
	    "access_key: a\nsecret_key: s\nsession_token: t\n", 0600);
	load(NULL);
	assert_string_equal(c.secret_key, "s");
	assert_string_equal(c.session_token, "t");
	put(".config/seshat/config.yaml", "profile: p\n", 0600);
	load(NULL);
	assert_string_equal(c.profile, "p");
	assert_null(c.access_key);
	assert_null(c.secret_key);
}

/* It is that of tracecraft's bucket, and would lead another one astray. */
static void
an_endpoint_of_tracecraft_s_is_for_its_bucket_alone(void **state)
{
	(void)state;
	put(".tracecraft/config.json",
	    "{\"bucket\": \"b\", \"endpoint\": \"http://127.0.0.1:9\"}", 0600);
	load(NULL);
	assert_string_equal(c.store, "s3://b?endpoint=http://127.0.0.1:9");
	assert_null(c.endpoint);
	put(".config/seshat/config.yaml", "store: s3://mine\n", 0600);
	load(NULL);
	assert_string_equal(c.store, "s3://mine");
	assert_null(c.endpoint);
}

static void
nothing_nests_or_is_expanded(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_settings s = {0};
	size_t len = 1 << 20;
	char *deep = malloc(len);

	(void)state;
	memset(deep, '[', len);
	FAILS(ses_settings_yaml(&s, deep, len, &err), SESHAT_EFORMAT);
	FAILS(ses_settings_tracecraft(&s, deep, len, &err), SESHAT_EFORMAT);
	memset(deep, '{', len);
	FAILS(ses_settings_yaml(&s, deep, len, &err), SESHAT_EFORMAT);
	memcpy(deep, "project: ", 9);
	FAILS(ses_settings_yaml(&s, deep, len, &err), SESHAT_EFORMAT);
	ses_settings_free(&s);
	free(deep);
}

static void
a_named_file_must_be_there_and_takes_the_place(void **state)
{
	struct ses_config_flags flags = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/other.yaml", home);
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
	(void)snprintf(
	    path, sizeof(path), "%s/.config/seshat/config.yaml", home);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refuses(SESHAT_EUNSUPPORTED, "not a regular file");
}

/* The folders that the configuration names, one a line. */
static void
names_roots(const char *want)
{
	struct ses_buf b = {0};
	size_t i;

	for (i = 0; i < c.roots.len; i++)
		ses_buf_add(
		    &b, c.roots.data[i] == '\0' ? "\n" : c.roots.data + i, 1);
	assert_string_equal(ses_buf_cstr(&b), want);
	ses_buf_free(&b);
}

static void
roots_are_one_folder_or_a_list(void **state)
{
	char want[256];

	(void)state;
	load(NULL);
	assert_int_equal(c.roots.len, 0);
	put(".config/seshat/config.yaml", "roots: /srv/logs/\n", 0644);
	load(NULL);
	names_roots("/srv/logs/\n");
	put(".config/seshat/config.yaml",
	    "agent: a\nroots:\n  - ~/logs\n  - \"/with space\"\nproject: p\n",
	    0644);
	load(NULL);
	(void)snprintf(want, sizeof(want), "%s/logs\n/with space\n", home);
	names_roots(want);
	assert_string_equal(c.agent, "a");
	assert_string_equal(c.project, "p");
	put(".config/seshat/config.yaml", "roots: []\nagent: a\n", 0644);
	load(NULL);
	assert_int_equal(c.roots.len, 0);
	assert_string_equal(c.agent, "a");
}

/* A configuration with n roots. */
static void
put_roots(int n)
{
	struct ses_buf b = {0};

	ses_buf_str(&b, "roots: [/a");
	for (; n > 1; n--)
		ses_buf_str(&b, ", /a");
	ses_buf_str(&b, "]\n");
	put(".config/seshat/config.yaml", ses_buf_cstr(&b), 0644);
	ses_buf_free(&b);
}

static void
too_many_roots_are_refused(void **state)
{
	(void)state;
	put_roots(100);
	load(NULL);
	assert_int_equal(c.roots.len, 300);
	put_roots(101);
	refuses(SESHAT_EFORMAT, "more than 100 are too many");
}

/* The text of a file with one setting changed. */
static void
edits(const char *text, int kind, const char *value, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_settings set = {0};
	struct ses_buf before = {0};
	struct ses_buf after = {0};

	ses_buf_str(&before, text);
	OK(ses_settings_set(&set, kind, value, &err));
	if (want != NULL) {
		OK(ses_config_edit(&before, &set, &after, &err));
		assert_string_equal(after.data, want);
	} else {
		FAILS(ses_config_edit(&before, &set, &after, &err),
		    SESHAT_EUNSUPPORTED);
	}
	ses_settings_free(&set);
	ses_buf_free(&before);
	ses_buf_free(&after);
}

static void
an_edit_changes_one_setting_and_nothing_else(void **state)
{
	(void)state;
	edits("", SES_SET_AGENT, "me", "agent: me\n");
	edits("project: p", SES_SET_AGENT, "me", "project: p\nagent: me\n");
	edits("# a\nagent:\n  old\n# b\nproject: p\n", SES_SET_AGENT, "me",
	    "# a\nagent: me\n# b\nproject: p\n");
	edits("roots:\n- /a\n  # c\n- /b\nagent: x # y\n", SES_SET_PROJECT, "p",
	    "roots:\n- /a\n  # c\n- /b\nagent: x # y\nproject: p\n");
	/* whoever we were before */
	edits("profile: p\nregion: r\nsecret_key: s\naccess_key: a\n",
	    SES_SET_ACCESS_KEY, "b", "region: r\naccess_key: b\n");
}

static void
an_edit_writes_what_is_read_again(void **state)
{
	(void)state;
	edits("", SES_SET_AGENT, "null", "agent: 'null'\n");
	edits("", SES_SET_AGENT, "~", "agent: '~'\n");
	edits(
	    "", SES_SET_AGENT, "it's # me: you", "agent: 'it''s # me: you'\n");
	edits("", SES_SET_SECRET_KEY, "+/=", "secret_key: '+/='\n");
	edits("", SES_SET_SECRET_KEY, "a:", "secret_key: 'a:'\n");
	edits("", SES_SET_STORE, "s3://b?endpoint=http://h:1&region=x",
	    "store: s3://b?endpoint=http://h:1&region=x\n");
}

static void
an_edit_leaves_alone_what_it_does_not_understand(void **state)
{
	(void)state;
	edits("{agent: x}\n", SES_SET_AGENT, "me", NULL);
	edits("\"agent\": x\n", SES_SET_AGENT, "me", NULL);
	edits("? agent\n: x\n", SES_SET_AGENT, "me", NULL);
	edits("  agent: x\n", SES_SET_PROJECT, "p", NULL);
	edits("agent: x\n...\n", SES_SET_PROJECT, "p", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(the_local_vault_is_the_default),
	    WITH(later_sources_win),
	    WITH(tracecraft_files_are_read),
	    WITH(our_own_file_wins_over_another_program_s),
	    WITH(a_secret_that_others_can_read_is_refused),
	    WITH(mistakes_are_named_with_file_and_line),
	    WITH(mistakes_in_a_tracecraft_file_are_named_with_the_line),
	    WITH(long_names_and_wrong_flags_are_refused),
	    WITH(odd_variables_of_others_do_not_stop_us),
	    WITH(what_opens_a_bucket_is_read),
	    WITH(keys_of_two_files_are_not_mixed),
	    WITH(an_endpoint_of_tracecraft_s_is_for_its_bucket_alone),
	    WITH(nothing_nests_or_is_expanded),
	    WITH(an_edit_changes_one_setting_and_nothing_else),
	    WITH(an_edit_writes_what_is_read_again),
	    WITH(an_edit_leaves_alone_what_it_does_not_understand),
	    WITH(a_named_file_must_be_there_and_takes_the_place),
	    WITH(a_path_is_a_store),
	    WITH(roots_are_one_folder_or_a_list),
	    WITH(too_many_roots_are_refused),
	    WITH(a_pipe_or_a_huge_file_is_no_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
