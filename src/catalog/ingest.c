/* From the bytes of parts to events, in transactions. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "catalog/ingest.h"

#define COMMIT_BYTES (32U << 20)
#define COMMIT_MS    5000

static int
on_line(void *arg, struct seshat_err *err)
{
	struct ses_ingest *in = arg;

	if (!in->failed)
		return 0;
	*err = in->err;
	return -1;
}

int
ses_ingest_begin(struct ses_ingest *in, int64_t no, const struct ses_where *w,
    struct seshat_err *err)
{
	const struct ses_harness_ops *h = ses_harness_reader(w->harness);

	in->no = no;
	in->w = w;
	in->project = ses_catalog_name(
	    in->c, SES_NAME_PROJECT, w->project, strlen(w->project), err);
	in->harness = ses_catalog_name(
	    in->c, SES_NAME_HARNESS, w->harness, strlen(w->harness), err);
	if (in->project < 0 || in->harness < 0)
		return -1;
	in->replay = (struct ses_replay){.harness = h,
	    .line = on_line,
	    .event = ses_ingest_event,
	    .arg = in,
	    .n = in->taken.line};
	in->size = in->taken.bytes;
	in->crc = in->taken.n_marks > 0
		      ? in->taken.marks[in->taken.n_marks - 1].crc
		      : 0;
	in->skip = 0;
	in->differs = 0;
	in->cut = 0;
	in->failed = 0;
	in->first = 0;
	in->n_tally = 0;
	in->last_byte = '\n';
	ses_buf_clear(&in->text);
	return 0;
}

/* How much of it belongs to a line that is lost. */
static size_t
rest_of_line(struct ses_ingest *in, const char *p, size_t len)
{
	const char *nl = memchr(p, '\n', len);

	if (nl == NULL)
		return len;
	in->cut = 0;
	in->replay.n++;
	return (size_t)(nl - p) + 1;
}

static int
feed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_ingest *in = arg;
	struct ses_sink sink = ses_replay_sink(&in->replay);
	const char *p = data;
	size_t n = in->skip < len ? (size_t)in->skip : len;

	p += n;
	in->skip -= n;
	len -= n;
	if (len == 0)
		return 0;
	in->crc = ses_crc32(in->crc, p, len);
	in->size += len;
	in->last_byte = (unsigned char)p[len - 1];
	in->done->bytes += len;
	n = in->cut ? rest_of_line(in, p, len) : 0;
	return n == len ? 0 : ses_sink_write(&sink, p + n, len - n, err);
}

struct ses_sink
ses_ingest_sink(struct ses_ingest *in)
{
	return (struct ses_sink){feed, in};
}

int
ses_ingest_mark(
    struct ses_ingest *in, const struct ses_entry *e, struct seshat_err *err)
{
	struct ses_taken *p = &in->taken;
	size_t cap = p->cap_marks * 2 + 8;
	struct ses_mark *v;

	if (in->last_byte != '\n')
		return 0; /* inside a line: its last part will be marked */
	if (p->n_marks == p->cap_marks) {
		v = ses_realloc(p->marks, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		p->marks = v;
		p->cap_marks = cap;
	}
	p->marks[p->n_marks++] = (struct ses_mark){e->last, in->crc, in->size};
	p->next = e->last + 1;
	p->bytes = in->size;
	p->line = in->replay.n;
	return 0;
}

int
ses_ingest_save(struct ses_ingest *in, struct seshat_err *err)
{
	if (ses_ingest_flush_block(in, err) < 0 ||
	    ses_ingest_flush_tally(in, err) < 0)
		return -1;
	return ses_taken_put(in->c, in->no, &in->taken, err);
}

void
ses_ingest_end(struct ses_ingest *in)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;

	in->failed = 1;
	in->err = ignored;
	(void)ses_replay_close(&in->replay, &ignored);
	in->replay = (struct ses_replay){0};
	ses_taken_free(&in->taken);
	in->failed = 0;
}

int
ses_ingest_numbers(struct ses_ingest *in, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_NEXT, err);
	int rc = st == NULL ? -1 : ses_catalog_step(in->c, st, err);

	if (rc > 0) {
		in->next_event = sqlite3_column_int64(st, 0) + 1;
		in->next_block = sqlite3_column_int64(st, 1) + 1;
	}
	ses_catalog_done(st);
	return rc < 0 ? -1 : 0;
}

void
ses_ingest_free(struct ses_ingest *in)
{
	ses_ingest_end(in);
	ses_buf_free(&in->one);
	ses_buf_free(&in->text);
	free(in);
}

int
ses_ingest_commit(struct ses_ingest *in, int always, struct seshat_err *err)
{
	if (!always && in->pending < COMMIT_BYTES &&
	    ses_time_steady() - in->began < COMMIT_MS)
		return 0;
	in->pending = 0;
	in->began = ses_time_steady();
	return ses_catalog_exec(in->c, "COMMIT; BEGIN IMMEDIATE;", err);
}

/* Take the words of the events first to last of a block out of the index. */
static int
drop_words(struct ses_ingest *in, int64_t block, int64_t first, int64_t last,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_EVENTS, err);
	sqlite3_stmt *del = ses_catalog_st(in->c, SES_SQL_FT_DEL, err);
	struct ses_buf *text;
	char marks[SES_INGEST_MARKS];
	int64_t v[SES_INGEST_V];
	size_t at;
	size_t len;
	int rc = -1;
	int i;

	if (st == NULL || del == NULL ||
	    ses_catalog_block(in->c, block, &text, err) < 0)
		return -1;
	(void)sqlite3_bind_int64(st, 1, first);
	(void)sqlite3_bind_int64(st, 2, last);
	while ((rc = ses_catalog_step(in->c, st, err)) > 0) {
		for (i = 0; i < SES_INGEST_V; i++)
			v[i] = sqlite3_column_int64(st, i + 1);
		at = (size_t)sqlite3_column_int64(st, 6);
		len = (size_t)sqlite3_column_int64(st, 7);
		if (at > text->len || len > text->len - at) {
			rc = ses_catalog_damaged(in->c, "an event", err);
			break;
		}
		ses_ingest_marks(in, v, marks);
		(void)sqlite3_bind_int64(del, 1, sqlite3_column_int64(st, 0));
		(void)sqlite3_bind_text(
		    del, 2, text->data + at, (int)len, SQLITE_STATIC);
		(void)sqlite3_bind_text(del, 3, marks, -1, SQLITE_STATIC);
		if (ses_catalog_run(in->c, del, err) < 0) {
			rc = -1;
			break;
		}
	}
	ses_catalog_done(st);
	return rc;
}

/* Run a statement with one or two numbers. */
static int
run_on(struct ses_ingest *in, enum ses_catalog_sql which, int64_t a, int64_t b,
    struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, which, err);

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, a);
	if (sqlite3_bind_parameter_count(st) > 1)
		(void)sqlite3_bind_int64(st, 2, b);
	return ses_catalog_run(in->c, st, err);
}

static int
drop_blocks(struct ses_ingest *in, int64_t no, struct seshat_err *err)
{
	sqlite3_stmt *st = ses_catalog_st(in->c, SES_SQL_BLOCKS, err);
	int64_t block;
	int64_t first;
	int64_t last;
	int rc;

	if (st == NULL)
		return -1;
	(void)sqlite3_bind_int64(st, 1, no);
	while ((rc = ses_catalog_step(in->c, st, err)) > 0) {
		block = sqlite3_column_int64(st, 0);
		first = sqlite3_column_int64(st, 1);
		last = sqlite3_column_int64(st, 2);
		in->dropped = 1;
		if (drop_words(in, block, first, last, err) < 0 ||
		    run_on(in, SES_SQL_EVENT_DEL, first, last, err) < 0) {
			rc = -1;
			break;
		}
	}
	ses_catalog_done(st);
	in->c->block = 0;
	return rc;
}

int
ses_ingest_drop(struct ses_ingest *in, int64_t no, struct seshat_err *err)
{
	static const enum ses_catalog_sql all[] = {SES_SQL_BLOCK_DEL,
	    SES_SQL_USAGE_DEL, SES_SQL_TALLY_DEL, SES_SQL_CALL_DEL,
	    SES_SQL_PLACE_DEL, SES_SQL_GAP_DEL, SES_SQL_RUN_DEL,
	    SES_SQL_TITLED_DEL};
	size_t i;

	if (drop_blocks(in, no, err) < 0)
		return -1;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (run_on(in, all[i], no, 0, err) < 0)
			return -1;
	return 0;
}
