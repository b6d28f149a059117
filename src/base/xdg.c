#include <sys/types.h>

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xdg.h"

int
ses_xdg_home(struct ses_buf *out, struct seshat_err *err)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home == NULL || home[0] != '/') {
		pw = getpwuid(getuid());
		home = pw == NULL ? NULL : pw->pw_dir;
	}
	if (home == NULL || home[0] != '/')
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "no home folder (set HOME)");
	ses_buf_str(out, home);
	return ses_buf_check(out, err);
}

int
ses_xdg_path(enum ses_xdg kind, const char *rest, struct ses_buf *out,
    struct seshat_err *err)
{
	static const struct {
		const char *env;
		const char *below_home;
	} bases[] = {
	    [SES_XDG_DATA] = {"XDG_DATA_HOME", "/.local/share"},
	    [SES_XDG_STATE] = {"XDG_STATE_HOME", "/.local/state"},
	    [SES_XDG_CACHE] = {"XDG_CACHE_HOME", "/.cache"},
	    [SES_XDG_CONFIG] = {"XDG_CONFIG_HOME", "/.config"},
	};
	const char *base = getenv(bases[kind].env);

	if (base != NULL && base[0] == '/') {
		ses_buf_str(out, base);
	} else {
		if (ses_xdg_home(out, err) < 0)
			return -1;
		ses_buf_str(out, bases[kind].below_home);
	}
	ses_buf_str(out, "/seshat");
	if (rest[0] != '\0')
		ses_buf_fmt(out, "/%s", rest);
	return ses_buf_check(out, err);
}

int
ses_xdg_fail_state(struct seshat_err *err)
{
	if (err->code == SESHAT_ENOTFOUND || err->sys == EROFS)
		err->code = SESHAT_ESYS;
	return ses_fail_in(err,
	    "the state cannot be kept (XDG_STATE_HOME sets another place)");
}

int
ses_xdg_log_dir(struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv("SESHAT_SESSIONS_DIR");

	if (set == NULL || set[0] == '\0')
		return ses_xdg_path(SES_XDG_DATA, "sessions", out, err);
	ses_buf_str(out, set);
	return ses_buf_check(out, err);
}

int
ses_xdg_expand(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	if (path[0] == '~' && path[1] == '/') {
		if (ses_xdg_home(out, err) < 0)
			return -1;
		path++;
	}
	ses_buf_str(out, path);
	return ses_buf_check(out, err);
}
