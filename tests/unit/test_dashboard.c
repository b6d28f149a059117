/* What scripts logged, gathered and shown: src/render/dashboard.h. */
#include "unit/test.h"

#include <stdio.h>
#include <string.h>

#include "render/dashboard.h"

static struct ses_dashboard *d;
static struct ses_buf page;

static int
set_up(void **state)
{
	(void)state;
	d = ses_dashboard_new();
	return d == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_dashboard_free(d);
	ses_buf_free(&page);
	return 0;
}

static int
line(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int rc = ses_dashboard_line(d, text, strlen(text), &err);

	if (rc < 0)
		fail_msg("%s", err.msg);
	return rc;
}

static const char *
html(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_buf_clear(&page);
	if (ses_dashboard_html(d, "/f?path=", &page, &err) < 0)
		fail_msg("%s", err.msg);
	return ses_buf_cstr(&page);
}

/* How often what stands in the text. */
static unsigned
count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

static void
only_envelopes_count(void **state)
{
	static const char *const none[] = {"", "loss 0.5", "{", "{}", "[1]",
	    "{\"metrics\": 1, \"step\": 1}", "{\"metrics\": {\"a\": 1}}",
	    "{\"step\": 1, \"metrics\": {\"a\": 1}", "{\"log\": {}}",
	    "{\"chart_config\": {\"charts\": 3}}", "{\"log\": \"text\"}",
	    " {\"step\": 1, \"metrics\": {}}"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(line(none[i]), 0);
	assert_int_equal(ses_dashboard_count(d), 0);
	assert_int_equal(
	    line("{\"step\": 1, \"metrics\": {\"loss\": 0.5}, \"run\": \"a\"}"),
	    1);
	assert_int_equal(line("{\"chart_config\": {\"charts\": []}}"), 1);
	assert_int_equal(line("{\"log\": {\"type\": \"table\"}}"), 1);
	assert_int_equal(ses_dashboard_count(d), 3);
}

static void
lines_of_a_text_are_found_among_others(void **state)
{
	static const char text[] =
	    "epoch 1\n{\"step\": 1, \"metrics\": {\"loss\": 0.5}}\nepoch 2\n"
	    "{\"step\": 2, \"metrics\": {\"loss\": 0.25}}";
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	OK(ses_dashboard_text(d, text, sizeof(text) - 1, &err));
	assert_int_equal(ses_dashboard_count(d), 2);
	assert_non_null(strstr(html(), "loss"));
}

static void
a_name_has_one_chart_with_a_line_for_each_run(void **state)
{
	(void)state;
	(void)line("{\"step\":1,\"metrics\":{\"loss\":1,\"acc\":0.1}}");
	(void)line("{\"step\":2,\"metrics\":{\"loss\":0.5,\"acc\":0.2}}");
	(void)line("{\"step\":1,\"metrics\":{\"loss\":2},\"run\":\"b\"}");
	assert_int_equal(count(html(), "<svg"), 2);
	assert_non_null(strstr(page.data, "loss (b)"));
}

static void
steps_that_begin_again_are_another_line(void **state)
{
	unsigned whole;

	(void)state;
	(void)line("{\"step\":1,\"metrics\":{\"loss\":1}}");
	(void)line("{\"step\":2,\"metrics\":{\"loss\":0.5}}");
	(void)line("{\"step\":3,\"metrics\":{\"loss\":0.4}}");
	whole = count(html(), "M");
	(void)line("{\"step\":1,\"metrics\":{\"loss\":1}}");
	(void)line("{\"step\":2,\"metrics\":{\"loss\":0.6}}");
	assert_int_equal(count(html(), "M"), whole + 1);
}

static void
charts_that_were_asked_for_come_first_and_once(void **state)
{
	(void)state;
	(void)line(
	    "{\"step\":1,\"metrics\":{\"loss\":1,\"acc\":0.1,\"lr\":1}}");
	(void)line(
	    "{\"step\":2,\"metrics\":{\"loss\":1,\"acc\":0.1,\"lr\":1}}");
	(void)line("{\"chart_config\":{\"charts\":[{\"title\":\"Both <b>\","
		   "\"metrics\":[\"loss\",\"acc\"]}]}}");
	assert_int_equal(count(html(), "<svg"), 2);
	assert_non_null(strstr(page.data, "Both &lt;b&gt;"));
	assert_null(strstr(page.data, "<b>"));
}

static void
too_many_points_and_series_are_bounded_and_told(void **state)
{
	char text[128];
	int i;

	(void)state;
	for (i = 0; i < 5 * SES_DASHBOARD_POINTS; i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"step\":%d,\"metrics\":{\"loss\":%d}}", i, i % 7);
		assert_int_equal(line(text), 1);
	}
	assert_int_equal(count(html(), "<svg"), 1);
	for (i = 0; i < SES_DASHBOARD_SERIES + 10; i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"step\":1,\"metrics\":{\"m%d\":1}}", i);
		assert_int_equal(line(text), 1);
	}
	assert_non_null(strstr(html(), "There are more than 256 series"));
	assert_true(count(page.data, "<svg") <= SES_DASHBOARD_CHARTS);
	assert_non_null(strstr(page.data, "more charts are not drawn"));
}

static void
tables_matrices_and_images_are_shown(void **state)
{
	(void)state;
	(void)line("{\"log\":{\"type\":\"table\",\"step\":4,\"key\":\"rows\","
		   "\"data\":{\"columns\":[\"n\",\"s\"],\"rows\":[[1,\"<i>\"],"
		   "[2,null]],\"truncated\":true}}}");
	(void)line(
	    "{\"log\":{\"type\":\"confusion_matrix\",\"step\":5,\"key\":\"cm\","
	    "\"data\":{\"labels\":[\"x\",\"y\"],\"matrix\":[[1,0],[1,7]]}}}");
	(void)line("{\"log\":{\"type\":\"image\",\"step\":2,\"key\":\"one\","
		   "\"data\":{\"items\":[{\"path\":\"figures/a b&c.png\","
		   "\"caption\":\"\\\"this\\\"\"},{\"path\":\"x.html\"},"
		   "{\"path\":null,\"error\":\"no room\"}]}}}");
	assert_non_null(strstr(html(), "<td>&lt;i&gt;</td>"));
	assert_non_null(strstr(page.data, "Further rows were cut off"));
	assert_non_null(strstr(page.data, "<td>7</td>"));
	assert_non_null(
	    strstr(page.data, "src=\"/f?path=figures%2Fa%20b%26c.png\""));
	assert_non_null(strstr(page.data, "alt=\"&quot;this&quot;\""));
	assert_int_equal(count(page.data, "<img"), 1);
	assert_non_null(strstr(page.data, ">x.html</a>"));
	assert_non_null(strstr(page.data, "It was not saved: no room"));
}

static void
of_many_tables_the_last_are_kept(void **state)
{
	char text[128];
	int i;

	(void)state;
	for (i = 0; i < SES_DASHBOARD_LOGS + 5; i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"log\":{\"type\":\"table\",\"step\":%d,\"key\":\"k%d\","
		    "\"data\":{\"columns\":[],\"rows\":[]}}}",
		    i, i);
		assert_int_equal(line(text), 1);
	}
	assert_null(strstr(html(), "Table k4,"));
	assert_non_null(strstr(page.data, "Table k5,"));
	assert_non_null(strstr(page.data, "The last 100 of 105 tables"));
}

int
main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
	    WITH(only_envelopes_count),
	    WITH(lines_of_a_text_are_found_among_others),
	    WITH(a_name_has_one_chart_with_a_line_for_each_run),
	    WITH(steps_that_begin_again_are_another_line),
	    WITH(charts_that_were_asked_for_come_first_and_once),
	    WITH(too_many_points_and_series_are_bounded_and_told),
	    WITH(tables_matrices_and_images_are_shown),
	    WITH(of_many_tables_the_last_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
