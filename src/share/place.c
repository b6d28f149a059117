#include <sys/stat.h>

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
	return ses_fs_mkdirs(out->data, 0700, err);
}

static int
has(const struct ses_buf *root, const char *name)
{
	struct ses_buf path = {0};
	struct stat sb;
	int rc;

	ses_buf_fmt(&path, "%.*s/%s", (int)root->len, root->data, name);
	rc = stat(ses_buf_cstr(&path), &sb) == 0;
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
ses_share_place(const char *id, const char *dir, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf root = {0};
	int rc = 0;

	if (ses_share_check_id(id, err) < 0)
		return -1;
	if (dir != NULL && dir[0] == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "the folder to put it in has no name");
	if (dir != NULL) {
		ses_buf_fmt(out, "%s/session.jsonl", dir);
	} else {
		rc = find_root(&root, err);
		if (rc == 0)
			ses_buf_fmt(out, "%.*s/%s/%s/session.jsonl",
			    (int)root.len, root.data,
			    has(&root, ".erk") ? ".erk/scratch/remote-sessions"
					       : ".seshat/sessions",
			    id);
		ses_buf_free(&root);
	}
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

int
ses_share_put_file(
    const char *path, const struct ses_spool *s, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	struct ses_buf aside = {0};
	struct ses_sink sink;
	char mark[17];
	int fd = -1;
	int rc = -1;

	ses_str_dirname(path, &dir);
	ses_rand_hex(mark, 16);
	ses_buf_fmt(&aside, "%s.%s.tmp", path, mark);
	(void)ses_buf_cstr(&dir);
	(void)ses_buf_cstr(&aside);
	if (ses_buf_check(&dir, err) < 0 || ses_buf_check(&aside, err) < 0 ||
	    ses_fs_mkdirs(dir.data, 0777, err) < 0)
		goto out;
	/* a session is its user's, whatever the umask */
	fd = open(aside.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		ses_fail_errno(err, "create %s", aside.data);
		goto out;
	}
	sink = ses_sink_fd(&fd);
	rc = ses_spool_push(s, &sink, err);
	if (rc < 0)
		ses_fail_in(err, "%s", path);
	if (rc == 0 && fsync(fd) < 0)
		rc = ses_fail_errno(err, "fsync %s", aside.data);
	if (close(fd) < 0 && rc == 0)
		rc = ses_fail_errno(err, "close %s", aside.data);
	if (rc == 0 && rename(aside.data, path) < 0)
		rc = ses_fail_errno(err, "rename to %s", path);
	if (rc == 0)
		rc = ses_fs_sync_dir(dir.data, err);
	else
		(void)unlink(aside.data);
out:
	ses_buf_free(&dir);
	ses_buf_free(&aside);
	return rc;
}

int
ses_share_ignore(const char *path, struct seshat_err *err)
{
	static const char text[] = "# sessions that seshat fetched\n*\n";
	const char *below = strstr(path, "/.seshat/sessions/");
	struct ses_buf file = {0};
	int rc = 0;

	if (below == NULL)
		return 0;
	ses_buf_fmt(
	    &file, "%.*s/.seshat/.gitignore", (int)(below - path), path);
	(void)ses_buf_cstr(&file);
	rc = ses_buf_check(&file, err);
	if (rc == 0 && access(file.data, F_OK) != 0)
		rc =
		    ses_fs_replace(file.data, text, strlen(text), 0644, 0, err);
	ses_buf_free(&file);
	return rc;
}
