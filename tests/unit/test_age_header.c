/* Headers of files of age, as nobody should write them, and as age does. */
#include "unit/age.h"

#include "base/base64.h"
#include "pack/age_chunk.h"

static const unsigned char file_key[SES_AGE_FILE_KEY] = "sixteen bytes..";
static struct ses_age_recipient to_first;
static struct ses_age_identities first;
static struct ses_age_keys by_key = {.identities = &first};

/* What is right of a stanza. */
static char good[256]; /* "-> X25519 ...\n...\n", for the first key */
static char share[64];
static char body[64];

static int
prepare(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_to to = {.recipients = &to_first, .n = 1};
	struct ses_buf h = {0};
	const char *from;
	const char *to_end;

	(void)state;
	to_first = age_recipient(PUBLIC_1);
	first = age_identities(SECRET_1);
	OK(ses_age_header_write(&to, file_key, &h, &err));
	from = strchr(ses_buf_cstr(&h), '\n') + 1;
	to_end = strstr(from, "---");
	(void)snprintf(good, sizeof(good), "%.*s", (int)(to_end - from), from);
	assert_int_equal(sscanf(good, "-> X25519 %63s %63s", share, body), 2);
	ses_buf_free(&h);
	return 0;
}

static int
clean_up(void **state)
{
	(void)state;
	ses_age_identities_free(&first);
	return 0;
}

/* Append a header of these stanzas whose HMAC is right. */
static void
put_header(struct ses_buf *out, const char *stanzas)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned char key[SES_AGE_KEY];
	unsigned char mac[SES_AGE_KEY];
	char text[64];
	size_t n;

	ses_buf_fmt(out, "age-encryption.org/v1\n%s---", stanzas);
	OK(ses_age_hkdf((struct ses_bytes){file_key, sizeof(file_key)},
	    (struct ses_bytes){NULL, 0}, "header", key, &err));
	OK(ses_age_mac(
	    key, (struct ses_bytes){out->data, out->len}, mac, &err));
	n = ses_base64_encode(mac, sizeof(mac), 0, text);
	ses_buf_fmt(out, " %.*s\n", (int)n, text);
}

/* Append content in chunks of these lengths, the last of which is marked so,
 * up to -1. */
static void
put_content(struct ses_buf *out, const int *lens)
{
	static const unsigned char nonce[SES_AGE_CHUNK_NONCE] = "nonce";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_chunks c;
	unsigned char *data = malloc(SES_AGE_SEALED);
	size_t i;

	if (data == NULL)
		abort();
	OK(ses_age_chunks_init(&c, file_key, nonce, 1, &err));
	ses_buf_add(out, nonce, sizeof(nonce));
	for (i = 0; lens[i] >= 0; i++) {
		memset(data, 'x', (size_t)lens[i]);
		OK(ses_age_chunk_seal(
		    &c, data, (size_t)lens[i], lens[i + 1] < 0, &err));
		ses_buf_add(out, data, (size_t)lens[i] + SES_AGE_TAG);
	}
	ses_aead_free(&c.aead);
	free(data);
}

/* How a file with these stanzas is taken: a code, and what is said. */
static int
open_stanzas(const char *stanzas, struct seshat_err *err)
{
	static const int lens[] = {5, -1};
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	int rc;

	put_header(&file, stanzas);
	put_content(&file, lens);
	rc = age_open(&by_key, file.data, file.len, 17, &back, err);
	if (rc == 0)
		assert_int_equal(back.len, 5);
	else
		assert_int_equal(back.len, 0);
	ses_buf_free(&file);
	ses_buf_free(&back);
	return rc < 0 ? err->code : SESHAT_OK;
}

#define B43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define S22 "AAAAAAAAAAAAAAAAAAAAAA"

static void
unknown_stanzas_are_skipped(void **state)
{
	static const char *const others[] = {"-> x\n\n", "-> a b c d e f\nAA\n",
	    "-> grease-1 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\n" B64 "\n" B64
	    "\n\n",
	    "-> x25519 " B43 "\n" B43 "\n", "-> Scrypt " S22 " 99\n" B43 "\n",
	    "-> ssh-rsa abc\n" B64 "\n" B64 "\n" B43 "\n"};
	struct seshat_err err = SESHAT_ERR_INIT;
	char text[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", others[i], good);
		if (open_stanzas(text, &err) != SESHAT_OK)
			fail_msg("before: %s%s", others[i], err.msg);
		(void)snprintf(text, sizeof(text), "%s%s", good, others[i]);
		if (open_stanzas(text, &err) != SESHAT_OK)
			fail_msg("behind: %s%s", others[i], err.msg);
		assert_int_equal(
		    open_stanzas(others[i], &err), SESHAT_EUNSUPPORTED);
	}
	assert_string_equal(err.msg,
	    "it is encrypted to recipients of the kind 'ssh-rsa', which is not "
	    "supported: open it with age");
}

static void
odd_headers_are_refused(void **state)
{
	static const struct {
		int code;
		const char *before; /* a stanza that is right */
		const char *why;
	} rows[] = {
	    {SESHAT_ECORRUPT, "", NULL},
	    {SESHAT_ECORRUPT, "-> X25519\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 " x\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "\n\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "\n" S22 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "\n" B43 "A\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "\n" B64 "\n\n", "line 4 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "=\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " S22 "\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B64 "\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> X25519 " B43 "\n" B43 "\n",
		"no key of X25519"},
	    {SESHAT_ECORRUPT, "->  x\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> x \n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> x  y\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> \n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "->\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "->x\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> x\r\n\r\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> x\t\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> \xc3\xa9\n\n", "line 2 "},
	    {SESHAT_ECORRUPT, "\n", "line 2 "},
	    {SESHAT_ECORRUPT, "AAAA\n", "line 2 "},
	    {SESHAT_ECORRUPT, "-> x\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> x\n" B64 "\n", "line 4 "},
	    {SESHAT_ECORRUPT, "-> x\n" B64 "A\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> x\nAB\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> x\nAA=\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> x\nAA\r\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> x\nAA\nAA\n", "line 4 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 6\n" B43 "\n", "alone"},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 "\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 6 6\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " B43 " 6\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 6\n" S22 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 06\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 0\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " +6\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " -6\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 0x6\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT, "-> scrypt " S22 " 6a\n" B43 "\n", "line 3 "},
	    {SESHAT_ECORRUPT,
		"-> scrypt " S22 " 18446744073709551622\n" B43 "\n", "line 3 "},
	    {SESHAT_ELIMIT, "-> scrypt " S22 " 21\n" B43 "\n", "too much"},
	    {SESHAT_ELIMIT, "-> scrypt " S22 " 4294967302\n" B43 "\n",
		"too much"},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	char text[1024];
	size_t i;

	(void)state;
	assert_int_equal(open_stanzas(good, &err), SESHAT_OK);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].why != NULL)
			(void)snprintf(
			    text, sizeof(text), "%s%s", rows[i].before, good);
		else
			text[0] = '\0';
		if (open_stanzas(text, &err) != rows[i].code)
			fail_msg("%s: %s", text, err.msg);
		if (rows[i].why != NULL && strstr(err.msg, rows[i].why) == NULL)
			fail_msg("%s: %s", text, err.msg);
	}
}

static void
the_hmac_is_held_to_its_form(void **state)
{
	static const int lens[] = {5, -1};
	/* what comes in place of its line's end */
	static const char *const ends[] = {"\r\n", "=\n", " \n", "A\n", "\n\n"};
	static const char *const spaces[] = {"", "  ", "\t", " \n"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf header = {0};
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	size_t at;
	size_t i;

	(void)state;
	put_header(&header, good);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		ses_buf_clear(&file);
		ses_buf_add(&file, header.data, header.len - 1);
		ses_buf_str(&file, ends[i]);
		put_content(&file, lens);
		FAILS(age_open(&by_key, file.data, file.len, 99, &back, &err),
		    SESHAT_ECORRUPT);
	}
	/* "--- ": more or other white space, or none */
	at = header.len - 45;
	for (i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		ses_buf_clear(&file);
		ses_buf_add(&file, header.data, at);
		ses_buf_str(&file, spaces[i]);
		ses_buf_add(&file, header.data + at + 1, 44);
		put_content(&file, lens);
		FAILS(age_open(&by_key, file.data, file.len, 99, &back, &err),
		    SESHAT_ECORRUPT);
	}
	/* another stanza, which it does not know of */
	ses_buf_clear(&file);
	ses_buf_add(&file, header.data, header.len - 48);
	ses_buf_str(&file, "-> x\n\n");
	ses_buf_add(&file, header.data + header.len - 48, 48);
	put_content(&file, lens);
	FAILS(age_open(&by_key, file.data, file.len, 99, &back, &err),
	    SESHAT_ECORRUPT);
	assert_string_equal(
	    err.msg, "damaged: the header is not as it was written");
	assert_int_equal(back.len, 0);
	ses_buf_free(&header);
	ses_buf_free(&file);
	ses_buf_free(&back);
}

static void
what_is_no_file_of_age_is_told_at_once(void **state)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {{"", SESHAT_EFORMAT}, {"\n", SESHAT_EFORMAT},
	    {"   \r\n\t", SESHAT_EFORMAT}, {"x", SESHAT_EFORMAT},
	    {"age", SESHAT_ECORRUPT}, {"agE", SESHAT_EFORMAT},
	    {"age-encryption.org", SESHAT_ECORRUPT},
	    {"age-encryption.org/v1", SESHAT_ECORRUPT},
	    {"age-encryption.org/v1\n", SESHAT_ECORRUPT},
	    {"\nage-encryption.org/v1\n", SESHAT_EFORMAT},
	    {"age-encryption.org/v1\r\n", SESHAT_EUNSUPPORTED},
	    {"age-encryption.org/v2", SESHAT_EUNSUPPORTED},
	    {"age-encryption.org/v10\n", SESHAT_EUNSUPPORTED},
	    {"-", SESHAT_EFORMAT}, {"-----BEGIN AGE", SESHAT_EFORMAT},
	    {"-----BEGIN PGP MESSAGE-----\n\n", SESHAT_EFORMAT},
	    {"-----BEGIN AGE ENCRYPTED FILE-----\n", SESHAT_ECORRUPT},
	    {"-----BEGIN AGE ENCRYPTED FILE-----\n"
	     "-----END AGE ENCRYPTED FILE-----\n",
		SESHAT_EFORMAT},
	    {"-----BEGIN AGE ENCRYPTED FILE-----\n"
	     "SGVsbG8=\n-----END AGE ENCRYPTED FILE-----\n",
		SESHAT_EFORMAT},
	    {"- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - "
	     "- - - - - - - - - - - - - - - - - - - - - -",
		SESHAT_EFORMAT}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf back = {0};
	size_t i;
	size_t step;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (step = 1; step < 200; step += 198) {
			assert_true(
			    age_open(&by_key, rows[i].text,
				strlen(rows[i].text), step, &back, &err) < 0);
			if (err.code != rows[i].code)
				fail_msg("%s: %s", rows[i].text, err.msg);
		}
	assert_int_equal(back.len, 0);
	ses_buf_free(&back);
}

static void
a_header_has_limits(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_age_reader *r = NULL;
	struct ses_sink none = ses_sink_none();
	struct ses_buf text = {0};
	struct ses_sink sink;
	size_t n;

	(void)state;
	ses_buf_str(&text, good);
	for (n = 1; n < SES_AGE_MAX_STANZAS; n++)
		ses_buf_str(&text, "-> x\n\n");
	assert_int_equal(open_stanzas(ses_buf_cstr(&text), &err), SESHAT_OK);
	ses_buf_str(&text, "-> x\n\n");
	assert_int_equal(
	    open_stanzas(ses_buf_cstr(&text), &err), SESHAT_ELIMIT);

	OK(ses_age_reader_open(&r, &by_key, &none, &err));
	sink = ses_age_reader_sink(r);
	ses_buf_clear(&text);
	ses_buf_str(&text, "age-encryption.org/v1\n-> x\n");
	while (text.len < SES_AGE_MAX_HEADER - 65)
		ses_buf_str(&text, B64 "\n");
	OK(ses_sink_write(&sink, text.data, text.len, &err));
	FAILS(ses_sink_write(&sink, B64 "\n", 65, &err), SESHAT_ELIMIT);
	ses_age_reader_free(r);
	ses_buf_free(&text);
}

static void
only_the_last_chunk_is_short(void **state)
{
	static const struct {
		int rc;
		int lens[5];
	} rows[] = {{0, {0, -1}}, {0, {65536, 1, -1}}, {0, {65536, 65536, -1}},
	    {-1, {65536, 0, -1}}, {-1, {0, 0, -1}}, {-1, {65535, 1, -1}},
	    {-1, {5, 65536, -1}}, {-1, {65536, 5, 5, -1}}, {-1, {-1}}};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf file = {0};
	struct ses_buf back = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ses_buf_clear(&file);
		ses_buf_clear(&back);
		put_header(&file, good);
		put_content(&file, rows[i].lens);
		assert_int_equal(
		    age_open(&by_key, file.data, file.len, 4096, &back, &err),
		    rows[i].rc);
		assert_true(back.len % 65536 == 0 || rows[i].rc == 0);
	}
	ses_buf_free(&file);
	ses_buf_free(&back);
}

/* Made by age 1.1.1, for the first key, an SSH-RSA and an Ed25519 key. */
#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END   "-----END AGE ENCRYPTED FILE-----"
#define LINES                                                                  \
	"YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBkS0tiWWVXN2Rna2hWUTZD\n"   \
	"ODhEOWQzR3NYNENXV2JEZ25xckYzemtQSEZvCjh5QkdDVDVUL2IzeEdZaWlmckZz\n"   \
	"aCtFVE5qek5JaVR5MHJLK1p5d1I1V28KLT4gc3NoLXJzYSB0QkN4S2cKcnY1OGU0\n"   \
	"RzVvNnhwNGZNSWpRZ1k4NnhMbHNPNngxSlMvQS9FWVhIajM3ZG95dWxrVHNnQzBy\n"   \
	"ZDkxMFU1d2hKeQpRMHBuck44THlMT0xrK05nY0VLZ2dhZ1hIU0g3VHR1dGI1c2R0\n"   \
	"TEZobUM4dm02OXNlVTQ4KzYrSmRiUkRSSmxQCkdIQUNmT0hjRjVxbzNrQlBITHVv\n"   \
	"S09NanNtVE9jN3ExUmlPczNrV29WMklhcWxGK01jQjB0NUREZ2p1NlhML3kKRHJH\n"   \
	"c0ZrMjJZWnJxN0FqaGUwWjJybGo3eEgwT0IxMGcwL3pHWWdodnpld3lLdnlZa0dB\n"   \
	"RTlHa1F6Yit1S0E5aQpoM09mckhBWGU4Qks1NzRpamx0QjF1RFRGZFB1TTZGOUNh\n"   \
	"eGdiN1E1VzRHZVErVmdLVDhXdmozSldLZFkxQ2FGClNkRUROTUl4eEtUenJES2hN\n"   \
	"RXJoZ2cKLT4gc3NoLWVkMjU1MTkgdVExWHpBIFE1ZURVYWpJY3d6TVJCK1QzYkhP\n"   \
	"MUk1eWZtNTJHZm1TVCtJbENBK2RqME0KTnd3SU1pUERKdmNTVWxUc1BEQTgvVnQ4\n"   \
	"YlYvaHlWYVMxRVRJeklHV0NQNAotLS0gWFhpS2N2WnZvbThWWW9uS01ITnp6VWZ5\n"   \
	"Z2dkL0hrM1pVRkdTbjN2ZGlJdwqusedgC1/uYs7V8w0A3hhFdn2dRpZc3YbmKU5f\n"   \
	"gwtqIEgxvi34H9ZGvvqGbMPnC2pAzw8Htz0ty8MH"

static int
open_text(const char *text, struct seshat_err *err)
{
	static const char want[] = "sealed by the program age\n";
	struct ses_buf back = {0};
	int rc = age_open(&by_key, text, strlen(text), 1000, &back, err);

	if (rc == 0) {
		assert_int_equal(back.len, strlen(want));
		assert_memory_equal(back.data, want, back.len);
	}
	ses_buf_free(&back);
	return rc;
}

/* The text with each newline as CR LF. */
static void
to_crlf(const char *text, struct ses_buf *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			ses_buf_str(out, "\r");
		ses_buf_add(out, text, 1);
	}
}

static void
armour_of_age_is_read_however_it_was_pasted(void **state)
{
	static const char *const good_ones[] = {BEGIN "\n" LINES "\n" END "\n",
	    BEGIN "\n" LINES "\n" END, BEGIN "\n" LINES "\n" END "\n\n \t\r\n",
	    "\n\n \r\n\t" BEGIN "\n" LINES "\n" END "\n"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf crlf = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		OK(open_text(good_ones[i], &err));
		ses_buf_clear(&crlf);
		to_crlf(good_ones[i], &crlf);
		OK(open_text(ses_buf_cstr(&crlf), &err));
	}
	ses_buf_free(&crlf);
}

static void
armour_that_was_changed_is_refused(void **state)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
	    {SESHAT_EFORMAT, BEGIN " \n" LINES "\n" END "\n"},
	    {SESHAT_EFORMAT, "x\n" BEGIN "\n" LINES "\n" END "\n"},
	    {SESHAT_EFORMAT, "-----begin age encrypted file-----\n" LINES
			     "\n-----end age encrypted file-----\n"},
	    {SESHAT_EFORMAT, "-----BEGIN AGE FILE-----\n" LINES "\n" END "\n"},
	    {SESHAT_EFORMAT, BEGIN LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n-----END AGE FILE-----\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n\n" LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\nVersion: 1\n\n" LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES " \n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n " LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n" END " x\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n" END "\nx"},
	    {SESHAT_ECORRUPT,
		BEGIN "\n" LINES "\n" END "\n" BEGIN "\n" LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\nAAAA\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "\n=njUN\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" LINES "=\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\nYWdl\n" LINES "\n" END "\n"},
	    {SESHAT_ECORRUPT, BEGIN "\n" B64 "AAAA\n" LINES "\n" END "\n"},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (open_text(rows[i].text, &err) == 0)
			fail_msg("accepted: %s", rows[i].text);
		if (err.code != rows[i].code)
			fail_msg("%s: %s", rows[i].text, err.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unknown_stanzas_are_skipped),
	    cmocka_unit_test(odd_headers_are_refused),
	    cmocka_unit_test(the_hmac_is_held_to_its_form),
	    cmocka_unit_test(what_is_no_file_of_age_is_told_at_once),
	    cmocka_unit_test(a_header_has_limits),
	    cmocka_unit_test(only_the_last_chunk_is_short),
	    cmocka_unit_test(armour_of_age_is_read_however_it_was_pasted),
	    cmocka_unit_test(armour_that_was_changed_is_refused),
	};

	return cmocka_run_group_tests(tests, prepare, clean_up);
}
