#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "config/config.h"
#include "config/settings.h"
#include "config/trust.h"

struct file {
	const char *path;
	int tracecraft; /* its format */
	int found_here; /* in the working directory: limited until trusted */
};

static void
warn_untrusted(
    struct ses_config *c, const char *path, const struct ses_settings *s)
{
	const char *gap = " ";
	int i;

	ses_buf_fmt(&c->warnings, "seshat: %s is not trusted; left out:", path);
	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL || ses_setting_is_harmless(i))
			continue;
		ses_buf_fmt(&c->warnings, "%s%s", gap, ses_setting_name(i));
		gap = ", ";
	}
	ses_buf_fmt(
	    &c->warnings, " ('seshat trust %s' lets it decide)\n", path);
}

/* A secret that others can read is none. */
static int
check_mode(
    const char *path, const struct ses_settings *s, struct seshat_err *err)
{
	struct stat sb;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++)
		if (s->v[i] != NULL && ses_setting_is_secret(i))
			break;
	if (i == SES_SET_KINDS || stat(path, &sb) < 0 ||
	    (sb.st_mode & 077) == 0)
		return 0;
	return ses_fail(err, SESHAT_EAUTH,
	    "%s holds a secret and others can read it (chmod 600 '%s')", path,
	    path);
}

/* The values of one file over those that are there. */
static int
merge(struct ses_config *c, struct ses_settings *all,
    const struct ses_settings *s, int limited, struct seshat_err *err)
{
	int i;

	(void)c;
	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL || (limited && !ses_setting_is_harmless(i)))
			continue;
		if (ses_settings_set(all, i, s->v[i], err) < 0)
			return -1;
	}
	return 0;
}

/* "backend" and "bucket" of tracecraft as a store URL. */
static int
resolve_backend(struct ses_settings *s, struct seshat_err *err)
{
	const char *backend = s->v[SES_SET_BACKEND];
	const char *bucket = s->v[SES_SET_BUCKET];
	struct ses_buf url = {0};
	int rc = 0;

	if (bucket == NULL && backend == NULL)
		return 0;
	if (backend == NULL || bucket == NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "backend and bucket belong together");
	if (strcmp(backend, "s3") == 0)
		ses_buf_fmt(&url, "s3://%s%s%s", bucket,
		    s->v[SES_SET_ENDPOINT] != NULL ? "?endpoint=" : "",
		    s->v[SES_SET_ENDPOINT] != NULL ? s->v[SES_SET_ENDPOINT]
						   : "");
	else if (strcmp(backend, "hf") == 0)
		ses_buf_fmt(&url, "hf://buckets/%s", bucket);
	else
		return ses_fail(err, SESHAT_EFORMAT,
		    "unknown backend '%.40s' (s3 or hf)", backend);
	if (s->v[SES_SET_STORE] == NULL)
		rc =
		    ses_settings_set(s, SES_SET_STORE, ses_buf_cstr(&url), err);
	ses_buf_free(&url);
	return rc;
}

/* One file, if it is there: 1 when it was. */
static int
read_file(struct ses_config *c, const struct file *f, struct ses_settings *all,
    struct seshat_err *err)
{
	struct ses_settings s = {0};
	struct ses_buf b = {0};
	const char *text;
	int limited = 0;
	int rc = -1;
	int i;

	if (ses_fs_slurp(f->path, SES_SETTINGS_FILE_MAX, &b, err) < 0) {
		ses_buf_free(&b);
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	}
	text = b.data != NULL ? b.data : "";
	rc = f->tracecraft ? ses_settings_tracecraft(&s, text, b.len, err)
			   : ses_settings_yaml(&s, text, b.len, err);
	if (rc == 0)
		rc = resolve_backend(&s, err);
	if (rc < 0) {
		ses_fail_in(err, "%s", f->path);
		goto out;
	}
	for (i = 0; f->found_here && i < SES_SET_KINDS; i++)
		limited |= s.v[i] != NULL && !ses_setting_is_harmless(i);
	limited = limited && !ses_trust_has(f->path, text, b.len);
	if (limited)
		warn_untrusted(c, f->path, &s);
	else if (check_mode(f->path, &s, err) < 0)
		rc = -1;
	if (rc == 0)
		rc = merge(c, all, &s, limited, err);
out:
	ses_settings_free(&s);
	ses_buf_free(&b);
	return rc < 0 ? -1 : 1;
}

/* The files, in their order; a --config must be there. */
static int
read_files(struct ses_config *c, const struct ses_config_flags *flags,
    const char *cwd, struct ses_settings *all, struct seshat_err *err)
{
	struct ses_buf user = {0};
	struct ses_buf here = {0};
	struct ses_buf tracecraft = {0};
	struct ses_buf home = {0};
	int rc = -1;

	if (flags->file != NULL)
		ses_buf_str(&user, flags->file);
	else if (ses_xdg_path(SES_XDG_CONFIG, "config.yaml", &user, err) < 0)
		goto out;
	ses_buf_fmt(&here, "%s/.seshat.yaml", cwd);
	ses_buf_fmt(&tracecraft, "%s/.tracecraft.json", cwd);
	if (ses_xdg_home(&home, err) < 0)
		goto out;
	ses_buf_str(&home, "/.tracecraft/config.json");
	rc = read_file(c, &(struct file){ses_buf_cstr(&user), 0, 0}, all, err);
	if (rc == 0 && flags->file != NULL)
		rc = ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no such file", flags->file);
	if (rc < 0)
		goto out;
	rc = read_file(c, &(struct file){ses_buf_cstr(&here), 0, 1}, all, err);
	if (rc < 0)
		goto out;
	rc = read_file(
	    c, &(struct file){ses_buf_cstr(&tracecraft), 1, 1}, all, err);
	if (rc == 0)
		rc = read_file(
		    c, &(struct file){ses_buf_cstr(&home), 1, 0}, all, err);
out:
	ses_buf_free(&user);
	ses_buf_free(&here);
	ses_buf_free(&tracecraft);
	ses_buf_free(&home);
	return rc < 0 ? -1 : 0;
}

static int
read_environment(struct ses_settings *all, struct seshat_err *err)
{
	static const struct {
		const char *name;
		int kind;
	} vars[] = {{"AWS_ACCESS_KEY_ID", SES_SET_ACCESS_KEY},
	    {"AWS_SECRET_ACCESS_KEY", SES_SET_SECRET_KEY},
	    {"AWS_ENDPOINT_URL", SES_SET_ENDPOINT},
	    {"HF_TOKEN", SES_SET_HF_TOKEN}, {"TRACECRAFT_AGENT", SES_SET_AGENT},
	    {"SESHAT_STORE", SES_SET_STORE},
	    {"SESHAT_PROJECT", SES_SET_PROJECT},
	    {"SESHAT_AGENT", SES_SET_AGENT}};
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		v = getenv(vars[i].name);
		if (v != NULL && v[0] != '\0' &&
		    ses_settings_set(all, vars[i].kind, v, err) < 0)
			return ses_fail_in(err, "$%s", vars[i].name);
	}
	return 0;
}

/* A path as a file URL: what a URL cannot hold is %XX. */
static int
file_url(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_str(out, "file://");
	for (; *path != '\0'; path++) {
		if (strchr(" %?#\"<>\\^`{|}", *path) != NULL ||
		    (unsigned char)*path < 0x20 || (unsigned char)*path == 0x7f)
			ses_buf_fmt(out, "%%%02X", (unsigned char)*path);
		else
			ses_buf_add(out, path, 1);
	}
	return ses_buf_check(out, err);
}

static int
choose_store(struct ses_config *c, const struct ses_settings *all,
    struct seshat_err *err)
{
	const char *set = all->v[SES_SET_STORE];
	struct ses_buf path = {0};
	struct ses_buf url = {0};
	int rc = 0;

	if (set != NULL && set[0] != '/')
		ses_buf_str(&url, set);
	else if (set != NULL)
		rc = file_url(set, &url, err);
	else if ((rc = ses_xdg_path(SES_XDG_DATA, "vault", &path, err)) == 0)
		rc = file_url(ses_buf_cstr(&path), &url, err);
	if (rc == 0) {
		c->store = ses_str_dup(ses_buf_cstr(&url));
		rc = c->store == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&path);
	ses_buf_free(&url);
	return rc;
}

static void
take(char **to, struct ses_settings *from, int kind)
{
	*to = from->v[kind];
	from->v[kind] = NULL;
}

int
ses_config_load(struct ses_config *c, const struct ses_config_flags *flags,
    const char *cwd, struct seshat_err *err)
{
	struct ses_settings all = {0};
	int rc = -1;

	*c = (struct ses_config){0};
	if (read_files(c, flags, cwd, &all, err) < 0 ||
	    read_environment(&all, err) < 0)
		goto out;
	if (flags->store != NULL &&
	    ses_settings_set(&all, SES_SET_STORE, flags->store, err) < 0) {
		err->code = SESHAT_EUSAGE;
		goto out;
	}
	if (flags->project != NULL &&
	    ses_settings_set(&all, SES_SET_PROJECT, flags->project, err) < 0) {
		err->code = SESHAT_EUSAGE;
		goto out;
	}
	if (choose_store(c, &all, err) < 0)
		goto out;
	c->project_is_flag = flags->project != NULL;
	take(&c->project, &all, SES_SET_PROJECT);
	take(&c->agent, &all, SES_SET_AGENT);
	take(&c->access_key, &all, SES_SET_ACCESS_KEY);
	take(&c->secret_key, &all, SES_SET_SECRET_KEY);
	take(&c->endpoint, &all, SES_SET_ENDPOINT);
	take(&c->hf_token, &all, SES_SET_HF_TOKEN);
	rc = ses_buf_check(&c->warnings, err);
out:
	ses_settings_free(&all);
	if (rc < 0)
		ses_config_free(c);
	return rc;
}

void
ses_config_free(struct ses_config *c)
{
	free(c->store);
	free(c->project);
	free(c->agent);
	free(c->access_key);
	free(c->secret_key);
	free(c->endpoint);
	free(c->hf_token);
	ses_buf_free(&c->warnings);
	*c = (struct ses_config){0};
}
