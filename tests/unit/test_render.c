/* Text, Markdown, changes and plots as HTML. */
#include "unit/html_test.h"

#include <math.h>
#include <time.h>

#include "render/diff.h"
#include "render/html.h"
#include "render/link.h"
#include "render/markdown.h"
#include "render/markdown_guard.h"
#include "render/plot.h"
#include "render/pretty.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What a writer makes of a text. */
typedef void (*writer)(struct ses_buf *out, const char *s, size_t len);

static void
makes(writer write, const char *s, size_t len, const char *want)
{
	struct ses_buf b = {0};

	write(&b, s, len);
	assert_string_equal(ses_buf_cstr(&b), want);
	is_sound(&b);
	ses_buf_free(&b);
}

static void
no_text_means_anything(void **state)
{
	(void)state;
	makes(ses_html_text, "<a href=\"x\">&'", 14,
	    "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
	makes(ses_html_text, "a\tb\nc", 5, "a\tb\nc");
	makes(ses_html_text, "a\0b\x1b[31mc\x7f", 10,
	    "a" REPLACEMENT "b" REPLACEMENT "[31mc" REPLACEMENT);
	makes(ses_html_text, "\xff\xc0\xafz", 4,
	    REPLACEMENT REPLACEMENT REPLACEMENT "z");
	makes(ses_html_text,
	    /* NOLINTNEXTLINE(misc-misleading-bidirectional): what is tested */
	    "a\xe2\x80\xae"
	    "b\xc2\x9b"
	    "c",
	    8, "a" REPLACEMENT "b" REPLACEMENT "c");
	makes(ses_html_text, "", 0, "");
}

static void
what_nobody_sees_is_shown(void **state)
{
	(void)state;
	makes(ses_html_prose,
	    /* NOLINTNEXTLINE(misc-misleading-bidirectional): what is tested */
	    "a\xe2\x80\xae"
	    "b",
	    5, "a<span class=\"odd\">U+202E</span>b");
	makes(ses_html_prose, "\xe2\x80\x8b\xef\xbb\xbf", 6,
	    "<span class=\"odd\">U+200B</span>"
	    "<span class=\"odd\">U+FEFF</span>");
	makes(ses_html_prose, "\xf3\xa0\x81\x81", 4,
	    "<span class=\"odd\">U+E0041</span>");
	/* a joiner between letters hides, between emoji it joins */
	makes(ses_html_prose,
	    "a\xe2\x80\x8d"
	    "b",
	    5, "a<span class=\"odd\">U+200D</span>b");
	makes(ses_html_prose, "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	    11, "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb");
}

static void
terminals_colours_are_left_out(void **state)
{
	(void)state;
	makes(ses_html_prose, "\x1b[1;31mred\x1b[0m", 14, "red");
	makes(ses_html_prose, "\x1b]8;;http://x\x1b\\t\x1b]8;;\x07", 22, "t");
	makes(ses_html_prose, "\x1b(B\x1b=x", 6, "x");
	makes(ses_html_prose, "\x1b[31\ny", 6, REPLACEMENT "[31\ny");
	makes(ses_html_prose, "\x1b]0;never ends", 14,
	    REPLACEMENT "]0;never ends");
	makes(ses_html_prose, "10%\r20%\r\n", 9, "10%\n20%\n");
	makes(ses_html_prose, "\x1b", 1, REPLACEMENT);
}

static void
markdown_is_shown(void **state)
{
	(void)state;
	makes(ses_markdown, "# A\n\n*b* **c** `d<`", 19,
	    "<h3>A</h3>\n<p><em>b</em> <strong>c</strong> "
	    "<code>d&lt;</code></p>\n");
	makes(ses_markdown, "- a\n- [x] b\n", 12,
	    "<ul>\n<li>a</li>\n<li class=\"task\"><span role=\"img\" "
	    "aria-label=\"done\">☑</span> b</li>\n</ul>\n");
	makes(ses_markdown, "```c++ x\n<i>\n```\n", 17,
	    "<pre class=\"code\" data-lang=\"c++\"><code>&lt;i&gt;\n"
	    "</code></pre>\n");
	makes(ses_markdown, "|a|b|\n|-|-:|\n|1|~~2~~|\n", 23,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Table\"><table>\n<tr>\n<th>a</th>"
	    "<th class=\"right\">b</th></tr>\n<tr>\n<td>1</td>"
	    "<td class=\"right\"><s>2</s></td></tr>\n</table></div>\n");
	makes(ses_markdown, "<script>alert(1)</script>", 25,
	    "<pre>&lt;script&gt;alert(1)&lt;/script&gt;\n</pre>");
	makes(ses_markdown, "a <img src=x onerror=y> b", 25,
	    "<p>a &lt;img src=x onerror=y&gt; b</p>\n");
	makes(ses_markdown, "", 0, "");
}

#define REL "\" rel=\"noopener noreferrer nofollow\">"

static void
links_lead_to_where_they_may(void **state)
{
	(void)state;
	makes(ses_markdown, "[a](https://x/?b&c)", 19,
	    "<p><a href=\"https://x/?b&amp;c" REL "a</a></p>\n");
	makes(ses_markdown, "[a](javascript:alert(1))", 24,
	    "<p>a (<code>javascript:alert(1)</code>)</p>\n");
	makes(ses_markdown, "[a](&#106;avascript:b)", 22,
	    "<p>a (<code>javascript:b</code>)</p>\n");
	makes(ses_markdown, "[a](data:text/html,x)", 21,
	    "<p>a (<code>data:text/html,x</code>)</p>\n");
	makes(ses_markdown, "![a](http://x/y.png)", 20,
	    "<p><a href=\"http://x/y.png" REL "[image] a</a></p>\n");
	makes(ses_markdown, "[![a](http://x)](http://y)", 26,
	    "<p><a href=\"http://y" REL "[image] a (<code>http://x</code>)"
	    "</a></p>\n");
	makes(ses_markdown, "see http://x/a_b_(c). <http://d>", 32,
	    "<p>see <a href=\"http://x/a_b_(c)" REL
	    "http://x/a_b_(c)</a>. <a href=\"http://d" REL
	    "http://d</a></p>\n");
	makes(ses_link_text, "httpx http://", 13, "httpx http://");
	assert_false(ses_link_is_safe("//x"));
	assert_false(ses_link_is_safe(NULL));
	assert_true(ses_link_is_safe("HTTPS://x"));
}

/* A text of so many times the same, between two others. */
static void
repeat(struct ses_buf *b, const char *what, size_t n)
{
	while (n-- > 0)
		ses_buf_str(b, what);
}

static const struct {
	const char *a;
	size_t n_a;
	const char *b;
	size_t n_b;
} slow[] = {{">", 30000, "a\n", 60000}, {"- ", 30000, "\n", 100000},
    {"[", 200000, "", 0}, {"![[]()", 40000, "", 0}, {"*a ", 40000, "a*", 40000},
    {"a\n|-|-\n", 30000, "", 0}, {"|", 60000, "\n|-|-", 1}, {"|a", 1000, "", 0},
    {"a\n", 120000, "-|-|-\n", 1}, {"_", 100000, "_a", 9}, {"`a", 80000, "", 0},
    {"<!--", 60000, "", 0}, {"1. ", 60000, "\n", 1000},
    {"> - ", 30000, "a\n", 60000}, {"[a]: b\n", 30000, "[a]", 9},
    {"a|b|c\n|-|-\n", 18000, "", 0}, {"http://", 30000, "", 0},
    {"&", 200000, "", 0}, {"\t", 120000, "- a\n", 20000}};

static void
hostile_markdown_takes_no_time(void **state)
{
	struct ses_buf in = {0};
	struct ses_buf out = {0};
	size_t part = is_small_run() ? 50 : 1;
	clock_t began;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		ses_buf_clear(&in);
		ses_buf_clear(&out);
		repeat(&in, slow[i].a, slow[i].n_a / part);
		repeat(&in, slow[i].b, slow[i].n_b / part);
		began = clock();
		ses_markdown(&out, in.data, in.len);
		/* a tenth on a quiet machine, minutes without the guard */
		assert_true(clock() - began < 10 * CLOCKS_PER_SEC);
		is_sound(&out);
	}
	/* a table with more cells than bytes */
	ses_buf_clear(&in);
	ses_buf_clear(&out);
	repeat(&in, "|a", 400);
	ses_buf_str(&in, "\n");
	repeat(&in, "|-", 400);
	repeat(&in, "\na", 100000 / part);
	ses_markdown(&out, in.data, in.len);
	is_sound(&out);
	assert_true(part > 1 || strstr(ses_buf_cstr(&out), "<td") == NULL);
	ses_buf_free(&in);
	ses_buf_free(&out);
}

static void
is_judged(const char *what, size_t n, const char *end, int verdict)
{
	struct ses_buf in = {0};

	repeat(&in, what, n);
	ses_buf_str(&in, end);
	assert_int_equal(ses_markdown_guard(in.data, in.len), verdict);
	ses_buf_free(&in);
}

static void
tells_what_would_take_long(void **state)
{
	(void)state;
	is_judged("![", 1000, "", SES_MARKDOWN_FINE);
	is_judged("![", 1001, "", SES_MARKDOWN_REFUSED);
	is_judged("> ", 32, "a", SES_MARKDOWN_FINE);
	is_judged("> ", 33, "a", SES_MARKDOWN_REFUSED);
	is_judged("1. ", 33, "a", SES_MARKDOWN_REFUSED);
	is_judged(" ", 100, "- a", SES_MARKDOWN_FINE);
	is_judged(" ", 101, "- a", SES_MARKDOWN_REFUSED);
	is_judged("|-", 498, "|\n", SES_MARKDOWN_FINE);
	is_judged("|-", 499, "|\n", SES_MARKDOWN_NO_TABLES);
	is_judged("a\n|-|-\n", 200, "", SES_MARKDOWN_FINE);
	is_judged("a\n|-|-\n", 400, "", SES_MARKDOWN_NO_TABLES);
	is_judged("a|b\n-|-\n\n", 5000, "", SES_MARKDOWN_FINE);
	is_judged("|-|-|-|\n", 12600, "", SES_MARKDOWN_NO_TABLES);
}

static void
what_is_too_deep_or_long_is_plain(void **state)
{
	struct ses_buf in = {0};
	struct ses_buf out = {0};

	(void)state;
	repeat(&in, "> ", 30000);
	ses_buf_str(&in, "<b>");
	ses_markdown(&out, in.data, in.len);
	assert_memory_equal(out.data, "<pre>&gt; &gt;", 14);
	is_sound(&out);
	ses_buf_clear(&in);
	ses_buf_clear(&out);
	repeat(&in, "*a* ", SES_MARKDOWN_MAX / 4 + 1);
	ses_markdown(&out, in.data, in.len);
	assert_memory_equal(out.data, "<pre>*a* ", 9);
	assert_int_equal(out.len, in.len + 12);
	/* deep, but by what stands in a line */
	ses_buf_clear(&in);
	ses_buf_clear(&out);
	repeat(&in, "**a _b ", 2000);
	repeat(&in, "b_ a**", 2000);
	ses_markdown(&out, in.data, in.len);
	is_sound(&out);
	ses_buf_free(&in);
	ses_buf_free(&out);
}

static void
differs(const char *a, const char *b, const char *want)
{
	struct ses_buf out = {0};

	ses_diff(&out, a, strlen(a), b, strlen(b));
	assert_string_equal(ses_buf_cstr(&out), want);
	is_sound(&out);
	ses_buf_free(&out);
}

#define DIFF "<pre class=\"diff\">"

static void
shows_what_changed(void **state)
{
	(void)state;
	differs("a\nb\nc\n", "a\nx\nc\n",
	    DIFF "<span> a\n</span><del>-b\n</del><ins>+x\n</ins><span> c\n"
		 "</span></pre>\n");
	differs("", "<a>\n", DIFF "<ins>+&lt;a&gt;\n</ins></pre>\n");
	differs("a", "", DIFF "<del>-a\n</del></pre>\n");
	differs("", "", DIFF "</pre>\n");
	differs("1\n2\n3\n4\n5\n6\n7\n8\n9\nA\nB\nz",
	    "1\n2\n3\n4\n5\n6\n7\n8\n"
	    "9\nA\nB\ny",
	    DIFF "<span></span><span class=\"hunk\">… 8 lines stay the same "
		 "…\n</span><span> 9\n A\n B\n</span><del>-z\n</del>"
		 "<ins>+y\n</ins></pre>\n");
}

/* What a diff shows of one side: without marks, what stands on the other. */
static void
side(const struct ses_buf *html, char mark, struct ses_buf *out)
{
	const char *p = html->data;
	const char *end = p + html->len;
	const char *nl;

	while (p < end) {
		while (p < end && *p == '<')
			p = (const char *)memchr(p, '>', (size_t)(end - p)) + 1;
		nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		if (nl == NULL)
			break;
		if (nl > p && (*p == ' ' || *p == mark))
			ses_buf_add(out, p + 1, (size_t)(nl - p));
		p = nl + 1;
	}
}

/* Any two texts: both can be told from the diff, and it is no longer than to
 * replace all. */
static void
a_diff_loses_nothing(void **state)
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};
	struct ses_buf html = {0};
	struct ses_buf got = {0};
	unsigned seed = 7;
	int round;
	int i;

	(void)state;
	for (round = 0; round < 300; round++) {
		ses_buf_clear(&a);
		ses_buf_clear(&b);
		for (i = 0; i < round % 30; i++) {
			seed = seed * 1103515245 + 12345;
			ses_buf_str(&a, (seed >> 16) % 3 ? "x\n" : "y\n");
			seed = seed * 1103515245 + 12345;
			ses_buf_str(&b, (seed >> 16) % 3 ? "x\n" : "z\n");
		}
		ses_buf_clear(&html);
		ses_diff(&html, a.data, a.len, b.data, b.len);
		is_sound(&html);
		if (strstr(ses_buf_cstr(&html), "hunk") != NULL)
			continue;
		ses_buf_clear(&got);
		side(&html, '-', &got);
		assert_string_equal(ses_buf_cstr(&got), ses_buf_cstr(&a));
		ses_buf_clear(&got);
		side(&html, '+', &got);
		assert_string_equal(ses_buf_cstr(&got), ses_buf_cstr(&b));
	}
	ses_buf_free(&a);
	ses_buf_free(&b);
	ses_buf_free(&html);
	ses_buf_free(&got);
}

static void
large_changes_are_bounded(void **state)
{
	struct ses_buf a = {0};
	struct ses_buf b = {0};
	struct ses_buf html = {0};

	(void)state;
	repeat(&a, "a\n", 5000);
	repeat(&b, "b\n", 100);
	ses_diff(&html, a.data, a.len, b.data, b.len);
	is_sound(&html);
	assert_non_null(strstr(ses_buf_cstr(&html), "-a\n</del><ins>+b"));
	/* more edits than are looked for */
	ses_buf_clear(&a);
	repeat(&a, "a\n", 450);
	ses_buf_clear(&html);
	ses_diff(&html, a.data, a.len, b.data, b.len);
	is_sound(&html);
	ses_buf_free(&a);
	ses_buf_free(&b);
	ses_buf_free(&html);
}

static void
shows_a_patch(void **state)
{
	static const char patch[] =
	    "*** Begin Patch\n*** Update File: a\n@@\n x\n-y\n+<z>\n";
	struct ses_buf out = {0};

	(void)state;
	assert_true(ses_diff_is_patch(patch, strlen(patch)));
	assert_false(ses_diff_is_patch("-a", 2));
	ses_diff_patch(&out, patch, strlen(patch));
	assert_string_equal(ses_buf_cstr(&out),
	    DIFF "<span class=\"hunk\">*** Begin Patch\n*** Update File: a\n"
		 "@@\n</span><span> x\n</span><del>-y\n</del><ins>+&lt;z&gt;\n"
		 "</ins></pre>\n");
	ses_buf_free(&out);
}

static void
json_is_laid_out(void **state)
{
	static const char text[] = "{\"a\":[1,{}],\"b\" : \"{,\\\"\"}";
	struct ses_json v = {text, sizeof(text) - 1, '{'};
	struct ses_buf deep = {0};
	struct ses_buf out = {0};

	(void)state;
	ses_pretty(&out, &v);
	assert_string_equal(ses_buf_cstr(&out),
	    "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"{,\\\"\"\n}");
	repeat(&deep, "[", 30000);
	ses_buf_clear(&out);
	v = (struct ses_json){deep.data, deep.len, '['};
	ses_pretty(&out, &v);
	assert_true(out.len < 31000);
	ses_buf_free(&deep);
	ses_buf_free(&out);
}

static void
plots_lines(void **state)
{
	static double x[5000];
	static double y[5000];
	struct ses_plot_line lines[2] = {
	    {"<loss>", x, y, 5000}, {"few", x, y, 3}};
	struct ses_plot p = {
	    .title = "A & B", .x_name = "step", .line = lines, .n = 2};
	struct ses_buf out = {0};
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		x[i] = i;
		y[i] = i == 700 ? (double)NAN : sin(i / 100.0) * 1e6;
	}
	ses_plot(&out, &p);
	is_sound(&out);
	assert_non_null(strstr(ses_buf_cstr(&out), "<title>A &amp; B</title>"));
	assert_non_null(strstr(ses_buf_cstr(&out), ">500k<"));
	assert_non_null(strstr(ses_buf_cstr(&out), ">1000<"));
	assert_non_null(strstr(ses_buf_cstr(&out), "4803 more rows"));
	assert_non_null(strstr(ses_buf_cstr(&out), "&lt;loss&gt;"));
	assert_null(strstr(ses_buf_cstr(&out), "nan"));
	/* thinned out: not all points are there */
	assert_true(out.len < 90000);
	ses_buf_free(&out);
}

static void
plots_bars_times_and_nothing(void **state)
{
	static const double x[] = {1.7e12, 1.7e12 + 86400e3, HUGE_VAL};
	static const double y[] = {2e6, 3e6, 1};
	static const double far[] = {-1.7e308, 1.7e308, 0};
	struct ses_plot_line line = {"n", x, y, 3};
	struct ses_plot p = {.title = "t",
	    .x_name = "",
	    .x_is_time = 1,
	    .y_is_bytes = 1,
	    .line = &line,
	    .n = 1};
	struct ses_buf out = {0};

	(void)state;
	ses_plot(&out, &p);
	is_sound(&out);
	assert_non_null(strstr(ses_buf_cstr(&out), "2.2 MB"));
	assert_non_null(strstr(ses_buf_cstr(&out), "2023-11-14T22:13:20.000Z"));
	p.bars = 1;
	ses_buf_clear(&out);
	ses_plot(&out, &p);
	is_sound(&out);
	assert_non_null(strstr(ses_buf_cstr(&out), "<rect"));
	line.y = far;
	p.bars = 0;
	ses_buf_clear(&out);
	ses_plot(&out, &p);
	is_sound(&out);
	line.n = 0;
	ses_buf_clear(&out);
	ses_plot(&out, &p);
	is_sound(&out);
	assert_non_null(strstr(ses_buf_cstr(&out), "No numbers"));
	line.n = 1;
	line.y = y;
	ses_buf_clear(&out);
	ses_plot(&out, &p);
	is_sound(&out);
	assert_non_null(strstr(ses_buf_cstr(&out), "h.1"));
	p.n = 0;
	ses_buf_clear(&out);
	ses_plot(&out, &p);
	is_sound(&out);
	ses_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_text_means_anything),
	    cmocka_unit_test(what_nobody_sees_is_shown),
	    cmocka_unit_test(terminals_colours_are_left_out),
	    cmocka_unit_test(markdown_is_shown),
	    cmocka_unit_test(links_lead_to_where_they_may),
	    cmocka_unit_test(hostile_markdown_takes_no_time),
	    cmocka_unit_test(tells_what_would_take_long),
	    cmocka_unit_test(what_is_too_deep_or_long_is_plain),
	    cmocka_unit_test(shows_what_changed),
	    cmocka_unit_test(a_diff_loses_nothing),
	    cmocka_unit_test(large_changes_are_bounded),
	    cmocka_unit_test(shows_a_patch),
	    cmocka_unit_test(json_is_laid_out),
	    cmocka_unit_test(plots_lines),
	    cmocka_unit_test(plots_bars_times_and_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
