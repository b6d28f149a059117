/* The size of a terminal is not in POSIX.1-2008. */
#define _DEFAULT_SOURCE
#include <sys/ioctl.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "cli/table.h"

#define GAP      2
#define LEAST    8 /* columns that the flexible column keeps */
#define ELLIPSIS "\xe2\x80\xa6"

void
ses_table_add(struct ses_table *t, const char *text)
{
	if (text != NULL)
		ses_str_safe(text, strlen(text), &t->cells);
	ses_buf_add(&t->cells, "", 1);
	t->n_cells++;
}

void
ses_table_free(struct ses_table *t)
{
	ses_buf_free(&t->cells);
	t->n_cells = 0;
}

size_t
ses_table_width(void)
{
	const char *set = getenv("COLUMNS");
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		return w.ws_col;
	return set == NULL ? 0 : (size_t)strtoul(set, NULL, 10);
}

static size_t
columns(const char *s)
{
	return ses_str_width(s, strlen(s));
}

/* The widest cell of every column, its title included. */
static void
measure(const struct ses_table *t, size_t *widths)
{
	const char *cell = t->cells.data;
	size_t i;
	size_t w;

	for (i = 0; i < t->n_cols; i++)
		widths[i] =
		    t->cols[i].title == NULL ? 0 : columns(t->cols[i].title);
	for (i = 0; i < t->n_cells; i++, cell += strlen(cell) + 1) {
		w = columns(cell);
		if (w > widths[i % t->n_cols])
			widths[i % t->n_cols] = w;
	}
}

/* Take from the flexible columns what the line is too long. */
static void
shrink(const struct ses_table *t, size_t *widths, size_t width)
{
	size_t total = GAP * (t->n_cols - 1);
	size_t over;
	size_t spare;
	size_t i;

	for (i = 0; i < t->n_cols; i++)
		total += widths[i];
	for (i = 0; width > 0 && total > width && i < t->n_cols; i++) {
		if (!t->cols[i].flex || widths[i] <= LEAST)
			continue;
		over = total - width;
		spare = widths[i] - LEAST;
		widths[i] -= over < spare ? over : spare;
		total -= over < spare ? over : spare;
	}
}

static void
print_cell(const struct ses_table_col *col, const char *text, size_t width,
    int last, FILE *to)
{
	size_t len = strlen(text);
	size_t used = ses_str_width(text, len);
	int cut = used > width;

	if (cut) {
		len = ses_str_fit(text, len, width - 1);
		used = ses_str_width(text, len) + 1;
	}
	if (col->right)
		(void)fprintf(to, "%*s", (int)(width - used), "");
	(void)fwrite(text, 1, len, to);
	if (cut)
		(void)fputs(ELLIPSIS, to);
	if (last)
		(void)fputc('\n', to);
	else
		(void)fprintf(to, "%*s",
		    (int)(GAP + (col->right ? 0 : width - used)), "");
}

int
ses_table_print(
    const struct ses_table *t, FILE *to, size_t width, struct seshat_err *err)
{
	const char *cell = t->cells.data;
	size_t *widths;
	size_t i;
	size_t c;

	assert(t->n_cols > 0);
	if (ses_buf_check(&t->cells, err) < 0)
		return -1;
	widths = ses_calloc(t->n_cols, sizeof(*widths));
	if (widths == NULL)
		return ses_fail_nomem(err);
	measure(t, widths);
	shrink(t, widths, width);
	for (i = 0; t->cols[0].title != NULL && i < t->n_cols; i++)
		print_cell(&t->cols[i], t->cols[i].title, widths[i],
		    i + 1 == t->n_cols, to);
	for (i = 0; i < t->n_cells; i++, cell += strlen(cell) + 1) {
		c = i % t->n_cols;
		print_cell(
		    &t->cols[c], cell, widths[c], c + 1 == t->n_cols, to);
	}
	free(widths);
	return 0;
}
