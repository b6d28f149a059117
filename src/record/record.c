/* Reading an entry: strict JSON and the types of its fields, in one pass. */
#include <string.h>

#include "base/json_plain.h"
#include "record/rows.h"

struct scan {
	const char *json; /* where the text begins */
	const char *p;
	const char *end;
	size_t n_tries; /* attempts begun so far */
	int in_try;
};

static int
malformed(const struct scan *s, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_EFORMAT, "not valid JSON at byte %zu",
	    (size_t)(s->p - s->json));
}

static int
wrong(const struct scan *s, const char *name, const char *how,
    struct seshat_err *err)
{
	if (s->in_try)
		return ses_fail(err, SESHAT_EFORMAT, "attempts[%zu].%s %s",
		    s->n_tries - 1, name, how);
	return ses_fail(err, SESHAT_EFORMAT, "%s %s", name, how);
}

static void
space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' ||
				    *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static int
take(struct scan *s, char what)
{
	if (s->p >= s->end || *s->p != what)
		return 0;
	s->p++;
	return 1;
}

/* memcmp for the names of rows, 4 to 16 bytes long, as two words that may
 * overlap: the call would cost more than the work. */
static inline int
same_name(const char *a, const char *b, size_t len)
{
	if (len < 8)
		return memcmp(a, b, 4) == 0 &&
		       memcmp(a + len - 4, b + len - 4, 4) == 0;
	return memcmp(a, b, 8) == 0 && memcmp(a + len - 8, b + len - 8, 8) == 0;
}

/* If a member of these rows stands at s->p just as seshat writes it, fields in
 * their order and no white space: go to its value and answer its row; n if
 * not. */
static inline size_t
guess_member(struct scan *s, int first, const struct ses_row *rows, size_t n,
    size_t expected)
{
	const char *p = s->p + (first ? 0 : 1);
	const char *after;
	size_t i;

	if (s->end - p < SES_ROWS_NAME_MAX + 4 || p[0] != '"' ||
	    (!first && p[-1] != ','))
		return n;
	for (i = expected; i < n; i++) {
		if (p[1] != rows[i].name[0] ||
		    !same_name(p + 1, rows[i].name, rows[i].len))
			continue;
		after = p + 1 + rows[i].len;
		if (after[0] != '"' || after[1] != ':' || after[2] <= ' ')
			return n;
		s->p = after + 2;
		return i;
	}
	return n;
}

/* Go to the value of the next member, whatever it is: 1, or 0 past the end of
 * the object, or -1 when it is malformed.  *row is the row expected and
 * becomes the row it is, n for none. */
static int
next_member(struct scan *s, int first, const struct ses_row *rows, size_t n,
    size_t *row)
{
	struct ses_json name;

	space(s);
	if (take(s, '}'))
		return 0;
	if (!first && !take(s, ','))
		return -1;
	space(s);
	if (s->p >= s->end || *s->p != '"' ||
	    ses_json_take(&s->p, s->end, &name) < 0)
		return -1;
	space(s);
	if (!take(s, ':'))
		return -1;
	space(s);
	*row = ses_rows_find(rows, n, *row, &name);
	return 1;
}

/* Any value; strings without a backslash and whole numbers at once. */
static inline int
take_value(struct scan *s, struct ses_json *out)
{
	const char *q;

	if (s->p < s->end && *s->p == '"') {
		q = ses_json_plain(s->p + 1, s->end);
		if (q < s->end && *q == '"') {
			*out = (struct ses_json){
			    s->p, (size_t)(q + 1 - s->p), '"'};
			s->p = q + 1;
			return 0;
		}
	} else if (s->p < s->end && *s->p >= '1' && *s->p <= '9') {
		for (q = s->p + 1; q < s->end && *q >= '0' && *q <= '9'; q++)
			continue;
		if (q < s->end && (*q == ',' || *q == '}')) {
			*out = (struct ses_json){s->p, (size_t)(q - s->p), '0'};
			s->p = q;
			return 0;
		}
	}
	return ses_json_take(&s->p, s->end, out);
}

static const char *
type_name(char type)
{
	switch (type) {
	case '"':
		return "is not a string";
	case '0':
		return "is not a whole number of 0 or more";
	case 't':
		return "is not true or false";
	default:
		return "is not an array of objects";
	}
}

static int
has_type(const struct ses_json *v, char type)
{
	uint64_t n = 0;

	if (type == '0')
		return ses_json_u64(v, &n) == 0 && n <= INT64_MAX;
	if (type == 't')
		return v->type == 't' || v->type == 'f';
	return type == SES_ROWS_ANY || v->type == type;
}

static int
keep(const struct scan *s, const struct ses_row *row, const struct ses_json *v,
    struct ses_json *field, struct seshat_err *err)
{
	if (v->type == 'n' && row->type != SES_ROWS_ANY)
		return 0;
	if (!has_type(v, row->type))
		return wrong(s, row->name, type_name(row->type), err);
	if (field->type != '\0')
		return wrong(s, row->name, "stands there twice", err);
	*field = *v;
	return 0;
}

static int scan_tries(
    struct scan *s, struct ses_json *out, struct seshat_err *err);

/* The object at s->p.  Attempts hold no attempts, so this goes two deep. */
static int
scan_object(struct scan *s, const struct ses_row *rows, size_t n,
    struct ses_json *field, struct seshat_err *err)
{
	struct ses_json v = {0};
	size_t expected = 0;
	size_t row;
	int first = 1;
	int more = 1;

	memset(field, 0, n * sizeof(*field));
	for (s->p++;; first = 0) {
		row = guess_member(s, first, rows, n, expected);
		if (row == n) {
			row = expected;
			more = next_member(s, first, rows, n, &row);
			if (more <= 0)
				break;
		}
		if (row < n && rows[row].type == '[' && s->p < s->end &&
		    *s->p == '[') {
			if (scan_tries(s, &v, err) < 0)
				return -1;
		} else if (take_value(s, &v) < 0) {
			return malformed(s, err);
		}
		if (row < n && keep(s, &rows[row], &v, &field[row], err) < 0)
			return -1;
		expected = row < n ? row + 1 : 0;
	}
	return more < 0 ? malformed(s, err) : 0;
}

static int
scan_tries(struct scan *s, struct ses_json *out, struct seshat_err *err)
{
	struct ses_json field[SES_ATTEMPT_FIELDS];
	const char *from = s->p++;
	int first;

	space(s);
	for (first = 1; !take(s, ']'); first = 0) {
		if (!first && !take(s, ','))
			return malformed(s, err);
		space(s);
		if (s->p >= s->end)
			return malformed(s, err);
		if (*s->p != '{')
			return wrong(s, "attempts", type_name('['), err);
		s->in_try = 1;
		s->n_tries++;
		if (scan_object(s, ses_rows_attempt, SES_ATTEMPT_FIELDS, field,
			err) < 0)
			return -1;
		s->in_try = 0;
		space(s);
	}
	*out = (struct ses_json){from, (size_t)(s->p - from), '['};
	return 0;
}

int
ses_record_scan(const char *json, size_t len, struct ses_record *out,
    struct seshat_err *err)
{
	struct scan s = {.json = json, .p = json, .end = json + len};

	space(&s);
	if (s.p >= s.end || *s.p != '{')
		return ses_fail(err, SESHAT_EFORMAT, "not a JSON object");
	out->whole = (struct ses_json){s.p, 0, '{'};
	if (scan_object(
		&s, ses_rows_record, SES_RECORD_FIELDS, out->field, err) < 0)
		return -1;
	out->whole.len = (size_t)(s.p - out->whole.text);
	space(&s);
	return s.p < s.end ? malformed(&s, err) : 0;
}

int
ses_attempt_next(struct ses_json_walk *w, struct ses_attempt *out)
{
	struct seshat_err err;
	struct scan s = {0};

	if (!ses_json_next(w, NULL, &out->whole))
		return 0;
	s.json = s.p = out->whole.text;
	s.end = s.p + out->whole.len;
	return scan_object(&s, ses_rows_attempt, SES_ATTEMPT_FIELDS, out->field,
		   &err) == 0;
}
