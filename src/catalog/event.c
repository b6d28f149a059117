/* What an event leaves in the catalog. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "catalog/ingest.h"
#include "harness/line.h"

#define BLOCK_LEN   (64U << 10)
#define TEXT_MAX    (32U << 20) /* of an event; a line has 16 MiB */
#define MESSAGE_MAX 100
#define DAY_MS      INT64_C(86400000)

/* The arguments of a call as text: strings decoded, the rest as it stands. */
static void
add_input(const struct ses_json *v, struct ses_buf *out)
{
	const char *p = v->text;
	const char *end = p + v->len;
	struct ses_json s;
	size_t n;

	while (p < end) {
		if (*p != '"') {
			ses_buf_add(
			    out, strchr("{}[]:,", *p) != NULL ? " " : p, 1);
			p++;
			continue;
		}
		n = ses_json_peek(p, (size_t)(end - p), &s);
		if (s.type != '"' || n == 0) {
			p++;
			continue;
		}
		ses_json_text(&s, out);
		p += n;
	}
}

/* What would end text early, or look like a mark in it, becomes a space. */
static void
clean(struct ses_buf *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if ((unsigned char)b->data[i] <= SES_CATALOG_MARK_END)
			b->data[i] = ' ';
}

static int
text_of(struct ses_ingest *in, const struct ses_event *e)
{
	struct ses_buf *out = &in->one;

	ses_buf_clear(out);
	if (e->kind == SES_EVENT_TOOL_CALL) {
		ses_json_text(&e->tool, out);
		if (e->input.type != '\0') {
			ses_buf_str(out, " ");
			add_input(&e->input, out);
		} else if (e->text.len > 0) {
			ses_buf_str(out, " ");
			ses_buf_add(out, e->text.data, e->text.len);
		}
	} else if (e->text.len > 0) {
		ses_buf_add(out, e->text.data, e->text.len);
	}
	if (out->bad)
		return -1;
	if (out->len > TEXT_MAX)
		out->len = TEXT_MAX;
	clean(out);
	return 0;
}

int64_t
ses_ingest_name(struct ses_ingest *in, int kind, const struct ses_json *v)
{
	struct ses_buf b = {0};
	int64_t id = 0;

	if (v->type != '"')
		return 0;
	ses_json_text(v, &b);
	if (b.len > 0 && b.len <= 200 && memchr(b.data, '\0', b.len) == NULL)
		id = ses_catalog_name(in->c, kind, b.data, b.len, &in->err);
	ses_buf_free(&b);
	if (id < 0)
		in->failed = 1;
	return id < 0 ? 0 : id;
}

int
ses_ingest_flush_tally(struct ses_ingest *in, struct seshat_err *err)
{
	const struct ses_tally *t;
	sqlite3_stmt *st;
	size_t i;

	for (i = 0; i < in->n_tally; i++) {
		t = &in->tally[i];
		st = ses_catalog_st(in->c, SES_SQL_TALLY_ADD, err);
		if (st == NULL)
			return -1;
		(void)sqlite3_bind_int64(st, 1, in->no);
		(void)sqlite3_bind_int64(st, 2, t->day);
		(void)sqlite3_bind_int(st, 3, t->what);
		(void)sqlite3_bind_int64(st, 4, t->name);
		(void)sqlite3_bind_int64(st, 5, t->n);
		(void)sqlite3_bind_int64(st, 6, t->failed);
		if (ses_catalog_run(in->c, st, err) < 0)
			return -1;
	}
	in->n_tally = 0;
	return 0;
}

static int
count(struct ses_ingest *in, int what, int64_t name, int64_t n, int64_t failed)
{
	int64_t day = in->taken.time / DAY_MS;
	struct ses_tally *t;
	size_t i;

	for (i = 0; i < in->n_tally; i++) {
		t = &in->tally[i];
		if (t->day == day && t->what == what && t->name == name) {
			t->n += n;
			t->failed += failed;
			return 0;
		}
	}
	if (in->n_tally == SES_TALLIES &&
	    ses_ingest_flush_tally(in, &in->err) < 0)
		return -1;
	in->tally[in->n_tally++] =
	    (struct ses_tally){day, what, name, n, failed};
	return 0;
}

int
ses_ingest_flush_block(struct ses_ingest *in, struct seshat_err *err)
{
	const struct ses_block_of of = {.session = in->no,
	    .first = in->first,
	    .last = in->next_event - 1,
	    .line = (int64_t)in->block_line,
	    .clock = in->block_clock};

	if (in->first == 0)
		return 0;
	if (ses_catalog_put_block(in->c, in->next_block, &of, &in->text, err) <
	    0)
		return -1;
	in->next_block++;
	in->first = 0;
	ses_buf_clear(&in->text);
	return 0;
}

void
ses_ingest_marks(const struct ses_ingest *in, const int64_t v[SES_INGEST_V],
    char out[SES_INGEST_MARKS])
{
	static const char letters[] = {'t', 'd', 'j'};
	int n = snprintf(out, SES_INGEST_MARKS, "r%lld k%lld h%lld p%lld s%lld",
	    (long long)v[0], (long long)v[1], (long long)in->harness,
	    (long long)in->project, (long long)in->no);
	size_t i;

	for (i = 0; i < sizeof(letters); i++)
		if (v[i + 2] != 0)
			n += snprintf(out + n, SES_INGEST_MARKS - (size_t)n,
			    " %c%lld", letters[i], (long long)v[i + 2]);
}

static int
add_row(struct ses_ingest *in, const int64_t v[SES_INGEST_V],
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_EVENT_ADD, err);
	const int64_t row[] = {in->next_event, in->no, (int64_t)in->replay.n,
	    in->taken.time, v[0], v[1], v[2], v[3], v[4], in->next_block,
	    (int64_t)in->text.len, (int64_t)in->one.len};
	int i;

	if (st == NULL)
		return -1;
	for (i = 0; i < (int)(sizeof(row) / sizeof(row[0])); i++)
		(void)sqlite3_bind_int64(st, i + 1, row[i]);
	return ses_catalog_run(in->c, st, err);
}

static int
add_words(struct ses_ingest *in, const int64_t v[SES_INGEST_V],
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_FT_ADD, err);
	char marks[SES_INGEST_MARKS];

	if (st == NULL)
		return -1;
	ses_ingest_marks(in, v, marks);
	(void)sqlite3_bind_int64(st, 1, in->next_event);
	(void)sqlite3_bind_text(
	    st, 2, in->one.data, (int)in->one.len, SQLITE_STATIC);
	(void)sqlite3_bind_text(st, 3, marks, -1, SQLITE_STATIC);
	return ses_catalog_run(in->c, st, err);
}

/* Text that is to be found. */
static int
add_text(struct ses_ingest *in, const int64_t v[SES_INGEST_V],
    struct seshat_err *err)
{
	if (add_row(in, v, err) < 0 || add_words(in, v, err) < 0)
		return -1;
	if (in->first == 0) {
		in->first = in->next_event;
		in->block_line = in->replay.n;
		in->block_clock = 0;
	}
	if (in->taken.time > in->block_clock)
		in->block_clock = in->taken.time;
	in->next_event++;
	ses_buf_add(&in->text, in->one.data, in->one.len);
	if (ses_buf_check(&in->text, err) < 0)
		return -1;
	in->pending += in->one.len;
	return in->text.len >= BLOCK_LEN ? ses_ingest_flush_block(in, err) : 0;
}

static uint64_t
grown(uint64_t now, uint64_t was)
{
	return now >= was ? now - was : now;
}

/* A running total: what came since the one before. */
static struct ses_usage
since(struct ses_ingest *in, const struct ses_usage *u)
{
	const struct ses_usage *was = &in->taken.total;
	struct ses_usage d = {.input = grown(u->input, was->input),
	    .output = grown(u->output, was->output),
	    .cache_read = grown(u->cache_read, was->cache_read),
	    .cache_write = grown(u->cache_write, was->cache_write)};

	in->taken.total = *u;
	return d;
}

/* Under which name its tokens are counted once. */
static void
message_of(struct ses_ingest *in, const struct ses_event *e, char out[130])
{
	struct ses_buf b = {0};

	if (!e->usage.is_total)
		ses_json_text(&e->message, &b);
	if (b.len > 0 && b.len <= MESSAGE_MAX &&
	    memchr(b.data, '\0', b.len) == NULL)
		(void)snprintf(out, 130, "%s", ses_buf_cstr(&b));
	else if (b.len > 0)
		ses_sha256_of(b.data, b.len, out);
	else
		(void)snprintf(out, 130, "#%lld:%llu", (long long)in->no,
		    (unsigned long long)in->replay.n);
	ses_buf_free(&b);
}

static int
add_usage(
    struct ses_ingest *in, const struct ses_event *e, struct seshat_err *err)
{
	struct ses_usage u =
	    e->usage.is_total ? since(in, &e->usage) : e->usage;
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_USAGE_ADD, err);
	char message[130];

	if (st == NULL)
		return -1;
	if (e->usage.is_total && u.input == 0 && u.output == 0 &&
	    u.cache_read == 0 && u.cache_write == 0)
		return 0;
	message_of(in, e, message);
	(void)sqlite3_bind_text(st, 1, message, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(st, 2, in->no);
	(void)sqlite3_bind_int64(st, 3, in->taken.time / DAY_MS);
	(void)sqlite3_bind_int64(st, 4, in->taken.model);
	(void)sqlite3_bind_int64(st, 5, (int64_t)(u.input & INT64_MAX));
	(void)sqlite3_bind_int64(st, 6, (int64_t)(u.output & INT64_MAX));
	(void)sqlite3_bind_int64(st, 7, (int64_t)(u.cache_read & INT64_MAX));
	(void)sqlite3_bind_int64(st, 8, (int64_t)(u.cache_write & INT64_MAX));
	return ses_catalog_run(in->c, st, err);
}

/* A number for the id of a call. */
static int64_t
hash_of(const struct ses_json *call)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < call->len; i++)
		h = (h ^ (unsigned char)call->text[i]) *
		    UINT64_C(1099511628211);
	return (int64_t)(h >> 1);
}

static sqlite3_stmt *
call_st(struct ses_ingest *in, enum ses_catalog_sql which, int64_t hash)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, which, &in->err);

	if (st != NULL) {
		(void)sqlite3_bind_int64(st, 1, in->no);
		(void)sqlite3_bind_int64(st, 2, hash);
	}
	return st;
}

/* A call is remembered until its result, which is then the tool's too. */
static int
join_call(struct ses_ingest *in, const struct ses_event *e, int64_t *tool)
{
	int64_t hash = hash_of(&e->call);
	sqlite3_stmt *st;
	int rc;

	if (e->call.type != '"')
		return 0;
	if (e->kind == SES_EVENT_TOOL_CALL && *tool != 0) {
		st = call_st(in, SES_SQL_CALL_ADD, hash);
		if (st == NULL)
			return -1;
		(void)sqlite3_bind_int64(st, 3, *tool);
		return ses_catalog_run(in->c, st, &in->err);
	}
	if (e->kind != SES_EVENT_TOOL_RESULT || *tool != 0)
		return 0;
	st = call_st(in, SES_SQL_CALL_GET, hash);
	if (st == NULL)
		return -1;
	rc = ses_catalog_step(in->c, st, &in->err);
	if (rc > 0)
		*tool = sqlite3_column_int64(st, 0);
	ses_catalog_done(st);
	if (rc <= 0)
		return rc;
	st = call_st(in, SES_SQL_CALL_DONE, hash);
	return st == NULL ? -1 : ses_catalog_run(in->c, st, &in->err);
}

static int
take(struct ses_ingest *in, const struct ses_event *e)
{
	int64_t v[SES_INGEST_V] = {e->role, e->kind};
	int64_t when = ses_line_time(&e->time);

	if (when != 0)
		in->taken.time = when;
	v[3] = ses_ingest_name(in, SES_NAME_MODEL, &e->model);
	if (v[3] != 0)
		in->taken.model = v[3];
	if (e->kind == SES_EVENT_USAGE)
		return add_usage(in, e, &in->err);
	if (e->entry.type == '{' && ses_ingest_run(in, e, &v[4]) < 0)
		return -1;
	v[2] = ses_ingest_name(in, SES_NAME_TOOL, &e->tool);
	if (join_call(in, e, &v[2]) < 0 ||
	    count(in, SES_TALLY_EVENT, e->role * 16 + e->kind, 1, 0) < 0 ||
	    (v[2] != 0 &&
		(e->kind == SES_EVENT_TOOL_CALL ||
		    e->kind == SES_EVENT_TOOL_RESULT) &&
		count(in, SES_TALLY_TOOL, v[2], e->kind == SES_EVENT_TOOL_CALL,
		    e->failed) < 0))
		return -1;
	if (text_of(in, e) < 0)
		return ses_fail_nomem(&in->err);
	return in->one.len > 0 ? add_text(in, v, &in->err) : 0;
}

int
ses_ingest_event(void *arg, const struct ses_event *e)
{
	struct ses_ingest *in = arg;

	if (e == NULL || in->failed)
		return in->failed;
	if (take(in, e) < 0)
		in->failed = 1;
	return in->failed;
}
