#define _GNU_SOURCE /* syscall */

#include "unit/temp.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <unistd.h>

#include "store/store.h"

static char dir[64];
static struct ses_store *store;
static ino_t synced; /* what fsync was called for last */

int
fsync(int fd)
{
	struct stat sb;

	if (fstat(fd, &sb) == 0)
		synced = sb.st_ino;
	return (int)syscall(SYS_fsync, fd);
}

static int
set_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char url[128];

	(void)state;
	strcpy(dir, "/tmp/seshat-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(url, sizeof(url), "file://%s/a%%20vault", dir);
	return ses_store_open(&store, url, NULL, &err);
}

static int
tear_down(void **state)
{
	(void)state;
	ses_store_free(store);
	return temp_remove(dir);
}

static void
put(const char *key, const char *text, unsigned how)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(ses_store_put(store, key,
	    &(struct ses_put){.data = text, .len = strlen(text), .how = how},
	    NULL, &err));
}

static void
keeps_and_gives_back(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_store_object o;
	int64_t when = 0;

	(void)state;
	OK(ses_store_put(store, "p/x/a.json",
	    &(struct ses_put){.data = "hello", .len = 5, .how = SES_PUT_CREATE},
	    &when, &err));
	assert_true(when > INT64_C(1600000000000));
	OK(ses_store_read(store, "p/x/a.json", 5, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "hello");
	ses_buf_clear(&b);
	OK(ses_store_get(store, "p/x/a.json", 1, 3, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), "ell");
	ses_buf_clear(&b);
	OK(ses_store_get(store, "p/x/a.json", 9, 3, &sink, &err));
	assert_int_equal(b.len, 0);
	OK(ses_store_head(store, "p/x/a.json", &o, &err));
	assert_int_equal(o.size, 5);
	FAILS(ses_store_read(store, "p/x/a.json", 4, &b, &err), SESHAT_ELIMIT);
	FAILS(ses_store_read(store, "p/x/b", 4, &b, &err), SESHAT_ENOTFOUND);
	FAILS(ses_store_head(store, "p/y", &o, &err), SESHAT_ENOTFOUND);
	ses_buf_free(&b);
}

static void
never_replaces_when_told_to_create(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};

	(void)state;
	put("k", "first", SES_PUT_CREATE);
	FAILS(ses_store_put(store, "k",
		  &(struct ses_put){
		      .data = "second", .len = 6, .how = SES_PUT_CREATE},
		  NULL, &err),
	    SESHAT_EEXISTS);
	OK(ses_store_read(store, "k", 10, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "first");
	put("k", "third", 0);
	ses_buf_clear(&b);
	OK(ses_store_read(store, "k", 10, &b, &err));
	assert_string_equal(ses_buf_cstr(&b), "third");
	ses_buf_free(&b);
}

static void
an_object_that_was_there_has_its_name_on_the_disk(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct stat sb;
	char path[128];

	(void)state;
	put("p/k", "first", SES_PUT_CREATE);
	snprintf(path, sizeof(path), "%s/a vault/p", dir);
	assert_int_equal(stat(path, &sb), 0);
	synced = 0;
	FAILS(ses_store_put(store, "p/k",
		  &(struct ses_put){
		      .data = "second", .len = 6, .how = SES_PUT_CREATE},
		  NULL, &err),
	    SESHAT_EEXISTS);
	assert_true(synced == sb.st_ino);
}

static void
does_not_make_folders_when_told_not_to(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	FAILS(ses_store_put(store, "p/a",
		  &(struct ses_put){.data = "x",
		      .len = 1,
		      .how = SES_PUT_CREATE | SES_PUT_INSIDE},
		  NULL, &err),
	    SESHAT_ENOTFOUND);
	put("p/b", "x", SES_PUT_CREATE);
	put("p/a", "x", SES_PUT_CREATE | SES_PUT_INSIDE);
}

static int
collect(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)err;
	ses_buf_fmt(arg, "%s ", o->key);
	return 0;
}

static const char *
list(struct ses_buf *b, const char *prefix, const char *after, int shallow)
{
	struct ses_store_list what = {
	    .prefix = prefix, .after = after, .shallow = shallow};
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_buf_clear(b);
	OK(ses_store_list(store, &what, collect, b, &err));
	return ses_buf_cstr(b);
}

static void
lists_in_the_order_of_keys(void **state)
{
	struct ses_buf b = {0};

	(void)state;
	assert_string_equal(list(&b, "", NULL, 0), "");
	put("a/x", "1", 0);
	put("a-b", "2", 0);
	put("a/c/d", "3", 0);
	put("ab/c", "4", 0);
	assert_string_equal(list(&b, "", NULL, 0), "a-b a/c/d a/x ab/c ");
	assert_string_equal(list(&b, "a/", NULL, 0), "a/c/d a/x ");
	assert_string_equal(list(&b, "a", NULL, 0), "a-b a/c/d a/x ab/c ");
	assert_string_equal(list(&b, "a/", "a/c/d", 0), "a/x ");
	assert_string_equal(list(&b, "", "a/c", 0), "a/c/d a/x ab/c ");
	assert_string_equal(list(&b, "", NULL, 1), "a-b a/ ab/ ");
	assert_string_equal(list(&b, "a/", NULL, 1), "a/c/ a/x ");
	assert_string_equal(list(&b, "nope/", NULL, 0), "");
	ses_buf_free(&b);
}

static void
deletes_and_leaves_no_empty_folders(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char path[128];

	(void)state;
	put("p/q/r", "1", 0);
	OK(ses_store_del(store, "p/q/r", &err));
	OK(ses_store_del(store, "p/q/r", &err));
	snprintf(path, sizeof(path), "%s/a vault/p", dir);
	assert_int_equal(access(path, F_OK), -1);
	assert_string_equal(list(&b, "", NULL, 0), "");
	ses_buf_free(&b);
}

static void
refuses_keys_that_could_leave_the_vault(void **state)
{
	static const char *const bad[] = {"/a", "a/", "a//b", "..", "a/../b",
	    ".", "a b", "a\nb", ".tmp-x", "a/.tmp-x", "\xc3\xa9", "a\\b"};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_store_put(store, bad[i],
			  &(struct ses_put){.data = "x", .len = 1}, NULL, &err),
		    SESHAT_EUSAGE);
}

static void
is_private_unless_its_root_is_setgid(void **state)
{
	struct stat sb;
	char path[128];

	(void)state;
	put("p/a", "x", 0);
	snprintf(path, sizeof(path), "%s/a vault/p", dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0700);
	snprintf(path, sizeof(path), "%s/a vault/p/a", dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0600);
}

static void
shares_a_setgid_root_with_its_group(void **state)
{
	struct stat sb;
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/a vault", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(chmod(path, 02770), 0);
	put("p/a", "x", 0);
	snprintf(path, sizeof(path), "%s/a vault/p", dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 02770);
	snprintf(path, sizeof(path), "%s/a vault/p/a", dir);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, 0660);
}

static void
sweeps_old_temporary_files_only(void **state)
{
	static const struct timespec old[2] = {{1000, 0}, {1000, 0}};
	static const struct {
		const char *name;
		int is_old;
		int stays;
	} files[] = {
	    {".tmp-0123456789abcdef", 1, 0},
	    {".tmp-fedcba9876543210", 0, 1},
	    /* somebody else's */
	    {".tmp-notes", 1, 1},
	    {".tmp-0123456789abcde", 1, 1},
	    {".tmp-0123456789abcdef0", 1, 1},
	    {".tmp-0123456789ABCDEF", 1, 1},
	    {"tmp-0123456789abcdef", 1, 1},
	};
	const size_t n = sizeof(files) / sizeof(files[0]);
	char path[128];
	struct ses_buf b = {0};
	size_t i;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/a vault", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	for (i = 0; i < n; i++) {
		snprintf(
		    path, sizeof(path), "%s/a vault/%s", dir, files[i].name);
		fd = open(path, O_CREAT | O_WRONLY, 0600);
		if (files[i].is_old)
			assert_int_equal(futimens(fd, old), 0);
		close(fd);
	}
	put("k", "x", 0);
	for (i = 0; i < n; i++) {
		snprintf(
		    path, sizeof(path), "%s/a vault/%s", dir, files[i].name);
		assert_int_equal(access(path, F_OK), files[i].stays ? 0 : -1);
		if (strcmp(files[i].name, "tmp-0123456789abcdef") == 0)
			assert_int_equal(unlink(path), 0);
	}
	assert_string_equal(list(&b, "", NULL, 0), "k ");
	ses_buf_free(&b);
}

static void
a_pipe_in_the_vault_is_no_object(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char path[128];

	(void)state;
	put("p/a", "x", 0);
	snprintf(path, sizeof(path), "%s/a vault/p/b", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	FAILS(ses_store_read(store, "p/b", 4, &b, &err), SESHAT_ENOTFOUND);
	assert_string_equal(list(&b, "", NULL, 0), "p/a ");
	ses_buf_free(&b);
}

/* A link in the vault. */
static void
lead(const char *to, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/a vault/%s", dir, name);
	assert_int_equal(symlink(to, path), 0);
}

static void
links_to_a_folder_above_are_not_followed(void **state)
{
	struct ses_buf b = {0};

	(void)state;
	put("p/q/a", "x", 0);
	put("r/b", "x", 0);
	lead(".", "self");
	lead(".", "p/again");
	lead("../..", "p/q/up");
	lead("../r", "p/side");
	assert_string_equal(list(&b, "", NULL, 0), "p/q/a p/side/b r/b ");
	assert_string_equal(list(&b, "", NULL, 1), "p/ r/ ");
	assert_string_equal(list(&b, "p/", NULL, 1), "p/q/ p/side/ ");
	/* each leads to the other: a walk ends all the same */
	lead("../p", "r/back");
	assert_string_equal(list(&b, "r/", NULL, 0), "r/b r/back/q/a ");
	ses_buf_free(&b);
}

static void
many_links_make_few_paths(void **state)
{
	struct ses_buf b = {0};
	char to[32];
	char name[32];
	int i;
	int k;

	(void)state;
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "d%d/x", i);
		put(name, "x", 0);
	}
	for (i = 0; i < 10; i++)
		for (k = 0; k < 10; k++) {
			snprintf(to, sizeof(to), "../d%d", k);
			snprintf(name, sizeof(name), "d%d/to%d", i, k);
			lead(to, name);
		}
	/* 10 folders, 9 links in each, 8 behind those */
	list(&b, "", NULL, 0);
	for (i = 0, k = 0; b.data[i] != '\0'; i++)
		k += b.data[i] == ' ';
	assert_int_equal(k, 10 + 90 + 720);
	ses_buf_free(&b);
}

static void
a_root_and_a_project_may_be_links(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *there = store;
	struct ses_buf b = {0};
	char url[128];

	(void)state;
	put("p/s/a", "x", 0);
	put("real/b", "x", 0);
	lead("../a vault/p", "linked");
	lead("a vault", "../root");
	snprintf(url, sizeof(url), "file://%s/root", dir);
	OK(ses_store_open(&store, url, NULL, &err));
	assert_string_equal(list(&b, "", NULL, 0), "linked/s/a p/s/a real/b ");
	ses_store_free(store);
	store = there;
	ses_buf_free(&b);
}

static void
says_which_stores_there_are(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;

	(void)state;
	FAILS(ses_store_open(&s, "ftp://x", NULL, &err), SESHAT_EUSAGE);
	assert_non_null(strstr(err.msg, "file:///path"));
	FAILS(ses_store_open(&s, "file://x", NULL, &err), SESHAT_EUSAGE);
	FAILS(ses_store_open(&s, "file:///a%0", NULL, &err), SESHAT_EUSAGE);
	FAILS(ses_store_open(&s, "file:///a%00", NULL, &err), SESHAT_EUSAGE);
}

static void
tells_the_time_that_a_put_would_bear(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store_object o;
	int64_t before;
	int64_t when;
	int64_t after;

	(void)state;
	OK(ses_store_now(store, &before, &err));
	OK(ses_store_put(store, "a/b", &(struct ses_put){.data = "x", .len = 1},
	    &when, &err));
	OK(ses_store_now(store, &after, &err));
	OK(ses_store_head(store, "a/b", &o, &err));
	assert_int_equal(o.mtime, when);
	assert_true(before <= when && when <= after);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STORE(keeps_and_gives_back),
	    WITH_STORE(never_replaces_when_told_to_create),
	    WITH_STORE(an_object_that_was_there_has_its_name_on_the_disk),
	    WITH_STORE(does_not_make_folders_when_told_not_to),
	    WITH_STORE(lists_in_the_order_of_keys),
	    WITH_STORE(deletes_and_leaves_no_empty_folders),
	    WITH_STORE(refuses_keys_that_could_leave_the_vault),
	    WITH_STORE(is_private_unless_its_root_is_setgid),
	    WITH_STORE(shares_a_setgid_root_with_its_group),
	    WITH_STORE(sweeps_old_temporary_files_only),
	    WITH_STORE(a_pipe_in_the_vault_is_no_object),
	    WITH_STORE(links_to_a_folder_above_are_not_followed),
	    WITH_STORE(many_links_make_few_paths),
	    WITH_STORE(a_root_and_a_project_may_be_links),
	    WITH_STORE(tells_the_time_that_a_put_would_bear),
	    cmocka_unit_test(says_which_stores_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
