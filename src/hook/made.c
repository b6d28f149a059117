#include <string.h>

#include "base/fs.h"
#include "hook/made.h"
#include "hook/state.h"

#define MADE_MAX 65536

int
ses_hook_made(const char *dir, int what, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf old = {0};
	struct ses_buf now = {0};
	size_t len = strlen(dir);
	const char *p;
	const char *end;
	int known = 0;
	int rc = ses_hook_state("made", &path, err);

	if (rc == 0)
		(void)ses_fs_slurp(path.data, MADE_MAX, &old, &ignored);
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
	if (rc == 0 && now.len <= MADE_MAX && (known || what == SES_HOOK_MADE))
		rc = ses_fs_replace(
		    path.data, ses_buf_cstr(&now), now.len, 0600, 0, err);
	ses_buf_free(&path);
	ses_buf_free(&old);
	ses_buf_free(&now);
	return rc < 0 ? -1 : known;
}
