#ifndef SES_FORM_H
#define SES_FORM_H

#include "serve/request.h"

/* The body of a POST: fields of a form. */
#define SES_FORM_BODY   ((size_t)64 << 10) /* bytes, still encoded */
#define SES_FORM_FIELDS 512

struct ses_form {
	struct ses_buf body; /* what came, and then the decoded fields */
	uint64_t came;       /* bytes, also those beyond the limit */
	struct ses_param *field;
};

/** Whether a Content-Type is that of a form, in UTF-8. */
int ses_form_is_type(const char *type);

/** Take in a piece of the body: 0, or -1 when it is longer than it may be; what
 * is beyond is counted and not kept. */
int ses_form_add(struct ses_form *f, const char *data, size_t len);

/**
 * ses_form_read(f, r, err):
 * Decode the whole body into r->form, which lives in f.
 * Errors: SESHAT_EUSAGE, it is no form: "%" without two digits, a control
 * character (but for ends of lines in values, which become "\n"), no UTF-8, a
 * field without a name, too many.
 */
int ses_form_read(
    struct ses_form *f, struct ses_request *r, struct seshat_err *err);

/** Release all; f is {0} then. */
void ses_form_free(struct ses_form *f);

#endif
