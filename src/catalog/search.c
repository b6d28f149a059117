/* Finding, and what is shown of what was found. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/ingest.h"
#include "catalog/query.h"
#include "catalog/runs.h"

/* So many hits are looked at: those taken in last, of which the latest come
 * first.  The catalog takes in what is old before what is new. */
#define HITS_MAX 5000
/* Beside them so many titles, of the sessions that came last. */
#define TITLES_MAX 1000
#define NAMED_MIN  4 /* bytes of what may be the beginning of an id */

struct found {
	int64_t id; /* of the event, or of the session of the title */
	int is_title;
	int64_t time;
	int64_t session; /* of an entry of a session log: that it is of */
	int64_t log;     /* of such an entry, where it stands; else 0 */
	int64_t line;
	double rank;
};

struct search {
	struct ses_catalog *c;
	const struct ses_query *q;
	struct found *v;
	size_t n;
	int is_more;
};

static int
latest_first(const void *a, const void *b)
{
	const struct found *x = a;
	const struct found *y = b;

	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	if (x->is_title != y->is_title)
		return x->is_title ? -1 : 1;
	return (x->id < y->id) - (x->id > y->id);
}

static int
best_first(const void *a, const void *b)
{
	const struct found *x = a;
	const struct found *y = b;

	/* a title says what all of a session is about; the ranks of the two
	 * indexes are of different measure */
	if (x->is_title != y->is_title)
		return x->is_title ? -1 : 1;
	if (x->rank < y->rank || x->rank > y->rank)
		return x->rank > y->rank ? 1 : -1;
	return latest_first(a, b);
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* An entry of a session log is one hit, whatever of it was found: the first of
 * its events that was. */
static int
is_same_entry(const struct search *s, const struct found *f)
{
	const struct found *last = s->n > 0 ? &s->v[s->n - 1] : NULL;

	return f->log != 0 && last != NULL && last->log == f->log &&
	       last->line == f->line;
}

static void
take(struct search *s, sqlite3_stmt *st)
{
	struct found f = {.id = sqlite3_column_int64(st, 0),
	    .time = sqlite3_column_int64(st, 1),
	    .session = sqlite3_column_int64(st, 2),
	    .rank = sqlite3_column_double(st, 3),
	    .log = sqlite3_column_int64(st, 4),
	    .line = sqlite3_column_int64(st, 5),
	    .is_title = sqlite3_column_int(st, 6)};

	if (!is_same_entry(s, &f)) {
		s->v[s->n++] = f;
		return;
	}
	if (s->v[s->n - 1].rank < f.rank)
		f.rank = s->v[s->n - 1].rank;
	s->v[s->n - 1] = f;
}

/* What is found, of which session it is, and of a log's entry where it stands:
 * one whose session is there is of that. */
#define LOOK(rank)                                                             \
	"SELECT ft.rowid, e.time, iif(e.of = 0, e.session, coalesce((SELECT"   \
	" a.no FROM name n JOIN session a ON a.id = n.name AND a.harness <>"   \
	" 'seshat-log' WHERE n.id = e.of ORDER BY a.harness LIMIT 1),"         \
	" e.session)), " rank                                                  \
	", iif(e.of = 0, 0, e.session), e.line, 0 FROM ft"                     \
	" CROSS JOIN event e ON e.id = ft.rowid WHERE ft MATCH ?1"             \
	" AND e.time >= ?2 AND e.time < ?3 ORDER BY ft.rowid DESC"

/* Titles, which are as late as the last that happened in their sessions. */
#define LOOK_TITLES(rank)                                                      \
	"SELECT tt.rowid, iif(s.last_event > 0, s.last_event, s.uploaded_at)"  \
	" AS time, tt.rowid, " rank ", 0, 0, 1 FROM tt CROSS JOIN session s"   \
	" ON s.no = tt.rowid WHERE tt MATCH ?1 AND time >= ?2 AND time < ?3"   \
	" ORDER BY tt.rowid DESC"

static int
look(struct search *s, const char *sql, size_t most, struct seshat_err *err)
{
	sqlite3_stmt *st = NULL;
	size_t end = s->n + most;
	int rc;

	if (sqlite3_prepare_v2(s->c->db, sql, -1, &st, NULL) != SQLITE_OK)
		return ses_catalog_fail(s->c, err);
	(void)sqlite3_bind_text(
	    st, 1, s->q->match.data, (int)s->q->match.len, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 2, s->q->since);
	(void)sqlite3_bind_int64(
	    st, 3, s->q->until != 0 ? s->q->until : INT64_MAX);
	while ((rc = ses_catalog_step(s->c, st, err)) > 0) {
		if (s->n == end) {
			s->is_more = 1;
			rc = 0;
			break;
		}
		take(s, st);
	}
	(void)sqlite3_finalize(st);
	return rc;
}

static int
look_at_all(struct search *s, int ranked, struct seshat_err *err)
{
	static const char text[] = LOOK("0");
	static const char ranked_text[] = LOOK("bm25(ft)");
	static const char titles[] = LOOK_TITLES("0");
	static const char ranked_titles[] = LOOK_TITLES("bm25(tt)");

	if (look(s, ranked ? ranked_text : text, HITS_MAX, err) < 0)
		return -1;
	if (!s->q->has_titles)
		return 0;
	return look(s, ranked ? ranked_titles : titles, TITLES_MAX, err);
}

static int
count_sessions(const struct search *s, uint64_t *out, struct seshat_err *err)
{
	int64_t *v = ses_calloc(s->n + 1, sizeof(*v));
	size_t i;

	if (v == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < s->n; i++)
		v[i] = s->v[i].session;
	qsort(v, s->n, sizeof(*v), by_number);
	*out = 0;
	for (i = 0; i < s->n; i++)
		*out += i == 0 || v[i] != v[i - 1];
	free(v);
	return 0;
}

static int
snippet_of(const struct search *s, enum ses_catalog_sql which, int64_t id,
    struct ses_buf *out, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(s->c, which, err);
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(
	    st, 1, s->q->match.data, (int)s->q->match.len, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 2, id);
	rc = ses_catalog_step(s->c, st, err);
	ses_buf_clear(out);
	if (rc > 0)
		ses_buf_str(out, ses_catalog_text(st, 0));
	ses_catalog_done(st);
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* The strings of a hit that no statement holds. */
struct strings {
	struct ses_buf snippet;
	struct ses_buf log;
	struct ses_buf skill;
};

static void
take_skill(const struct search *s, int64_t log, struct ses_catalog_hit *h,
    struct strings *text)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	sqlite3_stmt *st = ses_catalog_st(s->c, SES_SQL_RUN_DATA, &ignored);
	struct ses_json entry = {0};
	struct ses_json skill = {0};

	if (st == NULL)
		return;
	(void)sqlite3_bind_int64(st, 1, log);
	(void)sqlite3_bind_int64(st, 2, (int64_t)h->log_line);
	if (ses_catalog_step(s->c, st, &ignored) > 0)
		(void)ses_json_peek(ses_catalog_text(st, 0),
		    strlen(ses_catalog_text(st, 0)), &entry);
	(void)ses_json_get(&entry, "skill", &skill);
	ses_json_text(&skill, &text->skill);
	ses_catalog_done(st);
	h->tool = ses_buf_cstr(&text->skill);
}

/* Tell the hit as one of the session that the entry is of, whose row st is. */
static int
move_hit(const struct search *s, sqlite3_stmt *st, int64_t log,
    struct ses_catalog_hit *h, struct strings *text, struct seshat_err *err)
{
	uint64_t place;

	if (ses_runs_place(
		s->c, sqlite3_column_int64(st, 0), h->time, &place, err) < 0)
		return -1;
	ses_buf_str(&text->log, h->id);
	h->log = ses_buf_cstr(&text->log);
	h->log_line = h->line;
	h->line = place;
	h->project = ses_catalog_text(st, 1);
	h->harness = ses_catalog_text(st, 2);
	h->id = ses_catalog_text(st, 3);
	h->title = (const char *)sqlite3_column_text(st, 4);
	h->damaged = sqlite3_column_int(st, 5);
	take_skill(s, log, h, text);
	return 1;
}

/* A hit in a log, and the session that it is of: whoever asks for what an agent
 * did wants to see it there. */
static int
tell_hit(const struct search *s, sqlite3_stmt *hit_st,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct ses_catalog_hit *h, struct strings *text, struct seshat_err *err)
{
	int64_t of = sqlite3_column_int64(hit_st, 10);
	int64_t log = sqlite3_column_int64(hit_st, 11);
	sqlite3_stmt *st;
	int rc;

	if (of == 0)
		return hit(arg, h);
	st = ses_catalog_st(s->c, SES_SQL_RUN_SESSION, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, of);
	(void)sqlite3_bind_int64(st, 2, h->time);
	rc = ses_catalog_step(s->c, st, err);
	if (rc > 0)
		rc = move_hit(s, st, log, h, text, err);
	if (rc >= 0)
		rc = hit(arg, h);
	ses_catalog_done(st);
	return rc;
}

static int
hand_out(const struct search *s, int64_t id,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(s->c, SES_SQL_HIT, err);
	struct strings text = {{0}, {0}, {0}};
	struct ses_catalog_hit h;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, id);
	rc = ses_catalog_step(s->c, st, err);
	if (rc > 0)
		rc = snippet_of(s, SES_SQL_SNIPPET, id, &text.snippet, err) < 0
			 ? -1
			 : 1;
	if (rc > 0) {
		h = (struct ses_catalog_hit){.project = ses_catalog_text(st, 0),
		    .harness = ses_catalog_text(st, 1),
		    .id = ses_catalog_text(st, 2),
		    .title = (const char *)sqlite3_column_text(st, 3),
		    .line = (uint64_t)sqlite3_column_int64(st, 4),
		    .time = sqlite3_column_int64(st, 5),
		    .role = sqlite3_column_int(st, 6),
		    .kind = sqlite3_column_int(st, 7),
		    .tool = (const char *)sqlite3_column_text(st, 8),
		    .damaged = sqlite3_column_int(st, 9),
		    .snippet = text.snippet.data};
		rc = tell_hit(s, st, hit, arg, &h, &text, err);
	}
	ses_catalog_done(st);
	ses_buf_free(&text.snippet);
	ses_buf_free(&text.log);
	ses_buf_free(&text.skill);
	return rc;
}

static int
hand_out_title(const struct search *s, const struct found *f,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(s->c, SES_SQL_TITLE_HIT, err);
	struct ses_catalog_hit h = {
	    .time = f->time, .role = -1, .kind = SES_CATALOG_TITLE};
	struct ses_buf snippet = {0};
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, f->id);
	rc = ses_catalog_step(s->c, st, err);
	if (rc > 0 &&
	    snippet_of(s, SES_SQL_TITLE_SNIPPET, f->id, &snippet, err) < 0)
		rc = -1;
	if (rc > 0) {
		h.project = ses_catalog_text(st, 0);
		h.harness = ses_catalog_text(st, 1);
		h.id = ses_catalog_text(st, 2);
		h.title = (const char *)sqlite3_column_text(st, 3);
		h.damaged = sqlite3_column_int(st, 4);
		h.snippet = snippet.data;
		rc = hit(arg, &h);
	}
	ses_catalog_done(st);
	ses_buf_free(&snippet);
	return rc;
}

/* Who types the beginning of an id is to be told so. */
static int
count_named(const struct search *s, uint64_t *out, struct seshat_err *err)
{
	sqlite3_stmt *st;
	int rc;

	if (s->n > 0 || s->q->alone_len < NAMED_MIN)
		return 0;
	st = ses_catalog_st(s->c, SES_SQL_NAMED, err);
	if (st == NULL)
		return -1;
	(void)sqlite3_bind_text(
	    st, 1, s->q->alone, (int)s->q->alone_len, SQLITE_STATIC);
	rc = ses_catalog_step(s->c, st, err);
	if (rc > 0)
		*out = (uint64_t)sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

static int
search(struct search *s, const struct ses_catalog_query *q,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct ses_catalog_found *found, struct seshat_err *err)
{
	size_t i;
	int rc = ses_catalog_get_extent(s->c, &found->extent, err);

	if (rc == 0)
		rc = look_at_all(s, q->by_relevance, err);
	if (rc == 0)
		rc = count_sessions(s, &found->sessions, err);
	if (rc == 0)
		rc = ses_catalog_damaged_n(s->c, &found->damaged, err);
	if (rc == 0)
		rc = count_named(s, &found->named, err);
	if (rc < 0)
		return -1;
	found->hits = s->n;
	found->is_more = s->is_more;
	qsort(s->v, s->n, sizeof(*s->v),
	    q->by_relevance ? best_first : latest_first);
	for (i = q->offset < s->n ? (size_t)q->offset : s->n;
	     rc == 0 && i < s->n && i - q->offset < q->limit; i++)
		rc = s->v[i].is_title
			 ? hand_out_title(s, &s->v[i], hit, arg, err)
			 : hand_out(s, s->v[i].id, hit, arg, err);
	return rc;
}

int
ses_catalog_search(struct ses_catalog *c, const struct ses_catalog_query *q,
    int (*hit)(void *arg, const struct ses_catalog_hit *h), void *arg,
    struct ses_catalog_found *found, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_query query = {0};
	struct search s = {.c = c, .q = &query};
	int rc;

	*found = (struct ses_catalog_found){0};
	if (ses_catalog_ready(c, err) < 0)
		return -1;
	s.v = ses_calloc(HITS_MAX + TITLES_MAX, sizeof(*s.v));
	if (s.v == NULL)
		return ses_fail_nomem(err);
	ses_catalog_limit(c, q->limit_ms, q->stop);
	/* one state of it, whatever is written meanwhile */
	rc = ses_catalog_exec(c, "BEGIN;", err);
	if (rc == 0)
		rc = ses_query_parse(c, q->text, &query, err);
	if (rc == 0)
		rc = search(&s, q, hit, arg, found, err);
	ses_catalog_limit(c, 0, NULL);
	ses_catalog_rollback(c);
	ses_query_free(&query);
	free(s.v);
	/* nothing of it is to be trusted: the next update fills it again */
	if (rc < 0 && c->is_damaged)
		(void)ses_catalog_remake(c, &ignored);
	return rc;
}
