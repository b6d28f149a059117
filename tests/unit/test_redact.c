#define _GNU_SOURCE /* memmem */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/test.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "redact/pem.h"
#include "redact/redact.h"
#include "redact/rules.h"
#include "redact/view.h"

#define TOKEN                                                                  \
	"ghp_"                                                                 \
	"q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e"
#define MARK "[REDACTED:github-token]"

static struct ses_redact *redactor;

static int
set_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)state;
	OK(ses_redact_open(&redactor, NULL, &err));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_redact_free(redactor);
	return 0;
}

/* The text as redaction leaves it; the caller frees it. */
static char *
redacted(const char *text, size_t len, struct ses_redact_counts *counts)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	int rc;

	OK(rc = ses_redact_lines(redactor, text, len, &out, counts, &err));
	if (rc == 0) {
		assert_int_equal(out.len, 0);
		ses_buf_add(&out, text, len);
	}
	(void)ses_buf_cstr(&out);
	OK(ses_buf_check(&out, &err));
	return out.data;
}

static void
becomes(const char *text, const char *want)
{
	struct ses_redact_counts counts = {{0}};
	char *got = redacted(text, strlen(text), &counts);

	assert_string_equal(got, want);
	free(got);
}

static int
is_json(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_json v;

	return ses_json_parse(text, len, &v, &err) == 0;
}

/* A sample as it is, in a JSON string, and in a string within a string: found
 * once by its rule, or by none. */
static void
check_sample(size_t rule, const char *sample, int found)
{
	struct ses_buf b = {0};
	struct ses_buf next = {0};
	int level;

	ses_buf_str(&b, sample);
	for (level = 0; level < 3; level++) {
		struct ses_redact_counts counts = {{0}};
		char *got = redacted(b.data, b.len, &counts);
		char mark[64];

		(void)snprintf(mark, sizeof(mark), "[REDACTED:%s]",
		    ses_redact_rule_id(redactor, rule));
		if (found && strstr(got, mark) == NULL)
			fail_msg("%s, level %d: not found in %s -> %s",
			    ses_redact_rule_id(redactor, rule), level, sample,
			    got);
		if (!found && strstr(got, mark) != NULL)
			fail_msg("%s, level %d: found in %s",
			    ses_redact_rule_id(redactor, rule), level, sample);
		assert_int_equal(counts.n[rule], found);
		if (level > 0)
			assert_true(is_json(got, strlen(got)));
		free(got);
		ses_buf_clear(&next);
		ses_json_quote(&next, b.data, b.len);
		ses_buf_clear(&b);
		ses_buf_add(&b, next.data, next.len);
	}
	ses_buf_free(&b);
	ses_buf_free(&next);
}

static void
every_rule_finds_its_samples_and_spares_the_others(void **state)
{
	const char *const *s;
	size_t i;

	(void)state;
	assert_true(ses_redact_rules(redactor) <= SES_REDACT_MAX_RULES);
	for (i = 0; i < ses_redact_rules(redactor); i++) {
		assert_non_null(ses_rule_at(i)->yes[0]);
		assert_non_null(ses_rule_at(i)->no[0]);
		assert_true(ses_redact_rule_what(redactor, i)[0] != '\0');
		for (s = ses_rule_at(i)->yes;
		     s < ses_rule_at(i)->yes + SES_RULE_SAMPLES && *s; s++)
			check_sample(i, *s, 1);
		for (s = ses_rule_at(i)->no;
		     s < ses_rule_at(i)->no + SES_RULE_SAMPLES && *s; s++)
			check_sample(i, *s, 0);
	}
}

static void
replaces_the_secret_and_nothing_around_it(void **state)
{
	(void)state;
	becomes("a " TOKEN ", b", "a " MARK ", b");
	becomes("{\"k\":\"x\\n" TOKEN "\\ny\"}\n",
	    "{\"k\":\"x\\n" MARK "\\ny\"}\n");
	becomes("{\"k\":\"{\\\"t\\\":\\\"" TOKEN "\\\"}\"}",
	    "{\"k\":\"{\\\"t\\\":\\\"" MARK "\\\"}\"}");
	becomes("{\"k\":\"a\\u003d" TOKEN "\\u0026b\"}",
	    "{\"k\":\"a\\u003d" MARK "\\u0026b\"}");
	becomes("{\"k\":\"ghp\\u005f"
		"q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e\"}",
	    "{\"k\":\"" MARK "\"}");
	becomes("t=%3D" TOKEN "%26", "t=%3D" MARK "%26");
	becomes("\x1b[1;32m" TOKEN "\x1b[0m", "\x1b[1;32m" MARK "\x1b[0m");
	becomes("https://me:Pq7"
		"Rt2Zx9@h.test/x?y@z",
	    "https://me:[REDACTED:url-password]@h.test/x?y@z");
	becomes("Authorization: Bearer q7Rt2Zx9"
		"Lm4Kp8Vbc3Wn6Ys1==\r\n",
	    "Authorization: Bearer [REDACTED:bearer-token]\r\n");
	becomes("Bearer " TOKEN, "Bearer " MARK);
	becomes(
	    "https://x:" TOKEN "@github.com", "https://x:" MARK "@github.com");
}

static void
leaves_words_hashes_and_ids_alone(void **state)
{
	static const char *const plain[] = {"", "\n", ("x" TOKEN),
	    "task-q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0Ja",
	    "commit a5dfaf8c0ffee0a5dfaf8c0ffee0a5dfaf8c0ffee",
	    "\"uuid\":\"2d902f0f-880a-4951-b81a-ca7bfc1d28aa\"",
	    "sk-learn-style-estimators-are-everywhere",
	    "\"integrity\": \"sha512-jiay3DSeNR8mDTX6hpvB9JFDQ349b9NL4TFM==\"",
	    "Bearer realm=\\\"https://auth.example.com/token\\\"",
	    "http://localhost:8080/a and me@here.test",
	    "http://[::1]:8080/, a@b", "data:image/png;base64,iVBORw0KGgoAAAA",
	    "[REDACTED:url-password]", "https://u:[REDACTED:x]@h/",
	    "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\", NULL};
	const char *const *p;

	(void)state;
	for (p = plain; *p != NULL; p++)
		becomes(*p, *p);
}

/* A secret is one however it was written. */
static void
sees_through_what_hides_a_secret(void **state)
{
	(void)state;
	/* another key, a percent escape, both, twice */
	becomes("{\"u\":\"sk\\u005flive\\u005f51KujwqdNeUiS2hslljYCQHF\"}",
	    "{\"u\":\"[REDACTED:stripe-key]\"}");
	becomes("https%3A%2F%2Fme%3APq7Rt2Zx9%40h.test",
	    "https%3A%2F%2Fme%3A[REDACTED:url-password]%40h.test");
	becomes("a=%2567hp%255Fq7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e%26",
	    "a=" MARK "%26");
	/* a terminal's colours, around it and in it */
	becomes("{\"o\":\"\\u001b[32m" TOKEN "\\u001b[0m\"}",
	    "{\"o\":\"\\u001b[32m" MARK "\\u001b[0m\"}");
	becomes("{\"o\":\"\\u001b[01;31m\\u001b[Kghp_\\u001b[m\\u001b[K"
		"q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e x\"}",
	    "{\"o\":\"\\u001b[01;31m\\u001b[K" MARK " x\"}");
	becomes("\\x1b[1m" TOKEN "\\x1b[0m", "\\x1b[1m" MARK "\\x1b[0m");
	/* in base64 */
	becomes("Authorization: Basic "
		"c3ZjOlBxN1J0Mlp4OUxtNEtw",
	    "Authorization: Basic [REDACTED:basic-auth]");
}

static void
puts_together_what_was_broken(void **state)
{
	(void)state;
	/* a terminal's lines: each piece goes, the line ends stay */
	becomes("{\"o\":\"export THE_TOKEN_OF_MINE=ghp_"
		"q7Rt2Zx9Lm4Kp8\\nVbc3Wn6Ys1Hd5Gf0JaUo2e\\nnext line\"}",
	    "{\"o\":\"export THE_TOKEN_OF_MINE=" MARK "\\n" MARK
	    "\\nnext line\"}");
	/* not when the next line is another thing */
	becomes("{\"o\":\"export THE_TOKEN_OF_MINE=" TOKEN
		"\\nDEBUG2=1\\nDone\"}",
	    "{\"o\":\"export THE_TOKEN_OF_MINE=" MARK "\\nDEBUG2=1\\nDone\"}");
	becomes("GITHUB_TOKEN=" TOKEN "\nBUILD_ID=8f4b2c1d9e\n",
	    "GITHUB_TOKEN=" MARK "\nBUILD_ID=8f4b2c1d9e\n");
	becomes("GITHUB_TOKEN=" TOKEN
		"\n8f4b2c1d9e8f4b2c1d9e8f4b2c1d9e8f4b2c1d9e\n",
	    "GITHUB_TOKEN=" MARK
	    "\n8f4b2c1d9e8f4b2c1d9e8f4b2c1d9e8f4b2c1d9e\n");
	becomes("GITHUB_TOKEN=" TOKEN "\n-1.5e+300\n",
	    "GITHUB_TOKEN=" MARK "\n-1.5e+300\n");
	/* also in a narrow window */
	becomes("it is ghp_q7Rt2Zx9Lm4Kp8\nVbc3Wn6Ys1Hd5Gf0JaUo2e\n",
	    "it is " MARK "\n" MARK "\n");
	/* the pieces of an answer, broken anywhere, others between them */
	becomes("[{\"type\":\"text_delta\",\"text\":\"gh\"},"
		"{\"type\":\"text_delta\",\"text\":\"p_q7Rt2Zx9Lm4\"},"
		"{\"type\":\"text_delta\",\"text\":"
		"\"Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e ok\"}]",
	    "[{\"type\":\"text_delta\",\"text\":\"" MARK "\"},"
	    "{\"type\":\"text_delta\",\"text\":\"" MARK "\"},"
	    "{\"type\":\"text_delta\",\"text\":\"" MARK " ok\"}]");
	becomes("[{\"partial_json\":\"{\\\"k\\\":\\\"ghp_q7Rt2Zx9\"},"
		"{\"n\":1,\"partial_json\":"
		"\"Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e\\\"}\"}]",
	    "[{\"partial_json\":\"{\\\"k\\\":\\\"" MARK "\"},"
	    "{\"n\":1,\"partial_json\":\"" MARK "\\\"}\"}]");
}

static void
a_value_is_known_by_its_name(void **state)
{
	static const char *const plain[] = {"password = getpass.getpass()",
	    "const token = process.env.GITHUB_TOKEN", "password: string",
	    "\"token\": \"[REDACTED:x]\"", "api_key=<your-api-key-goes-here>",
	    "token_count=128000", "\"primaryKey\": \"account_settings_id\"",
	    "PASS: TestTruncateTranscriptAtUUID/truncate_at_u2",
	    "\"NextToken\": \"1w41l63U0xa8q7smH50vCxyTQqdxo69O3EmK28B\"",
	    "private_key = Ed25519PrivateKey.generate()", NULL};
	static const char *const forms[] = {"MY_API_KEY=%s", "apiKey: '%s'",
	    "{\"api_key\": \"%s\"}", "{\"a\":\"{\\\"apiKey\\\":\\\"%s\\\"}\"}",
	    "x-api-key: %s\r", "?v=1&api_key=%s&w=2", "--api-key %s",
	    "setenv(\"API_KEY\", \"%s\")", "<apiKey>%s</apiKey>",
	    "ENV['API_KEY'] = \"%s\"", "api_key => '%s'", "API_KEY_PROD=%s",
	    NULL};
	const char *const *p;
	char text[256];
	char want[256];

	(void)state;
	/* words are a password when nobody else writes them so */
	becomes("PASSWORD=Winter2024!", "PASSWORD=[REDACTED:named-password]");
	becomes("{\"password\":\"quiet-Harbor-Xray-77\"}",
	    "{\"password\":\"[REDACTED:named-password]\"}");
	becomes(
	    "password=qlTaWE!lorXwIS", "password=[REDACTED:named-password]");
	becomes("password: user.dbPassword!", "password: user.dbPassword!");
	/* the name itself is a value */
	becomes("{\"name\":\"DB_PASSWORD\",\"value\":\"Pgt0u3AT4ivSabc\"}",
	    "{\"name\":\"DB_PASSWORD\",\"value\":"
	    "\"[REDACTED:named-password]\"}");
	becomes("{\"o\":\"- name: DB_PASSWORD\\n  value: Pgt0u3AT4ivSabc\\n\"}",
	    "{\"o\":\"- name: DB_PASSWORD\\n  value: "
	    "[REDACTED:named-password]\\n\"}");
	becomes("<add key=\"DbPassword\" value=\"Pgt0u3AT4ivSabc\"/>",
	    "<add key=\"DbPassword\" value=\"[REDACTED:named-password]\"/>");
	becomes("pw = env.DB_PASSWORD || 'Pgt0u3AT4ivSabc';",
	    "pw = env.DB_PASSWORD || '[REDACTED:named-password]';");
	becomes("env.DB_PASSWORD ?? \"Pgt0u3AT4ivSabc\"",
	    "env.DB_PASSWORD ?? \"[REDACTED:named-password]\"");
	for (p = plain; *p != NULL; p++)
		becomes(*p, *p);
	for (p = forms; *p != NULL; p++) {
		const char *at = strstr(*p, "%s");

		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - *p),
		    *p, "q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1", at + 2);
		(void)snprintf(want, sizeof(want), "%.*s%s%s", (int)(at - *p),
		    *p, "[REDACTED:named-secret]", at + 2);
		becomes(text, want);
	}
	becomes("https://h.test/?password=Tr0ub4dor&x=3",
	    "https://h.test/?password=[REDACTED:named-password]&x=3");
	becomes("DB_PASSWORD=\"Tr0ub4dor&3xY\"",
	    "DB_PASSWORD=\"[REDACTED:named-password]\"");
}

/* A value that was told once is known where nothing tells it. */
static void
a_value_that_was_met_is_found_again(void **state)
{
	static const unsigned char key[SES_KNOWN_KEY] = {1, 2, 3};
	static const char again[] =
	    "{\"c\":\"psql -W k9\\\"Lm4Kp\\/8Vb\",\"d\":\"k9Lm4Kp8Vb\"}";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_known *k = NULL;

	(void)state;
	OK(ses_known_new(key, &k, &err));
	ses_redact_remember(redactor, k);
	becomes(again, again);
	becomes("DB_PASSWORD=Tr0ub4dor&3xY\n",
	    "DB_PASSWORD=[REDACTED:named-password]\n");
	becomes("echo Tr0ub4dor&3xY | xTr0ub4dor&3xYz",
	    "echo [REDACTED:named-password] | xTr0ub4dor&3xYz");
	becomes(
	    "\"\\u0054r0ub4dor\\u00263xY\"", "\"[REDACTED:named-password]\"");
	assert_int_equal(ses_known_count(k), 1);
	/* what might only have become a secret is none */
	ses_redact_torn(redactor, 1);
	becomes("PGPASSWORD=Winter20", "PGPASSWORD=[REDACTED:named-password]");
	ses_redact_torn(redactor, 0);
	assert_int_equal(ses_known_count(k), 1);
	/* what many write in another way */
	becomes("DB_PASSWORD=aB3xY&9kL+2z",
	    "DB_PASSWORD=[REDACTED:named-password]");
	becomes("say aB3xY&9kL+2z", "say [REDACTED:named-password]");
	ses_redact_remember(redactor, NULL);
	ses_known_free(k);
}

static void
what_only_looks_like_a_met_value_is_let_be(void **state)
{
	static const unsigned char key[SES_KNOWN_KEY] = {1, 2, 3};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_known *k = NULL;

	(void)state;
	OK(ses_known_new(key, &k, &err));
	ses_redact_remember(redactor, k);
	/* the letter of an escape begins no value */
	OK(ses_known_add(k, "nfc_q7Rt2Zx9Lm4Kp8Vb", 20, "named-secret", &err));
	becomes("{\"c\":\"\\nfc_q7Rt2Zx9Lm4Kp8Vb\"}",
	    "{\"c\":\"\\nfc_q7Rt2Zx9Lm4Kp8Vb\"}");
	OK(ses_known_add(k, "0041q7Rt2Zx9Lm4Kp8Vb", 20, "named-secret", &err));
	becomes("{\"c\":\"\\u0041q7Rt2Zx9Lm4Kp8Vb\"}",
	    "{\"c\":\"\\u0041q7Rt2Zx9Lm4Kp8Vb\"}");
	/* the ends of a key are what every key has */
	becomes("-----BEGIN OPENSSH "
		"PRIVATE KEY-----\n"
		"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABFw\n"
		"-----END OPENSSH "
		"PRIVATE KEY-----",
	    "[REDACTED:private-key]\n\n");
	becomes("{\"c\":\"grep -----BEGIN OPENSSH "
		"PRIVATE KEY-----\"}",
	    "{\"c\":\"grep -----BEGIN OPENSSH "
	    "PRIVATE KEY-----\"}");
	/* a quote of JSON is no quote of a value */
	OK(ses_known_add(k, "Vbc3Wn6Ys1\"", 11, "named-password", &err));
	becomes("{\"c\":\"Vbc3Wn6Ys1\"}", "{\"c\":\"Vbc3Wn6Ys1\"}");
	ses_redact_remember(redactor, NULL);
	ses_known_free(k);
}

static void
met_values_are_kept_under_their_key_only(void **state)
{
	static const unsigned char key[SES_KNOWN_KEY] = {1, 2, 3};
	static const unsigned char other_key[SES_KNOWN_KEY] = {1, 2, 4};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_known *k = NULL;
	struct ses_buf kept = {0};

	(void)state;
	OK(ses_known_new(key, &k, &err));
	ses_redact_remember(redactor, k);
	becomes("DB_PASSWORD=Tr0ub4dor&3xY\n",
	    "DB_PASSWORD=[REDACTED:named-password]\n");
	ses_known_format(k, &kept);
	assert_null(strstr(ses_buf_cstr(&kept), "Tr0ub"));
	ses_known_free(k);
	OK(ses_known_new(other_key, &k, &err));
	FAILS(ses_known_parse(k, kept.data, kept.len, &err), SESHAT_ECORRUPT);
	ses_known_free(k);
	OK(ses_known_new(key, &k, &err));
	OK(ses_known_parse(k, kept.data, kept.len, &err));
	FAILS(
	    ses_known_parse(k, kept.data, kept.len - 3, &err), SESHAT_ECORRUPT);
	assert_int_equal(ses_known_count(k), 1);
	ses_redact_remember(redactor, k);
	becomes("Tr0ub4dor&3xY", "[REDACTED:named-password]");
	ses_redact_remember(redactor, NULL);
	becomes("Tr0ub4dor&3xY", "Tr0ub4dor&3xY");
	ses_known_free(k);
	ses_buf_free(&kept);
}

static void
a_key_over_several_lines_leaves_as_many_lines(void **state)
{
	static const char body[] =
	    "MHcCAQEEIq7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2eXx1Qz";
	struct ses_buf b = {0};
	struct ses_buf want = {0};

	(void)state;
	becomes("{\"c\":\"k = \\\"-----BEGIN EC "
		"PRIVATE KEY-----\\\\n\\\" +\\n  \\\""
		"MHcCAQEEIq7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2eXx1Qz"
		"\\\\n\\\" +\\n  \\\""
		"q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2eXx1QzMHcCAQEEIA"
		"\\\\n\\\" +\\n  \\\"-----END EC "
		"PRIVATE KEY-----\\\"\"}",
	    "{\"c\":\"k = \\\"[REDACTED:private-key]\\\"\"}");
	ses_buf_fmt(&b,
	    "a\n-----BEGIN EC %s KEY-----\n%s\n%s\n12\n-----END EC %s "
	    "KEY-----\nb\n",
	    "PRIVATE", body, body, "PRIVATE");
	/* "12" is JSON, so it stays. */
	ses_buf_str(&want, "a\n[REDACTED:private-key]\n\n\n12\n\nb\n");
	becomes(ses_buf_cstr(&b), ses_buf_cstr(&want));
	ses_buf_clear(&b);
	ses_buf_clear(&want);
	/* One that was cut off goes as far as it goes. */
	ses_buf_fmt(&b, "{\"k\":\"-----BEGIN %s KEY-----\\n%s\\n%.20s\"}",
	    "PRIVATE", body, body);
	ses_buf_str(&want, "{\"k\":\"[REDACTED:private-key]\"}");
	becomes(ses_buf_cstr(&b), ses_buf_cstr(&want));
	ses_buf_free(&b);
	ses_buf_free(&want);
}

static void
clean_lines_cost_no_copy(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};

	(void)state;
	assert_int_equal(
	    ses_redact_lines(redactor, "{}\nplain\n", 9, &out, &counts, &err),
	    0);
	assert_null(out.data);
	assert_int_equal(
	    ses_redact_lines(redactor, NULL, 0, &out, &counts, &err), 0);
}

/* A rule's name stands in part headers, configurations and messages. */
static void
rule_ids_are_plain_and_of_one_rule_each(void **state)
{
	const char *id;
	size_t i;
	size_t k;

	(void)state;
	assert_true(ses_redact_rules(redactor) <= SES_REDACT_MAX_RULES);
	for (i = 0; i < ses_redact_rules(redactor); i++) {
		id = ses_redact_rule_id(redactor, i);
		assert_int_equal(
		    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
		    strlen(id));
		assert_true(strlen(id) >= 3 && strlen(id) <= 40);
		assert_string_not_equal(id, "other");
		for (k = 0; k < i; k++)
			assert_string_not_equal(
			    id, ses_redact_rule_id(redactor, k));
	}
}

static void
counts_by_rule_and_adds_up(void **state)
{
	struct ses_redact_counts counts = {{0}};
	uint32_t total = 0;
	size_t i;
	int round;

	(void)state;
	for (round = 0; round < 2; round++)
		free(redacted(
		    TOKEN " " TOKEN "\n", 2 * strlen(TOKEN) + 2, &counts));
	for (i = 0; i < SES_REDACT_MAX_RULES; i++) {
		total += counts.n[i];
		if (counts.n[i] > 0)
			assert_string_equal(
			    ses_redact_rule_id(redactor, i), "github-token");
	}
	assert_int_equal(total, 4);
}

static void
text_is_copied_scrubbed(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf out = {0};

	(void)state;
	OK(ses_redact_text(redactor, "clean", 5, &out, &err));
	OK(ses_redact_text(redactor, TOKEN, strlen(TOKEN), &out, &err));
	assert_string_equal(ses_buf_cstr(&out), "clean" MARK);
	ses_buf_free(&out);
}

/* A random number from a seed, the same everywhere. */
static uint32_t
roll(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* A long JSON line with secrets at odd places and escapes everywhere. */
static void
make_line(struct ses_buf *b, size_t len, uint32_t seed)
{
	static const char *const filler[] = {"\\n", "\\u00e9", "word ",
	    "\xe2\x86\x92", "\\\\", "\\\"", "/path/to ", "0123456789 "};

	ses_buf_str(b, "{\"long\":\"");
	while (b->len < len) {
		ses_buf_str(b, filler[roll(&seed, 8)]);
		if (roll(&seed, 500) == 0)
			ses_buf_str(b, "\\n" TOKEN " ");
		if (roll(&seed, 5000) == 0)
			ses_buf_fmt(b,
			    "\\n-----BEGIN %s KEY-----\\nMIIE%s%s "
			    "-----END %s KEY-----\\n",
			    "PRIVATE", "q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1",
			    "Hd5Gf0JaUo2eXx1Qz9Ab", "PRIVATE");
	}
	ses_buf_str(b, "\"}\n");
}

static void
pieces_of_a_long_line_are_as_the_whole(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts whole = {{0}};
	struct ses_redact_counts sum = {{0}};
	struct ses_buf line = {0};
	struct ses_buf out = {0};
	uint32_t seed = 7;
	size_t from = 0;
	size_t cut;
	char *want;

	(void)state;
	make_line(&line, 500000, 3);
	want = redacted(line.data, line.len, &whole);
	while (from < line.len) {
		size_t base =
		    from > SES_REDACT_OVERLAP ? from - SES_REDACT_OVERLAP : 0;
		size_t to = from + 300 + roll(&seed, 900);
		size_t end;

		to = to < line.len ? to : line.len;
		end = to + SES_REDACT_OVERLAP < line.len
			  ? to + SES_REDACT_OVERLAP
			  : line.len;
		OK(ses_redact_piece(redactor, line.data + base, end - base,
		    from - base, to - base, &out, &cut, &sum, &err));
		assert_true(base + cut > from && base + cut <= to);
		from = base + cut;
		assert_ptr_equal(ses_view_align(line.data, line.data + from,
				     line.data + line.len),
		    line.data + from);
	}
	assert_true(is_json(out.data, out.len));
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(out.data, want, out.len);
	assert_memory_equal(&whole, &sum, sizeof(sum));
	free(want);
	ses_buf_free(&line);
	ses_buf_free(&out);
}

/* Whether so many characters in a row of the secret stand in the text. */
static int
leaks(const struct ses_buf *text, const char *secret, size_t n, size_t row)
{
	size_t i;

	for (i = 0; i + row <= n; i++)
		if (memmem(text->data, text->len, secret + i, row) != NULL)
			return 1;
	return 0;
}

/* What is replaced of a sample. */
static size_t
secret_of(const char *sample, const char **secret)
{
	struct ses_redact_counts counts = {{0}};
	char *clean = redacted(sample, strlen(sample), &counts);
	const char *mark = strstr(clean, "[REDACTED:");
	size_t behind = strlen(strrchr(clean, ']') + 1);

	assert_non_null(mark);
	*secret = sample + (mark - clean);
	behind = strlen(*secret) - behind;
	free(clean);
	return behind;
}

/* Of a line with a sample in it, cut at byte k, nothing gets out. */
static void
check_cut(const char *id, const struct ses_buf *line, size_t at,
    const char *secret, size_t n)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	size_t cut = 0;

	OK(ses_redact_piece(
	    redactor, line->data, line->len, 0, at, &out, &cut, &counts, &err));
	OK(ses_redact_piece(redactor, line->data, line->len, cut, line->len,
	    &out, &cut, &counts, &err));
	if (leaks(&out, secret, n, 10))
		fail_msg(
		    "%s, cut at %zu: %.*s", id, at, (int)out.len, out.data);
	ses_buf_free(&out);
}

static void
a_secret_may_be_cut_at_any_byte(void **state)
{
	static const char pad[] = "some words before and behind it, none of "
				  "them secret, ";
	struct ses_buf line = {0};
	const char *sample;
	const char *secret;
	size_t n;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < ses_redact_rules(redactor); i++) {
		sample = ses_rule_at(i)->yes[0];
		n = secret_of(sample, &secret);
		ses_buf_clear(&line);
		ses_buf_fmt(&line, "%s%s\n%s", pad, sample, pad);
		for (k = 1; k < strlen(sample); k++)
			check_cut(ses_rule_at(i)->id, &line, strlen(pad) + k,
			    secret, n);
	}
	ses_buf_free(&line);
}

/* Nor of a sample of which only k bytes are written yet. */
static void
check_torn(
    const char *id, const char *sample, size_t k, const char *secret, size_t n)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	int rc;

	ses_redact_torn(redactor, 1);
	OK(rc = ses_redact_lines(redactor, sample, k, &out, &counts, &err));
	ses_redact_torn(redactor, 0);
	if (rc == 0)
		ses_buf_add(&out, sample, k);
	if (leaks(&out, secret, n, 16))
		fail_msg(
		    "%s, torn at %zu: %.*s", id, k, (int)out.len, out.data);
	ses_buf_free(&out);
}

/* Unless what tells of it comes only behind it. */
static void
a_secret_may_be_torn_at_any_byte(void **state)
{
	static const char ends[] = "-----BEGIN EC "
				   "PRIVATE KEY-----";
	const char *sample;
	const char *secret;
	size_t n;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < ses_redact_rules(redactor); i++) {
		if (ses_rule_at(i)->find != NULL &&
		    ses_rule_at(i)->find != ses_pem_find)
			continue;
		sample = ses_rule_at(i)->yes[0];
		n = secret_of(sample, &secret);
		k = (size_t)(secret - sample);
		if (ses_rule_at(i)->find != NULL) { /* its ends are no secret */
			secret += strlen(ends);
			n -= 2 * strlen(ends);
		}
		for (; k <= strlen(sample); k++)
			check_torn(ses_rule_at(i)->id, sample, k, secret, n);
	}
}

static void
no_escape_and_no_character_is_cut(void **state)
{
	static const char text[] = "ab\\ncd\\\\u002de\xe2\x86\x92"
				   "f\\\"";
	/* Where the unit of each byte begins. */
	static const int starts[] = {
	    0, 1, 2, 2, 4, 5, 6, 6, 6, 6, 6, 6, 6, 13, 14, 14, 14, 17, 18, 18};
	size_t i;

	(void)state;
	assert_int_equal(strlen(text), sizeof(starts) / sizeof(starts[0]));
	for (i = 0; i < strlen(text); i++)
		assert_int_equal(
		    ses_view_align(text, text + i, text + strlen(text)) - text,
		    starts[i]);
}

/* Append one fixture line with a sample of a rule, quoted, for the marker. */
static void
fill_in(const char *line, size_t len, const char *sample, struct ses_buf *out)
{
	static const char marker[] = "@SECRET@";
	struct ses_buf quoted = {0};
	const char *p = line;
	const char *q;

	ses_json_quote(&quoted, sample, strlen(sample));
	ses_buf_clear(out);
	for (; (q = strstr(p, marker)) != NULL && q < line + len;
	     p = q + strlen(marker)) {
		ses_buf_add(out, p, (size_t)(q - p));
		ses_buf_add(out, quoted.data + 1, quoted.len - 2);
	}
	ses_buf_add(out, p, (size_t)(line + len - p));
	ses_buf_free(&quoted);
}

static size_t
newlines(const char *s, size_t len)
{
	size_t n = 0;

	while (len-- > 0)
		n += *s++ == '\n' ? 1 : 0;
	return n;
}

/* What must hold for any bytes. */
static void
check_line(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	int rc;

	OK(rc = ses_redact_lines(redactor, text, len, &out, &counts, &err));
	if (rc == 1) {
		assert_int_equal(
		    newlines(text, len), newlines(out.data, out.len));
		if (is_json(text, len) && !is_json(out.data, out.len))
			fail_msg("%.*s\nbecame\n%.*s", (int)len, text,
			    (int)out.len, out.data);
	}
	ses_buf_free(&out);
}

/* One of the samples of a rule. */
static const char *
sample(size_t rule, uint32_t *seed)
{
	const struct ses_rule *r = ses_rule_at(rule);
	uint32_t n = 1;

	while (n < SES_RULE_SAMPLES && r->yes[n] != NULL)
		n++;
	return r->yes[roll(seed, n)];
}

static void
json_stays_json_whatever_happens_to_the_line(void **state)
{
	static const char odd[] = "\\\\\\\"nu/0@:-_{}[], \n";
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[4096];
	struct ses_buf file = {0};
	struct ses_buf line = {0};
	uint32_t seed = 1;
	const char *p;
	const char *nl;
	size_t i;
	int n;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/tests/data/redact/lines.jsonl",
	    getenv("SESHAT_SOURCE"));
	OK(ses_fs_slurp(path, 1 << 20, &file, &err));
	for (p = ses_buf_cstr(&file); (nl = strchr(p, '\n')) != NULL;
	     p = nl + 1)
		for (i = 0; i < ses_redact_rules(redactor); i++) {
			fill_in(p, (size_t)(nl - p), sample(i, &seed), &line);
			assert_true(is_json(line.data, line.len));
			check_line(line.data, line.len);
			for (n = 0; n < 6; n++) {
				line.data[roll(&seed, (uint32_t)line.len)] =
				    odd[roll(&seed, sizeof(odd) - 1)];
				check_line(line.data, line.len);
			}
		}
	ses_buf_free(&file);
	ses_buf_free(&line);
}

static void
redacting_twice_changes_nothing_more(void **state)
{
	struct ses_redact_counts counts = {{0}};
	struct ses_buf line = {0};
	char *once;
	char *twice;

	(void)state;
	make_line(&line, 100000, 11);
	once = redacted(line.data, line.len, &counts);
	twice = redacted(once, strlen(once), &counts);
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	ses_buf_free(&line);
}

static void
survives_every_failed_allocation(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_buf out = {0};
	struct ses_redact *r = NULL;
	unsigned nth;
	int rc = -1;

	(void)state;
	/* opening makes many of the same kind: not each of them */
	for (nth = 1; rc < 0; nth += 1 + nth / 50) {
		assert_true(nth < 5000);
		ses_mem_fail_at(nth);
		rc = ses_redact_open(&r, NULL, &err);
		if (rc == 0)
			rc = ses_redact_lines(
			    r, TOKEN, strlen(TOKEN), &out, &counts, &err);
		ses_mem_fail_at(0);
		if (rc < 0)
			assert_int_equal(err.code, SESHAT_ENOMEM);
		ses_redact_free(r);
		ses_buf_free(&out);
		r = NULL;
	}
	assert_true(nth > 20);
}

static void
a_bad_shape_is_refused_with_its_place(void **state)
{
	static const char *const bad[] = {
	    "", "a{", "a{2,1}", "[", "[z-a]", "a{0}", "a{9999}", "a<", NULL};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_shape s = {0};
	const char *const *p;

	(void)state;
	for (p = bad; *p != NULL; p++)
		FAILS(ses_shape_parse(*p, &s, &err), SESHAT_EFORMAT);
	OK(ses_shape_parse("a\\{[x\\]]{2}<[0-9]{3,}>", &s, &err));
	ses_shape_free(&s);
}

/* Run the program on a file; its output is appended to out and err_out. */
static int
run_filter(const char *args, const char *input, size_t len, struct ses_buf *out,
    struct ses_buf *err_out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char dir[] = "/tmp/seshat-redact-XXXXXX";
	char path[3][64];
	char command[4096];
	int status;
	int i;

	assert_non_null(mkdtemp(dir));
	for (i = 0; i < 3; i++)
		(void)snprintf(path[i], sizeof(path[i]), "%s/%d", dir, i);
	OK(ses_fs_replace(path[0], input, len, 0600, 0, &err));
	(void)snprintf(command, sizeof(command),
	    "'%s' redact %s < %s > %s 2> %s", getenv("SESHAT_BIN"), args,
	    path[0], path[1], path[2]);
	status = system(command); /* NOLINT(cert-env33-c): a pipeline */
	OK(ses_fs_slurp(path[1], 1 << 26, out, &err));
	OK(ses_fs_slurp(path[2], 1 << 20, err_out, &err));
	for (i = 0; i < 3; i++)
		(void)unlink(path[i]);
	(void)rmdir(dir);
	return WEXITSTATUS(status);
}

static void
the_filter_scrubs_lines_of_any_length(void **state)
{
	struct ses_redact_counts counts = {{0}};
	struct ses_buf in = {0};
	struct ses_buf out = {0};
	struct ses_buf said = {0};
	char *want;
	int i;

	(void)state;
	ses_buf_str(&in, "first " TOKEN "\n");
	make_line(&in, 20 << 20, 5);
	for (i = 0; i < 3; i++)
		ses_buf_str(&in, "{\"a\":\"" TOKEN "\"}\n\n");
	ses_buf_str(&in, "no newline " TOKEN);
	want = redacted(in.data, in.len, &counts);
	assert_int_equal(run_filter("", in.data, in.len, &out, &said), 0);
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(out.data, want, out.len);
	assert_int_equal(said.len, 0);
	free(want);
	ses_buf_free(&in);
	ses_buf_free(&out);
	ses_buf_free(&said);
}

static void
the_filter_reports_and_lists(void **state)
{
	static const char in[] = TOKEN "\n\xc3\xa4 " TOKEN "\n";
	struct ses_buf out = {0};
	struct ses_buf said = {0};

	(void)state;
	assert_int_equal(
	    run_filter("--report", in, strlen(in), &out, &said), 0);
	assert_string_equal(ses_buf_cstr(&out), MARK "\n\xc3\xa4 " MARK "\n");
	assert_string_equal(ses_buf_cstr(&said),
	    "line 1, column 1: github-token: ghp_… (40 bytes)\n"
	    "line 2, column 3: github-token: ghp_… (40 bytes)\n"
	    "       2 secrets redacted\n       2 github-token\n");
	ses_buf_clear(&said);
	ses_buf_clear(&out);
	assert_int_equal(
	    run_filter("--report --json", in, strlen(in), &out, &said), 0);
	assert_string_equal(ses_buf_cstr(&said),
	    "{\"rule\":\"github-token\",\"line\":1,\"column\":1,"
	    "\"bytes\":40,\"more\":false,\"head\":\"ghp_\"}\n"
	    "{\"rule\":\"github-token\",\"line\":2,\"column\":3,"
	    "\"bytes\":40,\"more\":false,\"head\":\"ghp_\"}\n"
	    "{\"redacted\":{\"github-token\":2}}\n");
	ses_buf_clear(&said);
	ses_buf_clear(&out);
	assert_int_equal(run_filter("--rules", "", 0, &out, &said), 0);
	assert_int_equal(
	    newlines(out.data, out.len), ses_redact_rules(redactor));
	assert_non_null(strstr(ses_buf_cstr(&out), "private-key"));
	ses_buf_clear(&out);
	assert_int_equal(run_filter("--rules --json", "", 0, &out, &said), 0);
	assert_int_equal(
	    newlines(out.data, out.len), ses_redact_rules(redactor));
	assert_true(
	    is_json(out.data, (size_t)(strchr(out.data, '\n') - out.data)));
	ses_buf_clear(&out);
	assert_int_equal(run_filter("--rules --report", "", 0, &out, &said), 2);
	ses_buf_free(&out);
	ses_buf_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_rule_finds_its_samples_and_spares_the_others),
	    cmocka_unit_test(replaces_the_secret_and_nothing_around_it),
	    cmocka_unit_test(leaves_words_hashes_and_ids_alone),
	    cmocka_unit_test(sees_through_what_hides_a_secret),
	    cmocka_unit_test(puts_together_what_was_broken),
	    cmocka_unit_test(a_value_is_known_by_its_name),
	    cmocka_unit_test(a_value_that_was_met_is_found_again),
	    cmocka_unit_test(what_only_looks_like_a_met_value_is_let_be),
	    cmocka_unit_test(met_values_are_kept_under_their_key_only),
	    cmocka_unit_test(a_key_over_several_lines_leaves_as_many_lines),
	    cmocka_unit_test(clean_lines_cost_no_copy),
	    cmocka_unit_test(rule_ids_are_plain_and_of_one_rule_each),
	    cmocka_unit_test(counts_by_rule_and_adds_up),
	    cmocka_unit_test(text_is_copied_scrubbed),
	    cmocka_unit_test(pieces_of_a_long_line_are_as_the_whole),
	    cmocka_unit_test(a_secret_may_be_cut_at_any_byte),
	    cmocka_unit_test(a_secret_may_be_torn_at_any_byte),
	    cmocka_unit_test(no_escape_and_no_character_is_cut),
	    cmocka_unit_test(json_stays_json_whatever_happens_to_the_line),
	    cmocka_unit_test(redacting_twice_changes_nothing_more),
	    cmocka_unit_test(survives_every_failed_allocation),
	    cmocka_unit_test(a_bad_shape_is_refused_with_its_place),
	    cmocka_unit_test(the_filter_scrubs_lines_of_any_length),
	    cmocka_unit_test(the_filter_reports_and_lists),
	};

	return cmocka_run_group_tests_name("redact", tests, set_up, tear_down);
}
