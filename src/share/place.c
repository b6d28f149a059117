#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/fs.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/session.h"
#include "share/place.h"

int
ses_share_check_id(const char *id, struct seshat_err *err)
{
	size_t n = strlen(id);

	if (ses_session_id_ok(id, n) && strchr(id, '/') == NULL && id[0] != '-')
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "'%.200s' is no session id (1 to 200 bytes, no slash, no dot or "
	    "dash at the beginning)",
	    id);
}

int
ses_share_state(struct ses_buf *out, struct seshat_err *err)
{
	if (ses_xdg_path(SES_XDG_STATE, "gists", out, err) < 0)
		return -1;
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return ses_fs_mkdirs(out->data, 0700, err) < 0 ? ses_xdg_fail_state(err)
						       : 0;
}

void
ses_place_free(struct ses_place *p)
{
	ses_buf_free(&p->root);
	ses_buf_free(&p->below);
	ses_buf_free(&p->path);
	*p = (struct ses_place){0};
}

static int
has_folder(const struct ses_buf *root, const char *name)
{
	struct ses_buf path = {0};
	struct stat sb;
	int rc;

	ses_buf_fmt(&path, "%.*s/%s", (int)root->len, root->data, name);
	rc = stat(ses_buf_cstr(&path), &sb) == 0 && S_ISDIR(sb.st_mode);
	ses_buf_free(&path);
	return rc;
}

/* The checkout's root, or the current folder. */
static int
find_root(struct ses_buf *root, struct seshat_err *err)
{
	char cwd[4096];
	size_t len;

	if (getcwd(cwd, sizeof(cwd)) == NULL)
		return ses_fail_errno(err, "the current folder");
	if (ses_checkout_root(cwd, &len, err) < 0)
		return -1;
	ses_buf_add(root, cwd, len);
	return ses_buf_check(root, err);
}

int
ses_share_place(const char *id, const char *dir, int is_of_many,
    struct ses_place *out, struct seshat_err *err)
{
	*out = (struct ses_place){0};
	if (ses_share_check_id(id, err) < 0)
		return -1;
	if (dir != NULL && dir[0] == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "the folder to put it in has no name");
	if (dir != NULL)
		ses_buf_str(&out->root, dir);
	else if (find_root(&out->root, err) < 0)
		goto fail;
	if (dir == NULL)
		ses_buf_fmt(&out->below, "%s/%s",
		    has_folder(&out->root, ".erk")
			? ".erk/scratch/remote-sessions"
			: ".seshat/sessions",
		    id);
	else if (is_of_many)
		ses_buf_str(&out->below, id);
	ses_buf_fmt(&out->path, "%s%s%s/session.jsonl",
	    ses_buf_cstr(&out->root), out->below.len > 0 ? "/" : "",
	    ses_buf_cstr(&out->below));
	(void)ses_buf_cstr(&out->path);
	if (ses_buf_check(&out->root, err) == 0 &&
	    ses_buf_check(&out->below, err) == 0 &&
	    ses_buf_check(&out->path, err) == 0)
		return 0;
fail:
	ses_place_free(out);
	return -1;
}

/* A name below a folder, opened; a link is not followed. */
static int
open_below(int dir, const char *name, const char *path, struct seshat_err *err)
{
	int fd =
	    openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ELOOP || errno == ENOTDIR)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "%s: '%s' is a link, or no folder: nothing is put there "
		    "(--output DIR names another place)",
		    path, name);
	return ses_fail_errno(err, "%s: folder '%s'", path, name);
}

/* The folder of the place, made if it is not there: below a checkout's root,
 * which may hold what a stranger committed, no link is followed. */
static int
open_dir(const struct ses_place *p, struct seshat_err *err)
{
	char name[256];
	const char *at = p->below.data;
	size_t len;
	int fd = open(p->root.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int next;

	if (fd < 0)
		return ses_fail_errno(err, "folder %s", p->root.data);
	for (; *at != '\0'; at += len + (at[len] == '/')) {
		len = strcspn(at, "/");
		(void)snprintf(name, sizeof(name), "%.*s", (int)len, at);
		if (mkdirat(fd, name, 0777) < 0 && errno != EEXIST) {
			ses_fail_errno(
			    err, "%s: make '%s'", p->path.data, name);
			close(fd);
			return -1;
		}
		next = open_below(fd, name, p->path.data, err);
		close(fd);
		fd = next;
		if (fd < 0)
			return -1;
	}
	return fd;
}

static int
write_aside(int dir, const char *name, const struct ses_spool *s,
    struct seshat_err *err)
{
	struct ses_sink sink;
	/* a session is its user's, whatever the umask */
	int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return ses_fail_errno(err, "create %s", name);
	sink = ses_sink_fd(&fd);
	rc = ses_spool_push(s, &sink, err);
	if (rc == 0 && fsync(fd) < 0)
		rc = ses_fail_errno(err, "fsync %s", name);
	if (close(fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "close %s", name);
	return rc;
}

int
ses_share_put_file(const struct ses_place *p, const struct ses_spool *s,
    struct seshat_err *err)
{
	static const char name[] = "session.jsonl";
	char aside[sizeof(name) + 32];
	char mark[17];
	int dir;
	int rc;

	if (ses_fs_mkdirs(p->root.data, 0777, err) < 0)
		return -1;
	dir = open_dir(p, err);
	if (dir < 0)
		return -1;
	ses_rand_hex(mark, 16);
	(void)snprintf(aside, sizeof(aside), "%s.%s.tmp", name, mark);
	rc = write_aside(dir, aside, s, err);
	if (rc < 0)
		ses_fail_in(err, "%s", p->path.data);
	if (rc == 0 && renameat(dir, aside, dir, name) < 0)
		rc = ses_fail_errno(err, "rename to %s", p->path.data);
	if (rc < 0)
		(void)unlinkat(dir, aside, 0);
	/* the name is to survive a power cut */
	else if (fsync(dir) < 0)
		rc =
		    ses_fail_errno(err, "fsync the folder of %s", p->path.data);
	close(dir);
	return rc;
}

int
ses_share_ignore(const struct ses_place *p, struct seshat_err *err)
{
	static const char text[] = "# sessions that seshat fetched\n*\n";
	int root;
	int dir;
	int fd;
	int rc = 0;

	if (!ses_str_starts(p->below.data, ".seshat/"))
		return 0;
	root = open(p->root.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return ses_fail_errno(err, "folder %s", p->root.data);
	dir = open_below(root, ".seshat", p->path.data, err);
	close(root);
	if (dir < 0)
		return -1;
	fd = openat(dir, ".gitignore",
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 && errno != EEXIST)
		rc = ses_fail_errno(err, "create .seshat/.gitignore");
	if (fd >= 0) {
		rc = ses_fs_write(fd, text, strlen(text), err);
		if (close(fd) < 0 && rc == 0)
			rc = ses_fail_errno(err, "write .seshat/.gitignore");
		if (rc < 0)
			(void)unlinkat(dir, ".gitignore", 0);
	}
	close(dir);
	return rc;
}
