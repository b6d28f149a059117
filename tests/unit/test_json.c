#include "unit/test.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/json_skip.h"

/* Texts in exactly their own memory, so that a sanitizer sees a byte read
 * beyond them; the same ones in every run. */
struct texts {
	uint64_t seed;
	char *text;
	size_t len;
};

static unsigned
any(struct texts *t, unsigned below)
{
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 7;
	t->seed ^= t->seed << 17;
	return (unsigned)(t->seed % below);
}

/* Of bytes that mean something, long runs of others between them. */
static void
next_text(struct texts *t)
{
	static const char says[] = "\"\"\"\\\\{}[]{}:, u1n\n";
	size_t fill = 0;
	size_t i;

	free(t->text);
	t->len = 1 + any(t, 300);
	t->text = malloc(t->len);
	assert_non_null(t->text);
	for (i = 0; i < t->len; i++) {
		if (fill == 0 && any(t, 8) == 0)
			fill = any(t, 90);
		t->text[i] = 'x';
		if (fill == 0)
			t->text[i] = says[any(t, (unsigned)sizeof(says) - 1)];
		fill -= fill > 0;
	}
}

static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		if (*p == '"')
			return p + 1;
		if (*p == '\\')
			p++;
	}
	return NULL;
}

static void
skips_what_a_walk_byte_by_byte_skips(void **state)
{
	struct texts t = {.seed = 20061};
	const char *end;
	size_t rounds = is_small_run() ? 50 : 3000;
	size_t i;

	(void)state;
	while (rounds-- > 0) {
		next_text(&t);
		end = t.text + t.len;
		for (i = 0; i < t.len; i++) {
			assert_ptr_equal(ses_json_skip_out(t.text + i, end),
			    ses_json_skip_out_plain(t.text + i, end));
			if (t.text[i] == '"')
				assert_ptr_equal(
				    ses_json_skip_string(t.text + i, end),
				    string_end(t.text + i, end));
		}
	}
	free(t.text);
}

/* A string of before bytes, slashes backslashes, a quote and a bracket, which
 * are in it or behind it, and then the object's end. */
static void
skips_escapes_wherever_they_stand(void **state)
{
	struct ses_buf b = {0};
	struct ses_json v;
	size_t before;
	size_t slashes;
	size_t i;

	(void)state;
	for (before = 0; before < 140; before++)
		for (slashes = 0; slashes < 70;
		     slashes += slashes < 6 ? 1 : 9) {
			ses_buf_clear(&b);
			ses_buf_str(&b, "{\"");
			for (i = 0; i < before; i++)
				ses_buf_str(&b, "}");
			for (i = 0; i < slashes; i++)
				ses_buf_str(&b, "\\");
			ses_buf_str(&b, slashes % 2 == 0 ? "\":[]}" : "\"}\"}");
			i = b.len;
			ses_buf_str(&b, " }\"\\");
			assert_int_equal(ses_json_peek(b.data, b.len, &v), i);
			assert_int_equal(v.type, '{');
			assert_int_equal(v.len, i);
		}
	ses_buf_free(&b);
}

/* What a walk hands out, written down. */
static void
write_down(struct ses_buf *out, const char *text, const struct ses_json *key,
    const struct ses_json *value)
{
	ses_buf_fmt(out, "%c%zu+%zu %c%zu+%zu\n", key->type == '"' ? 'k' : '-',
	    key->type == '"' ? (size_t)(key->text - text) : 0, key->len,
	    value->type, (size_t)(value->text - text), value->len);
}

static void
walks_alike_whether_the_end_is_known(void **state)
{
	struct texts t = {.seed = 4711};
	struct ses_json_walk w;
	struct ses_json v;
	struct ses_json again;
	struct ses_json key;
	struct ses_json value;
	struct ses_buf want = {0};
	struct ses_buf got = {0};
	size_t rounds = is_small_run() ? 500 : 60000;
	size_t used;

	(void)state;
	while (rounds-- > 0) {
		next_text(&t);
		t.text[0] = rounds % 4 == 0 ? '[' : '{';
		ses_buf_clear(&want);
		ses_buf_clear(&got);
		used = ses_json_peek(t.text, t.len, &v);
		ses_json_walk(&w, &v);
		while (ses_json_next(&w, &key, &value))
			write_down(&want, t.text, &key, &value);
		ses_json_open(&w, t.text, t.len);
		while (ses_json_next(&w, &key, &value))
			write_down(&got, t.text, &key, &value);
		assert_int_equal(
		    ses_json_close(&w, &again), v.type == '\0' ? 0 : used);
		assert_int_equal(again.type, v.type);
		if (v.type == '\0')
			continue;
		assert_int_equal(again.len, v.len);
		assert_string_equal(ses_buf_cstr(&got), ses_buf_cstr(&want));
	}
	free(t.text);
	ses_buf_free(&want);
	ses_buf_free(&got);
}

static void
enters_a_member_and_goes_on_behind_it(void **state)
{
	static const char text[] =
	    " {\"a\":{\"in\":[1],\"x\" 2},\"b\":\"}\",\"c\":[7,8],\"d\":{\"e\":0}}{";
	struct ses_json_walk w;
	struct ses_json_walk inner;
	struct ses_json key;
	struct ses_json v;
	size_t n = 0;

	(void)state;
	ses_json_open(&w, text, sizeof(text) - 1);
	while (ses_json_name(&w, &key)) {
		ses_json_enter(&w, &inner);
		if (ses_json_next(&inner, &key, &v))
			n++;
		assert_int_equal(ses_json_leave(&w, &inner, &v), 1);
	}
	assert_int_equal(n, 3);
	assert_int_equal(ses_json_close(&w, &v), sizeof(text) - 2);
	assert_int_equal(v.len, sizeof(text) - 3);
	/* nothing closes it: neither it nor the member that is entered */
	ses_json_open(&w, text, 10);
	assert_int_equal(ses_json_name(&w, &key), 1);
	ses_json_enter(&w, &inner);
	assert_int_equal(ses_json_leave(&w, &inner, &v), 0);
	assert_int_equal(v.type, '\0');
	assert_int_equal(ses_json_close(&w, &v), 0);
	ses_json_open(&w, "\"no object\"", 11);
	assert_int_equal(ses_json_name(&w, &key), 0);
	assert_int_equal(ses_json_close(&w, &v), 0);
}

static void
reads_escapes_wherever_they_stand(void **state)
{
	static const struct {
		const char *from;
		const char *to;
	} escapes[] = {{"\\n", "\n"}, {"\\\\", "\\"}, {"\\\"", "\""},
	    {"\\/", "/"}, {"\\b\\f\\r\\t", "\b\f\r\t"}, {"\\x", "x"},
	    {"\\u00e9", "\xc3\xa9"}, {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
	    {"\\ud83d", "\xef\xbf\xbd"},
	    {"\\u12", "\xef\xbf\xbd"
		      "12"},
	    {"\\u\\u\\u\\u",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}};
	struct ses_buf in = {0};
	struct ses_buf want = {0};
	struct ses_buf got = {0};
	struct ses_json v;
	size_t before;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(escapes) / sizeof(escapes[0]) * 50; i++) {
		ses_buf_clear(&in);
		ses_buf_clear(&want);
		ses_buf_free(&got);
		ses_buf_str(&in, "\"");
		for (before = 0; before < i % 50; before++) {
			ses_buf_str(&in, before % 20 < 17 ? "a" : "\\n");
			ses_buf_str(&want, before % 20 < 17 ? "a" : "\n");
		}
		ses_buf_str(&in, escapes[i / 50].from);
		ses_buf_str(&want, escapes[i / 50].to);
		ses_buf_str(&in, " the end of it\"");
		ses_buf_str(&want, " the end of it");
		ses_json_peek(in.data, in.len, &v);
		assert_int_equal(v.len, in.len);
		ses_json_text(&v, &got);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.data, want.data, want.len);
	}
	ses_buf_free(&in);
	ses_buf_free(&want);
	ses_buf_free(&got);
	/* half an escape, where the text was cut */
	v = (struct ses_json){"\"a\\\"", 4, '"'};
	ses_json_text(&v, &got);
	assert_string_equal(ses_buf_cstr(&got), "a\\");
	ses_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(skips_what_a_walk_byte_by_byte_skips),
	    cmocka_unit_test(skips_escapes_wherever_they_stand),
	    cmocka_unit_test(walks_alike_whether_the_end_is_known),
	    cmocka_unit_test(enters_a_member_and_goes_on_behind_it),
	    cmocka_unit_test(reads_escapes_wherever_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
