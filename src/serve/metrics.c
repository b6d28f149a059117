#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "serve/metrics.h"

/* Those that we send; the last stands for any other. */
static const int statuses[] = {200, 206, 304, 400, 401, 403, 404, 405, 409, 412,
    413, 414, 416, 421, 422, 429, 431, 500, 501, 502, 503, 0};
#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

struct row {
	_Atomic uint64_t n[N_STATUSES];
	_Atomic uint64_t us;
	_Atomic uint64_t bytes;
};

struct ses_metrics {
	size_t n;
	struct row row[];
};

struct ses_metrics *
ses_metrics_new(size_t n_routes)
{
	size_t n = n_routes + 1;
	struct ses_metrics *m =
	    ses_calloc(1, sizeof(*m) + n * sizeof(m->row[0]));

	if (m != NULL)
		m->n = n;
	return m;
}

void
ses_metrics_add(struct ses_metrics *m, size_t route, int status, uint64_t bytes,
    uint64_t us)
{
	struct row *r = &m->row[route < m->n ? route : m->n - 1];
	size_t i;

	for (i = 0; i + 1 < N_STATUSES && statuses[i] != status; i++)
		;
	(void)atomic_fetch_add(&r->n[i], 1);
	(void)atomic_fetch_add(&r->us, us);
	(void)atomic_fetch_add(&r->bytes, bytes);
}

static uint64_t
count(const struct row *r)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < N_STATUSES; i++)
		n += atomic_load(&r->n[i]);
	return n;
}

static void
write_counts(const struct row *r, const char *pattern, struct ses_buf *out)
{
	unsigned long long n;
	size_t i;

	for (i = 0; i < N_STATUSES; i++) {
		n = atomic_load(&r->n[i]);
		if (n > 0)
			ses_buf_fmt(out,
			    "seshat_http_requests_total{route=\"%s\","
			    "status=\"%d\"} %llu\n",
			    pattern, statuses[i], n);
	}
}

void
ses_metrics_write(const struct ses_metrics *m,
    const char *(*pattern)(const void *arg, size_t route), const void *arg,
    struct ses_buf *out)
{
	size_t i;

	ses_buf_str(out, "# TYPE seshat_http_requests_total counter\n");
	for (i = 0; i < m->n; i++)
		write_counts(&m->row[i], pattern(arg, i), out);
	ses_buf_str(out, "# TYPE seshat_http_request_seconds summary\n");
	for (i = 0; i < m->n; i++)
		ses_buf_fmt(out,
		    "seshat_http_request_seconds_sum{route=\"%s\"} %.6f\n"
		    "seshat_http_request_seconds_count{route=\"%s\"} %llu\n",
		    pattern(arg, i), (double)atomic_load(&m->row[i].us) / 1e6,
		    pattern(arg, i), (unsigned long long)count(&m->row[i]));
	ses_buf_str(out, "# TYPE seshat_http_sent_bytes_total counter\n");
	for (i = 0; i < m->n; i++)
		ses_buf_fmt(out,
		    "seshat_http_sent_bytes_total{route=\"%s\"} %llu\n",
		    pattern(arg, i),
		    (unsigned long long)atomic_load(&m->row[i].bytes));
}

void
ses_metrics_one(
    struct ses_buf *out, const char *name, const char *type, double value)
{
	ses_buf_fmt(out, "# TYPE %s %s\n%s %.15g\n", name, type, name, value);
}

/* Entries of a folder of /proc. */
static double
entries(const char *path)
{
	DIR *d = opendir(path);
	double n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n - 2; /* . and .. */
}

void
ses_metrics_process(struct ses_buf *out)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char *rest = NULL;
	double pages = 0;

	if (ses_fs_slurp("/proc/self/statm", 4096, &b, &ignored) == 0) {
		(void)strtoull(ses_buf_cstr(&b), &rest, 10);
		if (rest != NULL)
			pages = (double)strtoull(rest, NULL, 10);
	}
	ses_buf_free(&b);
	ses_metrics_one(out, "process_resident_memory_bytes", "gauge",
	    pages * (double)sysconf(_SC_PAGESIZE));
	/* less the one that looks */
	ses_metrics_one(
	    out, "process_open_fds", "gauge", entries("/proc/self/fd") - 1);
	ses_metrics_one(
	    out, "process_threads", "gauge", entries("/proc/self/task"));
}

void
ses_metrics_free(struct ses_metrics *m)
{
	free(m);
}
