/* One JSON document, and when it is worth waiting for it. */
/* O_CLOEXEC and futimens are later than C17. */
#define _GNU_SOURCE

#include "unit/temp.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "mirror/source.h"

static char dir[64];
static char path[128];
static int naps;
static int is_torn;

/* In place of the C library's: it only counts. */
int
nanosleep(const struct timespec *requested_time, struct timespec *remaining)
{
	(void)requested_time;
	(void)remaining;
	naps++;
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/seshat-whole-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/a.json", dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return temp_remove(dir);
}

/* Copy text, which was written so many seconds ago: 0 or -1. */
static int
copy(const char *text, time_t age)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_source s = {.fd = -1};
	struct timespec when[2] = {{0}};
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	when[0].tv_sec = when[1].tv_sec = time(NULL) - age;
	if (age != 0)
		assert_int_equal(futimens(fd, when), 0);
	s.fd = fd;
	naps = 0;
	rc = ses_source_whole_copy(&s, path, 1, dir, &err);
	if (rc < 0)
		assert_int_equal(err.code, SESHAT_ECONFLICT);
	is_torn = s.is_torn;
	ses_source_close(&s);
	ses_source_free(&s);
	return rc;
}

static void
what_was_left_long_ago_is_not_waited_for(void **state)
{
	static const time_t ages[] = {590, 10, -3600};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		assert_int_equal(copy("", ages[i]), 0);
		assert_int_equal(naps, 0);
		assert_int_equal(copy("{\"a\":", ages[i]), -1);
		assert_int_equal(naps, 0);
		assert_int_equal(copy("{\"a\":1}", ages[i]), 0);
		assert_int_equal(naps, 0);
	}
}

static void
half_a_document_that_was_left_is_taken_as_it_stands(void **state)
{
	(void)state;
	assert_int_equal(copy("{\"a\":", 610), 0);
	assert_int_equal(naps, 0);
	assert_true(is_torn);
	assert_int_equal(copy("{\"a\":1}", 610), 0);
	assert_false(is_torn);
	assert_int_equal(copy("", 610), 0);
	assert_false(is_torn);
}

static void
what_is_just_being_written_is_tried_again(void **state)
{
	(void)state;
	assert_int_equal(copy("", 0), 0);
	assert_int_equal(naps, 3);
	assert_int_equal(copy("{\"a\":", 0), -1);
	assert_int_equal(naps, 3);
	assert_int_equal(copy("{\"a\":1}", 0), 0);
	assert_int_equal(naps, 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(what_was_left_long_ago_is_not_waited_for),
	    WITH(half_a_document_that_was_left_is_taken_as_it_stands),
	    WITH(what_is_just_being_written_is_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
