/* What an export, a volume and a workspace are made of: names. */
#include "unit/temp.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/str.h"
#include "base/tree.h"
#include "export/bundle.h"
#include "export/companions.h"
#include "export/rows.h"
#include "export/slug.h"
#include "export/volume.h"
#include "vault/workspace.h"

static char dir[64];
static int dir_fd = -1;

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/seshat-bundle-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir_fd < 0 ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	close(dir_fd);
	return temp_remove(dir);
}

/* A file below the folder, its folders made on the way. */
static void
put(const char *path, const char *text)
{
	char part[4096];
	const char *slash = path;
	int fd;

	while ((slash = strchr(slash, '/')) != NULL) {
		(void)snprintf(
		    part, sizeof(part), "%.*s", (int)(slash - path), path);
		(void)mkdirat(dir_fd, part, 0700);
		slash++;
	}
	fd = openat(dir_fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	assert_int_equal(close(fd), 0);
}

static const char *
slug(const char *label)
{
	static char out[256];
	struct ses_buf b = {0};

	ses_slug(label, &b);
	(void)snprintf(out, sizeof(out), "%s", ses_buf_cstr(&b));
	ses_buf_free(&b);
	return out;
}

static void
a_slug_is_lower_case_letters_digits_and_single_dashes(void **state)
{
	(void)state;
	assert_string_equal(slug("Iris Baseline"), "iris-baseline");
	assert_string_equal(slug("  a -- b__c.d/e\\f  "), "a-b-c-d-e-f");
	assert_string_equal(slug("-rf"), "rf");
	assert_string_equal(slug("../../etc/passwd"), "etc-passwd");
	assert_string_equal(slug("A1"), "a1");
	assert_string_equal(slug("a\nb\tc\x7f"), "a-b-c");
}

static void
a_slug_of_nothing_fit_is_empty(void **state)
{
	(void)state;
	assert_string_equal(slug(""), "");
	assert_string_equal(slug("---"), "");
	assert_string_equal(slug("你好"), "");
	assert_string_equal(slug("\xff\xfe"), "");
	assert_string_equal(slug("Ä-1"), "1");
	assert_string_equal(slug("été"), "t");
}

static void
a_slug_ends_at_sixty_bytes_and_in_no_dash(void **state)
{
	char label[256];

	(void)state;
	memset(label, 'a', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	assert_int_equal(strlen(slug(label)), SES_SLUG_MAX);
	label[59] = ' ';
	assert_int_equal(strlen(slug(label)), 59);
	label[59] = 'a';
	label[60] = ' ';
	assert_int_equal(strlen(slug(label)), 60);
	label[58] = ' ';
	assert_int_equal(strlen(slug(label)), 60);
}

static void
the_slug_of_an_id_is_its_first_eight_made_fit(void **state)
{
	static const char *const rows[][2] = {
	    {"3fa9c2d1-0000", "3fa9c2d1"},
	    {"abc", "abc"},
	    {"../../x", "-.-..-x"},
	    {"a b\nc", "a-b-c"},
	    {"été", "--t--"},
	    {"", ""},
	};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&b);
		ses_slug_id(rows[i][0], &b);
		assert_string_equal(ses_buf_cstr(&b), rows[i][1]);
	}
	ses_buf_free(&b);
}

/* The folders of a volume's project, "slug=id" in the archive's order. */
static void
folders_are(const char *projects, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_export_how how = {.project = "p"};
	struct ses_library *lib = NULL;
	struct ses_plan_row *v = NULL;
	struct ses_buf got = {0};
	size_t n = 0;
	size_t i;

	put("projects.json", projects);
	OK(ses_library_volume(&lib, dir, &err));
	OK(ses_plan_rows(lib, &how, &v, &n, &err));
	for (i = 0; i < n; i++)
		ses_buf_fmt(
		    &got, "%s%s=%s", i > 0 ? " " : "", v[i].slug, v[i].id);
	assert_string_equal(ses_buf_cstr(&got), want);
	for (i = 1; i < n; i++)
		assert_string_not_equal(v[i - 1].slug, v[i].slug);
	ses_buf_free(&got);
	ses_plan_rows_free(v, n);
	ses_library_free(lib);
}

static void
equal_labels_are_told_apart_by_the_id(void **state)
{
	(void)state;
	folders_are("{\"p\":{\"11111111x\":\"Same\",\"22222222x\":\"same!\"}}",
	    "same-11111111=11111111x same-22222222=22222222x");
	folders_are("{\"p\":{\"11111111x\":\"Same\",\"2\":\"Other\"}}",
	    "other=2 same=11111111x");
}

static void
labels_without_a_slug_get_the_id(void **state)
{
	(void)state;
	folders_are("{\"p\":{\"abcdefghij\":\"你好\",\"x\":\"\"}}",
	    "abcdefgh=abcdefghij x=x");
	folders_are("{\"p\":[\"Abc-1\"]}", "abc-1=Abc-1");
}

static void
ids_that_begin_alike_are_told_apart_by_a_number(void **state)
{
	(void)state;
	folders_are("{\"p\":{\"abcdefgh1\":\"s\",\"abcdefgh2\":\"s\"}}",
	    "s-abcdefgh=abcdefgh1 s-abcdefgh-2=abcdefgh2");
	folders_are("{\"p\":{\"abcdefgh1\":\"\",\"abcdefgh2\":\"!\"}}",
	    "abcdefgh=abcdefgh1 abcdefgh-2=abcdefgh2");
}

/* Labels that look like what others become: still no two in one folder. */
static void
no_label_gets_into_the_folder_of_another(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_export_how how = {.project = "p"};
	struct ses_library *lib = NULL;
	struct ses_plan_row *v = NULL;
	size_t n = 0;
	size_t i;

	(void)state;
	put("projects.json", "{\"p\":{\"abcdefgh1\":\"s\",\"abcdefgh2\":\"s\","
			     "\"z2\":\"s-abcdefgh-2\",\"z3\":\"s abcdefgh 3\","
			     "\"abcdefgh\":\"S\",\"z4\":\"T\"}}");
	OK(ses_library_volume(&lib, dir, &err));
	OK(ses_plan_rows(lib, &how, &v, &n, &err));
	assert_int_equal(n, 6);
	for (i = 1; i < n; i++)
		assert_true(strcmp(v[i - 1].slug, v[i].slug) < 0);
	ses_plan_rows_free(v, n);
	ses_library_free(lib);
}

static void
names_that_are_ours_are_known(void **state)
{
	static const char *const root[] = {"README.md", "requirements.txt",
	    "trainable.py", "trainable_local.py", "trainable_runtime.py",
	    "SHA256SUMS", "__truncated.txt", "workspace/README.md",
	    "workspace/workspace/trainable.py", "trainable.py/x",
	    "SHA256SUMS/a/b", "workspace"};
	static const char *const session[] = {
	    "transcript.jsonl", "transcript.html", "session.json"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(root) / sizeof(root[0]); i++) {
		if (!ses_bundle_is_ours(root[i], 1, 1) ||
		    !ses_bundle_is_ours(root[i], 1, 0))
			fail_msg("%s is not ours", root[i]);
	}
	for (i = 0; i < sizeof(session) / sizeof(session[0]); i++) {
		assert_true(ses_bundle_is_ours(session[i], 1, 1));
		assert_true(ses_bundle_is_ours(session[i], 0, 1));
		assert_false(ses_bundle_is_ours(session[i], 1, 0));
	}
}

static void
names_that_are_not_ours_stay(void **state)
{
	static const char *const names[] = {"a.py", "readme", "src/README.md",
	    "x/trainable.py", "workspace/a.py", "README.md.bak",
	    "workspace2/README.md", "workspacex", "requirements.txt2"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(ses_bundle_is_ours(names[i], 1, 1));
	assert_false(ses_bundle_is_ours("README.md", 0, 1));
	assert_false(ses_bundle_is_ours("trainable.py", 0, 1));
}

static void
what_would_be_a_companion_moves(void **state)
{
	static const char *const moves[] = {"companions", "companions/x",
	    "Companions/x", "companions-2", "COMPANIONS-9/x/y"};
	static const char *const stays[] = {"companion", "companions-1",
	    "companions-10", "companions2", "x/companions", "companions-",
	    "companionsx/y"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		if (!ses_bundle_is_ours(moves[i], 1, 1) ||
		    !ses_bundle_is_ours(moves[i], 0, 1) ||
		    ses_bundle_is_ours(moves[i], 0, 0))
			fail_msg("%s stays", moves[i]);
	}
	for (i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
		if (ses_bundle_is_ours(stays[i], 1, 1))
			fail_msg("%s moves", stays[i]);
}

/* Its entry, after those that taken has. */
static void
entry_is(json_t *taken, const char *name, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	int rc = ses_companion_entry(taken, name, &b, &err);

	assert_int_equal(rc, want != NULL);
	if (want != NULL && strcmp(ses_buf_cstr(&b), want) != 0)
		fail_msg("%s is %s, not %s", name, b.data, want);
	ses_buf_free(&b);
}

static void
no_two_companions_meet_and_none_leads_elsewhere(void **state)
{
	static const char *const none[] = {"", "/etc/passwd", "..", "../x",
	    "a/../../x", "a//b", "a/./b", "a/", "."};
	json_t *taken = json_object();
	size_t i;

	(void)state;
	assert_non_null(taken);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		entry_is(taken, none[i], NULL);
	assert_int_equal(json_object_size(taken), 0);
	entry_is(taken, "t/a.txt", "companions/t/a.txt");
	entry_is(taken, "t/b", "companions/t/b");
	entry_is(taken, "t/A.txt", "companions-2/t/A.txt");
	entry_is(taken, "T/a.TXT", "companions-3/T/a.TXT");
	entry_is(taken, "t", "companions-4/t");
	entry_is(taken, "t/a.txt/x", "companions-5/t/a.txt/x");
	entry_is(taken, "T/b/c", "companions-2/T/b/c");
	entry_is(taken, "a\\b\n%41", "companions/a%5Cb%0A%2541");
	entry_is(taken, "ä", "companions/ä");
	entry_is(taken, "t/a.txt", "companions-6/t/a.txt");
	entry_is(taken, "t/a.txt", "companions-7/t/a.txt");
	entry_is(taken, "t/a.txt", "companions-8/t/a.txt");
	entry_is(taken, "t/a.txt", "companions-9/t/a.txt");
	entry_is(taken, "t/a.txt", NULL);
	entry_is(taken, "u/a.txt", "companions/u/a.txt");
	json_decref(taken);
}

/* projects.json becomes this, its keys sorted; NULL: it is malformed. */
static void
volume_is(const char *text, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *out = NULL;
	char *got;

	if (want == NULL) {
		if (ses_volume_parse(text, strlen(text), &out, &err) == 0)
			fail_msg("taken: %s", text);
		assert_int_equal(err.code, SESHAT_ECORRUPT);
		assert_null(out);
		return;
	}
	if (ses_volume_parse(text, strlen(text), &out, &err) < 0)
		fail_msg("%s: %s", text, err.msg);
	got = json_dumps(out, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(got, want);
	free(got);
	json_decref(out);
}

static void
projects_json_is_read_in_all_its_shapes(void **state)
{
	static const char one[] = "{\"p\":{\"s1\":null}}";
	static const char named[] = "{\"p\":{\"s1\":\"One\"}}";

	(void)state;
	volume_is("{\"p\":[\"s1\"]}", one);
	volume_is("{\"p\":[{\"id\":\"s1\"}]}", one);
	volume_is("{\"p\":{\"s1\":null}}", one);
	volume_is("{\"p\":{\"sessions\":[\"s1\"]}}", one);
	volume_is("{\"p\":{\"sessions\":{\"s1\":null}}}", one);
	volume_is("{\"projects\":{\"p\":[\"s1\"]}}", one);
	volume_is("{\"projects\":{\"p\":{\"sessions\":[\"s1\"]}}}", one);
	volume_is("{\"projects\":[{\"id\":\"p\",\"sessions\":[\"s1\"]}]}", one);
	volume_is("{\"p\":[{\"id\":\"s1\",\"label\":\"One\"}]}", named);
	volume_is("{\"p\":[{\"session_id\":\"s1\",\"title\":\"One\"}]}", named);
	volume_is("{\"p\":{\"s1\":\"One\"}}", named);
	volume_is("{\"p\":{\"s1\":{\"name\":\"One\"}}}", named);
	volume_is("{\"version\":1,\"projects\":{\"p\":[\"s1\"]}}", one);
	volume_is("{\"a/b\":[\"s1\"],\"\":[],\"p\":[\"s1\"]}", one);
	volume_is("{}", "{}");
	volume_is("{\"p\":[]}", "{\"p\":{}}");
	volume_is("{\"p\":{}}", "{\"p\":{}}");
	volume_is("{\"projects\":{}}", "{}");
	volume_is("{\"p\":[{\"id\":\"s1\",\"label\":7}]}", one);
}

static void
projects_json_of_wrong_types_is_refused(void **state)
{
	static const char *const bad[] = {"", "x", "[]", "7", "null", "{",
	    "{\"p\":7}", "{\"p\":\"s1\"}", "{\"p\":null}", "{\"p\":[7]}",
	    "{\"p\":[null]}", "{\"p\":[[]]}", "{\"p\":[{}]}",
	    "{\"p\":[{\"id\":7}]}", "{\"p\":{\"sessions\":7}}",
	    "{\"p\":{\"sessions\":null}}", "{\"projects\":[7]}",
	    "{\"projects\":[{}]}", "{\"projects\":7}", "{\"p\":[\"\xff\"]}",
	    "{\"p\":[\"s\"]}garbage"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		volume_is(bad[i], NULL);
}

static void
ids_that_are_paths_are_passed_over(void **state)
{
	static const char *const bad[] = {"../x", "..", ".", "a/b", "/etc", "",
	    ".hidden", "a\\u0000b", "a\\nb", "a\\u001fb"};
	char text[512];
	char id[301];
	const char *want;
	size_t i;

	(void)state;
	memset(id, 'a', 300);
	id[300] = '\0';
	assert_false(ses_volume_is_id(id));
	id[255] = '\0';
	assert_true(ses_volume_is_id(id));
	assert_false(ses_volume_is_id(NULL));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		/* no JSON of ours has a NUL */
		want = strcmp(bad[i], "a\\u0000b") == 0 ? NULL : "{\"p\":{}}";
		(void)snprintf(text, sizeof(text), "{\"p\":[\"%s\"]}", bad[i]);
		volume_is(text, want);
		(void)snprintf(
		    text, sizeof(text), "{\"p\":{\"%s\":\"x\"}}", bad[i]);
		volume_is(text, want);
		(void)snprintf(text, sizeof(text),
		    "{\"projects\":{\"p\":[{\"id\":\"%s\"}]}}", bad[i]);
		volume_is(text, want);
	}
	assert_false(ses_volume_is_id("\xff"));
	assert_true(ses_volume_is_id("-rf"));
	assert_true(ses_volume_is_id("été 你好"));
}

/* A walk's entries, one a line. */
static int
list(void *arg, const struct ses_tree_seen *seen, struct seshat_err *err)
{
	static const char kinds[] = "FLSX";

	(void)err;
	ses_buf_fmt(arg, "%c %s\n", kinds[seen->kind], seen->path);
	return 0;
}

static int
leave_x(const char *name, int is_folder)
{
	(void)is_folder;
	return strcmp(name, "x") == 0;
}

static void
walk_is(const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf got = {0};

	OK(ses_tree_walk(dir_fd, leave_x, list, &got, &err));
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&got);
}

static void
a_walk_is_in_the_order_of_the_paths_bytes(void **state)
{
	(void)state;
	put("a/b", "");
	put("a-b", "");
	put("a.b", "");
	put("a0", "");
	put("A", "");
	put("a/a/z", "");
	put("x/hidden", "");
	put("b/x", "");
	put("b/y", "");
	put("\xff", "");
	put("é", "");
	walk_is("F A\nF a-b\nF a.b\nF a/a/z\nF a/b\nF a0\nF b/y\nF é\n"
		"F \xff\n");
}

static void
a_walk_follows_no_link_and_opens_no_pipe(void **state)
{
	char out[96];

	(void)state;
	put("real/f", "");
	(void)snprintf(out, sizeof(out), "%s/real", dir);
	assert_int_equal(symlinkat(out, dir_fd, "folder"), 0);
	assert_int_equal(symlinkat("/etc/passwd", dir_fd, "file"), 0);
	assert_int_equal(symlinkat("..", dir_fd, "real/up"), 0);
	assert_int_equal(symlinkat("nowhere", dir_fd, "dangling"), 0);
	assert_int_equal(mkfifoat(dir_fd, "pipe", 0600), 0);
	walk_is("L dangling\nL file\nL folder\nS pipe\nF real/f\nL real/up\n");
}

static void
a_walk_tells_of_what_is_too_deep_and_goes_on(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf got = {0};
	int i;

	(void)state;
	for (i = 0; i < SES_TREE_DEPTH + 20; i++)
		ses_buf_str(&path, "d/");
	ses_buf_str(&path, "f");
	put(ses_buf_cstr(&path), "");
	put("z", "");
	OK(ses_tree_walk(dir_fd, NULL, list, &got, &err));
	/* the folder itself, without a slash behind */
	path.len = 2 * (SES_TREE_DEPTH)-1;
	ses_buf_str(&path, "");
	assert_int_equal(strncmp(ses_buf_cstr(&got), "X ", 2), 0);
	assert_int_equal(
	    strncmp(got.data + 2, ses_buf_cstr(&path), path.len), 0);
	assert_string_equal(got.data + 2 + path.len, "\nF z\n");
	ses_buf_free(&path);
	ses_buf_free(&got);
}

static int
stop(void *arg, const struct ses_tree_seen *seen, struct seshat_err *err)
{
	(void)seen;
	(void)err;
	return ++*(int *)arg == 2 ? 7 : 0;
}

static void
a_walk_ends_when_it_is_told_to(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int n = 0;

	(void)state;
	put("a/a/a", "");
	put("a/a/b", "");
	put("a/a/c", "");
	assert_int_equal(ses_tree_walk(dir_fd, NULL, stop, &n, &err), 7);
	assert_int_equal(n, 2);
}

static void
opens_a_file_below_the_folder_only(void **state)
{
	static const char *const bad[] = {"", "/", "nothing", "a/nothing",
	    "a/../f", "../f", "..", ".", "a", "a/", "/etc/passwd", "link",
	    "folder/f", "pipe", "a//f/", "f/x"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct stat st;
	size_t i;
	int fd;

	(void)state;
	put("f", "abc");
	put("a/f", "abcd");
	assert_int_equal(symlinkat("f", dir_fd, "link"), 0);
	assert_int_equal(symlinkat("a", dir_fd, "folder"), 0);
	assert_int_equal(mkfifoat(dir_fd, "pipe", 0600), 0);
	fd = ses_tree_open(dir_fd, "a/f", &st, &err);
	assert_true(fd >= 0);
	assert_int_equal(st.st_size, 4);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	close(fd);
	fd = ses_tree_open(dir_fd, "f", NULL, &err);
	assert_true(fd >= 0);
	close(fd);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fd = ses_tree_open(dir_fd, bad[i], NULL, &err);
		if (fd >= 0)
			fail_msg("opened '%s'", bad[i]);
	}
	FAILS(ses_tree_open(dir_fd, "nothing", NULL, &err), SESHAT_ENOTFOUND);
	FAILS(ses_tree_open(dir_fd, "pipe", NULL, &err), SESHAT_EUNSUPPORTED);
}

static void
key_is(const char *path, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};

	OK(ses_workspace_key(path, &key, &err));
	assert_string_equal(ses_buf_cstr(&key), want);
	assert_true(ses_store_is_key(key.data));
	ses_buf_free(&key);
}

static void
a_file_has_a_key_that_any_store_takes(void **state)
{
	(void)state;
	key_is("a.py", "workspace/a.py");
	key_is("a/b c", "workspace/a/b%20c");
	key_is(".tmp-x/.tmp-y", "workspace/%2Etmp-x/%2Etmp-y");
	key_is("-rf", "workspace/-rf");
	key_is("a\\b\n", "workspace/a%5Cb%0A");
	key_is("\xff", "workspace/%FF");
	key_is("a%41", "workspace/a%2541");
}

static void
long_names_and_those_that_look_hashed_are_hashed(void **state)
{
	static const char *const names[] = {"=sha256=", "=sha256=abc",
	    "=sha256=0123456789abcdef0123456789abcdef"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	char name[256];
	char want[128];
	char hex[SES_SHA256_HEX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ses_sha256_of(names[i], strlen(names[i]), hex);
		(void)snprintf(
		    want, sizeof(want), "workspace/d/=sha256=%.32s", hex);
		(void)snprintf(name, sizeof(name), "d/%s", names[i]);
		key_is(name, want);
	}
	memset(name, 'n', 255);
	name[255] = '\0';
	ses_sha256_of(name, 255, hex);
	(void)snprintf(want, sizeof(want), "workspace/=sha256=%.32s", hex);
	key_is(name, want);
	name[200] = '\0';
	OK(ses_workspace_key(name, &key, &err));
	assert_int_equal(key.len, strlen("workspace/") + 200);
	ses_buf_free(&key);
}

static void
a_path_that_no_store_takes_is_an_error(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf key = {0};
	int i;

	(void)state;
	for (i = 0; i < 400; i++)
		ses_buf_str(&path, "d/");
	ses_buf_str(&path, "f");
	FAILS(
	    ses_workspace_key(ses_buf_cstr(&path), &key, &err), SESHAT_ELIMIT);
	ses_buf_free(&key);
	ses_buf_free(&path);
}

/* The paths of what is taken of this workspace.json. */
static void
files_are(const char *text, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_workspace ws = {0};
	struct ses_workfile *v = NULL;
	struct ses_workfile one;
	struct ses_buf got = {0};
	size_t n = 0;
	size_t i;

	ws.doc = json_loads(text, 0, NULL);
	assert_non_null(ws.doc);
	OK(ses_workspace_files(&ws, &v, &n, &err));
	for (i = 0; i < n; i++) {
		ses_buf_fmt(&got, "%s\n", v[i].path);
		assert_true(ses_workspace_get(&ws, v[i].path, &one));
	}
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&got);
	free(v);
	ses_workspace_free(&ws);
}

static void
rows_that_lead_elsewhere_are_not_taken(void **state)
{
	(void)state;
	files_are("{\"files\":{\"b\":{\"key\":\"workspace/b\"},"
		  "\"a\":{\"key\":\"workspace/a\",\"size\":1}}}",
	    "a\nb\n");
	files_are("{\"files\":{\"a\":{\"key\":\"meta.json\"},"
		  "\"b\":{\"key\":\"workspace/../meta.json\"},"
		  "\"c\":{\"key\":\"/etc/passwd\"},\"d\":{\"key\":7},"
		  "\"e\":{},\"f\":7,\"g\":null,\"h\":[],"
		  "\"i\":{\"key\":\"workspace/\"},"
		  "\"j\":{\"key\":\"workspace//x\"},"
		  "\"k\":{\"key\":\"workspace\"}}}",
	    "");
	files_are("{\"files\":{\"../a\":{\"key\":\"workspace/a\"},"
		  "\"/a\":{\"key\":\"workspace/a\"},"
		  "\"\":{\"key\":\"workspace/a\"},"
		  "\"a/../b\":{\"key\":\"workspace/a\"},"
		  "\"a//b\":{\"key\":\"workspace/a\"},"
		  "\"a/\":{\"key\":\"workspace/a\"}}}",
	    "");
}

/* A path in a document is a name as ses_zip_name makes it, or it is none:
 * it is printed, and stands in lists of lines. */
static void
rows_whose_name_is_not_as_it_is_written_are_not_taken(void **state)
{
	(void)state;
	files_are("{\"files\":{\"a\\nb\":{\"key\":\"workspace/a\"},"
		  "\"a\\u001b[31m\":{\"key\":\"workspace/a\"},"
		  "\"a\\\\b\":{\"key\":\"workspace/a\"},"
		  "\"a%5Cb\":{\"key\":\"workspace/a%5Cb\"},"
		  "\"a%255Cb\":{\"key\":\"workspace/a%255Cb\"}}}",
	    "a%255Cb\na%5Cb\n");
}

static void
a_document_of_other_shapes_has_no_files(void **state)
{
	(void)state;
	files_are("{}", "");
	files_are("[]", "");
	files_are("{\"files\":[]}", "");
	files_are("{\"files\":7}", "");
	files_are("{\"files\":{}}", "");
}

static void
what_a_row_says_is_checked(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_workspace ws = {0};
	struct ses_workfile f;

	(void)state;
	ws.doc = json_loads(
	    "{\"files\":{\"a\":{\"key\":\"workspace/a\",\"size\":-5,"
	    "\"mtime_ns\":\"x\",\"crc32\":\"zzzzzzzz\",\"sha256\":\"0\"}}}",
	    0, NULL);
	assert_true(ses_workspace_get(&ws, "a", &f));
	assert_int_equal(f.size, 0);
	assert_int_equal(f.mtime_ns, 0);
	assert_string_equal(f.sha256, "");
	assert_false(ses_workspace_get(&ws, "b", &f));
	f = (struct ses_workfile){
	    .path = "b", .key = "workspace/b", .size = 7, .mtime_ns = -1};
	OK(ses_workspace_set(&ws, &f, &err));
	assert_true(ses_workspace_get(&ws, "b", &f));
	assert_int_equal(f.size, 7);
	ses_workspace_free(&ws);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_slug_is_lower_case_letters_digits_and_single_dashes),
	    cmocka_unit_test(a_slug_of_nothing_fit_is_empty),
	    cmocka_unit_test(a_slug_ends_at_sixty_bytes_and_in_no_dash),
	    cmocka_unit_test(the_slug_of_an_id_is_its_first_eight_made_fit),
	    IN_FOLDER(equal_labels_are_told_apart_by_the_id),
	    IN_FOLDER(labels_without_a_slug_get_the_id),
	    IN_FOLDER(ids_that_begin_alike_are_told_apart_by_a_number),
	    IN_FOLDER(no_label_gets_into_the_folder_of_another),
	    cmocka_unit_test(names_that_are_ours_are_known),
	    cmocka_unit_test(names_that_are_not_ours_stay),
	    cmocka_unit_test(what_would_be_a_companion_moves),
	    cmocka_unit_test(no_two_companions_meet_and_none_leads_elsewhere),
	    cmocka_unit_test(projects_json_is_read_in_all_its_shapes),
	    cmocka_unit_test(projects_json_of_wrong_types_is_refused),
	    cmocka_unit_test(ids_that_are_paths_are_passed_over),
	    IN_FOLDER(a_walk_is_in_the_order_of_the_paths_bytes),
	    IN_FOLDER(a_walk_follows_no_link_and_opens_no_pipe),
	    IN_FOLDER(a_walk_tells_of_what_is_too_deep_and_goes_on),
	    IN_FOLDER(a_walk_ends_when_it_is_told_to),
	    IN_FOLDER(opens_a_file_below_the_folder_only),
	    cmocka_unit_test(a_file_has_a_key_that_any_store_takes),
	    cmocka_unit_test(long_names_and_those_that_look_hashed_are_hashed),
	    cmocka_unit_test(a_path_that_no_store_takes_is_an_error),
	    cmocka_unit_test(rows_that_lead_elsewhere_are_not_taken),
	    cmocka_unit_test(
		rows_whose_name_is_not_as_it_is_written_are_not_taken),
	    cmocka_unit_test(a_document_of_other_shapes_has_no_files),
	    cmocka_unit_test(what_a_row_says_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
