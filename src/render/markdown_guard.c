#include <stdint.h>
#include <string.h>

#include "render/markdown_guard.h"

/* Measured with cmark-gfm 0.29.0.gfm.6: within these limits no text of 256 KiB
 * takes longer than a tenth of a second. */
#define DEEP    32    /* quotes and lists in one another */
#define FAR     100   /* columns before the last of them */
#define IMAGES  1000  /* "![" */
#define COLUMNS 500   /* of a table */
#define CELLS   50000 /* of all tables */
#define TABLE_FEE                                                              \
	UINT64_C(500000000) /* square bytes of paragraphs that are             \
			     * searched for a table's head */

struct tables {
	uint64_t fee;
	uint64_t cells;
	size_t run;     /* bytes since the last blank line */
	size_t columns; /* of a table that may be open */
};

/* A list's mark ("-", "12.") at p; its length, 0: none. */
static size_t
list_mark(const char *p, const char *end)
{
	size_t n = 0;

	if (p < end && strchr("-+*", *p) != NULL && *p != '\0') {
		n = 1;
	} else {
		while (p + n < end && n < 9 && p[n] >= '0' && p[n] <= '9')
			n++;
		if (n == 0 || p + n == end || (p[n] != '.' && p[n] != ')'))
			return 0;
		n++;
	}
	return p + n == end || p[n] == ' ' || p[n] == '\t' ? n : 0;
}

/* Whether the line opens blocks too deep in one another. */
static int
is_deep(const char *p, const char *end)
{
	const char *line = p;
	size_t marks = 0;
	size_t n;

	while (p < end) {
		if (*p == ' ' || *p == '\t') {
			p++;
			continue;
		}
		n = *p == '>' ? 1 : list_mark(p, end);
		if (n == 0)
			return 0;
		if (++marks > DEEP || p - line > FAR)
			return 1;
		p += n;
	}
	return 0;
}

/* Whether the line may be what stands under a table's head: columns, or 0. */
static size_t
ruler(const char *p, const char *end)
{
	size_t columns = 1;
	int dash = 0;

	for (; p < end; p++) {
		if (*p == '\0' || strchr("|-: \t\r>+*.)0123456789", *p) == NULL)
			return 0;
		columns += *p == '|';
		dash |= *p == '-';
	}
	return dash ? columns : 0;
}

static int
is_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '>'))
		p++;
	return p == end;
}

static int
tables_are_large(struct tables *t, const char *p, const char *end)
{
	size_t columns = ruler(p, end);

	if (is_blank(p, end)) {
		t->run = 0;
		t->columns = 0;
		return 0;
	}
	t->run += (size_t)(end - p) + 1;
	if (columns > 0)
		t->fee += (uint64_t)t->run * t->run;
	if (columns > t->columns)
		t->columns = columns;
	t->cells += t->columns;
	return t->fee > TABLE_FEE || t->cells > CELLS || t->columns > COLUMNS;
}

enum ses_markdown_verdict
ses_markdown_guard(const char *s, size_t len)
{
	const char *end = s + len;
	struct tables t = {0};
	size_t images = 0;
	int large = 0;
	const char *nl;
	const char *p;

	for (p = s; p < end; p++)
		if (*p == '!' && p + 1 < end && p[1] == '[' &&
		    ++images > IMAGES)
			return SES_MARKDOWN_REFUSED;
	for (p = s; p < end; p = nl + 1) {
		for (nl = p; nl < end && *nl != '\n' && *nl != '\r'; nl++)
			;
		if (is_deep(p, nl))
			return SES_MARKDOWN_REFUSED;
		large = large || tables_are_large(&t, p, nl);
	}
	return large ? SES_MARKDOWN_NO_TABLES : SES_MARKDOWN_FINE;
}
