#include <string.h>

#include "base/base64.h"
#include "pack/age_armour.h"

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END   "-----END AGE ENCRYPTED FILE-----"

#define LINES 64 /* that are pushed at once */

/* Full lines of n bytes, and one more when they do not fill the last. */
static int
put_lines(const struct ses_sink *next, const unsigned char *data, size_t len,
    struct seshat_err *err)
{
	char out[LINES * (SES_ARMOUR_LINE + 1)];
	size_t at = 0;
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = len < SES_ARMOUR_BYTES ? len : SES_ARMOUR_BYTES;
		at += ses_base64_encode(data, n, 1, out + at);
		out[at++] = '\n';
		if (at + SES_ARMOUR_LINE < sizeof(out) && len > n)
			continue;
		if (ses_sink_write(next, out, at, err) < 0)
			return -1;
		at = 0;
	}
	return 0;
}

int
ses_armour_add(struct ses_armour *a, const struct ses_sink *next,
    const void *data, size_t len, struct seshat_err *err)
{
	const unsigned char *p = data;
	size_t n;

	if (!a->begun &&
	    ses_sink_write(next, BEGIN "\n", sizeof(BEGIN), err) < 0)
		return -1;
	a->begun = 1;
	if (a->n > 0) {
		n = sizeof(a->held) - a->n;
		if (n > len)
			n = len;
		memcpy(a->held + a->n, p, n);
		a->n += n;
		p += n;
		len -= n;
		if (a->n < sizeof(a->held))
			return 0;
		a->n = 0;
		if (put_lines(next, a->held, sizeof(a->held), err) < 0)
			return -1;
	}
	n = len % sizeof(a->held);
	memcpy(a->held, p + (len - n), n);
	a->n = n;
	return put_lines(next, p, len - n, err);
}

int
ses_armour_close(
    struct ses_armour *a, const struct ses_sink *next, struct seshat_err *err)
{
	if (put_lines(next, a->held, a->n, err) < 0)
		return -1;
	return ses_sink_write(next, END "\n", sizeof(END), err);
}

static int
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
damaged(const struct ses_dearmour *a, const char *what, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECORRUPT,
	    "damaged: line %llu of the armour %s", (unsigned long long)a->lines,
	    what);
}

static int
is_line(const struct ses_dearmour *a, const char *what)
{
	size_t n = a->n;

	if (n > 0 && a->line[n - 1] == '\r')
		n--;
	return n == strlen(what) && memcmp(a->line, what, n) == 0;
}

/* A line of base 64. */
static int
take_bytes(
    struct ses_dearmour *a, const struct ses_sink *next, struct seshat_err *err)
{
	unsigned char bytes[SES_ARMOUR_BYTES + 2];
	size_t n = a->n;
	long got;

	if (n > 0 && a->line[n - 1] == '\r')
		n--;
	if (n == 0 || n > SES_ARMOUR_LINE)
		return damaged(a, "is empty or too long", err);
	if (a->ending)
		return damaged(a, "is behind one that is not full", err);
	got = ses_base64_decode(a->line, n, 1, bytes);
	if (got < 0)
		return damaged(a, "is no base 64", err);
	a->ending = got < SES_ARMOUR_BYTES;
	return ses_sink_write(next, bytes, (size_t)got, err);
}

static int
take_line(
    struct ses_dearmour *a, const struct ses_sink *next, struct seshat_err *err)
{
	int rc = 0;

	a->lines++;
	if (a->place == SES_ARMOUR_IN && is_line(a, END))
		a->place = SES_ARMOUR_AFTER;
	else if (a->place == SES_ARMOUR_IN)
		rc = take_bytes(a, next, err);
	else if (is_line(a, BEGIN))
		a->place = SES_ARMOUR_IN;
	else
		rc = ses_fail(err, SESHAT_EFORMAT,
		    "not a file of age: its first line is not '%s'", BEGIN);
	a->n = 0;
	return rc;
}

/* To the end of a line, or as far as there is: how many bytes that is. */
static int
take_piece(struct ses_dearmour *a, const struct ses_sink *next,
    const char *data, size_t len, size_t *used, struct seshat_err *err)
{
	const char *lf = memchr(data, '\n', len);
	size_t n = lf != NULL ? (size_t)(lf - data) : len;
	int whole = lf != NULL;

	/* one that does not fit is refused before its end */
	if (n > sizeof(a->line) - a->n) {
		n = sizeof(a->line) - a->n;
		whole = 1;
	}
	memcpy(a->line + a->n, data, n);
	a->n += n;
	*used = lf == data + n ? n + 1 : n;
	return whole ? take_line(a, next, err) : 0;
}

int
ses_dearmour_add(struct ses_dearmour *a, const struct ses_sink *next,
    const char *data, size_t len, struct seshat_err *err)
{
	size_t n;

	for (; len > 0; data += n, len -= n) {
		n = 1;
		if (a->place == SES_ARMOUR_AFTER && !is_space(*data))
			return ses_fail(err, SESHAT_ECORRUPT,
			    "something follows the end of the armour");
		if (a->place == SES_ARMOUR_AFTER ||
		    (a->place == SES_ARMOUR_BEFORE && a->n == 0 &&
			is_space(*data)))
			continue;
		if (take_piece(a, next, data, len, &n, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_dearmour_close(const struct ses_dearmour *a, struct seshat_err *err)
{
	if (a->place == SES_ARMOUR_BEFORE)
		return ses_fail(err, SESHAT_EFORMAT,
		    "not a file of age: it is empty, or ends in its first "
		    "line");
	/* the very last line may lack its end */
	if (a->place == SES_ARMOUR_IN && !is_line(a, END))
		return ses_fail(err, SESHAT_ECORRUPT,
		    "cut off: the last line of the armour is missing");
	return 0;
}
