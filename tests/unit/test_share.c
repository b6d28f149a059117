/* How a session is cut into files, and what is read of those that others
 * shared. */
#include "unit/test.h"

#include "share/manifest.h"
#include "share/mine.h"
#include "share/place.h"

static void
tells_which_text_survives(void **state)
{
	/* U+202A, not as a string: nothing ends what it embeds */
	static const char embeds[] = {'a', '\xe2', '\x80', '\xaa'};
	static const struct {
		const char *text;
		size_t len;
		int is_plain;
	} cases[] = {{"", 0, 0}, {" \t\n", 3, 0}, {"\xc2\xa0", 2, 0},
	    {"a", 1, 1}, {"{\"a\":\"\xf0\x9f\x98\x80\"}\n", 13, 1},
	    {"a\r\n", 3, 0}, {"a\x1b[0m", 5, 0}, {"a\0b", 3, 0},
	    {"a\x7f", 2, 0}, {"a\xc2\x85", 3, 0}, {"a\xc2\xa1", 3, 1},
	    {"a\xe2\x80\xa8", 4, 0}, {"a\xe2\x80\xa9", 4, 0},
	    {embeds, sizeof(embeds), 1},
	    {"\xef\xbb\xbf"
	     "a",
		4, 0},
	    {"a\xff", 2, 0}, {"a\xc3", 2, 0}, {"a\xed\xa0\x80", 4, 0},
	    {"a\xc0\x80", 3, 0}, {"a\xf4\x90\x80\x80", 5, 0},
	    {"a\xef\xbf\xbe", 4, 0}, {"a\xef\xbf\xbd", 4, 1}};
	struct ses_plain p;
	size_t i;
	size_t cut;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* cut anywhere, and byte by byte */
		for (cut = 0; cut <= cases[i].len; cut++) {
			p = (struct ses_plain){0};
			ses_plain_add(&p, cases[i].text, cut);
			ses_plain_add(
			    &p, cases[i].text + cut, cases[i].len - cut);
			assert_int_equal(ses_plain_is(&p), cases[i].is_plain);
		}
		p = (struct ses_plain){0};
		for (cut = 0; cut < cases[i].len; cut++)
			ses_plain_add(&p, cases[i].text + cut, 1);
		assert_int_equal(ses_plain_is(&p), cases[i].is_plain);
	}
}

/* A text to be shared. */
static void
make_text(struct ses_share_text *t, const struct ses_buf *data)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	*t = (struct ses_share_text){.size = data->len, .is_plain = 1};
	OK(ses_spool_open(&t->spool, "/tmp", &err));
	OK(ses_spool_add(&t->spool, data->data, data->len, &err));
	ses_sha256_of(data->data, data->len, t->sha256);
}

/* Cut it: the files are short enough, of whole characters, and all of it. */
static void
check_cut(const struct ses_buf *data, size_t files)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_bundle *b = calloc(1, sizeof(*b));
	struct ses_share_text t;
	struct ses_manifest m;
	struct ses_buf all = {0};
	struct ses_buf one = {0};
	struct ses_buf quoted = {0};
	char hex[SES_SHA256_HEX];
	size_t i;

	assert_non_null(b);
	make_text(&t, data);
	OK(ses_bundle_make(b, "a b/c", &t, NULL, 0, "/tmp", &err));
	assert_int_equal(b->n, files);
	assert_int_equal(b->is_single, files == 1);
	assert_int_equal(b->encoding, SES_BUNDLE_TEXT);
	for (i = 0; i < b->n; i++) {
		OK(ses_bundle_read(b, i, &one, &err));
		assert_true(one.len > 0);
		ses_buf_clear(&quoted);
		ses_json_quote(&quoted, one.data, one.len);
		assert_in_range(quoted.len, 1, SES_BUNDLE_FILE + 2);
		assert_int_not_equal((unsigned char)one.data[0] & 0xc0, 0x80);
		ses_sha256_of(one.data, one.len, hex);
		assert_string_equal(hex, b->files[i].sha256);
		ses_buf_add(&all, one.data, one.len);
	}
	assert_int_equal(all.len, data->len);
	assert_memory_equal(ses_buf_cstr(&all), data->data, data->len);
	assert_string_equal(b->sha256, t.sha256);

	ses_buf_clear(&one);
	t.lines = 3;
	ses_manifest_render(b, "claude-code", "a \"b\"/c", &t, &one);
	OK(ses_manifest_parse(one.data, one.len, &m, &err));
	assert_string_equal(m.session_id, "a \"b\"/c");
	assert_string_equal(m.harness, "claude-code");
	assert_int_equal(m.encoding, SES_BUNDLE_TEXT);
	assert_int_equal(m.size, data->len);
	assert_int_equal(m.stored_size, data->len);
	assert_string_equal(m.sha256, t.sha256);
	assert_string_equal(m.stored_sha256, t.sha256);
	assert_int_equal(m.n, b->n);
	for (i = 0; i < m.n; i++) {
		assert_string_equal(m.files[i].name, b->files[i].name);
		assert_string_equal(m.files[i].sha256, b->files[i].sha256);
		assert_int_equal(m.files[i].size, b->files[i].size);
	}
	ses_manifest_free(&m);
	ses_buf_free(&all);
	ses_buf_free(&one);
	ses_buf_free(&quoted);
	ses_bundle_free(b);
	free(b);
	ses_share_text_free(&t);
}

static void
repeat(struct ses_buf *out, const char *what, size_t bytes)
{
	ses_buf_clear(out);
	while (out->len < bytes)
		ses_buf_str(out, what);
	(void)ses_buf_cstr(out);
}

static void
cuts_a_session_into_files(void **state)
{
	struct ses_buf b = {0};

	(void)state;
	ses_buf_str(&b, "");
	check_cut(&b, 0);
	repeat(&b, "{\"a\":1}\n", 100);
	check_cut(&b, 1);
	if (is_small_run())
		goto out;
	repeat(&b, "x", SES_BUNDLE_FILE);
	check_cut(&b, 1);
	repeat(&b, "x", SES_BUNDLE_FILE + 1);
	check_cut(&b, 2);
	/* quoted, these are twice and six times as long */
	repeat(&b, "\"", SES_BUNDLE_FILE / 2 + 1);
	check_cut(&b, 2);
	repeat(&b, "\x01", SES_BUNDLE_FILE / 6 + 10);
	check_cut(&b, 2);
	/* no line ends, and characters of four bytes that a cut could meet */
	repeat(&b, "\xf0\x9f\x98\x80", 6000000);
	ses_buf_str(&b, "x");
	check_cut(&b, 2);
	ses_buf_clear(&b);
	ses_buf_str(&b, "x");
	while (b.len < 9000000)
		ses_buf_str(&b, "\xf0\x9f\x98\x80");
	check_cut(&b, 3);
	repeat(&b, "{\"text\": \"\\\\ \xe2\x82\xac and \\\"more\\\"\"}\n",
	    9000000);
	check_cut(&b, 4);
out:
	ses_buf_free(&b);
}

/* A manifest that is taken, or refused with this code. */
static void
manifest_is(const char *text, int code)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_manifest m;

	if (code == 0) {
		OK(ses_manifest_parse(text, strlen(text), &m, &err));
		ses_manifest_free(&m);
		return;
	}
	if (ses_manifest_parse(text, strlen(text), &m, &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, code);
}

static void
refuses_other_manifests(void **state)
{
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define REST                                                                   \
	"\"session_id\":\"a\",\"harness\":\"h\",\"size\":1,\"sha256\":\"" HASH \
	"\",\"stored_sha256\":\"" HASH "\",\"stored_size\":"
	static const struct {
		const char *text;
		int code;
	} cases[] = {
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "1,\"files\":[{\"name\":\"f\",\"size\":1,\"sha256\":\"" HASH
	     "\"}]}",
		0},
	    {"", SESHAT_EFORMAT},
	    {"[]", SESHAT_EFORMAT},
	    {"{}", SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":\"1\"}", SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":2}", SESHAT_EUNSUPPORTED},
	    {"{\"seshat_bundle\":1}", SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"zstd\"}",
		SESHAT_EUNSUPPORTED},
	    {"{\"seshat_bundle\":1,\"encoding\":\"te\\u0000xt\"}",
		SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"}", SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "2,\"files\":[{\"name\":\"f\",\"size\":1,\"sha256\":\"" HASH
	     "\"}]}",
		SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "1,\"files\":[{\"name\":\"f\\u0000\",\"size\":1,\"sha256\":\"" HASH
	     "\"}]}",
		SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "1,\"files\":[{\"name\":\"f\",\"size\":-1,\"sha256\":\"" HASH
	     "\"}]}",
		SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "1,\"files\":{}}",
		SESHAT_EFORMAT},
	    {"{\"seshat_bundle\":1,\"encoding\":\"text\"," REST
	     "1,\"files\":[1]}",
		SESHAT_EFORMAT},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		manifest_is(cases[i].text, cases[i].code);
}

static void
reads_what_a_description_says(void **state)
{
#define MARK " seshat:0123456789abcdef"
	static const char *const bad[] = {"", "seshat:0123456789abcdef", MARK,
	    "Codex session a (local) seshat:0123456789abcde",
	    "Codex session a (local) seshat:0123456789abcdef0",
	    "Codex session a (local) seshat:0123456789ABCDEF",
	    "Codex session a (local)" MARK " ", "Codex a (local)" MARK,
	    "Codex session a (other)" MARK, "Codex session a" MARK,
	    "Codex session  (local" MARK, "Codex session" MARK,
	    " session " MARK,
	    "Session for plan #: Codex session a (local)" MARK,
	    "Session for plan #7 Codex session a (local)" MARK,
	    "Session for plan #99999999999999999999: Codex session a (local)" MARK};
	struct ses_own_gist o;
	size_t i;

	(void)state;
	assert_int_equal(
	    ses_own_gist_parse("Claude Code session a-1 (local)" MARK, &o), 1);
	assert_string_equal(o.agent, "Claude Code");
	assert_string_equal(o.session_id, "a-1");
	assert_string_equal(o.source, "local");
	assert_int_equal(o.plan, 0);
	free(o.agent);
	free(o.session_id);
	assert_int_equal(
	    ses_own_gist_parse("Session for plan #42: Codex session b session "
			       "(local) (remote)" MARK,
		&o),
	    1);
	assert_string_equal(o.agent, "Codex");
	assert_string_equal(o.session_id, "b session (local)");
	assert_string_equal(o.source, "remote");
	assert_int_equal(o.plan, 42);
	free(o.agent);
	free(o.session_id);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ses_own_gist_parse(bad[i], &o) != 0)
			fail_msg("taken: '%s'", bad[i]);
}

static void
an_id_is_no_path(void **state)
{
	static const char *const good[] = {
	    "a", "0123-abcd", "a b", "a..b", "\xc3\xa9", "20260101_120000_ab"};
	static const char *const bad[] = {"", ".", "..", ".a", "a/b", "/a",
	    "../a", "-a", "--", "a\n", "a\x1b[0m", "a\x7f", "a\xc2\x85",
	    "a\xff"};
	struct seshat_err err = SESHAT_ERR_INIT;
	char id[202];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(ses_share_check_id(good[i], &err));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_share_check_id(bad[i], &err), SESHAT_EUSAGE);
	memset(id, 'a', 201);
	id[201] = '\0';
	FAILS(ses_share_check_id(id, &err), SESHAT_EUSAGE);
	id[200] = '\0';
	OK(ses_share_check_id(id, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_which_text_survives),
	    cmocka_unit_test(cuts_a_session_into_files),
	    cmocka_unit_test(refuses_other_manifests),
	    cmocka_unit_test(reads_what_a_description_says),
	    cmocka_unit_test(an_id_is_no_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
