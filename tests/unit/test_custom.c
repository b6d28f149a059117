#include "unit/temp.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "config/settings.h"
#include "config/toml.h"
#include "redact/custom.h"
#include "redact/dialect.h"
#include "redact/redact.h"

#define ACME                                                                   \
	"acme"                                                                 \
	"_"
#define KEY12 "abcdefghijkl"
#define TOKEN ACME KEY12
/* a key that a built-in rule finds */
#define GITHUB                                                                 \
	"gh"                                                                   \
	"p_"                                                                   \
	"1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R"

static char home[64];
static struct ses_custom *custom;
static struct ses_redact *redactor;

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(home, sizeof(home), "/tmp/seshat custom-XXXXXX");
	if (mkdtemp(home) == NULL)
		return -1;
	setenv("HOME", home, 1);
	unsetenv("XDG_CACHE_HOME");
	return 0;
}

static void
forget(void)
{
	ses_redact_free(redactor);
	redactor = NULL;
	ses_custom_free(custom);
	custom = NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	forget();
	return temp_remove(home);
}

static int
add_yaml(struct ses_custom *c, const char *text, struct seshat_err *err)
{
	struct ses_settings s = {0};
	int rc = ses_settings_yaml(&s, text, strlen(text), err);

	if (rc == 0 && s.rules != NULL)
		rc = ses_custom_add(
		    c, SES_CUSTOM_CONFIG, "c.yaml", s.rules, err);
	ses_settings_free(&s);
	return rc;
}

static int
add_toml(struct ses_custom *c, const char *text, struct seshat_err *err)
{
	struct ses_node *doc = NULL;
	int rc = ses_toml_read(text, strlen(text), &doc, err);

	if (rc == 0)
		rc = ses_custom_add(c, SES_CUSTOM_GITLEAKS, "g.toml", doc, err);
	ses_node_free(doc);
	return rc;
}

/* The redactor with these rules; either may be NULL. */
static void
use(const char *yaml, const char *toml)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	forget();
	OK(ses_custom_open(&custom, &err));
	if (yaml != NULL)
		OK(add_yaml(custom, yaml, &err));
	if (toml != NULL)
		OK(add_toml(custom, toml, &err));
	OK(ses_custom_compile(custom, &err));
	OK(ses_redact_open(&redactor, custom, &err));
}

/* What becomes of a text, and how often a rule replaced something in it. */
static unsigned
becomes(const char *text, const char *want, const char *id)
{
	static struct ses_redact_counts counts;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	unsigned n = 0;
	size_t i;
	int rc;

	memset(&counts, 0, sizeof(counts));
	rc =
	    ses_redact_lines(redactor, text, strlen(text), &out, &counts, &err);
	OK(rc);
	assert_string_equal(rc > 0 ? ses_buf_cstr(&out) : text, want);
	for (i = 0; id != NULL && i < ses_redact_rules(redactor); i++)
		if (strcmp(ses_redact_rule_id(redactor, i), id) == 0)
			n = counts.n[i];
	ses_buf_free(&out);
	return n;
}

static void
stays(const char *text)
{
	(void)becomes(text, text, NULL);
}

static void
refuses(const char *yaml, const char *toml, const char *words)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int rc;

	forget();
	OK(ses_custom_open(&custom, &err));
	rc = yaml != NULL ? add_yaml(custom, yaml, &err)
			  : add_toml(custom, toml, &err);
	if (rc == 0)
		rc = ses_custom_compile(custom, &err);
	if (rc == 0)
		fail_msg("it was taken: %s", yaml != NULL ? yaml : toml);
	assert_int_equal(err.code, SESHAT_EFORMAT);
	if (strstr(err.msg, words) == NULL)
		fail_msg("'%s' is not in: %s", words, err.msg);
}

/* The only rule, with more keys. */
#define RULE(more) "rules:\n- id: acme-token\n" more

static const char plain[] = RULE("  regex: '" ACME "[a-z0-9-]{12}'\n");

static void
a_rule_finds_and_is_counted_by_its_name(void **state)
{
	(void)state;
	use(plain, NULL);
	assert_int_equal(becomes("{\"a\":\"" TOKEN " and " TOKEN "\"}\n",
			     "{\"a\":\"[REDACTED:acme-token] and "
			     "[REDACTED:acme-token]\"}\n",
			     "acme-token"),
	    2);
	assert_string_equal(ses_redact_rule_origin(redactor, 0), "c.yaml");
	assert_null(ses_redact_rule_origin(redactor, 1));
	/* and the others as before */
	assert_int_equal(
	    becomes(GITHUB, "[REDACTED:github-token]", "github-token"), 1);
	/* our own name goes before a built-in one's */
	(void)becomes(
	    "API_KEY=" TOKEN "\n", "API_KEY=[REDACTED:acme-token]\n", NULL);
}

static void
escapes_hide_nothing(void **state)
{
	static const char *const hidden[] = {"\\n" TOKEN, "\\\"" TOKEN "\\\"",
	    "\\\\\\\"" TOKEN "\\\\\\\"", ACME "abc\\u002ddefghijk",
	    "\\u0061cme_" KEY12, "%61cme_" KEY12, ACME "abc%2Ddefghijk",
	    "\\\\u0061cme_" KEY12, "acme\\u001b[31m_" KEY12};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf line = {0};
	struct ses_buf out = {0};
	struct ses_json v;
	size_t i;

	(void)state;
	use(RULE("  regex: '\\b" ACME "[a-z0-9-]{12}'\n"), NULL);
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		ses_buf_clear(&line);
		ses_buf_clear(&out);
		ses_buf_fmt(&line, "{\"a\":\"x %s y\",\"b\":1}", hidden[i]);
		if (ses_redact_lines(redactor, line.data, line.len, &out,
			&counts, &err) != 1)
			fail_msg("nothing was found in %s", hidden[i]);
		assert_non_null(
		    strstr(ses_buf_cstr(&out), "[REDACTED:acme-token]"));
		assert_null(strstr(out.data, KEY12));
		OK(ses_json_parse(out.data, out.len, &v, &err));
	}
	ses_buf_free(&line);
	ses_buf_free(&out);
}

static void
json_stays_json_whatever_the_regex_matches(void **state)
{
	(void)state;
	use(RULE("  regex: 'acme.*'\n"), NULL);
	(void)becomes("{\"a\":\"x acme\",\"k\":[\"v\",12,true]}\n",
	    "{\"a\":\"x [REDACTED:acme-token]\",\"k\":"
	    "[\"[REDACTED:acme-token]\",\"[REDACTED:acme-token]\","
	    "\"[REDACTED:acme-token]\"]}\n",
	    NULL);
	/* a name is kept, but where it is the secret itself */
	(void)becomes(
	    "{\"acme\":1}\n", "{\"acme\":\"[REDACTED:acme-token]\"}\n", NULL);
	/* text is text */
	(void)becomes(
	    "x acme \"y\"\nz\n", "x [REDACTED:acme-token]\nz\n", NULL);
	use(RULE("  regex: 'pin\"?: ?\"?([0-9]{6})'\n"), NULL);
	(void)becomes("{\"pin\": 123456,\"b\":1}\n",
	    "{\"pin\": \"[REDACTED:acme-token]\",\"b\":1}\n", NULL);
	(void)becomes("{\"pin\":\"123456\",\"b\":1}\n",
	    "{\"pin\":\"[REDACTED:acme-token]\",\"b\":1}\n", NULL);
	use(RULE("  regex: 'secretname'\n"), NULL);
	(void)becomes("{\"my secretname\":1}\n",
	    "{\"my [REDACTED:acme-token]\":1}\n", NULL);
	/* an escape is not cut in two */
	use(RULE("  regex: 'x[^ ]{1,3}'\n"), NULL);
	(void)becomes("{\"a\":\"x\\u0041b c\"}\n",
	    "{\"a\":\"[REDACTED:acme-token] c\"}\n", NULL);
}

static void
keywords_entropy_group_and_allow_are_heeded(void **state)
{
	(void)state;
	use(RULE("  regex: '[a-z]+_[a-z0-9]{12}'\n  keywords: [ACME, other]\n"),
	    NULL);
	(void)becomes(TOKEN " x\nfoo_" KEY12 "\n",
	    "[REDACTED:acme-token] x\nfoo_" KEY12 "\n", NULL);
	use(RULE("  regex: '" ACME "([a-z]{8})'\n  entropy: 2.5\n"), NULL);
	stays(ACME "aaaabbbb");
	(void)becomes(ACME "abcdefgh", ACME "[REDACTED:acme-token]", NULL);
	/* the entropy must be greater: 8 different letters have 3 */
	use(RULE("  regex: '" ACME "([a-z]{8})'\n  entropy: 3\n"), NULL);
	stays(ACME "abcdefgh");
	use(RULE("  regex: '(acme)=(\\w+)'\n  group: 2\n"), NULL);
	(void)becomes("acme=hidden", "acme=[REDACTED:acme-token]", NULL);
	/* of several the first that matched */
	use(RULE("  regex: 'a=(\\w+)|b=(\\w+)'\n"), NULL);
	(void)becomes("b=hidden", "b=[REDACTED:acme-token]", NULL);
	use(RULE("  regex: '" ACME "[a-z]+'\n  allow: ['" ACME "[x]+', "
		 "'" ACME "y']\n"),
	    NULL);
	stays(ACME "xxx " ACME "y");
	(void)becomes(ACME "xxy", "[REDACTED:acme-token]", NULL);
}

static void
values_are_let_through_whoever_found_them(void **state)
{
	(void)state;
	use("allow:\n  values: ['" GITHUB "']\n", NULL);
	stays("{\"a\":\"token " GITHUB "\"}\n");
	(void)becomes("{\"a\":\"" GITHUB "x\"}\n",
	    "{\"a\":\"[REDACTED:github-token]\"}\n", NULL);
	use("allow:\n  values: ['/g"
	    "hp_1a2B.*/']\n",
	    NULL);
	stays(GITHUB);
	/* only from end to end */
	use("allow:\n  values: ['/g"
	    "hp_1a2B/', '" KEY12 "']\n",
	    NULL);
	(void)becomes(GITHUB, "[REDACTED:github-token]", NULL);
	/* as one reads it */
	use("rules:\n- {id: x, regex: 'v=(\\S+)'}\nallow:\n"
	    "  values: ['a-b']\n",
	    NULL);
	stays("{\"k\":\"v=a\\u002db\"}\n");
	(void)becomes(
	    "{\"k\":\"v=a-c\"}\n", "{\"k\":\"v=[REDACTED:x]\"}\n", NULL);
}

static void
sources_are_let_through_by_their_path(void **state)
{
	char path[128];

	(void)state;
	use("allow:\n  paths: ['/srv/a*/x', '~/open/']\n", NULL);
	assert_true(ses_custom_lets_path(custom, "/srv/a1/x"));
	assert_true(ses_custom_lets_path(custom, "/srv/a1/x/y/z.jsonl"));
	assert_false(ses_custom_lets_path(custom, "/srv/a1/xy"));
	assert_false(ses_custom_lets_path(custom, "/srv/a/b/x"));
	(void)snprintf(path, sizeof(path), "%s/open/s.jsonl", home);
	assert_true(ses_custom_lets_path(custom, path));
	assert_false(ses_custom_lets_path(custom, NULL));
	assert_false(ses_custom_lets_path(NULL, path));
}

static void
what_hyperscan_cannot_do_is_found_all_the_same(void **state)
{
	(void)state;
	/* look-around, a back reference, both with and without keywords */
	use(RULE("  regex: '(?<=x)" ACME "[a-z]+(?!!)'\n"), NULL);
	(void)becomes(
	    "x" TOKEN " " TOKEN, "x[REDACTED:acme-token] " TOKEN, NULL);
	use(RULE("  regex: '(?<![a-z])(?:(\\w)\\1){3}(?=z)'\n"
		 "  keywords: [zed]\n"),
	    NULL);
	(void)becomes("aabbccz zed", "aabb[REDACTED:acme-token]cz zed", NULL);
	stays("aabbccz");
	use(RULE("  regex: '^(?=.{20,30}$)(?>[a-z]+)$'\n"), NULL);
	(void)becomes("abcdefghijklmnopqrstuvwxyz\nabc\n",
	    "[REDACTED:acme-token]\nabc\n", NULL);
}

static void
a_regex_that_explodes_hides_the_line(void **state)
{
	struct ses_buf line = {0};
	struct ses_buf want = {0};
	int i;

	(void)state;
	use(RULE("  regex: '(?:a|aa|a(?=a)){20,}!(?<=x!)'\n"), NULL);
	ses_buf_str(&line, "{\"k\":\"");
	for (i = 0; i < 60; i++)
		ses_buf_str(&line, "a");
	ses_buf_str(&line, "! tail\"}\n");
	(void)becomes(
	    ses_buf_cstr(&line), "{\"k\":\"[REDACTED:acme-token]\"}\n", NULL);
	ses_buf_free(&line);
	ses_buf_free(&want);
}

static void
long_lines_are_seen_in_pieces(void **state)
{
	static const size_t at[] = {100, 65530, 65536 - 16384, 150000};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf line = {0};
	struct ses_buf out = {0};
	struct ses_json v;
	size_t i;

	(void)state;
	use(plain, NULL);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		ses_buf_clear(&line);
		ses_buf_clear(&out);
		memset(&counts, 0, sizeof(counts));
		ses_buf_str(&line, "{\"a\":\"");
		while (line.len < at[i])
			ses_buf_str(&line, "\\n");
		ses_buf_str(&line, "\\u0061cme_" KEY12);
		while (line.len < 200000)
			ses_buf_str(&line, " x");
		ses_buf_str(&line, "\"}");
		assert_int_equal(ses_redact_lines(redactor, line.data, line.len,
				     &out, &counts, &err),
		    1);
		assert_int_equal(counts.n[0], 1);
		assert_null(strstr(ses_buf_cstr(&out), KEY12));
		OK(ses_json_parse(out.data, out.len, &v, &err));
	}
	ses_buf_free(&line);
	ses_buf_free(&out);
}

static void
a_piece_of_a_line_keeps_its_quotes(void **state)
{
	static const char text[] =
	    "tail acme of a string\",\"n\":12,\"k\":[\"v\",true],\"z\":\"w";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	size_t len = strlen(text);
	size_t cut = 0;

	(void)state;
	use(RULE("  regex: 'acme.*'\n"), NULL);
	assert_int_equal(ses_redact_piece(redactor, text, len, 0, len, &out,
			     &cut, &counts, &err),
	    1);
	assert_int_equal(cut, len);
	assert_string_equal(ses_buf_cstr(&out),
	    "tail [REDACTED:acme-token]\",\"n\":12,\"k\":"
	    "[\"[REDACTED:acme-token]\",true],\"z\":"
	    "\"[REDACTED:acme-token]");
	assert_int_equal(counts.n[0], 1);
	ses_buf_free(&out);
}

static void
mistakes_are_named_with_rule_and_place(void **state)
{
	static const struct {
		const char *yaml;
		const char *words;
	} rows[] = {
	    {RULE("  regex: 'a(b'\n"),
		"c.yaml: line 3: rule acme-token: regex at 4: ( without"},
	    {RULE("  regex: 'ab)'\n"), "regex at 3: ) without"},
	    {RULE("  regex: 'a[b'\n"), "regex at 2: [ without"},
	    {RULE("  regex: '[[:alhpa:]]'\n"), "regex at 2: no such class"},
	    {RULE("  regex: 'a\\pL'\n"), "regex at 2: \\p is not known"},
	    {RULE("  regex: 'ab\\Kc'\n"), "regex at 3: \\K is not known"},
	    {RULE("  regex: 'a(?(1)b)'\n"), "regex at 2: this kind of (?"},
	    {RULE("  regex: '(?P<x>a)\\x{20AC}a{3,1}'\n"),
		"regex at 22: numbers out of order"},
	    {RULE("  regex: '[\xc3\xa9]'\n"), "regex at 2: only ASCII"},
	    {RULE("  regex: 'a*'\n"), "matches nothing at all"},
	    {RULE("  regex: ''\n"), "regex at 1: it is empty"},
	    {RULE("  what: x\n"), "line 2: rule acme-token: it has no regex"},
	    {RULE("  regex: (a)\n  group: 2\n"), "group 2: the regex has 1"},
	    {RULE("  regex: a\n  entropy: -1\n"), "line 4: rule acme-token"},
	    {RULE("  regex: a\n  group: 1.5\n"), "0 to 99"},
	    {RULE("  regex: a\n  keywords: x\n"), "keywords is text, not a"},
	    {RULE("  regex: a\n  allow: ['x(']\n"), "line 4: rule acme-token: "
						    "regex at 3"},
	    {RULE("  regex: a\n  regexp: b\n"), "unknown key 'regexp'"},
	    {RULE("  regex: a\n- id: acme-token\n  regex: b\n"),
		"there is one of this id (c.yaml: line 2)"},
	    {"rules:\n- regex: a\n", "line 2: a rule without an id"},
	    {"rules:\n- {id: Acme, regex: a}\n", "id 'Acme': 1 to 64"},
	    {"rules:\n- {id: github-token, regex: a}\n", "a built-in rule"},
	    {"rules: {a: b}\n", "rules is a list"},
	    {"rules: [a]\n", "a rule is a mapping"},
	    {"allow: {values: ['/a(/']}\n", "c.yaml: line 1: regex at 3"},
	    {"allow: {paths: [relative]}\n", "neither begins with '/'"},
	    {"allow: {what: [x]}\n", "unknown key 'what' in allow"},
	    {"allow: [x]\n", "allow is a mapping"},
	    {"rules:\n- id: &x a\n", "line 2: aliases, anchors"},
	    {RULE("  regex: a\n  regex: b\n"), "line 4: 'regex' stands there"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuses(rows[i].yaml, NULL, rows[i].words);
}

static const char gitleaks[] =
    "title = 'mine'\n"
    "[extend]\nuseDefault = true\n"
    "[allowlist]\npaths = ['''ok/''']\nregexes = ['''^let''']\n"
    "stopwords = ['StopMe']\n"
    "[[rules]]\nid = 'Acme_Key'\ndescription = 'An Acme key'\n"
    "regex = '''(?i)acme(?:[ \\t\\w.-]{0,20})[\\s'\"]{0,3}(?:=|:)"
    "[\\x60'\"\\s=]{0,5}([a-z0-9]{12})(?:[\\x60'\"\\s;]|\\\\[nr]|$)'''\n"
    "keywords = ['acme']\nentropy = 2\n"
    "[[rules.allowlists]]\ncondition = 'AND'\nregexTarget = 'line'\n"
    "regexes = ['''harmless''']\nstopwords = ['abc']\n"
    "[[rules.allowlists]]\nregexTarget = 'match'\n"
    "regexes = ['''^Acme''']\n"
    "[[rules]]\nid = 'file'\npath = '''\\.p12$'''\n"
    "[[rules]]\nid = 'github-token'\n"
    "regex = '''gh(?P<kind>[[:lower:]])=(?-i:X)[0-9]{4}\\z'''\n";

static void
rules_in_gitleaks_form_mean_what_they_mean_there(void **state)
{
	(void)state;
	use(NULL, gitleaks);
	assert_int_equal(ses_custom_rules(custom), 2);
	assert_int_equal(becomes("acme = \"" KEY12 "\"",
			     "acme = \"[REDACTED:acme-key]\"", "acme-key"),
	    1);
	/* in JSON the quotes are escaped */
	(void)becomes("{\"a\":\"x\\nACME_KEY=\\\"" KEY12 "\\\"\\n\"}",
	    "{\"a\":\"x\\nACME_KEY=\\\"[REDACTED:acme-key]\\\"\\n\"}", NULL);
	/* both conditions, or it is no exception */
	stays("acme=abcdef123456 harmless");
	(void)becomes("acme=defabd123456 harmless",
	    "acme=[REDACTED:acme-key] harmless", NULL);
	/* what a list aims at */
	stays("Acme=" KEY12);
	/* those of the file */
	stays("acme=let123456789");
	stays("acme=0stopme12345");
	ses_redact_source(redactor, "/x/ok/s.jsonl");
	stays("acme=" KEY12);
	ses_redact_source(redactor, "/x/no/s.jsonl");
	(void)becomes("acme=" KEY12, "acme=[REDACTED:acme-key]", NULL);
	/* an id that is there already counts with it */
	assert_int_equal(becomes("ghx=X1234", "gh[REDACTED:github-token]=X1234",
			     "github-token"),
	    1);
}

static void
note(void *arg, const char *id, size_t line, const char *why)
{
	struct ses_buf *b = arg;

	ses_buf_fmt(b, "%s %zu%s%s\n", id, line, why == NULL ? "" : " ",
	    why == NULL ? "" : why);
}

static void
what_cannot_be_taken_is_told(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf told = {0};

	(void)state;
	refuses(NULL, "[[rules]]\nid = 'a'\nregex = 'b\\pL'\n",
	    "g.toml: line 3: rule a: regex at 2");
	refuses(NULL, "[extend]\npath = 'x'\n", "extend.path is not followed");
	refuses(NULL,
	    "[[rules]]\nid='a'\nregex='b'\n[[rules.allowlists]]\n"
	    "condition='XOR'\n",
	    "condition 'XOR'");
	forget();
	OK(ses_custom_open(&custom, &err));
	ses_custom_tell_to(custom, note, &told);
	OK(add_toml(custom,
	    "[[rules]]\nid='a'\nregex='b\\pL'\n"
	    "[[rules]]\nid='b'\nregex='b'\n"
	    "[[rules]]\nid='c'\npath='b'\n"
	    "[[rules]]\nid='d'\nregex='(b)'\nsecretGroup=2\n",
	    &err));
	assert_string_equal(ses_buf_cstr(&told),
	    "a 1 g.toml: line 3: rule a: regex at 2: \\p is not known here\n"
	    "b 4\nc 7 it has no regex, only names of files\n"
	    "d 10 g.toml: line 10: rule d: group 2: the regex has 1\n");
	OK(ses_custom_compile(custom, &err));
	ses_buf_free(&told);
}

static int
on_entry(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct ses_buf *path = arg;

	(void)type;
	(void)err;
	ses_buf_fmt(path, "%s/.cache/seshat/%s", home, name);
	return 0;
}

/* The one file in the cache. */
static void
cache_file(char *path, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf found = {0};
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/.cache/seshat", home);
	OK(ses_fs_each(dir, on_entry, &found, &err));
	(void)snprintf(path, len, "%s", ses_buf_cstr(&found));
	assert_true(strlen(path) + 1 < len);
	ses_buf_free(&found);
}

static void
the_cache_is_filled_and_believed_only_when_whole(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf good = {0};
	struct ses_buf now = {0};
	struct stat before;
	struct stat after;
	char path[256];
	size_t i;

	(void)state;
	use(plain, NULL);
	cache_file(path, sizeof(path));
	OK(ses_fs_slurp(path, 1 << 24, &good, &err));
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	/* a second run reads it */
	use(plain, NULL);
	assert_int_equal(stat(path, &after), 0);
	assert_true(before.st_ino == after.st_ino);
	(void)becomes(TOKEN, "[REDACTED:acme-token]", NULL);
	/* damaged anywhere, cut off, empty: made anew */
	for (i = 0; i <= good.len; i += good.len / 7 + 1) {
		if (i < good.len)
			good.data[i] ^= 1;
		OK(ses_fs_replace(path, good.data, i < good.len ? good.len : 10,
		    0600, 0, &err));
		use(plain, NULL);
		(void)becomes(TOKEN, "[REDACTED:acme-token]", NULL);
		if (i < good.len)
			good.data[i] ^= 1;
		ses_buf_clear(&now);
		OK(ses_fs_slurp(path, 1 << 24, &now, &err));
		assert_int_equal(now.len, good.len);
		assert_memory_equal(now.data, good.data, good.len);
	}
	/* one that others may write is not read */
	assert_int_equal(chmod(path, 0666), 0);
	use(plain, NULL);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_mode & 0777, 0600);
	ses_buf_free(&good);
	ses_buf_free(&now);
}

static void
a_cache_that_cannot_be_written_stops_nothing(void **state)
{
	char path[128];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/.cache", home);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
	use(plain, NULL);
	(void)becomes(TOKEN, "[REDACTED:acme-token]", NULL);
}

static void
a_set_that_was_compiled_is_another_when_it_changes(void **state)
{
	(void)state;
	use(plain, NULL);
	use(RULE("  regex: 'other[0-9]'\n"), NULL);
	stays(TOKEN);
	(void)becomes("other1", "[REDACTED:acme-token]", NULL);
	/* also what only PCRE2 sees must be right */
	refuses(RULE("  regex: 'other[0-9]'\n  allow: ['a{2,1}']\n"), NULL,
	    "regex at");
}

static void
a_value_that_was_met_is_known_again(void **state)
{
	static const unsigned char key[SES_KNOWN_KEY] = {1};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_known *known = NULL;

	(void)state;
	use(RULE("  regex: 'acme=([a-z0-9]{12})'\n"), NULL);
	OK(ses_known_new(key, &known, &err));
	ses_redact_remember(redactor, known);
	stays("{\"a\":\"k9f2m4x7q1z8\"}\n");
	(void)becomes("{\"a\":\"acme=k9f2m4x7q1z8\"}\n",
	    "{\"a\":\"acme=[REDACTED:acme-token]\"}\n", NULL);
	(void)becomes("{\"a\":\"k9f2m4x7q1z8\"}\n",
	    "{\"a\":\"[REDACTED:acme-token]\"}\n", NULL);
	ses_redact_remember(redactor, NULL);
	ses_known_free(known);
}

static void
survives_every_failed_allocation(void **state)
{
	static const char yaml[] =
	    "rules:\n- id: x\n  regex: '(?<=a)b\\d+(c)?'\n  keywords: [k]\n"
	    "  allow: [b77]\nallow:\n  values: [b88, /b99/]\n  paths: [/x]\n";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	unsigned nth;
	int rc = -1;

	(void)state;
	for (nth = 1; rc < 0; nth += 1 + nth / 100) {
		assert_true(nth < 20000);
		forget();
		ses_mem_fail_at(nth);
		rc = ses_custom_open(&custom, &err);
		if (rc == 0)
			rc = add_yaml(custom, yaml, &err);
		if (rc == 0)
			rc = add_toml(custom, gitleaks, &err);
		if (rc == 0)
			rc = ses_custom_compile(custom, &err);
		if (rc == 0)
			rc = ses_redact_open(&redactor, custom, &err);
		if (rc == 0)
			rc = ses_redact_lines(
			    redactor, "k ab1\\u0063", 11, &out, &counts, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
		ses_buf_free(&out);
	}
	assert_true(nth > 100);
}

static void
translates(const char *from, const char *to)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_dialect d = {0};

	OK(ses_dialect_read(&d, from, &err));
	assert_string_equal(d.text.data, to);
	ses_dialect_free(&d);
}

static void
go_s_syntax_becomes_what_both_engines_read(void **state)
{
	(void)state;
	translates("(?P<n>a)(?<m>b)(?:c)", "(a)(b)(?:c)");
	translates("a(?i)b(?-i:c)(?s)d", "a(?i)b(?-i:c)(?s)d");
	translates("\\Aa\\b\\z", "\\Aa\\b\\z");
	translates("[[:alpha:][:^digit:]]", "[[:alpha:][:^digit:]]");
	translates("[]a[]", "[\\]a\\[]");
	translates("{a}{2}{,3}{2,}x{", "\\{a}{2}\\{,3}{2,}x\\{");
	translates("\\Qa.b\\E\\v", "\\x61\\x2e\\x62\\x0b");
	translates("\\x60\\x{7a}\\x{20ac}", "\\x60\\x7a(?:\\xe2\\x82\\xac)");
	translates("\xc3\xa9+", "(?:\\xc3\\xa9)+");
	translates("[\\x60'\"\\s;]|\\\\[nr]|$", "[\\x60'\"\\s;]|\\\\[nr]|$");
}

/* What is left of an expression; NULL: all of it. */
static void
drops_lead(const char *from, const char *want)
{
	char text[128];

	(void)snprintf(text, sizeof(text), "%s", from);
	assert_int_equal(ses_dialect_drop_lead(text), want != NULL);
	assert_string_equal(text, want != NULL ? want : from);
}

static void
what_most_of_gitleaks_rules_begin_with_is_free(void **state)
{
	(void)state;
	drops_lead("(?i)[\\w.-]{0,50}?(?:acme)=([a-z0-9]{12})",
	    "(?i)(?:acme)=([a-z0-9]{12})");
	drops_lead("[\\w.-]{0,50}?a|(b)", NULL);
	drops_lead("[\\w.-]{0,50}?[(]a", NULL);
	/* but it is part of the match, which a list may ask for */
	use(NULL, "[[rules]]\nid='a'\n"
		  "regex='''[\\w.-]{0,50}?(?:acme)=([a-z0-9]{12})'''\n"
		  "[[rules.allowlists]]\nregexTarget='match'\n"
		  "regexes=['^not[.-]my_acme']\n");
	stays("x=not-my_acme=" KEY12);
	(void)becomes("x=is-my_acme=" KEY12, "x=is-my_acme=[REDACTED:a]", NULL);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_rule_finds_and_is_counted_by_its_name),
	    WITH(escapes_hide_nothing),
	    WITH(json_stays_json_whatever_the_regex_matches),
	    WITH(keywords_entropy_group_and_allow_are_heeded),
	    WITH(values_are_let_through_whoever_found_them),
	    WITH(sources_are_let_through_by_their_path),
	    WITH(what_hyperscan_cannot_do_is_found_all_the_same),
	    WITH(a_regex_that_explodes_hides_the_line),
	    WITH(long_lines_are_seen_in_pieces),
	    WITH(a_piece_of_a_line_keeps_its_quotes),
	    WITH(mistakes_are_named_with_rule_and_place),
	    WITH(rules_in_gitleaks_form_mean_what_they_mean_there),
	    WITH(what_cannot_be_taken_is_told),
	    WITH(the_cache_is_filled_and_believed_only_when_whole),
	    WITH(a_cache_that_cannot_be_written_stops_nothing),
	    WITH(a_set_that_was_compiled_is_another_when_it_changes),
	    WITH(a_value_that_was_met_is_known_again),
	    WITH(survives_every_failed_allocation),
	    WITH(what_most_of_gitleaks_rules_begin_with_is_free),
	    WITH(go_s_syntax_becomes_what_both_engines_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
