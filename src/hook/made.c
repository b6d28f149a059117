#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/xdg.h"
#include "hook/made.h"
#include "hook/settings.h"
#include "hook/state.h"

#define LIST_MAX 65536

/* Where a file of the state folder is, or would be. */
static int
find(const char *name, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf below = {0};
	int rc;

	ses_buf_fmt(&below, "hook/%s", name);
	rc = ses_buf_check(&below, err);
	if (rc == 0)
		rc =
		    ses_xdg_path(SES_XDG_STATE, ses_buf_cstr(&below), out, err);
	ses_buf_free(&below);
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* Put a folder into a list of the state folder, or take it out. */
static int
change_list(const char *name, const char *dir, int what, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf old = {0};
	struct ses_buf now = {0};
	size_t len = strlen(dir);
	const char *p;
	const char *end;
	int known = 0;
	int rc = what == SES_HOOK_MADE ? ses_hook_state(name, &path, err)
				       : find(name, &path, err);

	if (rc == 0)
		(void)ses_fs_slurp(path.data, LIST_MAX, &old, &ignored);
	p = ses_buf_cstr(&old);
	for (; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		if ((size_t)(end - p) == len && memcmp(p, dir, len) == 0)
			known = 1;
		else
			ses_buf_add(&now, p, (size_t)(end - p) + 1);
	}
	if (what == SES_HOOK_MADE && strchr(dir, '\n') == NULL)
		ses_buf_fmt(&now, "%s\n", dir);
	if (rc == 0)
		rc = ses_buf_check(&now, err);
	if (rc == 0 && now.len <= LIST_MAX && (known || what == SES_HOOK_MADE))
		rc = ses_fs_replace(
		    path.data, ses_buf_cstr(&now), now.len, 0600, 0, err);
	ses_buf_free(&path);
	ses_buf_free(&old);
	ses_buf_free(&now);
	return rc < 0 ? -1 : known;
}

int
ses_hook_made(const char *dir, int what, struct seshat_err *err)
{
	return change_list("made", dir, what, err);
}

int
ses_hook_project(const char *dir, int what, struct seshat_err *err)
{
	return change_list("projects", dir, what, err) < 0 ? -1 : 0;
}

int
ses_hook_leave(int what, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = what == SES_HOOK_MADE ? ses_hook_state("leaving", &path, err)
				       : find("leaving", &path, err);

	if (rc == 0 && what == SES_HOOK_MADE)
		rc = ses_fs_replace(path.data, "", 0, 0600, 0, err);
	else if (rc == 0 && unlink(path.data) < 0 && errno != ENOENT)
		rc = ses_fail_errno(err, "remove %s", path.data);
	ses_buf_free(&path);
	return rc;
}

int
ses_hook_leaves(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	int yes = find("leaving", &path, &ignored) == 0 &&
		  access(path.data, F_OK) == 0;

	ses_buf_free(&path);
	return yes;
}

int
ses_hook_calls(const char *project, int *plugin)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_hook_agent *a;
	struct ses_hook_found found;
	struct ses_buf path = {0};
	int yes = 0;

	*plugin = 0;
	for (a = ses_hook_agents; a->name != NULL; a++) {
		ses_buf_clear(&path);
		found = (struct ses_hook_found){0};
		/* what cannot be read may have some */
		yes |=
		    ses_hook_settings_path(a, project, &path, &ignored) < 0 ||
		    ses_hook_settings_look(a, path.data, &found, &ignored) <
			0 ||
		    found.n > 0;
		*plugin |= found.has_plugin;
		ses_buf_free(&found.command);
	}
	ses_buf_free(&path);
	return yes;
}

int
ses_hook_in_use(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf all = {0};
	char *p;
	char *end;
	int plugin;
	int yes = ses_hook_calls(NULL, &plugin) || plugin;

	/* nothing is made to find out */
	if (!yes &&
	    ses_xdg_path(SES_XDG_STATE, "hook/projects", &path, &ignored) == 0)
		(void)ses_fs_slurp(
		    ses_buf_cstr(&path), LIST_MAX, &all, &ignored);
	(void)ses_buf_cstr(&all);
	for (p = all.data; !yes && p != NULL; p = end + 1) {
		end = strchr(p, '\n');
		if (end == NULL)
			break;
		*end = '\0';
		yes = ses_hook_calls(p, &plugin) || plugin;
	}
	ses_buf_free(&path);
	ses_buf_free(&all);
	return yes;
}
