/*
 * What every store must do, whatever it is: the store that $SESHAT_TEST_STORE
 * names, or a new folder.  All is put below a prefix of its own and removed.
 */
#include "unit/temp.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/time.h"
#include "store/store.h"

static size_t many = 1107; /* more than a page and a batch */

static struct ses_store *store;
static char dir[64]; /* "" where there is none */
static char prefix[32];

static int
set_up(void **state)
{
	const char *named = getenv("SESHAT_TEST_STORE");
	const char *less = getenv("SESHAT_TEST_MANY");
	struct seshat_err err = SESHAT_ERR_INIT;
	char url[96];

	(void)state;
	if (named == NULL) {
		strcpy(dir, "/tmp/seshat-conform-XXXXXX");
		if (mkdtemp(dir) == NULL)
			return -1;
		(void)snprintf(url, sizeof(url), "file://%s/vault", dir);
		named = url;
	}
	if (less != NULL)
		many = strtoul(less, NULL, 10);
	strcpy(prefix, "conform-");
	ses_rand_hex(prefix + strlen(prefix), 12);
	OK(ses_store_open(&store, named, NULL, &err));
	OK(ses_store_make(store, &err));
	OK(ses_store_make(store, &err)); /* that it is there is no mistake */
	return 0;
}

static const char *
key(const char *name)
{
	static char keys[4][1200];
	static unsigned next;
	char *k = keys[next++ % 4];

	(void)snprintf(k, sizeof(keys[0]), "%s/%s", prefix, name);
	return k;
}

/* What a listing of prefix/what shows, less the prefix, and deletes of it. */
static char **names;
static size_t n_names;

static void
forget(void)
{
	while (n_names > 0)
		free(names[--n_names]);
	free(names);
	names = NULL;
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	char **more = realloc(names, (n_names + 1) * sizeof(*names));

	(void)arg;
	(void)err;
	assert_non_null(more);
	names = more;
	names[n_names++] = strdup(o->key + strlen(prefix) + 1);
	return 0;
}

static void
list(const char *what, const char *after, int shallow)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	const struct ses_store_list l = {
	    .prefix = key(what), .after = after, .shallow = shallow};

	forget();
	OK(ses_store_list(store, &l, see, NULL, &err));
}

static void
drop_all(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char **full;
	size_t i;

	list("", NULL, 0);
	full = calloc(n_names + 1, sizeof(*full));
	for (i = 0; i < n_names; i++)
		full[i] = strdup(key(names[i]));
	OK(ses_store_del_many(store, (const char *const *)full, n_names, &err));
	for (i = 0; i < n_names; i++)
		free(full[i]);
	free(full);
	list("", NULL, 0);
	assert_int_equal(n_names, 0);
}

static int
tear_down(void **state)
{
	(void)state;
	drop_all();
	forget();
	ses_store_free(store);
	return dir[0] == '\0' ? 0 : temp_remove(dir);
}

static int
try_put(const char *name, const char *text, struct seshat_err *err)
{
	return ses_store_put(store, key(name),
	    &(struct ses_put){.data = text, .len = strlen(text)}, NULL, err);
}

static void
put(const char *name, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(try_put(name, text, &err));
}

static void
holds(const char *name, uint64_t from, uint64_t len, const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);

	OK(ses_store_get(store, key(name), from, len, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), want);
	ses_buf_free(&b);
}

static void
what_is_put_can_be_got_whole_and_in_part(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink none = ses_sink_none();
	struct ses_store_object o;

	(void)state;
	put("a/b", "0123456789");
	put("empty", "");
	holds("a/b", 0, 0, "0123456789");
	holds("a/b", 0, 4, "0123");
	holds("a/b", 3, 4, "3456");
	holds("a/b", 7, 0, "789");
	holds("a/b", 8, 100, "89");
	holds("a/b", 10, 0, "");
	holds("a/b", 99, 5, "");
	holds("empty", 0, 0, "");
	holds("empty", 0, 10, "");
	OK(ses_store_head(store, key("a/b"), &o, &err));
	assert_int_equal(o.size, 10);
	assert_true(o.mtime > INT64_C(1700000000000));
	OK(ses_store_head(store, key("empty"), &o, &err));
	assert_int_equal(o.size, 0);
	put("a/b", "new");
	holds("a/b", 0, 0, "new");
	FAILS(ses_store_head(store, key("a/c"), &o, &err), SESHAT_ENOTFOUND);
	FAILS(ses_store_head(store, key("a"), &o, &err), SESHAT_ENOTFOUND);
	FAILS(ses_store_get(store, key("a/c"), 0, 0, &none, &err),
	    SESHAT_ENOTFOUND);
	FAILS(ses_store_get(store, key("a/c"), 5, 5, &none, &err),
	    SESHAT_ENOTFOUND);
}

static void
what_is_there_is_not_replaced_by_a_create(void **state)
{
	const struct ses_put first = {
	    .data = "first", .len = 5, .how = SES_PUT_CREATE};
	const struct ses_put second = {
	    .data = "other", .len = 5, .how = SES_PUT_CREATE};
	struct seshat_err err = SESHAT_ERR_INIT;
	int64_t when = 0;

	(void)state;
	OK(ses_store_put(store, key("one"), &first, &when, &err));
	assert_true(when > INT64_C(1700000000000));
	FAILS(ses_store_put(store, key("one"), &second, NULL, &err),
	    SESHAT_EEXISTS);
	holds("one", 0, 0, "first");
}

static void
only_the_object_of_that_tag_is_replaced(void **state)
{
	struct ses_put next = {.data = "next", .len = 4};
	struct seshat_err err = SESHAT_ERR_INIT;
	char tag[SES_STORE_TAG];
	unsigned heeds;

	(void)state;
	OK(ses_store_learn(store, &heeds, &err));
	put("one", "first");
	holds("one", 0, 0, "first");
	(void)snprintf(tag, sizeof(tag), "%s", ses_store_tag(store));
	next.tag = tag;
	OK(ses_store_put(store, key("one"), &next, NULL, &err));
	holds("one", 0, 0, "next");
	/* where tags are not heeded, that is all */
	if (!(heeds & SES_STORE_MATCH))
		return;
	next.data = "lost";
	FAILS(ses_store_put(store, key("one"), &next, NULL, &err),
	    SESHAT_ECONFLICT);
	holds("one", 0, 0, "next");
}

static void
keys_come_in_order_however_many(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < many; i++) {
		(void)snprintf(name, sizeof(name), "m/%04zu", i);
		put(name, "x");
	}
	put("m-", "behind");
	put("l/z", "before");
	list("m/", NULL, 0);
	assert_int_equal(n_names, many);
	for (i = 0; i < many; i++) {
		(void)snprintf(name, sizeof(name), "m/%04zu", i);
		assert_string_equal(names[i], name);
	}
	(void)snprintf(name, sizeof(name), "m/%04zu", many - 8);
	list("m/", key(name), 0);
	assert_int_equal(n_names, 7);
	list("m/001", NULL, 0);
	assert_int_equal(n_names, 10);
	list("", NULL, 1);
	assert_int_equal(n_names, 3);
	assert_string_equal(names[0], "l/");
	assert_string_equal(names[1], "m-");
	assert_string_equal(names[2], "m/");
	list("nothing/", NULL, 0);
	assert_int_equal(n_names, 0);
	OK(ses_store_del(store, key("m/0000"), &err));
	OK(ses_store_del(store, key("m/0000"), &err));
	list("m/000", NULL, 0);
	assert_int_equal(n_names, 9);
}

static void
hard_keys_are_what_they_are(void **state)
{
	static const char *const hard[] = {"a+b", "a%2Fb", "a%20b", "a=b@c",
	    "%25", "...", ".x", "~not-allowed", "-_.=@+%C3%A9/x",
	    "UPPER/lower"};
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;
	size_t n = 0;

	(void)state;
	for (i = 0; i < sizeof(hard) / sizeof(hard[0]); i++) {
		if (hard[i][0] == '~') {
			FAILS(ses_store_del(store, key(hard[i]), &err),
			    SESHAT_EUSAGE);
			continue;
		}
		/* Hugging Face has none that end so, and says it */
		if (strcmp(hard[i], "...") == 0 &&
		    try_put(hard[i], hard[i], &err) < 0) {
			assert_int_equal(err.code, SESHAT_EUSAGE);
			continue;
		}
		put(hard[i], hard[i]);
		n++;
	}
	list("", NULL, 0);
	assert_int_equal(n_names, n);
	for (i = 0; i < n; i++) {
		holds(names[i], 0, 0, names[i]);
		if (i > 0)
			assert_true(strcmp(names[i - 1], names[i]) < 0);
	}
}

/* A file of so many bytes, and their hash. */
static int
make_file(uint64_t len, char hex[SES_SHA256_HEX])
{
	FILE *f = tmpfile();
	struct ses_sha256 sha;
	uint64_t word;
	uint64_t x = len;
	size_t n;

	ses_sha256_init(&sha);
	for (; len > 0; len -= n) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407U;
		word = x >> 8;
		n = len < sizeof(word) ? (size_t)len : sizeof(word);
		assert_int_equal(fwrite(&word, 1, n, f), n);
		ses_sha256_add(&sha, &word, n);
	}
	ses_sha256_hex(&sha, hex);
	assert_int_equal(fflush(f), 0);
	return dup(fileno(f));
}

static void
files_are_kept_however_large(void **state)
{
	static const uint64_t sizes[] = {
	    0, 1, 8U << 20, (8U << 20) + 1, (20U << 20) + 12345};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_put what = {.how = SES_PUT_CREATE};
	char want[SES_SHA256_HEX];
	char got[SES_SHA256_HEX];
	struct ses_sha256 sha;
	struct ses_sink sink = ses_sha256_sink(&sha);
	char name[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		(void)snprintf(name, sizeof(name), "f%zu", i);
		what.fd = make_file(sizes[i], want);
		what.len = sizes[i];
		OK(ses_store_put(store, key(name), &what, NULL, &err));
		ses_sha256_init(&sha);
		OK(ses_store_get(store, key(name), 0, 0, &sink, &err));
		ses_sha256_hex(&sha, got);
		assert_string_equal(got, want);
		close(what.fd);
	}
	/* one that is shorter than it was said to be */
	what.fd = make_file(1000, want);
	what.len = (9U << 20);
	assert_int_equal(
	    ses_store_put(store, key("short"), &what, NULL, &err), -1);
	list("short", NULL, 0);
	assert_int_equal(n_names, 0);
	close(what.fd);
}

static void
it_tells_the_time(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int64_t when = 0;
	int64_t now = ses_time_now();

	(void)state;
	OK(ses_store_now(store, &when, &err));
	/* a day is what a clock may be wrong by */
	assert_true(when > now - 86400000 && when < now + 86400000);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(what_is_put_can_be_got_whole_and_in_part),
	    WITH(what_is_there_is_not_replaced_by_a_create),
	    WITH(only_the_object_of_that_tag_is_replaced),
	    WITH(keys_come_in_order_however_many),
	    WITH(hard_keys_are_what_they_are),
	    WITH(files_are_kept_however_large),
	    WITH(it_tells_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
