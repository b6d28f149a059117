#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "config/file.h"
#include "config/url.h"

static void
unset(struct ses_settings *s, int kind)
{
	free(s->v[kind]);
	s->v[kind] = NULL;
}

/* tracecraft's backend (s3 where it is not named) and bucket as a store. */
static int
resolve_backend(struct ses_settings *s, struct seshat_err *err)
{
	const char *backend = s->v[SES_SET_BACKEND];
	const char *bucket = s->v[SES_SET_BUCKET];
	struct ses_buf url = {0};
	int rc = -1;

	if (bucket == NULL && backend == NULL)
		return 0;
	if (bucket == NULL)
		return ses_fail(
		    err, SESHAT_EFORMAT, "a backend without a bucket");
	if (ses_url_of_bucket(&url, backend != NULL ? backend : "s3", bucket,
		s->v[SES_SET_ENDPOINT], err) < 0)
		goto out;
	if (ses_settings_set(s, SES_SET_STORE, ses_buf_cstr(&url), err) < 0)
		goto out;
	/* the endpoint is that of this bucket, and of no other file's */
	unset(s, SES_SET_BACKEND);
	unset(s, SES_SET_BUCKET);
	unset(s, SES_SET_ENDPOINT);
	rc = 0;
out:
	ses_buf_free(&url);
	return rc;
}

int
ses_config_file_read(struct ses_config_file *f, const char *path,
    enum ses_setting_names names, struct seshat_err *err)
{
	const char *text;
	int rc;

	*f = (struct ses_config_file){0};
	if (ses_fs_slurp(path, SES_CONFIG_FILE_MAX, &f->text, err) < 0) {
		ses_config_file_free(f);
		return err->code == SESHAT_ENOTFOUND ? 0 : -1;
	}
	text = ses_buf_cstr(&f->text);
	rc = ses_buf_check(&f->text, err);
	if (rc == 0 && names == SES_NAMES_TRACECRAFT)
		rc = ses_settings_tracecraft(&f->s, text, f->text.len, err);
	else if (rc == 0)
		rc = ses_settings_yaml(&f->s, text, f->text.len, err);
	if (rc == 0)
		rc = resolve_backend(&f->s, err);
	if (rc == 0)
		return 1;
	ses_config_file_free(f);
	return ses_fail_in(err, "%s", path);
}

int
ses_config_file_check_mode(
    const struct ses_config_file *f, const char *path, struct seshat_err *err)
{
	struct ses_buf word = {0};
	struct stat sb;
	int secrets = 0;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++)
		secrets += f->s.v[i] != NULL && ses_setting_is_secret(i);
	if (secrets == 0)
		return 0;
	if (stat(path, &sb) < 0)
		return ses_fail_errno(err, "%s", path);
	if ((sb.st_mode & 077) == 0)
		return 0;
	ses_config_file_quote(&word, path);
	ses_fail(err, SESHAT_EAUTH,
	    "%s holds a secret and others can read it (chmod 600 %s)", path,
	    ses_buf_cstr(&word));
	ses_buf_free(&word);
	return -1;
}

void
ses_config_file_quote(struct ses_buf *out, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+,:@%";
	struct ses_buf safe = {0};
	const char *p;

	ses_str_safe(path, strlen(path), &safe);
	p = ses_buf_cstr(&safe);
	if (p[0] != '\0' && p[strspn(p, plain)] == '\0') {
		ses_buf_str(out, p);
	} else {
		ses_buf_str(out, "'");
		for (; *p != '\0'; p++) {
			if (*p == '\'')
				ses_buf_str(out, "'\\''");
			else
				ses_buf_add(out, p, 1);
		}
		ses_buf_str(out, "'");
	}
	out->bad |= safe.bad;
	ses_buf_free(&safe);
}

void
ses_config_file_free(struct ses_config_file *f)
{
	ses_settings_free(&f->s);
	ses_buf_free(&f->text);
}
