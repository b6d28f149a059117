/* nftw is XSI's. */
#define _XOPEN_SOURCE 700
#include "unit/harness_home.h"

#include "harness/claude_code.h"
#include "harness/codex.h"

/* What the harnesses tell 'seshat status'. */

#define ID_A "11111111-2222-4333-8444-555555555555"
#define ID_B "22222222-2222-4333-8444-555555555555"

/* A user's line of Claude Code. */
#define USER                                                                   \
	"{\"type\":\"user\",\"cwd\":\"/p\",\"sessionId\":\"" ID_A              \
	"\",\"message\":{\"role\":\"user\",\"content\":\"x\"}}\n"

/* When the transcript under the home's .claude is deleted, and why. */
static void
expect_retention(struct home *h, const char *settings, uint64_t days,
    const char *setting, int64_t want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_retention r = {0};
	struct ses_session_list l;
	int64_t due = -1;

	if (settings != NULL)
		put(h, ".claude/settings.json", settings);
	discover(&(struct ses_discover){0}, &l);
	OK(ses_claude_code.retention(the(&l, ID_A), &r, &due, &err));
	assert_int_equal(due, want);
	assert_int_equal(r.days, days);
	assert_string_equal(r.setting, setting);
	ses_retention_free(&r);
	ses_session_list_free(&l);
}

static const int64_t written = INT64_C(1700000000000);
static const int64_t day = INT64_C(86400000);

static void
home_of_one(struct home *h)
{
	home_open(h);
	put(h, ".claude/projects/-p/" ID_A ".jsonl", USER);
}

static void
tells_when_claude_code_deletes_a_transcript(void **state)
{
	struct home h;

	(void)state;
	home_of_one(&h);
	expect_retention(
	    &h, NULL, 30, "cleanupPeriodDays not set", written + 30 * day);
	expect_retention(&h, "{\"model\":1}", 30, "cleanupPeriodDays not set",
	    written + 30 * day);
	expect_retention(&h, "{\"cleanupPeriodDays\": 7}", 7,
	    "cleanupPeriodDays is 7", written + 7 * day);
	expect_retention(&h, "{\"cleanupPeriodDays\":0}", 0,
	    "cleanupPeriodDays is 0", written);
	expect_retention(&h, "{\"cleanupPeriodDays\":18446744073709551615}",
	    UINT64_MAX, "cleanupPeriodDays is 18446744073709551615", 0);
	expect_retention(&h, "{\"cleanupPeriodDays\":-3}", 30,
	    "cleanupPeriodDays is no whole number", written + 30 * day);
	expect_retention(&h, "{\"cleanupPeriodDays\":{}}", 30,
	    "cleanupPeriodDays is no whole number", written + 30 * day);
	expect_retention(&h, "{\"x\":{\"cleanupPeriodDays\":1}}", 30,
	    "cleanupPeriodDays not set", written + 30 * day);
	expect_retention(&h, "not json", 30, "settings.json cannot be read",
	    written + 30 * day);
	expect_retention(
	    &h, "", 30, "settings.json cannot be read", written + 30 * day);
	home_close(&h);
}

static void
reads_settings_with_comments(void **state)
{
	struct home h;

	(void)state;
	home_of_one(&h);
	expect_retention(&h,
	    "\xef\xbb\xbf// mine\n{\"a\": [1,], /* weeks */\n"
	    "\"cleanupPeriodDays\": 90, // for long\n}\n",
	    90, "cleanupPeriodDays is 90", written + 90 * day);
	expect_retention(&h, "{\n// \"cleanupPeriodDays\": 90\n}", 30,
	    "cleanupPeriodDays not set", written + 30 * day);
	expect_retention(&h,
	    "{\"cleanupPeriodDays\":1,\"cleanupPeriodDays\":2}", 2,
	    "cleanupPeriodDays is 2", written + 2 * day);
	expect_retention(&h, "{\"cleanupPeriodDays\":90 /*", 30,
	    "settings.json cannot be read", written + 30 * day);
	home_close(&h);
}

static void
reads_the_settings_of_each_place_once(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_session elsewhere = {.path = (char *)(uintptr_t) "/x.jsonl"};
	struct ses_retention r = {0};
	struct ses_session_list l;
	struct ses_buf dirs = {0};
	int64_t due;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, "one/projects/-p/" ID_A ".jsonl", USER);
	put(&h, "two/projects/-p/" ID_B ".jsonl", USER);
	put(&h, "one/settings.json", "{\"cleanupPeriodDays\":1}");
	put(&h, "two/settings.json", "{\"cleanupPeriodDays\":2}");
	ses_buf_fmt(&dirs, "%s/one,%s/two", h.path, h.path);
	assert_int_equal(
	    setenv("CLAUDE_CONFIG_DIR", ses_buf_cstr(&dirs), 1), 0);
	discover(&(struct ses_discover){0}, &l);
	OK(ses_claude_code.retention(the(&l, ID_A), &r, &due, &err));
	assert_int_equal(due, the(&l, ID_A)->mtime + day);
	/* no settings are read for one that lies beside it */
	put(&h, "one/settings.json", "{}");
	OK(ses_claude_code.retention(the(&l, ID_A), &r, &due, &err));
	assert_int_equal(due, the(&l, ID_A)->mtime + day);
	OK(ses_claude_code.retention(the(&l, ID_B), &r, &due, &err));
	assert_int_equal(due, the(&l, ID_B)->mtime + 2 * day);
	/* of a path that lies in none nothing is known */
	OK(ses_claude_code.retention(&elsewhere, &r, &due, &err));
	assert_int_equal(due, 0);
	ses_retention_free(&r);
	ses_session_list_free(&l);
	ses_buf_free(&dirs);
	home_close(&h);
}

static void
names_what_it_could_not_read(void **state)
{
	struct ses_session_list l;
	struct home h;

	(void)state;
	home_open(&h);
	put(&h, ".claude/projects/-p/" ID_A ".jsonl", USER);
	put(&h,
	    ".codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-" ID_B
	    ".jsonl.zst",
	    "no zstd");
	discover(&(struct ses_discover){0}, &l);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.n_unread, 1);
	assert_ptr_equal(l.unread[0].harness, &ses_codex);
	assert_non_null(strstr(l.unread[0].path, ID_B));
	assert_int_equal(l.unread[0].code, SESHAT_ECORRUPT);
	ses_session_list_free(&l);
	home_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_when_claude_code_deletes_a_transcript),
	    cmocka_unit_test(reads_settings_with_comments),
	    cmocka_unit_test(reads_the_settings_of_each_place_once),
	    cmocka_unit_test(names_what_it_could_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
