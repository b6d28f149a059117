/* Projects, sessions, files: what there is. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "serve/api.h"
#include "serve/listing.h"
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

/* A row of /api/projects; "bytes" are those that were stored. */
static json_t *
project_of(const json_t *sum)
{
	static const char *const names[][2] = {{"id", "id"},
	    {"sessions", "sessions"}, {"bytes", "uploaded"},
	    {"stored_bytes", "stored_bytes"},
	    {"last_event_at", "last_event_at"}};
	json_t *o = json_object();
	json_t *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = json_object_get(sum, names[i][1]);
		if (v != NULL)
			(void)json_object_set(o, names[i][0], v);
	}
	if (json_object_get(o, "sessions") == NULL)
		ses_doc_set_u64(o, "sessions", 0);
	return o;
}

int
ses_api_projects(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	json_t *sums = NULL;
	json_t *out;
	size_t i;

	(void)r;
	if (ses_listing_projects(worker, &sums, err) < 0)
		return -1;
	ses_doc_begin();
	out = json_array();
	for (i = 0; i < json_array_size(sums); i++)
		(void)json_array_append_new(
		    out, project_of(json_array_get(sums, i)));
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
	const struct ses_listing_filter f = {.project = r->var[0], .plain = 1};
	struct ses_listing l;
	json_t *doc = NULL;
	int has = 1;

	if (ses_listing_get(worker, &f, &l, err) < 0)
		return -1;
	if (l.total == 0)
		has = ses_listing_has_project(worker, f.project, err);
	if (has > 0)
		doc =
		    json_pack("{s:s,s:O}", "id", f.project, "sessions", l.rows);
	ses_listing_free(&l);
	if (has <= 0)
		return has < 0 ? -1
			       : ses_fail(err, SESHAT_ENOTFOUND,
				     "no project '%s'", f.project);
	return ses_api_answer_take(a, doc, err);
}

int
ses_api_sessions(const struct ses_request *r, struct ses_answer *a,
    void *worker, struct seshat_err *err)
{
	static const char *const names[] = {
	    "project", "harness", "q", "limit", "cursor", NULL};
	struct ses_listing_filter f = {
	    .project = ses_request_param(r, "project"),
	    .harness = ses_request_param(r, "harness"),
	    .q = ses_request_param(r, "q"),
	    .cursor = ses_request_param(r, "cursor"),
	    .plain = 1};
	struct ses_listing l;
	json_t *doc;

	if (ses_request_only(r, names, err) < 0 ||
	    ses_request_u64(r, "limit", LIMIT_MAX, LIMIT, &f.limit, err) < 0)
		return -1;
	if (f.limit == 0)
		return ses_fail(err, SESHAT_EUSAGE, "limit is at least 1");
	if (ses_listing_get(worker, &f, &l, err) < 0)
		return -1;
	ses_doc_begin();
	doc = json_pack("{s:O,s:I,s:s?}", "sessions", l.rows, "total",
	    (json_int_t)l.total, "next_cursor",
	    l.next.len > 0 ? l.next.data : NULL);
	ses_listing_free(&l);
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
