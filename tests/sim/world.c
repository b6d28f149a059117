/* Files and folders of the simulated world. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "sim/sim.h"

#define DEPTH 12

static _Noreturn void
broken(const char *what)
{
	(void)fprintf(stderr, "sim: %s: %s\n", what, strerror(errno));
	_exit(3);
}

/* Names below a folder, sorted; NULL-terminated. */
static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **
names_of(const char *path, size_t *n)
{
	DIR *d = opendir(path);
	char **v = NULL;
	struct dirent *e;

	*n = 0;
	if (d == NULL)
		return NULL;
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		v = ses_realloc(v, (*n + 1) * sizeof(*v));
		if (v == NULL || (v[*n] = ses_str_dup(e->d_name)) == NULL)
			broken(path);
		(*n)++;
	}
	closedir(d);
	if (*n > 0)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

static void
wipe(const char *path, int depth)
{
	char below[512];
	char **names;
	size_t n;
	size_t i;

	if (unlink(path) == 0 || errno == ENOENT || depth == 0)
		return;
	names = names_of(path, &n);
	for (i = 0; i < n; i++) {
		(void)snprintf(below, sizeof(below), "%s/%s", path, names[i]);
		wipe(below, depth - 1);
		free(names[i]);
	}
	free(names);
	(void)rmdir(path);
}

void
sim_wipe(const char *path)
{
	wipe(path, DEPTH);
}

int
sim_file_read(const char *path, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	ses_buf_clear(out);
	return ses_fs_slurp(path, (size_t)1 << 30, out, &err) == 0;
}

void
sim_file_write(const char *path, int flags, const void *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

	if (fd < 0 || ses_fs_write(fd, data, len, &err) < 0)
		broken(path);
	close(fd);
}

static void
add(struct sim_tree *t, const char *path, int64_t mtime, struct ses_buf *b)
{
	size_t cap = t->cap == 0 ? 32 : t->cap * 2;

	if (t->n == t->cap) {
		t->v = ses_realloc(t->v, cap * sizeof(*t->v));
		if (t->v == NULL)
			broken("memory");
		t->cap = cap;
	}
	t->v[t->n].path = ses_str_dup(path);
	(void)ses_buf_cstr(b);
	t->v[t->n].data = b->data;
	t->v[t->n].len = b->len;
	t->v[t->n].mtime = mtime;
	*b = (struct ses_buf){0};
	t->n++;
}

static void
walk(struct sim_tree *t, const char *path, size_t root, int depth)
{
	struct ses_buf b = {0};
	char below[512];
	struct stat sb;
	char **names;
	size_t n;
	size_t i;

	names = names_of(path, &n);
	for (i = 0; i < n; i++) {
		(void)snprintf(below, sizeof(below), "%s/%s", path, names[i]);
		if (lstat(below, &sb) < 0)
			broken(below);
		if (S_ISDIR(sb.st_mode) && depth > 0)
			walk(t, below, root, depth - 1);
		else if (sim_file_read(below, &b))
			add(t, below + root + 1, sb.st_mtime, &b);
		free(names[i]);
	}
	free(names);
}

void
sim_tree_read(struct sim_tree *t, const char *path)
{
	*t = (struct sim_tree){0};
	walk(t, path, strlen(path), DEPTH);
}

void
sim_tree_free(struct sim_tree *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->v[i].path);
		free(t->v[i].data);
	}
	free(t->v);
	*t = (struct sim_tree){0};
}

void
sim_tree_write(const struct sim_tree *t, const char *path)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf dir = {0};
	struct timespec times[2] = {0};
	char file[512];
	size_t i;

	sim_wipe(path);
	for (i = 0; i < t->n; i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", path, t->v[i].path);
		ses_buf_clear(&dir);
		ses_str_dirname(file, &dir);
		if (ses_fs_mkdirs(ses_buf_cstr(&dir), 0700, &err) < 0)
			broken(file);
		sim_file_write(file, O_TRUNC, t->v[i].data, t->v[i].len);
		times[0].tv_sec = times[1].tv_sec = (time_t)t->v[i].mtime;
		if (utimensat(AT_FDCWD, file, times, 0) < 0)
			broken(file);
	}
	ses_buf_free(&dir);
}

const struct sim_object *
sim_tree_find(const struct sim_tree *t, const char *path)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].path, path) == 0)
			return &t->v[i];
	return NULL;
}
