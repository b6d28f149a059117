/* A server with routes of the test's own, and clients that behave badly. */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include <dirent.h>
#include <sys/socket.h>

#include "unit/serve_client.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"
#include "serve/serve.h"

#define TAG "\"made\""
/* The sanitizers' own memory would be measured. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_WATCHED 1
#endif
#endif
#ifndef IS_WATCHED
#define IS_WATCHED 0
#endif
#define PATIENCE 20000 /* ms */

static struct seshat_err err;
static struct ses_serve *server;
static int port;
static atomic_int made;     /* streams that began */
static atomic_int released; /* and were released */
static atomic_int workers;
static sem_t gate; /* what /wait waits for */
static sem_t arrived;

struct job {
	uint64_t from;
	uint64_t len;
	uint64_t make; /* so many really */
	int fail;
	int block; /* pass the gate before the last byte */
	int eager; /* a live page */
};

static int
produce(void *arg, const struct ses_sink *sink, struct seshat_err *e)
{
	const struct job *j = arg;
	char block[4096];
	uint64_t at;
	size_t n;
	size_t i;

	for (at = 0; at < j->make; at += n) {
		n = sizeof(block) < j->make - at ? sizeof(block)
						 : (size_t)(j->make - at);
		for (i = 0; i < n; i++)
			block[i] = (char)('a' + (j->from + at + i) % 23);
		if (ses_sink_write(sink, block, n, e) < 0)
			return -1;
		if (j->block && at == 0) {
			(void)sem_post(&arrived);
			(void)sem_wait(&gate);
		}
	}
	return j->fail ? ses_fail(e, SESHAT_ESYS, "on purpose") : 0;
}

static void
release(void *arg)
{
	free(arg);
	(void)atomic_fetch_add(&released, 1);
}

static int
answer(struct ses_answer *a, const struct job *j, struct seshat_err *e)
{
	struct job *copy = malloc(sizeof(*copy));

	if (copy == NULL)
		return ses_fail_nomem(e);
	*copy = *j;
	a->type = "application/octet-stream";
	a->stream = (struct ses_producer){.produce = produce,
	    .release = release,
	    .arg = copy,
	    .len = j->len,
	    .eager = j->eager};
	(void)atomic_fetch_add(&made, 1);
	return 0;
}

static uint64_t
number(const struct ses_request *r)
{
	uint64_t n = 0;

	(void)ses_str_u64(r->var[0], &n);
	return n;
}

static int
known(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	const struct ses_resource what = {TAG, 0, number(r)};
	struct ses_span span;
	struct job j = {0};
	int rc = ses_answer_span(a, r, &what, &span, e);

	(void)worker;
	if (rc <= 0)
		return rc;
	j.from = span.from;
	j.len = j.make = span.len;
	return answer(a, &j, e);
}

static int
chunked(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	const struct job j = {.len = SES_LENGTH_UNKNOWN,
	    .make = number(r),
	    .fail = ses_request_param(r, "fail") != NULL,
	    .block = ses_request_param(r, "block") != NULL,
	    .eager = ses_request_param(r, "live") != NULL};

	(void)worker;
	return answer(a, &j, e);
}

/* It announces 100,000 bytes. */
static int
liar(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	const struct job j = {.len = 100000, .make = number(r)};

	(void)worker;
	return answer(a, &j, e);
}

static int
waits(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	(void)r;
	if (worker == NULL)
		return ses_fail(e, SESHAT_ESYS, "no worker");
	(void)sem_post(&arrived);
	(void)sem_wait(&gate);
	ses_buf_str(&a->body, "{}\n");
	a->type = SES_TYPE_JSON;
	return ses_buf_check(&a->body, e);
}

static int
fails(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	struct job j = {.len = 5, .make = 5};

	(void)r;
	(void)worker;
	/* what was begun is released */
	(void)answer(a, &j, e);
	return ses_fail(e, SESHAT_ENOTFOUND, "no session there");
}

/* Each answer is another. */
static int
counts(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *e)
{
	static atomic_uint asked;
	struct ses_buf b = {0};

	(void)r;
	(void)worker;
	(void)e;
	ses_buf_fmt(&b, "{\"n\":%u}", atomic_fetch_add(&asked, 1));
	ses_answer_json_take(a, &b);
	return 0;
}

static int
open_worker(void *arg, void **worker, struct seshat_err *e)
{
	(void)arg;
	(void)e;
	*worker = malloc(1);
	(void)atomic_fetch_add(&workers, 1);
	return 0;
}

static void
close_worker(void *worker)
{
	free(worker);
	(void)atomic_fetch_sub(&workers, 1);
}

static const struct ses_route routes[] = {
    {.pattern = "/known/{n}", .handler = known},
    {.pattern = "/chunked/{n}", .handler = chunked},
    {.pattern = "/liar/{n}", .handler = liar},
    {.pattern = "/wait", .handler = waits},
    {.pattern = "/kept", .handler = counts, .keep_ms = 600000},
    {.pattern = "/counts", .handler = counts},
    {.pattern = "/fails", .handler = fails, .quick = 1},
};

static void
start(struct ses_serve_opts o)
{
	const char *colon;

	o.listen = "127.0.0.1:0";
	o.routes = routes;
	o.n_routes = sizeof(routes) / sizeof(routes[0]);
	o.worker_open = open_worker;
	o.worker_close = close_worker;
	OK(ses_serve_open(&server, &o, &err));
	colon = strrchr(ses_serve_url(server), ':');
	port = (int)strtol(colon + 1, NULL, 10);
}

static int
start_server(void **state)
{
	(void)state;
	(void)sem_init(&gate, 0, 0);
	(void)sem_init(&arrived, 0, 0);
	atomic_store(&made, 0);
	atomic_store(&released, 0);
	start((struct ses_serve_opts){.workers = 2,
	    .max_streams = 8,
	    .max_live = 8,
	    .max_connections = 64,
	    .timeout_s = 1});
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	ses_serve_free(server);
	server = NULL;
	assert_int_equal(atomic_load(&workers), 0);
	assert_int_equal(atomic_load(&made), atomic_load(&released));
	(void)sem_destroy(&gate);
	(void)sem_destroy(&arrived);
	return 0;
}

/* Send a request line and headers; \r\n\r\n is added. */
static void
ask(int fd, const char *line, const char *headers)
{
	struct ses_buf b = {0};

	ses_buf_fmt(&b, "%s HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\n", line,
	    port, headers);
	assert_int_equal(send(fd, b.data, b.len, MSG_NOSIGNAL), (ssize_t)b.len);
	ses_buf_free(&b);
}

/* One request on a connection of its own; the status. */
static int
get(const char *line, const char *headers, struct ses_buf *out)
{
	struct ses_buf all = {0};
	int fd = client_dial(port);

	ses_buf_fmt(&all, "Connection: close\r\n%s", headers);
	ask(fd, line, ses_buf_cstr(&all));
	ses_buf_free(&all);
	return client_hear(fd, out);
}

static const char *
body_of(const struct ses_buf *b, size_t *len)
{
	const char *p = strstr(b->data, "\r\n\r\n");

	assert_non_null(p);
	*len = b->len - (size_t)(p + 4 - b->data);
	return p + 4;
}

static void
is_made(const char *p, size_t len, uint64_t from)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i] != (char)('a' + (from + i) % 23))
			fail_msg("byte %zu", i);
}

static size_t
count(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

/* Wait until a folder of /proc has no more entries than that. */
static void
settles(const char *folder, size_t most)
{
	int64_t end = ses_time_steady() + PATIENCE;

	while (count(folder) > most) {
		if (ses_time_steady() > end)
			fail_msg("%s: %zu, at most %zu", folder, count(folder),
			    most);
		ses_time_pause(1);
	}
}

static void
all_released(void)
{
	int64_t end = ses_time_steady() + PATIENCE;

	while (atomic_load(&made) != atomic_load(&released)) {
		assert_true(ses_time_steady() < end);
		ses_time_pause(1);
	}
}

static void
a_known_length_is_told_and_sent(void **state)
{
	static const uint64_t lens[] = {1, 4096, 262144, 262145, 3000000};
	struct ses_buf out = {0};
	char line[64];
	char want[64];
	const char *p;
	size_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		(void)snprintf(line, sizeof(line), "GET /known/%llu",
		    (unsigned long long)lens[i]);
		assert_int_equal(get(line, "", &out), 200);
		(void)snprintf(want, sizeof(want), "Content-Length: %llu\r\n",
		    (unsigned long long)lens[i]);
		assert_non_null(strstr(out.data, want));
		p = body_of(&out, &len);
		assert_int_equal(len, lens[i]);
		is_made(p, len, 0);
	}
	assert_int_equal(get("GET /known/0", "", &out), 200);
	assert_non_null(strstr(out.data, "Content-Length: 0\r\n"));
	all_released();
	ses_buf_free(&out);
}

static void
head_tells_the_same_and_makes_nothing(void **state)
{
	struct ses_buf out = {0};
	size_t len;

	(void)state;
	assert_int_equal(get("HEAD /known/5000", "", &out), 200);
	assert_non_null(strstr(out.data, "Content-Length: 5000\r\n"));
	assert_non_null(strstr(out.data, "ETag: " TAG "\r\n"));
	(void)body_of(&out, &len);
	assert_int_equal(len, 0);
	assert_int_equal(get("HEAD /chunked/5000", "", &out), 200);
	(void)body_of(&out, &len);
	assert_int_equal(len, 0);
	all_released();
	ses_buf_free(&out);
}

static void
a_range_of_a_stream_is_that_part(void **state)
{
	struct ses_buf out = {0};
	const char *p;
	size_t len;

	(void)state;
	assert_int_equal(
	    get("GET /known/500000",
		"Range: bytes=1000-300999\r\nIf-Range: " TAG "\r\n", &out),
	    206);
	assert_non_null(
	    strstr(out.data, "Content-Range: bytes 1000-300999/500000\r\n"));
	p = body_of(&out, &len);
	assert_int_equal(len, 300000);
	is_made(p, len, 1000);
	assert_int_equal(get("GET /known/5", "Range: bytes=9-\r\n", &out), 416);
	assert_non_null(strstr(out.data, "Content-Range: bytes */5\r\n"));
	assert_int_equal(
	    get("GET /known/5", "If-None-Match: " TAG "\r\n", &out), 304);
	assert_int_equal(
	    get("GET /known/5", "If-Match: \"old\"\r\n", &out), 412);
	ses_buf_free(&out);
}

static void
an_unknown_length_is_sent_in_chunks(void **state)
{
	struct ses_buf out = {0};

	(void)state;
	assert_int_equal(get("GET /chunked/1000000", "", &out), 200);
	assert_non_null(strstr(out.data, "Transfer-Encoding: chunked\r\n"));
	assert_true(out.len > 1000000);
	assert_true(ses_str_ends(out.data, "\r\n0\r\n\r\n"));
	ses_buf_free(&out);
}

static void
what_fails_midway_is_never_ended_as_if_whole(void **state)
{
	struct ses_buf out = {0};
	size_t len;

	(void)state;
	assert_int_equal(get("GET /chunked/600000?fail", "", &out), 200);
	assert_false(ses_str_ends(out.data, "0\r\n\r\n"));
	/* fewer bytes than were announced, and more */
	assert_int_equal(get("GET /liar/60000", "", &out), 200);
	(void)body_of(&out, &len);
	assert_true(len < 100000);
	assert_int_equal(get("GET /liar/100001", "", &out), 200);
	(void)body_of(&out, &len);
	assert_true(len < 100000);
	all_released();
	ses_buf_free(&out);
}

static void
a_handler_that_fails_releases_what_it_began(void **state)
{
	struct ses_buf out = {0};

	(void)state;
	assert_int_equal(get("GET /fails", "", &out), 404);
	assert_non_null(
	    strstr(out.data, "{\"detail\": \"no session there\"}\n"));
	all_released();
	ses_buf_free(&out);
}

static void
answers_that_are_kept_are_given_again(void **state)
{
	struct ses_buf one = {0};
	struct ses_buf two = {0};
	size_t len;

	(void)state;
	assert_int_equal(get("GET /kept", "", &one), 200);
	assert_int_equal(get("GET /kept", "", &two), 200);
	assert_string_equal(body_of(&one, &len), body_of(&two, &len));
	assert_int_equal(get("GET /kept?other=1", "", &two), 200);
	assert_string_not_equal(body_of(&one, &len), body_of(&two, &len));
	assert_int_equal(get("GET /counts", "", &one), 200);
	assert_int_equal(get("GET /counts", "", &two), 200);
	assert_string_not_equal(body_of(&one, &len), body_of(&two, &len));
	ses_buf_free(&one);
	ses_buf_free(&two);
}

static void
clients_that_vanish_leave_nothing_behind(void **state)
{
	int rounds = is_small_run() ? 20 : 200;
	struct ses_buf out = {0};
	static char block[30000];
	size_t threads;
	size_t fds;
	int fd;
	int i;

	(void)state;
	/* workers and the like are there before it is counted */
	assert_int_equal(get("GET /known/9", "", &out), 200);
	assert_int_equal(get("GET /known/9", "", &out), 200);
	all_released();
	settles("/proc/self/task", count("/proc/self/task"));
	threads = count("/proc/self/task");
	fds = count("/proc/self/fd");
	for (i = 0; i < rounds; i++) {
		fd = client_dial(port);
		ask(fd, i % 2 ? "GET /known/90000000" : "GET /chunked/90000000",
		    "");
		assert_true(recv(fd, block, sizeof(block), 0) > 0);
		(void)close(fd);
		/* no more at once than there may be */
		if (i % 4 == 3)
			all_released();
	}
	all_released();
	settles("/proc/self/task", threads);
	settles("/proc/self/fd", fds);
	assert_int_equal(get("GET /metrics", "", &out), 200);
	assert_non_null(
	    strstr(out.data, "seshat_http_streams_total{end=\"failed\"} 0"));
	ses_buf_free(&out);
}

/* Resident memory in KiB. */
static long
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	char text[200] = "";
	char *p = NULL;

	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	(void)fclose(f);
	(void)strtol(text, &p, 10);
	return strtol(p, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
two_hundred_downloads_take_little_memory(void **state)
{
	enum { N = 200 };
	static int fd[N];
	static char block[100000];
	long before;
	long after;
	int i;

	(void)state;
	/* they have a memory of their own; skip() would be "not ok" in TAP */
	if (is_small_run() || IS_WATCHED)
		return;
	ses_serve_free(server);
	start((struct ses_serve_opts){.max_streams = N});
	before = resident();
	for (i = 0; i < N; i++) {
		fd[i] = client_dial(port);
		ask(fd[i],
		    i % 2 ? "GET /known/900000000" : "GET /chunked/900000000",
		    "");
		/* more than once around, and then it stands still */
		assert_int_equal(recv(fd[i], block, sizeof(block), MSG_WAITALL),
		    sizeof(block));
	}
	after = resident();
	print_message("# %ld KiB for each download\n", (after - before) / N);
	assert_true(after - before < N * 400L);
	for (i = 0; i < N; i++)
		(void)close(fd[i]);
	all_released();
}

static void
streams_beyond_the_limit_are_told_to_come_again(void **state)
{
	struct ses_buf out = {0};
	int fd[8];
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		fd[i] = client_dial(port);
		ask(fd[i], "GET /chunked/9999?block", "");
		(void)sem_wait(&arrived);
	}
	assert_int_equal(get("GET /known/1", "", &out), 503);
	assert_non_null(strstr(out.data, "Retry-After: "));
	for (i = 0; i < 8; i++)
		(void)sem_post(&gate);
	for (i = 0; i < 8; i++)
		(void)close(fd[i]);
	all_released();
	ses_buf_free(&out);
}

static void
live_pages_keep_nobody_from_downloading(void **state)
{
	struct ses_buf out = {0};
	int fd[8];
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		fd[i] = client_dial(port);
		ask(fd[i], "GET /chunked/9999?block&live", "");
		(void)sem_wait(&arrived);
	}
	assert_int_equal(get("GET /chunked/9?live", "", &out), 503);
	assert_non_null(strstr(out.data, "too many live pages at once"));
	assert_non_null(strstr(out.data, "Retry-After: "));
	assert_int_equal(get("GET /known/1", "", &out), 200);
	for (i = 0; i < 8; i++)
		(void)sem_post(&gate);
	for (i = 0; i < 8; i++)
		(void)close(fd[i]);
	all_released();
	ses_buf_free(&out);
}

static void
too_many_requests_are_told_to_come_again(void **state)
{
	/* 2 workers and 256 places */
	enum { N = 2 + 256 + 2 };
	static struct pollfd p[N];
	struct ses_buf out = {0};
	int refused = 0;
	int i;

	(void)state;
	ses_serve_free(server);
	start((struct ses_serve_opts){.workers = 2, .max_connections = 1000});
	for (i = 0; i < N; i++) {
		p[i].fd = client_dial(port);
		p[i].events = POLLIN;
		ask(p[i].fd, "GET /wait", "Connection: close\r\n");
	}
	/* nothing else can be answered while the gate is closed */
	while (refused < 2) {
		assert_true(poll(p, N, PATIENCE) > 0);
		for (i = 0; i < N; i++) {
			if (p[i].fd < 0 || p[i].revents == 0)
				continue;
			(void)client_hear(p[i].fd, &out);
			p[i].fd = -1;
			assert_true(ses_str_starts(out.data, "HTTP/1.1 503"));
			assert_non_null(strstr(out.data, "Retry-After: "));
			refused++;
		}
	}
	for (i = 0; i < N; i++)
		(void)sem_post(&gate);
	for (i = 0; i < N; i++) {
		if (p[i].fd < 0)
			continue;
		(void)client_hear(p[i].fd, &out);
		/* 503 where the workers were slower to begin */
		assert_true(ses_str_starts(out.data, "HTTP/1.1 "));
	}
	ses_buf_free(&out);
}

static void
a_client_that_drips_is_cut(void **state)
{
	static const char text[] = "GET /fails HTTP/1.1\r\nX: x";
	int64_t begin = ses_time_steady();
	struct timeval tick = {.tv_usec = 100000};
	int fd = client_dial(port);
	char c = 'x';
	size_t i;

	(void)state;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
	/* a byte each 100 ms: never idle, never done */
	for (i = 0; recv(fd, &c, 1, 0) < 0; i++) {
		assert_true(ses_time_steady() - begin < PATIENCE);
		c = text[i < sizeof(text) - 1 ? i : sizeof(text) - 2];
		if (send(fd, &c, 1, MSG_NOSIGNAL) < 0)
			break;
	}
	assert_true(ses_time_steady() - begin >= 900);
	(void)close(fd);
}

static void
connections_beyond_the_limit_are_closed(void **state)
{
	struct ses_buf out = {0};
	int fd[64];
	int over;
	char c;
	int i;

	(void)state;
	for (i = 0; i < 64; i++) {
		fd[i] = client_dial(port);
		ask(fd[i], "GET /healthz", "");
		assert_true(recv(fd[i], &c, 1, 0) == 1);
	}
	over = client_dial(port);
	(void)client_hear(over, &out);
	assert_int_equal(out.len, 0);
	for (i = 0; i < 64; i++)
		(void)close(fd[i]);
	ses_buf_free(&out);
}

static void
requests_in_one_go_are_answered_in_order(void **state)
{
	struct ses_buf out = {0};
	const char *p;
	int fd = client_dial(port);

	(void)state;
	ask(fd, "GET /healthz", "");
	ask(fd, "GET /known/5", "");
	ask(fd, "HEAD /known/7", "");
	ask(fd, "GET /fails", "Connection: close\r\n");
	(void)client_hear(fd, &out);
	p = strstr(out.data, "\"status\":\"ok\"");
	assert_non_null(p);
	p = strstr(p, "abcdeHTTP/1.1 200");
	assert_non_null(p);
	p = strstr(p, "Content-Length: 7\r\n");
	assert_non_null(p);
	assert_non_null(strstr(p, "HTTP/1.1 404"));
	ses_buf_free(&out);
}

static void *
let_go(void *arg)
{
	(void)arg;
	/* only once nobody is accepted any more */
	for (;;) {
		const struct sockaddr_in a = {.sin_family = AF_INET,
		    .sin_port = htons((uint16_t)port),
		    .sin_addr = {htonl(INADDR_LOOPBACK)}};
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		int rc = connect(fd, (const struct sockaddr *)&a, sizeof(a));

		(void)close(fd);
		if (rc < 0)
			break;
		ses_time_pause(1);
	}
	(void)sem_post(&gate);
	(void)sem_post(&gate);
	return NULL;
}

static void
a_stop_lets_answers_end(void **state)
{
	struct ses_buf out = {0};
	pthread_t t;
	int slow = client_dial(port);
	int waiting = client_dial(port);

	(void)state;
	ask(slow, "GET /chunked/9000?block", "Connection: close\r\n");
	(void)sem_wait(&arrived);
	ask(waiting, "GET /wait", "Connection: close\r\n");
	(void)sem_wait(&arrived);
	assert_int_equal(pthread_create(&t, NULL, let_go, NULL), 0);
	assert_int_equal(ses_serve_stop(server, PATIENCE), 0);
	(void)client_hear(slow, &out);
	assert_true(ses_str_ends(out.data, "\r\n0\r\n\r\n"));
	(void)client_hear(waiting, &out);
	assert_true(ses_str_ends(out.data, "{}\n"));
	(void)pthread_join(t, NULL);
	ses_buf_free(&out);
}

static void
a_stop_cuts_what_does_not_end(void **state)
{
	struct ses_buf out = {0};
	int slow = client_dial(port);
	char c;

	(void)state;
	ask(slow, "GET /known/900000000", "");
	assert_true(recv(slow, &c, 1, 0) == 1);
	assert_int_equal(ses_serve_stop(server, 50), 1);
	(void)client_hear(slow, &out);
	assert_true(out.len < 900000000);
	ses_buf_free(&out);
}

#define LIVE(f) cmocka_unit_test_setup_teardown(f, start_server, stop_server)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LIVE(a_known_length_is_told_and_sent),
	    LIVE(head_tells_the_same_and_makes_nothing),
	    LIVE(a_range_of_a_stream_is_that_part),
	    LIVE(an_unknown_length_is_sent_in_chunks),
	    LIVE(what_fails_midway_is_never_ended_as_if_whole),
	    LIVE(a_handler_that_fails_releases_what_it_began),
	    LIVE(answers_that_are_kept_are_given_again),
	    LIVE(clients_that_vanish_leave_nothing_behind),
	    LIVE(two_hundred_downloads_take_little_memory),
	    LIVE(streams_beyond_the_limit_are_told_to_come_again),
	    LIVE(live_pages_keep_nobody_from_downloading),
	    LIVE(too_many_requests_are_told_to_come_again),
	    LIVE(a_client_that_drips_is_cut),
	    LIVE(connections_beyond_the_limit_are_closed),
	    LIVE(requests_in_one_go_are_answered_in_order),
	    LIVE(a_stop_lets_answers_end),
	    LIVE(a_stop_cuts_what_does_not_end),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
