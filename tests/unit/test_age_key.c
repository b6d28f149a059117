/* Keys of age as text, base 64 and Bech32 beneath them. */
#include "unit/test.h"

#include <unistd.h>

#include "age_sample.h"
#include "base/base64.h"
#include "base/fs.h"
#include "pack/age.h"
#include "pack/bech32.h"

static void
base64_comes_back(void **state)
{
	unsigned char data[64];
	unsigned char back[SES_BASE64_LEN(64)];
	char text[SES_BASE64_LEN(64)];
	size_t len;
	size_t n;
	size_t i;
	int padded;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 41 + 200);
	for (len = 0; len <= sizeof(data); len++)
		for (padded = 0; padded < 2; padded++) {
			n = ses_base64_encode(data, len, padded, text);
			assert_int_equal(n,
			    padded ? SES_BASE64_LEN(len) : (len * 4 + 2) / 3);
			assert_int_equal(
			    ses_base64_decode(text, n, padded, back), len);
			assert_memory_equal(back, data, len);
		}
	n = ses_base64_encode("\xfb\xff", 2, 1, text);
	assert_memory_equal(text, "+/8=", n);
}

static void
base64_has_one_form_only(void **state)
{
	static const char *const padded[] = {"A", "AA", "AAA",
	    "AA=", "A===", "====", "=",
	    "==", "AAAA=", "AAAA====", "AB==", "AAB=", "AA=A", "A=AA", "AAA\n",
	    " AAA", "AA-_", "AA==AAAA", "AA,A", "AA{A", "AA\x80=", "AAA*"};
	static const char *const bare[] = {
	    "A", "AA==", "AAA=", "AB", "AAB", "AAAAA", "A_", "AA\n", "A A"};
	unsigned char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(padded) / sizeof(padded[0]); i++)
		if (ses_base64_decode(padded[i], strlen(padded[i]), 1, out) !=
		    -1)
			fail_msg("padded: %s", padded[i]);
	for (i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (ses_base64_decode(bare[i], strlen(bare[i]), 0, out) != -1)
			fail_msg("bare: %s", bare[i]);
}

static int
bech32(const char *text, struct ses_bech32 *b, struct seshat_err *err)
{
	return ses_bech32_decode(text, strlen(text), b, err);
}

static void
bech32_comes_back(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_bech32 b = {.prefix = "seshat"};
	struct ses_bech32 back;
	char text[SES_BECH32_MAX + 1];

	(void)state;
	for (b.len = 0; b.len <= 48; b.len++) {
		b.data[b.len] = (unsigned char)(b.len * 59 + 7);
		b.upper = b.len % 2 == 1;
		ses_bech32_encode(&b, text);
		OK(bech32(text, &back, &err));
		assert_string_equal(back.prefix, b.prefix);
		assert_int_equal(back.upper, b.upper);
		assert_int_equal(back.len, b.len);
		assert_memory_equal(back.data, b.data, b.len);
	}
}

static void
bech32_of_others_is_read(void **state)
{
	static const struct {
		const char *text;
		const char *prefix;
		size_t len;
	} rows[] = {{"seshat1qqqqqqqq92q02z", "seshat", 5},
	    {"SESHAT1QQQQQQQQ92Q02Z", "seshat", 5}, {"x1ulp7zr", "x", 0},
	    {"x1y1llllllll742csr", "x1y", 5},
	    {"aaaaaaaaaa1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
	     "qqqqqqqqqqqqqqqqqqqqqqxheppl",
		"aaaaaaaaaa", 45}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_bech32 b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		OK(bech32(rows[i].text, &b, &err));
		assert_string_equal(b.prefix, rows[i].prefix);
		assert_int_equal(b.len, rows[i].len);
	}
}

static void
bech32_refuses_what_is_not(void **state)
{
	static const char *const rows[] = {"", "1", "x", "x1", "1ulp7zr",
	    "1qqqqqqqq", "x1ulp7z", "x1ulp7zrq", "X1ulp7zr", "x1ulp7zR",
	    "x1ulp7zb", "x1ulp7z ", "x1ulp7z\x7f", "\2001ulp7zr", "xulp7zr",
	    /* bits that are left over: too many, or not 0 */
	    "seshat1qqq5yms0k", "seshat1qpm7ldgq",
	    /* 91 characters */
	    ("aaaaaaaaaaa1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
	     "qqqqqqqqqqqqqqqqqqqqqqqqxheppl")};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_bech32 b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bech32(rows[i], &b, &err) == 0)
			fail_msg("accepted: %s", rows[i]);
		else
			assert_int_equal(err.code, SESHAT_EFORMAT);
}

static void
a_recipient_is_read_and_written(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_recipient r;
	char text[SES_AGE_RECIPIENT];

	(void)state;
	OK(ses_age_recipient_parse(PUBLIC_1, strlen(PUBLIC_1), &r, &err));
	ses_age_recipient_text(&r, text);
	assert_string_equal(text, PUBLIC_1);
}

static void
a_mistyped_key_is_noticed(void **state)
{
	static const char typed[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio-";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_recipient r;
	char text[] = PUBLIC_1;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < strlen(text); i++) {
		assert_true(ses_age_recipient_parse(text, i, &r, &err) < 0);
		for (k = 0; typed[k] != '\0'; k++) {
			text[i] = typed[k];
			if (text[i] != PUBLIC_1[i])
				assert_true(ses_age_recipient_parse(text,
						strlen(text), &r, &err) < 0);
		}
		text[i] = PUBLIC_1[i];
	}
	OK(ses_age_recipient_parse(text, strlen(text), &r, &err));
}

static void
says_why_a_recipient_is_none(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *why;
	} rows[] = {{SECRET_1, SESHAT_EFORMAT, "this is a secret key"},
	    {"ssh-ed25519 AAAAC3Nza me", SESHAT_EUNSUPPORTED, "SSH keys"},
	    {"age1yubikey1qqqqqqqqqq", SESHAT_EUNSUPPORTED, "plugins"},
	    {"age1pq1qqqqqqqqqqqqqqq", SESHAT_EUNSUPPORTED, "post-quantum"},
	    {"robin@example.com", SESHAT_EFORMAT, "age1... is expected"},
	    {"", SESHAT_EFORMAT, "age1... is expected"},
	    {PUBLIC_1 "q", SESHAT_EFORMAT, "not copied exactly"},
	    {" " PUBLIC_1, SESHAT_EFORMAT, "age1... is expected"},
	    {"AGE1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ5CU47Z",
		SESHAT_EFORMAT, "small letters"},
	    {"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqar9jk6",
		SESHAT_EFORMAT, "58 characters"},
	    {"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzhlqeg",
		SESHAT_EFORMAT, "58 characters"},
	    {"age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpfwgqrs",
		SESHAT_EFORMAT, "end at a byte"},
	    {"agf1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqu996sf",
		SESHAT_EFORMAT, "age1... is expected"}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_recipient r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FAILS(ses_age_recipient_parse(
			  rows[i].text, strlen(rows[i].text), &r, &err),
		    rows[i].code);
		if (strstr(err.msg, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].text, err.msg);
		assert_null(strstr(err.msg, "12UJWT0N7"));
	}
}

static void
identities_are_read_as_age_keygen_writes_them(void **state)
{
	static const char text[] = "# created: 2026-01-01T00:00:00Z\n"
				   "# public key: " PUBLIC_1 "\n" SECRET_1
				   "\n\n#\n" SECRET_2 "\r\n\r\n";
	static const char *const publics[] = {PUBLIC_1, PUBLIC_2};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_identities ids = {0};
	char is[SES_AGE_RECIPIENT];
	size_t i;

	(void)state;
	OK(ses_age_identities_parse(text, strlen(text), &ids, &err));
	OK(ses_age_identities_parse(SECRET_1, strlen(SECRET_1), &ids, &err));
	assert_int_equal(ids.n, 3);
	for (i = 0; i < 3; i++) {
		ses_age_recipient_text(&ids.v[i].recipient, is);
		assert_string_equal(is, publics[i % 2]);
	}
	ses_age_identities_free(&ids);
	assert_null(ids.v);
}

static void
says_in_which_line_there_is_no_identity(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *why;
	} rows[] = {{"# none\n", SESHAT_EFORMAT, "no identity is in it"},
	    {"", SESHAT_EFORMAT, "no identity is in it"},
	    {"#\n" SECRET_1 "\nQ\n", SESHAT_EFORMAT, "line 3: this is no"},
	    {" " SECRET_1, SESHAT_EFORMAT, "line 1: this is no identity"},
	    {SECRET_1 " ", SESHAT_EFORMAT, "line 1: this is no identity"},
	    {SECRET_1 "Q", SESHAT_EFORMAT, "line 1: this is no identity: its"},
	    {"\n" PUBLIC_1 "\n", SESHAT_EFORMAT, "line 2: this is a public"},
	    {"-----BEGIN OPENSSH " /**/ "PRIVATE KEY-----\n",
		SESHAT_EUNSUPPORTED, "line 1: SSH keys"},
	    {"AGE-PLUGIN-YUBIKEY-1QQQQQQQQ", SESHAT_EUNSUPPORTED, "plugins"},
	    {"AGE-SECRET-KEY-PQ-1QQQQQQQQ", SESHAT_EUNSUPPORTED, "quantum"},
	    {"age-encryption.org/v1\n-> scrypt", SESHAT_EUNSUPPORTED,
		"line 1: the file is encrypted itself"},
	    {"-----BEGIN AGE ENCRYPTED FILE-----\n", SESHAT_EUNSUPPORTED,
		"line 1: the file is encrypted itself"},
	    {"age-secret-key-12ujwt0n7lsjy2l6c0rg72z7qalwn4rzegkgetreyru2l0yzk"
	     "9qnsanr9uv",
		SESHAT_EFORMAT, "capital letters"}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_identities ids = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		FAILS(ses_age_identities_parse(
			  rows[i].text, strlen(rows[i].text), &ids, &err),
		    rows[i].code);
		if (strstr(err.msg, rows[i].why) == NULL)
			fail_msg("%s: %s", rows[i].text, err.msg);
		assert_null(strstr(err.msg, "12UJWT0N7"));
	}
	ses_age_identities_free(&ids);
}

static void
a_file_of_identities_has_a_limit(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_identities ids = {0};
	char path[] = "/tmp/test_age.XXXXXX";
	struct ses_buf text = {0};
	int fd = mkstemp(path);
	int i;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (i = 0; i < SES_AGE_MAX_IDENTITIES; i++)
		ses_buf_str(&text, SECRET_2 "\n");
	OK(ses_fs_replace(path, text.data, text.len, 0600, 0, &err));
	OK(ses_age_identities_read(path, &ids, &err));
	assert_int_equal(ids.n, SES_AGE_MAX_IDENTITIES);
	ses_age_identities_free(&ids);

	ses_buf_str(&text, SECRET_1 "\n");
	OK(ses_fs_replace(path, text.data, text.len, 0600, 0, &err));
	FAILS(ses_age_identities_read(path, &ids, &err), SESHAT_ELIMIT);
	assert_non_null(strstr(err.msg, path));
	assert_non_null(strstr(err.msg, ": line 65: "));
	ses_age_identities_free(&ids);

	ses_buf_clear(&text);
	for (i = 0; i <= 64 * 1024; i++)
		ses_buf_str(&text, "#");
	OK(ses_fs_replace(path, text.data, text.len, 0600, 0, &err));
	FAILS(ses_age_identities_read(path, &ids, &err), SESHAT_ELIMIT);
	assert_int_equal(unlink(path), 0);
	FAILS(ses_age_identities_read(path, &ids, &err), SESHAT_ENOTFOUND);
	ses_age_identities_free(&ids);
	ses_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(base64_comes_back),
	    cmocka_unit_test(base64_has_one_form_only),
	    cmocka_unit_test(bech32_comes_back),
	    cmocka_unit_test(bech32_of_others_is_read),
	    cmocka_unit_test(bech32_refuses_what_is_not),
	    cmocka_unit_test(a_recipient_is_read_and_written),
	    cmocka_unit_test(a_mistyped_key_is_noticed),
	    cmocka_unit_test(says_why_a_recipient_is_none),
	    cmocka_unit_test(identities_are_read_as_age_keygen_writes_them),
	    cmocka_unit_test(says_in_which_line_there_is_no_identity),
	    cmocka_unit_test(a_file_of_identities_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
