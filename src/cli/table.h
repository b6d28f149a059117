#ifndef SES_TABLE_H
#define SES_TABLE_H

#include "base/buf.h"

/*
 * A table for people: columns as wide as what stands in them, one of them
 * cut to SES_TABLE_FLEXIBLE and so that the whole fits the terminal.
 */
#define SES_TABLE_FLEXIBLE 48
#define SES_TABLE_COLUMNS  12

struct ses_column {
	const char *title;
	int right;    /* aligned to the right */
	int flexible; /* this one gives way */
};

struct ses_table {
	const struct ses_column *columns;
	size_t n;             /* columns */
	struct ses_buf cells; /* each ends in NUL, row after row */
	size_t n_cells;
};

/** Begin; columns is borrowed. */
void ses_table_open(
    struct ses_table *t, const struct ses_column *columns, size_t n);

/** Add the next cell of the row under way; made safe for a terminal. */
void ses_table_add(struct ses_table *t, const char *text);

/** Print all rows on stdout and release them. */
int ses_table_print(struct ses_table *t, struct seshat_err *err);

#endif
