#include <stdlib.h>
#include <string.h>

#include "vault/workspace.h"

/* NULL, or what is wrong with the file; -1 in *rc: it could not be looked at.
 */
static const char *
look(struct ses_store *s, const struct ses_where *w,
    const struct ses_workfile *f, int *rc, struct seshat_err *err)
{
	struct ses_sha256 sha;
	struct ses_sink sink = ses_sha256_sink(&sha);
	struct ses_buf key = {0};
	char hex[SES_SHA256_HEX];

	if (f->stored == UINT64_MAX)
		return "is not in the store any more";
	if (f->stored != f->size)
		return "has another length than it had";
	if (f->sha256[0] == '\0')
		return NULL;
	ses_sha256_init(&sha);
	ses_key_session(&key, w);
	ses_buf_str(&key, f->key);
	(void)ses_buf_cstr(&key);
	*rc = ses_buf_check(&key, err);
	if (*rc == 0)
		*rc = ses_store_get(s, key.data, 0, 0, &sink, err);
	ses_buf_free(&key);
	ses_sha256_hex(&sha, hex);
	return *rc == 0 && strcmp(hex, f->sha256) != 0 ? "has changed" : NULL;
}

int
ses_workspace_verify(struct ses_store *s, const struct ses_where *w,
    void (*problem)(void *arg, const char *path, const char *what), void *arg,
    struct ses_workspace_sums *sums, struct seshat_err *err)
{
	struct ses_workspace ws = {0};
	struct ses_workfile *v = NULL;
	const char *what;
	size_t n = 0;
	size_t i;
	int rc = ses_workspace_load(s, w, &ws, err);

	*sums = (struct ses_workspace_sums){0};
	if (rc == 0)
		rc = ses_workspace_files(&ws, &v, &n, err);
	for (i = 0; rc == 0 && i < n; i++) {
		what = look(s, w, &v[i], &rc, err);
		sums->files++;
		sums->bytes += v[i].size;
		if (what == NULL)
			continue;
		sums->problems++;
		problem(arg, v[i].path, what);
	}
	free(v);
	ses_workspace_free(&ws);
	return rc;
}
