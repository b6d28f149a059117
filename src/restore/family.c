/* The sessions that a session began: its subagents, or threads. */
#include <string.h>

#include "base/mem.h"
#include "restore/job.h"
#include "vault/doc.h"

/* Whether the row is of a session that one in the family began. */
static const char *
parent_of(const json_t *family, const json_t *row, const struct ses_where *w)
{
	const char *parent = ses_doc_str(row, "parent_session_id");
	const char *id = ses_doc_str(row, "id");
	size_t len = strlen(w->id);

	if (parent[0] != '\0' && json_object_get(family, parent) != NULL)
		return parent;
	/* also where nobody wrote down who began it */
	return strncmp(id, w->id, len) == 0 && id[len] == '.' ? w->id : NULL;
}

/* Take in all rows that belong to it, again until there are none. */
static int
gather(json_t *family, const json_t *rows, const struct ses_where *w,
    struct seshat_err *err)
{
	size_t before;
	size_t i;
	const json_t *row;
	const char *id;

	do {
		before = json_object_size(family);
		for (i = 0; i < json_array_size(rows); i++) {
			row = json_array_get(rows, i);
			id = ses_doc_str(row, "id");
			if (json_object_get(family, id) == NULL &&
			    parent_of(family, row, w) != NULL &&
			    json_object_set_new(family, id, json_true()) < 0)
				return ses_fail_nomem(err);
		}
	} while (json_object_size(family) > before);
	return 0;
}

int
ses_job_family(struct ses_job *job,
    int (*each)(struct ses_job *job, const struct ses_where *w,
	const char *parent, struct seshat_err *err),
    struct seshat_err *err)
{
	const struct ses_where *w = job->w;
	unsigned failures = ses_mem_json_failures();
	json_t *family = json_object();
	json_t *rows = NULL;
	struct ses_where child;
	const char *parent;
	const json_t *row;
	size_t i;
	int rc = -1;

	if (ses_vault_list(job->how->store, NULL, w->harness, &rows, err) < 0)
		goto out;
	/* a row that found no room is not in the list */
	if (ses_mem_json_failures() != failures) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = json_object_set_new(family, w->id, json_true()) < 0
		 ? ses_fail_nomem(err)
		 : gather(family, rows, w, err);
	for (i = 0; rc == 0 && i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		child =
		    (struct ses_where){.project = ses_doc_str(row, "project"),
			.harness = w->harness,
			.id = ses_doc_str(row, "id")};
		parent = parent_of(family, row, w);
		if (strcmp(child.id, w->id) != 0 && parent != NULL)
			rc = each(job, &child, parent, err);
	}
out:
	json_decref(family);
	json_decref(rows);
	return rc;
}
