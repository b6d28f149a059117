/*
 * How fast the session log is, and beside it what the machine could do: each
 * round runs every case once, so that noise meets all alike.
 * Usage: bench_log FOLDER [ROUNDS]
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"

#define APPENDS    200000
#define ONE_BY_ONE 100000 /* with open and close each */
#define READ_BYTES (256 << 20)
#define ROUNDS_MAX 101
#define BLOCK      (256 << 10)

/* What the cases share. */
struct bench {
	const char *dir;
	char path[4096]; /* of the log that is read */
	char line[512];  /* one entry as it is stored */
	size_t len;
	double bytes; /* of the log that is read */
};

static double
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static void
must_log(int rc, const struct seshat_err *err)
{
	if (rc >= 0)
		return;
	(void)fprintf(stderr, "%s\n", err->msg);
	exit(1);
}

static struct seshat_log_options
options(const struct bench *b)
{
	struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;

	o.dir = b->dir;
	o.no_sync = 1;
	return o;
}

static struct seshat_log_entry
entry(void)
{
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;

	e.timestamp = "2026-06-27T10:15:00.123456789Z";
	e.skill = "fix-the-flaky-test";
	e.phase = "verify";
	e.input = "{\"issue\":4711}";
	e.final_status = "ok";
	e.file_path = "tests/test_follow.c";
	e.duration_ms = 1500;
	return e;
}

static void
remove_file(const struct bench *b, const char *name)
{
	char path[4200];

	(void)snprintf(path, sizeof(path), "%s/%s", b->dir, name);
	(void)unlink(path);
}

static double
append_held(struct bench *b, int own_time)
{
	struct seshat_log_options o = options(b);
	struct seshat_log_entry e = entry();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log *log;
	double t;
	int i;

	if (own_time)
		e.timestamp = NULL;
	must_log(seshat_log_open(&log, "held", &o, &err), &err);
	t = now();
	for (i = 0; i < APPENDS; i++)
		must_log(seshat_log_append(log, &e, &err), &err);
	t = now() - t;
	must_log(seshat_log_close(log, &err), &err);
	remove_file(b, "held.jsonl");
	return APPENDS / t;
}

static double
append_timed(struct bench *b)
{
	return append_held(b, 0);
}

static double
append_untimed(struct bench *b)
{
	return append_held(b, 1);
}

static double
append_one(struct bench *b)
{
	struct seshat_log_options o = options(b);
	struct seshat_log_entry e = entry();
	struct seshat_err err = SESHAT_ERR_INIT;
	double t = now();
	int i;

	for (i = 0; i < ONE_BY_ONE; i++)
		must_log(seshat_log_append_one("one", &e, &o, &err), &err);
	t = now() - t;
	remove_file(b, "one.jsonl");
	return ONE_BY_ONE / t;
}

static int
open_plain(const struct bench *b)
{
	char path[4200];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/plain", b->dir);
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0, path);
	return fd;
}

static double
write_held(struct bench *b)
{
	int fd = open_plain(b);
	double t = now();
	int i;

	for (i = 0; i < APPENDS; i++)
		must(write(fd, b->line, b->len) == (ssize_t)b->len, "write");
	t = now() - t;
	close(fd);
	remove_file(b, "plain");
	return APPENDS / t;
}

static double
write_one(struct bench *b)
{
	double t = now();
	int fd;
	int i;

	for (i = 0; i < ONE_BY_ONE; i++) {
		fd = open_plain(b);
		must(write(fd, b->line, b->len) == (ssize_t)b->len, "write");
		close(fd);
	}
	t = now() - t;
	remove_file(b, "plain");
	return ONE_BY_ONE / t;
}

/* Read the log; fields says whether they are decoded too. */
static double
read_log(struct bench *b, int fields)
{
	struct seshat_log_options o = options(b);
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	double t = now();
	int more;

	must_log(seshat_log_read_open(&r, "read", &o, &err), &err);
	while ((more = seshat_log_read_next(r, &line, &err)) > 0)
		if (fields)
			must_log(seshat_log_read_entry(r, &e, &err), &err);
	must_log(more, &err);
	seshat_log_read_free(r);
	return b->bytes / (now() - t) / 1e9;
}

static double
read_lines(struct bench *b)
{
	return read_log(b, 0);
}

static double
read_fields(struct bench *b)
{
	return read_log(b, 1);
}

/* The limit: read the file and find the newlines, nothing else. */
static double
read_memchr(struct bench *b)
{
	static char block[BLOCK];
	volatile size_t lines = 0;
	double t = now();
	int fd = open(b->path, O_RDONLY | O_CLOEXEC);
	const char *p;
	const char *end;
	ssize_t n;

	must(fd >= 0, b->path);
	while ((n = read(fd, block, sizeof(block))) > 0) {
		end = block + n;
		for (p = block; p < end; p++, lines = lines + 1) {
			p = memchr(p, '\n', (size_t)(end - p));
			if (p == NULL)
				break;
		}
	}
	close(fd);
	return b->bytes / (now() - t) / 1e9;
}

/* The log that is read, and a line of it. */
static void
prepare(struct bench *b)
{
	struct seshat_log_options o = options(b);
	struct seshat_log_entry e = entry();
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log *log;
	struct stat st = {0};
	ssize_t n;
	int fd;

	must_log(seshat_log_open(&log, "read", &o, &err), &err);
	(void)snprintf(b->path, sizeof(b->path), "%s", seshat_log_path(log));
	remove_file(b, "read.jsonl");
	while (st.st_size < READ_BYTES) {
		must_log(seshat_log_append(log, &e, &err), &err);
		must(stat(b->path, &st) == 0, b->path);
	}
	must_log(seshat_log_close(log, &err), &err);
	b->bytes = (double)st.st_size;
	fd = open(b->path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0, b->path);
	n = read(fd, b->line, sizeof(b->line));
	must(n > 0, "read");
	b->len =
	    (size_t)((char *)memchr(b->line, '\n', (size_t)n) - b->line) + 1;
	close(fd);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		const char *unit;
		double scale;
		double (*run)(struct bench *b);
	} cases[] = {
	    {"append, held handle", "k/s", 1e3, append_timed},
	    {"append, held handle, time filled in", "k/s", 1e3, append_untimed},
	    {"  limit: write(2), file held open", "k/s", 1e3, write_held},
	    {"append, open and close each", "k/s", 1e3, append_one},
	    {"  limit: open+append+close", "k/s", 1e3, write_one},
	    {"read, checked lines", "GB/s", 1, read_lines},
	    {"read, all fields decoded", "GB/s", 1, read_fields},
	    {"  limit: read(2) + memchr", "GB/s", 1, read_memchr},
	};
	enum { N = sizeof(cases) / sizeof(cases[0]) };
	static double got[N][ROUNDS_MAX];
	static struct bench b;
	long rounds = argc > 2 ? strtol(argv[2], NULL, 10) : 5;
	long r;
	int i;

	must(argc > 1 && rounds > 0 && rounds <= ROUNDS_MAX,
	    "usage: bench_log FOLDER [ROUNDS]");
	b.dir = argv[1];
	prepare(&b);
	for (r = 0; r < rounds; r++)
		for (i = 0; i < N; i++)
			got[i][r] = cases[i].run(&b) / cases[i].scale;
	remove_file(&b, "read.jsonl");
	(void)printf("| %zu-byte entries, %ld rounds | median | best | |\n"
		     "|---|--:|--:|---|\n",
	    b.len, rounds);
	for (i = 0; i < N; i++) {
		qsort(got[i], (size_t)rounds, sizeof(double), by_value);
		(void)printf("| %s | %.4g | %.4g | %s |\n", cases[i].name,
		    got[i][rounds / 2], got[i][rounds - 1], cases[i].unit);
	}
	return 0;
}
