#include <string.h>

#include "harness/session.h"

int
ses_folder_each(struct ses_session_list *l, const struct ses_folder *at,
    const char *name, int links, ses_folder_entry *each, void *arg,
    struct seshat_err *err)
{
	struct ses_folder f = {0};
	const char *entry;
	int type;
	int rc = ses_folder_enter(l, &f, at, name, links, err);

	if (rc <= 0)
		return rc;
	while ((rc = ses_folder_next(&f, &entry, &type, err)) > 0) {
		rc = each(arg, &f, entry, type, err);
		if (rc < 0)
			break;
	}
	ses_folder_close(&f);
	return rc;
}

int
ses_roots_each(struct ses_session_list *l, const struct ses_buf *roots,
    ses_folder_entry *each, void *arg, struct seshat_err *err)
{
	const char *root;

	for (root = roots->data; root < roots->data + roots->len;
	     root += strlen(root) + 1)
		if (ses_folder_each(l, NULL, root, 1, each, arg, err) < 0)
			return -1;
	return 0;
}
