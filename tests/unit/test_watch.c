/* Which files change below folders: told by inotify, and found by looking. */
#define _GNU_SOURCE /* and the system's headers that remove.h asks for */
#include "unit/temp.h"

#include <sys/resource.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/str.h"
#include "mirror/watch.h"

#define TAG 7

/* A folder with the root "root" in it, and what was told of it. */
struct here {
	char dir[64];
	char root[80];
	struct ses_watch *watch;
	struct ses_buf told; /* "+name " or "-name ", each once in a row */
	int polls;           /* there is no inotify */
};

static int
seen(void *arg, int tag, const char *path, int gone, struct seshat_err *err)
{
	struct here *h = arg;
	char last[128];
	size_t len;

	assert_int_equal(tag, TAG);
	assert_int_equal(strncmp(path, h->root, strlen(h->root)), 0);
	len = (size_t)snprintf(last, sizeof(last), "%c%s ", gone ? '-' : '+',
	    path + strlen(h->root) + 1);
	/* a write may be told as often as one likes */
	if (h->told.len < len ||
	    memcmp(h->told.data + h->told.len - len, last, len) != 0)
		ses_buf_str(&h->told, last);
	return ses_buf_check(&h->told, err);
}

static void
path_of(const struct here *h, const char *name, char path[160])
{
	(void)snprintf(path, 160, "%s/%s", h->dir, name);
}

static void
make_folder(const struct here *h, const char *name)
{
	char path[160];

	path_of(h, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

/* Append so many bytes; what is looked at sees the size. */
static void
put(const struct here *h, const char *name, const char *text)
{
	char path[160];
	FILE *f;

	path_of(h, name, path);
	f = fopen(path, "ae");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
move(const struct here *h, const char *from, const char *to)
{
	char a[160];
	char b[160];

	path_of(h, from, a);
	path_of(h, to, b);
	assert_int_equal(rename(a, b), 0);
}

static void
drop(const struct here *h, const char *name)
{
	char path[160];

	path_of(h, name, path);
	assert_int_equal(temp_remove(path), 0);
}

static void
link_to(const struct here *h, const char *to, const char *name)
{
	char a[160];
	char b[160];

	path_of(h, to, a);
	path_of(h, name, b);
	assert_int_equal(symlink(a, b), 0);
}

/* Begin to watch, for an agent or NULL; with polls there is no descriptor left
 * for inotify. */
static void
watch(struct here *h, const struct ses_harness_ops *harness)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_watch_root root = {h->root, TAG, harness};
	struct rlimit was;
	struct rlimit none = {0};

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none.rlim_max = was.rlim_max;
	if (h->polls)
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	OK(ses_watch_open(&h->watch, seen, h, &err));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(ses_watch_fd(h->watch) < 0, h->polls);
	assert_int_equal(ses_watch_why_poll(h->watch) != NULL, h->polls);
	OK(ses_watch_add(h->watch, &root, &err));
	assert_int_equal(h->told.len, 0);
}

/* What was told since the last call; events are there as soon as the call is
 * over that made them. */
static const char *
news(struct here *h)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct pollfd p = {.fd = ses_watch_fd(h->watch), .events = POLLIN};

	ses_buf_clear(&h->told);
	while (poll(&p, 1, 0) > 0)
		OK(ses_watch_read(h->watch, &err));
	if (ses_watch_polls(h->watch))
		OK(ses_watch_poll(h->watch, &err));
	return ses_buf_cstr(&h->told);
}

static int
set_up(void **state, int polls)
{
	struct here *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return -1;
	(void)snprintf(h->dir, sizeof(h->dir), "/tmp/seshat-test.XXXXXX");
	if (mkdtemp(h->dir) == NULL) {
		free(h);
		return -1;
	}
	(void)snprintf(h->root, sizeof(h->root), "%s/root", h->dir);
	h->polls = polls;
	*state = h;
	return 0;
}

static int
with_inotify(void **state)
{
	return set_up(state, 0);
}

static int
by_looking(void **state)
{
	return set_up(state, 1);
}

static int
tear_down(void **state)
{
	struct here *h = *state;
	int rc;

	ses_watch_free(h->watch);
	ses_buf_free(&h->told);
	rc = temp_remove(h->dir);
	free(h);
	return rc;
}

static void
tells_files_that_come_grow_and_go(void **state)
{
	struct here *h = *state;

	make_folder(h, "root");
	put(h, "root/old", "x");
	watch(h, NULL);
	assert_string_equal(news(h), "");
	put(h, "root/new", "x");
	assert_string_equal(news(h), "+new ");
	put(h, "root/old", "y");
	assert_string_equal(news(h), "+old ");
	drop(h, "root/new");
	assert_string_equal(news(h), "-new ");
	assert_string_equal(news(h), "");
}

static void
tells_both_names_of_a_renamed_file(void **state)
{
	struct here *h = *state;
	const char *told;

	make_folder(h, "root");
	put(h, "root/a", "x");
	watch(h, NULL);
	move(h, "root/a", "root/b");
	told = news(h);
	assert_non_null(strstr(told, "-a "));
	assert_non_null(strstr(told, "+b "));
	put(h, "aside", "longer");
	move(h, "aside", "root/b"); /* replaced at once: never gone */
	assert_string_equal(news(h), "+b ");
	move(h, "root/b", "aside");
	assert_string_equal(news(h), "-b ");
}

static void
goes_with_folders(void **state)
{
	struct here *h = *state;

	make_folder(h, "root");
	watch(h, NULL);
	make_folder(h, "tree");
	make_folder(h, "tree/deep");
	put(h, "tree/deep/a", "x");
	move(h, "tree", "root/in");
	assert_string_equal(news(h), "+in/deep/a ");
	put(h, "root/in/deep/a", "y");
	assert_string_equal(news(h), "+in/deep/a ");
	make_folder(h, "root/in/more");
	put(h, "root/in/more/b", "x");
	assert_string_equal(news(h), "+in/more/b ");
	drop(h, "root/in/more");
	assert_string_equal(news(h), "-in/more/b ");
	move(h, "root/in", "tree");
	assert_string_equal(news(h), "-in/deep/a ");
	put(h, "tree/deep/a", "z");
	assert_string_equal(news(h), "");
	assert_int_equal(ses_watch_counts(h->watch).folders, 1);
}

static void
takes_another_folder_in_its_place(void **state)
{
	struct here *h = *state;
	const char *told;

	make_folder(h, "root");
	make_folder(h, "root/f");
	put(h, "root/f/a", "x");
	watch(h, NULL);
	move(h, "root/f", "away");
	make_folder(h, "root/f");
	put(h, "root/f/b", "x");
	told = news(h);
	assert_non_null(strstr(told, "-f/a "));
	assert_non_null(strstr(told, "+f/b "));
	put(h, "root/f/b", "y");
	assert_string_equal(news(h), "+f/b ");
	put(h, "away/a", "y");
	assert_string_equal(news(h), "");
}

static void
waits_for_a_root(void **state)
{
	struct here *h = *state;
	char deep[80];

	(void)snprintf(deep, sizeof(deep), "%.60s/x/y/root", h->dir);
	memcpy(h->root, deep, sizeof(deep));
	watch(h, NULL);
	assert_string_equal(news(h), "");
	make_folder(h, "x");
	assert_string_equal(news(h), "");
	make_folder(h, "x/y");
	make_folder(h, "x/y/root");
	put(h, "x/y/root/a", "x");
	assert_string_equal(news(h), "+a ");
	put(h, "x/y/root/a", "y");
	assert_string_equal(news(h), "+a ");
}

static void
waits_again_when_a_root_is_gone(void **state)
{
	struct here *h = *state;
	int i;

	(void)snprintf(h->root, sizeof(h->root), "%.60s/x/root", h->dir);
	watch(h, NULL);
	for (i = 0; i < 3; i++) {
		make_folder(h, "x");
		assert_string_equal(news(h), "");
		make_folder(h, "x/root");
		put(h, "x/root/a", "x");
		assert_string_equal(news(h), "+a ");
		drop(h, "x");
		assert_string_equal(news(h), "-a ");
	}
	/* waited for in a folder that goes itself, by either way */
	make_folder(h, "x");
	assert_string_equal(news(h), "");
	move(h, "x", "y");
	assert_string_equal(news(h), "");
	make_folder(h, "x");
	make_folder(h, "x/root");
	put(h, "x/root/b", "x");
	assert_string_equal(news(h), "+b ");
}

static void
follows_links(void **state)
{
	struct here *h = *state;

	make_folder(h, "root");
	make_folder(h, "elsewhere");
	put(h, "file", "x");
	put(h, "elsewhere/a", "x");
	watch(h, NULL);
	link_to(h, "file", "root/link");
	link_to(h, "elsewhere", "root/folder");
	link_to(h, "nothing", "root/dangling");
	assert_string_equal(news(h), "+link +folder/a ");
	put(h, "file", "y");
	assert_string_equal(news(h), "+link ");
	put(h, "elsewhere/a", "y");
	assert_string_equal(news(h), "+folder/a ");
	/* only right below the root, and never round in circles */
	link_to(h, "root", "root/circle");
	link_to(h, "elsewhere", "elsewhere/deeper");
	assert_string_equal(news(h), "+circle/link ");
	drop(h, "root/folder");
	assert_string_equal(news(h), "-folder/a ");
}

static void
goes_on_by_the_other_name_of_a_folder(void **state)
{
	struct here *h = *state;

	make_folder(h, "root");
	make_folder(h, "real");
	put(h, "real/f", "x");
	link_to(h, "real", "root/a");
	watch(h, NULL);
	link_to(h, "real", "root/b");
	assert_string_equal(news(h), "+b/f ");
	put(h, "real/f", "y");
	assert_non_null(strstr(news(h), "+a/f "));
	drop(h, "root/a");
	assert_non_null(strstr(news(h), "-a/f "));
	put(h, "real/f", "z");
	assert_string_equal(news(h), "+b/f ");
}

static void
goes_with_a_folder_into_one_that_was_made_before(void **state)
{
	struct here *h = *state;
	const char *told;

	make_folder(h, "root");
	make_folder(h, "root/f");
	put(h, "root/f/a", "x");
	watch(h, NULL);
	make_folder(h, "root/in");
	move(h, "root/f", "root/in/f");
	told = news(h);
	assert_non_null(strstr(told, "-f/a "));
	assert_non_null(strstr(told, "+in/f/a "));
	put(h, "root/in/f/a", "y");
	assert_string_equal(news(h), "+in/f/a ");
}

static int
holds_only_good(const struct ses_harness_ops *self, const char *below)
{
	(void)self;
	return strcmp(below, "good") == 0;
}

static const struct ses_harness_ops picky = {.holds = holds_only_good};

static void
passes_over_what_holds_nothing(void **state)
{
	struct here *h = *state;

	make_folder(h, "root");
	make_folder(h, "root/bad");
	watch(h, &picky);
	make_folder(h, "root/good");
	make_folder(h, "root/worse");
	put(h, "root/bad/a", "x");
	put(h, "root/worse/a", "x");
	put(h, "root/.hidden", "x");
	put(h, "root/good/a", "x");
	assert_string_equal(news(h), "+good/a ");
	assert_int_equal(ses_watch_counts(h->watch).folders, 2);
}

static void
sweeps_find_what_nobody_told(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[160];
	struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};

	make_folder(h, "root");
	put(h, "root/a", "x");
	path_of(h, "root/a", path);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	watch(h, NULL);
	(void)news(h);
	put(h, "root/a", "y");
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	ses_buf_clear(&h->told);
	OK(ses_watch_sweep(h->watch, &err));
	assert_string_equal(ses_buf_cstr(&h->told), "+a ");
	ses_buf_clear(&h->told);
	OK(ses_watch_sweep(h->watch, &err));
	assert_string_equal(ses_buf_cstr(&h->told), "");
}

static void
tells_what_was_written_since(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[160];
	struct timespec at[2] = {{.tv_sec = 100}, {.tv_sec = 100}};

	make_folder(h, "root");
	put(h, "root/a", "x");
	put(h, "root/b", "x");
	path_of(h, "root/a", path);
	assert_int_equal(utimensat(AT_FDCWD, path, at, 0), 0);
	watch(h, NULL);
	OK(ses_watch_since(h->watch, 100001, &err));
	assert_string_equal(ses_buf_cstr(&h->told), "+b ");
	ses_buf_clear(&h->told);
	OK(ses_watch_since(h->watch, 100000, &err));
	assert_string_equal(ses_buf_cstr(&h->told), "+a +b ");
}

static int
refuses(void *arg, int tag, const char *path, int gone, struct seshat_err *err)
{
	(void)arg;
	(void)tag;
	(void)gone;
	return ses_fail(err, SESHAT_ENET, "%s: no more", path);
}

static void
stops_when_nobody_wants_to_hear(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_watch_root root = {h->root, TAG, NULL};

	make_folder(h, "root");
	OK(ses_watch_open(&h->watch, refuses, NULL, &err));
	OK(ses_watch_add(h->watch, &root, &err));
	put(h, "root/a", "x");
	FAILS(ses_watch_read(h->watch, &err), SESHAT_ENET);
	put(h, "root/b", "x");
	FAILS(ses_watch_sweep(h->watch, &err), SESHAT_ENET);
}

#define BOTH(f)                                                                \
	{#f ", told by inotify", f, with_inotify, tear_down, NULL},            \
	{                                                                      \
#f ", found by looking", f, by_looking, tear_down, NULL        \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(tells_files_that_come_grow_and_go),
	    BOTH(tells_both_names_of_a_renamed_file),
	    BOTH(goes_with_folders),
	    BOTH(takes_another_folder_in_its_place),
	    BOTH(waits_for_a_root),
	    BOTH(waits_again_when_a_root_is_gone),
	    BOTH(follows_links),
	    BOTH(goes_on_by_the_other_name_of_a_folder),
	    BOTH(goes_with_a_folder_into_one_that_was_made_before),
	    BOTH(passes_over_what_holds_nothing),
	    BOTH(sweeps_find_what_nobody_told),
	    BOTH(tells_what_was_written_since),
	    cmocka_unit_test_setup_teardown(
		stops_when_nobody_wants_to_hear, with_inotify, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
