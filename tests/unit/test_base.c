#include "unit/test.h"

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/str.h"
#include "base/time.h"

static void
hashes_like_the_standard(void **state)
{
	struct ses_sha256 s;
	struct ses_sha256 again;
	char mid[SES_SHA256_MID];
	char hex[SES_SHA256_HEX];
	char whole[SES_SHA256_HEX];
	unsigned char mac[SES_HMAC];
	char data[1000];
	size_t i;

	(void)state;
	ses_sha256_of("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
	/* RFC 4231, test case 2 */
	ses_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac);
	ses_hex(mac, sizeof(mac), hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c7"
				 "5a003f089d2739839dec58b964ec3843");
	for (i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	ses_sha256_of(data, sizeof(data), whole);
	for (i = 0; i <= sizeof(data); i += 13) {
		ses_sha256_init(&s);
		ses_sha256_add(&s, data, i);
		ses_sha256_save(&s, mid);
		assert_int_equal(ses_sha256_load(&again, mid), 0);
		ses_sha256_add(&again, data + i, sizeof(data) - i);
		ses_sha256_hex(&again, hex);
		assert_string_equal(hex, whole);
	}
	assert_int_equal(ses_sha256_load(&again, "nonsense"), -1);
	assert_int_equal(ses_crc32(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(ses_crc32_join(ses_crc32(0, "1234", 4),
			     ses_crc32(0, "56789", 5), 5),
	    0xcbf43926);
	/* what no text is as long as: it only has to end */
	(void)ses_crc32_join(1, 2, UINT64_MAX);
}

static void
tells_json_from_what_is_none(void **state)
{
	static const char *const good[] = {"null", " [1, -0.5e+3, {}] ",
	    "{\"a\":{\"b\":[\"\\u00e9\\n\"]}}", "\"\"", "[]",
	    "[[],{\"x\":[]}]"};
	static const char *const bad[] = {"", "{", "[1,]", "{\"a\"}", "01",
	    "\"\\x\"", "nul", "[1] 2", "\"\x01\"", "\"\xff\"", "{\"a\":1,}",
	    "[1 2]", "+1", "1.", "]", "\"\\u12\"", "{1:2}"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(ses_json_parse(good[i], strlen(good[i]), &v, &err));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_json_parse(bad[i], strlen(bad[i]), &v, &err),
		    SESHAT_EFORMAT);
}

static void
walks_json_in_place(void **state)
{
	static const char text[] = "{\"a\": \"x\\\"y\\ud83e\\udd8a\", "
				   "\"p\":{\"cwd\":\"/home\"},\"n\":42}{\"a\"";
	struct ses_json v;
	struct ses_json got;
	struct ses_buf b = {0};
	uint64_t n = 0;
	size_t used;

	(void)state;
	used = ses_json_peek(text, sizeof(text) - 1, &v);
	assert_int_equal(v.type, '{');
	assert_string_equal(text + used, "{\"a\"");
	assert_true(ses_json_get(&v, "a", &got));
	ses_json_text(&got, &b);
	assert_string_equal(ses_buf_cstr(&b), "x\"y\xf0\x9f\xa6\x8a");
	assert_true(ses_json_path(&v, "p.cwd", &got));
	assert_true(ses_json_is(&got, "/home"));
	assert_true(ses_json_get(&v, "n", &got));
	assert_int_equal(ses_json_u64(&got, &n), 0);
	assert_int_equal(n, 42);
	assert_false(ses_json_get(&v, "nope", &got));
	ses_buf_clear(&b);
	ses_json_compact(&b, &v);
	assert_string_equal(ses_buf_cstr(&b),
	    "{\"a\":\"x\\\"y\\ud83e\\udd8a\",\"p\":{\"cwd\":\"/home\"},"
	    "\"n\":42}");
	ses_buf_clear(&b);
	ses_json_quote(&b, "a\"\x01\xff\n", 5);
	assert_string_equal(
	    ses_buf_cstr(&b), "\"a\\\"\\u0001\xef\xbf\xbd\\n\"");
	ses_buf_free(&b);
}

static void
reads_and_writes_times(void **state)
{
	static const struct {
		const char *text;
		const char *utc; /* NULL: not a time */
	} rows[] = {
	    {"2026-06-27T10:15:00.123Z", "2026-06-27T10:15:00.123Z"},
	    {"2026-06-27T10:15:00Z", "2026-06-27T10:15:00.000Z"},
	    {"2026-06-27T10:15:00.123456789+11:00", "2026-06-26T23:15:00.123Z"},
	    {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
	    {"2024-02-29T00:00:00-00:30", "2024-02-29T00:30:00.000Z"},
	    {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
	    {"0000-02-29T23:59:59.5Z", "0000-02-29T23:59:59.500Z"},
	    {"0987-06-05T04:03:02Z", "0987-06-05T04:03:02.000Z"},
	    {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
	    {"0000-01-01T00:00:00+00:01", NULL},
	    {"9999-12-31T23:59:59-00:01", NULL},
	    {"2023-02-29T00:00:00Z", NULL},
	    {"2026-13-01T00:00:00Z", NULL},
	    {"2026-06-27T10:15:00", NULL},
	    {"", NULL},
	};
	char out[SES_TIME_MAX];
	int64_t t = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ses_time_parse(rows[i].text, strlen(rows[i].text), &t) <
		    0) {
			assert_null(rows[i].utc);
			continue;
		}
		ses_time_format(t, out);
		assert_string_equal(out, rows[i].utc);
	}
	ses_time_ago(1000000, 1000000 + 125000, out);
	assert_string_equal(out, "2 min ago");
	assert_true(ses_time_ns(-1500) == -1500 * INT64_C(1000000));
	for (i = 0; i < 2; i++) {
		assert_int_equal(ses_time_parse(i ? "9999-12-31T23:59:59Z"
						  : "0000-01-01T00:00:00Z",
				     20, &t),
		    0);
		assert_true(ses_time_ns(t) == (i ? INT64_MAX : INT64_MIN));
	}
}

static void
makes_text_safe_for_a_terminal(void **state)
{
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): what is tested */
	static const char nasty[] = "a\x1b[31m\nb\xc3\xa9\xff\xe2\x80\xae";
	struct ses_buf b = {0};

	(void)state;
	ses_str_safe(nasty, sizeof(nasty) - 1, &b);
	assert_string_equal(ses_buf_cstr(&b),
	    "a\xef\xbf\xbd[31m b\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(ses_str_width("\xe6\x97\xa5x", 4), 3);
	assert_int_equal(ses_str_fit("\xe6\x97\xa5x", 4, 2), 3);
	ses_buf_free(&b);
}

struct values {
	int flag;
	const char *name;
	uint64_t n;
	struct ses_opt_list list;
};

static void
parses_options(void **state)
{
	static const struct ses_opt rows[] = {
	    {"flag", 'f', SES_OPT_FLAG, offsetof(struct values, flag), NULL,
		"a flag"},
	    {"name", 0, SES_OPT_STRING, offsetof(struct values, name), "S",
		"a string"},
	    {"n", 'n', SES_OPT_U64, offsetof(struct values, n), "N",
		"a number"},
	    {"item", 0, SES_OPT_LIST, offsetof(struct values, list), "S",
		"a list"},
	    {0},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct values v = {0};
	struct ses_opt_set set = {rows, &v};
	char *argv[] = {(char[]){"-f"}, (char[]){"arg"}, (char[]){"--name=x"},
	    (char[]){"-n"}, (char[]){"4K"}, (char[]){"--item"}, (char[]){"1"},
	    (char[]){"--item"}, (char[]){"2"}, (char[]){"--"}, (char[]){"-f"}};
	char *bad[] = {(char[]){"--n=x"}};
	char *unknown[] = {(char[]){"--nope"}};
	const char *args[2];

	(void)state;
	assert_int_equal(ses_opt_parse(&set, 1, 11, argv, args, 2, &err), 2);
	assert_string_equal(args[0], "arg");
	assert_string_equal(args[1], "-f");
	assert_int_equal(v.flag, 1);
	assert_string_equal(v.name, "x");
	assert_int_equal(v.n, 4096);
	assert_int_equal(v.list.n, 2);
	FAILS(ses_opt_parse(&set, 1, 11, argv, args, 1, &err), SESHAT_EUSAGE);
	FAILS(ses_opt_parse(&set, 1, 1, bad, args, 2, &err), SESHAT_EUSAGE);
	FAILS(ses_opt_parse(&set, 1, 1, unknown, args, 2, &err), SESHAT_EUSAGE);
}

static void
an_array_grows_and_stays_as_it_was_when_it_cannot(void **state)
{
	size_t cap = 0;
	size_t had;
	int *v = NULL;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		v = ses_grow(v, (size_t)i, &cap, sizeof(*v));
		assert_non_null(v);
		assert_true(cap > (size_t)i);
		v[i] = i;
	}
	for (i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	had = cap;
	assert_ptr_equal(ses_grow(v, cap - 1, &cap, sizeof(*v)), v);
	ses_mem_fail_at(1);
	assert_null(ses_grow(v, cap, &cap, sizeof(*v)));
	ses_mem_fail_at(0);
	assert_null(ses_grow(v, cap, &cap, SIZE_MAX / 4));
	assert_true(cap == had && v[999] == 999);
	free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hashes_like_the_standard),
	    cmocka_unit_test(tells_json_from_what_is_none),
	    cmocka_unit_test(walks_json_in_place),
	    cmocka_unit_test(reads_and_writes_times),
	    cmocka_unit_test(makes_text_safe_for_a_terminal),
	    cmocka_unit_test(parses_options),
	    cmocka_unit_test(an_array_grows_and_stays_as_it_was_when_it_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
