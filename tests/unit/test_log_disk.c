/* The session log among other writers, and on disks that do not play along. */
#define _GNU_SOURCE /* unshare(2) */

#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>

#include "unit/log_test.h"

#include "base/json.h"
#include "base/str.h"

#define WRITERS 64
#define EACH    1000

/* Start a process that waits for the gate to be closed before it works. */
static pid_t
start(const int gate[2], int (*work)(struct here *h, int who), struct here *h,
    int who)
{
	pid_t pid = fork();
	char c;

	if (pid != 0)
		return pid;
	close(gate[1]);
	_exit(read(gate[0], &c, 1) == 0 ? work(h, who) : 9);
}

static void
reap(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Entry n of a writer; its length varies from entry to entry. */
static void
fill(struct seshat_log_entry *e, char phase[400], int who, int n)
{
	*e = entry();
	memset(phase, 'p', 400);
	phase[(who * 31 + n * 7) % 399] = '\0';
	e->phase = phase;
	e->duration_ms = who * EACH + n + 1;
}

/* Odd writers open the log for each entry, even ones keep it open. */
static int
write_entries(struct here *h, int who)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e;
	struct seshat_log *log = NULL;
	char phase[400];
	int n;
	int rc = seshat_log_open(&log, "s", &h->o, &err);

	for (n = 0; n < EACH && rc == 0; n++) {
		fill(&e, phase, who, n);
		rc = who % 2 == 0 ? seshat_log_append(log, &e, &err)
				  : seshat_log_append_one("s", &e, &h->o, &err);
	}
	if (seshat_log_close(log, &err) < 0 || rc < 0) {
		(void)fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	return 0;
}

/* Every entry of every writer once, in its order, and as it was written. */
static void
check_entries(struct here *h, int writers)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry want;
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;
	struct seshat_log_reader *r;
	struct seshat_log_line line;
	int next[WRITERS] = {0};
	char phase[400];
	int who;
	int i;

	OK(seshat_log_read_open(&r, "s", &h->o, &err));
	for (i = 0; i < writers * EACH; i++) {
		assert_int_equal(seshat_log_read_next(r, &line, &err), 1);
		OK(seshat_log_read_entry(r, &e, &err));
		who = (int)((e.duration_ms - 1) / EACH);
		assert_in_range(who, 0, writers - 1);
		fill(&want, phase, who, next[who]++);
		assert_int_equal(e.duration_ms, want.duration_ms);
		assert_string_equal(e.phase, want.phase);
		assert_string_equal(e.session_id, "s");
	}
	assert_int_equal(seshat_log_read_next(r, &line, &err), 0);
	assert_int_equal(seshat_log_read_torn(r), 0);
	seshat_log_read_free(r);
}

static void
keeps_the_entries_of_64_processes_apart(void **state)
{
	struct here *h = *state;
	pid_t pids[WRITERS];
	int gate[2];
	int i;

	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < WRITERS; i++) {
		pids[i] = start(gate, write_entries, h, i);
		assert_true(pids[i] > 0);
	}
	close(gate[0]);
	close(gate[1]);
	for (i = 0; i < WRITERS; i++)
		reap(pids[i]);
	check_entries(h, WRITERS);
}

/* As a writer that is killed half-way, again and again. */
static int
leave_torn_tails(struct here *h, int who)
{
	int n;
	int fd;

	(void)who;
	for (n = 0; n < EACH; n++) {
		fd = open(path_of(h, "s.jsonl"), O_WRONLY | O_APPEND);
		if (fd >= 0 &&
		    (flock(fd, LOCK_EX) < 0 || write(fd, "{\"torn", 6) != 6))
			return 1;
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

static int
add_size(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct here *h = arg;
	struct stat st;

	(void)type;
	(void)err;
	if (strstr(name, ".torn-") != NULL) {
		assert_int_equal(stat(path_of(h, name), &st), 0);
		assert_int_equal(st.st_size % 6, 0);
		h->torn_len += (uint64_t)st.st_size;
	}
	return 0;
}

static void
keeps_every_torn_tail_while_others_append(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	pid_t pids[4];
	int gate[2];
	int i;

	put_file(h, "s.jsonl", "");
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < 4; i++)
		pids[i] =
		    start(gate, i < 3 ? write_entries : leave_torn_tails, h, i);
	close(gate[0]);
	close(gate[1]);
	for (i = 0; i < 4; i++)
		reap(pids[i]);
	/* One more append, for tails that came after the last one. */
	OK(append_json(h, "s", "{\"skill\":\"last\"}", &err));
	h->torn_len = 0;
	OK(ses_fs_each(h->dir, add_size, h, &err));
	assert_int_equal(h->torn_len, EACH * 6);
}

/* Whether the kernel lists the process as waiting for a lock. */
static int
waits_for_a_lock(pid_t pid)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	char want[64];
	const char *p;
	int yes = 0;

	(void)snprintf(want, sizeof(want), "WRITE %d ", (int)pid);
	OK(ses_fs_slurp("/proc/locks", 1 << 20, &b, &err));
	for (p = ses_buf_cstr(&b); !yes && (p = strstr(p, "-> ")) != NULL; p++)
		yes = strstr(p, want) != NULL &&
		      strstr(p, want) < p + strcspn(p, "\n");
	ses_buf_free(&b);
	return yes;
}

static int
write_one(struct here *h, int who)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	(void)who;
	return append_json(h, "s", "{\"skill\":\"later\"}", &err) < 0;
}

static void
waits_while_another_holds_the_lock(void **state)
{
	struct here *h = *state;
	struct ses_buf b = {0};
	int gate[2];
	pid_t pid;
	int fd;

	put_file(h, "s.jsonl", "");
	fd = open(path_of(h, "s.jsonl"), O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(write(fd, "{\"half\":", 8), 8);
	assert_int_equal(pipe(gate), 0);
	pid = start(gate, write_one, h, 0);
	close(gate[0]);
	close(gate[1]);
	while (!waits_for_a_lock(pid)) {
		assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
		(void)sched_yield();
	}
	assert_int_equal(write(fd, "1}\n", 3), 3);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	reap(pid);
	close(fd);
	assert_memory_equal(content(h, "s.jsonl", &b),
	    "{\"half\":1}\n{\"session_id\":\"s\"", 28);
	assert_int_equal(h->torn_len, 0);
	ses_buf_free(&b);
}

static void
follows_the_path_when_the_file_is_moved_or_removed(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct seshat_log *log;
	struct ses_buf b = {0};
	char moved[4200];
	char dir[200];

	(void)snprintf(dir, sizeof(dir), "%s/deep/er", h->dir);
	h->o.dir = dir;
	h->o.no_sync = 0;
	OK(seshat_log_open(&log, "s", &h->o, &err));
	OK(seshat_log_append(log, &e, &err));
	(void)snprintf(moved, sizeof(moved), "%s/moved", h->dir);
	assert_int_equal(rename(seshat_log_path(log), moved), 0);
	e.skill = "two";
	OK(seshat_log_append(log, &e, &err));
	OK(seshat_log_append(log, &e, &err));
	assert_non_null(strstr(content(h, "moved", &b), "\"fix\""));
	assert_null(strstr(content(h, "moved", &b), "\"two\""));
	assert_int_equal(unlink(seshat_log_path(log)), 0);
	assert_int_equal(rmdir(dir), 0);
	e.skill = "three";
	OK(seshat_log_append(log, &e, &err));
	assert_non_null(strstr(content(h, "deep/er/s.jsonl", &b), "\"three\""));
	assert_null(strstr(content(h, "deep/er/s.jsonl", &b), "\"two\""));
	OK(seshat_log_sync(log, &err));
	OK(seshat_log_close(log, &err));
	ses_buf_free(&b);
}

/* The exit status of work in a process of its own. */
static int
apart(int (*work)(struct here *h, int who), struct here *h)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(work(h, 0));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
append_from_elsewhere(struct here *h, int who)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e = entry();
	struct seshat_log *log;

	(void)who;
	h->o.dir = "sub";
	if (chdir(h->dir) < 0 || seshat_log_open(&log, "s", &h->o, &err) < 0 ||
	    seshat_log_append(log, &e, &err) < 0 || chdir("/") < 0 ||
	    seshat_log_append(log, &e, &err) < 0)
		return 1;
	return seshat_log_close(log, &err) < 0;
}

static void
keeps_its_folder_when_the_program_goes_elsewhere(void **state)
{
	struct here *h = *state;
	struct ses_buf b = {0};
	const char *text;

	assert_int_equal(apart(append_from_elsewhere, h), 0);
	text = strchr(content(h, "sub/s.jsonl", &b), '\n');
	assert_non_null(text);
	assert_non_null(strstr(text, "\"fix\""));
	ses_buf_free(&b);
}

static void
lets_two_handles_of_one_process_take_turns(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e;
	struct seshat_log *logs[2];
	char phase[400];
	int n;

	OK(seshat_log_open(&logs[0], "s", &h->o, &err));
	OK(seshat_log_open(&logs[1], "s", &h->o, &err));
	for (n = 0; n < EACH; n++) {
		fill(&e, phase, 0, n);
		OK(seshat_log_append(logs[n % 3 % 2], &e, &err));
	}
	OK(seshat_log_close(logs[0], &err));
	OK(seshat_log_close(logs[1], &err));
	check_entries(h, 1);
}

static void
refuses_what_is_no_file(void **state)
{
	struct here *h = *state;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r;

	assert_int_equal(mkfifo(path_of(h, "s.jsonl"), 0600), 0);
	FAILS(append_json(h, "s", "{}", &err), SESHAT_EFORMAT);
	assert_non_null(strstr(err.msg, "/s.jsonl: not a regular file"));
	FAILS(seshat_log_read_open(&r, "s", &h->o, &err), SESHAT_EFORMAT);
	assert_int_equal(mkdir(path_of(h, "d.jsonl"), 0700), 0);
	FAILS(append_json(h, "d", "{}", &err), SESHAT_ESYS);
	assert_non_null(strstr(err.msg, "/d.jsonl: open: Is a directory"));
	assert_int_equal(symlink("/dev/full", path_of(h, "f.jsonl")), 0);
	FAILS(append_json(h, "f", "{}", &err), SESHAT_EFORMAT);
}

/* Append until it fails, and once more; 0 when each failure named the file
 * and a full disk, and left the file as it was, to the last newline. */
static int
fill_up(struct here *h, const char *dir)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_entry e;
	struct stat before;
	struct stat after;
	static char big[65536];
	char phase[400];
	char path[200];
	char last = 'x';
	int fd;
	int n;
	int rc = 0;

	(void)snprintf(path, sizeof(path), "%s/s.jsonl", dir);
	h->o.dir = dir;
	for (n = 0; n < EACH && rc == 0; n++) {
		(void)stat(path, &before);
		fill(&e, phase, 0, n);
		rc = seshat_log_append_one("s", &e, &h->o, &err);
	}
	fd = open(path, O_RDONLY);
	if (rc == 0 || n < 3 || err.code != SESHAT_ELIMIT ||
	    strstr(err.msg, path) == NULL || stat(path, &after) < 0 ||
	    before.st_size != after.st_size || fd < 0 ||
	    pread(fd, &last, 1, after.st_size - 1) != 1 || last != '\n') {
		(void)fprintf(stderr, "%d entries: %s\n", n, err.msg);
		return 1;
	}
	close(fd);
	/* a log that could not be begun is not there */
	memset(big, 'b', sizeof(big) - 1);
	e.skill = big;
	(void)snprintf(path, sizeof(path), "%s/t.jsonl", dir);
	if (seshat_log_append_one("t", &e, &h->o, &err) == 0 ||
	    err.code != SESHAT_ELIMIT || stat(path, &after) == 0)
		return 2;
	return 0;
}

static int
fill_up_to_a_limit(struct here *h, int who)
{
	const struct rlimit limit = {10000, 10000};

	(void)who;
	(void)signal(SIGXFSZ, SIG_IGN);
	return setrlimit(RLIMIT_FSIZE, &limit) < 0 ? 3 : fill_up(h, h->dir);
}

static int
fill_up_a_small_disk(struct here *h, int who)
{
	char dir[80];
	int rc;

	(void)who;
	(void)snprintf(dir, sizeof(dir), "%s/disk", h->dir);
	if (mkdir(dir, 0700) < 0)
		return 3;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", dir, "tmpfs", 0, "size=32k") < 0)
		return 77; /* needs root, which not every machine gives */
	rc = fill_up(h, dir);
	(void)umount2(dir, MNT_DETACH);
	return rc;
}

static void
takes_back_what_a_file_size_limit_cut_short(void **state)
{
	assert_int_equal(apart(fill_up_to_a_limit, *state), 0);
}

static void
takes_back_what_a_full_disk_cut_short(void **state)
{
	int status = apart(fill_up_a_small_disk, *state);

	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

static int
write_where_it_may_not(struct here *h, int who)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct stat st;

	(void)who;
	if (geteuid() == 0 && setuid(65534) < 0)
		return 3;
	if (append_json(h, "new", "{}", &err) == 0 ||
	    err.code != SESHAT_EAUTH ||
	    strstr(err.msg, "/new.jsonl: open: Permission denied") == NULL)
		return 4;
	if (append_json(h, "old", "{}", &err) == 0 ||
	    err.code != SESHAT_EAUTH ||
	    strstr(err.msg, "/old.jsonl: open: Permission denied") == NULL)
		return 5;
	/* the torn tail cannot be saved, so nothing is cut or written */
	if (append_json(h, "torn", "{}", &err) == 0 ||
	    strstr(err.msg, "/torn.jsonl: create ") == NULL ||
	    stat(path_of(h, "torn.jsonl"), &st) < 0 || st.st_size != 5)
		return 6;
	(void)snprintf(h->torn, sizeof(h->torn), "%s/a/b", h->dir);
	h->o.dir = h->torn;
	if (append_json(h, "new", "{}", &err) == 0 ||
	    strstr(err.msg, "/a: Permission denied") == NULL)
		return 7;
	return 0;
}

static void
names_the_file_it_has_no_permission_for(void **state)
{
	struct here *h = *state;

	put_file(h, "old.jsonl", "{}\n");
	put_file(h, "torn.jsonl", "{\"tor");
	assert_int_equal(chmod(path_of(h, "old.jsonl"), 0444), 0);
	assert_int_equal(chmod(path_of(h, "torn.jsonl"), 0666), 0);
	assert_int_equal(chmod(h->dir, 0555), 0);
	assert_int_equal(apart(write_where_it_may_not, h), 0);
	assert_int_equal(chmod(h->dir, 0755), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(keeps_the_entries_of_64_processes_apart),
	    TEST(keeps_every_torn_tail_while_others_append),
	    TEST(waits_while_another_holds_the_lock),
	    TEST(follows_the_path_when_the_file_is_moved_or_removed),
	    TEST(keeps_its_folder_when_the_program_goes_elsewhere),
	    TEST(lets_two_handles_of_one_process_take_turns),
	    TEST(refuses_what_is_no_file),
	    TEST(takes_back_what_a_file_size_limit_cut_short),
	    TEST(takes_back_what_a_full_disk_cut_short),
	    TEST(names_the_file_it_has_no_permission_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
