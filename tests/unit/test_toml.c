#include "unit/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "config/toml.h"

/* A tree as text: {key=text ...} and [text ...], numbers behind '#', true and
 * false behind '!'. */
static void
show(const struct ses_node *n, struct ses_buf *out)
{
	static const char open[] = {'{', '['};
	static const char close[] = {'}', ']'};
	const struct ses_node *child;

	if (n->key != NULL)
		ses_buf_fmt(out, "%s=", n->key);
	if (n->text != NULL) {
		ses_buf_str(out, n->kind == SES_NODE_NUMBER ? "#"
				 : n->kind == SES_NODE_BOOL ? "!"
							    : "");
		ses_buf_str(out, n->text);
		return;
	}
	ses_buf_add(out, &open[n->kind == SES_NODE_LIST], 1);
	for (child = n->first; child != NULL; child = child->next) {
		if (child != n->first)
			ses_buf_str(out, " ");
		show(child, out);
	}
	ses_buf_add(out, &close[n->kind == SES_NODE_LIST], 1);
}

static void
reads(const char *text, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_node *doc = NULL;
	struct ses_buf got = {0};

	OK(ses_toml_read(text, strlen(text), &doc, &err));
	show(doc, &got);
	assert_string_equal(ses_buf_cstr(&got), want);
	ses_buf_free(&got);
	ses_node_free(doc);
}

static void
refuses(const char *text, const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_node *doc = NULL;

	if (ses_toml_read(text, strlen(text), &doc, &err) == 0)
		fail_msg("it was read: %s", text);
	assert_null(doc);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
}

static void
values_of_all_kinds_are_read(void **state)
{
	(void)state;
	reads("", "{}");
	reads("a = 1\nb = -2.5e3 # c\nc = true\nd = 1_000",
	    "{a=#1 b=#-2.5e3 c=!true d=#1000}");
	reads("a = 0xff\nb = inf\nc = 1979-05-27T07:32:00Z\n",
	    "{a=#0xff b=#inf c=1979-05-27T07:32:00Z}");
	reads("a = \"x\\t\\\"y\\u00e9\\\\\"\nb = 'a\\b'\n",
	    "{a=x\t\"y\xc3\xa9\\ b=a\\b}");
	reads("a = '''\none\ntwo'''\nb = \"\"\"x\\\n   y\"\"\"\n",
	    "{a=one\ntwo b=xy}");
	reads("a = ''''x''''\nb = \"\"\"\"\"x\"\"\"\n", "{a='x' b=\"\"x}");
	reads("a = [1, 'b',\n # no\n [true], ]\r\nb = []\n",
	    "{a=[#1 b [!true]] b=[]}");
	reads("a = {x = 1, y.z = 'w'}\n", "{a={x=#1 y={z=w}}}");
}

static void
tables_are_where_their_names_say(void **state)
{
	(void)state;
	reads("[a]\nb = 1\n[a.c]\nd = 2\n", "{a={b=#1 c={d=#2}}}");
	reads("[a.b]\nx = 1\n[a]\ny = 2\n", "{a={b={x=#1} y=#2}}");
	reads(
	    "[[r]]\nid = 'a'\n[[r.l]]\nx = 1\n[[r.l]]\nx = 2\n[[r]]\nid = 'b'\n"
	    "[r.t]\ny = 3\n",
	    "{r=[{id=a l=[{x=#1} {x=#2}]} {id=b t={y=#3}}]}");
	reads("\"a.b\" = 1\n'c' . d = 2\n[ e . \"f g\" ]\n",
	    "{a.b=#1 c={d=#2} e={f g={}}}");
}

static void
mistakes_are_named_with_their_line(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
	    {"a = 1\nb", "line 2: '=' is missing"},
	    {"\n= 1", "line 2: a key is missing"},
	    {"a = \n", "line 1: a value is missing"},
	    {"a = 1 2", "line 1: something behind"},
	    {"a = 1\na = 2", "line 2: a key stands there twice"},
	    {"[a]\n[a]", "line 2: a table stands there twice"},
	    {"a = 1\n[[a]]", "line 2: [[ ]] extends"},
	    {"a = [1]\n[[a]]", "line 2: [[ ]] extends"},
	    {"a = {}\n[a.b]", "line 2: a key that has a value"},
	    {"a = {}\na.b = 1", "line 2: a key that has a value"},
	    {"[a", "line 1: ']' is missing"},
	    {"[[a]", "line 1: ']' is missing"},
	    {"a = [1\n2]", "line 2: ',' or ']'"},
	    {"a = {b = 1\n}", "line 1: ',' or '}'"},
	    {"a = \"x\ny\"", "line 1: a string that does not end"},
	    {"a = '''x\n\ny", "line 3: a string that does not end"},
	    {"a = \"\\q\"", "line 1: an unknown escape"},
	    {"a = \"\\u12\"", "line 1: an escape"},
	    {"a = \"\\ud800\"", "line 1: an escape of no character"},
	    {"a = 'x\x01'", "line 1: a control character"},
	    {"a = maybe", "line 1: a value that is none"},
	    {"a = 1.", "line 1: a value that is none"},
	    {"a = _1", "line 1: a value that is none"},
	    {"a = 1__0", "line 1: a value that is none"},
	    {"a = 01x", "line 1: a value that is none"},
	    {"a = '\xff'", "it is no text"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuses(rows[i].text, rows[i].words);
}

static void
depth_and_size_have_limits(void **state)
{
	struct ses_buf b = {0};
	int i;

	(void)state;
	ses_buf_str(&b, "a = ");
	for (i = 0; i < 1000; i++)
		ses_buf_str(&b, "[");
	refuses(ses_buf_cstr(&b), "deep");
	ses_buf_clear(&b);
	ses_buf_str(&b, "[a");
	for (i = 0; i < 1000; i++)
		ses_buf_str(&b, ".a");
	ses_buf_str(&b, "]");
	refuses(ses_buf_cstr(&b), "too many parts");
	ses_buf_clear(&b);
	for (i = 0; i <= SES_TOML_KEYS; i++)
		ses_buf_fmt(&b, "k%d = 1\n", i);
	refuses(ses_buf_cstr(&b), "more than 1000 keys");
	ses_buf_clear(&b);
	ses_buf_str(&b, "a = [");
	for (i = 0; i <= SES_TOML_NODES; i++)
		ses_buf_str(&b, "1,");
	refuses(ses_buf_cstr(&b), "values are too many");
	ses_buf_free(&b);
}

static void
survives_every_failed_allocation(void **state)
{
	static const char text[] =
	    "a.b = ['x', {c = \"d\"}]\n[[e]]\nf = '''g'''\n";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_node *doc = NULL;
	unsigned nth;
	int rc = -1;

	(void)state;
	for (nth = 1; rc < 0; nth++) {
		assert_true(nth < 1000);
		ses_mem_fail_at(nth);
		rc = ses_toml_read(text, strlen(text), &doc, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
	}
	ses_node_free(doc);
	assert_true(nth > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_of_all_kinds_are_read),
	    cmocka_unit_test(tables_are_where_their_names_say),
	    cmocka_unit_test(mistakes_are_named_with_their_line),
	    cmocka_unit_test(depth_and_size_have_limits),
	    cmocka_unit_test(survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
