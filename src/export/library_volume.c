/* The library of a folder laid out as sessions/<id>/… */
#define _GNU_SOURCE /* DT_ constants are BSD's */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/tree.h"
#include "export/library_ops.h"
#include "export/volume.h"
#include "vault/doc.h"

#define BLOCK ((size_t)256 << 10)

struct volume {
	int fd;
	char *dir;
	/* the session whose files are being read */
	char *at;
	int at_fd;
	char *block;
};

/* The projects, and in the default one the sessions that none names. */
struct shelf {
	json_t *projects; /* as ses_volume_parse has it */
	json_t *placed;   /* session id -> project */
};

static int
read_projects(const struct volume *v, json_t **out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int rc;

	ses_buf_fmt(&path, "%s/projects.json", v->dir);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = ses_fs_slurp(path.data, SES_VOLUME_MAX, &text, err);
	if (rc == 0) {
		rc = ses_volume_parse(ses_buf_cstr(&text), text.len, out, err);
	} else if (err->code == SESHAT_ENOTFOUND) {
		*out = json_object();
		rc = *out == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&text);
	ses_buf_free(&path);
	return rc;
}

static void
shelf_free(struct shelf *s)
{
	json_decref(s->projects);
	json_decref(s->placed);
	*s = (struct shelf){0};
}

static int
see_folder(
    void *arg, const char *name, unsigned char type, struct seshat_err *err)
{
	struct shelf *s = arg;
	json_t *to;

	if ((type != DT_DIR && type != DT_UNKNOWN) || !ses_volume_is_id(name) ||
	    json_object_get(s->placed, name) != NULL)
		return 0;
	to = json_object_get(s->projects, SES_VOLUME_DEFAULT);
	if (to == NULL) {
		to = json_object();
		if (json_object_set_new(s->projects, SES_VOLUME_DEFAULT, to) <
		    0)
			return ses_fail_nomem(err);
	}
	return json_object_set_new(to, name, json_null()) < 0 ||
		       json_object_set_new(
			   s->placed, name, json_string(SES_VOLUME_DEFAULT)) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

static int
place_all(struct shelf *s, struct seshat_err *err)
{
	const char *project;
	const char *id;
	json_t *sessions;
	json_t *label;

	json_object_foreach(s->projects, project, sessions)
	{
		json_object_foreach(sessions, id, label)
		{
			/* of several the first one names it */
			if (json_object_get(s->placed, id) == NULL &&
			    json_object_set_new(
				s->placed, id, json_string(project)) < 0)
				return ses_fail_nomem(err);
		}
	}
	return 0;
}

static int
load(const struct volume *v, struct shelf *s, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = -1;

	*s = (struct shelf){.placed = json_object()};
	if (s->placed == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (read_projects(v, &s->projects, err) < 0 || place_all(s, err) < 0)
		goto out;
	ses_buf_fmt(&path, "%s/sessions", v->dir);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	rc = ses_fs_each(path.data, see_folder, s, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 0;
out:
	ses_buf_free(&path);
	if (rc < 0)
		shelf_free(s);
	return rc;
}

/* The folder of a session: the descriptor; -1 with code SESHAT_ENOTFOUND. */
static int
open_session(const struct volume *v, const char *id, struct seshat_err *err)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int sessions;
	int fd;

	if (!ses_volume_is_id(id))
		return ses_fail(err, SESHAT_ENOTFOUND, "no session '%s'", id);
	sessions = openat(v->fd, "sessions", flags);
	if (sessions < 0)
		return ses_fail_errno(err, "open folder");
	fd = openat(sessions, id, flags);
	if (fd < 0)
		ses_fail_errno(err, "open folder");
	close(sessions);
	return fd;
}

static void
leave(struct volume *v)
{
	if (v->at != NULL)
		close(v->at_fd);
	free(v->at);
	v->at = NULL;
}

/* As open_session, but it stays open, for the next file. */
static int
enter(struct volume *v, const char *id, struct seshat_err *err)
{
	if (v->at != NULL && strcmp(v->at, id) == 0)
		return v->at_fd;
	leave(v);
	v->at_fd = open_session(v, id, err);
	if (v->at_fd < 0)
		return -1;
	v->at = ses_str_dup(id);
	if (v->at == NULL) {
		close(v->at_fd);
		return ses_fail_nomem(err);
	}
	return v->at_fd;
}

static json_t *
row_of(const struct volume *v, const char *id, const char *project,
    const char *label)
{
	struct seshat_err none = SESHAT_ERR_INIT;
	json_t *row = json_object();
	struct stat st;
	int fd = open_session(v, id, &none);

	ses_doc_set_str(row, "session_id", id);
	ses_doc_set_str(row, "harness", SES_VOLUME_HARNESS);
	ses_doc_set_str(row, "project", project);
	ses_doc_set_str(row, "title", label);
	ses_doc_set_time(row, "last_event_at",
	    fd >= 0 && fstat(fd, &st) == 0 ? (int64_t)st.st_mtim.tv_sec * 1000 +
						 st.st_mtim.tv_nsec / 1000000
					   : 0);
	if (fd >= 0)
		close(fd);
	return row;
}

/* A project's sessions, or those of all, each once. */
static int
list(void *st, const char *project, json_t **rows, struct seshat_err *err)
{
	const struct volume *v = st;
	struct shelf s;
	json_t *out;
	json_t *from;
	json_t *label;
	const char *id;
	const char *in;
	int rc = 0;

	if (load(v, &s, err) < 0)
		return -1;
	out = json_array();
	from =
	    project == NULL ? s.placed : json_object_get(s.projects, project);
	json_object_foreach(from, id, label)
	{
		in = project != NULL ? project : json_string_value(label);
		label = json_object_get(json_object_get(s.projects, in), id);
		if (json_array_append_new(
			out, row_of(v, id, in, json_string_value(label))) < 0) {
			rc = ses_fail_nomem(err);
			break;
		}
	}
	shelf_free(&s);
	if (rc < 0)
		json_decref(out);
	else
		*rows = out;
	return rc;
}

static int
projects(void *st, json_t **names, struct seshat_err *err)
{
	struct shelf s;
	const char *name;
	json_t *sessions;
	json_t *all;

	if (load(st, &s, err) < 0)
		return -1;
	all = json_array();
	json_object_foreach(s.projects, name, sessions)
	{
		if (json_array_append_new(all, json_string(name)) < 0)
			break;
	}
	*names = ses_library_sorted(all);
	json_decref(all);
	shelf_free(&s);
	return *names == NULL ? ses_fail_nomem(err) : 0;
}

/* The one id that text is or that alone begins with it. */
static const char *
pick(json_t *placed, const char *text, size_t *n)
{
	const char *id;
	const char *found = NULL;
	json_t *where;

	*n = 0;
	if (json_object_get(placed, text) != NULL) {
		*n = 1;
		return text;
	}
	json_object_foreach(placed, id, where)
	{
		if (text[0] != '\0' && ses_str_starts(id, text)) {
			found = id;
			++*n;
		}
	}
	return found;
}

static int
find(void *st, const char *text, struct ses_found *out, struct seshat_err *err)
{
	struct shelf s;
	const char *id;
	size_t n;
	int rc = 0;

	if (ses_str_starts(text, SES_VOLUME_HARNESS "/"))
		text += strlen(SES_VOLUME_HARNESS "/");
	if (load(st, &s, err) < 0)
		return -1;
	id = pick(s.placed, text, &n);
	if (n == 0)
		rc = ses_fail(err, SESHAT_ENOTFOUND, "no session '%s'", text);
	else if (n > 1)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "'%s' is the beginning of %zu sessions", text, n);
	if (rc == 0) {
		*out = (struct ses_found){
		    .project = ses_str_dup(
			json_string_value(json_object_get(s.placed, id))),
		    .harness = ses_str_dup(SES_VOLUME_HARNESS),
		    .id = ses_str_dup(id)};
		if (out->project == NULL || out->harness == NULL ||
		    out->id == NULL) {
			ses_found_free(out);
			rc = ses_fail_nomem(err);
		}
	}
	shelf_free(&s);
	return rc;
}

static int
summary(
    void *st, const struct ses_found *f, json_t **out, struct seshat_err *err)
{
	struct shelf s;
	json_t *labels;

	if (load(st, &s, err) < 0)
		return -1;
	labels = json_object_get(s.projects, f->project);
	*out = row_of(st, f->id, f->project,
	    json_string_value(json_object_get(labels, f->id)));
	shelf_free(&s);
	return *out == NULL ? ses_fail_nomem(err) : 0;
}

struct handing {
	ses_libfile_each *each;
	void *arg;
};

static int64_t
mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* What changes when a file is put in another's place or written again. */
static uint64_t
stamp(const struct stat *st)
{
	return (uint64_t)st->st_ino * UINT64_C(0x9e3779b97f4a7c15) +
	       (uint64_t)st->st_ctim.tv_sec * 1000000000 +
	       (uint64_t)st->st_ctim.tv_nsec;
}

static int
hand_out(void *arg, const struct ses_tree_seen *seen, struct seshat_err *err)
{
	struct handing *h = arg;
	struct ses_buf name = {0};
	struct ses_libfile file = {.path = seen->path, .packs = 1};
	int rc;

	if (ses_zip_name(seen->path, strlen(seen->path), &name) < 0)
		ses_buf_str(&name, "?");
	file.name = ses_buf_cstr(&name);
	file.kind = seen->kind == SES_TREE_FILE     ? SES_LIBFILE_OK
		    : seen->kind == SES_TREE_FAILED ? SES_LIBFILE_FAILED
						    : SES_LIBFILE_LINK;
	file.why = seen->why;
	if (file.kind == SES_LIBFILE_OK) {
		file.size = (uint64_t)seen->st.st_size;
		file.mtime_ns = mtime_ns(&seen->st);
		file.stamp = stamp(&seen->st);
	}
	rc = ses_buf_check(&name, err);
	if (rc == 0)
		rc = h->each(h->arg, &file, err);
	ses_buf_free(&name);
	return rc;
}

static int
files(void *st, const struct ses_found *f, ses_libfile_each *each, void *arg,
    struct seshat_err *err)
{
	struct handing h = {each, arg};
	int fd = open_session(st, f->id, err);
	int rc;

	/* it may have another folder since the last time */
	leave(st);
	/* named in projects.json and not begun yet */
	if (fd < 0)
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	rc = ses_tree_walk(fd, ses_workspace_leaves_out, hand_out, &h, err);
	close(fd);
	return rc;
}

/* Push the bytes from..to, as long as there are any. */
static int
push(struct volume *v, int fd, uint64_t from, uint64_t to,
    const struct ses_sink *sink, struct seshat_err *err)
{
	char *block = v->block != NULL ? v->block : ses_calloc(1, BLOCK);
	size_t got = 1;
	size_t want;
	int rc = block == NULL ? ses_fail_nomem(err) : 0;

	v->block = block;
	for (; rc == 0 && got > 0 && from < to; from += got) {
		want = to - from < BLOCK ? (size_t)(to - from) : BLOCK;
		rc = ses_fs_pread(fd, block, want, from, &got, err);
		if (rc == 0)
			rc = ses_sink_write(sink, block, got, err);
	}
	if (rc == 0 && from < to)
		return ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	return rc;
}

static int
read_file(void *st, const struct ses_found *f, const struct ses_libfile *file,
    uint64_t from, const struct ses_sink *sink, struct seshat_err *err)
{
	struct stat now;
	int session = enter(st, f->id, err);
	int fd;
	int rc;

	if (session < 0)
		return -1;
	fd = ses_tree_open(session, file->path, &now, err);
	if (fd < 0)
		return -1;
	rc = push(st, fd, from, file->size, sink, err);
	if (rc == 0 &&
	    (fstat(fd, &now) < 0 || (uint64_t)now.st_size != file->size ||
		mtime_ns(&now) != file->mtime_ns || stamp(&now) != file->stamp))
		rc = ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	close(fd);
	return rc;
}

static void
volume_free(void *st)
{
	struct volume *v = st;

	leave(v);
	free(v->block);
	if (v->fd >= 0)
		close(v->fd);
	free(v->dir);
	free(v);
}

static const struct ses_library_ops ops = {
    .list = list,
    .projects = projects,
    .find = find,
    .summary = summary,
    .files = files,
    .read = read_file,
    .free = volume_free,
};

int
ses_library_volume(
    struct ses_library **out, const char *dir, struct seshat_err *err)
{
	struct ses_library *lib = ses_calloc(1, sizeof(*lib));
	struct volume *v = ses_calloc(1, sizeof(*v));

	if (lib == NULL || v == NULL) {
		free(lib);
		free(v);
		return ses_fail_nomem(err);
	}
	*lib = (struct ses_library){.ops = &ops, .st = v};
	v->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	v->dir = ses_str_dup(dir);
	if (v->fd >= 0 && v->dir != NULL) {
		*out = lib;
		return 0;
	}
	if (v->fd < 0)
		ses_fail_errno(err, "%s", dir);
	else
		ses_fail_nomem(err);
	ses_library_free(lib);
	return -1;
}
