/*
 * How fast files become what Hugging Face stores: xet FILE [BYTES] reads it
 * whole, and takes it, in pieces of 64 KiB, as one file, or as files of BYTES
 * each, on one core; next to it its parts: finding the cuts, hashing what is
 * between them, and copying.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#include "base/fs.h"
#include "xet/xorb.h"

#define PIECE ((size_t)64 << 10)
#define RUNS  9

static int
drop(void *arg, const char hash[SES_XET_HEX], const void *xorb, size_t len,
    struct seshat_err *err)
{
	(void)hash;
	(void)xorb;
	(void)err;
	*(size_t *)arg += len;
	return 0;
}

static size_t
write_side(const char *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf shard = {0};
	struct ses_xet *x = NULL;
	char file[SES_XET_HEX];
	size_t sent = 0;
	int rc = ses_xet_open(&x, drop, &sent, &err);
	size_t n;

	for (; rc == 0 && len > 0; data += n, len -= n) {
		n = len < PIECE ? len : PIECE;
		rc = ses_xet_add(x, data, n, &err);
	}
	if (rc == 0)
		rc = ses_xet_end(x, file, &shard, &err);
	ses_xet_free(x);
	ses_buf_free(&shard);
	if (rc < 0) {
		(void)fprintf(stderr, "xet: %s\n", err.msg);
		exit(1);
	}
	return sent;
}

static size_t
cuts_only(const char *data, size_t len)
{
	struct ses_xet_cutter c = {0};
	size_t chunks = 0;
	int is_end;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = ses_xet_cut(&c, data, len, &is_end);
		chunks++;
	}
	return chunks;
}

static size_t
hash_only(const char *data, size_t len)
{
	unsigned char hash[SES_XET_HASH];
	size_t sum = 0;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < PIECE ? len : PIECE;
		ses_xet_hash(SES_XET_OF_CHUNK, data, n, hash);
		sum += hash[0];
	}
	return sum;
}

static size_t
copy_only(const char *data, size_t len)
{
	static char to[PIECE];
	size_t sum = 0;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < PIECE ? len : PIECE;
		memcpy(to, data, n);
		sum += (unsigned char)to[n / 2];
	}
	return sum;
}

static size_t (*const passes[])(const char *, size_t) = {
    write_side, cuts_only, hash_only, copy_only};

#define N_PASSES (sizeof(passes) / sizeof(passes[0]))

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	double secs[N_PASSES][RUNS];
	struct ses_buf in = {0};
	volatile size_t sink = 0;
	size_t step;
	size_t at;
	size_t i;
	int run;

	if (argc < 2 || ses_fs_slurp(argv[1], (size_t)1 << 30, &in, &err) < 0) {
		(void)fprintf(stderr, "usage: xet FILE [BYTES]: %s\n", err.msg);
		return 2;
	}
	step = argc > 2 ? strtoul(argv[2], NULL, 10) : in.len;
	for (run = 0; run < RUNS; run++) {
		for (i = 0; i < N_PASSES; i++) {
			secs[i][run] = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
			for (at = 0; at + step <= in.len; at += step)
				sink += passes[i](in.data + at, step);
			secs[i][run] = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) -
				       secs[i][run];
		}
	}
	for (i = 0; i < N_PASSES; i++) {
		qsort(secs[i], RUNS, sizeof(double), bench_by_size);
		printf(" %.2f |", (double)in.len / secs[i][RUNS / 2] / 1e9);
	}
	printf("\n");
	ses_buf_free(&in);
	return 0;
}
