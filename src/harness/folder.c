/* The DT_ constants are BSD's. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "harness/session.h"

int
ses_folder_open(struct ses_folder *f, int at, const char *parent,
    const char *name, int links, struct seshat_err *err)
{
	int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
	int fd;

	*f = (struct ses_folder){.fd = -1};
	fd = openat(at, name, links ? flags : flags | O_NOFOLLOW);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0)
		return ses_fail_errno(err, "open folder");
	f->dir = fdopendir(fd);
	if (f->dir == NULL) {
		ses_fail_errno(err, "list folder");
		close(fd);
		return -1;
	}
	f->fd = fd;
	if (parent != NULL)
		ses_buf_fmt(&f->path, "%s/", parent);
	ses_buf_str(&f->path, name);
	(void)ses_buf_cstr(&f->path);
	if (ses_buf_check(&f->path, err) < 0) {
		ses_folder_close(f);
		return -1;
	}
	return 1;
}

int
ses_folder_enter(struct ses_session_list *l, struct ses_folder *f,
    const struct ses_folder *at, const char *name, int links,
    struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int rc = ses_folder_open(f, at == NULL ? AT_FDCWD : at->fd,
	    at == NULL ? NULL : at->path.data, name, links, &why);

	if (rc > 0)
		f->depth = at == NULL ? 0 : at->depth + 1;
	if (rc >= 0)
		return rc;
	if (at == NULL)
		return ses_session_unreadable(l, name, &why, err);
	rc = ses_folder_join(at, name, &path, err);
	if (rc == 0)
		rc = ses_session_unreadable(l, path.data, &why, err);
	ses_buf_free(&path);
	return rc;
}

/* Kind of an entry that the listing did not tell, or of what a link leads
 * to. */
static int
type_of(struct ses_folder *f, const char *name)
{
	struct stat st;

	if (fstatat(f->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_UNKNOWN;
	f->is_link = S_ISLNK(st.st_mode);
	if (f->is_link && fstatat(f->fd, name, &st, 0) < 0)
		return DT_UNKNOWN;
	if (S_ISREG(st.st_mode))
		return DT_REG;
	return !S_ISDIR(st.st_mode) ? DT_UNKNOWN : f->is_link ? DT_LNK : DT_DIR;
}

int
ses_folder_next(
    struct ses_folder *f, const char **name, int *type, struct seshat_err *err)
{
	const struct dirent *e;

	for (;;) {
		errno = 0;
		e = readdir(f->dir);
		if (e == NULL && errno != 0)
			return ses_fail_errno(err, "list folder");
		if (e == NULL)
			return 0;
		if (e->d_name[0] == '.')
			continue;
		*name = e->d_name;
		*type = e->d_type;
		f->is_link = 0;
		if (*type == DT_UNKNOWN || *type == DT_LNK)
			*type = type_of(f, e->d_name);
		if (*type == DT_REG || *type == DT_DIR || *type == DT_LNK)
			return 1;
	}
}

int
ses_folder_join(const struct ses_folder *f, const char *name,
    struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_clear(out);
	ses_buf_add(out, f->path.data, f->path.len);
	ses_buf_add(out, "/", 1);
	ses_buf_str(out, name);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

void
ses_folder_close(struct ses_folder *f)
{
	if (f->dir != NULL)
		(void)closedir(f->dir);
	ses_buf_free(&f->path);
	*f = (struct ses_folder){.fd = -1};
}

/* Whether the list has the path already. */
static int
listed(const struct ses_buf *list, const char *path)
{
	const char *p = list->data;

	while (p != NULL && p < list->data + list->len) {
		if (strcmp(p, path) == 0)
			return 1;
		p += strlen(p) + 1;
	}
	return 0;
}

int
ses_root_add(struct ses_buf *out, const char *path, struct seshat_err *err)
{
	struct ses_buf b = {0};
	char here[PATH_MAX];
	int rc;

	if (path[0] != '/') {
		if (getcwd(here, sizeof(here)) == NULL)
			return ses_fail_errno(err, "current directory");
		ses_buf_fmt(&b, "%s/", here);
	}
	ses_buf_str(&b, path);
	while (b.len > 1 && b.data[b.len - 1] == '/')
		b.len--;
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	if (rc == 0 && !listed(out, b.data)) {
		ses_buf_add(out, b.data, b.len + 1);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&b);
	return rc;
}
