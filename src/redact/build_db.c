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

#include "base/mem.h"
#include "redact/rules.h"

#define MAX 1024

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
add(struct expressions *e, const char *text, size_t len)
{
	if (e->n == MAX)
		return -1;
	e->text[e->n] = ses_calloc(len + 1, 1);
	if (e->text[e->n] == NULL)
		return -1;
	memcpy(e->text[e->n], text, len);
	e->id[e->n] = e->n;
	e->n++;
	return 0;
}

static int
add_rule(
    struct expressions *e, const struct ses_rule *r, struct seshat_err *err)
{
	struct ses_shape s = {0};
	struct ses_buf b = {0};
	const char *const *p;

	if (r->detect != NULL && add(e, r->detect, strlen(r->detect)) < 0)
		return ses_fail_nomem(err);
	for (p = r->shapes; *p != NULL; p++) {
		ses_buf_clear(&b);
		if (ses_shape_parse(*p, &s, err) < 0)
			return ses_fail_in(err, "rule %s", r->id);
		ses_shape_regex(&s, &b);
		ses_shape_free(&s);
		if (ses_buf_check(&b, err) < 0 || add(e, b.data, b.len) < 0)
			return ses_fail_nomem(err);
	}
	ses_buf_free(&b);
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
	const struct ses_rule *r;
	size_t i;

	for (r = ses_rules; r->id != NULL; r++)
		if (add_rule(&e, r, &err) < 0) {
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
