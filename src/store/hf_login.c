#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "store/hf_login.h"

#define TOKEN_MAX 1024 /* real ones have some 40 bytes */

static void
wipe(struct ses_buf *b)
{
	if (b->data != NULL)
		OPENSSL_cleanse(b->data, b->cap);
	ses_buf_free(b);
}

void
ses_hf_login_free(struct ses_hf_login *l)
{
	if (l->token != NULL)
		OPENSSL_cleanse(l->token, strlen(l->token));
	free(l->token);
	*l = (struct ses_hf_login){0};
}

static const char *
of_environment(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && v[0] != '\0' ? v : NULL;
}

/* 1 when text holds one, without the white space around it; 0, -1. */
static int
take(struct ses_hf_login *l, const char *text, const char *from,
    struct seshat_err *err)
{
	size_t len;
	size_t i;

	if (text == NULL)
		return 0;
	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	if (len == 0)
		return 0;
	/* it becomes a line of a request */
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f || len > TOKEN_MAX)
			return ses_fail(err, SESHAT_EAUTH,
			    "what stands in %s is no token of Hugging Face",
			    from);
	l->token = ses_str_ndup(text, len);
	l->from = from;
	return l->token == NULL ? ses_fail_nomem(err) : 1;
}

/* A file that is not there holds none. */
static int
of_file(struct ses_hf_login *l, const char *path, const char *from,
    struct seshat_err *err)
{
	struct ses_buf text = {0};
	int rc = 0;

	if (ses_fs_slurp(path, (size_t)TOKEN_MAX * 4, &text, err) == 0)
		rc = take(l, ses_buf_cstr(&text), from, err);
	else if (err->code != SESHAT_ENOTFOUND)
		rc = ses_fail_in(err, "%s", from);
	wipe(&text);
	return rc;
}

/* Where the tools of Hugging Face keep it; one place, as it is with them. */
static int
of_tools(struct ses_hf_login *l, struct seshat_err *err)
{
	const char *hf = of_environment("HF_HOME");
	const char *cache = of_environment("XDG_CACHE_HOME");
	struct ses_buf path = {0};
	int rc = 0;

	if (hf != NULL)
		rc = ses_xdg_expand(hf, &path, err);
	else if (cache != NULL)
		ses_buf_fmt(&path, "%s/huggingface", cache);
	else if ((rc = ses_xdg_home(&path, err)) == 0)
		ses_buf_str(&path, "/.cache/huggingface");
	ses_buf_str(&path, "/token");
	(void)ses_buf_cstr(&path);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	if (rc == 0)
		rc = of_file(l, path.data,
		    "the token file of Hugging Face's tools", err);
	ses_buf_free(&path);
	return rc;
}

int
ses_hf_login_find(struct ses_hf_login *l, const struct ses_store_access *access,
    struct seshat_err *err)
{
	const char *named = of_environment("HF_TOKEN_PATH");
	struct ses_buf path = {0};
	int rc;

	*l = (struct ses_hf_login){0};
	rc = take(l, of_environment("HF_TOKEN"), "HF_TOKEN", err);
	if (rc == 0 && named != NULL)
		rc = ses_xdg_expand(named, &path, err);
	(void)ses_buf_cstr(&path);
	if (rc == 0)
		rc = ses_buf_check(&path, err);
	if (rc == 0 && named != NULL) {
		rc = of_file(l, path.data, "the file of HF_TOKEN_PATH", err);
		/* another token is not the one that was meant */
		if (rc == 0)
			rc = ses_fail(err, SESHAT_EAUTH,
			    "HF_TOKEN_PATH names '%.200s', and there is no "
			    "token in it (unset it, or run 'hf auth login')",
			    path.data);
	}
	if (rc == 0 && access != NULL)
		rc = take(l, access->hf_token, "the configuration", err);
	if (rc == 0)
		rc = of_tools(l, err);
	if (rc == 0)
		rc = ses_fail(err, SESHAT_EAUTH,
		    "no token for Hugging Face: set HF_TOKEN, or hf_token in "
		    "config.yaml, or run 'hf auth login' (tokens are made at " SES_HF_TOKENS
		    ", with the right to write)");
	ses_buf_free(&path);
	return rc < 0 ? -1 : 0;
}
