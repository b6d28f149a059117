#include <string.h>

#include "cli/pins.h"
#include "vault/doc.h"
#include "vault/pin.h"
#include "vault/survey.h"

struct survey {
	struct ses_context *c;
	const char *project; /* NULL: any */
	json_t *rows;
	json_t *known; /* "harness/id": row */
	struct ses_buf name;
};

static void
set_pin(json_t *row, int state)
{
	(void)json_object_set_new(row, "pin", json_integer(state));
}

static int
add_row(struct survey *s, const struct ses_where *w, int state,
    struct seshat_err *err)
{
	json_t *row;

	if (s->project != NULL && strcmp(s->project, w->project) != 0)
		return 0;
	row = json_pack("{s:s,s:s,s:s,s:i}", "id", w->id, "harness", w->harness,
	    "project", w->project, "pin", state);
	return json_array_append_new(s->rows, row) < 0 ? ses_fail_nomem(err)
						       : 0;
}

/* A folder that no row speaks of; whether it holds anything of ours shows
 * when it is checked. */
static int
unknown(struct survey *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf project = {0};
	int rc = ses_removed_get(s->c->store, w, err);

	if (rc != 0)
		return rc < 0 ? -1 : add_row(s, w, SES_PIN_REMOVED, err);
	/* a listing of one project leaves out what is pinned to another */
	rc = ses_pin_get(s->c->store, w, &project, err);
	if (rc == 0)
		rc = strcmp(ses_buf_cstr(&project), w->project) == 0
			 ? 0
			 : add_row(s, w, SES_PIN_STRAY, err);
	else if (err->code == SESHAT_ENOTFOUND)
		rc = add_row(s, w, SES_PIN_LOST, err);
	else if (err->code == SESHAT_ECORRUPT || err->code == SESHAT_EFORMAT)
		rc = add_row(s, w, SES_PIN_BAD, err);
	ses_buf_free(&project);
	return rc;
}

static int
see_folder(void *arg, const struct ses_where *w, struct seshat_err *err)
{
	struct survey *s = arg;
	json_t *row;

	ses_buf_clear(&s->name);
	ses_buf_fmt(&s->name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&s->name);
	if (ses_buf_check(&s->name, err) < 0)
		return -1;
	row = json_object_get(s->known, s->name.data);
	if (row == NULL)
		return unknown(s, w, err);
	if (ses_doc_str(row, "project")[0] == '\0') {
		ses_doc_set_str(row, "project", w->project);
		return 0;
	}
	return strcmp(ses_doc_str(row, "project"), w->project) == 0
		   ? 0
		   : add_row(s, w, SES_PIN_STRAY, err);
}

int
ses_pins_survey(struct ses_context *c, const char *project, json_t **rows,
    struct seshat_err *err)
{
	struct survey s = {.c = c, .project = project, .known = json_object()};
	json_t *row;
	size_t i;
	int rc;

	if (ses_context_store(c, err) < 0 ||
	    ses_vault_list(c->store, project, NULL, &s.rows, err) < 0) {
		json_decref(s.known);
		return -1;
	}
	json_array_foreach(s.rows, i, row)
	{
		ses_buf_clear(&s.name);
		ses_buf_fmt(&s.name, "%s/%s", ses_doc_str(row, "harness"),
		    ses_doc_str(row, "id"));
		(void)json_object_set(s.known, ses_buf_cstr(&s.name), row);
		set_pin(row, ses_doc_str(row, "project")[0] == '\0'
				 ? SES_PIN_BAD
				 : SES_PIN_OK);
	}
	rc = ses_survey(c->store, see_folder, &s, err);
	if (rc == 0)
		*rows = json_incref(s.rows);
	json_decref(s.rows);
	json_decref(s.known);
	ses_buf_free(&s.name);
	return rc;
}

const char *
ses_pin_problem(int state)
{
	switch (state) {
	case SES_PIN_BAD:
		return "its pin in ids/ cannot be read, so nobody finds it";
	case SES_PIN_LOST:
		return "it has no pin in ids/, so nobody finds it";
	case SES_PIN_STRAY:
		return "its pin in ids/ leads to another project: these "
		       "objects are read by nobody";
	case SES_PIN_REMOVED:
		return "it was removed, but some of its objects are left";
	default:
		return "";
	}
}

int
ses_pin_repair(struct ses_context *c, const struct ses_where *w, int state,
    struct seshat_err *err)
{
	int rc = 0;

	switch (state) {
	case SES_PIN_BAD: /* without a folder there is nothing to lead to */
		rc = w->project[0] == '\0' ? ses_pin_drop(c->store, w, err)
					   : ses_pin_mend(c->store, w, err);
		return rc < 0 ? -1 : 1;
	case SES_PIN_LOST:
		return ses_pin_mend(c->store, w, err) < 0 ? -1 : 1;
	case SES_PIN_REMOVED:
		return ses_vault_remove(c->store, w, err) < 0 ? -1 : 1;
	default:
		return 0;
	}
}
