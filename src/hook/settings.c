#define _XOPEN_SOURCE 700 /* realpath */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "hook/made.h"
#include "hook/settings.h"

/* A file as it was found. */
struct file {
	char *real; /* without links */
	struct ses_buf text;
	struct stat st;
	int is_there;
	int is_link; /* real is another path */
};

#define TRIES     20
#define LINKS_MAX 40 /* as many as the kernel follows */

int
ses_hook_settings_path(const struct ses_hook_agent *agent, const char *project,
    struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv(agent->folder_env);

	if (project != NULL) {
		ses_buf_fmt(out, "%s/%s", project, agent->folder);
	} else if (set != NULL && set[0] != '\0') {
		ses_buf_str(out, set);
	} else {
		if (ses_xdg_home(out, err) < 0)
			return -1;
		ses_buf_fmt(out, "/%s", agent->folder);
	}
	ses_buf_fmt(out, "/%s", agent->file);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

int
ses_hook_quote(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._+-@%,:=";
	int is_plain = path[strspn(path, plain)] == '\0';

	if (strpbrk(path, "'\n\r") != NULL ||
	    !ses_str_is_utf8(path, strlen(path)))
		return ses_fail(err, SESHAT_EUSAGE,
		    "the path of this program cannot stand in settings: "
		    "install it in another folder");
	ses_buf_fmt(out, is_plain ? "%s" : "'%s'", path);
	return ses_buf_check(out, err);
}

static void
file_free(struct file *f)
{
	ses_buf_free(&f->text);
	free(f->real);
}

/* Put in place of path what the link there leads to. */
static int
follow_link(struct ses_buf *path, struct seshat_err *err)
{
	struct ses_buf next = {0};
	char to[PATH_MAX];
	ssize_t n = readlink(path->data, to, sizeof(to) - 1);

	if (n <= 0)
		return ses_fail_errno(err, "read the link");
	to[n] = '\0';
	if (to[0] != '/') {
		ses_str_dirname(path->data, &next);
		ses_buf_str(&next, "/");
	}
	ses_buf_str(&next, to);
	(void)ses_buf_cstr(&next);
	ses_buf_free(path);
	*path = next;
	return ses_buf_check(path, err);
}

/* Where nothing is: the path itself, or where its link leads. */
static int
find_missing(struct file *f, const char *path, struct seshat_err *err)
{
	struct ses_buf at = {0};
	struct stat st;
	int links = 0;
	int rc;

	ses_buf_str(&at, path);
	(void)ses_buf_cstr(&at);
	rc = ses_buf_check(&at, err);
	while (rc == 0 && lstat(at.data, &st) == 0 && S_ISLNK(st.st_mode) &&
	       links++ < LINKS_MAX)
		rc = follow_link(&at, err);
	if (rc == 0) {
		f->is_link = links > 0;
		f->real = ses_str_dup(at.data);
		rc = f->real == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&at);
	return rc;
}

/* A link is followed, since whoever made it wants it to stay. */
static int
file_read(struct file *f, const char *path, struct seshat_err *err)
{
	struct stat st;

	f->real = realpath(path, NULL);
	if (f->real == NULL && errno != ENOENT)
		return ses_fail_errno(err, "open");
	if (f->real == NULL)
		return find_missing(f, path, err);
	f->is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
	if (stat(f->real, &f->st) < 0)
		return ses_fail_errno(err, "stat");
	f->is_there = 1;
	if (f->st.st_size > (off_t)SES_HOOK_SETTINGS_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "longer than %zu bytes",
		    SES_HOOK_SETTINGS_MAX);
	if (ses_fs_slurp(f->real, SES_HOOK_SETTINGS_MAX, &f->text, err) < 0)
		return -1;
	(void)ses_buf_cstr(&f->text);
	return ses_buf_check(&f->text, err);
}

/* As it was when it was read? */
static int
is_unchanged(const struct file *f)
{
	struct stat st;

	if (stat(f->real, &st) < 0)
		return !f->is_there;
	return f->is_there && st.st_ino == f->st.st_ino &&
	       st.st_dev == f->st.st_dev && st.st_size == f->st.st_size &&
	       st.st_mtim.tv_sec == f->st.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == f->st.st_mtim.tv_nsec;
}

static int
fail_raced(struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECONFLICT,
	    "another program wrote it at this moment: try again");
}

static int
write_aside(const struct file *f, const char *tmp, const struct ses_buf *text,
    struct seshat_err *err)
{
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = -1;

	if (fd < 0 && errno == ENOENT)
		return fail_raced(err);
	if (fd < 0)
		return ses_fail_errno(err, "make a file beside it");
	if (ses_fs_write(fd, text->data, text->len, err) < 0)
		goto out;
	if (f->is_there &&
	    (f->st.st_uid != geteuid() || f->st.st_gid != getegid()) &&
	    fchown(fd, f->st.st_uid, f->st.st_gid) < 0) {
		ses_fail_errno(err,
		    "keep its owner and group (do it as root, or make it "
		    "yours)");
		goto out;
	}
	if (fchmod(fd, f->is_there ? f->st.st_mode & 07777U : 0600U) < 0 ||
	    fsync(fd) < 0) {
		ses_fail_errno(err, "write a file beside it");
		goto out;
	}
	rc = 0;
out:
	if (close(fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "write a file beside it");
	return rc;
}

/* Make it where it is missing, and remember that. */
static int
make_folder(const char *dir, struct seshat_err *err)
{
	if (access(dir, F_OK) == 0)
		return 0;
	if (ses_fs_mkdirs(dir, 0700, err) < 0)
		return -1;
	return ses_hook_made(dir, SES_HOOK_MADE, err) < 0 ? -1 : 0;
}

/* Take the file away, and its folder, if we made that and nobody uses it. */
static int
file_remove(const struct file *f, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = 0;

	if (unlink(f->real) < 0)
		return errno == ENOENT ? fail_raced(err)
				       : ses_fail_errno(err, "take it away");
	ses_str_dirname(f->real, &dir);
	if (ses_hook_made(ses_buf_cstr(&dir), SES_HOOK_UNMADE, err) > 0 &&
	    rmdir(dir.data) < 0 && errno != ENOTEMPTY && errno != EEXIST &&
	    errno != ENOENT)
		rc = ses_fail_errno(err, "take its folder away");
	ses_buf_free(&dir);
	return rc;
}

static int
file_write(
    const struct file *f, const struct ses_buf *text, struct seshat_err *err)
{
	struct ses_buf tmp = {0};
	struct ses_buf dir = {0};
	char mark[17];
	int rc = -1;

	ses_rand_hex(mark, 16);
	ses_buf_fmt(&tmp, "%s.tmp-%s", f->real, mark);
	ses_str_dirname(f->real, &dir);
	(void)ses_buf_cstr(&tmp);
	(void)ses_buf_cstr(&dir);
	if (ses_buf_check(&tmp, err) < 0 || ses_buf_check(&dir, err) < 0 ||
	    make_folder(dir.data, err) < 0)
		goto out;
	rc = write_aside(f, tmp.data, text, err);
	if (rc == 0 && !is_unchanged(f))
		rc = fail_raced(err);
	if (rc == 0 && rename(tmp.data, f->real) < 0)
		rc = ses_fail_errno(err, "replace it");
	if (rc < 0)
		(void)unlink(tmp.data);
	else
		rc = ses_fs_sync_dir(dir.data, err);
out:
	ses_buf_free(&tmp);
	ses_buf_free(&dir);
	return rc;
}

/* Whose link leads into a folder that is missing, as a disk that is not
 * mounted, is not helped by one that we make. */
static int
check_link(const struct file *f, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int is_there;

	if (f->is_there || !f->is_link)
		return 0;
	ses_str_dirname(f->real, &dir);
	is_there = access(ses_buf_cstr(&dir), F_OK) == 0;
	ses_buf_free(&dir);
	return is_there ? 0
			: ses_fail(err, SESHAT_ENOTFOUND,
			      "it is a link into a folder that is not there: "
			      "make that, or take the link away");
}

static int
install(const struct ses_hook_agent *agent, const struct file *f,
    const char *command, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_hook_found found = {0};
	int rc = check_link(f, err);

	if (rc == 0)
		rc = ses_hook_install(
		    agent, command, f->is_there ? &f->text : NULL, out, err);

	/* what the agent will read must be what we meant */
	if (rc == 0)
		rc = ses_hook_look(agent, out, &found, err);
	if (rc == 0 && found.missing > 0)
		rc = ses_fail(err, SESHAT_EUNSUPPORTED,
		    "the hooks could not be added: add them by hand (docs/"
		    "hooks.md)");
	ses_buf_free(&found.command);
	return rc;
}

/* Its name before what went wrong, unless that tells it already. */
static int
fail_at(const char *path, struct seshat_err *err)
{
	return strstr(err->msg, path) != NULL ? -1
					      : ses_fail_in(err, "%s", path);
}

static int
change(const struct ses_hook_agent *agent, const char *path,
    const char *command, struct seshat_err *err)
{
	struct file f = {0};
	struct ses_buf out = {0};
	int is_empty = 0;
	int rc = file_read(&f, path, err);

	if (rc == 0 && command != NULL)
		rc = install(agent, &f, command, &out, err);
	else if (rc == 0 && f.is_there)
		rc = ses_hook_uninstall(agent, &f.text, &out, &is_empty, err);
	if (rc < 0)
		goto out;
	/* who put a link there wants a file behind it */
	if (is_empty && f.is_link) {
		ses_buf_clear(&out);
		ses_buf_str(&out, "{}\n");
		is_empty = 0;
	}
	if (is_empty && f.real != NULL && is_unchanged(&f)) {
		rc = file_remove(&f, err) < 0 ? -1 : 1;
	} else if (out.len != f.text.len ||
		   (out.len > 0 &&
		       memcmp(out.data, f.text.data, out.len) != 0)) {
		rc = file_write(&f, &out, err) < 0 ? -1 : 1;
	}
out:
	file_free(&f);
	ses_buf_free(&out);
	return rc;
}

int
ses_hook_settings_change(const struct ses_hook_agent *agent, const char *path,
    const char *command, struct seshat_err *err)
{
	int tries = 0;
	int rc;

	/* whoever writes it at the same time is done in a moment */
	while ((rc = change(agent, path, command, err)) < 0 &&
	       err->code == SESHAT_ECONFLICT && ++tries < TRIES)
		ses_time_pause(tries);
	return rc < 0 ? fail_at(path, err) : rc;
}

/* The folder that a file will be replaced in, if it is there already. */
static int
check_folder(const char *path, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	int rc = 0;

	ses_str_dirname(path, &dir);
	if (access(ses_buf_cstr(&dir), W_OK | X_OK) < 0 && errno != ENOENT)
		rc = ses_fail_errno(err, "write into %s", dir.data);
	ses_buf_free(&dir);
	return rc;
}

int
ses_hook_settings_check(const struct ses_hook_agent *agent, const char *path,
    const char *command, struct seshat_err *err)
{
	struct file f = {0};
	struct ses_buf out = {0};
	int rc = file_read(&f, path, err);

	if (rc == 0)
		rc = install(agent, &f, command, &out, err);
	if (rc == 0)
		rc = check_folder(f.real, err);
	file_free(&f);
	ses_buf_free(&out);
	return rc < 0 ? fail_at(path, err) : 0;
}

int
ses_hook_settings_look(const struct ses_hook_agent *agent, const char *path,
    struct ses_hook_found *found, struct seshat_err *err)
{
	struct file f = {0};
	int rc = file_read(&f, path, err);

	*found = (struct ses_hook_found){0};
	if (rc == 0)
		rc = ses_hook_look(agent, &f.text, found, err);
	file_free(&f);
	return rc < 0 ? fail_at(path, err) : 0;
}
