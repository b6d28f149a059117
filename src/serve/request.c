#include <string.h>

#include "base/str.h"
#include "serve/request.h"

const char *
ses_request_param(const struct ses_request *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_params; i++)
		if (strcmp(r->param[i].name, name) == 0)
			return r->param[i].value;
	return NULL;
}

const char *
ses_request_form(const struct ses_request *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_form; i++)
		if (strcmp(r->form[i].name, name) == 0)
			return r->form[i].value;
	return NULL;
}

int
ses_request_u64(const struct ses_request *r, const char *name, uint64_t most,
    uint64_t otherwise, uint64_t *out, struct seshat_err *err)
{
	const char *text = ses_request_param(r, name);
	uint64_t v;

	if (text == NULL) {
		*out = otherwise;
		return 0;
	}
	if (ses_str_u64(text, &v) < 0)
		return ses_fail(
		    err, SESHAT_EUSAGE, "%s is not a whole number", name);
	if (v > most)
		return ses_fail(err, SESHAT_EUSAGE, "%s may be at most %llu",
		    name, (unsigned long long)most);
	*out = v;
	return 0;
}

static int
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return 1;
	return 0;
}

int
ses_request_only(const struct ses_request *r, const char *const *names,
    struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < r->n_params; i++) {
		if (!is_one_of(r->param[i].name, names))
			return ses_fail(err, SESHAT_EUSAGE,
			    "no parameter '%.80s' here", r->param[i].name);
		if (ses_request_param(r, r->param[i].name) != r->param[i].value)
			return ses_fail(err, SESHAT_EUSAGE,
			    "%.80s is given twice", r->param[i].name);
	}
	return 0;
}
