/* What is known to be damaged, by the catalog. */
#include "base/log.h"
#include "serve/api.h"
#include "vault/gap.h"

void
ses_api_damaged(const struct ses_api_worker *w, const struct ses_found *f,
    const struct ses_gap *gap)
{
	struct ses_where where = ses_found_where(f);
	struct seshat_err why = SESHAT_ERR_INIT;

	if (w->catalog != NULL &&
	    ses_catalog_note(w->catalog, &where, gap->part, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
}

/* Let the rows say which sessions are known as damaged. */
static void
mark(const struct ses_api_worker *w, json_t *rows)
{
	struct seshat_err why = SESHAT_ERR_INIT;

	/* without it the rows are as the store has them */
	if (w->catalog != NULL && ses_catalog_mark(w->catalog, rows, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
}

int
ses_api_list(const struct ses_api_worker *w, const char *project, json_t **rows,
    struct seshat_err *err)
{
	if (ses_library_list(w->lib, project, rows, err) < 0)
		return -1;
	mark(w, *rows);
	return 0;
}

int
ses_api_summary(const struct ses_api_worker *w, const struct ses_found *f,
    json_t **out, struct seshat_err *err)
{
	json_t *rows;

	if (ses_library_summary(w->lib, f, out, err) < 0)
		return -1;
	rows = json_array();
	(void)json_array_append(rows, *out);
	mark(w, rows);
	json_decref(rows);
	return 0;
}
