/* The files that the program carries for exported zips. */
#define _GNU_SOURCE /* asprintf */
#include "unit/test.h"

#include "base/buf.h"
#include "export/assets.h"

static const char *const NAMES[] = {"README.body.md", "requirements.txt",
    "trainable.py", "trainable_local.py", "trainable_runtime.py"};
#define N_NAMES (sizeof(NAMES) / sizeof(NAMES[0]))

static void
read_file(const char *path, struct ses_buf *out)
{
	unsigned char piece[4096];
	FILE *f = fopen(path, "rb");
	size_t got;

	assert_non_null(f);
	while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
		ses_buf_add(out, piece, got);
	assert_false(ferror(f));
	assert_int_equal(fclose(f), 0);
}

static void
carries_each_file_of_share_python_byte_for_byte(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N_NAMES; i++) {
		const struct ses_asset *a = ses_asset_find(NAMES[i]);
		struct ses_buf want = {0};
		char *path = NULL;

		assert_non_null(a);
		assert_string_equal(a->name, NAMES[i]);
		assert_true(asprintf(&path, "%s/share/python/%s",
				getenv("SESHAT_SOURCE"), NAMES[i]) > 0);
		read_file(path, &want);
		assert_true(want.len > 0);
		assert_int_equal(a->len, want.len);
		assert_memory_equal(a->data, want.data, want.len);
		ses_buf_free(&want);
		free(path);
	}
}

static void
carries_nothing_else(void **state)
{
	size_t n = 0;

	(void)state;
	while (ses_assets[n].name)
		n++;
	assert_int_equal(n, N_NAMES);
	assert_null(ses_asset_find("trainable"));
	assert_null(ses_asset_find(""));
	assert_null(ses_asset_find("../trainable.py"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(carries_each_file_of_share_python_byte_for_byte),
	    cmocka_unit_test(carries_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
