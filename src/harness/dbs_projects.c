#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "harness/dbs.h"

#define LIST_MAX ((size_t)4 << 20)

/* One entry: a folder, and where it keeps its database. */
static int
one(const struct ses_dbs *a, const struct ses_json *entry, ses_dbs_each *each,
    void *arg, struct seshat_err *err)
{
	struct ses_json v = {0};
	struct ses_buf cwd = {0};
	struct ses_buf path = {0};
	int rc;

	if (ses_json_get(entry, "path", &v))
		ses_json_text(&v, &cwd);
	if (ses_json_get(entry, "data_dir", &v))
		ses_json_text(&v, &path);
	ses_buf_fmt(&path, "/%s", a->file);
	(void)ses_buf_cstr(&cwd);
	(void)ses_buf_cstr(&path);
	rc = ses_buf_check(&cwd, err);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	/* without data_dir the path is "/crush.db" */
	if (rc == 0 && path.data[0] == '/' && cwd.data[0] == '/' &&
	    path.len > strlen(a->file) + 1 &&
	    memchr(cwd.data, '\0', cwd.len) == NULL &&
	    memchr(path.data, '\0', path.len) == NULL)
		rc = each(arg, path.data, cwd.data, err);
	ses_buf_free(&cwd);
	ses_buf_free(&path);
	return rc;
}

static int
read_list(const struct ses_dbs *a, const char *path, ses_dbs_each *each,
    void *arg, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf text = {0};
	struct ses_json v = {0};
	struct ses_json list = {0};
	struct ses_json_walk w;
	int rc = 0;

	if (ses_fs_slurp(path, LIST_MAX, &text, &why) < 0 ||
	    ses_json_parse(text.data, text.len, &v, &why) < 0) {
		if (why.code != SESHAT_ENOTFOUND)
			ses_log(SES_DEBUG, "%s: %s", path, why.msg);
	} else if (ses_json_get(&v, "projects", &list) && list.type == '[') {
		ses_json_walk(&w, &list);
		while (rc == 0 && ses_json_next(&w, NULL, &v))
			if (v.type == '{')
				rc = one(a, &v, each, arg, err);
	}
	ses_buf_free(&text);
	return rc;
}

int
ses_dbs_projects(const struct ses_dbs *a, ses_dbs_each *each, void *arg,
    struct seshat_err *err)
{
	const char *const *spec;
	struct ses_buf path = {0};
	int rc = 0;

	for (spec = a->projects; spec != NULL && *spec != NULL; spec++) {
		rc = ses_dbs_expand(*spec, &path, err);
		if (rc == 0)
			continue;
		if (rc > 0)
			rc = read_list(a, path.data, each, arg, err);
		break;
	}
	ses_buf_free(&path);
	return rc;
}
