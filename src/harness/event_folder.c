/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/json_stream.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "harness/event_folder.h"
#include "harness/rows.h"
#include "harness/session.h"

int
ses_event_file_is(const char *name, uint64_t *number)
{
	static const char begin[] = "event-";
	const char *p = name + sizeof(begin) - 1;
	size_t digits;
	uint64_t n = 0;
	size_t i;

	if (!ses_str_starts(name, begin) || !ses_str_ends(name, ".json"))
		return 0;
	/* five at least; of more than 18 nobody will ever come to the end */
	digits = strspn(p, "0123456789");
	if (digits < 5 || digits > 18 || p[digits] != '-')
		return 0;
	for (i = 0; i < digits; i++)
		n = n * 10 + (uint64_t)(p[i] - '0');
	*number = n;
	return 1;
}

void
ses_event_folder_free(struct ses_event_folder *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		free(f->v[i].name);
	free(f->v);
	*f = (struct ses_event_folder){0};
}

static int
by_number(const void *a, const void *b)
{
	const struct ses_event_file *x = a;
	const struct ses_event_file *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
add(struct ses_event_folder *f, const char *name, uint64_t number,
    struct seshat_err *err)
{
	size_t cap = f->cap == 0 ? 64 : f->cap * 2;
	struct ses_event_file *v = f->v;

	if (f->n == SES_EVENT_FOLDER_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "it holds more than %d events", SES_EVENT_FOLDER_MAX);
	if (f->n == f->cap) {
		v = ses_realloc(f->v, cap * sizeof(*v));
		if (v == NULL)
			return ses_fail_nomem(err);
		f->v = v;
		f->cap = cap;
	}
	v[f->n].number = number;
	v[f->n].name = ses_str_dup(name);
	if (v[f->n].name == NULL)
		return ses_fail_nomem(err);
	f->n++;
	return 0;
}

static int
list(struct ses_event_folder *f, struct ses_folder *folder,
    struct seshat_err *err)
{
	const char *name;
	uint64_t number;
	int type;
	int rc;

	if (fstat(folder->fd, &f->st) < 0)
		return ses_fail_errno(err, "stat");
	while ((rc = ses_folder_next(folder, &name, &type, err)) > 0)
		if (type == DT_REG && !folder->is_link &&
		    ses_event_file_is(name, &number) &&
		    add(f, name, number, err) < 0)
			return -1;
	return rc;
}

int
ses_event_folder_list(
    struct ses_event_folder *f, const char *path, struct seshat_err *err)
{
	struct ses_folder folder = {.fd = -1};
	int rc;

	ses_event_folder_free(f);
	rc = ses_folder_open(&folder, AT_FDCWD, NULL, path, 0, err);
	if (rc > 0) {
		rc = list(f, &folder, err);
		ses_folder_close(&folder);
	} else if (rc == 0) {
		rc = ses_fail(err, SESHAT_ENOTFOUND, "there is no such folder");
	}
	if (rc < 0) {
		ses_event_folder_free(f);
		return ses_fail_in(err, "%s", path);
	}
	if (f->n > 0)
		qsort(f->v, f->n, sizeof(*f->v), by_number);
	f->highest = f->n;
	return 0;
}

static void
path_of(const struct ses_event_folder *f, const char *path, size_t i,
    struct ses_buf *out)
{
	ses_buf_clear(out);
	ses_buf_fmt(out, "%s/%s", path, f->v[i].name);
	(void)ses_buf_cstr(out);
}

/* ms since 1970, or 0. */
static int64_t
time_of(const struct ses_event_folder *f, const char *path, size_t i)
{
	struct ses_buf b = {0};
	struct stat st;
	int64_t when = 0;

	path_of(f, path, i, &b);
	if (!b.bad && stat(b.data, &st) == 0)
		when = (int64_t)st.st_mtim.tv_sec * 1000 +
		       st.st_mtim.tv_nsec / 1000000;
	ses_buf_free(&b);
	return when;
}

int64_t
ses_event_folder_time(const struct ses_event_folder *f, const char *path)
{
	int64_t folder = (int64_t)f->st.st_mtim.tv_sec * 1000 +
			 f->st.st_mtim.tv_nsec / 1000000;
	int64_t last = f->n == 0 ? 0 : time_of(f, path, f->n - 1);

	return last > folder ? last : folder;
}

/* A clock that was wrong must not hold a file for ever. */
static int
is_fresh(const struct ses_event_folder *f, const char *path, size_t i)
{
	int64_t age = ses_time_now() - time_of(f, path, i);

	return age < SES_ROWS_QUIET_MS && age > -SES_ROWS_QUIET_MS;
}

static int
slurp(const struct ses_event_folder *f, const char *path, size_t i,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc;

	path_of(f, path, i, &name);
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = ses_fs_slurp(name.data, SES_EVENT_FILE_MAX, out, err);
	ses_buf_free(&name);
	return rc;
}

static int
is_document(const struct ses_buf *b)
{
	struct ses_json_stream s = {0};

	return b->len > 0 && ses_json_stream_add(&s, b->data, b->len) == 0 &&
	       ses_json_stream_whole(&s);
}

/* Whether the last file is not a document yet: 1, 0 or -1. */
static int
is_half(
    const struct ses_event_folder *f, const char *path, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = slurp(f, path, f->n - 1, &b, err);

	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 1;
	else if (rc < 0 && err->code == SESHAT_ELIMIT)
		rc = 0; /* told when it is to be read */
	else if (rc == 0)
		rc = !is_document(&b);
	ses_buf_free(&b);
	return rc;
}

int
ses_event_folder_hold(
    struct ses_event_folder *f, const char *path, struct seshat_err *err)
{
	uint64_t next = 0;
	size_t i;
	int rc;

	f->highest = f->n;
	for (i = 0; i < f->n; i++) {
		if (f->v[i].number > next && is_fresh(f, path, i)) {
			f->highest = i;
			return 0;
		}
		next = f->v[i].number + 1;
	}
	/* those before the last were whole when that was begun */
	if (f->n == 0 || !is_fresh(f, path, f->n - 1))
		return 0;
	rc = is_half(f, path, err);
	if (rc > 0)
		f->highest = f->n - 1;
	return rc < 0 ? -1 : 0;
}

/* As it stands if it can be a line, so that what is stored is what was written;
 * what is no JSON is kept as a string. */
static void
add_line(struct ses_buf *out, const struct ses_buf *text)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const char *s = text->len > 0 ? text->data : "";
	struct ses_json v = {0};
	size_t len = text->len;

	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL &&
	       s[len - 1] != '\0')
		len--;
	if (is_document(text) && memchr(s, '\n', len) == NULL &&
	    memchr(s, '\r', len) == NULL)
		ses_buf_add(out, s, len);
	else if (is_document(text) && ses_json_parse(s, len, &v, &ignored) == 0)
		ses_json_compact(out, &v);
	else
		ses_json_quote(out, s, len);
	ses_buf_add(out, "\n", 1);
}

int
ses_event_folder_line(const struct ses_event_folder *f, const char *path,
    uint64_t cursor, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc;

	if (cursor == 0 || cursor > f->n)
		return ses_fail(err, SESHAT_ECONFLICT, "the event is gone");
	rc = slurp(f, path, cursor - 1, &text, err);
	if (rc == 0) {
		add_line(out, &text);
		rc = ses_buf_check(out, err);
	} else if (err->code == SESHAT_ENOTFOUND) {
		rc = ses_fail(
		    err, SESHAT_ECONFLICT, "%s is gone", f->v[cursor - 1].name);
	}
	ses_buf_free(&text);
	return rc;
}
