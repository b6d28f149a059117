/*
 * Each allocation of what commits made to fail in turn: sweep [STRIDE].  After
 * every run that was cut short there is an error that says so, or success;
 * and one more run makes the vault what it would have been.
 *
 * With a stride only every so many allocations are tried, other ones for each
 * scene; 1 is all of them.
 */
#include "unit/temp.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "harness/claude_code.h"
#include "memory/deny.h"
#include "mirror/audit.h"
#include "mirror/run.h"
#include "vault/companion.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/read.h"
#include "vault/verify.h"

#define TRIES_MAX 20000 /* no run needs as many allocations */
#define ID        "11111111-2222-4333-8444-555555555555"
#define LATER     "\"}\n{\"z\":26}\n"
#define SECRET                                                                 \
	"ghp_"                                                                 \
	"q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaTe8u"

static const struct ses_harness_ops harness = {.name = "claude-code",
    .companions = ses_claude_companions,
    .companion_path = ses_claude_companion_path};
static const struct ses_where where = {"demo", "claude-code", ID};
static const struct ses_flush_how goes_on = {0};
static const struct ses_flush_how ends = {.end = "stopped"};

static unsigned stride = 1;
static unsigned trying;   /* which allocation fails */
static unsigned fan;      /* so many parts are merged, 0: as ever */
static int raw;           /* nothing is redacted */
static unsigned n_beside; /* files that stand beside the transcript */
static char dir[64];
static char source[128];
static char state_file[512];
static char url[128];
static char reference_url[128];

/* What is done to the vault, and before it. */
struct scene {
	void (*prepare)(void);
	const struct ses_flush_how *how;
	unsigned streams; /* that may be there then, at most */
	int (*rework)(struct seshat_err *err); /* instead of mirroring */
};

static void
write_source(int flags, const char *text)
{
	int fd = open(source, O_WRONLY | O_CREAT | flags, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
append(const char *text)
{
	write_source(O_APPEND, text);
}

static void
keep_error(void *arg, const struct ses_session *s, const struct seshat_err *why)
{
	(void)s;
	*(struct seshat_err *)arg = *why;
}

/* As 'seshat mirror' of the one session. */
static int
mirror(
    const char *store, const struct ses_flush_how *how, struct seshat_err *err)
{
	struct ses_session session = {.harness = &harness,
	    .id = (char *)(uintptr_t)ID,
	    .path = source,
	    .title = (char *)(uintptr_t) "Where " SECRET " goes",
	    .cwd = (char *)(uintptr_t) "/nowhere/demo"};
	struct ses_session_list list = {.v = &session, .n = 1, .cap = 1};
	struct ses_mirror_opts opts = {
	    .store = store, .merge_fan = fan, .no_redact = raw};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_run_totals t;
	struct ses_run run = {.opts = &opts,
	    .how = how,
	    .sessions = &list,
	    .workers = 1,
	    .failed = keep_error,
	    .arg = &why};

	if (ses_run_mirror(&run, &t, err) < 0)
		return -1;
	if (t.failed > 0)
		*err = why;
	return t.failed > 0 ? -1 : 0;
}

static int
compact_with(const struct ses_compact_how *how, struct seshat_err *err)
{
	const struct ses_mirror_opts opts = {.store = url};
	struct ses_compact_result r;
	struct ses_mirror m;
	int rc;

	if (ses_mirror_open(&m, &opts, err) < 0)
		return -1;
	rc = ses_mirror_compact(&m, &where, how, &r, err);
	ses_mirror_free(&m);
	if (r.damaged > 0)
		fail_msg("allocation %u: %d, damaged: %llu", trying, rc,
		    (unsigned long long)r.damaged);
	return rc;
}

/* As 'seshat compact'. */
static int
compact(struct seshat_err *err)
{
	return compact_with(&(struct ses_compact_how){0}, err);
}

/* As 'seshat compact --archive'. */
static int
archive(struct seshat_err *err)
{
	return compact_with(&(struct ses_compact_how){.archive = 1}, err);
}

static void
on_hit(void *arg, const struct ses_audit_hit *h)
{
	(void)arg;
	assert_true(strlen(h->head) <= 4);
}

static void
on_problem(void *arg, const char *stream, const char *part, const char *what)
{
	(void)arg;
	(void)stream;
	fail_msg("allocation %u: %s: %s", trying, part, what);
}

/* As 'seshat audit --fix'. */
static int
audit(struct seshat_err *err)
{
	const struct ses_mirror_opts opts = {.store = url};
	struct ses_audit_how how = {
	    .fix = 1, .hit = on_hit, .problem = on_problem};
	struct ses_audit_result r = {0};
	struct ses_mirror m;
	json_t *index = NULL;
	int rc;

	if (ses_mirror_open(&m, &opts, err) < 0)
		return -1;
	rc = ses_audit_index(m.store, &index, err);
	how.index = index;
	if (rc == 0)
		rc = ses_mirror_audit(&m, &where, &how, &r, err);
	json_decref(index);
	ses_mirror_free(&m);
	assert_true(rc < 0 || r.left == 0);
	return rc;
}

static void
mirror_well(const char *store, const struct ses_flush_how *how)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	OK(mirror(store, how, &err));
}

static void
set_state_home(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(setenv("XDG_STATE_HOME", path, 1), 0);
}

static void
remove_below(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)temp_remove(path);
}

static void
begin(void)
{
	n_beside = 0;
	remove_below("source");
	remove_below("vault");
	remove_below("state");
	write_source(O_TRUNC,
	    "{\"timestamp\":\"2026-06-27T10:15:00.000Z\",\"a\":1}\n"
	    "{\"key\":\"" SECRET "\"}\n");
}

static void
one_part(void)
{
	begin();
	mirror_well(url, &goes_on);
	append("{\"b\":2}\n{\"c\":\"" SECRET "\"}\n");
}

static void
many_parts(void)
{
	one_part();
	mirror_well(url, &goes_on);
	append("{\"d\":4}\n");
	mirror_well(url, &goes_on);
	append("{\"e\":\"" SECRET "\"}\n");
}

static void
ended(void)
{
	many_parts();
	mirror_well(url, &ends);
}

/* Archived, and there is more of it. */
static void
thawing(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	ended();
	OK(archive(&err));
	append("{\"g\":7}\n");
}

static void
thawed(void)
{
	thawing();
	mirror_well(url, &ends);
}

/* Files beside the transcript; one of them says what is a secret. */
static void
put_beside(const char *name, const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[160];

	snprintf(path, sizeof(path), "%s/source/tool-results", dir);
	OK(ses_fs_mkdirs(path, 0700, &err));
	snprintf(path, sizeof(path), "%s/source/%s", dir, name);
	OK(ses_fs_replace(path, text, strlen(text), 0600, 0, &err));
}

static void
with_files(void)
{
	begin();
	put_beside("custom-title.json", "{\"customTitle\":\"A\"}");
	put_beside("tool-results/a.txt", "it is " SECRET "\n");
	n_beside = 2;
}

static void
with_new_files(void)
{
	with_files();
	mirror_well(url, &goes_on);
	put_beside("custom-title.json", "{\"customTitle\":\"B\"}");
	put_beside("tool-results/b.txt", "and " SECRET "\n");
	n_beside = 3;
}

static void
with_files_and_no_state(void)
{
	with_files();
	mirror_well(url, &goes_on);
	assert_int_equal(unlink(state_file), 0);
}

static void
with_raw_files(void)
{
	raw = 1;
	with_files();
	mirror_well(url, &goes_on);
	raw = 0;
}

static void
raw_parts(void)
{
	raw = 1;
	many_parts();
	raw = 0;
}

static void
without_state(void)
{
	many_parts();
	assert_int_equal(unlink(state_file), 0);
}

/* The last part was stored, and the state does not know. */
static void
with_old_state(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf old = {0};

	many_parts();
	OK(ses_fs_slurp(state_file, 1 << 20, &old, &err));
	mirror_well(url, &goes_on);
	OK(ses_fs_replace(state_file, old.data, old.len, 0600, 0, &err));
	ses_buf_free(&old);
	append("{\"f\":6}\n");
}

static void
with_torn_line(void)
{
	many_parts();
	append("{\"torn\":\"");
}

static void
rewritten(void)
{
	one_part();
	write_source(O_TRUNC, "{\"x\":\"" SECRET "\"}\n{\"y\":2}\n");
}

static int
count_one(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	(void)name;
	(void)type;
	(void)err;
	*(unsigned *)arg += 1;
	return 0;
}

/* The next try of a row; the first of a row differs from row to row. */
static unsigned
first_try(void)
{
	static unsigned rows;

	return 1 + rows++ * 7 % stride;
}

static unsigned
open_files(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned n = 0;

	OK(ses_fs_each("/proc/self/fd", count_one, &n, &err));
	return n;
}

static int
is_litter(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	(void)arg;
	(void)type;
	(void)err;
	return ses_str_starts(name, ".tmp-");
}

static void
no_litter(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char path[128];
	int rc;

	snprintf(path, sizeof(path), "%s/vault", dir);
	rc = ses_fs_each(path, is_litter, NULL, &err);
	assert_true(rc == 0 || err.code == SESHAT_ENOTFOUND);
}

static void
content(const char *store, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = ses_sink_buf(out);
	struct ses_store *s;

	ses_buf_clear(out);
	OK(ses_store_open(&s, store, NULL, &err));
	OK(ses_session_read(s, &where, NULL, &sink, &err));
	(void)ses_buf_cstr(out);
	ses_store_free(s);
}

static void
print_problem(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	(void)arg;
	print_message("# %s %s: %s\n", st->id, e == NULL ? "" : e->name, what);
}

static json_t *
document(const char *store, const char *name)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct ses_store *s;
	json_t *doc;

	ses_key_session(&key, &where);
	ses_buf_str(&key, name);
	OK(ses_store_open(&s, store, NULL, &err));
	doc = ses_doc_get(s, ses_buf_cstr(&key), &err);
	if (doc == NULL)
		fail_msg("%s", err.msg);
	ses_store_free(s);
	ses_buf_free(&key);
	return doc;
}

/* What a mirror that lacked nothing makes of the source as it is: the bytes,
 * and what of the summary does not depend on when and in how many parts. */
struct wanted {
	struct ses_buf text;
	json_t *meta;
	char sha[SES_SHA256_HEX];
};

static void
find_wanted(struct wanted *w)
{
	remove_below("reference");
	remove_below("reference-state");
	set_state_home("reference-state");
	mirror_well(reference_url, &ends);
	set_state_home("state");
	content(reference_url, &w->text);
	assert_null(strstr(w->text.data, SECRET));
	ses_sha256_of(w->text.data, w->text.len, w->sha);
	w->meta = document(reference_url, "meta.json");
}

static void
wanted_free(struct wanted *w)
{
	ses_buf_free(&w->text);
	json_decref(w->meta);
}

static void
same_summary(const struct wanted *w)
{
	static const char *const names[] = {"title", "source_path", "cwd",
	    "session_id", "harness", "project", "total_source_bytes",
	    "total_uploaded_bytes", "lines", "redaction_counts", "host",
	    "agent_id"};
	json_t *got = document(url, "meta.json");
	json_t *a;
	json_t *b;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		a = json_object_get(got, names[i]);
		b = json_object_get(w->meta, names[i]);
		if (a == NULL || !json_equal(a, b))
			fail_msg("%s is %s, not %s", names[i],
			    a == NULL ? "absent"
				      : json_dumps(a, JSON_ENCODE_ANY),
			    json_dumps(b, JSON_ENCODE_ANY));
	}
	json_decref(got);
}

/* The checkpoint knows the hash of all, or knows that it does not. */
static void
same_hash(const struct ses_streams *l, const struct wanted *w)
{
	const struct ses_stream *st = ses_streams_current(l);
	const char *sha;

	assert_non_null(st->doc);
	sha = ses_doc_str(st->doc, "transcript_sha256_so_far");
	assert_true(sha[0] == '\0' || strcmp(sha, w->sha) == 0);
	assert_int_equal(st->n, st->n_listed);
}

static void
on_damage(void *arg, const char *name, const char *what)
{
	(void)arg;
	fail_msg("allocation %u: %s: %s", trying, name, what);
}

static int
check_companion(
    void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct ses_buf text = {0};
	struct ses_sink sink = ses_sink_buf(&text);

	assert_int_equal(
	    ses_companion_read(arg, &where, c->path, NULL, &sink, err), 0);
	assert_null(strstr(ses_buf_cstr(&text), SECRET));
	ses_buf_free(&text);
	return 0;
}

/* All that stands beside the transcript is in the store, and no secret. */
static void
check_beside(struct ses_store *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_companion_sums sums;

	OK(ses_companions_verify(s, &where, on_damage, NULL, &sums, &err));
	if (sums.files != n_beside)
		fail_msg("allocation %u: %u files beside it, not %u", trying,
		    (unsigned)sums.files, n_beside);
	OK(ses_companions(s, &where, check_companion, s, &err));
}

/* The vault holds what it should, in one stream, and all is well with it. */
static void
check(const struct scene *scene, const struct wanted *w, int ended)
{
	struct ses_verify v = {.problem = print_problem};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf got = {0};
	struct ses_streams l;
	struct ses_store *s;

	content(url, &got);
	if (strcmp(got.data, w->text.data) != 0)
		fail_msg("allocation %u: stored is %s, not %s", trying,
		    got.data, w->text.data);
	OK(ses_store_open(&s, url, NULL, &err));
	OK(ses_streams_load(s, &where, &l, &err));
	OK(ses_streams_verify(s, &where, &l, &v, &err));
	check_beside(s);
	if (v.problems > 0 || l.n > scene->streams)
		fail_msg("allocation %u: %u problems in %zu streams", trying,
		    (unsigned)v.problems, l.n);
	if (ended) {
		same_hash(&l, w);
		same_summary(w);
	}
	ses_streams_free(&l);
	ses_store_free(s);
	ses_buf_free(&got);
}

/* What was cut short says why. */
static void
starved(int rc, int did, unsigned nth, const struct seshat_err *err)
{
	if (rc < 0 && (!did || err->code != SESHAT_ENOMEM))
		fail_msg("allocation %u: %d, %s", nth, err->code, err->msg);
}

/* One try; whether it had so many allocations at all. */
static int
try(const struct scene *scene, unsigned nth, int forever)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned files;
	int did;
	int rc;

	trying = nth;
	scene->prepare();
	files = open_files();
	deny_at(nth, forever);
	rc = scene->rework != NULL ? scene->rework(&err)
				   : mirror(url, scene->how, &err);
	did = deny_did();
	deny_at(0, 0);
	starved(rc, did, nth, &err);
	assert_int_equal(open_files(), files);
	no_litter();
	if (scene->rework != NULL)
		OK(scene->rework(&err));
	mirror_well(url, scene->how);
	return did;
}

static void
sweep(const struct scene *scene, int forever)
{
	struct wanted now = {0};
	struct wanted later = {0};
	unsigned nth;

	scene->prepare();
	find_wanted(&now);
	append(LATER);
	find_wanted(&later);
	for (nth = first_try(); nth < TRIES_MAX; nth += stride) {
		if (!try(scene, nth, forever))
			break;
		check(scene, &now, 0);
		append(LATER);
		mirror_well(url, &ends);
		check(scene, &later, 1);
	}
	print_message("# %u allocations\n", nth);
	assert_true(nth > 100 && nth < TRIES_MAX);
	wanted_free(&now);
	wanted_free(&later);
}

static void
sweep_both(
    void (*prepare)(void), const struct ses_flush_how *how, unsigned streams)
{
	const struct scene scene = {prepare, how, streams, NULL};

	sweep(&scene, 0);
	sweep(&scene, 1);
}

static void
a_first_mirror(void **state)
{
	(void)state;
	sweep_both(begin, &goes_on, 1);
}

static void
an_increment(void **state)
{
	(void)state;
	sweep_both(one_part, &goes_on, 1);
}

static void
an_end_with_its_checkpoint(void **state)
{
	(void)state;
	sweep_both(many_parts, &ends, 1);
}

static void
an_end_with_a_torn_line(void **state)
{
	(void)state;
	sweep_both(with_torn_line, &ends, 1);
}

static void
going_on_without_state(void **state)
{
	(void)state;
	sweep_both(without_state, &goes_on, 1);
}

static void
ending_without_state(void **state)
{
	(void)state;
	sweep_both(without_state, &ends, 1);
}

static void
going_on_with_an_old_state(void **state)
{
	(void)state;
	sweep_both(with_old_state, &goes_on, 1);
}

static void
a_rewritten_source(void **state)
{
	(void)state;
	/* a new stream whose part was stored before the state knew of it, and
	 * then another: nothing is lost, the rewritten file is there twice */
	sweep_both(rewritten, &goes_on, 3);
}

static void
a_merge(void **state)
{
	(void)state;
	fan = 2;
	sweep_both(one_part, &ends, 1);
	fan = 0;
}

static void
a_compaction(void **state)
{
	const struct scene scene = {many_parts, &goes_on, 1, compact};
	const struct scene stateless = {without_state, &goes_on, 1, compact};

	(void)state;
	sweep(&scene, 0);
	sweep(&scene, 1);
	sweep(&stateless, 0);
}

static void
an_archive(void **state)
{
	const struct scene scene = {ended, &ends, 1, archive};
	const struct scene again = {thawed, &ends, 1, archive};

	(void)state;
	sweep(&scene, 0);
	sweep(&scene, 1);
	sweep(&again, 0);
}

/* What is archived goes on. */
static void
a_thaw(void **state)
{
	(void)state;
	sweep_both(thawing, &goes_on, 1);
}

static void
an_audit(void **state)
{
	const struct scene scene = {raw_parts, &goes_on, 1, audit};

	(void)state;
	sweep(&scene, 0);
	sweep(&scene, 1);
}

static void
what_stands_beside_it(void **state)
{
	const struct scene scene = {with_raw_files, &goes_on, 1, audit};

	(void)state;
	sweep_both(with_files, &goes_on, 1);
	sweep_both(with_new_files, &ends, 1);
	sweep(&(struct scene){with_files_and_no_state, &goes_on, 1, NULL}, 0);
	sweep(&scene, 0);
}

static int
remove_session(struct seshat_err *err)
{
	struct ses_store *s = NULL;
	int rc;

	if (ses_store_open(&s, url, NULL, err) < 0)
		return -1;
	rc = ses_vault_remove(s, &where, err);
	ses_store_free(s);
	return rc;
}

static void
a_removal(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_streams l;
	struct ses_store *s;
	unsigned nth;
	int did = 1;
	int rc;

	(void)state;
	for (nth = first_try(); did; nth += stride) {
		many_parts();
		deny_at(nth, 0);
		rc = remove_session(&err);
		did = deny_did();
		deny_at(0, 0);
		starved(rc, did, nth, &err);
		OK(remove_session(&err));
		OK(ses_store_open(&s, url, NULL, &err));
		OK(ses_streams_load(s, &where, &l, &err));
		assert_int_equal(l.n, 0);
		assert_int_equal(ses_removed_get(s, &where, &err), 1);
		ses_streams_free(&l);
		ses_store_free(s);
		no_litter();
		assert_true(nth < TRIES_MAX);
	}
}

/* Put an object; whether allocation nth was needed for it.  It is there whole
 * then, or as it was. */
static int
try_put(const char *key, const char *was, unsigned nth)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf got = {0};
	struct ses_store *s = NULL;
	int did;
	int rc;

	begin();
	OK(ses_store_open(&s, url, NULL, &err));
	OK(ses_store_put(s, "a/old", &(struct ses_put){.data = "old", .len = 3},
	    NULL, &err));
	deny_at(nth, 0);
	rc = ses_store_put(
	    s, key, &(struct ses_put){.data = "new!", .len = 4}, NULL, &err);
	did = deny_did();
	deny_at(0, 0);
	starved(rc, did, nth, &err);
	if (ses_store_read(s, key, 100, &got, &err) == 0)
		assert_true(strcmp(ses_buf_cstr(&got), "new!") == 0 ||
			    (rc < 0 && strcmp(got.data, was) == 0));
	else
		assert_true(rc < 0 && was[0] == '\0');
	no_litter();
	ses_store_free(s);
	ses_buf_free(&got);
	return did;
}

static void
a_put(void **state)
{
	unsigned nth = 1;

	(void)state;
	while (try_put("a/b/new", "", nth) | try_put("a/old", "old", nth))
		assert_true(nth++ < TRIES_MAX);
	assert_true(nth > 3);
}

/* An append that was killed half-way. */
static void
tear(const char *logs)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/s.jsonl", logs);
	fd = open(path, O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "{\"sk", 4), 4);
	close(fd);
}

static int
log_entry(const struct seshat_log_options *o, struct seshat_err *err)
{
	struct seshat_log_attempt a = {1, "m", "a\nb", "", 1};
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;

	e.timestamp = "2026-06-27T10:15:00.123456789+02:00";
	e.skill = "fix";
	e.final_status = "ok";
	e.attempts = &a;
	e.n_attempts = 1;
	return seshat_log_append_one("s", &e, o, err);
}

/* Entries of the log, all of them whole. */
static int
count_entries(const struct seshat_log_options *o)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct seshat_log_reader *r = NULL;
	struct seshat_log_line line;
	int n = 0;
	int rc;

	OK(seshat_log_read_open(&r, "s", o, &err));
	while ((rc = seshat_log_read_next(r, &line, &err)) > 0)
		n++;
	assert_int_equal(rc, 0);
	assert_int_equal(seshat_log_read_torn(r), 0);
	seshat_log_read_free(r);
	return n;
}

/* Append behind an entry, torn or not; whether allocation nth was needed. */
static int
try_log(const struct seshat_log_options *o, int torn, unsigned nth)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned files;
	int did;
	int rc;

	(void)temp_remove(o->dir);
	OK(log_entry(o, &err));
	if (torn)
		tear(o->dir);
	files = open_files();
	deny_at(nth, 0);
	rc = log_entry(o, &err);
	did = deny_did();
	deny_at(0, 0);
	starved(rc, did, nth, &err);
	assert_int_equal(open_files(), files);
	OK(log_entry(o, &err));
	assert_int_equal(count_entries(o), rc < 0 ? 2 : 3);
	return did;
}

static void
an_entry_of_the_log(void **state)
{
	struct seshat_log_options o = SESHAT_LOG_OPTIONS_INIT;
	char logs[96];
	unsigned nth = 1;

	(void)state;
	snprintf(logs, sizeof(logs), "%s/logs", dir);
	o.dir = logs;
	while (try_log(&o, 0, nth) | try_log(&o, 1, nth))
		assert_true(nth++ < TRIES_MAX);
	assert_true(nth > 3);
}

static int
set_up(void **state)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_store *s;
	struct ses_buf b = {0};

	(void)state;
	snprintf(dir, sizeof(dir), "%s/seshat-memory-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(dir) == NULL)
		return -1;
	setenv("HOME", dir, 1);
	set_state_home("state");
	snprintf(source, sizeof(source), "%s/source.jsonl", dir);
	snprintf(url, sizeof(url), "file://%s/vault", dir);
	snprintf(
	    reference_url, sizeof(reference_url), "file://%s/reference", dir);
	OK(ses_store_open(&s, url, NULL, &err));
	OK(ses_mirror_state_dir(s, &b, &err));
	ses_store_free(s);
	snprintf(state_file, sizeof(state_file), "%s/%s/%s.json",
	    ses_buf_cstr(&b), harness.name, ID);
	ses_buf_free(&b);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return temp_remove(dir);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_first_mirror),
	    cmocka_unit_test(an_increment),
	    cmocka_unit_test(an_end_with_its_checkpoint),
	    cmocka_unit_test(an_end_with_a_torn_line),
	    cmocka_unit_test(going_on_without_state),
	    cmocka_unit_test(ending_without_state),
	    cmocka_unit_test(going_on_with_an_old_state),
	    cmocka_unit_test(a_merge),
	    cmocka_unit_test(a_compaction),
	    cmocka_unit_test(an_archive),
	    cmocka_unit_test(a_thaw),
	    cmocka_unit_test(an_audit),
	    cmocka_unit_test(what_stands_beside_it),
	    cmocka_unit_test(a_rewritten_source),
	    cmocka_unit_test(a_removal),
	    cmocka_unit_test(a_put),
	    cmocka_unit_test(an_entry_of_the_log),
	};

	deny_init();
	if (argc > 1)
		stride = (unsigned)strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
