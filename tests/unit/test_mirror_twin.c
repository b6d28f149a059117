/*
 * Two states of one owner, and one source that both mirror: two containers, or
 * a machine and its copy.  The linker puts calls of ours in front of some of
 * the vault's, in which the other one acts at its worst moment.
 */
#include "unit/temp.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "mirror/mirror.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/read.h"

static const struct ses_harness_ops harness = {.name = "claude-code"};
static const struct ses_where where = {
    "demo", "claude-code", "11111111-2222-4333-8444-555555555555"};

static char dir[64];
static char source[128];
static char url[128];
static char states[2][128];
static struct ses_session session;
static struct ses_mirror mirror;
static struct ses_mirror twin;

/* What the other one does meanwhile: once. */
static void (*meanwhile)(void);
static unsigned wanted; /* part that is there then */

static void
open_mirror(struct ses_mirror *m, const char *state)
{
	const struct ses_mirror_opts opts = {.store = url, .no_redact = 1};
	struct seshat_err err = SESHAT_ERR_INIT;

	setenv("XDG_STATE_HOME", state, 1);
	OK(ses_mirror_open(m, &opts, &err));
	memset(m->owner.id, 'a', SES_OWNER_ID - 1);
	m->owner.id[SES_OWNER_ID - 1] = '\0';
}

static int
set_up(void **state)
{
	(void)state;
	meanwhile = NULL;
	strcpy(dir, "/tmp/seshat-twin-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	setenv("HOME", dir, 1);
	snprintf(source, sizeof(source), "%s/source.jsonl", dir);
	snprintf(url, sizeof(url), "file://%s/vault", dir);
	snprintf(states[0], sizeof(states[0]), "%s/state-0", dir);
	snprintf(states[1], sizeof(states[1]), "%s/state-1", dir);
	session = (struct ses_session){.harness = &harness,
	    .id = (char *)(uintptr_t)where.id,
	    .path = source,
	    .cwd = (char *)(uintptr_t) "/nowhere/demo"};
	open_mirror(&mirror, states[0]);
	open_mirror(&twin, states[1]);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ses_mirror_free(&mirror);
	ses_mirror_free(&twin);
	return temp_remove(dir);
}

static void
append(const char *text)
{
	int fd = open(source, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Mirror once, which has to succeed. */
static struct ses_flush_result
flush(struct ses_mirror *m, const char *end)
{
	const struct ses_flush_how how = {.end = end};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_flush_result r = {0};
	struct ses_flush_result told;

	OK(ses_mirror_flush(m, &session, &how, &r, &err));
	told = r;
	told.meta = NULL;
	told.project = NULL;
	ses_flush_result_free(&r);
	return told;
}

static void
stored_is(const char *want)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	struct ses_sink sink = ses_sink_buf(&b);
	struct ses_streams l;
	size_t n;

	OK(ses_session_read(mirror.store, &where, NULL, &sink, &err));
	assert_string_equal(ses_buf_cstr(&b), want);
	ses_buf_free(&b);
	OK(ses_streams_load(mirror.store, &where, &l, &err));
	n = l.n;
	assert_string_equal(l.v[0].damage, "");
	ses_streams_free(&l);
	assert_int_equal(n, 1);
}

/* The key of the only stream's part. */
static void
part_key(unsigned seq, struct ses_buf *key)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char name[SES_PART_NAME];
	struct ses_streams l;

	OK(ses_streams_load(mirror.store, &where, &l, &err));
	assert_int_equal(l.n, 1);
	ses_key_part(name, seq, l.v[0].id);
	ses_streams_free(&l);
	ses_key_session(key, &where);
	ses_buf_str(key, name);
	assert_non_null(ses_buf_cstr(key));
}

static int
has_part(unsigned seq)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store_object o;
	struct ses_buf key = {0};
	int there;

	part_key(seq, &key);
	there = ses_store_head(mirror.store, key.data, &o, &err) == 0;
	ses_buf_free(&key);
	return there;
}

static void
let_act(void)
{
	void (*act)(void) = meanwhile;

	meanwhile = NULL;
	if (act == NULL)
		return;
	if (has_part(wanted))
		act();
	else
		meanwhile = act;
}

static int at_fetch; /* it acts before a part is fetched, else a look */

/* The function that stands before name, whose own it can call __real_. */
#define WRAP(name, args)                                                       \
	int __real_##name args;                                                \
	int __wrap_##name args;                                                \
	int __wrap_##name args

WRAP(ses_removed_get,
    (struct ses_store * s, const struct ses_where *w, struct seshat_err *err))
{
	if (!at_fetch)
		let_act();
	return __real_ses_removed_get(s, w, err);
}

WRAP(ses_stream_fetch,
    (struct ses_store * s, const struct ses_where *w, struct ses_entry *e,
	struct ses_buf *redactions, struct seshat_err *err))
{
	if (at_fetch)
		let_act();
	return __real_ses_stream_fetch(s, w, e, redactions, err);
}

static const char *
state_file(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/claude-code/%s.json", mirror.state_dir,
	    session.id);
	return path;
}

/* Nothing was acknowledged to us for a long time. */
static void
make_old(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	json_t *doc;
	char *text;

	OK(ses_fs_slurp(state_file(), 1 << 20, &b, &err));
	doc = ses_doc_parse(ses_buf_cstr(&b), b.len, &err);
	assert_non_null(doc);
	ses_doc_set_time(
	    json_array_get(json_object_get(doc, "sources"), 0), "ack_at", 1000);
	text = json_dumps(doc, JSON_COMPACT);
	assert_non_null(text);
	OK(ses_fs_replace(state_file(), text, strlen(text), 0600, 0, &err));
	free(text);
	json_decref(doc);
	ses_buf_free(&b);
}

static void
twin_goes_on(void)
{
	struct ses_flush_result r;

	append("{\"c\":3}\n");
	r = flush(&twin, NULL);
	assert_int_equal(r.new_bytes, 8);
	assert_int_equal(r.opened, 0);
	assert_int_equal(has_part(2), 1);
}

static void
a_part_that_a_twin_goes_on_behind_is_not_taken_back(void **state)
{
	struct ses_flush_result r;

	(void)state;
	append("{\"a\":1}\n");
	(void)flush(&mirror, NULL);
	make_old();
	append("{\"b\":2}\n");
	at_fetch = 0;
	wanted = 1;
	meanwhile = twin_goes_on;
	r = flush(&mirror, NULL);
	assert_null(meanwhile);
	assert_int_equal(r.rewritten, 0);
	assert_int_equal(r.opened, 0);
	assert_int_equal(has_part(1), 1);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	append("{\"d\":4}\n");
	r = flush(&mirror, NULL);
	assert_int_equal(r.new_bytes, 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
}

/* As after two hours. */
static void
twin_merges_and_deletes(void)
{
	const struct ses_compact_how how = {0};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_compact_result res;
	struct ses_buf key = {0};

	part_key(1, &key);
	OK(ses_mirror_compact(&twin, &where, &how, &res, &err));
	assert_int_equal(res.made, 1);
	OK(ses_store_del(mirror.store, key.data, &err));
	ses_buf_free(&key);
}

static void
what_a_twin_deletes_meanwhile_is_no_failure(void **state)
{
	struct ses_flush_result r;

	(void)state;
	append("{\"a\":1}\n");
	(void)flush(&mirror, NULL);
	append("{\"b\":2}\n");
	(void)flush(&twin, NULL);
	append("{\"c\":3}\n");
	(void)flush(&twin, NULL);
	at_fetch = 1;
	wanted = 1;
	meanwhile = twin_merges_and_deletes;
	r = flush(&mirror, NULL);
	assert_null(meanwhile);
	assert_int_equal(has_part(1), 0);
	assert_int_equal(r.rewritten, 0);
	assert_int_equal(r.opened, 0);
	assert_int_equal(r.new_bytes, 0);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
	append("{\"d\":4}\n");
	r = flush(&mirror, NULL);
	assert_int_equal(r.new_bytes, 8);
	stored_is("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
}

static void
user_removes(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(ses_vault_remove(mirror.store, &where, &err));
}

static void
a_session_removed_while_it_ends_is_no_failure(void **state)
{
	struct ses_flush_result r;

	(void)state;
	append("{\"a\":1}\n");
	(void)flush(&mirror, NULL);
	append("{\"b\":2}\n");
	(void)flush(&mirror, NULL);
	at_fetch = 1;
	wanted = 1;
	meanwhile = user_removes;
	r = flush(&mirror, "stopped");
	assert_null(meanwhile);
	assert_int_equal(r.removed, 1);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_part_that_a_twin_goes_on_behind_is_not_taken_back),
	    WITH(what_a_twin_deletes_meanwhile_is_no_failure),
	    WITH(a_session_removed_while_it_ends_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
