#ifndef SES_SCALAR_H
#define SES_SCALAR_H

#include "base/buf.h"

/*
 * The scalars of a metadata block, as PyYAML 6 writes them by
 *
 *     yaml.safe_dump(..., default_flow_style=False, allow_unicode=True,
 *                    sort_keys=False)
 *
 * that is YAML 1.1, plain where that is possible, else in single quotes, else
 * in double quotes, folded behind column 80.  One thing is written otherwise:
 * U+0085, which PyYAML writes so that it reads something else back, stands in
 * double quotes.
 */

/* What YAML 1.1 takes a plain scalar for. */
enum ses_scalar_type {
	SES_SCALAR_TEXT,
	SES_SCALAR_NULL,
	SES_SCALAR_BOOL,
	SES_SCALAR_INT, /* decimal, octal, binary, to base 60... */
	SES_SCALAR_FLOAT,
	SES_SCALAR_TIME, /* a date, or a date with a time */
	SES_SCALAR_MARK, /* "<<" and "=" */
};

/** What a plain scalar with these characters would be. */
enum ses_scalar_type ses_scalar_type(const char *text);

/** Whether it is a whole number as Python writes it: 0, 12, -3. */
int ses_scalar_is_decimal(const char *text);

#define SES_SCALAR_NAME 122 /* with more PyYAML writes "? name" */

/** Append a name and its colon.  SESHAT_EUSAGE: the name is empty, has a line
 * break, or is over SES_SCALAR_NAME characters; SESHAT_EFORMAT: it is not
 * UTF-8. */
int ses_scalar_key(
    struct ses_buf *out, const char *name, struct seshat_err *err);

/** Append a blank and the text, whose blank stands at this column (characters
 * since the line began).  eol: how lines end.  SESHAT_EFORMAT: the text is not
 * UTF-8. */
int ses_scalar_value(struct ses_buf *out, const char *text, size_t column,
    const char *eol, struct seshat_err *err);

#endif
