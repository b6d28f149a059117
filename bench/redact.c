/*
 * How fast redaction runs: redact FILE [SECRETS-PER-MIB [RULES]], RULES being a
 * file of rules in gitleaks' form, to be used besides.  The file is read whole,
 * in blocks of whole lines as a mirror reads it, and scrubbed several times on
 * one core; next to it the same bytes copied block by block, which is the floor
 * for anything that makes a new text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/str.h"
#include "config/rules.h"
#include "redact/redact.h"

#define BLOCK ((size_t)1 << 20)
#define RUNS  9

/* One token at the start of a line about every step bytes. */
static void
plant(const struct ses_buf *in, size_t step, struct ses_buf *out)
{
	const char *p = in->data;
	const char *end = p + in->len;
	const char *nl;
	size_t due = 0;

	for (; p < end; p = nl) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		for (; (size_t)(nl - in->data) > due; due += step)
			ses_buf_fmt(out, "{\"token\":\"ghp_%s%08zx\"}\n",
			    "q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5G", due);
		ses_buf_add(out, p, (size_t)(nl - p));
	}
}

static size_t
block_at(const struct ses_buf *in, size_t at)
{
	const char *nl;

	if (in->len - at <= BLOCK)
		return in->len - at;
	nl = memchr(in->data + at + BLOCK, '\n', in->len - at - BLOCK);
	return nl == NULL ? in->len - at : (size_t)(nl + 1 - in->data) - at;
}

/* Scrub everything once, or copy it when r is NULL; CPU seconds. */
static double
pass(struct ses_redact *r, const struct ses_buf *in, struct ses_buf *out,
    struct ses_redact_counts *counts)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
	size_t at;
	size_t n;

	for (at = 0; at < in->len; at += n) {
		n = block_at(in, at);
		ses_buf_clear(out);
		if (r == NULL)
			ses_buf_add(out, in->data + at, n);
		else if (ses_redact_lines(
			     r, in->data + at, n, out, counts, &err) < 0) {
			(void)fprintf(stderr, "%s\n", err.msg);
			exit(1);
		}
	}
	return bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
}

/* The rules of a file in gitleaks' form. */
static int
rules_of(const char *path, struct ses_custom **out, struct seshat_err *err)
{
	struct ses_config_rules file = {0};
	int rc = ses_config_rules_file(&file, path, err);

	if (rc == 0)
		rc = ses_custom_open(out, err);
	if (rc == 0)
		rc = ses_custom_add(
		    *out, SES_CUSTOM_GITLEAKS, path, file.v[0].doc, err);
	if (rc == 0)
		rc = ses_custom_compile(*out, err);
	ses_config_rules_free(&file);
	return rc;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_redact_counts counts = {{0}};
	struct ses_custom *custom = NULL;
	struct ses_redact *r = NULL;
	struct ses_buf in = {0};
	struct ses_buf planted = {0};
	struct ses_buf out = {0};
	double took[2][RUNS];
	uint64_t per_mib = 0;
	uint64_t hits = 0;
	size_t i;

	if (argc < 2 || (argc > 2 && ses_str_u64(argv[2], &per_mib) < 0) ||
	    ses_fs_slurp(argv[1], (size_t)1 << 30, &in, &err) < 0 ||
	    (argc > 3 && rules_of(argv[3], &custom, &err) < 0) ||
	    ses_redact_open(&r, custom, &err) < 0) {
		(void)fprintf(stderr,
		    "usage: redact FILE [PER-MIB [RULES.toml]] %s\n", err.msg);
		return 1;
	}
	if (per_mib > 0) {
		plant(&in, ((size_t)1 << 20) / per_mib, &planted);
		ses_buf_free(&in);
		in = planted;
	}
	for (i = 0; i < RUNS; i++) {
		counts = (struct ses_redact_counts){{0}};
		took[0][i] = pass(NULL, &in, &out, &counts);
		took[1][i] = pass(r, &in, &out, &counts);
	}
	for (i = 0; i < ses_redact_rules(r); i++)
		hits += counts.n[i];
	qsort(took[0], RUNS, sizeof(double), bench_by_size);
	qsort(took[1], RUNS, sizeof(double), bench_by_size);
	(void)printf("| %zu MiB, %llu replaced | %.2f | %.2f | %.2f |\n",
	    in.len >> 20, (unsigned long long)hits,
	    (double)in.len / took[1][RUNS / 2] / 1e9,
	    (double)in.len / took[1][0] / 1e9,
	    (double)in.len / took[0][RUNS / 2] / 1e9);
	ses_redact_free(r);
	ses_custom_free(custom);
	ses_buf_free(&in);
	ses_buf_free(&out);
	return 0;
}
