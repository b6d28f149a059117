#define _XOPEN_SOURCE 700 /* realpath */

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "config/edit.h"

struct editing {
	const struct ses_settings *set;
	int has_login; /* then the old one goes */
	unsigned done; /* a bit for each kind that was written */
	struct ses_buf *out;
};

/* As a plain scalar where nobody could take it for something else. */
static void
write_value(struct ses_buf *out, const char *v)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._:?=&%@+,~-";
	size_t len = strlen(v);

	if (v[strspn(v, plain)] == '\0' && strspn(v, "_:?=&%@+,~.-") == 0 &&
	    len > 0 && v[len - 1] != ':' && strcmp(v, "null") != 0 &&
	    strcmp(v, "Null") != 0 && strcmp(v, "NULL") != 0) {
		ses_buf_str(out, v);
		return;
	}
	ses_buf_str(out, "'");
	for (; *v != '\0'; v++)
		ses_buf_add(out, *v == '\'' ? "''" : v, *v == '\'' ? 2 : 1);
	ses_buf_str(out, "'");
}

static void
write_kind(struct editing *e, int kind)
{
	if (e->set->v[kind] == NULL || (e->done >> kind & 1) != 0)
		return;
	e->done |= 1U << kind;
	ses_buf_fmt(e->out, "%s: ", ses_setting_name(kind));
	write_value(e->out, e->set->v[kind]);
	ses_buf_str(e->out, "\n");
}

/* The kind whose key begins the line, or -1. */
static int
kind_of(const char *line)
{
	const char *name;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++) {
		name = ses_setting_name(i);
		if (ses_str_starts(line, name) && line[strlen(name)] == ':')
			return i;
	}
	return -1;
}

static int
is_replaced(const struct editing *e, int kind)
{
	return kind >= 0 && (e->set->v[kind] != NULL ||
				(e->has_login && ses_setting_is_login(kind)));
}

static void
edit_lines(struct editing *e, const char *text)
{
	int skips = 0; /* what goes on is part of a value that goes */
	size_t len;
	int kind;

	for (; *text != '\0'; text += len) {
		len = strcspn(text, "\n");
		len += text[len] == '\n';
		if (skips && (*text == ' ' || *text == '\t'))
			continue;
		kind = kind_of(text);
		skips = is_replaced(e, kind);
		if (skips)
			write_kind(e, kind);
		else
			ses_buf_add(e->out, text, len);
	}
}

/* What the new text must say, kind for kind. */
static int
check(const struct editing *e, const struct ses_settings *before,
    struct seshat_err *err)
{
	struct ses_settings after = {0};
	const char *want;
	int same = 1;
	int i;

	if (ses_settings_yaml(&after, e->out->data, e->out->len, err) < 0) {
		same = 0;
	}
	for (i = 0; same && i < SES_SET_KINDS; i++) {
		want = e->set->v[i] != NULL ? e->set->v[i]
		       : is_replaced(e, i)  ? NULL
					    : before->v[i];
		same = want == NULL ? after.v[i] == NULL
				    : after.v[i] != NULL &&
					  strcmp(want, after.v[i]) == 0;
	}
	ses_settings_free(&after);
	if (!same)
		ses_fail(err, SESHAT_EUNSUPPORTED,
		    "it is not one 'key: value' a line, so that it cannot be "
		    "changed without its author (write it so, or move it "
		    "away)");
	return same ? 0 : -1;
}

int
ses_config_edit(const struct ses_buf *text, const struct ses_settings *set,
    struct ses_buf *out, struct seshat_err *err)
{
	struct editing e = {.set = set, .out = out};
	struct ses_settings before = {0};
	struct ses_buf copy = {0};
	int rc = -1;
	int i;

	ses_buf_add(&copy, text->len > 0 ? text->data : "", text->len);
	if (copy.len > 0 && copy.data[copy.len - 1] != '\n')
		ses_buf_str(&copy, "\n");
	(void)ses_buf_cstr(&copy);
	if (ses_buf_check(&copy, err) < 0 ||
	    ses_settings_yaml(&before, copy.data, copy.len, err) < 0)
		goto out;
	for (i = 0; i < SES_SET_KINDS; i++)
		e.has_login |= set->v[i] != NULL && ses_setting_is_login(i);
	edit_lines(&e, copy.data);
	for (i = 0; i < SES_SET_KINDS; i++)
		write_kind(&e, i);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) == 0)
		rc = check(&e, &before, err);
out:
	ses_settings_free(&before);
	ses_buf_free(&copy);
	return rc;
}

int
ses_config_write(
    const char *path, const struct ses_buf *text, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	char *real = realpath(path, NULL);
	int rc;

	if (real != NULL)
		path = real;
	ses_str_dirname(path, &dir);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0)
		rc = ses_fs_mkdirs(dir.data, 0700, err);
	if (rc == 0)
		rc = ses_fs_replace(path, text->data, text->len, 0600, 1, err);
	ses_buf_free(&dir);
	free(real);
	return rc;
}
