#include <sys/ioctl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/table.h"

#define GAP      2
#define AT_LEAST 8 /* columns that are left of the flexible one */

void
ses_table_open(struct ses_table *t, const struct ses_column *columns, size_t n)
{
	size_t i;

	*t = (struct ses_table){.columns = columns, .n = n};
	for (i = 0; i < n; i++)
		ses_table_add(t, columns[i].title);
}

void
ses_table_add(struct ses_table *t, const char *text)
{
	ses_str_safe(text, strlen(text), &t->cells);
	ses_buf_add(&t->cells, "", 1);
	t->n_cells++;
}

/* Columns of the terminal; 0: it is none. */
static size_t
terminal_width(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		return w.ws_col;
	return 80;
}

/* How wide each column is. */
static void
measure(const struct ses_table *t, size_t widths[SES_TABLE_COLUMNS])
{
	const char *cell = t->cells.data;
	size_t limit = terminal_width();
	size_t total = (t->n - 1) * GAP;
	size_t w;
	size_t i;

	for (i = 0; i < t->n_cells; i++, cell += strlen(cell) + 1) {
		w = ses_str_width(cell, strlen(cell));
		if (w > widths[i % t->n])
			widths[i % t->n] = w;
	}
	for (i = 0; i < t->n; i++) {
		if (t->columns[i].flexible && widths[i] > SES_TABLE_FLEXIBLE)
			widths[i] = SES_TABLE_FLEXIBLE;
		total += widths[i];
	}
	for (i = 0; i < t->n && limit > 0 && total > limit; i++) {
		if (!t->columns[i].flexible)
			continue;
		w = total - limit;
		widths[i] = widths[i] > w + AT_LEAST ? widths[i] - w : AT_LEAST;
		break;
	}
}

static void
print_cell(
    const char *cell, size_t width, const struct ses_column *c, int is_last)
{
	size_t len = strlen(cell);
	size_t w = ses_str_width(cell, len);
	const char *more = "";

	if (w > width) {
		len = ses_str_fit(cell, len, width - 1);
		w = ses_str_width(cell, len) + 1;
		more = "\xe2\x80\xa6";
	}
	if (c->right)
		(void)printf("%*s", (int)(width - w), "");
	(void)printf("%.*s%s", (int)len, cell, more);
	if (!c->right && !is_last)
		(void)printf("%*s", (int)(width - w), "");
	(void)fputs(is_last ? "\n" : "  ", stdout);
}

int
ses_table_print(struct ses_table *t, struct seshat_err *err)
{
	size_t widths[SES_TABLE_COLUMNS] = {0};
	const char *cell = t->cells.data;
	size_t i;
	int rc = ses_buf_check(&t->cells, err);

	if (rc == 0)
		measure(t, widths);
	for (i = 0; rc == 0 && i < t->n_cells; i++, cell += strlen(cell) + 1)
		print_cell(cell, widths[i % t->n], &t->columns[i % t->n],
		    i % t->n == t->n - 1);
	ses_buf_free(&t->cells);
	*t = (struct ses_table){0};
	return rc;
}
