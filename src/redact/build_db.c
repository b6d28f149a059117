/*
 * Runs while the program is built: compiles the rules into Hyperscan
 * databases and prints them as the C file that database.h declares.
 * Compiling takes some 100 ms, loading 0.1 ms, so nobody compiles at
 * start-up.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redact/slots.h"

#define MAX 4096

struct expressions {
	char *text[MAX];
	unsigned flags[MAX];
	unsigned id[MAX];
	unsigned n;
};

static const struct {
	const char *name;
	hs_platform_info_t platform;
} targets[] = {
#if defined(__x86_64__)
    {"avx2", {HS_TUNE_FAMILY_HSW, HS_CPU_FEATURES_AVX2, 0, 0}},
#endif
    {"generic", {HS_TUNE_FAMILY_GENERIC, 0, 0, 0}},
};

static int
add_all(struct expressions *e, struct seshat_err *err)
{
	struct ses_slots s = {0};
	struct ses_buf b = {0};
	size_t i;

	if (ses_slots_make(&s, err) < 0)
		return -1;
	if (s.n > MAX)
		return ses_fail(err, SESHAT_ELIMIT, "more than %d slots", MAX);
	for (i = 0; i < s.n; i++) {
		b = (struct ses_buf){0};
		ses_slot_regex(&s, i, &b);
		(void)ses_buf_cstr(&b);
		if (ses_buf_check(&b, err) < 0)
			return -1;
		if (s.v[i].follows) {
			ses_buf_free(&b);
			continue;
		}
		e->text[e->n] = b.data;
		e->flags[e->n] = HS_FLAG_DOTALL;
		e->id[e->n++] = (unsigned)i;
	}
	ses_slots_free(&s);
	return 0;
}

static void
print_bytes(const char *name, const char *data, size_t len)
{
	size_t i;

	(void)printf("static const unsigned char db_%s[] = {", name);
	for (i = 0; i < len; i++)
		(void)printf("%s%u,", i % 20 == 0 ? "\n" : "",
		    (unsigned)(unsigned char)data[i]);
	(void)printf("\n};\n\n");
}

static int
print_database(const struct expressions *e, size_t target)
{
	hs_database_t *db = NULL;
	hs_compile_error_t *bad = NULL;
	char *data = NULL;
	size_t len = 0;

	if (hs_compile_multi((const char *const *)e->text, e->flags, e->id,
		e->n, HS_MODE_BLOCK, &targets[target].platform, &db,
		&bad) != HS_SUCCESS) {
		(void)fprintf(stderr, "build_db: %s: %s\n",
		    bad->expression >= 0 ? e->text[bad->expression] : "",
		    bad->message);
		return -1;
	}
	if (hs_serialize_database(db, &data, &len) != HS_SUCCESS)
		return -1;
	print_bytes(targets[target].name, data, len);
	free(data);
	(void)hs_free_database(db);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct expressions e;
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t i;

	if (add_all(&e, &err) < 0) {
		(void)fprintf(stderr, "build_db: %s\n", err.msg);
		return 1;
	}
	/* For whoever changes the rules: what Hyperscan is given. */
	for (i = 0; argc > 1 && strcmp(argv[1], "--print") == 0 && i < e.n; i++)
		(void)printf("%s\n", e.text[i]);
	if (argc > 1)
		return 0;
	(void)printf("#include \"redact/database.h\"\n\n");
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (print_database(&e, i) < 0)
			return 1;
	(void)printf("const struct ses_redact_db ses_redact_dbs[] = {\n");
	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		(void)printf("    {\"%s\", db_%s, sizeof(db_%s)},\n",
		    targets[i].name, targets[i].name, targets[i].name);
	(void)printf("    {NULL, NULL, 0},\n};\n");
	return fflush(stdout) != 0;
}
