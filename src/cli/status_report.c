#include <sys/stat.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "base/human.h"
#include "cli/jsonl.h"
#include "cli/short_id.h"
#include "cli/status_report.h"
#include "cli/table.h"
#include "harness/twin.h"

#define DAY_MS INT64_C(86400000)

static const char *const state_names[] = {
    [SES_STATUS_PROTECTED] = "protected",
    [SES_STATUS_BEHIND] = "behind",
    [SES_STATUS_UNPROTECTED] = "unprotected",
    [SES_STATUS_REMOVED] = "removed",
    [SES_STATUS_GONE] = "gone",
};

const char *
ses_report_state(int state)
{
	return state_names[state];
}

/* Whole days until it is deleted; 0: when its agent starts next. */
static uint64_t
days_left(int64_t due, int64_t now)
{
	return due <= now ? 0 : (uint64_t)((due - now) / DAY_MS);
}

static void
print_summary(const struct ses_report *r)
{
	char size[SES_HUMAN_MAX];

	(void)printf("%zu session%s: %zu protected", r->all,
	    ses_human_s(r->all), r->protected);
	if (r->behind > 0)
		(void)printf(", %zu behind", r->behind);
	if (r->behind_bytes > 0) {
		ses_human_size(r->behind_bytes, size);
		(void)printf(" by %s", size);
	}
	if (r->unprotected > 0)
		(void)printf(", %zu unprotected", r->unprotected);
	if (r->removed > 0)
		(void)printf(", %zu removed", r->removed);
	(void)putchar('\n');
}

/* How much is missing and since when, then what it means. */
static void
add_reason(const struct ses_report *r, size_t i, struct ses_buf *b)
{
	const struct ses_session *s = &r->sessions->v[i];
	const struct ses_status *st = &r->status[i];
	char text[SES_TIME_MAX];

	if (st->pending > 0 && s->rows != NULL) {
		ses_buf_fmt(b, "%llu row%s", (unsigned long long)st->pending,
		    ses_human_s(st->pending));
	} else if (st->pending > 0 && st->source > 0) {
		ses_human_size(st->pending, text);
		ses_buf_str(b, text);
	}
	if (b->len > 0) {
		ses_time_ago(
		    st->since != 0 ? st->since : s->mtime, r->now, text);
		ses_buf_fmt(b, " written %s: ", text);
	}
	ses_buf_str(b, st->reason);
	if (r->due[i] != 0 && r->due[i] - r->now < SES_DUE_MS) {
		ses_buf_fmt(b, "; %s deletes it ", s->harness->name);
		if (r->due[i] <= r->now)
			ses_buf_str(b, "when it starts next");
		else
			ses_buf_fmt(b, "in %llu day%s",
			    (unsigned long long)days_left(r->due[i], r->now),
			    ses_human_s(days_left(r->due[i], r->now)));
	}
}

static void
add_line(const struct ses_report *r, size_t i, struct ses_short_ids *ids,
    struct ses_table *t)
{
	const struct ses_session *s = &r->sessions->v[i];
	const struct ses_status *st = &r->status[i];
	struct ses_buf b = {0};

	ses_table_add(
	    t, st->state == SES_STATUS_BEHIND ? "BEHIND" : "UNPROTECTED");
	ses_short_ids_name(ids, s->id, &b);
	ses_table_add(t, ses_buf_cstr(&b));
	ses_table_add(t, s->harness->name);
	ses_table_add(t, st->project != NULL ? st->project
			 : s->cwd != NULL    ? ses_str_basename(s->cwd)
					     : "-");
	ses_buf_clear(&b);
	add_reason(r, i, &b);
	ses_table_add(t, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

/* Why it cannot be read, and what to do. */
static void
unread_reason(const struct ses_unread *u, struct ses_buf *b)
{
	struct stat sb;

	if (u->code == SESHAT_EAUTH)
		ses_buf_fmt(b, "no permission to read %s (chmod %s it)",
		    u->path,
		    stat(u->path, &sb) == 0 && S_ISDIR(sb.st_mode) ? "u+rx"
								   : "u+r");
	else
		ses_buf_fmt(b, "%s cannot be read: %s", u->path, u->why);
}

static void
add_unread(const struct ses_unread *u, struct ses_table *t)
{
	struct ses_buf b = {0};

	unread_reason(u, &b);
	ses_table_add(t, "UNPROTECTED");
	ses_table_add(t, "-");
	ses_table_add(t, u->harness->name);
	ses_table_add(t, "-");
	ses_table_add(t, ses_buf_cstr(&b));
	ses_buf_free(&b);
}

/* So many lines of those in this state, not more than left. */
static size_t
add_lines(const struct ses_report *r, int state, struct ses_short_ids *ids,
    struct ses_table *t, size_t left)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < r->sessions->n && n < left; i++) {
		if (r->status[i].state != state)
			continue;
		add_line(r, i, ids, t);
		n++;
	}
	return n;
}

static int
print_attention(const struct ses_report *r, uint64_t limit, int quiet,
    struct seshat_err *err)
{
	static const struct ses_table_col cols[] = {{.title = NULL},
	    {.title = ""}, {.title = ""}, {.title = ""}, {.title = ""}};
	const struct ses_session_list *l = r->sessions;
	struct ses_table t = {
	    .cols = cols, .n_cols = sizeof(cols) / sizeof(cols[0])};
	struct ses_short_ids ids = {0};
	size_t all = r->unprotected + (quiet ? 0 : r->behind);
	size_t left = limit > 0 && limit < all ? (size_t)limit : all;
	size_t more = all - left;
	size_t i;
	int rc = -1;

	if (all == 0)
		return 0;
	for (i = 0; i < l->n; i++)
		if (ses_short_ids_add(&ids, l->v[i].id, err) < 0)
			goto out;
	for (i = 0; i < l->n_unread && left > 0; i++, left--)
		add_unread(&l->unread[i], &t);
	left -= add_lines(r, SES_STATUS_UNPROTECTED, &ids, &t, left);
	if (!quiet)
		left -= add_lines(r, SES_STATUS_BEHIND, &ids, &t, left);
	rc = ses_table_print(&t, stdout, 0, err);
	/* what could not be read is not all kept by name */
	if (more + left > 0)
		(void)printf(
		    "and %zu more (--limit 0 shows all)\n", more + left);
out:
	ses_short_ids_free(&ids);
	ses_table_free(&t);
	return rc;
}

static void
print_keeper(const struct ses_report_agent *k)
{
	(void)printf("%s deletes transcripts ", k->harness->name);
	if (k->days == 0)
		(void)printf("when it starts");
	else
		(void)printf("after %llu day%s", (unsigned long long)k->days,
		    ses_human_s(k->days));
	(void)printf(" (%s): ", k->setting);
	if (k->due == 0)
		(void)printf("none is due within 3 days\n");
	else if (k->bare == 0)
		(void)printf("%zu %s due within 3 days, %s\n", k->due,
		    k->due == 1 ? "is" : "are",
		    k->due == 1 ? "and protected" : "all protected");
	else
		(void)printf("%zu %s due within 3 days, %zu of them NOT "
			     "protected\n",
		    k->due, k->due == 1 ? "is" : "are", k->bare);
}

static int
print_hooks(const struct ses_cli_hooks *h, int64_t now, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc;

	ses_cli_hooks_follower(h, now, &b);
	ses_buf_str(&b, "\n");
	ses_cli_hooks_odd(h, &b);
	if (h->trouble.n > 0) {
		ses_cli_hooks_trouble(h, now, &b);
		ses_buf_str(&b, "\n");
	}
	rc = ses_buf_check(&b, err);
	if (rc == 0)
		(void)fwrite(b.data, 1, b.len, stdout);
	ses_buf_free(&b);
	return rc;
}

int
ses_report_text(const struct ses_report *r, uint64_t limit, int quiet,
    struct seshat_err *err)
{
	size_t i;

	if (!quiet)
		print_summary(r);
	if (print_attention(r, limit, quiet, err) < 0)
		return -1;
	for (i = 0; i < r->n_keepers && !quiet; i++)
		print_keeper(&r->keepers[i]);
	return quiet ? 0 : print_hooks(&r->hooks, r->now, err);
}

/* Of rows nobody knows the bytes before they are read. */
static void
add_sizes(
    struct ses_buf *b, const struct ses_session *s, const struct ses_status *st)
{
	int is_file = s->rows == NULL && s->id != NULL;
	/* a compressed one that was not unpacked may not say its size */
	int known = is_file && (st->source > 0 || !ses_twin_is(s->path));

	ses_jsonl_u64(b, "source_bytes", known, st->source);
	ses_jsonl_u64(b, "mirrored_bytes", is_file, st->mirrored);
	ses_jsonl_u64(b, "stored_bytes", s->id != NULL, st->stored);
	ses_jsonl_u64(b, "pending_bytes", known, st->pending);
	ses_jsonl_time(b, "pending_since", st->since);
	ses_jsonl_u64(b, "torn_bytes", known, st->torn);
	ses_jsonl_u64(
	    b, "pending_files", s->harness->companions != NULL, st->beside);
	if (s->rows == NULL)
		return;
	ses_jsonl_u64(b, "rows", 1, s->n_rows);
	ses_jsonl_u64(b, "last_row", 1, s->end);
	ses_jsonl_u64(b, "mirrored_to", 1, st->mirrored);
	ses_jsonl_u64(b, "pending_rows", 1, st->pending);
}

static void
add_object(const struct ses_report *r, const struct ses_session *s,
    const struct ses_status *st, const struct ses_report_agent *kept_by,
    int64_t due, struct ses_buf *b)
{
	ses_buf_str(b, "{\"harness\":");
	ses_json_quote(b, s->harness->name, strlen(s->harness->name));
	ses_jsonl_text(b, "session_id", s->id);
	ses_jsonl_text(b, "project", st->project);
	ses_jsonl_text(b, "cwd", s->cwd);
	ses_jsonl_text(b, "title", s->title);
	ses_jsonl_text(b, "path", s->path);
	ses_jsonl_text(b, "state", state_names[st->state]);
	ses_jsonl_text(b, "reason", st->reason[0] != '\0' ? st->reason : NULL);
	add_sizes(b, s, st);
	ses_jsonl_text(b, "stream", st->stream[0] != '\0' ? st->stream : NULL);
	ses_jsonl_u64(b, "rev", st->stream[0] != '\0', st->rev);
	ses_jsonl_time(b, "verified_at", st->verified);
	ses_jsonl_time(b, "last_write", s->mtime);
	ses_jsonl_u64(b, "deleted_in_days", due != 0, days_left(due, r->now));
	ses_jsonl_time(b, "deleted_at", due);
	ses_jsonl_text(
	    b, "retention", kept_by != NULL ? kept_by->setting : NULL);
	ses_buf_str(b, "}\n");
}

static int
flush(struct ses_buf *b, size_t least, struct seshat_err *err)
{
	if (b->len < least)
		return 0;
	if (ses_buf_check(b, err) < 0)
		return -1;
	(void)fwrite(b->data, 1, b->len, stdout);
	ses_buf_clear(b);
	return 0;
}

/* What could not be read, in the same form. */
static void
add_unread_object(
    const struct ses_report *r, const struct ses_unread *u, struct ses_buf *b)
{
	struct ses_session s = {.harness = u->harness, .path = u->path};
	struct ses_status st = {.state = SES_STATUS_UNPROTECTED};
	struct ses_buf why = {0};

	unread_reason(u, &why);
	(void)snprintf(st.reason, sizeof(st.reason), "%s", ses_buf_cstr(&why));
	ses_buf_free(&why);
	add_object(r, &s, &st, NULL, 0, b);
}

int
ses_report_json(
    const struct ses_report *r, uint64_t limit, struct seshat_err *err)
{
	const struct ses_session_list *l = r->sessions;
	struct ses_buf b = {0};
	uint64_t n = 0;
	size_t i;
	int rc = 0;

	for (i = 0; i < l->n_unread && (limit == 0 || n < limit); i++, n++)
		add_unread_object(r, &l->unread[i], &b);
	for (i = 0; rc == 0 && i < l->n && (limit == 0 || n < limit); i++) {
		if (r->status[i].state == SES_STATUS_GONE)
			continue;
		add_object(
		    r, &l->v[i], &r->status[i], r->kept_by[i], r->due[i], &b);
		n++;
		rc = flush(&b, 65536, err);
	}
	if (rc == 0)
		rc = flush(&b, 0, err);
	ses_buf_free(&b);
	return rc;
}
