#ifndef SES_ROWS_H
#define SES_ROWS_H

#include "record/record.h"

/* What reading and writing must agree on: the fields of the session log. */

/* Types are those of struct ses_json, 't' for true and false, and: */
#define SES_ROWS_ANY  '*' /* any JSON */
#define SES_ROWS_TEXT 's' /* of a value only: text that is not yet quoted */

#define SES_ROWS_NAME_MAX 14 /* bytes of the longest name */

struct ses_row {
	char name[16];
	unsigned char len; /* of the name */
	char type;
	char always; /* written also when empty, zero or absent */
};

extern const struct ses_row ses_rows_record[SES_RECORD_FIELDS];
extern const struct ses_row ses_rows_attempt[SES_ATTEMPT_FIELDS];

/** Which of n rows has this quoted name; n when none has.  The search begins
 * at the row expected, and wraps around. */
size_t ses_rows_find(const struct ses_row *rows, size_t n, size_t expected,
    const struct ses_json *name);

#endif
