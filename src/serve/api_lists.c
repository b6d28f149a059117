/* Projects, sessions, files: what there is. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/time.h"
#include "serve/api.h"
#include "vault/doc.h"

#define LIMIT     100
#define LIMIT_MAX 1000

static json_t *
count(json_t *to, const char *key, const json_t *row)
{
	json_t *o = json_object_get(to, key);
	const char *last = ses_doc_str(row, "last_event_at");

	if (o == NULL) {
		o = json_object();
		(void)json_object_set_new(o, "id", json_string(key));
		(void)json_object_set_new(to, key, o);
	}
	ses_doc_set_u64(o, "sessions", ses_doc_u64(o, "sessions") + 1);
	ses_doc_set_u64(o, "bytes",
	    ses_doc_u64(o, "bytes") + ses_doc_u64(row, "total_uploaded_bytes"));
	ses_doc_set_u64(o, "stored_bytes",
	    ses_doc_u64(o, "stored_bytes") + ses_doc_u64(row, "stored_bytes"));
	if (strcmp(last, ses_doc_str(o, "last_event_at")) > 0)
		(void)json_object_set_new(
		    o, "last_event_at", json_string(last));
	return o;
}

/* A vault knows no other projects than its sessions'; a volume does. */
static json_t *
names_of(
    const struct ses_api_worker *w, const json_t *rows, struct seshat_err *err)
{
	json_t *names = NULL;
	json_t *all;
	size_t i;

	if (w->store == NULL)
		return ses_library_projects(w->lib, &names, err) < 0 ? NULL
								     : names;
	all = json_array();
	for (i = 0; i < json_array_size(rows); i++)
		(void)json_array_append(
		    all, json_object_get(json_array_get(rows, i), "project"));
	names = ses_library_sorted(all);
	json_decref(all);
	if (names == NULL)
		ses_fail_nomem(err);
	return names;
}

int
ses_api_projects(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	json_t *names;
	json_t *rows = NULL;
	json_t *sums;
	json_t *out;
	json_t *one;
	const char *name;
	size_t i;

	(void)r;
	if (ses_api_list(w, NULL, &rows, err) < 0)
		return -1;
	ses_doc_begin();
	names = names_of(w, rows, err);
	if (names == NULL) {
		json_decref(rows);
		return -1;
	}
	sums = json_object();
	out = json_array();
	for (i = 0; i < json_array_size(rows); i++) {
		one = json_array_get(rows, i);
		(void)count(sums, ses_doc_str(one, "project"), one);
	}
	for (i = 0; i < json_array_size(names); i++) {
		name = json_string_value(json_array_get(names, i));
		one = json_object_get(sums, name);
		if (one == NULL)
			one = json_pack("{s:s,s:i}", "id", name, "sessions", 0);
		else
			json_incref(one);
		(void)json_array_append_new(out, one);
	}
	json_decref(names);
	json_decref(rows);
	json_decref(sums);
	if (ses_doc_check(err) < 0) {
		json_decref(out);
		return -1;
	}
	return ses_api_answer_take(a, json_pack("{s:o}", "projects", out), err);
}

int
ses_api_project(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	const char *name = r->var[0];
	json_t *rows = NULL;
	int has;

	if (ses_api_list(w, name, &rows, err) < 0)
		return -1;
	if (json_array_size(rows) == 0) {
		has = ses_library_has_project(w->lib, name, err);
		if (has <= 0) {
			json_decref(rows);
			return has < 0 ? -1
				       : ses_fail(err, SESHAT_ENOTFOUND,
					     "no project '%s'", name);
		}
	}
	return ses_api_answer_take(
	    a, json_pack("{s:s,s:o}", "id", name, "sessions", rows), err);
}

/* Whether the text stands in one of the fields that people know it by. */
static int
fits(const json_t *row, const char *q)
{
	static const char *const fields[] = {
	    "title", "session_id", "project", "cwd"};
	size_t len = strlen(q);
	const char *s;
	size_t i;

	if (len == 0)
		return 1;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (s = ses_doc_str(row, fields[i]); *s != '\0'; s++)
			if (strncasecmp(s, q, len) == 0)
				return 1;
	return 0;
}

/* Where a row stands in the order of the list, as text. */
static void
place_of(const json_t *row, struct ses_buf *out)
{
	ses_buf_clear(out);
	ses_buf_fmt(out, "%s|%s|%s", ses_doc_str(row, "last_event_at"),
	    ses_doc_str(row, "harness"), ses_doc_str(row, "session_id"));
	(void)ses_buf_cstr(out);
}

/* Rows are in order, latest first: whether this one comes behind the cursor. */
static int
is_behind(const json_t *row, const char *cursor)
{
	const char *rest = strchr(cursor, '|');
	const char *last = ses_doc_str(row, "last_event_at");
	size_t len = rest == NULL ? strlen(cursor) : (size_t)(rest - cursor);
	int c = strncmp(last, cursor, len);

	if (c == 0)
		c = strlen(last) > len;
	if (c != 0 || rest == NULL)
		return c < 0;
	cursor = rest + 1;
	rest = strchr(cursor, '|');
	if (rest == NULL)
		return 0;
	c = strcmp(ses_doc_str(row, "session_id"), rest + 1);
	len = (size_t)(rest - cursor);
	if (c == 0)
		c = strncmp(ses_doc_str(row, "harness"), cursor, len);
	return c > 0;
}

/* Whether a cursor may be one of place_of's. */
static int
is_place(const char *cursor)
{
	const char *bar = strchr(cursor, '|');

	return bar != NULL && strchr(bar + 1, '|') != NULL;
}

struct filter {
	const char *harness;
	const char *q;
	const char *cursor;
	uint64_t limit;
};

static int
choose(const struct filter *f, const json_t *rows, json_t *out,
    struct ses_buf *next)
{
	size_t total = 0;
	size_t taken = 0;
	json_t *row;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		if ((f->harness != NULL &&
			strcmp(ses_doc_str(row, "harness"), f->harness) != 0) ||
		    (f->q != NULL && !fits(row, f->q)))
			continue;
		total++;
		if (f->cursor != NULL && !is_behind(row, f->cursor))
			continue;
		if (taken++ < f->limit)
			(void)json_array_append(out, row);
		if (taken == f->limit)
			place_of(row, next);
	}
	if (taken <= f->limit)
		ses_buf_clear(next);
	return (int)total;
}

int
ses_api_sessions(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	static const char *const names[] = {
	    "project", "harness", "q", "limit", "cursor", NULL};
	const struct ses_api_worker *w = worker;
	struct filter f = {.harness = ses_request_param(r, "harness"),
	    .q = ses_request_param(r, "q"),
	    .cursor = ses_request_param(r, "cursor")};
	struct ses_buf next = {0};
	json_t *rows = NULL;
	json_t *out;
	json_t *doc;
	int total;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "limit", LIMIT_MAX, LIMIT, &f.limit, err) < 0)
		return -1;
	if (f.limit == 0)
		return ses_fail(err, SESHAT_EUSAGE, "limit is at least 1");
	if (f.cursor != NULL && !is_place(f.cursor))
		return ses_fail(err, SESHAT_EUSAGE,
		    "cursor is what another answer had as next_cursor");
	if (ses_api_list(w, ses_request_param(r, "project"), &rows, err) < 0)
		return -1;
	ses_doc_begin();
	out = json_array();
	total = choose(&f, rows, out, &next);
	json_decref(rows);
	doc = json_pack("{s:o,s:i,s:s?}", "sessions", out, "total", total,
	    "next_cursor", next.len > 0 ? ses_buf_cstr(&next) : NULL);
	ses_buf_free(&next);
	if (ses_doc_check(err) < 0) {
		json_decref(doc);
		return -1;
	}
	return ses_api_answer_take(a, doc, err);
}

int
ses_api_session(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_found f;
	json_t *doc = NULL;
	int rc;

	if (ses_api_find(r, w, &f, err) < 0)
		return -1;
	rc = ses_api_summary(w, &f, &doc, err);
	ses_found_free(&f);
	return rc < 0 ? -1 : ses_api_answer_take(a, doc, err);
}

static int
see_file(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	char when[SES_TIME_MAX];
	json_t *o;

	ses_doc_begin();
	o = json_pack("{s:s}", "path", file->name);
	if (file->kind == SES_LIBFILE_OK) {
		ses_time_format(file->mtime_ns / 1000000, when);
		ses_doc_set_u64(o, "size", file->size);
		ses_doc_set_str(o, "mtime", when);
		if (file->sha256[0] != '\0')
			ses_doc_set_str(o, "sha256", file->sha256);
	} else {
		ses_doc_set_str(o, "left_out",
		    file->kind == SES_LIBFILE_LINK ? "a link or special file"
						   : "it cannot be read");
	}
	(void)json_array_append_new(arg, o);
	return ses_doc_check(err);
}

int
ses_api_files(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	struct ses_found f;
	json_t *files = json_array();
	json_t *doc = NULL;
	int rc;

	if (ses_api_find(r, w, &f, err) < 0) {
		json_decref(files);
		return -1;
	}
	rc = ses_library_files(w->lib, &f, see_file, files, err);
	if (rc == 0)
		doc =
		    json_pack("{s:s,s:O}", "session_id", f.id, "files", files);
	ses_found_free(&f);
	json_decref(files);
	return rc < 0 ? -1 : ses_api_answer_take(a, doc, err);
}

/* The values of an object, as an array. */
static json_t *
values_of(json_t *o)
{
	json_t *out = json_array();
	const char *key;
	json_t *v;

	json_object_foreach(o, key, v)
	{
		(void)json_array_append(out, v);
	}
	json_decref(o);
	return out;
}

int
ses_api_stats(const struct ses_request *r, struct ses_answer *a, void *worker,
    struct seshat_err *err)
{
	const struct ses_api_worker *w = worker;
	json_t *harnesses;
	json_t *projects;
	json_t *total;
	json_t *rows = NULL;
	json_t *row;
	json_t *sum;
	size_t i;

	if (w->catalog != NULL)
		return ses_api_stats_of(r, w, a, err);
	if (ses_api_list(w, NULL, &rows, err) < 0)
		return -1;
	ses_doc_begin();
	harnesses = json_object();
	projects = json_object();
	total = json_object();
	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		(void)count(harnesses, ses_doc_str(row, "harness"), row);
		(void)count(projects, ses_doc_str(row, "project"), row);
		(void)count(total, "all", row);
	}
	sum = json_object_get(total, "all");
	sum = json_pack("{s:I,s:I,s:I,s:o,s:o}", "sessions",
	    (json_int_t)json_array_size(rows), "bytes",
	    (json_int_t)ses_doc_u64(sum, "bytes"), "stored_bytes",
	    (json_int_t)ses_doc_u64(sum, "stored_bytes"), "harnesses",
	    values_of(harnesses), "projects", values_of(projects));
	json_decref(rows);
	json_decref(total);
	if (ses_doc_check(err) < 0) {
		json_decref(sum);
		return -1;
	}
	return ses_api_answer_take(a, sum, err);
}
