#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/checkout.h"

int
ses_checkout_root(const char *dir, size_t *len, struct seshat_err *err)
{
	struct ses_buf git = {0};
	size_t n = strlen(dir);
	int rc = 0;

	*len = n;
	while (n > 1) {
		ses_buf_clear(&git);
		ses_buf_fmt(&git, "%.*s/.git", (int)n, dir);
		(void)ses_buf_cstr(&git);
		rc = ses_buf_check(&git, err);
		if (rc < 0)
			break;
		if (access(git.data, F_OK) == 0) {
			*len = n;
			break;
		}
		while (n > 0 && dir[n - 1] != '/')
			n--;
		n -= n > 0;
	}
	ses_buf_free(&git);
	return rc;
}
