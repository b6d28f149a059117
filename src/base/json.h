#ifndef SES_JSON_H
#define SES_JSON_H

#include "base/buf.h"

/*
 * JSON in place: values are slices of the text they stand in, nothing is
 * copied or allocated.  Two manners:
 *
 * strict   ses_json_parse checks the whole text (RFC 8259, UTF-8, at most
 *          SES_JSON_DEPTH levels) before anything is taken from it;
 * lenient  ses_json_peek takes what stands first, for transcript lines, whose
 *          bytes are kept whatever they are; the walk below never leaves the
 *          slice and ends at the first thing it cannot read.
 */
#define SES_JSON_DEPTH 512

struct ses_json {
	const char *text; /* first byte of the value */
	size_t len;
	char type; /* { [ " 0 (any number) t f n, or NUL: none */
};

/** Strict: text is one value and white space.  0, or -1 and SESHAT_EFORMAT
 * with the byte offset where it went wrong. */
int ses_json_parse(
    const char *text, size_t len, struct ses_json *out, struct seshat_err *err);

/** Strict, one value of a longer text: it stands at *p, which moves past it,
 * or on failure (-1) to where it went wrong. */
int ses_json_take(const char **p, const char *end, struct ses_json *out);

/** Lenient: the value that stands first in text; type NUL if there is none.
 * Answers how many bytes were passed, white space included. */
size_t ses_json_peek(const char *text, size_t len, struct ses_json *out);

/* A walk over the members of an object or the elements of an array. */
struct ses_json_walk {
	const char *p;
	const char *end;
	const char *from; /* of ses_json_open: its text, */
	const char *text; /* and the value in it */
	char type;        /* NUL: it is over */
};

/** Begin a walk; of anything but { and [ it is empty. */
void ses_json_walk(struct ses_json_walk *w, const struct ses_json *v);

/** The next member or element: 1, or 0 at the end.  key is the quoted name
 * (type NUL in an array) and may be NULL when not wanted. */
int ses_json_next(
    struct ses_json_walk *w, struct ses_json *key, struct ses_json *value);

/** The same in two steps: the name, which has type NUL in an array, and then
 * the value, if it can be read.  1, or 0 and the walk is over. */
int ses_json_name(struct ses_json_walk *w, struct ses_json *key);
int ses_json_value(struct ses_json_walk *w, struct ses_json *value);

/** Begin a walk over the object or array that stands first in text while its
 * end is not known, so that one look finds both.  It hands out what a walk over
 * the whole value does; also if nothing closes it, so what was handed out
 * counts only behind ses_json_close. */
void ses_json_open(struct ses_json_walk *w, const char *text, size_t len);

/** End such a walk, wherever it is.  *out is the value; answers how many bytes
 * were passed, as ses_json_peek does, or 0, and out has type NUL: nothing
 * closes it, or no object or array was there. */
size_t ses_json_close(struct ses_json_walk *w, struct ses_json *out);

/** Behind ses_json_name, instead of ses_json_value: open the value, and at the
 * end close it, as ses_json_value answers.  The inner walk is empty if it is no
 * object or array. */
void ses_json_enter(const struct ses_json_walk *w, struct ses_json_walk *inner);
int ses_json_leave(struct ses_json_walk *w, struct ses_json_walk *inner,
    struct ses_json *value);

/** The first member of an object with this name (plain ASCII): 1 or 0;
 * out has type NUL when there is none. */
int ses_json_get(
    const struct ses_json *object, const char *name, struct ses_json *out);

/** As ses_json_get down a path of names, "payload.cwd". */
int ses_json_path(
    const struct ses_json *object, const char *path, struct ses_json *out);

/** Append the text that a string stands for, as UTF-8; a lone surrogate
 * becomes U+FFFD.  Nothing for other types. */
void ses_json_text(const struct ses_json *v, struct ses_buf *out);

/** Whether v is a string standing for exactly this text. */
int ses_json_is(const struct ses_json *v, const char *text);

/** Whole non-negative number; 0, or -1 if v is not one. */
int ses_json_u64(const struct ses_json *v, uint64_t *out);

/** Append s as a quoted JSON string.  Bytes that are not UTF-8 become
 * U+FFFD; control characters are escaped. */
void ses_json_quote(struct ses_buf *out, const char *s, size_t len);

/** Append the value v without the white space between its tokens. */
void ses_json_compact(struct ses_buf *out, const struct ses_json *v);

#endif
