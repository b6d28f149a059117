#include <stdio.h>

#include "cli/verify_beside.h"
#include "mirror/mirror.h"
#include "vault/companion.h"

int
ses_cli_mend_beside(struct ses_context *c, const struct ses_found *f,
    const struct ses_session_list *src,
    void (*problem)(void *arg, const char *name, const char *what), void *arg,
    struct seshat_err *err)
{
	const struct ses_flush_how how = {.anew = 1};
	struct ses_mirror_opts mo = ses_context_mirror(c);
	struct ses_where w = ses_found_where(f);
	struct ses_companion_sums sums = {0};
	struct ses_flush_result r = {0};
	struct ses_mirror m;
	size_t i;
	int rc = 0;

	if (ses_mirror_open(&m, &mo, err) < 0)
		return -1;
	for (i = 0; i < src->n && rc == 0; i++) {
		rc = ses_mirror_flush(&m, &src->v[i], &how, &r, err);
		ses_flush_result_free(&r);
	}
	ses_mirror_free(&m);
	if (rc == 0)
		rc = ses_companions_verify(
		    c->store, &w, problem, arg, &sums, err);
	if (rc < 0)
		return -1;
	if (sums.problems > 0)
		(void)fprintf(stderr,
		    "seshat: %s/%s: cannot be repaired here: what is damaged "
		    "is not beside its source any more\n",
		    f->harness, f->id);
	return sums.problems == 0;
}
