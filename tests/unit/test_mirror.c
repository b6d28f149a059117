#define _GNU_SOURCE /* F_SETLEASE */

#include "unit/temp.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/fs.h"
#include "mirror/mirror.h"
#include "vault/pin.h"
#include "vault/read.h"

static const struct ses_harness_ops harness = {.name = "claude-code"};

static char dir[64];
static char source[128];
static struct ses_session session;
static struct ses_mirror mirror;
static struct ses_mirror_opts opts;
static char url[128];

static void
open_mirror(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(ses_mirror_open(&mirror, &opts, &err));
}

static int
set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/seshat-mirror-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	setenv("HOME", dir, 1);
	setenv("XDG_STATE_HOME", dir, 1);
	snprintf(source, sizeof(source), "%s/source.jsonl", dir);
	snprintf(url, sizeof(url), "file://%s/vault", dir);
	session = (struct ses_session){.harness = &harness,
	    .id = (char *)(uintptr_t) "11111111-2222-4333-8444-555555555555",
	    .path = source,
	    .cwd = (char *)(uintptr_t) "/nowhere/demo"};
	opts = (struct ses_mirror_opts){.store = url, .no_redact = 1};
	open_mirror();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_mirror_free(&mirror);
	return temp_remove(dir);
}

static void
write_at(const char *path, int flags, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
append(const char *text)
{
	write_at(source, O_APPEND, text);
}

static void
rewrite(const char *text)
{
	write_at(source, O_TRUNC, text);
}

/* Mirror once; the bytes that were new, or -1 after an error. */
static long
flush(const char *end, struct ses_flush_result *r)
{
	const struct ses_flush_how how = {.end = end};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result mine = {0};
	struct ses_flush_result *to = r != NULL ? r : &mine;
	long n;

	if (ses_mirror_flush(&mirror, &session, &how, to, &err) < 0) {
		print_message("# flush: %s\n", err.msg);
		ses_flush_result_free(to);
		return -1;
	}
	n = (long)to->new_bytes;
	ses_flush_result_free(&mine);
	return n;
}

static struct ses_where
where(void)
{
	return (struct ses_where){"demo", "claude-code", session.id};
}

static struct ses_streams
load(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;
	struct ses_where w = where();

	OK(ses_streams_load(mirror.store, &w, &l, &err));
	return l;
}

static size_t
count_streams(void)
{
	struct ses_streams l = load();
	size_t n = l.n;

	ses_streams_free(&l);
	return n;
}

static size_t
count_parts(void)
{
	struct ses_streams l = load();
	const struct ses_stream *st = ses_streams_current(&l);
	size_t n = st == NULL ? 0 : st->n;

	ses_streams_free(&l);
	return n;
}

static void
stored_is(const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_where w = where();

	OK(ses_session_read(mirror.store, &w, NULL, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), want);
	ses_buf_free(&b);
}

/* The path of the local state of the session. */
static const char *
state_file(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/claude-code/%s.json", mirror.state_dir,
	    session.id);
	return path;
}

static void
stores_only_what_is_new(void **state)
{
	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(flush(NULL, NULL), 0);
	append("{\"b\":2}\n{\"c\":");
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(flush(NULL, NULL), 0);
	append("3}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	assert_int_equal(count_streams(), 1);
	assert_int_equal(count_parts(), 3);
}

static void
an_empty_or_torn_source_stores_nothing(void **state)
{
	(void)state;
	append("");
	assert_int_equal(flush(NULL, NULL), 0);
	append("{\"torn");
	assert_int_equal(flush(NULL, NULL), 0);
	assert_int_equal(count_streams(), 0);
}

static void
at_the_end_the_torn_line_is_stored_and_later_completed(void **state)
{
	struct ses_flush_result r;

	(void)state;
	append("{\"a\":1}\n{\"b\"");
	assert_int_equal(flush("stopped", &r), 12);
	assert_non_null(r.meta);
	ses_flush_result_free(&r);
	stored_is("{\"a\":1}\n{\"b\"");
	assert_int_equal(flush("stopped", NULL), 0);
	assert_int_equal(count_parts(), 2);
	append(":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
	assert_int_equal(count_streams(), 1);
}

static void
one_torn_line_is_a_stream_and_later_completed(void **state)
{
	(void)state;
	append("{\"a\"");
	assert_int_equal(flush("stopped", NULL), 4);
	stored_is("{\"a\"");
	assert_int_equal(flush("stopped", NULL), 0);
	append(":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n");
	assert_int_equal(count_streams(), 1);
}

static void
losing_the_state_goes_on_with_the_stream(void **state)
{
	struct ses_flush_result r;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		append("{\"a\":1}\n");
		assert_int_equal(flush(NULL, NULL), 8);
		assert_int_equal(unlink(state_file()), 0);
	}
	assert_int_equal(flush(NULL, &r), 0);
	assert_false(r.opened);
	ses_flush_result_free(&r);
	stored_is("{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n");
	assert_int_equal(count_streams(), 1);
}

static void
an_old_state_takes_over_what_was_stored_behind_it(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf old = {0};

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	OK(ses_fs_slurp(state_file(), 1 << 20, &old, &err));
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	OK(ses_fs_replace(state_file(), old.data, old.len, 0600, 0, &err));
	append("{\"c\":3}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	assert_int_equal(count_streams(), 1);
	assert_int_equal(count_parts(), 3);
	ses_buf_free(&old);
}

static void
a_rewriting_before_the_place_of_an_old_state_is_seen(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = where();
	struct ses_buf old = {0};
	struct ses_buf key = {0};
	struct ses_buf all = {0};
	const struct ses_compact_how how = {0};
	struct ses_compact_result r;
	struct ses_streams l;
	int i;

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	l = load();
	ses_key_session(&key, &w);
	ses_buf_str(&key, l.v[0].parts[0].name);
	ses_streams_free(&l);
	OK(ses_fs_slurp(state_file(), 1 << 20, &old, &err));
	/* far behind it goes on, in a twin, and its first part is merged away
	 */
	for (i = 0; i < 900; i++)
		append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 7200);
	OK(ses_mirror_compact(&mirror, &w, &how, &r, &err));
	assert_int_equal(count_parts(), 1);
	OK(ses_store_del(mirror.store, ses_buf_cstr(&key), &err));
	write_at(source, 0, "{\"a\":7}\n");
	OK(ses_fs_replace(state_file(), old.data, old.len, 0600, 0, &err));
	assert_int_equal(flush(NULL, NULL), 7208);
	assert_int_equal(count_streams(), 2);
	OK(ses_fs_slurp(source, 1 << 20, &all, &err));
	stored_is(ses_buf_cstr(&all));
	ses_buf_free(&all);
	ses_buf_free(&key);
	ses_buf_free(&old);
}

static void
a_half_written_state_is_as_good_as_none(void **state)
{
	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	write_at(state_file(), O_TRUNC, "{\"schema_ver");
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
	assert_int_equal(count_streams(), 1);
}

static void
a_rewritten_source_opens_a_new_stream_and_keeps_the_old(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result r;
	struct ses_streams l;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_where w = where();
	const struct ses_stream *now;
	size_t i;

	(void)state;
	append("{\"a\":1}\n{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 16);
	rewrite("{\"x\":1}\n{\"y\":2}\n{\"z\":3}\n");
	assert_int_equal(flush(NULL, &r), 24);
	assert_true(r.rewritten);
	ses_flush_result_free(&r);
	rewrite("{\"s\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"s\":1}\n");
	assert_int_equal(count_streams(), 3);
	l = load();
	now = ses_streams_current(&l);
	for (i = 0; i < l.n; i++)
		if (&l.v[i] != now)
			OK(ses_session_read(
			    mirror.store, &w, l.v[i].id, &sink, &err));
	assert_int_equal(b.len, 40);
	ses_streams_free(&l);
	ses_buf_free(&b);
}

static void
what_was_rewritten_and_back_is_what_is_shown(void **state)
{
	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	rewrite("{\"x\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(unlink(state_file()), 0);
	rewrite("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
}

/* The path of a part, or with name NULL of the pin. */
static const char *
object(const char *name)
{
	static char path[512];

	if (name == NULL)
		snprintf(path, sizeof(path), "%s/vault/ids/claude-code/%s", dir,
		    session.id);
	else
		snprintf(path, sizeof(path),
		    "%s/vault/demo/sessions/claude-code/%s/%s", dir, session.id,
		    name);
	return path;
}

static void
a_damaged_part_does_not_keep_new_lines_out(void **state)
{
	struct ses_streams l;

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	append("{\"c\":3}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	l = load();
	assert_int_equal(truncate(object(l.v[0].parts[1].name), 20), 0);
	ses_streams_free(&l);
	assert_int_equal(unlink(state_file()), 0);
	append("{\"d\":4}\n");
	assert_int_equal(flush(NULL, NULL), 32);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
}

static void
a_lost_pin_and_state_are_made_again(void **state)
{
	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(unlink(object(NULL)), 0);
	assert_int_equal(unlink(state_file()), 0);
	assert_int_equal(flush(NULL, NULL), 0);
	assert_int_equal(count_streams(), 1);
	assert_int_equal(access(object(NULL), F_OK), 0);
}

static void
a_session_that_moved_goes_on(void **state)
{
	char moved[160];

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	snprintf(moved, sizeof(moved), "%s/moved.jsonl", dir);
	assert_int_equal(rename(source, moved), 0);
	session.path = moved;
	write_at(moved, O_APPEND, "{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
	assert_int_equal(count_streams(), 1);
}

static void
a_copy_beside_the_original_is_a_stream_of_its_own(void **state)
{
	char copy[160];

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	snprintf(copy, sizeof(copy), "%s/copy.jsonl", dir);
	write_at(copy, 0, "{\"a\":1}\n{\"z\":9}\n");
	session.path = copy;
	assert_int_equal(flush(NULL, NULL), 16);
	session.path = source;
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(count_streams(), 2);
}

static void
a_line_longer_than_memory_comes_in_pieces(void **state)
{
	const size_t len = ((is_small_run() ? 17U : 40U) << 20) + 123;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_where w = where();
	char *text = malloc(len + 3);
	size_t i;

	(void)state;
	if (text == NULL)
		abort();
	for (i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	memcpy(text + len, "\n\n", 3);
	text[10] = '\n';
	rewrite(text);
	assert_int_equal(flush(NULL, NULL), (long)len + 2);
	OK(ses_session_read(mirror.store, &w, NULL, &sink, &err));
	assert_int_equal(b.len, len + 2);
	assert_memory_equal(b.data, text, len + 2);
	assert_int_equal(count_streams(), 1);
	ses_buf_clear(&b);
	OK(ses_session_tail(mirror.store, &w, NULL, 2, &sink, &err));
	assert_int_equal(b.len, len + 2 - 11);
	assert_memory_equal(b.data, text + 11, b.len);
	append("{}\n");
	assert_int_equal(flush(NULL, NULL), 3);
	ses_buf_clear(&b);
	OK(ses_session_tail(mirror.store, &w, NULL, 1, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), "{}\n");
	ses_buf_free(&b);
	free(text);
}

static void
a_removed_session_stays_away_until_told_otherwise(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result r;
	struct ses_where w = where();

	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	OK(ses_vault_remove(mirror.store, &w, &err));
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, &r), 0);
	assert_true(r.removed);
	ses_flush_result_free(&r);
	assert_int_equal(count_streams(), 0);
	ses_mirror_free(&mirror);
	opts.again = 1;
	open_mirror();
	assert_int_equal(flush(NULL, NULL), 16);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
}

static void
another_project_than_the_pinned_one_is_an_error(void **state)
{
	(void)state;
	append("{\"a\":1}\n");
	assert_int_equal(flush(NULL, NULL), 8);
	ses_mirror_free(&mirror);
	opts.project = "other";
	open_mirror();
	append("{\"b\":2}\n");
	assert_int_equal(flush(NULL, NULL), 8); /* a configuration yields */
	ses_mirror_free(&mirror);
	opts.project_is_flag = 1;
	open_mirror();
	append("{\"c\":3}\n");
	assert_int_equal(flush(NULL, NULL), -1);
	stored_is("{\"a\":1}\n{\"b\":2}\n");
}

static void
few_bytes_wait_when_told_so(void **state)
{
	const struct ses_flush_how how = {.min_bytes = 10};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result r;

	(void)state;
	append("{\"a\":1}\n");
	OK(ses_mirror_flush(&mirror, &session, &how, &r, &err));
	assert_int_equal(r.new_bytes, 0);
	ses_flush_result_free(&r);
	append("{\"b\":2}\n");
	OK(ses_mirror_flush(&mirror, &session, &how, &r, &err));
	assert_int_equal(r.new_bytes, 16);
	ses_flush_result_free(&r);
}

struct names {
	const char *kind;
	size_t n;
};

static int
count_one(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct names *n = arg;

	(void)err;
	n->n +=
	    strncmp(strrchr(o->key, '/') + 1, n->kind, strlen(n->kind)) == 0;
	return 0;
}

static void
many_parts_are_listed_by_checkpoints_and_merged(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_where w = where();
	struct ses_buf tail = {0};
	struct ses_sink sink = ses_sink_buf(&tail);
	struct ses_streams l;
	char line[32];
	struct ses_buf all = {0};
	int i;

	(void)state;
	for (i = 0; i < 150; i++) {
		snprintf(line, sizeof(line), "{\"n\":%d}\n", i);
		append(line);
		ses_buf_str(&all, line);
		assert_int_equal(flush(NULL, NULL), (long)strlen(line));
		if (i % 40 == 0)
			unlink(state_file());
	}
	l = load();
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].next_seq, 150);
	assert_true(l.v[0].n_listed >= 2);
	assert_true(l.v[0].n < 80);
	assert_true(ses_entry_is_merged(&l.v[0].parts[0]));
	ses_streams_free(&l);
	stored_is(ses_buf_cstr(&all));
	OK(ses_session_tail(mirror.store, &w, NULL, 140, &sink, &err));
	assert_string_equal(
	    ses_buf_cstr(&tail), all.data + strlen("{\"n\":0}\n") * 10);
	ses_buf_free(&all);
	ses_buf_free(&tail);
}

static size_t
count_objects(const char *kind)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct names n = {.kind = kind};
	const struct ses_store_list all = {.prefix = "demo/sessions/"};

	OK(ses_store_list(mirror.store, &all, count_one, &n, &err));
	return n.n;
}

/* All but the last three objects into few. */
static void
compact_now(void)
{
	const struct ses_compact_how how = {.keep_tail = 3};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_compact_result r;
	struct ses_where w = where();

	OK(ses_mirror_compact(&mirror, &w, &how, &r, &err));
	assert_int_equal(r.damaged, 0);
	assert_true(count_parts() <= 4);
}

static void
what_was_merged_is_compacted_and_goes_on(void **state)
{
	struct ses_buf all = {0};
	char line[64];
	int i;

	(void)state;
	mirror.opts.merge_fan = 4;
	for (i = 0; i < 120; i++) {
		snprintf(line, sizeof(line), "{\"n\":%d}\n", i);
		append(line);
		ses_buf_str(&all, line);
		/* a torn end, that is stored and then completed */
		if (i % 25 == 24) {
			append("{\"torn");
			assert_true(flush("stopped", NULL) > 0);
			append("\":1}\n");
			ses_buf_str(&all, "{\"torn\":1}\n");
		}
		assert_true(flush(NULL, NULL) > 0);
		if (i % 40 == 39)
			compact_now();
		assert_int_equal(flush(NULL, NULL), 0);
		assert_true(count_parts() < 30);
	}
	assert_int_equal(count_streams(), 1);
	stored_is(ses_buf_cstr(&all));
	assert_true(count_objects("part-") >= 120);
	ses_buf_free(&all);
}

static void
the_source_is_only_read(void **state)
{
	struct stat before;
	struct stat after;
	int fd;

	(void)state;
	append("{\"a\":1}\n{\"torn");
	assert_int_equal(chmod(source, 0400), 0);
	assert_int_equal(stat(source, &before), 0);
	/* while this is held, nobody opens it for writing without waiting;
	 * some file systems have no leases */
	(void)signal(SIGIO, SIG_IGN);
	fd = open(source, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	if (fcntl(fd, F_SETLEASE, F_RDLCK) < 0)
		assert_int_equal(errno, EINVAL);
	assert_int_equal(flush(NULL, NULL), 8);
	assert_int_equal(flush("stopped", NULL), 6);
	close(fd);
	assert_int_equal(stat(source, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	assert_memory_equal(
	    &after.st_mtim, &before.st_mtim, sizeof(after.st_mtim));
	assert_memory_equal(
	    &after.st_ctim, &before.st_ctim, sizeof(after.st_ctim));
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(stores_only_what_is_new),
	    WITH(an_empty_or_torn_source_stores_nothing),
	    WITH(at_the_end_the_torn_line_is_stored_and_later_completed),
	    WITH(one_torn_line_is_a_stream_and_later_completed),
	    WITH(losing_the_state_goes_on_with_the_stream),
	    WITH(an_old_state_takes_over_what_was_stored_behind_it),
	    WITH(a_rewriting_before_the_place_of_an_old_state_is_seen),
	    WITH(a_half_written_state_is_as_good_as_none),
	    WITH(a_rewritten_source_opens_a_new_stream_and_keeps_the_old),
	    WITH(what_was_rewritten_and_back_is_what_is_shown),
	    WITH(a_damaged_part_does_not_keep_new_lines_out),
	    WITH(a_lost_pin_and_state_are_made_again),
	    WITH(a_session_that_moved_goes_on),
	    WITH(a_copy_beside_the_original_is_a_stream_of_its_own),
	    WITH(a_line_longer_than_memory_comes_in_pieces),
	    WITH(a_removed_session_stays_away_until_told_otherwise),
	    WITH(another_project_than_the_pinned_one_is_an_error),
	    WITH(few_bytes_wait_when_told_so),
	    WITH(many_parts_are_listed_by_checkpoints_and_merged),
	    WITH(what_was_merged_is_compacted_and_goes_on),
	    WITH(the_source_is_only_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
