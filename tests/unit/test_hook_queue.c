#include "unit/hook_home.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "hook/queue.h"
#include "hook/state.h"

static struct ses_hook_item
item_of(const char *id, const char *event)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_item item = {0};
	struct ses_buf b = {0};

	ses_buf_fmt(&b,
	    "{\"session_id\":\"%s\",\"hook_event_name\":\"%s\","
	    "\"transcript_path\":\"/x/%s.jsonl\"}",
	    id, event, id);
	OK(ses_hook_parse("claude-code", b.data, b.len, &item, &err));
	ses_buf_free(&b);
	return item;
}

static void
put(const char *id, const char *event)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_item item = item_of(id, event);

	OK(ses_hook_queue_add(&item, &err));
	ses_hook_item_free(&item);
}

static void
many_hooks_of_a_session_are_one(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_list l = {0};

	(void)state;
	put("a", "SessionStart");
	put("a", "Stop");
	put("b", "Stop");
	put("a", "SessionEnd");
	put("b", "SessionEnd");
	put("b", "SessionStart");
	assert_true(ses_hook_queue_has_new());
	OK(ses_hook_queue_take(&l, &err));
	assert_false(ses_hook_queue_has_new());
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].event, "SessionEnd");
	assert_string_equal(l.v[0].path, "/x/a.jsonl");
	/* it goes on, but what was to be flushed is */
	assert_string_equal(l.v[1].event, "Stop");
	l.v[0].done = 1;
	OK(ses_hook_queue_keep(&l, &err));
	ses_hook_list_free(&l);
	put("b", "SessionEnd");
	assert_int_equal(ses_hook_queue_waiting(), 1);
	OK(ses_hook_queue_take(&l, &err));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].event, "SessionEnd");
	l.v[0].done = 1;
	OK(ses_hook_queue_keep(&l, &err));
	ses_hook_list_free(&l);
	assert_int_equal(ses_hook_queue_waiting(), 0);
}

/* A hook of session "a" that was called so many ms after a moment. */
static void
put_at(const char *event, int64_t ms)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_item item = item_of("a", event);

	item.time = 1700000000000 + ms;
	OK(ses_hook_queue_add(&item, &err));
	ses_hook_item_free(&item);
}

static void
hooks_that_overtake_each_other_keep_their_order(void **state)
{
	static const struct {
		const char *first;
		int64_t first_at;
		const char *then;
		int64_t then_at;
		const char *want;
	} rows[] = {
	    {"SessionEnd", 9, "Stop", 5, "SessionEnd"},
	    {"SessionEnd", 5, "Stop", 5, "SessionEnd"},
	    {"SessionEnd", 5, "Stop", 6, "Stop"},
	    {"Stop", 5, "SessionEnd", 5, "SessionEnd"},
	    {"Stop", 9, "SessionEnd", 5, "Stop"},
	    {"SessionStart", 9, "SessionEnd", 5, "Stop"},
	    {"SessionEnd", 9, "SessionStart", 5, "SessionEnd"},
	    {"SessionEnd", 5, "SessionStart", 5, "Stop"},
	    {"SessionEnd", 3600000, "Stop", 5, "Stop"},
	};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_list l = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_at(rows[i].first, rows[i].first_at);
		put_at(rows[i].then, rows[i].then_at);
		OK(ses_hook_queue_take(&l, &err));
		assert_int_equal(l.n, 1);
		assert_string_equal(l.v[0].event, rows[i].want);
		assert_string_equal(l.v[0].path, "/x/a.jsonl");
		l.v[0].done = 1;
		OK(ses_hook_queue_keep(&l, &err));
		ses_hook_list_free(&l);
	}
}

static void
a_torn_line_of_the_queue_is_passed_over(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_list l = {0};
	struct ses_buf path = {0};
	FILE *f;

	(void)state;
	put("a", "Stop");
	OK(ses_hook_state("queue", &path, &err));
	f = fopen(path.data, "ae");
	assert_non_null(f);
	(void)fputs("{\"agent\":\"clau\n[]\n\n{\"id\":\"..\",\"agent\":\"x\","
		    "\"event\":\"Stop\"}\n",
	    f);
	(void)fclose(f);
	put("b", "Stop");
	OK(ses_hook_queue_take(&l, &err));
	assert_int_equal(l.n, 2);
	l.v[0].done = l.v[1].done = 1;
	OK(ses_hook_queue_keep(&l, &err));
	ses_hook_list_free(&l);
	ses_buf_free(&path);
}

static void
a_line_that_was_cut_off_takes_no_other_with_it(void **state)
{
	static const char *const left[] = {"{\"time\":1,\"agent\":\"clau", "x"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_list l = {0};
	struct ses_buf path = {0};
	size_t i;

	(void)state;
	OK(ses_hook_state("queue", &path, &err));
	for (i = 0; i < 2; i++) {
		OK(ses_fs_replace(
		    path.data, left[i], strlen(left[i]), 0600, 0, &err));
		put("b", "Stop");
		OK(ses_hook_queue_take(&l, &err));
		assert_int_equal(l.n, 1);
		assert_int_equal(l.torn, 1);
		l.v[0].done = 1;
		OK(ses_hook_queue_keep(&l, &err));
		ses_hook_list_free(&l);
	}
	ses_buf_free(&path);
}

static void
the_queue_and_the_log_have_a_bound(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_item item = item_of("a", "Stop");
	struct ses_hook_trouble t;
	struct ses_hook_list l = {0};
	struct ses_buf path = {0};
	struct stat st;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		if (ses_hook_queue_add(&item, &err) < 0)
			break;
	assert_true(i < 100000);
	assert_int_equal(err.code, SESHAT_ELIMIT);
	OK(ses_hook_queue_take(&l, &err));
	assert_int_equal(l.n, 1);
	l.v[0].done = 1;
	OK(ses_hook_queue_keep(&l, &err));
	ses_hook_list_free(&l);
	ses_hook_item_free(&item);
	for (i = 0; i < 5000; i++)
		ses_hook_tell(SES_HOOK_FAILED, "failure %d", i);
	OK(ses_hook_state("log", &path, &err));
	if (stat(path.data, &st) == 0)
		assert_true(st.st_size <= SES_HOOK_LOG_MAX + 1000);
	ses_hook_trouble(&t);
	assert_string_equal(t.text, "failure 4999");
	assert_true(t.n > 100);
	ses_hook_tell(SES_HOOK_NOTE, "not a failure");
	ses_hook_tell(SES_HOOK_WELL, "well");
	ses_hook_trouble(&t);
	assert_int_equal(t.n, 0);
	ses_buf_free(&path);
}

/* A look that takes as long as it takes the other to try. */
static void *
look_for_a_while(void *arg)
{
	const struct timespec briefly = {.tv_nsec = 20000000};

	(void)nanosleep(&briefly, NULL);
	(void)close(*(int *)arg);
	return NULL;
}

static void
who_looks_at_a_lock_does_not_have_it(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	pthread_t thread;
	int look;
	int other = -1;
	int fd = -1;

	(void)state;
	OK(ses_hook_state("lock", &path, &err));
	look = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(flock(look, LOCK_SH), 0);
	assert_int_equal(
	    pthread_create(&thread, NULL, look_for_a_while, &look), 0);
	assert_int_equal(ses_hook_lock(path.data, "me", &fd, &err), 1);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(ses_hook_is_locked(path.data, &text));
	assert_string_equal(text.data, "me");
	assert_int_equal(ses_hook_lock(path.data, "him", &other, &err), 0);
	(void)close(fd);
	assert_false(ses_hook_is_locked(path.data, &text));
	ses_buf_free(&path);
	ses_buf_free(&text);
}

static void
what_names_no_session_is_no_hook(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{\"session_id\":1}",
	    "{\"session_id\":\"../x\"}", "{\"session_id\":\"\"}",
	    "{\"hook_event_name\":\"Stop\"}"};
	static const char torn[] = "{\"session_id\":\"a\",\"last\":\"tor";
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_hook_item item = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FAILS(ses_hook_parse(
			  "codex", bad[i], strlen(bad[i]), &item, &err),
		    SESHAT_EFORMAT);
	/* cut off in the middle it still says whose it is */
	OK(ses_hook_parse("codex", torn, strlen(torn), &item, &err));
	assert_string_equal(item.id, "a");
	assert_string_equal(item.event, "?");
	ses_hook_item_free(&item);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(many_hooks_of_a_session_are_one),
	    WITH(hooks_that_overtake_each_other_keep_their_order),
	    WITH(a_torn_line_of_the_queue_is_passed_over),
	    WITH(a_line_that_was_cut_off_takes_no_other_with_it),
	    WITH(the_queue_and_the_log_have_a_bound),
	    WITH(who_looks_at_a_lock_does_not_have_it),
	    WITH(what_names_no_session_is_no_hook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
