#include "unit/test.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "github/plan.h"
#include "github/scalar.h"

#define WARNING                                                                \
	"<!-- WARNING: Machine-generated. Manual edits may break erk "         \
	"tooling. -->"
#define BEGIN(key)                                                             \
	"<!-- erk:metadata-block:" key " -->\n<details>\n<summary><code>" key  \
	"</code></summary>\n\n```yaml\n\n"
#define END(key)   "\n\n```\n\n</details>\n<!-- /erk:metadata-block:" key " -->"
#define PLAN(yaml) BEGIN("plan-header") yaml END("plan-header")

/* A recorded body. */
static void
load(const char *name, struct ses_buf *out)
{
	char path[4096];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/tests/data/plan-header/%s",
	    getenv("SESHAT_SOURCE"), name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(ses_buf_room(out, 4096), 1, 4096, f);
	assert_true(n > 0 && n < 4096);
	ses_buf_grew(out, n);
	assert_int_equal(fclose(f), 0);
}

/* The fields of a block on one line: name=text, with a letter for the kind. */
static void
show(const struct ses_metadata *b, struct ses_buf *out)
{
	static const char kind[] = {'0', 't', 'i', 'b', 'o'};
	const struct ses_field *f;

	for (f = b->fields; f < b->fields + b->n; f++)
		ses_buf_fmt(out, "%s%s=%c:%s", f == b->fields ? "" : "|",
		    f->name, kind[f->kind], f->text != NULL ? f->text : "");
}

static void
reads_of(const char *body, size_t len, const char *key, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_metadata b = {0};
	struct ses_buf got = {0};

	OK(ses_block_find(body, len, key, &b, &err));
	show(&b, &got);
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&got);
	ses_block_free(&b);
}

static void
reads(const char *body, const char *want)
{
	reads_of(body, strlen(body), "plan-header", want);
}

static void
refuses_of(const char *body, size_t len, int code, const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_metadata b = {0};

	FAILS(ses_block_find(body, len, "plan-header", &b, &err), code);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
	assert_null(b.fields);
}

static void
refuses(const char *body, int code, const char *words)
{
	refuses_of(body, strlen(body), code, words);
}

/* Set one field of a body and look at all of the new one. */
static void
sets(const char *body, const struct ses_field *f, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_block_set set = {f, 1};
	struct ses_buf out = {0};
	int changed = ses_block_update(
	    body, strlen(body), "plan-header", &set, &out, &err);

	if (changed < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(ses_buf_cstr(&out), want);
	assert_int_equal(changed, strcmp(body, want) != 0);
	ses_buf_free(&out);
}

static void
sets_text(
    const char *body, const char *name, const char *text, const char *want)
{
	struct ses_field f = {name, text, SES_FIELD_TEXT, 0, 0};

	sets(body, &f, want);
}

static void
will_not_set(const char *body, const char *name, const char *text, int code,
    const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_field f = {name, text, SES_FIELD_TEXT, 0, 0};
	const struct ses_block_set set = {&f, 1};
	struct ses_buf out = {0};

	FAILS(ses_block_update(
		  body, strlen(body), "plan-header", &set, &out, &err),
	    code);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
	assert_int_equal(out.len, 0);
	ses_buf_free(&out);
}

static void
a_fresh_header_is_read_and_rendered_as_erk_does(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf body = {0};
	struct ses_buf again = {0};
	struct ses_metadata b = {0};

	(void)state;
	load("fresh.md", &body);
	OK(ses_plan_find(body.data, body.len, &b, &err));
	assert_int_equal(b.n, 14);
	assert_int_equal(b.end, body.len);
	OK(ses_block_render("plan-header", b.fields, b.n, &again, &err));
	assert_string_equal(ses_buf_cstr(&again), ses_buf_cstr(&body));
	ses_block_free(&b);
	ses_buf_free(&again);
	ses_buf_free(&body);
}

static const struct ses_plan_session remote = {
    "https://gist.github.com/octo/0123abcd", "0123abcd", "8f3a-11",
    "2026-01-21T13:00:00.123456+00:00", "remote"};

/* erk puts a second WARNING line before the first at each update. */
static void
an_updated_header_is_erks_but_for_the_second_warning(void **state)
{
	static const char line[] = WARNING "\n";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf fresh = {0};
	struct ses_buf erks = {0};
	struct ses_buf ours = {0};
	struct ses_buf again = {0};

	(void)state;
	load("fresh.md", &fresh);
	load("updated.md", &erks);
	assert_int_equal(
	    ses_plan_set_session(fresh.data, fresh.len, &remote, &ours, &err),
	    SES_PLAN_CHANGED);
	assert_memory_equal(ses_buf_cstr(&erks), line, strlen(line));
	assert_string_equal(
	    ses_buf_cstr(&ours), ses_buf_cstr(&erks) + strlen(line));
	assert_int_equal(
	    ses_plan_set_session(ours.data, ours.len, &remote, &again, &err),
	    SES_PLAN_SAME);
	assert_string_equal(ses_buf_cstr(&again), ses_buf_cstr(&ours));
	ses_buf_free(&fresh);
	ses_buf_free(&erks);
	ses_buf_free(&ours);
	ses_buf_free(&again);
}

static void
values_of_all_kinds_are_read(void **state)
{
	(void)state;
	reads(PLAN("a: x\nb: null\nc: 12\nd: true\ne: '12'\nf:\ng: \"\\e\""),
	    "a=t:x|b=0:|c=i:12|d=b:true|e=t:12|f=0:|g=t:\x1b");
	reads(PLAN("at: 2026-01-21T12:00:00+00:00\nday: 2026-01-21"),
	    "at=t:2026-01-21T12:00:00+00:00|day=t:2026-01-21");
	reads(
	    PLAN("on: yes\noff: OFF\n0: 'No'"), "on=b:true|off=b:false|0=t:No");
	reads(
	    PLAN("a: [1, {b: c}]\nd:\n  - x\n  - y: z\n# why\ne: 1.5\nf: 0x1f"),
	    "a=o:[1, {b: c}]|d=o:- x\n  - y: z|e=o:1.5|f=o:0x1f");
	reads(PLAN("a: !!str 2\nb: \"\\0\"\nc: <<\nd: |\n  x\n  y\ne: 1e5"),
	    "a=o:!!str 2|b=o:\"\\0\"|c=o:<<|d=t:x\ny\n|e=t:1e5");
	reads(PLAN("long: one\n  two\n  three\nq: 'a\n\n  b'"),
	    "long=t:one two three|q=t:a\nb");
	reads(PLAN("{a: 1, b: x}"), "a=i:1|b=t:x");
	reads(PLAN("---\na: 1 # one\n..."), "a=i:1");
}

/* The forms of 5.2: what erk's expressions accept. */
static void
blocks_are_found_in_every_form(void **state)
{
	(void)state;
	reads("<!-- erk:metadata-block:plan-header --><details   open> "
	      "<summary>any title</summary>```yaml a: x```</details>"
	      "<!-- /erk:metadata-block -->",
	    "a=t:x");
	reads("# Plan\r\n```\r\n<!-- erk:metadata-block:plan-header -->\r\n"
	      "<details open>\r\n<summary><code>x</code></summary>\r\n"
	      "\r\n```yaml\r\n\r\na: x\r\nb: '1'\r\n\r\n```\r\n\r\n"
	      "</details>\r\n<!-- /erk:metadata-block -->\r\n```\r\n",
	    "a=t:x|b=t:1");
	/* others, bad ones, and one that somebody wrote about */
	reads(BEGIN("x") "a: 0" END("x") PLAN("*a") PLAN("a: 1") PLAN("a: 2"),
	    "a=i:1");
	reads("see <!-- erk:metadata-block:plan-header --> and "
	      "<!-- erk:metadata-block:y -->:\n" PLAN("a: 3"),
	    "a=i:3");
	reads("see <!-- erk:metadata-block:y -->:\n"
	      "<!-- erk:metadata-block:plan-header --><details>"
	      "<summary>t</summary>```yaml a: 7```</details>"
	      "<!-- /erk:metadata-block -->",
	    "a=i:7");
	/* what stands in another block is text of it */
	reads(
	    "<!-- erk:metadata-block:plan-body -->\n<details>\n" PLAN(
		"a: 4") "</details>\n<!-- /erk:metadata-block:plan-body -->" PLAN("a: 5"),
	    "a=i:5");
	reads("<!-- erk:metadata-block:plan-header -->\nby hand <details>\n"
	      "<details>\n<summary>s</summary>\n```yaml\na: 6\n```\n</details>"
	      "<!-- /erk:metadata-block:plan-header -->",
	    "a=i:6");
	reads_of(BEGIN("session-gist") "session_id: s" END("session-gist"),
	    strlen(BEGIN("session-gist") "session_id: s" END("session-gist")),
	    "session-gist", "session_id=t:s");
}

static void
what_is_no_block_is_said_in_erks_words(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	struct ses_metadata b = {0};

	(void)state;
	FAILS(ses_plan_find("text", 4, &b, &err), SESHAT_ENOTFOUND);
	assert_string_equal(
	    err.msg, "plan-header block not found in issue body");
	FAILS(
	    ses_block_find("", 0, "impl-started", &b, &err), SESHAT_ENOTFOUND);
	assert_string_equal(
	    err.msg, "Metadata block 'impl-started' not found in body");
	FAILS(ses_plan_set("", 0, "learn_status", NULL, &out, &err),
	    SESHAT_ENOTFOUND);
	FAILS(
	    ses_plan_set_session("", 0, &remote, &out, &err), SESHAT_ENOTFOUND);
	refuses("\n\n" PLAN("a: *b"), SESHAT_EFORMAT,
	    "Metadata block 'plan-header' not found in body: the one in line 3 "
	    "cannot be read: line 9: aliases and anchors are not taken");
	ses_buf_free(&out);
}

static void
hostile_yaml_is_refused(void **state)
{
	static const char nul[] = PLAN("a: \0x");
	struct ses_buf b = {0};
	int i;

	(void)state;
	refuses(PLAN("a: &x 1"), SESHAT_EFORMAT, "aliases and anchors");
	refuses(PLAN("a: &x [1]"), SESHAT_EFORMAT, "aliases and anchors");
	refuses(PLAN("&x {a: 1}"), SESHAT_EFORMAT, "aliases and anchors");
	refuses(PLAN("[a]: 1"), SESHAT_EFORMAT, "the name of a field");
	refuses(PLAN("!t a: 1"), SESHAT_EFORMAT, "has a tag");
	refuses(PLAN("\"\\0\": 1"), SESHAT_EFORMAT, "has a NUL");
	refuses(PLAN("- a"), SESHAT_EFORMAT, "no mapping");
	refuses(PLAN("just text"), SESHAT_EFORMAT, "no mapping");
	refuses(PLAN(""), SESHAT_EFORMAT, "no mapping");
	refuses(PLAN("a: 1\n--- \nb: 2"), SESHAT_EFORMAT, "more than one");
	refuses(PLAN("a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"),
	    SESHAT_EFORMAT, "nested too deep");
	refuses(PLAN("a: 1\n\tb: 2"), SESHAT_EFORMAT, "line 8: ");
	refuses(PLAN("a: \"x"), SESHAT_EFORMAT, "cannot be read");
	refuses(PLAN("a: \xff"), SESHAT_EFORMAT, "cannot be read");
	refuses_of(nul, sizeof(nul) - 1, SESHAT_EFORMAT, "cannot be read");
	refuses(BEGIN("plan-header") "a: 1\n", SESHAT_ENOTFOUND, "not found");
	refuses(BEGIN("plan-header") "<!-- /erk:metadata-block -->",
	    SESHAT_EFORMAT, "its YAML has no end");
	refuses("<!-- erk:metadata-block:plan-header -->\n"
		"<!-- /erk:metadata-block -->",
	    SESHAT_EFORMAT, "no <details>");
	ses_buf_str(&b, BEGIN("plan-header"));
	for (i = 0; i <= SES_BLOCK_FIELDS; i++)
		ses_buf_fmt(&b, "f%d: x\n", i);
	ses_buf_str(&b, END("plan-header"));
	refuses_of(
	    b.data, b.len, SESHAT_ELIMIT, "more than 200 fields are too many");
	ses_buf_free(&b);
}

/* Each would take forever if it took the square of its length. */
static void
large_bodies_are_refused_or_read(void **state)
{
	static const struct {
		const char *begin;
		const char *again;
		int code;
	} bodies[] = {
	    {"", "<!-- erk:metadata-block:a -->", SESHAT_ELIMIT},
	    {BEGIN("plan-header"), "<!-- erk:metadata-block:a -->",
		SESHAT_EFORMAT},
	    {BEGIN("plan-header"), "<!-- /erk:metadata-block:b -->",
		SESHAT_EFORMAT},
	    {BEGIN("plan-header"), "```  ", SESHAT_EFORMAT},
	    {"<!-- erk:metadata-block:plan-header -->", "<details>",
		SESHAT_EFORMAT},
	    {"<!-- erk:metadata-block:plan-header -->",
		"<details><summary>s</summary>```yaml\n", SESHAT_EFORMAT},
	    {"", "<!-- erk:metadata-block:x -->x<!-- /erk:metadata-block -->",
		SESHAT_ELIMIT},
	};
	struct ses_buf b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		ses_buf_clear(&b);
		ses_buf_str(&b, bodies[i].begin);
		while (b.len + 100 < SES_BLOCK_BODY)
			ses_buf_str(&b, bodies[i].again);
		ses_buf_str(&b, "<!-- /erk:metadata-block:plan-header -->");
		refuses_of(b.data, b.len, bodies[i].code, "not found in body");
	}
	ses_buf_clear(&b);
	ses_buf_str(&b, PLAN("a: x"));
	memset(ses_buf_room(&b, SES_BLOCK_BODY), ' ', SES_BLOCK_BODY);
	ses_buf_grew(&b, SES_BLOCK_BODY - b.len);
	reads_of(b.data, b.len, "plan-header", "a=t:x");
	ses_buf_str(&b, "x");
	refuses_of(b.data, b.len, SESHAT_ELIMIT,
	    "the body has 1048577 bytes, at most 1048576 are looked at");
	ses_buf_free(&b);
}

static void
an_update_keeps_every_other_byte(void **state)
{
	(void)state;
	sets_text("before\n" WARNING "\n" PLAN("a: x\nb:   y  # why\n\n# c\n"
					       "c: [1,  2]") "\nbehind",
	    "b", "new",
	    "before\n" WARNING "\n" PLAN("a: x\nb: new\n\n# c\n"
					 "c: [1,  2]") "\nbehind");
	sets_text(WARNING "\n" PLAN("a: x\nc: |\n  1\n\n  2"), "d", "new: 1",
	    WARNING "\n" PLAN("a: x\nc: |\n  1\n\n  2\nd: 'new: 1'"));
	sets_text(WARNING "\n" PLAN("a: one\n  two\n  three\nb: 1"), "a", "x",
	    WARNING "\n" PLAN("a: x\nb: 1"));
	sets_text(WARNING "\n" PLAN("? a\n: |\n   x\n\nb: 1"), "a", "y",
	    WARNING "\n" PLAN("a: y\n\nb: 1"));
	sets_text(WARNING "\n" PLAN("a:\n- x\n- {y: 1}\n# d\nb: 1"), "a", "y",
	    WARNING "\n" PLAN("a: y\n# d\nb: 1"));
	/* of a name that stands there twice the last counts */
	sets_text(WARNING "\n" PLAN("a: 1\na: x"), "a", "y",
	    WARNING "\n" PLAN("a: 1\na: y"));
	/* the first good block, and its own form */
	sets_text(PLAN("*a") WARNING
	    "\n<!-- erk:metadata-block:plan-header --><details open>"
	    "<summary>t</summary>```yaml a: x```</details>"
	    "<!-- /erk:metadata-block -->" PLAN("a: x"),
	    "a", "y",
	    PLAN("*a") WARNING
	    "\n<!-- erk:metadata-block:plan-header --><details open>"
	    "<summary>t</summary>```yaml a: y```</details>"
	    "<!-- /erk:metadata-block -->" PLAN("a: x"));
	/* not one that somebody wrote about */
	sets_text("<!-- erk:metadata-block:plan-header --> is:\n" PLAN("a: x"),
	    "a", "y",
	    "<!-- erk:metadata-block:plan-header --> is:\n" WARNING
	    "\n" PLAN("a: y"));
	/* no change, whatever is written how */
	sets_text(PLAN("a: \"x\"\nb: 1"), "a", "x", PLAN("a: \"x\"\nb: 1"));
	sets(PLAN("a: ~"), &(struct ses_field){.name = "a"}, PLAN("a: ~"));
	sets(PLAN("a: ~"), &(struct ses_field){"a", "7", SES_FIELD_INT, 0, 0},
	    WARNING "\n" PLAN("a: 7"));
}

static void
lines_end_as_the_blocks_do(void **state)
{
	static const char before[] =
	    "x\r\n<!-- erk:metadata-block:plan-header -->\r\n<details>\r\n"
	    "<summary><code>plan-header</code></summary>\r\n\r\n```yaml\r\n\r\n"
	    "a: x\r\nb: y\r\n\r\n```\r\n\r\n</details>\r\n"
	    "<!-- /erk:metadata-block:plan-header -->\n";
	static const char behind[] =
	    "x\r\n" WARNING
	    "\r\n<!-- erk:metadata-block:plan-header -->\r\n<details>\r\n"
	    "<summary><code>plan-header</code></summary>\r\n\r\n```yaml\r\n\r\n"
	    "a: x\r\nb: y\r\nc: 'one\r\n\r\n  two'\r\n\r\n```\r\n\r\n"
	    "</details>\r\n<!-- /erk:metadata-block:plan-header -->\n";

	(void)state;
	sets_text(before, "c", "one\ntwo", behind);
	sets_text(behind, "c", "one\ntwo", behind);
}

static void
one_warning_stands_before_a_block_that_was_updated(void **state)
{
	static const char want[] = "x\n" WARNING "\n" PLAN("a: y");
	struct ses_buf b = {0};
	int i;

	(void)state;
	sets_text("x\n" PLAN("a: x"), "a", "y", want);
	sets_text("x\n" WARNING "\n" PLAN("a: x"), "a", "y", want);
	ses_buf_str(&b, "x\n");
	for (i = 0; i < 8; i++)
		ses_buf_str(&b, WARNING "\n");
	ses_buf_str(&b, PLAN("a: x"));
	sets_text(ses_buf_cstr(&b), "a", "y", want);
	sets_text(ses_buf_cstr(&b), "a", "x", ses_buf_cstr(&b));
	sets_text(WARNING "\n\n" PLAN("a: x"), "a", "y",
	    WARNING "\n\n" WARNING "\n" PLAN("a: y"));
	sets_text(
	    "text " PLAN("a: x"), "a", "y", "text " WARNING "\n" PLAN("a: y"));
	ses_buf_free(&b);
}

static void
a_value_never_ends_the_block(void **state)
{
	static const char body[] = WARNING "\n" PLAN("a: x");

	(void)state;
	will_not_set(body, "a", "x <!-- /erk:metadata-block:plan-header --> y",
	    SESHAT_EFORMAT, "'a': the value holds the mark that ends a block");
	will_not_set(body, "a", "<!-- /erk:metadata-block -->", SESHAT_EFORMAT,
	    "the mark that ends a block");
	will_not_set(body, "a", "x ```\n</details>", SESHAT_EFORMAT,
	    "the values would break the block");
	will_not_set(body, "", "x", SESHAT_EUSAGE, "name of a field is empty");
	will_not_set(body, "a\nb", "x", SESHAT_EUSAGE, "has a line break");
	will_not_set(
	    body, "a", "\xff", SESHAT_EFORMAT, "'a': the value is not");
	will_not_set(
	    PLAN("{a: x}"), "a", "y", SESHAT_EFORMAT, "stand on one line");
	sets_text(body, "a", "--> </details> ``` \\1 \\g<0> \\n",
	    WARNING "\n" PLAN("a: --> </details> ``` \\1 \\g<0> \\n"));
	sets_text(body, "a", "<!-- erk:metadata-block:plan-header -->",
	    WARNING "\n" PLAN("a: <!-- erk:metadata-block:plan-header -->"));
}

static void
nothing_odd_is_rendered(void **state)
{
	static const struct ses_field good = {"a", "x", SES_FIELD_TEXT, 0, 0};
	static const struct ses_field bad[] = {
	    {"a", "[1]", SES_FIELD_OTHER, 0, 0},
	    {"a", "+1", SES_FIELD_INT, 0, 0}, {"a", "", SES_FIELD_INT, 0, 0},
	    {"a", "yes", SES_FIELD_BOOL, 0, 0}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	size_t i;

	(void)state;
	FAILS(ses_block_render("x", &good, 0, &out, &err), SESHAT_EUSAGE);
	FAILS(ses_block_render("x -->", &good, 1, &out, &err), SESHAT_EUSAGE);
	FAILS(ses_block_render("", &good, 1, &out, &err), SESHAT_EUSAGE);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_block_render("x", &bad[i], 1, &out, &err),
		    SESHAT_EUSAGE);
	assert_int_equal(out.len, 0);
	OK(ses_block_render("session-gist", &good, 1, &out, &err));
	assert_string_equal(ses_buf_cstr(&out),
	    WARNING "\n" BEGIN("session-gist") "a: x" END("session-gist"));
	ses_buf_free(&out);
}

/* xorshift64 */
static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Text of nasty characters and some that are not. */
static void
make_text(uint64_t *seed, char *out, size_t n)
{
	static const uint32_t some[] = {' ', ' ', ' ', '\n', '\'', '"', '\\',
	    ':', '#', '-', '>', '`', '\t', '\r', 0x1b, 0x85, 0xa0, 0x301, 0x5d0,
	    0x2028, 0x202e, 0xfeff, 0xfffd, 0x1f600, 0x10ffff, '0', '1', '.',
	    '{', ']', '&', '*', '%', '@', '|', 'n', 'x', 'y', 'z', 'z'};
	size_t i;

	for (i = next(seed) % n; i > 0; i--)
		out += ses_utf8_put(
		    some[next(seed) % (sizeof(some) / sizeof(some[0]))], out);
	*out = '\0';
}

/* parse(render(x)) is x, and setting in it what it has changes nothing. */
static void
what_was_rendered_is_read_back(void **state)
{
	static char texts[12][800];
	static const enum ses_field_kind kinds[] = {SES_FIELD_TEXT,
	    SES_FIELD_TEXT, SES_FIELD_TEXT, SES_FIELD_TEXT, SES_FIELD_NULL,
	    SES_FIELD_INT, SES_FIELD_BOOL};
	static const char *const names[] = {"a", "null", "b c", "1", "'", "#x",
	    "\xe2\x98\x83", "\x1b", "a: b", "-", "yes", "12:30:00"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_field f[12];
	struct ses_block_set set = {f, 0};
	struct ses_buf body = {0};
	struct ses_buf again = {0};
	struct ses_buf want = {0};
	struct ses_buf got = {0};
	struct ses_metadata b = {0};
	uint64_t seed = 42;
	int rounds = is_small_run() ? 100 : 3000;
	size_t i;

	(void)state;
	for (; rounds > 0; rounds--) {
		set.n = 1 + next(&seed) % 12;
		for (i = 0; i < set.n; i++) {
			f[i] = (struct ses_field){
			    names[i], texts[i], kinds[next(&seed) % 7], 0, 0};
			make_text(&seed, texts[i], i == 0 ? 190 : 40);
			if (f[i].kind == SES_FIELD_NULL)
				f[i].text = NULL;
			else if (f[i].kind == SES_FIELD_INT)
				f[i].text = "-12";
			else if (f[i].kind == SES_FIELD_BOOL)
				f[i].text = "false";
		}
		b = (struct ses_metadata){f, set.n, 0, 0, 0};
		ses_buf_clear(&want);
		show(&b, &want);
		ses_buf_clear(&body);
		OK(ses_block_render("plan-header", f, set.n, &body, &err));
		ses_buf_clear(&got);
		OK(ses_block_find(
		    body.data, body.len, "plan-header", &b, &err));
		show(&b, &got);
		assert_string_equal(ses_buf_cstr(&got), ses_buf_cstr(&want));
		ses_block_free(&b);
		ses_buf_clear(&again);
		assert_int_equal(ses_block_update(body.data, body.len,
				     "plan-header", &set, &again, &err),
		    0);
		assert_string_equal(ses_buf_cstr(&again), ses_buf_cstr(&body));
	}
	ses_buf_free(&body);
	ses_buf_free(&again);
	ses_buf_free(&want);
	ses_buf_free(&got);
}

/* Characters are counted, not bytes. */
static void
a_body_is_as_long_as_github_takes(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_field f = {"a", "xx", SES_FIELD_TEXT, 0, 0};
	struct ses_block_set set = {&f, 1};
	struct ses_buf body = {0};
	struct ses_buf out = {0};
	size_t chars;

	(void)state;
	ses_buf_str(&body, WARNING "\n" PLAN("a: x"));
	for (chars = body.len; chars < SES_BODY_CHARS - 1; chars++)
		ses_buf_str(&body, "\xf0\x9f\x98\x80");
	OK(ses_body_check(body.data, body.len, &err));
	assert_int_equal(ses_block_update(body.data, body.len, "plan-header",
			     &set, &out, &err),
	    1);
	OK(ses_body_check(out.data, out.len, &err));
	assert_int_equal(out.len, body.len + 1);
	ses_buf_clear(&out);
	f.text = "xxx";
	FAILS(ses_block_update(
		  body.data, body.len, "plan-header", &set, &out, &err),
	    SESHAT_ELIMIT);
	assert_string_equal(err.msg,
	    "the body has 65537 characters, GitHub takes at most 65536");
	assert_int_equal(out.len, 0);
	ses_buf_free(&body);
	ses_buf_free(&out);
}

/* Set the session of a header that has one of this time. */
static int
set_after(const char *have, const char *at)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_plan_session s = remote;
	struct ses_buf body = {0};
	struct ses_buf out = {0};
	int rc;

	s.at = at;
	ses_buf_fmt(&body,
	    BEGIN("plan-header") "a: [bad\n,]\nlast_session_at: "
				 "%s\nlast_remote_impl_at: 7" END(
				     "plan-header"),
	    have);
	rc = ses_plan_set_session(body.data, body.len, &s, &out, &err);
	if (rc < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(out.len > 0, rc != SES_PLAN_NEWER);
	if (out.len > 0)
		assert_non_null(strstr(ses_buf_cstr(&out),
		    "\nlast_remote_impl_at: 7\nlast_session_gist_url: "));
	ses_buf_free(&body);
	ses_buf_free(&out);
	return rc;
}

/* Beside fields that erk would refuse. */
static void
the_last_session_never_goes_back(void **state)
{
	static const char at[] = "2026-01-21T13:00:00.123456+00:00";

	(void)state;
	assert_int_equal(
	    set_after("'2026-01-21T13:00:01Z'", at), SES_PLAN_NEWER);
	assert_int_equal(
	    set_after("2026-01-21T15:00:00.123457+02:00", at), SES_PLAN_NEWER);
	assert_int_equal(set_after("'2026-01-21T08:00:00.1234561-05:00'", at),
	    SES_PLAN_NEWER);
	assert_int_equal(set_after("2026-01-21 13:00:01", at), SES_PLAN_NEWER);
	assert_int_equal(set_after("'2026-01-21T15:00:00.12345+02:00'", at),
	    SES_PLAN_CHANGED);
	assert_int_equal(
	    set_after("'2026-01-21T14:00:00+02:00'", at), SES_PLAN_CHANGED);
	assert_int_equal(set_after("null", at), SES_PLAN_CHANGED);
	assert_int_equal(set_after("soon", at), SES_PLAN_CHANGED);
	assert_int_equal(set_after("[2099]", at), SES_PLAN_CHANGED);
	assert_int_equal(
	    set_after("'2026-01-21T13:00:00'", "2026-01-21T12:59:59"),
	    SES_PLAN_NEWER);
}

static void
a_session_that_erk_would_refuse_is_not_set(void **state)
{
	static const char body[] = PLAN("a: 1");
	static const struct {
		const char *value;
		size_t offset;
		const char *message;
	} bad[] = {
	    {"", offsetof(struct ses_plan_session, gist_id),
		"last_session_gist_id must not be empty when provided"},
	    {"moon", offsetof(struct ses_plan_session, source),
		"last_session_source must be 'local' or 'remote', got 'moon'"},
	    {"today", offsetof(struct ses_plan_session, at),
		"last_session_at must be a time as 2026-01-21T13:00:00+00:00, "
		"got 'today'"},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_plan_session s;
	struct ses_buf out = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s = remote;
		memcpy((char *)&s + bad[i].offset, &bad[i].value,
		    sizeof(bad[i].value));
		FAILS(ses_plan_set_session(body, strlen(body), &s, &out, &err),
		    SESHAT_EUSAGE);
		assert_string_equal(err.msg, bad[i].message);
	}
	assert_int_equal(out.len, 0);
}

static void
sets_plan(
    const char *yaml, const char *name, const char *value, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf body = {0};
	struct ses_buf out = {0};
	int rc;

	ses_buf_fmt(&body,
	    WARNING "\n" BEGIN("plan-header") "%s" END("plan-header"), yaml);
	rc = ses_plan_set(body.data, body.len, name, value, &out, &err);
	ses_buf_clear(&body);
	ses_buf_fmt(&body,
	    WARNING "\n" BEGIN("plan-header") "%s" END("plan-header"), want);
	if (rc < 0)
		assert_string_equal(err.msg, want);
	else
		assert_string_equal(ses_buf_cstr(&out), ses_buf_cstr(&body));
	if (rc < 0)
		assert_int_equal(err.code, SESHAT_EUSAGE);
	ses_buf_free(&body);
	ses_buf_free(&out);
}

static void
one_field_is_set_by_its_type(void **state)
{
	(void)state;
	sets_plan("a: 1", "plan_comment_id", "42", "a: 1\nplan_comment_id: 42");
	sets_plan("plan_comment_id: 1\nb: x", "plan_comment_id", NULL,
	    "plan_comment_id: null\nb: x");
	sets_plan(
	    "a: 1", "last_session_id", "42", "a: 1\nlast_session_id: '42'");
	sets_plan(
	    "a: 1", "last_session_id", "null", "a: 1\nlast_session_id: 'null'");
	sets_plan("a: 1", "a", "2", "a: 2");
	sets_plan("a: 1", "a", "x", "a: x");
	sets_plan("a: yes", "a", "false", "a: false");
	sets_plan("a: x", "a", "1", "a: '1'");
	sets_plan("a: [1]", "a", NULL, "a: null");
	sets_plan("a: 1", "b", "x", "a plan header has no field 'b'");
	sets_plan("a: 1", "plan_comment_id", "x",
	    "plan_comment_id must be an integer or null");
	sets_plan("a: 1", "objective_issue", "-1",
	    "objective_issue must be positive when provided");
	sets_plan("a: 1", "created_by", NULL, "created_by must be a string");
	sets_plan("a: 1", "created_by", "", "created_by must not be empty");
	sets_plan("a: 1", "branch_name", "",
	    "branch_name must not be empty when provided");
	sets_plan("a: 1", "last_local_impl_user", "",
	    "a: 1\nlast_local_impl_user: ''");
	sets_plan("a: 1", "schema_version", "3",
	    "Invalid schema_version '3'. Must be '2'");
	sets_plan("a: 1", "schema_version", NULL,
	    "Invalid schema_version 'None'. Must be '2'");
	sets_plan("a: 1", "source_repo", "octo",
	    "source_repo must be in 'owner/repo' format");
	sets_plan("a: 1", "learn_status", "done",
	    "learn_status must be 'pending' or 'completed', got 'done'");
	sets_plan("a: 1", "last_local_impl_event", "begun",
	    "last_local_impl_event must be 'started' or 'ended', got 'begun'");
	sets_plan("a: 1", "last_session_source", "moon",
	    "last_session_source must be 'local' or 'remote', got 'moon'");
}

static void
survives_every_failed_allocation(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf body = {0};
	struct ses_buf out = {0};
	unsigned nth;
	int rc = -1;

	(void)state;
	load("fresh.md", &body);
	for (nth = 1; rc < 0; nth++) {
		assert_true(nth < 1000);
		ses_mem_fail_at(nth);
		ses_buf_free(&out);
		rc = ses_plan_set_session(
		    body.data, body.len, &remote, &out, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	assert_true(nth > 50);
	ses_buf_free(&body);
	ses_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_fresh_header_is_read_and_rendered_as_erk_does),
	    cmocka_unit_test(
		an_updated_header_is_erks_but_for_the_second_warning),
	    cmocka_unit_test(values_of_all_kinds_are_read),
	    cmocka_unit_test(blocks_are_found_in_every_form),
	    cmocka_unit_test(what_is_no_block_is_said_in_erks_words),
	    cmocka_unit_test(hostile_yaml_is_refused),
	    cmocka_unit_test(large_bodies_are_refused_or_read),
	    cmocka_unit_test(an_update_keeps_every_other_byte),
	    cmocka_unit_test(lines_end_as_the_blocks_do),
	    cmocka_unit_test(
		one_warning_stands_before_a_block_that_was_updated),
	    cmocka_unit_test(a_value_never_ends_the_block),
	    cmocka_unit_test(nothing_odd_is_rendered),
	    cmocka_unit_test(what_was_rendered_is_read_back),
	    cmocka_unit_test(a_body_is_as_long_as_github_takes),
	    cmocka_unit_test(the_last_session_never_goes_back),
	    cmocka_unit_test(a_session_that_erk_would_refuse_is_not_set),
	    cmocka_unit_test(one_field_is_set_by_its_type),
	    cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
