#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cli/family.h"

int
ses_cli_keep_family(
    struct ses_session_list *l, const char *id, struct seshat_err *err)
{
	char *root = ses_str_dup(id);
	struct ses_session s;
	size_t kept = 0;
	size_t i;
	size_t j;

	if (root == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < l->n; i++) {
		s = l->v[i];
		for (j = 0; j < kept; j++)
			if (strcmp(l->v[j].path, s.path) == 0 &&
			    strcmp(l->v[j].id, s.id) == 0)
				break;
		if (j == kept &&
		    (strcmp(s.id, root) == 0 ||
			(s.parent != NULL && strcmp(s.parent, root) == 0)))
			l->v[kept++] = s;
		else
			ses_session_free(&s);
	}
	l->n = kept;
	free(root);
	return 0;
}

int
ses_cli_find_family(struct ses_discover *q, const char *id,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_discover around = *q;
	char *cwd = NULL;
	int rc;

	q->id = id;
	if (ses_discover(q, out, err) < 0)
		return -1;
	if (out->n == 0 && out->unreadable > 0)
		return ses_fail(err, SESHAT_EPARTIAL,
		    "no session %s among what can be read: %s", id,
		    out->unreadable_why);
	if (out->n == 0)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no session %s on this machine (see 'seshat sessions "
		    "--everywhere')",
		    id);
	if (out->v[0].parent != NULL || out->v[0].cwd == NULL)
		return 0;
	/* subagents belong where their parent does */
	around.id = NULL;
	around.harness = out->v[0].harness;
	around.cwd = cwd = ses_str_dup(out->v[0].cwd);
	if (cwd == NULL)
		return ses_fail_nomem(err);
	rc = ses_discover(&around, out, err);
	if (rc == 0)
		rc = ses_cli_keep_family(out, id, err);
	free(cwd);
	return rc;
}
