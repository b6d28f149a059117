/* The body of a POST, and whether it is to be believed. */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "serve/server.h"

/* Forms in memory at once: 8 MiB.  Who shows no token has half of them. */
#define FORMS 128
/* A longer one is read so far, to say that it is too long. */
#define PATIENCE ((uint64_t)1 << 20)

static int
refuse(struct ses_exchange *e, int status, const char *why)
{
	ses_answer_refuse(&e->a, status, why);
	return -1;
}

static int
take_place(struct ses_exchange *e)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int most = e->route->open ? FORMS / 2 : FORMS;

	e->has_form = 1;
	if (atomic_fetch_add(&e->s->forms, 1) < most)
		return 0;
	ses_upload_drop(e);
	(void)ses_answer_header(&e->a, &ignored, "Retry-After", "5");
	return refuse(e, 503, "too many forms at once");
}

int
ses_upload_begin(struct ses_exchange *e)
{
	const char *why = NULL;
	uint64_t len;
	int status = ses_admit_post(&e->by, &e->program, &why);

	if (status != 0)
		return refuse(e, status, why);
	if (e->lengths > 1 ||
	    (e->coding != NULL && strcasecmp(e->coding, "chunked") != 0))
		return refuse(e, 400, "it is not clear where the form ends");
	if (!e->has_body)
		return 0;
	if (!ses_form_is_type(e->type))
		return refuse(e, 415,
		    "a form is wanted (application/x-www-form-urlencoded)");
	if (e->body_length != NULL && ses_str_u64(e->body_length, &len) < 0)
		return refuse(e, 400, "Content-Length is not a number");
	if (e->body_length != NULL && len > SES_FORM_BODY)
		return refuse(e, 413, "the form is too long");
	return take_place(e);
}

int
ses_upload_add(struct ses_exchange *e, const char *data, size_t len)
{
	(void)ses_form_add(&e->form, data, len);
	return e->form.came > PATIENCE ? -1 : 0;
}

/* Whether exactly one field says what our forms say in this browser. */
static int
is_proved(const struct ses_exchange *e)
{
	const char *field = NULL;
	size_t i;

	for (i = 0; i < e->r.n_form; i++) {
		if (strcmp(e->r.form[i].name, "csrf") != 0)
			continue;
		if (field != NULL)
			return 0;
		field = e->r.form[i].value;
	}
	return field != NULL && e->r.csrf != NULL &&
	       ses_guard_csrf_fits(&e->s->guard, e->r.csrf, field);
}

int
ses_upload_end(struct ses_exchange *e)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (e->form.came > SES_FORM_BODY)
		return refuse(e, 413, "the form is too long");
	if (ses_form_read(&e->form, &e->r, &err) < 0) {
		ses_answer_fail(&e->a, e->r.id, &err);
		return -1;
	}
	if (!e->program && !is_proved(e))
		return refuse(e, 403,
		    "the form is not from a page of this server, or too old: "
		    "load the page again");
	return 0;
}

void
ses_upload_drop(struct ses_exchange *e)
{
	if (!e->has_form)
		return;
	e->has_form = 0;
	(void)atomic_fetch_sub(&e->s->forms, 1);
	ses_form_free(&e->form);
	e->r.form = NULL;
	e->r.n_form = 0;
}
