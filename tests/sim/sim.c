/*
 * The simulator: agent, program and vault through random schedules of
 * accidents.  A seed is a schedule: "sim --seed N --schedules 1 -v" lives it
 * again.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/sim.h"

#define BATCH 100 /* schedules that are one line of TAP */
#define LIMIT 300 /* seconds that one may take */

unsigned
sim_below(struct sim *s, unsigned n)
{
	return n == 0 ? 0 : (unsigned)(points_random(&s->chance) % n);
}

int
sim_one_in(struct sim *s, unsigned n)
{
	return sim_below(s, n) == 0;
}

static void say(struct sim *s, const char *fmt, va_list ap) SESHAT_PRINTF(2, 0);

static void
say(struct sim *s, const char *fmt, va_list ap)
{
	size_t at = strlen(s->log);
	int n;

	if (at + 1024 > SIM_LOG)
		return;
	n = vsnprintf(s->log + at, 1000, fmt, ap);
	n = n < 0 ? 0 : n < 1000 ? n : 999;
	memcpy(s->log + at + n, "\n", 2);
	if (s->verbose) {
		(void)printf("# %s", s->log + at);
		(void)fflush(stdout);
	}
}

void
sim_say(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(s, fmt, ap);
	va_end(ap);
}

void
sim_fail(struct sim *s, const char *fmt, ...)
{
	va_list ap;

	sim_say(s, "BROKEN:");
	va_start(ap, fmt);
	say(s, fmt, ap);
	va_end(ap);
	(void)fflush(stdout);
	_exit(1);
}

static int
make_folder(struct sim *s)
{
	static const char *const bases[] = {"/dev/shm", "/tmp"};
	size_t i;

	for (i = 0; i < 2; i++) {
		(void)snprintf(
		    s->dir, sizeof(s->dir), "%s/seshat-sim-XXXXXX", bases[i]);
		if (mkdtemp(s->dir) != NULL)
			break;
	}
	if (i == 2 || chdir(s->dir) < 0) {
		perror("sim");
		return -1;
	}
	(void)snprintf(s->url, sizeof(s->url), "file://%s/vault", s->dir);
	return 0;
}

/* In a process of its own; 0 when all that was promised held. */
static int
live(struct sim *s, uint64_t seed)
{
	int status;
	pid_t pid;

	if (make_folder(s) < 0)
		return -1;
	s->seed = seed;
	s->chance = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
	s->log[0] = '\0';
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)alarm(LIMIT);
		sim_schedule(s);
		_exit(0);
	}
	while (pid < 0 || waitpid(pid, &status, 0) < 0)
		if (pid < 0 || errno != EINTR) {
			perror("sim");
			return -1;
		}
	(void)!chdir("/");
	sim_wipe(s->dir);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		(void)printf("# the simulator died by signal %d (%s)\n",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	return -1;
}

static void
tell(const struct sim *s, uint64_t seed)
{
	const char *p;
	int len;

	(void)printf("# seed %llu broke a promise\n", (unsigned long long)seed);
	for (p = s->log; *p != '\0' && !s->verbose; p += len + 1) {
		len = (int)strcspn(p, "\n");
		(void)printf("# %.*s\n", len, p);
	}
	(void)printf("# again: sim --seed %llu --schedules 1 -v\n",
	    (unsigned long long)seed);
}

/* What the command line asks for. */
struct plan {
	uint64_t seed;
	uint64_t n;
	int keep_going;
};

static const struct {
	const char *name;
	unsigned bit;
} withs[] = {
    {"moved", SIM_MOVED},
    {"twins", SIM_TWINS},
    {"behind", SIM_BEHIND},
};

static int
usage(void)
{
	(void)fprintf(stderr,
	    "usage: sim [--seed N] [--schedules N] "
	    "[--with moved|twins|behind] [--keep-going] [-v]\n");
	return 2;
}

/* One option at argv[i]; how many arguments it took, 0: it is none. */
static int
parse_one(char **argv, int i, int argc, struct sim *s, struct plan *p)
{
	const char *value = i + 1 < argc ? argv[i + 1] : NULL;
	size_t j;

	if (strcmp(argv[i], "-v") == 0)
		return s->verbose = 1;
	if (strcmp(argv[i], "--keep-going") == 0)
		return p->keep_going = 1;
	if (value == NULL)
		return 0;
	if (strcmp(argv[i], "--seed") == 0) {
		p->seed = strtoull(value, NULL, 10);
		return 2;
	}
	if (strcmp(argv[i], "--schedules") == 0) {
		p->n = strtoull(value, NULL, 10);
		return 2;
	}
	for (j = 0; j < sizeof(withs) / sizeof(withs[0]); j++) {
		if (strcmp(argv[i], "--with") != 0 ||
		    strcmp(value, withs[j].name) != 0)
			continue;
		s->with |= withs[j].bit;
		return 2;
	}
	return 0;
}

static int
parse(int argc, char **argv, struct sim *s, struct plan *p)
{
	int took;
	int i;

	for (i = 1; i < argc; i += took) {
		took = parse_one(argv, i, argc, s, p);
		if (took == 0)
			return -1;
	}
	return 0;
}

static void *
shared(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* All schedules; how many broke a promise. */
static int
run(struct sim *s, const struct plan *p)
{
	uint64_t batch = 0;
	uint64_t i;
	int in_batch = 0;
	int failed = 0;

	for (i = 0; i < p->n && (failed == 0 || p->keep_going); i++) {
		if (live(s, p->seed + i) < 0) {
			tell(s, p->seed + i);
			in_batch++;
			failed++;
		}
		if (i + 1 < p->n && (i + 1) % BATCH != 0 &&
		    (failed == 0 || p->keep_going))
			continue;
		(void)printf("%sok %llu - seeds to %llu\n",
		    in_batch > 0 ? "not " : "", (unsigned long long)++batch,
		    (unsigned long long)(p->seed + i));
		in_batch = 0;
	}
	return failed;
}

int
main(int argc, char **argv)
{
	static struct sim s;
	struct plan p = {.seed = 1, .n = 300};
	struct seshat_err err = SESHAT_ERR_INIT;
	int failed;

	if (parse(argc, argv, &s, &p) < 0)
		return usage();
	s.log = shared(SIM_LOG);
	s.outcomes = shared(2 * sizeof(*s.outcomes));
	if (s.log == NULL || s.outcomes == NULL)
		return 3;
	if (ses_redact_open(&s.redact, NULL, &err) < 0)
		s.redact = NULL; /* not on this processor */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)printf("1..%llu\n# seed %llu\n",
	    (unsigned long long)((p.n + BATCH - 1) / BATCH),
	    (unsigned long long)p.seed);
	failed = run(&s, &p);
	ses_redact_free(s.redact);
	return failed > 0;
}
