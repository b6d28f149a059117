#ifndef SES_HF_LOGIN_H
#define SES_HF_LOGIN_H

#include "store/store.h"

/* Where people make tokens. */
#define SES_HF_TOKENS "https://huggingface.co/settings/tokens"

/* A token of Hugging Face.  A secret: never printed, wiped when released. */
struct ses_hf_login {
	char *token;
	const char *from; /* where it is from, for people */
};

/**
 * ses_hf_login_find(l, access, err):
 * Find the token: HF_TOKEN, or the file that HF_TOKEN_PATH names, of the
 * environment, and no other where that file has none; else the
 * configuration's; else the file "token" that Hugging Face's own tools keep in
 * $HF_HOME, else in $XDG_CACHE_HOME/huggingface, else in
 * ~/.cache/huggingface.
 * Errors: SESHAT_EAUTH, there is none, or it is no token, and what to do.
 */
int ses_hf_login_find(struct ses_hf_login *l,
    const struct ses_store_access *access, struct seshat_err *err);

void ses_hf_login_free(struct ses_hf_login *l);

#endif
