#ifndef SES_TABLE_H
#define SES_TABLE_H

#include <stdio.h>

#include "base/buf.h"

/*
 * A table for people: a line of titles, then rows, columns two spaces apart.
 * Cells are made safe for a terminal.  When the rows are wider than the
 * terminal, the flexible column gives way.
 */
struct ses_table_col {
	const char *title; /* NULL in the first column: no line of titles */
	int right;         /* aligned to the right: numbers */
	int flex; /* cut, with an ellipsis, when the line is too long */
};

/* Start from {.cols = …, .n_cols = …}; release with ses_table_free. */
struct ses_table {
	const struct ses_table_col *cols;
	size_t n_cols;
	struct ses_buf cells; /* safe text and a NUL each */
	size_t n_cells;
};

/** Add the next cell, row by row; NULL is an empty one. */
void ses_table_add(struct ses_table *t, const char *text);

/**
 * ses_table_print(t, to, width, err):
 * Print titles and rows; width 0 is no limit.
 * Errors: SESHAT_ENOMEM.  Write errors show in ferror(to).
 */
int ses_table_print(
    const struct ses_table *t, FILE *to, size_t width, struct seshat_err *err);

/** Release the cells. */
void ses_table_free(struct ses_table *t);

/** Columns of the terminal that stdout is; if it is none, what COLUMNS says, or
 * 0: any. */
size_t ses_table_width(void);

#endif
