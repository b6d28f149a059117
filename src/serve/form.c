#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "serve/form.h"

#define TYPE "application/x-www-form-urlencoded"

int
ses_form_is_type(const char *type)
{
	const char *p;

	if (type == NULL || strncasecmp(type, TYPE, sizeof(TYPE) - 1) != 0)
		return 0;
	p = type + sizeof(TYPE) - 1;
	p += strspn(p, " \t");
	if (*p == '\0')
		return 1;
	if (*p++ != ';')
		return 0;
	p += strspn(p, " \t");
	return strcasecmp(p, "charset=utf-8") == 0 ||
	       strcasecmp(p, "charset=\"utf-8\"") == 0;
}

int
ses_form_add(struct ses_form *f, const char *data, size_t len)
{
	f->came += len;
	if (f->came > SES_FORM_BODY) {
		ses_buf_free(&f->body);
		return -1;
	}
	ses_buf_add(&f->body, data, len);
	return 0;
}

/* The byte that comes next, decoded; -1: no byte. */
static int
next_byte(const char **p)
{
	unsigned char c = (unsigned char)**p;

	if (c == '%') {
		if (ses_unhex(*p + 1, 1, &c) < 0)
			return -1;
		*p += 2;
	} else if (c == '+') {
		c = ' ';
	}
	*p += 1;
	return c;
}

/* In place.  Lines may end in CR LF, as browsers have it; a CR alone may not
 * stand there. */
static int
decode(char *s, int lines, struct seshat_err *err)
{
	const char *p = s;
	const char *ahead;
	char *to = s;
	int c;

	while (*p != '\0') {
		c = next_byte(&p);
		if (c < 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "the form has a '%%' without two digits");
		ahead = p;
		if (c == '\r' && lines && *p != '\0' &&
		    next_byte(&ahead) == '\n') {
			p = ahead;
			c = '\n';
		}
		if ((c < 0x20 && !(lines && c == '\n')) || c == 0x7f)
			return ses_fail(err, SESHAT_EUSAGE,
			    "the form has a control character");
		*to++ = (char)c;
	}
	*to = '\0';
	if (!ses_str_is_utf8(s, (size_t)(to - s)))
		return ses_fail(err, SESHAT_EUSAGE, "the form is not UTF-8");
	return 0;
}

static size_t
count(const char *s)
{
	size_t n = 1;

	for (; *s != '\0'; s++)
		n += *s == '&';
	return n;
}

static int
read_field(char *text, struct ses_param *to, struct seshat_err *err)
{
	char *value = strchr(text, '=');

	if (value != NULL)
		*value++ = '\0';
	if (*text == '\0')
		return ses_fail(
		    err, SESHAT_EUSAGE, "the form has a field without a name");
	if (decode(text, 0, err) < 0 ||
	    (value != NULL && decode(value, 1, err) < 0))
		return -1;
	to->name = text;
	to->value = value != NULL ? value : "";
	return 0;
}

int
ses_form_read(struct ses_form *f, struct ses_request *r, struct seshat_err *err)
{
	char *next;
	char *text;
	size_t n;

	if (f->body.len == 0)
		return 0;
	if (memchr(f->body.data, '\0', f->body.len) != NULL)
		return ses_fail(
		    err, SESHAT_EUSAGE, "the form has a control character");
	(void)ses_buf_cstr(&f->body);
	if (ses_buf_check(&f->body, err) < 0)
		return -1;
	n = count(f->body.data);
	if (n > SES_FORM_FIELDS)
		return ses_fail(err, SESHAT_EUSAGE,
		    "the form has more than %d fields", SES_FORM_FIELDS);
	f->field = ses_calloc(n, sizeof(f->field[0]));
	if (f->field == NULL)
		return ses_fail_nomem(err);
	for (next = f->body.data; next != NULL; r->n_form++) {
		text = next;
		next = strchr(text, '&');
		if (next != NULL)
			*next++ = '\0';
		if (read_field(text, &f->field[r->n_form], err) < 0)
			return -1;
	}
	r->form = f->field;
	return 0;
}

void
ses_form_free(struct ses_form *f)
{
	ses_buf_free(&f->body);
	free(f->field);
	memset(f, 0, sizeof(*f));
}
