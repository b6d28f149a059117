/* The files that the program carries: for exported zips, and for pages. */
#define _GNU_SOURCE /* asprintf */
#include "unit/test.h"

#include "base/buf.h"
#include "export/assets.h"

/* A file of the program's, and those of share/ that it is made of. */
static const struct {
	const char *name;
	const char *of[3];
} CARRIED[] = {
    {"README.body.md", {"python/README.body.md"}},
    {"requirements.txt", {"python/requirements.txt"}},
    {"trainable.py", {"python/trainable.py"}},
    {"trainable_local.py", {"python/trainable_local.py"}},
    {"trainable_runtime.py", {"python/trainable_runtime.py"}},
    {"seshat.css", {"web/pages.css", "web/transcript.css", "web/plot.css"}},
    {"seshat.js", {"web/seshat.js"}},
    {"seshat.svg", {"web/seshat.svg"}},
    {"transcript.css", {"web/transcript.css"}},
};
#define N_CARRIED (sizeof(CARRIED) / sizeof(CARRIED[0]))

static void
read_file(const char *of, struct ses_buf *out)
{
	unsigned char piece[4096];
	char *path = NULL;
	FILE *f;
	size_t got;

	assert_true(
	    asprintf(&path, "%s/share/%s", getenv("SESHAT_SOURCE"), of) > 0);
	f = fopen(path, "rb");
	free(path);
	assert_non_null(f);
	while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
		ses_buf_add(out, piece, got);
	assert_false(ferror(f));
	assert_int_equal(fclose(f), 0);
}

static void
carries_each_file_of_share_byte_for_byte(void **state)
{
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < N_CARRIED; i++) {
		const struct ses_asset *a = ses_asset_find(CARRIED[i].name);
		struct ses_buf want = {0};

		assert_non_null(a);
		assert_string_equal(a->name, CARRIED[i].name);
		for (k = 0; k < 3 && CARRIED[i].of[k] != NULL; k++)
			read_file(CARRIED[i].of[k], &want);
		assert_true(want.len > 0);
		assert_int_equal(a->len, want.len);
		assert_memory_equal(a->data, want.data, want.len);
		ses_buf_free(&want);
	}
}

static void
carries_nothing_else(void **state)
{
	size_t n = 0;

	(void)state;
	while (ses_assets[n].name)
		n++;
	assert_int_equal(n, N_CARRIED);
	assert_null(ses_asset_find("trainable"));
	assert_null(ses_asset_find(""));
	assert_null(ses_asset_find("../trainable.py"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(carries_each_file_of_share_byte_for_byte),
	    cmocka_unit_test(carries_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
