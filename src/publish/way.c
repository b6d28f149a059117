/* What stands in the way in a folder: an object store has no such things. */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>

#include "publish/one.h"

int
ses_pub_foreign(
    struct ses_publishing *p, const char *name, struct seshat_err *err)
{
	p->is_foreign = 1;
	return ses_fail(err, SESHAT_EEXISTS,
	    "%s%s is not of 'seshat publish': the session is left out, and "
	    "what is there left alone (delete it, and publish --again, if it "
	    "may go)",
	    p->place, name);
}

/* Whether what has this path can hold others: so does a link to a folder, and
 * what is not there yet. */
static int
can_be_folder(const char *path)
{
	struct stat sb;

	if (stat(path, &sb) == 0)
		return S_ISDIR(sb.st_mode);
	return errno != ENOTDIR && lstat(path, &sb) < 0;
}

/* What a link names is not ours to replace, nor is the link. */
static int
can_be_object(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) < 0 ? errno != ENOTDIR : S_ISREG(sb.st_mode);
}

int
ses_pub_way(struct ses_publishing *p, const char *name, struct seshat_err *err)
{
	struct ses_store *to = p->run->what->to;
	struct ses_buf path = {0};
	char *slash;
	int rc;

	if (!(ses_store_caps(to) & SES_STORE_LOCAL))
		return 0;
	rc = ses_store_path(to, p->place, &path, err);
	if (rc == 0) {
		ses_buf_str(&path, name);
		(void)ses_buf_cstr(&path);
		rc = ses_buf_check(&path, err);
	}
	if (rc < 0)
		goto out;
	slash = path.data + path.len - strlen(p->place) - strlen(name) - 1;
	while (rc == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (!can_be_folder(path.data))
			rc = ses_pub_foreign(p, name, err);
		*slash = '/';
	}
	if (rc == 0 && path.data[path.len - 1] != '/' &&
	    !can_be_object(path.data))
		rc = ses_pub_foreign(p, name, err);
out:
	ses_buf_free(&path);
	return rc;
}
