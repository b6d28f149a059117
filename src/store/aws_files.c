/*
 * The files of the AWS tools, as "Configuration and credential file settings"
 * of AWS's command line describes them: sections [name] in the credentials,
 * [profile name], [default] and [services name] in the configuration; lines
 * "key = value"; a key without a value begins a block of indented ones.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "store/s3_login.h"

#define FILE_MAX ((size_t)1 << 20)

/* What is looked for in one file. */
struct wanted {
	const char *section;
	const char *block; /* "" outside any */
	const char *name;
	struct ses_buf *out;
	int found;
};

static void
trim(const char **p, size_t *len)
{
	while (*len > 0 && (**p == ' ' || **p == '\t')) {
		(*p)++;
		(*len)--;
	}
	while (*len > 0 && ((*p)[*len - 1] == ' ' || (*p)[*len - 1] == '\t' ||
			       (*p)[*len - 1] == '\r'))
		(*len)--;
}

static int
is_text(const char *p, size_t len, const char *text)
{
	return strlen(text) == len && memcmp(p, text, len) == 0;
}

/* Whether "[profile  name]" names the section "profile name". */
static int
is_section(const char *p, size_t len, const char *section)
{
	size_t word = 0;

	if (len < 2 || p[len - 1] != ']')
		return 0;
	p++;
	len -= 2;
	trim(&p, &len);
	while (word < len && p[word] != ' ' && p[word] != '\t')
		word++;
	if (strncmp(section, p, word) != 0)
		return 0;
	p += word;
	len -= word;
	section += word;
	trim(&p, &len);
	return is_text(p, len, section + strspn(section, " "));
}

/* Take the value of a line "key = value" if it is the one. */
static void
take(struct wanted *w, const char *block, const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len);
	size_t name_len;

	if (eq == NULL || strcmp(block, w->block) != 0)
		return;
	name_len = (size_t)(eq - p);
	len -= name_len + 1;
	trim(&p, &name_len);
	if (!is_text(p, name_len, w->name))
		return;
	eq++;
	trim(&eq, &len);
	/* a comment may follow a space */
	for (name_len = 1; name_len < len; name_len++)
		if ((eq[name_len] == '#' || eq[name_len] == ';') &&
		    (eq[name_len - 1] == ' ' || eq[name_len - 1] == '\t'))
			break;
	if (name_len < len)
		len = name_len;
	trim(&eq, &len);
	if (len == 0)
		return;
	ses_buf_clear(w->out);
	ses_buf_add(w->out, eq, len);
	w->found = 1;
}

static void
search(struct wanted *w, const char *p)
{
	char block[32] = "";
	int inside = 0;
	size_t len;
	const char *line;
	size_t n;

	for (; *p != '\0'; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		line = p;
		n = len;
		trim(&line, &n);
		if (n == 0 || *line == '#' || *line == ';')
			continue;
		if (*line == '[') {
			inside = is_section(line, n, w->section);
			block[0] = '\0';
			continue;
		}
		if (!inside)
			continue;
		if (line == p)
			block[0] = '\0';
		take(w, block, line, n);
		/* "s3 =" begins a block */
		if (line == p && n > 1 && line[n - 1] == '=') {
			n--;
			trim(&line, &n);
			if (n < sizeof(block)) {
				memcpy(block, line, n);
				block[n] = '\0';
			}
		}
	}
}

int
ses_aws_search(const char *text, const char *section, const char *block,
    const char *name, struct ses_buf *out)
{
	struct wanted w = {section, block, name, out, 0};

	search(&w, text);
	return w.found;
}

static const struct place {
	const char *variable;
	const char *usual; /* below the home */
} credentials = {"AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"},
  config = {"AWS_CONFIG_FILE", "/.aws/config"};

/* The text of a file: 1, 0 when there is none, -1. */
static int
slurp(const struct place *where, struct ses_buf *text, struct seshat_err *err)
{
	const char *named = getenv(where->variable);
	struct ses_buf path = {0};
	int rc = -1;

	if (named != NULL && named[0] != '\0') {
		ses_buf_str(&path, named);
	} else {
		if (ses_xdg_home(&path, err) < 0)
			goto out;
		ses_buf_str(&path, where->usual);
	}
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	if (ses_fs_slurp(path.data, FILE_MAX, text, err) < 0) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : -1;
		goto out;
	}
	(void)ses_buf_cstr(text);
	if (ses_buf_check(text, err) < 0)
		goto out;
	rc = strlen(text->data) == text->len
		 ? 1
		 : ses_fail(err, SESHAT_EFORMAT, "%s is no text", path.data);
out:
	ses_buf_free(&path);
	return rc;
}

/* There may be keys in it. */
static void
wipe(struct ses_buf *text)
{
	if (text->data != NULL)
		OPENSSL_cleanse(text->data, text->len);
	ses_buf_free(text);
}

/* 1, 0 when the file says nothing of it, -1. */
static int
look(const struct place *where, struct wanted *w, struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc = slurp(where, &text, err);

	if (rc > 0)
		rc = ses_aws_search(
		    text.data, w->section, w->block, w->name, w->out);
	if (rc >= 0 && ses_buf_check(w->out, err) < 0)
		rc = -1;
	wipe(&text);
	return rc;
}

/* The keys of a section, all from one file and one reading of it. */
static int
look_for_keys(const struct place *where, const char *section,
    struct ses_buf keys[3], struct seshat_err *err)
{
	static const char *const names[] = {
	    "aws_access_key_id", "aws_secret_access_key", "aws_session_token"};
	struct ses_buf text = {0};
	int rc = slurp(where, &text, err);
	size_t i;

	for (i = 0; rc > 0 && i < 3; i++) {
		(void)ses_aws_search(
		    text.data, section, "", names[i], &keys[i]);
		(void)ses_buf_cstr(&keys[i]);
		if (ses_buf_check(&keys[i], err) < 0)
			rc = -1;
	}
	wipe(&text);
	return rc > 0 ? keys[0].len > 0 || keys[1].len > 0 : rc;
}

/* The name that a profile's section has in the configuration: "[default]"
 * needs no "profile". */
static void
section_of(const char *profile, struct ses_buf *out)
{
	ses_buf_fmt(out, "%s%s",
	    strcmp(profile, "default") == 0 ? "" : "profile ", profile);
	(void)ses_buf_cstr(out);
}

int
ses_aws_keys(
    const char *profile, struct ses_buf keys[3], struct seshat_err *err)
{
	struct ses_buf section = {0};
	int rc = look_for_keys(&credentials, profile, keys, err);

	if (rc != 0)
		return rc;
	ses_buf_clear(&keys[2]); /* a token alone is nobody's */
	section_of(profile, &section);
	rc = ses_buf_check(&section, err);
	if (rc == 0)
		rc = look_for_keys(&config, section.data, keys, err);
	ses_buf_free(&section);
	return rc;
}

/* What the section "[services NAME]" says of S3, if the profile names one. */
static int
look_in_services(const char *section, const char *name, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf services = {0};
	struct ses_buf other = {0};
	struct wanted w = {.section = section,
	    .block = "",
	    .name = "services",
	    .out = &services};
	int rc = look(&config, &w, err);

	if (rc > 0) {
		ses_buf_str(&other, "services ");
		ses_buf_add(&other, services.data, services.len);
		w = (struct wanted){.section = ses_buf_cstr(&other),
		    .block = "s3",
		    .name = name,
		    .out = out};
		rc = ses_buf_check(&other, err);
		if (rc == 0)
			rc = look(&config, &w, err);
	}
	ses_buf_free(&services);
	ses_buf_free(&other);
	return rc;
}

const char *
ses_aws_profile(void)
{
	const char *v = getenv("AWS_PROFILE");

	return v != NULL && v[0] != '\0' ? v : "default";
}

int
ses_aws_setting(const char *profile, const char *name, struct ses_buf *out,
    struct seshat_err *err)
{
	int of_s3 = ses_str_starts(name, "s3.");
	struct ses_buf section = {0};
	struct wanted w = {.section = profile,
	    .block = of_s3 ? "s3" : "",
	    .name = of_s3 ? name + 3 : name,
	    .out = out};
	int rc = of_s3 ? 0 : look(&credentials, &w, err);

	if (rc != 0)
		return rc;
	section_of(profile, &section);
	w.section = section.data;
	rc = ses_buf_check(&section, err);
	/* what is said of S3 alone goes before what is said of all services */
	if (rc == 0 && strcmp(name, "endpoint_url") == 0)
		rc = look_in_services(w.section, name, out, err);
	if (rc == 0)
		rc = look(&config, &w, err);
	ses_buf_free(&section);
	return rc;
}
